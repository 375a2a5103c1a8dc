package network

import (
	"fmt"
	"sort"
)

// Validate checks everything that the types promise, and returns an error that names the first element that breaks a
// promise. What Build and Read return is valid.
func (n *Network) Validate() error {
	checks := []struct {
		what  string
		count int
		check func(i int) error
	}{
		{"junction", len(n.Junctions), n.checkJunction},
		{"edge", len(n.Edges), n.checkEdge},
		{"lane", len(n.Lanes), n.checkLane},
		{"movement", len(n.Movements), n.checkMovement},
		{"connector", len(n.Connectors), n.checkConnector},
		{"conflict", len(n.Conflicts), n.checkConflict},
		{"connector", len(n.Connectors), n.checkStorage},
		{"signal group", len(n.SignalGroups), n.checkGroup},
		{"controller", len(n.Controllers), n.checkController},
		{"ban", len(n.Bans), n.checkBan},
		{"crossing", len(n.Crossings), n.checkCrossing},
		{"bus stop", len(n.BusStops), n.checkBusStop},
	}
	if n.DrivingSide > LeftHand {
		return fmt.Errorf("driving side %d, want right (0) or left (1)", n.DrivingSide)
	}
	if err := n.checkTotals(); err != nil {
		return err
	}
	for _, c := range checks {
		for i := range c.count {
			if err := c.check(i); err != nil {
				return fmt.Errorf("%s %d: %w", c.what, i, err)
			}
		}
	}
	return nil
}

// checkTotals checks that what belongs to something else belongs to exactly one.
func (n *Network) checkTotals() error {
	var lanes, ins, outs, cons, fromLanes, intoLanes, moved, conflicts int64
	for i := range n.Junctions {
		ins += int64(len(n.Junctions[i].In))
		outs += int64(len(n.Junctions[i].Out))
		cons += int64(n.Junctions[i].NumConnectors)
	}
	for i := range n.Edges {
		lanes += int64(n.Edges[i].NumLanes)
	}
	for i := range n.Lanes {
		fromLanes += int64(n.Lanes[i].NumOut)
		intoLanes += int64(len(n.Lanes[i].In))
	}
	for i := range n.Movements {
		moved += int64(len(n.Movements[i].Connectors))
	}
	for i := range n.Connectors {
		conflicts += int64(n.Connectors[i].NumConflicts)
	}
	for _, t := range []struct {
		what      string
		got, want int64
	}{
		{"lanes of edges", lanes, int64(len(n.Lanes))},
		{"edges that end at junctions", ins, int64(len(n.Edges))},
		{"edges that begin at junctions", outs, int64(len(n.Edges))},
		{"connectors of junctions", cons, int64(len(n.Connectors))},
		{"connectors that leave lanes", fromLanes, int64(len(n.Connectors))},
		{"connectors that lead to lanes", intoLanes, int64(len(n.Connectors))},
		{"connectors of movements", moved, int64(len(n.Connectors))},
		{"conflicts of connectors", conflicts, int64(len(n.Conflicts))},
	} {
		if t.got != t.want {
			return fmt.Errorf("%d %s, want %d", t.got, t.what, t.want)
		}
	}
	return nil
}

// ascending checks that ids are strictly ascending and within [0, count).
func ascending[T ~int32](what string, ids []T, count int) error {
	for i, id := range ids {
		if id < 0 || int(id) >= count || i > 0 && id <= ids[i-1] {
			return fmt.Errorf("%s %v, want ascending ids below %d", what, ids, count)
		}
	}
	return nil
}

// inRange checks that [first, first+count) lies within [0, total).
func inRange[T ~int32](what string, first T, count int32, total int) error {
	if first < 0 || count < 0 || int64(first)+int64(count) > int64(total) {
		return fmt.Errorf("%s %d to %d, want a part of %d", what, first, int64(first)+int64(count)-1, total)
	}
	return nil
}

// valid checks an id; None is allowed if optional.
func valid[T ~int32](what string, id T, count int, optional bool) error {
	if optional && id == None || id >= 0 && int(id) < count {
		return nil
	}
	return fmt.Errorf("%s %d, want an id below %d", what, id, count)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) checkJunction(i int) error {
	j := &n.Junctions[i]
	err := firstError(
		ascending("edges in", j.In, len(n.Edges)),
		ascending("edges out", j.Out, len(n.Edges)),
		inRange("connectors", j.FirstConnector, j.NumConnectors, len(n.Connectors)),
		valid("controller", j.Controller, len(n.Controllers), true),
	)
	switch {
	case err != nil:
		return err
	case !isFinite(j.Elevation):
		return fmt.Errorf("elevation %g m, want finite", j.Elevation)
	case !j.Position.finite():
		return fmt.Errorf("position %v, want finite", j.Position)
	case int(j.Kind) >= len(junctionKindNames):
		return fmt.Errorf("kind %d, want less than %d", j.Kind, len(junctionKindNames))
	case (j.Kind == Signalised) != (j.Controller != None):
		return fmt.Errorf("kind %v with controller %d, want a controller exactly if signalised", j.Kind, j.Controller)
	}
	for _, e := range j.In {
		if int(n.Edges[e].To) != i {
			return fmt.Errorf("edge %d in ends at junction %d", e, n.Edges[e].To)
		}
	}
	for _, e := range j.Out {
		if int(n.Edges[e].From) != i {
			return fmt.Errorf("edge %d out begins at junction %d", e, n.Edges[e].From)
		}
	}
	for c := range j.NumConnectors {
		if con := &n.Connectors[int32(j.FirstConnector)+c]; int(con.Junction) != i {
			return fmt.Errorf("connector %d is of junction %d", int32(j.FirstConnector)+c, con.Junction)
		}
	}
	return nil
}

func (n *Network) checkEdge(i int) error {
	e := &n.Edges[i]
	err := firstError(
		valid("from junction", e.From, len(n.Junctions), false),
		valid("to junction", e.To, len(n.Junctions), false),
		valid("opposite", e.Opposite, len(n.Edges), true),
		inRange("lanes", e.FirstLane, e.NumLanes, len(n.Lanes)),
	)
	switch {
	case err != nil:
		return err
	case e.NumLanes < 1:
		return fmt.Errorf("%d lanes, want at least 1", e.NumLanes)
	case !(e.Length >= minLength) || !isFinite(e.Length):
		return fmt.Errorf("length %g m, want at least %g", e.Length, minLength)
	case e.Road >= NumRoadClasses:
		return fmt.Errorf("road class %d, want less than %d", e.Road, NumRoadClasses)
	}
	for k, l := range n.EdgeLanes(EdgeID(i)) {
		if int(l.Edge) != i || int(l.Index) != k {
			return fmt.Errorf("lane %d is lane %d of edge %d", int(e.FirstLane)+k, l.Index, l.Edge)
		}
		if l.Length != e.Length {
			return fmt.Errorf("lane %d: length %g m, want its edge's %g", k, l.Length, e.Length)
		}
	}
	return nil
}

func (n *Network) checkLane(i int) error {
	l := &n.Lanes[i]
	err := firstError(
		valid("edge", l.Edge, len(n.Edges), false),
		inRange("connectors out", l.FirstOut, l.NumOut, len(n.Connectors)),
		ascending("connectors in", l.In, len(n.Connectors)),
		checkShape(l.Shape),
		checkDrive(l.SpeedLimit, l.Gradient, l.Surface, l.Permitted),
	)
	switch {
	case err != nil:
		return err
	case !(l.Width > 0) || !isFinite(l.Width):
		return fmt.Errorf("width %g m, want more than 0", l.Width)
	case l.Turns >= 1<<NumTurns:
		return fmt.Errorf("turns %#x, want a set of %d turns", uint16(l.Turns), NumTurns)
	case l.Change > NoChangeKerbside|NoChangeOffside || l.Merge > MergeOffside:
		return fmt.Errorf("change %d and merge %d, want at most %d and %d", l.Change, l.Merge,
			NoChangeKerbside|NoChangeOffside, MergeOffside)
	case max(l.Source.SpeedLimit, l.Source.Lanes, l.Source.Surface, l.Source.Width, l.Source.Turns, l.Source.Permitted,
		l.Source.Gradient) > Tagged:
		return fmt.Errorf("source %v, want provenances up to %d", l.Source, Tagged)
	}
	for k, c := range n.OutConnectors(LaneID(i)) {
		if int(c.From) != i {
			return fmt.Errorf("connector %d out leaves lane %d", int(l.FirstOut)+k, c.From)
		}
	}
	for _, c := range l.In {
		if int(n.Connectors[c].To) != i {
			return fmt.Errorf("connector %d in leads to lane %d", c, n.Connectors[c].To)
		}
	}
	return nil
}

func checkShape(shape []Point) error {
	if len(shape) < 2 {
		return fmt.Errorf("shape of %d points, want at least 2", len(shape))
	}
	for k, p := range shape {
		if !p.finite() {
			return fmt.Errorf("point %d of its shape is %v, want finite", k, p)
		}
	}
	return nil
}

// checkDrive checks what lanes and connectors have in common.
func checkDrive(limit, gradient float64, surface Surface, permitted ClassSet) error {
	switch {
	case !(limit > 0) || !isFinite(limit):
		return fmt.Errorf("speed limit %g m/s, want more than 0", limit)
	case !(gradient > -1 && gradient < 1):
		return fmt.Errorf("gradient %g, want between -1 and 1", gradient)
	case surface >= NumSurfaces:
		return fmt.Errorf("surface %d, want less than %d", surface, NumSurfaces)
	case permitted == 0 || permitted&^AllClasses != 0:
		return fmt.Errorf("permitted classes %#x, want some of %#x", uint16(permitted), uint16(AllClasses))
	}
	return nil
}

func (n *Network) checkMovement(i int) error {
	m := &n.Movements[i]
	err := firstError(
		valid("junction", m.Junction, len(n.Junctions), false),
		valid("from edge", m.From, len(n.Edges), false),
		valid("to edge", m.To, len(n.Edges), false),
		ascending("connectors", m.Connectors, len(n.Connectors)),
	)
	switch {
	case err != nil:
		return err
	case m.Turn >= NumTurns:
		return fmt.Errorf("turn %d, want less than %d", m.Turn, NumTurns)
	case len(m.Connectors) == 0:
		return fmt.Errorf("no connectors, want at least 1")
	case n.Edges[m.From].To != m.Junction || n.Edges[m.To].From != m.Junction:
		return fmt.Errorf("from edge %d to edge %d does not lead through junction %d", m.From, m.To, m.Junction)
	}
	for _, c := range m.Connectors {
		if int(n.Connectors[c].Movement) != i {
			return fmt.Errorf("connector %d is of movement %d", c, n.Connectors[c].Movement)
		}
	}
	return nil
}

func (n *Network) checkConnector(i int) error {
	const joined = 0.2 // m
	c := &n.Connectors[i]
	err := firstError(
		valid("junction", c.Junction, len(n.Junctions), false),
		valid("movement", c.Movement, len(n.Movements), false),
		valid("from lane", c.From, len(n.Lanes), false),
		valid("to lane", c.To, len(n.Lanes), false),
		valid("signal group", c.Group, len(n.SignalGroups), true),
		inRange("conflicts", c.FirstConflict, c.NumConflicts, len(n.Conflicts)),
		checkShape(c.Shape),
		checkDrive(c.Limit, c.Gradient, c.Surface, c.Permitted),
	)
	if err != nil {
		return err
	}
	from, to := &n.Lanes[c.From], &n.Lanes[c.To]
	m := &n.Movements[c.Movement]
	switch {
	case !(c.Length > 0) || !isFinite(c.Length):
		return fmt.Errorf("length %g m, want more than 0", c.Length)
	case !(c.Curvature >= 0 && c.Curvature <= maxCurvature):
		return fmt.Errorf("curvature %g 1/m, want 0 to %g", c.Curvature, maxCurvature)
	case c.Turn != m.Turn || from.Edge != m.From || to.Edge != m.To || c.Junction != m.Junction:
		return fmt.Errorf("disagrees with its movement %d", c.Movement)
	case c.Permitted&^(from.Permitted&to.Permitted) != 0:
		return fmt.Errorf("permits %v, want only what its lanes permit", c.Permitted)
	case int(c.Control) >= len(controlNames):
		return fmt.Errorf("control %d, want less than %d", c.Control, len(controlNames))
	case (c.Control == Signal) != (c.Group != None):
		return fmt.Errorf("control %v in signal group %d, want a group exactly with a signal", c.Control, c.Group)
	case c.Shape[0].Dist(from.Shape[len(from.Shape)-1]) > joined || c.Shape[len(c.Shape)-1].Dist(to.Shape[0]) > joined:
		return fmt.Errorf("does not join lanes %d and %d", c.From, c.To)
	}
	return nil
}

func (n *Network) checkConflict(i int) error {
	c := &n.Conflicts[i]
	err := firstError(
		valid("of connector", c.Of, len(n.Connectors), false),
		valid("with connector", c.With, len(n.Connectors), false),
	)
	if err != nil {
		return err
	}
	p, q := &n.Connectors[c.Of], &n.Connectors[c.With]
	twin, ok := n.conflictBetween(c.With, c.Of)
	switch {
	case c.Of == c.With || p.Junction != q.Junction:
		return fmt.Errorf("of connector %d with %d, want two of one junction", c.Of, c.With)
	case int32(i) < p.FirstConflict || int32(i) >= p.FirstConflict+p.NumConflicts:
		return fmt.Errorf("not among those of connector %d", c.Of)
	case i > 0 && n.Conflicts[i-1].Of == c.Of && n.Conflicts[i-1].With >= c.With:
		return fmt.Errorf("out of order")
	case !(c.Start >= 0 && c.Start <= c.End && c.End <= p.Length):
		return fmt.Errorf("from %g to %g m, want a part of %g", c.Start, c.End, p.Length)
	case !ok || twin.Kind != c.Kind || twin.Start != c.WithStart || twin.End != c.WithEnd:
		return fmt.Errorf("of connector %d with %d: the other side disagrees", c.Of, c.With)
	case c.Kind > Diverging || (c.Kind == Diverging) != (p.From == q.From) || c.Kind == Merging && p.To != q.To:
		return fmt.Errorf("of connector %d with %d: kind %d does not fit their lanes", c.Of, c.With, c.Kind)
	case c.Kind == Diverging && c.Yields:
		return fmt.Errorf("of connector %d with %d: diverges and yields", c.Of, c.With)
	case c.Kind != Diverging && !c.Yields && !twin.Yields:
		return fmt.Errorf("of connector %d with %d: neither yields", c.Of, c.With)
	}
	return nil
}

// conflictBetween returns the conflict of connector p with q; ok is false if there is none.
func (n *Network) conflictBetween(p, q ConnectorID) (c Conflict, ok bool) {
	con := &n.Connectors[p]
	if inRange("", con.FirstConflict, con.NumConflicts, len(n.Conflicts)) != nil {
		return c, false
	}
	all := n.ConflictsOf(p)
	if i := sort.Search(len(all), func(i int) bool { return all[i].With >= q }); i < len(all) && all[i].With == q {
		return all[i], true
	}
	return c, false
}

func (n *Network) checkGroup(i int) error {
	g := &n.SignalGroups[i]
	err := firstError(
		valid("controller", g.Controller, len(n.Controllers), false),
		valid("approach", g.Approach, len(n.Edges), false),
		ascending("connectors", g.Connectors, len(n.Connectors)),
	)
	if err != nil {
		return err
	}
	if len(g.Connectors) == 0 {
		return fmt.Errorf("no connectors, want at least 1")
	}
	phases := 0
	if p := n.Controllers[g.Controller].Program; p != nil {
		phases = len(p.Durations)
	}
	if len(g.Lights) != phases {
		return fmt.Errorf("%d lights, want one for each of %d phases", len(g.Lights), phases)
	}
	for _, l := range g.Lights {
		if l >= numLights {
			return fmt.Errorf("light %d, want less than %d", l, numLights)
		}
	}
	for _, c := range g.Connectors {
		con := &n.Connectors[c]
		if int(con.Group) != i || n.Lanes[con.From].Edge != g.Approach {
			return fmt.Errorf("connector %d is of group %d", c, con.Group)
		}
	}
	return nil
}

func (n *Network) checkController(i int) error {
	c := &n.Controllers[i]
	err := firstError(
		ascending("junctions", c.Junctions, len(n.Junctions)),
		ascending("groups", c.Groups, len(n.SignalGroups)),
	)
	if err != nil {
		return err
	}
	if len(c.Junctions) == 0 || len(c.Groups) == 0 {
		return fmt.Errorf("%d junctions and %d groups, want some", len(c.Junctions), len(c.Groups))
	}
	if c.Program != nil {
		if !isFinite(c.Program.Offset) || len(c.Program.Durations) == 0 {
			return fmt.Errorf("program %q: offset %g s and no phases, want some", c.Program.Name, c.Program.Offset)
		}
		for k, d := range c.Program.Durations {
			if !(d > 0) || !isFinite(d) {
				return fmt.Errorf("program %q: phase %d lasts %g s, want more than 0", c.Program.Name, k, d)
			}
		}
	}
	for _, j := range c.Junctions {
		if int(n.Junctions[j].Controller) != i {
			return fmt.Errorf("junction %d has controller %d", j, n.Junctions[j].Controller)
		}
	}
	for _, g := range c.Groups {
		if int(n.SignalGroups[g].Controller) != i {
			return fmt.Errorf("group %d has controller %d", g, n.SignalGroups[g].Controller)
		}
	}
	return nil
}
