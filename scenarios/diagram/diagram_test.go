package diagram

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
	"roadtwin/vehicles/draw"
)

func grid(t testing.TB) (*scenarios.City, *scenarios.Scenario) {
	t.Helper()
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 3, Rows: 2, Spacing: 180, Lanes: 2, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s := scenarios.ForMap("grid")
	s.Period.End = s.Period.Begin + 400
	return city, s
}

// wellFormed fails the test if a picture is not XML.
func wellFormed(t *testing.T, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not XML: %v\n%.2000s", err, svg)
		}
	}
}

// TestBandsMeetGreenEverywhere: who sets off within a band is at every signal when that is green, and who sets off outside of all
// is not, at random signals.
func TestBandsMeetGreenEverywhere(t *testing.T) {
	for seed := range uint64(50) {
		n := uint64(0)
		next := func() float64 {
			n++
			return draw.Float64(seed, draw.Test, n, 1)
		}
		var at, times []float64
		var shown [][]Interval
		for i := range 4 {
			at, times = append(at, 200*float64(i)), append(times, 15*float64(i))
			var v []Interval
			for now := -60 * next(); now < 400; {
				green, red := 10+30*next(), 10+20*next()
				v = append(v, Interval{now, now + green, signals.Green}, Interval{now + green, now + green + red, signals.Red})
				now += green + red
			}
			shown = append(shown, v)
		}
		bands := FindBands(true, at, times, shown, 0)
		green := func(i int, t float64) bool {
			for _, v := range shown[i] {
				if v.Aspect == signals.Green && v.From <= t && t < v.To {
					return true
				}
			}
			return false
		}
		for range 200 {
			start := 300 * next()
			passes, within := true, false
			for i := range at {
				passes = passes && green(i, start+times[i])
			}
			for _, b := range bands {
				within = within || b.From[0] <= start && start < b.To[0]
			}
			if passes != within {
				t.Fatalf("seed %d: setting off at %.2f s, passes all at green: %t, within a band: %t", seed, start, passes, within)
			}
		}
	}
}

// TestTimingDiagramShowsWhatControllersShow: every group over a whole cycle.
func TestTimingDiagramShowsWhatControllersShow(t *testing.T) {
	city, _ := grid(t)
	for i := range city.Plans {
		plan := city.Plans[i]
		system, err := signals.New(city.Net, []signals.Plan{plan})
		if err != nil {
			t.Fatal(err)
		}
		cycle := plan.Cycle()
		for now := 10*cycle + 0.05 + plan.Offset; now < 11*cycle+plan.Offset; now += 0.1 {
			system.Step(now)
			for _, g := range city.Net.Controllers[plan.Controller].Groups {
				want, at := system.Aspects()[g], math.Mod(now-plan.Offset, cycle)
				for _, v := range shownBy(&plan, g) {
					if v.From+0.002 < at && at < v.To-0.002 && v.Aspect != want {
						t.Fatalf("controller %d, group %d at %.2f s of the cycle: drawn %v, shown %v", plan.Controller, g, at, v.Aspect, want)
					}
				}
			}
		}
		wellFormed(t, StagesOf(city.Net, &plan).SVG())
	}
}

// TestStreetIsRecorded: vehicles are seen along the street in both directions, going the way that their direction says, and
// signals between the ends of it.
func TestStreetIsRecorded(t *testing.T) {
	city, s := grid(t)
	var ids []network.ControllerID
	for c := range city.Net.Controllers {
		ids = append(ids, network.ControllerID(c))
	}
	a, err := arterial.Find(city.Net, ids, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 1, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	d, err := RecordStreet(t.Context(), r, a, r.Begin()+120, r.Begin()+300)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Out) == 0 || len(d.In) == 0 || len(d.Signals) < 2 {
		t.Fatalf("%d and %d trajectories, %d signals on %q: want some of each", len(d.Out), len(d.In), len(d.Signals), a.Street)
	}
	for _, way := range []struct {
		of   []Trajectory
		sign float64
	}{{d.Out, 1}, {d.In, -1}} {
		for _, v := range way.of {
			for i := 1; i < len(v.At); i++ {
				if step := (v.At[i] - v.At[i-1]) * way.sign; step < -0.5 || step > 45 {
					t.Fatalf("one goes %.1f m in %.1f s", step, v.Time[i]-v.Time[i-1])
				}
			}
		}
	}
	for _, x := range d.Signals {
		if x.At <= 0 || x.At >= d.Length || len(x.Out) == 0 {
			t.Errorf("signal %q at %.0f of %.0f m with %d intervals", x.Name, x.At, d.Length, len(x.Out))
		}
	}
	wellFormed(t, d.SVG())
}

// TestCyclesAreWhole: cycles follow one another without gaps, each as long as the plan says, and no measure is beyond its range.
func TestCyclesAreWhole(t *testing.T) {
	city, s := grid(t)
	r, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 1, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	plan := &city.Plans[0]
	edge := city.Net.SignalGroups[plan.Groups[0].Group].Approach
	d, err := RecordQueues(t.Context(), r, edge, r.Begin()+20, r.End())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Cycles) < 2 {
		t.Fatalf("%d cycles in 380 s of cycles of %.0f s", len(d.Cycles), plan.Cycle())
	}
	for i, k := range d.Cycles {
		if i > 0 && k.From != d.Cycles[i-1].To {
			t.Errorf("cycle %d begins at %.1f s, the one before ended at %.1f", i, k.From, d.Cycles[i-1].To)
		}
		if got := k.To - k.From; math.Abs(got-plan.Cycle()) > 0.5 {
			t.Errorf("cycle %d lasts %.1f s, want %.1f", i, got, plan.Cycle())
		}
		if k.Left > k.Longest || k.GreenUsed < 0 || k.GreenUsed > 1 || k.Occupancy < 0 || k.Occupancy > 1 {
			t.Errorf("cycle %d: %+v", i, k)
		}
	}
	wellFormed(t, d.SVG())
}

// TestRingsAreDrawnToTheirBarriers: every phase once, with the split of its pattern.
func TestRingsAreDrawnToTheirBarriers(t *testing.T) {
	city, _ := grid(t)
	for i := range city.Plans {
		control, err := signals.DefaultControl(city.Net, &city.Plans[i], signals.RingBarrier, signals.ControlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		d, err := RingsOf(city.Net, city.Plans[i].Controller, control.NEMA, -1)
		if err != nil {
			t.Fatal(err)
		}
		svg := d.SVG()
		wellFormed(t, svg)
		for _, p := range control.NEMA.Phases {
			if n := bytes.Count(svg, fmt.Appendf(nil, ">Ø%d<", p.Number)); n != 1 {
				t.Errorf("controller %d: phase %d is drawn %d times, want once", i, p.Number, n)
			}
		}
		if _, err := RingsOf(city.Net, city.Plans[i].Controller, control.NEMA, 7); err == nil {
			t.Error("a pattern that is not there is drawn")
		}
	}
}
