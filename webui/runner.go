package webui

import (
	"context"
	"sync"
	"time"

	"roadtwin/vehicles/traffic"
	"roadtwin/webui/stream"
)

const (
	frameEvery  = 100 * time.Millisecond // pictures, while there is something new to see
	detailEvery = 200 * time.Millisecond // details of selected vehicles
	kpiEvery    = time.Second
	// frameSlack is how early a picture may be: steps at real time come every 100 ms, give or take.
	frameSlack = 20 * time.Millisecond
)

// captures is how many there are: one for the viewers, one for the tape and one for the key figures can be under way.
const captures = 3

// runner owns the simulation: it alone steps it, reads it and changes it.
type runner struct {
	sim      Simulation
	hub      *stream.Hub
	metrics  *metrics
	failed   func() error
	orders   chan order
	captures chan *capture // to the publisher
	free     chan *capture // from the publisher
	publish  *publisher
	history  history
	view     *pastView
	marks    *marks

	begin, end float64
	pace       pace
	playing    bool
	failure    string
	dirty      bool // there is something to see that has not been published
	steps      uint64
	arrivals   arrivals
	condition  string // of all roads, or byWeather; as last told
	roads      *roadWatch
	selected   []traffic.VehicleID

	past         past
	seeking      bool    // goes to seek as fast as it can
	seek         float64 // s after midnight
	nextTape     float64 // s after midnight of the next picture for the tape
	toldTimeline []byte

	acts      []act // that can be undone, the last one first undone
	minutes   *minutes
	inspector *inspector

	nextFrame, nextDetail, nextKPI time.Time
	measured                       measurement
}

// measurement is a moment against which the speed of the run is measured.
type measurement struct {
	wall    time.Time
	time    float64
	updates uint64
}

func newRunner(cfg *Config, hub *stream.Hub, places *stream.Places, view *pastView, inspector *inspector, m *metrics) *runner {
	r := &runner{
		sim: cfg.Simulation, hub: hub, metrics: m, failed: cfg.Failed,
		orders: make(chan order), captures: make(chan *capture, captures), free: make(chan *capture, captures),
		publish: newPublisher(cfg, hub, places, view), view: view, marks: view.marks,
		minutes: inspector.minutes, inspector: inspector, past: newPast(cfg.checkpointBytes()), nextTape: cfg.Begin,
		roads: newRoadWatch(cfg.Net, places), begin: cfg.Begin, end: cfg.End,
		pace: pace{step: cfg.StepTime, speed: cfg.Speed}, playing: !cfg.Paused && !cfg.Simulation.Done(),
	}
	for range captures {
		r.free <- new(capture)
	}
	return r
}

// run paces the simulation until ctx ends.
func (r *runner) run(ctx context.Context) {
	var publishing sync.WaitGroup
	publishing.Go(func() {
		for c := range r.captures {
			r.publish.do(c)
			r.free <- c
		}
	})
	defer publishing.Wait()
	defer close(r.captures)

	r.pace.restart(time.Now(), r.sim.Time())
	r.condition = conditionOf(r.sim)
	r.dirty = true
	r.minutes.begin(r.sim)
	r.past.keep(r)
	r.tellState()
	r.tellWeather()
	r.tellTimeline()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait := r.advance()
		wait = min(wait, r.show(time.Now()))
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case o := <-r.orders:
			o.reply <- r.obey(o)
		case <-r.hub.Wanted():
			r.dirty = true
			r.nextDetail = time.Time{}
		case <-timer.C:
		}
	}
}

// forever is longer than anything the runner waits for.
const forever = time.Hour

// advance makes the steps that are due, at most until the next picture is, and returns how long to wait for the next.
func (r *runner) advance() time.Duration {
	if !r.playing {
		return forever
	}
	now := time.Now()
	deadline := now.Add(frameEvery)
	if r.nextFrame.After(now) {
		deadline = r.nextFrame
	}
	for {
		if r.arrived() || r.sim.Done() {
			r.playing, r.seeking = false, false
			r.pace.restart(now, r.sim.Time())
			r.tellState()
			return forever
		}
		if wait := r.pace.due(now, r.sim.Time()); wait > 0 && !r.seeking {
			return wait
		}
		r.step(now)
		now = time.Now()
		if !now.Before(deadline) {
			return 0
		}
	}
}

func (r *runner) step(started time.Time) {
	r.sim.Step()
	r.metrics.step.Observe(time.Since(started).Seconds())
	r.steps++
	r.dirty = true
	r.arrivals.add(r.sim.Events(), r.sim.Time())
	r.marks.read(r.sim)
	r.minutes.read(r.sim)
	r.past.keep(r)
	r.record()
	if r.history.due(r.sim.Time()) {
		r.history.add(r.kpi())
	}
}

// show publishes what is due and returns how long to wait for what is due next.
func (r *runner) show(now time.Time) time.Duration {
	if c := conditionOf(r.sim); c != r.condition {
		r.condition = c
		r.tellState()
		r.tellWeather()
	}
	if !now.Before(r.nextKPI) {
		r.nextKPI = now.Add(kpiEvery)
		r.tellKPI(now)
		r.tellWeather()
		r.tellTimeline()
		r.hub.RefreshState(r.state()) // its time
		r.askFailure()
	}
	wait := forever
	if r.playing || r.dirty {
		wait = r.nextKPI.Sub(now)
	}
	if !r.dirty {
		return wait
	}
	if early := r.nextFrame.Sub(now); early > frameSlack {
		return min(wait, early)
	}
	r.nextFrame = later(r.nextFrame, now.Add(-frameEvery)).Add(frameEvery)
	r.dirty = !r.capture(now)
	return wait
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// capture copies what viewers see and hands it to the publisher. It returns false if the publisher is still busy with
// those before.
func (r *runner) capture(now time.Time) bool {
	r.metrics.observe(r.sim.Stats(), r.sim.Time())
	r.selected = r.hub.AppendSelected(r.selected[:0])
	if r.hub.Viewers() == 0 && len(r.selected) == 0 {
		return true
	}
	var c *capture
	select {
	case c = <-r.free:
	default:
		r.metrics.lateCaptures.Inc()
		return false
	}
	c.takeMoment(r.sim)
	c.picture, c.tape = true, r.tapeDue()
	if !now.Before(r.nextDetail) {
		r.nextDetail = now.Add(detailEvery - frameSlack)
		c.takeDetails(r.sim, r.selected)
		r.inspector.tell(r.hub, r.sim, c.moment.Vehicles)
	}
	r.captures <- c // has room for all there are
	return true
}

// tapeDue reports whether the tape wants a picture of the present, which it then gets.
func (r *runner) tapeDue() bool {
	if r.sim.Time() < r.nextTape {
		return false
	}
	r.nextTape = r.sim.Time() + r.view.tape.Spacing() - r.pace.step/2
	return true
}

// record has a picture of the present put on the tape if it is time for one and the publisher has nothing to do. Who runs so fast
// that it is busy records less.
func (r *runner) record() {
	if r.sim.Time() < r.nextTape || len(r.free) < cap(r.free) {
		return
	}
	c := <-r.free
	c.takeMoment(r.sim)
	c.tape = r.tapeDue()
	r.captures <- c
}

func (r *runner) askFailure() {
	if r.failed == nil || r.failure != "" {
		return
	}
	if err := r.failed(); err != nil {
		r.failure = err.Error()
		r.playing = false
		r.tellState()
	}
}

// state is the state message of PROTOCOL.md.
type state struct {
	Type      string  `json:"type"`
	Playing   bool    `json:"playing"`
	Speed     float64 `json:"speed"`
	Ended     bool    `json:"ended"`
	Time      float64 `json:"time"`
	Begin     float64 `json:"begin"`
	End       float64 `json:"end"`
	Condition string  `json:"condition"`
	Error     string  `json:"error"`
	// Seeking is the time to which the run is going as fast as it can, null if to none.
	Seeking *float64 `json:"seeking"`
	Branch  int      `json:"branch"` // times that the run has gone back
	Undo    string   `json:"undo"`   // what the action undo would take back, "" if nothing
}

// conditionOf returns what lies on all roads, or byWeather where each has what the weather makes of it.
func conditionOf(sim Simulation) string {
	if w := sim.Weather(); w != nil {
		if _, fixed := w.Fixed(); !fixed {
			return byWeather
		}
	}
	return sim.Condition().String()
}

// tellWeather sends what has changed of the weather, if anything has.
func (r *runner) tellWeather() {
	if msg := r.roads.look(r.sim); msg != nil {
		r.hub.SetWeather(msg)
	}
}

func (r *runner) tellState() { r.hub.SetState(r.state()) }

func (r *runner) state() []byte {
	var seeking *float64
	if r.seeking {
		seeking = &r.seek
	}
	return mustJSON(state{
		Type: "state", Playing: r.playing, Speed: r.pace.speed, Ended: r.sim.Done(),
		Time: round(r.sim.Time(), 3), Begin: r.begin, End: r.end,
		Condition: r.condition, Error: r.failure,
		Seeking: seeking, Branch: r.past.branch, Undo: r.undoable(),
	})
}
