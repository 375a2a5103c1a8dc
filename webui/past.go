package webui

import (
	"math"
	"net/http"
	"sync/atomic"

	"roadtwin/webui/stream"
)

// checkpoint is a state of the run to which it can go back, with what the runner had counted then.
type checkpoint struct {
	time     float64 // s after midnight
	state    Checkpoint
	arrivals arrivals
	steps    uint64
}

// past is where the run can go back to. The states are kept so many seconds apart that they stay within the budget: when they do
// not, every second one is given up.
type past struct {
	budget int // bytes
	every  float64
	next   float64 // s after midnight of the next
	kept   []checkpoint
	branch int // times that the run has gone back
}

// checkpointEvery is the time between two checkpoints as long as they fit, s of simulation: to go back the run is made again from the
// one before, at most two minutes of it.
const checkpointEvery = 120.0

func newPast(budget int) past {
	return past{budget: budget, every: checkpointEvery, next: math.Inf(-1)}
}

// keep takes a checkpoint if it is time for one.
func (p *past) keep(r *runner) {
	now := r.sim.Time()
	if now < p.next {
		return
	}
	p.next = (math.Floor(now/p.every) + 1) * p.every
	c := checkpoint{now, r.sim.Checkpoint(), r.arrivals, r.steps}
	p.kept = append(p.kept, c)
	if most := max(2, p.budget/max(1, c.state.Size())); len(p.kept) > most {
		p.thin()
	}
}

// thin gives up every second checkpoint, but the first, which the run can always go back to.
func (p *past) thin() {
	kept := p.kept[:0]
	for i, c := range p.kept {
		if i%2 == 0 {
			kept = append(kept, c)
		}
	}
	clear(p.kept[len(kept):]) // let go of the states
	p.kept, p.every = kept, 2*p.every
}

// before returns the newest checkpoint that is not later than time.
func (p *past) before(time float64) (c checkpoint, ok bool) {
	for i := len(p.kept) - 1; i >= 0; i-- {
		if p.kept[i].time <= time+1e-6 {
			return p.kept[i], true
		}
	}
	return c, false
}

// cut forgets the checkpoints after time.
func (p *past) cut(time float64) {
	n := len(p.kept)
	for n > 0 && p.kept[n-1].time > time+1e-6 {
		n--
	}
	clear(p.kept[n:])
	p.kept = p.kept[:n]
	p.next = (math.Floor(time/p.every) + 1) * p.every
}

// goTo makes the run come to a time, s after midnight, and rest there: forwards as fast as it goes, backwards from a checkpoint. What
// would have come after a time in the past is forgotten.
func (r *runner) goTo(time float64) error {
	if r.failure != "" {
		return stream.Errorf(stream.Rejected, "the run has failed: %s", r.failure)
	}
	if time < r.sim.Time()-r.pace.step/2 {
		if err := r.goBack(time); err != nil {
			return err
		}
	}
	r.seek, r.seeking, r.playing, r.dirty = time, true, true, true
	return nil
}

func (r *runner) goBack(time float64) error {
	c, ok := r.past.before(time)
	if !ok {
		return stream.Errorf(stream.Rejected, "the run cannot go back so far")
	}
	if err := r.sim.Rewind(c.state, time); err != nil {
		return stream.Errorf(stream.Rejected, "%v", err)
	}
	r.arrivals, r.steps = c.arrivals, c.steps
	r.past.branch++
	r.past.cut(c.time)
	r.history.cut(c.time)
	r.cutActs(time)
	r.minutes.begin(r.sim)
	r.marks.cut(c.time, len(r.sim.Commands()))
	r.nextTape = c.time + r.view.tape.Spacing() - r.pace.step/2
	cut := <-r.free // the publisher always gives them back
	cut.reset()
	cut.cut, cut.moment.Time = true, c.time
	r.captures <- cut
	return nil
}

// arrived ends a seek whose time has come.
func (r *runner) arrived() bool {
	if !r.seeking || r.sim.Time() < r.seek-r.pace.step/2 {
		return false
	}
	r.seeking, r.playing, r.dirty = false, false, true
	return true
}

// timeline is the timeline message of PROTOCOL.md, and with marks the answer of /api/timeline.
type timeline struct {
	Type    string   `json:"type,omitempty"`
	From    *float64 `json:"from"` // recorded; null if nothing is
	To      *float64 `json:"to"`
	Spacing float64  `json:"spacing"`
	Branch  int      `json:"branch"`
	Version int      `json:"version"` // of the marks
	Marks   []mark   `json:"marks,omitempty"`
}

// pastView is what requests read of the past.
type pastView struct {
	tape   *stream.Tape
	marks  *marks
	branch atomic.Int64
}

func (v *pastView) timeline() timeline {
	span := v.tape.Span()
	t := timeline{Spacing: span.Spacing, Branch: int(v.branch.Load()), Version: v.marks.version()}
	if span.Pictures > 0 {
		from, to := round(span.From, 3), round(span.To, 3)
		t.From, t.To = &from, &to
	}
	return t
}

// serve answers /api/timeline.
func (v *pastView) serve(w http.ResponseWriter, r *http.Request) {
	t := v.timeline()
	t.Marks, t.Version = v.marks.list()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	writeGzip(w, r, compress(mustJSON(t)))
}

// tellTimeline sends the timeline message if anything in it has changed.
func (r *runner) tellTimeline() {
	r.view.branch.Store(int64(r.past.branch))
	t := r.view.timeline()
	t.Type = "timeline"
	msg := mustJSON(t)
	if string(msg) != string(r.toldTimeline) {
		r.toldTimeline = msg
		r.hub.SetPast(msg)
	}
}
