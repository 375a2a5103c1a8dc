package webui

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/signals/timing"
	"roadtwin/vehicles/traffic"
	"roadtwin/webui/stream"
)

// mostPlaces is how many places are told about at a time; with more, they take turns.
const mostPlaces = 50

// inspector tells what goes on at edges and junctions.
type inspector struct {
	net     *network.Network
	minutes *minutes
	places  []stream.Place
	turn    int
	delays  []scenarios.MovementDelay
	moves   map[network.JunctionID][]network.MovementID
}

func newInspector(net *network.Network, m *minutes) *inspector {
	i := &inspector{net: net, minutes: m, moves: map[network.JunctionID][]network.MovementID{}}
	for id := range net.Movements {
		j := net.Movements[id].Junction
		i.moves[j] = append(i.moves[j], network.MovementID(id))
	}
	return i
}

// checkPlace tells whether there is a place.
func (i *inspector) checkPlace(p stream.Place) error {
	n, what := len(i.net.Edges), "edge"
	if p.Kind == stream.JunctionPlace {
		n, what = len(i.net.Junctions), "junction"
	}
	if p.ID < 0 || int(p.ID) >= n {
		return stream.Errorf(stream.BadMessage, "inspect: %s %d, want 0 to %d", what, p.ID, n-1)
	}
	return nil
}

// tell sends what goes on to those who ask.
func (i *inspector) tell(hub *stream.Hub, sim Simulation, vehicles []traffic.VehicleState) {
	i.places = hub.AppendInspected(i.places[:0])
	if len(i.places) == 0 {
		return
	}
	i.delays = sim.AppendDelays(i.delays[:0])
	told := make(map[stream.Place][]byte, min(len(i.places), mostPlaces))
	for k := range min(len(i.places), mostPlaces) {
		p := i.places[(i.turn+k)%len(i.places)]
		if p.Kind == stream.EdgePlace {
			told[p] = mustJSON(i.edge(sim, vehicles, network.EdgeID(p.ID)))
		} else {
			told[p] = mustJSON(i.junction(sim, network.JunctionID(p.ID)))
		}
	}
	i.turn += mostPlaces
	hub.PublishPlaces(told)
}

// edgeNow is the edge message of PROTOCOL.md.
type edgeNow struct {
	Type     string         `json:"type"`
	Time     float64        `json:"time"`
	Edge     network.EdgeID `json:"edge"`
	Closed   bool           `json:"closed"`
	Limit    float64        `json:"limit"` // m/s
	Lanes    []laneNow      `json:"lanes"`
	Minutes  float64        `json:"minutes"` // s after midnight of the last that course has
	Vehicles [][4]float64   `json:"vehicles"`
}

type laneNow struct {
	Closed  bool     `json:"closed"`
	Queued  int      `json:"queued"`
	Aspects []string `json:"aspects"` // of the signal groups at its end
}

func (i *inspector) edge(sim Simulation, vehicles []traffic.VehicleState, id network.EdgeID) edgeNow {
	edge := &i.net.Edges[id]
	m := edgeNow{
		Type: "edge", Time: round(sim.Time(), 3), Edge: id, Closed: sim.EdgeClosed(id), Limit: round(sim.LimitOn(id), 3),
		Lanes: []laneNow{}, Vehicles: [][4]float64{}, Minutes: round(i.minutes.since, 1),
	}
	aspects := sim.Aspects()
	for k := range edge.NumLanes {
		lane := edge.FirstLane + network.LaneID(k)
		now := laneNow{Closed: slices.Contains(sim.ClosedLanes(), lane), Queued: sim.Queued(lane), Aspects: []string{}}
		var seen []network.SignalGroupID
		for _, c := range i.net.OutConnectors(lane) {
			if c.Group != network.None && !slices.Contains(seen, c.Group) {
				seen = append(seen, c.Group)
				now.Aspects = append(now.Aspects, aspects[c.Group].String())
			}
		}
		m.Lanes = append(m.Lanes, now)
	}
	for k := range vehicles {
		v := &vehicles[k]
		if lane, ok := i.net.LaneOf(v.Track); ok && i.net.Lanes[lane].Edge == id {
			m.Vehicles = append(m.Vehicles, [4]float64{float64(v.ID), float64(i.net.Lanes[lane].Index), round(v.S, 1), round(v.V, 2)})
		}
	}
	return m
}

// junctionNow is the junction message of PROTOCOL.md.
type junctionNow struct {
	Type      string             `json:"type"`
	Time      float64            `json:"time"`
	Junction  network.JunctionID `json:"junction"`
	Name      string             `json:"name"`
	Kind      string             `json:"kind"`
	Lon       float64            `json:"lon"`
	Lat       float64            `json:"lat"`
	Vehicles  int                `json:"vehicles"` // that passed in the last quarter of an hour
	Delay     *float64           `json:"delay"`    // s, mean control delay
	LOS       string             `json:"los"`
	Movements []movementNow      `json:"movements"`
	Signal    *signalNow         `json:"signal"` // null without signals
}

type movementNow struct {
	Movement network.MovementID `json:"movement"`
	From     network.EdgeID     `json:"from"`
	To       network.EdgeID     `json:"to"`
	Approach string             `json:"approach"`
	Exit     string             `json:"exit"`
	Turn     string             `json:"turn"`
	Queue    int                `json:"queue"` // on its longest lane
	Vehicles int                `json:"vehicles"`
	Delay    *float64           `json:"delay"`
	LOS      string             `json:"los"`
	Aspect   string             `json:"aspect"` // "" without a signal
}

// signalNow is what a controller does.
type signalNow struct {
	Controller network.ControllerID `json:"controller"`
	Name       string               `json:"name"`
	Control    string               `json:"control"` // fixed, or how it decides
	Faulted    bool                 `json:"faulted"`
	Stage      int                  `json:"stage"` // -1: none
	Elapsed    float64              `json:"elapsed"`
	Remaining  float64              `json:"remaining"`
	Cycle      float64              `json:"cycle"`
	Offset     float64              `json:"offset"`
	Pending    bool                 `json:"pending"` // another plan waits for the end of the cycle
	Stages     []stageNow           `json:"stages"`  // of the plan; empty where it runs none
}

type stageNow struct {
	Green      float64  `json:"green"`
	Least      float64  `json:"least"` // the longest of the minimum greens of its groups
	Intergreen float64  `json:"intergreen"`
	Groups     []string `json:"groups"` // names
}

func (i *inspector) junction(sim Simulation, id network.JunctionID) junctionNow {
	j := &i.net.Junctions[id]
	lon, lat := i.net.Projection.ToLonLat(j.Position)
	m := junctionNow{
		Type: "junction", Time: round(sim.Time(), 3), Junction: id, Name: j.Name, Kind: j.Kind.String(), Lon: round(lon, 6), Lat: round(lat, 6),
		Movements: []movementNow{},
	}
	total := 0.0
	for _, id := range i.moves[id] {
		move, delay := i.movement(sim, id, j.Controller != network.None)
		m.Movements = append(m.Movements, move)
		m.Vehicles += move.Vehicles
		total += delay
	}
	m.Delay, m.LOS = level(total, m.Vehicles, j.Controller != network.None)
	slices.SortStableFunc(m.Movements, func(a, b movementNow) int { return cmp.Compare(a.From, b.From) })
	if j.Controller != network.None {
		s := signalOf(i.net, sim.Signals(), j.Controller)
		m.Signal = &s
	}
	return m
}

// level returns the mean of a delay and its level of service (HCM exhibits 19-8 and 20-2); "" if nobody has passed.
func level(delay float64, vehicles int, signal bool) (mean *float64, los string) {
	if vehicles <= 0 {
		return nil, ""
	}
	d := round(delay/float64(vehicles), 1)
	if signal {
		return &d, timing.LevelOfService(d, 0).String()
	}
	return &d, timing.LevelOfServiceUnsignalised(d, 0).String()
}

func (i *inspector) movement(sim Simulation, id network.MovementID, signal bool) (m movementNow, delay float64) {
	move := &i.net.Movements[id]
	m = movementNow{
		Movement: id, From: move.From, To: move.To, Approach: i.net.Edges[move.From].Name, Exit: i.net.Edges[move.To].Name, Turn: move.Turn.String(),
	}
	for _, c := range move.Connectors {
		connector := &i.net.Connectors[c]
		m.Queue = max(m.Queue, sim.Queued(connector.From))
		if connector.Group != network.None {
			m.Aspect = sim.Aspects()[connector.Group].String()
		}
	}
	m.Vehicles, delay = i.minutes.recentDelay(i.delays, id)
	m.Delay, m.LOS = level(delay, m.Vehicles, signal)
	return m, delay
}

func signalOf(net *network.Network, system *signals.System, id network.ControllerID) signalNow {
	s := signalNow{Controller: id, Name: net.Controllers[id].Name, Control: "off", Faulted: system.Faulted(id), Stages: []stageNow{}}
	if control, ok := system.Control(id); ok {
		s.Control = control.Kind.String()
	}
	stage, elapsed, remaining := system.Clock(id)
	s.Stage, s.Elapsed, s.Remaining = stage, round(elapsed, 2), round(remaining, 2)
	_, s.Pending = system.Pending(id)
	plan, ok := system.Plan(id)
	if !ok {
		return s
	}
	if s.Control == "off" {
		s.Control = signals.FixedTime.String()
	}
	s.Cycle, s.Offset = round(plan.Cycle(), 2), round(plan.Offset, 2)
	for k := range plan.Stages {
		stage := &plan.Stages[k]
		now := stageNow{Green: round(stage.Green, 2), Intergreen: round(stage.Intergreen, 2), Groups: []string{}}
		for _, g := range stage.Groups {
			now.Groups = append(now.Groups, net.SignalGroups[g].Name)
			for _, t := range plan.Groups {
				if t.Group == g {
					now.Least = max(now.Least, round(t.MinGreen, 2))
				}
			}
		}
		s.Stages = append(s.Stages, now)
	}
	return s
}
