package planfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roadtwin/signals"
)

var dayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// parseDays reads days of the week: "every day", "workdays", "weekend", or days and ranges of them with commas: "mon-thu,sat".
func parseDays(text string) (signals.Weekdays, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "every day", "all", "daily":
		return signals.EveryDay, nil
	case "workdays", "weekdays":
		return signals.WorkingDays, nil
	case "weekend":
		return signals.Weekend, nil
	}
	var set signals.Weekdays
	for _, part := range strings.Split(strings.ToLower(text), ",") {
		from, to, ranged := strings.Cut(strings.TrimSpace(part), "-")
		if !ranged {
			to = from
		}
		a, b := dayIndex(from), dayIndex(to)
		if a < 0 || b < 0 {
			return 0, fmt.Errorf("got %q, want days as mon-fri, or every day, workdays, weekend", part)
		}
		for d := a; ; d = (d + 1) % 7 {
			set |= 1 << d
			if d == b {
				break
			}
		}
	}
	return set, nil
}

func dayIndex(name string) int {
	name = strings.TrimSpace(name)
	if len(name) > 3 {
		name = name[:3]
	}
	return slices.Index(dayNames, name)
}

// formatDays writes days as parseDays reads them.
func formatDays(set signals.Weekdays) string {
	switch set {
	case signals.EveryDay:
		return "every day"
	case signals.WorkingDays:
		return "mon-fri"
	}
	var names []string
	for d, name := range dayNames {
		if set.Has(d) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// parseClock reads HH:MM or HH:MM:SS in s after midnight.
func parseClock(text string) (float64, error) {
	parts := strings.Split(text, ":")
	if len(parts) == 2 || len(parts) == 3 {
		at, ok := 0, true
		for i, p := range parts {
			n, err := strconv.Atoi(p)
			ok = ok && err == nil && len(p) == 2 && n >= 0 && (i == 0 && n < 24 || i > 0 && n < 60)
			at = 60*at + n
		}
		if len(parts) == 2 {
			at *= 60
		}
		if ok {
			return float64(at), nil
		}
	}
	return 0, fmt.Errorf("got %q, want a time of day as 06:30", text)
}

// formatClock writes s after midnight as parseClock reads them.
func formatClock(at float64) string {
	s := int(at + 0.5)
	if s%60 == 0 {
		return fmt.Sprintf("%02d:%02d", s/3600, s/60%60)
	}
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}
