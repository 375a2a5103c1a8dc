package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// ruling is what a turn restriction says, for whom and when.
type ruling struct {
	kind    string // the part after "no_" or "only_"
	only    bool   // the mandatory turn, not a forbidden one
	classes network.ClassSet
	when    network.Schedule // nil for always
}

// turnKinds are the turns that restrictions speak of.
var turnKinds = map[string]bool{
	"left_turn": true, "right_turn": true, "straight_on": true, "u_turn": true, "entry": true, "exit": true,
}

// restrictedUsers are the last parts of keys such as restriction:hgv, and the values of except.
var restrictedUsers = map[string]network.ClassSet{
	"psv": network.SetOf(network.Bus), "bus": network.SetOf(network.Bus), "hgv": network.Lorries,
	"goods": network.SetOf(network.Van) | network.Lorries, "motorcycle": network.SetOf(network.Motorcycle),
	"motorcar": network.SetOf(network.Car, network.Van), "motor_vehicle": network.AllClasses, "vehicle": network.AllClasses,
	"hgv_articulated": network.SetOf(network.ArticulatedLorry), "caravan": 0, "bicycle": 0, "taxi": 0, "emergency": 0,
	"moped": 0, "mofa": 0, "agricultural": 0, "coach": 0, "tourist_bus": 0, "hazmat": 0, "foot": 0, "horse": 0,
}

// rulingsOf returns what a restriction relation says. reason tells why it says nothing, or nothing to anybody who is
// simulated; notes tell what of it is not honoured.
func rulingsOf(tags extract.Tags) (rulings []ruling, reason string, notes []string) {
	reason = "has no restriction"
	everybody := network.AllClasses
	if _, users, found := strings.Cut(tags.Find("type"), ":"); found {
		everybody = restrictedUsers[users]
	}
	for except := range strings.FieldsFuncSeq(tags.Find("except"), func(r rune) bool { return r == ';' || r == ',' }) {
		everybody &^= restrictedUsers[strings.TrimSpace(except)]
	}
	add := func(value string, classes network.ClassSet, when network.Schedule) {
		r, ok := readRuling(value)
		switch {
		case !ok:
			reason = "restriction=" + value + " is not known"
		case classes == 0:
			reason = "binds no vehicle class that is simulated"
		default:
			r.classes, r.when = classes, when
			rulings = append(rulings, r)
		}
	}
	for _, tag := range tags {
		key, conditional := strings.CutSuffix(tag.Key, ":conditional")
		classes, ok := restrictionUsers(key)
		if !ok || tag.Value == "" {
			continue
		}
		classes &= everybody
		if !conditional {
			when, note := oldHours(tags)
			notes = append(notes, note...)
			add(tag.Value, classes, when)
			continue
		}
		clauses, strange := parseConditional(tag.Value)
		notes = append(notes, strange...)
		if len(clauses) == 0 {
			reason = "its condition is not known: " + tag.Value
		}
		for _, c := range clauses {
			if c.value != "none" && c.value != "no" && !c.visitor {
				add(c.value, classes&c.classes, c.when)
			}
		}
	}
	return exempt(rulings, tags, everybody), reason, notes
}

// restrictionUsers returns the classes that a key speaks of: "restriction" or "restriction:hgv".
func restrictionUsers(key string) (classes network.ClassSet, ok bool) {
	if key == "restriction" {
		return network.AllClasses, true
	}
	users, ok := strings.CutPrefix(key, "restriction:")
	if !ok {
		return 0, false
	}
	classes, ok = restrictedUsers[users]
	return classes, ok
}

// readRuling reads a value such as "no_left_turn".
func readRuling(value string) (r ruling, ok bool) {
	value = strings.ToLower(strings.TrimSpace(value))
	if r.kind, r.only = strings.CutPrefix(value, "only_"); !r.only {
		if r.kind, ok = strings.CutPrefix(value, "no_"); !ok {
			return r, false
		}
	}
	return r, turnKinds[r.kind]
}

// exempt lifts rulings where a conditional one says "none" at certain times or for certain classes.
func exempt(rulings []ruling, tags extract.Tags, everybody network.ClassSet) []ruling {
	for _, tag := range tags {
		key, conditional := strings.CutSuffix(tag.Key, ":conditional")
		users, ok := restrictionUsers(key)
		if !ok || !conditional {
			continue
		}
		clauses, _ := parseConditional(tag.Value)
		for _, c := range clauses {
			if c.value != "none" && c.value != "no" || c.visitor {
				continue
			}
			lifted := c.classes & users & everybody
			var parted []ruling
			for _, r := range rulings {
				both := r.classes & lifted
				if r.classes &^= lifted; r.classes != 0 {
					parted = append(parted, r)
				}
				if both != 0 && c.when != nil {
					if r.when, ok = without(r.when, c.when); ok {
						r.classes = both
						parted = append(parted, r)
					}
				}
			}
			rulings = parted
		}
	}
	return rulings
}

// without returns the times of s (nil for always) that are not in t; ok is false if none are left.
func without(s, t network.Schedule) (rest network.Schedule, ok bool) {
	gaps := complement(t)
	if len(gaps) == 0 {
		return nil, false
	}
	return both(s, gaps)
}

// complement returns the times of the week that are not in s, which is normalised; empty if there are none.
func complement(s network.Schedule) network.Schedule {
	out := network.Schedule{}
	at := uint16(0)
	for _, span := range s {
		if span.From > at {
			out = append(out, network.Span{From: at, To: span.From})
		}
		at = span.To
	}
	if at < weekMinutes {
		out = append(out, network.Span{From: at, To: weekMinutes})
	}
	return out
}

// oldHours returns the times of the tags that restrictions had before conditional ones: day_on, day_off, hour_on, hour_off
// and opening_hours; nil without any.
func oldHours(tags extract.Tags) (when network.Schedule, notes []string) {
	text := ""
	if on, off := tags.Find("day_on"), tags.Find("day_off"); on != "" && off != "" {
		text = shortDay(on) + "-" + shortDay(off)
	}
	if on, off := tags.Find("hour_on"), tags.Find("hour_off"); on != "" && off != "" {
		starts, ends := strings.Split(on, ";"), strings.Split(off, ";")
		for i := range min(len(starts), len(ends)) {
			separator := " "
			if i > 0 {
				separator = ","
			}
			text += separator + strings.TrimSpace(starts[i]) + "-" + strings.TrimSpace(ends[i])
		}
	}
	if text == "" {
		text = tags.Find("opening_hours")
	}
	if text == "" {
		return nil, nil
	}
	when, holidays, err := parseHours(text)
	switch {
	case err != nil:
		return nil, []string{"its hours are taken for all day: " + err.Error()}
	case holidays:
		notes = append(notes, "holidays are taken for other days in "+text)
	}
	if wholeWeek(when) {
		when = nil
	}
	return when, notes
}

func shortDay(name string) string {
	if d, ok := dayOfWeek[strings.ToLower(strings.TrimSpace(name))]; ok && d >= 0 {
		return []string{"mo", "tu", "we", "th", "fr", "sa", "su"}[d]
	}
	return name
}

// isRestriction tells restriction relations, those for one class (type=restriction:hgv) included.
func isRestriction(tags extract.Tags) bool {
	kind := tags.Find("type")
	return kind == "restriction" || strings.HasPrefix(kind, "restriction:")
}

// members are the ways of a restriction, and its via node.
type members struct {
	from, via, to []int64
	node          int64 // 0 without
}

func membersOf(rel *extract.Relation) (m members) {
	for _, r := range rel.Members {
		switch {
		case r.Role == "from" && r.Type == extract.WayMember:
			m.from = append(m.from, r.Ref)
		case r.Role == "to" && r.Type == extract.WayMember:
			m.to = append(m.to, r.Ref)
		case r.Role == "via" && r.Type == extract.WayMember && !slices.Contains(m.via, r.Ref):
			m.via = append(m.via, r.Ref)
		case r.Role == "via" && r.Type == extract.NodeMember && m.node == 0:
			m.node = r.Ref
		}
	}
	return m
}
