package webui

import (
	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// Checkpoint is a state of a Simulation, which knows what it is.
type Checkpoint interface {
	Size() int // about how many bytes it takes
}

// Simulation is the run that a Server paces and shows. All calls come from one goroutine; what they return is not kept
// beyond the next Step.
type Simulation interface {
	Step()
	Done() bool    // the end of the period is reached
	Time() float64 // s after midnight, after the last step
	// Queue has c applied at the beginning of the next step and recorded; by says who asked.
	Queue(c traffic.Command, by string) error

	// QueueAt is Queue, but at the first step at or after a time, s after midnight; what makes no sense then is left out.
	QueueAt(c traffic.Command, by string, time float64)
	Commands() []scenarios.CommandRecord // all so far

	// Checkpoint returns the state now. Rewind takes the run back to one of its checkpoints, from where it goes on as it did until a
	// time, s after midnight; it may be unable to.
	Checkpoint() Checkpoint
	Rewind(c Checkpoint, to float64) error

	AppendVehicles(dst []traffic.VehicleState) []traffic.VehicleState
	Vehicle(id traffic.VehicleID) (d traffic.VehicleDetail, ok bool)
	Aspects() []signals.Aspect // by SignalGroupID
	Condition() tyre.Condition // of all roads, by command
	ConditionOn(t network.TrackID) tyre.Condition
	Weather() *weather.System // nil where there is none; read only
	Events() []traffic.Event  // of the last step
	Stats() traffic.Stats
	Audit() traffic.Audit

	Signals() *signals.System    // read only
	Counts() []traffic.LaneCount // by TrackID
	Queued(l network.LaneID) int // standing vehicles at its end
	EdgeClosed(e network.EdgeID) bool
	ClosedLanes() []network.LaneID
	LimitOn(e network.EdgeID) float64 // m/s
	// AppendDelays appends what each movement has cost so far, by MovementID.
	AppendDelays(dst []scenarios.MovementDelay) []scenarios.MovementDelay
	Variant(name string) string // the run as a variant of its scenario, YAML
}
