package exchange

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
)

// WriteCommonRoad writes an episode as a CommonRoad scenario of format 2020a (M. Althoff, M. Koschi, S. Manzinger, CommonRoad: Composable benchmarks for motion
// planning on roads, IV 2017, and the format's documentation, recalled): lanelets with their neighbours, all vehicles but the one that strikes as obstacles with their
// trajectories, and that one as a planning problem, to be where it is at the end, with no more than its speed. Traffic lights are not in it.
func WriteCommonRoad(w io.Writer, e *rare.Episode, net *network.Network, h Header) error {
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	c := &commonRoad{markup: newMarkup(w), e: e, p: p}
	c.begin("commonRoad", "commonRoadVersion", "2020a", "benchmarkID", fmt.Sprintf("ZAM_Roadtwin-%d_1_T-1", max(1, e.ID)), "date", h.Date.UTC().Format("2006-01-02"),
		"author", "Roadtwin", "affiliation", "", "source", fmt.Sprintf("%s, episode %d", e.Scene, e.ID), "timeStepSize", num(e.Step))
	c.begin("location")
	c.text("geoNameId", "-999")
	c.text("gpsLatitude", num(net.Projection.Lat0))
	c.text("gpsLongitude", num(net.Projection.Lon0))
	c.end()
	c.begin("scenarioTags")
	c.leaf("urban")
	c.end()
	for _, t := range p.tracks() {
		c.writeLanelet(t)
	}
	ego := striker(e)
	for i := range e.Vehicles {
		if v := &e.Vehicles[i]; v != ego {
			c.writeObstacle(v)
		}
	}
	if ego != nil && len(ego.Path) > 1 {
		c.writeProblem(ego)
	}
	return c.finish()
}

// commonRoad writes one CommonRoad file. Numbers of lanelets are those of tracks and one; obstacles and the planning problem come behind them.
type commonRoad struct {
	*markup
	e *rare.Episode
	p *piece
}

func lanelet(t network.TrackID) string { return strconv.Itoa(int(t) + 1) }

func (c *commonRoad) obstacle(v *rare.Vehicle) string {
	return strconv.Itoa(c.p.net.NumTracks() + 1 + int(v.ID))
}

func (c *commonRoad) writeLanelet(t network.TrackID) {
	net := c.p.net
	width := c.p.widthOf(t)
	shape := net.TrackShape(t)
	c.begin("lanelet", "id", lanelet(t))
	for _, side := range []struct {
		tag    string
		beside float64
	}{{"leftBound", width / 2}, {"rightBound", -width / 2}} {
		c.begin(side.tag)
		for _, at := range beside(shape, side.beside) {
			c.point(at)
		}
		c.end()
	}
	c.writeLinks(t)
	c.text("laneletType", "urban")
	c.text("userOneWay", "vehicle")
	c.end()
}

// writeLinks writes what is before, behind and beside a lanelet.
func (c *commonRoad) writeLinks(t network.TrackID) {
	net, here := c.p.net, map[network.TrackID]bool{}
	for _, id := range c.p.connectors {
		here[net.ConnectorTrack(id)] = true
	}
	if k, ok := net.ConnectorOf(t); ok {
		c.leaf("predecessor", "ref", lanelet(net.Connectors[k].From.Track()))
		c.leaf("successor", "ref", lanelet(net.Connectors[k].To.Track()))
		return
	}
	l, _ := net.LaneOf(t)
	lane := &net.Lanes[l]
	for _, in := range lane.In {
		if here[net.ConnectorTrack(in)] {
			c.leaf("predecessor", "ref", lanelet(net.ConnectorTrack(in)))
		}
	}
	for i := range lane.NumOut {
		if out := net.ConnectorTrack(lane.FirstOut + network.ConnectorID(i)); here[out] {
			c.leaf("successor", "ref", lanelet(out))
		}
	}
	left, right := l+1, l-1 // lanes are numbered from the kerb
	if net.DrivingSide != network.RightHand {
		left, right = right, left
	}
	for _, side := range []struct {
		tag string
		l   network.LaneID
	}{{"adjacentLeft", left}, {"adjacentRight", right}} {
		if side.l >= 0 && int(side.l) < len(net.Lanes) && net.Lanes[side.l].Edge == lane.Edge {
			c.leaf(side.tag, "ref", lanelet(side.l.Track()), "drivingDir", "same")
		}
	}
}

// beside returns a line so many metres to the left of another: each corner moved along the middle of the two directions there.
func beside(line []network.Point, left float64) []network.Point {
	out := make([]network.Point, len(line))
	for i := range line {
		before, after := line[max(0, i-1)], line[min(len(line)-1, i+1)]
		a, b := heading(before, line[i]), heading(line[i], after)
		if i == 0 {
			a = b
		} else if i == len(line)-1 {
			b = a
		}
		half := math.Remainder(b-a, 2*math.Pi) / 2
		r := left / math.Max(math.Cos(half), 0.5)
		out[i] = network.Point{X: line[i].X - r*math.Sin(a+half), Y: line[i].Y + r*math.Cos(a+half)}
	}
	return out
}

func (c *commonRoad) point(at network.Point) {
	c.begin("point")
	c.text("x", num(at.X))
	c.text("y", num(at.Y))
	c.end()
}

func (c *commonRoad) exact(tag, value string) {
	c.begin(tag)
	c.text("exact", value)
	c.end()
}

// kinds are those of obstacles.
var kinds = map[network.VehicleClass]string{
	network.Car: "car", network.Van: "car", network.Bus: "bus", network.RigidLorry: "truck", network.ArticulatedLorry: "truck", network.Motorcycle: "motorcycle",
}

func (c *commonRoad) writeObstacle(v *rare.Vehicle) {
	class, _ := classOf(v)
	kind := kinds[class]
	if kind == "" {
		kind = "unknown"
	}
	c.begin("dynamicObstacle", "id", c.obstacle(v))
	c.text("type", kind)
	c.begin("shape")
	c.begin("rectangle")
	c.text("length", num(v.Length))
	c.text("width", num(v.Width))
	c.end()
	c.end()
	c.state("initialState", v, 0)
	if len(v.Path) > 1 {
		c.begin("trajectory")
		for k := 1; k < len(v.Path); k++ {
			c.state("state", v, k)
		}
		c.end()
	}
	c.end()
}

// state writes that of a vehicle at its k-th sample: the middle of its body.
func (c *commonRoad) state(tag string, v *rare.Vehicle, k int) {
	s := &v.Path[k]
	c.begin(tag)
	c.begin("position")
	c.point(back(s, v.Length/2))
	c.end()
	c.exact("orientation", precise(math.Remainder(s.Heading, 2*math.Pi)))
	c.exact("time", strconv.Itoa(v.First+k))
	c.exact("velocity", num(s.V))
	c.exact("acceleration", num(s.A))
	c.end()
}

// writeProblem writes the task of the vehicle that strikes: to come to within five metres of where it ends, some time in the scenario.
func (c *commonRoad) writeProblem(v *rare.Vehicle) {
	c.begin("planningProblem", "id", c.obstacle(v))
	s := &v.Path[0]
	c.begin("initialState")
	c.begin("position")
	c.point(back(s, v.Length/2))
	c.end()
	c.exact("orientation", precise(math.Remainder(s.Heading, 2*math.Pi)))
	c.exact("time", strconv.Itoa(v.First))
	c.exact("velocity", num(s.V))
	c.exact("yawRate", "0")
	c.exact("slipAngle", "0")
	c.end()
	end := &v.Path[len(v.Path)-1]
	c.begin("goalState")
	c.begin("position")
	c.begin("circle")
	c.text("radius", "5")
	at := back(end, v.Length/2)
	c.begin("center")
	c.text("x", num(at.X))
	c.text("y", num(at.Y))
	c.end()
	c.end()
	c.end()
	c.begin("time")
	c.text("intervalStart", strconv.Itoa(v.First+1))
	c.text("intervalEnd", strconv.Itoa(max(v.First+1, c.e.Samples-1)))
	c.end()
	c.end()
	c.end()
}
