package weather

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// FormatError is a mistake in a CSV file of the weather.
type FormatError struct {
	Line   int    // from 1
	Column string // its name, "" for the whole line
	Text   string // what was found and what was expected
}

// Error returns "line 3: rain: got ...".
func (e *FormatError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Text)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Column, e.Text)
}

// The bounds of a file: a year in minutes.
const (
	maxRows = 525600
	maxLine = 4096 // bytes
)

// ReadCSV reads a series of the weather: a header that names the columns, in any order, then a row for each time.
//
//	time,temperature,rain,snow
//	06:00,1.5,0,0
//	06:30,0.5,2.4,0
//
// time is hours and minutes, "06:30" or "06:30:15" up to "47:59:59", or seconds after midnight; it increases from row to row.
// temperature is in °C, rain and snow in mm/h of water. These four are needed; humidity (%), wind (m/s) and radiation (W/m²,
// see Sky) may follow. Empty lines and those that begin with # are skipped. Every mistake is a *FormatError.
func ReadCSV(r io.Reader) (Series, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, maxLine), maxLine)
	t := table{}
	for lines.Scan() {
		t.line++
		text := lines.Text()
		if t.line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		if text = strings.TrimSpace(text); text == "" || text[0] == '#' {
			continue
		}
		cells := strings.Split(text, ",")
		var err error
		if t.columns == nil {
			err = t.header(cells)
		} else {
			err = t.row(cells)
		}
		if err != nil {
			return Series{}, err
		}
	}
	if err := lines.Err(); err != nil {
		if err == bufio.ErrTooLong {
			return Series{}, &FormatError{t.line + 1, "", fmt.Sprintf("longer than %d bytes; want a CSV file with a row for each time", maxLine)}
		}
		return Series{}, err
	}
	if len(t.series.Samples) == 0 {
		return Series{}, &FormatError{max(t.line, 1), "", "no rows; want the header " + wantHeader + " and at least one row"}
	}
	return t.series, nil
}

const wantHeader = "time,temperature,rain,snow"

// table is a CSV file as far as it was read.
type table struct {
	line    int
	columns []*field // nil for time
	series  Series
}

func (t *table) wrong(column, format string, args ...any) error {
	return &FormatError{t.line, column, fmt.Sprintf(format, args...)}
}

func (t *table) header(cells []string) error {
	timed := false
	for i, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(cell))
		if name == "time" {
			if timed {
				return t.wrong("time", "there twice")
			}
			timed = true
			t.columns = append(t.columns, nil)
			continue
		}
		var column *field
		for k := range fields {
			if fields[k].name == name {
				column = &fields[k]
			}
		}
		switch {
		case column == nil:
			return t.wrong("", "unknown column %q (number %d); want %s, and humidity, wind and radiation where known", shorten(cell), i+1, wantHeader)
		case t.series.Has&column.bit != 0:
			return t.wrong(name, "there twice")
		}
		t.series.Has |= column.bit
		t.columns = append(t.columns, column)
	}
	if !timed {
		return t.wrong("time", "the column is missing; want the header %s", wantHeader)
	}
	if missing := (Temperature | Rain | Snow) &^ t.series.Has; missing != 0 {
		return t.wrong(missing.String(), "missing; want the header %s", wantHeader)
	}
	return nil
}

func (t *table) row(cells []string) error {
	if len(cells) != len(t.columns) {
		return t.wrong("", "%d values, want %d as in the header", len(cells), len(t.columns))
	}
	if len(t.series.Samples) == maxRows {
		return t.wrong("", "more than %d rows", maxRows)
	}
	var sample Sample
	for i, f := range t.columns {
		cell := strings.TrimSpace(cells[i])
		if f == nil {
			var ok bool
			if sample.Time, ok = parseTime(cell); !ok {
				return t.wrong("time", "got %q, want a time as 06:30 or 06:30:15, or seconds after midnight, up to 48 hours", shorten(cell))
			}
			continue
		}
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || !f.holds(v) {
			return t.wrong(f.name, "got %q, want %s", shorten(cell), f.want())
		}
		*f.of(&sample.Sky) = v
	}
	if n := len(t.series.Samples); n > 0 && sample.Time <= t.series.Samples[n-1].Time {
		return t.wrong("time", "not after the row before")
	}
	t.series.Samples = append(t.series.Samples, sample)
	return nil
}

// shorten returns s as an error message quotes it.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// parseTime reads a time of day or seconds after midnight.
func parseTime(s string) (seconds float64, ok bool) {
	const day2 = 48 * 3600
	parts := strings.Split(s, ":")
	if len(parts) == 1 {
		v, err := strconv.ParseFloat(s, 64)
		return v, err == nil && v >= 0 && v < day2
	}
	if len(parts) > 3 {
		return 0, false
	}
	unit := 3600.0
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 8)
		if err != nil || i > 0 && (v > 59 || len(p) != 2) {
			return 0, false
		}
		seconds += float64(v) * unit
		unit /= 60
	}
	return seconds, seconds < day2
}
