package weather_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"roadtwin/vehicles/weather"
)

func TestCSVIsReadAndInterpolated(t *testing.T) {
	series, err := weather.ReadCSV(strings.NewReader(
		"\ufeff# a station\r\ntime, temperature,Rain,snow,humidity\r\n06:00,4,0,0,80\n06:30:00,2,6,0,100\n\n25200,0,0,1.5,90\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := system(t, street(t, 1, as), weather.Config{Series: series})
	for _, c := range []struct{ minute, temperature, rain, snow, humidity float64 }{
		{300, 4, 0, 0, 80}, {375, 3 + 1.0/30, 0, 0, 90 - 1.0/3}, {405, 1 + 1.0/30, 6, 0, 95 + 1.0/6}, {421, 0, 0, 0, 90},
	} {
		s.Step(c.minute*60, nil)
		got := s.Now()
		near := func(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
		if !near(got.Temperature, c.temperature) || got.Rain != c.rain || got.Snow != c.snow || !near(got.Humidity, c.humidity) {
			t.Errorf("minute %g: %+v, want %+v", c.minute, got, c)
		}
	}
}

func TestCSVErrorsSayWhereAndWhat(t *testing.T) {
	const head = "time,temperature,rain,snow\n"
	for _, c := range []struct {
		text   string
		line   int
		column string
		says   string
	}{
		{"", 1, "", "no rows"},
		{head, 1, "", "no rows"},
		{"time,temperature,rain\n", 1, "snow", "missing"},
		{"temperature,rain,snow\n", 1, "time", "missing"},
		{"time,temp,rain,snow\n", 1, "", `unknown column "temp"`},
		{"time,rain,rain,snow\n", 1, "rain", "twice"},
		{head + "06:00,1,2\n", 2, "", "3 values, want 4"},
		{head + "06:00,1,2,x\n", 2, "snow", `got "x", want mm/h of water from 0 to 50`},
		{head + "06:00,1,-2,0\n", 2, "rain", `got "-2", want mm/h from 0 to 500`},
		{head + "06:00,NaN,0,0\n", 2, "temperature", "degrees Celsius from -60 to 60"},
		{head + "6 o'clock,1,0,0\n", 2, "time", "06:30"},
		{head + "06:61,1,0,0\n", 2, "time", "06:30"},
		{head + "48:00,1,0,0\n", 2, "time", "48 hours"},
		{head + "06:00,1,0,0\n\n# noon\n05:00,1,0,0\n", 5, "time", "not after the row before"},
		{head + strings.Repeat("1", 5000) + "\n", 2, "", "longer than"},
	} {
		_, err := weather.ReadCSV(strings.NewReader(c.text))
		var e *weather.FormatError
		if !errors.As(err, &e) || e.Line != c.line || e.Column != c.column || !strings.Contains(e.Text, c.says) {
			t.Errorf("%.60q: %v, want line %d, column %q, %q", c.text, err, c.line, c.column, c.says)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("time,temperature,rain,snow\n06:00,1,2,0\n06:30,1,2,0.5\n")
	f.Add("snow,wind,time,rain,temperature,radiation\n0,3,0,1e2,-0,5\n")
	f.Add("\ufefftime,temperature,rain,snow\r\n1e3,0x1p2,1_0,0\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		series, err := weather.ReadCSV(strings.NewReader(text))
		if err != nil {
			var e *weather.FormatError
			if !errors.As(err, &e) || e.Line < 1 {
				t.Fatalf("%v: want a *FormatError with a line", err)
			}
			return
		}
		// What is read makes a system.
		if _, err := weather.New(street(t, 1, as), weather.Config{Series: series}, 0); err != nil {
			t.Fatal(err)
		}
	})
}
