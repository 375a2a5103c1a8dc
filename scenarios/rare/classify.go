package rare

import (
	"math"
	"strings"

	"roadtwin/network"
)

// Numbers of the NHTSA types that can be recognised here. Of the others nobody reverses, drifts, or is an animal in this
// traffic, and what people on foot do is no part of a search.
const (
	vehicleFailure         Type = 1
	lossWithAction         Type = 2
	lossWithoutAction      Type = 3
	runningRed             Type = 4
	runningStop            Type = 5
	turningSameDirection   Type = 16
	changingLanes          Type = 18
	manoeuvringOpposite    Type = 20
	notManoeuvringOpposite Type = 21
	followingManoeuvring   Type = 22
	leadAccelerating       Type = 23
	leadSlower             Type = 24
	leadDecelerating       Type = 25
	leadStopped            Type = 26
	acrossPathSignals      Type = 27
	nearTurnSignals        Type = 28
	acrossPath             Type = 29
	straightCrossing       Type = 30
	turningNoSignals       Type = 31
	evasiveWithAction      Type = 32
	otherType              Type = 37
)

// Bounds of classify, judgements: angles between the two in degrees, speeds in m/s, accelerations in m/s², times in s.
const (
	sameWay     = 30.0
	againstWay  = 150.0
	standing    = 0.5
	steady      = 0.5
	actionTime  = 3.0
	stopRunFrom = 2.0
)

// party is one of the two of an episode as classify sees it.
type party struct {
	v        *Vehicle
	at       int // sample of v.Path at the event, or just before it
	turn     network.Turn
	turns    bool // was on a turning connector within actionTime, or is
	changes  bool // changed lanes within actionTime
	control  network.Control
	signal   bool
	junction network.JunctionID // of the connector that it was on, None if none
}

// classify returns the type of an episode: the first of NHTSA's list that fits, as the report has it.
func classify(e *Episode, net *network.Network) Type {
	one := e.partyOf(net, Striker)
	if one == nil {
		return otherType
	}
	if e.Striking != nil && len(e.Striking.Faults) > 0 && failed(e.Striking.Faults) {
		return vehicleFailure
	}
	other := e.partyOf(net, Other)
	if e.Event.Kind == LossOf || other == nil {
		if one.turns || one.changes {
			return lossWithAction
		}
		return lossWithoutAction
	}
	return pairType(e, net, one, other)
}

// failed reports whether one of the faults is of the brakes: worn tyres are no failure.
func failed(faults []string) bool {
	for _, f := range faults {
		if strings.Contains(f, "brake") {
			return true
		}
	}
	return false
}

// partyOf returns the vehicle with a role, nil if there is none.
func (e *Episode) partyOf(net *network.Network, role Role) *party {
	for i := range e.Vehicles {
		v := &e.Vehicles[i]
		if v.Role != role {
			continue
		}
		at := int(math.Round((e.Event.Time-e.Begin)/e.Step)) - v.First
		if at < 1 { // what it did before it was struck counts
			at = 1
		}
		p := &party{v: v, at: min(at-1, len(v.Path)-1), junction: network.None}
		e.lookBack(net, p)
		return p
	}
	return nil
}

// lookBack finds out what a party did lately: the connector that it is on, or was last.
func (e *Episode) lookBack(net *network.Network, p *party) {
	for i := p.at; i >= 0 && float64(p.at-i)*e.Step <= actionTime; i-- {
		s := &p.v.Path[i]
		p.changes = p.changes || s.Turning != 0
		if c, ok := net.ConnectorOf(s.Track); ok && p.junction == network.None {
			k := &net.Connectors[c]
			p.turn, p.control, p.junction = k.Turn, k.Control, k.Junction
			p.signal = k.Group != network.None
			p.turns = isLeft(k.Turn) || isRight(k.Turn)
		}
	}
}

func isLeft(t network.Turn) bool {
	return t == network.Left || t == network.SharpLeft || t == network.UTurn
}

func isRight(t network.Turn) bool { return t == network.Right || t == network.SharpRight }

// angleBetween returns the angle in degrees between the ways of the two, 0 to 180.
func angleBetween(a, b *party) float64 {
	return math.Abs(math.Remainder(a.v.Path[a.at].Heading-b.v.Path[b.at].Heading, 2*math.Pi)) * 180 / math.Pi
}

// approachAngle is angleBetween of when they came to the junction: on the first lane of the last seconds.
func approachAngle(a, b *party, steps int) float64 {
	h := func(p *party) float64 { return p.v.Path[max(0, p.at-steps)].Heading }
	return math.Abs(math.Remainder(h(a)-h(b), 2*math.Pi)) * 180 / math.Pi
}

func pairType(e *Episode, net *network.Network, one, other *party) Type {
	steps := int(math.Round(6 / e.Step))
	came := approachAngle(one, other, steps)
	together := came < sameWay && one.v.Path[max(0, one.at-steps)].Track == other.v.Path[max(0, other.at-steps)].Track || angleBetween(one, other) < sameWay && came < sameWay
	if !together && (ranRed(e.Striking) || ranRed(e.Struck)) {
		return runningRed
	}
	if together {
		return sameDirectionType(e, one, other)
	}
	return crossingType(net, one, other, came)
}

func ranRed(c *Cause) bool { return c != nil && c.RanRed > 0 }

// sameDirectionType is that of two who drove the same way.
func sameDirectionType(e *Episode, one, other *party) Type {
	switch {
	case one.changes && !one.turns && other.changes && !other.turns:
		return changingLanes
	case other.changes && !other.turns:
		return changingLanes // the one ahead has cut in
	case one.changes && !one.turns:
		return followingManoeuvring
	case one.turns && other.turns && angleBetween(one, other) >= sameWay:
		return turningSameDirection
	}
	before := max(0, other.at-int(math.Round(1/e.Step)))
	lead := other.v.Path[other.at]
	switch then := other.v.Path[before]; {
	case lead.V < standing && then.V < standing:
		return leadStopped
	case lead.A < -steady || then.A < -steady:
		return leadDecelerating
	case lead.A > steady:
		return leadAccelerating
	}
	return leadSlower
}

// crossingType is that of two who came from different ways, came degrees apart.
func crossingType(net *network.Network, one, other *party, came float64) Type {
	isAcross, isNear := isLeft, isRight
	if net.DrivingSide == network.LeftHand {
		isAcross, isNear = isRight, isLeft
	}
	across := isAcross(one.turn) && one.turns || isAcross(other.turn) && other.turns
	near := isNear(one.turn) && one.turns || isNear(other.turn) && other.turns
	signal := one.signal || other.signal
	opposed := came > againstWay
	switch {
	case one.junction == network.None && other.junction == network.None && opposed:
		if one.changes || other.changes {
			return manoeuvringOpposite
		}
		return notManoeuvringOpposite
	case signal && across && opposed:
		return acrossPathSignals
	case signal && near:
		return nearTurnSignals
	case across && opposed:
		return acrossPath
	case stopRun(one) || stopRun(other):
		return runningStop
	case one.turns || other.turns:
		return turningNoSignals
	case one.junction != network.None || other.junction != network.None:
		return straightCrossing
	}
	return otherType
}

// stopRun reports whether p passed a stop sign without a stop.
func stopRun(p *party) bool {
	if p.control != network.Stop || p.junction == network.None {
		return false
	}
	for i := p.at; i >= 0; i-- {
		if p.v.Path[i].V < stopRunFrom {
			return false
		}
	}
	return true
}
