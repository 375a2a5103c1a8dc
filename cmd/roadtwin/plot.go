package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/diagram"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
)

// plotVerb is "roadtwin plot".
type plotVerb struct {
	TimeSpace plotTimeSpaceVerb `cmd:"" help:"Time-space diagram of a street: trajectories, signals and green bands."`
	Stages    plotStagesVerb    `cmd:"" help:"Stages and signal timing diagram of signals."`
	Rings     plotRingsVerb     `cmd:"" help:"Ring-barrier diagram of signals."`
	Queue     plotQueueVerb     `cmd:"" help:"Queue and occupancy before signals, second by second and cycle by cycle."`
}

// window is when something is looked at.
type window struct {
	At  string        `placeholder:"HH:MM" help:"Time of day at which the picture begins (default: a quarter of an hour after the scenario does, or half of it)."`
	For time.Duration `default:"10m" help:"Time that the picture shows."`
}

// of returns from when to when r is looked at, s after midnight.
func (w window) of(r *scenarios.Run) (from, to float64, err error) {
	at, err := clock("--at", w.At)
	if err != nil {
		return 0, 0, err
	}
	from = r.Begin() + min(900, (r.End()-r.Begin())/2)
	if at != nil {
		from = *at
	}
	to = from + w.For.Seconds()
	if from < r.Begin() || to > r.End() || w.For <= 0 {
		return 0, 0, fmt.Errorf("%v to %v is not within the scenario, %v to %v", scenarios.Clock(int(from)), scenarios.Clock(int(to)), scenarios.Clock(int(r.Begin())), scenarios.Clock(int(r.End())))
	}
	return from, to, nil
}

// plotFlags are what all pictures have in common.
type plotFlags struct {
	scenarioFlags
	Seed   uint64 `placeholder:"N" help:"Seed of the run (default: the scenario's first)."`
	Output string `short:"o" required:"" placeholder:"FILE" help:"Write the picture here (SVG)."`
}

// start opens the scenario and begins a run of it.
func (f *plotFlags) start(ctx context.Context, c *console) (*scenarios.Run, error) {
	city, s, opts, err := f.open(ctx, c)
	if err != nil {
		return nil, err
	}
	opts.Seed = f.Seed
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return nil, mistake(err)
	}
	return r, err
}

// write writes the picture, and says where.
func (f *plotFlags) write(c *console, svg []byte) error {
	if err := os.WriteFile(f.Output, svg, 0o644); err != nil { //nolint:gosec // a picture is for everybody to look at
		return mistake(err)
	}
	fmt.Fprintf(c.err, "picture: %s\n", f.Output)
	return nil
}

// one returns the one controller that a name stands for.
func (f *areaFlags) one(net *network.Network) (network.ControllerID, error) {
	chosen, err := f.choose(net)
	if err != nil {
		return 0, err
	}
	if len(chosen) > 1 {
		return 0, fmt.Errorf("%d signal controllers; name one with --junctions", len(chosen))
	}
	return chosen[0], nil
}

// draw begins a run, and writes the picture that of makes of the one controller of an area. What of cannot draw is the user's mistake, but
// for the end of ctx.
func (f *plotFlags) draw(ctx context.Context, c *console, area *areaFlags, of func(r *scenarios.Run, id network.ControllerID) ([]byte, error)) error {
	r, err := f.start(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	id, err := area.one(r.Net())
	if err != nil {
		return mistake(err)
	}
	svg, err := of(r, id)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return mistake(err)
	}
	return f.write(c, svg)
}

// plotTimeSpaceVerb is "roadtwin plot time-space".
type plotTimeSpaceVerb struct {
	plotFlags
	areaFlags
	window
}

// Help is shown by "roadtwin plot time-space --help".
func (plotTimeSpaceVerb) Help() string {
	return `Runs the scenario and draws a street with its signals: what they show, who drives along it, and the times at which
one can pass all signals at green at the speed limit. Without --along it is the street with most of the signals.

Example:

  roadtwin plot time-space scenario.yaml --along "Concord Pike" --at 07:30 --for 8m -o street.svg`
}

// Run draws.
func (v *plotTimeSpaceVerb) Run(ctx context.Context, c *console) error {
	r, err := v.start(ctx, c)
	if err != nil {
		return err
	}
	defer r.Close()
	street := ""
	if len(v.Along) > 0 {
		street = v.Along[0]
	}
	svg, err := drawStreet(ctx, r, &v.areaFlags, street, v.window)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return mistake(err)
	}
	return v.write(c, svg)
}

// drawStreet runs r and draws a street with its signals that are in an area; "" for that with most of them.
func drawStreet(ctx context.Context, r *scenarios.Run, area *areaFlags, street string, w window) ([]byte, error) {
	chosen, err := area.choose(r.Net())
	if err != nil {
		return nil, err
	}
	a, err := arterial.Find(r.Net(), chosen, street)
	if err != nil {
		return nil, err
	}
	from, to, err := w.of(r)
	if err != nil {
		return nil, err
	}
	d, err := diagram.RecordStreet(ctx, r, a, from, to)
	if err != nil {
		return nil, err
	}
	d.About = fmt.Sprintf("%s, seed %d: %d signals, %v to %v", r.Scenario().Name, r.Seed(), len(d.Signals), scenarios.Clock(int(from)), scenarios.Clock(int(to)))
	return d.SVG(), nil
}

// plotStagesVerb is "roadtwin plot stages".
type plotStagesVerb struct {
	plotFlags
	areaFlags
}

// Run draws.
func (v *plotStagesVerb) Run(ctx context.Context, c *console) error {
	return v.draw(ctx, c, &v.areaFlags, drawStages)
}

// drawStages draws the stages of the plan of a controller of r.
func drawStages(r *scenarios.Run, id network.ControllerID) ([]byte, error) {
	plans := r.Plans()
	k := slices.IndexFunc(plans, func(p signals.Plan) bool { return p.Controller == id })
	if k < 0 {
		return nil, fmt.Errorf("%s has no plan of stages", r.Net().Controllers[id].Name)
	}
	return diagram.StagesOf(r.Net(), &plans[k]).SVG(), nil
}

// plotRingsVerb is "roadtwin plot rings".
type plotRingsVerb struct {
	plotFlags
	areaFlags
	Pattern int `default:"-1" placeholder:"N" help:"Pattern of coordination, counted from 1 (the default, where there is any); 0 draws the maximum greens."`
}

// Help is shown by "roadtwin plot rings --help".
func (plotRingsVerb) Help() string {
	return `Draws rings, barriers and phases of signals: as wide as the splits of a pattern of coordination, or as the maximum greens of
a controller that is free. Signals that run by plans of stages are drawn with the rings that they would be equipped with.

Example:

  roadtwin plot rings scenario.yaml --junctions "Concord Pike / Fairfax Boulevard" -o rings.svg`
}

// Run draws.
func (v *plotRingsVerb) Run(ctx context.Context, c *console) error {
	return v.draw(ctx, c, &v.areaFlags, func(r *scenarios.Run, id network.ControllerID) ([]byte, error) {
		return drawRings(r, id, v.Pattern)
	})
}

// drawRings draws rings and barriers of a controller of r in a pattern, counted from 1: 0 for none, below 0 for the first if there is any.
func drawRings(r *scenarios.Run, id network.ControllerID, pattern int) ([]byte, error) {
	nema, err := ringsOf(r, id)
	if err != nil {
		return nil, err
	}
	if pattern--; pattern < -1 {
		pattern = min(0, len(nema.Patterns)-1)
	}
	d, err := diagram.RingsOf(r.Net(), id, nema, pattern)
	if err != nil {
		return nil, err
	}
	return d.SVG(), nil
}

// ringsOf returns the rings that a controller of r has, or would have.
func ringsOf(r *scenarios.Run, id network.ControllerID) (*signals.NEMA, error) {
	for _, control := range r.Controls() {
		if control.Controller == id && control.NEMA != nil {
			return control.NEMA, nil
		}
	}
	for _, plan := range r.Plans() {
		if plan.Controller == id {
			control, err := signals.DefaultControl(r.Net(), &plan, signals.RingBarrier, signals.ControlOptions{})
			return control.NEMA, err
		}
	}
	return nil, fmt.Errorf("%s has neither rings nor a plan of stages", r.Net().Controllers[id].Name)
}

// plotQueueVerb is "roadtwin plot queue".
type plotQueueVerb struct {
	plotFlags
	areaFlags
	window
	Approach string `placeholder:"STREET" help:"The street that leads to the signals (default: the one with the most lanes); with a number behind it, \"Main Street 2\", its second approach."`
}

// Help is shown by "roadtwin plot queue --help".
func (plotQueueVerb) Help() string {
	return `Runs the scenario and draws the queue before signals and how its detectors are occupied.

Example:

  roadtwin plot queue scenario.yaml --junctions "Concord Pike / Prospect Avenue" --approach "Concord Pike" --for 20m -o queue.svg`
}

// Run draws.
func (v *plotQueueVerb) Run(ctx context.Context, c *console) error {
	return v.draw(ctx, c, &v.areaFlags, func(r *scenarios.Run, id network.ControllerID) ([]byte, error) {
		return drawQueue(ctx, r, id, v.Approach, v.window)
	})
}

// drawQueue runs r and draws the queue before the signals of a controller; see approachCalled.
func drawQueue(ctx context.Context, r *scenarios.Run, id network.ControllerID, approach string, w window) ([]byte, error) {
	edge, err := approachCalled(r.Net(), id, approach)
	if err != nil {
		return nil, err
	}
	from, to, err := w.of(r)
	if err != nil {
		return nil, err
	}
	d, err := diagram.RecordQueues(ctx, r, edge, from, to)
	if err != nil {
		return nil, err
	}
	d.About = fmt.Sprintf("%s, seed %d: %v to %v", r.Scenario().Name, r.Seed(), scenarios.Clock(int(from)), scenarios.Clock(int(to)))
	return d.SVG(), nil
}

// approachCalled returns the edge to the signals of a controller that a street's name, perhaps with a number behind it, stands
// for; for "" the one with the most lanes.
func approachCalled(net *network.Network, id network.ControllerID, street string) (network.EdgeID, error) {
	var edges []network.EdgeID
	for _, g := range net.Controllers[id].Groups {
		edges = append(edges, net.SignalGroups[g].Approach)
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	if street == "" {
		return slices.MaxFunc(edges, func(a, b network.EdgeID) int { return int(net.Edges[a].NumLanes - net.Edges[b].NumLanes) }), nil
	}
	name, number := street, 1
	if k := strings.LastIndexByte(street, ' '); k > 0 {
		if n := 0; func() bool { _, err := fmt.Sscan(street[k+1:], &n); return err == nil }() {
			name, number = street[:k], n
		}
	}
	var names []string
	for _, e := range edges {
		names = append(names, fmt.Sprintf("%q", net.Edges[e].Name))
		if strings.EqualFold(net.Edges[e].Name, street) {
			return e, nil
		}
		if strings.EqualFold(net.Edges[e].Name, name) {
			if number--; number == 0 {
				return e, nil
			}
		}
	}
	return 0, fmt.Errorf("no approach %q; there are %s", street, strings.Join(names, ", "))
}
