package osmimport

import (
	"regexp"
	"strings"

	"roadtwin/network"
)

// clause is one rule of a conditional value such as "no @ (Mo-Fr 07:00-09:00 AND weight>3.5)" (OpenStreetMap wiki,
// "Conditional restrictions").
type clause struct {
	value   string
	when    network.Schedule // nil for always
	classes network.ClassSet // that fulfil the conditions
	// visitor is set if the clause is for those who have business there ("no @ through", "yes @ destination").
	visitor bool
}

// parseConditional reads a conditional value. notes tell what of it is not honoured, and why.
func parseConditional(value string) (clauses []clause, notes []string) {
	for _, part := range splitOutside(value, ';') {
		left, right, found := strings.Cut(part, "@")
		if !found {
			// "no @ Mo-Fr 07:00-09:00; Sa 10:00-12:00": more of the condition before.
			if len(clauses) > 0 {
				last := &clauses[len(clauses)-1]
				if more, _, err := parseHours(part); err == nil && last.when != nil {
					last.when = append(last.when, more...).Normalised()
					continue
				}
			}
			if strings.TrimSpace(part) != "" {
				notes = append(notes, "no condition in "+strings.TrimSpace(part))
			}
			continue
		}
		c := clause{value: strings.TrimSpace(left), classes: network.AllClasses}
		reasons, ok := c.read(strings.TrimSpace(right))
		notes = append(notes, reasons...)
		if ok {
			clauses = append(clauses, c)
		}
	}
	return clauses, notes
}

// splitOutside splits text at separators that are not within parentheses.
func splitOutside(text string, separator rune) []string {
	var parts []string
	depth, from := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(depth-1, 0)
		case r == separator && depth == 0:
			parts = append(parts, text[from:i])
			from = i + len(string(separator))
		}
	}
	return append(parts, text[from:])
}

var (
	andWord    = regexp.MustCompile(`(?i)\s+and\s+|\s*&+\s*`)
	comparison = regexp.MustCompile(`^([a-z_]+)\s*(<=|>=|<|>|==|=)\s*(.+)$`)
)

// conditionClasses are the users that a condition may name.
var conditionClasses = map[string]network.ClassSet{
	"hgv": network.Lorries, "goods": network.SetOf(network.Van) | network.Lorries, "bus": network.SetOf(network.Bus),
	"psv": network.SetOf(network.Bus), "motorcycle": network.SetOf(network.Motorcycle), "moped": 0,
	"motorcar": network.SetOf(network.Car, network.Van), "motor_vehicle": network.AllClasses, "vehicle": network.AllClasses,
	"hgv_articulated": network.SetOf(network.ArticulatedLorry), "articulated": network.SetOf(network.ArticulatedLorry),
	"trailer": network.SetOf(network.ArticulatedLorry), "agricultural": 0, "forestry": 0, "emergency": 0, "bicycle": 0,
	"taxi": 0, "disabled": 0, "coach": 0, "tourist_bus": 0, "electric_vehicle": 0, "hov": 0, "caravan": 0,
}

// business are the conditions of those who do not only pass through.
var business = map[string]bool{
	"destination": true, "delivery": true, "private": true, "residents": true, "resident": true, "customers": true,
	"permit": true, "staff": true, "employees": true, "loading": true, "access": true,
}

// read takes in the conditions of a clause, all of which must hold. ok is false if it binds nobody who is simulated, or
// if a condition cannot be judged; then reasons say so.
func (c *clause) read(text string) (reasons []string, ok bool) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	for _, term := range andWord.Split(text, -1) {
		term = strings.TrimSpace(term)
		word := strings.ToLower(term)
		switch classes, known := conditionClasses[word]; {
		case known:
			c.classes &= classes
		case business[word]:
			c.visitor = true
		case comparison.MatchString(word):
			m := comparison.FindStringSubmatch(word)
			classes, ok := classesWith(m[1], m[2], m[3])
			if !ok {
				return append(reasons, "condition "+term+" is not known"), false
			}
			c.classes &= classes
		default:
			when, holidays, err := parseHours(term)
			if err != nil {
				return append(reasons, "condition "+err.Error()), false
			}
			if holidays {
				reasons = append(reasons, "holidays are taken for other days in "+term)
			}
			if never(when) {
				return reasons, false
			}
			if wholeWeek(when) {
				continue
			}
			if c.when, ok = both(c.when, when); !ok {
				return append(reasons, "no time fulfils "+text), false
			}
		}
	}
	return reasons, c.classes != 0
}
