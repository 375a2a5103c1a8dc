package osmimport

import (
	"math"

	"roadtwin/network"
)

// urbanSize is the size in m of the squares by which built-up areas are found.
const urbanSize = 200.0

// A square is built-up if the 3 x 3 squares around it (36 ha) hold at least so many metres of streets below secondary
// rank or so many buildings, or if the map calls its middle built-up land. A town of blocks of 100 by 200 m has 5.4 km
// of streets there, a village along one road 0.6 to 1.5 km, open country 0.6.
const (
	urbanStreets   = 1800.0 // m
	urbanBuildings = 60
)

// urbanGrid tells built-up areas from open country. It holds the squares that have anything in them.
type urbanGrid struct {
	cells map[[2]int32]urbanCell // by column and row, from the origin of the projection
}

// urbanCell is what lies in a square.
type urbanCell struct {
	streets   float32 // m
	buildings int32
	land      bool // its middle is built-up land
}

// builtUpLand are the values of landuse that only towns and villages have.
var builtUpLand = map[string]bool{"residential": true, "commercial": true, "retail": true}

// findBuiltUpArea measures how dense streets and buildings are, square by square.
func (d *draft) findBuiltUpArea() error {
	g := &urbanGrid{cells: map[[2]int32]urbanCell{}}
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

// of returns the cell in which p lies.
func (g *urbanGrid) of(p network.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p.X / urbanSize)), int32(math.Floor(p.Y / urbanSize))}
}

// addStreet spreads the length of the line from a to b over the cells it crosses.
func (g *urbanGrid) addStreet(a, b network.Point) {
	const most = 1000 // pieces: what is longer than 50 km between two nodes is no street
	length := distance(a, b)
	pieces := min(int(length/(urbanSize/4))+1, most)
	for k := range pieces {
		at := g.of(along(a, b, (float64(k)+0.5)/float64(pieces)))
		c := g.cells[at]
		c.streets += float32(length / float64(pieces))
		g.cells[at] = c
	}
}

func (g *urbanGrid) addBuilding(p network.Point) {
	at := g.of(p)
	c := g.cells[at]
	c.buildings++
	g.cells[at] = c
}

// addLand marks the cells whose middle lies within outline.
func (g *urbanGrid) addLand(outline []network.Point) {
	const most = 250 // cells: nobody draws residential land 50 km wide
	if len(outline) < 4 {
		return
	}
	box := network.BoundsOf(outline)
	lo, hi := g.of(network.Point{X: box.MinX, Y: box.MinY}), g.of(network.Point{X: box.MaxX, Y: box.MaxY})
	if hi[0]-lo[0] > most || hi[1]-lo[1] > most {
		return
	}
	for row := lo[1]; row <= hi[1]; row++ {
		for column := lo[0]; column <= hi[0]; column++ {
			middle := network.Point{X: (float64(column) + 0.5) * urbanSize, Y: (float64(row) + 0.5) * urbanSize}
			if contains(outline, middle) {
				at := [2]int32{column, row}
				c := g.cells[at]
				c.land = true
				g.cells[at] = c
			}
		}
	}
}

// builtUp reports whether the middle of the street lies in a built-up area.
func (g *urbanGrid) builtUp(d *draft, s *street) bool {
	k := len(s.nodes) / 2
	at := g.of(along(d.nodes[s.nodes[k-1]].pos, d.nodes[s.nodes[k]].pos, 0.5))
	var streets float32
	var buildings int32
	for row := at[1] - 1; row <= at[1]+1; row++ {
		for column := at[0] - 1; column <= at[0]+1; column++ {
			c := g.cells[[2]int32{column, row}]
			streets += c.streets
			buildings += c.buildings
		}
	}
	return streets >= urbanStreets || buildings >= urbanBuildings || g.cells[at].land
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
