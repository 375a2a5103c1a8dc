package traffic

import (
	"errors"
	"fmt"
	"math"

	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// Queue adds a command, applied at the beginning of the next step; or an error if it makes no sense.
func (w *World) Queue(c Command) error {
	onEdge := c.Kind == CloseEdge || c.Kind == OpenEdge || c.Kind == SetSpeedLimit
	switch {
	case c.Kind == ChangeWeather && w.cfg.Weather == nil:
		return errors.New("the run has no weather that could change")
	case c.Kind == ChangeWeather:
		if err := c.Weather.Check(w.cfg.Net); err != nil {
			return err
		}
	case c.Kind == SetFitness && c.Vehicle >= VehicleID(len(w.trips)):
		return fmt.Errorf("fitness of vehicle %d, want 0 to %d", c.Vehicle, len(w.trips)-1)
	case c.Kind == SetFitness:
		return w.queueFitness(c)
	case c.Kind == ChangeSignals && c.Signal == nil:
		return errors.New("a command for the signals without what they are to do")
	case c.Kind == ChangeSignals:
		if err := w.cfg.Signals.Check(c.Signal); err != nil {
			return err
		}
	case c.Kind == CloseLane:
		if err := w.CanCloseLane(c.Lane); err != nil {
			return err
		}
	case c.Kind == OpenLane && (c.Lane < 0 || int(c.Lane) >= len(w.cfg.Net.Lanes)):
		return fmt.Errorf("command for lane %d, want 0 to %d", c.Lane, len(w.cfg.Net.Lanes)-1)
	case c.Kind == ControlVehicle:
		return w.queueControl(c)
	case c.Kind > ControlVehicle:
		return fmt.Errorf("unknown command %d", c.Kind)
	case onEdge && (c.Edge < 0 || int(c.Edge) >= len(w.cfg.Net.Edges)):
		return fmt.Errorf("command for edge %d, want 0 to %d", c.Edge, len(w.cfg.Net.Edges)-1)
	case c.Kind == SetSpeedLimit && !(c.Limit >= 1 && c.Limit <= 100):
		return fmt.Errorf("speed limit %g m/s, want 1 to 100", c.Limit)
	case c.Kind == SetCondition && c.Condition >= tyre.NumConditions:
		return fmt.Errorf("unknown road condition %d", c.Condition)
	}
	w.queue = append(w.queue, c)
	return nil
}

// queueFitness queues a SetFitness, or returns an error if there is no such state.
func (w *World) queueFitness(c Command) error {
	f := &c.Fitness
	switch {
	case !(f.Tread >= 0 && f.Tread <= 0.05):
		return fmt.Errorf("tread of %g m, want 0 (that of its class) to 0.05", f.Tread)
	case !(f.Fade >= 0 && f.Fade <= 1):
		return fmt.Errorf("fade of %g, want 0 to 1", f.Fade)
	case f.Lost > dynamics.DiagonalCircuit:
		return fmt.Errorf("unknown brake circuit %d", f.Lost)
	}
	w.queue = append(w.queue, c)
	return nil
}

// Applied returns the commands applied at the beginning of the last step; valid until the next.
func (w *World) Applied() []Command { return w.applied }

// applyCommands is phase 1.
func (w *World) applyCommands() {
	w.applied, w.queue = w.queue, w.applied[:0]
	for _, c := range w.applied {
		switch c.Kind {
		case SetCondition:
			w.setConditions(c.Condition)
		case CloseEdge:
			if !w.closed[c.Edge] {
				w.lookout.shut++
			}
			w.closed[c.Edge], w.lookout.news = true, true
			w.times.now[c.Edge] = math.Inf(1)
		case OpenEdge:
			if w.closed[c.Edge] {
				w.lookout.shut--
			}
			w.closed[c.Edge] = false
			w.times.now[c.Edge] = w.cfg.Router.FreeTime(c.Edge)
		case SetFitness:
			w.makeUnfit(c.Vehicle, c.Fitness)
		case ChangeWeather:
			w.cfg.Weather.Apply(c.Weather)
			w.followWeather()
		case ChangeSignals:
			w.cfg.Signals.Apply(c.Signal)
		case CloseLane, OpenLane:
			w.setLane(c.Lane, c.Kind == CloseLane)
		case ControlVehicle:
			w.control(c.Vehicle, c.Control)
		case SetSpeedLimit:
			w.layout.setLimit(c.Edge, c.Limit)
			w.rethinkSpeeds()
		}
	}
}
