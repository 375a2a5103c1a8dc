package counts

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/traffic"
)

func town(t testing.TB) *scenarios.City {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	router := route.New(net)
	return &scenarios.City{Net: net, Router: router, Places: demand.Survey(net, nil, router)}
}

const from, to = 7 * 3600.0, 9 * 3600.0

// hidden counts a demand that the estimate does not know: another seed, and twice as much of it, half of it through traffic. Every third
// place is held back.
func hidden(t testing.TB, c *scenarios.City) []Count {
	t.Helper()
	var all []Count
	for e := range c.Net.Edges {
		if c.Net.Edges[e].Road > network.Tertiary {
			continue
		}
		for hour := from; hour < to; hour += 3600 {
			all = append(all, Count{Begin: hour, End: hour + 3600, Edge: network.EdgeID(e), To: network.None, Held: e%3 == 0})
		}
	}
	secret := c.Places.Demand(demand.Params{Factor: 2, Through: 0.5}, 99, from-lead, to)
	cands := ways(secret, c.Router, 0.1, 1)
	cat := newCatalogue(all)
	var scratch []float64
	for i := range cands {
		cands[i].find(all, &cat, free{c.Router, c.Net, slowdown}, &scratch)
		for _, s := range cands[i].sites {
			all[s].Vehicles++
		}
	}
	return all
}

func TestCountsOfAHiddenDemandAreReproduced(t *testing.T) {
	c := town(t)
	all := hidden(t, c)
	e, err := Make(all, c.Places, c.Net, c.Router, Params{Spread: 0.1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d counts, %d candidates, %d sweeps, level %.2f: fitted %+v, held back %+v", len(all), e.Candidates, e.Sweeps, e.Level, e.Fitted, e.Held)
	if e.Fitted.Within < 0.95 || e.Held.Within < 0.75 || e.Held.Counts < 10 {
		t.Errorf("GEH below 5 at %.2f of the fitted and %.2f of the %d held back counts, want 0.95 and 0.75", e.Fitted.Within, e.Held.Within, e.Held.Counts)
	}
	before := Params{Spread: 0.1, Seed: 1}
	model := make([]float64, len(all)) // of the default demand as it is
	cands := ways(c.Places.Demand(demand.Params{Factor: 1, Through: math.NaN()}, before.Seed, from-lead, to), c.Router, before.Spread, 1)
	cat := newCatalogue(all)
	var scratch []float64
	for i := range cands {
		cands[i].find(all, &cat, free{c.Router, c.Net, slowdown}, &scratch)
		for _, s := range cands[i].sites {
			model[s]++
		}
	}
	if plain, _ := Compare(all, model); plain.Within > e.Fitted.Within-0.2 {
		t.Errorf("the default demand is as good: GEH below 5 at %.2f; the counts say nothing", plain.Within)
	}
	for i := range e.Trips {
		if i > 0 && e.Trips[i].Depart < e.Trips[i-1].Depart {
			t.Fatal("trips are not in the order of departure")
		}
	}
	var list bytes.Buffer
	if err := demand.WriteList(&list, e.Trips, e.About); err != nil {
		t.Fatal(err)
	}
	back, err := demand.Read(&list, c.Places, 1, 1, 0, 86400)
	if err != nil || len(back.Trips) != len(e.Trips) {
		t.Errorf("%v: the list of %d trips cannot be read back", err, len(e.Trips))
	}
}

func TestTheSameCountsGiveTheSameTrips(t *testing.T) {
	c := town(t)
	all := hidden(t, c)
	var lists [2][]traffic.Trip
	for i := range lists {
		e, err := Make(all, c.Places, c.Net, c.Router, Params{Spread: 0.1, Seed: 5, Oversample: 2})
		if err != nil {
			t.Fatal(err)
		}
		lists[i] = e.Trips
	}
	if !reflect.DeepEqual(lists[0], lists[1]) {
		t.Error("two estimates of the same counts differ")
	}
}

func TestTheMultiplierSolvesItsEquation(t *testing.T) {
	for _, c := range []struct{ sum, count, y float64 }{{100, 300, 0}, {300, 100, 0.4}, {1e-6, 50, 0}, {5, 0, 0}, {1e4, 10, -3}} {
		d := multiplier(c.sum, c.count, c.y)
		left, right := c.sum*math.Exp(d), c.count-noise*math.Max(c.count, 1)*(c.y+d)
		if math.Abs(left-right) > 1e-5*math.Max(1, c.count) {
			t.Errorf("%+v: %g and %g differ", c, left, right)
		}
	}
}

// TestFittedWeightsAreOptimal compares the objective with that of weights nearby.
func TestFittedWeightsAreOptimal(t *testing.T) {
	all := []Count{{Vehicles: 30, End: 3600}, {Vehicles: 12, End: 3600}, {Vehicles: 50, End: 3600, Held: true}}
	cands := []candidate{{sites: []int32{0}, prior: 10}, {sites: []int32{0, 1}, prior: 10}, {sites: []int32{1, 2}, prior: 5}, {prior: 4}}
	for i := range cands {
		cands[i].weight = cands[i].prior
	}
	fit(all, cands)
	objective := func() (f float64) {
		sums := make([]float64, len(all))
		for _, c := range cands {
			for _, s := range c.sites {
				sums[s] += c.weight
			}
			f += c.weight*math.Log(c.weight/c.prior) - c.weight + c.prior
		}
		for i, s := range sums[:2] {
			f += (s - all[i].Vehicles) * (s - all[i].Vehicles) / (2 * noise * all[i].Vehicles)
		}
		return f
	}
	best := objective()
	for i := range cands {
		for _, by := range []float64{0.99, 1.01} {
			w := cands[i].weight
			cands[i].weight *= by
			if f := objective(); f < best-1e-9 {
				t.Errorf("candidate %d times %g: %g is below the optimum %g", i, by, f, best)
			}
			cands[i].weight = w
		}
	}
	if cands[3].weight != 4 {
		t.Errorf("a trip that nobody counted weighs %g, want 4 as before", cands[3].weight)
	}
}

func TestGEH(t *testing.T) {
	for _, c := range []struct{ model, count, want float64 }{{0, 0, 0}, {120, 100, 1.907}, {1000, 1000, 0}, {60, 100, 4.472}} {
		if got := GEH(c.model, c.count); math.Abs(got-c.want) > 0.001 {
			t.Errorf("GEH(%g, %g) = %.3f, want %.3f", c.model, c.count, got, c.want)
		}
	}
}

func TestCountsAreReadBackAsWritten(t *testing.T) {
	c := town(t)
	all := []Count{{Begin: from, End: to, Edge: 3, To: network.None, Vehicles: 12.5}, {Begin: from, End: to, Edge: 3, To: 4, Vehicles: 2, Held: true}}
	var b bytes.Buffer
	if err := Write(&b, all); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&b, c.Places)
	if err != nil {
		t.Fatal(err)
	}
	for i := range back {
		back[i].Name = ""
	}
	if !reflect.DeepEqual(all, back) {
		t.Errorf("%+v became %+v", all, back)
	}
}

func TestMistakesInCountsNameTheLine(t *testing.T) {
	c := town(t)
	const head = "begin,end,edge,to,count,use\n"
	for want, text := range map[string]string{
		"empty":                             "",
		"line 1: the column count is miss":  "begin,end,edge\n",
		`line 1: column "lanes"`:            "begin,end,edge,count,lanes\n",
		"line 2: begin: \"7 am\"":           head + "7 am,8:00,edge/1,,5,\n",
		"line 2: end: 7:00 is not after":    head + "8:00,7:00,edge/1,,5,\n",
		"line 2: edge: edge \"9999\"":       head + "7:00,8:00,edge/9999,,5,\n",
		"line 2: edge: no road of the map":  head + "7:00,8:00,way/5,,5,\n",
		"line 2: to: \"there\"":             head + "7:00,8:00,edge/1,there,5,\n",
		"line 2: count: \"-3\"":             head + "7:00,8:00,edge/1,,-3,\n",
		"line 2: use: \"maybe\"":            head + "7:00,8:00,edge/1,,3,maybe\n",
		"line 3: the same place and time a": head + "7:00,8:00,edge/1,,3,\n7:00,8:00,edge/1,,4,\n",
	} {
		if _, err := Read(strings.NewReader(text), c.Places); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	c := town(f)
	f.Add("begin,end,edge,to,count,use\n7:00,8:00,edge/1,edge/2,3,check\n")
	f.Add("count,edge,end,begin\n1,way/1 8 50,9,0\n")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Read(strings.NewReader(text), c.Places)
		if err != nil {
			return
		}
		for _, k := range all {
			if k.Edge < 0 || int(k.Edge) >= len(c.Net.Edges) || !(k.End > k.Begin) || !(k.Vehicles >= 0) {
				t.Fatalf("%+v", k)
			}
		}
	})
}
