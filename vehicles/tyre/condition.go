package tyre

// Condition is what lies on the road.
type Condition uint8

// The conditions.
const (
	Dry Condition = iota
	Wet
	Flooded // standing water
	Snow
	Ice
	NumConditions
)

var conditionNames = [NumConditions]string{"dry", "wet", "flooded", "snow", "ice"}

// String returns the name used in scenario files and results.
func (c Condition) String() string { return conditionNames[c] }

// ParseCondition returns the condition of that name; ok is false if there is none.
func ParseCondition(name string) (c Condition, ok bool) {
	for i, n := range conditionNames {
		if n == name {
			return Condition(i), true
		}
	}
	return 0, false
}
