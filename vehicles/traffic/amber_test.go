package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// redRuns drives two hours of traffic through a signalised crossing where so many of the drivers run red, and returns how
// often somebody has passed red, and how often somebody has arrived.
func redRuns(t *testing.T, share float64) (runs, arrived int) {
	t.Helper()
	o := driver.DefaultOptions()
	o.RedRunning = share
	drivers, err := driver.NewPopulation(o)
	if err != nil {
		t.Fatal(err)
	}
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 2}))
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Drivers = drivers })
	start, end := w.Time(), w.Time()+7200
	var streams [][]traffic.Trip
	for i := range 4 {
		streams = append(streams, stream(in(i), network.EdgeID(2*((i+2)%4)), network.Car, start+float64(i), end, 6.3))
	}
	add(t, w, streams...)
	told := 0
	for w.Time() < end {
		checked(t, w, 1)
		for _, e := range w.Events() {
			if e.Kind == traffic.RanRed {
				told++
			}
		}
	}
	if told != w.Stats().RedRuns {
		t.Errorf("%d events of red running, %d counted", told, w.Stats().RedRuns)
	}
	return told, w.Stats().Arrived
}

func TestRedIsRunByThoseWhoWould(t *testing.T) {
	none, arrived := redRuns(t, 0)
	all, _ := redRuns(t, 1)
	t.Logf("of %d cars %d passed red where nobody would run it, %d where all would", arrived, none, all)
	if float64(none) > 0.002*float64(arrived) {
		t.Errorf("%d of %d cars passed red where nobody would run it, want next to none", none, arrived)
	}
	if all < 20 || all < 5*none {
		t.Errorf("%d cars passed red where all would run it, want many", all)
	}
}

// TestWhoStopsJustOverTheLineWaitsForGreen rolls a car up to a red light so that it cannot stop before the line as drivers stop: it stands with
// the bumper over it, as far as a bumper is long, and waits there for green.
func TestWhoStopsJustOverTheLineWaitsForGreen(t *testing.T) {
	net := build(t, sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: 1}))
	for _, dt := range []float64{0.05, 0.2, 0.5} {
		over := 0
		for tenths := 3; tenths <= 9; tenths += 3 {
			if standsOver(t, net, dt, float64(tenths)/10) {
				over++
			}
		}
		if over == 0 {
			t.Errorf("steps of %g s: nobody stood over the line: that is no test", dt)
		}
	}
}

// standsOver rolls a car to within centimetres of a red light at speed v (m/s), and reports whether it has stood over the line.
func standsOver(t *testing.T, net *network.Network, dt, v float64) (stood bool) {
	t.Helper()
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.StepTime = dt })
	add(t, w, stream(in(0), 4, network.Car, 7*3600+1, 7*3600+120, 17))
	who := traffic.NoVehicle
	for range int(240 / dt) {
		before, onRoad := w.Vehicle(who)
		w.Step()
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Fatalf("steps of %g s, %.1f m/s: audit %+v", dt, v, a)
		}
		if who == traffic.NoVehicle {
			for _, o := range w.AppendVehicles(nil) {
				if lane, ok := net.LaneOf(o.Track); ok && o.V == 0 && o.Limit == traffic.LimitSignal && net.Lanes[lane].Edge == in(0) {
					who = o.ID
					w.Roll(who, 0.02, v)
				}
			}
			continue
		}
		d, there := w.Vehicle(who)
		if !onRoad || !there {
			continue
		}
		c, inside := net.ConnectorOf(d.Track)
		if !inside || d.S > 0.25 {
			continue
		}
		stood = stood || d.V == 0
		if before.V == 0 && d.V > 0 && w.Aspect(net.Connectors[c].Group) == signals.Red {
			t.Errorf("steps of %g s, rolled up at %.1f m/s: drives on from %.2f m over the line at red", dt, v, d.S)
		}
	}
	return stood
}
