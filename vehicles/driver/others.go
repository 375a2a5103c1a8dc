package driver

import "math"

func (p *Params) freeOther(v, wish float64) float64 {
	switch p.Model {
	case Krauss:
		return max(-p.Brake, min(p.Accel, (wish-v)/p.period()))
	case Gipps:
		r := v / wish
		if r >= 1 {
			return max(-p.Brake, (wish-v)/p.period())
		}
		return 2.5 * p.Accel * (1 - r) * math.Sqrt(0.025+r)
	}
	return cruise(v, wish, p.Accel)
}

func (p *Params) followOther(v, lead, gap, free float64) float64 {
	switch p.Model {
	case Krauss:
		return min(free, (p.kraussSafe(lead, gap)-v)/p.period())
	case Gipps:
		return min(free, (p.gippsSafe(v, lead, gap)-v)/p.period())
	}
	a := p.control(v, lead, gap)
	if rule, ok := p.Model.Rule(); ok {
		a = min(a, max(-ACCBraking, (rule.SafeSpeed(lead, gap-heed)-v)/heeding))
	}
	return min(free, a)
}

// Who drives by the rules of UN R157 keeps out of what they take for danger, some decimetres before, within about a second.
const (
	heed    = 0.5 // m
	heeding = 1.0 // s
)

// leastPeriod is the time in s over which a model of speeds comes to its next speed if it decides more often than that.
const leastPeriod = 0.2

// period is the time in s in which the models of safe speeds go from one speed to the next.
func (p *Params) period() float64 { return max(p.Interval, leastPeriod) }

// kraussSafe returns the speed in m/s from which one can still stop behind a leader that brakes to a stand, both with b,
// after a reaction time T: Krauß, DLR-Forschungsbericht 98-08 (1998), section 3.2, in its exact form,
// -bT + sqrt(b²T² + v_l² + 2b(gap-s0)).
func (p *Params) kraussSafe(lead, gap float64) float64 {
	bt := p.Brake * p.TimeGap
	square := float64(bt*bt) + float64(lead*lead) + float64(2*p.Brake*(gap-p.MinGap))
	return max(0, math.Sqrt(max(0, square))-bt)
}

// gippsSafe is the same after Gipps, Transp. Res. B 15, 105 (1981), equation 10, with half a reaction time of safety and
// the leader's braking taken for the own.
func (p *Params) gippsSafe(v, lead, gap float64) float64 {
	b, bt := p.Brake, p.Brake*p.TimeGap
	square := float64(bt*bt) + float64(b*(float64(2*(gap-p.MinGap))-float64(v*p.TimeGap))) + float64(lead*lead)
	return max(0, math.Sqrt(max(0, square))-bt)
}

// Gains of ACC and CACC: Milanés, Shladover, Transp. Res. C 48, 285 (2014), with the modes that Xiao, Wang, van Arem,
// Transp. Res. Rec. 2623, 1 (2017) give them, as in SUMO (reference 4_carfollowing/model_parameter_sets.json). CACC's are
// for a speed that is set every 0.1 s; divided by that they are for an acceleration.
const (
	cruiseGain = 0.4 // 1/s

	accRegulateGap, accRegulateSpeed = 0.23, 0.07 // 1/s², 1/s
	accCloseGap, accCloseSpeed       = 0.04, 0.8
	accAvoidGap, accAvoidSpeed       = 0.8, 0.23

	caccPeriod                         = 0.1 // s
	caccRegulateGap, caccRegulateSpeed = 0.45 / caccPeriod, 0.0125 / caccPeriod
	caccCloseGap, caccCloseSpeed       = 0.005 / caccPeriod, 0.05 / caccPeriod
	caccAvoidGap, caccAvoidSpeed       = 0.45 / caccPeriod, 0.05 / caccPeriod

	regulateGap, regulateSpeed = 0.2, 0.1 // m, m/s: as near to the set point as that, the gap is regulated
)

// Limits of automated driving, m/s²: what an ACC does by itself (ISO 15622), where emergency braking sees to the rest (UN
// R152); and how hard cruise control brakes.
const (
	cruiseBraking = 2.0
	ACCBraking    = 3.5
)

// cruise returns the acceleration in m/s² of a speed control.
func cruise(v, wish, accel float64) float64 {
	return max(-cruiseBraking, min(accel, cruiseGain*(wish-v)))
}

// control returns the acceleration in m/s² with which ACC or CACC holds its gap of s0+vT.
func (p *Params) control(v, lead, gap float64) float64 {
	beyond, speed := gap-p.MinGap-float64(v*p.TimeGap), lead-v
	var a float64
	if p.Model == CACC {
		a = p.cooperate(beyond, speed)
	} else {
		a = regulate(beyond, speed)
	}
	a = max(-ACCBraking, min(p.Accel, a))
	if speed >= 0 {
		return a
	}
	if beyond > v { // more than a second beyond the gap set: no harder than to be at the leader's speed there
		a = max(a, -0.75*float64(speed*speed)/beyond)
	}
	// Constant braking to the leader's speed at half the standing gap, where that is more than comfortable.
	if need := float64(speed*speed) / (2 * max(0.1, gap-0.5*p.MinGap)); need > cruiseBraking {
		a = min(a, -need)
	}
	return a
}

// fallbackGap is the time gap in s that CACC keeps behind a vehicle that tells it nothing: ACC's shortest.
const fallbackGap = 1.1

// FollowAlone is Follow for CACC behind a leader without it: ACC.
func (p *Params) FollowAlone(v, lead, gap, free float64) float64 {
	alone := *p
	alone.Model, alone.TimeGap = ACC, max(p.TimeGap, fallbackGap)
	return alone.Follow(v, lead, gap, free)
}

// regulate returns ACC's acceleration, m/s², for the metres beyond the gap set, and the speed at which the gap grows.
func regulate(beyond, speed float64) float64 {
	switch {
	case math.Abs(beyond) < regulateGap && math.Abs(speed) < regulateSpeed:
		return float64(accRegulateGap*beyond) + float64(accRegulateSpeed*speed)
	case beyond < 0:
		return float64(accAvoidGap*beyond) + float64(accAvoidSpeed*speed)
	}
	return float64(accCloseGap*beyond) + float64(accCloseSpeed*speed)
}

// cooperate is the same for CACC. Its second gain is for the rate of beyond, which has the own acceleration in it:
// a = k(beyond) + d(speed - T a), solved for a.
func (p *Params) cooperate(beyond, speed float64) float64 {
	k, d := caccCloseGap, caccCloseSpeed
	switch {
	case math.Abs(beyond) < regulateGap && math.Abs(speed) < regulateSpeed:
		k, d = caccRegulateGap, caccRegulateSpeed
	case beyond < 0:
		k, d = caccAvoidGap, caccAvoidSpeed
	}
	return (float64(k*beyond) + float64(d*speed)) / (1 + float64(d*p.TimeGap))
}
