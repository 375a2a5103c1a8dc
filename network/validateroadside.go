package network

import "fmt"

func (n *Network) checkBan(i int) error {
	b := &n.Bans[i]
	if len(b.Edges) == 0 || len(b.Edges) < 3 && b.When.Always() {
		return fmt.Errorf("%d edges that are always forbidden, want at least 3", len(b.Edges))
	}
	for k, e := range b.Edges {
		if err := valid("edge", e, len(n.Edges), false); err != nil {
			return err
		}
		if k > 0 && n.Edges[e].From != n.Edges[b.Edges[k-1]].To {
			return fmt.Errorf("edge %d does not follow edge %d", e, b.Edges[k-1])
		}
	}
	if b.Classes == 0 || b.Classes&^AllClasses != 0 {
		return fmt.Errorf("classes %#x, want some of %#x", uint16(b.Classes), uint16(AllClasses))
	}
	return b.When.check()
}

func (n *Network) checkCrossing(i int) error {
	c := &n.Crossings[i]
	if c.Kind >= numCrossingKinds {
		return fmt.Errorf("kind %d, want less than %d", c.Kind, numCrossingKinds)
	}
	return n.checkPlace(c.Edge, c.Position)
}

func (n *Network) checkBusStop(i int) error {
	return n.checkPlace(n.BusStops[i].Edge, n.BusStops[i].Position)
}

func (n *Network) checkPlace(e EdgeID, position float64) error {
	if err := valid("edge", e, len(n.Edges), false); err != nil {
		return err
	}
	if !(position >= 0 && position <= n.Edges[e].Length) {
		return fmt.Errorf("position %g m, want 0 to the %g of edge %d", position, n.Edges[e].Length, e)
	}
	return nil
}
