package scenarios

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/signals"
)

// addMap writes what the streets and junctions of the map are; the file keeps them once a map.
func (c *Recorder) addMap() {
	net := c.run.Net()
	keys := edgeKeys(net)
	for i := range net.Edges {
		c.w.Add(edgeRow(net, network.EdgeID(i), keys[i]))
	}
	for i := range net.Junctions {
		j := &net.Junctions[i]
		row := results.Junction{Junction: i, Name: j.Name, Kind: j.Kind.String()}
		row.Lon, row.Lat = net.Projection.ToLonLat(j.Position)
		c.w.Add(row)
	}
	for _, cap := range capacities(net, c.run.plans) {
		c.w.Add(cap)
	}
	for _, place := range c.run.scenario.placeEdges(net) {
		c.w.Add(place)
	}
}

func edgeRow(net *network.Network, id network.EdgeID, key string) results.Edge {
	e := &net.Edges[id]
	return results.Edge{
		Edge: int(id), OSMWay: e.OSMWay, Name: e.Name, Road: e.Road.String(), Length: e.Length, Lanes: int(e.NumLanes),
		Key: key, SpeedLimit: meanLimit(net, id), From: int(e.From), To: int(e.To), Control: controlOf(net, id).String(),
		Geometry: geometryOf(net, id),
	}
}

// edgeKeys names each edge by what another import of the same streets gives it, too: the way and the OSM nodes of the junctions at its
// ends; on networks of other programs the name that its source has for it.
func edgeKeys(net *network.Network) []string {
	keys, used := make([]string, len(net.Edges)), map[string]int{}
	for i := range net.Edges {
		e := &net.Edges[i]
		key := e.Ref
		if e.OSMWay != 0 {
			key = fmt.Sprintf("%d:%d-%d", e.OSMWay, firstNode(net, e.From), firstNode(net, e.To))
		} else if key == "" {
			key = strconv.Itoa(i)
		}
		if used[key]++; used[key] > 1 {
			key += "#" + strconv.Itoa(used[key])
		}
		keys[i] = key
	}
	return keys
}

// firstNode returns the smallest OSM node of a junction, 0 if it has none.
func firstNode(net *network.Network, j network.JunctionID) int64 {
	if nodes := net.Junctions[j].OSMNodes; len(nodes) > 0 {
		return slices.Min(nodes)
	}
	return 0
}

// meanLimit returns the mean speed limit of the lanes of an edge, m/s.
func meanLimit(net *network.Network, id network.EdgeID) float64 {
	lanes := net.EdgeLanes(id)
	total := 0.0
	for i := range lanes {
		total += lanes[i].SpeedLimit
	}
	return total / float64(len(lanes))
}

// controlOf returns the strictest control at the end of an edge.
func controlOf(net *network.Network, id network.EdgeID) (strictest network.Control) {
	lanes := net.EdgeLanes(id)
	for i := range lanes {
		for c := range lanes[i].NumOut {
			strictest = max(strictest, net.Connectors[lanes[i].FirstOut+network.ConnectorID(c)].Control)
		}
	}
	return strictest
}

// geometryOf returns the line in the middle of an edge as a JSON array of longitudes and latitudes to six digits (0.1 m): the mean of
// its outer lanes where these have equally many points, else its kerb lane.
func geometryOf(net *network.Network, id network.EdgeID) string {
	lanes := net.EdgeLanes(id)
	inner, outer := lanes[0].Shape, lanes[len(lanes)-1].Shape
	if len(inner) != len(outer) {
		outer = inner
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := range inner {
		if i > 0 {
			b.WriteByte(',')
		}
		lon, lat := net.Projection.ToLonLat(network.Point{X: (inner[i].X + outer[i].X) / 2, Y: (inner[i].Y + outer[i].Y) / 2})
		fmt.Fprintf(&b, "[%.6f,%.6f]", lon, lat)
	}
	b.WriteByte(']')
	return b.String()
}

// saturationFlow is what a lane discharges at green, veh/h: the base saturation flow rate of HCM 6th ed., chapter 19.
const saturationFlow = 1900.0

// capacities returns what the edges discharge: at signals the saturation flow of each lane for the share of the cycle in which one of
// its movements is green (displayed green is taken for effective green: a start-up lost time of 2 s and an extension of 2 s into amber,
// HCM 6th ed., chapter 19); where nothing regulates their end, that of the road. Whoever yields or stops has no capacity of its own: it
// depends on the traffic that goes first.
func capacities(net *network.Network, plans []signals.Plan) []results.Capacity {
	green := greenShares(net, plans)
	var rows []results.Capacity
	for i := range net.Edges {
		id := network.EdgeID(i)
		lanes := net.EdgeLanes(id)
		total := 0.0
		switch controlOf(net, id) {
		case network.Signal:
			for l := range lanes {
				total += saturationFlow * laneGreen(net, &lanes[l], green)
			}
		case network.Free:
			total = float64(len(lanes)) * laneCapacity(net.Edges[i].Road, meanLimit(net, id))
		}
		if total > 0 {
			rows = append(rows, results.Capacity{Edge: i, Capacity: math.Round(total)})
		}
	}
	return rows
}

// greenShares returns the share of its cycle in which each signal group shows green.
func greenShares(net *network.Network, plans []signals.Plan) []float64 {
	share := make([]float64, len(net.SignalGroups))
	for p := range plans {
		cycle, groups := 0.0, net.Controllers[plans[p].Controller].Groups
		for _, interval := range signals.Intervals(net, &plans[p]) {
			cycle += interval.Duration
			for g, aspect := range interval.Aspects {
				if aspect == signals.Green {
					share[groups[g]] += interval.Duration
				}
			}
		}
		for _, g := range groups {
			share[g] /= cycle
		}
	}
	return share
}

// laneGreen returns the share of the time in which one of the movements of a lane at least may go, 0 to 1.
func laneGreen(net *network.Network, lane *network.Lane, green []float64) (share float64) {
	for c := range lane.NumOut {
		connector := &net.Connectors[lane.FirstOut+network.ConnectorID(c)]
		if connector.Group == network.None {
			return 1
		}
		share = max(share, green[connector.Group])
	}
	return share
}

// laneCapacity returns what a lane carries where nothing interrupts it, veh/h: basic freeway segments by HCM 6th ed., equation 12-6
// (2200 + 10 (FFS - 50), at most 2400), multilane highways by equation 12-7 (1900 + 20 (FFS - 45), at most 2300), FFS in mi/h; streets of
// a town have the base saturation flow.
func laneCapacity(road network.RoadClass, limit float64) float64 {
	mph := limit / 0.44704
	switch road {
	case network.Motorway:
		return min(max(2200+10*(mph-50), 2200), 2400)
	case network.Trunk:
		return min(max(1900+20*(mph-45), saturationFlow), 2300)
	}
	return saturationFlow
}
