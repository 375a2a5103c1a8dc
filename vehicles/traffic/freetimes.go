package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// FreeTimes returns the time in s, by edge, that its quickest lane takes alone on a dry road: at the limit and, in bends, at the speed
// of the mean driver of a car, with slowing down before and pulling away after them. It is what routes are to be chosen by
// (route.NewForLengths).
func FreeTimes(net *network.Network) []float64 {
	d := driver.Default()
	times := make([]float64, len(net.Edges))
	var bends []bend
	for e := range net.Edges {
		times[e] = math.Inf(1)
		for _, lane := range net.EdgeLanes(network.EdgeID(e)) {
			bends = appendBends(bends[:0], lane.Shape, lane.Length, lane.SpeedLimit)
			times[e] = min(times[e], laneTime(&d, bends, lane.Length, lane.SpeedLimit))
		}
	}
	return times
}

// laneTime returns the time in s to drive over a lane of a length (m), limit (m/s) and bends at the limit, as far as the bends let d.
// Speeds are brought down before a bend, and up again after it, evenly.
func laneTime(d *driver.Params, bends []bend, length, limit float64) (seconds float64) {
	at, now := 0.0, limit // m, m/s
	for i := range bends {
		b := &bends[i]
		speed := bendSpeed(d, b)
		if speed >= limit {
			continue
		}
		seconds += straightTime(d, b.from-at, now, speed, limit) + (b.to-b.from)/speed
		at, now = b.to, speed
	}
	return seconds + straightTime(d, length-at, now, limit, limit)
}

// slowing is the share of the comfortable braking with which one slows down for a bend: see Params.SlowTo.
const slowing = 0.6

// straightTime returns the time in s over length m, from v to out, m/s, with up to limit in between: gaining speed, keeping it, and losing
// it in time for what comes. Where the way is too short to get from v to out the change is even.
func straightTime(d *driver.Params, length, v, out, limit float64) float64 {
	if length <= 0 {
		return 0
	}
	up, down := 0.5*d.Accel, slowing*d.Brake // pulling away gets weaker towards the limit: half of it in the mean
	// Where gaining from v and losing to out meet: v² + 2·up·x = out² + 2·down·(length-x).
	top := math.Sqrt((2*up*down*length + down*v*v + up*out*out) / (up + down))
	if top < max(v, out) {
		return 2 * length / (v + out)
	}
	top = min(top, limit)
	kept := length - (top*top-v*v)/(2*up) - (top*top-out*out)/(2*down)
	return (top-v)/up + (top-out)/down + max(0, kept)/top
}
