package tyre

// Condition is what lies on the road: a ladder from dry to wet ice. On an even road each grips less than the one before it;
// where water carries the tyre at speed, snow may grip better than water.
type Condition uint8

// The conditions.
const (
	Dry        Condition = iota
	Damp                 // the stones are dark, no film stands above them
	Wet                  // a film of 0.2 mm: light rain
	Soaked               // 1 mm: heavy rain
	Flooded              // 2 mm: standing water
	Deep                 // 5 mm and more: ruts, ponds, a cloudburst
	Slush                // melting snow
	Snow                 // fresh and loose
	PackedSnow           // compacted and polished by wheels
	Ice                  // frozen and dry, some degrees below zero
	WetIce               // at the melting point, or rain on ice
	NumConditions
)

var conditionNames = [NumConditions]string{
	"dry", "damp", "wet", "soaked", "flooded", "deep", "slush", "snow", "packed_snow", "ice", "wet_ice",
}

// waterDepths in m. Slush holds as much water as a soaked road.
var waterDepths = [NumConditions]float64{
	Damp: 0.05e-3, Wet: 0.2e-3, Soaked: 1e-3, Flooded: 2e-3, Deep: 5e-3, Slush: 1e-3,
}

// String returns the name used in scenario files and results.
func (c Condition) String() string { return conditionNames[c] }

// WaterDepth returns the depth in m of the water above the stones of the road: the depth for which the friction of the
// condition is reckoned. It is 0 where what lies there is dry or frozen.
func (c Condition) WaterDepth() float64 { return waterDepths[c] }

// Frozen reports whether snow or ice hides the road's own surface.
func (c Condition) Frozen() bool { return c >= Slush }

// ConditionNames returns the names of all conditions, in order.
func ConditionNames() []string { return conditionNames[:] }

// ParseCondition returns the condition of that name; ok is false if there is none.
func ParseCondition(name string) (c Condition, ok bool) {
	for i, n := range conditionNames {
		if n == name {
			return Condition(i), true
		}
	}
	return 0, false
}
