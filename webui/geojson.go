package webui

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/webui/stream"
)

// collection is a GeoJSON FeatureCollection (RFC 7946).
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string   `json:"type"`
	ID         int      `json:"id"`
	Geometry   geometry `json:"geometry"`
	Properties any      `json:"properties"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

func pointAt(w stream.Mercator) geometry { return geometry{"Point", position(w)} }

// position is longitude and latitude to 1e-7 degrees, about a centimetre.
func position(w stream.Mercator) [2]float64 {
	lon, lat := w.LonLat()
	return [2]float64{round(lon, 7), round(lat, 7)}
}

// signalHead is one signal group as the drivers of one lane see it.
type signalHead struct {
	Group      network.SignalGroupID `json:"group"`
	Controller network.ControllerID  `json:"controller"`
	Lane       network.LaneID        `json:"lane"`
	Edge       network.EdgeID        `json:"edge"`
	Heading    float64               `json:"heading"`
	Width      float64               `json:"width"`
	Slot       int                   `json:"slot"`
	Slots      int                   `json:"slots"`
	Turns      []string              `json:"turns"`
	Name       string                `json:"name"`
}

// signalHeads returns a point at the stop line for every pair of lane and signal group.
func signalHeads(net *network.Network, places *stream.Places) collection {
	c := collection{"FeatureCollection", []feature{}}
	for l := range net.Lanes {
		id := network.LaneID(l)
		lane := &net.Lanes[l]
		heads := laneHeads(net, id)
		place, heading := places.Box(id.Track(), lane.Length, 0, math.Min(lane.Length, 2))
		for slot, h := range heads {
			h.Lane, h.Edge, h.Width = id, lane.Edge, lane.Width
			h.Slot, h.Slots = slot, len(heads)
			h.Heading = round(math.Mod(heading*180/math.Pi+360, 360), 1)
			c.Features = append(c.Features, feature{"Feature", len(c.Features), pointAt(place), h})
		}
	}
	return c
}

// laneHeads returns the groups of the connectors that leave lane l, from the leftmost turn to the rightmost.
func laneHeads(net *network.Network, l network.LaneID) (heads []signalHead) {
	type turns struct {
		angle int
		head  signalHead
	}
	var byGroup []turns
	for _, c := range net.OutConnectors(l) {
		if c.Group == network.None {
			continue
		}
		i := slices.IndexFunc(byGroup, func(t turns) bool { return t.head.Group == c.Group })
		if i < 0 {
			g := &net.SignalGroups[c.Group]
			i = len(byGroup)
			byGroup = append(byGroup, turns{turnOrder[c.Turn], signalHead{Group: c.Group, Controller: g.Controller, Name: g.Name}})
		}
		t := &byGroup[i]
		t.angle = min(t.angle, turnOrder[c.Turn])
		if name := c.Turn.String(); !slices.Contains(t.head.Turns, name) {
			t.head.Turns = append(t.head.Turns, name)
		}
	}
	slices.SortStableFunc(byGroup, func(a, b turns) int {
		if a.angle != b.angle {
			return a.angle - b.angle
		}
		return int(a.head.Group) - int(b.head.Group)
	})
	for _, t := range byGroup {
		heads = append(heads, t.head)
	}
	return heads
}

// turnOrder ranks turns from the driver's left to right.
var turnOrder = [network.NumTurns]int{
	network.UTurn: 0, network.SharpLeft: 1, network.Left: 2, network.SlightLeft: 3, network.Through: 4,
	network.SlightRight: 5, network.Right: 6, network.SharpRight: 7,
}

func junctions(net *network.Network) collection {
	type properties struct {
		ID         int                  `json:"id"`
		Name       string               `json:"name"`
		Kind       string               `json:"kind"`
		Controller network.ControllerID `json:"controller"`
		Boundary   bool                 `json:"boundary"`
	}
	c := collection{"FeatureCollection", make([]feature, 0, len(net.Junctions))}
	for i := range net.Junctions {
		j := &net.Junctions[i]
		c.Features = append(c.Features, feature{
			"Feature", i, pointAt(stream.ToMercator(net.Projection.ToLonLat(j.Position))),
			properties{i, j.Name, j.Kind.String(), j.Controller, j.Boundary},
		})
	}
	return c
}

func edges(net *network.Network, places *stream.Places) collection {
	type properties struct {
		ID     int     `json:"id"`
		Name   string  `json:"name"`
		Road   string  `json:"road"`
		Lanes  int32   `json:"lanes"`
		Limit  float64 `json:"limit"`
		Length float64 `json:"length"`
		Layer  int8    `json:"layer"`
	}
	c := collection{"FeatureCollection", make([]feature, 0, len(net.Edges))}
	for i := range net.Edges {
		e := &net.Edges[i]
		middle := e.FirstLane + network.LaneID(e.NumLanes/2)
		var line [][2]float64
		for _, w := range places.Shape(middle.Track()) {
			line = append(line, position(w))
		}
		c.Features = append(c.Features, feature{
			"Feature", i,
			geometry{"LineString", line},
			properties{i, e.Name, e.Road.String(), e.NumLanes, round(net.Lanes[middle].SpeedLimit, 2), round(e.Length, 2), e.Layer},
		})
	}
	return c
}
