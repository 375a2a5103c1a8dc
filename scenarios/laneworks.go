package scenarios

import (
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// lanesClosed is what an event closes: lanes, and what stays open and why.
type lanesClosed struct {
	lanes []network.LaneID
	open  []string
}

// lanesOf returns the lanes that the i-th event closes. What would leave an edge without a lane, or cut a turn off, stays open: works end
// before the junction there. others are closed at the same time.
func (s *Scenario) lanesOf(net *network.Network, i int, others []network.LaneID) (c lanesClosed, err error) {
	e := &s.Events[i]
	closed, edges := slices.Clone(others), e.edges(net)
	if len(edges) == 0 {
		return c, s.invalid(fmt.Sprintf("events[%d].way", i), "no road of the map was made of OSM way %d in direction %s", e.Way, e.direction())
	}
	why := ""
	for _, edge := range edges {
		for _, number := range e.CloseLanes {
			if number > int(net.Edges[edge].NumLanes) {
				why = fmt.Sprintf("edge %d of OSM way %d has %d lanes", edge, e.Way, net.Edges[edge].NumLanes)
				c.open = append(c.open, fmt.Sprintf("lane %d: %s", number, why))
				continue
			}
			lane := net.Edges[edge].FirstLane + network.LaneID(number-1)
			if err := traffic.LaneCanBeClosed(net, lane, closed); err != nil {
				why = err.Error()
				c.open = append(c.open, fmt.Sprintf("lane %d: %s", number, why))
				continue
			}
			c.lanes, closed = append(c.lanes, lane), append(closed, lane)
		}
	}
	if len(c.lanes) == 0 {
		return c, s.invalid(fmt.Sprintf("events[%d].close_lanes", i), "no lane can be closed: %s; close: true closes the way", why)
	}
	return c, nil
}

// laneWorks returns what all events close.
func (s *Scenario) laneWorks(net *network.Network) (all []lanesClosed, err error) {
	all = make([]lanesClosed, len(s.Events))
	for i := range s.Events {
		if len(s.Events[i].CloseLanes) == 0 {
			continue
		}
		var others []network.LaneID
		for k := range i {
			if s.Events[k].overlaps(&s.Events[i]) {
				others = append(others, all[k].lanes...)
			}
		}
		if all[i], err = s.lanesOf(net, i, others); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// overlaps reports whether there is a time at which both events last.
func (e *Event) overlaps(o *Event) bool {
	before := func(a, b *Event) bool { return a.Until != nil && *a.Until <= b.At }
	return !before(e, o) && !before(o, e)
}

// laneAppointments returns the beginning of the closure of each lane and, if it has one, its end.
func (e *Event) laneAppointments(lanes []network.LaneID) (list []appointment) {
	for _, lane := range lanes {
		list = append(list, appointment{float64(e.At), traffic.Command{Kind: traffic.CloseLane, Lane: lane}})
		if e.Until != nil {
			list = append(list, appointment{float64(*e.Until), traffic.Command{Kind: traffic.OpenLane, Lane: lane}})
		}
	}
	return list
}

// eventNotes tells which lanes stay open that an event would close.
func (s *Scenario) eventNotes(net *network.Network) (notes []string) {
	works, err := s.laneWorks(net)
	if err != nil {
		return nil // then there is no run
	}
	for i := range works {
		for _, open := range works[i].open {
			notes = append(notes, fmt.Sprintf("event %d (way %d) leaves a lane open: %s", i+1, s.Events[i].Way, open))
		}
	}
	return notes
}
