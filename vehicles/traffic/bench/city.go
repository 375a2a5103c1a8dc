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
)

const (
	density   = 15  // vehicles a lane-km, which is busy: at more the default signals' capacity for turns across the traffic is used up
	blockSide = 200 // m between junctions
	lanes     = 2   // a direction
	begin     = 7 * 3600

	minute = 60 // s

	// Minutes: over which the roads are filled, for which traffic settles then, and after which they must be full.
	fillMinutes, settleMinutes, maxFill = 2, 3, 20
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
	ends    []network.EdgeID // where trips begin and end: all edges but those to and from the rim
	laneKm  float64
	step    float64
	seed    uint64
	rng     *rand.Rand // of the trips
	arrived int        // when trips were added last
}

// newCity generates a square grid of two-way streets large enough for that many vehicles.
func newCity(count int, o Options) (*city, error) {
	// side×side crossings with streets to the rim have 4·side·(side+1) edges.
	edges := float64(count) / density * 1000 / (blockSide * lanes)
	side := int(math.Ceil(math.Sqrt(0.25+edges/4) - 0.5))
	net, err := network.Build(sample.Grid(sample.GridSpec{
		Columns: side, Rows: side, Spacing: blockSide, Lanes: lanes, Signals: true,
	}))
	if err != nil {
		return nil, err
	}
	plans, _ := signals.DefaultPlans(net) // the notes are for planners
	c := &city{
		net: net, plans: plans, router: route.New(net), tables: dynamics.NewTables(vehicles.Classes()),
		step: o.StepTime, seed: o.Seed, rng: rand.New(rand.NewPCG(o.Seed, 1)),
	}
	for e := range net.Edges {
		if c.router.Core(network.EdgeID(e)) == network.AllClasses {
			c.ends = append(c.ends, network.EdgeID(e))
		}
	}
	for i := range net.Lanes {
		c.laneKm += net.Lanes[i].Length / 1000
	}
	return c, nil
}

// world returns an empty world of the city.
func (c *city) world(threads int) (*traffic.World, error) {
	system, err := signals.New(c.net, c.plans)
	if err != nil {
		return nil, err
	}
	return traffic.New(traffic.Config{
		Net: c.net, Signals: system, Router: c.router, Envelopes: c.tables,
		Seed: c.seed, Start: begin, StepTime: c.step, Workers: threads,
	})
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

// trip returns a long one: of a few random destinations the farthest.
func (c *city) trip() traffic.Trip {
	t := traffic.Trip{From: c.edge(), Class: c.class()}
	from := c.net.Junctions[c.net.Edges[t.From].To].Position
	longest := -1.0
	for range 4 {
		to := c.edge()
		p := c.net.Junctions[c.net.Edges[to].From].Position
		if d := math.Hypot(p.X-from.X, p.Y-from.Y); to != t.From && d > longest {
			t.To, longest = to, d
		}
	}
	t.FromPos = c.net.Edges[t.From].Length * (0.1 + 0.4*c.rng.Float64())
	t.ToPos = c.net.Edges[t.To].Length * (0.5 + 0.4*c.rng.Float64())
	return t
}

func (c *city) edge() network.EdgeID { return c.ends[c.rng.IntN(len(c.ends))] }

func (c *city) class() network.VehicleClass {
	x := c.rng.Float64()
	for class, share := range classShare {
		if x < share {
			return network.VehicleClass(class)
		}
		x -= share
	}
	return network.Car
}
