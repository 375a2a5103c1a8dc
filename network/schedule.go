package network

import (
	"fmt"
	"slices"
	"strings"
)

// minutesOfWeek is how many minutes a week has.
const minutesOfWeek = 7 * 24 * 60

// Schedule says at which times of the week something holds. The empty schedule is always.
type Schedule []Span

// Span is a part of the week, in minutes since Monday 00:00: From <= t < To, 0 <= From < To <= 10080.
type Span struct{ From, To uint16 }

// Always reports whether s holds at every time.
func (s Schedule) Always() bool { return len(s) == 0 }

// Active reports whether s holds at t seconds since Monday 00:00; t may lie in any week, before or after.
func (s Schedule) Active(t float64) bool {
	if len(s) == 0 {
		return true
	}
	const week = minutesOfWeek * 60
	t -= float64(int64(t/week)) * week
	if t < 0 {
		t += week
	}
	minute := min(uint16(t/60), minutesOfWeek-1) // a moment before Monday may be rounded to the end of the week
	for _, span := range s {
		if span.From <= minute && minute < span.To {
			return true
		}
	}
	return false
}

// Normalised returns s with its spans sorted and those that touch joined.
func (s Schedule) Normalised() Schedule {
	sorted := slices.Clone(s)
	slices.SortFunc(sorted, func(a, b Span) int {
		if a.From != b.From {
			return int(a.From) - int(b.From)
		}
		return int(a.To) - int(b.To)
	})
	var out Schedule
	for _, span := range sorted {
		if n := len(out); n > 0 && span.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, span.To)
			continue
		}
		out = append(out, span)
	}
	return out
}

var dayNames = [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// String lists the spans, "Mo 07:00-09:00, Tu 07:00-09:00" for instance, and "always" for none.
func (s Schedule) String() string {
	if len(s) == 0 {
		return "always"
	}
	clock := func(minute uint16) string {
		day := min(int(minute)/1440, 6)
		rest := int(minute) - day*1440
		return fmt.Sprintf("%s %02d:%02d", dayNames[day], rest/60, rest%60)
	}
	parts := make([]string, len(s))
	for i, span := range s {
		end := clock(span.To)
		if span.From/1440 == (span.To-1)/1440 {
			rest := span.To - span.From/1440*1440
			end = fmt.Sprintf("%02d:%02d", rest/60, rest%60)
		}
		parts[i] = clock(span.From) + "-" + end
	}
	return strings.Join(parts, ", ")
}

// check returns what is wrong with s: spans that are empty, outside of the week, or not ascending and disjoint.
func (s Schedule) check() error {
	for i, span := range s {
		if span.From >= span.To || span.To > minutesOfWeek || i > 0 && span.From < s[i-1].To {
			return fmt.Errorf("schedule %v, want ascending, disjoint spans within %d minutes", []Span(s), minutesOfWeek)
		}
	}
	return nil
}
