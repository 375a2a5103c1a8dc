package webui

import (
	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// Simulation is the run that a Server paces and shows. All calls come from one goroutine; what they return is not kept
// beyond the next Step.
type Simulation interface {
	Step()
	Done() bool    // the end of the period is reached
	Time() float64 // s after midnight, after the last step
	// Queue has c applied at the beginning of the next step and recorded; by says who asked.
	Queue(c traffic.Command, by string) error

	AppendVehicles(dst []traffic.VehicleState) []traffic.VehicleState
	Vehicle(id traffic.VehicleID) (d traffic.VehicleDetail, ok bool)
	Aspects() []signals.Aspect // by SignalGroupID
	Condition() tyre.Condition // of all roads, by command
	ConditionOn(t network.TrackID) tyre.Condition
	Weather() *weather.System // nil where there is none; read only
	Events() []traffic.Event  // of the last step
	Stats() traffic.Stats
	Audit() traffic.Audit
}
