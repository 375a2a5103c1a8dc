package validation

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// course is a way along a road, over one edge after another: it gives the tracks of all its lanes a common measure.
type course struct {
	start  []float64 // by TrackID: metre of the course at which it begins; NaN if it is not part of it
	lane   []int     // by TrackID: number from the kerb; that of the lane behind for a connector
	length float64   // m; of a closed course once round
}

// newCourse measures the way over edges. If the last leads to the first again, the course is closed. That over a single edge
// has the connectors that leave it as well.
func newCourse(net *network.Network, edges ...network.EdgeID) *course {
	c := &course{start: make([]float64, net.NumTracks()), lane: make([]int, net.NumTracks())}
	for t := range c.start {
		c.start[t] = math.NaN()
	}
	at := 0.0
	for k, e := range edges {
		next := edges[(k+1)%len(edges)]
		longest, joint := 0.0, 0.0
		first := int(net.Edges[e].FirstLane)
		for i := range int(net.Edges[e].NumLanes) {
			lane := network.LaneID(first + i)
			c.start[lane.Track()], c.lane[lane.Track()] = at, i
			longest = math.Max(longest, net.Lanes[lane].Length)
			for k := range net.Lanes[lane].NumOut {
				out := net.Lanes[lane].FirstOut + network.ConnectorID(k)
				con := &net.Connectors[out]
				if len(edges) > 1 && net.Lanes[con.To].Edge != next {
					continue
				}
				c.start[net.ConnectorTrack(out)] = at + net.Lanes[lane].Length
				c.lane[net.ConnectorTrack(out)] = int(net.Lanes[con.To].Index)
				joint = math.Max(joint, con.Length)
			}
		}
		at += longest + joint
	}
	c.length = at
	return c
}

// at returns the metre of the course where a vehicle is; ok is false if it is elsewhere.
func (c *course) at(v *traffic.VehicleState) (x float64, ok bool) {
	x = c.start[v.Track] + v.S
	return x, !math.IsNaN(x)
}

// passing is a front bumper that passes a detector.
type passing struct {
	t, v  float64 // s, m/s
	id    traffic.VehicleID
	class network.VehicleClass
	lane  int
}

// detector is a loop across all lanes at metre x of a course, with the passings in order of the steps.
type detector struct {
	x        float64
	passings []passing
}

// gantry carries the detectors of one course and looks after each step.
type gantry struct {
	course    *course
	detectors []*detector
	last      map[traffic.VehicleID]float64 // where each was on the course
	seen      map[traffic.VehicleID]float64
	buffer    []traffic.VehicleState
	// look, if not nil, is told of every vehicle on the course after each step.
	look func(v *traffic.VehicleState, x float64)
}

func newGantry(c *course, at ...float64) *gantry {
	g := &gantry{course: c, last: map[traffic.VehicleID]float64{}, seen: map[traffic.VehicleID]float64{}}
	for _, x := range at {
		g.detectors = append(g.detectors, &detector{x: x})
	}
	return g
}

// step looks at the world after a step. The moment of a passing is interpolated within it.
func (g *gantry) step(w *observed) {
	g.buffer = w.AppendVehicles(g.buffer[:0])
	clear(g.seen)
	for i := range g.buffer {
		v := &g.buffer[i]
		x, ok := g.course.at(v)
		if !ok {
			continue
		}
		g.seen[v.ID] = x
		if before, known := g.last[v.ID]; known && x > before {
			for _, d := range g.detectors {
				if before < d.x && x >= d.x {
					d.passings = append(d.passings, passing{
						t: w.Time() - w.StepTime()*(x-d.x)/(x-before), v: v.V, id: v.ID, class: v.Class, lane: g.course.lane[v.Track],
					})
				}
			}
		}
		if g.look != nil {
			g.look(v, x)
		}
	}
	g.last, g.seen = g.seen, g.last
}

// between returns the passings from time from to time to.
func (d *detector) between(from, to float64) []passing {
	var found []passing
	for _, p := range d.passings {
		if p.t >= from && p.t < to {
			found = append(found, p)
		}
	}
	return found
}

// flow returns the passings an hour between two times.
func (d *detector) flow(from, to float64) float64 {
	return float64(len(d.between(from, to))) * 3600 / (to - from)
}

// spaceMeanSpeed returns the harmonic mean of the speeds of those who passed, m/s, which is the mean over a stretch of
// road; NaN if nobody did.
func spaceMeanSpeed(passings []passing) float64 {
	sum := 0.0
	for _, p := range passings {
		sum += 1 / math.Max(p.v, 0.1)
	}
	return float64(len(passings)) / sum
}
