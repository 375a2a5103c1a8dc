package dynamics

import "roadtwin/vehicles/tyre"

// peaks keeps the peaks of curves, which take longer to find than all that is made of them: snow is the same on every surface, and
// brakes may differ where tyres are the same. Curves that differ share nothing, so the values are those of Curve.Peak.
type peaks map[tyre.Curve]*[SpeedBins + 1]peak

// peak is the highest friction at one speed, and the slip at which it is reached.
type peak struct{ slip, mu float64 }

// of returns the peaks of c at every whole m/s.
func (p peaks) of(c tyre.Curve) *[SpeedBins + 1]peak {
	all := p[c]
	if all == nil {
		all = new([SpeedBins + 1]peak)
		for i := range all {
			all[i].slip, all[i].mu = c.Peak(float64(i))
		}
		p[c] = all
	}
	return all
}
