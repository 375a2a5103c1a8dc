package ego

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// neighbour is a vehicle near the ego, in the ego's frame.
type neighbour struct {
	v        *traffic.VehicleState
	distance float64 // m between the front bumpers
	pose     network.Pose
}

// circle is around a track: who is farther from its middle than the radius is not on it.
type circle struct {
	x, y, radius float64 // m
}

// circles returns them by track.
func circles(net *network.Network) []circle {
	all := make([]circle, net.NumTracks())
	for t := range all {
		shape := net.TrackShape(network.TrackID(t))
		low, high := shape[0], shape[0]
		for _, p := range shape {
			low.X, low.Y = min(low.X, p.X), min(low.Y, p.Y)
			high.X, high.Y = max(high.X, p.X), max(high.Y, p.Y)
		}
		all[t] = circle{(low.X + high.X) / 2, (low.Y + high.Y) / 2, low.Dist(high) / 2}
	}
	return all
}

// observer writes an observation: little-endian.
type observer struct {
	b []byte
}

func (o *observer) u8(x byte)     { o.b = append(o.b, x) }
func (o *observer) u16(x uint16)  { o.b = binary.LittleEndian.AppendUint16(o.b, x) }
func (o *observer) u32(x uint32)  { o.b = binary.LittleEndian.AppendUint32(o.b, x) }
func (o *observer) u64(x uint64)  { o.b = binary.LittleEndian.AppendUint64(o.b, x) }
func (o *observer) f32(x float64) { o.u32(math.Float32bits(float32(x))) }
func (o *observer) f64(x float64) { o.u64(math.Float64bits(x)) }

func (o *observer) zeros(n int) {
	for range n {
		o.b = append(o.b, 0)
	}
}

// Append appends what the ego sees to dst: Layout.Size bytes, as PROTOCOL.md of package webui/drive has it. id is how the caller calls
// the world.
func (w *World) Append(dst []byte, id uint32) []byte {
	o := observer{dst}
	d, on := w.run.World().Vehicle(w.state.ego)
	if !on {
		d = traffic.VehicleDetail{VehicleState: w.state.last}
	}
	at := w.run.Net().PoseAt(d.Track, d.S, d.Lateral)
	self, _ := w.run.World().Ego(w.state.ego)
	at.Heading = math.Remainder(at.Heading+self.Heading, 2*math.Pi)
	w.appendScene(&o, id, at)
	w.appendSelf(&o, &d, &self)
	w.appendFollowing(&o, &d)
	w.appendNeighbours(&o, &d, at)
	w.ahead = w.run.World().AppendAhead(w.ahead[:0], w.state.ego, max(float64(w.layout.Lanes)*w.layout.Spacing, w.layout.Sight))
	w.appendLanes(&o, &d, at)
	w.appendSignals(&o)
	return o.b
}

// appendScene writes the first 64 bytes: what is of the scene, and where the ego is.
func (w *World) appendScene(o *observer, id uint32, at network.Pose) {
	s := &w.state
	o.u32(id)
	o.u32(uint32(s.flags))
	hash := uint64(0)
	if !w.opts.NoHash {
		hash = w.Hash()
	}
	o.u64(hash)
	o.f64(w.run.Time())
	o.f64(w.opts.LogWeight)
	o.f64(at.X)
	o.f64(at.Y)
	o.f32(at.Heading)
	o.u32(uint32(s.ego))
	o.f32(s.distance)
	o.f32(w.run.World().StepTime())
}

// appendSelf writes 64 bytes about the ego and the road under it.
func (w *World) appendSelf(o *observer, d *traffic.VehicleDetail, self *traffic.EgoState) {
	net := w.run.Net()
	c := &classOf[d.Class]
	o.f32(d.V)
	o.f32(d.A)
	o.f32(d.Lateral)
	o.f32(self.Heading)
	o.f32(self.Yaw)
	o.f32(self.Sideways)
	o.f32(d.Length)
	o.f32(c.Width)
	o.u32(uint32(d.Track))
	o.f32(d.S)
	edge, index, lanes := -1, 0, 1
	limit := 0.0
	if lane, ok := net.LaneOf(d.Track); ok {
		l := &net.Lanes[lane]
		edge, index, lanes, limit = int(l.Edge), int(l.Index), int(net.Edges[l.Edge].NumLanes), l.SpeedLimit
	} else if k, ok := net.ConnectorOf(d.Track); ok {
		limit = net.Connectors[k].Limit
	}
	o.u32(uint32(int32(edge)))
	o.u8(byte(index))
	o.u8(byte(lanes))
	o.u8(byte(d.Class))
	o.u8(byte(d.Limit))
	o.f32(limit)
	o.f32(w.gripAt(d.Track, d.S, d.Class))
	o.f32(d.Brake)
	o.f32(d.Drive)
}

// appendFollowing writes 64 bytes about the vehicle ahead, the worst so far, and the collision if there was one.
func (w *World) appendFollowing(o *observer, d *traffic.VehicleDetail) {
	s := &w.state
	gap, speed, lead := math.Inf(1), 0.0, traffic.NoVehicle
	if d.HasLeader {
		if ahead, ok := w.run.World().Vehicle(d.Leader); ok {
			gap, speed, lead = d.Gap, ahead.V, d.Leader
		}
	}
	ttc, drac := following(d, w.run.World())
	o.u32(uint32(lead))
	o.f32(gap)
	o.f32(speed)
	o.f32(ttc)
	o.f32(drac)
	o.f32(s.minTTC)
	o.f32(s.maxDRAC)
	c := &s.collision
	o.u8(byte(c.Kind))
	striking := byte(0)
	if c.Striking {
		striking = 1
	}
	o.u8(striking)
	o.u16(0)
	other := c.Other
	if c.Kind == NoCollision {
		other = traffic.NoVehicle
	}
	o.u32(uint32(other))
	o.f32(c.ClosingSpeed)
	o.f32(c.DeltaV)
	o.zeros(20)
}

// appendNeighbours writes the nearest vehicles, the nearest first; the rest is 0, with an id of NoVehicle.
func (w *World) appendNeighbours(o *observer, d *traffic.VehicleDetail, at network.Pose) {
	w.findNear(at)
	cos, sin := math.Cos(at.Heading), math.Sin(at.Heading)
	for i := range w.layout.Neighbours {
		if i >= len(w.near) {
			o.u32(uint32(traffic.NoVehicle))
			o.zeros(NeighbourSize - 4)
			continue
		}
		n := &w.near[i]
		dx, dy := n.pose.X-at.X, n.pose.Y-at.Y
		turn := math.Remainder(n.pose.Heading-at.Heading, 2*math.Pi)
		o.u32(uint32(n.v.ID))
		o.u8(byte(n.v.Class))
		o.u8(byte(n.v.Flags))
		same := byte(0)
		if n.v.Track == d.Track {
			same = 1
		}
		o.u8(same)
		o.u8(0)
		o.f32(dx*cos + dy*sin)
		o.f32(dy*cos - dx*sin)
		o.f32(turn)
		o.f32(n.v.V)
		o.f32(n.v.A)
		o.f32(n.v.Lateral)
		o.f32(n.v.Length)
		o.f32(classOf[n.v.Class].Width)
		o.f32(w.timeTo(d, at, n))
		o.u32(uint32(n.v.Track))
	}
}

// findNear lists those within sight, the nearest first.
func (w *World) findNear(at network.Pose) {
	w.vehicles = w.run.World().AppendVehicles(w.vehicles[:0])
	w.near = w.near[:0]
	net := w.run.Net()
	for i := range w.vehicles {
		v := &w.vehicles[i]
		c := &w.circle[v.Track]
		if v.ID == w.state.ego || math.Hypot(c.x-at.X, c.y-at.Y) > w.layout.Sight+c.radius+math.Abs(v.Lateral) {
			continue
		}
		p := net.PoseAt(v.Track, v.S, v.Lateral)
		if distance := at.Dist(p.Point); distance <= w.layout.Sight {
			w.near = append(w.near, neighbour{v, distance, p})
		}
	}
	slices.SortFunc(w.near, func(a, b neighbour) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.v.ID, b.v.ID))
	})
}
