package signals

import (
	"fmt"

	"roadtwin/network"
)

// NEMA is the actuated control of NEMA TS 2: phases in rings that are timed at the same time, and barriers that all rings
// cross together. Eight phases in two rings with two barriers are the usual case; any number of each may be given.
type NEMA struct {
	Phases   []Phase
	Barriers []Barrier // in order; after the last comes the first
	Overlaps []Overlap `json:",omitempty"`
	// Simultaneous gap-out: before a barrier a phase ends when those of the other rings can end, too; until then it goes on
	// to be extended.
	Simultaneous bool `json:",omitempty"`
	// Patterns are those of coordination; Days say which runs when. Without days the first pattern runs always; without
	// patterns the controller is free.
	Patterns   []Pattern  `json:",omitempty"`
	Days       []DayPlan  `json:",omitempty"`
	Transition Transition // from one pattern to the next; Dwell waits in the coordinated phases
}

// Phase is a traffic movement with its timers.
type Phase struct {
	Number int                     // 1 and up, as on the plans
	Groups []network.SignalGroupID // ascending; a group may be in several phases that are never timed at once
	Walks  []int                   `json:",omitempty"` // of Control.Walks
	// MinGreen, MaxGreen (from the first call of a conflicting phase) and Passage, s.
	MinGreen, MaxGreen, Passage float64
	Yellow, RedClear            float64 // s; at least those of the groups
	Recall                      Recall  `json:",omitempty"`
	// DualEntry has it green beside a called phase of another ring when its own ring has no call there.
	DualEntry bool          `json:",omitempty"`
	Reduction *GapReduction `json:",omitempty"`
}

// Barrier is the phases between two barriers: for each ring their numbers, in the order in which they are timed.
type Barrier struct{ Rings [][]int }

// Overlap is groups that are green whenever one of its parents is, and from one parent to the next.
type Overlap struct {
	Name    string
	Parents []int                   // phase numbers
	Groups  []network.SignalGroupID // ascending
}

// Pattern is a plan of coordination.
type Pattern struct {
	Name          string
	Cycle, Offset float64 // s; the Reference is at Offset (mod Cycle) of the plan clock
	// Splits are the shares of the phases, in the order of NEMA.Phases: s of green, yellow and red clearance. In each ring
	// they add up to the cycle, and to the same between the barriers.
	Splits      []float64
	Coordinated []int // phase numbers, one of each ring, between the same barriers
	Reference   Reference
	ForceOff    ForceOff
	// Permissive is how long after the yield point a call of another phase can still end the coordinated green, s; 0 means for
	// as long as the phases after it still fit in before their force-offs.
	Permissive float64 `json:",omitempty"`
}

// Reference is what an offset refers to.
type Reference uint8

// The references.
const (
	YieldReference Reference = iota // the end of the coordinated green, where others may be served (NEMA TS 1, "lead yellow")
	GreenReference                  // its beginning, of the first of the coordinated phases (NEMA TS 2)
	numReferences
)

// ForceOff is what becomes of time that a phase leaves over.
type ForceOff uint8

// The force-offs.
const (
	FixedForceOff    ForceOff = iota // the phase after it may use it: force-offs are at fixed times of the cycle
	FloatingForceOff                 // the coordinated phases get it: no other phase is longer than its split
	numForceOffs
)

var (
	referenceNames = [numReferences]string{"yield", "green"}
	forceOffNames  = [numForceOffs]string{"fixed", "floating"}
)

// String returns the name used in plan files.
func (r Reference) String() string { return referenceNames[r%numReferences] }

// MarshalText writes the name.
func (r Reference) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a name.
func (r *Reference) UnmarshalText(text []byte) error {
	for i, n := range referenceNames {
		if n == string(text) {
			*r = Reference(i)
			return nil
		}
	}
	return fmt.Errorf("unknown reference %.40q, want yield or green", text)
}

// String returns the name used in plan files.
func (f ForceOff) String() string { return forceOffNames[f%numForceOffs] }

// MarshalText writes the name.
func (f ForceOff) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads a name.
func (f *ForceOff) UnmarshalText(text []byte) error {
	for i, n := range forceOffNames {
		if n == string(text) {
			*f = ForceOff(i)
			return nil
		}
	}
	return fmt.Errorf("unknown force-off %.40q, want fixed or floating", text)
}
