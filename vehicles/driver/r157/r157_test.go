package r157

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Every row of the table that the Joint Research Centre's program gives (ec-jrc/JRC-FSM@01b05c29): who avoids which cut-in.
func TestCutInsAreThoseOfThePublishedTable(t *testing.T) {
	rows := reference(t, "ad/jrc_r157/cut_in.csv.gz")
	column := columns(t, rows[0], "model", "ego_kph", "cutin_kph", "long_dist", "lat_vel", "Crash type")
	wrong := map[Model]int{}
	for _, r := range rows[1:] {
		m, ok := ParseModel(r[column[0]])
		if !ok {
			t.Fatalf("unknown model %s", r[column[0]])
		}
		c := CutIn{
			Model: m, Speed: number(t, r[column[1]]) / 3.6, Other: number(t, r[column[2]]) / 3.6, Gap: number(t, r[column[3]]),
			LateralTenth: int(math.Round(10 * number(t, r[column[4]]))),
		}
		if got := c.Run(); got != Outcome(number(t, r[column[5]])) {
			if wrong[m]++; wrong[m] <= 5 {
				t.Errorf("%v: %d, want %s", c, got, r[column[5]])
			}
		}
	}
	for m, n := range wrong {
		t.Errorf("%v: %d rows differ", m, n)
	}
	if len(rows) != 119881 {
		t.Errorf("%d rows, want 119,880", len(rows)-1)
	}
}

func TestFollowingIsThatOfThePublishedTable(t *testing.T) {
	rows := reference(t, "ad/jrc_r157/car_following.csv.gz")
	column := columns(t, rows[0], "model", "max_deceleration", "velocity", "Crash", "initial_distance", "speed_difference")
	crashes := 0
	for _, r := range rows[1:] {
		m, ok := ParseModel(r[column[0]])
		if !ok {
			t.Fatalf("unknown model %s", r[column[0]])
		}
		v := number(t, r[column[2]]) / 3.6
		f := Follow{Model: m, Speed: v, Gap: FollowingGap(m, v), Brake: 9.81 * number(t, r[column[1]])}
		if want := number(t, r[column[4]]); math.Abs(f.Gap-want) > 1e-9 {
			t.Fatalf("%v at %g m/s follows at %g m, want %g", m, v, f.Gap, want)
		}
		got, want := f.Run(), number(t, r[column[5]])
		if (got > 0) != (r[column[3]] == "True") || math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: runs into the leader at %g m/s, want %g", f, got, want)
		}
		if got > 0 {
			crashes++
		}
	}
	if len(rows) != 3364 || crashes != 21 {
		t.Errorf("%d rows and %d crashes, want 3,363 and 21", len(rows)-1, crashes)
	}
}

// Less friction never avoids a rear-end crash that more did not.
func TestLessFrictionNeverHelps(t *testing.T) {
	for m := range NumModels {
		if m == Reg157 {
			continue
		}
		for kph := 20.0; kph <= 120; kph += 20 {
			last := -1.0
			for _, mu := range []float64{0.8, 0.6, 0.4, 0.2} {
				f := Follow{Model: m, Speed: kph / 3.6, Gap: FollowingGap(m, kph/3.6), Brake: 4, Friction: mu}
				got := f.Run()
				if f.Brake = math.Min(4, mu*9.81); got < last-1 {
					t.Errorf("%v at %g km/h: %g m/s with friction %g, %g with more", m, kph, got, mu, last)
				}
				last = math.Max(last, got)
			}
		}
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func columns(t *testing.T, head []string, names ...string) []int {
	t.Helper()
	at := make([]int, len(names))
	for i, name := range names {
		at[i] = -1
		for n, h := range head {
			if h == name {
				at[i] = n
			}
		}
		if at[i] < 0 {
			t.Fatalf("no column %s in %v", name, head)
		}
	}
	return at
}

// reference returns the rows of a compressed file of the reference data, its head included.
func reference(t *testing.T, name string) [][]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", name))
	if err != nil {
		t.Skip("reference data not beside the repository")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows, %v", name, len(rows), err)
	}
	return rows
}

// The grids are those of the tables: without a limit of friction as many crash as there.
func TestGridsHaveThePublishedCrashes(t *testing.T) {
	for _, c := range []struct {
		grid         Grid
		model        Model
		crashes, all int
	}{
		{LowSpeed, Careful, 3728, 15930},
		{LowSpeed, Fuzzy, 901, 15930},
		{HighSpeed, RSS, 1491, 14040},
		{HighSpeed, Reg157, 2869, 14040},
		{Following, RSS, 21, 1121},
		{Following, Fuzzy, 0, 1121},
	} {
		if crashes, all := c.grid.Crashes(c.model, Grips); crashes != c.crashes || all != c.all {
			t.Errorf("%v, %v: %d of %d crash, want %d of %d", c.grid, c.model, crashes, all, c.crashes, c.all)
		}
	}
}
