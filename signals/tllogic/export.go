package tllogic

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// Export returns the programs of controls, for the network whose links these are: plans by the clock as static programs, stages as
// actuated ones, phases in rings as NEMA; day plans as a WAUT. Program n of a controller is called "plan n" without the blank. Notes tell
// what SUMO cannot express.
func Export(net *network.Network, links *sumonet.Links, controls []signals.Control) (*sumonet.Signals, []string) {
	x := exporter{net: net, links: links, out: &sumonet.Signals{Detectors: map[string]sumonet.Detector{}}, laneIDs: map[network.LaneID]string{}}
	for id, lane := range links.Lanes {
		if old, known := x.laneIDs[lane]; !known || id < old {
			x.laneIDs[lane] = id
		}
	}
	for i := range controls {
		x.control(&controls[i])
	}
	return x.out, x.notes
}

type exporter struct {
	net     *network.Network
	links   *sumonet.Links
	laneIDs map[network.LaneID]string
	out     *sumonet.Signals
	notes   []string

	c      *signals.Control // that is being written
	id     string           // of its signals
	groups []network.SignalGroupID
	blank  int // links that are not of vehicles
}

func (x *exporter) note(format string, args ...any) {
	text := fmt.Sprintf("controller %d (%s): %s", x.c.Controller, x.net.Controllers[x.c.Controller].Name, fmt.Sprintf(format, args...))
	if !slices.Contains(x.notes, text) {
		x.notes = append(x.notes, text)
	}
}

func (x *exporter) control(c *signals.Control) {
	x.c, x.groups, x.blank = c, x.net.Controllers[c.Controller].Groups, 0
	var ok bool
	if x.id, ok = x.links.Of(c.Controller); !ok {
		x.note("the network of SUMO has no signals for it; left out")
		return
	}
	x.extras()
	switch c.Kind {
	case signals.FixedTime:
		x.fixed()
	case signals.StageActuated:
		x.actuated()
	case signals.RingBarrier:
		x.nema()
	case signals.SwitchedOff, signals.SwitchedToFlash:
		light := map[signals.Kind]network.Light{signals.SwitchedOff: network.LightOff, signals.SwitchedToFlash: network.LightFlashing}[c.Kind]
		l := x.logic("static", 0)
		l.Phases = []sumonet.LogicPhase{x.phase(90, func(network.SignalGroupID) network.Light { return light })}
		x.out.Logics = append(x.out.Logics, l)
	default:
		x.note("SUMO has nothing like %s control; left out, the program of the network goes on", c.Kind)
	}
	if x.blank > 0 {
		x.note("%d links of people on foot or of vehicles that are not on roads are red", x.blank)
	}
}

// extras notes what no program of SUMO has.
func (x *exporter) extras() {
	for _, e := range []struct {
		n    int
		what string
	}{
		{len(x.c.Walks), "signals for people on foot"}, {len(x.c.Priorities), "bus priorities"}, {len(x.c.Preemptions), "preemptions"},
	} {
		if e.n > 0 {
			x.note("%d %s are left out", e.n, e.what)
		}
	}
}

// logic returns an empty program, number n of the controller from 0.
func (x *exporter) logic(kind string, n int) sumonet.Logic {
	return sumonet.Logic{Signals: x.id, ID: "plan" + strconv.Itoa(n+1), Kind: kind, Params: map[string]string{}}
}

// phase returns a phase of some seconds in which groups show some lights.
func (x *exporter) phase(duration float64, shows func(network.SignalGroupID) network.Light) sumonet.LogicPhase {
	state, blank := x.links.State(x.id, shows)
	x.blank = max(x.blank, blank)
	none := math.NaN()
	return sumonet.LogicPhase{
		Duration: math.Round(duration*1000) / 1000, State: state, Min: none, Max: none, EarliestEnd: none, LatestEnd: none,
		Extension: none, Yellow: none, Red: none,
	}
}

// fixed writes plans by the clock.
func (x *exporter) fixed() {
	s := x.c.Fixed
	lights := [...]network.Light{
		signals.Off: network.LightOff, signals.Red: network.LightRed, signals.RedAmber: network.LightRedAmber,
		signals.Green: network.LightGreen, signals.Amber: network.LightAmber, signals.FlashingAmber: network.LightFlashing,
	}
	logics := make([]sumonet.Logic, len(s.Plans))
	for k := range s.Plans {
		l := x.logic("static", k)
		l.Offset = s.Plans[k].Offset
		for _, interval := range signals.Intervals(x.net, &s.Plans[k]) {
			l.Phases = append(l.Phases, x.phase(interval.Duration, func(g network.SignalGroupID) network.Light {
				return lights[interval.Aspects[slices.Index(x.groups, g)]]
			}))
		}
		logics[k] = l
	}
	x.add(logics, s.Days, func(plan int) string { return logics[plan].ID })
}

// add writes programs and when they run: without days the first of them, which therefore comes last.
func (x *exporter) add(logics []sumonet.Logic, days []signals.DayPlan, program func(plan int) string) {
	for _, l := range slices.Backward(logics) {
		x.out.Logics = append(x.out.Logics, l)
	}
	if len(days) == 0 {
		return
	}
	day := slices.IndexFunc(days, func(d signals.DayPlan) bool { return d.Days.Has(0) })
	if day < 0 {
		day = 0
	}
	d := &days[day]
	if len(days) > 1 || d.Days != signals.EveryDay {
		x.note("a WAUT knows no days of the week: that of %s is written", dayName(d.Days))
	}
	w := sumonet.WAUT{ID: "day_" + x.id, Start: program(d.Entries[len(d.Entries)-1].Plan), Period: 86400, Signals: []string{x.id}}
	for _, e := range d.Entries {
		w.Switches = append(w.Switches, sumonet.WAUTSwitch{Time: e.At, To: program(e.Plan)})
	}
	x.out.WAUTs = append(x.out.WAUTs, w)
}

func dayName(days signals.Weekdays) string {
	for d, name := range []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"} {
		if days.Has(d) {
			return name
		}
	}
	return "no day"
}
