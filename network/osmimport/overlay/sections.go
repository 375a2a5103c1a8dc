package overlay

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// section reads one top-level field.
type section struct {
	name string
	read func(r *reader, p pair)
}

var sections = []section{
	{"ways", (*reader).ways},
	{"nodes", (*reader).nodes},
	{"junctions", (*reader).junctions},
	{"controllers", (*reader).controllers},
	{"restrictions", (*reader).restrictions},
	{"crossings", (*reader).crossings},
	{"missing", (*reader).missing},
}

func (r *reader) read(root *yaml.Node) {
	names := make([]string, len(sections))
	for i := range sections {
		names[i] = sections[i].name
	}
	for _, p := range r.fields(root, "", "a map with some of "+strings.Join(names, ", ")) {
		if i := slices.Index(names, p.name); i >= 0 {
			sections[i].read(r, p)
		} else {
			r.unknown(p, names)
		}
	}
}

func (r *reader) missing(p pair) {
	words := map[string]Missing{"warn": Warn, "error": Fail}
	if word, ok := r.oneOf(p.value, p.field, slices.Sorted(maps.Keys(words))); ok {
		r.out.Missing = words[word]
	}
}

func (r *reader) ways(p pair) {
	for _, w := range r.fields(p.value, p.field, "a map from OSM way ids to fields, such as {4711: {lanes: 3}}") {
		id, ok := r.id(w.key, p.field, "a way")
		if !ok {
			continue
		}
		fix := WayFix{ID: id, Line: w.key.Line}
		for _, f := range r.fields(w.value, w.field, "a map of fields, such as {lanes: 3}") {
			r.wayField(&fix, f)
		}
		if fix.Drop && len(fix.Values) > 0 {
			r.complain(w.key, w.field, "drops the way and sets %s of it, want one of both", fix.Values[0].Field)
		}
		if !fix.Drop && len(fix.Values) == 0 && w.value.Kind == yaml.MappingNode && len(w.value.Content) == 0 {
			r.complain(w.value, w.field, "sets nothing, want at least one of %s", strings.Join(wayFieldNames(), ", "))
		}
		sortValues(fix.Values)
		r.out.Ways = append(r.out.Ways, fix)
	}
}

// controls are the words of the field control.
var controls = []string{
	string(Signals), string(AllWayStop), string(Stop), string(Yield), string(Priority), string(NoControl),
	string(MiniRoundabout),
}

func (r *reader) nodes(p pair) {
	for _, n := range r.fields(p.value, p.field, "a map from OSM node ids to fields, such as {4711: {control: signals}}") {
		id, ok := r.id(n.key, p.field, "a node")
		if !ok {
			continue
		}
		given := false
		for _, f := range r.fields(n.value, n.field, "a map of fields, such as {control: signals}") {
			if f.name != "control" {
				r.unknown(f, []string{"control"})
				continue
			}
			given = true
			if word, ok := r.oneOf(f.value, f.field, controls); ok {
				r.out.Nodes = append(r.out.Nodes, NodeFix{id, n.key.Line, Control(word)})
			}
		}
		if !given && n.value.Kind == yaml.MappingNode && len(n.value.Content) == 0 {
			r.complain(n.value, n.field, "sets nothing, want control")
		}
	}
}

func (r *reader) junctions(p pair) {
	for _, item := range r.items(p.value, p.field, "a list of {merge: [nodes]} and {separate: [nodes]}") {
		for _, f := range r.entry(item, p.field, "{merge: [101, 102]} or {separate: [101, 102]}") {
			switch f.name {
			case "merge":
				r.group(&r.out.Merge, f.value, f.field)
			case "separate":
				r.group(&r.out.Separate, f.value, f.field)
			default:
				r.unknown(f, []string{"merge", "separate"})
			}
		}
	}
}

// entry returns the fields of an element of a list, which may repeat what its neighbours have.
func (r *reader) entry(n *yaml.Node, field, want string) []pair {
	for name := range r.lines {
		if strings.HasPrefix(name, field+".") {
			delete(r.lines, name)
		}
	}
	return r.fields(n, field, want)
}

func (r *reader) group(to *[]Group, n *yaml.Node, field string) {
	if nodes := r.ids(n, field, "nodes"); nodes != nil {
		*to = append(*to, Group{n.Line, nodes})
	}
}

func (r *reader) controllers(p pair) {
	for _, item := range r.items(p.value, p.field, "a list of {nodes: [101, 102]}: signals that share a cabinet") {
		for _, f := range r.entry(item, p.field, "{nodes: [101, 102]}") {
			if f.name != "nodes" {
				r.unknown(f, []string{"nodes"})
				continue
			}
			r.group(&r.out.Controllers, f.value, f.field)
		}
	}
}

func (r *reader) restrictions(p pair) {
	for _, part := range r.fields(p.value, p.field, "{add: [...], remove: [...]}") {
		switch part.name {
		case "add":
			for _, item := range r.items(part.value, part.field, "a list of restrictions") {
				r.restriction(item, part.field)
			}
		case "remove":
			for _, item := range r.items(part.value, part.field, "a list of OSM relation ids") {
				if id, ok := r.id(item, part.field, "a restriction relation"); ok {
					r.out.Remove = append(r.out.Remove, Removal{item.Line, RestrictionRelation, id})
				}
			}
		default:
			r.unknown(part, []string{"add", "remove"})
		}
	}
}

// kinds are the restrictions that can be added (OpenStreetMap wiki, "Relation:restriction").
var kinds = []string{
	"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit",
	"only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn",
}

// exempt are the vehicles that a restriction may except.
var exempt = []string{"psv", "bus", "hgv", "goods", "motorcar", "motorcycle"}

func (r *reader) restriction(n *yaml.Node, field string) {
	const want = "{from: way, via: node, to: way, kind: no_left_turn}"
	out, before := Restriction{Line: n.Line}, len(r.problems)
	given := map[string]bool{}
	for _, f := range r.entry(n, field, want) {
		given[f.name] = true
		switch f.name {
		case "from":
			out.From, _ = r.id(f.value, f.field, "a way")
		case "to":
			out.To, _ = r.id(f.value, f.field, "a way")
		case "via":
			if f.value.Kind != yaml.SequenceNode {
				out.ViaNode, _ = r.id(f.value, f.field, "a node, or a list of ways")
				continue
			}
			for _, item := range r.items(f.value, f.field, "the OSM id of a node, or a list of ways") {
				if id, ok := r.id(item, f.field, "a way"); ok {
					out.ViaWays = append(out.ViaWays, id)
				}
			}
		case "kind":
			out.Kind, _ = r.oneOf(f.value, f.field, kinds)
		case "except":
			for _, item := range r.items(f.value, f.field, "a list of "+strings.Join(exempt, ", ")) {
				if word, ok := r.oneOf(item, f.field, exempt); ok {
					out.Except = append(out.Except, word)
				}
			}
		default:
			r.unknown(f, []string{"from", "via", "to", "kind", "except"})
		}
	}
	r.needs(n, field, given, want, "from", "via", "to", "kind")
	if len(r.problems) == before {
		r.out.Restrictions = append(r.out.Restrictions, out)
	}
}

// needs complains about fields that are not given.
func (r *reader) needs(n *yaml.Node, field string, given map[string]bool, want string, names ...string) {
	if n.Kind != yaml.MappingNode {
		return // that has been said
	}
	for _, name := range names {
		if !given[name] {
			r.complain(n, field, "%s is missing, want %s", name, want)
		}
	}
}

var crossingKinds = []string{"unmarked", "zebra", "signals"}

func (r *reader) crossings(p pair) {
	const want = "{node: 4711, kind: zebra}"
	for _, part := range r.fields(p.value, p.field, "{add: [...], remove: [...]}") {
		switch part.name {
		case "add":
			for _, item := range r.items(part.value, part.field, "a list of "+want) {
				out, before := Crossing{Line: item.Line}, len(r.problems)
				given := map[string]bool{}
				for _, f := range r.entry(item, part.field, want) {
					given[f.name] = true
					switch f.name {
					case "node":
						out.Node, _ = r.id(f.value, f.field, "a node of a road")
					case "kind":
						out.Kind, _ = r.oneOf(f.value, f.field, crossingKinds)
					default:
						r.unknown(f, []string{"node", "kind"})
					}
				}
				r.needs(item, part.field, given, want, "node", "kind")
				if len(r.problems) == before {
					r.out.Crossings = append(r.out.Crossings, out)
				}
			}
		case "remove":
			for _, item := range r.items(part.value, part.field, "a list of OSM node ids") {
				if id, ok := r.id(item, part.field, "a node with a crossing"); ok {
					r.out.Remove = append(r.out.Remove, Removal{item.Line, CrossingNode, id})
				}
			}
		default:
			r.unknown(part, []string{"add", "remove"})
		}
	}
}
