package tyre

import "math"

// What water does to a rolling tyre, in two ways that are told apart since Horne and Dreher (Phenomena of pneumatic tire
// hydroplaning, NASA TN D-2056, 1963) and Gough (the three zones of the contact, 1959):
//
// The film: what the tread's grooves have not taken up must be squeezed out from under the rubber while the contact passes
// over it. The faster the tyre, the deeper the water and the shallower the grooves, the less of the contact touches
// stones in time.
//
// The wedge: where water stands deeper than grooves and stones can take, its inertia lifts the tyre from the front of the
// contact on; it carries everything at the aquaplaning speed.
//
// The scarcer of the two contacts counts.

// Depths of tread, m.
const (
	NewTread  = 8e-3
	WornTread = 1.6e-3 // the least that the law allows in Europe
)

// The film's coefficients, fitted to all eighteen wet values of the Bosch Automotive Handbook for new and worn tyres
// (0.2, 1 and 2 mm of water; 50, 90 and 130 km/h), with Burckhardt's wet asphalt at walking pace: the largest deviation
// is 0.08.
const (
	filmByDepth = 1.9    // s²/m² per m of water, with full grooves
	filmByWear  = 4.0e-3 // s²/m², on a tyre without grooves
	filmTexture = 5e-5   // m of water that the texture of the road takes up by itself
	filmAt      = 2.2e5  // Pa, of the tyre to which they are fitted
)

// standing is how much of the water wedge there is by depth: none up to one millimetre, all from two on (Bosch: at
// 1 mm a new tyre still brakes at 130 km/h, at 2 mm it floats from 90 on).
func standing(depth float64) float64 { return min(1, max(0, depth/1e-3-1)) }

// film returns the coefficient of Curve.Film of a tyre on water of some depth (m): inertia presses the water out, so that
// the square of the speed goes with the pressure.
func (t Tyre) film(depth float64) float64 {
	if depth == 0 {
		return 0
	}
	wear := min(1, max(0, (NewTread-t.tread())/(NewTread-WornTread)))
	return (filmByDepth*depth + filmByWear*wear*depth/(depth+filmTexture)) * filmAt / t.Pressure
}

// contact returns the share of the contact that touches the road at speed v (m/s).
func (c Curve) contact(v float64) float64 {
	share := 1 / (1 + c.Film*v*v)
	if c.Aquaplaning > 0 {
		r := v / c.Aquaplaning
		share = min(share, max(0, 1-r*r*c.Standing))
	}
	return share
}

// AquaplaningSpeed returns the speed in m/s at which a rolling tyre of the given pressure (Pa) floats on standing
// water deeper than its tread: 10.35·sqrt(pressure in psi) mph, Horne's law in the units of American road engineers.
func AquaplaningSpeed(pressure float64) float64 {
	const (
		psi = 6894.757 // Pa
		mph = 0.44704  // m/s
	)
	return 10.35 * mph * math.Sqrt(pressure/psi)
}
