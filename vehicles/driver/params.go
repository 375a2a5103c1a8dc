package driver

import (
	"math"

	"roadtwin/network"
)

// Params describes one driver. The zero value is of no use; see Default, NewPopulation and PublishedSet.
type Params struct {
	Model   Model
	TimeGap float64 // T, s; of Krauss and Gipps the reaction time that their safe speed reckons with
	Accel   float64 // a, m/s², comfortable, from standing
	Brake   float64 // b, m/s², comfortable, positive
	MinGap  float64 // s0, m, when standing

	invTwoRootAB float64 // 1/(2*sqrt(a*b))

	// Anticipation is how far ahead in time the driver thinks: the leader's speed is taken as if it went on for so long
	// with the mean acceleration of the two vehicles ahead, s.
	Anticipation float64
	// GapError and SpeedError are the standard deviations of what the driver takes the gap for, as a share of it, and of
	// what is taken for the leader's speed, m/s for each metre of gap. They vary slowly: over ErrorTime.
	GapError, SpeedError float64

	Interval   float64 // s from one look ahead, and decision, to the next; 0 for every step
	StartDelay float64 // s from a look to the foot when one stands and could go
	Dawdle     float64 // Krauss drivers only: the share of Accel by which they fall short, at most
	Lapses     float64 // 1/s: how often the driver looks away for LapseLeast to LapseMost
	// Farther is over how much more than on a dry road the driver brakes, and so looks ahead; 0 as 1.
	Farther  float64
	Courtesy float64 // MOBIL's politeness p: weight of the others' loss against the own gain
	// ChangeGain is MOBIL's threshold, m/s²: what a wished change of lanes must gain at least.
	ChangeGain float64

	SpeedRatio float64 // wished speed over the limit
	Lateral    float64 // m/s², lateral acceleration accepted in curves of BendRadius and wider ones
	// LateralRoot is sqrt(Lateral): times BendRoot(radius) it is the speed accepted in a curve, up to LateralMost.
	LateralRoot float64
	LateralMost float64 // m/s², lateral acceleration that the driver believes the road allows; 0 for that of a dry one
	Reaction    float64 // s from a look to the foot, at most Interval
	AmberBrake  float64 // m/s², positive: the driver stops at amber if this, or less, is enough

	// Trust is what the driver takes the grip of a slippery road for over what it looks like (Looks); 0 as 1.
	Trust float64

	_ float64 // three cache lines: the first two are what most decisions read
}

// ErrorTime is the time over which errors of perception change, s (Treiber, Kesting, Helbing, Physica A 360, 71 (2006),
// table 1).
const ErrorTime = 20.0

// How long a driver looks away, s. Klauer et al., DOT HS 810 594 (2006): glances of more than two seconds are what doubles
// the risk; longer than three are seldom.
const (
	LapseLeast = 1.0
	LapseMost  = 3.0
)

// Default returns the mean driver of a car, who makes no errors and decides in every step.
func Default() Params {
	s := &spreads[network.Car]
	p := Params{
		TimeGap: s.timeGap, Accel: s.accel, Brake: s.brake, MinGap: s.minGap, SpeedRatio: s.speed, Lateral: s.lateral,
		Courtesy: 0.2, ChangeGain: 0.1, AmberBrake: amberBrake,
	}
	return p.prepared()
}

func (p Params) prepared() Params {
	p.invTwoRootAB = round6(1 / (2 * math.Sqrt(p.Accel*p.Brake)))
	p.LateralRoot = math.Sqrt(p.Lateral)
	if p.Farther == 0 {
		p.Farther = 1
	}
	if p.LateralMost == 0 {
		p.LateralMost = toSpare * p.Lateral
	}
	return p
}
