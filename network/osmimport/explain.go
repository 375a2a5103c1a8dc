package osmimport

import (
	"fmt"
	"slices"
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
	d.report.Explained = append(d.report.Explained, Explanation{d.pass, Element{kind, id}, fmt.Sprintf(format, args...)})
}
