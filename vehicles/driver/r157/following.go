package r157

import "math"

// SafeSpeed returns the speed in m/s up to which the driver sees no danger in one gap metres ahead at other m/s, or +Inf where the model
// has no rule for that: the fuzzy safety model's where PFS begins, and that at which RSS's distance is gap. 0 if there is none.
func (m Model) SafeSpeed(other, gap float64) float64 {
	switch m {
	case Fuzzy: // v²/(2·4) + 0.75v - other²/(2·7) + margins = gap
		const bt = fsmComfort * fsmReaction
		room := gap - fsmMargin - fsmStand + float64(other*other)/(2*fsmLeader)
		return math.Max(0, math.Sqrt(math.Max(0, bt*bt+float64(2*fsmComfort*room)))-bt)
	case RSS: // rssDistance(v, other) = gap, solved for the speed after the response, v + 0.75·3
		const bt, after = rssBrake * rssResponse, rssResponse * rssAccel
		room := gap + 0.5*rssAccel*rssResponse*rssResponse + float64(other*other)/(2*rssBrake)
		return math.Max(0, math.Sqrt(math.Max(0, bt*bt+float64(2*rssBrake*room)))-bt-after)
	}
	return math.Inf(1)
}
