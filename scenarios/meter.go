package scenarios

import (
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// recentMinutes is the time over which KPI.RecentDelay is taken.
const recentMinutes = 5

// meter adds up what the events of a run tell, and samples queues every second.
type meter struct {
	net   *network.Network
	begin float64 // s after midnight
	end   float64
	trips []traffic.Trip
	state []results.TripState // by trip, "" until it departs
	enter []float64           // s after midnight at which each trip entered the road

	arrived  sums
	recent   [recentMinutes]sums // by minute since begin, as a ring
	minute   int
	peak     int     // most vehicles on the road
	peakTime float64 // s after midnight
	due      int     // arrivals that Summary.Due counts

	index, delays []float64 // of arrivals: travel time over free-flow time, and delay in s
	entryWait     float64   // s that those who entered had waited

	lanes      []network.LaneID // whose queues are sampled: those that end at a junction with something to regulate
	queue      []int32          // standing vehicles at the end of each edge, at the last sample
	byLane     []int32          // likewise
	sampled    bool             // in the last step
	samples    int
	second     float64     // s after midnight of the next sample
	byJunction []queueSums // over the run

	movements *movementMeter
}

// sums are totals over arrivals.
type sums struct {
	trips                             int
	travel, free, delay, waited, dist float64
	stops                             int
}

// queueSums are what Summary tells of the queues at a junction.
type queueSums struct {
	total float64 // vehicles times samples
	max   int32
}

func newMeter(net *network.Network, plans []signals.Plan, trips []traffic.Trip, begin, end float64) *meter {
	m := &meter{
		net: net, begin: begin, end: end, trips: trips,
		state: make([]results.TripState, len(trips)), enter: make([]float64, len(trips)),
		queue: make([]int32, len(net.Edges)), byLane: make([]int32, len(net.Lanes)), second: begin + 1, byJunction: make([]queueSums, len(net.Junctions)),
		movements: newMovementMeter(net, plans, len(trips), begin),
	}
	for l := range net.Lanes {
		if net.Junctions[net.Edges[net.Lanes[l].Edge].To].Kind != network.Plain {
			m.lanes = append(m.lanes, network.LaneID(l))
		}
	}
	return m
}

// clone returns a copy that shares nothing with m but what never changes.
func (m *meter) clone() *meter {
	c := *m
	c.state, c.enter = slices.Clone(m.state), slices.Clone(m.enter)
	c.queue, c.byJunction = slices.Clone(m.queue), slices.Clone(m.byJunction)
	c.index, c.delays = slices.Clone(m.index), slices.Clone(m.delays)
	c.byLane, c.movements = slices.Clone(m.byLane), m.movements.clone()
	return &c
}

// read takes in what the last step brought.
func (m *meter) read(w *traffic.World) {
	for _, e := range w.Events() {
		m.note(e)
	}
	m.movements.read(w, m.enter)
	stats := w.Stats()
	if stats.OnRoad > m.peak {
		m.peak, m.peakTime = stats.OnRoad, w.Time()
	}
	if m.sampled = w.Time() >= m.second-w.StepTime()/2; m.sampled {
		m.second++
		m.sampleQueues(w)
	}
	if minute := int((w.Time() - m.begin) / 60); minute > m.minute {
		m.minute = minute
		m.recent[minute%recentMinutes] = sums{}
	}
}

func (m *meter) note(e traffic.Event) {
	if int(e.Vehicle) >= len(m.state) {
		return // added by somebody else than the scenario
	}
	switch e.Kind {
	case traffic.Departed:
		m.state[e.Vehicle], m.enter[e.Vehicle] = results.TripOnRoad, e.Time
		m.entryWait += max(0, e.Time-m.trips[e.Vehicle].Depart)
	case traffic.Arrived:
		m.state[e.Vehicle] = results.TripArrived
		m.arrived.add(e)
		m.delays = append(m.delays, delay(e))
		if e.FreeTime > 0 {
			m.index = append(m.index, (e.TravelTime+e.Waited)/e.FreeTime)
		}
		if isDue(m.trips[e.Vehicle].Depart, e.FreeTime, m.end) {
			m.due++
		}
		m.recent[m.minute%recentMinutes].add(e)
	case traffic.Cleared, traffic.Recovered:
		m.state[e.Vehicle] = results.TripCleared
	case traffic.NoRoute:
		m.state[e.Vehicle] = results.TripNoRoute
	}
}

func (s *sums) add(e traffic.Event) {
	s.trips++
	s.travel += e.TravelTime
	s.free += e.FreeTime
	s.delay += delay(e)
	s.waited += e.Waited
	s.dist += e.Distance
	s.stops += e.Stops
}

// isDue reports whether a trip should have ended by end: if it could take twice its free-flow time since it wished to
// depart, which is a slow journey in any city's peak.
func isDue(depart, free, end float64) bool { return depart+2*free <= end }

// delay returns the delay of an arrival in s: what the way took longer than alone and at green, and the wait before it.
func delay(e traffic.Event) float64 { return e.TravelTime - e.FreeTime + e.Waited }

func (m *meter) sampleQueues(w *traffic.World) {
	clear(m.queue)
	for _, l := range m.lanes {
		m.byLane[l] = int32(w.Queued(l))
		m.queue[m.net.Lanes[l].Edge] += m.byLane[l]
	}
	m.samples++
	m.movements.sample(w.Time(), m.byLane)
	for j := range m.byJunction {
		q := m.junctionQueue(network.JunctionID(j))
		m.byJunction[j].total += float64(q)
		m.byJunction[j].max = max(m.byJunction[j].max, q)
	}
}

// junctionQueue returns the standing vehicles at all approaches of j, at the last sample.
func (m *meter) junctionQueue(j network.JunctionID) (q int32) {
	for _, e := range m.net.Junctions[j].In {
		q += m.queue[e]
	}
	return q
}

// recentDelay returns the mean delay of the arrivals of the last minutes, s; 0 without any.
func (m *meter) recentDelay() float64 {
	var n int
	var total float64
	for _, s := range m.recent {
		n, total = n+s.trips, total+s.delay
	}
	return mean(total, n)
}

// mean returns total/n, 0 for none.
func mean(total float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return total / float64(n)
}
