package driver

import "math"

// Params describes one driver. The zero value is of no use; see Default and NewPopulation.
type Params struct {
	TimeGap    float64 // T, s
	Accel      float64 // a, m/s², comfortable, from standing
	Brake      float64 // b, m/s², comfortable, positive
	MinGap     float64 // s0, m, when standing
	SpeedRatio float64 // wished speed over the limit
	Lateral    float64 // m/s², lateral acceleration accepted in curves
	Courtesy   float64 // MOBIL's politeness p: weight of the others' loss against the own gain
	ChangeGain float64 // m/s², MOBIL's threshold: what a wished change of lanes must gain at least
	Interval   float64 // s from one look ahead, and decision, to the next; 0 for every step
	Reaction   float64 // s from a look to the foot
	Dawdle     float64 // Krauss drivers only: the share of Accel by which they fall short, at most
	Model      Model

	// LateralRoot is sqrt(Lateral): times sqrt(radius) it is the speed accepted in a curve.
	LateralRoot float64

	invTwoRootAB float64 // 1/(2*sqrt(a*b))
}

// Default returns the mean driver of a car: Treiber, Kesting: Traffic Flow Dynamics (2013), table 11.2 for city traffic
// (a, b, s0), with the time gap at which a queue discharges at HCM's 1,900 veh/h (test case S1).
func Default() Params {
	p := Params{TimeGap: 1.2, Accel: 1.5, Brake: 2.0, MinGap: 2.0, SpeedRatio: 1, Lateral: 2.5, Courtesy: 0.2, ChangeGain: 0.1, Interval: 0.4}
	return p.prepared()
}

func (p Params) prepared() Params {
	p.invTwoRootAB = round6(1 / (2 * math.Sqrt(p.Accel*p.Brake)))
	p.LateralRoot = math.Sqrt(p.Lateral)
	return p
}

// Free returns the acceleration in m/s² wished at v on an empty road when wish is the speed wished for, both in m/s,
// wish > 0. Below wish it is IDM's a(1-(v/v0)^4). Above, it is a deceleration that tends to b for v far above wish:
// IDM itself would brake at a((v/v0)^4-1) there, which is panic after each change of limit (Treiber, Kesting 2013,
// section 11.3.3; their exponent a*delta/b is set to 2, which saves a power).
func (p *Params) Free(v, wish float64) float64 {
	if v <= wish {
		r := v / wish
		r *= r
		return p.Accel - float64(p.Accel*float64(r*r))
	}
	r := wish / v
	return float64(p.Brake*float64(r*r)) - p.Brake
}

// Follow returns the acceleration in m/s² wished at v behind a leader at speed lead (m/s), gap metres ahead, where free
// is what Free returned. IDM (Treiber, Hennecke, Helbing, Phys. Rev. E 62, 1805 (2000)) up to the wished speed; above it
// the interaction takes over only where it asks for more braking than the free road (IIDM).
func (p *Params) Follow(v, lead, gap, free float64) float64 {
	if gap < 0.1 {
		gap = 0.1
	}
	dynamic := float64(v*p.TimeGap) + float64(float64(v*(v-lead))*p.invTwoRootAB)
	if dynamic < 0 {
		dynamic = 0
	}
	z := (p.MinGap + dynamic) / gap
	interaction := float64(p.Accel * float64(z*z))
	if free >= 0 {
		return free - interaction
	}
	if interaction <= p.Accel {
		return free
	}
	return free + p.Accel - interaction
}

// StopAt returns the acceleration in m/s² wished at v with the front bumper distance metres from where it has to stand:
// Follow behind a standing obstacle at which the driver leaves no gap.
func (p *Params) StopAt(v, distance, free float64) float64 {
	return p.Follow(v, 0, distance+p.MinGap, free)
}

// SlowTo returns the deceleration in m/s² (negative) that brings v down to target within distance metres, or +Inf if
// there is no need to begin yet: it is under start times the comfortable braking.
func (p *Params) SlowTo(v, target, distance, start float64) float64 {
	if v <= target {
		return math.Inf(1)
	}
	if distance < 0.5 {
		distance = 0.5
	}
	need := (float64(v*v) - float64(target*target)) / (2 * distance)
	if need < start*p.Brake {
		return math.Inf(1)
	}
	return -need
}

// EquilibriumGap returns the gap in metres at which a platoon at v (m/s) is in equilibrium when wish is its wished
// speed (m/s), v < wish: (s0+vT)/sqrt(1-(v/v0)^4).
func (p *Params) EquilibriumGap(v, wish float64) float64 {
	r := v / wish
	return (p.MinGap + v*p.TimeGap) / math.Sqrt(1-r*r*r*r)
}
