package rare

import (
	"context"
	"os"
	"strconv"
	"testing"
)

// coverages are scenes on which plain cases find enough events to be counted by them.
var coverages = []struct {
	scene, criterion string
	share            float64 // of patches
	brute            int     // cases that are counted
	pilot, round     int
	particles, runs  int
}{
	{"bend", "left_road", 0.05, 100000, 150, 60, 50, 8},
	{"following", "crash", 0.2, 200000, 150, 60, 50, 8},
	{"junction", "crash", 0.05, 50000, 150, 60, 50, 8},
}

// TestIntervalsCoverWhatIsCounted is the study behind RARE.md: ROADTWIN_COVERAGE=100 repeats each method 100 times on each scene. It takes minutes.
func TestIntervalsCoverWhatIsCounted(t *testing.T) {
	repetitions, _ := strconv.Atoi(os.Getenv("ROADTWIN_COVERAGE"))
	if repetitions == 0 {
		t.Skip("takes minutes: ROADTWIN_COVERAGE=100 runs it")
	}
	only := os.Getenv("ROADTWIN_COVERAGE_SCENE")
	for _, c := range coverages {
		if only != "" && only != c.scene {
			continue
		}
		search := func(m Method, seed uint64) *Search {
			s := coarse(t, c.scene, c.share)
			criterion, err := ParseCriterion(c.criterion)
			if err != nil {
				t.Fatal(err)
			}
			x := &Search{Scene: s, Criterion: criterion, Method: m, Seed: seed, Rounds: 1, Pilot: c.pilot, Round: c.round, Particles: c.particles}
			if m == Splitting {
				x.Round = c.runs
			}
			return x
		}
		run := func(x *Search) Estimate {
			e, err := x.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		brute := search(Plain, 1)
		brute.Round = c.brute
		truth := run(brute)
		t.Logf("%s, %s: %d events in %d cases, %.4g an hour (%.4g to %.4g)", c.scene, c.criterion, truth.Events, truth.Cases, truth.Rate, truth.Lower, truth.Upper)
		for _, m := range []Method{Plain, Importance, Splitting} {
			covered, mean, ess, hours := 0, 0.0, 0.0, 0.0
			for k := range repetitions {
				x := search(m, uint64(1000+k))
				if m == Plain {
					x.Round *= 5
				}
				e := run(x)
				if e.Lower <= truth.Rate && truth.Rate <= e.Upper {
					covered++
				}
				mean += e.Rate / float64(repetitions)
				ess += e.ESS / float64(repetitions)
				hours += e.Hours / float64(repetitions)
			}
			t.Logf("%-10s covers in %d of %d, mean %.4g an hour (%.2f of what was counted), %.0f effective events, %.2f simulated hours", m, covered, repetitions, mean, mean/truth.Rate, ess, hours)
			if covered < repetitions*80/100 {
				t.Errorf("%s, %s: the interval of %s covers %.4g in %d of %d", c.scene, c.criterion, m, truth.Rate, covered, repetitions)
			}
		}
	}
}

// coarse returns a sample scene in steps of 0.4 s, with patches in that share of the cases.
func coarse(t *testing.T, name string, share float64) *Scene {
	t.Helper()
	s, err := Sample(name)
	if err != nil {
		t.Fatal(err)
	}
	s.Step = 0.4
	for i := range s.Patches {
		s.Patches[i].Share = share
	}
	return s
}
