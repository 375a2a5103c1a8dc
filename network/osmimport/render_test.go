package osmimport

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// render draws n into the folder that the environment variable ROADTWIN_RENDER names, as name.svg (make pictures makes
// PNGs of them): lanes and the paths through junctions as bands, arrows, stop lines coloured by their control, signal
// groups, crossings and bus stops. ROADTWIN_RENDER_AT may hold "x,y,radius" in metres to draw a part.
func render(t testing.TB, n *network.Network, name string) {
	t.Helper()
	dir := os.Getenv("ROADTWIN_RENDER")
	if dir == "" {
		return
	}
	b := n.Bounds
	if at := strings.Split(os.Getenv("ROADTWIN_RENDER_AT"), ","); len(at) == 3 {
		var v [3]float64
		for i := range v {
			v[i], _ = strconv.ParseFloat(at[i], 64)
		}
		b = network.Bounds{MinX: v[0] - v[2], MinY: v[1] - v[2], MaxX: v[0] + v[2], MaxY: v[1] + v[2]}
	}
	f, err := os.Create(filepath.Join(dir, name+".svg"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	defer w.Flush()
	drawing{w, n, b.Pad(5)}.draw()
}

// drawing is a picture of a part of a network, in metres, y upwards.
type drawing struct {
	*bufio.Writer
	net  *network.Network
	view network.Bounds
}

// picturePixels is the length of a picture's longer side.
const picturePixels = 1600.0

var (
	surfaceColours = map[network.Surface]string{network.Asphalt: "#8d9299", network.Concrete: "#a3a7a0", network.Cobblestone: "#a8957f"}
	controlColours = [...]string{network.Free: "#2a9d5c", network.Yield: "#e8920c", network.Stop: "#d0342c", network.Signal: "#2f6fdb"}
	kindColours    = [...]string{
		network.Plain: "#999", network.PriorityRoad: "#2a9d5c", network.PrioritySide: "#e8c00c", network.AllWayStop: "#d0342c",
		network.Roundabout: "#9b3fc8", network.Signalised: "#2f6fdb",
	}
	crossingColours = [...]string{
		network.Unmarked: "#bbb", network.Zebra: "#fff", network.FootSignals: "#2f6fdb", network.LevelCrossing: "#000", network.TramCrossing: "#555",
	}
)

func (d drawing) draw() {
	width, height := d.view.MaxX-d.view.MinX, d.view.MaxY-d.view.MinY
	scale := picturePixels / math.Max(width, height)
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="%.2f %.2f %.2f %.2f">`,
		math.Ceil(width*scale), math.Ceil(height*scale), d.view.MinX, -d.view.MaxY, width, height)
	fmt.Fprintf(d, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="#f1efe9"/>`, d.view.MinX, -d.view.MaxY, width, height)
	for layer := int8(-5); layer <= 5; layer++ {
		d.roads(layer)
	}
	for i := range d.net.Connectors {
		c := &d.net.Connectors[i]
		d.line(c.Shape, controlColours[c.Control], 0.25, "")
		for _, s := range c.Storage {
			d.line(pointsAlong(c.Shape, s), controlColours[c.Control], 0.8, "")
		}
	}
	for i := range d.net.Lanes {
		d.laneEnd(network.LaneID(i))
	}
	d.roadside()
	for i := range d.net.Junctions {
		j := &d.net.Junctions[i]
		colour := kindColours[j.Kind]
		if j.Boundary {
			colour = "#000"
		}
		d.dot(j.Position, 0.8, colour)
	}
	fmt.Fprint(d, "</svg>")
}

// roads draws the lanes of a layer, and the paths that begin there.
func (d drawing) roads(layer int8) {
	for i := range d.net.Connectors {
		c := &d.net.Connectors[i]
		from := &d.net.Lanes[c.From]
		if d.net.Edges[from.Edge].Layer == layer {
			d.line(c.Shape, "#c9c8c3", math.Min(from.Width, d.net.Lanes[c.To].Width), "")
		}
	}
	for i := range d.net.Lanes {
		l := &d.net.Lanes[i]
		edge := &d.net.Edges[l.Edge]
		if edge.Layer != layer {
			continue
		}
		colour, ok := surfaceColours[l.Surface]
		switch {
		case !l.Permitted.Has(network.Car):
			colour = "#c07a7a"
		case edge.AccessOnly:
			colour = "#b9b7c4"
		case !ok:
			colour = "#bfae86"
		}
		if edge.Bridge {
			d.line(l.Shape, "#444", l.Width+0.4, "")
		}
		d.line(l.Shape, colour, l.Width, "")
		d.line(l.Shape, "#ffffff30", l.Width*0.92, "")
	}
}

// laneEnd draws the stop line of a lane, coloured by what it meets there, and its arrows.
func (d drawing) laneEnd(id network.LaneID) {
	l := &d.net.Lanes[id]
	b, a := l.Shape[len(l.Shape)-1], l.Shape[len(l.Shape)-2]
	h := math.Atan2(b.Y-a.Y, b.X-a.X)
	if cons := d.net.OutConnectors(id); len(cons) > 0 {
		across := network.Point{X: -math.Sin(h) * l.Width / 2, Y: math.Cos(h) * l.Width / 2}
		d.line([]network.Point{{X: b.X - across.X, Y: b.Y - across.Y}, {X: b.X + across.X, Y: b.Y + across.Y}},
			controlColours[cons[0].Control], 0.5, "")
	} else {
		d.dot(b, 0.7, "#000")
	}
	if l.Merge != network.NoMerge {
		d.dot(network.Point{X: b.X - 3*math.Cos(h), Y: b.Y - 3*math.Sin(h)}, 0.6, "#e8920c")
	}
	d.arrows(l, b, h)
}

// pointsAlong returns points along a part of a line, half a metre apart.
func pointsAlong(line []network.Point, part network.Stretch) []network.Point {
	var points []network.Point
	for s := part.From; s < part.To; s += 0.5 {
		points = append(points, network.PoseAt(line, s).Point)
	}
	return append(points, network.PoseAt(line, part.To).Point)
}

// turnAngles are the directions of arrows, rad to the left.
var turnAngles = map[network.Turn]float64{
	network.Through: 0, network.SlightLeft: 0.6, network.Left: math.Pi / 2, network.SharpLeft: 2.4, network.UTurn: math.Pi,
	network.SlightRight: -0.6, network.Right: -math.Pi / 2, network.SharpRight: -2.4,
}

// arrows draws the turns of a lane some metres before its end, or where it leads if it has none.
func (d drawing) arrows(l *network.Lane, end network.Point, h float64) {
	back := math.Min(5, l.Length/2)
	at := network.Point{X: end.X - back*math.Cos(h), Y: end.Y - back*math.Sin(h)}
	tail := network.Point{X: at.X - 1.5*math.Cos(h), Y: at.Y - 1.5*math.Sin(h)}
	turns := l.Turns
	if turns == 0 {
		turns = 1 << network.Through
	}
	d.line([]network.Point{tail, at}, "#fff", 0.3, "")
	for turn := range network.NumTurns {
		if !turns.Has(turn) {
			continue
		}
		a := h + turnAngles[turn]
		tip := network.Point{X: at.X + 1.5*math.Cos(a), Y: at.Y + 1.5*math.Sin(a)}
		d.line([]network.Point{at, tip}, "#fff", 0.3, "")
		d.dot(tip, 0.35, "#fff")
	}
}

// roadside draws crossings, bus stops and the numbers of the controllers.
func (d drawing) roadside() {
	place := func(e network.EdgeID, s float64) (network.Point, float64) {
		lane := &d.net.Lanes[d.net.Edges[e].FirstLane]
		pose := network.PoseAt(lane.Shape, s)
		return pose.Point, pose.Heading
	}
	for _, c := range d.net.Crossings {
		p, h := place(c.Edge, c.Position)
		w := 2.0
		d.line([]network.Point{
			{X: p.X - w*math.Sin(h), Y: p.Y + w*math.Cos(h)}, {X: p.X + w*math.Sin(h), Y: p.Y - w*math.Cos(h)},
		}, crossingColours[c.Kind], 1.6, "0.5 0.4")
	}
	for _, s := range d.net.BusStops {
		p, _ := place(s.Edge, s.Position)
		d.dot(p, 0.9, "#0a8f3c")
	}
	for i := range d.net.Controllers {
		for _, j := range d.net.Controllers[i].Junctions {
			p := d.net.Junctions[j].Position
			fmt.Fprintf(d, `<text x="%.2f" y="%.2f" font-size="4" font-family="sans-serif" fill="#2f6fdb">%d</text>`, p.X+1, -p.Y-1, i)
		}
	}
}

func (d drawing) dot(p network.Point, radius float64, colour string) {
	fmt.Fprintf(d, `<circle cx="%.2f" cy="%.2f" r="%.2f" fill="%s"/>`, p.X, -p.Y, radius, colour)
}

// line draws a line; dash is "" or lengths of dashes and gaps.
func (d drawing) line(shape []network.Point, colour string, width float64, dash string) {
	fmt.Fprintf(d, `<polyline fill="none" stroke="%s" stroke-width="%.2f" stroke-dasharray="%s" points="`, colour, width, dash)
	for _, p := range shape {
		fmt.Fprintf(d, "%.2f,%.2f ", p.X, -p.Y)
	}
	fmt.Fprint(d, `"/>`)
}

// TestRenderTowns draws parts of real towns for people to look at.
func TestRenderTowns(t *testing.T) {
	if os.Getenv("ROADTWIN_RENDER") == "" {
		t.Skip("draws into the folder that ROADTWIN_RENDER names")
	}
	for _, c := range []struct {
		name, file string
		box        extract.BBox
	}{
		{"wilmington", "large/delaware_us.osm.pbf", extract.BBox{West: -75.575, South: 39.730, East: -75.530, North: 39.760}},
		{"wilmington_centre", "large/delaware_us.osm.pbf", extract.BBox{West: -75.556, South: 39.738, East: -75.542, North: 39.750}},
		{"monte_carlo", "medium/monaco_2023.osm.pbf", extract.BBox{West: 7.410, South: 43.725, East: 7.430, North: 43.745}},
		{"portland", "medium/portland_us.osm.pbf", extract.BBox{West: -122.690, South: 45.510, East: -122.665, North: 45.525}},
		{"dortmund", "small/dortmund_de.osm.pbf", extract.BBox{West: 7.455, South: 51.505, East: 7.475, North: 51.518}},
		{"hannover", "large/lower_saxony_main_de.osm.pbf", extract.BBox{West: 9.72, South: 52.36, East: 9.76, North: 52.385}},
	} {
		n, r, err := Import(openExtract(t, c.file, &c.box), Options{Name: c.name})
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		if err := r.WriteText(&text); err != nil {
			t.Error(err)
		}
		t.Log(text.String())
		render(t, n, c.name)
	}
}
