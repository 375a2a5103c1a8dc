package traffic

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

// TestNoBendIsTighterThanACarTurns looks at the bends by which slides are judged, of streets that meet at sharp corners.
func TestNoBendIsTighterThanACarTurns(t *testing.T) {
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	l := newLayout(net, false)
	bent := false
	for s := range l.places {
		l.places[s].curvature *= 10 // as if all were drawn at a tenth of their size
		l.places[s].length /= 10
	}
	l.measureBends()
	for s, b := range l.bends {
		bent = bent || math.Abs(b) == tightest
		if math.Abs(b) > tightest {
			t.Errorf("track %d bends by %.2f 1/m, want %.2f at the most", l.places[s].track, b, tightest)
		}
	}
	if !bent {
		t.Error("no bend is tight enough to show anything")
	}
}
