package network

import "testing"

func TestWeeksFollowOneAnother(t *testing.T) {
	const hour, week = 3600, 7 * 24 * 3600.0
	sunday := Schedule{{From: 6*1440 + 23*60, To: 7 * 1440}} // 23:00 to midnight
	for _, c := range []struct {
		at   float64 // s since Monday 00:00
		want bool
	}{
		{0, false},
		{-1, true},
		{-1e-12, true},
		{-hour, true},
		{-hour - 1, false},
		{week - 1, true},
		{week, false},
		{3*week - 1, true},
		{-2*week - 1, true},
		{-2 * week, false},
	} {
		if got := sunday.Active(c.at); got != c.want {
			t.Errorf("%v at %g s: active %v, want %v", sunday, c.at, got, c.want)
		}
	}
}
