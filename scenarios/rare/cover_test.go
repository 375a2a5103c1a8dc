package rare

import (
	"context"
	"math"
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
	{"bend", "left_road", 0.05, 200000, 150, 40, 50, 6},
	{"following", "crash", 0.2, 200000, 150, 40, 50, 6},
	{"junction", "crash", 0.05, 40000, 150, 40, 50, 6},
}

// bruteSeeds is by how many seeds plain cases are counted.
const bruteSeeds = 5

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
		methods, truth := []Method{Plain, Importance, Splitting}, Estimate{}
		if truth.Rate, _ = strconv.ParseFloat(os.Getenv("ROADTWIN_COVERAGE_RATE"), 64); truth.Rate > 0 {
			methods = methods[1:] // it has been counted before
		} else {
			truth = counted(t, c.brute, search, run)
		}
		t.Logf("%s, %s: %d events in %d cases, %.4g an hour (%.4g to %.4g)", c.scene, c.criterion, truth.Events, truth.Cases, truth.Rate, truth.Lower, truth.Upper)
		for _, m := range methods {
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

// counted returns what plain cases of several seeds count together: one seed alone was three of its standard errors off.
func counted(t *testing.T, cases int, search func(Method, uint64) *Search, run func(*Search) Estimate) (truth Estimate) {
	t.Helper()
	for seed := range uint64(bruteSeeds) {
		brute := search(Plain, 1+seed)
		brute.Round = cases / bruteSeeds
		e := run(brute)
		truth.Rate += e.Rate / bruteSeeds
		truth.Events += e.Events
		truth.Cases += e.Cases
	}
	spread := normal / math.Sqrt(float64(truth.Events))
	truth.Lower, truth.Upper = truth.Rate*(1-spread), truth.Rate*(1+spread)
	return truth
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
