package suspect

import (
	"fmt"

	"roadtwin/network"
	"roadtwin/network/osmimport"
)

const (
	manyArms    = 6
	largeAcross = 60.0 // m
	tightRadius = 4.0  // m; a car turns within some 5 m (kerb to kerb 10 to 11 m)
)

// junctions looks at size, arms, signals and turning paths of junctions.
func (f *finder) junctions() {
	for i := range f.net.Junctions {
		j := &f.net.Junctions[i]
		if arms := f.arms(j); arms > manyArms {
			f.atJunction("many_arms", 4, j, fmt.Sprintf("%s has %d arms", junctionName(j), arms),
				"several junctions may have been taken for one")
		}
		b := network.EmptyBounds()
		for c := range j.NumConnectors {
			b = b.Union(network.BoundsOf(f.net.Connectors[int32(j.FirstConnector)+c].Shape))
		}
		if across := max(b.MaxX-b.MinX, b.MaxY-b.MinY); j.NumConnectors > 0 && across > largeAcross {
			f.atJunction("large_junction", 4, j, fmt.Sprintf("%s is %.0f m across", junctionName(j), across),
				"several junctions may have been taken for one")
		}
		f.tightTurns(j)
	}
	for i := range f.net.Controllers {
		c := &f.net.Controllers[i]
		if len(c.Groups) != 1 || len(c.Junctions) == 0 {
			continue
		}
		f.atJunction("lone_signal", 4, &f.net.Junctions[c.Junctions[0]], fmt.Sprintf("the controller of %s has a single signal group", junctionName(&f.net.Junctions[c.Junctions[0]])),
			"nothing else is stopped there: it may be a crossing for people on foot, or part of a larger junction")
	}
}

// arms returns how many roads meet at j: both directions of a road are one arm.
func (f *finder) arms(j *network.Junction) int {
	arms := len(j.In)
	for _, e := range j.Out {
		if o := f.net.Edges[e].Opposite; o == network.None {
			arms++
		}
	}
	return arms
}

func (f *finder) tightTurns(j *network.Junction) {
	worst, at := 1/tightRadius, int32(-1)
	for c := int32(j.FirstConnector); c < int32(j.FirstConnector)+j.NumConnectors; c++ {
		if con := &f.net.Connectors[c]; con.Turn != network.UTurn && con.Curvature > worst {
			worst, at = con.Curvature, c
		}
	}
	if at < 0 {
		return
	}
	con := &f.net.Connectors[at]
	f.onEdge("tight_turn", 3, f.net.Lanes[con.From].Edge, con.Shape[len(con.Shape)/2],
		fmt.Sprintf("a path through %s has a radius of %.1f m", junctionName(j), 1/worst),
		"no vehicle turns so tightly: a turn may be missing a restriction, or a node lies off the road")
}

func (f *finder) atJunction(kind string, severity float64, j *network.Junction, what, why string) {
	p := place{kind: kind, severity: severity, class: network.Service, what: what, why: why}
	for _, e := range append(append([]network.EdgeID(nil), j.In...), j.Out...) {
		p.class = min(p.class, f.net.Edges[e].Road)
	}
	if len(j.OSMNodes) > 0 {
		p.element = osmimport.Element{Kind: osmimport.Node, ID: j.OSMNodes[0]}
	}
	f.at(p, j.Position)
}

func junctionName(j *network.Junction) string {
	if j.Name != "" {
		return "the junction " + j.Name
	}
	return "a junction of streets without names"
}

// deadEnds looks at one-way streets that begin or end in nothing although the map does not end there.
func (f *finder) deadEnds() {
	for i := range f.net.Junctions {
		j := &f.net.Junctions[i]
		if !j.Boundary || len(j.In)+len(j.Out) == 0 || len(j.In) > 0 && len(j.Out) > 0 || f.cutAt(j) {
			continue
		}
		what, edges := "%s is one-way and begins in nothing", j.Out
		if len(j.In) > 0 {
			what, edges = "%s is one-way and ends in nothing", j.In
		}
		e := edges[0]
		f.onEdge("one_way_end", 5, e, j.Position, fmt.Sprintf(what, f.nameOf(e)),
			"vehicles vanish or appear there: the direction may be wrong, or a street is missing")
	}
}

// nearBorder is how near to the edge of the data an end is taken for a cut one, degrees; some 50 m.
const nearBorder = 0.0005

// cutAt reports whether the map is cut at j: its node was made at the border, a road goes on beyond the data, or the
// data end there.
func (f *finder) cutAt(j *network.Junction) bool {
	if len(j.OSMNodes) == 0 {
		return true
	}
	lon, lat := f.net.Projection.ToLonLat(j.Position)
	box := f.x.Box
	if box.West == box.East {
		box = f.x.Hull()
	}
	if lon-box.West < nearBorder || box.East-lon < nearBorder || lat-box.South < nearBorder || box.North-lat < nearBorder {
		return true
	}
	for _, e := range append(append([]network.EdgeID(nil), j.In...), j.Out...) {
		way, ok := f.x.Way(max(f.net.Edges[e].OSMWay, -f.net.Edges[e].OSMWay))
		if !ok {
			return true
		}
		for _, id := range way.Nodes {
			if _, ok := f.x.Node(id); !ok {
				return true
			}
		}
	}
	return false
}
