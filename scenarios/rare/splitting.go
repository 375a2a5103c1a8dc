package rare

import (
	"slices"

	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Adaptive multilevel splitting: F. Cérou, A. Guyader, Stochastic Analysis and Applications 25, 417 (2007); that its estimate has no
// bias, with levels of which several particles may be on one: C.-E. Bréhier et al., Annals of Applied Probability 26, 3559 (2016).
// Particles are cases; those that came least near an event are given up, and go on as forks of others at the moment in which these
// came nearer. Scores are taken on a grid, so that states are kept at its levels only.

// grid are the scores at which a particle is kept, before the event itself.
var grid = func() (levels []float64) {
	for i := 1; i < 36; i++ {
		levels = append(levels, 0.025*float64(i))
	}
	for i := range 10 {
		levels = append(levels, 0.9+0.01*float64(i))
	}
	return levels
}()

// event is the level of an event.
var eventLevel = len(grid) + 1

// levelOf returns the level of a finding: how many scores of the grid it has reached.
func levelOf(f *finding) int {
	if f.event {
		return eventLevel
	}
	n, _ := slices.BinarySearch(grid, f.score)
	if n < len(grid) && grid[n] == f.score {
		n++
	}
	return n
}

// givenUp is the share of the particles that are given up at a time, at least: a judgement.
const givenUp = 0.2

// fork is where a case went on with other random numbers.
type fork struct {
	Steps  uint64 `json:"steps"` // of its world
	Number uint64 `json:"number"`
}

// mark is a state in which a particle came to a level for the first time.
type mark struct {
	level   int
	world   *traffic.Snapshot // nil of an event
	reds    []redPassed
	finding finding
}

// particle is a case on its way.
type particle struct {
	draft  *draft
	weight float64
	forks  []fork
	marks  []*mark // by level, ascending
}

// top returns the highest level that it came to.
func (q *particle) top() int {
	if n := len(q.marks); n > 0 {
		return q.marks[n-1].level
	}
	return 0
}

// split makes one run of splitting with n particles, and returns its estimate of the probability of an event in a case. With a tilt what
// lies on the roads is drawn by it: particles carry the weight of that with them to the end.
func (p *player) split(number uint64, n int, t *Tilt) (value float64, hits []hit, err error) {
	d := &dice{key: draw.NewKey(p.seed, draw.Branch), id: number}
	all := make([]*particle, n)
	for i := range all {
		d.n++
		all[i] = &particle{draft: p.scene.draft(p.seed, d.key.Uint64(number, d.n), p.drivers, t), weight: 1}
		if t != nil {
			all[i].weight = t.weight(all[i].draft, func(int) float64 { return 1 })
		}
		if err := p.begin(all[i].draft, nil); err != nil {
			return 0, nil, err
		}
		p.advance(all[i])
	}
	value = 1
	for {
		level := kthTop(all, int(givenUp*float64(n)))
		if level == eventLevel {
			break
		}
		var alive []*particle
		for _, q := range all {
			if q.top() > level {
				alive = append(alive, q)
			}
		}
		if len(alive) == 0 {
			return 0, nil, nil
		}
		value *= float64(len(alive)) / float64(n)
		for i, q := range all {
			if q.top() > level {
				continue
			}
			if all[i], err = p.clone(alive[int(d.float()*float64(len(alive)))], level, d); err != nil {
				return 0, nil, err
			}
		}
	}
	events := 0.0
	for _, q := range all {
		if q.top() == eventLevel {
			events += q.weight
		}
	}
	return value * events / float64(n), hitsOf(all, value/float64(n)), nil
}

// kthTop returns the level of the k-th lowest of all (counted from 0).
func kthTop(all []*particle, k int) int {
	tops := make([]int, len(all))
	for i, q := range all {
		tops[i] = q.top()
	}
	slices.Sort(tops)
	return tops[k]
}

// clone returns a particle that goes on from where q came above a level.
func (p *player) clone(q *particle, level int, d *dice) (*particle, error) {
	i := slices.IndexFunc(q.marks, func(m *mark) bool { return m.level > level })
	m := q.marks[i]
	c := &particle{draft: q.draft, weight: q.weight, marks: slices.Clone(q.marks[:i+1])}
	for _, f := range q.forks {
		if f.Steps < m.finding.steps { // the state was taken before it went on
			c.forks = append(c.forks, f)
		}
	}
	if m.world == nil {
		return c, nil
	}
	if err := p.w.Restore(m.world); err != nil {
		return nil, err
	}
	p.reds = append(p.reds[:0], m.reds...)
	p.count(q.draft)
	d.n++
	f := fork{p.w.Steps(), d.key.Uint64(d.id, d.n)}
	p.w.Branch(f.Number)
	c.forks = append(c.forks, f)
	p.advance(c)
	return c, nil
}

// advance plays on the particle whose state the world has, to its event or its end.
func (p *player) advance(q *particle) {
	for p.w.Time() < p.end-1e-9 && q.top() < eventLevel {
		f := p.step()
		level := levelOf(&f)
		if level <= q.top() {
			continue
		}
		m := &mark{level: level, finding: f}
		if !f.event {
			m.world, m.reds = p.w.Snapshot(), slices.Clone(p.reds)
		}
		q.marks = append(q.marks, m)
	}
}

// hitsOf returns the events of particles, each of which has a weight; those that are one and the same as one.
func hitsOf(all []*particle, weight float64) (hits []hit) {
	at := map[*mark]int{}
	for _, q := range all {
		if q.top() < eventLevel {
			continue
		}
		m := q.marks[len(q.marks)-1]
		if i, ok := at[m]; ok {
			hits[i].weight += weight * q.weight
			continue
		}
		at[m] = len(hits)
		hits = append(hits, hit{number: q.draft.number, forks: q.forks, weight: weight * q.weight, played: played{finding: m.finding, weight: q.weight}})
	}
	return hits
}
