package cityflow

import (
	"fmt"
	"io"
	"math"

	"roadtwin/network"
)

// Read reads a roadnet.json and makes the network of it. name is what the network is called. Errors name the line, or the
// intersection or road by number and id, and what was expected. A file with errors gives no network.
func Read(r io.Reader, name string) (*network.Network, *Report, error) {
	n, err := decode(r)
	if err != nil {
		return nil, nil, err
	}
	rd := reader{file: n, report: &Report{Notes: []string{}}, spec: network.Spec{Name: name}}
	if err := rd.read(); err != nil {
		return nil, nil, err
	}
	net, err := network.Build(&rd.spec)
	if err != nil {
		return nil, nil, err
	}
	return net, rd.report, nil
}

// reader makes a Spec of a file.
type reader struct {
	file   *roadnet
	spec   network.Spec
	report *Report
	origin network.Point    // that is moved to 0, 0
	at     map[string]int32 // intersections by id
	roads  map[string]int32 // by id
}

func (rd *reader) read() error {
	if err := rd.index(); err != nil {
		return err
	}
	if err := rd.findOrigin(); err != nil {
		return err
	}
	for i := range rd.file.Intersections {
		rd.addJunction(&rd.file.Intersections[i])
	}
	for i := range rd.file.Roads {
		if err := rd.addRoad(i); err != nil {
			return fmt.Errorf("road %d (%s): %w", i, rd.file.Roads[i].ID, err)
		}
	}
	rd.pairRoads()
	for i := range rd.file.Intersections {
		if err := rd.addLinks(int32(i)); err != nil {
			return fmt.Errorf("intersection %d (%s): %w", i, rd.file.Intersections[i].ID, err)
		}
	}
	rd.report.Intersections, rd.report.Roads = len(rd.file.Intersections), len(rd.file.Roads)
	return nil
}

// index finds intersections and roads by their ids.
func (rd *reader) index() error {
	rd.at = make(map[string]int32, len(rd.file.Intersections))
	rd.roads = make(map[string]int32, len(rd.file.Roads))
	for i := range rd.file.Intersections {
		if err := enter(rd.at, rd.file.Intersections[i].ID, i); err != nil {
			return fmt.Errorf("intersection %d: %w", i, err)
		}
	}
	for i := range rd.file.Roads {
		if err := enter(rd.roads, rd.file.Roads[i].ID, i); err != nil {
			return fmt.Errorf("road %d: %w", i, err)
		}
	}
	return nil
}

func enter(ids map[string]int32, id string, i int) error {
	if id == "" || len(id) > maxID {
		return fmt.Errorf("id of %d bytes, want 1 to %d", len(id), maxID)
	}
	if other, twice := ids[id]; twice {
		return fmt.Errorf("id %s, which number %d has as well", id, other)
	}
	ids[id] = int32(i)
	return nil
}

// findOrigin checks that all points are there, and chooses the origin.
func (rd *reader) findOrigin() error {
	const farthest = 1e5 // m from the origin; farther, the projection that the page draws with is of no use
	bounds := network.EmptyBounds()
	for i := range rd.file.Intersections {
		p, err := rd.file.Intersections[i].Point.local()
		if err != nil {
			return fmt.Errorf("intersection %d (%s): %w", i, rd.file.Intersections[i].ID, err)
		}
		bounds = bounds.Extend(p)
	}
	for i := range rd.file.Roads {
		for k := range rd.file.Roads[i].Points {
			p, err := rd.file.Roads[i].Points[k].local()
			if err != nil {
				return fmt.Errorf("road %d (%s): point %d: %w", i, rd.file.Roads[i].ID, k, err)
			}
			bounds = bounds.Extend(p)
		}
	}
	if max(-bounds.MinX, -bounds.MinY, bounds.MaxX, bounds.MaxY) > farthest {
		c := bounds.Centre()
		rd.origin = network.Point{X: math.Round(c.X), Y: math.Round(c.Y)}
		rd.report.note("moved by %.0f m east and %.0f m north: it lay far from its origin", -rd.origin.X, -rd.origin.Y)
	}
	return nil
}

// local returns the point in metres.
func (p *point) local() (network.Point, error) {
	const most = 1e8 // m: beyond, millimetres are lost
	if p == nil || p.X == nil || p.Y == nil {
		return network.Point{}, fmt.Errorf("no point, want x and y in metres")
	}
	if !(math.Abs(*p.X) <= most && math.Abs(*p.Y) <= most) {
		return network.Point{}, fmt.Errorf("point %g, %g, want metres within ±%g", *p.X, *p.Y, most)
	}
	return network.Point{X: *p.X, Y: *p.Y}, nil
}

// place returns a point that has been checked, from the origin.
func (rd *reader) place(p *point) network.Point {
	return network.Point{X: *p.X - rd.origin.X, Y: *p.Y - rd.origin.Y}
}

func (rd *reader) addJunction(x *intersection) {
	if x.Virtual {
		rd.report.Virtual++
	}
	rd.spec.Junctions = append(rd.spec.Junctions, network.JunctionSpec{
		Position: rd.place(x.Point), Controller: network.None, Boundary: x.Virtual, Connected: true, Regulated: true, Name: x.ID,
	})
}
