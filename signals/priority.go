package signals

import "roadtwin/network"

// Priority is what a class of vehicles, buses usually, may ask for within the controller's order of stages: a green that lasts
// longer, or that comes earlier because others end at their minimum.
type Priority struct {
	Name string
	// In are the detectors (of Control.Detectors) at which they ask, Out those at which they have passed, at the stop line. A
	// request without an Out ends after Timeout.
	In, Out []int
	Groups  []network.SignalGroupID // that they ask green for, ascending
	Extend  float64                 // s, the most that their green lasts longer; 0 for never
	Early   float64                 // s, the most by which others' greens are shorter in all; 0 for never
	// Recovery is the time in s after a request was met in which no other is: what it took is given back in it.
	Recovery float64
	Timeout  float64 // s after which a request is forgotten; 0 means 120
}

// Preemption takes the controller out of its order for an emergency vehicle (or a train): its groups get green as soon as
// minimum greens and intergreens let them, and keep it until it has passed; then the exit stage follows.
type Preemption struct {
	Name    string
	In, Out []int                   // detectors, as in Priority; commands call it as well
	Groups  []network.SignalGroupID // that get green, ascending; all others are red
	// MinDwell is the least green in s, MaxDwell the most: then the preemption ends, and is not heeded again until nobody
	// calls it any more.
	MinDwell, MaxDwell float64
	// Exit is the stage (by its index), or for NEMA the index of the barrier, that is served first afterwards.
	Exit int
}
