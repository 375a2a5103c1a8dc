package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

// caution is what somebody looks for before crossing one lane.
type caution struct {
	way   *walkway
	strip *strip
	need  float64 // s until the lane is clear of the one who crosses
	ready float64 // s of need in which one makes ready to go: they may run while somebody is still passing
	guard bool    // is on the road already: minds only who would run into it
}

// Yielding of drivers to people who wait and have the right of way. Measured shares lie between some 20 % at plain
// crosswalks of fast roads and over 90 % where there is a beacon or a habit of it (Fitzpatrick et al.: NCHRP Report 562
// (2006), table 23, recalled); one value for all places is assumed.
const (
	yieldingAtZebra = 0.8
	yieldingOnTurn  = 0.9
)

const (
	readyBraking  = 2.5 // m/s²: what people count on from a driver who should stop for them
	readyTime     = 1.0 // s until that driver begins
	runOutAccel   = 1.0 // m/s² assumed of a vehicle that comes
	runOutSpeed   = 6.0 // m/s up to which: of a faster one people count on the speed they see
	goesRound     = 0.3 // m/s: people walk round a vehicle on the crosswalk that is slower
	guardBraking  = 5.0 // m/s²: who cannot stop with that is let pass by people on the road
	peopleSight   = 150.0
	maxPeopleHops = 3
)

// yieldsTo reports whether v's driver is of those who let people cross at a crossing where they should.
func (w *World) yieldsTo(id VehicleID, b *bar) bool {
	share := yieldingOnTurn
	if b.kind == network.Zebra {
		share = yieldingAtZebra
	}
	return draw.Float64(w.cfg.Seed, draw.Yielding, w.drawKey(id), b.key) < share
}

// laneLets reports whether nobody on the lane of c, or on the ways to it, endangers one who crosses it.
func (w *World) laneLets(c *caution) bool {
	b := &w.layout.bars[c.strip.bar]
	if c.strip.incoming && !w.clearBeyond(b) {
		return false
	}
	vs := w.tracks[b.lane].vehicles()
	for i := range vs {
		o := &vs[i]
		switch d := b.mid - o.s; {
		case o.rear() > b.mid+bodyLength:
			w.makeReady(c, b, o)
		case d < bodyLength: // its body is there
			if o.v > goesRound {
				return false
			}
		default:
			return w.lets(c, b, o, d) // who follows it cannot pass it
		}
	}
	if c.strip.incoming && !c.guard {
		return true // its traffic has red: who is not on the lane by now does not come
	}
	return w.clearUp(c, b, b.lane, b.mid, 1)
}

// makeReady takes off what c needs the time that o, whose rear has just left the crossing, took to pass it: critical headways are
// measured from front to front, and who waits for one makes ready while the vehicle before it passes.
func (w *World) makeReady(c *caution, b *bar, o *vehicle) {
	if o.v > goesRound && o.rear()-b.mid-bodyLength < float64(justPassed*o.v) {
		took := min((o.s-b.mid)/o.v, c.ready)
		c.need, c.ready = c.need-took, c.ready-took
	}
}

// justPassed is how long after a rear has left the crossing people who stood there start because of it, s: longer than any step.
const justPassed = 0.5

// runsThrough reports whether somebody on the road who is about to come onto a strip, and off it in so many seconds, has
// to let a vehicle pass that cannot stop.
func (w *World) runsThrough(way *walkway, t *strip, seconds float64) bool {
	c := caution{way: way, strip: t, need: seconds, guard: true}
	return !w.laneLets(&c)
}

// clearBeyond reports whether nobody who has passed the stop line of b's lane is moving over the crossing behind it.
func (w *World) clearBeyond(b *bar) bool {
	p := &w.layout.places[b.lane]
	for s := p.out; s < p.outEnd(); s++ {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			if o := &vs[i]; p.length+o.rear() < b.mid+bodyLength && (o.v > goesRound || p.length+o.s < b.mid) {
				return false
			}
		}
	}
	return true
}

// clearUp looks for those who come by the connectors into a lane, and on the lanes before them; the crossing is d metres
// from the start of the lane.
func (w *World) clearUp(c *caution, b *bar, lane slot, d float64, hops int) bool {
	if d > peopleSight {
		return true
	}
	for _, s := range w.layout.into[lane] {
		p := &w.layout.places[s]
		if vs := w.tracks[s].vehicles(); len(vs) > 0 && w.leadsOver(&vs[0], b, hops) {
			if !w.lets(c, b, &vs[0], d+p.length-vs[0].s) {
				return false
			}
			continue
		}
		before := &w.layout.places[p.from]
		seen := false
		vs := w.tracks[p.from].vehicles()
		for i := range vs {
			o := &vs[i]
			far := d + p.length + before.length - o.s
			if far > peopleSight || seen {
				break
			}
			if o.next == s && w.leadsOver(o, b, hops) {
				seen = true
				if o.flags&needsGrant != 0 && o.grant == 0 {
					continue // has to be let into the junction first
				}
				if !w.lets(c, b, o, far) {
					return false
				}
			}
		}
		if !seen && hops < maxPeopleHops && !w.clearUp(c, b, p.from, d+p.length+before.length, hops+1) {
			return false
		}
	}
	return true
}

// leadsOver reports whether the route of o leads over b, whose edge is hops edges further on.
func (w *World) leadsOver(o *vehicle, b *bar, hops int) bool {
	if hops == 1 {
		return true // its next lane, or the one after its connector
	}
	j := &w.journeys[o.id]
	at := int(j.at) + hops
	return at < len(j.route) && j.route[at] == w.layout.places[b.lane].edge
}

// lets reports whether o, whose front is d metres before the people's path, does not endanger c.
func (w *World) lets(c *caution, b *bar, o *vehicle, d float64) bool {
	if c.strip.incoming && o.flags&needsGrant != 0 {
		return o.grant == 0 && !c.guard || c.guard && driver.StoppingDistance(o.v, guardBraking)+0.5*o.v < d // it has red
	}
	if o.v < goesRound || o.flags&isCrashed != 0 && o.v < 1 {
		return true
	}
	if driver.ArrivalTime(d, o.v, runOutAccel, max(o.v, min(float64(o.wish), runOutSpeed))) > c.need {
		return true
	}
	line := d - (b.mid - b.at)
	if c.guard {
		return driver.StoppingDistance(o.v, guardBraking)+0.5*o.v < d
	}
	walked := w.crossers.bars[c.strip.bar].state == barWalked
	switch {
	case c.strip.incoming:
		return false
	case walked:
	case c.way.arm, c.way.kind == network.Zebra:
		if !w.yieldsTo(o.id, b) {
			return false
		}
	case c.way.kind == network.FootSignals:
		return canStop(o.v, line) || driver.StoppingDistance(o.v, guardBraking)+0.5*o.v < line
	default:
		return false
	}
	return driver.StoppingDistance(o.v, readyBraking)+readyTime*o.v < line
}

// noteHits counts those who are on the road where a front bumper has passed in the step just made, and takes them off it;
// their vehicle stops and blocks the road as after any crash.
func (w *World) noteHits(way *walkway, f *foot) {
	kept := f.people[:0]
	for k := range f.people {
		p := &f.people[k]
		if p.walking && w.isHit(way, p) {
			w.crossers.walks.Hit++
			continue
		}
		kept = append(kept, *p)
	}
	f.people = kept
}

// halfBody is what people keep clear of beside the middle of a lane on which somebody drives, m.
const halfBody = 1.0

func (w *World) isHit(way *walkway, p *person) bool {
	for k := range way.strips {
		t := &way.strips[k]
		if middle := (t.near + t.far) / 2; math.Abs(p.y-middle) < halfBody+0.2 && w.frontPassed(t) {
			return true
		}
	}
	return false
}

// frontPassed reports whether a front bumper has passed the people's path on a strip in the last step, and wrecks its
// vehicle.
func (w *World) frontPassed(t *strip) bool {
	b := &w.layout.bars[t.bar]
	p := &w.layout.places[b.lane]
	if v := w.passing(b.lane, b.mid); v != nil {
		w.hitPerson(v, b.lane)
		return true
	}
	if !t.incoming {
		return false
	}
	for s := p.out; s < p.outEnd(); s++ {
		if v := w.passing(s, b.mid-p.length); v != nil {
			w.hitPerson(v, s)
			return true
		}
	}
	return false
}

// passing returns the vehicle on track s whose front has come past metre x of it in the last step, or nil.
func (w *World) passing(s slot, x float64) *vehicle {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if v := &vs[i]; v.s >= x && v.s-float64(v.v*w.cfg.StepTime) < x && v.v > goesRound {
			return v
		}
	}
	return nil
}

func (w *World) hitPerson(v *vehicle, s slot) {
	w.wreck(v)
	v.due = 0
	w.tracks[s].stir()
	w.events = append(w.events, Event{
		Kind: HitPerson, Vehicle: v.id, Time: w.Time(), Track: w.layout.places[s].track, S: v.s, ClosingSpeed: v.v,
	})
}
