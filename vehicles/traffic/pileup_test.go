package traffic_test

import (
	"fmt"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// TestNobodyPassesThroughAnybodyOnIce lets it freeze while many are on the road: they slide into one another in front of junctions, in
// them and behind them, in chains over several tracks. Nobody is ever inside anybody, and nothing is lost.
func TestNobodyPassesThroughAnybodyOnIce(t *testing.T) {
	nets := map[string]*network.Network{
		"town": build(t, sample.Town(network.RightHand)), "grid": grid(t, 3, false), "two junctions": build(t, twoJunctions(20)),
	}
	first, last := seeds(1, 3)
	for seed := first; seed <= last; seed++ {
		if _, net, _, err := network.Prune(drawTown(seed)); err == nil && len(net.Edges) > 0 {
			nets[fmt.Sprint("random town ", seed)] = net
		}
	}
	crashes := 0
	for name, net := range nets {
		for _, dt := range []float64{0.05, 0.1, 0.2, 0.5} {
			t.Run(fmt.Sprint(name, " ", dt), func(t *testing.T) { crashes += pileUp(t, net, dt) })
		}
	}
	if crashes < 50 {
		t.Errorf("%d crashes: that is no test", crashes)
	}
}

// pileUp drives on a network with ice on the road for five minutes and returns how many crashes there are.
func pileUp(t *testing.T, net *network.Network, dt float64) int {
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.StepTime, c.ClearAfter = dt, 100 })
	if _, err := w.AddTrips(randomTrips(net, 15*len(net.Edges), w.Time(), 400, 3)); err != nil {
		t.Fatal(err)
	}
	steps := int(400 / dt)
	for i := range steps {
		switch i {
		case steps / 4:
			queue(t, w, tyre.Ice)
		case steps * 3 / 4:
			queue(t, w, tyre.Snow)
		}
		w.Step()
		if a := w.Audit(); a != (traffic.Audit{}) {
			t.Fatalf("at %.2f s: audit %+v, want all zero", w.Time(), a)
		}
		for _, o := range w.OverlapsInLine(0.3) {
			t.Fatalf("at %.2f s: %+v\n%s\n%s", w.Time(), o, w.Describe(o.A), w.Describe(o.B))
		}
	}
	return w.Stats().Crashes
}

func queue(t *testing.T, w *traffic.World, condition tyre.Condition) {
	t.Helper()
	if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: condition}); err != nil {
		t.Fatal(err)
	}
}
