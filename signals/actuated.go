package signals

import "roadtwin/network"

// Actuated is control by stages in a fixed order, each as long as its detectors say: a stage that nobody calls is left out,
// a green lasts its minimum, is extended by each vehicle that comes, and ends at a gap (gap-out) or at its maximum (max-out)
// once somebody else calls. Without calls the controller stays where it is.
type Actuated struct {
	Stages []ActuatedStage
}

// ActuatedStage is a stage of an Actuated controller.
type ActuatedStage struct {
	Groups []network.SignalGroupID // ascending
	Walks  []int                   `json:",omitempty"` // of Control.Walks
	// Min and Max bound the green, s. Max counts from the first call of another stage. A minimum below those of its groups
	// is raised to them.
	Min, Max  float64
	Extension float64       // s that a green lasts after its detectors were left (passage time)
	Recall    Recall        `json:",omitempty"`
	Reduction *GapReduction `json:",omitempty"`
}
