package safety

import "math"

// TTC returns the time to collision in s of a follower at v behind a leader at lead, gap metres ahead, if both keep their speeds:
// gap/(v-lead); +Inf if they are not closing, 0 if they touch and are. J. C. Hayward: Near-miss determination through use of a scale
// of danger, Highway Research Record 384 (1972).
func TTC(gap, v, lead float64) float64 {
	if v <= lead {
		return math.Inf(1)
	}
	return max(gap, 0) / (v - lead)
}

// MTTC returns the modified time to collision in s, for which both keep their accelerations a and leadA: the smallest positive root
// of (a-leadA)t²/2 + (v-lead)t = gap; +Inf if there is none. A vehicle that would come to a stand before is not treated apart.
// K. Ozbay, H. Yang, B. Bartin, S. Mudigonda: Derivation and validation of new simulation-based surrogate safety measure,
// Transportation Research Record 2083 (2008).
func MTTC(gap, v, a, lead, leadA float64) float64 {
	dv, da := v-lead, a-leadA
	if da == 0 {
		return TTC(gap, v, lead)
	}
	gap = max(gap, 0)
	root := float64(dv*dv) + float64(2*da*gap)
	if root < 0 {
		return math.Inf(1) // they stop closing before they meet
	}
	root = math.Sqrt(root)
	// 2 gap/(dv+root) is the smaller positive root, and does not lose digits as (-dv+root)/da does.
	if below := dv + root; below > 0 {
		return 2 * gap / below
	}
	return math.Inf(1)
}

// DRAC returns the deceleration in m/s² at which a follower just avoids the collision with a leader who keeps its speed: dv²/(2 gap);
// 0 if they are not closing, +Inf if they touch and are. S. Almqvist, C. Hydén, R. Risser: Use of speed limiters in cars for
// increased safety and a better environment, Transportation Research Record 1318 (1991).
func DRAC(gap, v, lead float64) float64 {
	if v <= lead {
		return 0
	}
	dv := v - lead
	return dv * dv / (2 * max(gap, 0))
}

// Crossing is the way of a vehicle to and through the area where its path meets another one's.
type Crossing struct {
	Entry float64 // m from the front bumper to the start of the area; not positive once in it
	Exit  float64 // m from the rear bumper to its end; not positive once out of it
	V, A  float64 // m/s, m/s²
}

// times returns when c enters and leaves the area, in s from now. Braking is taken to go on, pulling away is not, as SUMO's SSM
// device does; +Inf if it stops before.
func (c *Crossing) times() (entry, exit float64) {
	return arrival(c.Entry, c.V, c.A), arrival(c.Exit, c.V, c.A)
}

// arrival returns the time in s to drive distance metres at v and, if negative, a.
func arrival(distance, v, a float64) float64 {
	switch {
	case distance <= 0:
		return 0
	case a >= 0:
		return distance / v // +Inf at a stand
	}
	root := float64(v*v) + float64(2*a*distance)
	if root < 0 {
		return math.Inf(1)
	}
	return (v - math.Sqrt(root)) / -a
}

// CrossingTTC returns the time to collision in s and the deceleration to avoid it in m/s² of two whose paths cross: of the one who
// arrives second, if it would get there before the other is gone. Where the second would arrive after that, or both are in the
// area, ttc is +Inf and drac 0. The second must not be there before the first leaves at t: it brakes from v by 2(v-d/t)/t.
// Definitions as documented for SUMO's SSM device.
func CrossingTTC(one, two Crossing) (ttc, drac float64) {
	in1, out1 := one.times()
	in2, out2 := two.times()
	first, second := out1, two
	enters := in2
	if in2 < in1 {
		first, second, enters = out2, one, in1
	}
	if second.Entry <= 0 || math.IsInf(enters, 1) || first <= enters || first == 0 {
		return math.Inf(1), 0
	}
	if second.V <= 0 {
		return math.Inf(1), 0
	}
	ttc = second.Entry / second.V
	if math.IsInf(first, 1) {
		return ttc, second.V * second.V / (2 * second.Entry) // the first does not go on: stop before it
	}
	return ttc, max(0, 2*(second.V-second.Entry/first)/first)
}

// PET returns the post-encroachment time in s: from the moment the first vehicle has left the area where two paths meet to the
// moment the second comes. It is negative if they were in it together. B. L. Allen, B. T. Shin, P. J. Cooper: Analysis of traffic
// conflicts and collisions, Transportation Research Record 667 (1978).
func PET(firstExit, secondEntry float64) float64 { return secondEntry - firstExit }

// SinceExit returns how many s ago a vehicle passed a point now distance metres behind its rear bumper, if its acceleration has been
// a since: the inverse of distance = v t - a t²/2. +Inf if it cannot have been there with that.
func SinceExit(distance, v, a float64) float64 {
	if distance <= 0 {
		return 0
	}
	root := float64(v*v) - float64(2*a*distance)
	if root < 0 {
		root = 0 // it pulled away from a stand on the way
	}
	if below := v + math.Sqrt(root); below > 0 {
		return 2 * distance / below
	}
	return math.Inf(1)
}

// Velocity is a horizontal velocity, m/s.
type Velocity struct{ East, North float64 }

// DeltaV returns by how much the speed of a vehicle of mass (kg) changes, in m/s, if it and the other one crash at these velocities
// and go on together: other/(mass+other) |v-w|.
func DeltaV(mass, otherMass float64, v, w Velocity) float64 {
	e, n := v.East-w.East, v.North-w.North
	return otherMass / (mass + otherMass) * math.Sqrt(float64(e*e)+float64(n*n))
}

// AlignedDeltaV is DeltaV of two that drive the same way, at v and w m/s.
func AlignedDeltaV(mass, otherMass, v, w float64) float64 {
	return otherMass / (mass + otherMass) * math.Abs(v-w)
}
