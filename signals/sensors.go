package signals

import "roadtwin/network"

// Diagnosis of detectors, as a NEMA TS 2 controller makes it: one that has been on for longer than maxPresence without a
// vehicle passing, or off for longer than noActivity, is taken for broken. It calls at every cycle from then on, and extends
// no more, until it changes.
const (
	maxPresence = 900_000 // ms [TS 2 leaves 0 to 255 min; 15 min assumed]
	noActivity  = 900_000 // ms [assumed likewise]
)

// storageLength is the room that a standing car takes on an Area detector, m.
const storageLength = 7.5

// sensor is a detector as its controller sees it.
type sensor struct {
	reading  Reading // as the street is
	fault    Fault
	on       bool  // as the controller sees it
	changed  int64 // ms at which on changed, or somebody passed, last
	vehicles uint16
	standing uint16
}

// sensors are those of one controller, with what they come to for its groups and walks.
type sensors struct {
	detectors []Detector
	slots     [][]int32 // of the groups of each
	all       []sensor
	capacity  []uint16 // vehicles that find room, of Area detectors
	lastOn    []int64  // by group, ms at which a detector that extends it was on
	present   []bool   // by group: somebody is on a detector that calls it
	locked    []bool   // by group: somebody was, and has not had green since
	pushed    []bool   // by walk
	now       int64    // ms

	// What saves looking at every detector at every tick:
	stale bool    // a report, a fault or a head has changed
	until int64   // ms at which something changes by itself
	held  []int32 // groups with somebody on a detector that extends them
}

func newSensors(ch *checker, c *Control, groups int) sensors {
	n := len(c.Detectors)
	s := sensors{
		detectors: c.Detectors, slots: make([][]int32, n), all: make([]sensor, n), capacity: make([]uint16, n),
		lastOn: make([]int64, groups), present: make([]bool, groups), locked: make([]bool, groups), pushed: make([]bool, len(c.Walks)),
	}
	for i := range c.Detectors {
		d := &c.Detectors[i]
		for _, g := range d.Groups {
			s.slots[i] = append(s.slots[i], ch.slot[g])
		}
		s.capacity[i] = uint16(max(1, min((d.To-d.From)/storageLength, 1e4)))
	}
	s.held = make([]int32, 0, groups)
	s.reset(longAgo)
	return s
}

// reset forgets all that was sensed; faults stay.
func (s *sensors) reset(now int64) {
	for i := range s.all {
		s.all[i] = sensor{fault: s.all[i].fault, changed: now}
	}
	for g := range s.lastOn {
		s.lastOn[g], s.present[g], s.locked[g] = longAgo, false, false
	}
	clear(s.pushed)
	s.stale = true
}

// sense reads all detectors at time now (ms). As long as nothing changes, only the time goes on at those that hold a group.
func (s *sensors) sense(now int64, h *heads) {
	if len(s.all) == 0 {
		return
	}
	s.now = now
	if !s.stale && now < s.until {
		for _, g := range s.held {
			s.lastOn[g] = now
		}
		return
	}
	for g := range s.present {
		s.present[g] = false
		s.locked[g] = s.locked[g] && h.aspect[g] != Green
	}
	for w := range s.pushed {
		s.pushed[w] = s.pushed[w] && h.aspect[h.groups+w] != Green
	}
	s.stale, s.until = false, never
	for i := range s.all {
		s.look(i, now)
		s.tell(i, now, h)
		s.until = min(s.until, s.changes(i, now))
	}
	s.held = s.held[:0]
	for g, at := range s.lastOn {
		if at == now {
			s.held = append(s.held, int32(g))
		}
	}
}

// changes returns when detector i says something else by itself, ms.
func (s *sensors) changes(i int, now int64) int64 {
	x := &s.all[i]
	switch {
	case x.fault == Chatter, x.reading.Passed > 0:
		return now + 1
	case x.on && now-x.changed <= maxPresence:
		return x.changed + maxPresence + 1
	case !x.on && now-x.changed <= noActivity:
		return x.changed + noActivity + 1
	}
	return never
}

// look finds out what detector i says.
func (s *sensors) look(i int, now int64) {
	x := &s.all[i]
	on := x.reading.Occupied || x.reading.Vehicles > 0
	x.vehicles, x.standing = x.reading.Vehicles, x.reading.Standing
	passes := x.reading.Passed > 0
	switch x.fault {
	case StuckOn:
		on, passes = true, false
		x.vehicles, x.standing = s.capacity[i], s.capacity[i]
	case StuckOff:
		on, passes = false, false
		x.vehicles, x.standing = 0, 0
	case Chatter:
		on = modulo(now/500, 2) == 0
		passes = on != x.on && on
		x.vehicles, x.standing = 0, 0
		if on {
			x.vehicles, x.standing = s.capacity[i], s.capacity[i]
		}
	}
	if on != x.on || passes || x.changed == longAgo {
		x.changed = now
	}
	x.on = on
}

// tell makes of what detector i says what it comes to for groups and walks.
func (s *sensors) tell(i int, now int64, h *heads) {
	x, d := &s.all[i], &s.detectors[i]
	switch d.Kind {
	case PushButton:
		if x.on && h.aspect[h.groups+d.Walk] != Green {
			s.pushed[d.Walk] = true
		}
		return
	case Count:
		return
	}
	broken := s.broken(i, now)
	for _, g := range s.slots[i] {
		switch {
		case broken:
			s.present[g] = true
		case x.on || x.reading.Passed > 0 && x.fault == Sound:
			s.present[g] = s.present[g] || d.Kind != Advance
			s.lastOn[g] = now
			if d.Lock && h.aspect[g] != Green {
				s.locked[g] = true
			}
		}
	}
}

// broken tells whether detector i is to be taken for that.
func (s *sensors) broken(i int, now int64) bool {
	x := &s.all[i]
	since := now - x.changed
	return x.on && since > maxPresence || !x.on && since > noActivity
}

// carryOver is how long a call lasts when its detector does not see anybody any more, ms: one that chatters is heard whenever the
// controller looks.
const carryOver = 1000

// calls tells whether somebody wants group g.
func (s *sensors) calls(g int32) bool {
	return s.present[g] || s.locked[g] || s.now-s.lastOn[g] <= carryOver
}

// hit tells whether one of those detectors has somebody on it, or somebody passed.
func (s *sensors) hit(list []int) bool {
	for _, i := range list {
		if x := &s.all[i]; x.on || x.reading.Passed > 0 && x.fault == Sound {
			return true
		}
	}
	return false
}

// extended tells whether group g is still held by somebody who came within the last gap ms.
func (s *sensors) extended(g int32, now, gap int64) bool { return now-s.lastOn[g] <= gap }

// Detectors returns all detectors of all controllers; what is said of one by Report goes by its place in the list. Read only,
// valid until DetectorsVersion changes.
func (s *System) Detectors() []Detector { return s.detectors }

// DetectorsVersion counts how often the list of detectors, or that of walks, has changed.
func (s *System) DetectorsVersion() uint64 { return s.layouts }

// Report says what detector i senses, from the next Step on until the next report.
func (s *System) Report(i int, r Reading) {
	at := s.places[i]
	sensors := &s.controllers[at.controller].sensors
	if x := &sensors.all[at.index]; x.reading != r {
		x.reading, sensors.stale = r, true
	}
}

// ReadingOf returns what was last reported of detector i, faults apart: what Count detectors are there for.
func (s *System) ReadingOf(i int) Reading {
	at := s.places[i]
	return s.controllers[at.controller].sensors.all[at.index].reading
}

// SensedBy returns what detector i says to its controller: what it senses or what its fault makes of it. A broken detector is
// one that the controller has found out not to work.
func (s *System) SensedBy(i int) (on bool, fault Fault, broken bool) {
	at := s.places[i]
	sensors := &s.controllers[at.controller].sensors
	x := &sensors.all[at.index]
	return x.on, x.fault, sensors.broken(int(at.index), s.now)
}

// detectorPlace says where a detector of the list is.
type detectorPlace struct {
	controller network.ControllerID
	index      int32
}

// listDetectors makes the lists of detectors and walks anew.
func (s *System) listDetectors() {
	s.detectors, s.places, s.walks = nil, nil, nil
	for id := range s.controllers {
		c := &s.controllers[id]
		if c.control == nil {
			continue
		}
		for i := range c.control.Detectors {
			d := c.control.Detectors[i]
			if d.Kind == PushButton {
				d.Walk += len(s.walks)
			}
			s.detectors = append(s.detectors, d)
			s.places = append(s.places, detectorPlace{network.ControllerID(id), int32(i)})
		}
		for i := range c.control.Walks {
			s.walks = append(s.walks, walkPlace{network.ControllerID(id), int32(i)})
		}
	}
	s.layouts++
}
