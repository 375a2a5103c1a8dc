package optimise

import (
	"context"
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/draw"
)

// gridCity is a small grid with signals.
func gridCity(t testing.TB) *scenarios.City {
	t.Helper()
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 3, Rows: 2, Spacing: 180, Lanes: 2, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	return city
}

func gridScenario(t testing.TB) *scenarios.Scenario {
	t.Helper()
	s := scenarios.ForMap("grid")
	s.Period = scenarios.Period{Begin: 7 * 3600, End: 7*3600 + 240, Day: s.Period.Day}
	return s
}

func gridSpace(t testing.TB) (*Space, *scenarios.City) {
	t.Helper()
	city := gridCity(t)
	space, err := NewSpace(city.Net, city.Plans, DefaultCycles)
	if err != nil {
		t.Fatal(err)
	}
	return space, city
}

// random returns a timing that anything may have come up with.
func random(s *Space, seed uint64) Timing {
	n := uint64(0)
	next := func() float64 {
		n++
		return draw.Float64(seed, draw.Test, n, 0)
	}
	t := Timing{Cycle: 20 + 150*next()}
	for i := range s.plans {
		j := Junction{Repeats: int(3 * next()), Own: 200 * next(), Offset: 4*next() - 2}
		for range s.plans[i].Stages {
			j.Shares = append(j.Shares, next()*next()*next())
		}
		all := sequences(len(s.plans[i].Stages))
		j.Order = all[int(next()*float64(len(all)))]
		t.Junctions = append(t.Junctions, j)
	}
	return t
}

// TestAnyTimingMakesPlansThatMayBeShown: whatever a search comes up with keeps minimum greens and intergreens, and has the
// cycle that it asks for.
func TestAnyTimingMakesPlansThatMayBeShown(t *testing.T) {
	space, city := gridSpace(t)
	for seed := range uint64(300) {
		timing := random(space, seed)
		space.mend(&timing)
		plans, err := space.Plans(&timing)
		if err != nil {
			t.Fatalf("seed %d: %v\n%+v", seed, err, timing)
		}
		for i := range plans {
			if err := signals.Check(city.Net, &plans[i]); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if got, want := plans[i].Cycle(), cycleOf(&timing, &timing.Junctions[i]); math.Abs(got-want) > 0.11 {
				t.Errorf("seed %d, junction %d: cycle %.2f s, want %.2f", seed, i, got, want)
			}
		}
	}
}

// TestPlansAreReadBack: the timing of plans makes these plans.
func TestPlansAreReadBack(t *testing.T) {
	space, _ := gridSpace(t)
	for seed := range uint64(100) {
		timing := random(space, seed)
		for i := range 4 { // most have the common cycle, which is even, so that halves of it are whole seconds
			timing.Junctions[i].Repeats = 1
		}
		space.mend(&timing)
		timing.Cycle = 2 * math.Ceil(timing.Cycle/2)
		plans, err := space.Plans(&timing)
		if err != nil {
			t.Fatal(err)
		}
		back, err := space.Timing(plans)
		if err != nil {
			t.Fatal(err)
		}
		again, err := space.Plans(&back)
		if err != nil {
			t.Fatal(err)
		}
		for i := range plans {
			if math.Abs(again[i].Offset-plans[i].Offset) > 0.7 && math.Abs(math.Abs(again[i].Offset-plans[i].Offset)-plans[i].Cycle()) > 0.7 {
				t.Errorf("seed %d, junction %d: offset %.1f s, want %.1f", seed, i, again[i].Offset, plans[i].Offset)
			}
			for k := range plans[i].Stages {
				if d := again[i].Stages[k].Green - plans[i].Stages[k].Green; math.Abs(d) > 0.61 {
					t.Errorf("seed %d, junction %d, stage %d: green %.1f s, want %.1f", seed, i, k, again[i].Stages[k].Green, plans[i].Stages[k].Green)
				}
			}
		}
	}
}

// TestCMAESFindsTheBottomOfAValley: of an ellipsoid whose axes differ by a factor of 1000 and lie across the coordinates.
func TestCMAESFindsTheBottomOfAValley(t *testing.T) {
	const n = 6
	cost := func(x []float64) (sum float64) {
		for i := range x {
			v := x[i] - 1
			if i > 0 {
				v += 0.7 * (x[i-1] - 1)
			}
			sum += math.Pow(1000, float64(i)/(n-1)) * v * v
		}
		return sum
	}
	es := newCMAES(make([]float64, n), 0.5, 7)
	for range 220 {
		points := es.ask()
		values := make([]float64, len(points))
		for k := range points {
			values[k] = cost(points[k])
		}
		es.tell(points, values)
	}
	if got := cost(es.mean); got > 1e-8 {
		t.Errorf("cost %.3g after 220 generations of %d, want below 1e-8 (seed 7)", got, es.lambda)
	}
}

// valley is a Memory that knows every trial: its delay grows with the distance of the timing from a hidden best one.
type valley struct {
	search *Search
	best   Timing
	noise  float64
	asked  int
}

func (v *valley) Recall(candidate string, seed uint64, _ bool) (Measures, bool) {
	c := v.search.known[candidate]
	delay := 40 + 0.01*math.Abs(c.timing.Cycle-v.best.Cycle)
	for i := range c.timing.Junctions {
		d := math.Abs(wrap(c.timing.Junctions[i].Offset-v.best.Junctions[i].Offset+0.5) - 0.5)
		delay += 10 * d
		for k := range c.timing.Junctions[i].Shares {
			delay += 4 * math.Abs(c.timing.Junctions[i].Shares[k]-v.best.Junctions[i].Shares[k])
		}
	}
	v.asked++
	return Measures{Delay: delay * (1 + v.noise*draw.Normal(seed, draw.Test, uint64(len(candidate)), 3))}, true
}

func (v *valley) Keep(string, string, *Timing, uint64, bool, Measures) error { return nil }

// TestSearchFindsWhatIsHidden: from the present plans most of the way to a hidden best timing.
func TestSearchFindsWhatIsHidden(t *testing.T) {
	space, _ := gridSpace(t)
	hidden := random(space, 5)
	for i := range hidden.Junctions {
		hidden.Junctions[i].Repeats, hidden.Junctions[i].Order = 1, sequences(len(space.plans[i].Stages))[0]
	}
	space.mend(&hidden)
	memory := &valley{best: hidden}
	s := &Search{space: space, settings: Settings{Objective: TotalDelay, Trials: 30000}, known: map[string]*candidate{}}
	s.bench = &bench{seeds: []uint64{1, 2, 3}, workers: 1, memory: memory}
	memory.search = s
	if err := s.Run(t.Context(), []Start{{"present", space.plans}}); err != nil {
		t.Fatal(err)
	}
	if gap, left := s.begun-40, s.best.mean()-40; left > 0.1*gap {
		t.Errorf("%.2f s above the best after %d trials, started %.2f above: want a tenth of it at most", left, memory.asked, gap)
	}
	if s.bench.trials != 0 {
		t.Errorf("%d runs were made although all trials were remembered", s.bench.trials)
	}
}

// TestSearchIsTheSameForAnyWorkersAndWhenResumed: the best of 40 trials does not depend on who shares the work, nor on whether
// the search was ended and asked for again; and what it had tried before is not run again.
func TestSearchIsTheSameForAnyWorkersAndWhenResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred runs of three minutes")
	}
	city, s := gridCity(t), gridScenario(t)
	search := func(workers, trials int, memory Memory) *Search {
		var ids []network.ControllerID
		for c := range city.Net.Controllers {
			ids = append(ids, network.ControllerID(c))
		}
		found, err := New(t.Context(), city, s, scenarios.Options{}, Settings{
			Controllers: ids, Seeds: []uint64{3, 4}, Clock: Clock{Warmup: 60, Settle: 20, Horizon: 80},
			Trials: trials, Workers: workers, Memory: memory,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(found.Close)
		starts, err := Starts(found)
		if err != nil {
			t.Fatal(err)
		}
		if err := found.Run(t.Context(), starts); err != nil {
			t.Fatal(err)
		}
		return found
	}
	one, three := search(1, 40, nil), search(3, 40, nil)
	if one.best.key != three.best.key || one.best.mean() != three.best.mean() {
		t.Errorf("1 worker finds %s (%.3f), 3 find %s (%.3f): want the same", one.best.key, one.best.mean(), three.best.key, three.best.mean())
	}
	memory := forgetful{}
	first := search(2, 15, memory)
	made := first.bench.trials
	resumed := search(2, 40, memory)
	if resumed.best.key != one.best.key {
		t.Errorf("resumed after %d trials it finds %s, want %s as without a break", made, resumed.best.key, one.best.key)
	}
	if resumed.bench.recalls != made || resumed.bench.trials+made != one.bench.trials {
		t.Errorf("resumed, %d trials remembered and %d made; want %d and %d", resumed.bench.recalls, resumed.bench.trials, made, one.bench.trials-made)
	}
	if one.best.mean() > one.begun {
		t.Errorf("best %.2f s, worse than the best start, %.2f", one.best.mean(), one.begun)
	}
}

// TestEndedSearchKeepsItsBest: a search whose context ends says so, and has the best so far.
func TestEndedSearchKeepsItsBest(t *testing.T) {
	space, _ := gridSpace(t)
	memory := &valley{best: random(space, 5)}
	space.mend(&memory.best)
	ctx, cancel := context.WithCancel(t.Context())
	s := &Search{space: space, known: map[string]*candidate{}, settings: Settings{Objective: TotalDelay, Progress: func(p Progress) {
		if p.Trials+p.Recalls > 200 {
			cancel()
		}
	}}}
	s.bench = &bench{seeds: []uint64{1, 2}, workers: 1, memory: stopping{memory, ctx}}
	memory.search = s
	err := s.Run(ctx, []Start{{"present", space.plans}})
	if err == nil {
		t.Error("no error of a search that was ended")
	}
	if _, value, _, ok := s.Best(); !ok || value >= s.begun {
		t.Errorf("best %.2f (%t), want one below the start, %.2f", value, ok, s.begun)
	}
}

// stopping forgets everything once its context is done, so that trials would have to be run.
type stopping struct {
	*valley
	ctx context.Context
}

func (s stopping) Recall(candidate string, seed uint64, whole bool) (Measures, bool) {
	if s.ctx.Err() != nil {
		return Measures{}, false
	}
	return s.valley.Recall(candidate, seed, whole)
}

func TestObjectivesAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]Objective{
		"delay": {Delay: 1}, "stops": {Stops: 1}, "delay + 10 stops": {Delay: 1, Stops: 10}, "2*queue+delay": {Delay: 1, Queue: 2},
	} {
		got, err := ParseObjective(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
		if back, err := ParseObjective(got.String()); err != nil || back != got {
			t.Errorf("%q is written %q, which is read as %+v, %v", text, got, back, err)
		}
	}
	for _, text := range []string{"", "speed", "delay +", "-1 delay", "1 2 delay", "NaN stops"} {
		if o, err := ParseObjective(text); err == nil {
			t.Errorf("%q is read as %+v, want an error", text, o)
		}
	}
}

func TestAreasAreRead(t *testing.T) {
	box, err := ParseArea("-1,50,1,52")
	if err != nil || !inside(box, 0, 51) || inside(box, 2, 51) || inside(box, 0, 53) {
		t.Errorf("box %v, %v", box, err)
	}
	triangle, err := ParseArea("0,0 2,0 0,2")
	if err != nil || !inside(triangle, 0.5, 0.5) || inside(triangle, 1.5, 1.5) {
		t.Errorf("triangle %v, %v", triangle, err)
	}
	polygon, err := parsePolygon([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[0,2],[0,0]]]}}]}`))
	if err != nil || !inside(polygon, 0.5, 0.5) || inside(polygon, 1.5, 1.5) {
		t.Errorf("polygon %v, %v", polygon, err)
	}
	for _, text := range []string{"", "1,2,3", "1,0,0,1", "0,0 1,1", "0,0 1,1 x,2", "0,0,999,1"} {
		if corners, err := ParseArea(text); err == nil {
			t.Errorf("%q is read as %v, want an error", text, corners)
		}
	}
}

func FuzzParsePolygon(f *testing.F) {
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[0,0],[2,0],[0,2],[0,0]]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		corners, err := parsePolygon(data)
		if err == nil && len(corners) < 4 {
			t.Errorf("%d corners", len(corners))
		}
	})
}

// TestConfidenceIntervalIsStudents: of 1, 2, 3, 4 it is 2.5 ± 3.182 s/2 with s = 1.291 (t of 3 degrees of freedom, 0.975).
func TestConfidenceIntervalIsStudents(t *testing.T) {
	m := meanOf([]float64{1, 2, 3, 4})
	if half := (m.CI[1] - m.CI[0]) / 2; m.Value != 2.5 || math.Abs(half-2.054) > 0.001 {
		t.Errorf("%.3f ± %.3f, want 2.5 ± 2.054", m.Value, half)
	}
	if meanOf([]float64{1, 2, -1, -2, 0.1}).Shown() || !meanOf([]float64{1, 1.1, 0.9}).Shown() {
		t.Error("a difference is shown if and only if the interval leaves out 0")
	}
}

// TestPercentileOfQueues: at least that share of the samples is not above it.
func TestPercentileOfQueues(t *testing.T) {
	var values []int32
	for i := range int32(100) {
		values = append(values, 100-i)
	}
	if got := percentile(values, 0.95); got != 95 {
		t.Errorf("95th percentile of 1 to 100 = %d, want 95", got)
	}
	if got := percentile([]int32{7}, 0.95); got != 7 {
		t.Errorf("of one value %d, want 7", got)
	}
}

// TestTableTellsTheSameFromBetter: a control beside itself shows no difference; one whose greens suit nobody is worse than the
// present plans.
func TestTableTellsTheSameFromBetter(t *testing.T) {
	if testing.Short() {
		t.Skip("twelve runs")
	}
	city, s := gridCity(t), gridScenario(t)
	s.Demand.Factor = 2
	bad := slices.Clone(city.Plans)
	for i := range bad {
		bad[i].Stages = slices.Clone(bad[i].Stages)
		bad[i].Stages[0].Green += 150
	}
	j := Judge{City: city, Scenario: s, Objective: TotalDelay, Workers: 2}
	seeds := FreshSeeds(4, []uint64{1, 2})
	if seeds[0] != 3 {
		t.Errorf("fresh seeds %v, want none of 1 and 2", seeds)
	}
	rows, err := j.Table(t.Context(), []Control{Fixed("bad", bad), Fixed("same", city.Plans), Fixed("present", city.Plans)}, seeds, nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := rows[1].Against; d.Shown() || d.Value != 0 {
		t.Errorf("the same plans differ by %+v", d)
	}
	if d := rows[0].Against; !d.Shown() || d.Value >= 0 {
		t.Errorf("present less bad %+v s, want below 0 for sure; delays %+v and %+v", d, rows[2].Delay, rows[0].Delay)
	}
}
