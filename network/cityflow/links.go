package cityflow

import (
	"fmt"

	"roadtwin/network"
)

// rank of a road link: straight on goes before left turns, and those before right turns.
type rank uint8

const (
	right rank = 1 + iota
	left
	straight
)

var ranks = map[string]rank{"turn_right": right, "turn_left": left, "go_straight": straight}

var turnNames = [...]string{right: "right", left: "left", straight: "straight"}

// link is a road link of an intersection.
type link struct {
	rank        rank
	from, to    int32 // roads
	first, last int32 // its connections are [first, last)
}

// addLinks makes the connections of intersection i, and its signals.
func (rd *reader) addLinks(i int32) error {
	x := &rd.file.Intersections[i]
	if x.Virtual {
		return nil
	}
	first := len(rd.spec.Connections)
	links := make([]link, len(x.RoadLinks))
	for k := range x.RoadLinks {
		var err error
		if links[k], err = rd.addLink(i, &x.RoadLinks[k]); err != nil {
			return fmt.Errorf("roadLink %d: %w", k, err)
		}
	}
	rd.report.LaneLinks += len(rd.spec.Connections) - first
	rd.giveWay(links)
	return rd.addLight(i, links)
}

func (rd *reader) addLink(i int32, r *roadLink) (link, error) {
	from, okFrom := rd.roads[r.StartRoad]
	to, okTo := rd.roads[r.EndRoad]
	l := link{rank: ranks[r.Type], from: from, to: to, first: int32(len(rd.spec.Connections))}
	switch {
	case l.rank == 0:
		return l, fmt.Errorf("type %q, want go_straight, turn_left or turn_right", r.Type)
	case !okFrom || rd.spec.Edges[from].To != i:
		return l, fmt.Errorf("startRoad %q, want the id of a road that ends here", r.StartRoad)
	case !okTo || rd.spec.Edges[to].From != i:
		return l, fmt.Errorf("endRoad %q, want the id of a road that begins here", r.EndRoad)
	}
	for k := range r.LaneLinks {
		a, b := r.LaneLinks[k].StartLaneIndex, r.LaneLinks[k].EndLaneIndex
		starts, ends := len(rd.spec.Edges[from].Lanes), len(rd.spec.Edges[to].Lanes)
		if a == nil || b == nil || *a < 0 || *a >= starts || *b < 0 || *b >= ends {
			return l, fmt.Errorf("laneLink %d: lane %s to lane %s, want 0 to %d and 0 to %d", k, index(a), index(b), starts-1, ends-1)
		}
		rd.spec.Connections = append(rd.spec.Connections, network.ConnectionSpec{
			From: from, To: to, FromLane: int32(starts - 1 - *a), ToLane: int32(ends - 1 - *b),
			Classes: network.AllClasses, Group: network.None,
		})
	}
	l.last = int32(len(rd.spec.Connections))
	return l, nil
}

func index(i *int) string {
	if i == nil {
		return "(none)"
	}
	return fmt.Sprint(*i)
}

// giveWay writes down who yields to whom: all connections of a link have one list.
func (rd *reader) giveWay(links []link) {
	for a := range links {
		var yields []int32
		for b := range links {
			if links[a].from == links[b].from || links[b].rank < links[a].rank {
				continue
			}
			if links[a].rank == straight { // crossing roads of equal rank: right before left, as the network decides
				continue
			}
			for c := links[b].first; c < links[b].last; c++ {
				yields = append(yields, c)
			}
		}
		for c := links[a].first; c < links[a].last; c++ {
			rd.spec.Connections[c].Yields = yields
		}
	}
}

// addLight makes a signal group of every link of intersection i, and the program, if it has one.
func (rd *reader) addLight(i int32, links []link) error {
	phases := rd.file.Intersections[i].TrafficLight.LightPhases
	var durations []float64
	var shown [][]bool // by phase, then link
	for k := range phases {
		available := make([]bool, len(links))
		for _, l := range phases[k].AvailableRoadLinks {
			if l < 0 || int(l) >= len(links) {
				return fmt.Errorf("lightphase %d: roadLink %d, want 0 to %d", k, l, len(links)-1)
			}
			available[l] = true
		}
		switch t := phases[k].Time; {
		case t == 0:
			rd.report.note("intersection %d (%s): lightphase %d lasts no time and is left out", i, rd.file.Intersections[i].ID, k)
			continue
		case !(t >= 1e-3 && t < 1e5):
			return fmt.Errorf("lightphase %d: time %g s, want more than 0", k, t)
		}
		durations = append(durations, phases[k].Time)
		shown = append(shown, available)
	}
	if len(durations) < 2 || len(links) == 0 {
		return nil // as in CityFlow: always available
	}
	rd.report.Signalised++
	rd.spec.Junctions[i].Controller = i
	rd.spec.Programs = append(rd.spec.Programs, network.ProgramSpec{
		Controller: i, Program: network.Program{Name: rd.file.Intersections[i].ID, Durations: durations},
	})
	for a := range links {
		group := int32(len(rd.spec.Groups))
		rd.spec.Groups = append(rd.spec.Groups, network.GroupSpec{
			Name: rd.file.Roads[links[a].from].ID + " " + turnNames[links[a].rank], Lights: lightsOf(a, links, shown),
		})
		for c := links[a].first; c < links[a].last; c++ {
			rd.spec.Connections[c].Group = group
		}
	}
	return nil
}

// lightsOf returns what link a shows in each phase: green when it is available. A right turn that is available beside
// links of other roads gives way to them: CityFlow's roadnets let right turns go at all times.
func lightsOf(a int, links []link, shown [][]bool) []network.Light {
	lights := make([]network.Light, len(shown))
	for p, available := range shown {
		lights[p] = network.LightRed
		if !available[a] {
			continue
		}
		lights[p] = network.LightGreen
		for b := range links {
			if links[a].rank == right && available[b] && links[b].from != links[a].from && links[b].rank > right {
				lights[p] = network.LightYield
			}
		}
	}
	return lights
}
