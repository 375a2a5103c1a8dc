package signals_test

import (
	"fmt"

	"roadtwin/network"
	"roadtwin/signals"
)

// judge stands at the roadside of one controller, by the network's conflicts, the times that the control says and the matrix of
// intergreens; it knows nothing else of the controller. It looks every tenth of a second.
type judge struct {
	net      *network.Network
	groups   []network.SignalGroupID
	timings  []signals.GroupTiming
	need     [][]float64 // s
	hard     [][]bool
	aspect   []signals.Aspect
	since    []int64 // tenths at which the aspect began; before the first change unknown
	greenEnd []int64
	known    []bool // since is
	greens   []int
	opening  []bool // shows the amber with which dark and flashing signals begin, all together
	problems []string
}

// newJudge makes one for a control whose timings are given (DefaultControl gives them); all of them of its life must be equal.
func newJudge(net *network.Network, c *signals.Control) *judge {
	groups := net.Controllers[c.Controller].Groups
	n := len(groups)
	j := &judge{
		net: net, groups: groups, timings: c.Timings, need: signals.IntergreenMatrix(net, c.Controller), aspect: make([]signals.Aspect, n),
		since: make([]int64, n), greenEnd: make([]int64, n), known: make([]bool, n), greens: make([]int, n), opening: make([]bool, n), hard: make([][]bool, n),
	}
	slot := map[network.SignalGroupID]int{}
	for i, g := range groups {
		slot[g] = i
		j.hard[i] = make([]bool, n)
		j.greenEnd[i] = -1 << 40
	}
	w := &watcher{net: net}
	for _, k := range net.Conflicts {
		a, b := net.Connectors[k.Of].Group, net.Connectors[k.With].Group
		if a == network.None || b == network.None || net.SignalGroups[a].Controller != c.Controller || net.SignalGroups[b].Controller != c.Controller {
			continue
		}
		if w.hard(k) {
			j.hard[slot[a]][slot[b]], j.hard[slot[b]][slot[a]] = true, true
		}
	}
	return j
}

func (j *judge) complain(now int64, format string, args ...any) {
	if len(j.problems) < 5 {
		j.problems = append(j.problems, fmt.Sprintf("at %.1f s: ", float64(now)/10)+fmt.Sprintf(format, args...))
	}
}

func (j *judge) name(i int) string { return j.net.SignalGroups[j.groups[i]].Name }

// see looks at the aspects of the system at now, in tenths of a second.
func (j *judge) see(now int64, aspects []signals.Aspect) {
	for i, g := range j.groups {
		if a := aspects[g]; a != j.aspect[i] {
			j.change(now, i, a)
			j.opening[i] = a == signals.Amber && (j.aspect[i] == signals.Off || j.aspect[i] == signals.FlashingAmber)
			j.aspect[i], j.since[i], j.known[i] = a, now, now > 0 // the first were under way
		}
	}
	for i := range j.groups {
		if !open(j.aspect[i]) || j.opening[i] {
			continue
		}
		for k, hard := range j.hard[i][:i] {
			if hard && open(j.aspect[k]) {
				j.complain(now, "%s is %v while %s is %v", j.name(i), j.aspect[i], j.name(k), j.aspect[k])
			}
		}
	}
}

// change judges a change of group i, which j.aspect does not hold yet.
func (j *judge) change(now int64, i int, a signals.Aspect) {
	was, lasted := j.aspect[i], float64(now-j.since[i])/10
	switch {
	case !j.known[i]:
	case was == signals.Green && a != signals.Amber, was == signals.Red && a == signals.Amber,
		was == signals.RedAmber && a != signals.Green && a != signals.Red:
		j.complain(now, "%s from %v to %v", j.name(i), was, a)
	case was == signals.Green && lasted < j.timings[i].MinGreen-0.15:
		j.complain(now, "%s was green for %.1f s, minimum %.1f", j.name(i), lasted, j.timings[i].MinGreen)
	case was == signals.Amber && a != signals.Green && lasted < j.timings[i].Amber-0.15:
		j.complain(now, "%s was amber for %.1f s, want %.1f", j.name(i), lasted, j.timings[i].Amber)
	}
	if was == signals.Green {
		j.greenEnd[i] = now
	}
	if a != signals.Green {
		return
	}
	j.greens[i]++
	for k := range j.groups {
		if !j.hard[i][k] {
			continue
		}
		want := j.need[k][i]
		if got := float64(now-j.greenEnd[k]) / 10; got < want-0.15 {
			j.complain(now, "%s is green %.1f s after %s, want %.1f", j.name(i), got, j.name(k), want)
		}
	}
}
