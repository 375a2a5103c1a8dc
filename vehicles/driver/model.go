package driver

import "fmt"

// Model is a car-following model: how the wished acceleration comes from speed, gap and the leader's speed.
type Model uint8

// The models.
const (
	IIDM   Model = iota // improved intelligent driver model: the human driver unless something else is asked for
	IDM                 // intelligent driver model, as published in 2000
	Krauss              // safe speed and dawdling
	Gipps               // safe speed
	ACC                 // adaptive cruise control
	CACC                // cooperative adaptive cruise control: ACC that knows what the leader, if it has it as well, is about to do
	numModels
)

var modelNames = [numModels]string{"iidm", "idm", "krauss", "gipps", "acc", "cacc"}

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

// isHuman reports whether people drive like that, rather than machines.
func (m Model) isHuman() bool { return m <= Gipps }
