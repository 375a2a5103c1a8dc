package rare

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"testing"
)

func criterion(t *testing.T, text string) *Criterion {
	t.Helper()
	c, err := ParseCriterion(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// search returns a small search of a sample scene whose patches lie there in that share of the cases.
func search(t *testing.T, name, what string, share float64, m Method) *Search {
	t.Helper()
	x := &Search{Scene: coarse(t, name, share), Criterion: criterion(t, what), Method: m, Seed: 7, Rounds: 1, Pilot: 150, Round: 150, Particles: 30}
	if m == Splitting {
		x.Round = 4
	}
	return x
}

func run(t *testing.T, x *Search) Estimate {
	t.Helper()
	e, err := x.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestMethodsAgreeOnTheRate compares what rare methods tell of a bend with what plain cases count there: 16 plain standard errors of the
// former apart would be a bias; three is chance.
func TestMethodsAgreeOnTheRate(t *testing.T) {
	plain := search(t, "bend", "left_road", 0.2, Plain)
	plain.Round = 2000
	want := run(t, plain)
	if want.Events < 100 {
		t.Fatalf("%d events, want 100 to compare with", want.Events)
	}
	for _, m := range []Method{Importance, Splitting} {
		got := run(t, search(t, "bend", "left_road", 0.2, m))
		if far := math.Abs(got.Rate-want.Rate) / math.Hypot(got.Error, want.Error); !(far < 3) {
			t.Errorf("%s: %.3g ± %.2g an hour, counted %.3g ± %.2g: %.1f standard errors apart (seed 7)", m, got.Rate, got.Error, want.Rate, want.Error, far)
		}
	}
}

// TestRareEventsAreFound has the rate of what is a hundred thousand times as rare be so many times smaller, with the interval that it tells, in simulated hours
// that plain cases would not come far with.
func TestRareEventsAreFound(t *testing.T) {
	often, seldom := run(t, search(t, "bend", "left_road", 0.01, Importance)), run(t, search(t, "bend", "left_road", 1e-7, Importance))
	if ratio := often.Rate / seldom.Rate / 1e5; !(ratio > 0.7 && ratio < 1.4) {
		t.Errorf("%.3g and %.3g an hour, want 1e5 between them", often.Rate, seldom.Rate)
	}
	if seldom.Relative() > 0.3 || seldom.PlainHours < 1000*seldom.Hours {
		t.Errorf("relative half width %.2f in %.1f hours, plain %.3g: want 0.3 and a thousand times fewer", seldom.Relative(), seldom.Hours, seldom.PlainHours)
	}
}

// TestSearchesDoNotDependOnJobs nor on an interruption between rounds.
func TestSearchesDoNotDependOnJobs(t *testing.T) {
	ctx := context.Background()
	for _, m := range []Method{Plain, Importance, Splitting} {
		one := search(t, "bend", "left_road", 0.2, m)
		one.Rounds = 2
		want := run(t, one)
		store := open(t, filepath.Join(t.TempDir(), "rare.db"))
		again := *one
		again.Store, again.Jobs, again.Keep, again.Rounds = store, 3, 5, 1
		run(t, &again)
		again.Rounds = 2
		if got := run(t, &again); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: with three jobs, gone on with after a round: %+v, want %+v", m, got, want)
		}
		sum, n := 0.0, 0
		if err := store.Each(ctx, Filter{}, func(e *Episode) error { sum += e.Weight; n++; return checkEpisode(t, e) }); err != nil {
			t.Fatal(err)
		}
		if n == 0 || sum > want.Rate*1.0001 {
			t.Errorf("%s: %d episodes that stand for %.4g an hour, of %.4g", m, n, sum, want.Rate)
		}
	}
}

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := OpenStore(context.Background(), path, true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// checkEpisode checks that an episode has what it is to have, and that nobody in it jumps.
func checkEpisode(t *testing.T, e *Episode) error {
	t.Helper()
	one, _ := e.roles()
	if one == nil || len(e.Lanes) == 0 || e.Striking == nil || e.Type == 0 || e.Samples < 10 {
		t.Errorf("case %d: %d lanes, type %d, %d samples, striking %v", e.Case, len(e.Lanes), e.Type, e.Samples, one)
	}
	for _, v := range e.Vehicles {
		for i := 1; i < len(v.Path); i++ {
			a, b := v.Path[i-1], v.Path[i]
			if d := math.Hypot(b.X-a.X, b.Y-a.Y); d > max(a.V, b.V)*e.Step+1 {
				t.Errorf("case %d, vehicle %d: %.1f m in a step at %.1f m/s", e.Case, v.ID, d, a.V)
			}
		}
	}
	return nil
}

func TestASearchThatIsStoppedSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	x := search(t, "bend", "left_road", 0.2, Plain)
	x.Told = func(Progress) { stop() }
	if _, err := x.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func TestCriteria(t *testing.T) {
	crash, near := newEncounter(), newEncounter()
	crash.values[qCrash], crash.values[qTTC], crash.values[qDeltaV] = 1, 0, 4
	near.values[qTTC], near.values[qRed], near.danger = 2, 1, 0.5
	for _, c := range []struct {
		text        string
		crash, near float64 // scores
	}{
		{"crash", 1, 0.5},
		{"ttc < 1", 1, 0.5},
		{"crash or ttc<4", 1, 1},
		{"(crash and delta_v > 8)", 0.9, 0.4},
		{"not crash and ttc < 1", 0, 0.5},
		{"red and pet < 1", 0, 0},
	} {
		k := criterion(t, c.text)
		if a, b := k.root.score(&crash), k.root.score(&near); math.Abs(a-c.crash) > 1e-9 || math.Abs(b-c.near) > 1e-9 {
			t.Errorf("%s: scores %.3f and %.3f, want %.3f and %.3f", c.text, a, b, c.crash, c.near)
		}
	}
	for _, text := range []string{"", "crash crash", "ttc", "ttc < x", "ttc < -1", "ttc < NaN", "(crash", "crash)", "not", "speed = 3", "and"} {
		if _, err := ParseCriterion(text); err == nil {
			t.Errorf("criterion %q was read", text)
		}
	}
}

func FuzzParseCriterion(f *testing.F) {
	f.Add("crash and (ttc < 1.5 or not pet > 2)")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCriterion(text)
		if err != nil {
			return
		}
		e := newEncounter()
		if s := c.root.score(&e); !(s >= 0 && s <= 1) || (s == 1) != c.root.holds(&e) {
			t.Errorf("%q: score %g, holds %v", text, s, c.root.holds(&e))
		}
	})
}
