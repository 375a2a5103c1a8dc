package scenarios

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/cityflow"
	"roadtwin/vehicles/traffic"
)

// jinanFolder returns where Jinan's files are, or skips the test.
func jinanFolder(t testing.TB) string {
	t.Helper()
	return shared(t, "benchmarks", "jinan_3x4", "3_4")
}

// shared returns the path of something beside the repository, or skips the test.
func shared(t testing.TB, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there", path)
	}
	return path
}

// jinanFixedTime returns Jinan with the program behind the published numbers. It is not the file's: the papers' agent
// (Advanced_XLight, run_fixedtime.py and models/fixedtime_agent.py) decides every 15 s, holds each of the phases 1 to 4
// until 15 s of it have passed at such a moment, and shows phase 0 for 5 s in between, which comes to 25 s of green and 5 s
// without; the first green began 10 s before the hour.
func jinanFixedTime(t testing.TB) *network.Network {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(jinanFolder(t), "roadnet_3_4.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, x := range file["intersections"].([]any) {
		light := x.(map[string]any)["trafficLight"].(map[string]any)
		given := light["lightphases"].([]any)
		var phases []any
		for _, p := range [][2]float64{{1, 15}, {0, 5}, {2, 25}, {0, 5}, {3, 25}, {0, 5}, {4, 25}, {0, 5}, {1, 10}} {
			phases = append(phases, map[string]any{
				"time": p[1], "availableRoadLinks": given[int(p[0])].(map[string]any)["availableRoadLinks"],
			})
		}
		light["lightphases"] = phases
	}
	if data, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	net, _, err := cityflow.Read(bytes.NewReader(data), "jinan")
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// travelTimes are the means of a run in the two ways in which studies with CityFlow measure, s.
type travelTimes struct {
	all    float64 // CityFlow's own: from the departure due to the arrival, or to the end of the run
	papers float64 // the papers': on lanes that lead to signals only, to the end of the run
}

// approachTimes observes each second who is on a lane that leads to a signal, as the papers' environment does.
type approachTimes struct {
	net    *network.Network
	stays  map[stay]*span
	there  []*span // of those on a lane that leads to a signal
	buffer []traffic.VehicleState
	next   float64
}

// stay is a vehicle at a junction, span its first coming and its last going; gone is negative while it is there.
type stay struct {
	vehicle  traffic.VehicleID
	junction network.JunctionID
}

type span struct{ came, seen, gone float64 }

func (a *approachTimes) Observe(r *Run) {
	now := r.Time()
	if now < a.next-1e-6 {
		return
	}
	a.next++
	a.buffer = r.World().AppendVehicles(a.buffer[:0])
	for i := range a.buffer {
		lane, ok := a.net.LaneOf(a.buffer[i].Track)
		if !ok {
			continue
		}
		j := a.net.Edges[a.net.Lanes[lane].Edge].To
		if a.net.Junctions[j].Controller == network.None {
			continue
		}
		key := stay{a.buffer[i].ID, j}
		s := a.stays[key]
		if s == nil {
			s = &span{came: now}
			a.stays[key] = s
		}
		if s.seen = now; s.gone >= 0 {
			s.gone = -1
			a.there = append(a.there, s)
		}
	}
	a.there = slices.DeleteFunc(a.there, func(s *span) bool {
		if s.seen < now {
			s.gone = now
		}
		return s.seen < now
	})
}

// mean returns the mean of the sums over junctions, s; end is when the run ended.
func (a *approachTimes) mean(end float64) float64 {
	vehicles := map[traffic.VehicleID]bool{}
	sum := 0.0
	for key, s := range a.stays {
		vehicles[key.vehicle] = true
		if s.gone < 0 {
			s.gone = end
		}
		sum += s.gone - s.came
	}
	return sum / float64(len(vehicles))
}

// arrivals sums up the time from departure to arrival.
type arrivals struct {
	trips []traffic.Trip
	sum   float64
	done  map[traffic.VehicleID]bool
}

func (a *arrivals) Observe(r *Run) {
	for _, e := range r.World().Events() {
		if e.Kind == traffic.Arrived {
			a.sum += e.Time - a.trips[e.Vehicle].Depart
			a.done[e.Vehicle] = true
		}
	}
}

// runHour runs a list of trips on a network for an hour, and fails the test if anything impossible happens.
func runHour(t *testing.T, net *network.Network, trips string, begin Clock) (travelTimes, Summary) {
	t.Helper()
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s := ForMap(net.Name)
	s.Demand.Trips, s.Period = trips, Period{Begin: begin, End: begin + 3600}
	r, err := NewRun(city, s, Options{Seed: 1, Workers: 1}) // others run beside it
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	approaches := &approachTimes{net: net, stays: map[stay]*span{}, next: float64(begin) + 1}
	ends := &arrivals{trips: r.Demand().Trips, done: map[traffic.VehicleID]bool{}}
	r.Watch(approaches)
	r.Watch(ends)
	for !r.Done() && context.Cause(t.Context()) == nil {
		r.Step()
	}
	end := float64(s.Period.End)
	for id, trip := range r.Demand().Trips {
		if !ends.done[traffic.VehicleID(id)] {
			ends.sum += end - trip.Depart
		}
	}
	if faults := r.World().Stats(); faults.Crashes > 0 || faults.Stuck > 0 || r.World().Audit() != (traffic.Audit{}) {
		t.Errorf("%+v, audit %+v, want no crash, nobody stuck and all zero", faults, r.World().Audit())
	}
	return travelTimes{ends.sum / float64(len(r.Demand().Trips)), approaches.mean(end)}, r.Summary()
}

// TestJinan compares with the published travel times under fixed time. We are 13 to 18 % below them, and the drivers are
// why: ours follow at a time gap of 1.15 s in the mean, CityFlow's vehicles at the headwayTime of the file, 2 s, by another
// model. CityFlow's own measure is some 50 s larger than the papers' here, as there (42 to 117 s).
func TestJinan(t *testing.T) {
	if testing.Short() {
		t.Skip("three hours of traffic")
	}
	for _, c := range []struct {
		trips     string
		published float64 // s, by the papers' measure
	}{
		{"anon_3_4_jinan_real.json", 428.11},
		{"anon_3_4_jinan_real_2000.json", 368.77},
		{"anon_3_4_jinan_real_2500.json", 383.01},
	} {
		t.Run(c.trips, func(t *testing.T) {
			t.Parallel()
			got, summary := runHour(t, jinanFixedTime(t), filepath.Join(jinanFolder(t), c.trips), 0)
			t.Logf("%.1f s by the papers' measure, published %.2f (%+.0f %%); %.1f s by CityFlow's; %d of %d departed, %d arrived",
				got.papers, c.published, 100*(got.papers/c.published-1), got.all, summary.Departed, summary.Trips, summary.Arrived)
			if got.papers < 0.8*c.published || got.papers > 1.2*c.published {
				t.Errorf("%.1f s by the papers' measure, want within 20 %% of the published %.2f", got.papers, c.published)
			}
			if longer := got.all - got.papers; longer < 30 || longer > 120 {
				t.Errorf("CityFlow's measure is %.1f s longer than the papers', want some 42 to 117 s", longer)
			}
			if summary.Rerouted > 0 {
				t.Errorf("%d left their routes, want none", summary.Rerouted)
			}
		})
	}
}

// TestJinanRunsItsOwnProgram runs the roadnet as it is: nine phases, 245 s.
func TestJinanRunsItsOwnProgram(t *testing.T) {
	t.Parallel()
	path := filepath.Join(jinanFolder(t), "roadnet_3_4.json")
	if format := FormatOf(path); format != CityFlow {
		t.Fatalf("%s is taken for %v", path, format)
	}
	m, err := ReadForeign(path, CityFlow)
	if err != nil {
		t.Fatal(err)
	}
	city, err := CityOf(m.Net)
	if err != nil {
		t.Fatal(err)
	}
	for i := range city.Plans {
		if cycle := city.Plans[i].Cycle(); cycle != 245 {
			t.Errorf("controller %d has a cycle of %v s, want 245", i, cycle)
		}
	}
	got, summary := runHour(t, m.Net, filepath.Join(jinanFolder(t), "anon_3_4_jinan_real_2000.json"), 0)
	if got.all < 300 || got.all > 600 || summary.Arrived < 3500 {
		t.Errorf("%.1f s, %d arrived; want 300 to 600 s and at least 3,500", got.all, summary.Arrived)
	}
}

// TestCologne compares with the published delay under fixed time: time lost plus departure delay. It is 62 s here, SUMO's is
// 59 s, though the file lets vehicles take corners of 5 to 7 m radius at 16.66 m/s, where ours drive some 4 to 5 m/s.
func TestCologne(t *testing.T) {
	t.Parallel()
	path := shared(t, "benchmarks", "cologne1", "cologne1.net.xml")
	if format := FormatOf(path); format != SUMO {
		t.Fatalf("%s is taken for %v", path, format)
	}
	m, err := ReadForeign(path, SUMO)
	if err != nil {
		t.Fatal(err)
	}
	city, err := CityOf(m.Net)
	if err != nil {
		t.Fatal(err)
	}
	if len(city.PlanNotes) > 0 || len(city.Plans) != 1 || city.Plans[0].Cycle() != 90 {
		t.Errorf("%d plans, notes %q; want one that is the program of the file, 90 s, as it is", len(city.Plans), city.PlanNotes)
	}
	const published = 58.8 // s, SUMO 1.15; 56.9 by RESCO
	_, summary := runHour(t, m.Net, shared(t, "benchmarks", "cologne1", "cologne1.rou.xml"), 7*3600)
	t.Logf("mean delay %.1f s, published %.1f (%+.0f %%); %d of %d departed, %d arrived", summary.MeanDelay, published,
		100*(summary.MeanDelay/published-1), summary.Departed, summary.Trips, summary.Arrived)
	if summary.MeanDelay < 0.7*published || summary.MeanDelay > 2*published {
		t.Errorf("mean delay %.1f s, want 0.7 to 2 times the published %.1f", summary.MeanDelay, published)
	}
	if summary.Arrived < 1900 {
		t.Errorf("%d arrived, want at least 1,900 of %d", summary.Arrived, summary.Trips)
	}
}
