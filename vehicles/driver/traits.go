package driver

// Traits are the ways in which the drivers of a class differ, as standard deviations from the mean in the direction of more risk, cut at two.
// They are (nearly) independent of one another.
type Traits struct {
	Speed      float64 // wishes to drive faster
	TimeGap    float64 // keeps a shorter time gap
	Reaction   float64 // looks less often
	Trust      float64 // takes slippery roads for less so
	Acceptance float64 // takes shorter gaps
	Amber      float64 // needs to brake less hard to stop at amber
}

// NumTraits is how many there are.
const NumTraits = 6

// TraitNames are their names, in the order of Values.
var TraitNames = [NumTraits]string{"speed", "time_gap", "reaction", "trust", "gap", "amber"}

// Values returns them in order.
func (t *Traits) Values() [NumTraits]float64 {
	return [NumTraits]float64{t.Speed, t.TimeGap, t.Reaction, t.Trust, t.Acceptance, t.Amber}
}

// TraitsOf returns those of the driver with index i of Population.Drivers, whatever the class, if it is a person; models of vehicles that drive themselves
// have some of them.
func TraitsOf(i int) Traits {
	return Traits{
		Speed: quantile(i), TimeGap: -quantile(i*167 + 59), Reaction: quantile(i*119 + 7), Trust: quantile(i*53 + 29),
		Acceptance: -quantile(i*103 + 211), Amber: -quantile(i*77 + 5),
	}
}
