package signals

import (
	"math"

	"roadtwin/network"
)

// Entering and clearing vehicles in the intergreen of a pair of groups.
const (
	// enteringSpeed is the least speed at which the first vehicle after the start of a green is assumed to come, m/s: 40 km/h by
	// the German RiLSA 2010, 2.7 (recalled); where more is allowed, that.
	enteringSpeed = 11.1
	// walkBuffer is the time in s between the end of the flashing of a walk and the green of traffic over it (MUTCD 11th ed.,
	// 4I.06: 3 s at least).
	walkBuffer = 3.0
	// walkDepth is the depth in m of a crossing before or behind a junction, with the line before it.
	walkDepth = 6.0
)

// clearances say, for the heads of one controller (its groups, then its walks), how long it takes from the end of a green to
// the start of another. They never change once made.
type clearances struct {
	groups, heads int
	least         []int64 // ms of green
	amber         []int64 // ms of amber, or of the flashing of a walk
	need          []int64 // heads x heads: ms from the end of a green to the start of the other's; -1 if they do not meet
	conflict      []bool  // heads x heads: never both green
	redAmber      int64   // ms
}

func (c *clearances) between(from, to int) int64 { return c.need[from*c.heads+to] }

func (c *clearances) conflicting(a, b int) bool { return c.conflict[a*c.heads+b] }

// IntergreenMatrix returns for each pair of groups of a controller, in its order, the least time in s from the end of the green
// of the first to the start of that of the second: the amber of the first, by ITE, and as much longer as who passes the line at
// its end needs to clear the conflict more than who comes next needs to get there (clearing less entering time, by RiLSA). It
// is 0 for pairs that do not meet.
func IntergreenMatrix(net *network.Network, controller network.ControllerID) [][]float64 {
	ch := newChecker(net)
	return ch.intergreens(&Control{Controller: controller, Kind: StageActuated})
}

// Intergreens returns the matrix that a control runs by: that of IntergreenMatrix with the control's own ambers, all-reds and
// intergreens. The control must have passed CheckControl.
func Intergreens(net *network.Network, control *Control) [][]float64 {
	return newChecker(net).intergreens(control)
}

func (ch *checker) intergreens(control *Control) [][]float64 {
	table := ch.clearances(control, ch.timingsOf(control))
	matrix := make([][]float64, table.groups)
	for a := range matrix {
		matrix[a] = make([]float64, table.groups)
		for b := range matrix[a] {
			matrix[a][b] = max(0, seconds(table.between(a, b)))
		}
	}
	return matrix
}

// clearances returns those of a control with the effective timings of its groups.
func (ch *checker) clearances(c *Control, timings []GroupTiming) *clearances {
	n, all := len(timings), len(timings)+len(c.Walks)
	t := &clearances{
		groups: n, heads: all, least: make([]int64, all), amber: make([]int64, all), need: make([]int64, all*all),
		conflict: make([]bool, all*all), redAmber: milliseconds(ch.law.redAmber),
	}
	for i := range t.need {
		t.need[i] = -1
	}
	for i, g := range timings {
		t.least[i], t.amber[i] = milliseconds(g.MinGreen), milliseconds(g.Amber)
	}
	for i := range c.Walks {
		t.least[n+i], t.amber[n+i] = milliseconds(c.Walks[i].Walk), milliseconds(c.Walks[i].Clearance)
	}
	ch.clearGroups(t, c, timings)
	for i := range c.Walks {
		for a := range timings {
			ch.clearWalk(t, &c.Walks[i], n+i, a, &timings[a])
		}
	}
	for _, x := range c.Intergreens {
		a, b := ch.slot[x.From], ch.slot[x.To]
		t.need[int(a)*all+int(b)] = milliseconds(x.Time)
	}
	return t
}

// clearGroups fills in the pairs of groups. Plans by the clock know one all-red for each group, whatever follows.
func (ch *checker) clearGroups(t *clearances, control *Control, timings []GroupTiming) {
	id := control.Controller
	rel := &ch.relations[id]
	for a := range timings {
		for _, c := range ch.net.SignalGroups[timings[a].Group].Connectors {
			for _, k := range ch.net.ConflictsOf(c) {
				with := ch.net.Connectors[k.With].Group
				if k.Kind == network.Diverging || with == network.None || ch.net.SignalGroups[with].Controller != id {
					continue
				}
				b := int(ch.slot[with])
				if r := rel.between(a, b); a == b || r == compatible || ch.sameApproach(k) {
					continue
				}
				allRed := timings[a].AllRed
				if control.Kind != FixedTime {
					allRed = min(allRed, ch.clearing(k))
				}
				need := milliseconds(timings[a].Amber + allRed)
				t.need[a*t.heads+b] = max(t.need[a*t.heads+b], need)
			}
		}
		for b := range timings {
			if a != b && rel.between(a, b) == conflicting {
				t.conflict[a*t.heads+b] = true
				t.need[a*t.heads+b] = max(t.need[a*t.heads+b], t.amber[a])
				if control.Kind == FixedTime { // also where only the other's path knows of the conflict
					t.need[a*t.heads+b] = milliseconds(timings[a].Amber + timings[a].AllRed)
				}
			}
		}
	}
}

func (ch *checker) sameApproach(k network.Conflict) bool {
	p, q := &ch.net.Connectors[k.Of], &ch.net.Connectors[k.With]
	return ch.net.Lanes[p.From].Edge == ch.net.Lanes[q.From].Edge
}

// clearing returns the time in s that k.Of needs, from its line at the end of amber, to be clear of the conflict, less the time
// in which k.With gets there; 0 at least.
func (ch *checker) clearing(k network.Conflict) float64 {
	p, q := &ch.net.Connectors[k.Of], &ch.net.Connectors[k.With]
	out := ch.net.Lanes[p.From].SpeedLimit
	if p.Turn != network.Through {
		out = math.Min(out, turningSpeed)
	}
	if out <= 0 {
		return 0
	}
	in := math.Max(enteringSpeed, ch.net.Lanes[q.From].SpeedLimit)
	return math.Max(0, AllRedTime(k.End, out)-k.WithStart/in)
}

// clearWalk fills in the pair of a walk and a group.
func (ch *checker) clearWalk(t *clearances, w *Walk, walk, a int, timing *GroupTiming) {
	if ch.crosses(w.Edge, timing.Group) != conflicting {
		return
	}
	t.conflict[walk*t.heads+a], t.conflict[a*t.heads+walk] = true, true
	t.need[walk*t.heads+a] = milliseconds(w.Clearance + walkBuffer)
	longest := AllRedTime(walkDepth, turningSpeed)
	for _, c := range ch.net.SignalGroups[timing.Group].Connectors {
		con := &ch.net.Connectors[c]
		if ch.net.Lanes[con.From].Edge != w.Edge {
			longest = math.Max(longest, AllRedTime(con.Length+walkDepth, math.Max(turningSpeed, con.Limit)))
		}
	}
	t.need[a*t.heads+walk] = milliseconds(tenths(timing.Amber + longest))
}
