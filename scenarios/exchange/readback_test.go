package exchange

import (
	"bytes"
	"encoding/xml"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// element is any element of an XML file.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e *element) num(t testing.TB, name string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(e.attr(name), 64)
	if err != nil {
		t.Fatalf("%s of %s: %v", name, e.XMLName.Local, err)
	}
	return x
}

// all returns the elements of a name in e, at any depth.
func (e *element) all(name string) (found []*element) {
	for i := range e.Children {
		c := &e.Children[i]
		if c.XMLName.Local == name {
			found = append(found, c)
		}
		found = append(found, c.all(name)...)
	}
	return found
}

// read parses what is written.
func read(t testing.TB, what func(*bytes.Buffer) error) *element {
	t.Helper()
	var b bytes.Buffer
	if err := what(&b); err != nil {
		t.Fatal(err)
	}
	var e element
	if err := xml.Unmarshal(b.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return &e
}

// Every trajectory is read back where and when it was: to a millimetre, at the middle of the front bumper, and a hundredth of a degree.
func TestTrajectoriesAreReadBack(t *testing.T) {
	all, nets := episodes(t, 6)
	for i, e := range all {
		x := read(t, func(b *bytes.Buffer) error { return WriteOpenSCENARIO(b, e, nets[i], header) })
		boxes := map[string]*element{}
		for _, o := range x.all("ScenarioObject") {
			boxes[o.attr("name")] = o.all("BoundingBox")[0]
		}
		paths := map[string]*element{}
		for _, p := range x.all("Trajectory") {
			paths[strings.TrimPrefix(p.attr("name"), "path of ")] = p
		}
		for k := range e.Vehicles {
			v := &e.Vehicles[k]
			box := boxes[name(v.ID)]
			if box == nil {
				t.Fatalf("vehicle %d is not there", v.ID)
			}
			front := box.all("Center")[0].num(t, "x") + box.all("Dimensions")[0].num(t, "length")/2
			if len(v.Path) < 2 {
				continue
			}
			vertices := paths[name(v.ID)].all("Vertex")
			if len(vertices) != len(v.Path) {
				t.Fatalf("vehicle %d: %d vertices of %d samples", v.ID, len(vertices), len(v.Path))
			}
			for n, vertex := range vertices {
				p, s := vertex.all("WorldPosition")[0], &v.Path[n]
				h := p.num(t, "h")
				dx, dy := p.num(t, "x")+front*math.Cos(h)-s.X, p.num(t, "y")+front*math.Sin(h)-s.Y
				if math.Hypot(dx, dy) > 1e-3 || math.Abs(math.Remainder(h-s.Heading, 2*math.Pi)) > 1e-4 {
					t.Fatalf("vehicle %d, sample %d: %.4f m off, heading %.5f, want %.5f", v.ID, n, math.Hypot(dx, dy), h, s.Heading)
				}
				if at := vertex.num(t, "time"); math.Abs(at-float64(v.First+n)*e.Step) > 1e-6 {
					t.Fatalf("vehicle %d, sample %d: at %g s", v.ID, n, at)
				}
			}
		}
	}
}

// The phases of a signal last as long as it showed them.
func TestSignalsAreReadBack(t *testing.T) {
	all, nets := episodes(t, 10)
	found := 0
	for i, e := range all {
		x := read(t, func(b *bytes.Buffer) error { return WriteOpenSCENARIO(b, e, nets[i], header) })
		road := read(t, func(b *bytes.Buffer) error { return WriteOpenDRIVE(b, e, nets[i]) })
		heads := map[string]bool{}
		for _, s := range road.all("signal") {
			heads[s.attr("id")] = true
		}
		for _, c := range x.all("TrafficSignalController") {
			at, k := e.Begin, slices.IndexFunc(e.Signals, func(s rare.Signal) bool { return groupName(s.Group) == c.attr("name") })
			for n, p := range c.all("Phase") {
				found++
				want := e.Signals[k].Changes[n]
				if n > 0 && math.Abs(at-want.Time) > 1e-5 {
					t.Errorf("group %d, phase %d at %.3f s, want %.3f", e.Signals[k].Group, n, at, want.Time)
				}
				at += p.num(t, "duration")
				for _, s := range p.all("TrafficSignalState") {
					if !heads[s.attr("trafficSignalId")] || s.attr("state") != states[want.Aspect] {
						t.Errorf("head %s shows %s, want %s", s.attr("trafficSignalId"), s.attr("state"), states[want.Aspect])
					}
				}
			}
		}
	}
	if found == 0 {
		t.Error("no signal in any episode")
	}
}

// laneLine returns points in the middle of lane id of a road, in steps of a metre, as a reader of OpenDRIVE finds them.
func laneLine(t testing.TB, road *element, id int) (line []network.Point) {
	t.Helper()
	offset := road.all("laneOffset")[0].num(t, "a")
	beside := offset
	for k := 1; k <= max(id, -id); k++ {
		for _, l := range road.all("lane") {
			if n, _ := strconv.Atoi(l.attr("id")); n == k*sign(id) {
				w := l.all("width")[0].num(t, "a")
				if k == max(id, -id) {
					w /= 2
				}
				beside += w * float64(sign(id))
			}
		}
	}
	for _, g := range road.all("geometry") {
		h, l := g.num(t, "hdg"), g.num(t, "length")
		for d := 0.0; d <= l; d += math.Min(1, l) {
			line = append(line, network.Point{
				X: g.num(t, "x") + d*math.Cos(h) - beside*math.Sin(h), Y: g.num(t, "y") + d*math.Sin(h) + beside*math.Cos(h),
			})
		}
	}
	return line
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// Lanes are where they are in the network: every lane's middle, as a reader works it out from reference line, offset and widths, is within 30 cm of
// the network's but where streets turn sharply, and connectors' and offside lanes' within 1 cm.
func TestLanesAreWhereTheyAre(t *testing.T) {
	all, nets := episodes(t, 8)
	for i, e := range all {
		net := nets[i]
		p, err := newPiece(e, net)
		if err != nil {
			t.Fatal(err)
		}
		x := read(t, func(b *bytes.Buffer) error { return WriteOpenDRIVE(b, e, net) })
		roads := map[string]*element{}
		for _, r := range x.all("road") {
			roads[r.attr("id")] = r
		}
		if len(roads) != len(p.edges)+len(p.connectors) {
			t.Errorf("%d roads, want %d", len(roads), len(p.edges)+len(p.connectors))
		}
		far, points := 0, 0
		for _, track := range p.tracks() {
			road, id, most := "", 0, 0.01
			if lane, ok := net.LaneOf(track); ok {
				road, id = strconv.Itoa(p.edgeRoad(net.Lanes[lane].Edge)), p.laneNumber(lane)
				if max(id, -id) > 1 {
					most = 0.3
				}
			} else if c, ok := net.ConnectorOf(track); ok {
				road = strconv.Itoa(p.connectorRoad(c))
				id, _ = strconv.Atoi(p.connectorLane())
			}
			shape := net.TrackShape(track)
			for _, at := range laneLine(t, roads[road], id) {
				points++
				if d := distance(shape, at); d > most {
					far++
					if most < 0.1 {
						t.Fatalf("track %d: %.3f m off", track, d)
					}
				}
			}
		}
		if far*50 > points {
			t.Errorf("episode %d: %d of %d points of lanes are more than 0.3 m off", e.ID, far, points)
		}
	}
}

// distance returns how far p is from a line, m.
func distance(line []network.Point, p network.Point) float64 {
	best := math.Inf(1)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		dx, dy := b.X-a.X, b.Y-a.Y
		f := 0.0
		if l := dx*dx + dy*dy; l > 0 {
			f = math.Max(0, math.Min(1, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l))
		}
		best = math.Min(best, p.Dist(network.Point{X: a.X + f*dx, Y: a.Y + f*dy}))
	}
	return best
}

// Friction changes where it did, with its surface named.
func TestFrictionIsReadBack(t *testing.T) {
	all, nets := episodes(t, 2)
	for i, e := range all {
		x := read(t, func(b *bytes.Buffer) error { return WriteOpenDRIVE(b, e, nets[i]) })
		var wet, dry int
		for _, m := range x.all("material") {
			switch m.attr("friction") {
			case "0.1":
				wet++
			case "1.1":
				dry++
			}
		}
		if wet != len(e.Lanes) || dry != len(e.Lanes) {
			t.Errorf("%d and %d stretches, want %d each", wet, dry, len(e.Lanes))
		}
	}
}

// A piece of another network is refused.
func TestForeignEpisodesAreRefused(t *testing.T) {
	all, nets := episodes(t, 1)
	e := *all[0]
	e.Lanes = append(slices.Clone(e.Lanes), rare.LaneRoad{Track: 1 << 20})
	var b bytes.Buffer
	for name, err := range map[string]error{
		"OpenSCENARIO": WriteOpenSCENARIO(&b, &e, nets[0], header), "OpenDRIVE": WriteOpenDRIVE(&b, &e, nets[0]),
	} {
		if err == nil || !strings.Contains(err.Error(), "track 1048576") {
			t.Errorf("%s: %v", name, err)
		}
	}
	e.Lanes = nil
	if err := WriteOpenDRIVE(&b, &e, nets[0]); err == nil {
		t.Error("a piece of no road was written")
	}
}
