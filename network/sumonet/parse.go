package sumonet

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet/sumoxml"
)

// document is what a file says, as it says it; what lies within junctions is left out.
type document struct {
	location    location
	located     bool
	leftHand    bool
	types       map[string]network.ClassSet // what edges of the type let in if they do not say
	edges       []edge
	junctions   []junction
	connections []connection
	programs    []program
	rings       []string // edges of roundabouts
	byEdge      map[string]int32
	byJunction  map[string]int32
	report      *Report
	// Of each junction: the edges that end and begin there, and the connections.
	ending, beginning, linked crowd
}

type edge struct {
	id, from, to, name, kind string // kind is the attribute type
	priority                 int
	shape                    []vertex
	lanes                    []lane
	line                     int
}

type lane struct {
	speed, length, width float64
	classes              network.ClassSet
	shape                []vertex
}

// vertex is a point of a shape, in the coordinates of the file.
type vertex struct{ x, y, z float64 }

type junction struct {
	id, kind string
	at       vertex
	incoming string // lanes, as written
	requests []request
}

// request says of one link of a junction, by the number of the link, to which others it must give way (a string of 0
// and 1, that of link 0 last).
type request struct{ response string }

type connection struct {
	from, to         int32 // edges
	fromLane, toLane int
	tl               string
	link             int // of tl
	state            byte
	pass             bool
	classes          network.ClassSet
	line             int
}

type program struct {
	tl, id, kind string
	offset       float64
	phases       []phase
	groups       []int // of each link, if Write has made the file
}

// groupsParam is the key of the parameter of a tlLogic in which Write says to which of its controller's groups each link
// belongs: links of one group may have different greens (G and g), and different groups may show the same.
const groupsParam = "roadtwin.groups"

type phase struct {
	duration float64
	state    string
}

// parse reads a whole file.
func parse(r io.Reader, report *Report) (*document, error) {
	x, err := sumoxml.NewReader(r)
	if err != nil {
		return nil, err
	}
	d := &document{
		types: map[string]network.ClassSet{}, byEdge: map[string]int32{}, byJunction: map[string]int32{}, report: report,
		ending: crowd{}, beginning: crowd{}, linked: crowd{},
	}
	for {
		e, err := x.Next()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err == nil && !e.End {
			err = d.element(&e, x)
		}
		if err != nil {
			return nil, err
		}
	}
}

// element reads one element of the first two levels, with what is in it.
func (d *document) element(e *sumoxml.Element, x *sumoxml.Reader) error {
	if e.Depth == 1 {
		if e.Name != "net" {
			return e.Errorf("not a SUMO network, want the element net")
		}
		d.leftHand = e.Bool("lefthand", false)
		return nil
	}
	switch e.Name {
	case "location":
		var err error
		d.location, err = parseLocation(e)
		d.located = true
		return err
	case "type":
		d.types[e.Text("id")] = permitted(e.Text("allow"), e.Text("disallow"))
		return nil
	case "edge":
		return d.edge(e, x)
	case "junction":
		return d.junction(e, x)
	case "connection":
		return d.connection(e)
	case "tlLogic":
		return d.program(e, x)
	case "roundabout":
		d.rings = append(d.rings, strings.Fields(e.Text("edges"))...)
		return nil
	}
	d.report.skip(e.Name)
	return nil
}

// children calls do for each element within e, at any depth, until e ends.
func children(e *sumoxml.Element, x *sumoxml.Reader, do func(*sumoxml.Element) error) error {
	for {
		c, err := x.Next()
		if errors.Is(err, io.EOF) {
			return e.Errorf("the file ends within it")
		}
		if err != nil {
			return err
		}
		if c.End && c.Depth == e.Depth {
			return nil
		}
		if !c.End {
			if err := do(&c); err != nil {
				return err
			}
		}
	}
}

func (d *document) edge(e *sumoxml.Element, x *sumoxml.Reader) error {
	switch function := e.Text("function"); function {
	case "", "normal", "connector":
	default:
		d.report.skip("edge of function " + function)
		return children(e, x, func(*sumoxml.Element) error { return nil })
	}
	out := edge{
		id: e.Text("id"), from: e.Text("from"), to: e.Text("to"), name: e.Text("name"), kind: e.Text("type"), line: e.Line,
	}
	if out.id == "" || out.from == "" || out.to == "" {
		return e.Errorf("no id, from or to, want all of them")
	}
	if _, twice := d.byEdge[out.id]; twice {
		return e.Errorf("there is another edge of this id")
	}
	if len(d.edges) == maxEdges {
		return e.Errorf("more than %d edges", maxEdges)
	}
	err := errors.Join(d.beginning.add(e, out.from, maxEnds), d.ending.add(e, out.to, maxEnds))
	if err != nil {
		return err
	}
	if out.priority, err = e.Int("priority", -1); err != nil {
		return err
	}
	if out.shape, err = vertices(e, "shape"); err != nil {
		return err
	}
	err = children(e, x, func(c *sumoxml.Element) error {
		if c.Name != "lane" || c.Depth != e.Depth+1 {
			return nil
		}
		if len(out.lanes) == maxLanes {
			return e.Errorf("more than %d lanes", maxLanes)
		}
		l, err := d.lane(c, out.kind)
		out.lanes = append(out.lanes, l)
		return err
	})
	d.byEdge[out.id] = int32(len(d.edges))
	d.edges = append(d.edges, out)
	return err
}

func (d *document) lane(e *sumoxml.Element, kind string) (l lane, err error) {
	for _, v := range []struct {
		name      string
		otherwise float64
		to        *float64
	}{{"speed", 13.89, &l.speed}, {"length", 0, &l.length}, {"width", defaultWidth, &l.width}} {
		if *v.to, err = e.Float(v.name, v.otherwise); err != nil {
			return l, err
		}
	}
	if l.shape, err = vertices(e, "shape"); err != nil {
		return l, err
	}
	if len(l.shape) < 2 {
		return l, e.Errorf("a shape of %d points, want at least 2", len(l.shape))
	}
	l.classes = permitted(e.Text("allow"), e.Text("disallow"))
	if byType, ok := d.types[kind]; ok && !e.Has("allow") && !e.Has("disallow") {
		l.classes = byType
	}
	return l, nil
}

// defaultWidth is the width in m of lanes that do not tell theirs (SUMO's default).
const defaultWidth = 3.2

// vertices reads a shape: points "x,y" or "x,y,z" separated by blanks.
func vertices(e *sumoxml.Element, name string) ([]vertex, error) {
	var out []vertex
	for _, word := range strings.Fields(e.Text(name)) {
		var p [3]float64
		rest := word
		for i := range p {
			part, after, more := strings.Cut(rest, ",")
			v, err := strconv.ParseFloat(part, 64)
			if err != nil || !(v > -1e9 && v < 1e9) || i == 0 && !more || i == 2 && more {
				return nil, e.Errorf("%s: point %q, want x,y in metres", name, word)
			}
			p[i], rest = v, after
			if !more {
				break
			}
		}
		if len(out) == maxVertices {
			return nil, e.Errorf("%s of more than %d points", name, maxVertices)
		}
		out = append(out, vertex{p[0], p[1], p[2]})
	}
	return out, nil
}

func (d *document) junction(e *sumoxml.Element, x *sumoxml.Reader) (err error) {
	j := junction{id: e.Text("id"), kind: e.Text("type"), incoming: e.Text("incLanes")}
	if j.kind == "internal" {
		return nil
	}
	if _, twice := d.byJunction[j.id]; twice || j.id == "" {
		return e.Errorf("no id, or there is another junction of this id")
	}
	for _, v := range []struct {
		name string
		to   *float64
	}{{"x", &j.at.x}, {"y", &j.at.y}, {"z", &j.at.z}} {
		if *v.to, err = e.Float(v.name, 0); err != nil {
			return err
		}
	}
	err = children(e, x, func(c *sumoxml.Element) error {
		if c.Name != "request" {
			return nil
		}
		i, err := c.Int("index", -1)
		if err == nil && i != len(j.requests) {
			err = c.Errorf("index %d, want %d", i, len(j.requests))
		}
		if response := c.Text("response"); err == nil && max(len(j.requests), len(response)) > maxLinks {
			err = e.Errorf("request %d of %d links, want at most %d", i, len(response), maxLinks)
		}
		j.requests = append(j.requests, request{c.Text("response")})
		return err
	})
	d.byJunction[j.id] = int32(len(d.junctions))
	d.junctions = append(d.junctions, j)
	return err
}

// connection keeps those between edges; what leads on within a junction is left out.
func (d *document) connection(e *sumoxml.Element) (err error) {
	from, to := e.Text("from"), e.Text("to")
	if strings.HasPrefix(from, ":") || strings.HasPrefix(to, ":") {
		return nil
	}
	c := connection{
		tl: e.Text("tl"), pass: e.Bool("pass", false), line: e.Line,
		classes: permitted(e.Text("allow"), e.Text("disallow")),
	}
	if state := e.Text("state"); state != "" {
		c.state = state[0]
	}
	var known [2]bool
	c.from, known[0] = d.byEdge[from]
	c.to, known[1] = d.byEdge[to]
	if !known[0] || !known[1] {
		return e.Errorf("from edge %q to edge %q, want edges that come before it in the file", from, to)
	}
	for _, v := range []struct {
		name string
		to   *int
	}{{"fromLane", &c.fromLane}, {"toLane", &c.toLane}, {"linkIndex", &c.link}} {
		if *v.to, err = e.Int(v.name, 0); err != nil {
			return err
		}
	}
	in, out := &d.edges[c.from], &d.edges[c.to]
	if c.fromLane < 0 || c.fromLane >= len(in.lanes) || c.toLane < 0 || c.toLane >= len(out.lanes) {
		return e.Errorf("lane %d of edge %q to lane %d of edge %q, want lanes that there are", c.fromLane, from, c.toLane, to)
	}
	if in.to != out.from {
		return e.Errorf("edge %q ends at junction %q, and edge %q begins at %q", from, in.to, to, out.from)
	}
	if len(d.connections) == maxConnections {
		return e.Errorf("more than %d connections", maxConnections)
	}
	if err := d.linked.add(e, in.to, maxLinks); err != nil {
		return err
	}
	if c.link < 0 {
		return e.Errorf("linkIndex %d, want 0 or more", c.link)
	}
	d.connections = append(d.connections, c)
	return nil
}

func (d *document) program(e *sumoxml.Element, x *sumoxml.Reader) (err error) {
	if len(d.programs) == maxPrograms {
		return e.Errorf("more than %d programs", maxPrograms)
	}
	l, err := parseLogic(e, x)
	if err != nil {
		return err
	}
	if l.AtBegin {
		d.report.note("signals %s: their offset is the time at which the simulation begins, read as 0", l.Signals)
	}
	p := program{tl: l.Signals, id: l.ID, kind: l.Kind, offset: l.Offset}
	for i := range l.Phases {
		if duration := l.Phases[i].Duration; duration > 0 {
			p.phases = append(p.phases, phase{min(duration, longestPhase), l.Phases[i].State})
		}
	}
	d.programs = append(d.programs, p)
	return d.programs[len(d.programs)-1].parseGroups(e, l.Params[groupsParam])
}

func (p *program) parseGroups(e *sumoxml.Element, value string) error {
	for _, word := range strings.Fields(value) {
		g, err := strconv.ParseInt(word, 10, 32)
		if err != nil || g < 0 {
			return e.Errorf("value: %q, want the numbers of groups", word)
		}
		p.groups = append(p.groups, int(g))
	}
	return nil
}

// longestPhase bounds the phases of programs that never change, s: a day.
const longestPhase = 86400
