package rare

import (
	"fmt"
	"math"
	"sync"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// stage is what the players of a scene share.
type stage struct {
	scene     *Scene
	criterion *Criterion
	seed      uint64
	router    *route.Router
	envelopes *dynamics.Tables
	catalogue *dynamics.Catalogue
	drivers   *driver.Population
	classes   [network.NumVehicleClasses]vehicles.Class
	bends     bends
	mu        [network.NumSurfaces][tyre.NumConditions]float64 // of a car, at standardSpeed
}

// envelopes and catalogue are solved once for all scenes.
var (
	envelopes = sync.OnceValue(func() *dynamics.Tables { return dynamics.NewTables(vehicles.Classes()) })
	catalogue = sync.OnceValue(func() *dynamics.Catalogue { return dynamics.NewCatalogue(vehicles.Classes()) })
)

func newStage(s *Scene, c *Criterion, seed uint64) (*stage, error) {
	if err := s.complete(); err != nil {
		return nil, err
	}
	pop, err := driver.NewPopulation(s.Drivers)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrScene, err)
	}
	if s.Plans == nil {
		s.Plans, _ = signals.DefaultPlans(s.Net)
	}
	st := &stage{
		scene: s, criterion: c, seed: seed, router: route.New(s.Net), envelopes: envelopes(),
		catalogue: catalogue(), drivers: pop, classes: vehicles.Classes(),
	}
	st.bends = findBends(s.Net)
	for surface := range st.mu {
		for condition := range st.mu[surface] {
			st.mu[surface][condition] = frictionOf(&st.classes[network.Car].Tyre, network.Surface(surface), tyre.Condition(condition))
		}
	}
	return st, nil
}

// noted are the thresholds from which on the engine notes an encounter: wide ones, so that searches see events come.
var noted = safety.Thresholds{TTC: 6, PET: 4, DRAC: 0.25}

// player plays cases, one after the other, in one world.
type player struct {
	*stage
	w     *traffic.World
	sky   *weather.System
	empty []*traffic.Snapshot // of the roads without anybody, after so many steps
	w0    float64             // s after midnight from which on events count
	end   float64             // s after midnight
	reds  []redPassed
	steps uint64 // made by the player, in all
	seen  []traffic.VehicleState
}

// redPassed is a stop line passed at red.
type redPassed struct {
	id traffic.VehicleID
	at float64 // s after midnight
}

func (st *stage) newPlayer() (*player, error) {
	s := st.scene
	p := &player{stage: st}
	var err error
	if p.sky, err = weather.New(s.Net, weather.Config{Uncleared: true}, s.Start); err != nil {
		return nil, err
	}
	system, err := signals.New(s.Net, s.Plans, s.Controls...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrScene, err)
	}
	p.w, err = traffic.New(traffic.Config{
		Net: s.Net, Signals: system, Router: st.router, Envelopes: st.envelopes, Catalogue: st.catalogue, Seed: st.seed, Start: s.Start, StepTime: s.Step,
		Workers: 1, Weather: p.sky, Drivers: st.drivers, Measures: traffic.Measures{Thresholds: noted},
	})
	if err != nil {
		return nil, err
	}
	p.empty = []*traffic.Snapshot{p.w.Snapshot()}
	return p, nil
}

func (p *player) close() { p.w.Close() }

// emptied returns the roads without anybody after so many steps.
func (p *player) emptied(steps uint64) (*traffic.Snapshot, error) {
	if n := uint64(len(p.empty)); n <= steps {
		if err := p.w.Restore(p.empty[n-1]); err != nil {
			return nil, err
		}
		for ; n <= steps; n++ {
			p.w.Step()
			p.empty = append(p.empty, p.w.Snapshot())
		}
	}
	return p.empty[steps], nil
}

// begin puts c on the road. With a tilt lapses are as it has them.
func (p *player) begin(c *draft, t *Tilt) error {
	snapshot, err := p.emptied(c.steps)
	if err != nil {
		return err
	}
	if err := p.w.Restore(snapshot); err != nil {
		return err
	}
	p.w.Branch(c.number)
	p.reds = p.reds[:0]
	p.count(c)
	if _, err := p.w.AddTrips(c.trips); err != nil {
		return fmt.Errorf("case %d: %w", c.number, err)
	}
	if t != nil {
		chosen := traffic.NoVehicle
		if c.unlucky >= 0 {
			chosen = traffic.VehicleID(c.unlucky)
		}
		if err := p.w.TiltLapses(chosen, t.Lapses); err != nil {
			return err
		}
	}
	return p.layOut(c)
}

// count sets the time in which events of c count.
func (p *player) count(c *draft) {
	p.w0 = c.start + p.scene.Warm
	p.end = p.w0 + p.scene.Length
}

// layOut queues what a case has besides its trips.
func (p *player) layOut(c *draft) error {
	var all []traffic.Command
	sky := &p.scene.Skies[c.sky]
	lay := func(w weather.Command) {
		all = append(all, traffic.Command{Kind: traffic.ChangeWeather, Weather: w})
	}
	lay(weather.Command{Kind: weather.SetSky, Set: weather.Temperature | weather.Rain, Sky: weather.Sky{Temperature: sky.Temperature, Rain: sky.Rain}})
	lay(weather.Command{Kind: weather.Fix, Condition: sky.Condition})
	for i, k := range p.scene.Patches {
		if c.patches>>i&1 != 0 {
			lay(weather.Command{Kind: weather.AddSpill, Spill: weather.Spill{Track: k.Track, From: k.From, To: k.To, Begin: p.scene.Start, Until: math.Inf(1), Condition: k.Condition}})
		}
	}
	for i := range c.states {
		if c.states[i] != (dynamics.Fitness{}) {
			all = append(all, traffic.Command{Kind: traffic.SetFitness, Vehicle: traffic.VehicleID(i), Fitness: c.states[i]})
		}
	}
	for _, k := range all {
		if err := p.w.Queue(k); err != nil {
			return fmt.Errorf("case %d: %w", c.number, err)
		}
	}
	return nil
}

// finding is the best that was seen of a case: the encounter that came nearest to an event, or is one.
type finding struct {
	encounter
	event bool
	score float64
	time  float64 // s after midnight
	steps uint64  // of the world then
	kind  EventKind
	one   traffic.VehicleID // the one behind or second, or alone
	other traffic.VehicleID
	track network.TrackID // of the first named
	s     float64
}

// step makes one step, and returns the encounter of it with the highest score; its score is 0 if there is none.
func (p *player) step() finding {
	p.w.Step()
	p.steps++
	best := finding{one: traffic.NoVehicle, other: traffic.NoVehicle}
	now := p.w.Time()
	p.noteEvents()
	if now <= p.w0 {
		return best
	}
	look := func(f finding) {
		f.values[qRed] = p.red(f.one, f.other, now)
		if f.score = p.criterion.root.score(&f.encounter); f.score > best.score {
			f.time, f.steps, f.event = now, p.w.Steps(), f.score >= 1
			best = f
		}
	}
	events := p.w.Events()
	for i := range events {
		if f, ok := p.ofEvent(&events[i]); ok {
			look(f)
		}
	}
	for _, k := range p.w.OpenConflicts() {
		if k.End >= now-1.5*p.scene.Step && p.isWithin(k.Track, k.S) {
			look(p.ofConflict(&k))
		}
	}
	if p.criterion.uses[qLeftRoad] {
		p.ofBends(look)
	}
	return best
}

// isWithin reports whether a place is within the scene.
func (p *player) isWithin(t network.TrackID, s float64) bool {
	return p.scene.Radius == 0 || p.scene.isNear(p.scene.Net.PoseAt(t, s, 0).Point)
}

// redMemory is for how long it counts that somebody has passed red, s.
const redMemory = 20.0

func (p *player) noteEvents() {
	for _, e := range p.w.Events() {
		if e.Kind == traffic.RanRed {
			p.reds = append(p.reds, redPassed{e.Vehicle, e.Time})
		}
	}
}

// red returns 1 if one of the two has passed red of late.
func (p *player) red(a, b traffic.VehicleID, now float64) float64 {
	for _, r := range p.reds {
		if (r.id == a || r.id == b) && now-r.at < redMemory {
			return 1
		}
	}
	return 0
}

// ofEvent returns what an event of the engine is here.
func (p *player) ofEvent(e *traffic.Event) (f finding, ok bool) {
	if e.Kind != traffic.CrashedInto && e.Kind != traffic.LeftRoad || !p.isWithin(e.Track, e.S) {
		return f, false
	}
	f = finding{encounter: newEncounter(), one: e.Vehicle, other: traffic.NoVehicle, track: e.Track, s: e.S, kind: LossOf}
	f.values[qClosing], f.values[qDeltaV], f.values[qSpeed] = e.ClosingSpeed, e.DeltaV, e.Striking.Speed
	if e.Kind == traffic.LeftRoad {
		f.values[qLeftRoad], f.values[qSpeed] = 1, e.ClosingSpeed
		return f, true
	}
	f.kind, f.other = Crash, e.Other
	f.values[qCrash], f.values[qTTC], f.values[qPET] = 1, 0, 0
	return f, true
}

// ofConflict returns what an open encounter is, with the worst of its measures so far.
func (p *player) ofConflict(k *traffic.Conflict) finding {
	f := finding{encounter: newEncounter(), one: k.Vehicle, other: k.Other, track: k.Track, s: k.S, kind: NearCrash}
	v := &f.values
	v[qTTC], v[qMTTC], v[qPET], v[qDRAC], v[qSpeed] = k.MinTTC, k.MinMTTC, k.PET, k.MaxDRAC, k.V
	if d, ok := p.w.Vehicle(k.Vehicle); ok {
		f.danger = nearness(k.MaxDRAC, d.Brake)
	}
	return f
}

// nearness returns how near one is to what cannot be prevented who needs that much of what there is: 0 to 1 (excluded). From 0.9 on
// he needs more than there is.
func nearness(needs, has float64) float64 {
	r := needs / max(has, 0.1)
	if r <= 1 {
		return 0.9 * r
	}
	return 0.9 + 0.099*(1-1/r)
}
