package osmimport

import (
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
)

// askedEdge is an edge of the spec that has to do with a way.
type askedEdge struct {
	start *network.Point // of its shape: tells which edge it is when others have been pruned
	name  string
}

// keepEdges notes the edges of the spec that stem from the way.
func (a *asked) keepEdges(d *draft) {
	a.edges = a.edges[:0]
	for i := range d.streets {
		s := &d.streets[i]
		if i >= len(d.edges) || s.gone || len(a.partsOf(d, s.nodes)) == 0 {
			continue
		}
		against := a.runsAgainst(d, s.nodes)
		for dir, e := range d.edges[i] {
			if e < 0 || len(d.spec.Edges[e].Shape) == 0 {
				continue
			}
			from, to, word := s.first(), s.last(), "forward"
			if dir == 1 {
				from, to = to, from
			}
			if (dir == 1) != against {
				word = "backward"
			}
			a.edges = append(a.edges, askedEdge{
				&d.spec.Edges[e].Shape[0], fmt.Sprintf("%s to %s, %s", d.pointName(from), d.pointName(to), word),
			})
		}
	}
}

// lookAt tells what became of the elements in the finished network, of which spec is what was connected.
func (e *explainer) lookAt(d *draft, spec *network.Spec, net *network.Network) {
	if e == nil {
		return
	}
	for _, a := range e.asked {
		for _, edge := range a.edges {
			i := slices.IndexFunc(spec.Edges, func(s network.EdgeSpec) bool { return &s.Shape[0] == edge.start })
			if i < 0 {
				d.tell(a.Kind, a.ID, "%s: dropped, a car cannot both reach and leave it", edge.name)
				continue
			}
			d.tell(a.Kind, a.ID, "%s: %s", edge.name, edgeOfNet(net, network.EdgeID(i)))
		}
		if a.Kind == Node {
			a.lookAtNet(d, net)
		}
	}
	e.conclude(d)
}

// edgeOfNet describes an edge of the network and where it leads.
func edgeOfNet(net *network.Network, id network.EdgeID) string {
	e := &net.Edges[id]
	words := []string{fmt.Sprintf("edge %d, %.1f m, %d lanes", id, e.Length, e.NumLanes)}
	if e.NumLanes == 1 {
		words[0] = fmt.Sprintf("edge %d, %.1f m, 1 lane", id, e.Length)
	}
	for m := range net.Movements {
		move := &net.Movements[m]
		if move.From != id {
			continue
		}
		c := &net.Connectors[move.Connectors[0]]
		to := &net.Edges[move.To]
		name := fmt.Sprintf("way/%d", max(to.OSMWay, -to.OSMWay))
		if to.Name != "" {
			name = to.Name
		}
		text := fmt.Sprintf("%s into %s (%s", strings.ReplaceAll(move.Turn.String(), "_", " "), name, controlWords[c.Control])
		if c.Group != network.None {
			text += fmt.Sprintf(", group %d of controller %d", c.Group, net.SignalGroups[c.Group].Controller)
		}
		words = append(words, text+")")
	}
	if len(words) == 1 {
		words = append(words, "leads nowhere")
	}
	return strings.Join(words, "; ")
}

var controlWords = [...]string{"free", "gives way", "stops", "signal"}

// lookAtNet tells which junction, crossing or stop of the network a node has become.
func (a *asked) lookAtNet(d *draft, net *network.Network) {
	for i := range net.Junctions {
		j := &net.Junctions[i]
		if !slices.Contains(j.OSMNodes, a.ID) {
			continue
		}
		text := fmt.Sprintf("junction %d, %v, %d approaches, %d exits, %d connectors", i, j.Kind, len(j.In), len(j.Out), j.NumConnectors)
		if j.Controller != network.None {
			c := &net.Controllers[j.Controller]
			text += fmt.Sprintf("; controller %d with %d groups over %d junctions", j.Controller, len(c.Groups), len(c.Junctions))
		}
		d.tell(a.Kind, a.ID, "%s", text)
	}
	for i := range net.Crossings {
		if c := &net.Crossings[i]; c.OSMNode == a.ID {
			d.tell(a.Kind, a.ID, "%v at %.1f m of edge %d", c.Kind, c.Position, c.Edge)
		}
	}
	for i := range net.BusStops {
		if b := &net.BusStops[i]; b.OSMNode == a.ID {
			d.tell(a.Kind, a.ID, "bus stop %q at %.1f m of edge %d", b.Name, b.Position, b.Edge)
		}
	}
}
