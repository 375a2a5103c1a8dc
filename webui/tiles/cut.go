package tiles

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/simplify"
)

const (
	// buffer is how far features reach beyond the edge of a tile, so that strokes and outlines join: 1/64 of its width.
	buffer = 1.0 / 64
	// tolerance is how far a simplified line may be off, in 1/4096 of a tile: a quarter of a pixel on a tile of 512.
	tolerance = 2
	// smallest is the area below which a polygon is not drawn, in square 1/4096 of a tile: half a pixel of 512.
	smallest = 32
)

// cutter turns features into the coordinates of one tile.
type cutter struct {
	id       ID
	extent   uint32
	around   box // the tile and its buffer, on the world
	clip     orb.Bound
	scale    float64 // world to tile coordinates
	simplify bool
	smallest float64
}

func newCutter(id ID) *cutter {
	c := &cutter{id: id, extent: 4096, around: id.box(buffer), smallest: smallest}
	c.simplify = id.Z < MaxZoom
	if id.Z == MaxZoom {
		// The map enlarges these tiles: half the grain keeps lane markings straight (5 cm), and all details stay.
		c.extent = 8192
		c.smallest = 0
	}
	c.scale = float64(uint64(1)<<id.Z) * float64(c.extent)
	m := buffer * float64(c.extent)
	c.clip = orb.Bound{Min: orb.Point{-m, -m}, Max: orb.Point{float64(c.extent) + m, float64(c.extent) + m}}
	return c
}

func (c *cutter) point(p orb.Point) orb.Point {
	return orb.Point{
		p[0]*c.scale - float64(c.id.X)*float64(c.extent),
		p[1]*c.scale - float64(c.id.Y)*float64(c.extent),
	}
}

// cut returns the geometry of f in this tile, nil if nothing of it can be seen.
func (c *cutter) cut(f *feature) orb.Geometry {
	inside := f.box.within(c.around)
	switch g := f.geometry.(type) {
	case orb.Point:
		p := c.point(g)
		// Without a buffer: a label belongs to one tile only.
		if p[0] < 0 || p[1] < 0 || p[0] >= float64(c.extent) || p[1] >= float64(c.extent) {
			return nil
		}
		return rounded(p)
	case orb.LineString:
		return c.lines(orb.MultiLineString{g}, inside)
	case orb.MultiLineString:
		return c.lines(g, inside)
	case orb.Polygon:
		return c.polygon(g, inside)
	}
	return nil
}

func rounded(p orb.Point) orb.Point { return orb.Point{math.Round(p[0]), math.Round(p[1])} }

func (c *cutter) line(in []orb.Point) []orb.Point {
	out := make([]orb.Point, len(in))
	for i, p := range in {
		out[i] = c.point(p)
	}
	return out
}

func (c *cutter) lines(g orb.MultiLineString, inside bool) orb.Geometry {
	var out orb.MultiLineString
	for _, l := range g {
		line := orb.LineString(c.line(l))
		if c.simplify {
			line = simplify.DouglasPeucker(tolerance).LineString(line)
		}
		parts := orb.MultiLineString{line}
		if !inside {
			parts = clip.LineString(c.clip, line)
		}
		for _, part := range parts {
			if part = tidy(part); len(part) >= 2 {
				out = append(out, part)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// tidy rounds the points of a line and drops those that fall together.
func tidy(line []orb.Point) []orb.Point {
	out := line[:0]
	for _, p := range line {
		if p = rounded(p); len(out) == 0 || out[len(out)-1] != p {
			out = append(out, p)
		}
	}
	return out
}

func (c *cutter) polygon(g orb.Polygon, inside bool) orb.Geometry {
	var out orb.Polygon
	for i, r := range g {
		ring := c.ring(r, inside)
		outer := i == 0
		area := twiceArea(ring) / 2
		if math.Abs(area) <= c.smallest || len(ring) < 4 {
			if outer {
				return nil
			}
			continue
		}
		// MVT 2.1 section 4.3.4.4: with y downwards, outer rings have a positive area and inner ones a negative.
		if outer != (area > 0) {
			ring.Reverse()
		}
		out = append(out, ring)
	}
	return out
}

func (c *cutter) ring(r orb.Ring, inside bool) orb.Ring {
	ring := orb.Ring(c.line(r))
	if c.simplify {
		ring = simplify.DouglasPeucker(tolerance).Ring(ring)
	}
	if !inside {
		ring = clip.Ring(c.clip, ring)
	}
	return tidy(ring)
}

// twiceArea is twice the signed area of a closed ring, by the surveyor's formula.
func twiceArea(r orb.Ring) (sum float64) {
	for i := 1; i < len(r); i++ {
		sum += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return sum
}
