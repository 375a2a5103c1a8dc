package route

import (
	"math"

	"roadtwin/network"
)

// What turns cost apart from the drive through the junction, s. They are choices, not measurements: large enough that
// nobody zigzags through a grid, small enough that a real saving wins. A turn across the oncoming traffic is dearer
// than one along the kerb; the U-turn is that of OSRM's car profile (u_turn_penalty = 20), whose turn_penalty of 7.5
// for the sharpest turn includes the slow drive round it, which is counted here on its own.
const (
	uTurnCost     = 20
	crossingCost  = 4
	kerbsideCost  = 1.5
	slightCost    = 0.5
	signalWait    = 12.6 // Webster's uniform delay at little flow, C/2·(1-g/C)², for C = 70 s and g/C = 0.4
	stopWait      = 6    // braking from and accelerating to 13.9 m/s at 2 m/s² costs v/a = 7 s; most stop signs are met slower
	allWayWait    = 8    // stop, and another goes first now and then
	yieldWait     = 2
	standstillVel = 0.1 // m/s, keeps a limit of 0 from making an arc endless
)

// chargeTurn returns the time in s that movement m takes in the junction on its quickest connector, and what the turn
// costs beyond that.
func chargeTurn(net *network.Network, m *network.Movement) float32 {
	drive := math.Inf(1)
	for _, c := range m.Connectors {
		con := &net.Connectors[c]
		drive = min(drive, con.Length/max(con.Limit, standstillVel))
	}
	if len(m.Connectors) == 0 {
		drive = 0
	}
	return float32(drive + turnCost(m.Turn, net.DrivingSide))
}

// turnCost returns the cost of a turn in s where one drives on that side.
func turnCost(t network.Turn, side network.DrivingSide) float64 {
	left, right := float64(crossingCost), float64(kerbsideCost)
	if side == network.LeftHand {
		left, right = right, left
	}
	switch t {
	case network.Left, network.SharpLeft:
		return left
	case network.Right, network.SharpRight:
		return right
	case network.SlightLeft, network.SlightRight:
		return slightCost
	case network.UTurn:
		return uTurnCost
	default:
		return 0
	}
}

// chargeWait returns the typical wait in s at the stop line of movement m; of several connectors the least.
func chargeWait(net *network.Network, m *network.Movement) float32 {
	wait := math.Inf(1)
	for _, c := range m.Connectors {
		wait = min(wait, controlWait(net.Connectors[c].Control, net.Junctions[m.Junction].Kind))
	}
	if len(m.Connectors) == 0 {
		wait = 0
	}
	return float32(wait)
}

// controlWait returns the typical wait in s before a stop line with that control.
func controlWait(control network.Control, kind network.JunctionKind) float64 {
	switch {
	case control == network.Signal:
		return signalWait
	case control == network.Stop && kind == network.AllWayStop:
		return allWayWait
	case control == network.Stop:
		return stopWait
	case control == network.Yield:
		return yieldWait
	default:
		return 0
	}
}
