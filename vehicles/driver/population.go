package driver

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver/r157"
)

// Types is how many different drivers of a kind a class has: 256 quantiles of each distribution are finer than anything
// that can be measured in a traffic stream, and stay in cache.
const Types = 256

// automated is how many kinds of drivers come after people without a style: those who have ACC, and those who have CACC.
const automated = 2

// Population is every driver there can be, with every belief about the road: Drivers[belief][class][driver], where a vehicle's
// driver is an index that Pick draws once. Of a class there are Types people, as many who have ACC, as many who have CACC, as
// many people of each style, and then, if there are any, as many of each model of UN R157.
type Population struct {
	Drivers [NumBeliefs][network.NumVehicleClasses][]Params

	acc, cacc  float64 // shares
	r157       [r157.NumModels]float64
	regulated  bool // some drivers are
	styles     int
	redRunning float64
}

// Styles returns how many there are.
func (pop *Population) Styles() int { return pop.styles }

// HasRegulated reports whether some drivers are models of UN R157.
func (pop *Population) HasRegulated() bool { return pop.regulated }

// RedRunning returns the share of drivers who would run red.
func (pop *Population) RedRunning() float64 { return pop.redRunning }

// spread is the distribution of one class.
type spread struct {
	timeGap, accel, brake, minGap float64 // means
	speed, speedSD                float64 // wished speed over the limit
	lateral                       float64
}

// spreads gives the class means. Cars: within the ranges of Treiber, Kesting (2013), table 11.2; gap, acceleration and the
// delays of people are those with which saturation headway, start-up lost time, capacity, capacity drop, jam waves and the
// ring of 22 cars come out as measured, all at once (package validation). Lorries and buses
// accelerate as SUMO's do (truck 1.3, bus 1.2, trailer 1.0: reference 3_vehicles/sumo_vclass_defaults.csv); they keep longer gaps and
// use less lateral force, by judgement. The deviation of wished speeds is SUMO's
// speedDev (0.1 for cars, 0.05 for lorries: reference 3_vehicles/sumo_vclass_defaults.csv).
var spreads = [network.NumVehicleClasses]spread{
	network.Car:              {timeGap: 1.15, accel: 2.3, brake: 2.0, minGap: 2.0, speed: 1.0, speedSD: 0.1, lateral: 2.5},
	network.Van:              {timeGap: 1.2, accel: 2.0, brake: 2.0, minGap: 2.0, speed: 1.0, speedSD: 0.08, lateral: 2.2},
	network.Bus:              {timeGap: 1.4, accel: 1.2, brake: 1.5, minGap: 2.5, speed: 0.95, speedSD: 0.05, lateral: 1.3},
	network.RigidLorry:       {timeGap: 1.4, accel: 1.3, brake: 1.8, minGap: 2.5, speed: 0.95, speedSD: 0.05, lateral: 1.6},
	network.ArticulatedLorry: {timeGap: 1.5, accel: 1.0, brake: 1.8, minGap: 2.5, speed: 0.92, speedSD: 0.05, lateral: 1.4},
	network.Motorcycle:       {timeGap: 0.9, accel: 2.5, brake: 2.2, minGap: 1.8, speed: 1.05, speedSD: 0.12, lateral: 3.0},
}

// NewPopulation returns the drivers. On a slippery road they plan with less braking and less lateral force, in
// proportion to the grip that they believe in where it is short, and wish to drive slower and farther apart (belief.go).
func NewPopulation(o Options) (*Population, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	pop := &Population{acc: o.ACC, cacc: o.CACC, r157: o.R157, styles: len(o.Styles), redRunning: o.RedRunning}
	kinds := 1 + automated + len(o.Styles)
	if o.R157 != [r157.NumModels]float64{} {
		pop.regulated = true
		kinds += int(r157.NumModels)
	}
	if o.All != nil {
		_, pop.regulated = o.All.Model.Rule()
	}
	for belief := range Belief(NumBeliefs) {
		for class := range network.NumVehicleClasses {
			all := make([]Params, kinds*Types)
			for i := range all {
				all[i] = o.driver(class, i, belief)
			}
			pop.Drivers[belief][class] = all
		}
	}
	return pop, nil
}

// driver returns the i-th driver of a class who holds a belief about the road.
func (o *Options) driver(class network.VehicleClass, i int, b Belief) Params {
	if o.All != nil {
		return o.All.prepared()
	}
	s, kind := spreads[class], i/Types
	first := 1 + automated + len(o.Styles) // of the models of UN R157
	if kind > automated && kind < first {
		s = o.Styles[kind-automated-1].of(s)
	}
	p := s.draw(i % Types)
	switch {
	case kind == 1:
		p.Model, p.TimeGap = ACC, pick(accGaps[:], i)
	case kind == 2:
		p.Model, p.TimeGap = CACC, pick(caccGaps[:], i)
	case kind >= first:
		rule := r157.Model(kind - first)
		p.Model, p.TimeGap, p.Reaction = Regulated(rule), r157.Headway, rule.Reaction()
	default:
		p.Model = o.Model
		if o.Errors {
			p = people.apply(p, i)
		}
		if p.Model == Krauss || p.Model == Gipps {
			p.Interval, p.Reaction = p.TimeGap, 0 // their time step
		}
		if p.Model == Krauss {
			p.Dawdle = kraussDawdle
		}
	}
	return p.believing(b).prepared()
}

// chosen is a time gap, s, and the share of drivers who set it.
type chosen struct{ gap, share float64 }

// The time gaps that drivers set: Shladover, Su, Lu, Transp. Res. Rec. 2324, 63 (2012), from field tests (recalled).
var (
	accGaps  = [...]chosen{{1.1, 0.504}, {1.6, 0.185}, {2.2, 0.311}}
	caccGaps = [...]chosen{{0.6, 0.57}, {0.7, 0.24}, {0.9, 0.07}, {1.1, 0.12}}
)

// kraussDawdle is SUMO's sigma.
const kraussDawdle = 0.5

// pick returns the gap of the i-th driver.
func pick(of []chosen, i int) float64 {
	u := (float64(i*37%Types) + 0.5) / Types
	for _, c := range of {
		if u < c.share {
			return c.gap
		}
		u -= c.share
	}
	return of[len(of)-1].gap
}

// draw returns the i-th driver of Types on a dry road, who makes no errors. Speed and time gap come from different
// permutations of the quantiles, so that they are independent of one another, as all others do.
func (s *spread) draw(i int) Params {
	return Params{
		TimeGap:    round6(s.timeGap * (1 + 0.2*quantile(i*167+59))),
		Accel:      round6(s.accel * (1 + 0.1*quantile(i*91+17))),
		Brake:      s.brake,
		MinGap:     s.minGap,
		SpeedRatio: round6(s.speed + s.speedSD*quantile(i)),
		Lateral:    s.lateral,
		Courtesy:   round6(max(0, 0.25+0.15*quantile(i*43+101))),
		ChangeGain: round6(0.1 * (1 + 0.4*quantile(i*199+7))),
		AmberBrake: round6(max(amberBrake, amberBrake+0.45*(1+quantile(i*77+5)))),
	}
}

// amberBrake is the least deceleration that drivers accept to stop at amber, m/s²: the one that the duration of amber is
// reckoned with (ITE: reference 5_signals/yellow_and_clearance.json), so that nobody who goes on enters on red. Some accept more:
// 3.1 on average, 3.9 in the 85th percentile of those who stopped (Gates et al., Transp. Res. Rec. 2034, 61 (2007), recalled).
const amberBrake = 3.05

// toSpare is the grip of a dry road over what comfort asks of it: comfort, not friction, sets the limit until friction falls
// to its level.
const toSpare = 2.5

// believing returns how the driver drives who believes b of the road.
func (p Params) believing(b Belief) Params {
	grip := b.Grip()
	short := min(1, toSpare*grip*prudent[b])
	p.TimeGap = round6(p.TimeGap * max(longer[b], 1/math.Sqrt(short)))
	p.Farther = round6(1 / short)
	p.Accel = round6(p.Accel * short)
	p.Brake = round6(p.Brake * short)
	p.SpeedRatio = round6(p.SpeedRatio * slower[b])
	p.LateralMost = round6(p.Lateral * toSpare * grip * prudent[b])
	p.Lateral = round6(p.Lateral * short)
	p.AmberBrake = round6(p.AmberBrake * short)
	return p
}

// failings are what people cannot do as well as machines.
type failings struct {
	interval, reaction, startDelay, anticipation float64 // s
	gap, speed                                   float64 // see Params
	trust                                        float64 // deviation of Params.Trust
	lapses                                       float64 // 1/s
}

// people is the mean of them. Errors of gap and speed are those of Treiber, Kesting, Helbing (2006), table 1, the first
// doubled as in SUMO's EIDM. The time from one look to the next, to the foot, and to the start are calibrated
// (see spreads): together they are some 0.7 s to brake lights, where UN R157 has 0.75 s for a careful driver (reference
// 2_braking/driver_and_actuator_lags.json), and a second to start in a queue. Two lapses in ten minutes are a judgement, and so is that the
// middle two thirds of drivers take the grip of a slippery road for what it looks like to a fifth.
var people = failings{
	interval: 0.8, reaction: 0.2, startDelay: 0.7, anticipation: 0.2,
	gap: 0.1, speed: 0.01,
	trust:  0.2,
	lapses: 1.0 / 300,
}

// apply gives the i-th driver the errors of people.
func (e *failings) apply(p Params, i int) Params {
	p.Interval = round6(e.interval * (1 + 0.3*quantile(i*119+7)))
	p.StartDelay = round6(e.startDelay * (1 + 0.3*quantile(i*201+33)))
	p.Reaction, p.Anticipation = e.reaction, e.anticipation
	p.GapError, p.SpeedError = e.gap, e.speed
	p.Lapses = e.lapses
	p.Trust = round6(1 + e.trust*quantile(i*53+29))
	return p
}

// quantile returns the standard normal quantile in the middle of the i-th (modulo Types) of Types classes, cut at two
// standard deviations.
func quantile(i int) float64 { return quantiles[i%Types] }

var quantiles = func() (q [Types]float64) {
	for i := range q {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/Types-1)
		q[i] = max(-2, min(2, z))
	}
	return q
}()

func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }
