package sumonet

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
)

// cabinet returns the id of a controller.
func (w *writer) cabinet(c network.ControllerID) string { return fmt.Sprintf("tl%d", c) }

// gives tells whether a connector gives way in a conflict, as written: where both do, the one with the higher id, but at
// all-way stops and where they merge like a zipper.
func (w *writer) gives(c *network.Conflict) bool {
	if c.Kind == network.Diverging || !c.Yields {
		return false
	}
	if w.net.Junctions[w.net.Connectors[c.Of].Junction].Kind == network.AllWayStop || c.Of > c.With || !w.mutual(c) {
		return true
	}
	return w.zips(c.Of) && w.zips(c.With)
}

// mutual tells whether both sides of a conflict give way.
func (w *writer) mutual(c *network.Conflict) bool {
	twin := w.conflict(c.With, c.Of)
	return c.Yields && twin != nil && twin.Yields
}

// zips tells whether a connector gives way to nobody but those that it merges with in turn, without a signal: SUMO's
// zipper, which slows down in time for them.
func (w *writer) zips(id network.ConnectorID) bool {
	if w.net.Connectors[id].Group != network.None {
		return false
	}
	merges := false
	all := w.net.ConflictsOf(id)
	for i := range all {
		switch c := &all[i]; {
		case !c.Yields:
		case c.Kind != network.Merging || !w.mutual(c):
			return false
		default:
			merges = true
		}
	}
	return merges
}

// conflict returns that of connector p with q, nil if there is none.
func (w *writer) conflict(p, q network.ConnectorID) *network.Conflict {
	all := w.net.ConflictsOf(p)
	at, ok := slices.BinarySearchFunc(all, q, func(c network.Conflict, q network.ConnectorID) int { return cmp.Compare(c.With, q) })
	if !ok {
		return nil
	}
	return &all[at]
}

// yields tells whether a connector gives way to any other.
func (w *writer) yields(c network.ConnectorID) bool {
	all := w.net.ConflictsOf(c)
	for i := range all {
		if w.gives(&all[i]) {
			return true
		}
	}
	return false
}

// state returns SUMO's letter for the right of way of a connector, that at signals for when they are off.
func (w *writer) state(id network.ConnectorID) string {
	c := &w.net.Connectors[id]
	kind := w.net.Junctions[c.Junction].Kind
	switch yields := w.yields(id); {
	case c.Group != network.None && yields:
		return "o"
	case c.Group != network.None:
		return "O"
	case kind == network.AllWayStop:
		return "w"
	case c.Control == network.Stop:
		return "s"
	case yields && w.zips(id):
		return "Z"
	case yields && kind == network.PrioritySide:
		return "="
	case yields:
		return "m"
	}
	return "M"
}

// junctionTypes are SUMO's names for kinds of junctions with connectors.
var junctionTypes = [...]string{
	network.Plain: "priority", network.PriorityRoad: "priority", network.PrioritySide: "right_before_left",
	network.AllWayStop: "allway_stop", network.Roundabout: "priority", network.Signalised: "traffic_light",
}

func (w *writer) junction(id network.JunctionID) {
	j := &w.net.Junctions[id]
	kind := junctionTypes[j.Kind]
	if j.NumConnectors == 0 {
		kind = "dead_end"
	}
	fmt.Fprintf(w, `    <junction id="%s" type="%s" x="%.3f" y="%.3f"`, w.junctions[id], kind, j.Position.X, j.Position.Y)
	links := w.linksOf(id)
	var incoming, inside []string
	for _, e := range j.In {
		for k := range w.net.Edges[e].NumLanes {
			incoming = append(incoming, fmt.Sprintf("%s_%d", w.edges[e], k))
		}
	}
	for _, c := range links {
		inside = append(inside, w.internal(c)+"_0")
	}
	fmt.Fprintf(w, ` incLanes="%s" intLanes="%s"`, strings.Join(incoming, " "), strings.Join(inside, " "))
	w.shape(w.outline(j))
	if len(links) == 0 {
		w.WriteString("/>\n")
		return
	}
	w.WriteString(">\n")
	response, foes := make([]byte, len(links)), make([]byte, len(links))
	for i, c := range links {
		for k := range links {
			response[k], foes[k] = '0', '0'
		}
		all := w.net.ConflictsOf(c)
		for k := range all {
			if all[k].Kind == network.Diverging {
				continue
			}
			at := len(links) - 1 - int(w.link[all[k].With]) // link 0 is the last letter
			foes[at] = '1'
			if w.gives(&all[k]) {
				response[at] = '1'
			}
		}
		fmt.Fprintf(w, `        <request index="%d" response="%s" foes="%s" cont="0"/>`+"\n", i, response, foes)
	}
	w.WriteString("    </junction>\n")
}

// outline returns the convex hull of the ends of the lanes at a junction.
func (w *writer) outline(j *network.Junction) []network.Point {
	var corners []network.Point
	add := func(end, before network.Point, width float64) {
		d := math.Hypot(end.X-before.X, end.Y-before.Y)
		if d == 0 {
			d = 1
		}
		x, y := (end.X-before.X)/d*width/2, (end.Y-before.Y)/d*width/2
		corners = append(corners, network.Point{X: end.X - y, Y: end.Y + x}, network.Point{X: end.X + y, Y: end.Y - x})
	}
	for _, e := range j.In {
		for _, l := range w.net.EdgeLanes(e) {
			add(l.Shape[len(l.Shape)-1], l.Shape[len(l.Shape)-2], l.Width)
		}
	}
	for _, e := range j.Out {
		for _, l := range w.net.EdgeLanes(e) {
			add(l.Shape[0], l.Shape[1], l.Width)
		}
	}
	return hull(corners)
}

// hull returns the convex hull of points, counter-clockwise (Andrew's monotone chain).
func hull(points []network.Point) []network.Point {
	slices.SortFunc(points, func(p, q network.Point) int { return cmp.Or(cmp.Compare(p.X, q.X), cmp.Compare(p.Y, q.Y)) })
	points = slices.Compact(points)
	if len(points) < 3 {
		return points
	}
	chain := func(points []network.Point) []network.Point {
		var out []network.Point
		for _, p := range points {
			for len(out) >= 2 {
				a, b := out[len(out)-2], out[len(out)-1]
				if (b.X-a.X)*(p.Y-a.Y)-(b.Y-a.Y)*(p.X-a.X) > 0 {
					break
				}
				out = out[:len(out)-1]
			}
			out = append(out, p)
		}
		return out[:len(out)-1]
	}
	lower := chain(points)
	slices.Reverse(points)
	return append(lower, chain(points)...)
}

// tlLogic writes the program of a controller; without one its signals are off for good.
func (w *writer) tlLogic(id network.ControllerID) {
	c := &w.net.Controllers[id]
	p := w.programs[id]
	if p == nil || len(p.Phases) == 0 {
		off := make([]network.Light, len(c.Groups))
		p = &Program{Controller: id, Phases: []Phase{{Duration: 90, Lights: off}}}
	}
	fmt.Fprintf(w, `    <tlLogic id="%s" type="static" programID="0" offset="%s">`+"\n", w.cabinet(id), seconds(p.Offset))
	fmt.Fprintf(w, `        <param key="%s" value="%s"/>`+"\n", groupsParam, w.groupNumbers(c))
	for _, ph := range p.Phases {
		fmt.Fprintf(w, `        <phase duration="%s" state="%s"/>`+"\n", seconds(ph.Duration), w.lights(c, &ph))
	}
	w.WriteString("    </tlLogic>\n")
}

// groupNumbers returns the group of each link of a controller, as its number among the controller's groups.
func (w *writer) groupNumbers(c *network.Controller) string {
	var numbers []string
	for _, j := range c.Junctions {
		for _, con := range w.signalled(j) {
			numbers = append(numbers, strconv.Itoa(slices.Index(c.Groups, w.net.Connectors[con].Group)))
		}
	}
	return strings.Join(numbers, " ")
}

// seconds writes a time to the millisecond, which is SUMO's.
func seconds(s float64) string { return exact(math.Round(s*1000) / 1000) }

// lights returns the state of all links of a controller in a phase.
func (w *writer) lights(c *network.Controller, ph *Phase) []byte {
	shows := func(con network.ConnectorID) network.Light {
		if w.net.Connectors[con].Group == network.None {
			return network.LightGreen // beside the signals
		}
		return ph.Lights[slices.Index(c.Groups, w.net.Connectors[con].Group)]
	}
	var state []byte
	for _, j := range c.Junctions {
		for _, con := range w.signalled(j) {
			state = append(state, w.letter(con, shows))
		}
	}
	return state
}

// letter returns the state of the link of a connector while connectors show some lights.
func (w *writer) letter(con network.ConnectorID, shows func(network.ConnectorID) network.Light) byte {
	switch shows(con) {
	case network.LightRedAmber:
		return 'u'
	case network.LightAmber:
		return 'y'
	case network.LightFlashing:
		return 'o'
	case network.LightOff:
		if w.yields(con) {
			return 'o'
		}
		return 'O'
	case network.LightGreen, network.LightYield:
		for _, k := range w.net.ConflictsOf(con) {
			if w.gives(&k) && shows(k.With).IsGreen() {
				return 'g'
			}
		}
		return 'G'
	}
	return 'r'
}
