package signals

import "roadtwin/network"

// Plan is a fixed-time plan of one controller. Times are seconds; the cycle is the sum over its stages of green and
// the intergreen that follows.
type Plan struct {
	Controller network.ControllerID
	Offset     float64 // the first stage starts at plan clock = Offset (mod Cycle)
	Stages     []Stage
	Groups     []GroupTiming // one for each of the controller's groups, in its order
}

// Stage is a set of groups that are green together.
type Stage struct {
	Groups []network.SignalGroupID // ascending
	Green  float64                 // s that all of them show green, >= the longest of their minimum greens
	// Intergreen is the time from the end of this green to the start of the next stage's, >= amber plus all-red of
	// every group that ends. Groups that are also in the next stage stay green.
	Intergreen float64
}

// GroupTiming is what is fixed for a group whatever the plan.
type GroupTiming struct {
	Group    network.SignalGroupID
	MinGreen float64
	Amber    float64 // ITE: t + v/(2a+2Gg)
	AllRed   float64 // ITE: (w+L)/v
}
