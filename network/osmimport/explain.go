package osmimport

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network/osmimport/extract"
)

// Element names an object of the map.
type Element struct {
	Kind ElementKind `json:"kind"`
	ID   int64       `json:"id"`
}

// ElementKind is way, node or relation.
type ElementKind string

// The kinds of element.
const (
	Way      ElementKind = "way"
	Node     ElementKind = "node"
	Relation ElementKind = "relation"
)

// String returns it as one writes it on the command line, "way/123".
func (e Element) String() string { return fmt.Sprintf("%s/%d", e.Kind, e.ID) }

// ParseElement reads what String writes.
func ParseElement(text string) (Element, error) {
	kind, number, _ := strings.Cut(text, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	k := ElementKind(kind)
	if err != nil || k != Way && k != Node && k != Relation {
		return Element{}, fmt.Errorf("%q is no element, want way/123, node/123 or relation/123", text)
	}
	return Element{k, id}, nil
}

// ErrNotInExtract means that an element is to be explained which the extract does not have.
var ErrNotInExtract = errors.New("not in the extract")

// Explanation is one thing that a pass did to an element of Options.Explain, and why.
type Explanation struct {
	Pass    string  `json:"pass"`
	Element Element `json:"element"`
	Text    string  `json:"text"`
}

// tell notes what the running pass did to an element and why, if it is one of those that the caller asked about.
// It costs next to nothing otherwise.
func (d *draft) tell(kind ElementKind, id int64, format string, args ...any) {
	if len(d.opts.Explain) == 0 || !slices.Contains(d.opts.Explain, Element{kind, id}) {
		return
	}
	x := Explanation{d.pass, Element{kind, id}, fmt.Sprintf(format, args...)}
	if !slices.Contains(d.report.Explained, x) {
		d.report.Explained = append(d.report.Explained, x)
	}
}

// dropKinds are the kinds of drops of the report by what they name; of other kinds it is whatever was asked about.
var dropKinds = map[string]ElementKind{
	"highway": Way, "way": Way, "access": Way, "surface": Way, "maxspeed": Way, "stub": Way,
	"barrier": Node, "signal": Node, "crossing_signal": Node, "sign": Node, "restriction": Relation,
}

// tellDrop tells of what the report counts as dropped.
func (d *draft) tellDrop(kind string, id int64, reason string) {
	for _, e := range d.opts.Explain {
		if of, known := dropKinds[kind]; e.ID == id && (!known || of == e.Kind) {
			d.tell(e.Kind, id, "dropped (%s): %s", kind, reason)
		}
	}
}

// explainer looks after every pass at all that stems from the elements that the caller asked about, and tells what has
// changed. Nil, it does nothing.
type explainer struct{ asked []*asked }

// asked is one of the elements, and what there was of it after the pass before.
type asked struct {
	Element
	tags  extract.Tags
	ways  string           // of a node: the ways that it lies on
	steps map[[2]int64]int // of a way: neighbouring nodes, as the way has them -> their place along it
	view  view
	seen  int // explanations up to the pass before
	edges []askedEdge
}

// newExplainer returns nil if nothing is to be explained.
func newExplainer(x *extract.Extract, elements []Element) (*explainer, error) {
	var e *explainer
	for _, el := range elements {
		a := &asked{Element: el}
		ok := false
		switch el.Kind {
		case Way:
			var w *extract.Way
			if w, ok = x.Way(el.ID); ok {
				a.tags, a.steps = w.Tags, stepsOf(w)
			}
		case Node:
			var n *extract.Node
			if n, ok = x.Node(el.ID); ok {
				a.tags = n.Tags
			}
		case Relation:
			var r *extract.Relation
			if r, ok = x.Relation(el.ID); ok {
				a.tags = r.Tags
			}
		}
		if !ok {
			return nil, fmt.Errorf("explain %v: %w", el, ErrNotInExtract)
		}
		if e == nil {
			e = &explainer{}
		}
		e.asked = append(e.asked, a)
	}
	return e, nil
}

func stepsOf(w *extract.Way) map[[2]int64]int {
	steps := make(map[[2]int64]int, len(w.Nodes))
	for i := 1; i < len(w.Nodes); i++ {
		steps[[2]int64{w.Nodes[i-1], w.Nodes[i]}] = i
	}
	return steps
}

// look tells what the pass that has just run changed.
func (e *explainer) look(d *draft) {
	if e == nil {
		return
	}
	for _, a := range e.asked {
		var now view
		switch a.Kind {
		case Way:
			now = a.lookAtWay(d)
			a.keepEdges(d)
		case Node:
			now = a.lookAtNode(d)
		}
		a.tellChanges(d, now)
	}
}

// tellChanges compares with the pass before.
func (a *asked) tellChanges(d *draft, now view) {
	told := slices.ContainsFunc(d.report.Explained[a.seen:], func(x Explanation) bool { return x.Element == a.Element })
	for _, line := range changes(a.view, now, told) {
		d.tell(a.Kind, a.ID, "%s", line)
	}
	a.view, a.seen = now, len(d.report.Explained)
}

// conclude tells of elements that left no trace at all.
func (e *explainer) conclude(d *draft) {
	for _, a := range e.asked {
		if slices.ContainsFunc(d.report.Explained, func(x Explanation) bool { return x.Element == a.Element }) {
			continue
		}
		var tags []string
		for _, t := range a.tags[:min(len(a.tags), 4)] {
			tags = append(tags, t.Key+"="+t.Value)
		}
		text := "no tags"
		if len(tags) > 0 {
			text = strings.Join(tags, ", ")
		}
		d.tell(a.Kind, a.ID, "no pass uses it: it is nothing to motor traffic (%s)", text)
	}
}
