package scenarios

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// pickUp is the acceleration in m/s² with which vehicles are taken to come back to the speed that they wish once they are over the
// stop line: what they lose on the way belongs to the control delay of the junction behind them (HCM: deceleration, queue and
// acceleration). It is between the HCM's 1.07 (3.5 ft/s², eq. 31-131) and the 1.8 that a car starts with.
const pickUp = 1.4

// otherCycle is the time over which the longest queue is noted where there is no signal, s.
const otherCycle = 60

// movementMeter measures what each movement of a run costs those who make it: control delay, stops, queues.
type movementMeter struct {
	net      *network.Network
	byEnds   map[[2]network.EdgeID]network.MovementID
	last     []passed // by trip
	buffer   []traffic.Passage
	totals   []movementTotals // since the last interval was closed
	whole    []passages       // over the run
	lanes    [][]network.LaneID
	cycle    []float64 // s, over which the longest queue is noted
	begin    float64   // s after midnight
	cycleEnd []float64 // s after midnight
}

// passed is where a vehicle stood in its journey when it last came onto an edge.
type passed struct {
	free, loss float64 // s; loss is what it needed to get to its speed, counted with the junction before
	stops      int32
	known      bool
}

// passages are sums over those who have made a movement since the run began.
type passages struct {
	vehicles int
	delay    float64 // s
}

// movementTotals are sums over those who have made a movement, and samples of its queue.
type movementTotals struct {
	vehicles int
	delay    float64 // s
	stops    int
	queue    float64 // standing vehicles on its longest lane, over samples
	samples  int
	longest  int     // in the present cycle
	peaks    []int32 // of the cycles that have ended
}

func newMovementMeter(net *network.Network, plans []signals.Plan, trips int, begin float64) *movementMeter {
	m := &movementMeter{
		net: net, byEnds: make(map[[2]network.EdgeID]network.MovementID, len(net.Movements)), last: make([]passed, trips),
		totals: make([]movementTotals, len(net.Movements)), whole: make([]passages, len(net.Movements)), lanes: make([][]network.LaneID, len(net.Movements)),
		cycle: make([]float64, len(net.Movements)), cycleEnd: make([]float64, len(net.Movements)), begin: begin,
	}
	cycles := make([]float64, len(net.Controllers))
	for i := range plans {
		cycles[plans[i].Controller] = plans[i].Cycle()
	}
	for i := range net.Movements {
		move := &net.Movements[i]
		m.byEnds[[2]network.EdgeID{move.From, move.To}] = network.MovementID(i)
		for _, c := range move.Connectors {
			if net.Junctions[move.Junction].Kind == network.Plain {
				break // nothing to queue for
			}
			if from := net.Connectors[c].From; len(m.lanes[i]) == 0 || m.lanes[i][len(m.lanes[i])-1] != from {
				m.lanes[i] = append(m.lanes[i], from)
			}
		}
		m.cycle[i] = otherCycle
		if c := net.Junctions[move.Junction].Controller; c != network.None && cycles[c] > 0 {
			m.cycle[i] = cycles[c]
		}
		m.cycleEnd[i] = begin + m.cycle[i]
	}
	return m
}

// clone returns a copy that shares nothing with m but what never changes.
func (m *movementMeter) clone() *movementMeter {
	c := *m
	c.last, c.totals, c.cycleEnd, c.buffer = slices.Clone(m.last), slices.Clone(m.totals), slices.Clone(m.cycleEnd), nil
	c.whole = slices.Clone(m.whole)
	for i := range c.totals {
		c.totals[i].peaks = slices.Clone(m.totals[i].peaks)
	}
	return &c
}

// read takes in who passed a junction in the last step.
func (m *movementMeter) read(w *traffic.World, enter []float64) {
	m.buffer = w.AppendPassages(m.buffer[:0])
	slices.SortFunc(m.buffer, func(a, b traffic.Passage) int { return cmp.Compare(a.Vehicle, b.Vehicle) }) // sums must not depend on workers
	for i := range m.buffer {
		p := &m.buffer[i]
		if int(p.Vehicle) >= len(m.last) {
			continue // added by somebody else than the scenario
		}
		before := &m.last[p.Vehicle]
		taken := p.Until - p.Since
		if !before.known { // its way begins within the edge
			taken = p.Until - enter[p.Vehicle]
		}
		delay := taken - (p.Free - before.free) - before.loss
		loss := 0.0
		if short := p.Wish - p.Speed; short > 0 {
			loss = short * short / (2 * pickUp * p.Wish)
		}
		stops := int32(p.Stops) - before.stops
		*before = passed{p.Free, loss, int32(p.Stops), true}
		if id, ok := m.byEnds[[2]network.EdgeID{p.From, p.To}]; ok {
			t := &m.totals[id]
			t.vehicles++
			t.delay += delay + loss
			t.stops += int(stops)
			m.whole[id].vehicles++
			m.whole[id].delay += delay + loss
		}
	}
}

// sample notes the queues, by lane, once a second.
func (m *movementMeter) sample(now float64, queued []int32) {
	for i := range m.totals {
		queue := 0
		for _, l := range m.lanes[i] {
			queue = max(queue, int(queued[l]))
		}
		t := &m.totals[i]
		t.queue += float64(queue)
		t.samples++
		t.longest = max(t.longest, queue)
		if now >= m.cycleEnd[i]-0.5 {
			t.peaks = append(t.peaks, int32(t.longest))
			t.longest = 0
			m.cycleEnd[i] += m.cycle[i]
		}
	}
}

// take returns what a movement has come to since the last call, and begins anew.
func (m *movementMeter) take(id network.MovementID, row *results.MovementInterval) {
	t := &m.totals[id]
	row.Passed, row.ControlDelay, row.Stops = int64(t.vehicles), t.delay, int64(t.stops)
	row.QueueMean = math.NaN()
	if t.samples > 0 {
		row.QueueMean = t.queue / float64(t.samples)
	}
	row.QueuePeaks = append([]int32{}, t.peaks...)
	*t = movementTotals{longest: t.longest, peaks: t.peaks[:0]}
}
