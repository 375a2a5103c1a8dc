package osmimport

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// highwayClass is what a value of the highway tag means to motor traffic.
type highwayClass struct {
	class network.RoadClass
	link  bool
}

// motorHighways are the values of highway that become roads.
var motorHighways = map[string]highwayClass{
	"motorway": {network.Motorway, false}, "motorway_link": {network.Motorway, true},
	"trunk": {network.Trunk, false}, "trunk_link": {network.Trunk, true},
	"primary": {network.Primary, false}, "primary_link": {network.Primary, true},
	"secondary": {network.Secondary, false}, "secondary_link": {network.Secondary, true},
	"tertiary": {network.Tertiary, false}, "tertiary_link": {network.Tertiary, true},
	"unclassified": {network.Unclassified, false}, "road": {network.Unclassified, false},
	"residential": {network.Residential, false}, "living_street": {network.LivingStreet, false},
	"service": {network.Service, false}, "busway": {network.Service, false},
}

// otherHighways are the values that are known and are not roads for motor traffic: never taken for a misspelling.
var otherHighways = map[string]bool{
	"footway": true, "cycleway": true, "path": true, "steps": true, "pedestrian": true, "track": true,
	"bridleway": true, "corridor": true, "platform": true, "construction": true, "proposed": true, "raceway": true,
	"bus_guideway": true, "escape": true, "rest_area": true, "services": true, "elevator": true, "via_ferrata": true,
	"abandoned": true, "razed": true, "disused": true, "planned": true, "bus_stop": true, "crossing": true,
	"street_lamp": true, "trail": true, "no": true, "emergency_bay": true, "traffic_island": true, "ladder": true,
}

// classify returns the class of a highway value; repaired is set if it had to be read with goodwill: "Primary",
// "unclassified;tertiary", or one slip of the pen as in "secodnary".
func classify(value string) (c highwayClass, ok, repaired bool) {
	if c, ok = motorHighways[value]; ok || value == "" || otherHighways[value] {
		return c, ok, false
	}
	for part := range strings.SplitSeq(strings.ToLower(value), ";") {
		part = strings.TrimSpace(part)
		if c, ok = motorHighways[part]; ok {
			return c, true, true
		}
		if otherHighways[part] {
			return c, false, false
		}
		if known := nearestKey(part); known != "" {
			return motorHighways[known], true, true
		}
	}
	return c, false, false
}

// RoadClassOf returns the class of the road that the import makes of a way with these tags; ok is false if it makes none.
func RoadClassOf(tags extract.Tags) (class network.RoadClass, ok bool) {
	c, ok, _ := classify(tags.Find("highway"))
	return c.class, ok && tags.Find("area") != "yes"
}

// nearestKey returns the motor highway value that is one slip away from word, "" if there is none or several.
func nearestKey(word string) string {
	if len(word) < 5 {
		return ""
	}
	found := ""
	for known := range motorHighways { // the order does not matter: more than one hit is no hit
		if oneSlip(word, known) {
			if found != "" {
				return ""
			}
			found = known
		}
	}
	return found
}

// oneSlip reports whether a becomes b by one insertion, deletion, substitution or swap of neighbours.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(b) == len(a)+1 {
		return a[i:] == b[i+1:]
	}
	if len(a) != len(b) || i == len(a) {
		return false
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// selectRoads takes the ways that motor vehicles drive on, with the nodes they use, and cuts them where they leave the
// border or refer to nodes that are not there.
func (d *draft) selectRoads() error {
	s := selector{draft: d, refs: make([]nodeRef, len(d.x.Nodes))}
	for i := range s.refs {
		s.refs[i] = -1
	}
	s.box, s.clip = d.x.Box, d.x.Box != (extract.BBox{})
	for i := range d.x.Ways {
		s.takeWay(&d.x.Ways[i])
	}
	if s.clip && len(d.roads) == 0 && s.candidates > 0 {
		d.report.warn("no road lies within the border %v that the file declares: border ignored", d.x.Box)
		s.clip = false
		for i := range d.x.Ways {
			s.takeWay(&d.x.Ways[i])
		}
	}
	if len(d.roads) == 0 {
		return ErrNoRoads
	}
	return nil
}

type selector struct {
	*draft
	refs       []nodeRef // by index in x.Nodes; -1 if not taken yet
	box        extract.BBox
	clip       bool
	candidates int
}

func (s *selector) takeWay(w *extract.Way) {
	value := w.Tags.Find("highway")
	c, ok, repaired := classify(value)
	if !ok {
		if value != "" && !otherHighways[value] {
			s.report.drop("highway", w.ID, fmt.Sprintf("highway=%s is not known", value))
		}
		return
	}
	if w.Tags.Find("area") == "yes" {
		s.report.drop("way", w.ID, "area=yes: a square, not a road")
		return
	}
	s.candidates++
	if repaired {
		s.report.guess("highway")
		s.report.warn("way %d: highway=%s read as %s", w.ID, value, c.class)
	}
	s.takeRuns(w, c)
}

// takeRuns adds a road for every part of w whose nodes are there and within the border.
func (s *selector) takeRuns(w *extract.Way, c highwayClass) {
	var run []nodeRef
	flush := func(cut bool) {
		if cut && len(run) > 0 {
			s.nodes[run[len(run)-1]].cut = true
		}
		if len(run) >= 2 {
			s.roads = append(s.roads, road{way: w, class: c.class, link: c.link, nodes: run})
		}
		run = nil
	}
	var before *extract.Node // the node before in w, nil if missing
	missing, taken := 0, len(s.roads)
	for i, id := range w.Nodes {
		var n *extract.Node
		at := s.find(id)
		if at >= 0 {
			n = &s.x.Nodes[at]
		}
		switch {
		case n == nil:
			missing++
			flush(true)
		case s.inside(n):
			if before != nil && !s.inside(before) {
				run = append(run, s.borderNode(before, n))
			}
			ref := s.ref(at)
			if len(run) == 0 && i > 0 {
				s.nodes[ref].cut = true
			}
			if len(run) == 0 || run[len(run)-1] != ref {
				run = append(run, ref)
			}
		default:
			if before != nil && s.inside(before) {
				run = append(run, s.borderNode(n, before))
			}
			flush(true)
		}
		before = n
	}
	flush(false)
	if missing > 0 {
		s.report.Cut++
		if len(s.roads) == taken {
			s.report.drop("way", w.ID, "fewer than two of its nodes in a row are in the file")
		}
	}
}

// find returns the index of the node with that id in x.Nodes, -1 if the extract lacks it.
func (s *selector) find(id int64) int {
	nodes := s.x.Nodes
	i := sort.Search(len(nodes), func(i int) bool { return nodes[i].ID >= id })
	if i < len(nodes) && nodes[i].ID == id {
		return i
	}
	return -1
}

func (s *selector) inside(n *extract.Node) bool {
	return !s.clip || (n.Lon >= s.box.West && n.Lon <= s.box.East && n.Lat >= s.box.South && n.Lat <= s.box.North)
}

// ref returns the draft's node for x.Nodes[i], which it adds at first sight.
func (s *selector) ref(i int) nodeRef {
	if s.refs[i] < 0 {
		n := &s.x.Nodes[i]
		s.refs[i] = nodeRef(len(s.nodes))
		s.nodes = append(s.nodes, node{osm: n.ID, lon: n.Lon, lat: n.Lat, tags: n.Tags})
	}
	return s.refs[i]
}

// borderNode adds a node where the line from outside to inside crosses the border.
func (s *selector) borderNode(outside, inside *extract.Node) nodeRef {
	// The fraction from inside to the border is the smallest over the sides that the line crosses.
	f := 1.0
	cross := func(from, to, side float64) {
		if (from-side)*(to-side) < 0 {
			f = math.Min(f, (side-from)/(to-from))
		}
	}
	cross(inside.Lon, outside.Lon, s.box.West)
	cross(inside.Lon, outside.Lon, s.box.East)
	cross(inside.Lat, outside.Lat, s.box.South)
	cross(inside.Lat, outside.Lat, s.box.North)
	s.nodes = append(s.nodes, node{
		lon: inside.Lon + f*(outside.Lon-inside.Lon),
		lat: inside.Lat + f*(outside.Lat-inside.Lat),
		cut: true,
	})
	return nodeRef(len(s.nodes) - 1)
}
