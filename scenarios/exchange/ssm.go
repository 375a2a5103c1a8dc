package exchange

import (
	"fmt"
	"io"
	"math"
	"strings"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// Thresholds of SUMO's SSM device, by its documentation.
const (
	ssmTTC  = 3.0 // s, below
	ssmDRAC = 3.0 // m/s², above
)

// Encounter types of SUMO's SSM device (src/microsim/devices/MSDevice_SSM.h, recalled; 2 is confirmed by a log).
const (
	ssmFollower = 2  // the ego follows
	ssmCrosses  = 11 // the ego is second where ways cross
)

// WriteSSM writes the conflicts of an episode as SUMO's SSM device logs them: TTC, DRAC and PET of all pairs that came below or above the device's default
// thresholds. The ego of a conflict is the one behind, or second; the device logs a conflict once more from the other's side. TTC and DRAC are of
// those who follow one another; of ways that cross the PET is told.
func WriteSSM(w io.Writer, e *rare.Episode, net *network.Network) error {
	if _, err := newPiece(e, net); err != nil {
		return err
	}
	m := newMarkup(w)
	m.begin("SSMLog")
	for i := range e.Vehicles {
		for k := range e.Vehicles {
			if i == k {
				continue
			}
			ego, foe := &e.Vehicles[i], &e.Vehicles[k]
			if x := following(ego, foe); x != nil && x.isConflict() {
				x.write(m, e)
			}
			if x := crossed(e, ego, foe); x != nil {
				x.writeCrossing(m, e)
			}
		}
	}
	return m.finish()
}

// worst returns the samples of the least TTC and of the greatest DRAC.
func (x *encounter) worst() (ttc, drac *moment) {
	ttc, drac = &x.samples[0], &x.samples[0]
	for i := range x.samples {
		s := &x.samples[i]
		if s.ttc < ttc.ttc {
			ttc = s
		}
		if s.drac > drac.drac {
			drac = s
		}
	}
	return ttc, drac
}

func (x *encounter) isConflict() bool {
	ttc, drac := x.worst()
	return ttc.ttc < ssmTTC || drac.drac > ssmDRAC
}

// list returns values for a span.
func list[T any](all []T, value func(*T) string) string {
	parts := make([]string, len(all))
	for i := range all {
		parts[i] = value(&all[i])
	}
	return strings.Join(parts, " ")
}

// orNA writes what may not exist.
func orNA(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return "NA"
	}
	return fmt.Sprintf("%.4f", x)
}

func pair(x, y float64) string { return fmt.Sprintf("%.4f,%.4f", x, y) }

func (x *encounter) write(m *markup, e *rare.Episode) {
	seconds := func(k int) string { return fmt.Sprintf("%.4f", float64(k)*e.Step) }
	last := x.samples[len(x.samples)-1].at
	m.begin("conflict", "begin", seconds(x.first), "end", seconds(last), "ego", name(x.ego.ID), "foe", name(x.foe.ID))
	span := func(tag string, value func(s *moment) string) { m.leaf(tag, "values", list(x.samples, value)) }
	span("timeSpan", func(s *moment) string { return seconds(s.at) })
	span("typeSpan", func(*moment) string { return fmt.Sprint(ssmFollower) })
	for _, who := range []struct {
		tag string
		v   *rare.Vehicle
	}{{"ego", x.ego}, {"foe", x.foe}} {
		span(who.tag+"Position", func(s *moment) string { a := stateAt(who.v, s.at); return pair(a.X, a.Y) })
		span(who.tag+"Velocity", func(s *moment) string {
			a := stateAt(who.v, s.at)
			return pair(a.V*math.Cos(a.Heading), a.V*math.Sin(a.Heading))
		})
	}
	span("conflictPoint", func(s *moment) string { p := back(stateAt(x.foe, s.at), x.foe.Length); return pair(p.X, p.Y) })
	span("TTCSpan", func(s *moment) string { return orNA(s.ttc) })
	ttc, drac := x.worst()
	place := func(s *moment) string { p := back(stateAt(x.foe, s.at), x.foe.Length); return pair(p.X, p.Y) }
	if math.IsInf(ttc.ttc, 1) {
		m.leaf("minTTC", "time", "NA", "position", "NA", "type", "NA", "value", "NA")
	} else {
		m.leaf("minTTC", "time", seconds(ttc.at), "position", place(ttc), "type", fmt.Sprint(ssmFollower), "value", orNA(ttc.ttc))
	}
	span("DRACSpan", func(s *moment) string { return orNA(s.drac) })
	m.leaf("maxDRAC", "time", seconds(drac.at), "position", place(drac), "type", fmt.Sprint(ssmFollower), "value", orNA(drac.drac))
	m.leaf("PET", "time", "NA", "position", "NA", "type", "NA", "value", "NA")
	m.end()
}

func (x *encounter) writeCrossing(m *markup, e *rare.Episode) {
	c := x.crossing
	m.begin("conflict", "begin", fmt.Sprintf("%.4f", float64(x.first)*e.Step), "end", fmt.Sprintf("%.4f", c.entry), "ego", name(x.ego.ID), "foe", name(x.foe.ID))
	m.leaf("minTTC", "time", "NA", "position", "NA", "type", "NA", "value", "NA")
	m.leaf("maxDRAC", "time", "NA", "position", "NA", "type", "NA", "value", "NA")
	m.leaf("PET", "time", fmt.Sprintf("%.4f", c.entry), "position", pair(c.at.X, c.at.Y), "type", fmt.Sprint(ssmCrosses), "value", orNA(c.pet))
	m.end()
}
