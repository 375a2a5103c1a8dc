package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// driven is a direction of a street, as it is driven.
type driven struct {
	street int32
	dir    int
}

// nodeBan is a turn restriction at a node: from one street, that arrives there, to another that leads away.
type nodeBan struct {
	at       nodeRef
	from, to driven
	classes  network.ClassSet
	only     bool // the mandatory turn, not a forbidden one
}

// wayBan is a restriction along ways: whoever drives from, via in order, may not go on to.
type wayBan struct {
	ways    []int64 // from, via..., to
	classes network.ClassSet
}

// restrictTurns brings the turn restrictions of the map to the edges of the spec: directly where a junction is a
// single node, and where it is a group of nodes as what its inner streets leave possible.
func (d *draft) restrictTurns() error {
	r := restricter{draft: d, nodeOf: make(map[int64]nodeRef), insideOf: make(map[int64]int32), byNode: make(map[nodeRef][]nodeBan)}
	for n := range d.nodes {
		if len(d.arms[n]) > 0 && d.nodes[n].osm != 0 {
			r.nodeOf[d.nodes[n].osm] = nodeRef(n)
		}
	}
	for i := range d.streets {
		if s := &d.streets[i]; s.inside {
			for _, way := range s.ends {
				r.insideOf[way] = d.junction[s.first()]
			}
		}
	}
	for i := range d.x.Relations {
		if rel := &d.x.Relations[i]; rel.Tags.Find("type") == "restriction" {
			r.read(rel)
		}
	}
	for j := range d.junctions {
		if len(d.junctions[j].nodes) > 1 {
			r.throughGroup(int32(j))
		} else {
			r.atNode(d.junctions[j].nodes[0])
		}
		r.banTurningBack(&d.junctions[j])
	}
	return nil
}

type restricter struct {
	*draft
	nodeOf   map[int64]nodeRef // junction nodes by OSM id
	insideOf map[int64]int32   // ways with a street inside a junction, and which
	byNode   map[nodeRef][]nodeBan
	byWay    []wayBan
}

// exceptions maps the values of except, and the last part of keys such as restriction:hgv, to classes.
var exceptions = map[string]network.ClassSet{
	"psv": network.SetOf(network.Bus), "bus": network.SetOf(network.Bus), "hgv": network.Lorries,
	"goods": network.SetOf(network.Van) | network.Lorries, "motorcycle": network.SetOf(network.Motorcycle),
	"motorcar": network.SetOf(network.Car, network.Van), "motor_vehicle": network.AllClasses, "vehicle": network.AllClasses,
}

// read takes in one restriction, or reports why not.
func (r *restricter) read(rel *extract.Relation) {
	kind, classes := restrictionOf(rel.Tags)
	if reason := r.take(rel, kind, classes); reason != "" {
		r.report.drop("restriction", rel.ID, reason)
		return
	}
	r.report.Restrictions++
	r.tell(Relation, rel.ID, "in force: %s for %v", kind, classes)
}

// restrictionOf returns the kind of a restriction, such as "no_left_turn", and whom it binds.
func restrictionOf(tags extract.Tags) (kind string, classes network.ClassSet) {
	classes = network.AllClasses
	kind = tags.Find("restriction")
	if kind == "" {
		for _, key := range []string{"hgv", "bus", "psv", "motorcar", "motorcycle", "motor_vehicle", "goods"} {
			if kind = tags.Find("restriction:" + key); kind != "" {
				classes = exceptions[key]
				break
			}
		}
	}
	for except := range strings.SplitSeq(tags.Find("except"), ";") {
		classes &^= exceptions[strings.TrimSpace(except)]
	}
	return kind, classes
}

func (r *restricter) take(rel *extract.Relation, kind string, classes network.ClassSet) (reason string) {
	no, only := strings.HasPrefix(kind, "no_"), strings.HasPrefix(kind, "only_")
	switch {
	case kind == "" && rel.Tags.Find("restriction:conditional") != "":
		return "conditional restrictions are not supported yet"
	case !no && !only:
		return "restriction=" + kind + " is not known"
	case classes == 0:
		return "binds no vehicle class that is simulated"
	}
	var from, to, viaWays []int64
	via := int64(0)
	for _, m := range rel.Members {
		switch {
		case m.Role == "from" && m.Type == extract.WayMember:
			from = append(from, m.Ref)
		case m.Role == "to" && m.Type == extract.WayMember:
			to = append(to, m.Ref)
		case m.Role == "via" && m.Type == extract.WayMember:
			viaWays = append(viaWays, m.Ref)
		case m.Role == "via" && m.Type == extract.NodeMember:
			via = m.Ref
		}
	}
	switch {
	case len(from) == 0 || len(to) == 0:
		return "has no from or no to"
	case len(viaWays) > 0:
		return r.takeWays(from, viaWays, to, classes, only)
	case via == 0:
		return "has no via"
	}
	return r.takeNode(from, via, to, classes, only)
}

// takeNode takes in a restriction via a node.
func (r *restricter) takeNode(from []int64, via int64, to []int64, classes network.ClassSet, only bool) (reason string) {
	n, ok := r.nodeOf[via]
	if !ok {
		return "no streets meet at its via node"
	}
	var bans []nodeBan
	for _, f := range from {
		for _, t := range to {
			for _, a := range r.arms[n] {
				for _, b := range r.arms[n] {
					s, u := &r.streets[a.street], &r.streets[b.street]
					if s.ends[a.end] != f || u.ends[b.end] != t || !s.dirs[a.towards()].open() || !u.dirs[b.away()].open() {
						continue
					}
					if f != t && a == b {
						continue
					}
					bans = append(bans, nodeBan{
						at: n, from: driven{a.street, a.towards()}, to: driven{b.street, b.away()}, classes: classes, only: only,
					})
				}
			}
		}
	}
	if len(bans) == 0 {
		return "its ways are missing, closed or do not lead through its via node"
	}
	if from[0] == to[0] && len(bans) > 1 {
		// One way through the node: only turning round on it can be meant.
		bans = slices.DeleteFunc(bans, func(b nodeBan) bool { return b.from.street != b.to.street })
	}
	r.byNode[n] = append(r.byNode[n], bans...)
	return ""
}

// takeWays takes in a restriction via ways, if these all lie within one junction.
func (r *restricter) takeWays(from, via, to []int64, classes network.ClassSet, only bool) (reason string) {
	const notYet = "leads via a way outside of a junction: not supported yet"
	junction, ok := r.insideOf[via[0]]
	for _, way := range via {
		if j, inside := r.insideOf[way]; !ok || !inside || j != junction {
			return notYet
		}
	}
	if only {
		return "a mandatory turn via a way: not supported yet"
	}
	for _, f := range from {
		for _, t := range to {
			ways := append([]int64{f}, via...)
			r.byWay = append(r.byWay, wayBan{append(ways, t), classes})
		}
	}
	return ""
}

// atNode writes the restrictions at a junction of one node into the spec.
func (r *restricter) atNode(n nodeRef) {
	for _, b := range r.byNode[n] {
		from, to := r.edges[b.from.street][b.from.dir], r.edges[b.to.street][b.to.dir]
		if b.from.street == b.to.street {
			if !b.only {
				r.spec.Edges[from].NoUTurn = true
			}
			continue
		}
		rule := network.TurnRule{From: from, To: to, Classes: b.classes}
		if b.only {
			r.spec.Onlys = append(r.spec.Onlys, rule)
		} else {
			r.spec.Bans = append(r.spec.Bans, rule)
		}
	}
}

// throughGroup forbids, at a junction of several nodes, the turns that its inner streets do not make possible.
func (r *restricter) throughGroup(j int32) {
	var exits []driven
	for _, n := range r.junctions[j].nodes {
		for _, a := range r.arms[n] {
			if s := &r.streets[a.street]; !s.inside && s.dirs[a.away()].open() {
				exits = append(exits, driven{a.street, a.away()})
			}
		}
	}
	for _, n := range r.junctions[j].nodes {
		for _, a := range r.arms[n] {
			if s := &r.streets[a.street]; s.inside || !s.dirs[a.towards()].open() {
				continue
			}
			in := driven{a.street, a.towards()}
			open := r.reach(n, in)
			for _, out := range exits {
				if out.street == in.street {
					continue
				}
				if closed := network.AllClasses &^ open[out]; closed != 0 {
					r.spec.Bans = append(r.spec.Bans, network.TurnRule{
						From: r.edges[in.street][in.dir], To: r.edges[out.street][out.dir], Classes: closed,
					})
				}
			}
		}
	}
}

// reach returns the exits of a junction that can be reached from in, which arrives at its node n, and by whom.
func (r *restricter) reach(n nodeRef, in driven) map[driven]network.ClassSet {
	open := map[driven]network.ClassSet{}
	for class := range network.NumVehicleClasses {
		s := search{restricter: r, class: class, open: open, left: 500}
		s.visit(n, []driven{in})
	}
	return open
}

// search follows the streets inside a junction for one class.
type search struct {
	*restricter
	class network.VehicleClass
	open  map[driven]network.ClassSet
	left  int // steps; bounds the work at monstrous junctions
}

// visit goes on from node n, where path has arrived.
func (s *search) visit(n nodeRef, path []driven) {
	at := path[len(path)-1]
	for _, a := range s.arms[n] {
		next := driven{a.street, a.away()}
		street := &s.streets[a.street]
		if a.street == at.street || !street.dirs[next.dir].permitted().Has(s.class) || s.forbids(n, at, next) {
			continue
		}
		if s.left--; s.left < 0 {
			return
		}
		along := append(slices.Clone(path), next)
		if s.forbidsPath(along) {
			continue
		}
		if !street.inside {
			s.open[next] |= 1 << s.class
			continue
		}
		if !slices.ContainsFunc(path, func(p driven) bool { return p.street == a.street }) {
			s.visit(street.end(1-a.end), along)
		}
	}
}

// forbids reports whether a restriction at node n forbids to go from one street to the other.
func (s *search) forbids(n nodeRef, from, to driven) bool {
	bound, meant := false, false
	for _, b := range s.byNode[n] {
		if b.from != from || !b.classes.Has(s.class) {
			continue
		}
		switch {
		case b.only:
			bound = true
			meant = meant || b.to == to
		case b.to == to:
			return true
		}
	}
	return bound && !meant
}

// forbidsPath reports whether path ends with the ways of a restriction.
func (s *search) forbidsPath(path []driven) bool {
	if len(s.byWay) == 0 {
		return false
	}
	var ways []int64
	for k, p := range path {
		street := &s.streets[p.street]
		id := street.ends[1-p.dir] // the way at its end, as driven
		if k == len(path)-1 {
			id = street.ends[p.dir]
		}
		if len(ways) == 0 || ways[len(ways)-1] != id {
			ways = append(ways, id)
		}
	}
	for _, b := range s.byWay {
		if b.classes.Has(s.class) && len(ways) >= len(b.ways) && slices.Equal(ways[len(ways)-len(b.ways):], b.ways) {
			return true
		}
	}
	return false
}

// banTurningBack forbids to turn from one carriageway of a divided road into the other where that is sharper than a
// vehicle can turn or a driver would think of: where the carriageways part, and at junctions with other exits.
func (r *restricter) banTurningBack(j *junction) {
	for _, n := range j.nodes {
		for _, a := range r.arms[n] {
			s := &r.streets[a.street]
			if s.inside || !s.dirs[a.towards()].open() {
				continue
			}
			for _, m := range j.nodes {
				for _, b := range r.arms[m] {
					t := &r.streets[b.street]
					if t.inside || a.street == b.street || !t.dirs[b.away()].open() || !r.parts(a, b) {
						continue
					}
					r.spec.Bans = append(r.spec.Bans, network.TurnRule{
						From: r.edges[a.street][a.towards()], To: r.edges[b.street][b.away()], Classes: network.AllClasses,
					})
				}
			}
		}
	}
}
