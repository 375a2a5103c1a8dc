package arterial

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func all(net *network.Network) (ids []network.ControllerID) {
	for c := range net.Controllers {
		ids = append(ids, network.ControllerID(c))
	}
	return ids
}

// TestStreetsOfAGridPassAllItsSignals: in both directions, in opposite orders, as far apart as the grid says, on either side of the
// road.
func TestStreetsOfAGridPassAllItsSignals(t *testing.T) {
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 5, Rows: 2, Spacing: 200, Lanes: 2, Signals: true, DrivingSide: side}))
		if err != nil {
			t.Fatal(err)
		}
		a, err := Find(net, all(net), "")
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Out.Lines) != 5 || len(a.In.Lines) != 5 {
			t.Fatalf("%v: %q passes %d and %d signals, want 5 and 5", side, a.Street, len(a.Out.Lines), len(a.In.Lines))
		}
		for i, l := range a.Out.Lines {
			if back := a.In.Lines[4-i]; back.Controller != l.Controller {
				t.Errorf("%v: signal %d out is %d, on the way in %d", side, i, l.Controller, back.Controller)
			}
			if len(l.Groups) == 0 {
				t.Errorf("%v: no group lets traffic go on at signal %d", side, i)
			}
			if i > 0 {
				if d := l.At - a.Out.Lines[i-1].At; math.Abs(d-200) > 1 {
					t.Errorf("%v: signals %d and %d are %.1f m apart, want 200", side, i-1, i, d)
				}
			}
		}
		speed := net.EdgeLanes(a.Out.Edges[0])[0].SpeedLimit
		if got, want := a.Out.Time(net, 0, 4), 800/speed; math.Abs(got-want) > 0.02*want {
			t.Errorf("%v: %.1f s from the first to the last, want %.1f", side, got, want)
		}
	}
}

// TestStreetWithoutARowIsAnError: one signal, or none on that street.
func TestStreetWithoutARowIsAnError(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{Columns: 3, Rows: 2, Signals: true}))
	if err != nil {
		t.Fatal(err)
	}
	if a, err := Find(net, all(net)[:1], ""); err == nil {
		t.Errorf("one signal is a row: %+v", a)
	}
	if a, err := Find(net, all(net), "Nowhere Street"); err == nil {
		t.Errorf("a street that is not there has a row: %+v", a)
	}
}
