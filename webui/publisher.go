package webui

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/webui/stream"
)

// capture is what the runner copied out of the simulation, for the publisher to encode while the simulation goes on.
// Captures are reused.
type capture struct {
	moment  stream.Moment
	picture bool // paint moment for those who watch
	tape    bool // paint moment for those who will look back
	cut     bool // the run has gone back to moment: forget what was after
	details []detailCapture
	kpi     *kpi // to complete with the queues among moment's vehicles, and to send
}

// reset makes c one that asks for nothing.
func (c *capture) reset() {
	c.picture, c.tape, c.cut, c.kpi, c.details = false, false, false, nil, c.details[:0]
}

// takeMoment makes c one of the present that asks for nothing yet.
func (c *capture) takeMoment(sim Simulation) {
	c.reset()
	c.moment.Time = sim.Time()
	c.moment.Vehicles = sim.AppendVehicles(c.moment.Vehicles[:0])
	c.moment.Aspects = append(c.moment.Aspects[:0], sim.Aspects()...)
}

// detailCapture is a selected vehicle, or that it is not on the road.
type detailCapture struct {
	id        traffic.VehicleID
	ok        bool
	detail    traffic.VehicleDetail // its Route is a copy
	condition tyre.Condition
}

func (c *capture) takeDetails(sim Simulation, selected []traffic.VehicleID) {
	for _, id := range selected {
		c.details = slices.Grow(c.details, 1)[:len(c.details)+1]
		d := &c.details[len(c.details)-1]
		route := d.detail.Route // the buffer of an earlier capture
		d.id = id
		if d.detail, d.ok = sim.Vehicle(id); d.ok {
			d.condition = sim.ConditionOn(d.detail.Track)
		}
		d.detail.Route = append(route[:0], d.detail.Route...)
	}
}

// publisher encodes captures and gives them to the hub, in a goroutine of its own.
type publisher struct {
	hub     *stream.Hub
	tape    *stream.Tape
	marks   *marks
	net     *network.Network
	places  *stream.Places
	painter *stream.Painter
	details detailer
	queues  []int32 // standing vehicles before each junction, scratch
}

func newPublisher(cfg *Config, hub *stream.Hub, places *stream.Places, view *pastView) *publisher {
	return &publisher{
		hub: hub, tape: view.tape, marks: view.marks, net: cfg.Net, places: places, painter: stream.NewPainter(cfg.Net, places),
		details: newDetailer(cfg, places), queues: make([]int32, len(cfg.Net.Junctions)),
	}
}

func (p *publisher) do(c *capture) {
	if c.cut {
		p.tape.Cut(c.moment.Time)
		return
	}
	if c.picture || c.tape {
		pic := p.painter.Paint(&c.moment)
		if c.tape {
			p.tape.Add(pic)
			p.countQueues(c.moment.Vehicles)
			p.marks.readQueues(pic.Time, p.queues)
		}
		if c.picture {
			p.hub.Publish(pic)
		}
	}
	if len(c.details) > 0 {
		p.hub.PublishDetails(p.details.describe(c.details, c.moment.Time))
	}
	if c.kpi != nil {
		c.kpi.Queues = p.worstQueues(c.moment.Vehicles)
		p.hub.SetKPI(mustJSON(c.kpi))
	}
}

const (
	// worstJunctions is how many junctions a kpi message names.
	worstJunctions = 5
	// standingSpeed is 5 km/h in m/s: slower vehicles stand, as in traffic.Stats.
	standingSpeed = 5 / 3.6
)

// countQueues counts the standing vehicles before each junction.
func (p *publisher) countQueues(vehicles []traffic.VehicleState) {
	clear(p.queues)
	for i := range vehicles {
		v := &vehicles[i]
		if lane, ok := p.net.LaneOf(v.Track); ok && v.V < standingSpeed {
			p.queues[p.net.Edges[p.net.Lanes[lane].Edge].To]++
		}
	}
}

// worstQueues returns the junctions with the most standing vehicles before them, the most first and of equals the
// smaller id.
func (p *publisher) worstQueues(vehicles []traffic.VehicleState) []queue {
	p.countQueues(vehicles)
	worst := make([]network.JunctionID, 0, worstJunctions+1)
	for j, n := range p.queues {
		if n == 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(worst, n, func(w network.JunctionID, n int32) int {
			if p.queues[w] >= n { // the earlier id stays first
				return -1
			}
			return 1
		})
		if at < worstJunctions {
			worst = slices.Insert(worst, at, network.JunctionID(j))
			worst = worst[:min(len(worst), worstJunctions)]
		}
	}
	queues := make([]queue, len(worst))
	for i, j := range worst {
		lon, lat := p.net.Projection.ToLonLat(p.net.Junctions[j].Position)
		queues[i] = queue{
			Junction: j, Name: cmp.Or(p.net.Junctions[j].Name, "unnamed junction"),
			Lon: round(lon, 6), Lat: round(lat, 6), Vehicles: int(p.queues[j]),
		}
	}
	return queues
}
