package scenarios

import (
	"fmt"
	"slices"
	"time"
)

// Day is the day on which a period begins: "Mo" to "Su", or a date such as "2026-03-14", of which only the day of the
// week counts. Some streets and turns are open on some days and at some hours only. The default is a Tuesday, as the days
// on which traffic is counted are: neither the beginning nor the end of the working week.
type Day string

const defaultDay Day = "Tu"

var dayNames = []Day{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}

// Weekday returns the days from Monday to d, 0 to 6.
func (d Day) Weekday() (int, error) {
	if d == "" {
		d = defaultDay
	}
	if i := slices.Index(dayNames, d); i >= 0 {
		return i, nil
	}
	date, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0, fmt.Errorf("%q is not a day, want Mo, Tu, We, Th, Fr, Sa, Su or a date as 2026-03-14", string(d))
	}
	return (int(date.Weekday()) + 6) % 7, nil
}
