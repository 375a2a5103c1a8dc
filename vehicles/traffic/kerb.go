package traffic

import (
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// Keeping to the kerb side and not overtaking on it. The Vienna Convention on Road Traffic (1968), articles 10 and 11, and
// the laws of Great Britain (Highway Code, rules 137 and 267), Ireland, Japan (Road Traffic Act, article 20), Australia
// (road rule 130, above 80 km/h), New Zealand and South Africa have a driver keep to the lane nearest to the kerb when not
// overtaking, and pass on the other side. Inside built-up areas these laws, or habit, leave the choice of lane free
// (Germany: StVO section 7, paragraph 3), and in North America drivers keep to no side in particular. So the rule holds on
// motorways and on fast roads of these countries, and nowhere else.
var keepsToKerb = []string{
	"AD", "AL", "AT", "AU", "BA", "BE", "BG", "BY", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GG", "GI",
	"GR", "HR", "HU", "IE", "IM", "IS", "IT", "JE", "JP", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO",
	"NZ", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "UA", "VA", "XK", "ZA",
}

// openRoad is the speed limit in m/s above which a road does not lie in a built-up area: the fastest streets in towns have
// 70 km/h.
const openRoad = 75 / 3.6

// keepsKerb reports whether drivers keep to the kerb side of an edge.
func keepsKerb(net *network.Network, e network.EdgeID) bool {
	if _, found := slices.BinarySearch(keepsToKerb, net.Country); !found {
		return false
	}
	edge := &net.Edges[e]
	return edge.Road == network.Motorway || net.Lanes[edge.FirstLane].SpeedLimit > openRoad
}

// undertakingSpeed is the speed in m/s above which nobody passes on the kerb side (Kesting, Treiber, Helbing (2007),
// equation 5: their v_crit is 60 km/h). In a jam it is allowed.
const undertakingSpeed = 60 / 3.6

// doNotUndertake makes v, at speed, keep behind the one ahead on the offside lane, but does not brake hard for it.
func (w *World) doNotUndertake(v *vehicle, p *driver.Params, s slot, free float64, d *wish) {
	vs := w.tracks[s+1].vehicles()
	at := w.insertionPoint(s+1, v.s)
	if at == 0 {
		return
	}
	o := &vs[at-1]
	if gap := o.rear() - v.s; gap > 0 && o.v > undertakingSpeed && o.flags&(movesLeft|movesRight) == 0 {
		d.cap(max(p.Follow(v.v, o.v, gap, free), -undertakingBraking), LimitLeader)
	}
}

// undertakingBraking is how hard, m/s², one brakes at most in order not to pass on the kerb side.
const undertakingBraking = 0.5
