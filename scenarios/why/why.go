package why

import (
	"context"
	"errors"
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Ask says which crash of a run is meant, and how much around it is looked at.
type Ask struct {
	Time             float64           // s after midnight, of the step that ended with it
	Striking, Struck traffic.VehicleID // Struck is traffic.NoVehicle for one that left the road
	Before, After    float64           // s; what is supposed begins Before, and is followed until After
}

// Answer is what a crash came of.
type Answer struct {
	Time         float64  `json:"time_s"`
	Place        string   `json:"place"`
	ClosingSpeed float64  `json:"closing_speed_m_s"`
	DeltaV       float64  `json:"delta_v_m_s"`
	Before       float64  `json:"before_s"` // so long before it what is supposed begins
	Striking     Vehicle  `json:"striking"`
	Struck       *Vehicle `json:"struck"`        // null if it left the road by itself
	LastMoment   *float64 `json:"last_moment_s"` // s before the crash at which full braking would still have prevented it; null if none
	Factors      []Factor `json:"factors"`
	AsItWas      []Sample `json:"as_it_was"`
}

// Vehicle is one of the two.
type Vehicle struct {
	Trip  traffic.VehicleID `json:"trip"`
	Class string            `json:"class"`
	scenarios.Cause
}

// Factor is one thing that is supposed to have been another, and what came of it.
type Factor struct {
	Name      string   `json:"name"`
	Says      string   `json:"says"`
	Prevented bool     `json:"prevented"`
	Margin    float64  `json:"margin_m"`          // the least distance between the two, 0 if they touched
	Later     float64  `json:"later_s,omitempty"` // if it happened all the same: by how much later
	DeltaV    float64  `json:"delta_v_m_s,omitempty"`
	Elsewhere int      `json:"other_crashes,omitempty"` // crashes of one of the two with somebody else
	Path      []Sample `json:"path"`
}

// Sample is where both were at a moment.
type Sample struct {
	Time     float64 `json:"t"` // s after midnight
	Striking Place   `json:"striking"`
	Struck   Place   `json:"struck"`
}

// Place is where one of them was: longitude and latitude of its front, heading of the road there, speed, and metres driven since the first
// sample: what it takes to play both on a map.
type Place struct {
	Lon     float64 `json:"lon"`
	Lat     float64 `json:"lat"`
	Heading float64 `json:"heading"` // degrees clockwise from north
	Speed   float64 `json:"v"`       // m/s
	Metre   float64 `json:"s"`
	There   bool    `json:"there"`
}

// ErrNotThere is returned if the crash does not happen when the run is made again.
var ErrNotThere = errors.New("the crash does not happen when the run is made again: the program, the map or a file that the scenario names is another")

// Explain makes r, a run at its start or somewhere before the crash, until the crash, and asks of it. progress may be nil; it is told the share that is done.
func Explain(ctx context.Context, r *scenarios.Run, ask Ask, progress func(float64)) (*Answer, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	i := inquiry{ctx: ctx, run: r, ask: ask, progress: progress}
	if err := i.comeNear(ctx); err != nil {
		return nil, err
	}
	answer, err := i.reenact(ctx)
	if err != nil {
		return nil, err
	}
	i.commands = r.Commands()
	if err := i.askAll(answer); err != nil {
		return nil, err
	}
	return answer, nil
}

// askAll asks of a crash that has been made again what would have prevented it.
func (i *inquiry) askAll(answer *Answer) error {
	for n, f := range factors {
		if err := i.ctx.Err(); err != nil {
			return err
		}
		if err := i.try(&f, answer); err != nil {
			return err
		}
		i.progress(0.5 + 0.4*float64(n+1)/float64(len(factors)))
	}
	if err := i.findLastMoment(answer); err != nil {
		return err
	}
	i.progress(1)
	return nil
}

// inquiry is an Explain under way.
type inquiry struct {
	ctx      context.Context
	run      *scenarios.Run
	ask      Ask
	progress func(float64)
	from     *traffic.Snapshot
	commands []scenarios.CommandRecord // of the run, at least to the end of what is looked at
	step     uint64                    // of it
	begins   float64
}

// comeNear makes the run until what is supposed begins: Ask.Before the crash or, if one of the two has not come onto the road by
// then, as soon as both are there.
func (i *inquiry) comeNear(ctx context.Context) error {
	w := i.run.World()
	start := w.Time()
	for n := 0; ; n++ {
		if near := w.Time() >= i.ask.Time-i.ask.Before-1e-6; near && i.bothThere(w) {
			break
		}
		if w.Time() >= i.ask.Time || i.run.Done() {
			return ErrNotThere
		}
		if n%64 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			i.progress(0.5 * (w.Time() - start) / math.Max(1, i.ask.Time-start))
		}
		i.run.Step()
	}
	i.from, i.step, i.begins = w.Snapshot(), w.Steps(), w.Time()
	return nil
}

func (i *inquiry) bothThere(w *traffic.World) bool {
	_, a := w.Vehicle(i.ask.Striking)
	_, b := w.Vehicle(i.ask.Struck)
	return a && (b || i.isAlone())
}

// reenact makes the run to the crash as it was, which also records the commands of that time, and returns what is known of it.
func (i *inquiry) reenact(ctx context.Context) (*Answer, error) {
	w := i.run.World()
	n := i.newReenactment(w)
	for w.Time() < i.ask.Time+i.ask.After {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		i.run.Step()
		n.see(w)
	}
	return n.end(w)
}

// reenactFork does the same in a fork, of a run that has gone on.
func (i *inquiry) reenactFork() (*Answer, error) {
	w, err := i.fork(nil)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	n := i.newReenactment(w)
	if err := i.follow(w, false, nil, func() { n.see(w) }); err != nil {
		return nil, err
	}
	return n.end(w)
}

// reenactment is what is seen of a crash as it was.
type reenactment struct {
	i *inquiry
	a *Answer
	p *path
}

func (i *inquiry) newReenactment(w *traffic.World) *reenactment {
	return &reenactment{i, &Answer{Before: i.ask.Time - i.begins}, i.newPath(w)}
}

// see looks at w after a step.
func (n *reenactment) see(w *traffic.World) {
	n.p.add(w)
	for _, e := range w.Events() {
		if n.a.Time == 0 && n.i.isIt(&e) {
			n.i.describe(n.a, &e)
		}
	}
}

// end returns what was seen, or ErrNotThere if the crash is not among it.
func (n *reenactment) end(w *traffic.World) (*Answer, error) {
	if n.a.Time == 0 || math.Abs(n.a.Time-n.i.ask.Time) > w.StepTime()/2 {
		return nil, ErrNotThere
	}
	n.a.AsItWas = n.p.samples
	return n.a, nil
}

// isAlone reports whether the crash in question is one with nobody else: somebody has left the road.
func (i *inquiry) isAlone() bool { return i.ask.Struck == traffic.NoVehicle }

// isIt reports whether an event is a crash of the two in question with each other, or the one in question leaving the road.
func (i *inquiry) isIt(e *traffic.Event) bool {
	if i.isAlone() {
		return e.Kind == traffic.LeftRoad && e.Vehicle == i.ask.Striking
	}
	return e.Kind == traffic.CrashedInto && i.arePair(e)
}

// arePair reports whether the two vehicles of an event are the two in question.
func (i *inquiry) arePair(e *traffic.Event) bool {
	return e.Vehicle == i.ask.Striking && e.Other == i.ask.Struck || e.Vehicle == i.ask.Struck && e.Other == i.ask.Striking
}

func (i *inquiry) describe(a *Answer, e *traffic.Event) {
	trips := i.run.Demand().Trips
	a.Time, a.ClosingSpeed, a.DeltaV = e.Time, e.ClosingSpeed, e.DeltaV
	a.Place = placeOf(i.run.Net(), e.Track)
	a.Striking = Vehicle{e.Vehicle, trips[e.Vehicle].Class.String(), scenarios.CauseOf(&e.Striking)}
	if !i.isAlone() {
		a.Struck = &Vehicle{e.Other, trips[e.Other].Class.String(), scenarios.CauseOf(&e.Struck)}
	}
}

// placeOf names where a track is.
func placeOf(net *network.Network, t network.TrackID) string {
	name := func(e network.EdgeID) string {
		if edge := &net.Edges[e]; edge.Name != "" {
			return edge.Name
		}
		return fmt.Sprintf("way %d", net.Edges[e].OSMWay)
	}
	if c, ok := net.ConnectorOf(t); ok {
		con := &net.Connectors[c]
		from, to := name(net.Lanes[con.From].Edge), name(net.Lanes[con.To].Edge)
		if from == to {
			return "a junction of " + from
		}
		return "a junction, from " + from + " to " + to
	}
	l, _ := net.LaneOf(t)
	return name(net.Lanes[l].Edge)
}

// fork returns a world at the moment where suppositions begin, with other signal plans if they are not nil.
func (i *inquiry) fork(plans []signals.Plan) (*traffic.World, error) {
	return i.run.Fork(i.from, plans)
}

// follow steps a fork until the end of what is looked at, with the commands that the run had in that time, but those to the weather
// if the roads are to stay as they are. before is called before each step, after after it.
func (i *inquiry) follow(w *traffic.World, stay bool, before func() error, after func()) error {
	for w.Time() < i.ask.Time+i.ask.After {
		for _, c := range i.commands {
			if c.Step == w.Steps() && !(stay && (c.Command.Kind == traffic.SetCondition || c.Command.Kind == traffic.ChangeWeather)) {
				if err := w.Queue(c.Command); err != nil {
					return fmt.Errorf("command at %.1f s: %w", c.Time, err)
				}
			}
		}
		if before != nil {
			if err := before(); err != nil {
				return err
			}
		}
		if err := i.ctx.Err(); err != nil {
			return err
		}
		w.Step()
		after()
	}
	return nil
}
