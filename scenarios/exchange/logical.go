package exchange

import (
	"errors"
	"io"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// Ranges are those of the parameters of a logical scenario.
type Ranges struct {
	Speed    [2]float64 // m/s, of the vehicle that struck
	Later    [2]float64 // s by which all others are later
	Friction [2]float64 // peak friction
}

// RangesOf returns ranges around what was: the speed by a fifth (at least 2 m/s) to either side, the others by a second and a half sooner and
// later, friction from a tenth less to that of a dry road. How wide they are is a judgement.
func RangesOf(e *rare.Episode, net *network.Network) (r Ranges, err error) {
	v := striker(e)
	if v == nil {
		return r, errors.New("an episode in which nobody strikes anybody from its first sample on has no logical scenario")
	}
	p, err := newPiece(e, net)
	if err != nil {
		return r, err
	}
	speed := v.Path[0].V
	by := math.Max(2, speed/5)
	mu := (&scenario{e: e, p: p}).friction()
	return Ranges{
		Speed: [2]float64{math.Max(0, speed-by), speed + by}, Later: [2]float64{-1.5, 1.5}, Friction: [2]float64{0.9 * mu, math.Max(1, mu)},
	}, nil
}

// striker returns the vehicle that strikes, if it is there from the first sample on.
func striker(e *rare.Episode) *rare.Vehicle {
	for i := range e.Vehicles {
		if v := &e.Vehicles[i]; v.Role == rare.Striker && v.First == 0 {
			return v
		}
	}
	return nil
}

// WriteLogical writes an episode as a logical scenario of OpenSCENARIO 1.2: the vehicle that struck keeps to its way at a speed that is a parameter, the others
// follow theirs with a delay that is one, and so is the friction. Values are what they were; the constraints say from where to where they may be.
func WriteLogical(w io.Writer, e *rare.Episode, net *network.Network, h Header, r Ranges) error {
	v := striker(e)
	if v == nil {
		_, err := RangesOf(e, net)
		return err
	}
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	o := &scenario{markup: newMarkup(w), e: e, p: p, h: h, logical: &r}
	o.begin("OpenSCENARIO")
	o.header("; a logical scenario")
	o.begin("ParameterDeclarations")
	o.parameter("EgoSpeed", v.Path[0].V, r.Speed)
	o.parameter("OthersLater", 0, r.Later)
	o.parameter("Friction", o.friction(), r.Friction)
	o.end()
	o.writeParts()
	return o.finish()
}

func (o *scenario) parameter(name string, value float64, within [2]float64) {
	o.begin("ParameterDeclaration", "name", name, "parameterType", "double", "value", num(value))
	o.begin("ConstraintGroup")
	o.leaf("ValueConstraint", "rule", "greaterOrEqual", "value", num(within[0]))
	o.leaf("ValueConstraint", "rule", "lessOrEqual", "value", num(within[1]))
	o.end()
	o.end()
}

// WriteDistribution writes the ranges of a logical scenario, whose file is called scenario, as a file of deterministic parameter values: steps from end to
// end of each.
func WriteDistribution(w io.Writer, e *rare.Episode, h Header, scenarioFile string, r Ranges, steps int) error {
	if steps < 1 {
		steps = 1
	}
	o := &scenario{markup: newMarkup(w), e: e, h: h}
	o.begin("OpenSCENARIO")
	o.header("; values of its parameters")
	o.begin("ParameterValueDistribution")
	o.leaf("ScenarioFile", "filepath", scenarioFile)
	o.begin("Deterministic")
	for _, p := range []struct {
		name   string
		within [2]float64
	}{{"EgoSpeed", r.Speed}, {"OthersLater", r.Later}, {"Friction", r.Friction}} {
		o.begin("DeterministicSingleParameterDistribution", "parameterName", p.name)
		width := (p.within[1] - p.within[0]) / float64(steps)
		o.begin("DistributionRange", "stepWidth", num(math.Max(width, 1e-6)))
		o.leaf("Range", "lowerLimit", num(p.within[0]), "upperLimit", num(p.within[1]))
		o.end()
		o.end()
	}
	return o.finish()
}
