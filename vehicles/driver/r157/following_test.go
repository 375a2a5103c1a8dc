package r157

import (
	"math"
	"testing"
)

// TestNoDangerIsSeenUpToTheSafeSpeed compares SafeSpeed with where the models' own distances begin.
func TestNoDangerIsSeenUpToTheSafeSpeed(t *testing.T) {
	for other := 0.0; other <= 30; other += 2.5 {
		for gap := 5.0; gap <= 120; gap += 2.5 {
			if v := RSS.SafeSpeed(other, gap); v > 0 && math.Abs(rssDistance(v, other)-gap) > 1e-9 {
				t.Errorf("RSS at %.3f m/s behind one at %g: wants %.3f m, has %g", v, other, rssDistance(v, other), gap)
			}
			v := Fuzzy.SafeSpeed(other, gap)
			if v == 0 {
				continue
			}
			if pfs, unsafe := Proactive(v-1e-6, other, gap); pfs > 0 || unsafe {
				t.Errorf("FSM at %.3f m/s, %g m behind one at %g: PFS %g, unsafe %v", v, gap, other, pfs, unsafe)
			}
			if _, unsafe := Proactive(v+1e-6, other, gap); !unsafe {
				t.Errorf("FSM sees no danger above %.3f m/s, %g m behind one at %g", v, gap, other)
			}
		}
	}
	for _, m := range [...]Model{Careful, Reg157} {
		if v := m.SafeSpeed(0, 1); !math.IsInf(v, 1) {
			t.Errorf("%v has a safe speed of %g m/s", m, v)
		}
	}
}
