package strictyaml

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a file.
type Problem struct {
	Line   int // 0 if the problem has no place in the file
	Column int
	Field  string // as "demand.factor" or "weather[1].condition", "" for the whole file
	Text   string // what was found and what was expected
}

// Invalid is the error for a file that makes no sense. It says the first problem in one line; Problems has all.
type Invalid struct {
	File     string // "" if it was made in memory
	Problems []Problem
	Kind     error // nil, or what errors.Is finds in it
}

// Error returns the first problem, with file, line, field and what was expected, and how many more there are.
func (e *Invalid) Error() string {
	text := e.Line(0)
	if more := len(e.Problems) - 1; more == 1 {
		text += " (and 1 more problem)"
	} else if more > 1 {
		text += fmt.Sprintf(" (and %d more problems)", more)
	}
	return text
}

// Line returns problem i as one line.
func (e *Invalid) Line(i int) string {
	p := e.Problems[i]
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
		}
		b.WriteString(": ")
	}
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	return b.String() + p.Text
}

// Unwrap returns Kind.
func (e *Invalid) Unwrap() error { return e.Kind }

// Mark is a place in a file, from 1.
type Mark struct{ Line, Column int }

// Places are the places of a file's fields, by the field's name as in Problem.
type Places map[string]Mark

// Has tells whether the file has a field.
func (p Places) Has(field string) bool { _, ok := p[field]; return ok }

// Problem returns a problem with the field, at its place or that of the innermost field around it.
func (p Places) Problem(field, format string, args ...any) Problem {
	m, ok := p[field]
	for outer := field; !ok && outer != ""; m, ok = p[outer] {
		outer = outer[:max(0, strings.LastIndexAny(outer, ".["))]
	}
	return Problem{Line: m.Line, Column: m.Column, Field: field, Text: fmt.Sprintf(format, args...)}
}

// Nearest returns the candidate that looks most like name, "" if none is close: at most a third of its letters and at
// least one may differ. Of equally close ones the first counts.
func Nearest(name string, candidates []string) string {
	best, at := "", max(1, len(name)/3)+1
	for _, c := range candidates {
		if d := editDistance(strings.ToLower(name), c); d < at {
			best, at = c, d
		}
	}
	return best
}

// editDistance returns how many letters must be inserted, deleted or replaced to make b of a (Levenshtein), counting
// two swapped neighbours once.
func editDistance(a, b string) int {
	before, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
