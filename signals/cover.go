package signals

import "slices"

const (
	// lostFlow is what a further stage costs, as a share of the cycle: some 5 s of 60.
	lostFlow = 0.08
	// coverSteps bounds the search for stages. Common crossings take a few dozen steps; a cabinet with forty approaches
	// gets the best that these steps find.
	coverSteps = 5000
)

// cover searches for the stages that between them give every bundle green in the shortest cycle. The busiest bundle
// without green must be in some stage: it tries every set that can be grown around it, and goes on with what that leaves, as long as
// the sum of the stages' flows and losses stays below the best found so far.
type cover struct {
	*stager
	left     int // steps
	best     []stageSet
	bestCost float64
}

// from continues with stages, which cost what they cost and give covered[b] > 0 stages to bundle b.
func (c *cover) from(covered []int, stages []stageSet, cost float64) {
	seed := c.busiest(covered)
	if seed < 0 {
		if c.best == nil || cost < c.bestCost-1e-9 {
			c.best, c.bestCost = slices.Clone(stages), cost
		}
		return
	}
	for _, stage := range c.around(seed, covered) {
		sum := cost + stage.cost
		if c.best != nil && (c.left <= 0 || sum >= c.bestCost-1e-9) {
			return // the others cost as much or more
		}
		c.left--
		for _, b := range stage.members {
			if c.serves(b, stage.members) {
				covered[b]++
			}
		}
		c.from(covered, append(stages[:len(stages):len(stages)], stage), sum)
		for _, b := range stage.members {
			if c.serves(b, stage.members) {
				covered[b]--
			}
		}
	}
}

// busiest returns the bundle with most flow of those without green, -1 if there is none.
func (c *cover) busiest(covered []int) int {
	seed := -1
	for b := range c.bundles {
		if covered[b] == 0 && (seed < 0 || c.bundles[b].flow > c.bundles[seed].flow) {
			seed = b
		}
	}
	return seed
}

// around returns the sets that can be grown around bundle seed, the most promising first.
func (c *cover) around(seed int, covered []int) []stageSet {
	var sets []stageSet
	for b := range c.bundles {
		if c.clash[seed*len(c.bundles)+b] {
			continue
		}
		set := c.grow(seed, b, covered)
		if !c.serves(seed, set.members) {
			continue
		}
		if !slices.ContainsFunc(sets, func(s stageSet) bool { return slices.Equal(s.members, set.members) }) {
			sets = append(sets, set)
		}
	}
	slices.SortStableFunc(sets, func(p, q stageSet) int {
		switch {
		case p.cost < q.cost-1e-9:
			return -1
		case p.cost > q.cost+1e-9:
			return 1
		case p.serves > q.serves+1e-9:
			return -1
		case p.serves < q.serves-1e-9:
			return 1
		}
		return 0
	})
	return sets
}

// grow adds to bundles lead and b (which may be equal) all that fits: first what has no green yet, and of that the busiest.
func (c *cover) grow(lead, b int, covered []int) stageSet {
	set := stageSet{members: []int{lead}, lead: lead, flow: c.bundles[lead].flow}
	if b != lead {
		set.members = append(set.members, b)
	}
	for {
		next := -1
		for b := range c.bundles {
			if c.fits(b, set.members) && (next < 0 || c.before(b, next, covered)) {
				next = b
			}
		}
		if next < 0 {
			break
		}
		set.members = append(set.members, next)
	}
	slices.Sort(set.members)
	set.cost = set.flow + lostFlow
	for _, b := range set.members {
		if covered[b] == 0 && c.stager.serves(b, set.members) {
			set.serves += c.bundles[b].flow
			set.protected = set.protected || c.bundles[b].protected
		}
		for _, next := range c.bundles[b].feeds { // traffic let go into a red light of the same controller
			if !slices.Contains(set.members, next) {
				set.cost += min(c.bundles[b].flow, c.bundles[next].flow) / 2
			}
		}
	}
	return set
}

func (c *cover) fits(b int, members []int) bool {
	for _, m := range members {
		if m == b || c.clash[m*len(c.bundles)+b] {
			return false
		}
	}
	return true
}

func (c *cover) before(a, b int, covered []int) bool {
	if (covered[a] == 0) != (covered[b] == 0) {
		return covered[a] == 0
	}
	return c.bundles[a].flow > c.bundles[b].flow
}
