package network

import (
	"math"
	"slices"
	"strings"
)

// keepControllers makes the controllers of the spec that have anything to keep apart, and tells their junctions. A
// signal where no paths meet (at a crosswalk, say) is dropped.
func (b *builder) keepControllers() {
	n := b.net
	programmed := map[int32]bool{}
	for i := range b.spec.Programs {
		programmed[b.spec.Programs[i].Controller] = true
	}
	renumbered := make([]ControllerID, len(b.spec.Junctions)+1)
	for i := range renumbered {
		renumbered[i] = None
	}
	for j := range n.Junctions {
		old := b.spec.Junctions[j].Controller
		if old == None || !programmed[old] && !b.contestedAtSignal(&n.Junctions[j]) {
			continue
		}
		if renumbered[old] == None {
			renumbered[old] = ControllerID(len(n.Controllers))
			n.Controllers = append(n.Controllers, Controller{})
		}
		id := renumbered[old]
		n.Junctions[j].Controller = id
		c := &n.Controllers[id]
		c.Junctions = append(c.Junctions, JunctionID(j))
		c.OSMNodes = append(c.OSMNodes, n.Junctions[j].OSMNodes...)
	}
	for i := range b.spec.Programs {
		if id := renumbered[b.spec.Programs[i].Controller]; id != None {
			p := b.spec.Programs[i].Program
			n.Controllers[id].Program, n.Controllers[id].Name = &p, p.Name
		}
	}
}

// groupSignals puts the connectors of signalised junctions into groups: those of an approach that turn to the offside
// apart from the others if they have lanes of their own, else all together.
func (b *builder) groupSignals() {
	for id := range b.net.Controllers {
		c := &b.net.Controllers[id]
		for _, j := range c.Junctions {
			for _, e := range b.net.Junctions[j].In {
				b.groupApproach(ControllerID(id), e)
			}
		}
	}
}

func (b *builder) groupApproach(id ControllerID, e EdgeID) {
	if b.groupAsGiven(id, e) {
		return
	}
	var turning, others []ConnectorID
	separate := true
	for l := range b.net.Edges[e].NumLanes {
		lane := b.net.Edges[e].FirstLane + LaneID(l)
		t, o := len(turning), len(others)
		for i, con := range b.net.OutConnectors(lane) {
			c := b.net.Lanes[lane].FirstOut + ConnectorID(i)
			if con.Control != Signal {
				continue // a slip lane
			}
			if b.offsideTurn(con.Turn) {
				turning = append(turning, c)
			} else {
				others = append(others, c)
			}
		}
		separate = separate && (len(turning) == t || len(others) == o)
	}
	switch {
	case len(turning) == 0 || len(others) == 0 || !separate:
		both := append(turning, others...)
		slices.Sort(both)
		b.addGroup(id, e, both, "")
	default:
		b.addGroup(id, e, others, "")
		b.addGroup(id, e, turning, b.offsideName())
	}
}

// offsideTurn tells whether a turn crosses the oncoming traffic.
func (b *builder) offsideTurn(t Turn) bool {
	if b.toOffside > 0 {
		return t == Left || t == SharpLeft || t == UTurn
	}
	return t == Right || t == SharpRight || t == UTurn
}

func (b *builder) offsideName() string {
	if b.toOffside > 0 {
		return ", left"
	}
	return ", right"
}

func (b *builder) addGroup(id ControllerID, e EdgeID, cons []ConnectorID, suffix string) {
	if len(cons) == 0 {
		return
	}
	group := SignalGroupID(len(b.net.SignalGroups))
	name := b.net.Edges[e].Name
	if name == "" {
		name = b.net.Edges[e].Road.String()
	}
	b.net.SignalGroups = append(b.net.SignalGroups, SignalGroup{
		Controller: id, Approach: e, Connectors: cons, Name: name + " " + bound(b.ends[e].in) + suffix,
	})
	b.net.Controllers[id].Groups = append(b.net.Controllers[id].Groups, group)
	for _, c := range cons {
		b.net.Connectors[c].Group = group
	}
}

// bound names a direction as road signs do, "northbound".
func bound(dir Point) string {
	switch {
	case math.Abs(dir.X) > math.Abs(dir.Y) && dir.X > 0:
		return "eastbound"
	case math.Abs(dir.X) > math.Abs(dir.Y):
		return "westbound"
	case dir.Y > 0:
		return "northbound"
	}
	return "southbound"
}

// nameJunctions names junctions without a name after the two most important streets that meet there, and controllers
// after their first junction.
func (b *builder) nameJunctions() {
	n := b.net
	for j := range n.Junctions {
		if n.Junctions[j].Name == "" {
			n.Junctions[j].Name = b.crossingName(&n.Junctions[j])
		}
	}
	for i := range n.Controllers {
		for _, j := range n.Controllers[i].Junctions {
			if n.Controllers[i].Name == "" {
				n.Controllers[i].Name = n.Junctions[j].Name
			}
		}
	}
}

func (b *builder) crossingName(j *Junction) string {
	type street struct {
		name string
		road RoadClass
	}
	var streets []street
	for _, e := range slices.Concat(j.In, j.Out) {
		edge := &b.net.Edges[e]
		if edge.Name == "" {
			continue
		}
		at := slices.IndexFunc(streets, func(s street) bool { return s.name == edge.Name })
		if at < 0 {
			streets = append(streets, street{edge.Name, edge.Road})
		} else {
			streets[at].road = min(streets[at].road, edge.Road)
		}
	}
	if len(streets) < 2 {
		return ""
	}
	slices.SortFunc(streets, func(p, q street) int {
		if p.road != q.road {
			return int(p.road) - int(q.road)
		}
		return strings.Compare(p.name, q.name)
	})
	return streets[0].name + " / " + streets[1].name
}
