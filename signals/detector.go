package signals

import (
	"fmt"

	"roadtwin/network"
)

// Detector senses vehicles on a piece of one lane, or, as a push button, people who want to cross.
type Detector struct {
	Name string // unique in its controller: "Main St 2 advance"
	Kind DetectorKind
	Lane network.LaneID
	// From and To bound the piece of the lane, m along it. Of a push button they say nothing.
	From, To float64
	// Groups are those that it calls while they are red and extends while they are green. A count detector has none.
	Groups []network.SignalGroupID `json:",omitempty"`
	Walk   int                     `json:",omitempty"` // of Control.Walks, that a push button calls
	// Classes are those it can tell from others and senses; 0 means it senses all.
	Classes network.ClassSet `json:",omitempty"`
	// Lock keeps a call of who left the detector before the light was green: for advance detectors.
	Lock bool `json:",omitempty"`
}

// DetectorKind is what a detector is for.
type DetectorKind uint8

// The kinds of detector.
const (
	StopLine   DetectorKind = iota // before the stop line: calls, and extends
	Advance                        // upstream, where one who brakes could still stop: extends, and calls with Lock
	Count                          // counts only
	PushButton                     // of people on foot
	Area                           // a camera or radar: tells how many vehicles there are on the piece of lane
	numDetectorKinds
)

var detectorKindNames = [numDetectorKinds]string{"stop_line", "advance", "count", "push_button", "area"}

// String returns the name used in plan files and results.
func (k DetectorKind) String() string {
	if k < numDetectorKinds {
		return detectorKindNames[k]
	}
	return fmt.Sprintf("detector kind %d", uint8(k))
}

// MarshalText writes the name.
func (k DetectorKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a name.
func (k *DetectorKind) UnmarshalText(text []byte) error {
	for i, n := range detectorKindNames {
		if n == string(text) {
			*k = DetectorKind(i)
			return nil
		}
	}
	return fmt.Errorf("unknown kind of detector %.40q", text)
}

// Fault is how a detector fails.
type Fault uint8

// The faults.
const (
	Sound    Fault = iota // it works
	StuckOn               // says that somebody is there, always
	StuckOff              // says that nobody is, always
	Chatter               // says now this, now that: half a second each
	numFaults
)

var faultNames = [numFaults]string{"none", "stuck_on", "stuck_off", "chatter"}

// String returns the name used in scenario files and results.
func (f Fault) String() string {
	if f < numFaults {
		return faultNames[f]
	}
	return fmt.Sprintf("fault %d", uint8(f))
}

// ParseFault returns the fault of that name; ok is false if there is none.
func ParseFault(name string) (fault Fault, ok bool) {
	for i, n := range faultNames {
		if n == name {
			return Fault(i), true
		}
	}
	return 0, false
}

// MarshalText writes the name.
func (f Fault) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads a name.
func (f *Fault) UnmarshalText(text []byte) error {
	fault, ok := ParseFault(string(text))
	if !ok {
		return fmt.Errorf("unknown fault %.40q, want none, stuck_on, stuck_off or chatter", text)
	}
	*f = fault
	return nil
}

// Reading is what a detector says of the time since the step before.
type Reading struct {
	Occupied bool
	Passed   uint16 // front bumpers that came past From
	Vehicles uint16 // area: those with their front bumper on the piece
	Standing uint16 // area: those of them below 5 km/h
}
