package scenarios

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// maxFile bounds a scenario file, bytes; plans and events for a large city take a tenth of it.
const maxFile = 4 << 20

// Load reads a scenario file. A file that is not a valid scenario gives an *Invalid.
func Load(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, notReadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, notReadable(path, err)
	}
	if len(data) > maxFile {
		return nil, &Invalid{path, []Problem{{Text: "larger than 4 MiB; a scenario is a short YAML file"}}}
	}
	return Parse(data, path)
}

func notReadable(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return &Invalid{path, []Problem{{Text: "cannot be read: " + err.Error()}}}
}

// Parse reads a scenario from data; file is its name in errors, and paths in it are relative to it.
func Parse(data []byte, file string) (*Scenario, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Invalid{file, []Problem{{Text: "empty, want a YAML file with at least the field map"}}}
	}
	var node yaml.Node
	if err := yaml.Load(data, &node); err != nil {
		return nil, &Invalid{file, []Problem{syntaxProblem(err)}}
	}
	root := &node
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		root = root.Content[0]
	}
	r := reader{at: places{}}
	document := r.value(root, "")
	if len(r.problems) == 0 {
		r.problems = validate(document, r.at)
	}
	if len(r.problems) > 0 {
		return nil, &Invalid{file, r.problems}
	}
	s := &Scenario{file: file, at: r.at}
	if err := root.Decode(s); err != nil {
		return nil, &Invalid{file, []Problem{syntaxProblem(err)}}
	}
	s.complete()
	if problems := s.check(); len(problems) > 0 {
		return nil, &Invalid{file, problems}
	}
	return s, nil
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
	at       places
	problems []Problem
}

func (r *reader) value(n *yaml.Node, field string) any {
	r.at[field] = mark{n.Line, n.Column}
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
		r.complain(field, "aliases (*%s) are not supported in scenarios; write the value out", n.Value)
	}
	return nil
}

func (r *reader) mapping(n *yaml.Node, field string) any {
	m := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := join(field, key.Value)
		first, double := r.at[name]
		r.at[name] = mark{key.Line, key.Column}
		switch {
		case key.Kind != yaml.ScalarNode:
			r.complain(name, "a field's name must be plain text")
		case key.ShortTag() == "!!merge":
			r.complain(name, "merge keys are not supported in scenarios; write the fields out")
		case double:
			r.complain(name, "given twice, first in line %d", first.line)
		default:
			value := r.value(n.Content[i+1], name)
			r.at[name] = mark{key.Line, key.Column}
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
	r.complain(field, "the tag %s is not supported in scenarios", n.ShortTag())
	return nil
}

func (r *reader) complain(field, format string, args ...any) {
	r.problems = append(r.problems, r.at.problem(field, format, args...))
}

// check returns what is wrong with s that a schema cannot say.
func (s *Scenario) check() []Problem {
	var problems []Problem
	complain := func(field, format string, args ...any) {
		problems = append(problems, s.at.problem(field, format, args...))
	}
	if s.Period.End <= s.Period.Begin {
		complain("period.end", "%s is not after begin, %s", s.Period.End, s.Period.Begin)
	}
	if _, err := s.Period.Day.Weekday(); err != nil {
		complain("period.day", "%v", err)
	}
	if b := s.BBox; len(b) == 4 && (b[0] >= b[2] || b[1] >= b[3] || b[1] < -90 || b[3] > 90) {
		complain("bbox", "want [west, south, east, north] with west < east and south < north within ±90")
	}
	if s.Demand.Profile != nil && sum(s.Demand.Profile) <= 0 {
		complain("demand.profile", "all shares are 0")
	}
	if s.Demand.Classes != nil {
		total := 0.0
		for _, share := range s.Demand.Classes {
			total += share
		}
		if total <= 0 {
			complain("demand.classes", "all shares are 0")
		}
	}
	if s.Demand.Trips != "" {
		for _, other := range []string{"trips_per_day", "profile", "classes", "through"} {
			if s.at.has("demand." + other) {
				complain("demand."+other, "has no meaning beside demand.trips, which lists every trip")
			}
		}
	}
	if s.Drivers.ACC+s.Drivers.CACC > 1 {
		complain("drivers", "the shares acc and cacc are more than 1 together")
	}
	s.checkWeather(complain)
	for i, p := range s.Signals.Plans {
		if (p.Node == 0) == (p.Name == "") {
			complain(fmt.Sprintf("signals.plans[%d]", i), "want either node or name, which signals it is for")
		}
	}
	for i, e := range s.Events {
		field := fmt.Sprintf("events[%d]", i)
		if e.Close == (e.SpeedLimit > 0) {
			complain(field, "want either close: true or speed_limit_kmh")
		}
		if e.Until != nil && *e.Until <= e.At {
			complain(field+".until", "%s is not after at, %s", *e.Until, e.At)
		}
	}
	sortProblems(problems)
	return problems
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Field, b.Field))
	})
}
