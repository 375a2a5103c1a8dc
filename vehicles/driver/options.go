package driver

import (
	"fmt"

	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver/r157"
)

// Options say who drives. The zero value is people without errors who never run red; see DefaultOptions.
type Options struct {
	// Model is how people drive: IIDM, IDM, Krauss or Gipps.
	Model Model
	// ACC and CACC are the shares of vehicles that such a system drives, 0 to 1 together. A greater share has all those
	// of a smaller one.
	ACC, CACC float64
	// R157 are the shares of vehicles driven by each of the models of UN Regulation 157 (Regulated), 0 to 1 together with the two
	// above. A greater share of one has all those of a smaller one where the others are the same.
	R157 [r157.NumModels]float64
	// RedRunning is the share of drivers, 0 to 1, who would pass a signal in its first second of red rather than brake.
	RedRunning float64
	// Errors makes people human: they look now and then, react late, misjudge, and are distracted. Without, they see
	// everything as it is and act in every step.
	Errors bool
	// All, if not nil, is every driver there is, whatever the class and the state of the road: all else here but
	// RedRunning is not looked at.
	All *Params
	// Styles are how some vehicles are driven by what their list of trips says; Pick counts them from 1.
	Styles []Style
}

// Style is how vehicles are driven according to a list of trips that has more to say of them than their class. It takes the
// place of the class's means, about which people differ as ever; 0 is that of the class.
type Style struct {
	TimeGap float64 // s
	Accel   float64 // m/s², comfortable
	Brake   float64 // m/s², comfortable, positive
	MinGap  float64 // m, when standing
}

// MaxStyles is how many there may be.
const MaxStyles = 200

// Check reports whether anybody drives like that.
func (s *Style) Check() error {
	for _, f := range []struct {
		name       string
		value      float64
		least, top float64
	}{
		{"time gap", s.TimeGap, 0.3, 10}, {"acceleration", s.Accel, 0.1, 10}, {"braking", s.Brake, 0.5, 10}, {"standing gap", s.MinGap, 0.3, 20},
	} {
		if f.value != 0 && !(f.value >= f.least && f.value <= f.top) {
			return fmt.Errorf("drivers: %s %g, want %g to %g", f.name, f.value, f.least, f.top)
		}
	}
	return nil
}

// of returns the class's distribution with the means of s.
func (s *Style) of(class spread) spread {
	for _, f := range []struct {
		mean  *float64
		given float64
	}{{&class.timeGap, s.TimeGap}, {&class.accel, s.Accel}, {&class.brake, s.Brake}, {&class.minGap, s.MinGap}} {
		if f.given > 0 {
			*f.mean = f.given
		}
	}
	return class
}

// DefaultOptions returns the drivers of a city of today: people, a few of whom run red.
func DefaultOptions() Options {
	return Options{Model: IIDM, RedRunning: DefaultRedRunning, Errors: true}
}

// DefaultRedRunning is a judgement: counts at single junctions range from 0.1 to some 3 % of the vehicles that could.
const DefaultRedRunning = 0.01

func (o *Options) check() error {
	share := func(x float64) bool { return x >= 0 && x <= 1 }
	switch {
	case !o.Model.isHuman():
		return fmt.Errorf("drivers: model %s, want one of people: iidm, idm, krauss or gipps", o.Model)
	case !share(o.ACC) || !share(o.CACC) || o.ACC+o.CACC > 1+1e-9:
		return fmt.Errorf("drivers: shares of ACC %g and CACC %g, want 0 to 1 and together at most 1", o.ACC, o.CACC)
	case !o.sharesOfR157():
		return fmt.Errorf("drivers: shares of the models of UN R157 %v, want 0 to 1, and at most 1 with those of ACC %g and CACC %g", o.R157, o.ACC, o.CACC)
	case !share(o.RedRunning):
		return fmt.Errorf("drivers: share of red running %g, want 0 to 1", o.RedRunning)
	case len(o.Styles) > MaxStyles:
		return fmt.Errorf("drivers: %d styles, want at most %d", len(o.Styles), MaxStyles)
	case o.All != nil:
		return o.All.check()
	}
	for i := range o.Styles {
		if err := o.Styles[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

// sharesOfR157 reports whether the shares are possible.
func (o *Options) sharesOfR157() bool {
	all := o.ACC + o.CACC
	for _, x := range o.R157 {
		if !(x >= 0 && x <= 1) {
			return false
		}
		all += x
	}
	return all <= 1+1e-9
}

func (p *Params) check() error {
	if p.Model >= numModels {
		return fmt.Errorf("drivers: unknown model %d", p.Model)
	}
	for _, f := range []struct {
		name       string
		value      float64
		least, top float64
	}{
		{"time gap", p.TimeGap, 0, 60},
		{"acceleration", p.Accel, 0.01, 20},
		{"braking", p.Brake, 0.01, 20},
		{"standing gap", p.MinGap, 0, 100},
		{"speed ratio", p.SpeedRatio, 0.01, 100},
		{"lateral acceleration", p.Lateral, 0.01, 100},
		{"lateral acceleration believed in", p.LateralMost, 0, 300},
		{"interval", p.Interval, 0, 5},
		{"reaction", p.Reaction, 0, 5},
		{"delay at starting", p.StartDelay, 0, 10},
		{"anticipation", p.Anticipation, 0, 10},
		{"error of gaps", p.GapError, 0, 1},
		{"error of speeds", p.SpeedError, 0, 1},
		{"courtesy", p.Courtesy, -1, 10},
		{"gain of a change", p.ChangeGain, 0, 100},
		{"lapses", p.Lapses, 0, 1},
		{"braking at amber", p.AmberBrake, 0, 20},
		{"dawdling", p.Dawdle, 0, 1},
		{"trust", p.Trust, 0, 10},
		{"sight", p.Farther, 0, 100},
	} {
		if !(f.value >= f.least && f.value <= f.top) { // nor is it a number
			return fmt.Errorf("drivers: %s %g, want %g to %g", f.name, f.value, f.least, f.top)
		}
	}
	return nil
}

// Pick returns the driver of vehicle id, people of the style given (0: of their class): an index into the drivers of its class.
// It is drawn by the id alone.
func (pop *Population) Pick(seed, id uint64, style uint8) uint16 {
	i := uint16(draw.IntN(Types, seed, draw.DriverType, id, 0))
	switch u := draw.Float64(seed, draw.Automation, id, 0); {
	case u < pop.cacc:
		return i + 2*Types
	case u >= 1-pop.acc:
		return i + Types
	case pop.regulated:
		if rule, ok := pop.rule(seed, id); ok {
			return i + (automated+uint16(pop.styles)+1+uint16(rule))*Types
		}
	}
	if style > 0 {
		return i + (automated+uint16(style))*Types
	}
	return i
}

// rule draws which model of UN R157, if one, drives vehicle id, which has neither ACC nor CACC. Its number is drawn apart, so that who
// has those does not depend on it.
func (pop *Population) rule(seed, id uint64) (r157.Model, bool) {
	u := draw.Float64(seed, draw.Regulation, id, 0) * (1 - pop.acc - pop.cacc)
	for rule, share := range pop.r157 {
		if u < share {
			return r157.Model(rule), true
		}
		u -= share
	}
	return 0, false
}
