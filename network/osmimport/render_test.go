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

// render draws n into the folder that the environment variable ROADTWIN_RENDER names, as name.svg: lanes as bands of
// their width, connectors as lines coloured by their control, arrows in driving direction. ROADTWIN_RENDER_AT may hold
// "x,y,radius" in metres to draw a part.
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
	drawing{w, n, b}.draw()
}

type drawing struct {
	*bufio.Writer
	net  *network.Network
	view network.Bounds
}

func (d drawing) draw() {
	size := math.Max(d.view.MaxX-d.view.MinX, d.view.MaxY-d.view.MinY)
	pixels := 1400.0
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="%.2f %.2f %.2f %.2f">`,
		pixels, pixels, d.view.MinX, -d.view.MaxY, size, size)
	fmt.Fprintf(d, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="#f4f2ec"/>`, d.view.MinX, -d.view.MaxY, size, size)
	for i := range d.net.Lanes {
		l := &d.net.Lanes[i]
		colour := [...]string{"#9aa0a8", "#8a94a8", "#b09a80", "#b8b09a"}[l.Surface]
		if !l.Permitted.Has(network.Car) {
			colour = "#c88"
		}
		d.line(l.Shape, colour, l.Width*0.9, "butt")
	}
	colours := [...]string{"#2a7", "#e80", "#d22", "#27d"}
	for i := range d.net.Connectors {
		c := &d.net.Connectors[i]
		d.line(c.Shape, colours[c.Control], 0.5, "butt")
	}
	for i := range d.net.Lanes {
		d.arrow(d.net.Lanes[i].Shape)
	}
	for i := range d.net.Junctions {
		j := &d.net.Junctions[i]
		colour := [...]string{"#999", "#2a7", "#ec0", "#d22", "#a3d", "#27d"}[j.Kind]
		if j.Boundary {
			colour = "#000"
		}
		fmt.Fprintf(d, `<circle cx="%.2f" cy="%.2f" r="1.2" fill="%s"/>`, j.Position.X, -j.Position.Y, colour)
	}
	fmt.Fprint(d, "</svg>")
}

func (d drawing) line(shape []network.Point, colour string, width float64, ends string) {
	fmt.Fprintf(d, `<polyline fill="none" stroke="%s" stroke-width="%.2f" stroke-linecap="%s" points="`, colour, width, ends)
	for _, p := range shape {
		fmt.Fprintf(d, "%.2f,%.2f ", p.X, -p.Y)
	}
	fmt.Fprint(d, `"/>`)
}

// arrow draws an arrow head at the end of a lane.
func (d drawing) arrow(shape []network.Point) {
	b, a := shape[len(shape)-1], shape[len(shape)-2]
	h := math.Atan2(b.Y-a.Y, b.X-a.X)
	tip := func(angle, r float64) string {
		return fmt.Sprintf("%.2f,%.2f ", b.X+r*math.Cos(h+angle), -(b.Y + r*math.Sin(h+angle)))
	}
	fmt.Fprintf(d, `<polygon fill="#fff" points="%s%s%s"/>`, tip(0, 0), tip(2.7, 2.5), tip(-2.7, 2.5))
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
