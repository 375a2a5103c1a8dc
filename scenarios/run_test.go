package scenarios

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// townCity is the sample town, whose edges get OSM ways 1, 2, ... so that scenarios can name them.
func townCity(t testing.TB) *City {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	for e := range net.Edges {
		net.Edges[e].OSMWay = int64(e + 1)
	}
	city, err := CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	return city
}

// townScenario runs the town for ten minutes, with some of everything in it.
func townScenario(t testing.TB) *Scenario {
	t.Helper()
	s, err := Parse([]byte(`
map: town
period: {begin: "07:00", end: "07:10"}
step: 0.2
demand: {factor: 0.5}
weather:
  - {at: "06:00", condition: wet}
  - {at: "07:05", condition: dry}
events:
  - {at: "07:03", way: 5, speed_limit_kmh: 30, until: "07:06"}
measure: {interval: 240}
`), "town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newRun(t testing.TB, city *City, s *Scenario, o Options) *Run {
	t.Helper()
	r, err := NewRun(city, s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func finish(r *Run) {
	for !r.Done() {
		r.Step()
	}
}

func TestARunIsTheSameWhoeverWatchesAndWithAnyNumberOfWorkers(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	plain := newRun(t, city, s, Options{Workers: 1})
	finish(plain)
	want := plain.Summary()
	if want.Departed < 50 {
		t.Fatalf("%d departed, want 50 to judge by", want.Departed)
	}
	for _, workers := range []int{1, 3} {
		db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
		if err != nil {
			t.Fatal(err)
		}
		r := newRun(t, city, s, Options{Workers: workers})
		recorder, err := Record(db, r, "test")
		if err != nil {
			t.Fatal(err)
		}
		finish(r)
		got := r.Summary()
		if err := errors.Join(recorder.Finish(got), db.Close()); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Summary{&got, &want} {
			s.CPU, s.Wall, s.RealTime, s.MaxRSS = 0, 0, 0, 0
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("recorded with %d workers: %+v\nwant %+v", workers, got, want)
		}
	}
	other := newRun(t, city, s, Options{Workers: 1, Seed: 99})
	finish(other)
	if other.Summary().StateHash == want.StateHash {
		t.Error("another seed gives the same state")
	}
}

func TestResultsAgreeWithTheSummary(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := newRun(t, city, s, Options{Workers: 1, Seed: 3})
	recorder, err := Record(db, r, "v1")
	if err != nil {
		t.Fatal(err)
	}
	finish(r)
	sum := r.Summary()
	if err := recorder.Finish(sum); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	run, err := db.Run(ctx, recorder.RunID())
	if err != nil {
		t.Fatal(err)
	}
	if run.Seed != 3 || run.Version != "v1" || run.StateHash != sum.StateHash || !run.Complete || run.Hash != r.Scenario().Hash() {
		t.Errorf("run = %+v", run)
	}
	if again, err := Parse([]byte(run.Text), "again.yaml"); err != nil || again.Hash() != run.Hash {
		t.Errorf("the scenario kept with the run reads back as %v, %v", again, err)
	}
	checkTrips(t, db, run.ID, sum)
	checkIntervals(t, db, run.ID, r)

	stages, err := db.SignalStages(ctx, run.ID)
	if err != nil || len(stages) == 0 {
		t.Fatalf("%d signal stages, %v", len(stages), err)
	}
	split := map[int]float64{}
	for _, st := range stages {
		split[st.Controller] += st.Split
	}
	for c, total := range split {
		if math.Abs(total-1) > 1e-9 {
			t.Errorf("the splits of controller %d add up to %g", c, total)
		}
	}
	commands, err := db.Commands(ctx, run.ID)
	var kinds []string
	for _, c := range commands {
		kinds = append(kinds, Clock(c.Time).String()+" "+c.By+" "+c.Kind)
	}
	want := []string{"07:03 scenario speed_limit", "07:05 scenario condition", "07:06 scenario speed_limit"}
	for i := range kinds { // times are sums of steps
		kinds[i] = strings.Split(kinds[i], ":")[0] + kinds[i][strings.Index(kinds[i], " "):]
	}
	for i := range want {
		want[i] = strings.Split(want[i], ":")[0] + want[i][strings.Index(want[i], " "):]
	}
	if err != nil || !slices.Equal(kinds, want) {
		t.Errorf("commands = %v, %v, want %v", kinds, err, want)
	}
	if got := commands[0].Step; got != 900 {
		t.Errorf("the first command is applied at step %d, want 900: after 180 s of 0.2 s", got)
	}
}

func checkTrips(t *testing.T, db *results.DB, run int64, sum Summary) {
	t.Helper()
	trips, err := db.Trips(context.Background(), run)
	if err != nil || len(trips) != sum.Released {
		t.Fatalf("%d trips kept, %v, %d released", len(trips), err, sum.Released)
	}
	states := map[results.TripState]int{}
	var travel, delay float64
	for _, trip := range trips {
		states[trip.State]++
		if trip.State == results.TripArrived {
			travel += trip.TravelTime
			delay += trip.TravelTime - trip.FreeTime + trip.Waited
			if math.Abs(trip.Depart+trip.Waited-trip.Entered) > 0.3 || math.Abs(trip.Entered+trip.TravelTime-trip.Arrived) > 0.3 {
				t.Errorf("trip %d: times do not add up: %+v", trip.Trip, trip)
			}
		}
	}
	want := map[results.TripState]int{}
	for state, n := range map[results.TripState]int{
		results.TripArrived: sum.Arrived, results.TripOnRoad: sum.OnRoad, results.TripWaiting: sum.Waiting,
		results.TripNoRoute: sum.NoRoute, results.TripCleared: sum.Cleared,
	} {
		if n > 0 {
			want[state] = n
		}
	}
	if !reflect.DeepEqual(states, want) {
		t.Errorf("trips by state = %v, want %v", states, want)
	}
	n := float64(sum.Arrived)
	if math.Abs(travel/n-sum.MeanTravelTime) > 1e-6 || math.Abs(delay/n-sum.MeanDelay) > 1e-6 {
		t.Errorf("mean travel time %g and delay %g of the trips, %g and %g in the summary", travel/n, delay/n, sum.MeanTravelTime, sum.MeanDelay)
	}
}

// checkIntervals adds the intervals up: they must give what the world counted from begin to end.
func checkIntervals(t *testing.T, db *results.DB, run int64, r *Run) {
	t.Helper()
	rows, err := db.EdgeIntervals(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	begins := map[float64]bool{}
	var entered int64
	var seconds float64
	for _, row := range rows {
		begins[row.Begin] = true
		entered += row.Entered
		seconds += row.VehicleSeconds
	}
	moves, err := db.MovementIntervals(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range moves {
		entered += row.Entered
		seconds += row.VehicleSeconds
	}
	if len(begins) != 3 { // 240, 240 and the remaining 120 s
		t.Errorf("intervals begin at %v, want three", begins)
	}
	wantEntered := int64(r.World().Stats().Departed) // and over each junction once onto the movement and once onto the edge behind
	var wantSeconds float64
	for track, c := range r.World().Counts() {
		if _, inside := r.Net().ConnectorOf(network.TrackID(track)); inside {
			wantEntered += c.Entered + c.Left
		}
		wantSeconds += c.VehicleSeconds
	}
	if entered != wantEntered || math.Abs(seconds-wantSeconds) > 1e-6*wantSeconds || entered == 0 {
		t.Errorf("intervals add up to %d entries and %g vehicle seconds, want %d and %g", entered, seconds, wantEntered, wantSeconds)
	}
}

func TestAnInterruptedRunIsKeptAsFarAsItCame(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := newRun(t, city, s, Options{Workers: 1})
	recorder, err := Record(db, r, "v1")
	if err != nil {
		t.Fatal(err)
	}
	for range 700 {
		r.Step()
	}
	if err := recorder.Finish(r.Summary()); err != nil {
		t.Fatal(err)
	}
	run, err := db.Run(context.Background(), recorder.RunID())
	if err != nil || run.Complete {
		t.Errorf("run = %+v, %v, want it incomplete", run, err)
	}
	rows, err := db.EdgeIntervals(context.Background(), run.ID)
	if err != nil || len(rows) == 0 || math.Abs(rows[len(rows)-1].End-r.Time()) > 1e-6 {
		t.Errorf("%d intervals, %v, want the last to end at %g", len(rows), err, r.Time())
	}
}

func TestScenarioWeatherAndEventsReachTheTraffic(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r := newRun(t, city, s, Options{Workers: 1})
	if got := r.World().Condition(); got != tyre.Wet {
		t.Errorf("at the beginning the roads are %v, want wet as of 06:00", got)
	}
	finish(r)
	if got := r.World().Condition(); got != tyre.Dry {
		t.Errorf("at the end the roads are %v, want dry", got)
	}
	for text, want := range map[string]string{
		"events: [{at: \"07:01\", way: 99999, close: true}]":                  "events[0].way",
		"events: [{at: \"07:01\", way: 5, direction: backward, close: true}]": "way 5 in direction backward",
		"signals: {plans: [{node: 12345}]}":                                   "signals.plans[0].node",
		"demand: {trips: none.csv}":                                           "demand.trips",
	} {
		bad, err := Parse([]byte("map: town\n"+text+"\n"), "bad.yaml")
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewRun(city, bad, Options{})
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "bad.yaml:2: ") {
			t.Errorf("%s: %v, want bad.yaml:2 and %q", text, err, want)
		}
	}
}

func TestPlansAreRetimed(t *testing.T) {
	city := townCity(t)
	for c := range city.Net.Controllers {
		city.Net.Controllers[c].OSMNodes = []int64{int64(100 + c)}
	}
	plan := city.Plans[0]
	offset := 7.0
	greens := make([]float64, len(plan.Stages))
	for i, stage := range plan.Stages {
		greens[i] = stage.Green + 10
	}
	s := ForMap("town")
	s.Signals.Plans = []SignalPlan{{Node: 100 + int64(plan.Controller), Offset: &offset, Greens: greens}}
	r := newRun(t, city, s, Options{})
	if got := r.Plans()[0]; got.Offset != 7 || got.Stages[0].Green != plan.Stages[0].Green+10 {
		t.Errorf("plan = %+v, want offset 7 and greens %v", got, greens)
	}
	if city.Plans[0].Offset != plan.Offset || city.Plans[0].Stages[0].Green != greens[0]-10 {
		t.Error("the city's own plan was changed")
	}
	s.Signals.Plans[0].Greens = greens[:1]
	if _, err := NewRun(city, s, Options{}); len(greens) > 1 && !errors.Is(err, ErrInvalid) {
		t.Errorf("too few greens: %v", err)
	}
	for i := range greens {
		greens[i] = 1
	}
	s.Signals.Plans[0].Greens = greens
	if _, err := NewRun(city, s, Options{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("greens of 1 s: %v, want them refused as the user's mistake", err)
	}
}

func TestOptionsOverrideAndAreChecked(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	begin, end := 8*3600.0, 8*3600+60.0
	r := newRun(t, city, s, Options{StepTime: 0.5, Demand: 2, Begin: &begin, End: &end, Seed: 5})
	got := r.Scenario()
	if got.Step != 0.5 || got.Demand.Factor != 1 || r.Begin() != begin || r.End() != end || r.Seed() != 5 || got.Seeds != nil {
		t.Errorf("run as %+v", got)
	}
	n := 0
	for ; !r.Done(); n++ {
		r.Step()
	}
	if n != 120 {
		t.Errorf("%d steps, want 120", n)
	}
	nan, early := math.NaN(), 3600.0
	for name, o := range map[string]Options{
		"step": {StepTime: 3}, "step nan": {StepTime: nan}, "demand": {Demand: -1}, "demand nan": {Demand: nan},
		"end before begin": {End: &early}, "begin nan": {Begin: &nan},
	} {
		if _, err := NewRun(city, s, o); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want an ErrInvalid", name, err)
		}
	}
}

func TestKPIAndSummaryAreJSON(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r := newRun(t, city, s, Options{Workers: 1})
	if _, err := json.Marshal(r.KPI()); err != nil {
		t.Errorf("before the first step: %v", err)
	}
	finish(r)
	k, sum := r.KPI(), r.Summary()
	if _, err := json.Marshal(k); err != nil {
		t.Error(err)
	}
	if k.Arrived != sum.Arrived || k.OnRoad != sum.OnRoad || k.MeanDelay != sum.MeanDelay || k.Time != r.Time() {
		t.Errorf("KPI %+v and summary %+v disagree", k, sum)
	}
	if len(k.Queues) > worstJunctions || !slices.IsSortedFunc(k.Queues, func(a, b JunctionQueue) int { return b.Queue - a.Queue }) {
		t.Errorf("queues = %+v", k.Queues)
	}
	text, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"scenario", "seed", "state_hash", "departed", "arrived", "on_road", "waiting", "crashes", "mean_travel_time_s",
		"mean_delay_s", "audit", "stuck", "vehicle_updates", "cpu_s", "wall_s", "max_rss_mb",
	} {
		if _, ok := fields[name]; !ok {
			t.Errorf("the summary has no %s", name)
		}
	}
	if sum.Departed != sum.Arrived+sum.OnRoad+sum.Cleared || sum.DueShare < 0 || sum.DueShare > 1 || sum.PeakOnRoad < sum.OnRoad {
		t.Errorf("summary = %+v", sum)
	}
}

func TestWorstJunctionsAreTheWorst(t *testing.T) {
	city := townCity(t)
	m := newMeter(city.Net, nil, nil, 0, 1)
	m.samples = 1
	for j := range m.byJunction {
		m.byJunction[j].total = float64(j * 7 % 11)
	}
	got := m.worst(func(q JunctionQueue) float64 { return q.Mean })
	all := make([]float64, len(m.byJunction))
	for j := range all {
		all[j] = m.byJunction[j].total
	}
	slices.Sort(all)
	slices.Reverse(all)
	for i, q := range got {
		if q.Mean != all[i] || i > 0 && q.Mean == got[i-1].Mean && q.Junction < got[i-1].Junction {
			t.Errorf("place %d has %+v, want a mean of %g", i, q, all[i])
		}
	}
	if len(got) != worstJunctions {
		t.Errorf("%d junctions, want %d", len(got), worstJunctions)
	}
}

func TestQueuedCommandsAreRecordedWithTheirStep(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r := newRun(t, city, s, Options{Workers: 1})
	for range 10 {
		r.Step()
	}
	if err := r.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: 3}, "a client"); err != nil {
		t.Fatal(err)
	}
	r.Step()
	want := CommandRecord{Step: 10, Time: 7*3600 + 2, By: "a client", Command: traffic.Command{Kind: traffic.CloseEdge, Edge: 3}}
	if got := r.Commands(); len(got) != 1 || math.Abs(got[0].Time-want.Time) > 1e-6 || got[0].Step != 10 || got[0].By != want.By || got[0].Command != want.Command {
		t.Errorf("commands = %+v, want %+v", got, want)
	}
	if got := r.World().Applied(); len(got) != 1 || got[0] != want.Command {
		t.Errorf("applied = %+v, want %+v", got, want.Command)
	}
	if err := r.Queue(traffic.Command{Kind: traffic.CloseEdge, Edge: 1 << 30}, "a client"); err == nil || len(r.Commands()) != 1 {
		t.Errorf("closing a street that is not there: %v, %d commands recorded", err, len(r.Commands()))
	}
}

func TestOpenSaysWhatIsWrongWithAMap(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]string{"none.osm.pbf": "no such file", "none.rtn": "no such file"} {
		s := ForMap(filepath.Join(dir, name))
		if _, err := Open(context.Background(), s, nil); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", name, err, want)
		}
	}
	s := ForMap("a.rtn")
	s.BBox = []float64{0, 0, 1, 1}
	if _, err := Open(context.Background(), s, nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("cutting a network: %v", err)
	}
}

func TestANetworkFileRunsAsTheNetworkDoes(t *testing.T) {
	city := townCity(t)
	path := filepath.Join(t.TempDir(), "town.rtn")
	if err := city.Net.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := Open(context.Background(), ForMap(path), func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Hash() != city.Hash() {
		t.Error("the network has another hash after it was written and read")
	}
	s := townScenario(t)
	a, b := newRun(t, city, s, Options{Workers: 1}), newRun(t, loaded, s, Options{Workers: 1})
	finish(a)
	finish(b)
	if a.World().Hash() != b.World().Hash() {
		t.Error("the run differs after the network was written and read")
	}
}

// TestCheckpointGoesOn: a run that is resumed from a checkpoint comes to the same as the one that it was taken of, with events and
// weather, and knows the same of what was before; and so does another from the same checkpoint.
func TestCheckpointGoesOn(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	whole := newRun(t, city, s, Options{Seed: 3, Workers: 2})
	for whole.Time() < whole.Begin()+200 {
		whole.Step()
	}
	c := whole.Checkpoint()
	for !whole.Done() {
		whole.Step()
	}
	for range 2 {
		r, err := c.Resume(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for !r.Done() {
			r.Step()
		}
		a, b := whole.Summary(), r.Summary()
		if a.StateHash != b.StateHash || a.MeanDelay != b.MeanDelay || a.Arrived != b.Arrived || whole.Losses() != r.Losses() {
			t.Errorf("resumed: hash %s, %d arrived, losses %+v; want %s, %d, %+v", b.StateHash, b.Arrived, r.Losses(), a.StateHash, a.Arrived, whole.Losses())
		}
		if len(r.Commands()) != len(whole.Commands()) {
			t.Errorf("resumed: %d commands, want %d", len(r.Commands()), len(whole.Commands()))
		}
	}
}

// TestLossesAreOfAll: of a run whose vehicles have all arrived they are what the summary says of arrivals; before that they only grow
// with trips and stops.
func TestLossesAreOfAll(t *testing.T) {
	city, s := townCity(t), townScenario(t)
	r := newRun(t, city, s, Options{Seed: 3, Workers: 1})
	last := Losses{}
	for !r.Done() {
		for range 50 {
			r.Step()
		}
		now := r.Losses()
		if now.Trips < last.Trips || now.Stops < last.Stops {
			t.Fatalf("at %.0f s %+v after %+v: nothing is undone", r.Time(), now, last)
		}
		last = now
	}
	for range 20 * 60 * 5 { // nobody departs any more
		r.Step()
	}
	w := r.World().Stats()
	if w.OnRoad+w.Waiting > 0 {
		t.Skipf("%d are still on their way", w.OnRoad+w.Waiting)
	}
	sum := r.Summary()
	got := r.Losses()
	if want := sum.MeanDelay * float64(sum.Arrived); math.Abs(got.Delay-want) > 1e-6*want+1e-6 || got.Stops != int(math.Round(sum.MeanStops*float64(sum.Arrived))) {
		t.Errorf("losses %+v, want %.3f s and %.0f stops", got, want, sum.MeanStops*float64(sum.Arrived))
	}
}
