package scenarios

import (
	"errors"
	"strings"
	"testing"
)

func TestDays(t *testing.T) {
	for _, test := range []struct {
		day  string
		want int
	}{{"Mo", 0}, {"Su", 6}, {"", 1}, {"2026-03-14", 5}, {"2024-02-29", 3}} {
		if got, err := Day(test.day).Weekday(); err != nil || got != test.want {
			t.Errorf("%q: %d, %v; want %d", test.day, got, err, test.want)
		}
	}
	for _, day := range []string{"mo", "Monday", "2026-02-30", "14.3.2026"} {
		if got, err := Day(day).Weekday(); err == nil {
			t.Errorf("%q: %d, want an error", day, got)
		}
	}
}

func TestPeriodHasADay(t *testing.T) {
	for text, want := range map[string]int{
		`{begin: "07:00", end: "09:00"}`:                  1,
		`{begin: "07:00", end: "09:00", day: Fr}`:         4,
		`{begin: "07:00", end: "09:00", day: 2026-03-15}`: 6,
	} {
		s := mustParse(t, "map: a.osm\nperiod: "+text+"\n")
		if got, err := s.Period.Day.Weekday(); err != nil || got != want {
			t.Errorf("%s: day %d, %v; want %d", text, got, err, want)
		}
	}
	for _, day := range []string{"Someday", "2026-02-30"} {
		_, err := Parse([]byte("map: a.osm\nperiod: {begin: \"07:00\", end: \"09:00\", day: "+day+"}\n"), "peak.yaml")
		var invalid *Invalid
		if !errors.As(err, &invalid) || invalid.Problems[0].Field != "period.day" || !strings.Contains(err.Error(), "Mo") {
			t.Errorf("day: %s: %v, want an error about period.day that says what a day is", day, err)
		}
	}
}
