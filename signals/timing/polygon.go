package timing

import "math"

// span is a part of a cycle in which a queue is fed and served evenly.
type span struct {
	duration float64 // s
	served   float64 // veh/s, if there is a queue or not
	sneak    float64 // vehicles that leave at its end, on amber
}

// polygon is the queue of a lane over a cycle, as straight lines (HCM ch. 19, sec. 4: queue accumulation polygon). Arrivals are
// even, in veh/s.
type polygon struct {
	spans   []span
	arrival float64
}

// steady returns the queue at the beginning of a cycle of a polygon that has repeated until it does not change.
func (p polygon) steady() float64 {
	start := 0.0
	for range 200 {
		q := start
		for _, s := range p.spans {
			q = max(0, q+(p.arrival-s.served)*s.duration)
			q = max(0, q-s.sneak)
		}
		if math.Abs(q-start) < 1e-9 {
			break
		}
		start = q
	}
	return start
}

// delay returns the delay in s of each vehicle (HCM eqs. 19-34 to 19-36).
func (p polygon) delay() float64 {
	if p.arrival <= 0 {
		return 0
	}
	q, area, cycle := p.steady(), 0.0, 0.0
	for _, s := range p.spans {
		cycle += s.duration
		grows := p.arrival - s.served
		lasts := s.duration
		if grows < 0 {
			lasts = min(lasts, q/-grows)
		}
		end := max(0, q+grows*lasts)
		area += (q + end) / 2 * lasts
		if lasts < s.duration {
			end = 0
		}
		q = max(0, end-s.sneak)
	}
	return area / (p.arrival * cycle)
}

// stopped returns how many vehicles stop between two times at which the queue is gone, at most: the arrivals of that time but
// for those of its last moments, who need not come to a stand; stop is the delay of a stop, s (HCM eqs. 31-139 to 31-141 and
// ch. 31, sec. 4, step 6).
func (p polygon) stopped(stop float64) float64 {
	q, busy, longest := p.steady(), 0.0, 0.0
	for range 2 { // the time may span the end of the cycle
		for _, s := range p.spans {
			grows := p.arrival - s.served
			lasts := s.duration
			if grows < 0 {
				lasts = min(lasts, q/-grows)
			}
			q = max(0, q+grows*lasts)
			busy += lasts
			longest = max(longest, busy)
			if lasts < s.duration {
				q, busy = 0, 0
			}
			if q = max(0, q-s.sneak); q == 0 {
				busy = 0
			}
		}
	}
	return max(0, p.arrival*(longest-stop/2))
}
