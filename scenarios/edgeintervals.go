package scenarios

import (
	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

// approach is what those who left an edge over the junction at its end lost.
type approach struct {
	passed int64
	delay  float64 // s, of all of them
}

// countJoined notes trips that begin on an edge: they come onto it over no junction. Who is taken off a junction, after a crash or
// since it could not pull away, is counted by the junction as having left it, but does not come onto the edge behind.
func (c *Recorder) countJoined(e *traffic.Event) {
	net := c.run.Net()
	switch e.Kind {
	case traffic.Departed:
		if lane, ok := net.LaneOf(e.Track); ok {
			c.joined[net.Lanes[lane].Edge]++
		}
	case traffic.Cleared, traffic.Recovered:
		if con, ok := net.ConnectorOf(e.Track); ok {
			c.joined[net.Lanes[net.Connectors[con].To].Edge]--
		}
	}
}

func (c *Recorder) addEdgeInterval(e network.EdgeID, counts []traffic.LaneCount, end float64) {
	row := c.onLanes(e, counts)
	row.Begin, row.End, row.Edge = c.begin, end, int(e)
	row.Burnt = c.burntOn(e)
	if row.VehicleSeconds == 0 && row.Entered == 0 && row.Left == 0 {
		return
	}
	if c.samples > 0 {
		row.QueueMean = c.queues[e].total / float64(c.samples)
	}
	row.QueueMax = int(c.queues[e].max)
	row.QueueP95 = percentile95(c.standing[e], c.samples)
	row.Passed, row.ControlDelay = c.approach[e].passed, c.approach[e].delay
	c.w.Add(row)
}

// onLanes returns the traffic of an edge in the interval. Lanes count who changes onto them, too; edges only who comes onto them: over
// the connectors that lead there, or by beginning its trip. That many less those who are there more than before have left.
func (c *Recorder) onLanes(e network.EdgeID, counts []traffic.LaneCount) (row results.EdgeInterval) {
	net := c.run.Net()
	edge := &net.Edges[e]
	row.Entered = c.joined[e]
	more := int64(0)
	for i := range edge.NumLanes {
		lane := edge.FirstLane + network.LaneID(i)
		d := c.since(counts, lane.Track())
		more += d.Entered - d.Left
		row.VehicleSeconds += d.VehicleSeconds
		row.VehicleMetres += d.VehicleMetres
		row.StandingSecs += d.StandingSecs
		for _, con := range net.Lanes[lane].In {
			row.Entered += c.since(counts, net.ConnectorTrack(con)).Left
		}
	}
	row.Left = row.Entered - more
	return row
}
