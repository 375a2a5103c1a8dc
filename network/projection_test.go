package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
)

func TestProjectionKnownValues(t *testing.T) {
	const utm = 0.9996 // UTM's scale on the central meridian
	tests := []struct {
		name                 string
		lon0, lat0, lon, lat float64
		want                 network.Point
		within               float64 // m
	}{
		{"origin", 9, 48, 9, 48, network.Point{}, 0},
		// The quadrant of the meridian on WGS 84 (Karney 2011, section 2: the quarter meridian is 10 001 965.729 m).
		{"quadrant", 0, 0, 0, 90, network.Point{Y: 10001965.729}, 0.001},
		// CN Tower, 43°38′33.24″N 79°23′13.7″W is UTM 17N 630084 m E 4833438 m N (Wikipedia, "Universal Transverse
		// Mercator coordinate system").
		{
			"cn tower", -81, 0, -(79 + 23.0/60 + 13.7/3600), 43 + 38.0/60 + 33.24/3600,
			network.Point{X: (630084 - 500000) / utm, Y: 4833438 / utm},
			1,
		},
	}
	for _, tt := range tests {
		got := network.Projection{Lon0: tt.lon0, Lat0: tt.lat0}.ToLocal(tt.lon, tt.lat)
		if got.Dist(tt.want) > tt.within {
			t.Errorf("%s: got %v m, want %v ± %g", tt.name, got, tt.want, tt.within)
		}
	}
}

// radii returns the ellipsoid's radii of curvature at a latitude, m: along the meridian and across it.
func radii(lat float64) (meridian, across float64) {
	const a, f = 6378137.0, 1 / 298.257223563
	e2 := f * (2 - f)
	w := math.Sqrt(1 - e2*math.Pow(math.Sin(lat*math.Pi/180), 2))
	return a * (1 - e2) / (w * w * w), a / w
}

// The transverse Mercator projection is the only one that keeps angles and is true to scale along its central meridian.
func TestProjectionIsTransverseMercator(t *testing.T) {
	p := network.Projection{Lon0: -75.5, Lat0: 39.7}
	for lat := 30.0; lat <= 50; lat += 0.5 {
		meridian, _ := radii(lat)
		const step = 0.1
		got := p.ToLocal(-75.5, lat+step/2).Y - p.ToLocal(-75.5, lat-step/2).Y
		if want := meridian * step * math.Pi / 180; math.Abs(got-want) > 0.02 {
			t.Errorf("arc of %g° at latitude %g: %.4f m, want %.4f", step, lat, got, want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		lon, lat := -75.5+6*(rng.Float64()-0.5), 39.7+6*(rng.Float64()-0.5)
		const h = 0.05 // degrees: coordinates are rounded to a millimetre
		north := diff(p.ToLocal(lon, lat+h), p.ToLocal(lon, lat-h))
		east := diff(p.ToLocal(lon+h, lat), p.ToLocal(lon-h, lat))
		meridian, across := radii(lat)
		along := math.Hypot(north.X, north.Y) / meridian
		cross := math.Hypot(east.X, east.Y) / (across * math.Cos(lat*math.Pi/180))
		if math.Abs(along/cross-1) > 2e-6 {
			t.Errorf("at %.3f %.3f: scale %.8f north and %.8f east, want them equal", lon, lat, along, cross)
		}
		angle := (north.X*east.X + north.Y*east.Y) / math.Hypot(north.X, north.Y) / math.Hypot(east.X, east.Y)
		if math.Abs(angle) > 2e-6 {
			t.Errorf("at %.3f %.3f: north and east make an angle of cosine %.2g, want 0", lon, lat, angle)
		}
	}
}

func diff(p, q network.Point) network.Point { return network.Point{X: p.X - q.X, Y: p.Y - q.Y} }

func TestProjectionRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		p := network.Projection{Lon0: 360*rng.Float64() - 180, Lat0: 160*rng.Float64() - 80}
		local := network.Point{X: math.Round(6e8*(rng.Float64()-0.5)) / 1000, Y: math.Round(6e8*(rng.Float64()-0.5)) / 1000}
		lon, lat := p.ToLonLat(local)
		if got := p.ToLocal(lon, lat); got.Dist(local) > 0.001 {
			t.Errorf("%v: %v m -> %.9f %.9f -> %v m, want within 1 mm", p, local, lon, lat, got)
		}
	}
}

func TestProjectionAcrossTheDateLine(t *testing.T) {
	p := network.Projection{Lon0: 179.99, Lat0: -17}
	got := p.ToLocal(-179.99, -17)
	if got.X < 2000 || got.X > 2200 {
		t.Errorf("0.02° east of %v: x = %.1f m, want about 2128", p, got.X)
	}
	if lon, _ := p.ToLonLat(got); math.Abs(lon+179.99) > 1e-7 {
		t.Errorf("back: longitude %.8f, want -179.99", lon)
	}
}
