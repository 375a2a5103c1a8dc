package driver

import (
	"fmt"

	"roadtwin/vehicles/draw"
)

// Options say who drives. The zero value is people without errors who never run red; see DefaultOptions.
type Options struct {
	// Model is how people drive: IIDM, IDM, Krauss or Gipps.
	Model Model
	// ACC and CACC are the shares of vehicles that such a system drives, 0 to 1 together. A greater share has all those
	// of a smaller one.
	ACC, CACC float64
	// RedRunning is the share of drivers, 0 to 1, who would pass a signal in its first second of red rather than brake.
	RedRunning float64
	// Errors makes people human: they look now and then, react late, misjudge, and are distracted. Without, they see
	// everything as it is and act in every step.
	Errors bool
	// All, if not nil, is every driver there is, whatever the class and the state of the road: all else here but
	// RedRunning is not looked at.
	All *Params
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
	case !share(o.RedRunning):
		return fmt.Errorf("drivers: share of red running %g, want 0 to 1", o.RedRunning)
	case o.All != nil:
		return o.All.check()
	}
	return nil
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
	} {
		if !(f.value >= f.least && f.value <= f.top) { // nor is it a number
			return fmt.Errorf("drivers: %s %g, want %g to %g", f.name, f.value, f.least, f.top)
		}
	}
	return nil
}

// Pick returns the driver of vehicle id: an index into the drivers of its class. It is drawn by the id alone.
func (pop *Population) Pick(seed, id uint64) uint16 {
	i := uint16(draw.IntN(Types, seed, draw.DriverType, id, 0))
	switch u := draw.Float64(seed, draw.Automation, id, 0); {
	case u < pop.cacc:
		return i + 2*Types
	case u >= 1-pop.acc:
		return i + Types
	}
	return i
}
