package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Schema is a JSON Schema, compiled and as written. What it says of a field as its description is what errors say was wanted.
type Schema struct {
	compiled *jsonschema.Schema
	source   any
}

// MustCompile compiles a schema that is part of the program.
func MustCompile(text []byte) *Schema {
	const address = "https://roadtwin/schema.json"
	source, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	s := &Schema{source: source}
	if err == nil {
		compiler := jsonschema.NewCompiler()
		if err = compiler.AddResource(address, source); err == nil {
			s.compiled, err = compiler.Compile(address)
		}
	}
	if err != nil {
		panic("an embedded schema is broken: " + err.Error())
	}
	return s
}

// validate returns what the schema says against document, in the order of the file.
func (s *Schema) validate(document any, at Places) []Problem {
	err := s.compiled.Validate(document)
	var failed *jsonschema.ValidationError
	if err == nil || !errors.As(err, &failed) {
		return nil
	}
	var problems []Problem
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) == 0 {
			problems = append(problems, s.describe(e, document, at)...)
		}
	}
	walk(failed)
	SortProblems(problems)
	return problems
}

// describe puts one finding of the validator into words.
func (s *Schema) describe(e *jsonschema.ValidationError, document any, at Places) []Problem {
	field, value := locate(document, e.InstanceLocation)
	rule := s.ruleAt(e.SchemaURL)
	want, _ := rule["description"].(string)
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		known := properties(rule)
		var problems []Problem
		for _, name := range k.Properties {
			hint := "known are " + strings.Join(known, ", ")
			if like := Nearest(name, known); like != "" {
				hint = "did you mean " + like + "?"
			}
			problems = append(problems, at.Problem(join(field, name), "unknown field; %s", hint))
		}
		return problems
	case *kind.Required:
		return []Problem{at.Problem(field, "%s is missing; want %s", strings.Join(k.Missing, " and "), want)}
	case *kind.Enum:
		var names []string
		for _, v := range k.Want {
			names = append(names, fmt.Sprint(v))
		}
		text := fmt.Sprintf("got %s, want one of %s", show(value), strings.Join(names, ", "))
		if given, ok := value.(string); ok {
			if like := Nearest(given, names); like != "" {
				text = fmt.Sprintf("got %s, did you mean %s? known are %s", show(value), like, strings.Join(names, ", "))
			}
		}
		return []Problem{at.Problem(field, "%s", text)}
	case *kind.UniqueItems:
		return []Problem{at.Problem(field, "items %d and %d are equal", k.Duplicates[0]+1, k.Duplicates[1]+1)}
	}
	return []Problem{at.Problem(field, "got %s, want %s", show(value), want)}
}

// locate returns the field's name as users write it and its value.
func locate(document any, location []string) (field string, value any) {
	value = document
	for _, step := range location {
		switch v := value.(type) {
		case map[string]any:
			field, value = join(field, step), v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(v) {
				return field, nil
			}
			field, value = fmt.Sprintf("%s[%d]", field, i), v[i]
		}
	}
	return field, value
}

// ruleAt returns the part of the schema that url, with a JSON pointer as its fragment, points at.
func (s *Schema) ruleAt(url string) map[string]any {
	_, pointer, _ := strings.Cut(url, "#")
	node := s.source
	for _, step := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if step == "" {
			continue
		}
		m, _ := node.(map[string]any)
		node = m[step]
	}
	rule, _ := node.(map[string]any)
	return rule
}

// properties returns the names that an object may have, sorted.
func properties(rule map[string]any) []string {
	m, _ := rule["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(m))
}

func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

// show returns a value as an error message quotes it.
func show(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case string:
		if len(v) > 60 {
			v = v[:60] + "…"
		}
		return strconv.Quote(v)
	case map[string]any:
		return "a map of fields"
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	}
	return fmt.Sprint(value)
}
