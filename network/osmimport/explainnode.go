package osmimport

import (
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
)

// lookAtNode returns what there is of a node: the roads through it, later the streets and the junction there.
func (a *asked) lookAtNode(d *draft) view {
	var v view
	for n := range d.nodes {
		if d.nodes[n].osm != a.ID {
			continue
		}
		s := subject{kind: "point", name: "point", parts: []int{len(v)}}
		if len(v) > 0 {
			s.name = fmt.Sprintf("point (%d)", len(v)+1) // a barrier cuts the road there
		}
		a.describePoint(d, &s, nodeRef(n))
		v = append(v, s)
	}
	return v
}

func (a *asked) describePoint(d *draft, s *subject, n nodeRef) {
	if a.ways == "" {
		a.ways = d.waysThrough(n)
	}
	s.add("lies on", "%s", a.ways)
	if int(n) < len(d.arms) && len(d.arms[n]) > 0 {
		s.add("streets that meet there:", "%d", len(d.arms[n]))
	}
	for i := range d.streets {
		for _, f := range d.streets[i].features {
			if f.at == n {
				s.add("carries", "%s", d.featureWords(f, &d.streets[i]))
			}
		}
	}
	if int(n) >= len(d.junction) || d.junction[n] < 0 || len(d.arms[n]) == 0 {
		return
	}
	j := &d.junctions[d.junction[n]]
	s.add("junction of", "%s", d.junctionWords(n))
	s.add("right of way:", "%v", j.control)
	if len(j.signals) > 0 {
		s.add("signals:", "%s", idWords("node", j.signals))
	}
	if j.controller != network.None {
		s.add("controller", "%d", j.controller)
	}
	if j.boundary {
		s.add("traffic enters and leaves the map", "here")
	}
}

// waysThrough returns the ways whose roads go through n, ascending, a dozen at most.
func (d *draft) waysThrough(n nodeRef) string {
	var ways []int64
	for i := range d.roads {
		if r := &d.roads[i]; slices.Contains(r.nodes, n) && !slices.Contains(ways, r.way.ID) && len(ways) < 12 {
			ways = append(ways, r.way.ID)
		}
	}
	slices.Sort(ways)
	return idWords("way", ways)
}

// featureWords says what stands at a street, and for whom.
func (d *draft) featureWords(f feature, s *street) string {
	name := "a feature of the road"
	switch f.kind {
	case signalFeature:
		name = "a signal"
	case crossingSignalFeature:
		name = "a signal for people on foot"
	case stopFeature:
		name = "a stop sign"
	case giveWayFeature:
		name = "a give-way sign"
	}
	if f.dirs == 1 || f.dirs == 2 {
		to := s.last()
		if f.dirs == 2 {
			to = s.first()
		}
		return fmt.Sprintf("%s for those who drive towards %s", name, d.pointName(to))
	}
	return name
}

// junctionWords lists the nodes of the junction that n belongs to.
func (d *draft) junctionWords(n nodeRef) string {
	if int(n) >= len(d.junction) || d.junction[n] < 0 {
		return d.pointName(n)
	}
	var ids []int64
	for _, m := range d.junctions[d.junction[n]].nodes {
		if id := d.nodes[m].osm; id != 0 {
			ids = append(ids, id)
		}
	}
	return idWords("node", ids)
}

func idWords(kind string, ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = fmt.Sprintf("%s/%d", kind, id)
	}
	return strings.Join(words, ", ")
}
