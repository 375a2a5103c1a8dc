package assess

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/signals/timing"
)

func crossing(t *testing.T, spec sample.CrossSpec) (*network.Network, signals.Plan) {
	t.Helper()
	spec.Control = network.Signalised
	net, err := network.Build(sample.Cross(spec))
	if err != nil {
		t.Fatal(err)
	}
	plans, _ := signals.DefaultPlans(net)
	return net, plans[0]
}

// ahead gives every through movement a flow, every other one turning.
func ahead(net *network.Network, through, turning float64) Flows {
	f := make(Flows, len(net.Movements))
	for i := range net.Movements {
		f[i] = turning
		if net.Movements[i].Turn == network.Through {
			f[i] = through
		}
	}
	return f
}

// A street of one lane straight on has the delay of the formulas for its green.
func TestThroughTrafficHasTheDelayOfTheFormulas(t *testing.T) {
	net, plan := crossing(t, sample.CrossSpec{})
	j, err := Controller(net, &plan, ahead(net, 300, 0), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(j.Rows) != len(net.Movements) {
		t.Fatalf("%d rows for %d movements", len(j.Rows), len(net.Movements))
	}
	for _, r := range j.Rows {
		if r.Flow == 0 {
			continue
		}
		g := r.Flow / r.X / timing.BaseSaturation * j.Cycle // effective green by its capacity
		want := timing.UniformDelay(j.Cycle, g, r.X, 1) + timing.IncrementalDelay(0.25, r.X, r.Flow/r.X, 0.5, 1)
		if r.Delay < 0.97*want || r.Delay > 1.03*want {
			t.Errorf("movement %d: %.2f s at X = %.2f, want %.2f", r.Movement, r.Delay, r.X, want)
		}
		if r.Queue95 <= r.Queue || r.LOS != timing.LevelOfService(r.Delay, r.X) {
			t.Errorf("movement %d: %+v", r.Movement, r)
		}
	}
}

func TestMoreTrafficIsSlower(t *testing.T) {
	arrows := []network.TurnSet{1<<network.Through | 1<<network.Right, 1 << network.Left}
	for _, spec := range []sample.CrossSpec{{}, {Lanes: 2}, {Lanes: 2, Arrows: arrows}, {Lanes: 3}, {Arms: 3}, {Lanes: 2, DrivingSide: network.LeftHand}} {
		net, plan := crossing(t, spec)
		last := 0.0
		for _, flow := range []float64{20, 100, 250, 400} {
			j, err := Controller(net, &plan, ahead(net, flow, flow/5), 0.05)
			if err != nil {
				t.Fatalf("%+v: %v", spec, err)
			}
			if !(j.Delay >= last) {
				t.Errorf("%+v: %.1f s with %v veh/h, %.1f with less", spec, j.Delay, flow, last)
			}
			last = j.Delay
		}
	}
}
