package scenarios

import (
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/fleet"
)

// Fleet is the technical state of the vehicles, by the name of their class, or "all" for every class as far as its own entry does not
// say.
type Fleet map[string]VehicleState

// allClasses is the key of Fleet for every class.
const allClasses = "all"

// VehicleState is the technical state of the vehicles of a class; see fleet.Shares. What is not given is as the class has it.
type VehicleState struct {
	Tread            []float64 `yaml:"tread,omitempty,flow"`        // mm, at evenly spaced shares of the vehicles, the least first
	WinterTyres      *float64  `yaml:"winter_tyres,omitempty"`      // share
	WithoutABS       *float64  `yaml:"without_abs,omitempty"`       // share
	BrakeFailure     *float64  `yaml:"brake_failure,omitempty"`     // share of which one brake circuit has failed
	UnbrakedTrailers *float64  `yaml:"unbraked_trailers,omitempty"` // share, of articulated lorries
	FadedBrakes      *float64  `yaml:"faded_brakes,omitempty"`      // share
	Fade             []float64 `yaml:"fade,omitempty,flow"`         // share of the brake force lost, the least and the most
}

// shares returns the state of every class; nil if all are as their classes.
func (f Fleet) shares() (*fleet.Fleet, error) {
	if len(f) == 0 {
		return nil, nil
	}
	var all fleet.Fleet
	for class := range network.NumVehicleClasses {
		all[class] = fleet.Shares{Fade: fleet.DefaultFade}
		for _, name := range []string{allClasses, class.String()} {
			state := f[name]
			state.addTo(&all[class])
		}
	}
	if err := all.Check(); err != nil {
		return nil, err
	}
	if all.IsFit() {
		return nil, nil
	}
	return &all, nil
}

// addTo has s say what v says.
func (v *VehicleState) addTo(s *fleet.Shares) {
	if v.Tread != nil {
		s.Tread = make([]float64, len(v.Tread))
		for i, mm := range v.Tread {
			s.Tread[i] = mm / 1000
		}
	}
	for _, f := range []struct {
		of *float64
		to *float64
	}{
		{v.WinterTyres, &s.Winter},
		{v.WithoutABS, &s.NoABS},
		{v.BrakeFailure, &s.Lost},
		{v.UnbrakedTrailers, &s.TrailersUnbraked},
		{v.FadedBrakes, &s.Faded},
	} {
		if f.of != nil {
			*f.to = *f.of
		}
	}
	if len(v.Fade) == 2 {
		s.Fade = [2]float64{v.Fade[0], v.Fade[1]}
	}
}

// checkFleet complains of what a schema cannot say.
func (s *Scenario) checkFleet(complain func(field, format string, args ...any)) {
	for name, v := range s.Fleet {
		field := "fleet." + name
		if !slices.IsSorted(v.Tread) {
			complain(field+".tread", "want the least first")
		}
		if !slices.IsSorted(v.Fade) {
			complain(field+".fade", "want the least first")
		}
		if v.UnbrakedTrailers != nil && name != allClasses && name != network.ArticulatedLorry.String() {
			complain(field+".unbraked_trailers", "only articulated_lorry has trailers")
		}
	}
}

// fleet returns the technical state of the vehicles of s; nil if all are as their classes.
func (s *Scenario) fleet() (*fleet.Fleet, error) {
	f, err := s.Fleet.shares()
	if err != nil {
		return nil, s.invalid("fleet", "%v", err)
	}
	return f, nil
}
