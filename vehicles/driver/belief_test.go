package driver

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// TestDriversTellSlipperyRoadsFromGoodOnes compares what roads look like: an ordinary road and a dry one are known for what they are,
// wet stones and loose ground are seen to be slippery, and ice is believed in for more than it gives.
func TestDriversTellSlipperyRoadsFromGoodOnes(t *testing.T) {
	if b := BeliefIn(Looks(network.Asphalt, tyre.Dry)); b != 0 {
		t.Errorf("dry asphalt looks like step %d, want 0", b)
	}
	for _, row := range []struct {
		surface       network.Surface
		better, worse tyre.Condition
	}{{network.Asphalt, tyre.Dry, tyre.Wet}, {network.Asphalt, tyre.Wet, tyre.Soaked}, {network.Asphalt, tyre.Soaked, tyre.PackedSnow}, {network.Cobblestone, tyre.Dry, tyre.Wet}} {
		if a, b := Looks(row.surface, row.better), Looks(row.surface, row.worse); a <= b {
			t.Errorf("%v: %v looks like %.2f, %v like %.2f", row.surface, row.better, a, row.worse, b)
		}
	}
	if a, b := Looks(network.Asphalt, tyre.Wet), Looks(network.Cobblestone, tyre.Wet); b > 0.6*a {
		t.Errorf("wet cobblestone looks like %.2f, wet asphalt like %.2f", b, a)
	}
	if got := Looks(network.Asphalt, tyre.WetIce); got < 0.05/1.17*1.5 {
		t.Errorf("wet ice looks like %.3f, hardly more than it is", got)
	}
	for b := range Belief(NumBeliefs) {
		if got := BeliefIn(b.Grip()); got != b {
			t.Errorf("the grip of step %d is that of step %d", b, got)
		}
	}
}
