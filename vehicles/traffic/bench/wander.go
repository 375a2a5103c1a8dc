package bench

import (
	"math/rand/v2"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// straightOn is the weight of going straight on against each turn to a side, where one wanders: some three in five do.
const straightOn = 3

// WanderSpec says who wanders about a network.
type WanderSpec struct {
	Vehicles int
	Metres   float64 // each drives at least
	Depart   float64 // s after midnight of the first
	Span     float64 // s over which they depart, evenly
	Seed     uint64
}

// Wander returns trips of all classes that go on for a given distance from street to street, straight on most often, and
// neither turn round nor leave the map where there is another way: so long as it lasts the number on the road is the number
// of trips, evenly spread over the network. Nobody starts on an edge below 20 m, and all keep to streets that are open to
// all classes.
func Wander(net *network.Network, spec WanderSpec) []traffic.Trip {
	w := newWanderer(net, rand.New(rand.NewPCG(spec.Seed, 3)))
	var starts []network.EdgeID
	for e := range net.Edges {
		if net.Edges[e].Length >= 20 && len(w.onward[e]) > 0 {
			starts = append(starts, network.EdgeID(e))
		}
	}
	trips := make([]traffic.Trip, spec.Vehicles)
	for i := range trips {
		way := w.way(starts[w.rng.IntN(len(starts))], spec.Metres)
		trips[i] = traffic.Trip{
			Depart: spec.Depart + spec.Span*float64(i)/float64(len(trips)), From: way[0], To: way[len(way)-1],
			FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: drawClass(w.rng), Route: way,
		}
	}
	return trips
}

type wanderer struct {
	net    *network.Network
	rng    *rand.Rand
	onward [][]network.Movement // by edge
}

func newWanderer(net *network.Network, rng *rand.Rand) *wanderer {
	w := &wanderer{net: net, rng: rng, onward: make([][]network.Movement, len(net.Edges))}
	for i := range net.Movements {
		m := &net.Movements[i]
		var open network.ClassSet
		for _, c := range m.Connectors {
			open |= net.Connectors[c].Permitted
		}
		if open == network.AllClasses {
			w.onward[m.From] = append(w.onward[m.From], *m)
		}
	}
	return w
}

// way returns a random way of at least so many metres from edge e.
func (w *wanderer) way(e network.EdgeID, metres float64) []network.EdgeID {
	way := []network.EdgeID{e}
	for left := metres - w.net.Edges[e].Length; left > 0 && len(w.onward[e]) > 0; left -= w.net.Edges[e].Length {
		e = w.turn(w.onward[e])
		way = append(way, e)
	}
	return way
}

// turn draws one of the movements that leave an edge and returns where it leads.
func (w *wanderer) turn(from []network.Movement) network.EdgeID {
	total := 0
	for i := range from {
		total += w.weight(&from[i])
	}
	if total == 0 {
		return from[0].To
	}
	x := w.rng.IntN(total)
	for i := range from {
		if x -= w.weight(&from[i]); x < 0 {
			return from[i].To
		}
	}
	return from[len(from)-1].To
}

func (w *wanderer) weight(m *network.Movement) int {
	switch {
	case m.Turn == network.UTurn || len(w.onward[m.To]) == 0:
		return 0
	case m.Turn == network.Through:
		return straightOn
	default:
		return 1
	}
}

// drawClass draws a class from the mix.
func drawClass(rng *rand.Rand) network.VehicleClass {
	x := rng.Float64()
	for class, share := range classShare {
		if x < share {
			return network.VehicleClass(class)
		}
		x -= share
	}
	return network.Car
}
