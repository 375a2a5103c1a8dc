package driver

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Types is how many different drivers of a kind a class has: 256 quantiles of each distribution are finer than anything
// that can be measured in a traffic stream, and stay in cache.
const Types = 256

// NumDrivers counts the drivers of a class: first people, then as many who have ACC, then as many who have CACC.
const NumDrivers = 3 * Types

// Population is every driver there can be, on every state of the road: Drivers[condition][class][driver], where a vehicle's
// driver is an index that Pick draws once.
type Population struct {
	Drivers [tyre.NumConditions][network.NumVehicleClasses][NumDrivers]Params

	acc, cacc  float64 // shares
	redRunning float64
}

// RedRunning returns the share of drivers who would run red.
func (pop *Population) RedRunning() float64 { return pop.redRunning }

// spread is the distribution of one class.
type spread struct {
	timeGap, accel, brake, minGap float64 // means
	speed, speedSD                float64 // wished speed over the limit
	lateral                       float64
}

// spreads gives the class means. Cars in a city: within the ranges of Treiber, Kesting (2013), table 11.2, chosen so that a
// queue discharges at some 1,700 vehicles an hour of green (traffic.TestQueueDischargesAtSaturationFlow). Lorries and buses
// keep longer gaps and use less acceleration and lateral force, by judgement. The deviation of wished speeds is SUMO's
// speedDev (0.1 for cars, 0.05 for lorries: reference 3_vehicles/sumo_vclass_defaults.csv).
var spreads = [network.NumVehicleClasses]spread{
	network.Car:              {timeGap: 1.0, accel: 2.0, brake: 2.2, minGap: 2.0, speed: 1.0, speedSD: 0.1, lateral: 2.5},
	network.Van:              {timeGap: 1.1, accel: 1.8, brake: 2.2, minGap: 2.0, speed: 1.0, speedSD: 0.08, lateral: 2.2},
	network.Bus:              {timeGap: 1.4, accel: 1.1, brake: 1.5, minGap: 2.5, speed: 0.95, speedSD: 0.05, lateral: 1.3},
	network.RigidLorry:       {timeGap: 1.4, accel: 1.1, brake: 1.8, minGap: 2.5, speed: 0.95, speedSD: 0.05, lateral: 1.6},
	network.ArticulatedLorry: {timeGap: 1.5, accel: 0.9, brake: 1.8, minGap: 2.5, speed: 0.92, speedSD: 0.05, lateral: 1.4},
	network.Motorcycle:       {timeGap: 0.9, accel: 2.5, brake: 2.2, minGap: 1.8, speed: 1.05, speedSD: 0.12, lateral: 3.0},
}

// grip is what drivers believe a road of the condition gives in comparison with a dry one (Burckhardt's peaks on asphalt:
// reference 1_friction/tyre_burckhardt.csv; flooded as the wet cobblestone's, by judgement).
var grip = [tyre.NumConditions]float64{
	tyre.Dry: 1, tyre.Wet: 0.80 / 1.17, tyre.Flooded: 0.38 / 1.17, tyre.Snow: 0.19 / 1.17, tyre.Ice: 0.05 / 1.17,
}

// NewPopulation returns the drivers. On a slippery road they plan with less braking and less lateral force, in
// proportion to the grip that they believe in where it is short, and wish to drive slower. How much slower is a
// judgement: the fourth root of the grip, half way (geometrically) between not caring and keeping the dry stopping
// distance. It gives -9 % in rain and -37 % on snow, which is plausible and not calibrated.
func NewPopulation(o Options) (*Population, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	pop := &Population{acc: o.ACC, cacc: o.CACC, redRunning: o.RedRunning}
	for cond := range tyre.NumConditions {
		for class := range network.NumVehicleClasses {
			for i := range NumDrivers {
				pop.Drivers[cond][class][i] = o.driver(class, i, grip[cond])
			}
		}
	}
	return pop, nil
}

// driver returns the i-th driver of a class where there is grip in comparison with a dry road.
func (o *Options) driver(class network.VehicleClass, i int, grip float64) Params {
	p := spreads[class].draw(i%Types, grip)
	if o.All != nil {
		p = *o.All
	}
	return p.prepared()
}

// draw returns the i-th driver. Speed and time gap come from two different permutations of the quantiles, so that they
// are independent of one another.
func (s *spread) draw(i int, grip float64) Params {
	speed := s.speed + s.speedSD*quantile(i)
	gap := s.timeGap * (1 + 0.2*quantile((i*167+59)%Types))
	accel := s.accel * (1 + 0.1*quantile((i*91+17)%Types))
	// A dry road has grip to spare: comfort, not friction, sets the limit until friction falls to its level.
	short := math.Min(1, 2.5*grip)
	p := Params{
		TimeGap:    round6(gap / math.Sqrt(short)),
		Accel:      round6(accel * short),
		Brake:      round6(s.brake * short),
		MinGap:     s.minGap,
		SpeedRatio: round6(speed * math.Sqrt(math.Sqrt(grip))),
		Lateral:    round6(s.lateral * short),
		Courtesy:   round6(math.Max(0, 0.25+0.15*quantile((i*43+101)%Types))),
		ChangeGain: round6(0.1 * (1 + 0.4*quantile((i*199+7)%Types))),
		Interval:   0.4,
	}
	return p
}

// quantile returns the standard normal quantile in the middle of the i-th of Types classes, cut at two standard deviations.
func quantile(i int) float64 {
	z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/Types-1)
	return math.Max(-2, math.Min(2, z))
}

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }
