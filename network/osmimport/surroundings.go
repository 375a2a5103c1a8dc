package osmimport

import (
	"math"

	"roadtwin/network"
)

// urbanCell is the size in m of the squares by which built-up areas are found.
const urbanCell = 200.0

// A square is built-up if the 3 x 3 squares around it (36 ha) hold at least so many metres of streets below secondary
// rank or so many buildings, or if the map calls its middle built-up land. A town of blocks of 100 by 200 m has 5.4 km
// of streets there, a village along one road 0.6 to 1.5 km, open country 0.6.
const (
	urbanStreets   = 1800.0 // m
	urbanBuildings = 60
)

// urbanGrid tells built-up areas from open country.
type urbanGrid struct {
	minX, minY float64
	cols, rows int
	streets    []float32 // m in each cell
	buildings  []int32
	land       []bool // the middle of the cell is built-up land
}

// builtUpLand are the values of landuse that only towns and villages have.
var builtUpLand = map[string]bool{"residential": true, "commercial": true, "retail": true}

// findBuiltUpArea measures how dense streets and buildings are, square by square.
func (d *draft) findBuiltUpArea() error {
	g := d.newUrbanGrid()
	d.cells = g
	for i := range d.streets {
		s := &d.streets[i]
		if s.class < network.Tertiary || s.class == network.Service {
			continue
		}
		for k := 1; k < len(s.nodes); k++ {
			g.addStreet(d.nodes[s.nodes[k-1]].pos, d.nodes[s.nodes[k]].pos)
		}
	}
	find := selector{draft: d}
	position := func(id int64) (p network.Point, ok bool) {
		at := find.find(id)
		if at < 0 {
			return p, false
		}
		return d.proj.ToLocal(d.x.Nodes[at].Lon, d.x.Nodes[at].Lat), true
	}
	for i := range d.x.Ways {
		w := &d.x.Ways[i]
		if len(w.Nodes) < 4 {
			continue
		}
		if b := w.Tags.Find("building"); b != "" && b != "no" {
			if p, ok := position(w.Nodes[0]); ok {
				g.addBuilding(p)
			}
		} else if builtUpLand[w.Tags.Find("landuse")] && w.Nodes[0] == w.Nodes[len(w.Nodes)-1] {
			outline := make([]network.Point, 0, len(w.Nodes))
			for _, id := range w.Nodes {
				if p, ok := position(id); ok {
					outline = append(outline, p)
				}
			}
			g.addLand(outline)
		}
	}
	return nil
}

func (d *draft) newUrbanGrid() *urbanGrid {
	g := &urbanGrid{minX: math.Inf(1), minY: math.Inf(1)}
	maxX, maxY := math.Inf(-1), math.Inf(-1)
	for i := range d.nodes {
		p := d.nodes[i].pos
		g.minX, g.minY, maxX, maxY = min(g.minX, p.X), min(g.minY, p.Y), max(maxX, p.X), max(maxY, p.Y)
	}
	const most = 4000 // cells a side: 800 km; beyond, everything counts as open country
	g.cols = min(int((maxX-g.minX)/urbanCell)+1, most)
	g.rows = min(int((maxY-g.minY)/urbanCell)+1, most)
	n := g.cols * g.rows
	g.streets, g.buildings, g.land = make([]float32, n), make([]int32, n), make([]bool, n)
	return g
}

// at returns the index of the cell at column c and row r, -1 outside of the grid.
func (g *urbanGrid) at(c, r int) int {
	if c < 0 || r < 0 || c >= g.cols || r >= g.rows {
		return -1
	}
	return r*g.cols + c
}

func (g *urbanGrid) cell(p network.Point) (c, r int) {
	return int(math.Floor((p.X - g.minX) / urbanCell)), int(math.Floor((p.Y - g.minY) / urbanCell))
}

// addStreet spreads the length of the line from a to b over the cells it crosses.
func (g *urbanGrid) addStreet(a, b network.Point) {
	length := distance(a, b)
	pieces := int(length/(urbanCell/4)) + 1
	for k := range pieces {
		if at := g.at(g.cell(along(a, b, (float64(k)+0.5)/float64(pieces)))); at >= 0 {
			g.streets[at] += float32(length / float64(pieces))
		}
	}
}

func (g *urbanGrid) addBuilding(p network.Point) {
	if at := g.at(g.cell(p)); at >= 0 {
		g.buildings[at]++
	}
}

// addLand marks the cells whose middle lies within outline.
func (g *urbanGrid) addLand(outline []network.Point) {
	lo, hi := outline, outline
	if len(lo) < 4 || len(hi) < 4 {
		return
	}
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range outline {
		minX, minY, maxX, maxY = min(minX, p.X), min(minY, p.Y), max(maxX, p.X), max(maxY, p.Y)
	}
	c0, r0 := g.cell(network.Point{X: minX, Y: minY})
	c1, r1 := g.cell(network.Point{X: maxX, Y: maxY})
	for r := max(r0, 0); r <= min(r1, g.rows-1); r++ {
		for c := max(c0, 0); c <= min(c1, g.cols-1); c++ {
			middle := network.Point{
				X: g.minX + (float64(c)+0.5)*urbanCell, Y: g.minY + (float64(r)+0.5)*urbanCell,
			}
			if contains(outline, middle) {
				g.land[g.at(c, r)] = true
			}
		}
	}
}

// builtUp reports whether the middle of the street lies in a built-up area.
func (g *urbanGrid) builtUp(d *draft, s *street) bool {
	k := len(s.nodes) / 2
	c, r := g.cell(along(d.nodes[s.nodes[k-1]].pos, d.nodes[s.nodes[k]].pos, 0.5))
	var streets float32
	var buildings int32
	for y := r - 1; y <= r+1; y++ {
		for x := c - 1; x <= c+1; x++ {
			if at := g.at(x, y); at >= 0 {
				streets += g.streets[at]
				buildings += g.buildings[at]
			}
		}
	}
	at := g.at(c, r)
	return streets >= urbanStreets || buildings >= urbanBuildings || at >= 0 && g.land[at]
}

// contains reports whether p lies within the closed line outline.
func contains(outline []network.Point, p network.Point) bool {
	in := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a.Y > p.Y) != (b.Y > p.Y) && p.X < a.X+(p.Y-a.Y)*(b.X-a.X)/(b.Y-a.Y) {
			in = !in
		}
	}
	return in
}
