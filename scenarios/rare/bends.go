package rare

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// bends is how sharp each track is, every bendStep metres, 1/m.
type bends [][]float32

const (
	bendStep   = 5.0  // m
	bendSpan   = 6.0  // m to either side over which headings are compared
	bendLook   = 60.0 // m ahead
	sharpest   = 0.25 // 1/m: what is sharper comes from the corners of the drawing
	leastCurve = 1.0 / 500
)

// findBends measures the curvature of all tracks by their shapes.
func findBends(net *network.Network) bends {
	all := make(bends, net.NumTracks())
	for t := range all {
		track := network.TrackID(t)
		length := net.TrackLength(track)
		all[t] = make([]float32, int(length/bendStep)+1)
		for i := range all[t] {
			s := float64(i) * bendStep
			a, b := max(0, s-bendSpan), min(length, s+bendSpan)
			if b-a < 1 {
				continue
			}
			turn := math.Remainder(net.PoseAt(track, b, 0).Heading-net.PoseAt(track, a, 0).Heading, 2*math.Pi)
			all[t][i] = float32(min(sharpest, math.Abs(turn)/(b-a)))
		}
	}
	return all
}

// gravity, m/s².
const gravity = 9.81

// ofBends looks at everybody who comes to a bend, or is in one, or has lost the road.
func (p *player) ofBends(look func(finding)) {
	p.seen = p.w.AppendVehicles(p.seen[:0])
	for i := range p.seen {
		v := &p.seen[i]
		if v.V < 2 || v.Flags&traffic.Crashed != 0 || !p.isWithin(v.Track, v.S) {
			continue
		}
		if slip := p.slip(v); slip > 0 {
			f := finding{encounter: newEncounter(), one: v.ID, other: traffic.NoVehicle, track: v.Track, s: v.S, kind: LossOf}
			f.slip, f.values[qSpeed] = slip, v.V
			look(f)
		}
	}
}

// slip returns how near v is to losing its road: how much of the grip it needs in the bend where it is, or how much of the
// braking that there is to be slow enough for one ahead. The grip is that of each place.
func (p *player) slip(v *traffic.VehicleState) float64 {
	track, s, worst := v.Track, v.S, 0.0
	here := p.gripAt(track, s)
	for ahead := 0.0; ahead < bendLook; ahead += bendStep {
		if length := p.scene.Net.TrackLength(track); s > length {
			next, ok := p.after(v.ID, track)
			if !ok {
				break
			}
			track, s = next, s-length
		}
		at := p.bends[track]
		if k := float64(at[min(int(s/bendStep), len(at)-1)]); k > leastCurve {
			grip := p.gripAt(track, s)
			needs, has := v.V*v.V*k, grip
			if ahead > 0 { // what is left of the speed that it has
				needs, has = (v.V*v.V-grip/k)/(2*ahead), here
			}
			worst = max(worst, nearness(needs, has))
		}
		s += bendStep
	}
	return worst
}

// gripAt returns the friction that a car finds at a place, times gravity, m/s².
func (p *player) gripAt(t network.TrackID, s float64) float64 {
	net := p.scene.Net
	surface := network.Asphalt
	if c, ok := net.ConnectorOf(t); ok {
		surface = net.Connectors[c].Surface
	} else if l, ok := net.LaneOf(t); ok {
		surface = net.Lanes[l].Surface
	}
	return gravity * p.mu[surface][p.sky.At(t, s)]
}

// after returns the track that follows on a vehicle's route.
func (p *player) after(id traffic.VehicleID, t network.TrackID) (network.TrackID, bool) {
	net := p.scene.Net
	if c, ok := net.ConnectorOf(t); ok {
		return net.Connectors[c].To.Track(), true
	}
	l, _ := net.LaneOf(t)
	route := p.w.Route(id)
	for i, e := range route[:max(0, len(route)-1)] {
		if e != net.Lanes[l].Edge {
			continue
		}
		for k, c := range net.OutConnectors(l) {
			if net.Lanes[c.To].Edge == route[i+1] {
				return net.ConnectorTrack(net.Lanes[l].FirstOut + network.ConnectorID(k)), true
			}
		}
	}
	return 0, false
}
