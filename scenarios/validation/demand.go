package validation

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// stream is traffic from one edge to another, through the ends of the map.
type stream struct {
	from, to network.EdgeID
	rate     func(t float64) float64          // vehicles/h at t s, arriving at random (Poisson)
	most     float64                          // vehicles/h that rate never exceeds
	end      float64                          // s
	vehicle  func(u float64, t *traffic.Trip) // sets class and the like by a uniform number; nil for cars
}

// steady is a stream that does not change.
func steady(from, to network.EdgeID, perHour, end float64) stream {
	return stream{from: from, to: to, rate: func(float64) float64 { return perHour }, most: perHour, end: end}
}

// queue is n vehicles that want to enter at the very beginning.
func queue(from, to network.EdgeID, n int) []traffic.Trip {
	trips := make([]traffic.Trip, n)
	for i := range trips {
		trips[i] = traffic.Trip{From: from, To: to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
	}
	return trips
}

// trips draws the departures of streams by thinning (Lewis, Shedler, Nav. Res. Logist. Q. 26, 403 (1979)), sorted, together
// with others.
func trips(seed uint64, streams []stream, others ...[]traffic.Trip) []traffic.Trip {
	var all []traffic.Trip
	for i := range others {
		all = append(all, others[i]...)
	}
	for k, s := range streams {
		u := func(n, what uint64) float64 { return draw.Float64(seed+uint64(k)<<32, draw.TripDeparture, n, what) }
		at := 0.0
		for n := uint64(0); s.most > 0; n++ {
			if at -= math.Log(1-u(n, 0)) * 3600 / s.most; at >= s.end {
				break
			}
			if u(n, 1)*s.most > s.rate(at) {
				continue
			}
			t := traffic.Trip{Depart: at, From: s.from, To: s.to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
			if s.vehicle != nil {
				s.vehicle(u(n, 2), &t)
			}
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b traffic.Trip) int { return cmp.Compare(a.Depart, b.Depart) })
	return all
}

// lorryShare is the share of lorries where there are any.
const lorryShare = 0.1

// townLorries makes lorryShare of the vehicles lorries, rigid ones: the Manual's heavy vehicles at junctions are mostly these
// and buses.
func townLorries(u float64, t *traffic.Trip) {
	if u < lorryShare {
		t.Class = network.RigidLorry
	}
}

// withLorries makes lorryShare of the vehicles lorries, a third of them rigid, that do not exceed top (m/s).
func withLorries(top float64) func(u float64, t *traffic.Trip) {
	return func(u float64, t *traffic.Trip) {
		switch {
		case u < lorryShare/3:
			t.Class, t.TopSpeed = network.RigidLorry, top
		case u < lorryShare:
			t.Class, t.TopSpeed = network.ArticulatedLorry, top
		}
	}
}
