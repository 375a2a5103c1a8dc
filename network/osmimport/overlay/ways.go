package overlay

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// wayField is a field of a way: what it wants, how it is said in tags, and what of the map would contradict it.
type wayField struct {
	name, want string
	tags       func(value string) (extract.Tags, bool)
	clear      func(key string) bool
}

// wayFields are in the order in which they are applied: lists, which count lanes too, before counts.
var wayFields = []wayField{
	{"class", "one of " + strings.Join(highways, ", "), oneTag("highway", wordOf(highways)), nil},
	{"name", "a text", oneTag("name", func(v string) (string, bool) { return v, v != "" }), nil},
	{"oneway", "yes, no or reverse", oneTag("oneway", onewayOf), startsWith("oneway:")},
	{"turn_lanes", wantTurns, turns(""), startsWith("turn:lanes:")},
	{"turn_lanes_forward", wantTurns, turns(":forward"), oneOfKeys("turn:lanes", "lanes")},
	{"turn_lanes_backward", wantTurns, turns(":backward"), oneOfKeys("turn:lanes", "lanes")},
	{"lanes", wantCount, oneTag("lanes", count), isLaneCount},
	{"lanes_forward", wantCount, oneTag("lanes:forward", count), oneOfKeys("lanes")},
	{"lanes_backward", wantCount, oneTag("lanes:backward", count), oneOfKeys("lanes")},
	{"lanes_both_ways", wantCount, oneTag("lanes:both_ways", count), oneOfKeys("lanes")},
	{"speed_limit", wantSpeed, oneTag("maxspeed", speed), isSpeed},
	{"speed_limit_forward", wantSpeed, oneTag("maxspeed:forward", speed), nil},
	{"speed_limit_backward", wantSpeed, oneTag("maxspeed:backward", speed), nil},
	{"width", `metres between kerbs, such as 7.5 m, or feet, such as 24 ft`, oneTag("width", width), startsWith("width:")},
	{"surface", "one of " + strings.Join(surfaces(), ", "), oneTag("surface", surfaceOf), isGround},
}

const (
	wantCount = "a whole number of lanes from 1 to 12"
	wantTurns = "arrows from left to right, such as left|through|through;right"
	wantSpeed = "a speed with its unit, such as 50 km/h or 30 mph"
)

var highways = []string{
	"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
	"tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service",
}

func surfaces() []string {
	names := make([]string, network.NumSurfaces)
	for s := range network.NumSurfaces {
		names[s] = s.String()
	}
	return names
}

// surfaceOf returns the value of OpenStreetMap's surface that means a surface.
func surfaceOf(v string) (string, bool) {
	if v == network.Paving.String() {
		return "paving_stones", true
	}
	return v, slices.Contains(surfaces(), v)
}

func wayFieldNames() []string {
	names := make([]string, 0, len(wayFields)+2)
	for i := range wayFields {
		names = append(names, wayFields[i].name)
	}
	return append(names, "access", "drop")
}

// wayField reads one field of a way.
func (r *reader) wayField(fix *WayFix, p pair) {
	switch p.name {
	case "drop":
		if p.value.Kind != yaml.ScalarNode || p.value.Value != "true" {
			r.complain(p.value, p.field, "got %s, want true", show(p.value))
			return
		}
		fix.Drop = true
		return
	case "access":
		r.access(fix, p)
		return
	}
	i := slices.IndexFunc(wayFields, func(f wayField) bool { return f.name == p.name })
	if i < 0 {
		r.unknown(p, wayFieldNames())
		return
	}
	f := &wayFields[i]
	if p.value.Kind == yaml.ScalarNode {
		if tags, ok := f.tags(strings.TrimSpace(p.value.Value)); ok {
			fix.Values = append(fix.Values, Value{p.name, p.value.Value, p.value.Line, tags, f.clear})
			return
		}
	}
	r.complain(p.value, p.field, "got %s, want %s", show(p.value), f.want)
}

// sortValues puts values into the order in which they are applied.
func sortValues(values []Value) {
	rank := func(v Value) int {
		if class, ok := strings.CutPrefix(v.Field, "access."); ok {
			return slices.Index(accessClasses, class)
		}
		return len(accessClasses) + slices.IndexFunc(wayFields, func(f wayField) bool { return f.name == v.Field })
	}
	slices.SortStableFunc(values, func(a, b Value) int { return rank(a) - rank(b) })
}

// oneTag returns the reader of a field that is one tag.
func oneTag(key string, read func(string) (string, bool)) func(string) (extract.Tags, bool) {
	return func(value string) (extract.Tags, bool) {
		v, ok := read(value)
		return extract.Tags{{Key: key, Value: v}}, ok
	}
}

func wordOf(words []string) func(string) (string, bool) {
	return func(v string) (string, bool) { return v, slices.Contains(words, v) }
}

func onewayOf(v string) (string, bool) {
	words := map[string]string{"yes": "yes", "true": "yes", "no": "no", "false": "no", "reverse": "-1"}
	word, ok := words[v]
	return word, ok
}

func count(v string) (string, bool) {
	n, err := strconv.Atoi(v)
	return strconv.Itoa(n), err == nil && n >= 1 && n <= 12
}

// turns reads a list of arrows, which counts the lanes too.
func turns(suffix string) func(string) (extract.Tags, bool) {
	return func(v string) (extract.Tags, bool) {
		lanes := strings.Count(v, "|") + 1
		for lane := range strings.SplitSeq(v, "|") {
			for part := range strings.SplitSeq(lane, ";") {
				if !arrow.MatchString(part) {
					return nil, false
				}
			}
		}
		return extract.Tags{
			{Key: "turn:lanes" + suffix, Value: v}, {Key: "lanes" + suffix, Value: strconv.Itoa(lanes)},
		}, v != "" && lanes <= 12
	}
}

var arrow = regexp.MustCompile(`^(none|left|slight_left|sharp_left|through|right|slight_right|sharp_right|reverse|merge_to_left|merge_to_right)?$`)

var quantity = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) *([a-z/]+)$`)

func speed(v string) (string, bool) {
	m := quantity.FindStringSubmatch(v)
	if m == nil {
		return "", false
	}
	x, err := strconv.ParseFloat(m[1], 64)
	switch {
	case err != nil || x < 5 || x > 200:
	case m[2] == "km/h":
		return m[1], true
	case m[2] == "mph" && x <= 100:
		return m[1] + " mph", true
	}
	return "", false
}

func width(v string) (string, bool) {
	m := quantity.FindStringSubmatch(v)
	if m == nil {
		return "", false
	}
	x, err := strconv.ParseFloat(m[1], 64)
	switch {
	case err != nil || x < 2:
	case m[2] == "m" && x <= 60, m[2] == "ft" && x <= 200:
		return m[1] + " " + m[2], true
	}
	return "", false
}

func startsWith(prefix string) func(string) bool {
	return func(key string) bool { return strings.HasPrefix(key, prefix) }
}

func oneOfKeys(keys ...string) func(string) bool {
	return func(key string) bool { return slices.Contains(keys, key) }
}

// isLaneCount reports whether a tag counts lanes in another way, all lanes:bus and the like included.
func isLaneCount(key string) bool { return strings.HasPrefix(key, "lanes:") }

func isSpeed(key string) bool {
	return strings.HasPrefix(key, "maxspeed:") || slices.Contains([]string{"source:maxspeed", "zone:maxspeed", "zone:traffic"}, key)
}

func isGround(key string) bool {
	return key == "tracktype" || key == "smoothness" || key == "surface:lanes"
}

// accessKeys are the tags that speak of a class (OpenStreetMap wiki, "Key:access"). "all" stands for motor vehicles.
var accessKeys = map[string]string{
	"all": "motor_vehicle", network.Car.String(): "motorcar", network.Van.String(): "goods",
	network.Bus.String(): "bus", network.RigidLorry.String(): "hgv",
	network.ArticulatedLorry.String(): "hgv_articulated", network.Motorcycle.String(): "motorcycle",
}

// accessClasses are the classes in the order of accessKeys' hierarchy, the general one first.
var accessClasses = []string{"all", "car", "van", "bus", "rigid_lorry", "articulated_lorry", "motorcycle"}

func (r *reader) access(fix *WayFix, p pair) {
	words := []string{"yes", "no", "destination", "true", "false"}
	for _, f := range r.fields(p.value, p.field, "a map from vehicle classes to yes, no or destination, such as {rigid_lorry: no}") {
		key, ok := accessKeys[f.name]
		if !ok {
			r.unknown(f, accessClasses)
			continue
		}
		word, ok := r.oneOf(f.value, f.field, words)
		if !ok {
			continue
		}
		word = strings.NewReplacer("true", "yes", "false", "no").Replace(word)
		fix.Values = append(fix.Values, Value{
			Field: fmt.Sprintf("access.%s", f.name), Text: word, Line: f.value.Line,
			Set: extract.Tags{{Key: key, Value: word}}, Clear: accessClear(f.name),
		})
	}
}

// accessClear returns which tags contradict what is set for a class: its own for one direction or some hours, and, for
// all, those of every class.
func accessClear(class string) func(string) bool {
	return func(key string) bool {
		name, suffix, _ := strings.Cut(key, ":")
		if class != "all" {
			return name == accessKeys[class] && slices.Contains([]string{"forward", "backward", "conditional"}, suffix)
		}
		if suffix != "" && !slices.Contains([]string{"forward", "backward", "conditional"}, suffix) {
			return false
		}
		return slices.Contains([]string{"access", "vehicle", "psv", "motor_vehicle", "motorcar", "goods", "bus", "hgv", "hgv_articulated", "motorcycle"}, name)
	}
}
