package demand

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"roadtwin/network"
	"roadtwin/network/bounded"
	"roadtwin/network/route"
	"roadtwin/vehicles"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// maxListed is how many vehicles a list may hold; beyond, an interval is a mistake.
const maxListed = 10_000_000

// maxFlow bounds a flow, bytes: a route of some ten thousand roads.
const maxFlow = 1 << 20

// flow is an element of CityFlow's flow.json.
type flow struct {
	Vehicle   *flowVehicle `json:"vehicle"`
	Route     []string     `json:"route"`
	Interval  float64      `json:"interval"`  // s between vehicles
	StartTime float64      `json:"startTime"` // s; the first vehicle
	EndTime   *float64     `json:"endTime"`   // s; no vehicle after it; -1 or none is never
}

type flowVehicle struct {
	Length      float64 `json:"length"`      // m
	MaxSpeed    float64 `json:"maxSpeed"`    // m/s
	HeadwayTime float64 `json:"headwayTime"` // s, time gap
	UsualPosAcc float64 `json:"usualPosAcc"` // m/s²
	UsualNegAcc float64 `json:"usualNegAcc"` // m/s², positive
	MinGap      float64 `json:"minGap"`      // m
}

// ReadFlow reads CityFlow's flow.json, for a network whose edges have the ids of its roads (Edge.Ref): a vehicle at the start
// of each flow, and one more every interval until its end. Times are seconds after midnight. Vehicles drive the route that
// they have, from the beginning of its first road to the end of its last.
//
// The class follows from the length of the vehicle. Its maxSpeed is kept, and so are headwayTime, usualPosAcc, usualNegAcc and
// minGap, as the means of its drivers (driver.Style): CityFlow's demand says how it is driven. The model of driving is ours.
// Vehicles outside of begin to end are left out; each is made factor times, as Read has it.
func ReadFlow(in io.Reader, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	f := flowReader{demand: &Demand{params: Params{Factor: factor}, places: p, begin: begin, end: end, source: "a list"}, seed: seed, styles: map[driver.Style]uint8{}}
	f.roads = edgesByRef(p.net)
	flows := bounded.NewReader(in, maxFlow)
	d := json.NewDecoder(flows)
	if token, err := d.Token(); err != nil {
		return nil, fmt.Errorf("want CityFlow's flow.json, a JSON array of flows: %w", err)
	} else if token != json.Delim('[') {
		return nil, fmt.Errorf("begins with %v, want CityFlow's flow.json, a JSON array of flows", token)
	}
	for i := uint64(0); ; i++ {
		flows.Next()
		if !d.More() {
			break
		}
		var one flow
		if err := d.Decode(&one); err != nil {
			return nil, fmt.Errorf("flow %d: %w", i, err)
		}
		if err := f.add(i, &one); err != nil {
			return nil, fmt.Errorf("flow %d: %w", i, err)
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	f.demand.arrange(numbered(f.numbers))
	return f.demand, nil
}

// edgesByRef returns the edges by the names that their source has for them.
func edgesByRef(net *network.Network) map[string]network.EdgeID {
	edges := make(map[string]network.EdgeID, len(net.Edges))
	for e := range net.Edges {
		if ref := net.Edges[e].Ref; ref != "" {
			edges[ref] = network.EdgeID(e)
		}
	}
	return edges
}

type flowReader struct {
	demand  *Demand
	seed    uint64
	roads   map[string]network.EdgeID
	styles  map[driver.Style]uint8
	numbers []uint64 // of the trips: flow and place in it
}

func (f *flowReader) add(i uint64, one *flow) error {
	if one.Vehicle == nil || !(one.Vehicle.Length > 0 && one.Vehicle.Length <= 100) || !(one.Vehicle.MaxSpeed >= 1 && one.Vehicle.MaxSpeed <= 200) {
		return errors.New("vehicle: want a length of up to 100 m and a maxSpeed of 1 to 200 m/s")
	}
	if !(one.StartTime >= 0 && one.StartTime <= 1e7) || !(one.Interval > 0) {
		return fmt.Errorf("startTime %g s and interval %g s, want 0 or more and more than 0", one.StartTime, one.Interval)
	}
	trip, err := f.trip(one)
	if err != nil {
		return err
	}
	last := f.demand.end
	if one.EndTime != nil && *one.EndTime >= 0 {
		last = math.Min(last, *one.EndTime)
	}
	first := math.Max(0, math.Ceil((f.demand.begin-one.StartTime)/one.Interval-1e-9))
	if n := (last - one.StartTime) / one.Interval; n-first > maxListed {
		return fmt.Errorf("a vehicle every %g s: more than %d", one.Interval, maxListed)
	}
	for k := uint64(first); ; k++ {
		trip.Depart = one.StartTime + float64(k)*one.Interval
		if trip.Depart > last || trip.Depart >= f.demand.end {
			return nil
		}
		number := i<<32 | k&math.MaxUint32
		for copied := range copies(f.demand.params.Factor, f.seed, number) {
			if len(f.numbers) == maxListed {
				return fmt.Errorf("more than %d vehicles", maxListed)
			}
			f.demand.Trips = append(f.demand.Trips, trip)
			f.numbers = append(f.numbers, numberOfCopy(number, copied))
			f.demand.counts.classes[trip.Class]++
		}
	}
}

// trip returns what the vehicles of a flow have in common.
func (f *flowReader) trip(one *flow) (t traffic.Trip, err error) {
	if len(one.Route) == 0 {
		return t, errors.New("route: empty, want the ids of roads")
	}
	t.Class = classOfLength(one.Vehicle.Length)
	if t.Style, err = f.style(one.Vehicle); err != nil {
		return t, err
	}
	for k, id := range one.Route {
		edge, ok := f.roads[id]
		if !ok {
			return t, fmt.Errorf("route[%d]: the map has no road %q", k, id)
		}
		t.Route = append(t.Route, edge)
	}
	router := f.demand.places.router
	for k, e := range t.Route {
		if k > 0 && !leads(router.Arcs(t.Route[k-1]), e, t.Class) {
			return t, fmt.Errorf("route: nothing leads a %v from road %q to %q", t.Class, one.Route[k-1], one.Route[k])
		}
	}
	net := f.demand.places.net
	t.From, t.To = t.Route[0], t.Route[len(t.Route)-1]
	t.FromPos, t.ToPos = traffic.AtBoundary, traffic.AtBoundary
	if to := &net.Edges[t.To]; !net.Junctions[to.To].Boundary {
		t.ToPos = to.Length - math.Min(turnOffBefore, to.Length/4)
	}
	if top := one.Vehicle.MaxSpeed; top < vehicles.Classes()[t.Class].TopSpeed {
		t.TopSpeed = top
	}
	return t, nil
}

// style returns the number of the style of a vehicle's drivers.
func (f *flowReader) style(v *flowVehicle) (uint8, error) {
	s := driver.Style{TimeGap: v.HeadwayTime, Accel: v.UsualPosAcc, Brake: v.UsualNegAcc, MinGap: v.MinGap}
	if s == (driver.Style{}) {
		return 0, nil
	}
	if n, ok := f.styles[s]; ok {
		return n, nil
	}
	if err := s.Check(); err != nil {
		return 0, fmt.Errorf("vehicle: headwayTime, usualPosAcc, usualNegAcc, minGap: %w", err)
	}
	if len(f.demand.Styles) == driver.MaxStyles {
		return 0, fmt.Errorf("vehicle: more than %d that are driven differently", driver.MaxStyles)
	}
	f.demand.Styles = append(f.demand.Styles, s)
	n := uint8(len(f.demand.Styles))
	f.styles[s] = n
	return n, nil
}

// turnOffBefore is how far before the stop line a trip ends whose last road goes on, m: off the road, not at the signal.
const turnOffBefore = 10.0

// classOfLength returns the class of a vehicle of which only the length is known, m. The bounds lie between the lengths of
// the classes.
func classOfLength(length float64) network.VehicleClass {
	switch {
	case length < 3.2:
		return network.Motorcycle
	case length < 5.6:
		return network.Car
	case length < 7.5:
		return network.Van
	case length < 10:
		return network.RigidLorry
	case length < 13:
		return network.Bus
	}
	return network.ArticulatedLorry
}

// leads reports whether one of the arcs goes to edge next and is open to the class.
func leads(arcs []route.Arc, next network.EdgeID, class network.VehicleClass) bool {
	for _, a := range arcs {
		if a.To == next {
			return a.Permitted.Has(class)
		}
	}
	return false
}
