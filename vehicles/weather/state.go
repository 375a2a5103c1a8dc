package weather

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Snapshot is a complete copy of a System's state, detached from it. On a dry day it is small.
type Snapshot struct {
	s     System // without what never changes; lanes and seen are nil where nothing lies or nobody was counted
	count int    // of tracks
}

// Snapshot returns a copy of the state.
func (s *System) Snapshot() *Snapshot {
	c := &Snapshot{s: *s, count: len(s.lanes)}
	c.s.net, c.s.forecast, c.s.ploughs, c.s.sites = nil, forecast{}, nil, nil
	c.s.lanes, c.s.seen, c.s.changed = nil, nil, nil
	if s.salted() || s.busy {
		c.s.lanes = slices.Clone(s.lanes)
	}
	if s.counting {
		c.s.seen = slices.Clone(s.seen)
	}
	c.s.conditions, c.s.spills, c.s.patches = slices.Clone(s.conditions), slices.Clone(s.spills), slices.Clone(s.patches)
	return c
}

// salted reports whether anything is on any lane, be it salt alone.
func (s *System) salted() bool {
	return slices.ContainsFunc(s.lanes, func(l Lane) bool { return l != Lane{} })
}

// Restore sets the state to c, which must come from a system of an equal network and configuration. On error nothing has
// changed. The snapshot can be restored again, to any number of systems.
func (s *System) Restore(c *Snapshot) error {
	if c.count != len(s.lanes) {
		return fmt.Errorf("weather: snapshot of a network with %d tracks, want %d", c.count, len(s.lanes))
	}
	lanes, seen, changed := s.lanes, s.seen, s.changed[:0]
	clear(lanes)
	clear(seen)
	copy(lanes, c.s.lanes)
	copy(seen, c.s.seen)
	made := *s
	*s = c.s
	s.net, s.forecast, s.ploughs, s.sites, s.cleared = made.net, made.forecast, made.ploughs, made.sites, made.cleared
	s.lanes, s.seen, s.changed = lanes, seen, changed
	s.conditions, s.spills, s.patches = slices.Clone(c.s.conditions), slices.Clone(c.s.spills), slices.Clone(c.s.patches)
	return nil
}

// AppendState appends the state to dst as bytes, for hashes: equal histories give equal bytes. What lies on a lane takes
// bytes only where something does.
func (s *System) AppendState(dst []byte) []byte {
	put := func(values ...float64) {
		for _, v := range values {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
		}
	}
	sky := func(x *Sky) { put(x.Temperature, x.Rain, x.Snow, x.Humidity, x.Wind, x.Radiation) }
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.clock))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(s.ploughed))
	dst = append(dst, byte(s.live.Set), flag(s.fixed), byte(s.fixedTo), flag(s.counting))
	sky(&s.live.Sky)
	sky(&s.sky)
	put(s.time, s.below)
	put(s.warmth[:]...)
	b := &s.balance
	put(b.Fallen, b.Condensed, b.Evaporated, b.Drained, b.Thrown, b.Cleared)
	for i := range s.lanes {
		if l := &s.lanes[i]; *l != (Lane{}) {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(i))
			put(l.Water, l.Snow, l.Packed, l.Ice, l.Salt, l.Warmth)
		}
	}
	if s.counting {
		for _, n := range s.seen {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
		}
	}
	for _, c := range s.conditions {
		dst = append(dst, byte(c))
	}
	for i := range s.spills {
		p := &s.spills[i]
		dst = binary.LittleEndian.AppendUint32(dst, uint32(p.Track))
		dst = append(dst, byte(p.Condition))
		put(p.From, p.To, p.Begin, p.Until)
	}
	return dst
}

func flag(set bool) byte {
	if set {
		return 1
	}
	return 0
}
