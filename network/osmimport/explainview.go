package osmimport

import (
	"fmt"
	"slices"
	"strings"
)

// view is what there is of an element after a pass.
type view []subject

// subject is one thing that stems from an element: a road, a street, an edge.
type subject struct {
	kind  string // "street"
	name  string // with its ends, "street node/1 to node/5"
	parts []int  // which places along a way it has, ascending
	facts []fact
}

// fact is one thing that is true of a subject.
type fact struct{ name, value string }

func (f fact) String() string {
	if f.name == "" {
		return f.value
	}
	return f.name + " " + f.value
}

// add notes a fact, but for empty ones and those that are noted already.
func (s *subject) add(name, format string, args ...any) {
	f := fact{name, fmt.Sprintf(format, args...)}
	if f.value != "" && !slices.Contains(s.facts, f) {
		s.facts = append(s.facts, f)
	}
}

func (s *subject) find(name string) (value string) {
	for _, f := range s.facts {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// changes puts into words what has become of a view: subjects that are new, changed and gone. Told is set if the pass
// itself has given a reason for what is gone.
func changes(before, now view, told bool) []string {
	var g grouped
	used := make([]bool, len(before))
	for i := range now {
		s := &now[i]
		old := -1
		for k := range before {
			if before[k].name == s.name {
				old = k
			}
		}
		if old < 0 {
			old = sharing(before, s)
		}
		for k := range before {
			used[k] = used[k] || k == old || overlap(before[k].parts, s.parts)
		}
		switch {
		case old < 0:
			g.add(s, describeFacts(s.facts))
		case before[old].kind != s.kind:
			g.add(s, changed(&before[old], s))
		case before[old].name != s.name:
			text := "was " + strings.TrimPrefix(before[old].name, s.kind+" ")
			if c := changed(&before[old], s); c != "" {
				text += "; " + c
			}
			g.add(s, text)
		default:
			if c := changed(&before[old], s); c != "" {
				g.add(s, c)
			}
		}
	}
	for k := range before {
		if !used[k] && !told {
			g.add(&before[k], "is gone")
		}
	}
	return g.lines()
}

// sharing returns the index of the subject of v that has most in common with s, -1 if none has anything.
func sharing(v view, s *subject) int {
	best, most := -1, 0
	for k := range v {
		common := 0
		for _, p := range v[k].parts {
			if slices.Contains(s.parts, p) {
				common++
			}
		}
		if common > most {
			best, most = k, common
		}
	}
	return best
}

func overlap(a, b []int) bool {
	return slices.ContainsFunc(a, func(p int) bool { return slices.Contains(b, p) })
}

func describeFacts(facts []fact) string {
	words := make([]string, len(facts))
	for i := range facts {
		words[i] = facts[i].String()
	}
	return strings.Join(words, "; ")
}

// changed puts into words which facts differ.
func changed(old, s *subject) string {
	var words []string
	for _, f := range s.facts {
		switch was := old.find(f.name); {
		case was == f.value:
		case was == "" || f.name == "":
			if !slices.Contains(old.facts, f) {
				words = append(words, f.String())
			}
		default:
			words = append(words, fmt.Sprintf("%s (was: %s)", f, was))
		}
	}
	for _, f := range old.facts {
		if f.name != "" && s.find(f.name) == "" {
			words = append(words, "no longer: "+f.String())
		}
	}
	return strings.Join(words, "; ")
}

// grouped collects what is said of subjects; what is said of many is said once.
type grouped struct {
	texts    []string // in order
	subjects map[string][]*subject
}

func (g *grouped) add(s *subject, text string) {
	if g.subjects == nil {
		g.subjects = map[string][]*subject{}
	}
	if len(g.subjects[text]) == 0 {
		g.texts = append(g.texts, text)
	}
	g.subjects[text] = append(g.subjects[text], s)
}

func (g *grouped) lines() []string {
	const listed = 3
	var out []string
	for _, text := range g.texts {
		list := g.subjects[text]
		name := list[0].name
		if len(list) > listed {
			name = fmt.Sprintf("%d %ss, the first %s", len(list), list[0].kind, strings.TrimPrefix(name, list[0].kind+" "))
		} else {
			for _, s := range list[1:] {
				name += ", " + strings.TrimPrefix(s.name, s.kind+" ")
			}
		}
		out = append(out, strings.TrimSuffix(name+": "+text, ": "))
	}
	return out
}
