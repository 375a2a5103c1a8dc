package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// poisson returns trips that depart at random, perHour of them an hour on average.
func poisson(from, to network.EdgeID, class network.VehicleClass, start, end, perHour float64, seed uint64) (trips []traffic.Trip) {
	if perHour == 0 {
		return nil
	}
	for at, n := start, uint64(0); ; n++ {
		at -= math.Log(1-draw.Float64(seed, draw.TripOrigin, n, uint64(from))) * 3600 / perHour
		if at >= end {
			return trips
		}
		trips = append(trips, traffic.Trip{
			Depart: at, From: from, To: to, FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary, Class: class,
		})
	}
}

// potential is HCM's potential capacity, veh/h, of a movement with critical headway tc and follow-up headway tf (s)
// against conflicting flow vc (veh/h): 7th edition, equation 20-32, as in reference 5_signals/hcm_twsc.json.
func potential(vc, tc, tf float64) float64 {
	if vc == 0 {
		return 3600 / tf
	}
	return vc * math.Exp(-vc*tc/3600) / (1 - math.Exp(-vc*tf/3600))
}

// entered returns how many vehicles an hour of a saturated movement enter a junction, and the flow they met.
func entered(t *testing.T, spec *network.Spec, from, to network.EdgeID, against []traffic.Trip, watch network.EdgeID) (perHour, conflicting float64) {
	t.Helper()
	net := build(t, spec)
	w := newWorld(t, net, 1, nil)
	start := w.Time()
	for i := range against {
		against[i].Depart += start
	}
	add(t, w, stream(from, to, network.Car, start, start+2100, 2.2), against)
	checked(t, w, int(300/w.StepTime()))
	left := func(e network.EdgeID) float64 { return float64(w.Counts()[net.Edges[e].FirstLane.Track()].Left) }
	minor, major := left(from), left(watch)
	checked(t, w, int(1800/w.StepTime()))
	return 2 * (left(from) - minor), 2 * (left(watch) - major)
}

// TestMinorMovementsHaveTheCapacityOfTheManual measures movements that give way at a junction of three arms (case U1 of
// reference validation_cases.json: within 12 %) with the Manual's base headways. Right turns from the stop sign meet one stream,
// left turns one of the two at a time, left turns off the main road the oncoming one.
func TestMinorMovementsHaveTheCapacityOfTheManual(t *testing.T) {
	const tolerance = 0.12
	for _, c := range []struct {
		name                   string
		from, to, major, leave network.EdgeID
		tc, tf                 float64
		flows                  []float64
	}{
		{"right turn", in(1), 4, in(0), 4, 6.2, 3.3, []float64{0, 260, 780}},
		{"left turn, first stream", in(1), 0, in(0), 4, 6.4, 3.5, []float64{260, 520}},
		{"left turn, second stream", in(1), 0, in(2), 0, 6.4, 3.5, []float64{260, 520}},
		{"left turn off the main road", in(2), 2, in(0), 4, 4.1, 2.2, []float64{0, 260, 520}},
	} {
		for _, vc := range c.flows {
			spec := sample.Cross(sample.CrossSpec{Arms: 3, Control: network.PriorityRoad, Sign: network.Stop})
			got, met := entered(t, spec, c.from, c.to, poisson(c.major, c.leave, network.Car, 0, 2100, vc, 1), c.major)
			want := potential(met, c.tc, c.tf)
			t.Logf("%s against %.0f veh/h: %.0f veh/h, the Manual has %.0f (%+.0f %%)", c.name, met, got, want, 100*(got/want-1))
			if math.Abs(got/want-1) > tolerance {
				t.Errorf("%s against %.0f veh/h: %.0f veh/h, want %.0f ± %.0f %%", c.name, met, got, want, 100*tolerance)
			}
		}
	}
}

// TestRoundaboutHasTheCapacityOfTheManual measures an entry against traffic on the ring: HCM 7th edition, equation 22-1
// (recalled), within 15 %.
func TestRoundaboutHasTheCapacityOfTheManual(t *testing.T) {
	const tolerance = 0.15
	for _, vc := range []float64{0, 300, 600} {
		spec := sample.Cross(sample.CrossSpec{Control: network.Roundabout})
		got, met := entered(t, spec, in(0), 4, poisson(in(3), 2, network.Car, 0, 2100, vc, 1), in(3))
		want := 1380 * math.Exp(-1.02e-3*met)
		t.Logf("against %.0f veh/h: %.0f veh/h, the Manual has %.0f (%+.0f %%)", met, got, want, 100*(got/want-1))
		if math.Abs(got/want-1) > tolerance {
			t.Errorf("against %.0f veh/h: %.0f veh/h, want %.0f ± %.0f %%", met, got, want, 100*tolerance)
		}
	}
}

// TestEntriesOfTwoLanesHaveTheCapacityOfTheManual measures two entry lanes against a ring of two: HCM 7th edition, equations
// 22-4 and 22-5 (recalled), within 20 %; and nobody on the ring is kept from leaving it by those who enter.
func TestEntriesOfTwoLanesHaveTheCapacityOfTheManual(t *testing.T) {
	const tolerance = 0.20
	for _, vc := range []float64{300, 600, 900} {
		spec := sample.Cross(sample.CrossSpec{Control: network.Roundabout, Lanes: 2, ArmLength: 300})
		net := build(t, spec)
		w := newWorld(t, net, 1, nil)
		start := w.Time()
		against := poisson(in(3), 2, network.Car, 0, 2100, vc, 1)
		for i := range against {
			against[i].Depart += start
		}
		add(t, w, stream(in(0), 4, network.Car, start, start+2100, 1), against)
		left := func(e network.EdgeID) (n float64) {
			for l := range net.Edges[e].NumLanes {
				n += float64(w.Counts()[(net.Edges[e].FirstLane + network.LaneID(l)).Track()].Left)
			}
			return n
		}
		checked(t, w, int(300/w.StepTime()))
		minor, major := left(in(0)), left(in(3))
		checked(t, w, int(1800/w.StepTime()))
		got, met := 2*(left(in(0))-minor), 2*(left(in(3))-major)
		want := 1420*math.Exp(-0.85e-3*met) + 1350*math.Exp(-0.92e-3*met)
		t.Logf("against %.0f veh/h: %.0f veh/h, the Manual has %.0f (%+.0f %%)", met, got, want, 100*(got/want-1))
		if math.Abs(got/want-1) > tolerance {
			t.Errorf("against %.0f veh/h: %.0f veh/h, want %.0f ± %.0f %%", met, got, want, 100*tolerance)
		}
		if met < 0.9*vc {
			t.Errorf("%.0f veh/h of %.0f get off the arm before and round the ring", met, vc)
		}
	}
}

// TestNobodyWithRightOfWayIsStarved has an endless queue turn left off the main road against a dense oncoming stream: whoever of
// that had to stop is about to start, and nobody goes before a vehicle as if it would stand there for ever.
func TestNobodyWithRightOfWayIsStarved(t *testing.T) {
	const demand = 900 // veh/h
	for seed := uint64(1); seed <= 3; seed++ {
		spec := sample.Cross(sample.CrossSpec{Arms: 3, Control: network.PriorityRoad, Sign: network.Stop, ArmLength: 300})
		_, met := entered(t, spec, in(2), 2, poisson(in(0), 4, network.Car, 0, 2100, demand, seed), in(0))
		if met < 0.9*demand {
			t.Errorf("seed %d: %.0f veh/h with right of way get through, want %d", seed, met, demand)
		}
	}
}

// TestDriversOfEveryKindGiveWay has nobody but machines drive, whose numbers are above those of people.
func TestDriversOfEveryKindGiveWay(t *testing.T) {
	machines, err := driver.NewPopulation(driver.Options{ACC: 0.5, CACC: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.PriorityRoad}))
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Drivers = machines })
	start := w.Time()
	add(t, w, stream(in(0), 4, network.Car, start, start+300, 6), stream(in(1), 6, network.Car, start, start+300, 10))
	checked(t, w, int(400/w.StepTime()))
	if n := w.Stats().Arrived; n < 75 {
		t.Errorf("%d of 80 have arrived, want at least 75", n)
	}
}

// TestSomebodyMakesAGapInTheEnd has a main road without gaps, both ways, and a car or lorry that must turn onto it across it.
func TestSomebodyMakesAGapInTheEnd(t *testing.T) {
	for _, class := range []network.VehicleClass{network.Car, network.ArticulatedLorry} {
		net := build(t, sample.Cross(sample.CrossSpec{Control: network.PriorityRoad}))
		w := newWorld(t, net, 1, nil)
		begin, end := w.Time(), w.Time()+1800
		n := add(t, w, stream(in(0), 4, network.Car, begin, end, 2.2), stream(in(2), 0, network.Car, begin, end, 2.2),
			stream(in(1), left(1), class, begin+60, end, 240))
		checked(t, w, 15000)
		if st := w.Stats(); st.Arrived != n || st.StuckMost > 0 {
			t.Errorf("%v: %+v, want all %d arrived and nobody ever stuck", class, st, n)
		}
	}
}
