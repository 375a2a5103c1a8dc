package signals

import (
	"fmt"

	"roadtwin/network"
)

// Control is all that a controller runs by: how it decides, with the parameters of that, the times that hold whatever it
// decides, its detectors, and who may ask for more than their share. Exactly the member that Kind names is set; Off and
// Flashing need none. Nothing in it may be changed once it has been given to a System; CheckControl says whether one is fit.
type Control struct {
	Controller network.ControllerID
	Kind       Kind
	// Timings are the minimum green, amber and all-red of each of the controller's groups, in its order; nil takes them
	// from the geometry.
	Timings []GroupTiming `json:",omitempty"`
	// Intergreens are pairs of groups that need another time between them than the geometry says.
	Intergreens []Intergreen `json:",omitempty"`
	Detectors   []Detector   `json:",omitempty"`
	Walks       []Walk       `json:",omitempty"`

	Fixed       *Schedule    `json:",omitempty"`
	Actuated    *Actuated    `json:",omitempty"`
	NEMA        *NEMA        `json:",omitempty"`
	MaxPressure *MaxPressure `json:",omitempty"`
	SOTL        *SOTL        `json:",omitempty"`

	Priorities  []Priority   `json:",omitempty"`
	Preemptions []Preemption `json:",omitempty"` // the first has precedence
}

// Kind is how a controller decides what its groups show.
type Kind uint8

// The kinds of control.
const (
	FixedTime       Kind = iota // plans by the clock: Schedule
	StageActuated               // stages by their detectors: Actuated
	RingBarrier                 // phases in rings and barriers, by their detectors, free or coordinated: NEMA
	PressureBased               // MaxPressure
	SelfOrganised               // SOTL
	SwitchedOff                 // dark: the signs count
	SwitchedToFlash             // amber flashes: the signs count, with care
	numKinds
)

var kindNames = [numKinds]string{"fixed", "actuated", "nema", "max_pressure", "sotl", "off", "flashing"}

// String returns the name used in scenario files and results.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// ParseKind returns the kind of that name; ok is false if there is none.
func ParseKind(name string) (kind Kind, ok bool) {
	for i, n := range kindNames {
		if n == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// KindNames returns the names of all kinds of control.
func KindNames() []string { return kindNames[:] }

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a name.
func (k *Kind) UnmarshalText(text []byte) error {
	kind, ok := ParseKind(string(text))
	if !ok {
		return fmt.Errorf("unknown kind of control %.40q", text)
	}
	*k = kind
	return nil
}

// Intergreen is the time in s from the end of the green of one group to the start of the green of another.
type Intergreen struct {
	From, To network.SignalGroupID
	Time     float64 // s, >= the amber of From
}

// StageSet is what is green together in a stage of a controller that decides itself how long.
type StageSet struct {
	Groups []network.SignalGroupID // ascending
	Walks  []int                   `json:",omitempty"` // of Control.Walks, that can be served beside them
}

// Walk is a signal for people on foot across one arm of a junction. It shows walk for Walk seconds at least, then flashes for
// Clearance, in which those on the road finish and nobody starts.
type Walk struct {
	Name string
	// Edge is the arm: the edge into the junction, or the one out of it where none comes in.
	Edge      network.EdgeID
	Walk      float64 // s, at least 4 (MUTCD 11th ed., 4I.06: 7 s, 4 where few people cross)
	Clearance float64 // s: the way over the road at 1.07 m/s (ibid.: 3.5 ft/s)
	// Recall serves it whenever its stage or phase is green. Otherwise somebody has to push the button.
	Recall bool `json:",omitempty"`
}

// Recall is what a phase or stage is called for without a detector.
type Recall uint8

// The recalls.
const (
	NoRecall   Recall = iota // a detector calls it, or nobody does
	MinRecall                // it is called always, and gets its minimum green at least
	MaxRecall                // it is called always, and lasts its maximum
	SoftRecall               // it is called when nobody else is
	numRecalls
)

var recallNames = [numRecalls]string{"none", "min", "max", "soft"}

// String returns the name used in plan files.
func (r Recall) String() string {
	if r < numRecalls {
		return recallNames[r]
	}
	return fmt.Sprintf("recall %d", uint8(r))
}

// MarshalText writes the name.
func (r Recall) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads a name.
func (r *Recall) UnmarshalText(text []byte) error {
	for i, n := range recallNames {
		if n == string(text) {
			*r = Recall(i)
			return nil
		}
	}
	return fmt.Errorf("unknown recall %.40q, want none, min, max or soft", text)
}

// GapReduction lets the gap that ends a green shrink while others wait: from the extension, Before seconds after the start of
// the green, to Least, Over seconds later (NEMA TS 2: time before reduction, time to reduce, minimum gap).
type GapReduction struct {
	Before, Over float64 // s
	Least        float64 // s
}
