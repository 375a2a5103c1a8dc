package demand

import (
	"fmt"
	"hash/fnv"
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Flow is the trips of one matrix and how they are put on the road.
type Flow struct {
	Name     string // for messages
	Matrix   *Matrix
	Purpose  Purpose
	From, To Attraction // by what the ends are drawn within their zones
	// Factor multiplies the trips: the share of them that is driven (mode share) over the people in a vehicle.
	Factor float64
	// Return is the share of the trips that are driven back later, as Purpose goes home.
	Return float64
	// Begin and End, s after midnight, are the hours that the matrix is of; both 0 for a whole day.
	Begin, End float64
	Profile    []float64                          // 24 shares of the hours; nil for that of the purpose
	Classes    [network.NumVehicleClasses]float64 // shares; all 0 for those of the purpose
}

// classesOf are the shares of the classes in trips of a purpose [assumed].
func classesOf(p Purpose) [network.NumVehicleClasses]float64 {
	switch p {
	case Freight:
		return [network.NumVehicleClasses]float64{network.Van: 0.5, network.RigidLorry: 0.35, network.ArticulatedLorry: 0.15}
	case Business:
		return [network.NumVehicleClasses]float64{network.Car: 0.8, network.Van: 0.2}
	case Unknown:
		return classShareInside
	case Passing:
		return classShareThrough
	}
	return [network.NumVehicleClasses]float64{network.Car: 0.95, network.Van: 0.03, network.Motorcycle: 0.02}
}

// FromMatrices makes the trips between zones that depart from begin until before end (s after midnight), times factor. A pair
// with 2.3 trips has two, and a third in three of ten seeds; the trips of a smaller factor are among those of a greater.
func (p *Places) FromMatrices(zones *Zones, flows []Flow, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	d := &Demand{params: Params{Factor: factor}, places: p, begin: begin, end: end, source: "matrices"}
	m := matrixDemand{demand: d, zones: zones, seed: seed, origins: p.endsOf(zones, true), targets: p.endsOf(zones, false), model: &model{places: p}}
	for i := range flows {
		before := len(d.Trips)
		if err := m.add(i, &flows[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", flows[i].Name, err)
		}
		f := &flows[i]
		d.made = append(d.made, fmt.Sprintf("%s: %.0f trips (%v) in %s, times %.3g; %.0f %% also driven back; %d in this period",
			f.Name, f.Matrix.Total(), f.Purpose, f.hours(), f.Factor*factor, 100*f.Return, len(d.Trips)-before))
	}
	if d.counts.dropped > 0 {
		d.notes = append(d.notes, fmt.Sprintf("%d trips dropped for want of two streets that the vehicle may use", d.counts.dropped))
	}
	d.arrange(m.about)
	return d, nil
}

// hours tells what time the matrix is of.
func (f *Flow) hours() string {
	if f.Begin == 0 && f.End == 0 {
		return "a day"
	}
	return clock(f.Begin) + " to " + clock(f.End)
}

// matrixDemand makes trips of matrices.
type matrixDemand struct {
	demand           *Demand
	zones            *Zones
	seed             uint64
	origins, targets []ends
	model            *model // for the checks of ends
	about            []About
}

// timetable is when the trips of a flow depart: the shares of the bins of a day, cumulative.
type timetable [bins]float64

// timetableOf returns that of a flow, of the ways out or back.
func (f *Flow) timetableOf(back bool) (t timetable) {
	shape := &outward[f.Purpose]
	if back {
		shape = &homeward[f.Purpose]
	}
	day := interpolate(shape)
	if len(f.Profile) == 24 && !back {
		day = profileOfHours(f.Profile)
	}
	for i := range day {
		if f.End > f.Begin { // the part of the bin that is within the hours
			from, to := float64(i)*binLength, float64(i+1)*binLength
			inside := math.Max(0, math.Min(to, f.End)-math.Max(from, f.Begin))
			day[i] *= inside / binLength
		}
		t[i] = day[i]
	}
	cumulate(t[:])
	return t
}

// time returns when a trip departs, s after midnight, for a uniform number in [0, 1).
func (f *Flow) time(t *timetable, u float64, back bool) float64 {
	x := u * total(t[:])
	bin := pick(t[:], x)
	before := 0.0
	if bin > 0 {
		before = t[bin-1]
	}
	from, to := float64(bin)*binLength, float64(bin+1)*binLength
	if f.End > f.Begin && !back {
		from, to = math.Max(from, f.Begin), math.Min(to, f.End)
	}
	return math.Floor((from+(x-before)/(t[bin]-before)*(to-from))*1000) / 1000
}

func (m *matrixDemand) add(index int, f *Flow) error {
	out, back := f.timetableOf(false), timetable{}
	if f.Return > 0 {
		whole := *f
		whole.Begin, whole.End = 0, 0
		back = whole.timetableOf(true)
	}
	if total(out[:]) == 0 {
		return fmt.Errorf("its profile has no departures between %s and %s", clock(f.Begin), clock(f.End))
	}
	shares := f.Classes
	if total(cumulate(shares[:])) == 0 {
		shares = classesOf(f.Purpose)
		cumulate(shares[:])
	}
	for _, c := range f.Matrix.Cells {
		from, to := m.zones.Zone(c.From), m.zones.Zone(c.To)
		if total(m.origins[c.From].by[ByAll]) == 0 {
			return fmt.Errorf("zone %s: no street of the map lies in it where %.4g trips to %s could begin%s", from.ID, c.Trips, to.ID, externalHint(from))
		}
		if total(m.targets[c.To].by[ByAll]) == 0 {
			return fmt.Errorf("zone %s: no street of the map lies in it where %.4g trips from %s could end%s", to.ID, c.Trips, from.ID, externalHint(to))
		}
		key := cellKey(index, from.ID, to.ID)
		want := c.Trips * f.Factor * m.demand.params.Factor
		for day := 0.0; day*86400 < m.demand.end; day++ {
			dayKey := key + uint64(day)*dayStride
			n := int(math.Ceil(want - draw.Float64(m.seed, draw.Matrix, dayKey, 0)))
			if len(m.demand.Trips)+n > maxListed {
				return fmt.Errorf("more than %d trips", maxListed)
			}
			for i := range n {
				m.trip(f, &c, cellTrip{number: dayKey + uint64(i+1)*0x9e3779b97f4a7c15, day: day, out: &out, back: &back, shares: &shares})
			}
		}
	}
	return nil
}

func externalHint(z *Zone) string {
	if z.External {
		return ": it is external, and no street is cut by the edge of the map within it"
	}
	return ""
}

// cellKey is a number for a pair of zones of a matrix, by their names: zones may be listed otherwise.
func cellKey(index int, from, to string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d\x00%s\x00%s", index, from, to)
	return h.Sum64()
}

// cellTrip keys the draws of a trip.
type cellTrip struct {
	number    uint64
	day       float64
	out, back *timetable
	shares    *[network.NumVehicleClasses]float64
}

// The steps of what is drawn from stream Matrix for a trip; attempts at its ends are cellStride apart.
const (
	cellTime = iota
	cellBack
	cellBackTime
	cellClass
	cellFrom
	cellFromPos
	cellTo
	cellToPos
	cellStride
)

func (m *matrixDemand) trip(f *Flow, c *MatrixCell, t cellTrip) {
	u := func(step uint64) float64 { return draw.Float64(m.seed, draw.Matrix, t.number, step) }
	depart := f.time(t.out, u(cellTime), false) + t.day*86400
	drivesBack := u(cellBack) < f.Return
	returns := math.Inf(1)
	if drivesBack {
		returns = f.time(t.back, u(cellBackTime), true) + t.day*86400
	}
	inside := func(at float64) bool { return at >= m.demand.begin && at < m.demand.end }
	if !inside(depart) && !inside(returns) {
		return
	}
	class := network.VehicleClass(pick(t.shares[:], u(cellClass)*total(t.shares[:])))
	from, to, ok := m.ends(f, c, &class, u)
	if !ok {
		m.demand.counts.dropped++
		return
	}
	if inside(depart) {
		m.keep(traffic.Trip{Depart: depart, From: from.edge, To: to.edge, FromPos: from.pos, ToPos: to.pos, Class: class}, About{Number: t.number, Purpose: f.Purpose})
	}
	if inside(returns) {
		m.back(f, c, returns, class, t.number)
	}
}

// back adds the way back of a trip. Its ends are drawn anew, as the street that one arrives by is seldom that by which one leaves.
func (m *matrixDemand) back(f *Flow, c *MatrixCell, depart float64, class network.VehicleClass, number uint64) {
	number ^= 1 << 63
	u := func(step uint64) float64 { return draw.Float64(m.seed, draw.Matrix, number, step) }
	other := *f
	other.From, other.To = f.To, f.From
	from, to, ok := m.ends(&other, &MatrixCell{From: c.To, To: c.From}, &class, u)
	if !ok {
		m.demand.counts.dropped++
		return
	}
	m.keep(traffic.Trip{Depart: depart, From: from.edge, To: to.edge, FromPos: from.pos, ToPos: to.pos, Class: class}, About{Number: number, Purpose: f.Purpose})
}

func (m *matrixDemand) keep(t traffic.Trip, a About) {
	m.demand.Trips = append(m.demand.Trips, t)
	m.demand.counts.classes[t.Class]++
	m.about = append(m.about, a)
}

// ends draws the ends of a trip that its class may use; a car's in the last attempt.
func (m *matrixDemand) ends(f *Flow, c *MatrixCell, class *network.VehicleClass, u func(uint64) float64) (from, to tripEnd, ok bool) {
	for attempt := range uint64(attempts + 1) {
		if attempt == attempts {
			*class = network.Car
		}
		step := attempt * cellStride
		var a, b bool
		from, a = m.origins[c.From].end(f.From, u(step+cellFrom), u(step+cellFromPos))
		to, b = m.targets[c.To].end(f.To, u(step+cellTo), u(step+cellToPos))
		if a && b && m.model.fit(from, *class) && m.model.fit(to, *class) && m.model.differ(from, to) && m.model.leads(from, to, *class) {
			return from, to, true
		}
	}
	return from, to, false
}
