package sumonet

import (
	"errors"
	"fmt"
	"io"

	"roadtwin/network"
)

// Links say what the links of signals in SUMO's files are in a network: by them programs are read and written.
type Links struct {
	net *network.Network
	// Signals are the signals of the files by their ids.
	Signals map[string]SignalLinks
	// Lanes are the lanes by their ids.
	Lanes map[string]network.LaneID
	w     *writer // knows who gives way
}

// SignalLinks are the links of the signals of a controller.
type SignalLinks struct {
	Controller network.ControllerID
	// Connectors are those of each link, by its number; none for a link that no vehicle on roads uses, such as a crossing.
	Connectors [][]network.ConnectorID
}

// WrittenLinks returns the links of a network as Write numbers them.
func WrittenLinks(n *network.Network) *Links {
	w := &writer{net: n, edges: EdgeNames(n), link: make([]int32, len(n.Connectors)), tlLink: make([]int32, len(n.Connectors))}
	w.numberLinks()
	l := &Links{net: n, Signals: map[string]SignalLinks{}, Lanes: map[string]network.LaneID{}, w: w}
	for e := range n.Edges {
		for k := range n.Edges[e].NumLanes {
			l.Lanes[fmt.Sprintf("%s_%d", w.edges[e], k)] = n.Edges[e].FirstLane + network.LaneID(k)
		}
	}
	for c := range n.Controllers {
		s := SignalLinks{Controller: network.ControllerID(c)}
		for _, j := range n.Controllers[c].Junctions {
			for _, con := range w.signalled(j) {
				s.Connectors = append(s.Connectors, []network.ConnectorID{con})
			}
		}
		l.Signals[w.cabinet(network.ControllerID(c))] = s
	}
	return l
}

// ReadLinks returns the links of a network n that was made by Read of the same .net.xml.
func ReadLinks(r io.Reader, n *network.Network) (*Links, error) {
	c, err := convert(r, n.Name)
	if err != nil {
		return nil, err
	}
	if len(c.spec.Edges) != len(n.Edges) {
		return nil, fmt.Errorf("%d edges, the network has %d: it was made of another file", len(c.spec.Edges), len(n.Edges))
	}
	l := &Links{net: n, Signals: map[string]SignalLinks{}, Lanes: map[string]network.LaneID{}, w: &writer{net: n}}
	for i := range c.edges {
		for k, lane := range c.toLane[i] {
			if e := c.toEdge[i]; e != network.None && lane != network.None {
				l.Lanes[fmt.Sprintf("%s_%d", c.edges[i].id, k)] = n.Edges[e].FirstLane + network.LaneID(lane)
			}
		}
	}
	longest := map[string]int{} // links by the states of the programs, with those of crossings
	for i := range c.programs {
		if p := &c.programs[i]; len(p.phases) > 0 {
			longest[p.tl] = max(longest[p.tl], p.shortest())
		}
	}
	for i := range c.connections {
		raw := &c.connections[i]
		if to := c.connectedTo[i]; to != network.None && raw.tl != "" && raw.link < maxLinks {
			l.add(raw, &c.spec.Connections[to], min(longest[raw.tl], maxLinks))
		}
	}
	return l, nil
}

// add notes the connector of a connection under its link.
func (l *Links) add(raw *connection, con *network.ConnectionSpec, links int) {
	from := l.net.Edges[con.From].FirstLane + network.LaneID(con.FromLane)
	to := l.net.Edges[con.To].FirstLane + network.LaneID(con.ToLane)
	lane := &l.net.Lanes[from]
	for k := range lane.NumOut {
		id := lane.FirstOut + network.ConnectorID(k)
		c := &l.net.Connectors[id]
		if c.To != to || c.Group == network.None {
			continue
		}
		s, known := l.Signals[raw.tl]
		if !known {
			s = SignalLinks{Controller: l.net.SignalGroups[c.Group].Controller, Connectors: make([][]network.ConnectorID, links)}
		}
		if s.Controller != l.net.SignalGroups[c.Group].Controller {
			return // of signals that were not taken
		}
		for len(s.Connectors) <= raw.link {
			s.Connectors = append(s.Connectors, nil)
		}
		s.Connectors[raw.link] = append(s.Connectors[raw.link], id)
		l.Signals[raw.tl] = s
	}
}

// Of returns the id of the signals of a controller; ok is false if the files have none.
func (l *Links) Of(c network.ControllerID) (id string, ok bool) {
	for name, s := range l.Signals { // the least, for no order matters then
		if s.Controller == c && (!ok || name < id) {
			id, ok = name, true
		}
	}
	return id, ok
}

// Lights returns what the groups of a controller, in its order, show in a state; and how many groups are of links of which some are
// green and some are not: they are taken as the least of them. Letters of links that there are not are passed over.
func (l *Links) Lights(signals, state string) (lights []network.Light, mixed int, err error) {
	s, ok := l.Signals[signals]
	if !ok {
		return nil, 0, errors.New("no signals of that id in the network")
	}
	groups := l.net.Controllers[s.Controller].Groups
	slot := make(map[network.SignalGroupID]int, len(groups))
	for i, g := range groups {
		slot[g] = i
	}
	lights = make([]network.Light, len(groups))
	known, differ := make([]bool, len(groups)), make([]bool, len(groups))
	for i, connectors := range s.Connectors {
		for _, c := range connectors {
			if i >= len(state) {
				return nil, 0, fmt.Errorf("a state of %d letters, want one for each of %d links", len(state), len(s.Connectors))
			}
			light, ok := lightOf(state[i])
			if !ok {
				return nil, 0, fmt.Errorf("unknown letter %q in the state %.40q", state[i], state)
			}
			k := slot[l.net.Connectors[c].Group]
			differ[k] = differ[k] || known[k] && lights[k] != light && !(lights[k].IsGreen() && light.IsGreen())
			if !known[k] || severity(light) > severity(lights[k]) {
				lights[k] = light
			}
			known[k] = true
		}
	}
	for k := range groups {
		if !known[k] { // it has no link of its own: nothing holds it back
			lights[k] = network.LightYield
		}
		if differ[k] {
			mixed++
		}
	}
	return lights, mixed, nil
}

// severity orders lights by how much they let through, the least last.
func severity(l network.Light) int {
	switch l {
	case network.LightGreen:
		return 0
	case network.LightYield:
		return 1
	case network.LightAmber:
		return 3
	case network.LightRed, network.LightRedAmber:
		return 4
	}
	return 2 // off, flashing
}

// lightOf returns what a letter of a state shows
// (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html#signal_state_definitions); a turn on red after a stop is red.
func lightOf(letter byte) (light network.Light, ok bool) {
	switch letter {
	case 'r', 's':
		return network.LightRed, true
	case 'u':
		return network.LightRedAmber, true
	case 'G':
		return network.LightGreen, true
	case 'g':
		return network.LightYield, true
	case 'y', 'Y':
		return network.LightAmber, true
	case 'o':
		return network.LightFlashing, true
	case 'O':
		return network.LightOff, true
	}
	return network.LightRed, false
}

// State returns the letters of the links of some signals while groups show some lights; blank is how many of them no vehicle on roads
// uses: they are red.
func (l *Links) State(signals string, shows func(network.SignalGroupID) network.Light) (state string, blank int) {
	light := func(c network.ConnectorID) network.Light {
		if g := l.net.Connectors[c].Group; g != network.None {
			return shows(g)
		}
		return network.LightGreen // beside the signals
	}
	s := l.Signals[signals]
	letters := make([]byte, len(s.Connectors))
	for i, connectors := range s.Connectors {
		letters[i] = 'r'
		if len(connectors) == 0 {
			blank++
			continue
		}
		letters[i] = l.w.letter(connectors[0], light)
	}
	return string(letters), blank
}
