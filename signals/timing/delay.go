package timing

import (
	"fmt"
	"math"
)

// The values that the HCM takes where nothing else is known.
const (
	BaseSaturation   = 1900.0 // pc/h and lane in metropolitan areas of 250,000 and more (HCM exhibit 19-11); 1,750 elsewhere
	StartUpLostTime  = 2.0    // s (HCM eq. 19-1)
	GreenExtension   = 2.0    // s of amber that is used as green (HCM eq. 19-1)
	AnalysisPeriod   = 0.25   // h
	PretimedK        = 0.5    // k of IncrementalDelay at fixed-time signals (HCM p. 19-48)
	leastK           = 0.04
	leastFilteringI  = 0.09
	largestGreenPart = 0.999999
)

// EffectiveGreen returns the effective green in s of a phase that lasts duration s, amber and all-red included, of which the
// clearance is lost but for GreenExtension: g = D - l1 - l2, l2 = Y + R - e (HCM eqs. 19-1 and 19-3); 0 at least.
func EffectiveGreen(duration, amber, allRed float64) float64 {
	return max(0, duration-StartUpLostTime-(amber+allRed-GreenExtension))
}

// LostTime returns the lost time in s of a phase: l1 + Y + R - e (HCM eq. 19-1).
func LostTime(amber, allRed float64) float64 {
	return StartUpLostTime + amber + allRed - GreenExtension
}

// Capacity returns the capacity in veh/h of lanes with a saturation flow of s veh/h each and g of c seconds effective
// green: N s g/C (HCM eq. 19-16).
func Capacity(lanes, s, g, c float64) float64 { return lanes * s * g / c }

// ProgressionFactor returns PF of UniformDelay: by how much delay is less (or more) than with random arrivals, where a
// share p arrives at green, with a ratio gc of effective green to the cycle, at a degree of saturation x (HCM eqs. 19-20
// and 19-21). It is 1 for p = gc.
func ProgressionFactor(p, gc, x float64) float64 {
	if gc >= 1 || gc <= 0 {
		return 1
	}
	x = min(1, x)
	y := x * gc
	return (1 - p) / (1 - gc) * (1 - y) / (1 - x*p) * (1 + y*(1-p/gc)/(1-gc))
}

// UniformDelay returns d1, the delay in s that evenly spread arrivals have at a cycle of c s with g s of effective green
// and a degree of saturation x, times the progression factor pf (HCM eq. 19-19).
func UniformDelay(c, g, x, pf float64) float64 {
	gc := min(max(g/c, 0), 1)
	if gc >= 1 {
		return 0
	}
	return pf * 0.5 * c * (1 - gc) * (1 - gc) / (1 - min(1, x)*gc)
}

// IncrementalDelay returns d2, the delay in s that comes from chance and from demand beyond capacity during t hours: at a
// degree of saturation x of a capacity of c veh/h, with k by IncrementalFactor (PretimedK for fixed time) and i by UpstreamFiltering
// (1 for a junction on its own) (HCM eq. 19-26).
func IncrementalDelay(t, x, c, k, i float64) float64 {
	if c <= 0 {
		return 0
	}
	return 900 * t * ((x - 1) + math.Sqrt((x-1)*(x-1)+8*k*i*x/(c*t)))
}

// IncrementalFactor returns k of IncrementalDelay for an actuated phase with a passage time in s, and a ratio of the flow to
// the capacity that its longest green gives (HCM eqs. 19-22 and 19-23): 0.04 to 0.5.
func IncrementalFactor(passage, ratio float64) float64 {
	least := max(leastK, -0.375+0.354*passage-0.0910*passage*passage+0.00889*passage*passage*passage)
	return min(max((1-2*least)*(ratio-0.5)+least, least), PretimedK)
}

// UpstreamFiltering returns I of IncrementalDelay behind a signal with a degree of saturation x: arrivals vary less from
// cycle to cycle than by chance (HCM eq. 19-6).
func UpstreamFiltering(x float64) float64 {
	return max(leastFilteringI, 1-0.91*math.Pow(min(x, 1), 2.68))
}

// InitialQueueDelay returns d3, the delay in s that a queue of q vehicles at the beginning of t hours adds, with a flow of v and
// a capacity of c veh/h (HCM eqs. 19-44 to 19-49).
func InitialQueueDelay(q, v, c, t float64) float64 {
	if q <= 0 || v <= 0 || t <= 0 || c <= 0 {
		return 0
	}
	end, without, unmet := queueAtEnd(q, v, c, t)
	return 3600 / (v * t) * (unmet*(q+end-without)/2 + (end*end-without*without)/(2*c) - q*q/(2*c))
}

// queueAtEnd returns the queue at the end of t hours that begin with one of q, the queue there would be without that one, and how
// long demand stays unmet, h.
func queueAtEnd(q, v, c, t float64) (end, without, unmet float64) {
	unmet = t
	if v >= c {
		without = t * (v - c)
	} else {
		unmet = min(q/(c-v), t)
	}
	return q + unmet*(v-c), without, unmet
}

// LOS is a level of service, A to F.
type LOS byte

// String returns the letter.
func (l LOS) String() string { return string(rune(l)) }

// MarshalText returns the letter.
func (l LOS) MarshalText() ([]byte, error) { return []byte{byte(l)}, nil }

// UnmarshalText reads a letter.
func (l *LOS) UnmarshalText(text []byte) error {
	if len(text) != 1 || text[0] < 'A' || text[0] > 'F' {
		return fmt.Errorf("level of service %.20q, want A to F", text)
	}
	*l = LOS(text[0])
	return nil
}

// losLimits are the upper limits of the control delay of A to E, s (HCM exhibits 19-8 and 20-2).
var losLimits = map[bool][5]float64{true: {10, 20, 35, 55, 80}, false: {10, 15, 25, 35, 50}}

// LevelOfService returns the level of service of a control delay in s at a signal. Lane groups beyond capacity have F whatever
// their delay (HCM exhibit 19-8); approaches and junctions are judged by delay alone: x = 0.
func LevelOfService(delay, x float64) LOS { return levelOf(delay, x, true) }

// LevelOfServiceUnsignalised is LevelOfService at stop and yield signs (HCM exhibit 20-2).
func LevelOfServiceUnsignalised(delay, x float64) LOS { return levelOf(delay, x, false) }

func levelOf(delay, x float64, signal bool) LOS {
	if x > 1 {
		return 'F'
	}
	for i, limit := range losLimits[signal] {
		if delay <= limit {
			return LOS('A' + i)
		}
	}
	return 'F'
}
