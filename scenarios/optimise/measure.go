package optimise

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// standing is the speed below which a vehicle is in a queue, m/s: 5 km/h, as in all results.
const standing = 5 / 3.6

// gauge measures a run from a moment on. It observes queues once a second.
type gauge struct {
	run      *scenarios.Run
	before   scenarios.Losses
	already  int       // trips under way, or waiting, at the start
	approach []int32   // by lane: the number of its approach, -1 for none
	lanes    []int32   // by lane, of approaches: vehicles up to the last that stands, in the sample
	longest  [][]int32 // by approach and sample: vehicles in the longest lane's queue
	standing float64   // vehicles, summed over samples
	buffer   []traffic.VehicleState
	next     float64 // s after midnight of the next sample
}

// newGauge returns a gauge of the queues before some controllers that begins now.
func newGauge(r *scenarios.Run, controllers []network.ControllerID) *gauge {
	net := r.Net()
	g := &gauge{run: r, before: r.Losses(), approach: make([]int32, len(net.Lanes)), lanes: make([]int32, len(net.Lanes)), next: r.Time()}
	stats := r.World().Stats()
	g.already = stats.OnRoad + stats.Waiting
	for l := range g.approach {
		g.approach[l] = -1
	}
	for _, c := range controllers {
		for _, e := range approaches(net, c) {
			for k := range net.Edges[e].NumLanes {
				g.approach[net.Edges[e].FirstLane+network.LaneID(k)] = int32(len(g.longest))
			}
			g.longest = append(g.longest, nil)
		}
	}
	return g
}

// approaches returns the edges that lead to the signals of a controller, ascending.
func approaches(net *network.Network, c network.ControllerID) (edges []network.EdgeID) {
	for _, g := range net.Controllers[c].Groups {
		edges = append(edges, net.SignalGroups[g].Approach)
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// Observe samples the queues.
func (g *gauge) Observe(r *scenarios.Run) {
	if len(g.longest) == 0 || r.Time() < g.next {
		return
	}
	g.next++
	clear(g.lanes)
	g.buffer = r.World().AppendVehicles(g.buffer[:0])
	track, place := network.TrackID(-1), int32(0)
	for i := range g.buffer {
		v := &g.buffer[i]
		if v.Track != track {
			track, place = v.Track, 0
		}
		place++ // most downstream first
		lane, ok := r.Net().LaneOf(v.Track)
		if ok && v.V < standing && g.approach[lane] >= 0 {
			g.standing++
			g.lanes[lane] = place
		}
	}
	for a := range g.longest {
		g.longest[a] = append(g.longest[a], 0)
	}
	for l, a := range g.approach {
		if a >= 0 {
			at := &g.longest[a][len(g.longest[a])-1]
			*at = max(*at, g.lanes[l])
		}
	}
}

// read returns what was measured.
func (g *gauge) read() Measures {
	now := g.run.Losses()
	m := Measures{Trips: now.Trips - g.before.Trips + g.already}
	n := math.Max(1, float64(m.Trips))
	m.Delay = (now.Delay - g.before.Delay) / n
	m.Stops = float64(now.Stops-g.before.Stops) / n
	if len(g.longest) == 0 || len(g.longest[0]) == 0 {
		return m
	}
	edges := float64(len(g.longest))
	m.Queue = g.standing / float64(len(g.longest[0])) / edges
	for a := range g.longest {
		m.Long += float64(percentile(g.longest[a], 0.95)) / edges
	}
	return m
}

// percentile returns the least of values that at least the share p of them is not above; 0 for none.
func percentile(values []int32, p float64) int32 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[max(0, int(math.Ceil(p*float64(len(values))-1e-9))-1)]
}
