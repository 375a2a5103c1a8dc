package diagram

import (
	"math"

	"roadtwin/signals"
)

// FindBands returns the bands of a direction: all times at which one may set off, and go at the speed of progression, to
// meet green at every signal. at are the places of the signals, s are the times to get to each from the first, and shown is
// what each shows. Bands narrower than least seconds are left out.
func FindBands(out bool, at, s []float64, shown [][]Interval, least float64) (bands []Band) {
	if len(at) < 2 {
		return nil
	}
	open := greens(shown[0], 0)
	for i := 1; i < len(at); i++ {
		open = intersect(open, greens(shown[i], s[i]))
	}
	for _, v := range open {
		if v.To-v.From < least {
			continue
		}
		b := Band{Out: out, At: at}
		for i := range at {
			b.From, b.To = append(b.From, v.From+s[i]), append(b.To, v.To+s[i])
		}
		bands = append(bands, b)
	}
	return bands
}

// greens returns the times at which one sets off to arrive at green, a time later.
func greens(shown []Interval, later float64) (open []Interval) {
	for _, v := range shown {
		if v.Aspect == signals.Green {
			open = append(open, Interval{From: v.From - later, To: v.To - later})
		}
	}
	return open
}

// intersect returns the times that are in both lists, which ascend.
func intersect(a, b []Interval) (both []Interval) {
	for i, k := 0, 0; i < len(a) && k < len(b); {
		from, to := math.Max(a[i].From, b[k].From), math.Min(a[i].To, b[k].To)
		if to > from {
			both = append(both, Interval{From: from, To: to})
		}
		if a[i].To < b[k].To {
			i++
		} else {
			k++
		}
	}
	return both
}
