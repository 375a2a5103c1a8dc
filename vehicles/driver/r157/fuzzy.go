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
func (g *Vigil) fuzzy(s *Scene, now uint32, l Looker) float64 {
	proactive, critical := 0.0, 0.0
	danger := false
	if s.comesClose() {
		proactive, danger = Proactive(s.V, s.Other, s.Gap)
		critical = Critical(s.V, s.A, s.Other, s.Gap)
		danger = danger || critical > 0
	}
	if g.waits(danger, now, l) || !danger {
		return 0
	}
	want := proactive * fsmComfort
	if critical > 0 {
		want = fsmComfort + float64(critical*(fsmMost-fsmComfort))
	}
	return l.harder(s.A, want)
}

// comesClose is the model's check to the side: the other is not passed, and will be in the way before it is.
func (s *Scene) comesClose() bool {
	if s.Gap <= -s.Theirs {
		return false
	}
	if s.Lateral <= 0 {
		return true
	}
	closing := s.V - s.Other
	return s.LateralSpeed > 0 && closing > 0 && s.Lateral/s.LateralSpeed < (s.Gap+s.Own+s.Theirs)/closing+0.1
}

// Proactive returns the proactive fuzzy metric (PFS), 0 for safe to 1, at v m/s, gap m behind one at other m/s who might brake with 7
// m/s²; and whether the distance is no more than the safe one.
func Proactive(v, other, gap float64) (pfs float64, unsafe bool) {
	common := float64(v*fsmReaction) - float64(other*other)/(2*fsmLeader)
	safe := common + float64(v*v)/(2*fsmComfort) + fsmMargin
	return between(gap-fsmStand, common+float64(v*v)/(2*fsmMost), safe), gap-fsmStand <= safe+tiny
}

// Critical returns the critical fuzzy metric (CFS), 0 to 1, for which the other keeps its speed: whether 6, or only 4 m/s² after the
// reaction at the present acceleration a, avoid the collision.
func Critical(v, a, other, gap float64) float64 {
	a = math.Max(a, -fsmComfort)
	next := v + float64(a*fsmReaction)
	if next <= other {
		if v > other && gap < float64((v-other)*(v-other))/(2*-a) {
			return 1
		}
		return 0
	}
	common := float64(((v+next)/2 - other) * fsmReaction)
	closing := next - other
	return between(gap, common+float64(closing*closing)/(2*fsmMost), common+float64(closing*closing)/(2*fsmComfort))
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
