package driver

import "math"

// Free returns the acceleration in m/s² wished at v on an empty road when wish is the speed wished for, both in m/s,
// wish > 0. Below wish it is IDM's a(1-(v/v0)^4). Above, it is a deceleration that tends to b for v far above wish:
// IDM itself would brake at a((v/v0)^4-1) there, which is panic after each change of limit (Treiber, Kesting 2013,
// section 11.3.3; their exponent a*delta/b is set to 2, which saves a power). The other models are as they were published.
func (p *Params) Free(v, wish float64) float64 {
	if p.Model > IDM {
		return p.freeOther(v, wish)
	}
	if v <= wish {
		r := v / wish
		r *= r
		return p.Accel - float64(p.Accel*float64(r*r))
	}
	r := wish / v
	return float64(p.Brake*float64(r*r)) - p.Brake
}

// Follow returns the acceleration in m/s² wished at v behind a leader at speed lead (m/s), gap metres ahead, where free
// is what Free returned.
//
// IDM: Treiber, Hennecke, Helbing, Phys. Rev. E 62, 1805 (2000). IIDM: Treiber, Kesting, Traffic Flow Dynamics (2013),
// section 11.3.3, where the gap of a platoon is s0+vT up to the wished speed. Their free*(1-z^(2a/free)) for z < 1, z being
// the gap wished for over the gap, has a power in it; here it is free*g/(free*z²+g), g = a(1-z²), which has the same value
// and slope at z = 0 and z = 1, and is the same throughout for free = a.
func (p *Params) Follow(v, lead, gap, free float64) float64 {
	if p.Model > IDM {
		return p.followOther(v, lead, gap, free)
	}
	interaction := p.interaction(v, lead, gap)
	g := p.Accel - interaction
	switch {
	case free < 0: // too fast: the leader matters where it asks for more braking than the free road
		if g >= 0 {
			return free
		}
		return free + g
	case p.Model == IDM:
		return free - interaction
	case g <= 0:
		return g
	}
	return p.Accel * free * g / (float64(free*interaction) + float64(p.Accel*g))
}

// interaction returns IDM's a(s*/s)², m/s²: what the leader takes off the acceleration.
func (p *Params) interaction(v, lead, gap float64) float64 {
	if gap < 0.1 {
		gap = 0.1
	}
	dynamic := float64(v*p.TimeGap) + float64(float64(v*(v-lead))*p.invTwoRootAB)
	if dynamic < 0 {
		dynamic = 0
	}
	z := (p.MinGap + dynamic) / gap
	return float64(p.Accel * float64(z*z))
}

// StopAt returns the acceleration in m/s² wished at v with the front bumper distance metres from where it has to stand:
// following a standing obstacle at which the driver leaves no gap. Cars that follow by themselves are stopped by people.
//
// Where a stop takes the deceleration k, IDM brakes with k²/b and more, for what is ahead might brake in its turn. A line does
// not: nobody brakes harder for it than comfortably and than what will be needed a moment later.
func (p *Params) StopAt(v, distance, free float64) float64 {
	var wish float64
	if p.Model.isHuman() {
		wish = p.Follow(v, 0, distance+p.MinGap, free)
	} else {
		wish = min(free, p.Accel-p.interaction(v, 0, distance+p.MinGap))
	}
	if wish < -p.Brake && v > 0 && distance > 0 {
		later := max(distance-float64(toMove*v), 0.5*float64(atOnce*v))
		wish = max(wish, -max(p.Brake, float64(v*v)/(2*later)))
	}
	return wish
}

const (
	toMove = 0.2  // s within which a stop that has become harder is answered
	atOnce = 0.25 // s in which anybody stops at least, if some decimetres beyond the line
)

// SlowTo returns the deceleration in m/s² (negative) that brings v down to target within distance metres, or +Inf if
// there is no need to begin before the next look: it will be under start times the comfortable braking then. In the last moment
// it is the speed that counts: nobody brakes for a bend as if to be slow enough within the last centimetres.
func (p *Params) SlowTo(v, target, distance, start float64) float64 {
	if v <= target {
		return math.Inf(1)
	}
	square := float64(v*v) - float64(target*target)
	if square < 2*start*p.Brake*(distance-float64(p.Interval*v)) {
		return math.Inf(1)
	}
	return -square / (2 * max(distance, 0.5*lastMoment*(v+target)))
}

// lastMoment is the time in s in which a driver changes speed at least.
const lastMoment = 0.8

// EquilibriumGap returns the gap in metres at which a platoon at v (m/s) is in equilibrium when wish is its wished
// speed (m/s), v < wish: (s0+vT)/sqrt(1-(v/v0)^4) with IDM, s0+1.5vT with Gipps, s0+vT with the others.
func (p *Params) EquilibriumGap(v, wish float64) float64 {
	switch p.Model {
	case IDM:
		r := v / wish
		return (p.MinGap + v*p.TimeGap) / math.Sqrt(1-r*r*r*r)
	case Gipps:
		return p.MinGap + 1.5*v*p.TimeGap
	}
	return p.MinGap + v*p.TimeGap
}
