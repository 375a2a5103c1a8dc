package weather

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Spill is a patch on a lane or connector for a while: oil, the water of a burst main, ice of it.
type Spill struct {
	Track        network.TrackID
	From, To     float64 // m along the track
	Begin, Until float64 // s after midnight; +Inf for ever
	Condition    tyre.Condition
}

// Oil is the condition that oil or diesel on asphalt is like: sliding tyres find some 0.2 to 0.3 there, as on packed snow (an
// assumption: published tests scatter with the film).
const Oil = tyre.PackedSnow

// check returns an error if the spill is not on the network, or nowhere, or never.
func (s *Spill) check(net *network.Network) error {
	switch {
	case s.Track < 0 || int(s.Track) >= net.NumTracks():
		return fmt.Errorf("spill on track %d, want 0 to %d", s.Track, net.NumTracks()-1)
	case !(s.From >= 0 && s.From < s.To):
		return fmt.Errorf("spill from %g to %g m, want 0 or more and an end after the beginning", s.From, s.To)
	case s.From >= net.TrackLength(s.Track):
		return fmt.Errorf("spill from %g m on a track of %g m", s.From, net.TrackLength(s.Track))
	case !(s.Begin < s.Until):
		return fmt.Errorf("spill from %g to %g s, want an end after the beginning", s.Begin, s.Until)
	case s.Condition >= tyre.NumConditions:
		return fmt.Errorf("spill of unknown condition %d", s.Condition)
	}
	return nil
}

// compareSpills orders spills by track and place.
func compareSpills(a, b Spill) int {
	return cmp.Or(cmp.Compare(a.Track, b.Track), cmp.Compare(a.From, b.From), cmp.Compare(a.Begin, b.Begin),
		cmp.Compare(a.To, b.To), cmp.Compare(a.Until, b.Until), cmp.Compare(a.Condition, b.Condition))
}

// spread sets the patches to the spills that lie there at t.
func (s *System) spread(t float64) {
	there := func(p *Spill) bool { return p.Begin <= t && t < p.Until }
	count := 0
	for i := range s.spills {
		if there(&s.spills[i]) {
			count++
		}
	}
	if count == len(s.patches) && !slices.ContainsFunc(s.patches, func(p Spill) bool { return !there(&p) }) {
		return // as many as before, and all of those still there
	}
	for i := range s.patches {
		s.changed = append(s.changed, s.patches[i].Track)
	}
	s.patches = s.patches[:0]
	for i := range s.spills {
		if there(&s.spills[i]) {
			s.patches = append(s.patches, s.spills[i])
			s.changed = append(s.changed, s.spills[i].Track)
		}
	}
	slices.SortFunc(s.patches, compareSpills)
}

// Patches returns the spills that lie on the roads now, by track, then along it; read only, until the next Step.
func (s *System) Patches() []Spill { return s.patches }

// PatchesOn returns those on t.
func (s *System) PatchesOn(t network.TrackID) []Spill {
	first, _ := slices.BinarySearchFunc(s.patches, t, func(p Spill, t network.TrackID) int { return cmp.Compare(p.Track, t) })
	last := first
	for last < len(s.patches) && s.patches[last].Track == t {
		last++
	}
	return s.patches[first:last]
}

// At returns what lies at a place of a track: the condition of the track, or of the slipperiest patch there (the later in
// tyre.Condition).
func (s *System) At(t network.TrackID, position float64) tyre.Condition {
	c := s.conditions[t]
	for _, p := range s.PatchesOn(t) {
		if p.From <= position && position < p.To {
			c = max(c, p.Condition)
		}
	}
	return c
}

// NearestLane returns the lane whose middle is nearest to p (local metres), how far along it that is, and how far off, m; of
// equally near ones the first. Lane is network.None if there are no lanes.
func NearestLane(net *network.Network, p network.Point) (lane network.LaneID, along, off float64) {
	lane, off = network.None, math.Inf(1)
	for i := range net.Lanes {
		l, passed := &net.Lanes[i], 0.0
		for k := 1; k < len(l.Shape); k++ {
			a, b := l.Shape[k-1], l.Shape[k]
			length := math.Hypot(b.X-a.X, b.Y-a.Y)
			share := 0.0
			if length > 0 {
				share = ((p.X-a.X)*(b.X-a.X) + (p.Y-a.Y)*(b.Y-a.Y)) / (length * length)
				share = min(max(share, 0), 1)
			}
			d := math.Hypot(p.X-a.X-share*(b.X-a.X), p.Y-a.Y-share*(b.Y-a.Y))
			if d < off {
				lane, along, off = network.LaneID(i), min(passed+share*length, l.Length), d
			}
			passed += length
		}
	}
	return lane, along, off
}
