package overlay

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network/osmimport/extract"
)

// Outcome is what became of an overlay.
type Outcome struct {
	Applied map[string]int // fixes in force, by kind: "way", "node", "restriction", "crossing", "removal"
	Values  int            // that ways were given
	Missing []string       // fixes whose element is not in the extract, as lines with file and line
	Notes   []Note         // what was changed, in the order of the file
}

// Note says what was changed of an element.
type Note struct {
	Type extract.MemberType
	ID   int64
	Text string // with file and line
}

// Apply returns x with the fixes as its tags and elements; x itself stays as it is. What no tag can say (Merge,
// Separate, Controllers, and Nodes but for their tags) is left to the caller. The error is an *Invalid if elements are
// missing and Missing says that this is a mistake.
func (o *Overlay) Apply(x *extract.Extract) (*extract.Extract, Outcome, error) {
	fixed := *x
	fixed.Ways, fixed.Nodes, fixed.Relations = slices.Clone(x.Ways), slices.Clone(x.Nodes), slices.Clone(x.Relations)
	e := editor{Overlay: o, x: &fixed, out: Outcome{Applied: map[string]int{}}}
	for i := range o.Ways {
		e.way(&o.Ways[i])
	}
	for i := range o.Nodes {
		e.node(&o.Nodes[i])
	}
	for i := range o.Crossings {
		e.crossing(&o.Crossings[i])
	}
	for i := range o.Restrictions {
		e.restriction(&o.Restrictions[i], -int64(i+1))
	}
	for i := range o.Remove {
		e.remove(&o.Remove[i])
	}
	for _, groups := range [][]Group{o.Merge, o.Separate, o.Controllers} {
		for i := range groups {
			e.group(&groups[i])
		}
	}
	e.x.Ways = slices.DeleteFunc(e.x.Ways, func(w extract.Way) bool { return slices.Contains(e.dropped, w.ID) })
	if len(e.absent) > 0 && (o.Missing == Fail || o.Missing == WarnUnlessAll && e.found == 0) {
		return nil, e.out, &Invalid{o.File, e.absent}
	}
	for _, p := range e.absent {
		e.out.Missing = append(e.out.Missing, fmt.Sprintf("%s:%d: %s: %s", o.File, p.Line, p.Field, p.Text))
	}
	return e.x, e.out, nil
}

// editor applies fixes to an extract of its own.
type editor struct {
	*Overlay
	x       *extract.Extract
	out     Outcome
	found   int // elements that are there
	absent  []Problem
	dropped []int64 // ways
}

func (e *editor) note(kind extract.MemberType, id int64, line int, format string, args ...any) {
	text := fmt.Sprintf("%s:%d: %s", e.File, line, fmt.Sprintf(format, args...))
	e.out.Notes = append(e.out.Notes, Note{kind, id, text})
}

// lacks notes that an element is not there.
func (e *editor) lacks(line int, field, kind string, id int64) {
	e.absent = append(e.absent, Problem{
		line, field, fmt.Sprintf("%s %d is not in %s, want the id of a %s that is", kind, id, e.x.Source, kind),
	})
}

// has reports whether an element is there, and notes it if not.
func (e *editor) has(line int, field, kind string, id int64) bool {
	var ok bool
	switch kind {
	case "way":
		_, ok = e.x.Way(id)
	case "node":
		_, ok = e.x.Node(id)
	default:
		_, ok = e.x.Relation(id)
	}
	if !ok {
		e.lacks(line, field, kind, id)
		return false
	}
	e.found++
	return true
}

func (e *editor) way(fix *WayFix) {
	if !e.has(fix.Line, "ways", "way", fix.ID) {
		return
	}
	e.out.Applied["way"]++
	if fix.Drop {
		e.dropped = append(e.dropped, fix.ID)
		e.note(extract.WayMember, fix.ID, fix.Line, "dropped")
		return
	}
	w, _ := e.x.Way(fix.ID)
	tags := slices.Clone(w.Tags)
	for _, v := range fix.Values {
		if v.Clear != nil {
			tags = slices.DeleteFunc(tags, func(t extract.Tag) bool { return v.Clear(t.Key) })
		}
	}
	given := map[string]bool{}
	for _, v := range fix.Values {
		e.out.Values++
		was := make([]string, len(v.Set))
		for i, t := range v.Set {
			was[i] = w.Tags.Find(t.Key)
			tags = with(tags, t.Key, t.Value)
			given[t.Key] = true
		}
		text := "not mapped"
		if was[0] != "" {
			text = "the map has " + was[0]
		}
		e.note(extract.WayMember, fix.ID, v.Line, "%s is %s (%s)", v.Field, v.Text, text)
	}
	w.Tags = withoutMisfits(tags, given)
}

// withoutMisfits leaves out the lists by lane of the map that speak of another number of lanes than the fix gives.
func withoutMisfits(tags extract.Tags, given map[string]bool) extract.Tags {
	return slices.DeleteFunc(tags, func(t extract.Tag) bool {
		for _, suffix := range []string{"", ":forward", ":backward"} {
			if !strings.HasSuffix(t.Key, ":lanes"+suffix) || given[t.Key] || !given["lanes"+suffix] {
				continue
			}
			n, err := strconv.Atoi(tags.Find("lanes" + suffix))
			return err == nil && strings.Count(t.Value, "|")+1 != n
		}
		return false
	})
}

// with returns tags with key set to value.
func with(tags extract.Tags, key, value string) extract.Tags {
	i, found := slices.BinarySearchFunc(tags, key, func(t extract.Tag, key string) int { return cmp.Compare(t.Key, key) })
	if found {
		tags[i].Value = value
		return tags
	}
	return slices.Insert(tags, i, extract.Tag{Key: key, Value: value})
}

// controlTags are the tags that say a control.
var controlTags = map[Control]extract.Tags{
	Signals:        {{Key: "highway", Value: "traffic_signals"}},
	AllWayStop:     {{Key: "highway", Value: "stop"}, {Key: "stop", Value: "all"}},
	Stop:           {{Key: "highway", Value: "stop"}},
	Yield:          {{Key: "highway", Value: "give_way"}},
	Priority:       {},
	NoControl:      {},
	MiniRoundabout: {{Key: "highway", Value: "mini_roundabout"}},
}

func (e *editor) node(fix *NodeFix) {
	if !e.has(fix.Line, "nodes", "node", fix.ID) {
		return
	}
	e.out.Applied["node"]++
	n, _ := e.x.Node(fix.ID)
	was := n.Tags.Find("highway")
	if was == "" {
		was = "nothing"
	}
	n.Tags = slices.DeleteFunc(slices.Clone(n.Tags), func(t extract.Tag) bool {
		key, _, _ := strings.Cut(t.Key, ":")
		// What is left of a crossing is one without signals.
		return key == "traffic_signals" || key == "stop" || t.Key == "crossing" && t.Value == "traffic_signals" ||
			t.Key == "crossing:signals" || t.Key == "highway" && t.Value != "crossing"
	})
	for _, t := range controlTags[fix.Control] {
		n.Tags = with(n.Tags, t.Key, t.Value)
	}
	e.note(extract.NodeMember, fix.ID, fix.Line, "control is %s (the map has %s)", fix.Control, was)
}

func (e *editor) crossing(c *Crossing) {
	if !e.has(c.Line, "crossings.add", "node", c.Node) {
		return
	}
	e.out.Applied["crossing"]++
	n, _ := e.x.Node(c.Node)
	kind := map[string]string{"zebra": "zebra", "signals": "traffic_signals", "unmarked": "unmarked"}[c.Kind]
	n.Tags = slices.DeleteFunc(slices.Clone(n.Tags), func(t extract.Tag) bool { return strings.HasPrefix(t.Key, "crossing:") })
	n.Tags = with(with(n.Tags, "highway", "crossing"), "crossing", kind)
	e.note(extract.NodeMember, c.Node, c.Line, "a crossing, %s", c.Kind)
}

// restriction adds a relation with that id.
func (e *editor) restriction(r *Restriction, id int64) {
	ok := e.has(r.Line, "restrictions.add.from", "way", r.From)
	ok = e.has(r.Line, "restrictions.add.to", "way", r.To) && ok
	rel := extract.Relation{ID: id, Tags: extract.Tags{
		{Key: "restriction", Value: r.Kind}, {Key: "type", Value: "restriction"},
	}}
	rel.Members = append(rel.Members, extract.Member{Type: extract.WayMember, Ref: r.From, Role: "from"})
	if r.ViaNode != 0 {
		ok = e.has(r.Line, "restrictions.add.via", "node", r.ViaNode) && ok
		rel.Members = append(rel.Members, extract.Member{Type: extract.NodeMember, Ref: r.ViaNode, Role: "via"})
	}
	for _, way := range r.ViaWays {
		ok = e.has(r.Line, "restrictions.add.via", "way", way) && ok
		rel.Members = append(rel.Members, extract.Member{Type: extract.WayMember, Ref: way, Role: "via"})
	}
	rel.Members = append(rel.Members, extract.Member{Type: extract.WayMember, Ref: r.To, Role: "to"})
	if len(r.Except) > 0 {
		rel.Tags = with(rel.Tags, "except", strings.Join(r.Except, ";"))
	}
	if !ok {
		return
	}
	e.out.Applied["restriction"]++
	e.x.Relations = slices.Insert(e.x.Relations, 0, rel) // ids fall: ascending again
	for _, way := range []int64{r.From, r.To} {
		e.note(extract.WayMember, way, r.Line, "%s from way/%d to way/%d", r.Kind, r.From, r.To)
	}
}

func (e *editor) remove(r *Removal) {
	if r.Kind == RestrictionRelation {
		if e.has(r.Line, "restrictions.remove", "relation", r.ID) {
			e.out.Applied["removal"]++
			e.x.Relations = slices.DeleteFunc(e.x.Relations, func(rel extract.Relation) bool { return rel.ID == r.ID })
			e.note(extract.RelationMember, r.ID, r.Line, "removed")
		}
		return
	}
	if !e.has(r.Line, "crossings.remove", "node", r.ID) {
		return
	}
	e.out.Applied["removal"]++
	n, _ := e.x.Node(r.ID)
	n.Tags = slices.DeleteFunc(slices.Clone(n.Tags), func(t extract.Tag) bool {
		key, _, _ := strings.Cut(t.Key, ":")
		return key == "crossing" || t.Key == "highway" && t.Value == "crossing"
	})
	e.note(extract.NodeMember, r.ID, r.Line, "its crossing is removed")
}

func (e *editor) group(g *Group) {
	for _, id := range g.Nodes {
		e.has(g.Line, "nodes", "node", id)
	}
}
