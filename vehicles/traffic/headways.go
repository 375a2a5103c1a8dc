package traffic

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// A driver who has to give way goes if the next gap in the stream with right of way is at least the critical headway, front
// to front at the place where the ways meet, s. These are the base values of the Highway Capacity Manual, 7th edition,
// exhibits 20-11, 20-12 (one stage), 19-29 (permitted turns at signals) and, recalled, 22-9 (roundabouts: from its capacity
// curves by t_c = 3600 B + t_f/2), by lanes per direction of the road to cross: reference 5_signals/hcm_twsc.json,
// hcm_signal_constants.json. Turns from the minor road at a junction of three arms want 0.7 s less. The Manual's supplement
// for heavy vehicles (1 to 2 s) is not added: a lorry takes that much longer to get there, and is longer.
//
// The Manual's curve of capacity supposes arrivals at random. On a lane vehicles keep their distance and bunch, and Tanner's
// curve (A theoretical analysis of delays at an uncontrolled intersection, Biometrika 49, 1962) gives the same capacity for
// shorter critical headways (bunching): 0.13 s for 260 veh/h on one lane that keep 1.8 s, 0.45 s for 750. What the Manual's
// authors measured was bunched, so that is taken off.
//
// The follow-up headway is not a number here: it is how soon the next is at the line and off again.
var (
	criticalKerbTurn    = [3]float64{6.2, 6.9, 7.1}
	criticalThrough     = [3]float64{6.5, 6.5, 6.5}
	criticalOffsideTurn = [3]float64{7.1, 7.5, 7.5}
	criticalMajorTurn   = [3]float64{4.1, 4.1, 5.3}
	criticalRing        = [3]float64{5.0, 4.5, 4.5}
)

const (
	criticalPermitted = 4.5          // at signals, against oncoming traffic
	threeArms         = 0.7          // s less for offside turns from the minor road
	pullingOut        = 0.4          // s to see that the one before has passed, and to pull away from a stop sign [calibrated]
	rollingUp         = 1.0          // s the same for one who need not stop, and comes up behind him with more room [calibrated]
	bunchedFlow       = 750.0 / 3600 // vehicles/s, in all, at which bunching is taken off
	usualTimeGap      = 1.35         // s, with the time to react: 1.8 s from front to front at 50 km/h
	usualCar          = 4.6          // m
	usualLateral      = 2.5          // m/s², in curves
)

// setCritical fills in what the driver of connector of expects, and wants, of the stream of clash k.
func (l *layout) setCritical(k *clash, of network.ConnectorID) {
	if k.yields {
		k.critical = l.criticalHeadway(of, l.connectorOf(k.with))
	}
	l.setPace(k, of)
}

// setPace fills in how fast those of the stream of clash k come, and how much of the critical headway goes by while the one
// before passes.
func (l *layout) setPace(k *clash, of network.ConnectorID) {
	with := &l.places[k.with]
	k.withTop = with.bendSpeed()
	if !k.yields {
		return
	}
	metres, wait := usualCar+standingGap, rollingUp
	if l.net.Connectors[of].Control == network.Stop {
		wait = pullingOut
	}
	if k.kind == network.Crossing {
		metres, wait = usualCar+k.withEnd-k.withStart, wait+marginAfter
	}
	wait += bunching(usualTimeGap+(usualCar+standingGap)/k.withTop, bunchedFlow/l.streams(of))
	k.passing = min(k.critical, round6(metres/k.withTop+wait))
}

// bunching returns how much shorter, s, a critical headway is that gives the same capacity against a stream of flow vehicles/s
// that keep least seconds as the Manual's against one at random: Tanner's capacity is 1-least*flow times that for a critical
// headway that is shorter by least.
func bunching(least, flow float64) float64 {
	full := min(least*flow, fullStream)      // where one drives at a walking pace, no lane carries that flow
	return (-math.Log(1-full) - full) / flow //nolint:forbidigo // rounded by the caller
}

// fullStream is how much of its time a stream takes up at the most for bunching to be reckoned.
const fullStream = 0.8

// streams returns the number of lanes, 1 or more, to whose traffic connector of yields.
func (l *layout) streams(of network.ConnectorID) float64 {
	var lanes []network.LaneID
	for _, c := range l.net.ConflictsOf(of) {
		if from := l.net.Connectors[c.With].From; c.Yields && from != l.net.Connectors[of].From && !slices.Contains(lanes, from) {
			lanes = append(lanes, from)
		}
	}
	return float64(max(len(lanes), 1))
}

// bendSpeed returns the speed in m/s at which most drive on a track.
func (p *place) bendSpeed() float64 { return min(p.limit, usualRoot*p.bendRoot) }

// usualRoot is the root of usualLateral.
var usualRoot = math.Sqrt(usualLateral)

func (l *layout) connectorOf(s slot) network.ConnectorID {
	return network.ConnectorID(int(l.places[s].track) - len(l.net.Lanes))
}

func (l *layout) criticalHeadway(of network.ConnectorID, with network.ConnectorID) float64 {
	c, o := &l.net.Connectors[of], &l.net.Connectors[with]
	from, other := l.net.Lanes[c.From].Edge, l.net.Lanes[o.From].Edge
	j := &l.net.Junctions[c.Junction]
	lanes := min(int(l.net.Edges[other].NumLanes), 3) - 1
	switch {
	case from == other:
		return 0 // beside each other: room is all they need
	case j.Kind == network.Roundabout:
		return criticalRing[lanes]
	case j.Kind == network.Signalised && c.Group != network.None:
		return criticalPermitted
	case c.Control == network.Free:
		return criticalMajorTurn[lanes]
	}
	kerb, offside := network.Right, network.Left
	if l.net.DrivingSide == network.LeftHand {
		kerb, offside = offside, kerb
	}
	switch turnTo(c.Turn) {
	case kerb:
		return criticalKerbTurn[lanes]
	case offside, network.UTurn:
		if len(j.In) <= 3 {
			return criticalOffsideTurn[lanes] - threeArms
		}
		return criticalOffsideTurn[lanes]
	}
	return criticalThrough[lanes]
}

// turnTo returns the turn without its degree.
func turnTo(t network.Turn) network.Turn {
	switch t {
	case network.SlightLeft, network.SharpLeft:
		return network.Left
	case network.SlightRight, network.SharpRight:
		return network.Right
	}
	return t
}

// round6 rounds what has gone through functions that are not the same everywhere.
func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// gapShare returns how much of the mean critical headway v wants by now.
func (w *World) gapShare(v *vehicle) float64 {
	return gapShares[v.driver%driver.Types] * driver.Impatience(float64(w.waited(v))*w.cfg.StepTime)
}

// gapShares is driver.GapShare of each driver of a kind.
var gapShares = func() (shares [driver.Types]float64) {
	for i := range shares {
		shares[i] = driver.GapShare(i)
	}
	return shares
}()
