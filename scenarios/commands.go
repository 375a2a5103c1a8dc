package scenarios

import (
	"cmp"
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// CommandRecord is a command as it was applied: with the scenario and the seed, all that it takes to replay a run.
type CommandRecord struct {
	Step    uint64  // at the beginning of this step, counted from 0
	Time    float64 // s after midnight, then
	By      string  // who asked: "scenario", or the name of a client
	Command traffic.Command

	asked float64 // s after midnight at which it was asked for, where that was earlier (QueueAt); else 0
}

// since returns when the command was asked for, s after midnight.
func (c *CommandRecord) since() float64 { return cmp.Or(c.asked, c.Time) }

// appointment is a command of the scenario with its time, s after midnight.
type appointment struct {
	at      float64
	command traffic.Command
}

// Queue has c applied at the beginning of the next step and recorded; by says who asked.
func (r *Run) Queue(c traffic.Command, by string) error {
	return r.queue(CommandRecord{By: by, Command: c})
}

// QueueAt has c applied at the first step at or after a time, s after midnight, and recorded then. Whether it makes sense is seen then: what
// does not is left out.
func (r *Run) QueueAt(c traffic.Command, by string, time float64) {
	step := max(r.world.Steps(), steps(r.Begin(), time, r.scenario.Step))
	k, _ := slices.BinarySearchFunc(r.asked, step+1, func(a CommandRecord, step uint64) int { return cmp.Compare(a.Step, step) })
	r.asked = slices.Insert(r.asked, k, CommandRecord{Step: step, Time: time, By: by, Command: c, asked: r.world.Time()})
}

func (r *Run) queue(c CommandRecord) error {
	if err := r.world.Queue(c.Command); err != nil {
		return err
	}
	c.Step, c.Time = r.world.Steps(), r.world.Time()
	r.commands = append(r.commands, c)
	return nil
}

// Commands returns all commands so far, in the order applied; read only.
func (r *Run) Commands() []CommandRecord { return r.commands }

// keepAppointments queues the commands of the scenario whose time has come.
func (r *Run) keepAppointments() {
	r.repeatAsked()
	now := r.world.Time() + r.scenario.Step/2 // the nearest step
	for len(r.agenda) > 0 && r.agenda[0].at <= now {
		if err := r.Queue(r.agenda[0].command, byScenario); err != nil {
			panic("scenario: a command that was checked is refused: " + err.Error())
		}
		r.agenda = r.agenda[1:]
	}
}

// repeatAsked queues what clients asked for at this step, in the run that is made again or ahead of time: they come before the
// scenario's own. What the world refuses, which is not what it was then, is left out: the run will be another, and is found to be.
func (r *Run) repeatAsked() {
	for len(r.asked) > 0 && r.asked[0].Step <= r.world.Steps() {
		_ = r.queue(r.asked[0])
		r.asked = r.asked[1:]
	}
}

// byScenario is who asks for what the scenario says.
const byScenario = "scenario"

// schedule returns what lies on the roads at the beginning and what happens later, by time; what the file has first
// comes first.
func (s *Scenario) schedule(net *network.Network) (tyre.Condition, []appointment, error) {
	start, agenda, err := s.conditions()
	if err != nil {
		return 0, nil, err
	}
	works, err := s.laneWorks(net)
	if err != nil {
		return 0, nil, err
	}
	for i, e := range s.Events {
		if len(e.CloseLanes) > 0 {
			agenda = append(agenda, e.laneAppointments(works[i].lanes)...)
			continue
		}
		edges := e.edges(net)
		if len(edges) == 0 {
			return 0, nil, s.invalid(fmt.Sprintf("events[%d].way", i), "no road of the map was made of OSM way %d in direction %s", e.Way, e.direction())
		}
		for _, edge := range edges {
			agenda = append(agenda, e.appointments(net, edge)...)
		}
	}
	return start, s.merge(agenda, nil), nil
}

// merge returns two lists of appointments as one, by time, without those after the end.
func (s *Scenario) merge(agenda, more []appointment) []appointment {
	agenda = append(agenda, more...)
	slices.SortStableFunc(agenda, func(a, b appointment) int { return cmp.Compare(a.at, b.at) })
	end := float64(s.Period.End)
	return slices.DeleteFunc(agenda, func(a appointment) bool { return a.at >= end })
}

func (e Event) direction() string { return cmp.Or(e.Direction, "both") }

// edges returns the edges that the event concerns.
func (e Event) edges(net *network.Network) (edges []network.EdgeID) {
	for i := range net.Edges {
		way := net.Edges[i].OSMWay
		forward, backward := way == e.Way, way == -e.Way
		switch e.direction() {
		case "forward":
			backward = false
		case "backward":
			forward = false
		}
		if forward || backward {
			edges = append(edges, network.EdgeID(i))
		}
	}
	if len(e.Near) == 2 && len(edges) > 0 {
		return []network.EdgeID{nearestEdge(net, edges, e.Near)}
	}
	return edges
}

// nearestEdge returns the edge whose middle is nearest to a place, longitude and latitude.
func nearestEdge(net *network.Network, edges []network.EdgeID, near []float64) network.EdgeID {
	at := net.Projection.ToLocal(near[0], near[1])
	return slices.MinFunc(edges, func(a, b network.EdgeID) int {
		return cmp.Compare(at.Dist(MiddleOf(net, a)), at.Dist(MiddleOf(net, b)))
	})
}

// MiddleOf returns the middle of the lane at the kerb of an edge.
func MiddleOf(net *network.Network, e network.EdgeID) network.Point {
	edge := &net.Edges[e]
	return net.PoseAt(edge.FirstLane.Track(), edge.Length/2, 0).Point
}

// appointments returns the beginning of the event on an edge and, if it has one, its end.
func (e Event) appointments(net *network.Network, edge network.EdgeID) []appointment {
	begin := traffic.Command{Kind: traffic.CloseEdge, Edge: edge}
	end := traffic.Command{Kind: traffic.OpenEdge, Edge: edge}
	if !e.Close {
		begin = traffic.Command{Kind: traffic.SetSpeedLimit, Edge: edge, Limit: e.SpeedLimit / 3.6}
		end = traffic.Command{Kind: traffic.SetSpeedLimit, Edge: edge, Limit: net.EdgeLanes(edge)[0].SpeedLimit}
	}
	list := []appointment{{float64(e.At), begin}}
	if e.Until != nil {
		list = append(list, appointment{float64(*e.Until), end})
	}
	return list
}
