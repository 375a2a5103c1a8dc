package timing

import (
	"fmt"
	"math"
)

// Link is a stream of traffic that waits at a signal: the lanes of an approach that have green together.
type Link struct {
	Signal     int     // that it waits at
	Greens     []Green // effective, from the offset of the signal on
	Saturation float64 // veh/h, of all its lanes
	Uniform    float64 // veh/h that come evenly spread, from beyond the signals or from the roadside
	Feeds      []Feed  // what comes from other links
}

// Feed is the part of a link's traffic that comes from another.
type Feed struct {
	Link int
	Flow float64 // veh/h
	Time float64 // s from stop line to stop line, undelayed
}

// Profiles is a network of signals of one cycle, seen as flows that repeat each cycle: TRANSYT's model (Robertson 1969).
type Profiles struct {
	Cycle    float64 // s
	Signals  int
	Links    []Link
	Steps    int     // that a cycle is divided into; 0: of about 1 s
	StopCost float64 // s of delay that a stop is worth
}

// Cost is what the traffic of a network loses.
type Cost struct {
	Delay float64   // vehicles that wait, on average: veh h/h, without what chance adds
	Stops float64   // 1/h
	Links []float64 // s of delay a vehicle, by link, likewise
	Index float64   // what is minimised: Delay and Stops by their worth, veh h/h
}

func (p *Profiles) steps() int {
	if p.Steps > 0 {
		return p.Steps
	}
	return max(20, int(math.Round(p.Cycle)))
}

func (p *Profiles) check() error {
	if !(p.Cycle > 0) || p.Signals < 1 || len(p.Links) == 0 {
		return fmt.Errorf("cycle %v s, %d signals, %d links: want all > 0", p.Cycle, p.Signals, len(p.Links))
	}
	for i := range p.Links {
		l := &p.Links[i]
		if l.Signal < 0 || l.Signal >= p.Signals {
			return fmt.Errorf("link %d: signal %d of %d", i, l.Signal, p.Signals)
		}
		if !(l.Saturation > 0 && l.Uniform >= 0) || len(l.Greens) == 0 {
			return fmt.Errorf("link %d: saturation flow %v, even flow %v veh/h, %d greens", i, l.Saturation, l.Uniform, len(l.Greens))
		}
		for _, f := range l.Feeds {
			if f.Link < 0 || f.Link >= len(p.Links) || !(f.Flow >= 0 && f.Time >= 0) {
				return fmt.Errorf("link %d: a feed of %v veh/h from link %d of %d in %v s", i, f.Flow, f.Link, len(p.Links), f.Time)
			}
		}
	}
	return nil
}

// flow returns the flow of a link, veh/h.
func (l *Link) flow() float64 {
	sum := l.Uniform
	for _, f := range l.Feeds {
		sum += f.Flow
	}
	return sum
}

// model is a network at work: profiles of vehicles a step.
type model struct {
	*Profiles
	n          int
	in, out    [][]float64
	open       [][]float64 // share of each step that is green, at offset 0
	dispersion [][]Dispersion
	scratch    []float64
}

func (p *Profiles) model() *model {
	m := &model{Profiles: p, n: p.steps()}
	for i := range p.Links {
		l := &p.Links[i]
		m.in, m.out = append(m.in, make([]float64, m.n)), append(m.out, make([]float64, m.n))
		m.open = append(m.open, greenShare(l.Greens, p.Cycle, m.n))
		var spread []Dispersion
		for _, f := range l.Feeds {
			spread = append(spread, Robertson(f.Time, 0.35, 0.8, p.Cycle/float64(m.n)))
		}
		m.dispersion = append(m.dispersion, spread)
	}
	return m
}

// greenShare returns the part of each of n steps of a cycle that is green.
func greenShare(greens []Green, cycle float64, n int) []float64 {
	open := make([]float64, n)
	step := cycle / float64(n)
	for _, g := range greens {
		begin := wrap(g.Begin, cycle)
		for k := 0; ; k++ {
			from := step * (math.Floor(begin/step) + float64(k))
			if from >= begin+g.Length {
				break
			}
			part := (min(from+step, begin+g.Length) - max(from, begin)) / step
			at := int(math.Round(from/step)) % n
			open[at] = min(1, open[at]+part)
		}
	}
	return open
}

// flowOn finds what leaves each link, from link to link until nothing changes any more.
func (m *model) flowOn(offsets []float64) {
	const passes = 25
	for i := range m.out { // evenly at first
		for k := range m.out[i] {
			m.out[i][k] = m.Links[i].flow() / 3600 * m.Cycle / float64(m.n)
		}
	}
	for range passes {
		change := 0.0
		for i := range m.Links {
			change = max(change, m.serve(i, offsets[m.Links[i].Signal]))
		}
		if change < 1e-4 {
			return
		}
	}
}

// serve finds what arrives at and what leaves a link, and returns by how much the latter has changed, vehicles a step.
func (m *model) serve(i int, offset float64) (change float64) {
	l := &m.Links[i]
	step := m.Cycle / float64(m.n)
	for k := range m.in[i] {
		m.in[i][k] = l.Uniform / 3600 * step
	}
	for f, feed := range l.Feeds {
		from := &m.Links[feed.Link]
		all := from.flow()
		if all <= 0 {
			continue
		}
		m.scratch = m.dispersion[i][f].Apply(m.scratch, m.out[feed.Link])
		for k, v := range m.scratch {
			m.in[i][k] += v * feed.Flow / all
		}
	}
	m.drain(i, offset, func(k int, left float64) {
		change = max(change, math.Abs(left-m.out[i][k]))
		m.out[i][k] = left
	})
	return change
}

// drain runs the queue of a link through cycles until it repeats, calls leaves for each step of the last, and returns the mean
// queue in that and the vehicles that had to stop in it. Arrivals beyond capacity are left out.
func (m *model) drain(i int, offset float64, leaves func(k int, left float64)) (queue, stopped float64) {
	l := &m.Links[i]
	step := m.Cycle / float64(m.n)
	most := l.Saturation / 3600 * step
	arrive, serve := 0.0, 0.0
	for k := range m.n {
		arrive += m.in[i][k]
		serve += most * m.open[i][k]
	}
	scale := 1.0
	if arrive > serve {
		scale = serve / arrive
	}
	shift := int(math.Round(wrap(offset, m.Cycle)/step)) % m.n
	start := 0.0
	for range 4 {
		q := start
		for k := range m.n {
			q = max(0, q+scale*m.in[i][k]-most*m.open[i][(k-shift+m.n)%m.n])
		}
		if math.Abs(q-start) < 1e-6 {
			break
		}
		start = q
	}
	q := start
	for k := range m.n {
		came := scale * m.in[i][k]
		left := min(q+came, most*m.open[i][(k-shift+m.n)%m.n])
		rest := q + came - left
		queue += (q + rest) / 2 / float64(m.n)
		if came > 0 && rest > 0 {
			stopped += came * min(1, rest/(rest+left))
		}
		q = rest
		if leaves != nil {
			leaves(k, left)
		}
	}
	return queue, stopped
}

// cost returns what the traffic loses at these offsets.
func (m *model) cost(offsets []float64) Cost {
	m.flowOn(offsets)
	var c Cost
	for i := range m.Links {
		queue, stopped := m.drain(i, offsets[m.Links[i].Signal], nil)
		c.Delay += queue
		c.Stops += stopped * 3600 / m.Cycle
		delay := 0.0
		if flow := m.Links[i].flow(); flow > 0 {
			delay = queue * 3600 / flow
		}
		c.Links = append(c.Links, delay)
	}
	c.Index = c.Delay + c.Stops*m.StopCost/3600
	return c
}

// Evaluate returns what the traffic loses at offsets, one for each signal, s.
func (p *Profiles) Evaluate(offsets []float64) (Cost, error) {
	if err := p.check(); err != nil {
		return Cost{}, err
	}
	if len(offsets) != p.Signals {
		return Cost{}, fmt.Errorf("%d offsets for %d signals", len(offsets), p.Signals)
	}
	return p.model().cost(offsets), nil
}

// hillSteps are the steps of the search, as shares of the cycle: large ones find their way out of valleys, small ones to their
// bottom (TRANSYT's list, recalled).
var hillSteps = []float64{0.15, 0.40, 0.15, 0.40, 0.15, 0.01, 0.01}

// Optimise returns the offsets in s at which the traffic loses least, found from given ones by hill climbing as TRANSYT does: one
// signal after the other is moved as long as that helps, by large and by small steps in turn. The first signal keeps its
// offset. What is found is never worse than what was given.
func (p *Profiles) Optimise(offsets []float64) ([]float64, Cost, error) {
	if _, err := p.Evaluate(offsets); err != nil {
		return nil, Cost{}, err
	}
	m := p.model()
	best := append([]float64(nil), offsets...)
	cost := m.cost(best)
	for _, share := range hillSteps {
		for s := 1; s < p.Signals; s++ {
			for _, direction := range [2]float64{1, -1} {
				for moved := 0.0; moved < 1; moved += share {
					was := best[s]
					best[s] = wrap(was+direction*share*p.Cycle, p.Cycle)
					next := m.cost(best)
					if next.Index >= cost.Index-1e-9 {
						best[s] = was
						break
					}
					cost = next
				}
			}
		}
	}
	return best, cost, nil
}
