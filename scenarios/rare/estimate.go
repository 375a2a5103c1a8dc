package rare

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"roadtwin/network"
)

// Estimate is what a search knows of how often its event happens. A case counts once, at its first event.
type Estimate struct {
	Cases   uint64  `json:"cases"`    // made, pilots not included; runs of Splitting
	Events  int     `json:"events"`   // found among them
	Rate    float64 `json:"per_hour"` // events an hour of the scene
	Error   float64 `json:"standard_error_per_hour"`
	Lower   float64 `json:"lower_per_hour"` // of the 90 % interval
	Upper   float64 `json:"upper_per_hour"`
	ESS     float64 `json:"effective_events"` // events that plain cases would have to have for the same relative standard error
	Hours   float64 `json:"simulated_hours"`  // of all, pilots included
	PerCase float64 `json:"hours_per_case"`   // of the scene that a case stands for
	// KM are vehicle-kilometres an hour of the scene, by which rates per million kilometres are made.
	KM float64 `json:"vehicle_km_per_hour"`
	// PlainHours is what plain cases would take for the same relative standard error, by their variance.
	PlainHours float64 `json:"plain_hours"`
}

// PerMillionKM returns the rate in events per million vehicle-kilometres; NaN if nobody drives.
func (e *Estimate) PerMillionKM() float64 { return 1e6 * e.Rate / e.KM }

// Relative returns the half width of the interval over the rate; +Inf without an event.
func (e *Estimate) Relative() float64 {
	if e.Rate <= 0 {
		return math.Inf(1)
	}
	return (e.Upper - e.Lower) / 2 / e.Rate
}

// confidence is that of all intervals; normal its two-sided quantile of a normal distribution.
const (
	confidence = 0.9
	normal     = 1.6448536269514722
)

// estimate returns what is known so far.
func (w *work) estimate() Estimate {
	k, hours := &w.state.Sums, w.Scene.hours()
	e := Estimate{Cases: k.N, Events: k.Events, PerCase: hours, KM: w.Scene.kilometres()}
	e.Hours = float64(k.Steps+w.state.Pilots) * w.Scene.Step / 3600
	if k.N == 0 {
		return e
	}
	n := float64(k.N)
	p := k.Sum / n
	sd := math.Sqrt(max(0, k.Square/n-p*p) / max(1, n-1))
	lower, upper := w.interval(p, sd)
	e.Rate, e.Error, e.Lower, e.Upper = p/hours, sd/hours, lower/hours, upper/hours
	if p > 0 && sd > 0 {
		e.ESS = p * p / (sd * sd)
		e.PlainHours = e.ESS * (1 - min(p, 1)) / p * (w.Scene.Warm + w.Scene.Length) / 3600
	}
	return e
}

// interval returns the 90 % interval of a probability p with standard error sd.
//
// Plain cases: E. B. Wilson, JASA 22, 209 (1927). Else that of the logarithm, with Student's quantile where there are few runs: products
// of random factors are not symmetric. Where nothing was found: what plain cases would allow, to which Defensive belong.
func (w *work) interval(p, sd float64) (lower, upper float64) {
	n := float64(w.state.Sums.N)
	switch {
	case w.Method == Plain:
		z2 := normal * normal
		middle, half := (p+z2/(2*n))/(1+z2/n), normal/(1+z2/n)*math.Sqrt(p*(1-p)/n+z2/(4*n*n))
		return max(0, middle-half), min(1, middle+half)
	case p == 0 && w.Method == Importance:
		return 0, min(1, -math.Log((1-confidence)/2)/(w.Defensive*n))
	case p == 0 || n < 2:
		return 0, 1
	}
	z := normal
	if w.Method == Splitting {
		z = distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile((1 + confidence) / 2)
	}
	spread := math.Exp(z * sd / p)
	return p / spread, min(1, p*spread)
}

// kilometres returns the vehicle-kilometres that are driven at the place in an hour.
func (s *Scene) kilometres() float64 {
	km := 0.0
	for i := range s.Flows {
		f := &s.Flows[i]
		for _, e := range f.Route {
			edge := &s.Net.Edges[e]
			shape := s.Net.Lanes[edge.FirstLane].Shape
			if s.isNear(network.PoseAt(shape, edge.Length/2).Point) {
				km += f.PerHour * edge.Length / 1000
			}
		}
	}
	return km
}
