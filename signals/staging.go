package signals

import "roadtwin/network"

// staging is what minds that go from stage to stage have in common.
type staging struct {
	sets  []stageHeads
	at    int   // stage that is green, or gone to
	green bool  // all of its groups are
	since int64 // ms at which they got green, or at which the last stage was left
	// serves are the walks that are to be shown in the stage that is green, and have not been yet.
	serves []bool
	recall []bool // by walk
}

// stageHeads are the heads of a stage.
type stageHeads struct {
	groups []int32
	walks  []int // of the controller
}

func (ch *checker) stagingOf(c *Control, sets []StageSet) staging {
	s := staging{serves: make([]bool, len(c.Walks))}
	for i := range c.Walks {
		s.recall = append(s.recall, c.Walks[i].Recall)
	}
	for i := range sets {
		s.sets = append(s.sets, stageHeads{ch.slotsOf(sets[i].Groups), sets[i].Walks})
	}
	return s
}

// begin makes exit the stage to go to; -1 makes it the one of which most is green.
func (s *staging) begin(c *controller, now int64, exit int) {
	if exit < 0 {
		best := -1
		for i := range s.sets {
			n := 0
			for _, g := range s.sets[i].groups {
				if c.heads.aspect[g] == Green {
					n++
				}
			}
			if n > best {
				exit, best = i, n
			}
		}
	}
	s.turn(c, exit, now)
}

// turn goes to stage next.
func (s *staging) turn(c *controller, next int, now int64) {
	s.at, s.green, s.since = next, false, now
	clear(s.serves)
	for _, w := range s.sets[next].walks {
		s.serves[w] = s.recall[w] || c.sensors.pushed[w]
	}
}

// show wants the heads of the stage, and notes when all of its groups are green.
func (s *staging) show(c *controller, now int64) {
	h, set := &c.heads, &s.sets[s.at]
	clear(h.want)
	for _, g := range set.groups {
		h.want[g] = true
	}
	for _, w := range set.walks {
		i := h.groups + w
		if h.aspect[i] == Green {
			s.serves[w] = false // and lasts as long as it must
		}
		h.want[i] = s.serves[w]
	}
	if !s.green && h.showGreen(set.groups) {
		s.green, s.since = true, now
	}
}

// walked tells whether the walks of the stage have been served.
func (s *staging) walked(c *controller) bool {
	for _, w := range s.sets[s.at].walks {
		if s.serves[w] || c.heads.aspect[c.heads.groups+w] != Red {
			return false
		}
	}
	return true
}

// walkAgain serves those who pushed the button of a walk of the stage while nobody else wants anything.
func (s *staging) walkAgain(c *controller) {
	for _, w := range s.sets[s.at].walks {
		s.serves[w] = s.serves[w] || c.sensors.pushed[w]
	}
}

// called tells whether a stage is: by somebody who is not green in the one that is.
func (s *staging) called(c *controller, i int) bool {
	now := &s.sets[s.at]
	for _, g := range s.sets[i].groups {
		if c.sensors.calls(g) && (i == s.at || !contains(now.groups, g)) && c.heads.aspect[g] != Green {
			return true
		}
	}
	for _, w := range s.sets[i].walks {
		if c.sensors.pushed[w] && !s.serves[w] {
			return true
		}
	}
	return false
}

func (s *staging) clock(now int64) (stage int, elapsed int64) { return s.at, now - s.since }

func (s *staging) append(dst []byte) []byte {
	dst = append(dst, byte(s.at), flagOf(s.green, 1))
	dst = appendInt(dst, s.since)
	for _, serves := range s.serves {
		dst = append(dst, flagOf(serves, 1))
	}
	return dst
}

func (s *staging) restore(r *reader) {
	s.at, s.green = int(r.byte()), r.byte() == 1
	s.since = r.int64()
	for i := range s.serves {
		s.serves[i] = r.byte() == 1
	}
	if s.at >= len(s.sets) {
		r.failed, s.at = true, 0
	}
}

// walkPlace says where a walk of the list is.
type walkPlace struct {
	controller network.ControllerID
	index      int32
}

// Walks returns all signals for people on foot of all controllers; valid until DetectorsVersion changes. Push buttons name
// their walk by its place in this list.
func (s *System) Walks() []Walk {
	var walks []Walk
	for _, at := range s.walks {
		walks = append(walks, s.controllers[at.controller].control.Walks[at.index])
	}
	return walks
}

// WalkAspect returns what walk i of Walks shows: Green for walk, Amber for flashing don't walk, Red for don't walk; Off where
// the controller is dark or flashing.
func (s *System) WalkAspect(i int) Aspect {
	at := s.walks[i]
	c, m := &s.controllers[at.controller], &s.monitors[at.controller]
	if c.mode == isDark || c.mode == flashes || m.tripped {
		return Off
	}
	return m.shown[m.groups+int(at.index)]
}
