package rare

import "math"

// Estimate is what a search knows of how often its event happens.
type Estimate struct {
	Cases   uint64  `json:"cases"`    // made, pilots not included
	Events  int     `json:"events"`   // found among them
	Rate    float64 `json:"per_hour"` // events an hour of the scene
	Error   float64 `json:"standard_error_per_hour"`
	Lower   float64 `json:"lower_per_hour"` // of the 90 % interval
	Upper   float64 `json:"upper_per_hour"`
	ESS     float64 `json:"effective_events"` // events that plain cases would have to have for the same standard error
	Hours   float64 `json:"simulated_hours"`  // of all, pilots included
	PerCase float64 `json:"hours_per_case"`   // of the scene that a case stands for
	// KM are vehicle-kilometres an hour of the scene, by which rates per million kilometres are made.
	KM float64 `json:"vehicle_km_per_hour"`
	// PlainHours is what plain cases would take for the same relative standard error: by their variance, one event in each p-th case.
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
