package weather

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Config is what a System is made of. The zero value is a dry, mild day.
type Config struct {
	Series  Series   // of the sky; empty if nobody measured it
	Changes []Change // over it, in the order in which they count
	// Ground is the temperature below the roads at the beginning, °C; nil: the air's, as after days of the same weather.
	Ground *float64
	Spills []Spill
	// Clearings are passes of a plough beside the winter service, in order of time.
	Clearings []Clearing
	// Uncleared has nobody plough or salt.
	Uncleared bool
}

// Clearing is a road ploughed, whatever lies on it, and salted if there is frost, with the connectors that leave it.
type Clearing struct {
	At   float64        // s after midnight
	Edge network.EdgeID // None for all
}

// System is the weather over a network and what it leaves on the roads. It is used from one goroutine.
type System struct {
	net      *network.Network
	forecast forecast
	ploughs  []Clearing
	cleared  bool
	sites    []site // by track

	// State: what Snapshot copies.
	clock      int64 // minutes after midnight up to which the lanes are integrated
	time       float64
	live       Change // what commands set; From and Until have no meaning
	fixed      bool   // all roads are in the condition that a command gave
	fixedTo    tyre.Condition
	warmth     [numMasses]float64 // °C, of bare surfaces
	below      float64            // °C, of the ground
	lanes      []Lane             // by track
	busy       bool               // something lies on some lane
	ploughed   int                // ploughs[:ploughed] have been
	spills     []Spill            // those of the configuration and of commands
	seen       []int64            // vehicles that had entered each track, when it was last asked
	counting   bool               // seen holds
	conditions []tyre.Condition
	balance    Balance

	// Of the last step.
	sky     Sky
	patches []Spill
	changed []network.TrackID
}

// site is what the weather meets on one track.
type site struct {
	drain   drain
	area    float64 // m²
	kmh     float64 // at which it is driven: the limit
	turn    int32   // see comes
	mass    mass
	class   network.RoadClass
	covered bool
}

// New returns the weather over net at start (s after midnight): as the forecast has made the roads since it begins, at most a
// day before, without traffic. Or an error that says what in cfg makes no sense.
func New(net *network.Network, cfg Config, start float64) (*System, error) {
	if err := cfg.check(net); err != nil {
		return nil, err
	}
	const day = 1440 // minutes
	s := &System{
		net: net, forecast: forecast{cfg.Series, slices.Clone(cfg.Changes)}, ploughs: slices.Clone(cfg.Clearings),
		cleared: !cfg.Uncleared, sites: sites(net), lanes: make([]Lane, net.NumTracks()), seen: make([]int64, net.NumTracks()),
		conditions: make([]tyre.Condition, net.NumTracks()), spills: slices.Clone(cfg.Spills),
	}
	until := minuteOf(start)
	s.clock = until
	if first := s.forecast.begins(); first < start {
		s.clock = max(until-day, int64(math.Floor(max(first, start-86400)/60)))
	}
	s.sky = s.forecast.at(float64(s.clock)*60, &s.live)
	s.below = s.sky.Temperature
	if cfg.Ground != nil {
		s.below = *cfg.Ground
	}
	for m := range s.warmth {
		s.warmth[m] = s.sky.Temperature
	}
	s.warmth[earthbound] = s.below
	s.Step(start, nil)
	s.changed = s.changed[:0]
	return s, nil
}

func (c *Config) check(net *network.Network) error {
	if err := c.Series.check(); err != nil {
		return fmt.Errorf("weather: series: %w", err)
	}
	for i := range c.Changes {
		x := &c.Changes[i]
		if !(x.From < x.Until) {
			return fmt.Errorf("weather: change %d from %g to %g s, want an end after the beginning", i+1, x.From, x.Until)
		}
		if err := x.Sky.check(x.Set); err != nil {
			return fmt.Errorf("weather: change %d: %w", i+1, err)
		}
	}
	if g := c.Ground; g != nil && !fields[0].holds(*g) {
		return fmt.Errorf("weather: ground %g, want %s", *g, fields[0].want())
	}
	for i := range c.Spills {
		if err := c.Spills[i].check(net); err != nil {
			return fmt.Errorf("weather: %w", err)
		}
	}
	for i, p := range c.Clearings {
		if p.Edge != network.None && (p.Edge < 0 || int(p.Edge) >= len(net.Edges)) || math.IsNaN(p.At) || i > 0 && p.At < c.Clearings[i-1].At {
			return fmt.Errorf("weather: clearing of edge %d at %g s, want 0 to %d, in order of time", p.Edge, p.At, len(net.Edges)-1)
		}
	}
	return nil
}

// connectorWidth is that of the path of a vehicle through a junction, m.
const connectorWidth = 3.5

// sites returns those of all tracks. A connector is as its lane is, in the surface and gradient of its own; it is on a bridge, or
// covered, if both its ends are.
func sites(net *network.Network) []site {
	list := make([]site, 0, net.NumTracks())
	middles := make([]float64, 0, len(net.Lanes)) // m from the upper side of the road
	for e := range net.Edges {
		edge, lanes := &net.Edges[e], net.EdgeLanes(network.EdgeID(e))
		above := 0.0 // m of road on the upper side, away from the kerb
		for i := range lanes {
			above += lanes[i].Width
		}
		for i := range lanes {
			l := &lanes[i]
			above -= l.Width
			middles = append(middles, above+l.Width/2)
			list = append(list, site{
				drain: newDrain(l.Surface, above+l.Width/2, l.Gradient), area: l.Length * l.Width, kmh: l.SpeedLimit * 3.6,
				turn: turnOf(edge.OSMWay), mass: massOf(edge.Bridge, l.Surface), class: edge.Road, covered: edge.Tunnel,
			})
		}
	}
	for c := range net.Connectors {
		con := &net.Connectors[c]
		from, to := &net.Edges[net.Lanes[con.From].Edge], &net.Edges[net.Lanes[con.To].Edge]
		s := list[con.From]
		s.drain = newDrain(con.Surface, middles[con.From], con.Gradient)
		s.area, s.kmh = con.Length*connectorWidth, con.Limit*3.6
		s.mass, s.covered = massOf(from.Bridge && to.Bridge, con.Surface), from.Tunnel && to.Tunnel
		list = append(list, s)
	}
	return list
}

func massOf(onBridge bool, s network.Surface) mass {
	switch {
	case !onBridge:
		return earthbound
	case s == network.Metal || s == network.Wood:
		return lightDeck
	}
	return bridge
}

func minuteOf(t float64) int64 { return int64(math.Floor((t + 1e-6) / 60)) }

// Step brings the weather to t (s after midnight), which never goes back. entered returns how many vehicles have driven onto a
// track since the run began; nil: nobody drives. It is asked in minutes in which something lies on the roads.
func (s *System) Step(t float64, entered func(network.TrackID) int64) {
	s.changed = s.changed[:0]
	s.time = t
	for minute := minuteOf(t); s.clock < minute; {
		s.clock++
		s.integrate(entered)
	}
	for s.ploughed < len(s.ploughs) && s.ploughs[s.ploughed].At <= t {
		s.clear(s.ploughs[s.ploughed].Edge)
		s.ploughed++
	}
	if len(s.spills) > 0 {
		s.spread(t)
	}
}

// integrate makes the minute that ends at clock.
func (s *System) integrate(entered func(network.TrackID) int64) {
	const dt = 60.0
	m := minute{sky: s.forecast.at(float64(s.clock)*dt-dt/2, &s.live), hours: dt / 3600}
	s.sky = m.sky
	h := exchange(&m.sky)
	s.below += float64((m.sky.Temperature - s.below) * dt / groundMemory)
	wetting := m.sky.Rain > 0 || m.sky.Snow > 0
	for k := range slabs {
		below := m.sky.Temperature
		if mass(k) == earthbound {
			below = s.below
		}
		s.warmth[k] = slabs[k].follow(s.warmth[k], below, dt, h, &m.sky)
		m.forget[k], m.warmth[k] = slabs[k].forget(dt, h), s.warmth[k]
		m.dries[k] = evaporation(s.warmth[k], &m.sky)
		wetting = wetting || m.dries[k] < 0
	}
	if !s.busy && !wetting {
		s.counting = false
		return
	}
	s.integrateLanes(&m, entered)
}

// integrateLanes makes the minute m on every lane under the sky.
func (s *System) integrateLanes(m *minute, entered func(network.TrackID) int64) {
	falling := m.sky.Rain > 0 || m.sky.Snow > 0
	s.busy = false
	for i := range s.lanes {
		l, site := &s.lanes[i], &s.sites[i]
		if site.covered {
			continue
		}
		vehicles := 0.0
		if entered != nil {
			now := entered(network.TrackID(i))
			if s.counting {
				vehicles = float64(now - s.seen[i])
			}
			s.seen[i] = now
		}
		if !falling && m.dries[site.mass] >= 0 && l.bare() {
			continue
		}
		f := l.pass(m, site, vehicles)
		if s.cleared && site.comes(s.clock) {
			l.serve(site, m.warmth[site.mass], &f)
		}
		s.balance.add(&f, site.area)
		s.busy = s.busy || !l.bare()
		s.settle(network.TrackID(i))
	}
	s.counting = entered != nil
}

// settle notes the condition of a track if it has changed.
func (s *System) settle(t network.TrackID) {
	c := s.lanes[t].Condition()
	if s.fixed {
		if c = s.fixedTo; s.sites[t].covered {
			c = tyre.Dry
		}
	}
	if c != s.conditions[t] {
		s.conditions[t] = c
		s.changed = append(s.changed, t)
	}
}

// Conditions returns what lies on every track; read only.
func (s *System) Conditions() []tyre.Condition { return s.conditions }

// Fixed returns the condition that a command has laid on all roads under the sky; ok is false where the weather counts.
func (s *System) Fixed() (c tyre.Condition, ok bool) { return s.fixedTo, s.fixed }

// Changed returns the tracks whose condition or patches the last Step or Apply changed, some perhaps more than once; until the
// next.
func (s *System) Changed() []network.TrackID { return s.changed }

// Now returns the sky of the last minute.
func (s *System) Now() Sky { return s.sky }

// Lane returns what lies on a track.
func (s *System) Lane(t network.TrackID) Lane { return s.lanes[t] }

// Surface returns the temperature of the surface of a track, °C; in tunnels that of the ground.
func (s *System) Surface(t network.TrackID) float64 {
	if s.sites[t].covered {
		return s.below
	}
	return s.warmth[s.sites[t].mass] + s.lanes[t].Warmth
}

// Roads returns the temperatures of the bare surfaces of roads on the ground and on bridges, °C.
func (s *System) Roads() (ground, bridges float64) { return s.warmth[earthbound], s.warmth[bridge] }

// Balance is where the water went since the beginning, in litres, over all tracks (which overlap in junctions).
type Balance struct {
	Fallen, Condensed                    float64 // in
	Evaporated, Drained, Thrown, Cleared float64 // out: to the air, the gullies, the roadside by tyres and by ploughs
}

func (b *Balance) add(f *flows, area float64) {
	b.Fallen += float64(f.fallen * area)
	b.Condensed += float64(f.condensed * area)
	b.Evaporated += float64(f.evaporated * area)
	b.Drained += float64(f.drained * area)
	b.Thrown += float64(f.thrown * area)
	b.Cleared += float64(f.cleared * area)
}

// Balance returns the account so far, and what lies on the roads now, litres.
func (s *System) Balance() (b Balance, onRoads float64) {
	for i := range s.lanes {
		onRoads += float64(s.lanes[i].total() * s.sites[i].area)
	}
	return s.balance, onRoads
}
