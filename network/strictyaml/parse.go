// Package strictyaml reads YAML files that are checked against a JSON Schema. What is wrong with one is told by file, line, field
// and what was expected; unknown fields, aliases, merge keys and values of another type are mistakes.
package strictyaml

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Parse reads data into what to points at, which has yaml tags. Problems are in the order of the file; without any, at has the
// places of its fields.
func Parse(data []byte, schema *Schema, to any) (at Places, problems []Problem) {
	root, problems := Root(data)
	if len(problems) > 0 {
		return nil, problems
	}
	return Read(root, schema, to)
}

// Root returns the outermost value of a file.
func Root(data []byte) (*yaml.Node, []Problem) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, []Problem{{Text: "empty, want a YAML file"}}
	}
	var node yaml.Node
	if err := yaml.Load(data, &node); err != nil {
		return nil, []Problem{syntaxProblem(err)}
	}
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		return node.Content[0], nil
	}
	return &node, nil
}

// Read is Parse for a value that has been parsed, or put together from several; prepare may change the plain document (maps, lists,
// texts, numbers) that the schema is asked about.
func Read(root *yaml.Node, schema *Schema, to any, prepare ...func(document any)) (at Places, problems []Problem) {
	r := reader{at: Places{}}
	document := r.value(root, "")
	if len(r.problems) == 0 {
		for _, change := range prepare {
			change(document)
		}
		r.problems = schema.validate(document, r.at)
	}
	if len(r.problems) > 0 {
		return r.at, r.problems
	}
	if err := root.Decode(to); err != nil {
		return r.at, []Problem{syntaxProblem(err)}
	}
	return r.at, nil
}

func syntaxProblem(err error) Problem {
	var e *yaml.LoadError
	var all *yaml.LoadErrors
	if errors.As(err, &all) && len(all.Errors) > 0 {
		e = all.Errors[0]
	} else {
		errors.As(err, &e)
	}
	if e == nil {
		return Problem{Text: "not YAML: " + strings.ReplaceAll(err.Error(), "\n", " ")}
	}
	return Problem{Line: e.Mark.Line, Column: e.Mark.Column, Text: "not YAML: " + strings.ReplaceAll(e.Message, "\n", " ")}
}

// reader turns YAML nodes into what the schema validates, and notes where each field is.
type reader struct {
	at       Places
	problems []Problem
}

func (r *reader) value(n *yaml.Node, field string) any {
	r.at[field] = Mark{n.Line, n.Column}
	switch n.Kind {
	case yaml.MappingNode:
		return r.mapping(n, field)
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = r.value(item, fmt.Sprintf("%s[%d]", field, i))
		}
		return list
	case yaml.ScalarNode:
		return r.scalar(n, field)
	case yaml.AliasNode:
		r.complain(field, "aliases (*%s) are not supported; write the value out", n.Value)
	}
	return nil
}

func (r *reader) mapping(n *yaml.Node, field string) any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := join(field, key.Value)
		first, double := r.at[name]
		r.at[name] = Mark{key.Line, key.Column}
		switch {
		case key.Kind != yaml.ScalarNode:
			r.complain(name, "a field's name must be plain text")
		case key.ShortTag() == "!!merge":
			r.complain(name, "merge keys are not supported; write the fields out")
		case double:
			r.complain(name, "given twice, first in line %d", first.Line)
		default:
			value := r.value(n.Content[i+1], name)
			r.at[name] = Mark{key.Line, key.Column}
			m[key.Value] = value
		}
	}
	return m
}

func (r *reader) scalar(n *yaml.Node, field string) any {
	switch n.ShortTag() {
	case "!!int", "!!float", "!!bool":
		var v any
		if err := n.Decode(&v); err != nil {
			r.complain(field, "got %s, which cannot be read", show(n.Value))
			return nil
		}
		if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			r.complain(field, "got %s, want a finite number", n.Value)
			return nil
		}
		return v
	case "!!null":
		return nil
	case "!!str", "!!timestamp":
		return n.Value
	}
	r.complain(field, "the tag %s is not supported", n.ShortTag())
	return nil
}

func (r *reader) complain(field, format string, args ...any) {
	r.problems = append(r.problems, r.at.Problem(field, format, args...))
}

// SortProblems puts problems in the order of the file.
func SortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Field, b.Field))
	})
}
