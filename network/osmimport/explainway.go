package osmimport

import (
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
)

// lookAtWay returns what there is of a way: its roads, later the streets along it, last their edges.
func (a *asked) lookAtWay(d *draft) view {
	var v view
	for i := range d.roads {
		r := &d.roads[i]
		if r.way.ID != a.ID {
			continue
		}
		s := subject{kind: "road", parts: a.partsOf(d, r.nodes)}
		s.name = fmt.Sprintf("road %s to %s", d.pointName(r.nodes[0]), d.pointName(r.nodes[len(r.nodes)-1]))
		s.add("", "%s", classWords(r.class, r.link))
		d.describeLook(&s, &r.look, false)
		v = append(v, s)
	}
	for i := range d.streets {
		st := &d.streets[i]
		if parts := a.partsOf(d, st.nodes); !st.gone && len(parts) > 0 {
			v = append(v, a.describeStreet(d, i, parts))
		}
	}
	slices.SortStableFunc(v, func(p, q subject) int {
		if len(p.parts) == 0 || len(q.parts) == 0 {
			return len(q.parts) - len(p.parts)
		}
		return p.parts[0] - q.parts[0]
	})
	return v
}

// partsOf returns which places along the way the line through nodes has, ascending.
func (a *asked) partsOf(d *draft, nodes []nodeRef) []int {
	var parts []int
	last := int64(0)
	for _, n := range nodes {
		id := d.nodes[n].osm
		if id == 0 {
			continue // made here: the way's nodes lie around it
		}
		if k, ok := a.steps[[2]int64{last, id}]; ok {
			parts = append(parts, k)
		} else if k, ok := a.steps[[2]int64{id, last}]; ok {
			parts = append(parts, k)
		}
		last = id
	}
	slices.Sort(parts)
	return parts
}

// runsAgainst reports whether nodes run against the way.
func (a *asked) runsAgainst(d *draft, nodes []nodeRef) bool {
	last := int64(0)
	for _, n := range nodes {
		id := d.nodes[n].osm
		if _, ok := a.steps[[2]int64{id, last}]; ok {
			_, both := a.steps[[2]int64{last, id}]
			return !both
		}
		if id != 0 {
			last = id
		}
	}
	return false
}

// pointName returns how a node is called in explanations.
func (d *draft) pointName(n nodeRef) string {
	switch p := &d.nodes[n]; {
	case p.osm != 0:
		return fmt.Sprintf("node/%d", p.osm)
	case p.cut:
		return "the border"
	}
	return "a point made between"
}

func classWords(class network.RoadClass, link bool) string {
	if link {
		return class.String() + " link"
	}
	return class.String()
}

func (a *asked) describeStreet(d *draft, i int, parts []int) subject {
	st := &d.streets[i]
	s := subject{kind: "street", parts: parts}
	first, last := st.first(), st.last()
	against := a.runsAgainst(d, st.nodes)
	if against {
		first, last = last, first
	}
	s.name = fmt.Sprintf("street %s to %s", d.pointName(first), d.pointName(last))
	s.add("", "%s", classWords(st.class, st.link))
	s.add("length", "%.0f m", d.length(st.nodes))
	if st.way != nil && st.way.ID != a.ID {
		s.add("described by", "way/%d", st.way.ID)
	}
	d.describeLook(&s, &st.look, against)
	if st.inside {
		s.add("lies", "inside of the junction of %s: connectors take its place", d.junctionWords(st.first()))
	}
	if i < len(d.edges) && !st.inside {
		for dir, name := range [2]string{"forward", "backward"} {
			if against {
				dir = 1 - dir
			}
			if e := d.edges[i][dir]; e >= 0 && int(e) < len(d.spec.Edges) {
				s.add(name+" edge", "%s", d.edgeWords(&d.spec.Edges[e]))
			}
		}
	}
	return s
}

// describeLook adds what is known of both directions, named as the way runs.
func (d *draft) describeLook(s *subject, l *look, against bool) {
	if l.name != "" {
		s.add("name", "%q", l.name)
	}
	for dir, name := range [2]string{"forward", "backward"} {
		if against {
			dir = 1 - dir
		}
		way := &l.dirs[dir]
		if !way.open() {
			if l.dirs[1-dir].open() {
				s.add(name, "closed")
			}
			continue
		}
		addLaneFacts(s, name, way.lanes)
		if way.accessOnly {
			s.add(name+" traffic", "only with business there")
		}
		for _, c := range way.closures {
			s.add(name+" closed", "to %v at %v", c.classes, c.when)
		}
		s.add(name+" it ends at", "%s", stopWords(way))
	}
	if l.median > 0 {
		s.add("between the directions", "%.1f m", l.median)
	}
	for _, flag := range []struct {
		set  bool
		word string
	}{
		{l.roundabout, "a roundabout"},
		{l.inner, "mapped as the inside of a junction"},
		{l.bridge, "a bridge"},
		{l.tunnel, "a tunnel"},
	} {
		if flag.set {
			s.add("is", "%s", flag.word)
		}
	}
	if l.gradient != 0 {
		g := l.gradient
		if against {
			g = -g
		}
		s.add("gradient", "%+.1f %%", 100*g)
	}
}

func stopWords(way *direction) string {
	var words []string
	if way.signal {
		words = append(words, "a signal")
	}
	if way.sign != network.Free {
		words = append(words, "a "+way.sign.String()+" sign")
	}
	if way.stopOffset > 0 {
		words = append(words, fmt.Sprintf("a stop line %.1f m before the junction", way.stopOffset))
	}
	return strings.Join(words, " and ")
}

// addLaneFacts adds what is known of the lanes of a direction, each value with where it comes from.
func addLaneFacts(s *subject, name string, lanes []network.LaneSpec) {
	first := &lanes[0]
	s.add(name, "%d lanes (%s)", len(lanes), first.Source.Lanes)
	if first.SpeedLimit > 0 {
		s.add(name+" limit", "%.0f km/h (%s)", first.SpeedLimit*3.6, first.Source.SpeedLimit)
	}
	if first.Width > 0 {
		s.add(name+" lane width", "%.2f m (%s)", first.Width, first.Source.Width)
	}
	s.add(name+" surface", "%s (%s)", first.Surface, first.Source.Surface)
	turns, who := make([]string, len(lanes)), make([]string, len(lanes))
	marked, special := false, false
	for i := range lanes {
		turns[i], who[i] = lanes[i].Turns.String(), lanes[i].Permitted.String()
		marked = marked || turns[i] != ""
		special = special || lanes[i].Permitted != network.AllClasses
	}
	if marked {
		s.add(name+" arrows from the kerb", "%s", strings.Join(turns, " | "))
	}
	if special {
		s.add(name+" open from the kerb to", "%s", strings.Join(slices.Compact(who), " | "))
	}
}

func (d *draft) edgeWords(e *network.EdgeSpec) string {
	words := []string{fmt.Sprintf("to %s", d.junctionSpecWords(e.To))}
	if e.Sign != network.Free {
		words = append(words, e.Sign.String()+" sign")
	}
	if e.StopOffset > 0 {
		words = append(words, fmt.Sprintf("stop line %.1f m before it", e.StopOffset))
	}
	bans := 0
	for _, b := range d.spec.Bans {
		if &d.spec.Edges[b.From] == e {
			bans++
		}
	}
	if bans > 0 {
		words = append(words, fmt.Sprintf("%d turns forbidden at its end", bans))
	}
	return strings.Join(words, ", ")
}

func (d *draft) junctionSpecWords(j int32) string {
	spec := &d.spec.Junctions[j]
	if len(spec.OSMNodes) == 0 {
		return "a point made between"
	}
	return fmt.Sprintf("the %s junction of node/%d", spec.Control, spec.OSMNodes[0])
}
