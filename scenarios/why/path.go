package why

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// path records where the two are after each step.
type path struct {
	net     *network.Network
	ids     [2]traffic.VehicleID // striking, struck
	metres  [2]float64
	dt      float64
	samples []Sample
}

// newPath returns a path that begins where the two are in w now.
func (i *inquiry) newPath(w *traffic.World) *path {
	p := &path{net: i.run.Net(), ids: [2]traffic.VehicleID{i.ask.Striking, i.ask.Struck}, dt: w.StepTime()}
	p.add(w)
	return p
}

func (p *path) add(w *traffic.World) {
	s := Sample{Time: thousandths(w.Time())}
	for k, place := range [...]*Place{&s.Striking, &s.Struck} {
		v, ok := w.Vehicle(p.ids[k])
		if !ok {
			continue
		}
		if n := len(p.samples); n > 0 {
			before := p.samples[n-1].Striking.Speed
			if k == 1 {
				before = p.samples[n-1].Struck.Speed
			}
			p.metres[k] += 0.5 * (before + v.V) * p.dt
		}
		pose := p.net.PoseAt(v.Track, v.S, v.Lateral)
		lon, lat := p.net.Projection.ToLonLat(pose.Point)
		*place = Place{Lon: seventh(lon), Lat: seventh(lat), Heading: compass(pose.Heading), Speed: thousandths(v.V), Metre: thousandths(p.metres[k]), There: true}
	}
	p.samples = append(p.samples, s)
}

// seventh rounds degrees to about a centimetre.
func seventh(x float64) float64 { return math.Round(x*1e7) / 1e7 }

// compass returns a heading in rad counter-clockwise from east as degrees clockwise from north, to a tenth.
func compass(rad float64) float64 {
	tenths := math.Mod(math.Round(10*(90-rad*180/math.Pi)), 3600)
	if tenths < 0 {
		tenths += 3600
	}
	return tenths / 10
}

func thousandths(x float64) float64 { return math.Round(x*1000) / 1000 }
