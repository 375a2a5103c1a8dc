package osmimport

import (
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// driven is a direction of a street, as it is driven.
type driven struct {
	street int32
	dir    int
}

// restrictTurns brings the turn restrictions of the map, and the barriers that stop some classes, to the edges of the
// spec. What is forbidden at one junction becomes a turn that is not made; where the junction is a group of nodes, what its
// inner streets leave possible tells which. What leads through several junctions, or holds at certain times, becomes a ban
// that routes obey.
func (d *draft) restrictTurns() error {
	r := restricter{draft: d, trace: d.newTracer(), local: make(map[int32][]chain)}
	for i := range d.x.Relations {
		if rel := &d.x.Relations[i]; isRestriction(rel.Tags) {
			r.read(rel)
		}
	}
	r.readBarriers()
	for j := range d.junctions {
		if len(d.junctions[j].nodes) > 1 {
			r.throughGroup(int32(j))
		} else {
			r.atNode(int32(j))
		}
		r.banTurningBack(&d.junctions[j])
	}
	for i := range r.spanning {
		r.acrossJunctions(&r.spanning[i])
	}
	d.closeAtTimes()
	return nil
}

type restricter struct {
	*draft
	trace    *tracer
	local    map[int32][]chain // by junction: all streets meet there
	spanning []chain           // through several junctions
}

// read takes in one restriction, or reports why not.
func (r *restricter) read(rel *extract.Relation) {
	rulings, reason, notes := rulingsOf(rel.Tags)
	for _, note := range notes {
		r.report.drop("condition", rel.ID, note)
	}
	taken := false
	for i := range rulings {
		chains, why := r.chainsOf(membersOf(rel), rulings[i])
		if why != "" {
			reason = why
			continue
		}
		for _, c := range chains {
			r.take(c)
		}
		taken = true
		r.count(rel.ID, rulings[i], chains)
	}
	if !taken {
		r.report.drop("restriction", rel.ID, reason)
		return
	}
	r.report.Restrictions++
}

// count notes what kind of restriction is in force.
func (r *restricter) count(id int64, ruling ruling, chains []chain) {
	sense, when := "no_", "at all times"
	if ruling.only {
		sense = "only_"
	}
	r.report.rule(sense + ruling.kind)
	if ruling.when != nil {
		r.report.rule("at_times")
		when = ruling.when.String()
	}
	if slices.ContainsFunc(chains, func(c chain) bool { return len(c.steps) > 2 }) {
		r.report.rule("through_streets")
	}
	r.tell(Relation, id, "in force: %s for %v, %s, as %d forbidden ways to drive", sense+ruling.kind, ruling.classes, when, len(chains))
}

// chainsOf returns what a ruling forbids; reason is set if that is nothing.
func (r *restricter) chainsOf(m members, ruling ruling) (chains []chain, reason string) {
	paths, reason := r.trace.paths(m, ruling)
	if len(paths) == 0 {
		return nil, reason
	}
	classes := ruling.classes & r.drivers(paths)
	if classes == 0 {
		return nil, "nobody whom it binds may drive there"
	}
	if ruling.only {
		paths = r.departures(paths)
	}
	for _, steps := range paths {
		chains = append(chains, chain{steps, classes, ruling.when})
	}
	return chains, ""
}

// drivers returns the classes that may drive on each street of one of the paths at least.
func (r *restricter) drivers(paths [][]driven) (classes network.ClassSet) {
	for _, steps := range paths {
		all := network.AllClasses
		for _, s := range steps {
			all &= r.streets[s.street].dirs[s.dir].permitted()
		}
		classes |= all
	}
	return classes
}

// departures returns the ways to leave mandatory paths: the beginning of one and a street that goes on with none.
func (r *restricter) departures(paths [][]driven) (out [][]driven) {
	for _, steps := range paths {
		for k := 1; k < len(steps); k++ {
			n := r.endOf(steps[k-1])
			for _, a := range r.arms[n] {
				away := driven{a.street, a.away()}
				if !r.streets[a.street].dirs[away.dir].open() || a.street == steps[k-1].street {
					continue
				}
				leave := append(slices.Clone(steps[:k]), away)
				goesOn := slices.ContainsFunc(paths, func(p []driven) bool {
					return len(p) > k && slices.Equal(p[:k+1], leave)
				})
				known := slices.ContainsFunc(out, func(p []driven) bool { return slices.Equal(p, leave) })
				if !goesOn && !known {
					out = append(out, leave)
				}
			}
		}
	}
	return out
}

// take files a chain under the junction where its streets meet, or under those that lead through several.
func (r *restricter) take(c chain) {
	at := r.junction[r.endOf(c.steps[0])]
	for _, s := range c.steps[1 : len(c.steps)-1] {
		if !r.streets[s.street].inside || r.junction[r.endOf(s)] != at {
			r.spanning = append(r.spanning, c)
			return
		}
	}
	r.local[at] = append(r.local[at], c)
}

func (r *restricter) edgeOf(s driven) int32 { return r.edges[s.street][s.dir] }

// atNode writes the chains at a junction of one node into the spec.
func (r *restricter) atNode(j int32) {
	for i := range r.local[j] {
		if c := &r.local[j][i]; !r.banUTurn(c) {
			r.ban([]int32{r.edgeOf(c.steps[0]), r.edgeOf(c.steps[1])}, c.classes, c.when)
		}
	}
}

// banUTurn writes a chain that turns round on one street into the spec; it reports whether it is one.
func (r *restricter) banUTurn(c *chain) bool {
	from := c.steps[0]
	if len(c.steps) != 2 || from.street != c.steps[1].street || c.when != nil {
		return false
	}
	if e := r.edgeOf(from); e >= 0 && c.classes.Has(network.Car) {
		r.spec.Edges[e].NoUTurn = true
	}
	return true
}

// ban forbids a sequence of edges.
func (r *restricter) ban(edges []int32, classes network.ClassSet, when network.Schedule) {
	for _, e := range edges {
		if e < 0 {
			return // a street that has no edge
		}
	}
	if len(edges) == 2 && when == nil {
		r.spec.Bans = append(r.spec.Bans, network.TurnRule{From: edges[0], To: edges[1], Classes: classes})
		return
	}
	r.spec.PathBans = append(r.spec.PathBans, network.BanSpec{Edges: edges, Classes: classes, When: when})
}

// entrances returns the streets that lead into a junction, with the node at which each arrives, and those that lead out.
func (r *restricter) entrances(j int32) (in, out []driven) {
	for _, n := range r.junctions[j].nodes {
		for _, a := range r.arms[n] {
			s := &r.streets[a.street]
			if s.inside {
				continue
			}
			if s.dirs[a.towards()].open() {
				in = append(in, driven{a.street, a.towards()})
			}
			if s.dirs[a.away()].open() {
				out = append(out, driven{a.street, a.away()})
			}
		}
	}
	return in, out
}

// throughGroup forbids, at a junction of several nodes, the turns that its inner streets do not make possible.
func (r *restricter) throughGroup(j int32) {
	always, timed := r.local[j], []chain(nil)
	if slices.ContainsFunc(always, func(c chain) bool { return c.when != nil }) {
		always = nil
		for _, c := range r.local[j] {
			if c.when == nil {
				always = append(always, c)
			} else {
				timed = append(timed, c)
			}
		}
	}
	for i := range always {
		r.banUTurn(&always[i])
	}
	ins, outs := r.entrances(j)
	for _, in := range ins {
		open := r.reach(in, always)
		for _, out := range outs {
			if closed := network.AllClasses &^ open[out]; closed != 0 && out.street != in.street {
				r.ban([]int32{r.edgeOf(in), r.edgeOf(out)}, closed, nil)
			}
		}
		for _, c := range timed {
			left := r.reach(in, append(slices.Clone(always), c))
			for _, out := range outs {
				if closed := open[out] &^ left[out]; closed != 0 && out.street != in.street {
					r.ban([]int32{r.edgeOf(in), r.edgeOf(out)}, closed, c.when)
				}
			}
		}
	}
}

// acrossJunctions forbids a chain that leads through several junctions. If it begins or ends inside of one, it is taken to
// begin with each entrance, and end with each exit, that leads by no other way.
func (r *restricter) acrossJunctions(c *chain) {
	first := slices.IndexFunc(c.steps, func(s driven) bool { return !r.streets[s.street].inside })
	last := len(c.steps) - 1
	for last >= 0 && r.streets[c.steps[last].street].inside {
		last--
	}
	if first < 0 {
		return
	}
	type beginning struct {
		edges   []int32
		classes network.ClassSet
	}
	begin := []beginning{{nil, c.classes}}
	if first > 0 {
		begin = nil
		j := r.junction[r.startOf(c.steps[first])]
		ins, _ := r.entrances(j)
		for _, in := range ins {
			if bound := r.onlyBy(j, in, c.steps[first], c.steps[:first+1]) & c.classes; bound != 0 {
				begin = append(begin, beginning{[]int32{r.edgeOf(in)}, bound})
			}
		}
	}
	var middle []int32
	for _, s := range c.steps[first : last+1] {
		if !r.streets[s.street].inside {
			middle = append(middle, r.edgeOf(s))
		}
	}
	for _, b := range begin {
		edges := append(b.edges, middle...)
		if last == len(c.steps)-1 {
			r.ban(edges, b.classes, c.when)
			continue
		}
		j := r.junction[r.endOf(c.steps[last])]
		_, outs := r.entrances(j)
		for _, out := range outs {
			if bound := r.onlyBy(j, c.steps[last], out, c.steps[last:]) & b.classes; bound != 0 {
				r.ban(append(slices.Clone(edges), r.edgeOf(out)), bound, c.when)
			}
		}
	}
}

// onlyBy returns the classes that get from in to out through junction j, but not without driving steps.
func (r *restricter) onlyBy(j int32, in, out driven, steps []driven) network.ClassSet {
	all := r.local[j]
	return r.reach(in, all)[out] &^ r.reach(in, append(slices.Clone(all), chain{steps: steps, classes: network.AllClasses}))[out]
}

// reach returns the exits that can be reached from in through the streets inside the junction where it ends without
// driving any of the chains, and by whom.
func (r *restricter) reach(in driven, chains []chain) map[driven]network.ClassSet {
	open := map[driven]network.ClassSet{}
	longest := 2
	for i := range chains {
		longest = max(longest, len(chains[i].steps))
	}
	for class := range network.NumVehicleClasses {
		s := search{draft: r.draft, class: class, chains: chains, memory: min(longest-1, maxMemory), seen: map[memory]bool{}, open: open}
		s.visit([]driven{in})
	}
	return open
}

// maxMemory bounds the steps that a search at one junction remembers: as many inner streets in a row a restriction may have.
const maxMemory = 6

// mostStates bounds a search at one junction; where more than one or two restrictions lead through it there are some hundred.
const mostStates = 20_000

// memory are the last streets driven, the last of them last.
type memory [maxMemory]driven

// search follows the streets inside a junction for one class.
type search struct {
	*draft
	class  network.VehicleClass
	chains []chain
	memory int // how many streets matter
	seen   map[memory]bool
	open   map[driven]network.ClassSet
}

// visit goes on from where path has arrived, unless another path with the same end has been there.
func (s *search) visit(path []driven) {
	var m memory
	copy(m[:], path[max(0, len(path)-s.memory):])
	if s.seen[m] || len(s.seen) == mostStates {
		return
	}
	s.seen[m] = true
	at := path[len(path)-1]
	for _, a := range s.arms[s.endOf(at)] {
		next := driven{a.street, a.away()}
		street := &s.streets[a.street]
		if a.street == at.street || !street.dirs[next.dir].permitted().Has(s.class) {
			continue
		}
		along := append(slices.Clone(path), next)
		switch {
		case s.forbids(along):
		case !street.inside:
			s.open[next] |= 1 << s.class
		default:
			s.visit(along)
		}
	}
}

// forbids reports whether path ends with a chain.
func (s *search) forbids(path []driven) bool {
	return slices.ContainsFunc(s.chains, func(c chain) bool {
		return c.classes.Has(s.class) && len(path) >= len(c.steps) && slices.Equal(path[len(path)-len(c.steps):], c.steps)
	})
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
