package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
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
