package osmimport

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
)

const (
	dayMinutes  = 24 * 60
	weekMinutes = 7 * dayMinutes
)

// Sun times stand for "sunrise", "sunset" and the twilight: those of the equinoxes, in minutes after midnight. A schedule
// has no season.
var sunTimes = map[string]int{"dawn": 5*60 + 30, "sunrise": 6 * 60, "sunset": 18 * 60, "dusk": 18*60 + 30}

// dayOfWeek are the names of days as mappers write them, in lower case; holidays are -1.
var dayOfWeek = map[string]int{
	"mo": 0, "mon": 0, "monday": 0, "tu": 1, "tue": 1, "tuesday": 1, "we": 2, "wed": 2, "wednesday": 2, "th": 3, "thu": 3,
	"thursday": 3, "fr": 4, "fri": 4, "friday": 4, "sa": 5, "sat": 5, "saturday": 5, "su": 6, "sun": 6, "sunday": 6,
	"ph": -1, "sh": -1,
}

// hours collects the times of each day of the week, in minutes after its midnight; they may run into the next day.
type hours struct {
	days     [7][][2]int
	holidays bool // a rule for holidays was left out
}

// parseHours reads a time in the subset of the opening_hours syntax that a week has: days, ranges of days, times, times
// over midnight, lists of them, rules with "off". Rules for public and school holidays are left out, and noted. What
// holds only in a part of the year is an error, as is what cannot be read.
func parseHours(text string) (s network.Schedule, holidays bool, err error) {
	var h hours
	for rule := range strings.SplitSeq(text, ";") {
		if err := h.rule(rule); err != nil {
			return nil, false, fmt.Errorf("%q: %w", text, err)
		}
	}
	s = h.schedule()
	if len(s) == 0 && !h.holidays {
		return nil, false, fmt.Errorf("%q: no time at all", text)
	}
	return s, h.holidays, nil
}

// never is the schedule of what holds on holidays only.
func never(s network.Schedule) bool { return len(s) == 0 }

var (
	spacedDash = regexp.MustCompile(`\s*[-–]\s*`)
	clockTime  = regexp.MustCompile(`^([0-9]{1,2}):([0-9]{2})$`)
)

// rule takes in one rule. A rule that names days replaces what earlier rules say of them, as the syntax has it; one that
// does not adds to them, as mappers mean it.
func (h *hours) rule(text string) error {
	text = spacedDash.ReplaceAllString(strings.ToLower(strings.TrimSpace(text)), "-")
	if text == "" {
		return nil
	}
	if text == "24/7" {
		text = "mo-su"
	}
	var days [7]bool
	var times [][2]int
	named, timed, off, holiday := false, false, false, false
	replaces := true
	flush := func() {
		if !named && !holiday {
			days, replaces = [7]bool{true, true, true, true, true, true, true}, off
		}
		if len(times) == 0 {
			times = [][2]int{{0, dayMinutes}}
		}
		for d := range days {
			switch {
			case !days[d]:
				continue
			case off || replaces:
				h.days[d] = nil
			}
			if !off {
				h.days[d] = append(h.days[d], times...)
			}
		}
		h.holidays = h.holidays || holiday
		days, times, named, timed, holiday, replaces = [7]bool{}, nil, false, false, false, false
	}
	for item := range strings.SplitSeq(text, ",") {
		for field := range strings.FieldsSeq(item) {
			if first, last, ok := dayRange(field); ok {
				if timed {
					flush()
				}
				if first < 0 {
					holiday = true
					continue
				}
				named = true
				for d := first; ; d = (d + 1) % 7 {
					days[d] = true
					if d == last {
						break
					}
				}
				continue
			}
			if span, ok := timeRange(field); ok {
				times, timed = append(times, span), true
				continue
			}
			switch field {
			case "off", "closed":
				off = true
			case "open", "and", "24/7":
			default:
				return fmt.Errorf("%q is no day of the week nor a time of day", field)
			}
		}
	}
	flush()
	return nil
}

// dayRange reads "mo", "mo-fr" or "ph", where first is -1.
func dayRange(field string) (first, last int, ok bool) {
	field = strings.TrimSuffix(field, ":")
	from, to, found := strings.Cut(field, "-")
	if first, ok = dayOfWeek[from]; !ok {
		return 0, 0, false
	}
	if !found {
		return first, first, true
	}
	last, ok = dayOfWeek[to]
	return first, last, ok && first >= 0 && last >= 0
}

// timeRange reads "07:00-09:00"; the end lies behind the beginning, on the next day if need be.
func timeRange(field string) (span [2]int, ok bool) {
	from, to, found := strings.Cut(strings.TrimSuffix(field, "+"), "-")
	if !found {
		return span, false
	}
	for i, text := range []string{from, to} {
		if span[i], ok = timeOfDay(text); !ok {
			return span, false
		}
	}
	if span[1] <= span[0] {
		span[1] += dayMinutes
	}
	return span, span[0] < dayMinutes
}

func timeOfDay(text string) (minutes int, ok bool) {
	if m, sun := sunTimes[text]; sun {
		return m, true
	}
	m := clockTime.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	hour, _ := strconv.Atoi(m[1]) // the pattern admits digits only
	minute, _ := strconv.Atoi(m[2])
	return hour*60 + minute, hour <= 48 && minute < 60
}

// schedule returns the times of the week; nil if there are none, and one span of the whole week for all of it.
func (h *hours) schedule() network.Schedule {
	var s network.Schedule
	for d, spans := range h.days {
		for _, span := range spans {
			s = appendSpan(s, d*dayMinutes+span[0], d*dayMinutes+span[1])
		}
	}
	return s.Normalised()
}

// appendSpan appends from <= t < to, minutes of the week that may run over its end.
func appendSpan(s network.Schedule, from, to int) network.Schedule {
	if to-from >= weekMinutes {
		return append(s, network.Span{From: 0, To: weekMinutes})
	}
	if from >= weekMinutes {
		from, to = from-weekMinutes, to-weekMinutes
	}
	if to > weekMinutes {
		s = append(s, network.Span{From: 0, To: uint16(to - weekMinutes)})
		to = weekMinutes
	}
	return append(s, network.Span{From: uint16(from), To: uint16(to)})
}

// wholeWeek reports whether s, normalised, leaves no time out.
func wholeWeek(s network.Schedule) bool {
	return slices.Equal(s, network.Schedule{{From: 0, To: weekMinutes}})
}

// both returns when two schedules hold; nil stands for always in either, and ok is false if they never do.
func both(a, b network.Schedule) (s network.Schedule, ok bool) {
	if a == nil {
		return b, true
	}
	if b == nil {
		return a, true
	}
	for _, x := range a {
		for _, y := range b {
			if from, to := max(x.From, y.From), min(x.To, y.To); from < to {
				s = append(s, network.Span{From: from, To: to})
			}
		}
	}
	return s.Normalised(), len(s) > 0
}
