package rare

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// What an episode has around its event: judgements.
const (
	secondsBefore = 10.0
	secondsAfter  = 5.0
	metresAround  = 120.0
)

// recording is an episode that is being made.
type recording struct {
	*player
	h        *hit
	e        *Episode
	at       map[traffic.VehicleID]int // index in all
	all      []Vehicle
	from     *traffic.Snapshot // of the first sample
	fromReds []redPassed
	aspects  []signals.Aspect
	seen     bool
	crash    *traffic.Event
	worst    *traffic.Conflict
	details  [2]traffic.VehicleDetail // of the two at the event
}

// record makes the case of h again and returns its episode.
func (p *player) record(h *hit, m Method, t *Tilt) (*Episode, error) {
	if m == Plain {
		t = nil
	}
	c := p.scene.draft(p.seed, h.number, p.drivers, t)
	lapses := t
	if m == Splitting {
		lapses = nil
	}
	if err := p.begin(c, lapses); err != nil {
		return nil, err
	}
	r := &recording{player: p, h: h, at: map[traffic.VehicleID]int{}, e: &Episode{
		Scene: p.scene.Name, Case: h.number, Step: p.scene.Step, LogRatio: math.Log(h.played.weight),
	}}
	first, last := h.steps-min(h.steps-c.steps-1, p.steppes(secondsBefore)), h.steps+p.steppes(secondsAfter)
	forks := h.forks
	for p.w.Steps() < last {
		if len(forks) > 0 && forks[0].Steps == p.w.Steps() {
			p.w.Branch(forks[0].Number)
			forks = forks[1:]
		}
		f := p.step()
		if p.w.Steps() >= first {
			r.sample()
		}
		if p.w.Steps() == h.steps {
			r.seen = f.event && f.one == h.one
			r.noteEvent()
		} else if p.w.Steps() < h.steps {
			r.noteWorst()
		}
	}
	if !r.seen {
		return nil, fmt.Errorf("case %d: %w", h.number, errEnded)
	}
	r.finish(c)
	if err := r.askFactors(); err != nil {
		return nil, err
	}
	r.e.Type = classify(r.e, p.scene.Net)
	return r.e, nil
}

// steppes returns how many steps are in some seconds.
func (p *player) steppes(seconds float64) uint64 {
	return uint64(math.Round(seconds / p.scene.Step))
}

// sample takes in where everybody is.
func (r *recording) sample() {
	w, e := r.w, r.e
	if e.Samples == 0 {
		e.Begin = w.Time()
		r.from, r.fromReds = w.Snapshot(), append([]redPassed(nil), r.reds...)
	}
	r.player.seen = w.AppendVehicles(r.player.seen[:0])
	for i := range r.player.seen {
		v := &r.player.seen[i]
		k, ok := r.at[v.ID]
		if !ok {
			k = len(r.all)
			r.at[v.ID] = k
			class := &r.classes[v.Class]
			r.all = append(r.all, Vehicle{ID: v.ID, Class: v.Class.String(), Length: v.Length, Width: class.Width, Height: class.Height, Route: w.Route(v.ID), First: e.Samples})
		}
		r.all[k].Path = append(r.all[k].Path, r.stateOf(&r.all[k], v))
	}
	r.noteSignals()
	e.Samples++
}

// tenths rounds to a tenth of a millimetre, or of a thousandth.
func tenths(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// stateOf returns v as a sample; before is its path so far.
func (r *recording) stateOf(before *Vehicle, v *traffic.VehicleState) State {
	net := r.scene.Net
	front := net.PoseAt(v.Track, v.S, v.Lateral)
	track, s := v.Track, v.S-v.Length
	for i := len(before.Path) - 1; i >= 0 && s < 0; i-- {
		if k := before.Path[i].Track; k != track {
			track, s = k, s+net.TrackLength(k)
		}
	}
	rear := net.PoseAt(track, max(0, s), v.Lateral)
	heading := front.Heading
	if front.Dist(rear.Point) > 0.5 {
		heading = math.Atan2(front.Y-rear.Y, front.X-rear.X)
	}
	x := State{
		X: tenths(front.X), Y: tenths(front.Y), Heading: tenths(heading), V: tenths(v.V), A: tenths(v.A), Track: v.Track, S: tenths(v.S), Lateral: tenths(v.Lateral),
		Braking: v.Flags&traffic.Braking != 0, Crashed: v.Flags&traffic.Crashed != 0,
	}
	switch {
	case v.Flags&traffic.IndicatingLeft != 0:
		x.Turning = -1
	case v.Flags&traffic.IndicatingRight != 0:
		x.Turning = 1
	}
	if v.Limit != traffic.LimitNone {
		x.Minds = v.Limit.String()
	}
	return x
}

// noteSignals takes in what has changed at the signals.
func (r *recording) noteSignals() {
	now := r.w.Aspects()
	if r.aspects == nil {
		for g := range now {
			r.e.Signals = append(r.e.Signals, Signal{Group: network.SignalGroupID(g), Name: r.scene.Net.SignalGroups[g].Name})
		}
	}
	for g, a := range now {
		if r.aspects == nil || r.aspects[g] != a {
			r.e.Signals[g].Changes = append(r.e.Signals[g].Changes, Aspect{r.w.Time(), a, a.String()})
		}
	}
	r.aspects = append(r.aspects[:0], now...)
}

// noteWorst keeps the encounter of the two as it is so far.
func (r *recording) noteWorst() {
	for _, k := range r.w.OpenConflicts() {
		if k.Vehicle == r.h.one && (k.Other == r.h.other || r.h.other == traffic.NoVehicle) || k.Other == r.h.one && k.Vehicle == r.h.other {
			if r.worst == nil || k.MinTTC < r.worst.MinTTC || k.PET < r.worst.PET || k.MaxDRAC > r.worst.MaxDRAC {
				r.worst = &k
			}
		}
	}
}

// noteEvent keeps what is known at the event.
func (r *recording) noteEvent() {
	r.noteWorst()
	for _, e := range r.w.Events() {
		if (e.Kind == traffic.CrashedInto || e.Kind == traffic.LeftRoad) && e.Vehicle == r.h.one && (e.Kind == traffic.LeftRoad || e.Other == r.h.other) {
			r.crash = &e
		}
	}
	r.details[0], _ = r.w.Vehicle(r.h.one)
	if r.h.other != traffic.NoVehicle {
		r.details[1], _ = r.w.Vehicle(r.h.other)
	}
}

// finish fills in all but the factors and the type.
func (r *recording) finish(c *draft) {
	e, h, net := r.e, r.h, r.scene.Net
	at := net.PoseAt(h.track, h.s, 0).Point
	e.Event = Event{
		Kind: h.kind, Time: h.time, Striking: h.one, Struck: h.other, Track: h.track, S: tenths(h.s),
		Position: network.Point{X: tenths(at.X), Y: tenths(at.Y)}, Place: placeOf(net, h.track),
	}
	for i := range r.all {
		v := &r.all[i]
		switch v.ID {
		case h.one:
			v.Role = Striker
		case h.other:
			v.Role = Other
		}
		if v.Role != Bystander || comesNear(v, at) {
			e.Vehicles = append(e.Vehicles, *v)
		}
	}
	e.Lanes = r.piece(at)
	e.Signals = r.signalsOf(e.Lanes)
	e.Weather = r.weatherAt(c)
	e.Measures = r.measures()
	e.Striking = r.causeOf(c, 0)
	if h.other != traffic.NoVehicle {
		e.Struck = r.causeOf(c, 1)
	}
}

func comesNear(v *Vehicle, p network.Point) bool {
	for _, s := range v.Path {
		if p.Dist(network.Point{X: s.X, Y: s.Y}) <= metresAround {
			return true
		}
	}
	return false
}

// piece returns the lanes and connectors around a place, and those that vehicles of the episode were on.
func (r *recording) piece(at network.Point) (all []LaneRoad) {
	net := r.scene.Net
	used := make([]bool, net.NumTracks())
	for i := range r.e.Vehicles {
		for _, s := range r.e.Vehicles[i].Path {
			used[s.Track] = true
		}
	}
	for t := range used {
		track := network.TrackID(t)
		near := used[t]
		for s := 0.0; !near && s < net.TrackLength(track)+10; s += 10 {
			near = at.Dist(net.PoseAt(track, min(s, net.TrackLength(track)), 0).Point) <= metresAround
		}
		if near {
			all = append(all, r.roadOf(track))
		}
	}
	return all
}

// surfaceOf returns what a track is made of.
func surfaceOf(net *network.Network, t network.TrackID) network.Surface {
	if c, ok := net.ConnectorOf(t); ok {
		return net.Connectors[c].Surface
	}
	l, _ := net.LaneOf(t)
	return net.Lanes[l].Surface
}

// roadOf returns a track with its stretches of equal friction.
func (r *recording) roadOf(t network.TrackID) LaneRoad {
	net := r.scene.Net
	surface, length := surfaceOf(net, t), net.TrackLength(t)
	road := LaneRoad{Track: t, Surface: surface.String()}
	cuts := []float64{0}
	for _, k := range r.sky.PatchesOn(t) {
		for _, s := range [...]float64{k.From, k.To} {
			if s > cuts[len(cuts)-1] && s < length {
				cuts = append(cuts, s)
			}
		}
	}
	cuts = append(cuts, length)
	for i := range cuts[:len(cuts)-1] {
		condition := r.sky.At(t, (cuts[i]+cuts[i+1])/2)
		road.Friction = append(road.Friction, Friction{tenths(cuts[i]), tenths(cuts[i+1]), condition.String(), tenths(r.mu[surface][condition])})
	}
	return road
}

// signalsOf returns the groups of connectors among lanes.
func (r *recording) signalsOf(lanes []LaneRoad) (kept []Signal) {
	net := r.scene.Net
	near := make([]bool, len(net.SignalGroups))
	for _, l := range lanes {
		if c, ok := net.ConnectorOf(l.Track); ok && net.Connectors[c].Group != network.None {
			near[net.Connectors[c].Group] = true
		}
	}
	for _, s := range r.e.Signals {
		if near[s.Group] {
			kept = append(kept, s)
		}
	}
	return kept
}

// Night is taken to be from 20 to 6 o'clock: a judgement that no season is asked of.
func isNight(time float64) bool {
	hour := math.Mod(time, 86400) / 3600
	return hour < 6 || hour >= 20
}

func (r *recording) weatherAt(c *draft) Weather {
	sky := &r.scene.Skies[c.sky]
	now := r.sky.Now()
	now.Temperature, now.Rain = sky.Temperature, sky.Rain
	return Weather{
		Condition: r.sky.At(r.h.track, r.h.s).String(), Surface: surfaceOf(r.scene.Net, r.h.track).String(),
		Temperature: sky.Temperature, Rain: sky.Rain, Visibility: now.Visibility(), Night: isNight(r.h.time),
	}
}

// finite returns x, nil if it did not occur.
func finite(x float64, occurred bool) *float64 {
	if !occurred || math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	x = tenths(x)
	return &x
}

func (r *recording) measures() Measures {
	m := Measures{Score: tenths(r.h.score)}
	if k := r.worst; k != nil {
		m.TTC, m.PET, m.DRAC = finite(k.MinTTC, true), finite(k.PET, true), finite(k.MaxDRAC, k.MaxDRAC > 0)
		m.DeltaV = finite(k.DeltaV, true)
	}
	if k := r.crash; k != nil {
		m.ClosingSpeed, m.DeltaV = finite(k.ClosingSpeed, true), finite(k.DeltaV, k.Kind == traffic.CrashedInto)
	}
	return m
}

// causeOf returns what is known of one of the two.
func (r *recording) causeOf(c *draft, which int) *Cause {
	id := [...]traffic.VehicleID{r.h.one, r.h.other}[which]
	var k traffic.Cause
	switch {
	case r.crash != nil && which == 0:
		k = r.crash.Striking
	case r.crash != nil:
		k = r.crash.Struck
	default:
		d := &r.details[which]
		k = traffic.Cause{
			Speed: d.V, Pedal: d.A, Braking: max(0, -d.A), Grip: d.Grip, Believed: d.Believed, Condition: r.sky.At(d.Track, d.S), Surface: surfaceOf(r.scene.Net, d.Track),
			Limit: d.Limit, Crashed: d.Flags&traffic.Crashed != 0, Fitness: d.Fitness, BrakeHeat: d.BrakeHeat, RanRed: -1,
		}
		for _, red := range r.reds {
			if red.id == id && r.h.time-red.at < redMemory {
				k.RanRed = r.h.time - red.at
			}
		}
	}
	t := driver.TraitsOf(int(c.trips[id].Driver-1) % driver.Types)
	return &Cause{scenarios.CauseOf(&k), Traits{t.Speed, t.TimeGap, t.Reaction, t.Trust, t.Acceptance, t.Amber, c.trips[id].RunsRed != 0}}
}

// placeOf names where a track is.
func placeOf(net *network.Network, t network.TrackID) string {
	name := func(l network.LaneID) string {
		e := &net.Edges[net.Lanes[l].Edge]
		if e.Name != "" {
			return e.Name
		}
		return fmt.Sprintf("way %d", e.OSMWay)
	}
	if c, ok := net.ConnectorOf(t); ok {
		k := &net.Connectors[c]
		return "junction, from " + name(k.From) + " to " + name(k.To)
	}
	l, _ := net.LaneOf(t)
	return name(l)
}
