package osmimport

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
)

// numberEdges makes junctions and edges of the spec: an edge for every open direction of a street that is not within
// a junction.
func (d *draft) numberEdges() error {
	d.spec = network.Spec{Name: d.opts.Name, Country: d.country, DrivingSide: d.side, Projection: d.proj}
	d.spec.Junctions = make([]network.JunctionSpec, 0, len(d.junctions))
	for i := range d.junctions {
		j := &d.junctions[i]
		d.spec.Junctions = append(d.spec.Junctions, network.JunctionSpec{
			Position: j.position, Control: j.control, Controller: j.controller, Boundary: j.boundary,
			OSMNodes: d.osmNodes(j), Name: d.junctionName(j),
		})
	}
	d.spec.Edges = make([]network.EdgeSpec, 0, 2*len(d.streets))
	d.edges = make([][2]int32, len(d.streets))
	for i := range d.streets {
		s := &d.streets[i]
		d.edges[i] = [2]int32{network.None, network.None}
		if s.inside {
			continue
		}
		for dir := range s.dirs {
			if s.dirs[dir].open() {
				d.edges[i][dir] = int32(len(d.spec.Edges))
				d.spec.Edges = append(d.spec.Edges, d.edgeSpec(s, dir))
			}
		}
		if e := d.edges[i]; e[0] >= 0 && e[1] >= 0 {
			d.spec.Edges[e[0]].Opposite, d.spec.Edges[e[1]].Opposite = e[1], e[0]
		}
	}
	d.pairCarriageways()
	return nil
}

// edgeSpec returns one direction of a street, as yet without its shape.
func (d *draft) edgeSpec(s *street, dir int) network.EdgeSpec {
	way := &s.dirs[dir]
	for _, lane := range way.lanes[:1] {
		for _, g := range []struct {
			kind   string
			source network.Provenance
		}{{"lanes", lane.Source.Lanes}, {"surface", lane.Source.Surface}, {"width", lane.Source.Width}} {
			if g.source == network.Defaulted {
				d.report.guess(g.kind)
			}
		}
	}
	e := network.EdgeSpec{
		From: d.junction[s.first()], To: d.junction[s.last()], Lanes: way.lanes, Gradient: s.gradient,
		Rank: rankOf(s), Sign: way.sign, StopOffset: math.Round(way.stopOffset*1000) / 1000, Opposite: network.None,
		Road: s.class, Link: s.link || s.slip, Slip: s.slip && !d.signalOn(s), Name: s.name, OSMWay: s.way.ID, AccessOnly: way.accessOnly,
		Roundabout: s.roundabout, Layer: s.layer, Bridge: s.bridge, Tunnel: s.tunnel,
	}
	if dir == 1 {
		e.From, e.To = e.To, e.From
		e.Gradient = -e.Gradient
	}
	if s.against == (dir == 0) {
		e.OSMWay = -e.OSMWay
	}
	if s.back != [2]int64{} {
		e.OSMWay = s.endWay(uint8(dir), dir) // of the carriageway beside the island
		if d.againstWay(s, dir, e.OSMWay) {
			e.OSMWay = -e.OSMWay
		}
	}
	return e
}

// rankOf orders roads by who goes first where they meet and no sign says more. Unclassified roads and residential
// streets are equal; a slip road ranks half a step below its road.
func rankOf(s *street) int32 {
	ranks := [network.NumRoadClasses]int32{16, 14, 12, 10, 8, 6, 6, 2, 0}
	rank := ranks[s.class]
	if s.link {
		rank--
	}
	if p := s.way.Tags.Find("priority_road"); p == "designated" || p == "yes_unposted" {
		rank += 20 // signposted: it goes before every road that is not
	}
	return rank
}

func (d *draft) osmNodes(j *junction) []int64 {
	var ids []int64
	for _, n := range j.nodes {
		if id := d.nodes[n].osm; id != 0 {
			ids = append(ids, id)
		}
	}
	ids = append(ids, j.signals...)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// junctionName joins the names of the streets that meet, the most important first, three at most.
func (d *draft) junctionName(j *junction) string {
	type named struct {
		name  string
		class network.RoadClass
	}
	var list []named
	for _, n := range j.nodes {
		for _, a := range d.arms[n] {
			s := &d.streets[a.street]
			if s.name != "" && !slices.ContainsFunc(list, func(x named) bool { return x.name == s.name }) {
				list = append(list, named{s.name, s.class})
			}
		}
	}
	slices.SortStableFunc(list, func(p, q named) int {
		if p.class != q.class {
			return int(p.class) - int(q.class)
		}
		return strings.Compare(p.name, q.name)
	})
	var names []string
	for _, x := range list[:min(len(list), 3)] {
		names = append(names, x.name)
	}
	return strings.Join(names, " / ")
}

// shapeTolerance is how far, m, a shape may stray from the mapped line when points are left out.
const shapeTolerance = 0.3

// shapeEdges draws the middle of each direction's lanes. The mapped line is the middle of the whole carriageway unless
// placement says otherwise, so each direction lies half the width of everything else to its own side of it.
func (d *draft) shapeEdges() error {
	for i := range d.streets {
		s := &d.streets[i]
		line := simplify(d.points(s.nodes), shapeTolerance)
		for dir, e := range d.edges[i] {
			if e < 0 {
				continue
			}
			shape, from, to := line, d.sideways(s, dir)-s.aside[0], d.sideways(s, dir)-s.aside[1]
			if dir == 1 {
				shape, from, to = reversed(line), d.sideways(s, dir)+s.aside[1], d.sideways(s, dir)+s.aside[0]
			}
			edge := &d.spec.Edges[e]
			edge.Shape = millimetres(offset(shape, from, to))
			if lineLength(edge.Shape) < noStreet && lineLength(shape) >= noStreet {
				edge.Shape = millimetres(shape) // the inside of a hairpin that the lanes are too wide for
			}
			if room := lineLength(edge.Shape) - noStreet; edge.StopOffset > max(room, 0) {
				edge.StopOffset = 0 // the stop line would lie before the edge
			}
		}
	}
	d.clearForks()
	for j := range d.spec.Junctions {
		p := &d.spec.Junctions[j].Position
		p.X, p.Y = math.Round(p.X*1000)/1000, math.Round(p.Y*1000)/1000
	}
	return nil
}

// sideways returns how far, m, the middle of a direction's lanes lies to the right of the middle of the street, as its
// drivers see it.
func (d *draft) sideways(s *street, dir int) float64 {
	if !s.dirs[1-dir].open() {
		return 0
	}
	aside := (s.median + widthOf(s.dirs[1-dir].lanes)) / 2
	if d.side == network.LeftHand {
		return -aside
	}
	return aside
}

func widthOf(lanes []network.LaneSpec) float64 {
	var sum float64
	for i := range lanes {
		sum += lanes[i].Width
	}
	return sum
}

// build makes the network of what is connected and measures it; the spec is that of what is left.
func (d *draft) build() (*network.Spec, *network.Network, error) {
	spec := d.spec
	// Nothing else is needed from here on, and a whole state's streets are some 200 MB.
	*d = draft{x: d.x, opts: d.opts, report: d.report, pass: d.pass}
	kept, net, pruned, err := network.Prune(&spec)
	if err != nil {
		return nil, nil, err
	}
	pieces := unconnected(&spec, kept)
	d.report.Gaps = gaps(net, pieces)
	d.report.Unconnected = pieces[:min(len(pieces), maxSamples)]
	d.report.Connected = pruned.Share
	if pruned.DroppedLanes > 0 {
		d.report.DroppedTotal["unconnected_edge"] += pruned.DroppedEdges
		d.report.DroppedTotal["unconnected_lane"] += pruned.DroppedLanes
		if pruned.Share < 0.95 {
			d.report.warn("only %.1f %% of the lanes were connected; the rest (%.1f lane-km) was dropped",
				100*pruned.Share, pruned.DroppedLane)
		}
	}
	if len(net.Edges) == 0 {
		return nil, nil, fmt.Errorf("nothing that is connected is left: %w", ErrNoRoads)
	}
	d.report.Source = d.x.Source
	d.report.reportDark(kept, net)
	d.report.measure(net)
	return kept, net, nil
}
