package driver

import (
	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// Belief is how much grip a driver believes that a road gives, in comparison with dry asphalt: a step of a ladder from 0, a dry
// road, down to ice that is known for what it is. Drivers plan with it; what the road gives is another matter.
type Belief uint8

// NumBeliefs is the number of steps.
const NumBeliefs = 15

// believed is the grip of each step in comparison with dry asphalt. The steps are as far from one another as anybody can tell by
// eye, about a quarter; on ice too, where half of the grip more or less is twice the way to stop.
var believed = [NumBeliefs]float64{1, 0.85, 0.70, 0.56, 0.44, 0.33, 0.24, 0.19, 0.155, 0.125, 0.10, 0.08, 0.062, 0.048, 0.036}

// How drivers adapt to each step: slower is the speed that they wish for, and longer their time gap, over those on a dry road, where the
// grip that they need for their gap does not ask for more. Both are calibrated to what rain and snow do on motorways (case W1 of package
// validation): the third step is what light rain looks like, the fifth heavy rain, the seventh fresh snow. Those beyond, packed snow and
// ice, are judgements. Keeping the stopping distance of the dry road would take the square root of the grip: people do not.
var (
	slower = [NumBeliefs]float64{1, 0.985, 0.97, 0.96, 0.95, 0.93, 0.905, 0.85, 0.76, 0.70, 0.66, 0.62, 0.57, 0.53, 0.49}
	longer = [NumBeliefs]float64{1, 1.04, 1.09, 1.13, 1.17, 1.19, 1.20, 1.20, 1.20, 1.20, 1.20, 1.20, 1.20, 1.20, 1.20}
)

// prudent is the share of the grip believed in that one plans to use up, by step: all that comfort asks for as far as fresh snow, and
// less on what one takes for ice. There one can be wrong by half either way, and to be wrong on the one side costs a
// longer way, on the other a crash. By judgement.
var prudent = [NumBeliefs]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 0.7, 0.6, 0.65, 0.7, 0.8, 0.9}

// Grip returns the grip of b in comparison with dry asphalt.
func (b Belief) Grip() float64 { return believed[b] }

// BeliefIn returns the step of the ladder that is nearest to a grip in comparison with dry asphalt.
func BeliefIn(grip float64) Belief {
	b := Belief(0)
	for b+1 < NumBeliefs && float64(grip*grip) < float64(believed[b]*believed[b+1]) {
		b++
	}
	return b
}

// frozen is what a driver who sees a road in a frozen condition takes its grip for, in comparison with dry asphalt, without having
// felt it. Snow is judged well by those who know it: the peaks of package tyre. Ice is mostly taken for better than it is: drivers who
// were asked to rate the grip of winter roads could tell bare from slippery, but hardly slippery from very slippery (C.-G. Wallman,
// H. Åström: Friction measurement methods and the correlation between road friction and traffic safety, VTI meddelande 911A, 2001,
// recalled). Ice is taken for the geometric mean of packed snow, 0.19, and what it is, 0.10 or, under water, 0.05: a judgement.
var frozen = [tyre.NumConditions]float64{
	tyre.Slush: 0.31 / 1.17, tyre.Snow: 0.30 / 1.17, tyre.PackedSnow: 0.19 / 1.17, tyre.Ice: 0.138 / 1.17, tyre.WetIce: 0.097 / 1.17,
}

// Cold is what somebody who drives knows of the weather that may have made ice: from the forecast, the windscreen in the morning, and the
// thermometer on the dashboard.
type Cold uint8

// The steps of cold.
const (
	Mild      Cold = iota
	NearFrost      // at which the thermometers of cars warn: 3 °C and less in the air, where a clear night or a bridge may have made ice
	Frost          // 0 °C and less
	numColds
)

// frostWarning is the temperature of the air in °C from which on thermometers in cars warn of ice (most makers' 3 to 4 °C; recalled).
const frostWarning = 3.0

// ColdAt returns the step of cold for a temperature of the air in °C.
func ColdAt(air float64) Cold {
	switch {
	case air <= 0:
		return Frost
	case air <= frostWarning:
		return NearFrost
	}
	return Mild
}

// suspected is what drivers plan with, in comparison with dry asphalt, on a road on which there is water, or nobody knows whether
// water or ice: on the ground, and on a bridge. A moist road in frost is driven as one of packed snow, some 15 % slower than a dry one,
// which is 7 km/h in town: as much as drivers in Finland were seen to take off when it was slippery (M. Kilpeläinen, H. Summala: Effects
// of weather and weather forecasts on driver behaviour, Transportation Research F 10, 288 (2007): 6 to 7 km/h, recalled). Which step it is
// otherwise is a judgement.
var suspected = [numColds][2]float64{
	Mild:      {1, 1},
	NearFrost: {0.33, 0.24},
	Frost:     {0.19, 0.138 / 1.17},
}

// LooksInCold is Looks for drivers who know that it is so cold: a road that is not dry is suspected to be frozen here and there,
// and one on a bridge most of all.
func LooksInCold(surface network.Surface, condition tyre.Condition, cold Cold, bridge bool) float64 {
	seen := looks[surface][condition]
	if condition == tyre.Dry {
		return seen
	}
	where := 0
	if bridge {
		where = 1
	}
	return min(seen, suspected[cold][where])
}

// looks is what a driver takes the grip of each surface for in each condition. What is not frozen is judged as it is, for a car's tyre
// at the speed of a main road in town: that wet cobblestone is slippery is known, and loose ground is seen to be loose and taken for what one brakes with there. Who sees
// standing water thinks of what it does at the speed of a main road outside of town.
var looks = func() (all [network.NumSurfaces][tyre.NumConditions]float64) {
	const inTown, outside = 16.0, 25.0 // m/s
	car := vehicles.Classes()[network.Car].Tyre
	_, dry := car.On(network.Asphalt, tyre.Dry).Peak(inTown)
	for surface := range all {
		for c := range tyre.NumConditions {
			v := inTown
			if c == tyre.Flooded || c == tyre.Deep {
				v = outside
			}
			_, peak := car.On(network.Surface(surface), c).Peak(v)
			if network.Surface(surface).Loose() {
				peak /= ploughing
			}
			if all[surface][c] = round6(min(1, peak/dry)); c.Frozen() {
				all[surface][c] = frozen[c]
			}
		}
	}
	return all
}()

// ploughing is the friction of a locked wheel on loose ground over what ABS gets there (NHTSA: stops are 27.2 % longer, see package
// dynamics).
const ploughing = 1.272

// Looks returns what a driver who sees a surface in a condition takes its grip for, in comparison with dry asphalt.
func Looks(surface network.Surface, condition tyre.Condition) float64 {
	return looks[surface][condition]
}
