package why

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// slippery is the sample town with its morning, in which ice is spilt on all longer lanes at 07:08 (patches, not the weather); the first
// signals have a plan of their own.
func slippery(t *testing.T) (*scenarios.City, *scenarios.Scenario) {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("map: town\nperiod: {begin: \"07:00\", end: \"07:15\"}\ndemand: {trips_per_day: 30000}\nweather:\n")
	for i := range net.Lanes {
		l := &net.Lanes[i]
		if l.Length < 40 {
			continue
		}
		lon, lat := net.Projection.ToLonLat(net.PoseAt(network.LaneID(i).Track(), l.Length/2, 0).Point)
		fmt.Fprintf(&b, "  - {at: \"07:08\", spill: wet_ice, near: [%.7f, %.7f], length: 1000}\n", lon, lat)
	}
	fmt.Fprintf(&b, "signals:\n  plans:\n    - {name: %q, offset: 17}\n", net.Controllers[0].Name)
	s, err := scenarios.Parse([]byte(b.String()), "slippery.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return city, s
}

func start(t *testing.T, city *scenarios.City, s *scenarios.Scenario, o scenarios.Options) *scenarios.Run {
	t.Helper()
	r, err := scenarios.NewRun(city, s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// crashesOf runs r to its end and returns its crashes of two in which the one that strikes slides on ice.
func crashesOf(r *scenarios.Run) (all []traffic.Event) {
	for !r.Done() {
		r.Step()
		for _, e := range r.World().Events() {
			if e.Kind == traffic.CrashedInto && e.Striking.Condition != tyre.Dry {
				all = append(all, e)
			}
		}
	}
	return all
}

// The first crashes on spilt ice are explained: each is the same when it is made again, without the ice most do not happen, and
// signals that go over to other plans can be supposed.
func TestCrashesOnSpillsAreExplained(t *testing.T) {
	city, s := slippery(t)
	crashes := crashesOf(start(t, city, s, scenarios.Options{Workers: 1}))
	if len(crashes) < 3 {
		t.Fatalf("%d crashes on spilt ice: that is no test", len(crashes))
	}
	clean := 0
	for _, e := range crashes[:3] {
		r := start(t, city, s, scenarios.Options{Workers: 2})
		told := 0.0
		a, err := Explain(t.Context(), r, Ask{Time: e.Time, Striking: e.Vehicle, Struck: e.Other, Before: 15, After: 5}, func(share float64) { told = share })
		if err != nil {
			t.Fatal(err)
		}
		if a.Time != e.Time || a.DeltaV != e.DeltaV || a.Striking.Condition != "wet_ice" || told != 1 {
			t.Errorf("made again at %v with %v m/s on %s, was at %v with %v; told %g of it", a.Time, a.DeltaV, a.Striking.Condition, e.Time, e.DeltaV, told)
		}
		names := map[string]bool{}
		for i := range a.Factors {
			f := &a.Factors[i]
			names[f.Name] = true
			if f.Name == dryRoad && f.Prevented {
				clean++
			}
			if f.Prevented != (f.Margin > 0) && f.Elsewhere == 0 && !strings.HasPrefix(f.Name, "without") {
				t.Errorf("%s: prevented %t by %g m", f.Name, f.Prevented, f.Margin)
			}
		}
		if !names[dryRoad] || !names["other_signals"] || names["in_order"] || names["cold_brakes"] {
			t.Errorf("asked for %v, want the dry road and the other signals, and nothing of brakes that are in order and cold", names)
		}
		var text strings.Builder
		if err := a.WriteText(&text); err != nil || !strings.Contains(text.String(), "dry and clean") {
			t.Errorf("%v: %s", err, &text)
		}
		if picture := string(a.AppendSVG(nil, a.Foremost())); !strings.Contains(picture, "<svg") {
			t.Errorf("no picture: %.80s", picture)
		}
	}
	if clean < 2 {
		t.Errorf("without the ice %d of the first 3 crashes do not happen, want 2 at least", clean)
	}
}

func TestACrashThatDoesNotHappenIsToldSo(t *testing.T) {
	city, s := slippery(t)
	ask := Ask{Time: 7*3600 + 60, Striking: 1, Struck: 2, Before: 10, After: 2}
	if _, err := Explain(t.Context(), start(t, city, s, scenarios.Options{Workers: 1}), ask, nil); !errors.Is(err, ErrNotThere) {
		t.Errorf("%v, want %v", err, ErrNotThere)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Explain(ctx, start(t, city, s, scenarios.Options{Workers: 1}), ask, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}

// A run whose trips were given their ways, and that keeps them, is the same when it is made again.
func TestARunWithGivenRoutesIsMadeAgain(t *testing.T) {
	city, s := slippery(t)
	net := filepath.Join(t.TempDir(), "town.rtn")
	if err := city.Net.WriteFile(net); err != nil {
		t.Fatal(err)
	}
	s.Map = net
	first := start(t, city, s, scenarios.Options{Workers: 1})
	crashesOf(first)
	o := scenarios.Options{Workers: 1, Settled: true, KeepRoutes: true}
	for id := range first.Demand().Trips {
		way := first.World().Route(traffic.VehicleID(id))
		o.Routes = append(o.Routes, append([]network.EdgeID(nil), way...))
	}
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := start(t, city, s, o)
	recorder, err := scenarios.Record(db, r, "test")
	if err != nil {
		t.Fatal(err)
	}
	want := crashesOf(r)
	if err := recorder.Finish(r.Summary()); err != nil {
		t.Fatal(err)
	}
	runs, err := db.Runs(t.Context())
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	again, err := scenarios.Reopen(t.Context(), db, runs[0].ID, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	got := crashesOf(again)
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d crashes, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Time != want[i].Time || got[i].Vehicle != want[i].Vehicle || got[i].DeltaV != want[i].DeltaV {
			t.Errorf("crash %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestHeadingsAreThoseOfACompass(t *testing.T) {
	for _, c := range []struct{ rad, want float64 }{{0, 90}, {math.Pi / 2, 0}, {math.Pi, 270}, {-math.Pi / 2, 180}, {5 * math.Pi / 2, 0}, {math.Pi/2 + 1e-9, 0}} {
		if got := compass(c.rad); got != c.want {
			t.Errorf("%g rad is %g degrees, want %g", c.rad, got, c.want)
		}
	}
}

// TestThePageTellsAndShows wants the answer in a table, and pictures of where both were and how fast, with the moment of the crash.
func TestThePageTellsAndShows(t *testing.T) {
	last := 2.5
	sample := func(at, v float64) Sample {
		p := Place{Speed: v, Metre: 10 * (at + 5), There: true}
		return Sample{Time: 1000 + at, Striking: p, Struck: p}
	}
	was := []Sample{sample(-4, 10), sample(-2, 8), sample(0, 6)}
	a := Answer{
		Time: 1000, Before: 4, Place: "High <Street>", Striking: Vehicle{Trip: 1, Class: "car"}, Struck: &Vehicle{Trip: 2, Class: "van"}, LastMoment: &last,
		Factors: []Factor{{Name: "sooner", Says: "the driver had acted", Prevented: true, Margin: 3, Path: was}}, AsItWas: was,
	}
	var b strings.Builder
	if err := a.WritePage(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"High &lt;Street&gt;", "<td>prevented, by 3.0 m</td>", "km/h", "last moment for full braking"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if n := strings.Count(b.String(), "<svg"); n != 2 {
		t.Errorf("%d pictures, want 2", n)
	}
	if len(a.plot("", "", "sooner", func(int, *Place) float64 { return 0 }).Marks) != 4 {
		t.Error("moments are marked in a plot without any height")
	}
}

// TestAllCrashesAtOnceAreTheSame asks of the first crashes on one way through the run, two at a time, and of one that never happens: the answers are
// those that each gets by itself, whatever the order of the questions.
func TestAllCrashesAtOnceAreTheSame(t *testing.T) {
	city, s := slippery(t)
	crashes := crashesOf(start(t, city, s, scenarios.Options{Workers: 1}))
	asks := []Ask{{Time: 7*3600 + 500, Striking: 1, Struck: 2, Before: 10, After: 2}}
	for _, e := range crashes[:3] {
		asks = append(asks, Ask{Time: e.Time, Striking: e.Vehicle, Struck: e.Other, Before: 15, After: 5})
	}
	asks[1], asks[3] = asks[3], asks[1]
	var sum Sum
	answers, last := make([]*Answer, len(asks)), 0.0
	err := ExplainAll(t.Context(), start(t, city, s, scenarios.Options{Workers: 2}), asks, 2, func(k int, a *Answer, err error) {
		if answers[k] = a; (a == nil) != (k == 0) || (err == nil) != (k > 0) || k == 0 && !errors.Is(err, ErrNotThere) {
			t.Errorf("crash %d: %v", k, err)
		}
		if a != nil {
			sum.Add(a)
		}
	}, func(share float64) { last = share })
	if err != nil || last != 1 {
		t.Fatalf("%v, %g told", err, last)
	}
	prevented := 0
	for k, ask := range asks[1:] {
		alone, err := Explain(t.Context(), start(t, city, s, scenarios.Options{Workers: 1}), ask, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(alone, answers[k+1]) {
			t.Errorf("crash at %v: asked of with others %+v, alone %+v", ask.Time, answers[k+1], alone)
		}
		for i := range alone.Factors {
			if alone.Factors[i].Name == dryRoad && alone.Factors[i].Prevented {
				prevented++
			}
		}
	}
	if sum.Crashes != 3 || sum.Explained+sum.Not != 3 || sum.Factors[0].Name != dryRoad || sum.Factors[0].Prevented != prevented {
		t.Errorf("%+v; want 3 crashes, %d of them prevented by a dry road", sum, prevented)
	}
}
