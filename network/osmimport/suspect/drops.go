package suspect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
)

func itoa(id int64) string { return strconv.FormatInt(id, 10) }

// severities of what the import left out, by the kind that its report gives it. Barriers and access are as they should be.
var severities = map[string]float64{
	"restriction": 6, "signal": 5, "sign": 3, "highway": 3, "maxspeed": 2, "surface": 1, "way": 2, "stub": 0.5,
	"barrier": 0, "access": 0, "crossing_signal": 0,
}

// drops looks at what the import left out, and at the parts that hang together with nothing.
func (f *finder) drops() {
	for _, d := range f.report.Dropped {
		severity, known := severities[d.Kind]
		if !known {
			severity = 1
		}
		if severity == 0 {
			continue
		}
		p := place{
			kind: "dropped_" + d.Kind, severity: severity, what: fmt.Sprintf("%s %d is left out", d.Kind, d.OSM), why: d.Reason,
		}
		if f.locate(&p, d) {
			f.add(p)
		}
	}
	for _, piece := range f.report.Unconnected {
		p := place{
			kind: "unconnected", severity: min(2+piece.Metres/250, 10), class: piece.Road, lon: piece.Lon, lat: piece.Lat,
			what: fmt.Sprintf("%.0f m of road (%d edges) are left out", piece.Metres, piece.Edges),
			why:  "a car cannot both reach and leave them: a one-way street, a barrier or a missing link may be wrong",
		}
		if len(piece.Ways) > 0 {
			p.element = osmimport.Element{Kind: osmimport.Way, ID: piece.Ways[0]}
		}
		f.add(p)
	}
}

// locate finds where a dropped element is, and on how important a road.
func (f *finder) locate(p *place, d osmimport.Drop) bool {
	switch d.Kind {
	case "signal", "sign":
		return f.atNode(p, d.OSM)
	case "restriction":
		rel, ok := f.x.Relation(d.OSM)
		return ok && f.atMember(p, rel)
	}
	if f.atWay(p, d.OSM) {
		return true
	}
	return f.atNode(p, d.OSM)
}

func (f *finder) atNode(p *place, id int64) bool {
	n, ok := f.x.Node(id)
	if !ok {
		return false
	}
	p.lon, p.lat, p.element = n.Lon, n.Lat, osmimport.Element{Kind: osmimport.Node, ID: id}
	p.class = network.Service
	if class, ok := f.incoming[id]; ok {
		p.class = class
	}
	return true
}

func (f *finder) atWay(p *place, id int64) bool {
	w, ok := f.x.Way(id)
	if !ok {
		return false
	}
	p.class = network.Unclassified
	if class, ok := osmimport.RoadClassOf(w.Tags); ok {
		p.class = class
	}
	for _, ref := range w.Nodes[len(w.Nodes)/2:] {
		if n, ok := f.x.Node(ref); ok {
			p.lon, p.lat, p.element = n.Lon, n.Lat, osmimport.Element{Kind: osmimport.Way, ID: id}
			return true
		}
	}
	return false
}

// atMember places a restriction at its via node, or else on the first member that is there.
func (f *finder) atMember(p *place, rel *extract.Relation) bool {
	members := slices.Clone(rel.Members)
	slices.SortStableFunc(members, func(a, b extract.Member) int {
		return strings.Compare(order(a), order(b))
	})
	for _, m := range members {
		found := false
		switch m.Type {
		case extract.NodeMember:
			found = f.atNode(p, m.Ref)
		case extract.WayMember:
			found = f.atWay(p, m.Ref)
		}
		if found {
			p.element = osmimport.Element{Kind: osmimport.Relation, ID: rel.ID}
			return true
		}
	}
	return false
}

func order(m extract.Member) string {
	if m.Role == "via" {
		return "0"
	}
	return "1"
}

// approachOf is where a restriction begins.
type approachOf struct{ from, via int64 }

// restrictions looks for those that contradict each other: mandatory turns into two streets, and turns that one makes
// mandatory and the other forbids.
func (f *finder) restrictions() {
	type rule struct {
		to   int64
		kind string
		rel  *extract.Relation
	}
	rules := map[approachOf][]rule{}
	for i := range f.x.Relations {
		rel := &f.x.Relations[i]
		kind := rel.Tags.Find("restriction")
		if rel.Tags.Find("type") != "restriction" || kind == "" || rel.Tags.Find("except") != "" {
			continue
		}
		var at approachOf
		r := rule{kind: kind, rel: rel}
		for _, m := range rel.Members {
			switch m.Role {
			case "from":
				at.from = m.Ref
			case "via":
				at.via = m.Ref
			case "to":
				r.to = m.Ref
			}
		}
		only := strings.HasPrefix(kind, "only_")
		for _, other := range rules[at] {
			otherOnly := strings.HasPrefix(other.kind, "only_")
			if only && otherOnly && other.to != r.to || only != otherOnly && other.to == r.to {
				p := place{
					kind: "restrictions_conflict", severity: 6,
					what: fmt.Sprintf("%s (relation %d) and %s (relation %d) cannot both hold", r.kind, rel.ID, other.kind, other.rel.ID),
					why:  "they begin at the same street and contradict each other: one is likely out of date",
				}
				if f.atMember(&p, rel) {
					f.add(p)
				}
			}
		}
		rules[at] = append(rules[at], r)
	}
}
