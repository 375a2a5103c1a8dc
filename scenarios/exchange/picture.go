package exchange

import (
	"cmp"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// PictureOptions say what is drawn.
type PictureOptions struct {
	Size   int     // pixels, of either side; 0: 1000
	Radius float64 // m around the event; 0: 60
	Sample int     // which is shown; -1: that of the event
}

var (
	ground   = color.RGBA{238, 238, 232, 255}
	asphalt  = color.RGBA{196, 196, 196, 255}
	slippery = color.RGBA{160, 196, 226, 255} // less than half of what a dry road has
	others   = color.RGBA{90, 100, 110, 255}
	striking = color.RGBA{200, 30, 40, 255}
	struck   = color.RGBA{235, 140, 20, 255}
	marks    = color.RGBA{60, 60, 60, 255}
)

// slipperyBelow is the friction below which a road is drawn as slippery: a wet road has 0.7 and more.
const slipperyBelow = 0.5

// WritePicture draws an episode from above as PNG: the roads, slippery ones bluish; everybody as they are at one moment, the one who strikes red, the other
// orange; and the ways of those two through the whole of it. North is up.
func WritePicture(w io.Writer, e *rare.Episode, net *network.Network, o PictureOptions) error {
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	if o.Sample < 0 {
		o.Sample = max(0, min(e.Samples-1, int(math.Round((e.Event.Time-e.Begin)/e.Step))))
	}
	c := p.drawRoads(e, o)
	c.drawWays(e)
	c.drawVehicles(e, o.Sample)
	return png.Encode(w, c.image)
}

// drawRoads returns a picture of the piece of road.
func (p *piece) drawRoads(e *rare.Episode, o PictureOptions) *canvas {
	size, radius := cmp.Or(o.Size, 1000), cmp.Or(o.Radius, 60)
	c := &canvas{image: image.NewRGBA(image.Rect(0, 0, size, size)), middle: e.Event.Position, scale: float64(size) / (2 * radius)}
	for i := range c.image.Pix {
		c.image.Pix[i] = [4]uint8{ground.R, ground.G, ground.B, ground.A}[i%4]
	}
	for _, t := range p.tracks() {
		p.drawRoad(c, t)
	}
	return c
}

// drawWays draws the ways of those whom the event is about.
func (c *canvas) drawWays(e *rare.Episode) {
	for i := range e.Vehicles {
		if v := &e.Vehicles[i]; v.Role != rare.Bystander {
			for k := 1; k < len(v.Path); k++ {
				c.line(at(&v.Path[k-1]), at(&v.Path[k]), 0.15, colourOf(v))
			}
		}
	}
}

// drawVehicles draws everybody at a sample.
func (c *canvas) drawVehicles(e *rare.Episode, k int) {
	for i := range e.Vehicles {
		v := &e.Vehicles[i]
		if s := stateAt(v, k); s != nil {
			c.fill(corners(s, v.Length+0.3, v.Width+0.3), marks)
			c.fill(corners(s, v.Length, v.Width), colourOf(v))
			c.fill(corners(s, 0.3*v.Length, 0.7*v.Width), color.RGBA{255, 255, 255, 90}) // where its front is
		}
	}
}

func at(s *rare.State) network.Point { return network.Point{X: s.X, Y: s.Y} }

func colourOf(v *rare.Vehicle) color.RGBA {
	switch v.Role {
	case rare.Striker:
		return striking
	case rare.Other:
		return struck
	}
	return others
}

// corners returns those of a rectangle that ends at the front bumper of a vehicle.
func corners(s *rare.State, length, width float64) []network.Point {
	ux, uy := math.Cos(s.Heading), math.Sin(s.Heading)
	corner := func(along, left float64) network.Point {
		return network.Point{X: s.X + along*ux - left*uy, Y: s.Y + along*uy + left*ux}
	}
	return []network.Point{corner(0, width/2), corner(0, -width/2), corner(-length, -width/2), corner(-length, width/2)}
}

// drawRoad draws a track with what lies on it.
func (p *piece) drawRoad(c *canvas, t network.TrackID) {
	shape, width := p.net.TrackShape(t), p.widthOf(t)
	for i := 1; i < len(shape); i++ {
		c.line(shape[i-1], shape[i], width/2, asphalt)
	}
	r := p.road[t]
	if r == nil {
		return
	}
	for _, f := range r.Friction {
		if f.Mu >= slipperyBelow {
			continue
		}
		for s := f.From; s < f.To; s++ {
			a, b := p.net.PoseAt(t, s, 0), p.net.PoseAt(t, min(s+1, f.To), 0)
			c.line(a.Point, b.Point, width/2, slippery)
		}
	}
}

// canvas is a picture of a square of the ground.
type canvas struct {
	image  *image.RGBA
	middle network.Point
	scale  float64 // pixels a metre
}

// line draws one that reaches half metres to either side, with ends that do so as well.
func (c *canvas) line(a, b network.Point, half float64, ink color.RGBA) {
	d := a.Dist(b)
	if d == 0 {
		return
	}
	ux, uy := (b.X-a.X)/d*half, (b.Y-a.Y)/d*half
	c.fill([]network.Point{{X: a.X - ux - uy, Y: a.Y - uy + ux}, {X: a.X - ux + uy, Y: a.Y - uy - ux}, {X: b.X + ux + uy, Y: b.Y + uy - ux}, {X: b.X + ux - uy, Y: b.Y + uy + ux}}, ink)
}

// fill fills a polygon: each pixel row is sampled at four heights, and edges are weighed by how much of a pixel is inside.
func (c *canvas) fill(polygon []network.Point, ink color.RGBA) {
	const rows = 4
	size := c.image.Rect.Dx()
	points := make([]network.Point, len(polygon))
	low, high := math.Inf(1), math.Inf(-1)
	for i, p := range polygon {
		points[i] = network.Point{X: (p.X-c.middle.X)*c.scale + float64(size)/2, Y: float64(size)/2 - (p.Y-c.middle.Y)*c.scale}
		low, high = min(low, points[i].Y), max(high, points[i].Y)
	}
	if !(low < high) || high < 0 || low > float64(size) {
		return
	}
	cover := make([]float64, size)
	for y := max(0, int(low)); y <= min(size-1, int(high)); y++ {
		clear(cover)
		for k := range rows {
			crossings := cuts(points, float64(y)+(float64(k)+0.5)/rows)
			for i := 0; i+1 < len(crossings); i += 2 {
				from, to := max(0, crossings[i]), min(float64(size), crossings[i+1])
				for x := int(from); float64(x) < to; x++ {
					cover[x] += (min(to, float64(x+1)) - max(from, float64(x))) / rows
				}
			}
		}
		for x, share := range cover {
			if share > 0 {
				c.blend(x, y, ink, min(1, share))
			}
		}
	}
}

// cuts returns where the sides of a polygon cross a height, ascending.
func cuts(points []network.Point, y float64) (all []float64) {
	for i, a := range points {
		b := points[(i+1)%len(points)]
		if (a.Y <= y) != (b.Y <= y) {
			all = append(all, a.X+(y-a.Y)/(b.Y-a.Y)*(b.X-a.X))
		}
	}
	slices.Sort(all)
	return all
}

func (c *canvas) blend(x, y int, ink color.RGBA, share float64) {
	share *= float64(ink.A) / 255
	at := c.image.PixOffset(x, y)
	for i, v := range [3]uint8{ink.R, ink.G, ink.B} {
		p := &c.image.Pix[at+i]
		*p = uint8(math.Round(float64(*p)*(1-share) + float64(v)*share))
	}
}
