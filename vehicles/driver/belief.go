package driver

import (
	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Belief is how much grip a driver believes that a road gives, in comparison with dry asphalt: a step of a ladder from 0, a dry
// road, down to ice that is known for what it is. Drivers plan with it; what the road gives is another matter.
type Belief uint8

// NumBeliefs is the number of steps.
const NumBeliefs = 10

// believed is the grip of each step in comparison with dry asphalt. The steps are as far from one another as anybody can tell by
// eye, about a quarter.
var believed = [NumBeliefs]float64{1, 0.85, 0.70, 0.56, 0.44, 0.33, 0.24, 0.16, 0.09, 0.045}

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

// looks is what a driver who sees a road of asphalt in a condition takes its grip for, in comparison with a dry one, without
// having felt it. Wet roads and snow are judged well by those who know them: the peaks of package tyre at 50 to 70 km/h over that of
// dry asphalt. Ice is mostly taken for better than it is: drivers who were asked to rate the grip of winter roads could tell bare
// from slippery, but hardly slippery from very slippery (C.-G. Wallman, H. Åström: Friction measurement methods and the correlation
// between road friction and traffic safety, VTI meddelande 911A, 2001, recalled). Ice is taken for packed snow, and ice under water for
// something between that and a flooded road, by judgement.
var looks = [tyre.NumConditions]float64{
	tyre.Dry: 1, tyre.Damp: 0.98 / 1.17, tyre.Wet: 0.80 / 1.17, tyre.Soaked: 0.55 / 1.17, tyre.Flooded: 0.38 / 1.17, tyre.Deep: 0.32 / 1.17,
	tyre.Slush: 0.31 / 1.17, tyre.Snow: 0.30 / 1.17, tyre.PackedSnow: 0.19 / 1.17, tyre.Ice: 0.19 / 1.17, tyre.WetIce: 0.27 / 1.17,
}

// Looks returns what a driver who sees a surface in a condition takes its grip for, in comparison with dry asphalt. Gravel and earth
// are seen to be loose: they have half and a third of dry asphalt's friction, wet earth a sixth (tyre.Road).
func Looks(surface network.Surface, condition tyre.Condition) float64 {
	grip := looks[condition]
	switch {
	case surface == network.Gravel:
		grip = min(grip, looks[tyre.Flooded])
	case surface == network.Earth && condition == tyre.Dry:
		grip = min(grip, looks[tyre.Flooded])
	case surface == network.Earth:
		grip = min(grip, looks[tyre.Snow])
	}
	return grip
}
