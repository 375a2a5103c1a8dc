package ego

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/traffic"
)

// Options say which vehicle is driven, and until when.
type Options struct {
	Vehicle   traffic.VehicleID // the ego; NoVehicle: one of Class is drawn
	Class     network.VehicleClass
	Pick      uint64  // which one is drawn: another number, another vehicle
	Horizon   float64 // s after which the scene is over; 0: never
	LogWeight float64 // ln of the weight of the scene, handed on as it is
	NoHash    bool    // Observation.Hash stays 0: in a large city the hash of its state takes as long as a step
}

// World is a simulation in which one vehicle is driven from outside. It is used from one goroutine at a time.
type World struct {
	run    *scenarios.Run
	layout Layout
	opts   Options
	state  state
	circle []circle // around each track
	grip   gripTable

	scratch
}

// state is what a World adds to the state of its run.
type state struct {
	ego       traffic.VehicleID
	driven    bool    // somebody else than its driver drives it
	begin     float64 // s after midnight
	flags     Flags
	minTTC    float64
	maxDRAC   float64
	distance  float64 // m
	collision Collision
	last      traffic.VehicleState // of the ego, while it is on the road
}

// scratch is room that is used again in each step.
type scratch struct {
	vehicles []traffic.VehicleState
	near     []neighbour
	ahead    []traffic.Ahead
}

// ErrNobody says that there is no vehicle that could be the ego.
var ErrNobody = errors.New("no such vehicle on the road")

// New takes over a vehicle of run, which belongs to the World from now on: Close closes it. On an error run is the caller's still.
func New(run *scenarios.Run, l Layout, o Options) (*World, error) {
	if err := l.Check(); err != nil {
		return nil, err
	}
	if !(o.Horizon >= 0 && o.Horizon <= 1e6) {
		return nil, fmt.Errorf("horizon of %g s, want 0 (none) to 1e6", o.Horizon)
	}
	if math.IsNaN(o.LogWeight) || math.IsInf(o.LogWeight, 0) {
		return nil, fmt.Errorf("log weight %g, want a number", o.LogWeight)
	}
	w := &World{run: run, layout: l, opts: o, circle: circles(run.Net())}
	w.state = state{begin: run.Time(), minTTC: math.Inf(1)}
	w.vehicles = run.World().AppendVehicles(nil)
	ego, err := w.choose()
	if err != nil {
		return nil, err
	}
	w.state.ego = ego
	w.look()
	return w, nil
}

// choose returns the vehicle that Options ask for.
func (w *World) choose() (traffic.VehicleID, error) {
	if id := w.opts.Vehicle; id != traffic.NoVehicle {
		if !slices.ContainsFunc(w.vehicles, func(v traffic.VehicleState) bool { return v.ID == id && v.Flags&traffic.Crashed == 0 }) {
			return id, fmt.Errorf("vehicle %d at %.1f s: %w", id, w.run.Time(), ErrNobody)
		}
		return id, nil
	}
	var ids []traffic.VehicleID
	for i := range w.vehicles {
		if v := &w.vehicles[i]; v.Class == w.opts.Class && v.Flags&traffic.Crashed == 0 {
			ids = append(ids, v.ID)
		}
	}
	if len(ids) == 0 {
		return 0, fmt.Errorf("a %v at %.1f s: %w; let more time pass before", w.opts.Class, w.run.Time(), ErrNobody)
	}
	slices.Sort(ids)
	return ids[draw.IntN(len(ids), w.run.Seed(), draw.EgoChoice, w.opts.Pick, 0)], nil
}

// command has the ego driven by a from the next tick on. It goes to the traffic alone: the list of commands that a run keeps would grow with each.
func (w *World) command(a Action) error {
	if a.Mode == Human && !w.state.driven {
		return nil // as if nobody were there
	}
	w.state.driven = a.Mode != Human // given back once, it is its driver's
	c := traffic.Command{Kind: traffic.ControlVehicle, Vehicle: w.state.ego, Control: a.control()}
	return w.run.World().Queue(c)
}

// Step drives by a for n ticks, or until the scene is over: then it does nothing.
func (w *World) Step(a Action, n int) error {
	if err := a.Check(); err != nil {
		return err
	}
	if w.Over() {
		return nil
	}
	if w.state.flags&Present != 0 && w.state.flags&Crashed == 0 {
		if err := w.command(a); err != nil {
			return err
		}
	}
	for i := 0; i < n && !w.Over(); i++ {
		w.run.Step()
		w.witness()
		w.look()
		if w.state.flags&Present != 0 {
			w.state.distance += w.state.last.V * w.run.World().StepTime()
		}
	}
	return nil
}

// Over reports whether the scene has come to its end.
func (w *World) Over() bool { return w.state.flags&(Terminated|Truncated) != 0 }

// witness notes what has happened to the ego in the last tick.
func (w *World) witness() {
	s := &w.state
	for _, e := range w.run.World().Events() {
		mine, others := e.Vehicle == s.ego, e.Kind == traffic.CrashedInto && e.Other == s.ego
		switch {
		case e.Kind == traffic.CrashedInto && (mine || others):
			s.flags |= Crashed | Terminated
			w.collided(&e, mine)
		case !mine:
		case e.Kind == traffic.Arrived:
			s.flags |= Arrived | Terminated
		case e.Kind == traffic.LeftRoad:
			s.flags |= LeftRoad | Terminated
		case e.Kind == traffic.HitPerson:
			s.flags |= HitPerson | Terminated
		case e.Kind == traffic.Cleared || e.Kind == traffic.Recovered:
			s.flags |= Terminated
		case e.Kind == traffic.RanRed:
			s.flags |= RanRed
		}
	}
	now := w.run.Time()
	if s.flags&Terminated == 0 && (w.opts.Horizon > 0 && now >= s.begin+w.opts.Horizon-1e-9 || w.run.Done()) {
		s.flags |= Truncated
	}
}

// look finds out where the ego is now, and updates what is measured as it goes.
func (w *World) look() {
	s := &w.state
	d, ok := w.run.World().Vehicle(s.ego)
	s.flags &^= Present
	if !ok {
		return
	}
	s.flags |= Present
	s.last = d.VehicleState
	ttc, drac := following(&d, w.run.World())
	s.minTTC, s.maxDRAC = min(s.minTTC, ttc), max(s.maxDRAC, drac)
}

// following returns the time to collision, s, and the deceleration to avoid it, m/s², with the vehicle ahead.
func following(d *traffic.VehicleDetail, w *traffic.World) (ttc, drac float64) {
	if !d.HasLeader {
		return math.Inf(1), 0
	}
	lead, ok := w.Vehicle(d.Leader)
	if !ok {
		return math.Inf(1), 0
	}
	return safety.TTC(d.Gap, d.V, lead.V), safety.DRAC(d.Gap, d.V, lead.V)
}

// Hash returns the hash of the complete state of the traffic.
func (w *World) Hash() uint64 { return w.run.World().Hash() }

// Ego returns the vehicle that is driven.
func (w *World) Ego() traffic.VehicleID { return w.state.ego }

// Flags returns what has become of the scene so far.
func (w *World) Flags() Flags { return w.state.flags }

// Run returns the run; it must not be stepped.
func (w *World) Run() *scenarios.Run { return w.run }

// Close frees the run.
func (w *World) Close() { w.run.Close() }

// Snapshot is the state of a World at a moment, from which any number of others can go on.
type Snapshot struct {
	run    *scenarios.Checkpoint
	layout Layout
	opts   Options
	state  state
	circle []circle
}

// Snapshot returns the state now.
func (w *World) Snapshot() *Snapshot {
	return &Snapshot{w.run.Checkpoint(), w.layout, w.opts, w.state, w.circle}
}

// Fork returns another World in the state of s. Who asks closes it.
func (s *Snapshot) Fork() (*World, error) {
	run, err := s.run.Resume(nil)
	if err != nil {
		return nil, err
	}
	return &World{run: run, layout: s.layout, opts: s.opts, state: s.state, circle: s.circle}, nil
}

// Restore sets w back to s, which comes from w or from a World of the same city, scenario and seed.
func (w *World) Restore(s *Snapshot) error {
	if err := w.run.Restore(s.run); err != nil {
		return err
	}
	w.layout, w.opts, w.state = s.layout, s.opts, s.state
	return nil
}

// classOf is what vehicles of a class are.
var classOf = vehicles.Classes()
