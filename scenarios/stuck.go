package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// mostStuckTold is how many stuck vehicles a Summary lists.
const mostStuckTold = 100

// StuckVehicle is a vehicle that has stood for five minutes without a visible cause: where, since when, and why.
type StuckVehicle struct {
	Vehicle  traffic.VehicleID `json:"vehicle"`
	Edge     network.EdgeID    `json:"edge"` // in a junction the one it leads to
	OSMWay   int64             `json:"osm_way,omitempty"`
	Street   string            `json:"street,omitempty"`
	Lane     int               `json:"lane"` // of the edge, 0 at the kerb; -1 in a junction
	Position float64           `json:"position_m"`
	Since    float64           `json:"since_s"` // after midnight
	Class    string            `json:"class"`
	Reason   string            `json:"reason"` // "gridlock", "no gap", ...
	// Ahead is how many of the chain wait between this vehicle and those whose fault it is; 0 for the latter.
	Ahead int    `json:"ahead"`
	Chain string `json:"chain"` // who waits for whom and why, queues left out
}

// Stuck returns the vehicles that are stuck now, at most 100: those at whom it lies first, of these those that have stood
// longest.
func (r *Run) Stuck() []StuckVehicle {
	all := r.world.AppendStuck(nil)
	told := make([]StuckVehicle, len(all))
	for i := range all {
		told[i] = r.stuckVehicle(&all[i])
	}
	slices.SortFunc(told, func(a, b StuckVehicle) int {
		return cmp.Or(cmp.Compare(a.Ahead, b.Ahead), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Vehicle, b.Vehicle))
	})
	return told[:min(len(told), mostStuckTold)]
}

func (r *Run) stuckVehicle(s *traffic.Stuck) StuckVehicle {
	edge, lane := r.where(s.Track)
	e := &r.city.Net.Edges[edge]
	ahead := len(s.Chain) - 1
	if s.Reason == traffic.Gridlock {
		ahead = s.Back
	}
	v := StuckVehicle{
		Vehicle: s.Vehicle, Edge: edge, OSMWay: e.OSMWay, Street: e.Name, Lane: lane, Position: s.S, Since: s.Since,
		Reason: s.Reason.String(), Ahead: ahead, Chain: r.chainText(s),
	}
	if d, ok := r.world.Vehicle(s.Vehicle); ok {
		v.Class = d.Class.String()
	}
	return v
}

// where returns the edge of a track and its lane; of a connector the edge it leads to, and -1.
func (r *Run) where(t network.TrackID) (network.EdgeID, int) {
	net := r.city.Net
	if lane, ok := net.LaneOf(t); ok {
		return net.Lanes[lane].Edge, int(net.Lanes[lane].Index)
	}
	c, _ := net.ConnectorOf(t)
	return net.Lanes[net.Connectors[c].To].Edge, -1
}

// chainText writes a chain as "exit: 12 on 7/0, yield: 14 on 9/1, ...": what each waits for, and who that is, on which
// edge and lane. Of those that follow one another on a lane only the first is named.
func (r *Run) chainText(s *traffic.Stuck) string {
	var b strings.Builder
	name := func(w *traffic.Wait) string {
		edge, lane := r.where(w.Track)
		if lane < 0 {
			return fmt.Sprintf("%d into %d", w.Vehicle, edge)
		}
		return fmt.Sprintf("%d on %d/%d", w.Vehicle, edge, lane)
	}
	fmt.Fprint(&b, name(&s.Chain[0]))
	for i := range s.Chain {
		link := &s.Chain[i]
		if i+1 < len(s.Chain) {
			next := &s.Chain[i+1]
			if link.Track == next.Track && i+2 < len(s.Chain) && s.Chain[i+2].Track == next.Track {
				continue
			}
			fmt.Fprintf(&b, ", %v: %s", link.For, name(next))
			continue
		}
		switch s.Reason {
		case traffic.Gridlock:
			fmt.Fprintf(&b, ", %v: %d again", link.For, s.Chain[s.Back].Vehicle)
		default:
			fmt.Fprintf(&b, ", %v: %v", link.For, s.Reason)
		}
	}
	return b.String()
}
