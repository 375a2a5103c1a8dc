package r157

import "math"

const (
	fsmReaction = 0.75 // s
	fsmComfort  = 4.0  // m/s²
	fsmMost     = 6.0  // m/s²
	fsmLeader   = 7.0  // m/s², of the other
	fsmStand    = 2.0  // m between the two at a stand
	fsmMargin   = 2.0  // m
)

// fuzzy is the fuzzy safety model: it brakes by how unsafe the distance is, comfortably for what might come and harder for what will.
func (d *Driver) fuzzy(s *Scene) float64 {
	proactive, critical := 0.0, 0.0
	danger := false
	if s.comesClose() {
		proactive, danger = Proactive(s.V, s.Other, s.Gap)
		critical = Critical(s.V, s.A, s.Other, s.Gap)
		danger = danger || critical > 0
	}
	if d.waits(danger, delay) || !danger {
		return 0
	}
	want := proactive * fsmComfort
	if critical > 0 {
		want = fsmComfort + critical*(fsmMost-fsmComfort)
	}
	return harder(s.A, want)
}

// comesClose is the model's check to the side: the other is not passed, and will be in the way before it is.
func (s *Scene) comesClose() bool {
	if s.Gap <= -length {
		return false
	}
	if s.Lateral <= 0 {
		return true
	}
	closing := s.V - s.Other
	return s.LateralSpeed > 0 && closing > 0 && s.Lateral/s.LateralSpeed < (s.Gap+2*length)/closing+0.1
}

// Proactive returns the proactive fuzzy metric (PFS), 0 for safe to 1, at v m/s, gap m behind one at other m/s who might brake with 7
// m/s²; and whether the distance is no more than the safe one.
func Proactive(v, other, gap float64) (pfs float64, unsafe bool) {
	common := v*fsmReaction - other*other/(2*fsmLeader)
	safe := common + v*v/(2*fsmComfort) + fsmMargin
	return between(gap-fsmStand, common+v*v/(2*fsmMost), safe), gap-fsmStand <= safe+tiny
}

// Critical returns the critical fuzzy metric (CFS), 0 to 1, for which the other keeps its speed: whether 6, or only 4 m/s² after the
// reaction at the present acceleration a, avoid the collision.
func Critical(v, a, other, gap float64) float64 {
	a = math.Max(a, -fsmComfort)
	next := v + a*fsmReaction
	if next <= other {
		if v > other && gap < (v-other)*(v-other)/(2*-a) {
			return 1
		}
		return 0
	}
	common := ((v+next)/2 - other) * fsmReaction
	closing := next - other
	return between(gap, common+closing*closing/(2*fsmMost), common+closing*closing/(2*fsmComfort))
}

// between returns 1 up to low, 0 from high on, and falls between.
func between(x, low, high float64) float64 {
	switch {
	case x <= low:
		return 1
	case x >= high:
		return 0
	}
	return (high - x) / (high - low)
}
