package validation

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles"
	"roadtwin/vehicles/traffic"
)

// ringSpec is cars on a closed road of one lane.
type ringSpec struct {
	length, limit float64 // m, m/s
	cars          int
	carLength     float64 // m; 0 is that of the class
	duration      float64 // s for which it will be observed, at most
	leader        float64 // m/s that the first car does not exceed; 0 for one like the others
	displaced     float64 // m by which the first car stands ahead of its even place
	setup         setup
}

// ring is a closed road with its cars on it, evenly spaced, all but standing.
type ring struct {
	*observed
	course *course
	limit  float64
	begun  float64 // s at which they were let go
	buffer []traffic.VehicleState
}

// newRing puts the cars on the road at walking pace.
func (l *lab) newRing(s ringSpec) (*ring, error) {
	const crawl = 1.0 // m/s while the cars are put on the road
	sections := 4
	if s.length < 200 { // the joints of shorter ones would be bent
		sections = 2
	}
	change := s.setup.change
	s.setup.change = func(c *traffic.Config) {
		c.StraightLanes = true // the theory's road has no end, but no bends either
		if change != nil {
			change(c)
		}
	}
	w, err := l.world(sample.Loop(sample.LoopSpec{Length: s.length, Sections: sections, SpeedLimit: s.limit}), s.setup)
	if err != nil {
		return nil, err
	}
	r := &ring{observed: w, limit: s.limit}
	r.course = newCourse(w.net, []network.EdgeID{0, 1, 2, 3}[:sections]...)
	if math.Abs(r.course.length-s.length) > 0.05 {
		return r, fmt.Errorf("ring of %.2f m, want %.2f", r.course.length, s.length)
	}
	if err := r.setLimit(crawl); err != nil {
		return r, err
	}
	if _, err := w.AddTrips(r.trips(s, sections)); err != nil {
		return r, err
	}
	for i := 0; w.Stats().OnRoad < s.cars; i++ {
		if i > 50*s.cars {
			return r, fmt.Errorf("only %d of %d cars fit on a ring of %.0f m", w.Stats().OnRoad, s.cars, r.course.length)
		}
		w.Step()
	}
	r.begun = w.Time()
	return r, r.setLimit(s.limit)
}

func (r *ring) setLimit(limit float64) error {
	for e := range r.net.Edges {
		if err := r.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: network.EdgeID(e), Limit: limit}); err != nil {
			return err
		}
	}
	return nil
}

// trips places the cars evenly, or, if their number is no multiple of that of the edges, as many or one more on each. They go round until long after the observation.
func (r *ring) trips(s ringSpec, sections int) []traffic.Trip {
	laps := int(2*s.limit*(s.duration+600)/s.length) + 2
	trips := make([]traffic.Trip, 0, s.cars)
	length := s.carLength
	if length == 0 {
		length = vehicles.Classes()[network.Car].Length
	}
	for i := range s.cars {
		e, k := i%sections, i/sections // by turns on the edges, which fill at the same time, the foremost first
		onEdge := (s.cars + sections - 1 - e) / sections
		spacing := r.course.length / float64(sections*onEdge)
		// A joint of 1 m follows, where the limit is not that of the filling; nobody begins less than his length up an edge.
		back := math.Max(0.5, math.Min(3, spacing-1-length-0.55))
		x := r.net.Edges[e].Length - back - float64(k)*spacing
		if i == sections {
			x += s.displaced
		}
		route := make([]network.EdgeID, laps*sections)
		for k := range route {
			route[k] = network.EdgeID((e + k) % sections)
		}
		trips = append(trips, traffic.Trip{
			Depart: r.Time(), From: network.EdgeID(e), FromPos: x,
			To: route[len(route)-1], ToPos: traffic.AtBoundary, Route: route, Length: s.carLength,
		})
		if i == 0 {
			trips[0].TopSpeed = s.leader
		}
	}
	return trips
}

// look returns the cars with their places on the ring, in the order of their ids.
func (r *ring) look() []ringCar {
	r.buffer = r.AppendVehicles(r.buffer[:0])
	cars := make([]ringCar, len(r.buffer))
	for i := range r.buffer {
		v := &r.buffer[i]
		x, _ := r.course.at(v)
		cars[i] = ringCar{int(v.ID), x, v.V}
	}
	slices.SortFunc(cars, func(a, b ringCar) int { return a.id - b.id })
	return cars
}

type ringCar struct {
	id   int
	x, v float64 // m, m/s
}

// spread returns mean and standard deviation of the speeds, and the lowest and highest, m/s.
func spread(cars []ringCar) (mean, sd, lo, hi float64) {
	lo, hi = math.Inf(1), 0
	for _, c := range cars {
		mean += c.v
		lo, hi = math.Min(lo, c.v), math.Max(hi, c.v)
	}
	mean /= float64(len(cars))
	for _, c := range cars {
		sd += (c.v - mean) * (c.v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(cars))), lo, hi
}

// trajectories collects time-space paths on a ring.
type trajectories struct{ paths []report.Path }

// add notes where the cars are at time t (s); a car that has come round begins at 0 again.
func (p *trajectories) add(t float64, cars []ringCar) {
	if p.paths == nil {
		p.paths = make([]report.Path, len(cars))
	}
	for i, c := range cars {
		path := &p.paths[i]
		if n := len(path.Y); n > 0 && c.x < path.Y[n-1] {
			path.X, path.Y, path.Value = append(path.X, t), append(path.Y, math.NaN()), append(path.Value, 0)
		}
		path.X, path.Y, path.Value = append(path.X, t), append(path.Y, c.x), append(path.Value, 3.6*c.v)
	}
}

// waveMeter follows a stop-and-go wave round a ring: each moment's slowness, written as waves of one to four periods round
// the ring, has for each a place; how fast that of the strongest moves is the speed of the wave.
type waveMeter struct {
	length float64
	times  []float64
	phase  [4][]float64 // m/ring that the k-th has moved since the beginning, unwrapped, as an angle
	power  [4]float64
}

func (m *waveMeter) add(t float64, cars []ringCar) {
	mean, _, _, _ := spread(cars)
	m.times = append(m.times, t)
	for k := range m.phase {
		var re, im float64
		for _, c := range cars {
			angle := 2 * math.Pi * float64(k+1) * c.x / m.length
			re += (mean - c.v) * math.Cos(angle)
			im += (mean - c.v) * math.Sin(angle)
		}
		m.power[k] += re*re + im*im
		angle := math.Atan2(im, re)
		if n := len(m.phase[k]); n > 0 {
			last := m.phase[k][n-1]
			angle = last + math.Remainder(angle-last, 2*math.Pi)
		}
		m.phase[k] = append(m.phase[k], angle)
	}
}

// speed returns the speed of the wave in m/s, negative against the driving direction, and the share of the movement that
// is steady.
func (m *waveMeter) speed() (v, steady float64) {
	best := 0
	for k := range m.power {
		if m.power[k] > m.power[best] {
			best = k
		}
	}
	b, r2 := slope(m.times, m.phase[best])
	return b * m.length / (2 * math.Pi * float64(best+1)), r2
}
