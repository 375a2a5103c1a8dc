package r157

// rss brakes fully 0.75 s after both the distance ahead and the one to the side became unsafe, as long as they are.
func (g *Vigil) rss(s *Scene, now uint32, l Looker) float64 {
	danger := s.Gap > -s.Theirs && s.Gap < rssDistance(s.V, s.Other) &&
		(s.LateralSpeed == 0 && s.Lateral <= 0 || s.LateralSpeed > 0 && s.Lateral < rssLateral(s.LateralSpeed))
	if g.waits(danger, now, l) || !danger {
		return 0
	}
	return l.harder(s.A, full)
}

const (
	rssResponse = 0.75 // s
	rssAccel    = 3.0  // m/s², the most in that time
	rssBrake    = 6.0  // m/s², least of one's own and most of the other's braking
	rssSideways = 1.0  // m/s²
	rssMargin   = 0.3  // m
)

// rssDistance is definition 1 of RSS: the distance in m behind one at lead m/s that is safe at v.
func rssDistance(v, lead float64) float64 {
	after := v + rssResponse*rssAccel
	return float64(v*rssResponse) + 0.5*rssAccel*rssResponse*rssResponse + float64(after*after)/(2*rssBrake) - float64(lead*lead)/(2*rssBrake)
}

// rssLateral is definition 6 for one who comes nearer at v m/s to one who stays in the middle of the lane.
func rssLateral(v float64) float64 {
	after := v + rssResponse*rssSideways
	return rssMargin + float64((v+after)/2*rssResponse) + float64(after*after)/(2*rssSideways)
}
