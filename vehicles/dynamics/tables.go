package dynamics

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

// SpeedBins is the number of 1 m/s steps of an envelope; faster vehicles use the last entry.
const SpeedBins = 80

// Limits is what a vehicle can do at one speed on a level, straight road.
type Limits struct {
	Brake float32 // m/s², positive: the strongest deceleration the tyres and brakes give, the air's drag included
	Drive float32 // m/s², the strongest acceleration that engine and tyres give; drag is paid already. Negative past the speed that can be held
}

// Envelope is what one class can do on one surface in one condition, by speed: At[i] holds at i m/s.
type Envelope struct {
	At [SpeedBins + 1]Limits
	// Lateral is the strongest lateral acceleration, m/s², at urban speed (10 m/s): tyre grip, or roll-over if that is less.
	Lateral float32
	// Cornering[i] is that at i m/s.
	Cornering [SpeedBins + 1]float32
}

// Tables holds the envelopes of all classes on all surfaces in all conditions.
type Tables struct {
	Envelopes [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]Envelope
}

// lateralSpeed is the speed in m/s at which Envelope.Lateral holds: a turn in town.
const lateralSpeed = 10

// NewTables solves the envelopes of classes. Every entry is rounded to 1e-6, so that it has the same bits on CPUs whose
// exp differs in the last place.
func NewTables(classes [network.NumVehicleClasses]vehicles.Class) *Tables {
	t, known := new(Tables), peaks{}
	for class := range t.Envelopes {
		for surface := range t.Envelopes[class] {
			for condition := range t.Envelopes[class][surface] {
				t.Envelopes[class][surface][condition] = newEnvelope(&classes[class], network.Surface(surface), tyre.Condition(condition), known)
			}
		}
	}
	return t
}

// NewEnvelope solves what class c can do on a surface in a condition.
func NewEnvelope(c *vehicles.Class, surface network.Surface, condition tyre.Condition) Envelope {
	return newEnvelope(c, surface, condition, peaks{})
}

func newEnvelope(c *vehicles.Class, surface network.Surface, condition tyre.Condition, known peaks) Envelope {
	var e Envelope
	curve := c.Tyre.On(surface, condition)
	tops := known.of(curve)
	for i := range e.At {
		v := float64(i)
		g := grip(c, curve, tops[i].mu, ploughs(surface, condition), v)
		e.At[i] = Limits{
			Brake: round(fullBraking(c, g) + drag(c, v)),
			Drive: round(fullThrottle(c, g.rolling, v)),
		}
		e.Cornering[i] = round(min(tops[i].mu*gravity, rollOver(c)))
	}
	e.Lateral = e.Cornering[lateralSpeed]
	return e
}

// rollOver returns the lateral acceleration in m/s² at which a rigid vehicle tips over its outer wheels, t g/2h
// (T. D. Gillespie: Fundamentals of vehicle dynamics, SAE 1992, ch. 9); +Inf for one that leans. Soft springs and loads that move tip
// earlier; no margin is taken for them here.
func rollOver(c *vehicles.Class) float64 {
	if c.Leans {
		return math.Inf(1)
	}
	return gravity * c.Track / (2 * c.CGHeight)
}

func round(x float64) float32 { return float32(math.Round(x*1e6) / 1e6) }
