package equilibrium_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/equilibrium"
	"roadtwin/vehicles/traffic"
)

// drawing is a network of one-way streets of one lane, known by their names.
type drawing struct {
	spec  network.Spec
	nodes map[string]int32
}

func newDrawing() *drawing {
	return &drawing{
		spec:  network.Spec{Name: "drawing", Country: "US", Projection: network.Projection{Lon0: -75, Lat0: 39}},
		nodes: map[string]int32{},
	}
}

func (d *drawing) node(name string, x, y float64, boundary bool) {
	d.nodes[name] = int32(len(d.spec.Junctions))
	d.spec.Junctions = append(d.spec.Junctions, network.JunctionSpec{
		Position: network.Point{X: x, Y: y}, Controller: network.None, Boundary: boundary, Connected: !boundary,
	})
}

// street draws an edge of a number of lanes between two nodes by way of some points.
func (d *drawing) street(name, from, to string, limit float64, lanes int, via ...network.Point) {
	a, b := d.nodes[from], d.nodes[to]
	shape := append([]network.Point{d.spec.Junctions[a].Position}, via...)
	e := network.EdgeSpec{
		From: a, To: b, Shape: append(shape, d.spec.Junctions[b].Position), Opposite: network.None, Ref: name, Name: name,
		Road: network.Secondary,
	}
	for range lanes {
		e.Lanes = append(e.Lanes, network.LaneSpec{Width: 3.5, SpeedLimit: limit, Permitted: network.AllClasses, Surface: network.Asphalt})
	}
	d.spec.Edges = append(d.spec.Edges, e)
}

// join leads from the first lane of one street to a lane of another.
func (d *drawing) join(from, to string, lane int32) {
	d.spec.Connections = append(d.spec.Connections, network.ConnectionSpec{
		From: d.edge(from), To: d.edge(to), ToLane: lane, Classes: network.AllClasses, Group: network.None,
	})
}

func (d *drawing) edge(name string) int32 {
	return int32(slices.IndexFunc(d.spec.Edges, func(e network.EdgeSpec) bool { return e.Ref == name }))
}

func (d *drawing) city(t *testing.T) *scenarios.City {
	t.Helper()
	net, err := network.Build(&d.spec)
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	return city
}

// flow returns a scenario of an hour or less from 07:00 in which a car leaves "in" for "out" every so many s.
func flow(t *testing.T, every, seconds float64) *scenarios.Scenario {
	t.Helper()
	var b strings.Builder
	b.WriteString("<routes>\n")
	for i := 0; float64(i)*every < seconds; i++ {
		fmt.Fprintf(&b, "<trip id=\"%d\" depart=\"%.1f\" from=\"in\" to=\"out\"/>\n", i, 7*3600+float64(i)*every)
	}
	b.WriteString("</routes>\n")
	path := filepath.Join(t.TempDir(), "trips.rou.xml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	s := scenarios.ForMap("drawing")
	s.Demand.Trips = path
	s.Period.Begin, s.Period.End = 7*3600, 7*3600+scenarios.Clock(seconds)+900
	s.Routes.Spread = 0.1
	s.Step, s.Measure.Interval = 0.5, 60
	return s
}

// settle searches for the equilibrium of s and returns the last run, the time that each trip took from its departure, and
// what the search came to.
func settle(t *testing.T, city *scenarios.City, s *scenarios.Scenario, goal equilibrium.Goal) (*scenarios.Run, []float64, *scenarios.Equilibrium) {
	t.Helper()
	search := equilibrium.New(city, goal, 2)
	for {
		r, err := scenarios.NewRun(city, s, search.Options(scenarios.Options{Workers: 1}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Close)
		times := &arrivals{took: make([]float64, len(r.Demand().Trips))}
		search.Watch(r)
		r.Watch(times)
		for !r.Done() {
			r.Step()
		}
		it := search.Judge()
		t.Logf("relative gap %.4f, mean travel time %.1f s, delay %.1f s, %d change", it.RelativeGap, it.MeanTravelTime, it.MeanDelay, it.Switched)
		if search.Done() {
			return r, times.took, search.Report()
		}
	}
}

// arrivals notes what each trip took from its departure to its arrival, s.
type arrivals struct{ took []float64 }

func (a *arrivals) Observe(r *scenarios.Run) {
	for _, e := range r.World().Events() {
		if e.Kind == traffic.Arrived {
			a.took[e.Vehicle] = e.TravelTime + e.Waited
		}
	}
}

// over returns how many trips of r from the first to before the last one take a street.
func over(r *scenarios.Run, street int32, first, last int) (n int) {
	for i := first; i < last; i++ {
		if slices.Contains(r.World().Route(traffic.VehicleID(i)), network.EdgeID(street)) {
			n++
		}
	}
	return n
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// bottleneck draws two ways from in to out: a short one with a slow stretch that few can pass, and a long one. It is
// Pigou's example with a queue for a cost.
func bottleneck() *drawing {
	d := newDrawing()
	d.node("start", -1300, 0, true)
	d.node("A", -400, 0, false) // room on the short way for the queue at its longest
	d.node("a", 600, 0, false)
	d.node("b", 640, 0, false)
	d.node("B", 800, 0, false)
	d.node("end", 1100, 0, true)
	d.street("in", "start", "A", 13.9, 1)
	d.street("short", "A", "a", 13.9, 1)
	d.street("slow", "a", "b", 2, 1)
	d.street("on", "b", "B", 13.9, 1)
	d.street("long", "A", "B", 13.9, 1, network.Point{X: 100, Y: -2200}, network.Point{X: 700, Y: -2200})
	d.street("out", "B", "end", 13.9, 2)
	d.join("in", "short", 0)
	d.join("in", "long", 0)
	d.join("short", "slow", 0)
	d.join("slow", "on", 0)
	d.join("on", "out", 1)
	d.join("long", "out", 0)
	return d
}

// TestBottleneckIsSharedAsTheQueueSays compares with the closed form. While more come than the short way lets pass, its
// queue grows until it costs what the long way is longer; from then on as many take the short way as it lets pass, and all
// others the long one. Its capacity and both times without a queue are measured.
func TestBottleneckIsSharedAsTheQueueSays(t *testing.T) {
	const every, seconds = 3.0, 2400.0 // 1200 vehicles an hour
	d := bottleneck()
	city := d.city(t)

	// Everybody on the short way: what it lets pass, in vehicles a second, while there is a queue.
	s := flow(t, every, seconds)
	short := make([][]network.EdgeID, int(seconds/every))
	for i := range short {
		for _, name := range []string{"in", "short", "slow", "on", "out"} {
			short[i] = append(short[i], network.EdgeID(d.edge(name)))
		}
	}
	r, err := scenarios.NewRun(city, s, scenarios.Options{Workers: 1, Routes: short})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	times := &arrivals{took: make([]float64, len(r.Demand().Trips))}
	r.Watch(times)
	var at [2]int
	for !r.Done() {
		r.Step()
		for i, when := range [2]float64{600, 2400} {
			if r.Time() < 7*3600+when {
				at[i] = r.World().Stats().Arrived
			}
		}
	}
	capacity := float64(at[1]-at[0]) / 1800
	alone := times.took[0]

	r, took, report := settle(t, city, s, equilibrium.Goal{Iterations: 30, Gap: 0.015})
	last := report.Iterations[len(report.Iterations)-1]
	if last.RelativeGap > 0.02 {
		t.Errorf("a relative gap of %.4f after %d runs, want 0.02", last.RelativeGap, len(report.Iterations))
	}
	free := 0.0 // s on the long way
	for i := range took {
		if slices.Contains(r.World().Route(traffic.VehicleID(i)), network.EdgeID(d.edge("long"))) && took[i] > 0 {
			free += took[i]
		}
	}
	long := over(r, d.edge("long"), 0, len(took))
	free /= float64(long)
	demand := 1 / every
	fill := (free - alone) / (demand/capacity - 1) // s until the queue costs what the long way does
	want := (demand - capacity) * (seconds - fill)
	t.Logf("capacity %.0f veh/h, %.0f s alone on the short way, %.0f s on the long one: %.0f s to fill; %d of %d take the long one, want %.0f",
		3600*capacity, alone, free, fill, long, len(took), want)
	if math.Abs(float64(long)-want) > 0.03*float64(len(took)) {
		t.Errorf("%d of %d take the long way, want %.0f", long, len(took), want)
	}
}

// braess draws Braess's network (D. Braess, "Über ein Paradoxon aus der Verkehrsplanung", Unternehmensforschung 12, 1968)
// with queues for costs: A to C and D to B are short and have a bottleneck, C to B and A to D are long, and C to D, which may
// be missing, is short.
func braess(shortcut bool) *drawing {
	d := newDrawing()
	d.node("start", -900, 0, true)
	d.node("A", 0, 0, false)
	d.node("c", 420, 300, false)
	d.node("C", 460, 320, false)
	d.node("D", 460, -320, false)
	d.node("d", 900, -30, false)
	d.node("B", 940, 0, false)
	d.node("end", 1300, 0, true)
	d.street("in", "start", "A", 13.9, 1)
	d.street("A-c", "A", "c", 13.9, 1)
	d.street("c-C", "c", "C", 2, 1)
	d.street("C-B", "C", "B", 13.9, 1, network.Point{X: 460, Y: 1200}, network.Point{X: 1400, Y: 1200})
	d.street("A-D", "A", "D", 13.9, 1, network.Point{X: -500, Y: -1200}, network.Point{X: 400, Y: -1200})
	d.street("D-d", "D", "d", 13.9, 1)
	d.street("d-B", "d", "B", 2, 1)
	d.street("out", "B", "end", 13.9, 2)
	d.join("in", "A-c", 0)
	d.join("in", "A-D", 0)
	d.join("A-c", "c-C", 0)
	d.join("c-C", "C-B", 0)
	d.join("A-D", "D-d", 0)
	d.join("D-d", "d-B", 0)
	d.join("d-B", "out", 0)
	d.join("C-B", "out", 1)
	if shortcut {
		d.street("C-D", "C", "D", 13.9, 1)
		d.join("c-C", "C-D", 0)
		d.join("C-D", "D-d", 0)
	}
	return d
}

// TestBraess: a street more, and all arrive later. With a bottleneck's time of s, a long way's of l and a shortcut's of x,
// both without a queue, everybody takes s+l without the shortcut. With it the queues grow until all three ways take equally
// long, 2l-x, if demand is between one and two times what a bottleneck lets pass. One vehicle more or less in a queue is 6 s,
// 1.1 % of what a trip takes, and there are two queues: the gap does not come below 2 %.
func TestBraess(t *testing.T) {
	if testing.Short() {
		t.Skip("dozens of runs")
	}
	const every, seconds = 4.0, 3000.0
	var means [2]float64
	for i, shortcut := range []bool{false, true} {
		city := braess(shortcut).city(t)
		_, took, report := settle(t, city, flow(t, every, seconds), equilibrium.Goal{Iterations: 45, Gap: 0.022})
		last := report.Iterations[len(report.Iterations)-1]
		if last.RelativeGap > 0.025 {
			t.Errorf("shortcut %v: a relative gap of %.4f after %d runs, want 0.025", shortcut, last.RelativeGap, len(report.Iterations))
		}
		means[i] = mean(took[len(took)/2 : len(took)*9/10])
	}
	t.Logf("%.1f s without the shortcut, %.1f s with it", means[0], means[1])
	if means[1] < 1.1*means[0] {
		t.Errorf("%.1f s without the shortcut, %.1f s with it: no paradox", means[0], means[1])
	}
}

// TestSearchesAreRepeatable: the same search gives the same runs, for any number of workers, and its routes can be driven
// again to the same state.
func TestSearchesAreRepeatable(t *testing.T) {
	city := bottleneck().city(t)
	s := flow(t, 3, 600)
	var hashes [2]uint64
	for i := range hashes {
		search := equilibrium.New(city, equilibrium.Goal{Iterations: 3}, 1+2*i)
		for !search.Done() {
			r, err := scenarios.NewRun(city, s, search.Options(scenarios.Options{Workers: 1 + i}))
			if err != nil {
				t.Fatal(err)
			}
			search.Watch(r)
			for !r.Done() {
				r.Step()
			}
			ways := make([][]network.EdgeID, len(r.Demand().Trips))
			for trip := range ways {
				ways[trip] = r.World().Route(traffic.VehicleID(trip))
			}
			search.Judge()
			hashes[i] = r.World().Hash()
			r.Close()
			if !search.Done() {
				continue
			}
			again, err := scenarios.NewRun(city, s, scenarios.Options{Workers: 1, Routes: ways})
			if err != nil {
				t.Fatal(err)
			}
			for !again.Done() {
				again.Step()
			}
			if again.World().Hash() != hashes[i] {
				t.Errorf("driven again: hash %x, want %x", again.World().Hash(), hashes[i])
			}
			again.Close()
		}
	}
	if hashes[0] != hashes[1] {
		t.Errorf("hashes %x", hashes)
	}
}

func TestGoalsAreChecked(t *testing.T) {
	for _, g := range []equilibrium.Goal{{Iterations: 0}, {Iterations: 1, Gap: -1}, {Iterations: 1, Gap: math.NaN()}, {Iterations: 5000}} {
		if g.Check() == nil {
			t.Errorf("%+v is taken", g)
		}
	}
	if err := (equilibrium.Goal{Iterations: 30, Gap: 0.015}).Check(); err != nil {
		t.Error(err)
	}
}
