package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"roadtwin/network/strictyaml"
)

// Base is the name of what a scenario says outside of its variants.
const Base = "base"

// VariantName returns the name of the variant that s is, Base for what the file says outside of variants.
func (s *Scenario) VariantName() string {
	if s.variant == "" {
		return Base
	}
	return s.variant
}

// About returns what the file says for people of the variant that s is, "" if nothing.
func (s *Scenario) About() string { return s.about }

// Variants returns the variants of the file, in its order, each as a whole scenario; a variant has none itself.
func (s *Scenario) Variants() []*Scenario { return s.variants }

// Pick returns the base and the variants of that name, each once and in the order of the file; "all" is all of them. Without names it
// is the base alone.
func (s *Scenario) Pick(names []string) ([]*Scenario, error) {
	all := append([]*Scenario{s}, s.variants...)
	if len(names) == 0 {
		return all[:1], nil
	}
	if slices.Contains(names, "all") {
		return all, nil
	}
	known := make([]string, len(all))
	for i, v := range all {
		known[i] = v.VariantName()
	}
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		hint := "known are " + strings.Join(known, ", ")
		if like := strictyaml.Nearest(name, known); like != "" {
			hint = fmt.Sprintf("did you mean %s?", like)
		}
		return nil, badOption(fmt.Sprintf("the scenario has no variant %q; %s", name, hint))
	}
	return slices.DeleteFunc(all, func(v *Scenario) bool { return !slices.Contains(names, v.VariantName()) }), nil
}

// A variant says what differs. Its fields are put over those of the base by four rules:
//
//   - a field that has fields (period, demand, signals, measure, ...) is merged field by field;
//   - anything else, a number, a text or a list, takes the place of what the base says; so do shares that add up (demand.classes);
//   - two lists are added to, because each entry is a thing of its own: events; and signals.plans, where an entry about the same
//     signals changes only what it says;
//   - null takes away what the base says: the default counts again.
//
// Variants named in from are put over the base before it, in that order and each once: {from: [retimed, staggered]} is both.

// wholes are the fields that have fields and yet are replaced.
var wholes = map[string]bool{"demand.classes": true}

// additive are the lists that are added to, with what tells two of its entries apart; nil if all are different.
var additive = map[string]func(*yaml.Node) string{
	"events":        nil,
	"signals.plans": planKey,
}

// planKey names the signals that an entry of signals.plans is about.
func planKey(n *yaml.Node) string {
	for _, field := range []string{"node", "name"} {
		if v := valueOf(n, field); v != nil {
			return field + " " + v.Value
		}
	}
	return ""
}

// fixed are the fields of a scenario that a variant cannot have: runs with other seeds, or measured otherwise, cannot be compared.
var fixed = []string{"name", "seeds", "measure", "variants"}

// explainFixed says why a variant cannot have a field that a scenario has.
func explainFixed(problems []Problem) []Problem {
	for i := range problems {
		p := &problems[i]
		at := strings.LastIndex(p.Field, ".")
		if strings.HasPrefix(p.Field, "variants.") && strings.Count(p.Field, ".") == 2 && slices.Contains(fixed, p.Field[at+1:]) {
			p.Text = "a variant cannot have it: it is the same for all that are compared"
		}
	}
	return problems
}

// variantOnly are the fields of a variant that a scenario does not have.
var variantOnly = []string{"about", "from"}

// valueOf returns the value of a field of a mapping, nil if it has none.
func valueOf(n *yaml.Node, field string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == field {
			return n.Content[i+1]
		}
	}
	return nil
}

// without returns a mapping without some fields.
func without(n *yaml.Node, fields ...string) *yaml.Node {
	m := *n
	m.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains(fields, n.Content[i].Value) {
			m.Content = append(m.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &m
}

// merge returns over put over base; both are left as they are.
func merge(base, over *yaml.Node, field string) *yaml.Node {
	switch {
	case base == nil:
		return withoutNulls(over)
	case base.Kind == yaml.MappingNode && over.Kind == yaml.MappingNode && !wholes[field]:
		return mergeFields(base, over, field)
	case base.Kind == yaml.SequenceNode && over.Kind == yaml.SequenceNode:
		if key, adds := additive[field]; adds {
			return mergeLists(base, over, field, key)
		}
	}
	return withoutNulls(over)
}

func mergeFields(base, over *yaml.Node, field string) *yaml.Node {
	m := *base
	m.Content = nil
	seen := map[string]bool{}
	for i := 0; i+1 < len(base.Content); i += 2 {
		name := base.Content[i].Value
		seen[name] = true
		key, value := fieldOf(over, name)
		switch {
		case key == nil:
			m.Content = append(m.Content, base.Content[i], base.Content[i+1])
		case !isNull(value):
			m.Content = append(m.Content, key, merge(base.Content[i+1], value, strings.TrimPrefix(field+"."+name, ".")))
		}
	}
	for i := 0; i+1 < len(over.Content); i += 2 {
		if name := over.Content[i].Value; !seen[name] && !isNull(over.Content[i+1]) {
			m.Content = append(m.Content, over.Content[i], withoutNulls(over.Content[i+1]))
		}
	}
	return &m
}

// fieldOf returns the name and the value of a field as the file has them; nil if there is none.
func fieldOf(n *yaml.Node, field string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == field {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// mergeLists adds the entries of over to those of base; one with the key of an entry of base is put over that.
func mergeLists(base, over *yaml.Node, field string, key func(*yaml.Node) string) *yaml.Node {
	m := *base
	m.Content = slices.Clone(base.Content)
	for _, entry := range over.Content {
		at := -1
		if key != nil && key(entry) != "" {
			at = slices.IndexFunc(m.Content, func(n *yaml.Node) bool { return key(n) == key(entry) })
		}
		if at < 0 {
			m.Content = append(m.Content, withoutNulls(entry))
			continue
		}
		m.Content[at] = mergeFields(m.Content[at], entry, field+"[]")
	}
	return &m
}

// withoutNulls returns n without the fields that are null: they take away what is not there.
func withoutNulls(n *yaml.Node) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	m := *n
	m.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isNull(n.Content[i+1]) {
			m.Content = append(m.Content, n.Content[i], withoutNulls(n.Content[i+1]))
		}
	}
	return &m
}

// stripNulls takes the null fields out of a document's variants, which the schema does not know.
func stripNulls(document any) {
	m, _ := document.(map[string]any)
	variants, _ := m["variants"].(map[string]any)
	var strip func(m map[string]any)
	strip = func(m map[string]any) {
		maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
		for _, v := range m {
			switch v := v.(type) {
			case map[string]any:
				strip(v)
			case []any:
				for _, entry := range v {
					if m, ok := entry.(map[string]any); ok {
						strip(m)
					}
				}
			}
		}
	}
	for name, v := range variants {
		switch v := v.(type) {
		case nil:
			variants[name] = map[string]any{} // a variant that differs in nothing
		case map[string]any:
			strip(v)
		}
	}
}

// family is the variants of a file while it is read.
type family struct {
	file  string
	root  *yaml.Node // without variants
	nodes map[string]*yaml.Node
	at    strictyaml.Places          // of the file
	paths map[strictyaml.Mark]string // the fields of the file by where they are
}

// readVariants makes the variants of the file that s was read from.
func (s *Scenario) readVariants(root *yaml.Node) []Problem {
	list := valueOf(root, "variants")
	if list == nil {
		return nil
	}
	f := &family{file: s.file, root: without(root, "variants"), nodes: map[string]*yaml.Node{}, at: s.at, paths: map[strictyaml.Mark]string{}}
	for field, m := range s.at {
		if was, ok := f.paths[m]; !ok || len(field) > len(was) {
			f.paths[m] = field // a value begins where what it contains does: the innermost
		}
	}
	var names []string
	for i := 0; i+1 < len(list.Content); i += 2 {
		names = append(names, list.Content[i].Value)
		f.nodes[list.Content[i].Value] = list.Content[i+1]
	}
	var problems []Problem
	for _, name := range names {
		v, wrong := f.variant(name)
		if len(wrong) > 0 {
			problems = append(problems, wrong...)
			continue
		}
		s.variants = append(s.variants, v)
	}
	return problems
}

// variant makes one variant.
func (f *family) variant(name string) (*Scenario, []Problem) {
	if name == Base || name == "all" {
		return nil, []Problem{f.at.Problem("variants."+name, "the name %s is taken", name)}
	}
	line, problem := f.line(name, nil, map[string]bool{})
	if problem != nil {
		return nil, []Problem{*problem}
	}
	merged := f.root
	for _, part := range line {
		if node := f.nodes[part]; !isNull(node) {
			merged = merge(merged, without(node, variantOnly...), "")
		}
	}
	v := &Scenario{file: f.file, variant: name}
	if about := valueOf(f.nodes[name], "about"); about != nil && !isNull(about) {
		v.about = about.Value
	}
	if node := f.nodes[name]; !isNull(node) && len(without(node, variantOnly...).Content) == 0 {
		for _, parent := range f.parents(name) {
			v.sumOf = append(v.sumOf, parent.Value)
		}
	}
	var problems []Problem
	if v.at, problems = strictyaml.Read(merged, schema(), v); len(problems) == 0 {
		v.complete()
		problems = v.check()
	}
	for i := range problems {
		f.locate(&problems[i], name)
	}
	return v, problems
}

// locate says of a problem of a merged scenario where in the file it is.
func (f *family) locate(p *Problem, variant string) {
	if path, ok := f.paths[strictyaml.Mark{Line: p.Line, Column: p.Column}]; ok && p.Line > 0 {
		p.Field = path
	}
	if !strings.HasPrefix(p.Field, "variants."+variant) {
		p.Text = fmt.Sprintf("in variant %s: %s", variant, p.Text)
	}
}

// parents returns the variants that a variant builds on, as the file names them.
func (f *family) parents(name string) []*yaml.Node {
	if from := valueOf(f.nodes[name], "from"); from != nil {
		return from.Content
	}
	return nil
}

// line returns the variants to put over the base for name, in their order and each once: those it builds on, and it itself. under are
// those that build on name, done those that are in the line already.
func (f *family) line(name string, under []string, done map[string]bool) (line []string, wrong *Problem) {
	field := "variants." + name + ".from"
	if slices.Contains(under, name) {
		p := f.at.Problem(field, "variants %s build on one another in a circle", strings.Join(append(under, name), ", "))
		return nil, &p
	}
	if done[name] {
		return nil, nil
	}
	for i, parent := range f.parents(name) {
		if _, ok := f.nodes[parent.Value]; !ok {
			p := f.at.Problem(fmt.Sprintf("%s[%d]", field, i), "there is no variant %q; known are %s", parent.Value,
				strings.Join(slices.Sorted(maps.Keys(f.nodes)), ", "))
			return nil, &p
		}
		above, wrong := f.line(parent.Value, append(under, name), done)
		if wrong != nil {
			return nil, wrong
		}
		line = append(line, above...)
	}
	done[name] = true
	return append(line, name), nil
}

// WithSeed returns s for one seed.
func (s *Scenario) WithSeed(seed uint64) *Scenario {
	one := *s
	one.Seeds = []uint64{seed}
	return &one
}
