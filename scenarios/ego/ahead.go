package ego

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// gripTable is the peak friction of the classes' tyres at gripSpeed, as far as it has been asked for; 0 where it has not.
type gripTable [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]float32

// gripSpeed is the speed at which friction is told, m/s: 50 km/h.
const gripSpeed = 50 / 3.6

// gripAt returns the peak friction of the tyres of a class at a place.
func (w *World) gripAt(t network.TrackID, s float64, class network.VehicleClass) float64 {
	condition := w.run.World().ConditionAt(t, s)
	surface := w.surfaceOf(t)
	g := &w.grip[class][surface][condition]
	if *g == 0 {
		_, peak := classOf[class].Tyre.On(surface, condition).Peak(gripSpeed)
		*g = float32(peak)
	}
	return float64(*g)
}

func (w *World) surfaceOf(t network.TrackID) network.Surface {
	net := w.run.Net()
	if lane, ok := net.LaneOf(t); ok {
		return net.Lanes[lane].Surface
	}
	k, _ := net.ConnectorOf(t)
	return net.Connectors[k].Surface
}

// appendLanes writes points on the way ahead, in the ego's frame: 32 bytes each. Where the way is not known farther they are 0.
func (w *World) appendLanes(o *observer, d *traffic.VehicleDetail, at network.Pose) {
	net := w.run.Net()
	cos, sin := math.Cos(at.Heading), math.Sin(at.Heading)
	k := 0
	for i := range w.layout.Lanes {
		x := float64(i) * w.layout.Spacing
		for k+1 < len(w.ahead) && w.ahead[k+1].Start <= x {
			k++
		}
		if len(w.ahead) == 0 || x-w.ahead[k].Start > net.TrackLength(w.ahead[k].Track) {
			o.zeros(LaneSize)
			continue
		}
		t, s := w.ahead[k].Track, x-w.ahead[k].Start
		p := net.PoseAt(t, s, 0)
		dx, dy := p.X-at.X, p.Y-at.Y
		limit, width := w.roadOf(t)
		o.f32(dx*cos + dy*sin)
		o.f32(dy*cos - dx*sin)
		o.f32(math.Remainder(p.Heading-at.Heading, 2*math.Pi))
		o.f32(limit)
		o.f32(width)
		o.f32(w.gripAt(t, s, d.Class))
		o.u32(uint32(t))
		o.f32(x)
	}
}

// roadOf returns the limit, m/s, and the width, m, of a track.
func (w *World) roadOf(t network.TrackID) (limit, width float64) {
	net := w.run.Net()
	if lane, ok := net.LaneOf(t); ok {
		return net.Lanes[lane].SpeedLimit, net.Lanes[lane].Width
	}
	k, _ := net.ConnectorOf(t)
	c := &net.Connectors[k]
	return c.Limit, net.Lanes[c.From].Width
}

// appendSignals writes the next signals on the way: 16 bytes each. Where there are no more the group is network.None.
func (w *World) appendSignals(o *observer) {
	net, n := w.run.Net(), 0
	for _, a := range w.ahead {
		k, ok := net.ConnectorOf(a.Track)
		if n == w.layout.Signals || !ok || a.Start < 0 || a.Start > w.layout.Sight {
			continue
		}
		c := &net.Connectors[k]
		if c.Group == network.None && c.Control == network.Free {
			continue
		}
		aspect := byte(0)
		if c.Group != network.None {
			aspect = byte(w.run.World().Aspects()[c.Group])
		}
		o.u32(uint32(int32(c.Group)))
		o.f32(a.Start)
		o.u8(aspect)
		o.u8(byte(c.Control))
		o.u8(byte(c.Turn))
		o.u8(0)
		o.u32(uint32(a.Track))
		n++
	}
	for ; n < w.layout.Signals; n++ {
		o.u32(math.MaxUint32)
		o.zeros(SignalSize - 4)
	}
}

// timeTo returns the time in s until the bodies of the ego and n meet if both go straight on at their speeds; +Inf if they do not, 0 if they
// touch. Bodies are rectangles: the two overlap as long as they do along each of their four axes.
func (w *World) timeTo(d *traffic.VehicleDetail, at network.Pose, n *neighbour) float64 {
	a, b := boxOf(at, d.Length, classOf[d.Class].Width, d.V), boxOf(n.pose, n.v.Length, classOf[n.v.Class].Width, n.v.V)
	from, until := 0.0, math.Inf(1)
	for _, axis := range [...][2]float64{{a.ux, a.uy}, {-a.uy, a.ux}, {b.ux, b.uy}, {-b.uy, b.ux}} {
		apart := (b.x-a.x)*axis[0] + (b.y-a.y)*axis[1]
		closing := (a.v*a.ux-b.v*b.ux)*axis[0] + (a.v*a.uy-b.v*b.uy)*axis[1]
		reach := a.reach(axis) + b.reach(axis)
		if math.Abs(closing) < 1e-9 {
			if math.Abs(apart) > reach {
				return math.Inf(1)
			}
			continue
		}
		in, out := (apart-reach)/closing, (apart+reach)/closing
		if in > out {
			in, out = out, in
		}
		from, until = max(from, in), min(until, out)
	}
	if from > until {
		return math.Inf(1)
	}
	return from
}

// box is a rectangle that moves along itself.
type box struct {
	x, y, ux, uy, halfLength, halfWidth float64 // m
	v                                   float64 // m/s
}

// boxOf returns the body of a vehicle whose front bumper is at front.
func boxOf(front network.Pose, length, width, v float64) box {
	ux, uy := math.Cos(front.Heading), math.Sin(front.Heading)
	return box{front.X - ux*length/2, front.Y - uy*length/2, ux, uy, length / 2, width / 2, v}
}

// reach returns how far b reaches from its middle along an axis, m.
func (b *box) reach(axis [2]float64) float64 {
	return b.halfLength*math.Abs(b.ux*axis[0]+b.uy*axis[1]) + b.halfWidth*math.Abs(b.ux*axis[1]-b.uy*axis[0])
}
