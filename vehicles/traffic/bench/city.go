package bench

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/weather"
)

const (
	// density is vehicles a lane-km, if nothing else is asked for. On the grid that is busy: at more the default signals'
	// capacity for turns across the traffic is used up. On the ring it is a flow of some 1,300 vehicles an hour and lane.
	density    = 15
	blockSide  = 200 // m between junctions
	lanes      = 2   // a direction, of the grid
	ringLanes  = 3
	ringEdge   = 1000      // m, at most,
	leastSides = 24        // or less, so that it does not bend sharply
	ringLimit  = 100 / 3.6 // m/s
	begin      = 7 * 3600

	minute = 60 // s

	// Minutes: over which the roads are filled, for which traffic settles then, and after which they must be full.
	fillMinutes, settleMinutes, maxFill = 2, 3, 20

	wanderMetres = 10_000.0 // that one who wanders drives
)

// classShare is the mix of the classes.
var classShare = [network.NumVehicleClasses]float64{
	network.Car: 0.82, network.Van: 0.09, network.Bus: 0.02, network.RigidLorry: 0.03,
	network.ArticulatedLorry: 0.02, network.Motorcycle: 0.02,
}

// city is what all worlds of a case share.
type city struct {
	net     *network.Network
	plans   []signals.Plan
	router  *route.Router
	tables  *dynamics.Tables
	trip    func() traffic.Trip // draws one
	ends    []network.EdgeID    // where trips begin and end: edges from where all classes reach all others, but for those to and from the rim
	laneKm  float64
	step    float64
	seed    uint64
	weather string
	rng     *rand.Rand // of the trips
	arrived int        // when trips were added last
}

// newCity makes the network for that many vehicles.
func newCity(count int, o Options) (*city, error) {
	net := o.Net
	if net == nil {
		var err error
		if net, err = network.Build(specOf(o.Network, float64(count)/o.Density)); err != nil {
			return nil, err
		}
	}
	plans, _ := signals.DefaultPlans(net) // the notes are for planners
	c := &city{
		net: net, plans: plans, router: route.New(net), tables: dynamics.NewTables(vehicles.Classes()),
		step: o.StepTime, seed: o.Seed, weather: o.Weather, rng: rand.New(rand.NewPCG(o.Seed, 1)),
	}
	for e := range net.Edges {
		if c.router.Core(network.EdgeID(e)) == network.AllClasses {
			c.ends = append(c.ends, network.EdgeID(e))
		}
	}
	if len(c.ends) < 2 {
		return nil, fmt.Errorf("%s: no streets between which all classes can drive", o.Network)
	}
	for i := range net.Lanes {
		c.laneKm += net.Lanes[i].Length / 1000
	}
	switch {
	case o.Net == nil && o.Network == Grid:
		c.trip = c.longTrip
	case o.Net == nil && o.Network == Ring:
		c.trip = c.roundTrip
	default:
		w := newWanderer(net, nil)
		c.trip = func() traffic.Trip { return c.wander(w) }
	}
	return c, nil
}

// specOf returns a generated network of some so many kilometres of lanes.
func specOf(name string, laneKm float64) *network.Spec {
	switch name {
	case Ring:
		return ring(laneKm * 1000 / ringLanes)
	case Town:
		return sample.Town(network.RightHand)
	default:
		// side×side crossings with streets to the rim have 4·side·(side+1) edges.
		side := int(math.Ceil(math.Sqrt(0.25+laneKm*1000/(blockSide*lanes)/4) - 0.5))
		return sample.Grid(sample.GridSpec{Columns: side, Rows: side, Spacing: blockSide, Lanes: lanes, Signals: true})
	}
}

// ring returns a closed motorway in one direction, length metres long, in edges of a kilometre or less.
func ring(length float64) *network.Spec {
	n := max(int(math.Ceil(length/ringEdge)), leastSides)
	radius := length / float64(n) / (2 * math.Sin(math.Pi/float64(n)))
	s := &network.Spec{Name: "ring", Country: "US"}
	for i := range n {
		angle := 2 * math.Pi * float64(i) / float64(n)
		at := network.Point{X: radius * math.Cos(angle), Y: radius * math.Sin(angle)}
		s.Junctions = append(s.Junctions, network.JunctionSpec{Position: at, Controller: network.None})
	}
	for i := range n {
		to := (i + 1) % n
		e := network.EdgeSpec{
			From: int32(i), To: int32(to), Shape: []network.Point{s.Junctions[i].Position, s.Junctions[to].Position},
			Opposite: network.None, Road: network.Motorway, Name: "Ring",
		}
		for range ringLanes {
			e.Lanes = append(e.Lanes, network.LaneSpec{Width: 3.75, SpeedLimit: ringLimit, Permitted: network.AllClasses})
		}
		s.Edges = append(s.Edges, e)
	}
	return s
}

// world returns an empty world of the city.
func (c *city) world(threads int) (*traffic.World, error) {
	system, err := signals.New(c.net, c.plans)
	if err != nil {
		return nil, err
	}
	cfg := traffic.Config{
		Net: c.net, Signals: system, Router: c.router, Envelopes: c.tables,
		Seed: c.seed, Start: begin, StepTime: c.step, Workers: threads,
	}
	if c.weather == Blizzard {
		if cfg.Weather, err = weather.New(c.net, blizzard(), begin); err != nil {
			return nil, err
		}
	}
	return traffic.New(cfg)
}

// blizzard is the weather of that name; nobody clears the roads.
func blizzard() weather.Config {
	return weather.Config{Uncleared: true, Changes: []weather.Change{{
		From: begin - 3600, Until: math.Inf(1), Set: weather.Temperature | weather.Snow | weather.Wind,
		Sky: weather.Sky{Temperature: -6, Snow: 5, Wind: 20},
	}}}
}

// fill drives until about target vehicles circulate.
func (c *city) fill(ctx context.Context, w *traffic.World, target int, tell func(float64)) error {
	for m := 1; m <= maxFill; m++ {
		if err := c.replace(w, target*min(m, fillMinutes)/fillMinutes); err != nil {
			return err
		}
		for range c.stepsPerMinute() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			w.Step()
		}
		tell(float64(m) / (fillMinutes + settleMinutes))
		if m >= fillMinutes+settleMinutes && w.Stats().OnRoad >= target*97/100 {
			return nil
		}
	}
	return fmt.Errorf("only %d vehicles are on the road after %d minutes, want %d", w.Stats().OnRoad, maxFill, target)
}

// stepsPerMinute returns the number of steps in the time for which trips are added at once: the engine finds the routes
// of a minute together.
func (c *city) stepsPerMinute() int { return int(math.Round(minute / c.step)) }

// replace adds what is missing to target vehicles in a minute, if as many arrive as in the one before.
func (c *city) replace(w *traffic.World, target int) error {
	stats := w.Stats()
	arrived := stats.Arrived - c.arrived
	c.arrived = stats.Arrived
	return c.add(w, target-stats.OnRoad-stats.Waiting+arrived, minute)
}

// add adds count trips that depart evenly within the next span seconds.
func (c *city) add(w *traffic.World, count int, span float64) error {
	if count <= 0 {
		return nil
	}
	trips := make([]traffic.Trip, count)
	for i := range trips {
		trips[i] = c.trip()
		trips[i].Depart = w.Time() + float64(span*c.rng.Float64())
	}
	slices.SortStableFunc(trips, func(a, b traffic.Trip) int { return cmp.Compare(a.Depart, b.Depart) })
	_, err := w.AddTrips(trips)
	return err
}

// longTrip returns one between two streets, of a few random destinations the farthest that is not beyond wanderMetres as the crow
// flies: trips do not become longer without end with the city. Its way is the engine's to find.
func (c *city) longTrip() traffic.Trip {
	t := traffic.Trip{From: c.edge(), Class: drawClass(c.rng)}
	from := c.net.Junctions[c.net.Edges[t.From].To].Position
	longest := -1.0
	for tries := 0; tries < 4 || longest < 0; tries++ {
		to := c.edge()
		p := c.net.Junctions[c.net.Edges[to].From].Position
		if d := math.Hypot(p.X-from.X, p.Y-from.Y); to != t.From && d > longest && d < wanderMetres {
			t.To, longest = to, d
		}
	}
	t.FromPos = c.net.Edges[t.From].Length * (0.1 + 0.4*c.rng.Float64())
	t.ToPos = c.net.Edges[t.To].Length * (0.5 + 0.4*c.rng.Float64())
	return t
}

// roundTrip returns one round the ring from anywhere, for a hundred kilometres or so, or once round.
func (c *city) roundTrip() traffic.Trip {
	at := c.edge()
	t := traffic.Trip{From: at, FromPos: c.net.Edges[at].Length * c.rng.Float64(), ToPos: traffic.AtBoundary, Class: drawClass(c.rng)}
	for driven := -2 * c.net.Edges[at].Length; driven < 10*wanderMetres; at = c.router.Arcs(at)[0].To {
		t.Route = append(t.Route, at)
		driven += c.net.Edges[at].Length
	}
	t.To = t.Route[len(t.Route)-1]
	return t
}

// wander returns one from street to street.
func (c *city) wander(w *wanderer) traffic.Trip {
	w.rng = c.rng
	way := w.way(c.edge(), wanderMetres)
	t := traffic.Trip{From: way[0], To: way[len(way)-1], ToPos: traffic.AtBoundary, Class: drawClass(c.rng), Route: way}
	t.FromPos = c.net.Edges[t.From].Length * c.rng.Float64()
	return t
}

func (c *city) edge() network.EdgeID { return c.ends[c.rng.IntN(len(c.ends))] }
