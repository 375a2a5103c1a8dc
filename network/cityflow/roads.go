package cityflow

import (
	"fmt"
	"math"

	"roadtwin/network"
)

func (rd *reader) addRoad(i int) error {
	r := &rd.file.Roads[i]
	from, okFrom := rd.at[r.StartIntersection]
	to, okTo := rd.at[r.EndIntersection]
	switch {
	case !okFrom:
		return fmt.Errorf("startIntersection %q, want the id of an intersection", r.StartIntersection)
	case !okTo:
		return fmt.Errorf("endIntersection %q, want the id of an intersection", r.EndIntersection)
	}
	e := network.EdgeSpec{
		From: from, To: to, Opposite: network.None, Road: roadClass(r), Name: r.ID, Ref: r.ID, Rank: int32(len(r.Lanes)),
	}
	width := 0.0
	for k := len(r.Lanes) - 1; k >= 0; k-- { // from the kerb
		l := &r.Lanes[k]
		if !(l.Width > 0 && l.Width <= 30) || !(l.MaxSpeed > 0 && l.MaxSpeed <= 100) {
			return fmt.Errorf("lane %d: width %g m and maxSpeed %g m/s, want more than 0 and at most 30 and 100", k, l.Width, l.MaxSpeed)
		}
		width += l.Width
		e.Lanes = append(e.Lanes, network.LaneSpec{
			Width: l.Width, SpeedLimit: l.MaxSpeed, Permitted: network.AllClasses, Surface: network.Asphalt,
			Source: network.Source{SpeedLimit: network.Tagged, Lanes: network.Tagged, Width: network.Tagged, Turns: network.Tagged},
		})
	}
	line := make([]network.Point, len(r.Points))
	for k := range r.Points {
		line[k] = rd.place(&r.Points[k])
	}
	line, e.AsDrawn = rd.cutBack(i, line)
	e.Shape = network.Offset(line, -width/2)
	rd.spec.Edges = append(rd.spec.Edges, e)
	rd.report.Lanes += len(r.Lanes)
	return nil
}

// roadClass guesses what kind of road it is.
func roadClass(r *road) network.RoadClass {
	switch {
	case r.Lanes[0].MaxSpeed > 25:
		return network.Trunk
	case len(r.Lanes) > 1:
		return network.Secondary
	}
	return network.Tertiary
}

// cutBack cuts road i back to the stop lines at both ends. drawn is false where the file does not tell where they are, or
// where nothing would be left: then the line is as it was, and the stop lines are for the network to find.
func (rd *reader) cutBack(i int, line []network.Point) (cut []network.Point, drawn bool) {
	const least = 2.0 // m that must be left
	r := &rd.file.Roads[i]
	start, end := &rd.file.Intersections[rd.at[r.StartIntersection]], &rd.file.Intersections[rd.at[r.EndIntersection]]
	if !start.Virtual && !(start.Width > 0) || !end.Virtual && !(end.Width > 0) {
		rd.report.note("road %d (%s): an intersection without a width: its stop lines are found from the lanes", i, r.ID)
		return line, false
	}
	head, tail := 0.0, network.PolylineLength(line)
	if !start.Virtual {
		head = start.Width
	}
	if !end.Virtual {
		tail -= end.Width
	}
	if !(tail-head >= least) {
		rd.report.note("road %d (%s): shorter than its intersections are wide: its stop lines are found from the lanes", i, r.ID)
		return line, false
	}
	return between(line, head, tail), true
}

// between returns the part of a line from head to tail metres along it.
func between(line []network.Point, head, tail float64) []network.Point {
	pose := network.PoseAt(line, head)
	out := []network.Point{pose.Point}
	s := 0.0
	for k := 1; k < len(line); k++ {
		s += line[k].Dist(line[k-1])
		if s > head+0.01 && s < tail-0.01 {
			out = append(out, line[k])
		}
	}
	return append(out, network.PoseAt(line, tail).Point)
}

// pairRoads finds the two directions of a road: those between the same intersections along the same points.
func (rd *reader) pairRoads() {
	first := map[[2]int32][]int32{} // roads without a partner, by their intersections
	for i := range rd.spec.Edges {
		e := &rd.spec.Edges[i]
		others := first[[2]int32{e.To, e.From}]
		for k, o := range others {
			if mirrored(rd.file.Roads[i].Points, rd.file.Roads[o].Points) && int(o) != i {
				e.Opposite, rd.spec.Edges[o].Opposite = o, int32(i)
				others[k] = others[len(others)-1]
				first[[2]int32{e.To, e.From}] = others[:len(others)-1]
				break
			}
		}
		if e.Opposite == network.None {
			key := [2]int32{e.From, e.To}
			first[key] = append(first[key], int32(i))
		}
	}
}

// mirrored tells whether q leads back along p.
func mirrored(p, q []point) bool {
	const near = 1.0 // m
	if len(p) != len(q) {
		return false
	}
	for k := range p {
		o := &q[len(q)-1-k]
		if math.Hypot(*p[k].X-*o.X, *p[k].Y-*o.Y) > near {
			return false
		}
	}
	return true
}
