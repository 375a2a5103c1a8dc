package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"roadtwin/network/strictyaml"
)

// maxFile bounds an overlay file, bytes.
const maxFile = 4 << 20

// Problem is one thing that is wrong with an overlay file.
type Problem struct {
	Line  int    // from 1; 0 if the problem has no place in the file
	Field string // as "ways.123.lanes", "" for the whole file
	Text  string // what was found and what was expected
}

// Invalid is the error for an overlay that cannot be applied. It says the first problem in one line.
type Invalid struct {
	File     string
	Problems []Problem // >= 1, in the order of the file
}

// Error returns the first problem, with file, line, field and what was expected, and how many more there are.
func (e *Invalid) Error() string {
	p := e.Problems[0]
	var b strings.Builder
	b.WriteString(e.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.Text)
	if more := len(e.Problems) - 1; more > 0 {
		fmt.Fprintf(&b, " (and %d more)", more)
	}
	return b.String()
}

// Load reads an overlay file. A file that is no valid overlay gives an *Invalid.
func Load(path string) (*Overlay, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("overlay %s: %w", path, err)
	}
	return Parse(data, path)
}

// Parse reads an overlay from data; file is its name in errors.
func Parse(data []byte, file string) (*Overlay, error) {
	r := reader{out: &Overlay{File: file}, lines: map[string]int{}}
	switch root, err := document(data); {
	case err != nil:
		r.problems = append(r.problems, *err)
	case root != nil:
		r.read(root)
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, &Invalid{file, r.problems}
	}
	return r.out, nil
}

// document returns the root of a YAML file, nil for an empty one.
func document(data []byte) (*yaml.Node, *Problem) {
	if len(data) > maxFile {
		return nil, &Problem{Text: "larger than 4 MiB; an overlay is a short YAML file"}
	}
	if onlyComments(data) {
		return nil, nil
	}
	var node yaml.Node
	if err := yaml.Load(data, &node); err != nil {
		p := Problem{Text: "not YAML: " + strings.ReplaceAll(err.Error(), "\n", " ")}
		var one *yaml.LoadError
		var all *yaml.LoadErrors
		if errors.As(err, &all) && len(all.Errors) > 0 {
			one = all.Errors[0]
		} else {
			errors.As(err, &one)
		}
		if one != nil {
			p = Problem{Line: one.Mark.Line, Text: "not YAML: " + strings.ReplaceAll(one.Message, "\n", " ")}
		}
		return nil, &p
	}
	root := &node
	if root.Kind == yaml.DocumentNode {
		if len(root.Content) == 0 {
			return nil, nil
		}
		root = root.Content[0]
	}
	return root, nil
}

func onlyComments(data []byte) bool {
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// reader turns YAML nodes into an Overlay and collects what is wrong with them.
type reader struct {
	out      *Overlay
	problems []Problem
	lines    map[string]int // where a field was first given
}

func (r *reader) complain(n *yaml.Node, field, format string, args ...any) {
	r.problems = append(r.problems, Problem{n.Line, field, fmt.Sprintf(format, args...)})
}

// pair is a key of a mapping and its value.
type pair struct {
	name       string
	key, value *yaml.Node
	field      string // its full name
}

// fields returns the pairs of a mapping, in order. A key that is given twice is a mistake.
func (r *reader) fields(n *yaml.Node, field, want string) []pair {
	if n.Kind != yaml.MappingNode {
		r.complain(n, field, "got %s, want %s", show(n), want)
		return nil
	}
	var pairs []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i].Value, n.Content[i], n.Content[i+1], join(field, n.Content[i].Value)}
		if p.key.Kind != yaml.ScalarNode || p.key.ShortTag() == "!!merge" {
			r.complain(p.key, field, "a field's name must be plain text")
			continue
		}
		if first, double := r.lines[p.field]; double {
			r.complain(p.key, p.field, "given twice, first in line %d", first)
			continue
		}
		r.lines[p.field] = p.key.Line
		pairs = append(pairs, p)
	}
	return pairs
}

// items returns the elements of a list.
func (r *reader) items(n *yaml.Node, field, want string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.complain(n, field, "got %s, want %s", show(n), want)
		return nil
	}
	return n.Content
}

// unknown complains about a field that there is not.
func (r *reader) unknown(p pair, known []string) {
	hint := "known are " + strings.Join(known, ", ")
	if like := strictyaml.Nearest(p.name, known); like != "" {
		hint = "did you mean " + like + "? " + hint
	}
	r.complain(p.key, p.field, "unknown field; %s", hint)
}

// id reads an OpenStreetMap id.
func (r *reader) id(n *yaml.Node, field, of string) (int64, bool) {
	id, err := strconv.ParseInt(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || err != nil || id <= 0 {
		r.complain(n, field, "got %s, want the OSM id of %s, such as 4711", show(n), of)
		return 0, false
	}
	return id, true
}

// ids reads a list of at least two different ids.
func (r *reader) ids(n *yaml.Node, field, of string) []int64 {
	want := "a list of at least two OSM ids of " + of + ", such as [101, 102]"
	var list []int64
	for _, item := range r.items(n, field, want) {
		id, ok := r.id(item, field, of)
		if !ok {
			return nil
		}
		if slices.Contains(list, id) {
			r.complain(item, field, "%d is given twice", id)
			return nil
		}
		list = append(list, id)
	}
	if len(list) == 1 {
		r.complain(n, field, "got a single id, want %s", want)
		return nil
	}
	return list
}

// oneOf reads one of some words.
func (r *reader) oneOf(n *yaml.Node, field string, words []string) (string, bool) {
	if n.Kind == yaml.ScalarNode && slices.Contains(words, n.Value) {
		return n.Value, true
	}
	hint := ""
	if like := strictyaml.Nearest(n.Value, words); like != "" {
		hint = "did you mean " + like + "? "
	}
	r.complain(n, field, "got %s, %swant one of %s", show(n), hint, strings.Join(words, ", "))
	return "", false
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

// show returns a value as an error message quotes it.
func show(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a map of fields"
	case yaml.SequenceNode:
		return fmt.Sprintf("a list of %d", len(n.Content))
	case yaml.AliasNode:
		return "an alias (*" + n.Value + ")"
	}
	if n.ShortTag() == "!!null" {
		return "nothing"
	}
	return strconv.Quote(n.Value[:min(len(n.Value), 60)])
}
