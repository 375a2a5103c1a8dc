package signals

import (
	"math"

	"roadtwin/network"
)

// The kinematic formula of the Institute of Transportation Engineers for amber and all-red (ITE: Traffic engineering
// handbook; the values also in Maryland's COMAR 11.04.14.03).
const (
	reaction      = 1.0   // s
	deceleration  = 3.05  // m/s²
	vehicleLength = 6.1   // m, 20 ft
	gravity       = 9.807 // m/s²
	// turningSpeed is the most that who turns is assumed to clear the junction with, m/s: 20 mph (recalled from the
	// Signal Timing Manual; German rules have 7 m/s).
	turningSpeed = 8.94
	// The steepest gradient that the formula is used with; beyond, the map is more likely wrong than the road.
	steepest = 0.12
)

// AmberTime returns the time in seconds that a driver at speed v (m/s) needs amber for, on a gradient (rise over run):
// t + v/(2a + 2Gg). Whoever cannot stop comfortably at its start reaches the stop line before its end.
func AmberTime(v, gradient float64) float64 {
	gradient = min(max(gradient, -steepest), steepest)
	return reaction + v/(2*deceleration+float64(2*gradient*gravity))
}

// AllRedTime returns the time in seconds in which a vehicle at speed v (m/s) that passed the stop line at the end of amber clears
// a conflict that ends w metres behind the line: (w+L)/v.
func AllRedTime(w, v float64) float64 { return (w + vehicleLength) / v }

// rules are what the law of a country says of signals.
type rules struct {
	amberMin, amberMax float64 // s
	redAmber           float64 // s of red and amber before green; 0 where it is unknown
}

// rulesOf returns the rules of a country (ISO 3166-1 alpha-2). Red and amber before green: 1 s by the German RiLSA, 2 s
// by the British TSRGD, 1 s assumed for their neighbours that have it. Amber: 3 to 6 s by the MUTCD of the United States
// (4D.26), taken where nothing is known; 3 to 5 s by RiLSA; 3 s by TSRGD (all recalled).
func rulesOf(country string) rules {
	switch country {
	case "GB":
		return rules{amberMin: 3, amberMax: 3, redAmber: 2}
	case "DE", "AT", "CH", "PL", "CZ", "SK", "HU", "DK", "SE", "NO", "FI":
		return rules{amberMin: 3, amberMax: 5, redAmber: 1}
	case "FR", "BE", "NL", "LU", "IT", "ES", "PT":
		return rules{amberMin: 3, amberMax: 5}
	}
	return rules{amberMin: 3, amberMax: 6}
}

// timingOf returns the fixed times of group g: minimum green by the rank of its road, amber from the speed and gradient of its
// lanes, all-red from the way that its connectors have to clear. Amber and all-red are rounded up to 0.1 s.
func timingOf(net *network.Network, g network.SignalGroupID, law rules) GroupTiming {
	group := &net.SignalGroups[g]
	timing := GroupTiming{Group: g, MinGreen: minGreen(net, g)}
	for _, c := range group.Connectors {
		con := &net.Connectors[c]
		lane := &net.Lanes[con.From]
		timing.Amber = max(timing.Amber, AmberTime(lane.SpeedLimit, lane.Gradient))
		speed := lane.SpeedLimit
		if con.Turn != network.Through {
			speed = min(speed, turningSpeed)
		}
		for _, k := range net.ConflictsOf(c) {
			from, other := lane.Edge, net.Lanes[net.Connectors[k.With].From].Edge
			if k.Kind != network.Diverging && from != other && speed > 0 {
				timing.AllRed = max(timing.AllRed, AllRedTime(k.End, speed))
			}
		}
	}
	timing.Amber = min(max(tenths(timing.Amber), law.amberMin), law.amberMax)
	timing.AllRed = tenths(timing.AllRed)
	return timing
}

// minGreen returns the shortest green of group g in s that drivers do not take for a fault: 5 s for small roads and for groups that only
// turn, up to 8 s for main roads (Signal Timing Manual, 2nd ed., table 5-3: driver expectancy, 4 to 15 s).
func minGreen(net *network.Network, g network.SignalGroupID) float64 {
	group := &net.SignalGroups[g]
	if onlyTurns(net, group) {
		return 5
	}
	switch net.Edges[group.Approach].Road {
	case network.Motorway, network.Trunk, network.Primary:
		return 8
	case network.Secondary:
		return 7
	case network.Tertiary:
		return 6
	}
	return 5
}

// onlyTurns tells whether all of the group turns across the oncoming traffic.
func onlyTurns(net *network.Network, group *network.SignalGroup) bool {
	for _, c := range group.Connectors {
		if !offsideTurn(net.Connectors[c].Turn, net.DrivingSide) {
			return false
		}
	}
	return len(group.Connectors) > 0
}

func offsideTurn(t network.Turn, side network.DrivingSide) bool {
	if side == network.LeftHand {
		return t == network.Right || t == network.SharpRight || t == network.UTurn
	}
	return t == network.Left || t == network.SharpLeft || t == network.UTurn
}

// tenths rounds seconds up to 0.1 s.
func tenths(s float64) float64 { return math.Ceil(s*10-1e-6) / 10 }
