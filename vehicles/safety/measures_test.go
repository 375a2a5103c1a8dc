package safety

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

func near(a, b, tolerance float64) bool { return a == b || math.Abs(a-b) <= tolerance }

func TestFollowingMeasuresAreTheClosedForms(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"TTC at 20 m, 15 against 10 m/s", TTC(20, 15, 10), 4},
		{"TTC when not closing", TTC(20, 10, 10), inf},
		{"TTC when touching", TTC(-0.1, 11, 10), 0},
		{"DRAC at 20 m, 15 against 10 m/s", DRAC(20, 15, 10), 0.625},
		{"DRAC when falling back", DRAC(20, 9, 10), 0},
		{"MTTC without acceleration is TTC", MTTC(20, 15, 1, 10, 1), 4},
		// 20 = 5t + 0.5*(0-(-2))t²: t = -2.5+... solves t²+5t-20=0.
		{"MTTC behind one who brakes at 2 m/s²", MTTC(20, 15, 0, 10, -2), (-5 + math.Sqrt(105)) / 2},
		// 20 = -1*t + 0.5*1*t²: falling back, but the leader brakes.
		{"MTTC when falling back behind one who brakes", MTTC(20, 9, 0, 10, -1), 1 + math.Sqrt(41)},
		{"MTTC of one who brakes enough", MTTC(20, 15, -1, 10, 0), inf},
		{"PET", PET(10, 11.2), 1.2},
		{"delta-v of a car into a lorry of its 3 times mass", AlignedDeltaV(1000, 3000, 20, 10), 7.5},
		{"delta-v of two going the same way is not their sum", DeltaV(1000, 1000, Velocity{0, 20}, Velocity{0, 15}), 2.5},
		{"delta-v at a right angle", DeltaV(1000, 1000, Velocity{3, 0}, Velocity{0, 4}), 2.5},
		{"since exit, steady", SinceExit(10, 5, 0), 2},
		// From 5 m/s with 2 m/s² for 2 s: 14 m, and then at 9 m/s.
		{"since exit, pulling away", SinceExit(14, 9, 2), 2},
	} {
		if !near(c.got, c.want, 1e-12) {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
}

// The vehicle that drives for the MTTC, step by step, has just no gap left.
func TestMTTCIsWhenTheyMeet(t *testing.T) {
	for v := 1.0; v < 30; v += 2.7 {
		for lead := 0.5; lead < 30; lead += 3.1 {
			for a := -4.0; a <= 2; a += 1.3 {
				for gap := 0.5; gap < 60; gap += 7.7 {
					m := MTTC(gap, v, a, lead, -1)
					if math.IsInf(m, 1) {
						continue
					}
					left := gap + (lead-v)*m + 0.5*(-1-a)*m*m
					if m <= 0 || math.Abs(left) > 1e-9*(1+gap) {
						t.Fatalf("v %g a %g lead %g gap %g: after MTTC %g s the gap is %g m, want 0", v, a, lead, gap, m, left)
					}
				}
			}
		}
	}
}

func TestCrossingCollisionNeedsBothAtOnce(t *testing.T) {
	// The first is in the area for another 2 s; the second comes in 1 s and has 10 m.
	ttc, drac := CrossingTTC(Crossing{Entry: -1, Exit: 20, V: 10}, Crossing{Entry: 10, Exit: 20, V: 10})
	if !near(ttc, 1, 1e-12) || !near(drac, 5, 1e-12) {
		t.Errorf("TTC, DRAC = %g s, %g m/s², want 1, 5", ttc, drac)
	}
	// At 5 m/s² for 2 s from 10 m/s the second drives 10 m: there just when the first is gone.
	if d := 10*2 - 0.5*drac*4; !near(d, 10, 1e-12) {
		t.Errorf("braking by DRAC takes the second %g m far while the first leaves, want 10", d)
	}
	if ttc, _ := CrossingTTC(Crossing{Entry: -1, Exit: 5, V: 10}, Crossing{Entry: 10, Exit: 20, V: 10}); !math.IsInf(ttc, 1) {
		t.Errorf("TTC behind one who is gone in time = %g, want none", ttc)
	}
	// Who brakes to a stand before the area collides with nobody, though at its speed it would.
	if ttc, _ := CrossingTTC(Crossing{Entry: -1, Exit: 20, V: 10}, Crossing{Entry: 10, Exit: 20, V: 10, A: -6}); !math.IsInf(ttc, 1) {
		t.Errorf("TTC of one who stops before = %g, want none", ttc)
	}
}

func TestEncounterIntegratesWhatIsBelowTheThreshold(t *testing.T) {
	e := NewEncounter()
	for i := range 100 { // closing at 5 m/s from 10 m, then it opens again
		s := float64(i) * 0.1
		gap, lead := 10-5*s, 10.0
		if s > 1.8 {
			gap, lead = 1, 20
		}
		e.Add(Follow(s, gap, 15, 0, lead, 0, 1000, 1000), 0.1, 1.5)
	}
	// TTC = 2-t; not above 1.5 from t=0.5 to 1.8: 14 samples; TIT = sum of (t-0.5) dt.
	if !near(e.TET, 1.4, 1e-9) || !near(e.TIT, 0.91, 1e-9) || !near(e.MinTTC, 0.2, 1e-9) {
		t.Errorf("TET, TIT, min TTC = %g s, %g s², %g s, want 1.4, 0.91, 0.2", e.TET, e.TIT, e.MinTTC)
	}
	if !near(e.At, 1.8, 1e-9) || !near(e.DeltaV, 2.5, 1e-9) || !near(e.MaxDRAC, 12.5, 1e-9) {
		t.Errorf("worst at %g s, delta-v %g m/s, DRAC %g m/s², want 1.8, 2.5, 12.5", e.At, e.DeltaV, e.MaxDRAC)
	}
	if !e.IsConflict(DefaultThresholds()) {
		t.Error("no conflict at TTC 0.2 s")
	}
}

// What SUMO's SSM device writes for two cars, one behind the other, is what the recorder makes of their trajectories.
func TestFollowingAsSUMOMeasuresIt(t *testing.T) {
	rows := reference(t, "ad/sumo_ssm/follow_ttc_drac.csv")
	e := NewEncounter()
	n := 0
	minTTC, maxDRAC := math.Inf(1), 0.0
	for _, r := range rows {
		s := Follow(r[0], r[3]-5-r[1], r[2], 0, r[4], 0, 1500, 1500)
		if d := math.Abs(s.TTC - r[6]); d > 0.01 && !(math.IsInf(s.TTC, 1) && math.IsNaN(r[6])) {
			t.Errorf("at %g s: TTC = %g s, SUMO has %g", r[0], s.TTC, r[6])
		}
		if d := math.Abs(s.DRAC - r[7]); d > 1e-3 && !math.IsNaN(r[7]) {
			t.Errorf("at %g s: DRAC = %g m/s², SUMO has %g", r[0], s.DRAC, r[7])
		}
		if !math.IsNaN(r[6]) {
			minTTC, maxDRAC = math.Min(minTTC, r[6]), math.Max(maxDRAC, r[7])
			n++
		}
		e.Add(s, 0.1, 3)
	}
	if n < 100 {
		t.Fatalf("only %d rows have a TTC", n)
	}
	if math.Abs(e.MinTTC-minTTC) > 0.01 || math.Abs(e.MaxDRAC-maxDRAC) > 1e-3 {
		t.Errorf("encounter: min TTC %g s, max DRAC %g m/s², SUMO has %g, %g", e.MinTTC, e.MaxDRAC, minTTC, maxDRAC)
	}
}

// reference returns the numbers of a file of the reference data, NaN for what is none.
func reference(t *testing.T, name string) [][]float64 {
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
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%s: %d records, %v", name, len(records), err)
	}
	var rows [][]float64
	for _, record := range records[1:] {
		row := make([]float64, len(record))
		for i, text := range record {
			if row[i], err = strconv.ParseFloat(text, 64); err != nil {
				row[i] = math.NaN()
			}
		}
		rows = append(rows, row)
	}
	return rows
}
