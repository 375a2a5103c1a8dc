package webui

import (
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/webui/stream"
)

// detail is the vehicle message of PROTOCOL.md.
type detail struct {
	Type         string             `json:"type"`
	Time         float64            `json:"time"`
	Vehicle      traffic.VehicleID  `json:"vehicle"`
	Class        string             `json:"class"`
	Length       float64            `json:"length"`
	Lon          float64            `json:"lon"`
	Lat          float64            `json:"lat"`
	Heading      float64            `json:"heading"`
	Speed        float64            `json:"speed"`
	Acceleration float64            `json:"acceleration"`
	WishSpeed    float64            `json:"wish_speed"`
	SpeedLimit   float64            `json:"speed_limit"`
	Leader       *traffic.VehicleID `json:"leader"`
	Gap          *float64           `json:"gap"`
	Limit        string             `json:"limit"`
	LimitText    string             `json:"limit_text"`
	Brake        float64            `json:"brake"`
	Drive        float64            `json:"drive"`
	Stopping     *float64           `json:"stopping_distance"` // null where nothing would brake it
	Street       string             `json:"street"`
	Edge         network.EdgeID     `json:"edge"`
	LaneIndex    int32              `json:"lane_index"`
	InJunction   bool               `json:"in_junction"`
	Flags        []string           `json:"flags"`
	Depart       float64            `json:"depart"`
	Entered      float64            `json:"entered"`
	TravelTime   float64            `json:"travel_time"`
	Grip         float64            `json:"grip"`     // of the road for its tyres, in comparison with dry asphalt
	Believed     float64            `json:"believed"` // what its driver takes that for
	Faults       []string           `json:"faults"`
	BrakeHeat    float64            `json:"brake_heat"` // K above the air
	From         string             `json:"from"`       // street where its trip began
	To           string             `json:"to"`
	RouteAt      int                `json:"route_at"` // edges of its route that it has come to
	RouteEdges   int                `json:"route_edges"`
	RouteVersion int                `json:"route_version"`
	Route        *routeLine         `json:"route,omitempty"`
	Envelope     *envelope          `json:"envelope,omitempty"`
}

type routeLine struct {
	Version     int          `json:"version"`
	Coordinates [][2]float64 `json:"coordinates"`
}

type envelope struct {
	Surface   string    `json:"surface"`
	Condition string    `json:"condition"`
	SpeedStep float64   `json:"speed_step"`
	Brake     []float32 `json:"brake"`
	Drive     []float32 `json:"drive"`
}

type goneMessage struct {
	Type    string            `json:"type"`
	Vehicle traffic.VehicleID `json:"vehicle"`
	Time    float64           `json:"time"`
}

// limitTexts say in words what holds a vehicle back, by traffic.Limit.
var limitTexts = map[traffic.Limit]string{
	traffic.LimitNone:      "its driver's wish",
	traffic.LimitLeader:    "the vehicle ahead",
	traffic.LimitSignal:    "a signal",
	traffic.LimitYield:     "right of way of others",
	traffic.LimitExit:      "no room behind the junction",
	traffic.LimitCurve:     "grip in the curve ahead",
	traffic.LimitLaneEnd:   "must change lanes before its lane ends",
	traffic.LimitTyres:     "the tyres: the road gives no more",
	traffic.LimitArrival:   "slows to turn off at its destination",
	traffic.LimitLettingIn: "makes room for another",
	traffic.LimitCrash:     "is part of a crash",
	traffic.LimitCrossing:  "people who cross",
	traffic.LimitRail:      "a train, or no room behind the tracks",
	traffic.LimitBusStop:   "passengers who get on and off",
}

// detailer makes vehicle messages and remembers of each vehicle which route and envelope it last told, to tell them
// again only when they have changed.
type detailer struct {
	net       *network.Network
	places    *stream.Places
	envelopes *dynamics.Tables
	told      map[traffic.VehicleID]*told
}

type told struct {
	version int
	route   []network.EdgeID
	road    roadState
	coords  [][2]float64
}

// roadState is what an envelope depends on beside the class.
type roadState struct {
	surface   network.Surface
	condition tyre.Condition
}

func newDetailer(cfg *Config, places *stream.Places) detailer {
	return detailer{cfg.Net, places, cfg.Envelopes, make(map[traffic.VehicleID]*told)}
}

// describe returns the messages about the captured vehicles, which are all that are selected.
func (d *detailer) describe(captures []detailCapture, time float64) []stream.Detail {
	details := make([]stream.Detail, 0, len(captures))
	for i := range captures {
		c := &captures[i]
		if !c.ok {
			delete(d.told, c.id)
			gone := mustJSON(goneMessage{"vehicle_gone", c.id, round(time, 3)})
			details = append(details, stream.Detail{Vehicle: c.id, Version: 1, Full: gone, Brief: gone, Gone: true})
			continue
		}
		details = append(details, d.one(c, time))
	}
	// Forget those that nobody has selected any more.
	if len(d.told) > len(captures) {
		for id := range d.told {
			if !slices.ContainsFunc(captures, func(c detailCapture) bool { return c.id == id }) {
				delete(d.told, id)
			}
		}
	}
	return details
}

func (d *detailer) one(c *detailCapture, time float64) stream.Detail {
	t := d.told[c.id]
	if t == nil {
		t = new(told)
		d.told[c.id] = t
	}
	road := roadState{d.surface(c.detail.Track), c.condition}
	newRoute := !slices.Equal(t.route, c.detail.Route)
	if newRoute {
		t.route = append(t.route[:0], c.detail.Route...)
		t.coords = d.line(&c.detail)
	}
	if newRoute || t.version == 0 || road != t.road {
		t.version++
		t.road = road
	}
	msg := d.message(&c.detail, time)
	msg.RouteVersion = t.version
	brief := mustJSON(msg)
	msg.Route = &routeLine{t.version, t.coords}
	msg.Envelope = d.envelope(c.detail.Class, road)
	return stream.Detail{Vehicle: c.id, Version: t.version, Brief: brief, Full: mustJSON(msg)}
}

func (d *detailer) message(v *traffic.VehicleDetail, time float64) detail {
	front, heading := d.places.Box(v.Track, v.S, v.Lateral, v.Length)
	lon, lat := front.LonLat()
	lane, onLane := d.net.LaneOf(v.Track)
	var limit float64
	if onLane {
		limit = d.net.Lanes[lane].SpeedLimit
	} else {
		c, _ := d.net.ConnectorOf(v.Track)
		lane, limit = d.net.Connectors[c].From, d.net.Connectors[c].Limit
	}
	edge := d.net.Lanes[lane].Edge
	m := detail{
		Type: "vehicle", Time: round(time, 3), Vehicle: v.ID, Class: v.Class.String(), Length: round(v.Length, 2),
		Lon: round(lon, 7), Lat: round(lat, 7), Heading: round(math.Mod(heading*180/math.Pi+360, 360), 1),
		Speed: round(v.V, 3), Acceleration: round(v.A, 3), WishSpeed: round(v.WishSpeed, 3), SpeedLimit: round(limit, 3),
		Limit: v.Limit.String(), LimitText: limitTexts[v.Limit],
		Brake: round(v.Brake, 3), Drive: round(v.Drive, 3),
		Street: d.net.Edges[edge].Name, Edge: edge, LaneIndex: d.net.Lanes[lane].Index, InJunction: !onLane,
		Flags: flagNames(v.Flags), Depart: round(v.Trip.Depart, 3), Entered: round(v.Entered, 3),
		TravelTime: round(time-v.Entered, 3),
		Grip:       round(v.Grip, 3), Believed: round(v.Believed, 3), Faults: append([]string{}, v.Fitness.Faults()...), BrakeHeat: round(v.BrakeHeat, 1),
		From: d.net.Edges[v.Trip.From].Name, To: d.net.Edges[v.Trip.To].Name, RouteAt: min(v.RouteAt+1, len(v.Route)), RouteEdges: len(v.Route),
	}
	if v.HasLeader {
		gap := round(v.Gap, 2)
		m.Leader, m.Gap = &v.Leader, &gap
	}
	if v.Brake > 0 {
		stopping := round(v.V*v.V/(2*v.Brake), 2)
		m.Stopping = &stopping
	}
	return m
}

func flagNames(f traffic.VehicleFlags) []string {
	names := []string{}
	for _, n := range [...]struct {
		flag traffic.VehicleFlags
		name string
	}{
		{traffic.Braking, "braking"},
		{traffic.IndicatingLeft, "indicating_left"},
		{traffic.IndicatingRight, "indicating_right"},
		{traffic.Crashed, "crashed"},
	} {
		if f&n.flag != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

func (d *detailer) surface(t network.TrackID) network.Surface {
	if lane, ok := d.net.LaneOf(t); ok {
		return d.net.Lanes[lane].Surface
	}
	c, _ := d.net.ConnectorOf(t)
	return d.net.Connectors[c].Surface
}

// line returns the whole route of v as a line along the middle lane of each edge.
func (d *detailer) line(v *traffic.VehicleDetail) [][2]float64 {
	line := [][2]float64{}
	for i, e := range v.Route {
		edge := &d.net.Edges[e]
		track := (edge.FirstLane + network.LaneID(edge.NumLanes/2)).Track()
		from, to := 0.0, edge.Length
		if i == 0 && e == v.Trip.From && v.Trip.FromPos > 0 {
			from = v.Trip.FromPos
		}
		if i == len(v.Route)-1 && v.Trip.ToPos > 0 {
			to = v.Trip.ToPos
		}
		for _, w := range d.places.Section(track, from, to) {
			lon, lat := w.LonLat()
			line = append(line, [2]float64{round(lon, 6), round(lat, 6)})
		}
	}
	return line
}

func (d *detailer) envelope(class network.VehicleClass, road roadState) *envelope {
	if d.envelopes == nil {
		return nil
	}
	table := &d.envelopes.Envelopes[class][road.surface][road.condition]
	e := &envelope{Surface: road.surface.String(), Condition: road.condition.String(), SpeedStep: 1}
	for _, at := range table.At {
		e.Brake = append(e.Brake, at.Brake)
		e.Drive = append(e.Drive, at.Drive)
	}
	return e
}
