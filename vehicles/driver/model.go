package driver

import (
	"fmt"

	"roadtwin/vehicles/driver/r157"
)

// Model is a car-following model: how the wished acceleration comes from speed, gap and the leader's speed.
type Model uint8

// The models.
const (
	IIDM      Model = iota // improved intelligent driver model: the human driver unless something else is asked for
	IDM                    // intelligent driver model, as published in 2000
	Krauss                 // safe speed and dawdling
	Gipps                  // safe speed
	ACC                    // adaptive cruise control
	CACC                   // cooperative adaptive cruise control: ACC that knows what the leader, if it has it as well, is about to do
	regulated              // and on from it, in the order of package r157: ACC with the emergency reaction of the models of UN R157
	numModels = regulated + Model(r157.NumModels)
)

var modelNames = [numModels]string{"iidm", "idm", "krauss", "gipps", "acc", "cacc", "r157_careful", "r157_fsm", "r157_rss", "r157_reg157"}

// String returns the name used in scenarios.
func (m Model) String() string {
	if m >= numModels {
		return fmt.Sprintf("model %d", uint8(m))
	}
	return modelNames[m]
}

// ParseModel returns the model of that name.
func ParseModel(name string) (Model, bool) {
	for i, n := range modelNames {
		if n == name {
			return Model(i), true
		}
	}
	return 0, false
}

// Regulated returns the model that drives as ACC but in danger as a driver of UN R157 does.
func Regulated(rule r157.Model) Model { return regulated + Model(rule) }

// Rule returns which driver of UN R157 m is in danger, and whether it is one.
func (m Model) Rule() (rule r157.Model, ok bool) { return r157.Model(m - regulated), m >= regulated }

// isHuman reports whether people drive like that, rather than machines.
func (m Model) isHuman() bool { return m <= Gipps }
