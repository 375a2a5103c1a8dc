package scenarios

import (
	"roadtwin/network/strictyaml"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/driver/r157"
)

// Drivers say who drives; see driver.Options.
type Drivers struct {
	Model      string  `yaml:"model"` // of people: iidm, idm, krauss or gipps
	ACC        float64 `yaml:"acc"`   // share of vehicles with adaptive cruise control
	CACC       float64 `yaml:"cacc"`  // share of vehicles whose cruise control talks to the one ahead
	R157       R157    `yaml:"r157,omitempty"`
	RedRunning float64 `yaml:"red_running"` // share of drivers who pass a light that has just turned red
	Errors     bool    `yaml:"errors"`      // whether people react late, misjudge and look away
}

// R157 are the shares of vehicles driven by the models of UN Regulation 157; see driver.Regulated.
type R157 struct {
	Careful float64 `yaml:"careful,omitempty"` // the careful and competent driver
	FSM     float64 `yaml:"fsm,omitempty"`     // the fuzzy safety model
	RSS     float64 `yaml:"rss,omitempty"`     // responsibility-sensitive safety
	Reg157  float64 `yaml:"reg157,omitempty"`  // the least that the regulation asks of a machine
}

// shares returns them by model.
func (r *R157) shares() [r157.NumModels]float64 {
	return [r157.NumModels]float64{r157.Careful: r.Careful, r157.Fuzzy: r.FSM, r157.RSS: r.RSS, r157.Reg157: r.Reg157}
}

// automated returns the share of vehicles that people do not drive.
func (d *Drivers) automated() float64 {
	return d.ACC + d.CACC + d.R157.Careful + d.R157.FSM + d.R157.RSS + d.R157.Reg157
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
		Model: model, ACC: d.ACC, CACC: d.CACC, R157: d.R157.shares(), RedRunning: d.RedRunning, Errors: d.Errors, Styles: styles,
	})
	if err != nil {
		return nil, s.invalid("drivers", "%v", err)
	}
	return pop, nil
}
