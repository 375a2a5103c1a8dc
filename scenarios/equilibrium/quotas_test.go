package equilibrium

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
)

// TestQuotasDoNotMindHowEdgesAreNumbered: the same trips change, whatever the edges of their ways are called.
func TestQuotasDoNotMindHowEdgesAreNumbered(t *testing.T) {
	picks := func(name func(network.EdgeID) network.EdgeID) (all []bool) {
		q := quotas{func(trip int) float64 { return draw.Float64(1, draw.Test, uint64(trip), 0) }, map[string]float64{}}
		for trip := range 300 {
			c := choice{trip: trip}
			for e := range network.EdgeID(4) {
				c.best = append(c.best, name(10*network.EdgeID(trip%7)+e))
			}
			all = append(all, q.due(&c, 0.23))
		}
		return all
	}
	first, other := picks(func(e network.EdgeID) network.EdgeID { return e }), picks(func(e network.EdgeID) network.EdgeID { return 97 - e })
	changed := 0
	for trip := range first {
		if first[trip] != other[trip] {
			t.Fatalf("trip %d changes: %v, with edges numbered otherwise %v", trip, first[trip], other[trip])
		}
		if first[trip] {
			changed++
		}
	}
	if changed < 62 || changed > 76 { // 0.23 x 300 ± one of each of seven ways
		t.Errorf("%d of 300 change, want 69 ± 7", changed)
	}
}
