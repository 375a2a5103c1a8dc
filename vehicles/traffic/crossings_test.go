package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// streetWith returns a one-way street of one lane, 600 m long, with a crossing of the given kind in its middle.
func streetWith(t testing.TB, kind network.CrossingKind, change func(*sample.CorridorSpec)) *network.Network {
	t.Helper()
	c := sample.CorridorSpec{Length: 600, OneWay: true}
	if change != nil {
		change(&c)
	}
	spec := sample.Corridor(c)
	for e := range spec.Edges {
		spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: kind, Edge: int32(e), Position: 300, OSMNode: 7})
	}
	return build(t, spec)
}

// randomStream returns cars that drive over edge e as a Poisson stream of so many an hour, for so many hours.
func randomStream(e network.EdgeID, start, perHour, hours float64, seed uint64) (trips []traffic.Trip) {
	at := start
	for i := uint64(0); ; i++ {
		at += 3600 / perHour * draw.Exponential(seed, draw.Test, i, 0)
		if at > start+hours*3600 {
			return trips
		}
		trips = append(trips, traffic.Trip{Depart: at, From: e, To: e, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary})
	}
}

// TestNobodyComesOntoTheMapIntoPeople has a zebra crossing right behind the edge of the map, and another where people pull out
// from the kerb.
func TestNobodyComesOntoTheMapIntoPeople(t *testing.T) {
	for _, at := range []float64{8, 12, 16, 25} {
		spec := sample.Corridor(sample.CorridorSpec{Length: 300, OneWay: true})
		for _, x := range []float64{at, 150} {
			spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: network.Zebra, Edge: 0, Position: x, OSMNode: int64(x)})
		}
		w := newWorld(t, build(t, spec), 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 3} })
		trips := randomStream(0, w.Time(), 300, 2, 1)
		pulling := randomStream(0, w.Time(), 100, 2, 2)
		for i := range pulling {
			pulling[i].FromPos = 145 + 3*float64(i%5)
		}
		n := add(t, w, trips, pulling)
		checked(t, w, 40000)
		if walks, st := w.Walks(), w.Stats(); walks.Hit > 0 || walks.Crossed < 100 || st.Arrived != n {
			t.Errorf("at %g m: %d people hit, %d crossed, %+v, want none hit and all %d arrived", at, walks.Hit, walks.Crossed, st, n)
		}
	}
}

// TestPeopleWaitForGaps compares how long people wait at an unmarked crossing with what the gaps that really came make of
// people who take the first one of their critical headway: the crossing at their walking speed, and 3 s of start-up and
// clearance (HCM 7th ed., eq. 20-81). For gaps of random traffic that is Adams' (exp(qt)-qt-1)/q (J. Inst. Civ. Eng. 4, 121
// (1936); HCM eq. 20-84), which the test checks its own sum against. Cars in one lane keep headways of 2 s and more and
// catch up with one another, so people wait longer than Adams says: some 40 % at 200 vehicles an hour.
func TestPeopleWaitForGaps(t *testing.T) {
	const hours = 10
	for _, perHour := range []float64{200, 400} {
		net := streetWith(t, network.Unmarked, nil)
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 12} })
		trips := randomStream(0, w.Time(), perHour, hours, 1)
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		var passed []passage
		before := map[traffic.VehicleID]float64{}
		for range hours * 18000 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if before[v.ID] < 300 && v.S >= 300 {
					passed = append(passed, passage{w.Time(), v.V})
				}
				before[v.ID] = v.S
			}
		}
		random := make([]passage, len(trips))
		for i := range trips {
			random[i] = passage{trips[i].Depart, 1e9}
		}
		got, width := w.Walks(), net.Lanes[0].Width
		q := perHour / 3600
		adams := 0.0
		for i := range 1000 {
			tc := width/walkingSpeed(i) + 3
			adams += (math.Exp(q*tc) - q*tc - 1) / q / 1000
		}
		if sum := waitFor(random, width); math.Abs(sum-adams) > 0.1*adams {
			t.Errorf("%g veh/h: the gaps of the departures make people wait %.2f s, Adams says %.2f s", perHour, sum, adams)
		}
		mean, want := got.Delay/float64(got.Crossed), waitFor(passed, width)
		t.Logf("%g veh/h: mean wait %.2f s of %d, by the gaps %.2f s; Adams %.2f s", perHour, mean, got.Crossed, want, adams)
		if got.Hit > 0 || got.Crossed < 300 || math.Abs(mean-want) > 0.15*want+0.1 {
			t.Errorf("%g veh/h: %d crossed, %d hit, mean wait %.2f s, want %.2f s ± 15 %%", perHour, got.Crossed, got.Hit, mean, want)
		}
	}
}

// passage is a front bumper at the people's path.
type passage struct {
	at, speed float64 // s, m/s
}

// walkingSpeed returns the i-th of a sample of 1.34 ± 0.26 m/s.
func walkingSpeed(i int) float64 {
	return math.Max(0.7, math.Min(2.1, 1.34+0.26*draw.Normal(3, draw.Test, uint64(i), 0)))
}

// waitFor returns how long people who come at any time wait for a gap in which they can cross width metres, s.
func waitFor(passed []passage, width float64) float64 {
	const every = 0.37 // s
	sum, n, first := 0.0, 0, 0
	for at := passed[0].at; at < passed[len(passed)-1].at-100; at += every {
		need := width/walkingSpeed(n) + 3
		now := at
		for first < len(passed) && passed[first].at < at-10 {
			first++
		}
		for _, p := range passed[first:] {
			clear := p.at + 5.6/p.speed // its length, and a metre
			if clear < now {
				continue
			}
			if p.at-now >= need {
				break
			}
			now = clear
		}
		sum += now - at
		n++
	}
	return sum / float64(n)
}

// zebraDelay returns the mean delay in s of cars on the street, and the people that crossed.
func zebraDelay(t *testing.T, people float64) (delay float64, walks traffic.Walks) {
	t.Helper()
	net := streetWith(t, network.Zebra, nil)
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: people} })
	if _, err := w.AddTrips(randomStream(0, w.Time(), 60, 40, 2)); err != nil {
		t.Fatal(err)
	}
	n := 0
	for range 40 * 18000 {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind == traffic.Arrived {
				delay += e.TravelTime
				n++
			}
		}
	}
	return delay / float64(n), w.Walks()
}

// TestAZebraDelaysCarsAsTheFormulaSays compares the delay of single cars at a zebra with that of Adams, the parts exchanged:
// cars wait until nobody is on the lane, or about to be, for long enough to pass; and those who stop lose the time of
// braking and pulling away besides, half of which is gone before they would have had to wait.
func TestAZebraDelaysCarsAsTheFormulaSays(t *testing.T) {
	free, _ := zebraDelay(t, 0)
	got, walks := zebraDelay(t, 30)
	got -= free
	q := float64(walks.Crossed) / 40 / 3600
	const (
		lane  = 3.5 / 1.34         // s on the lane
		speed = 13.9               // m/s
		lost  = speed / 2 / 2.1    // s lost by stopping and by starting again, at some 2.1 m/s² each
		block = lane + speed/2/2.1 // s before the car is there within which somebody makes it brake
	)
	stops := 1 - math.Exp(-q*block)
	want := 0.8 * (stops*lost + (math.Exp(q*lane)-q*lane-1)/q)
	t.Logf("%+v: cars lose %.2f s, want %.2f s; people wait %.2f s", walks, got, want, walks.Delay/float64(walks.Crossed))
	if walks.Hit > 0 || got < 0.6*want || got > 1.4*want {
		t.Errorf("cars lose %.2f s at %.0f people an hour, want %.2f s ± 40 %%; %d hit", got, q*3600, want, walks.Hit)
	}
}

func TestFootSignalsStopTheTraffic(t *testing.T) {
	net := streetWith(t, network.FootSignals, nil)
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 3, Cyclists: 0.2} })
	if _, err := w.AddTrips(randomStream(0, w.Time(), 700, 3, 2)); err != nil {
		t.Fatal(err)
	}
	stopped := 0
	for range 3 * 18000 {
		checked(t, w, 1)
		for _, v := range w.AppendVehicles(nil) {
			if v.V < 0.1 && v.Limit == traffic.LimitSignal {
				stopped++
			}
		}
	}
	got := w.Walks()
	t.Logf("%+v, stopped %d", got, stopped)
	// A call is answered after at most the least green of 20 s, 4 to 5 s of amber and all-red, and who comes too late in the
	// walk of 7 s waits for the whole cycle.
	if mean := got.Delay / float64(got.Crossed); got.Crossed < 200 || got.Hit > 0 || got.Left > 0 || mean < 4 || mean > 25 || stopped == 0 {
		t.Errorf("%+v: mean wait %.1f s, want 4 to 25 s, and cars that stop (%d)", got, mean, stopped)
	}
}

// TestNobodyIsOnTheTracksWhenATrainComes fills a street with a signal behind a level crossing, so that its queue reaches back
// over the tracks.
func TestNobodyIsOnTheTracksWhenATrainComes(t *testing.T) {
	for _, kind := range []network.CrossingKind{network.LevelCrossing, network.TramCrossing} {
		spec := sample.Cross(sample.CrossSpec{Control: network.Signalised})
		for _, e := range []int32{1, 3, 5, 7} {
			spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: kind, Edge: e, Position: 120 + 6*float64(e), OSMNode: int64(e)})
		}
		net := build(t, spec)
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{Trains: 20, Trams: 40} })
		if _, err := w.AddTrips(randomTrips(net, 2500, w.Time(), 3600, 4)); err != nil {
			t.Fatal(err)
		}
		held := 0
		for range 18000 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if v.Limit == traffic.LimitRail && v.V < 0.1 {
					held++
				}
			}
		}
		got := w.Walks()
		t.Logf("%v: %+v, held for %.0f vehicle seconds, %+v", kind, got, float64(held)*w.StepTime(), w.Stats())
		if got.Trains < 35 || got.OnTracks > 0 || held == 0 {
			t.Errorf("%v: %d trains, %d vehicles on the tracks before one, held %d", kind, got.Trains, got.OnTracks, held)
		}
	}
}

// TestOnlyNearCrossingsCloseTogether has a line cross a row of parallel streets.
func TestOnlyNearCrossingsCloseTogether(t *testing.T) {
	for _, c := range []struct {
		apart float64 // m
		want  int
	}{{25, 2}, {50, 3}, {70, 5}} { // the first takes those within 60 m along, and so on
		spec := &network.Spec{Name: "streets over a line"}
		for i := range int32(5) {
			y := c.apart * float64(i)
			from, to := network.Point{Y: y}, network.Point{X: 200, Y: y}
			spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: from, Boundary: true, Controller: network.None},
				network.JunctionSpec{Position: to, Boundary: true, Controller: network.None})
			spec.Edges = append(spec.Edges, network.EdgeSpec{
				From: 2 * i, To: 2*i + 1, Shape: []network.Point{from, to}, Opposite: network.None,
				Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 14, Permitted: network.AllClasses}},
			})
			spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: network.TramCrossing, Edge: i, Position: 100, OSMNode: int64(10 + i)})
		}
		w := newWorld(t, build(t, spec), 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{Trams: 20} })
		if got := len(w.AppendLevelCrossings(nil)); got != c.want {
			t.Errorf("five streets %g m apart: %d crossings that close by themselves, want %d", c.apart, got, c.want)
		}
	}
}

// busStreet returns a street of so many lanes with a bus stop at metre 300 of 600.
func busStreet(t testing.TB, lanes int) *network.Network {
	t.Helper()
	spec := sample.Corridor(sample.CorridorSpec{Length: 600, OneWay: true, Lanes: lanes})
	spec.BusStops = []network.BusStopSpec{{Edge: 0, Position: 300, Name: "Market", OSMNode: 9}}
	return build(t, spec)
}

func TestBusesStopAtTheKerbForTheirPassengers(t *testing.T) {
	for lanes := 1; lanes <= 3; lanes++ {
		w := newWorld(t, busStreet(t, lanes), 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{BusDwell: 20} })
		var trips []traffic.Trip
		const buses = 100
		for i := range buses {
			at := w.Time() + 60*float64(i)
			for k, class := range []network.VehicleClass{network.Bus, network.Car, network.Car} {
				trips = append(trips, traffic.Trip{
					Depart: at + 4*float64(k), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: class,
				})
			}
		}
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		dwell, overtaken := 0.0, 0
		standing := map[traffic.VehicleID]bool{}
		for range 33000 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if v.Limit == traffic.LimitBusStop && v.V < 0.1 {
					second := v.ID >= 3 && standing[v.ID-3] // behind one that takes longer than its minute
					if math.Abs(v.S-300) > 2.5 && !(second && v.S > 282 && v.S < 288) || v.Track != 0 {
						t.Fatalf("bus %d stands at metre %.1f of track %d, want metre 300 of the lane at the kerb", v.ID, v.S, v.Track)
					}
					dwell += w.StepTime()
					standing[v.ID] = true
				}
				if v.Class == network.Car && standing[v.ID/3*3] && v.S > 310 {
					overtaken++
				}
			}
			for _, e := range w.Events() {
				if e.Kind == traffic.Arrived {
					delete(standing, e.Vehicle)
				}
			}
		}
		got := w.Walks()
		mean := dwell / buses
		t.Logf("%d lanes: %d stops, mean dwell %.1f s, %+v", lanes, got.BusStops, mean, w.Stats())
		// 100 lognormal dwell times of mean 20 s and coefficient of variation 0.6: three standard errors are 3.6 s.
		if got.BusStops != buses || math.Abs(mean-20) > 4 || lanes > 1 && overtaken == 0 {
			t.Errorf("%d lanes: %d stops by %d buses, %.1f s each, want 20 s; overtaken %d", lanes, got.BusStops, buses, mean, overtaken)
		}
	}
}

// TestTwoBusesServeAStopAtOnce compares a bus that comes right behind another with itself where a car is ahead of it. In a
// single lane it waits for the first, if that stands longer, but not until that has gone to open its doors.
func TestTwoBusesServeAStopAtOnce(t *testing.T) {
	const pairs = 40
	times := func(first network.VehicleClass) (sum float64) {
		w := newWorld(t, busStreet(t, 1), 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{BusDwell: 20} })
		var trips []traffic.Trip
		for i := range pairs {
			for k, class := range []network.VehicleClass{first, network.Bus} {
				trips = append(trips, traffic.Trip{
					Depart: w.Time() + 150*float64(i) + 5*float64(k), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: class,
				})
			}
		}
		add(t, w, trips)
		for range pairs * 150 * 5 {
			checked(t, w, 1)
			for _, e := range w.Events() {
				if e.Kind == traffic.Arrived && e.Vehicle%2 == 1 {
					sum += e.TravelTime
				}
			}
		}
		stops := pairs
		if first == network.Bus {
			stops *= 2
		}
		if got := w.Walks().BusStops; got != stops {
			t.Errorf("%d stops, want %d", got, stops)
		}
		return sum / pairs
	}
	alone, behind := times(network.Car), times(network.Bus)
	t.Logf("%.1f s behind a car, %.1f s behind a bus", alone, behind)
	// Of two lognormal times of mean 20 s and coefficient of variation 0.6 the second is 6 s shorter than the first on average
	// where it is shorter, and 0 s where not; one after the other they take 20 s more.
	if behind < alone || behind > alone+13 {
		t.Errorf("%.1f s behind a bus, %.1f s behind a car: want 0 to 13 s more", behind, alone)
	}
}

// TestBusesDoNotStandOnTheTracks has a stop right behind the tracks.
func TestBusesDoNotStandOnTheTracks(t *testing.T) {
	for _, c := range []struct{ stop, want float64 }{{280, 280}, {300, 318}, {310, 318}, {330, 330}} {
		spec := sample.Corridor(sample.CorridorSpec{Length: 600, OneWay: true})
		spec.BusStops = []network.BusStopSpec{{Edge: 0, Position: c.stop, OSMNode: 9}}
		spec.Crossings = []network.CrossingSpec{{Kind: network.TramCrossing, Edge: 0, Position: 300, OSMNode: 8}}
		w := newWorld(t, build(t, spec), 1, func(c *traffic.Config) { c.Crossings = traffic.Crossings{BusDwell: 20, Trams: 20} })
		add(t, w, []traffic.Trip{{Depart: w.Time(), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: network.Bus}})
		stood := 0.0
		for range 1000 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if v.V == 0 && v.Limit == traffic.LimitBusStop {
					stood = v.S
				}
			}
		}
		if math.Abs(stood-c.want) > 2 {
			t.Errorf("tracks at 300 m, a stop at %g m: the bus stands at %.1f m, want %g m", c.stop, stood, c.want)
		}
	}
}

// TestPeopleCrossTheArmsOfSignals lets people cross the arms of a signalised junction whose traffic turns over them.
func TestPeopleCrossTheArmsOfSignals(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		net := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 2, DrivingSide: side}))
		w := newWorld(t, net, 1, func(c *traffic.Config) {
			c.Crossings = traffic.Crossings{People: 5, AtSignals: true, Cyclists: 0.2}
		})
		if _, err := w.AddTrips(randomTrips(net, 2000, w.Time(), 3600, 4)); err != nil {
			t.Fatal(err)
		}
		yielded := 0
		for range 18000 {
			checked(t, w, 1)
			for _, v := range w.AppendVehicles(nil) {
				if v.Limit == traffic.LimitCrossing {
					yielded++
				}
			}
		}
		got := w.Walks()
		t.Logf("%v: %+v, yielded %d, %+v", side, got, yielded, w.Stats())
		if got.Crossed < 300 || got.Hit > 0 || got.Left > got.Came/50 || yielded == 0 || w.Stats().Stuck > 0 {
			t.Errorf("%v: %+v, yielded for %d vehicle steps, %d stuck", side, got, yielded, w.Stats().Stuck)
		}
	}
}

// crossedTown returns the sample town with a crossing of every kind, in turn, on each of its streets, and bus stops.
func crossedTown(t testing.TB) *network.Network {
	t.Helper()
	spec := sample.Town(network.RightHand)
	kinds := []network.CrossingKind{
		network.Zebra, network.Unmarked, network.FootSignals, network.Zebra, network.LevelCrossing, network.Unmarked, network.TramCrossing,
	}
	length := func(e *network.EdgeSpec) float64 { return network.PolylineLength(e.Shape) }
	for i := range spec.Edges {
		e := &spec.Edges[i]
		if e.Roundabout || e.Road == network.Motorway || length(e) < 60 {
			continue
		}
		spec.BusStops = append(spec.BusStops, network.BusStopSpec{Edge: int32(i), Position: length(e) * 0.7, OSMNode: int64(1000 + i)})
		if e.Opposite != network.None && int(e.Opposite) < i {
			continue
		}
		kind := kinds[i%len(kinds)]
		spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: kind, Edge: int32(i), Position: length(e) * 0.45, OSMNode: int64(i + 1)})
		if o := e.Opposite; o != network.None {
			spec.Crossings = append(spec.Crossings, network.CrossingSpec{
				Kind: kind, Edge: o, Position: length(&spec.Edges[o]) * 0.55, OSMNode: int64(i + 1),
			})
		}
	}
	return build(t, spec)
}

func allCrossings(c *traffic.Config) {
	c.Crossings = traffic.DefaultCrossings()
	c.Crossings.People = 6
	c.Crossings.Trains, c.Crossings.Trams = 12, 20
	c.ClearAfter = 60
}

// crossedRun steps w to step n and returns its hash every 100 steps.
func crossedRun(t *testing.T, w *traffic.World, n uint64) (hashes []uint64) {
	t.Helper()
	for w.Steps() < n {
		checked(t, w, 1)
		if w.Steps()%100 == 0 {
			hashes = append(hashes, w.Hash())
		}
	}
	return hashes
}

func TestATownFullOfCrossingsFlows(t *testing.T) {
	net := crossedTown(t)
	w := newWorld(t, net, 1, allCrossings)
	if _, err := w.AddTrips(randomTrips(net, 900, w.Time(), 3600, 5)); err != nil {
		t.Fatal(err)
	}
	crossedRun(t, w, 30000)
	got, st := w.Walks(), w.Stats()
	t.Logf("%+v %+v", got, st)
	if got.Hit > 0 || got.OnTracks > 0 || st.Stuck > 0 || st.OnRoad+st.Waiting > 0 {
		for _, v := range w.AppendVehicles(nil) {
			t.Log(w.Describe(v.ID))
		}
		t.Errorf("%+v, %+v: want nobody hit, on the tracks, stuck or left after the hour and 40 minutes", got, st)
	}
	if got.Crossed < 2000 || got.Trains < 20 || got.BusStops == 0 || got.Left > got.Came/50 {
		t.Errorf("%+v: want thousands who cross, trains and bus stops, and hardly anybody who goes elsewhere", got)
	}
}
