package timing

import "math"

// The percentiles of BackOfQueue.Percentile as deviates of the normal distribution (HCM p. 31-75).
const (
	Z85 = 1.04
	Z90 = 1.28
	Z95 = 1.64
)

// BackOfQueue is how far back from the stop line the last vehicle stands that has to stop in a cycle, in vehicles a lane:
// what every cycle brings, what chance and demand beyond capacity bring, and what an initial queue adds (HCM ch. 31, sec. 4).
type BackOfQueue struct{ Uniform, Incremental, Initial float64 }

// Mean returns the mean back of queue, vehicles a lane (HCM eq. 31-149).
func (q BackOfQueue) Mean() float64 { return q.Uniform + q.Incremental + q.Initial }

// Percentile returns the back of queue that is not exceeded in a share of the cycles, vehicles a lane: z is Z95 or the like, i
// the filtering factor (UpstreamFiltering), gc the ratio of green to the cycle and x the degree of saturation (HCM eqs.
// 31-150 to 31-153).
func (q BackOfQueue) Percentile(z, i, gc, x float64) float64 {
	sum := q.Uniform + q.Incremental
	if sum <= 0 {
		return q.Initial
	}
	f := 1 + z*math.Sqrt(i/sum)
	if x >= 1 {
		f += 0.6 * math.Pow(z, 0.24) * math.Pow(max(gc, 0), 0.33) * (1 - math.Exp(2-2*x))
	}
	return sum*min(f, 1.8) + q.Initial
}

// StopDelay returns the delay in s of a vehicle that brakes from the speed of an approach with a speed limit in m/s to a stop, and
// gets away again (HCM eqs. 31-131 and 31-132).
func StopDelay(limit float64) float64 {
	const stopped, accelerates, brakes = 5 * mph, 3.5 * foot, 4.0 * foot
	v := 0.9 * (25.6*mph + 0.47*limit)
	return (v - stopped) * (v - stopped) / (2 * v) * (1/accelerates + 1/brakes)
}

// UniformQueue returns the back of queue of evenly spread arrivals, vehicles a lane: flow v, capacity c and saturation flow
// s of the lane in veh/h, a share p of which arrives at green, g of cycle seconds effective green, and the delay of a
// stop in s (HCM eqs. 31-133 to 31-141).
func UniformQueue(v, c, s, p, g, cycle, stop float64) float64 {
	if v <= 0 || g <= 0 || s <= 0 || c <= 0 || g >= cycle {
		return 0
	}
	x := v / c
	q, rate, red := min(v, c)/3600, s/3600, cycle-g
	x1 := min(x, 1)
	inRed, inGreen := (1-p)*q*cycle/red, p*q*cycle/g
	if stop <= (1-p)*g*x {
		served := q * cycle * (1 - p - p*stop/g) / (rate * (1 - x1*p))
		return max(0, inRed*red+inGreen*(served-stop))
	}
	served := q * cycle * (1 - p) * (red - stop) / (rate * (red - x1*(1-p)*g))
	return max(0, inRed*(red-stop+served))
}

// IncrementalQueue returns what an incremental delay of d2 s adds to the back of queue of each of n lanes with a capacity of c
// veh/h together (HCM eq. 31-142).
func IncrementalQueue(c, d2 float64, n int) float64 { return c * d2 / (3600 * float64(max(n, 1))) }

// InitialQueue returns what an initial queue of q vehicles adds to the back of queue of each of n lanes over t hours, with a flow
// of v and a capacity of c veh/h (HCM eqs. 31-143 to 31-148).
func InitialQueue(q, v, c, t float64, n int) float64 {
	if q <= 0 || t <= 0 {
		return 0
	}
	end, without, unmet := queueAtEnd(q, v, c, t)
	return unmet * (q + end - without) / 2 / (t * float64(max(n, 1)))
}

// StorageRatio returns the ratio of a queue (vehicles a lane) to the length in m that there is for it, with a share of heavy
// vehicles: 7.6 m a car and 13.7 m a heavy vehicle (HCM eqs. 31-154 to 31-156). Above 1 the queue spills back.
func StorageRatio(queue, length, heavy float64) float64 {
	if length <= 0 {
		return 0
	}
	return queue * (25*foot*(1-heavy) + 45*foot*heavy) / length
}
