package driver

import "math"

// BendRadius is the radius in m above which people accept the same lateral acceleration in any bend.
const BendRadius = 44.0

// BendRoot returns, in sqrt(m), what times sqrt(lateral acceleration accepted) is the speed in a bend of the radius (m): the
// root of the radius, and more where it is tight. The slower they turn, the more lateral acceleration do people accept: 0.40 g
// at 20 km/h, 0.32 at 30, 0.25 at 40 (AASHTO's side friction in low-speed design, as in table 8-2 of the Geometric Design
// Manual of the Ethiopian Roads Authority, 2002), which the speed 8.76 radius^0.386 km/h of NCHRP Report 672 (2010), eq. 6-1,
// recalled, follows within 3 %. It is that of 2.5 m/s² at BendRadius. Below 5 m (0.38 g) neither says anything: the same from there on.
func BendRoot(radius float64) float64 {
	const exponent, least = 0.3861, 5.0
	tight := max(min(radius, BendRadius), least)
	return round6(math.Sqrt(radius) * math.Pow(tight/BendRadius, exponent-0.5)) //nolint:forbidigo // rounded
}
