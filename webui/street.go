package webui

import (
	"net/http"
	"strconv"

	"roadtwin/network"
)

// street is what /api/network/edges/{id} tells of an edge.
type street struct {
	Edge       network.EdgeID `json:"edge"`
	FirstLane  network.LaneID `json:"first_lane"` // at the kerb; those beside it follow
	Junction   int            `json:"junction"`   // where it leads
	Name       string         `json:"name"`
	Road       string         `json:"road"`
	OSMWay     int64          `json:"osm_way"` // negative where driven against the way, 0 without
	Length     float64        `json:"length"`
	Layer      int8           `json:"layer"`
	Bridge     bool           `json:"bridge"`
	Tunnel     bool           `json:"tunnel"`
	AccessOnly bool           `json:"access_only"`
	Lanes      []streetLane   `json:"lanes"` // from the kerb
}

// streetLane is a lane with where each of its values comes from.
type streetLane struct {
	Index     int32      `json:"index"`
	Limit     float64    `json:"limit"`
	Width     float64    `json:"width"`
	Surface   string     `json:"surface"`
	Gradient  float64    `json:"gradient"`
	Permitted []string   `json:"permitted"`
	Turns     []string   `json:"turns"`
	Source    laneSource `json:"source"`
}

// laneSource is network.Source in words: tagged, derived or default.
type laneSource struct {
	Limit     string `json:"limit"`
	Lanes     string `json:"lanes"`
	Surface   string `json:"surface"`
	Width     string `json:"width"`
	Turns     string `json:"turns"`
	Permitted string `json:"permitted"`
	Gradient  string `json:"gradient"`
}

// serveStreet answers for one edge.
func serveStreet(net *network.Network) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.ParseUint(r.PathValue("id"), 10, 31)
		if err != nil || int(id) >= len(net.Edges) {
			fail(w, http.StatusNotFound, "no edge %q, want 0 to %d", r.PathValue("id"), len(net.Edges)-1)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(mustJSON(describeStreet(net, network.EdgeID(id))))
	}
}

func describeStreet(net *network.Network, id network.EdgeID) street {
	e := &net.Edges[id]
	s := street{
		Edge: id, FirstLane: e.FirstLane, Junction: int(e.To), Name: e.Name, Road: e.Road.String(), OSMWay: e.OSMWay, Length: round(e.Length, 1), Layer: e.Layer,
		Bridge: e.Bridge, Tunnel: e.Tunnel, AccessOnly: e.AccessOnly,
	}
	for _, l := range net.EdgeLanes(id) {
		lane := streetLane{
			Index: l.Index, Limit: round(l.SpeedLimit, 2), Width: round(l.Width, 2), Surface: l.Surface.String(),
			Gradient: round(l.Gradient, 4), Permitted: []string{}, Turns: []string{},
			Source: laneSource{
				l.Source.SpeedLimit.String(), l.Source.Lanes.String(), l.Source.Surface.String(), l.Source.Width.String(),
				l.Source.Turns.String(), l.Source.Permitted.String(), l.Source.Gradient.String(),
			},
		}
		for c := range network.NumVehicleClasses {
			if l.Permitted.Has(c) {
				lane.Permitted = append(lane.Permitted, c.String())
			}
		}
		for t := range network.NumTurns {
			if l.Turns.Has(t) {
				lane.Turns = append(lane.Turns, t.String())
			}
		}
		s.Lanes = append(s.Lanes, lane)
	}
	return s
}
