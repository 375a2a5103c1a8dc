package demand

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// Params change what the map gives. The zero value but for Factor and Through is "as the map gives".
type Params struct {
	Factor      float64                            // multiplies the trips
	TripsPerDay float64                            // replaces their number in 24 hours before Factor; 0 keeps it
	Profile     []float64                          // 24 relative shares of the hours; nil for those of the purposes
	Classes     [network.NumVehicleClasses]float64 // relative shares; all 0 for those of inside and through traffic
	Through     float64                            // share of gate traffic that passes through; NaN for what the gates give
}

// Demand is all trips of a run.
type Demand struct {
	Trips  []traffic.Trip // sorted by departure, until some are staggered
	About  []About        // what else is known of them, one each
	Styles []driver.Style // that the trips have, counted from 1
	// Staggered is what policies have done to the departures; nil without any.
	Staggered *Staggered

	source string   // "" if made from the map, else the list of trips
	made   []string // how it was made, where Describe cannot tell from the rest
	params Params
	places *Places
	model  *model
	begin  float64
	end    float64
	counts counts
	notes  []string // what was left out of a list
}

// About is what is known of a trip besides what the traffic needs.
type About struct {
	Number  uint64 // keys what is drawn about it: the same with every factor and in every period
	Purpose Purpose
	Shift   float64 // s by which a policy has it depart later (negative: earlier) than it would
}

// key returns the traffic.Trip.Key of the trip: its number, so that it has the same driver and the same vehicle whoever else travels.
func (a *About) key() uint64 { return max(a.Number+1, 1) }

// counts says what the trips are.
type counts struct {
	purposes [numPurposes]int
	classes  [network.NumVehicleClasses]int
	dropped  int // drawn, but without two different streets that the vehicle may use
}

// attempts is how often ends are drawn anew for a trip whose class may not use them, or that goes nowhere.
const attempts = 6

// dayStride separates the numbers of trips of different days.
const dayStride = 1 << 40

// Demand makes the trips that depart from begin until before end (s after midnight).
func (p *Places) Demand(params Params, seed uint64, begin, end float64) *Demand {
	m := newModel(p, params)
	d := &Demand{params: params, places: p, model: m, begin: begin, end: end}
	n := uint64(math.Round(m.schedule.perDay()))
	var about []About
	for day := uint64(math.Max(0, math.Floor(begin/86400))); float64(day)*86400 < end; day++ {
		for i := range n {
			number := day*dayStride + i
			time, bin := m.schedule.departure(draw.Float64(seed, draw.TripDeparture, number, 0))
			time = math.Floor((time+float64(day)*86400)*1000) / 1000
			if time < begin || time >= end {
				continue
			}
			if trip, kind, ok := m.draw(seed, number, bin); ok {
				trip.Depart = time
				d.Trips = append(d.Trips, trip)
				about = append(about, About{Number: number, Purpose: purposeOf(kind, bin, trip.Class, seed, number)})
				d.counts.purposes[kind]++
				d.counts.classes[trip.Class]++
			} else {
				d.counts.dropped++
			}
		}
	}
	d.arrange(about)
	return d
}

// arrange sorts the trips, and what is known of each, by departure and, of equal ones, by number.
func (d *Demand) arrange(about []About) {
	order := make([]int, len(d.Trips))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(d.Trips[a].Depart, d.Trips[b].Depart), cmp.Compare(about[a].Number, about[b].Number))
	})
	trips, sorted := make([]traffic.Trip, len(order)), make([]About, len(order))
	for i, from := range order {
		trips[i], sorted[i] = d.Trips[from], about[from]
		trips[i].Key = sorted[i].key()
	}
	d.Trips, d.About = trips, sorted
}

// ByDeparture returns trips, and what is known of each, in the order that a Demand has.
func ByDeparture(trips []traffic.Trip, about []About) ([]traffic.Trip, []About) {
	d := Demand{Trips: trips}
	d.arrange(about)
	return d.Trips, d.About
}

// numbered returns what is known of trips of which only the numbers are.
func numbered(numbers []uint64) []About {
	about := make([]About, len(numbers))
	for i, n := range numbers {
		about[i].Number = n
	}
	return about
}

// The draws of one trip: the step argument of package draw. Attempts are 16 steps apart.
const (
	drawPurpose = iota
	drawRelation
	drawZone
	drawSpot
	drawGate
	drawStride = 16
)

// draw makes trip number n, that departs in a bin. ok is false if there is nowhere to go.
func (m *model) draw(seed, n uint64, bin int) (trip traffic.Trip, kind purpose, ok bool) {
	if m.classShare[0][network.NumVehicleClasses-1] == 0 {
		return trip, 0, false
	}
	kind = m.schedule.purpose(bin, draw.Float64(seed, draw.TripOrigin, n, drawPurpose))
	shares := &m.classShare[0]
	if kind == through {
		shares = &m.classShare[1]
	}
	class := network.VehicleClass(pick(shares[:], draw.Float64(seed, draw.VehicleClass, n, 0)*total(shares[:])))
	for attempt := range uint64(attempts + 1) {
		if attempt == attempts {
			class = network.Car // no way for the class: somebody else travels
		}
		t := ticket{seed, n, attempt * drawStride}
		from, to, found := m.ends(kind, t)
		if !found || !m.fit(from, class) || !m.fit(to, class) || !m.differ(from, to) || !m.leads(from, to, class) {
			continue
		}
		return traffic.Trip{
			From: from.edge, To: to.edge, FromPos: from.pos, ToPos: to.pos, Class: class,
		}, kind, true
	}
	return trip, kind, false
}

// ticket keys the draws of one attempt at a trip.
type ticket struct{ seed, number, step uint64 }

func (t ticket) float(s draw.Stream, what uint64) float64 {
	return draw.Float64(t.seed, s, t.number, t.step+what)
}

// tripEnd is where a trip begins or ends.
type tripEnd struct {
	edge network.EdgeID
	pos  float64 // m along edge, or traffic.AtBoundary
}

// fit reports whether a class may use the street of an end, and get there and away as well as cars do.
func (m *model) fit(e tripEnd, class network.VehicleClass) bool {
	r := m.places.router
	return r.Usable(e.edge).Has(class) && (r.Core(e.edge).Has(class) || !r.Core(e.edge).Has(network.Car))
}

// leads reports whether a class can drive from one end to the other: a lorry that enters at a gate may find all streets
// behind it closed to it.
func (m *model) leads(from, to tripEnd, class network.VehicleClass) bool {
	return class == network.Car || m.places.router.Reachable(from.edge, to.edge, class)
}

// differ reports whether a trip leads anywhere: not to the other end of the same street.
func (m *model) differ(from, to tripEnd) bool {
	return from.edge != to.edge && m.places.net.Edges[from.edge].Opposite != to.edge
}
