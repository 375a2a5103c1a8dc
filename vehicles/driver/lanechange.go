package driver

import (
	"math"

	"roadtwin/network"
)

// Neighbour is what a driver sees of a vehicle ahead or behind, on the own lane or another.
type Neighbour struct {
	Gap   float64 // m, bumper to bumper; +Inf if there is nobody
	Speed float64 // m/s
}

// Thresholds of MOBIL (Kesting, Treiber, Helbing, Transp. Res. Rec. 1999 (2007), section 2 and table 1): a wished change
// must not make the new follower brake harder than SafeBraking. What it must gain is each driver's own (Params.ChangeGain).
// KerbBias is what the kerb lane is worth where the law has one keep there.
const (
	SafeBraking = 3.0 // m/s²
	KerbBias    = 0.3 // m/s²
)

// AcceptsGap reports whether changing in front of follower and behind leader is safe for both: neither, nor the driver
// at v (m/s), has to brake harder than limit (m/s², positive) if both are content with short gaps at first (Relaxed, with
// that share), and nobody comes closer than half a standing gap, or a few decimetres where all but stand.
func (p *Params) AcceptsGap(v float64, leader, follower Neighbour, fp *Params, limit, share float64) bool {
	if v < squeezeSpeed && follower.Speed < squeezeSpeed && leader.Gap >= squeezeGap && follower.Gap >= squeezeGap {
		return true
	}
	if fp.Model > CACC { // what is left of the gap when it begins to brake
		follower.Gap -= float64(max(0, follower.Speed-v) * (fp.Reaction + heedless))
	}
	if leader.Gap < 0.5*p.MinGap || follower.Gap < 0.5*fp.MinGap {
		return false
	}
	if p.FollowRelaxed(v, leader.Speed, leader.Gap, 0, share) < -limit {
		return false
	}
	return fp.FollowRelaxed(follower.Speed, v, follower.Gap, 0, share) >= -limit
}

// heedless is for how long a follower that drives by a model of UN R157 keeps its speed before its reaction begins, which all can see: until
// the other is in its way, half of a change of lanes, s.
const heedless = 1.6

// FollowRelaxed is Follow just after one of the two has changed lanes: share goes from 1 right after the change to 0, when it
// is Follow again. The gap is felt longer (Relaxed), and who closes in does not panic as IDM does at a gap much shorter than
// wished for: he brakes as it takes to have the leader's speed in time, and up to the comfortable braking harder. That is the
// enhanced IDM of Kesting, Treiber, Helbing, Phil. Trans. R. Soc. A 368, 4585 (2010), equations 2.6 and 2.7, made for those
// who cut in, with x/sqrt(1+x²) for tanh(x) and a leader who keeps its speed.
func (p *Params) FollowRelaxed(v, lead, gap, free, share float64) float64 {
	accel := p.Follow(v, lead, p.Relaxed(v, lead, gap, share), free)
	closing := v - lead
	if closing <= 0 || share <= 0 || gap < p.MinGap {
		return accel
	}
	need := -float64(closing*closing) / (2 * (gap - float64(0.5*p.MinGap)))
	if accel >= need {
		return accel
	}
	x := (need - accel) / p.Brake
	calm := need - p.Brake*x/math.Sqrt(1+float64(x*x))
	return accel + float64(share*(calm-accel))
}

// FollowBraking is Follow just after one of the two has changed lanes, where the leader brakes with accel (m/s², negative): nobody is
// content with a short gap then, nor panics at it as IDM does where the leader is no slower. One brakes as it takes to come to a
// stand behind a leader who goes on braking like that, and up to the comfortable braking harder: the constant-acceleration
// heuristic of Kesting, Treiber, Helbing (2010), equation 2.4.
func (p *Params) FollowBraking(v, lead, gap, free, accel float64) float64 {
	room := max(gap-float64(0.5*p.MinGap), 0.1)
	var need float64
	if twice := -2 * room * accel; lead*(v-lead) <= twice {
		need = float64(v*v) * accel / (float64(lead*lead) + twice)
	} else {
		closing := max(0, v-lead)
		need = accel - float64(closing*closing)/(2*room)
	}
	return max(p.Follow(v, lead, gap, free), need-p.Brake)
}

// Relaxed returns the gap in metres that a driver at v (m/s) acts on who follows a leader at speed lead (m/s), gap metres
// ahead, just after one of them has changed lanes: drivers put up with gaps much shorter than they keep otherwise, and let
// them grow over the seconds that follow (Laval, Leclercq, Transp. Res. B 42 (2008); Schakel, Knoop, van Arem, Transp. Res.
// Rec. 2316 (2012)). share goes from 1 right after the change to 0. Who closes in on the leader does not.
func (p *Params) Relaxed(v, lead, gap, share float64) float64 {
	if closing := v - lead; closing > 0 {
		share *= max(0, 1-closing/leastClosing)
	}
	return gap + float64(float64(shortest*share)*float64(p.TimeGap*v))
}

const (
	shortest     = 0.55 // share of the time gap that drivers do without right after a change
	leastClosing = 3.0  // m/s
)

// In a standing queue drivers squeeze in where there is just room.
const (
	squeezeSpeed = 0.5 // m/s
	squeezeGap   = 0.3 // m
)

// Urgency returns how urgent it is to change lanes, from 0 (there is time) to 1 (now or never), for a driver at v (m/s) who
// has changes lanes to go over and distance metres to do it in. It begins to grow urgencyTime seconds and urgencyRoom
// metres, for each change, before the end.
func Urgency(v, distance float64, changes int) float64 {
	from := float64(changes) * (urgencyRoom + float64(v*urgencyTime))
	if distance >= from {
		return 0
	}
	return 1 - max(distance, 0)/from
}

// Braking, m/s², that a driver who must change lanes accepts for himself and the new follower, when there is time and when
// it is urgent. The first is comfortable; the second is some half of what tyres give, as in SUMO's and others' models. For each
// change it takes, the last ten seconds are urgent: P. G. Gipps, A model for the structure of lane-changing decisions, Transp. Res. B
// 20, 403 (1986), recalled.
const (
	urgencyTime    = 10.0 // s
	urgencyRoom    = 60.0 // m
	patientBraking = 2.0  // m/s²
	urgentBraking  = 4.5  // m/s²
)

// AcceptedBraking returns the deceleration in m/s² (positive) that a change of that urgency may cost anybody.
func AcceptedBraking(urgency float64) float64 {
	return patientBraking + float64(urgency*(urgentBraking-patientBraking))
}

// changeTimes is how long a change of lanes takes from the first sideways movement to the last, s. Cars need 4.0 s on the
// average of a Californian motorway, with a deviation of 2.3 s (Thiemann, Treiber, Kesting, Transp. Res. Rec. 2088
// (2008), recalled), a little less in cities; that lorries take longer and motorcycles less is known, how much is assumed.
var changeTimes = [network.NumVehicleClasses]float64{
	network.Car: 3.2, network.Van: 3.5, network.Bus: 4.5, network.RigidLorry: 4.5, network.ArticulatedLorry: 5, network.Motorcycle: 2.5,
}

// QuickestChange is how long a change takes at least if it must be over soon, s.
const QuickestChange = 2.2

// ChangeTime returns how long a vehicle of the class takes to change lanes, s.
func ChangeTime(c network.VehicleClass) float64 { return changeTimes[c] }

// SidewaysSpeed returns the speed in m/s across the lanes of a vehicle that has left metres of a change over width metres
// still to go, at v (m/s) along the road, when it takes time seconds in all. It is slow at both ends; and it is never more
// than steepest times v, since wheels roll where they point.
func SidewaysSpeed(left, width, v, time float64) float64 {
	x := max(0, min(1, left/width))
	speed := width / time * profileMean * (profileEnds + float64(4*(1-profileEnds)*x*(1-x)))
	return min(speed, steepest*v)
}

// The profile of a change: sideways speed over that in the middle is profileEnds + 4(1-profileEnds)x(1-x) at share x of the
// way. The time it takes, relative to driving all the way at the speed of the middle, is the integral of its inverse over
// x, profileMean.
const (
	profileEnds = 0.2
	profileMean = 1.614034
	steepest    = 0.4 // tangent of the angle to the road, some 22 degrees
)
