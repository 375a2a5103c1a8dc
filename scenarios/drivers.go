package scenarios

import (
	"roadtwin/network/strictyaml"
	"roadtwin/vehicles/driver"
)

// Drivers say who drives; see driver.Options.
type Drivers struct {
	Model      string  `yaml:"model"`       // of people: iidm, idm, krauss or gipps
	ACC        float64 `yaml:"acc"`         // share of vehicles with adaptive cruise control
	CACC       float64 `yaml:"cacc"`        // share of vehicles whose cruise control talks to the one ahead
	RedRunning float64 `yaml:"red_running"` // share of drivers who pass a light that has just turned red
	Errors     bool    `yaml:"errors"`      // whether people react late, misjudge and look away
}

// complete fills in what the file, whose fields are at, left open.
func (d *Drivers) complete(at strictyaml.Places) {
	usual := driver.DefaultOptions()
	if d.Model == "" {
		d.Model = usual.Model.String()
	}
	if d.RedRunning == 0 && !at.Has("drivers.red_running") {
		d.RedRunning = usual.RedRunning
	}
	if !d.Errors && !at.Has("drivers.errors") {
		d.Errors = usual.Errors
	}
}

// population returns the drivers of s, where trips have the styles given.
func (s *Scenario) population(styles []driver.Style) (*driver.Population, error) {
	d := s.Drivers
	if d == (Drivers{}) { // a scenario made in memory
		d.complete(nil)
	}
	model, ok := driver.ParseModel(d.Model)
	if !ok {
		return nil, s.invalid("drivers.model", "unknown model %q", d.Model)
	}
	pop, err := driver.NewPopulation(driver.Options{
		Model: model, ACC: d.ACC, CACC: d.CACC, RedRunning: d.RedRunning, Errors: d.Errors, Styles: styles,
	})
	if err != nil {
		return nil, s.invalid("drivers", "%v", err)
	}
	return pop, nil
}
