package diagram

import (
	"context"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/signals/arterial"
	"roadtwin/vehicles/traffic"
)

// drive steps a run until a time, s after midnight.
func drive(ctx context.Context, r *scenarios.Run, until float64) error {
	for n := 0; r.Time() < until-r.Scenario().Step/2; n++ {
		if n%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r.Step()
	}
	return nil
}

// RecordStreet drives r, which must not be past from yet, and returns what happens on a street from then until a time, s
// after midnight.
func RecordStreet(ctx context.Context, r *scenarios.Run, a *arterial.Arterial, from, to float64) (*TimeSpace, error) {
	if !(from >= r.Time()-1e-6 && from < to && to <= r.End()+1e-6) {
		return nil, fmt.Errorf("%s to %s, want a time within %s to %s", clock(from, true), clock(to, true), clock(r.Time(), true), clock(r.End(), true))
	}
	if err := drive(ctx, r, from); err != nil {
		return nil, err
	}
	s := newStreetRecorder(r, a)
	r.Watch(s)
	if err := drive(ctx, r, to); err != nil {
		return nil, err
	}
	return s.diagram(from, r.Time()), nil
}

// streetRecorder observes a street.
type streetRecorder struct {
	net    *network.Network
	street *arterial.Arterial
	places map[network.TrackID]spot
	out    map[traffic.VehicleID]*Trajectory
	in     map[traffic.VehicleID]*Trajectory
	ids    [2][]traffic.VehicleID // in the order of their coming, out and in
	lines  [2][]lamp              // of the ways' lines
	buffer []traffic.VehicleState
	next   float64 // s after midnight
}

// spot is where a track lies along the street.
type spot struct {
	out   bool
	start float64 // m along its way
}

// lamp notes what some groups show.
type lamp struct {
	groups []network.SignalGroupID
	shown  []Interval
}

func newStreetRecorder(r *scenarios.Run, a *arterial.Arterial) *streetRecorder {
	s := &streetRecorder{
		net: r.Net(), street: a, places: map[network.TrackID]spot{}, next: r.Time(),
		out: map[traffic.VehicleID]*Trajectory{}, in: map[traffic.VehicleID]*Trajectory{},
	}
	s.lay(&a.In, false)
	s.lay(&a.Out, true)
	for k, w := range []*arterial.Way{&a.Out, &a.In} {
		for i := range w.Lines {
			s.lines[k] = append(s.lines[k], lamp{groups: w.Lines[i].Groups})
		}
	}
	return s
}

// lay notes where the tracks of a way are.
func (s *streetRecorder) lay(w *arterial.Way, out bool) {
	for i, e := range w.Edges {
		edge := &s.net.Edges[e]
		for k := range edge.NumLanes {
			s.places[(edge.FirstLane + network.LaneID(k)).Track()] = spot{out, w.Start[i]}
		}
		if i+1 == len(w.Edges) {
			continue
		}
		j := &s.net.Junctions[edge.To]
		for c := j.FirstConnector; c < j.FirstConnector+network.ConnectorID(j.NumConnectors); c++ {
			con := &s.net.Connectors[c]
			if s.net.Lanes[con.From].Edge == e && s.net.Lanes[con.To].Edge == w.Edges[i+1] {
				s.places[s.net.ConnectorTrack(c)] = spot{out, w.Start[i] + edge.Length}
			}
		}
	}
}

// Observe notes aspects at every step, and places once a second.
func (s *streetRecorder) Observe(r *scenarios.Run) {
	now := r.Time()
	for k := range s.lines {
		for i := range s.lines[k] {
			s.lines[k][i].note(r.Aspects(), now)
		}
	}
	if now < s.next-1e-6 {
		return
	}
	s.next++
	s.buffer = r.World().AppendVehicles(s.buffer[:0])
	for i := range s.buffer {
		v := &s.buffer[i]
		p, on := s.places[v.Track]
		if !on {
			continue
		}
		ways, k := s.in, 1
		if p.out {
			ways, k = s.out, 0
		}
		t := ways[v.ID]
		if t == nil {
			t = &Trajectory{}
			ways[v.ID] = t
			s.ids[k] = append(s.ids[k], v.ID)
		}
		if n := len(t.Time); n > 0 && now-t.Time[n-1] > 1.5 {
			t.Time, t.At = append(t.Time, now), append(t.At, math.NaN())
		}
		t.Time, t.At = append(t.Time, now), append(t.At, p.start+v.S)
	}
}

// note notes what is shown until now: green if one of the groups is, else amber, else red.
func (l *lamp) note(aspects []signals.Aspect, now float64) {
	shows := signals.Off
	for _, g := range l.groups {
		a := aspects[g]
		if shows == signals.Off || a == signals.Green || shows != signals.Green && a == signals.Amber {
			shows = a
		}
	}
	if n := len(l.shown); n > 0 && l.shown[n-1].Aspect == shows {
		l.shown[n-1].To = now
		return
	}
	from := now
	if n := len(l.shown); n > 0 {
		from = l.shown[n-1].To
	}
	l.shown = append(l.shown, Interval{from, now, shows})
}

// diagram returns what was seen.
func (s *streetRecorder) diagram(from, to float64) *TimeSpace {
	out, in := &s.street.Out, &s.street.In
	d := &TimeSpace{Title: s.street.Street, Begin: from, End: to, Length: out.Length(s.net)}
	for _, id := range s.ids[0] {
		d.Out = append(d.Out, *s.out[id])
	}
	for _, id := range s.ids[1] {
		t := s.in[id]
		for k := range t.At {
			t.At[k] = s.reflect(t.At[k])
		}
		d.In = append(d.In, *t)
	}
	for i, l := range out.Lines {
		x := Crossing{Name: s.cross(l.Controller), At: l.At, Out: s.lines[0][i].shown}
		if k := lineOf(in, l.Controller); k >= 0 {
			x.In = s.lines[1][k].shown
		}
		d.Signals = append(d.Signals, x)
	}
	for i, l := range in.Lines {
		if lineOf(out, l.Controller) < 0 {
			d.Signals = append(d.Signals, Crossing{Name: s.cross(l.Controller), At: s.reflect(l.At), In: s.lines[1][i].shown})
		}
	}
	slices.SortStableFunc(d.Signals, func(a, b Crossing) int {
		if a.At < b.At {
			return -1
		}
		return 1
	})
	d.Bands = append(s.bands(out, true), s.bands(in, false)...)
	return d
}

// leastBand is the width of a band below which it is not worth drawing, s.
const leastBand = 2.0

// bands returns the bands past all signals of a way at the speed limits.
func (s *streetRecorder) bands(w *arterial.Way, out bool) []Band {
	if len(w.Lines) < 2 {
		return nil
	}
	k := 1
	if out {
		k = 0
	}
	var at, times []float64
	var shown [][]Interval
	for i := range w.Lines {
		place := w.Lines[i].At
		if !out {
			place = s.reflect(place)
		}
		at, times = append(at, place), append(times, w.Time(s.net, 0, i))
		shown = append(shown, s.lines[k][i].shown)
	}
	return FindBands(out, at, times, shown, leastBand)
}

// reflect returns where on the way out a place of the way in is: at the signals that both pass it is at these.
func (s *streetRecorder) reflect(at float64) float64 {
	type pair struct{ in, out float64 }
	var pairs []pair
	for _, l := range s.street.In.Lines {
		if k := lineOf(&s.street.Out, l.Controller); k >= 0 {
			pairs = append(pairs, pair{l.At, s.street.Out.Lines[k].At})
		}
	}
	if len(pairs) == 0 {
		return s.street.Out.Length(s.net) - at
	}
	first, last := pairs[0], pairs[len(pairs)-1]
	if at <= first.in {
		return first.out + (first.in - at)
	}
	for i := 1; i < len(pairs); i++ {
		a, b := pairs[i-1], pairs[i]
		if at <= b.in {
			return a.out + (at-a.in)/(b.in-a.in)*(b.out-a.out)
		}
	}
	return last.out - (at - last.in)
}

func lineOf(w *arterial.Way, c network.ControllerID) int {
	return slices.IndexFunc(w.Lines, func(l arterial.Line) bool { return l.Controller == c })
}

// cross returns the name of a controller without that of the street.
func (s *streetRecorder) cross(c network.ControllerID) string {
	return crossName(s.net, c, s.street.Street)
}
