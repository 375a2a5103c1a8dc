package tyre

// Friction of winter tyres relative to summer tyres, from stops of one car on both (What Car?, winter versus summer tyres, tests in
// Sweden and Germany, whatcar.com/news/snow-and-ice/n11592 and dry-conditions/n11594, means of all tyres tested): on
// snow from 25 mph 17.7 m against more than twice that; on ice from 12 mph 12.5 m against 19.0 m; on a dry road of 5 °C from
// 62 mph 43.7 m against 37.9 m. The summer tyres' decelerations, at most 1.77 m/s² on snow and 0.76 m/s² on ice, are those of
// the curves of packed snow and, between the two, of ice.
const (
	winterPacked = 2.0
	winterIce    = 19.0 / 12.5
	winterDry    = 37.9 / 43.7
	// Loose snow shears before the tyre slips: as much as winter tyres hold on packed snow (an assumption).
	winterLoose = 1.25
)

// On a wet road and in slush winter tyres are as good as others (an assumption: cold asphalt favours one, warm the other).

// inTheDry returns the curve of a dry road for t.
func (t Tyre) inTheDry(c Curve) Curve { return t.inWinter(c, winterDry) }

// inWinter returns c with its friction times factor if t is a winter tyre.
func (t Tyre) inWinter(c Curve, factor float64) Curve {
	if t.Winter {
		c.Grip *= factor
	}
	return c
}
