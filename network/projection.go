package network

// Projection maps longitude and latitude to local metres: transverse Mercator on WGS 84 with its central meridian and
// origin at Lon0, Lat0 (degrees), scale 1 there.
type Projection struct{ Lon0, Lat0 float64 }
