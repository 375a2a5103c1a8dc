package signals

import "fmt"

// Schedule is control by the clock: plans, and which of them runs when.
type Schedule struct {
	Plans []Plan // of one controller, with equal timings of the groups
	// Days say which plan runs when; nil runs the first always. Days that none of them names run the first plan.
	Days       []DayPlan  `json:",omitempty"`
	Transition Transition // from one plan to the next
}

// DayPlan says what runs when on some days of the week.
type DayPlan struct {
	Days    Weekdays
	Entries []Entry // by At, ascending; before the first of a day the last of the day before goes on
}

// Entry is the time from which a plan runs.
type Entry struct {
	At   float64 // s after midnight, 0 to 86400
	Plan int     // of Schedule.Plans or NEMA.Patterns; Free there means without coordination
}

// Free is the number of the pattern of a RingBarrier controller that is not coordinated.
const Free = -1

// Weekdays is a set of days, bit 0 for Monday to bit 6 for Sunday.
type Weekdays uint8

// Sets of days.
const (
	WorkingDays Weekdays = 1<<5 - 1
	Weekend     Weekdays = 1<<7 - 1 - WorkingDays
	EveryDay    Weekdays = 1<<7 - 1
)

// Has reports whether day (0 for Monday) is in the set.
func (w Weekdays) Has(day int) bool { return w>>day&1 != 0 }

// Transition is how a controller gets from one plan's place in the cycle to that of another.
type Transition struct {
	Method TransitionMethod
	// Share is how much longer a cycle may be on the way, as a share of it; shorter it may be by Share/(1+Share). 0 means 0.2:
	// a fifth longer, a sixth shorter. No green is cut below its minimum.
	Share float64 `json:",omitempty"`
}

// TransitionMethod is a way to get to an offset.
type TransitionMethod uint8

// The methods.
const (
	ShortestWay TransitionMethod = iota // longer or shorter cycles, whichever gets there first
	Lengthen                            // longer cycles only
	Dwell                               // waits in the first green of the new plan, for up to a cycle
	numTransitions
)

var transitionNames = [numTransitions]string{"shortest", "lengthen", "dwell"}

// String returns the name used in plan files.
func (t TransitionMethod) String() string {
	if t < numTransitions {
		return transitionNames[t]
	}
	return fmt.Sprintf("transition %d", uint8(t))
}

// MarshalText writes the name.
func (t TransitionMethod) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a name.
func (t *TransitionMethod) UnmarshalText(text []byte) error {
	for i, n := range transitionNames {
		if n == string(text) {
			*t = TransitionMethod(i)
			return nil
		}
	}
	return fmt.Errorf("unknown transition %.40q, want shortest, lengthen or dwell", text)
}

const daySeconds = 86400

// defaultShare is that of a Transition.
const defaultShare = 0.2

// planAt returns which plan runs at a time, s after the midnight at which day (0 for Monday) began; none if no entry says.
func planAt(days []DayPlan, day int, t float64, none int) int {
	whole := int(t / daySeconds)
	if t < 0 {
		whole = 0
	}
	t -= float64(whole) * daySeconds
	day = (day + whole) % 7
	today := dayPlan(days, day)
	if today == nil {
		return none
	}
	for i := len(today.Entries) - 1; i >= 0; i-- {
		if today.Entries[i].At <= t {
			return today.Entries[i].Plan
		}
	}
	if before := dayPlan(days, (day+6)%7); before != nil && len(before.Entries) > 0 {
		return before.Entries[len(before.Entries)-1].Plan
	}
	return none
}

func dayPlan(days []DayPlan, day int) *DayPlan {
	for i := range days {
		if days[i].Days.Has(day) {
			return &days[i]
		}
	}
	return nil
}
