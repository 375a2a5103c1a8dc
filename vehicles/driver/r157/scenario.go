package r157

import "math"

// Outcome is what becomes of a scenario.
type Outcome uint8

// The outcomes, as the published tables number them.
const (
	Avoided Outcome = iota
	Struck          // the one who cut in struck the side of the driver's car, or was struck beside it
	RanInto         // the driver's car ran into its rear
)

// Grips is a road that holds without limit: the published tables.
const Grips = 0

// CutIn is one who comes into the driver's way from the next lane at a constant speed to the side, reached at 1.5 m/s².
type CutIn struct {
	Model        Model
	Speed, Other float64 // m/s
	Gap          float64 // m, from the driver's front to the other's rear as its side is 1.6 m off
	LateralTenth int     // 0.1 m/s, speed to the side
	Friction     float64 // of the road; Grips for what the model says
}

const (
	apart        = 1.6 // m between the sides at the beginning
	sidewaysRamp = 1.5 // m/s²
	carWidth     = 1.9 // m
	before       = 60  // steps before that in which drivers look already
	lasts        = 400 // steps
)

// residue says how the published computation rounds where the sides are exactly a whole number of millimetres apart, by LateralTenth: as
// a little less (-1), exactly (0) or a little more. It decides 50 of 29,880 rows of Reg157, and which car is struck in some others.
func residue(tenth int) float64 {
	switch tenth {
	case 4, 8:
		return -1
	case 5, 10:
		return 0
	}
	return 1
}

// lateral returns the distance in m between the sides after k steps.
func (c *CutIn) lateral(k int) float64 {
	mm := math.Round(1000*apart) - float64(10*k*c.LateralTenth)
	if mm == 0 || mm == 500 {
		return mm/1000 + residue(c.LateralTenth)*1e-12
	}
	return math.Max(mm/1000, carWidth-2*apart-carWidth)
}

// Run plays the scenario.
func (c *CutIn) Run() Outcome {
	d := Driver{Model: c.Model}
	c.approach(&d)
	v, a := c.Speed, 0.0
	x, t, braked := 0.0, 0.0, false
	side := float64(c.LateralTenth) / 10
	for k := range lasts {
		s := Scene{V: v, A: a, Other: c.Other, Gap: c.Gap + c.Other*t - x, Lateral: c.lateral(k), LateralSpeed: side, Own: length, Theirs: length}
		if a = held(d.Look(&s), c.Friction); d.vigil.Safe {
			return Avoided
		}
		t += step
		braked = braked || a != 0
		v = math.Max(v+a*step, 0)
		if x += v * step; !braked {
			x = v * t
		}
		gap := c.Gap + c.Other*t - x
		switch {
		case gap < -2*length-tiny:
			return Avoided // it has passed
		case gap < 0 && c.lateral(k+1) < 0 && gap > -length:
			return RanInto
		case gap < 0 && c.lateral(k+1) < 0:
			return Struck
		}
	}
	return Avoided
}

// approach lets the driver look at the time before, in which the other begins to move to the side.
func (c *CutIn) approach(d *Driver) {
	side := float64(c.LateralTenth) / 10
	ramp := int(math.Ceil(side/(sidewaysRamp*step) - tiny))
	if c.LateralTenth == 6 || c.LateralTenth == 12 {
		ramp++ // rounding, again
	}
	var speeds, apartBy [before + 1]float64
	speeds[0], apartBy[0] = side, apart
	for j := 1; j <= before; j++ {
		speeds[j] = math.Min(sidewaysRamp*step*math.Max(float64(ramp-j), 0), side)
		apartBy[j] = apartBy[j-1] + step*speeds[j]
	}
	for j := before; j > 0; j-- {
		s := Scene{V: c.Speed, Other: c.Other, Gap: c.Gap + (c.Speed-c.Other)*step*float64(j), Lateral: apartBy[j], LateralSpeed: speeds[j], Own: length, Theirs: length}
		d.Look(&s)
	}
}

// held returns the acceleration in m/s² that a road of that friction gives of the one wished for.
func held(a, friction float64) float64 {
	if friction <= 0 {
		return a
	}
	return math.Max(a, -friction*9.81)
}

// Follow is one whose leader brakes to a stand.
type Follow struct {
	Model    Model
	Speed    float64 // m/s, of both
	Gap      float64 // m
	Brake    float64 // m/s², of the leader, positive
	Friction float64 // of the road, under both; Grips for what the model says
}

// Headway is the time gap in s at which the careful and competent driver follows.
const Headway = 2.0

// FollowingGap returns the gap in m at which the driver of a model follows at v m/s.
func FollowingGap(m Model, v float64) float64 {
	switch m {
	case Fuzzy:
		return v*fsmReaction + v*v/(2*fsmComfort) - v*v/(2*fsmLeader) + fsmMargin + fsmStand
	case RSS: // safe still after a response in which the leader has begun to brake
		slower := math.Max(v-rssBrake*rssResponse, 0)
		return rssDistance(v, slower) + 0.5*rssBrake*rssResponse*rssResponse
	}
	return Headway * v
}

// Run plays the scenario and returns the speed in m/s at which the follower runs into the leader, 0 if it does not.
func (f *Follow) Run() float64 {
	d := Driver{Model: f.Model}
	v, a, lead, gap := f.Speed, 0.0, f.Speed, f.Gap
	brake := -held(-f.Brake, f.Friction)
	for k := range 1200 {
		a = held(d.Look(&Scene{V: v, A: a, Other: lead, OtherBrakes: k > 0, Gap: gap, Lateral: -carWidth, Own: length, Theirs: length}), f.Friction)
		lead = math.Max(lead-brake*step, 0)
		v = math.Max(v+a*step, 0)
		gap += (lead - v) * step
		if gap <= 0 {
			return v - lead
		}
		if v == 0 && lead == 0 {
			return 0
		}
	}
	return 0
}
