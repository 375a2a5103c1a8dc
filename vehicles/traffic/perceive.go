package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

// eye is how a driver misjudges those ahead at one moment: what is added to a gap, as a share of it, and to their speed, in m/s
// for each metre of gap.
type eye struct{ gap, speed float64 }

// eyeOf returns the errors of v's driver now. Each driver has new ones every driver.ErrorTime, at a time of its own, and
// goes over from one to the next evenly: a cheap stand-in for the Wiener process of Treiber, Kesting, Helbing, Physica A
// 360, 71 (2006), section 2.3, of the same deviation and correlation time.
func (w *World) eyeOf(v *vehicle, p *driver.Params) eye {
	if p.GapError == 0 && p.SpeedError == 0 {
		return eye{}
	}
	const (
		perTime  = 1 / driver.ErrorTime
		perPhase = 1.0 / (1 << 32)
	)
	key := w.drawKey(v.id)
	phase := float64(float64(uint32(key)*0x9e3779b9) * perPhase)
	at := float64(float64(float64(w.steps)*w.cfg.StepTime)*perTime) + phase
	window := uint64(at)
	late := at - float64(window)
	gap0, speed0 := deviates(w.attentionIn(key, window, phase))
	gap1, speed1 := deviates(w.attentionIn(key, window+1, phase))
	return eye{
		gap:   p.GapError * (gap0 + float64(late*(gap1-gap0))),
		speed: p.SpeedError * (speed0 + float64(late*(speed1-speed0))),
	}
}

// deviates makes of 64 random bits two random numbers of mean 0 and deviation 1, between -2.45 and 2.45: each the sum of two
// uniform ones.
func deviates(bits uint64) (x, y float64) {
	const (
		half  = 1 << 16
		scale = 2.449489742783178 / half // sqrt(6)
	)
	x = float64(float64(int64(bits&0xffff)+int64(bits>>16&0xffff)-half+1) * scale)
	y = float64(float64(int64(bits>>32&0xffff)+int64(bits>>48)-half+1) * scale)
	return x, y
}

// seen is somebody ahead as a driver sees it: bumper to bumper gap, m; speed, m/s; acceleration, m/s², of the one or two
// next; and whether it has CACC as well.
type seen struct {
	gap, speed, accel float64
	fresh             float64 // from 1 right after one of the two has changed lanes to 0
	brakes            float64 // m/s², negative: of one who does so hard then; else 0
	linked            bool
	on                *vehicle // it, if it is on the same track; else nil
}

// leaderOnTrack returns the vehicle ahead of vs[i], i > 0, on the same track.
func (w *World) leaderOnTrack(vs []vehicle, i int) seen {
	v, lead := &vs[i], &vs[i-1]
	fresh, brakes := w.cutIn(max(v.cool, lead.cool), lead.a)
	accel := float64(lead.a)
	if i > 1 {
		accel = 0.5 * (accel + float64(vs[i-2].a))
	}
	return seen{gap: lead.rear() - v.s, speed: lead.v, accel: accel, fresh: fresh, brakes: brakes, linked: w.hasCACC(lead.class, lead.driver), on: lead}
}

// leaderBeyond is leaderOnTrack of t, the last vehicle on one of the next tracks, gap metres ahead of v.
func (w *World) leaderBeyond(v *vehicle, t *tail, gap float64) seen {
	fresh, brakes := w.cutIn(max(v.cool, t.cool), t.a)
	return seen{gap: gap, speed: t.v, accel: float64(t.a), fresh: fresh, brakes: brakes, linked: w.hasCACC(t.class, t.driver)}
}

// cutIn returns how fresh it is that one of two has changed lanes (freshness), or how the one ahead, who has, brakes, m/s².
func (w *World) cutIn(cool uint8, lead float32) (fresh, brakes float64) {
	if cool <= w.judging {
		return 0, 0
	}
	if fresh = w.freshness(cool, lead); fresh == 0 {
		brakes = float64(lead)
	}
	return fresh, brakes
}

// freshness returns how fresh it is that one of two has changed lanes, from 1 to 0, where cool is the longer of what they still have to
// wait for the next change (vehicle.cool) and lead the acceleration of the one ahead, m/s².
func (w *World) freshness(cool uint8, lead float32) float64 {
	if cool > w.judging && lead > -hardBraking {
		return float64(cool) / float64(w.cooling)
	}
	return 0
}

// hardBraking is the braking in m/s² of one ahead at which nobody is content with a short gap.
const hardBraking = 1.5

// hasCACC reports whether a vehicle tells others what it does.
func (w *World) hasCACC(class uint8, d uint16) bool {
	return w.paces[class][d].hasCACC
}

// mindLeader lowers the wish for somebody ahead, as the driver sees it. Nobody who stands creeps forward because of a new error,
// if the one ahead stands as well (see isHeld).
func (w *World) mindLeader(d *wish, v *vehicle, p *driver.Params, o seen, free float64) {
	speed, gap := o.speed, o.gap
	if v.v > 0 || o.speed > 0 {
		if !d.looks {
			d.eye, d.looks = w.eyeOf(v, p), true
		}
		gap += float64(o.gap * d.eye.gap)
		if o.speed >= halting {
			speed = max(0, o.speed+float64(o.gap*d.eye.speed)+float64(p.Anticipation*o.accel))
		}
	}
	switch {
	case p.Model > driver.CACC:
		w.mindByRule(d, v, p, &o, free)
		return
	case p.Model == driver.CACC && !o.linked:
		d.cap(p.FollowAlone(v.v, speed, gap, free), LimitLeader)
		return
	case o.fresh > 0:
		d.cap(p.FollowRelaxed(v.v, speed, gap, free, o.fresh), LimitLeader)
		return
	case o.brakes < 0:
		d.cap(p.FollowBraking(v.v, speed, gap, free, o.brakes), LimitLeader)
		return
	}
	d.cap(p.Follow(v.v, speed, gap, free), LimitLeader)
}

// pace is how a driver's looks and feet follow one another, in steps, and what those behind see of the driver.
type pace struct {
	every    uint8 // from one look to the next, at least 1
	reaction uint8 // from a look to the foot, less than every
	start    uint8 // the same for one who stands
	hasCACC  bool
}

// allPaces returns them by class and driver. A reaction is the whole steps that are in it: what is seen at the start of a step is half a
// step old on average when it comes to bear, so that this, and not the nearest number, is right in the mean.
func (w *World) allPaces() (all [network.NumVehicleClasses][]pace) {
	steps := func(seconds float64) uint8 { return uint8(min(math.Round(seconds/w.cfg.StepTime), 100)) }
	within := func(seconds float64) uint8 { return uint8(min(math.Floor(seconds/w.cfg.StepTime+1e-9), 100)) }
	for class := range all {
		all[class] = make([]pace, len(w.drivers.Drivers[0][class]))
		for i := range all[class] {
			p := &w.drivers.Drivers[0][class][i]
			every := max(1, steps(p.Interval))
			all[class][i] = pace{every: every, reaction: min(within(p.Reaction), every-1), start: steps(p.StartDelay), hasCACC: p.Model == driver.CACC}
		}
	}
	return all
}

// setPedal is what a driver does who has looked: the foot moves at once if it is urgent, else after the time that takes.
// Meanwhile the vehicle goes on as it did (isReacting). lead is the vehicle ahead on the same track, nil if v is the first.
func (w *World) setPedal(v, lead *vehicle, p *driver.Params, place *place, d *wish) {
	first, starts := lead == nil, lead != nil && v.v == 0 && lead.v > 0
	switch {
	case p.Dawdle > 0 && d.accel > -p.Brake && v.v > 0:
		d.accel -= float64(float64(p.Dawdle*p.Accel) * draw.Float64(w.seedAt(w.steps), draw.Dawdling, w.drawKey(v.id), w.steps))
	case v.v < creeping && !starts && p.StartDelay > 0 && stays(p, d.accel):
		d.accel = min(d.accel, -settling)
	}
	pace := w.paceOf(v)
	delay, every := pace.reaction, pace.every
	alert := !place.isLane || place.merge != network.NoMerge || place.barN > 0 || d.limit == LimitYield || d.limit == LimitCrossing ||
		(d.limit == LimitSignal || d.limit == LimitExit || d.limit == LimitLaneEnd) && place.length-v.s < float64(lastSeconds*v.v)
	urgent := v.due == atOnce && !starts || v.flags&isReacting != 0 // else the foot would wait anew with every look
	if alert {
		every = min(every, w.alert)
	}
	switch {
	case !urgent && v.v < halting && v.pedal <= 0 && d.accel > 0 && !w.waitsReady(v, place, first):
		delay = pace.start
		if d.limit = LimitLeader; first { // what has held it still does
			d.limit = v.limit
		}
	case urgent || alert || v.v < halting:
		delay = 0
	}
	v.pedal, v.limit = float32(d.accel), d.limit
	v.flags &^= isReacting
	switch {
	case delay > 0:
		v.due = delay + 1
		v.flags |= isReacting
	case p.Lapses > 0 && !urgent && !alert:
		v.due = every + w.lapse(v, p, place)
	default:
		v.due = every
	}
}

// waitsReady reports whether the driver of v, who stands, waits for his chance with the foot on the pedal: inside a junction, at
// a crossing, or the first at a line without signals. Critical headways have that time in them.
func (w *World) waitsReady(v *vehicle, place *place, first bool) bool {
	return !place.isLane || place.barN > 0 || first && v.next >= 0 && w.layout.places[v.next].group == network.None
}

// worthStarting is the share of Accel below which people who stand do not pull away if nobody moves: nobody moves up by
// centimetres. A queue that has stopped moves up when there is 1.2 times the standing gap.
const worthStarting = 0.3

// stays reports whether one who stands, or nearly, comes to stand rather than to drive with accel, m/s².
func stays(p *driver.Params, accel float64) bool {
	return accel <= 0 || accel < worthStarting*p.Accel && p.StartDelay > 0
}

// settling is the braking in m/s² with which one comes to a stand in the end. The models brake less and less and take half a
// minute for the last centimetres; people stop.
const settling = 0.5

// lastSeconds is how near in time, s, one is to the place where one has to stop from when on one watches it: whoever looked away
// then, rolling on at walking pace, would roll over it.
const lastSeconds = 3.0

// alertInterval is the longest time in s between two looks of one who is in a junction, near a crossing, gives way, or is about to stop at a line.
const alertInterval = 0.4

// nextLook returns what vehicle.due becomes when v's driver moves the foot, who is not odd.
func (w *World) nextLook(v *vehicle) uint8 {
	pace := &w.paces[v.class][v.driver]
	return pace.every - pace.reaction
}

// lapse returns for how many steps v's driver looks away now: mostly none, and never with a stop line near or while
// braking. What is urgent (see coast) ends it.
func (w *World) lapse(v *vehicle, p *driver.Params, place *place) uint8 {
	fastest := v.v + float64(driver.LapseMost*max(0, float64(v.pedal))) // by the end of it
	if v.limit > LimitLeader || v.pedal < -0.5 || place.length-v.s < horizon(fastest)+float64(driver.LapseMost*fastest) {
		return 0
	}
	bits := w.distraction.Uint64(w.drawKey(v.id), w.steps)
	if !w.lapses(v, p.Lapses*p.Interval, float64(bits>>32)*(1.0/(1<<32))) {
		return 0
	}
	seconds := driver.LapseLeast + float64((driver.LapseMost-driver.LapseLeast)*float64(uint32(bits)))*(1.0/(1<<32))
	return uint8(seconds / w.cfg.StepTime)
}
