package network

import "math"

// Projection maps longitude and latitude to local metres: transverse Mercator on WGS 84 with its central meridian and
// origin at Lon0, Lat0 (degrees), scale 1 there.
//
// It is Krüger's series to the fourth order in the third flattening, as in Karney, "Transverse Mercator with an accuracy
// of a few nanometers", J. Geodesy 85 (2011), eqs. 7 to 36: exact to far below a millimetre within 3000 km of the
// central meridian.
type Projection struct{ Lon0, Lat0 float64 }

const (
	wgs84A = 6378137.0         // m, semi-major axis
	wgs84F = 1 / 298.257223563 // flattening
	thirdF = wgs84F / (2 - wgs84F)
	// rectifying is the radius in metres of the circle that is as long as a meridian.
	rectifying = wgs84A / (1 + thirdF) * (1 + thirdF*thirdF/4 + thirdF*thirdF*thirdF*thirdF/64)

	n1 = thirdF
	n2 = n1 * n1
	n3 = n2 * n1
	n4 = n3 * n1
)

// eccentricity of the ellipsoid.
var eccentricity = math.Sqrt(wgs84F * (2 - wgs84F))

// krugerAlpha and krugerBeta are the coefficients of Karney's eqs. 35 and 36.
var (
	krugerAlpha = [4]float64{
		n1/2 - 2*n2/3 + 5*n3/16 + 41*n4/180,
		13*n2/48 - 3*n3/5 + 557*n4/1440,
		61*n3/240 - 103*n4/140,
		49561 * n4 / 161280,
	}
	krugerBeta = [4]float64{
		n1/2 - 2*n2/3 + 37*n3/96 - n4/360,
		n2/48 + n3/15 - 437*n4/1440,
		17*n3/480 - 37*n4/840,
		4397 * n4 / 161280,
	}
)

// ToLocal returns the position in metres of a longitude and latitude in degrees, rounded to the millimetre. It is meant
// for places within a quarter of the globe from the central meridian.
func (p Projection) ToLocal(lon, lat float64) Point {
	xi, eta := forward(wrapDegrees(lon-p.Lon0), lat)
	xi0, _ := forward(0, p.Lat0)
	return Point{rectifying * eta, rectifying * (xi - xi0)}.rounded()
}

// ToLonLat returns the longitude and latitude in degrees of a position in metres.
func (p Projection) ToLonLat(q Point) (lon, lat float64) {
	xi0, _ := forward(0, p.Lat0)
	dlon, lat := inverse(q.Y/rectifying+xi0, q.X/rectifying)
	return wrapDegrees(p.Lon0 + dlon), lat
}

// wrapDegrees returns an equal angle in [-180, 180].
func wrapDegrees(deg float64) float64 { return math.Remainder(deg, 360) }

// forward returns the projection's two coordinates, on a sphere of radius 1, of a point dlon degrees east of the
// central meridian.
func forward(dlon, lat float64) (xi, eta float64) {
	sin, cos := math.Sincos(dlon * math.Pi / 180)
	tau := conformal(math.Tan(lat * math.Pi / 180))
	xi1, eta1 := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	xi, eta = xi1, eta1
	for i, a := range krugerAlpha {
		k := 2 * float64(i+1)
		xi += a * math.Sin(k*xi1) * math.Cosh(k*eta1)
		eta += a * math.Cos(k*xi1) * math.Sinh(k*eta1)
	}
	return xi, eta
}

// inverse returns what forward was given.
func inverse(xi, eta float64) (dlon, lat float64) {
	xi1, eta1 := xi, eta
	for i, b := range krugerBeta {
		k := 2 * float64(i+1)
		xi1 -= b * math.Sin(k*xi) * math.Cosh(k*eta)
		eta1 -= b * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	sinh, cos := math.Sinh(eta1), math.Cos(xi1)
	tau := geodetic(math.Sin(xi1) / math.Hypot(sinh, cos))
	return math.Atan2(sinh, cos) * 180 / math.Pi, math.Atan(tau) * 180 / math.Pi
}

// conformal returns the tangent of the conformal latitude of a latitude with tangent tau (Karney, eqs. 7 to 9).
func conformal(tau float64) float64 {
	sigma := math.Sinh(eccentricity * math.Atanh(eccentricity*tau/math.Hypot(1, tau)))
	return tau*math.Hypot(1, sigma) - sigma*math.Hypot(1, tau)
}

// geodetic is the inverse of conformal, by Newton's method (Karney, eqs. 19 to 21).
func geodetic(want float64) float64 {
	const e2 = wgs84F * (2 - wgs84F)
	tau := want / math.Sqrt(1-e2)
	for range 5 {
		got := conformal(tau)
		step := (want - got) / math.Hypot(1, got) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Hypot(1, tau))
		tau += step
		if math.Abs(step) < 1e-14*max(1, math.Abs(tau)) {
			break
		}
	}
	return tau
}
