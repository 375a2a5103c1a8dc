package webui

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/weather"
)

// mark is something that has happened, for the timeline.
type mark struct {
	ID       int                 `json:"id"`
	Time     float64             `json:"time"` // s after midnight
	Kind     string              `json:"kind"`
	Text     string              `json:"text"`
	By       string              `json:"by,omitempty"` // of a command
	Lon      *float64            `json:"lon,omitempty"`
	Lat      *float64            `json:"lat,omitempty"`
	Vehicle  *traffic.VehicleID  `json:"vehicle,omitempty"`
	Edge     *network.EdgeID     `json:"edge,omitempty"`
	Junction *network.JunctionID `json:"junction,omitempty"`
	Crash    *crashMark          `json:"crash,omitempty"`
}

// The kinds of mark.
const (
	markCrash   = "crash" // vehicles, or a vehicle and a person
	markOffRoad = "off_road"
	markJam     = "jam"
	markSignal  = "signal"
	markRoad    = "road" // closed, opened, another limit
	markWeather = "weather"
)

// crashMark is what is known of a crash.
type crashMark struct {
	Other        *traffic.VehicleID `json:"other"` // the one struck; null: none, or a person
	ClosingSpeed float64            `json:"closing_speed"`
	DeltaV       float64            `json:"delta_v"`
	Striking     *scenarios.Cause   `json:"striking"`
	Struck       *scenarios.Cause   `json:"struck"`
}

// mostMarks is how many marks are kept, the newest.
const mostMarks = 5000

// marks are what has happened in a run. The runner and the publisher add, requests read.
type marks struct {
	net *network.Network

	mu       sync.Mutex
	all      []mark // by time
	next     int    // id
	changes  int
	commands int // of the run, seen
	sky      skyMarks
	jams     jamWatch
}

func newMarks(net *network.Network) *marks {
	return &marks{net: net, jams: jamWatch{since: make([]float64, len(net.Junctions)), marked: make([]bool, len(net.Junctions))}}
}

func (m *marks) version() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changes
}

// list returns all marks, by time, and their version.
func (m *marks) list() ([]mark, int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.all), m.changes
}

// add puts a mark in its place; m.mu is held.
func (m *marks) add(x mark) {
	x.ID, x.Time = m.next, round(x.Time, 3)
	m.next++
	m.changes++
	at, _ := slices.BinarySearchFunc(m.all, x.Time, func(a mark, time float64) int {
		if a.Time <= time {
			return -1
		}
		return 1
	})
	m.all = slices.Insert(m.all, at, x)
	if len(m.all) > mostMarks {
		m.all = slices.Delete(m.all, 0, len(m.all)-mostMarks)
	}
}

// cut forgets what is later than time, when the run has had so many commands.
func (m *marks) cut(time float64, commands int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.all)
	for n > 0 && m.all[n-1].Time > time {
		n--
	}
	m.all = m.all[:n]
	m.commands = commands
	m.sky = skyMarks{}
	clear(m.jams.since) // found again
	clear(m.jams.marked)
	m.changes++
}

// read takes in what the last step brought.
func (m *marks) read(sim Simulation) {
	events, commands := sim.Events(), sim.Commands()
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range events {
		if x, ok := m.ofEvent(&events[i]); ok {
			m.add(x)
		}
	}
	for ; m.commands < len(commands); m.commands++ {
		if x, ok := m.ofCommand(&commands[m.commands]); ok {
			m.add(x)
		}
	}
	m.readSky(sim)
}

func (m *marks) ofEvent(e *traffic.Event) (x mark, ok bool) {
	x = mark{Time: e.Time, Vehicle: &e.Vehicle, Kind: markCrash}
	striking, struck := scenarios.CauseOf(&e.Striking), scenarios.CauseOf(&e.Struck)
	crash := &crashMark{ClosingSpeed: round(e.ClosingSpeed, 2), DeltaV: round(e.DeltaV, 2), Striking: &striking}
	street := m.street(e.Track)
	switch e.Kind {
	case traffic.CrashedInto:
		other := e.Other
		crash.Other, crash.Struck = &other, &struck
		x.Text = fmt.Sprintf("Vehicle %d runs into %d at %.0f km/h, %s", e.Vehicle, e.Other, 3.6*e.ClosingSpeed, street)
	case traffic.HitPerson:
		x.Text = fmt.Sprintf("Vehicle %d runs into somebody who crosses, at %.0f km/h, %s", e.Vehicle, 3.6*e.ClosingSpeed, street)
	case traffic.LeftRoad:
		x.Kind = markOffRoad
		x.Text = fmt.Sprintf("Vehicle %d leaves its lane at %.0f km/h, %s", e.Vehicle, 3.6*e.ClosingSpeed, street)
	default:
		return x, false
	}
	id := e.Vehicle
	x.Vehicle, x.Crash = &id, crash
	m.place(&x, m.net.PoseAt(e.Track, e.S, 0).Point)
	return x, true
}

func (m *marks) place(x *mark, at network.Point) {
	lon, lat := m.net.Projection.ToLonLat(at)
	lon, lat = round(lon, 6), round(lat, 6)
	x.Lon, x.Lat = &lon, &lat
}

// street returns the name of the street of a track.
func (m *marks) street(t network.TrackID) string {
	lane, ok := m.net.LaneOf(t)
	if !ok {
		c, _ := m.net.ConnectorOf(t)
		lane = m.net.Connectors[c].From
	}
	return m.name(m.net.Lanes[lane].Edge)
}

func (m *marks) name(e network.EdgeID) string {
	return cmp.Or(m.net.Edges[e].Name, "an unnamed street")
}

// onEdge places a mark in the middle of an edge.
func (m *marks) onEdge(x *mark, e network.EdgeID) {
	edge := &m.net.Edges[e]
	x.Edge = &e
	m.place(x, m.net.PoseAt(edge.FirstLane.Track(), edge.Length/2, 0).Point)
}

// describe says in words what a command does; false of those that are not for the eye.
func (m *marks) describe(c *traffic.Command) (string, bool) {
	x, ok := m.ofCommand(&scenarios.CommandRecord{Command: *c})
	return x.Text, ok
}

// ofCommand returns the mark of a command; false of those that are not for the eye.
func (m *marks) ofCommand(r *scenarios.CommandRecord) (x mark, ok bool) {
	c := &r.Command
	x = mark{Time: r.Time, By: r.By, Kind: markRoad}
	switch c.Kind {
	case traffic.CloseEdge, traffic.OpenEdge:
		m.onEdge(&x, c.Edge)
		x.Text = m.name(c.Edge) + map[bool]string{true: " closed", false: " open again"}[c.Kind == traffic.CloseEdge]
	case traffic.CloseLane, traffic.OpenLane:
		lane := &m.net.Lanes[c.Lane]
		m.onEdge(&x, lane.Edge)
		x.Text = fmt.Sprintf("%s, lane %d %s", m.name(lane.Edge), lane.Index+1, map[bool]string{true: "closed", false: "open again"}[c.Kind == traffic.CloseLane])
	case traffic.SetSpeedLimit:
		m.onEdge(&x, c.Edge)
		x.Text = fmt.Sprintf("%s, limit %.0f km/h", m.name(c.Edge), 3.6*c.Limit)
	case traffic.SetCondition:
		x.Kind, x.Text = markWeather, "All roads "+c.Condition.String()
	case traffic.ChangeWeather:
		x.Kind, x.Text = markWeather, weatherText(&c.Weather)
	case traffic.ChangeSignals:
		x.Kind, x.Text = markSignal, signalText(c.Signal)+" at "+cmp.Or(m.net.Controllers[c.Signal.Controller].Name, fmt.Sprintf("controller %d", c.Signal.Controller))
		if j := m.junctionOf(c.Signal.Controller); j != network.None {
			x.Junction = &j
			m.place(&x, m.net.Junctions[j].Position)
		}
	default:
		return x, false
	}
	return x, true
}

// junctionOf returns the first junction of a controller.
func (m *marks) junctionOf(c network.ControllerID) network.JunctionID {
	for j := range m.net.Junctions {
		if m.net.Junctions[j].Controller == c {
			return network.JunctionID(j)
		}
	}
	return network.None
}

func signalText(c *signals.Command) string {
	switch c.Kind {
	case signals.ChangePlan:
		return fmt.Sprintf("Signals retimed, cycle %.0f s,", c.Plan.Cycle())
	case signals.ChangeControl:
		return "Signals under another control"
	case signals.FailDetector:
		return "Detector fault changed"
	case signals.CallPreemption:
		return "Emergency green"
	case signals.EndPreemption:
		return "End of emergency green"
	}
	return "Signals reset"
}

func weatherText(c *weather.Command) string {
	switch c.Kind {
	case weather.SetSky:
		return fmt.Sprintf("Sky: %.1f °C, rain %.1f mm/h, snow %.1f mm/h", c.Sky.Temperature, c.Sky.Rain, c.Sky.Snow)
	case weather.Resume:
		return "The sky as forecast again"
	case weather.Fix:
		return "All roads " + c.Condition.String()
	case weather.Free:
		return "Roads as the weather makes them"
	case weather.AddSpill:
		return "Spill: " + c.Spill.Condition.String()
	case weather.Clear:
		return "Roads cleared"
	}
	return "Spills wiped up"
}

// skyMarks is what the sky was when it was last looked at.
type skyMarks struct {
	known, rains, snows, freezes bool
	next                         float64 // s after midnight
}

// Below these nothing is worth a mark. Judgements: drizzle is said to begin at 0.1 mm/h.
const (
	markedRain = 0.1  // mm/h, snow likewise in mm of water
	skyEvery   = 10.0 // s
)

// readSky marks where rain, snow and frost begin and end.
func (m *marks) readSky(sim Simulation) {
	sky, s := sim.Weather(), &m.sky
	if sky == nil || s.known && sim.Time() < s.next {
		return
	}
	now := sky.Now()
	ground, _ := sky.Roads()
	is := skyMarks{true, now.Rain >= markedRain, now.Snow >= markedRain, ground < 0, sim.Time() + skyEvery}
	say := func(was, is bool, begins, ends string) {
		if s.known && was != is {
			m.add(mark{Time: sim.Time(), Kind: markWeather, Text: map[bool]string{true: begins, false: ends}[is]})
		}
	}
	say(s.rains, is.rains, fmt.Sprintf("Rain begins, %.1f mm/h", now.Rain), "The rain ends")
	say(s.snows, is.snows, fmt.Sprintf("Snow begins, %.1f mm/h of water", now.Snow), "The snow ends")
	say(s.freezes, is.freezes, "The roads freeze", "The roads thaw")
	*s = is
}

// jamWatch finds queues that are jams.
type jamWatch struct {
	since  []float64 // s after midnight, by junction; 0: short enough
	marked []bool
}

// A jam is a queue of so many standing vehicles before one junction, for so long: more than a red light makes. Judgements.
const (
	jamVehicles = 20
	jamTime     = 120.0 // s
)

// readQueues takes in how many vehicles stand before each junction.
func (m *marks) readQueues(time float64, queues []int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for j, n := range queues {
		since := &m.jams.since[j]
		switch {
		case n < jamVehicles/2:
			*since, m.jams.marked[j] = 0, false
		case n >= jamVehicles && (*since == 0 || *since > time):
			*since, m.jams.marked[j] = time, false
		case *since > 0 && time-*since >= jamTime && !m.jams.marked[j]:
			m.jams.marked[j] = true
			id, junction := network.JunctionID(j), &m.net.Junctions[j]
			x := mark{Time: time, Kind: markJam, Junction: &id, Text: fmt.Sprintf("%d vehicles stand before %s", n, cmp.Or(junction.Name, "an unnamed junction"))}
			m.place(&x, junction.Position)
			m.add(x)
		}
	}
}
