package traffic

import (
	"fmt"
	"math"

	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
)

// Supposition is something about one vehicle that was not so: what a fork of a world asks to learn what it would have changed.
type Supposition struct {
	Vehicle VehicleID
	// NoLapses: its driver does not look away.
	NoLapses bool
	// Sooner is by how many seconds its driver looks and acts sooner.
	Sooner float64
	// SpeedShare is how fast it is driven in comparison, and from now on wishes to be; 0 means 1.
	SpeedShare float64
	// Knows: its driver knows the grip of the road.
	Knows bool
	// Brakes: it brakes from now on with all that tyres and brakes give.
	Brakes bool
	// Fitness is the technical state of the vehicle; nil leaves it.
	Fitness *dynamics.Fitness
	// ColdBrakes: its brakes have not become hot yet.
	ColdBrakes bool
	// Gone: it is not there.
	Gone bool
}

// odd is a vehicle that is not as its class and driver are (flag isOdd).
type odd struct {
	id      VehicleID
	pace    pace
	knows   bool
	brakes  bool
	control Control // from outside
	drivers [driver.NumBeliefs]driver.Params
}

// Suppose makes it so from now on, or returns an error if the vehicle is not on the road. It is for forks: it is not a command, and
// no record has it.
func (w *World) Suppose(x Supposition) error {
	if x.Vehicle >= VehicleID(len(w.journeys)) {
		return fmt.Errorf("vehicle %d, want 0 to %d", x.Vehicle, len(w.journeys)-1)
	}
	v, s := w.find(x.Vehicle)
	if w.journeys[x.Vehicle].state != driving || v == nil {
		return fmt.Errorf("vehicle %d is not on the road at %.1f s", x.Vehicle, w.Time())
	}
	if x.Gone {
		w.wrecks = without(w.wrecks, x.Vehicle)
		w.takeOff(x.Vehicle, Cleared)
		w.stats.Cleared++
		w.publishTrack(w.workers[w.owner(s)], s)
		w.recast()
		w.alarm()
		return nil
	}
	o := w.oddOf(v)
	if x.NoLapses {
		for b := range o.drivers {
			o.drivers[b].Lapses = 0
		}
	}
	if x.Sooner > 0 {
		steps := uint8(min(math.Round(x.Sooner/w.cfg.StepTime), math.MaxUint8-1))
		before := o.pace.every
		o.pace.every = max(1, o.pace.every-min(steps, o.pace.every))
		for b := range o.drivers { // who looks more often does not look away more often
			o.drivers[b].Lapses *= float64(o.pace.every) / float64(before)
			if _, ok := o.drivers[b].Model.Rule(); ok {
				o.drivers[b].Reaction = max(0, o.drivers[b].Reaction-x.Sooner)
			}
		}
		o.pace.reaction = min(o.pace.reaction, o.pace.every-1)
	}
	if x.SpeedShare > 0 {
		for b := range o.drivers {
			o.drivers[b].SpeedRatio *= x.SpeedShare
		}
		v.v *= x.SpeedShare
		v.wish *= float32(x.SpeedShare)
	}
	if x.Fitness != nil {
		w.coolBrakes(v)
		w.makeUnfit(v.id, *x.Fitness)
	}
	if x.ColdBrakes {
		w.coolBrakes(v)
	}
	o.knows, o.brakes = o.knows || x.Knows, o.brakes || x.Brakes
	if x.Brakes {
		v.pedal, v.flags = -mostBraking, v.flags&^isReacting
	}
	if x.NoLapses || x.Sooner > 0 || x.Brakes || v.v == 0 {
		w.tracks[s].rouse(w.indexOn(s, v.id))
	} else {
		w.tracks[s].stir() // its driver looks when he would have looked
	}
	return nil
}

// envelope returns what v can do on p.
func (w *World) envelope(v *vehicle, p *place) *dynamics.Envelope {
	condition := w.conditionUnder(p, v.s)
	if can := w.fitted(v); can != nil {
		return can.Envelope(p.surface, condition)
	}
	return &w.cfg.Envelopes.Envelopes[v.class][p.surface][condition]
}

func without(wrecks []wreck, id VehicleID) []wreck {
	kept := wrecks[:0]
	for _, k := range wrecks {
		if k.id != id {
			kept = append(kept, k)
		}
	}
	return kept
}

// indexOn returns the place of a vehicle among those on track s.
func (w *World) indexOn(s slot, id VehicleID) int {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if vs[i].id == id {
			return i
		}
	}
	return -1
}

// oddOf returns what is odd about v, which is nothing at first.
func (w *World) oddOf(v *vehicle) *odd {
	if w.odd(v.id) == nil {
		v.flags |= isOdd
		o := odd{id: v.id, pace: w.paces[v.class][v.driver]}
		for b := range o.drivers {
			o.drivers[b] = w.drivers.Drivers[b][v.class][v.driver]
		}
		w.odds = append(w.odds, o)
	}
	return w.odd(v.id)
}

// odd returns what is odd about a vehicle, nil if it only slides (skid.go), or nothing is.
func (w *World) odd(id VehicleID) *odd {
	for i := range w.odds {
		if w.odds[i].id == id {
			return &w.odds[i]
		}
	}
	return nil
}

// oddly returns what is odd about v, nil if nothing is.
func (w *World) oddly(v *vehicle) *odd {
	if v.flags&isOdd == 0 {
		return nil
	}
	return w.odd(v.id)
}

// driver returns the parameters of a vehicle's driver who holds a belief.
func (w *World) driver(v *vehicle, b driver.Belief) *driver.Params {
	if o := w.oddly(v); o != nil {
		return &o.drivers[b]
	}
	return &w.drivers.Drivers[b][v.class][v.driver]
}

// paceOf returns how v's driver looks and acts.
func (w *World) paceOf(v *vehicle) *pace {
	if o := w.oddly(v); o != nil {
		return &o.pace
	}
	return &w.paces[v.class][v.driver]
}

// mostBraking is what a foot asks for that is all the way down, m/s²: more than any tyre gives.
const mostBraking = 15.0
