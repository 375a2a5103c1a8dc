package traffic

import (
	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

// Drivers who have been let into a junction meet the amber in the dilemma zone: too near to stop with ease, too far to be
// through before red. Each decides once, when the light changes, by how hard he is ready to brake (driver.Params.AmberBrake)
// after the reaction time that amber is reckoned with: he keeps his grant and goes, or loses it and stops. Nobody accepts
// less than ITE's deceleration, so that at the speed for which the amber was made nobody enters on red, but for the few who
// would run red (driver.Options.RedRunning): they go as well if they are at the line within redWindow of its beginning. Whoever
// passes red is counted and told (RanRed).

const (
	amberBraking  = 3.05 // m/s², ITE: reference 5_signals/yellow_and_clearance.json
	amberReaction = 1.0  // s, same source
	redWindow     = 1.0  // s after the light has turned red in which those who run red do so (a judgement)
)

// signalLets reports whether the signal lets v enter connector c from distance metres before the stop line.
func (w *World) signalLets(v *vehicle, c *place, distance float64) bool {
	if c.group == network.None {
		return true
	}
	switch w.cfg.Signals.Aspects()[c.group] {
	case signals.Red, signals.RedAmber:
		return v.grant != 0 && (!w.canStopOn(v, c, distance) || distance < float64(redWindow*v.v) && w.runsRed(v))
	case signals.Amber:
		if v.grant == 0 {
			// Who has been waiting at the line for a gap in oncoming traffic may clear now.
			return w.waited(v) > 0 && c.yieldsAny && distance < 3*lineMargin || v.v > crawl && !w.canStopOn(v, c, distance)
		}
		return v.v > crawl && w.goesOnAmber(v, c, distance)
	default:
		return true
	}
}

// goesOnAmber reports whether v, which was let in at green, goes on from distance metres before the line. Who goes comes
// nearer and goes on wanting to; who stops has lost his grant.
func (w *World) goesOnAmber(v *vehicle, c *place, distance float64) bool {
	need := driver.StoppingDistance(v.v, w.driver(v, w.believedAt(v, c)).AmberBrake) + float64(amberReaction*v.v)
	if need > distance-lineMargin {
		return true
	}
	return need+float64(redWindow*v.v) > distance-lineMargin && w.runsRed(v)
}

// runsRed reports whether v's driver would run red at the junction ahead. It is drawn for each junction of a journey.
func (w *World) runsRed(v *vehicle) bool {
	if t := &w.trips[v.id]; t.Driver != 0 {
		return t.RunsRed>>uint(w.journeys[v.id].at)&1 != 0
	}
	share := w.drivers.RedRunning()
	return share > 0 && draw.Float64(w.seedAt(w.enteredStep(v.id)), draw.RedRunning, w.drawKey(v.id), uint64(w.journeys[v.id].at)) < share
}

// canStop reports whether a driver at v can still stop without effort within distance metres.
func canStop(v, distance float64) bool { return canStopWith(v, amberBraking, distance) }

// canStopWith reports the same of braking with b, m/s².
func canStopWith(v, b, distance float64) bool { return driver.StoppingDistance(v, b) < distance-0.3 }

// canStopOn reports the same for v on a road like p, as its driver believes.
func (w *World) canStopOn(v *vehicle, p *place, distance float64) bool {
	return canStopWith(v.v, amberBraking*w.ease(v, p), distance)
}

// ease returns the share of the braking on a dry road that v's driver takes for as easy on a road like p.
func (w *World) ease(v *vehicle, p *place) float64 {
	if !w.wary && p.looks == 0 {
		return 1
	}
	return 1 / w.driver(v, w.believedAt(v, p)).Farther
}

// redRun is somebody who has passed red.
type redRun struct {
	id     VehicleID
	track  network.TrackID
	chosen bool // could not, or would not, stop; else the program let it through
}

// noteRed notes v, which passes the stop line of lane p, if its signal is red. Who did not choose to, and does not slide
// either, must not exist.
func (w *World) noteRed(wk *worker, v *vehicle, p *place) {
	c := &w.layout.places[v.next]
	if c.group == network.None || w.cfg.Signals.Aspects()[c.group] != signals.Red {
		return
	}
	chosen := v.grant != 0 || v.flags&isCrashed != 0 || w.controlled(v) != nil
	if !chosen {
		brake, _ := w.bounds(v, p)
		chosen = float64(-v.a) >= 0.9*brake // also of none
		// Nobody stops in less than a quarter of a second (driver.Params.StopAt): who has come up to the line too fast, for having believed in
		// more grip on the way, rolls over it by some centimetres as he stops, and waits there (waitsOver).
		chosen = chosen || v.a < 0 && v.v < crawl && v.s-p.length+float64(v.v*v.v)/(2*float64(-v.a)) < bumper
	}
	wk.redRuns = append(wk.redRuns, redRun{v.id, p.track, chosen})
}

// bumper is how far in metres one may stand beyond a stop line and still have stopped at it.
const bumper = 0.25

// waitsOver reports whether v, which stands on connector c or is about to, waits there for green with no more than the bumper over the line.
func (w *World) waitsOver(v *vehicle, c *place) bool {
	return v.s < bumper && v.v < crawl && v.hold == 0 && v.flags&isCrashed == 0 && w.isRed(c.group)
}

// countRed makes events of those who passed red in this step.
func (w *World) countRed() {
	for _, wk := range w.workers {
		for _, r := range wk.redRuns {
			w.stats.RedRuns++
			if !r.chosen {
				w.audit.RedUnchosen++
			}
			w.rememberRed(r.id)
			w.events = append(w.events, Event{Kind: RanRed, Vehicle: r.id, Time: w.Time(), Track: r.track, S: w.layout.places[w.layout.slots[r.track]].length})
		}
		wk.redRuns = wk.redRuns[:0]
	}
}
