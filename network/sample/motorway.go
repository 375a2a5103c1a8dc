package sample

import (
	"fmt"

	"roadtwin/network"
)

// MotorwaySpec describes one carriageway of a motorway. Zero values mean the defaults.
type MotorwaySpec struct {
	Lanes      int     // that go all the way; 2
	SpeedLimit float64 // m/s; 110 km/h
	RampLimit  float64 // m/s; 80 km/h
	Sections   []MotorwaySection
}

// MotorwaySection is a stretch of it.
type MotorwaySection struct {
	Length    float64 // m
	KerbLanes int     // lanes at the kerb side besides those that go all the way; where the next section has fewer, they end
	Entry     bool    // a ramp joins at its start, on the lane at the kerb
}

// Motorway returns a straight one-way road eastward from boundary to boundary, that drives on the right. Edge i is section i; the
// ramps follow in order. No paths cross or merge anywhere: who must leave a lane that ends changes lanes.
func Motorway(m MotorwaySpec) *network.Spec {
	if m.Lanes < 1 {
		m.Lanes = 2
	}
	if m.SpeedLimit <= 0 {
		m.SpeedLimit = 110 / 3.6
	}
	if m.RampLimit <= 0 {
		m.RampLimit = 80 / 3.6
	}
	if len(m.Sections) == 0 {
		m.Sections = []MotorwaySection{{Length: 1000}}
	}
	p := newPen(fmt.Sprintf("motorway of %d lanes, %d sections", m.Lanes, len(m.Sections)), network.RightHand)
	joints := []int32{p.boundary(0, 0)}
	x := 0.0
	for i, s := range m.Sections {
		x += s.Length
		if i == len(m.Sections)-1 {
			joints = append(joints, p.boundary(x, 0))
			continue
		}
		j := p.junction(x, 0, network.Plain)
		p.spec.Junctions[j].Connected = true
		joints = append(joints, j)
	}
	for i, s := range m.Sections {
		r := road{name: "Motorway", lanes: m.Lanes + s.KerbLanes, limit: m.SpeedLimit, class: network.Motorway}
		e := p.edge(joints[i], joints[i+1], p.axis(joints[i], joints[i+1], nil), r, float64(s.KerbLanes)*laneWidth/2)
		if i == len(m.Sections)-1 {
			continue
		}
		for k := range max(0, s.KerbLanes-m.Sections[i+1].KerbLanes) {
			p.spec.Edges[e].Lanes[k].Merge = network.MergeOffside
		}
	}
	for i, s := range m.Sections {
		if i > 0 {
			m.join(p, int32(i-1), int32(i))
		}
		if s.Entry {
			m.entry(p, joints[i], int32(i), s)
		}
	}
	return p.spec
}

// join leads each lane of an edge to the one straight ahead on the next, as far as there is one.
func (m *MotorwaySpec) join(p pen, a, b int32) {
	from, to := int32(len(p.spec.Edges[a].Lanes)), int32(len(p.spec.Edges[b].Lanes))
	for k := int32(1); k <= min(from, to); k++ {
		p.spec.Connections = append(p.spec.Connections, network.ConnectionSpec{
			From: a, FromLane: from - k, To: b, ToLane: to - k, Classes: network.AllClasses, Group: network.None,
		})
	}
}

// entry draws a ramp of 350 m that ends beside the motorway, where section e begins.
func (m *MotorwaySpec) entry(p pen, at, e int32, s MotorwaySection) {
	x := p.spec.Junctions[at].Position.X
	from := p.boundary(x-350, -30)
	r := road{name: "Entry", lanes: 1, limit: m.RampLimit, class: network.Motorway, link: true}
	r.via = []network.Point{{X: x - 200, Y: -7}, {X: x - 80, Y: 0}}
	ramp := p.edge(from, at, p.axis(from, at, r.via), r, float64(m.Lanes+2*s.KerbLanes-1)*laneWidth/2)
	p.spec.Connections = append(p.spec.Connections, network.ConnectionSpec{
		From: ramp, To: e, Classes: network.AllClasses, Group: network.None,
	})
}
