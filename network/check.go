package network

import "fmt"

// maxCoordinate bounds positions, m: beyond, a flat map makes no sense.
const maxCoordinate = 1e6

// check returns an error that names the first thing in the spec of which no network can be made.
func (s *Spec) check() error {
	for i := range s.Junctions {
		j := &s.Junctions[i]
		if !usable(j.Position) {
			return fmt.Errorf("junction %d: position %v, want finite metres within ±%g", i, j.Position, maxCoordinate)
		}
		if j.Control > Signalised {
			return fmt.Errorf("junction %d: control %d, want a junction kind up to %d", i, j.Control, Signalised)
		}
		if j.Controller < None || int(j.Controller) > len(s.Junctions) {
			return fmt.Errorf("junction %d: controller %d, want none (-1) or 0 to the number of junctions", i, j.Controller)
		}
	}
	for i := range s.Edges {
		if err := s.checkEdge(i); err != nil {
			return fmt.Errorf("%s: %w", s.describe(i), err)
		}
	}
	return s.checkRules()
}

// describe names edge i for messages.
func (s *Spec) describe(i int) string {
	e := &s.Edges[i]
	switch {
	case e.Name != "" && e.OSMWay != 0:
		return fmt.Sprintf("edge %d (%s, way %d)", i, e.Name, e.OSMWay)
	case e.OSMWay != 0:
		return fmt.Sprintf("edge %d (way %d)", i, e.OSMWay)
	}
	return fmt.Sprintf("edge %d", i)
}

func (s *Spec) checkEdge(i int) error {
	e := &s.Edges[i]
	for _, j := range []int32{e.From, e.To} {
		if j < 0 || int(j) >= len(s.Junctions) {
			return fmt.Errorf("junction %d, want 0 to %d", j, len(s.Junctions)-1)
		}
	}
	if e.Opposite != None && (e.Opposite < 0 || int(e.Opposite) >= len(s.Edges) || int(e.Opposite) == i) {
		return fmt.Errorf("opposite edge %d, want none (-1) or another of the %d edges", e.Opposite, len(s.Edges))
	}
	if len(e.Shape) < 2 {
		return fmt.Errorf("shape of %d points, want at least 2", len(e.Shape))
	}
	for k, p := range e.Shape {
		if !usable(p) {
			return fmt.Errorf("point %d of its shape is %v, want finite metres within ±%g", k, p, maxCoordinate)
		}
	}
	if e.Sign > Stop {
		return fmt.Errorf("sign %d, want free, yield or stop", e.Sign)
	}
	if e.Road >= NumRoadClasses {
		return fmt.Errorf("road class %d, want less than %d", e.Road, NumRoadClasses)
	}
	if !(e.StopOffset >= 0) || e.StopOffset > maxCoordinate {
		return fmt.Errorf("stop line %g m before its end, want 0 or more", e.StopOffset)
	}
	if !(e.Gradient > -1 && e.Gradient < 1) {
		return fmt.Errorf("gradient %g, want between -1 and 1", e.Gradient)
	}
	return checkLanes(e.Lanes)
}

func checkLanes(lanes []LaneSpec) error {
	const maxLanes, maxWidth, maxSpeed = 32, 30.0, 100.0 // far above any road, m and m/s
	if len(lanes) < 1 || len(lanes) > maxLanes {
		return fmt.Errorf("%d lanes, want 1 to %d", len(lanes), maxLanes)
	}
	for k := range lanes {
		l := &lanes[k]
		switch {
		case !(l.Width > 0) || l.Width > maxWidth:
			return fmt.Errorf("lane %d: width %g m, want more than 0 and at most %g", k, l.Width, maxWidth)
		case !(l.SpeedLimit > 0) || l.SpeedLimit > maxSpeed:
			return fmt.Errorf("lane %d: speed limit %g m/s, want more than 0 and at most %g", k, l.SpeedLimit, maxSpeed)
		case l.Permitted == 0 || l.Permitted&^AllClasses != 0:
			return fmt.Errorf("lane %d: permitted classes %#x, want some of %#x", k, uint16(l.Permitted), uint16(AllClasses))
		case l.Surface >= NumSurfaces:
			return fmt.Errorf("lane %d: surface %d, want less than %d", k, l.Surface, NumSurfaces)
		case l.Turns >= 1<<NumTurns:
			return fmt.Errorf("lane %d: turns %#x, want a set of %d turns", k, uint16(l.Turns), NumTurns)
		}
	}
	return nil
}

func (s *Spec) checkRules() error {
	for _, rules := range [][]TurnRule{s.Bans, s.Onlys} {
		for i, r := range rules {
			for _, e := range []int32{r.From, r.To} {
				if e < 0 || int(e) >= len(s.Edges) {
					return fmt.Errorf("turn rule %d: edge %d, want 0 to %d", i, e, len(s.Edges)-1)
				}
			}
		}
	}
	return nil
}

func usable(p Point) bool {
	return p.X >= -maxCoordinate && p.X <= maxCoordinate && p.Y >= -maxCoordinate && p.Y <= maxCoordinate
}
