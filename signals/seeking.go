package signals

// share returns how much longer a cycle may be on the way to an offset, ms, and how much shorter.
func (c *controller) share() (longer, shorter int64) {
	share := c.transition.Share
	if share == 0 {
		share = defaultShare
	}
	length := float64(c.program.length)
	longer, shorter = int64(length*share), int64(length*share/(1+share))
	spare := int64(0)
	for i, g := range c.program.greens {
		spare += c.greenOf(g) - c.program.least[i]
	}
	return max(longer, 1), min(shorter, spare)
}

// greenOf returns the length of an interval of the program, ms.
func (c *controller) greenOf(i int) int64 {
	end := c.program.length
	if i+1 < len(c.program.intervals) {
		end = c.program.intervals[i+1].at
	}
	return end - c.program.intervals[i].at
}

// distance returns by how much the cycle that runs is to be later to be at its offset, ms; negative for earlier, if that is
// the shorter way.
func (c *controller) distance() int64 {
	return c.shortest(modulo(milliseconds(c.plan.Offset)-c.base, c.program.length))
}

// shortest returns the shorter of the two ways round the cycle to a place that is later by so much, ms.
func (c *controller) shortest(later int64) int64 {
	if later == 0 {
		return 0
	}
	later = modulo(later, c.program.length)
	if c.transition.Method != ShortestWay {
		return later
	}
	longer, shorter := c.share()
	earlier := c.program.length - later
	if shorter > 0 && float64(earlier)/float64(shorter) < float64(later)/float64(longer) {
		return -earlier
	}
	return later
}

// portion returns by how much the green that begins is longer than in the plan, ms, so that greens change in proportion and
// none is cut below its minimum.
func (c *controller) portion() int64 {
	if c.seek == 0 {
		return 0
	}
	if c.transition.Method == Dwell {
		return c.seek
	}
	green := c.greenOf(c.at)
	longer, shorter := c.share()
	if c.seek > 0 {
		return min(c.seek, longer*green/c.program.green+1)
	}
	stage := c.program.intervals[c.at].stage
	return -min(-c.seek, shorter*green/c.program.green+1, green-c.program.least[stage])
}
