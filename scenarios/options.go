package scenarios

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/signals"
)

// Options are what the command line says over the scenario. The zero value changes nothing.
type Options struct {
	Seed       uint64   // 0 means the first of the scenario's seeds
	Workers    int      // goroutines that share a step; 0 means one a processor. Results do not depend on it
	StepTime   float64  // s; 0 means the scenario's
	Demand     float64  // multiplies the scenario's factor; 0 means 1
	Begin, End *float64 // s after midnight; nil means the scenario's

	// Plans take the place of the plans of their controllers, the scenario's changes included.
	Plans []signals.Plan
	// Controls take the place of how their controllers decide: actuated ones, for instance, in place of plans.
	Controls []signals.Control
	// Routes are the ways of the trips, by trip; nil, for all or for one, leaves it to its driver.
	Routes [][]network.EdgeID
	// Settled has nobody change for a better way as they go; a closed street or a missed turn still makes them.
	Settled bool
	// Passages is that of traffic.Config.
	Passages bool
	// OwnThread says that the run has one worker and is driven by a goroutine that is locked to its thread: then Summary.CPU is the
	// time of that thread alone, not of the process, in which other runs may be under way.
	OwnThread bool
	// KeepRoutes has a Recorder write the way of each trip.
	KeepRoutes bool
}

// apply returns the scenario as it will run: with the options in it and without a list of seeds.
func (o Options) apply(s *Scenario) (*Scenario, error) {
	e := *s
	if o.StepTime != 0 {
		e.Step = o.StepTime
	}
	if !(e.Step >= 0.05 && e.Step <= 0.5) { // also for NaN
		return nil, badOption(fmt.Sprintf("step time %g s, want 0.05 to 0.5", e.Step))
	}
	if o.Demand != 0 {
		e.Demand.Factor *= o.Demand
	}
	if !(e.Demand.Factor >= 0 && e.Demand.Factor <= 100) {
		return nil, badOption(fmt.Sprintf("demand factor %g, want 0 to 100", e.Demand.Factor))
	}
	if o.Begin != nil {
		e.Period.Begin = Clock(*o.Begin)
	}
	if o.End != nil {
		e.Period.End = Clock(*o.End)
	}
	if b, end := float64(e.Period.Begin), float64(e.Period.End); !(b >= 0 && b < end && end <= 48*3600) {
		return nil, badOption(fmt.Sprintf("period %v to %v, want an end after the beginning and both between 00:00 and 48:00",
			e.Period.Begin, e.Period.End))
	}
	e.Seeds = nil
	return &e, nil
}

// seed returns the seed to use.
func (o Options) seed(s *Scenario) uint64 {
	if o.Seed != 0 || len(s.Seeds) == 0 {
		return o.Seed
	}
	return s.Seeds[0]
}

// steps returns how many steps of dt it takes from begin to end.
func steps(begin, end, dt float64) uint64 {
	return uint64(math.Ceil((end-begin)/dt - 1e-9))
}
