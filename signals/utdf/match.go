package utdf

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Match is a junction of the file and the controller that it is.
type Match struct {
	Junction   int                  `json:"junction"` // INTID
	Controller network.ControllerID `json:"controller"`
	Name       string               `json:"name"`
	By         string               `json:"by"`         // osm node, names, coordinates
	Distance   float64              `json:"distance_m"` // between the two, after the frames were laid over one another; 0 by node
}

// maxDistance is how far apart the two may be, m.
const maxDistance = 60.0

// matcher lays the junctions of a file on the controllers of a network.
type matcher struct {
	file  *File
	net   *network.Network
	at    []network.Point // of controllers
	names [][]string      // of the streets at controllers, sorted
	taken map[network.ControllerID]bool
	found map[int]Match
}

func newMatcher(f *File, net *network.Network) *matcher {
	m := &matcher{file: f, net: net, taken: map[network.ControllerID]bool{}, found: map[int]Match{}}
	for c := range net.Controllers {
		m.at = append(m.at, centre(net, network.ControllerID(c)))
		m.names = append(m.names, streetsAt(net, network.ControllerID(c)))
	}
	return m
}

func centre(net *network.Network, c network.ControllerID) (p network.Point) {
	for _, j := range net.Controllers[c].Junctions {
		p.X += net.Junctions[j].Position.X
		p.Y += net.Junctions[j].Position.Y
	}
	n := float64(max(1, len(net.Controllers[c].Junctions)))
	return network.Point{X: p.X / n, Y: p.Y / n}
}

// streetsAt returns the names of the streets that meet at a controller, in a form that can be compared, sorted.
func streetsAt(net *network.Network, c network.ControllerID) []string {
	var names []string
	for _, g := range net.Controllers[c].Groups {
		names = append(names, street(net.Edges[net.SignalGroups[g].Approach].Name))
	}
	return different(names)
}

func different(names []string) []string {
	names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

// street returns a street's name in small letters, words in full.
func street(text string) string {
	full := map[string]string{
		"st": "street", "ave": "avenue", "av": "avenue", "rd": "road", "blvd": "boulevard", "dr": "drive", "ln": "lane", "pkwy": "parkway",
		"hwy": "highway", "ct": "court", "pl": "place", "n": "north", "s": "south", "e": "east", "w": "west", "str": "strasse",
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" .,-/_", r) })
	for i, w := range words {
		if f, ok := full[w]; ok {
			words[i] = f
		}
	}
	return strings.Join(words, " ")
}

// signalised returns the junctions of the file that have timings, ascending.
func (f *File) signalised() []int {
	var ids []int
	for id := range f.Plans {
		ids = append(ids, id)
	}
	for id := range f.Phases {
		if f.Plans[id] == nil {
			ids = append(ids, id)
		}
	}
	sort.Ints(ids)
	return ids
}

// match finds the controllers of all signalised junctions.
func (m *matcher) match() {
	ids := m.file.signalised()
	for _, id := range ids {
		m.byNode(id)
	}
	m.byNames(ids)
	m.byPlace(ids)
}

func (m *matcher) take(id int, c network.ControllerID, by string, distance float64) {
	m.taken[c] = true
	m.found[id] = Match{id, c, m.net.Controllers[c].Name, by, math.Round(distance*10) / 10}
}

// byNode takes a description that names the OSM node, as Export writes it, or an INTID that is one.
func (m *matcher) byNode(id int) {
	wanted := []int64{int64(id)}
	if n := m.file.node(id); n != nil {
		if _, text, ok := strings.Cut(n.Description, "OSM node "); ok {
			if osm, err := strconv.ParseInt(strings.Fields(text + " ")[0], 10, 64); err == nil {
				wanted = []int64{osm}
			}
		}
	}
	for c := range m.net.Controllers {
		if !m.taken[network.ControllerID(c)] && slices.ContainsFunc(m.net.Controllers[c].OSMNodes, func(o int64) bool { return o == wanted[0] }) {
			m.take(id, network.ControllerID(c), "osm node", 0)
			return
		}
	}
}

// namesOf returns the streets at a junction of the file.
func (m *matcher) namesOf(id int) []string {
	var names []string
	for _, v := range m.file.Links[id]["name"] {
		if _, err := strconv.Atoi(v); err != nil && name(v) != "name" {
			names = append(names, street(v))
		}
	}
	return different(names)
}

// byNames takes pairs of streets that meet once in the file and once in the network.
func (m *matcher) byNames(ids []int) {
	there := map[string][]int{}
	for _, id := range ids {
		if names := m.namesOf(id); len(names) >= 2 {
			key := strings.Join(names, "|")
			there[key] = append(there[key], id)
		}
	}
	here := map[string][]network.ControllerID{}
	for c, names := range m.names {
		if len(names) >= 2 {
			key := strings.Join(names, "|")
			here[key] = append(here[key], network.ControllerID(c))
		}
	}
	for _, id := range ids {
		key := strings.Join(m.namesOf(id), "|")
		if _, done := m.found[id]; !done && len(there[key]) == 1 && len(here[key]) == 1 && !m.taken[here[key][0]] {
			m.take(id, here[key][0], "names", 0)
		}
	}
}

// byPlace lays the frame of the file over the network's and takes the nearest pairs: by degrees if the file has them, else moved as
// those are that have been found, else as it is.
func (m *matcher) byPlace(ids []int) {
	dx, dy := m.shift(ids)
	type pair struct {
		id int
		c  network.ControllerID
		d  float64
	}
	var pairs []pair
	for _, id := range ids {
		n := m.file.node(id)
		if n == nil {
			continue
		}
		p := m.local(n, dx, dy)
		if f, ok := m.found[id]; ok {
			if f.By != "osm node" {
				f.Distance = math.Round(p.Dist(m.at[f.Controller])*10) / 10
				m.found[id] = f
			}
			continue
		}
		for c := range m.at {
			if d := p.Dist(m.at[c]); d <= maxDistance && !m.taken[network.ControllerID(c)] {
				pairs = append(pairs, pair{id, network.ControllerID(c), d})
			}
		}
	}
	sort.SliceStable(pairs, func(i, k int) bool { return pairs[i].d < pairs[k].d })
	for _, p := range pairs {
		if _, done := m.found[p.id]; !done && !m.taken[p.c] {
			m.take(p.id, p.c, "coordinates", p.d)
		}
	}
}

func (m *matcher) local(n *Node, dx, dy float64) network.Point {
	if !math.IsNaN(n.Lon) && !math.IsNaN(n.Lat) {
		return m.net.Projection.ToLocal(n.Lon, n.Lat)
	}
	return network.Point{X: n.X*m.file.unit() + dx, Y: n.Y*m.file.unit() + dy}
}

// shift returns the median distance from the junctions of the file to the controllers that they have been found to be, m.
func (m *matcher) shift(ids []int) (dx, dy float64) {
	var xs, ys []float64
	for _, id := range ids {
		if f, ok := m.found[id]; ok {
			if n := m.file.node(id); n != nil {
				xs = append(xs, m.at[f.Controller].X-n.X*m.file.unit())
				ys = append(ys, m.at[f.Controller].Y-n.Y*m.file.unit())
			}
		}
	}
	if len(xs) == 0 {
		return 0, 0
	}
	sort.Float64s(xs)
	sort.Float64s(ys)
	return xs[len(xs)/2], ys[len(ys)/2]
}

// compass are the directions of travel in the columns of a file, as angles from east, counter-clockwise, in eighths of a turn.
var compass = []struct {
	name   string
	eighth float64
}{{"eb", 0}, {"ne", 1}, {"nb", 2}, {"nw", 3}, {"wb", 4}, {"sw", 5}, {"sb", 6}, {"se", 7}}

// bearing returns the direction in which traffic of a column arrives at a junction of the file, rad: from the node upstream if both
// places are known.
func (f *File) bearing(id int, column string) float64 {
	up := int(number(f.Links[id], "upid", column, math.NaN()))
	if n, u := f.node(id), f.node(up); n != nil && u != nil && (n.X != u.X || n.Y != u.Y) {
		return math.Atan2(n.Y-u.Y, n.X-u.X)
	}
	for _, c := range compass {
		if c.name == column {
			return c.eighth * math.Pi / 4
		}
	}
	return 0
}

// columns returns the directions from which traffic arrives at a junction of the file: those of its links, or else of its lanes.
func (f *File) columns(id int) []string {
	var out []string
	for _, c := range compass {
		_, link := f.Links[id]["upid"][c.name]
		lanes := false
		for _, turn := range []string{"l", "t", "r"} {
			if text := f.Lanes[id]["lanes"][c.name+turn]; text != "" {
				lanes = true
			}
		}
		if link || lanes {
			out = append(out, c.name)
		}
	}
	return out
}

// approachColumns returns for each approach of a controller the column whose traffic it has, "" for none: the one that arrives in the
// nearest direction, within 60°.
func (m *matcher) approachColumns(id int, c network.ControllerID) map[network.EdgeID]string {
	out := map[network.EdgeID]string{}
	columns := m.file.columns(id)
	for _, g := range m.net.Controllers[c].Groups {
		e := m.net.SignalGroups[g].Approach
		best, nearest := "", math.Pi/3
		for _, column := range columns {
			if off := math.Abs(math.Remainder(m.file.bearing(id, column)-heading(m.net, e), 2*math.Pi)); off < nearest {
				best, nearest = column, off
			}
		}
		out[e] = best
	}
	return out
}

// heading returns the direction in which an edge meets its junction, rad.
func heading(net *network.Network, e network.EdgeID) float64 {
	shape := net.Lanes[net.Edges[e].FirstLane].Shape
	p, q := shape[len(shape)-2], shape[len(shape)-1]
	return math.Atan2(q.Y-p.Y, q.X-p.X)
}

// Report is what an import has done.
type Report struct {
	Matched   []Match        `json:"matched"`
	Unmatched []Unmatched    `json:"unmatched"` // signalised junctions of the file that are not in the network
	Without   int            `json:"controllers_without"`
	Notes     []string       `json:"notes"`
	Counts    map[string]int `json:"controls"` // by kind
}

// Unmatched is a junction of the file that has not been found.
type Unmatched struct {
	Junction int    `json:"junction"`
	Streets  string `json:"streets"`
	Why      string `json:"why"`
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}
