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
		if j.Regulated && !j.Connected {
			return fmt.Errorf("junction %d: regulated but not connected, want both", i)
		}
		if !(j.Elevation >= -1e4 && j.Elevation <= 1e4) {
			return fmt.Errorf("junction %d: elevation %g m, want -10000 to 10000", i, j.Elevation)
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
	if err := s.checkRules(); err != nil {
		return err
	}
	if err := s.checkConnections(); err != nil {
		return err
	}
	return s.checkRoadside()
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
	if len(e.LaneShapes) != 0 && len(e.LaneShapes) != len(e.Lanes) {
		return fmt.Errorf("shapes of %d lanes, want %d or none", len(e.LaneShapes), len(e.Lanes))
	}
	for k, shape := range e.LaneShapes {
		for _, p := range shape {
			if !usable(p) {
				return fmt.Errorf("lane %d: point %v of its shape, want finite metres within ±%g", k, p, maxCoordinate)
			}
		}
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
		case l.Change > NoChangeKerbside|NoChangeOffside || l.Merge > MergeOffside:
			return fmt.Errorf("lane %d: change %d and merge %d, want at most %d and %d", k, l.Change, l.Merge,
				NoChangeKerbside|NoChangeOffside, MergeOffside)
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

// checkConnections checks what fixes the lane pairs of a junction and its signals.
func (s *Spec) checkConnections() error {
	phases := map[int32]int{}
	for i := range s.Programs {
		p := &s.Programs[i]
		if p.Controller < 0 || int(p.Controller) > len(s.Junctions) {
			return fmt.Errorf("program %d: controller %d, want 0 to the number of junctions", i, p.Controller)
		}
		for k, d := range p.Durations {
			if !(d > 0 && d < 1e5) {
				return fmt.Errorf("program %d (%s): phase %d lasts %g s, want more than 0", i, p.Name, k, d)
			}
		}
		if _, twice := phases[p.Controller]; twice || len(p.Durations) == 0 {
			return fmt.Errorf("program %d (%s): want one for controller %d, with phases", i, p.Name, p.Controller)
		}
		phases[p.Controller] = len(p.Durations)
	}
	approach := map[int32]int32{}
	for i := range s.Connections {
		c := &s.Connections[i]
		for _, end := range [2][2]int32{{c.From, c.FromLane}, {c.To, c.ToLane}} {
			if end[0] < 0 || int(end[0]) >= len(s.Edges) || end[1] < 0 || int(end[1]) >= len(s.Edges[end[0]].Lanes) {
				return fmt.Errorf("connection %d: lane %d of edge %d, want one of the spec", i, end[1], end[0])
			}
		}
		j := s.Edges[c.From].To
		if j != s.Edges[c.To].From || !s.Junctions[j].Connected {
			return fmt.Errorf("connection %d: from %s to edge %d, want them to meet at a junction that is Connected",
				i, s.describe(int(c.From)), c.To)
		}
		for _, y := range c.Yields {
			if y < 0 || int(y) >= len(s.Connections) {
				return fmt.Errorf("connection %d: yields to connection %d, want one below %d", i, y, len(s.Connections))
			}
		}
		if c.Group == None {
			continue
		}
		if c.Group < 0 || int(c.Group) >= len(s.Groups) {
			return fmt.Errorf("connection %d: group %d, want none (-1) or 0 to %d", i, c.Group, len(s.Groups)-1)
		}
		if from, ok := approach[c.Group]; ok && from != c.From {
			return fmt.Errorf("connection %d: group %d begins at edge %d and at edge %d, want one", i, c.Group, from, c.From)
		}
		approach[c.Group] = c.From
		if lights := s.Groups[c.Group].Lights; len(lights) != phases[s.Junctions[j].Controller] {
			return fmt.Errorf("group %d (%s): %d lights, want one for each of %d phases", c.Group, s.Groups[c.Group].Name,
				len(lights), phases[s.Junctions[j].Controller])
		}
	}
	return nil
}

// checkRoadside checks bans, crossings and bus stops.
func (s *Spec) checkRoadside() error {
	for i := range s.PathBans {
		b := &s.PathBans[i]
		if len(b.Edges) == 0 || len(b.Edges) < 3 && b.When.Always() {
			return fmt.Errorf("path ban %d: %d edges that are always forbidden, want at least 3", i, len(b.Edges))
		}
		for k, e := range b.Edges {
			if e < 0 || int(e) >= len(s.Edges) || k > 0 && s.Edges[e].From != s.Edges[b.Edges[k-1]].To {
				return fmt.Errorf("path ban %d: edges %v, want a path in the spec", i, b.Edges)
			}
		}
		if err := b.When.check(); err != nil {
			return fmt.Errorf("path ban %d: %w", i, err)
		}
	}
	for i := range s.Crossings {
		c := &s.Crossings[i]
		if c.Edge < 0 || int(c.Edge) >= len(s.Edges) || c.Kind >= numCrossingKinds || !(c.Position >= 0 && c.Position <= maxCoordinate) {
			return fmt.Errorf("crossing %d: kind %d at %g m of edge %d, want a place on an edge of the spec", i, c.Kind, c.Position, c.Edge)
		}
	}
	for i := range s.BusStops {
		b := &s.BusStops[i]
		if b.Edge < 0 || int(b.Edge) >= len(s.Edges) || !(b.Position >= 0 && b.Position <= maxCoordinate) {
			return fmt.Errorf("bus stop %d (%s): %g m of edge %d, want a place on an edge of the spec", i, b.Name, b.Position, b.Edge)
		}
	}
	return nil
}
