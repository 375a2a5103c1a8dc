package signals_test

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
)

var (
	soakSeconds = flag.Float64("signal.seconds", 30_000, "controller-seconds that TestNothingBringsConflictingGreens runs for")
	soakSeed    = flag.Uint64("signal.seed", 1, "seed of its first trial")
)

// TestNothingBringsConflictingGreens runs random controllers through detector faults, edits of plans and controls, preemptions,
// states written and read back, and people at push buttons, and has a judge look at every tenth of a second. `make signal-fuzz` runs
// it for 10^8 controller-seconds.
func TestNothingBringsConflictingGreens(t *testing.T) {
	all := towns(t)
	var done soakCount
	for seed := *soakSeed; done.seconds < *soakSeconds && !t.Failed(); seed++ {
		random := rand.New(rand.NewPCG(seed, 11))
		town := all[random.IntN(len(all))]
		x := newTrial(t, town, random)
		x.run(int64(36000 * (1 + random.IntN(2))))
		for i := range x.posts {
			p := &x.posts[i]
			for _, problem := range p.judge.problems {
				t.Errorf("seed %d, %s, controller %d (%v): %s", seed, town.name, i, p.kinds, problem)
			}
			for _, n := range p.judge.greens {
				x.count.greens += n
			}
		}
		if n := x.system.Faults(); n > 0 {
			t.Errorf("seed %d, %s: %d monitors tripped", seed, town.name, n)
		}
		done.add(&x.count)
		if *soakSeconds > 1e6 && int(done.seconds/1e6) > int((done.seconds-x.count.seconds)/1e6) {
			t.Logf("%s", &done)
			fmt.Println(&done)
		}
	}
	t.Logf("%s", &done)
}

// soakCount is what trials came to.
type soakCount struct {
	seconds                                               float64 // of controllers
	greens, edits, faults, preemptions, restores, waiters int
	worst                                                 float64 // longest wait, as a share of the longest that may be
}

func (c *soakCount) add(o *soakCount) {
	c.seconds += o.seconds
	c.greens += o.greens
	c.edits += o.edits
	c.faults += o.faults
	c.preemptions += o.preemptions
	c.restores += o.restores
	c.waiters += o.waiters
	c.worst = math.Max(c.worst, o.worst)
}

func (c *soakCount) String() string {
	return fmt.Sprintf("%.2e controller-seconds, %d greens, %d edits, %d faults, %d preemptions, %d states restored, %d waits to the end of the longest at %.0f %% of its bound",
		c.seconds, c.greens, c.edits, c.faults, c.preemptions, c.restores, c.waiters, 100*c.worst)
}

// trial is a town whose controllers are tormented.
type trial struct {
	t      *testing.T
	town   town
	random *rand.Rand
	system *signals.System
	plans  []signals.Plan
	posts  []post // by controller
	count  soakCount

	readings []signals.Reading // by detector
	owner    []int             // controller of each detector
	version  uint64
	passing  int     // detector that somebody passes; -1 if none
	busy     float64 // chance that a detector that is looked at is occupied
	fault    []bool  // by detector: one was set
}

// post is where one controller is watched from.
type post struct {
	judge   *judge
	control *signals.Control // nil if by a plan
	kinds   []signals.Kind
	bound   int64 // tenths that a call may wait
	waits   []int64
	pre     int // preemption that is called; -1 if none
}

func newTrial(t *testing.T, town town, random *rand.Rand) *trial {
	plans, _ := signals.DefaultPlans(town.net)
	x := &trial{t: t, town: town, random: random, plans: plans, busy: []float64{0, 0.05, 0.3, 0.7, 1}[random.IntN(5)]}
	var controls []signals.Control
	for i := range plans {
		base := signals.Control{Controller: plans[i].Controller, Timings: plans[i].Groups}
		x.posts = append(x.posts, post{judge: newJudge(town.net, &base), pre: -1, bound: math.MaxInt64})
		x.posts[i].waits = make([]int64, len(plans[i].Groups))
		if c := x.control(i); c != nil {
			controls = append(controls, *c)
			x.settle(i, c)
		}
	}
	var err error
	if x.system, err = signals.New(town.net, plans, controls...); err != nil {
		t.Fatalf("%s: %v", town.name, err)
	}
	return x
}

// settle notes what a controller runs by from now on.
func (x *trial) settle(i int, c *signals.Control) {
	p := &x.posts[i]
	p.control, p.pre = c, -1
	p.kinds = append(p.kinds, c.Kind)
	p.bound = bound(c)
	for g := range p.waits {
		p.waits[g] = -1
	}
}

func (x *trial) run(ticks int64) {
	for tick := range ticks {
		x.sense()
		if x.random.IntN(2500) == 0 {
			x.event(tick)
		}
		x.system.Step(float64(tick) / 10)
		for i := range x.posts {
			p := &x.posts[i]
			if x.system.Changed() || tick == 0 {
				p.judge.see(tick, x.system.Aspects())
				p.judge.seeWalks(tick, x.system)
			}
			if tick%10 == 0 && x.system.DetectorsVersion() == x.version {
				x.wait(i, tick)
			}
		}
	}
	x.count.seconds += float64(ticks) / 10 * float64(len(x.posts))
}

// sense changes what some detectors sense.
func (x *trial) sense() {
	if v := x.system.DetectorsVersion(); v != x.version {
		x.version, x.passing = v, -1
		n := len(x.system.Detectors())
		x.readings, x.fault = make([]signals.Reading, n), make([]bool, n)
		x.owner = make([]int, n)
		for i, d := range x.system.Detectors() {
			if d.Kind != signals.PushButton && len(d.Groups) > 0 {
				x.owner[i] = int(x.town.net.SignalGroups[d.Groups[0]].Controller)
			}
		}
	}
	if len(x.readings) == 0 {
		return
	}
	if x.passing >= 0 && x.passing < len(x.readings) { // has passed
		x.readings[x.passing].Passed = 0
		x.system.Report(x.passing, x.readings[x.passing])
		x.passing = -1
	}
	if x.random.IntN(4) > 0 {
		return
	}
	i := x.random.IntN(len(x.readings))
	r := &x.readings[i]
	*r = signals.Reading{}
	busy := x.busy
	if x.system.Detectors()[i].Kind == signals.PushButton {
		busy /= 4
	}
	if x.random.Float64() < busy {
		n := uint16(x.random.IntN(30))
		x.passing = i
		*r = signals.Reading{Occupied: true, Vehicles: n, Standing: uint16(x.random.IntN(int(n) + 1)), Passed: uint16(x.random.IntN(2))}
	}
	x.system.Report(i, *r)
}

// event does something to one controller.
func (x *trial) event(tick int64) {
	i := x.random.IntN(len(x.posts))
	p := &x.posts[i]
	id := x.plans[i].Controller
	switch x.random.IntN(8) {
	case 0, 1:
		c := x.control(i)
		if c == nil {
			return
		}
		x.apply(signals.Command{Kind: signals.ChangeControl, Controller: id, Control: c})
		x.settle(i, c)
		x.count.edits++
	case 2:
		plan := vary(x.plans[i], x.random.Uint64())
		x.apply(signals.Command{Kind: signals.ChangePlan, Controller: id, Plan: &plan})
		c := signals.Control{Controller: id, Fixed: &signals.Schedule{Plans: []signals.Plan{plan}}}
		x.settle(i, &c)
		x.count.edits++
	case 3, 4:
		if p.control == nil || len(p.control.Detectors) == 0 {
			return
		}
		d := p.control.Detectors[x.random.IntN(len(p.control.Detectors))]
		x.apply(signals.Command{Kind: signals.FailDetector, Controller: id, Detector: d.Name, Fault: signals.Fault(x.random.IntN(4))})
		x.count.faults++
	case 5, 6:
		if p.control == nil || len(p.control.Preemptions) == 0 {
			return
		}
		kind := signals.CallPreemption
		if p.pre >= 0 {
			kind = signals.EndPreemption
		} else {
			p.pre = x.random.IntN(len(p.control.Preemptions))
			x.count.preemptions++
		}
		x.apply(signals.Command{Kind: kind, Controller: id, Preemption: p.pre})
		if kind == signals.EndPreemption {
			p.pre = -1
		}
	case 7:
		x.restore(tick)
	}
}

func (x *trial) apply(c signals.Command) {
	if err := x.system.Check(&c); err != nil {
		x.t.Fatalf("%s: %v", x.town.name, err)
	}
	x.system.Apply(&c)
}

// restore goes on in another system that was given the state of this one.
func (x *trial) restore(tick int64) {
	if tick == 0 {
		return
	}
	state := x.system.AppendState(nil)
	if err := x.system.RestoreState(state); err != nil {
		x.t.Errorf("%s: %v", x.town.name, err)
	}
	if !bytes.Equal(state, x.system.AppendState(nil)) {
		x.t.Errorf("%s, tick %d: a state that was restored differs", x.town.name, tick)
	}
	x.count.restores++
}

// wait notes for how long groups that are called have waited.
func (x *trial) wait(i int, tick int64) {
	p := &x.posts[i]
	stage, _, _ := x.system.Clock(x.plans[i].Controller)
	for g := range p.waits {
		group := x.plans[i].Groups[g].Group
		if x.system.Aspects()[group] == signals.Green || stage < 0 || !x.calls(i, group) {
			p.waits[g] = -1
			continue
		}
		if p.waits[g] < 0 {
			p.waits[g] = tick
		}
		waited := tick - p.waits[g]
		x.count.waiters++
		x.count.worst = math.Max(x.count.worst, float64(waited)/float64(p.bound))
		if waited > p.bound {
			p.judge.complain(tick, "%s has waited for %.0f s, longest %.0f (%v, stage %d)", p.judge.name(g), float64(waited)/10, float64(p.bound)/10, p.control.Kind, stage)
			p.waits[g] = tick
		}
	}
}

// calls tells whether a detector says to the controller that somebody waits for a group.
func (x *trial) calls(i int, group network.SignalGroupID) bool {
	for k, d := range x.system.Detectors() {
		if x.owner[k] != i || d.Kind != signals.StopLine && d.Kind != signals.Area {
			continue
		}
		for _, g := range d.Groups {
			if g != group {
				continue
			}
			if on, _, _ := x.system.SensedBy(k); on {
				return true
			}
		}
	}
	return false
}
