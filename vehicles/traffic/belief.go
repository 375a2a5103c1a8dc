package traffic

import (
	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/tyre"
)

// sense is what a driver makes of a slippery road.
type sense struct {
	grip float32 // believed in where it is, in comparison with dry asphalt; 0 before the first look
	felt float32 // what it has felt, or seen happen to others, over what the road looks like; 1 at first
}

// How beliefs change, s: the time constants in which one trusts a road that has become better, and gets over a fright, and how
// far ahead one sees what the road is like. Judgements: nobody is careless as soon as the worst is over, and who has slid drives with care for the rest of
// the way.
const (
	noticing  = 4.0
	forgiving = 900.0
	foreseen  = 5.0
)

// shaken is the most that one believes in, of what the road looks like, who has seen somebody ahead slide or lie there after it. In the
// cold, or where there is ice, whatever the road looks like is taken for ice then.
const shaken = 0.5

// beWary makes drivers mind what the road looks like, from now on: until then all roads are dry, and nobody does.
func (w *World) beWary() {
	if w.wary {
		return
	}
	w.wary = true
	for len(w.senses) < len(w.trips) {
		w.senses = append(w.senses, sense{})
	}
	for i := range w.senses {
		w.senses[i] = sense{felt: 1}
	}
}

// comeBy gives the driver of v, who comes from outside of the map, the belief of one who has driven on roads like p for a while.
func (w *World) comeBy(v *vehicle, p *place) {
	if w.wary && p.looks > 0 {
		w.senses[v.id].felt = float32(min(1, w.gripOn(p, v)/p.looks.Grip()))
		w.feel(v, p, nil)
	}
}

// looksTo returns the grip that a road which looks like b has to the eye of the driver p.
func looksTo(b driver.Belief, p *driver.Params) float64 {
	if b == 0 || p.Trust == 0 {
		return b.Grip()
	}
	return min(1, b.Grip()*p.Trust)
}

// believedAt returns which step of the ladder of beliefs v's driver goes by on p: what p looks like, or, since some road has not been
// dry, what the driver has made of the road so far.
func (w *World) believedAt(v *vehicle, p *place) driver.Belief {
	if w.wary && w.senses[v.id].grip > 0 {
		return driver.BeliefIn(float64(w.senses[v.id].grip))
	}
	return p.looks
}

// feel is what an action point does to the belief of v's driver: it follows what the road looks like here and a few seconds ahead,
// with what the driver has felt of it. Who brakes, turns or pulls away near the limit of the tyres knows at once; whom somebody ahead shows is
// warned. Who stands learns nothing.
func (w *World) feel(v *vehicle, place *place, lead *vehicle) {
	s, p := &w.senses[v.id], w.driver(v, 0)
	if o := w.oddly(v); o != nil && o.knows {
		s.grip = float32(w.gripOn(place, v))
		v.wish = float32(w.wish(v, place))
		return
	}
	looks, warned := w.foresee(v, place, lead)
	if warned && (w.cold > driver.Mild || looks >= iceLooks) {
		looks = max(looks, iceLooks)
	}
	seen := looksTo(looks, p)
	seconds := float64(w.paceOf(v).every) * w.cfg.StepTime
	felt := float64(s.felt)
	felt += (1 - felt) * min(1, seconds/forgiving)
	switch {
	case v.limit == LimitTyres || w.feelsGrip(v, place):
		felt = min(felt, w.gripOn(place, v)/seen)
	case warned && looks > 0:
		felt = min(felt, shaken)
	}
	s.felt = float32(felt)
	if want := seen * felt; s.grip == 0 || want < float64(s.grip) {
		s.grip = float32(want)
	} else {
		s.grip += float32((want - float64(s.grip)) * min(1, seconds/noticing))
	}
	v.wish = float32(w.wish(v, place))
}

// iceLooks is what ice looks like.
var iceLooks = driver.BeliefIn(driver.Looks(network.Asphalt, tyre.Ice))

// foresee returns what the road looks like to v's driver, at its worst, from where it is to where it will be in foreseen seconds, and
// whether somebody ahead shows that it is slippery: lead, the vehicle ahead on its track, the last one on the next tracks, or a crash
// within sight.
func (w *World) foresee(v *vehicle, place *place, lead *vehicle) (looks driver.Belief, warned bool) {
	looks, warned = place.looks, w.alarmed(v, place)
	if lead != nil {
		return w.foreseeRoad(v, place, looks), warned || lead.s-v.s < alarmSight && w.slips(lead, place)
	}
	if v.next >= 0 && place.length-v.s < float64(foreseen*v.v) {
		warned = warned || w.ends[v.next].tail.slips
	}
	return w.foreseeRoad(v, place, looks), warned
}

// foreseeRoad returns the worst of looks and what the tracks look like that v comes to within foreseen seconds.
func (w *World) foreseeRoad(v *vehicle, place *place, looks driver.Belief) driver.Belief {
	left, next := float64(foreseen*v.v)-(place.length-v.s), v.next
	if left <= 0 || next < 0 {
		return looks
	}
	route, at := w.journeys[v.id].route, w.edgeIndex(v, w.layout.slots[place.track])
	for hop := 0; next >= 0 && left > 0 && hop < mostHops; hop++ {
		p := &w.layout.places[next]
		looks = max(looks, p.looks)
		left -= p.length
		if !p.isLane {
			next = p.to
			at++
			continue
		}
		if at+1 >= len(route) {
			break
		}
		next = w.connectorTo(p, route[at+1], classOf(v))
	}
	return looks
}

// mostHops is how many tracks one looks ahead at most.
const mostHops = 8

// slips reports whether others see that v, on p, has not the grip that it needs: it slides, has crashed, or is held back by tyres that would
// give more if the road were dry. That an engine is too weak for a slope says nothing of the road.
func (w *World) slips(v *vehicle, p *place) bool {
	switch {
	case v.flags&isCrashed != 0 || v.flags&isOdd != 0 && w.skid(v.id) != nil:
		return true
	case v.limit != LimitTyres:
		return false
	}
	dry := &w.cfg.Envelopes.Envelopes[v.class][p.surface][tyre.Dry]
	if can := w.fitted(v); can != nil {
		dry = can.Envelope(p.surface, tyre.Dry)
	}
	brake, drive := w.envelope(v, p).Limits(v.v)
	mostBrake, mostDrive := dry.Limits(v.v)
	if v.pedal < v.a {
		return brake < mostBrake
	}
	return drive < mostDrive
}

// slipFelt is the share of the grip from which on a driver feels how much of it there is. The torque that turns a steering wheel
// back is largest at about half of what a tyre can hold, and lighter from there on, long before it slides (H. B. Pacejka, Tire and
// Vehicle Dynamics, 3rd ed. (2012), section 3.2; recalled): what drivers call the feel of the road.
const slipFelt = 0.5

// feelsGrip reports whether v uses so much of the grip that it has on p that its driver feels how much that is: all wheels when it
// brakes or turns, the driven ones when it pulls away.
func (w *World) feelsGrip(v *vehicle, p *place) bool {
	e := w.envelope(v, p)
	most, drive := e.Limits(v.v)
	if v.a > 0 {
		if _, engine := w.cfg.Envelopes.Envelopes[v.class][0][tyre.Dry].Limits(v.v); drive < engine {
			most = drive
		}
	}
	if most <= 0 {
		return v.pedal > 0
	}
	along, across := float64(v.a)/most, float64(v.v*v.v)*p.curvature/float64(e.Lateral)
	return float64(along*along)+float64(across*across) > slipFelt*slipFelt
}

// gripOn returns the grip that v has where it is, in comparison with dry asphalt.
func (w *World) gripOn(place *place, v *vehicle) float64 {
	here, _ := w.envelope(v, place).Limits(v.v)
	dry, _ := w.cfg.Envelopes.Envelopes[v.class][0][tyre.Dry].Limits(v.v)
	return min(1, here/dry)
}
