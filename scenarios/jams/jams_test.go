package jams

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"roadtwin/scenarios/results"
)

// chain is a way over four edges of 152.4 m, 20 places each, for eight intervals of five minutes from 07:00. Edge 2 is congested from the third
// to the sixth, edge 1 behind it from the fourth to the fifth and full then; on edge 3 the traffic is free.
func chain() *Traffic {
	t := &Traffic{}
	for e := range 4 {
		t.Edges = append(t.Edges, results.Edge{Edge: e, OSMWay: int64(100 + e), Name: "Long Street", Length: 152.4, Lanes: 1, SpeedLimit: 10, From: e, To: e + 1, Control: "free"})
	}
	for k := range 8 {
		begin := 7*3600 + 300*float64(k)
		for e := range 4 {
			i := results.EdgeInterval{Begin: begin, End: begin + 300, Edge: e, Left: 50, VehicleSeconds: 900, VehicleMetres: 7620}
			switch {
			case e == 2 && k >= 2 && k < 6:
				i.VehicleSeconds, i.QueueMax = 3900, 15
			case e == 1 && k >= 3 && k < 5:
				i.VehicleSeconds, i.QueueMax = 5100, 19
			}
			t.Intervals = append(t.Intervals, i)
			if e < 3 {
				t.Movements = append(t.Movements, results.MovementInterval{Begin: begin, End: begin + 300, Movement: e, FromEdge: e, ToEdge: e + 1, Entered: 50})
			}
		}
	}
	return t
}

func TestTheHeadOfAQueueIsFound(t *testing.T) {
	all := Find(chain())
	if len(all) != 1 {
		t.Fatalf("%d bottlenecks, want one: %+v", len(all), all)
	}
	b := all[0]
	if b.Edge != 2 || b.Begin != 7*3600+600 || b.End != 7*3600+1800 || b.Active != 1200 {
		t.Errorf("edge %d from %g to %g s, want edge 2 from 07:10 to 07:30", b.Edge, b.Begin, b.End)
	}
	if !slices.Equal(b.Upstream, []int{1}) || b.Spilled != 1 || math.Abs(b.Longest-304.8) > 0.1 {
		t.Errorf("upstream %v, %d full, %g m, want edge 1, one, 304.8 m", b.Upstream, b.Spilled, b.Longest)
	}
	// 762 s is what the way takes at the limit: 4 intervals of 3,900 s and 2 of 5,100.
	if want := (4*(3900-762) + 2*(5100-762)) / 3600.0; math.Abs(b.Delay-want) > 1e-9 {
		t.Errorf("delay %g h, want %g", b.Delay, want)
	}
	if b.Vehicles != 200 || b.Discharge != 600 || b.Cause != Capacity {
		t.Errorf("%d vehicles, %g an hour, cause %s, want 200, 600 and capacity", b.Vehicles, b.Discharge, b.Cause)
	}
}

func TestCausesAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Traffic)
		want   Cause
	}{
		"a signal": {func(t *Traffic) { t.Edges[2].Control = "signal" }, Signal},
		"a stop":   {func(t *Traffic) { t.Edges[2].Control = "stop" }, Priority},
		"a merge": {func(t *Traffic) {
			t.Edges = append(t.Edges, results.Edge{Edge: 4, Name: "Ramp", Length: 100, Lanes: 1, SpeedLimit: 10})
			for k := range 8 {
				begin := 7*3600 + 300*float64(k)
				t.Movements = append(t.Movements, results.MovementInterval{Begin: begin, End: begin + 300, FromEdge: 4, ToEdge: 3, Entered: 9})
			}
		}, Merge},
		"a crash":             {func(t *Traffic) { t.Crashes = []results.Crash{{Time: 7*3600 + 500, Edge: 3}} }, Incident},
		"a crash long before": {func(t *Traffic) { t.Crashes = []results.Crash{{Time: 7*3600 - 3000, Edge: 3}} }, Capacity},
		"a crash elsewhere":   {func(t *Traffic) { t.Crashes = []results.Crash{{Time: 7*3600 + 500, Edge: 0}} }, Capacity},
		"a closure":           {func(t *Traffic) { t.Commands = []results.Command{{Time: 7*3600 + 100, Kind: "close", Edge: 3}} }, Incident},
		"a lower limit": {func(t *Traffic) {
			t.Commands = []results.Command{{Time: 7*3600 + 100, Kind: "speed_limit", Edge: 3, Value: 3}}
		}, Incident},
		"wet roads": {func(t *Traffic) {
			t.Commands = []results.Command{{Time: 7 * 3600, Kind: "condition", Edge: -1, Condition: "snow"}}
		}, Weather},
		"roads that had dried up": {func(t *Traffic) {
			t.Commands = []results.Command{{Time: 3600, Kind: "condition", Condition: "wet"}, {Time: 7 * 3600, Kind: "condition", Condition: "dry"}}
		}, Capacity},
		"a closure that has ended": {func(t *Traffic) {
			t.Commands = []results.Command{{Time: 100, Kind: "close", Edge: 3}, {Time: 200, Kind: "open", Edge: 3}}
		}, Capacity},
	} {
		traffic := chain()
		c.change(traffic)
		if all := Find(traffic); len(all) != 1 || all[0].Cause != c.want {
			t.Errorf("%s: %+v, want the cause %s", name, all, c.want)
		}
	}
}

func TestFreeTrafficHasNoBottleneck(t *testing.T) {
	traffic := chain()
	for i := range traffic.Intervals {
		traffic.Intervals[i].VehicleSeconds, traffic.Intervals[i].QueueMax = 900, 2
	}
	if all := Find(traffic); len(all) > 0 {
		t.Errorf("found %+v", all)
	}
	// The red of a signal in one interval, which everybody gets through in the next, is none.
	traffic.Intervals[2].VehicleSeconds, traffic.Intervals[2].QueueMax = 3900, 8
	if all := Find(traffic); len(all) > 0 {
		t.Errorf("found %+v", all)
	}
}

func TestRunsWithoutSpeedLimitsAreReadToo(t *testing.T) {
	traffic := chain()
	for i := range traffic.Edges {
		traffic.Edges[i].SpeedLimit = math.NaN()
	}
	if all := Find(traffic); len(all) != 1 || all[0].Edge != 2 {
		t.Errorf("found %+v, want edge 2", all)
	}
}

func TestForecastsTellTheSpreadOverSeeds(t *testing.T) {
	runs := [][]Bottleneck{
		{{Edge: 2, Begin: 25200, Delay: 4, Cause: Signal, Upstream: []int{1}}, {Edge: 9, Begin: 26000, Delay: 1, Cause: Merge}},
		{{Edge: 2, Begin: 25800, Delay: 2, Cause: Signal, Upstream: []int{1, 0}}},
		{},
		{{Edge: 2, Begin: 26400, Delay: 6, Cause: Capacity}},
	}
	all := Over(runs)
	if len(all) != 2 || all[0].Edge != 2 {
		t.Fatalf("%+v, want edge 2 first", all)
	}
	f := all[0]
	if f.Runs != 3 || f.Of != 4 || f.Likely != 0.75 || f.Cause != Signal || f.Expected != 3 {
		t.Errorf("%+v, want 3 of 4 runs, signal, 3 h expected", f)
	}
	if o := f.Onset; o.Mean != 25800 || o.SD != 600 || o.Min != 25200 || o.Max != 26400 {
		t.Errorf("onset %+v, want 25,800 ± 600 s", o)
	}
	if !slices.Equal(f.Upstream, []int{1, 0}) {
		t.Errorf("upstream %v, want 1 and 0", f.Upstream)
	}
}

func TestHeatMapsShowWhereItIsSlow(t *testing.T) {
	traffic := chain()
	way := Along(traffic.Edges, "long street", nil)
	if !slices.Equal(way, []int{0, 1, 2, 3}) {
		t.Fatalf("along the street: %v, want the four edges", way)
	}
	h := HeatOf("Long Street <northbound>", way, []*Traffic{traffic, traffic})
	if got, want := h.Ratio[2][3], 7620/3900.0/10; math.Abs(got-want) > 0.001 {
		t.Errorf("edge 2 in the fourth interval: %g of the limit, want %.3f", got, want)
	}
	if len(h.Times) != 9 || math.Abs(h.At[4]-4*152.4) > 1e-9 {
		t.Errorf("%d times, %v m", len(h.Times), h.At)
	}
	d := xml.NewDecoder(strings.NewReader(string(h.AppendSVG(nil))))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("the picture is not well formed: %v", err)
		}
	}
	if svg := string(HeatOf("nothing", nil, nil).AppendSVG(nil)); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("an empty map is drawn with numbers that are none")
	}
}
