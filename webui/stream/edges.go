package stream

import (
	"encoding/binary"
	"math"

	"roadtwin/network"
)

const (
	// edgeMemory is the time constant in s over which speeds of an edge are averaged: long enough to see through one
	// red light.
	edgeMemory = 60
	// standingSpeed is 5 km/h in m/s: slower vehicles stand, as in traffic.Stats.
	standingSpeed = 5 / 3.6
	// forgotten is the weight in vehicle-seconds below which an edge counts as empty again.
	forgotten = 0.5
)

// edgeMeter averages the speed on each edge over about the last minute. Vehicles inside of a junction count to the edge
// they come from.
type edgeMeter struct {
	edge  []network.EdgeID // of each track
	limit []float64        // m/s, of each track
	now   []edgeNow
	past  []edgePast
	time  float64 // of the last moment, NaN before the first
}

type edgeNow struct{ vehicles, standing int32 }

// edgePast holds exponentially forgotten sums of vehicle-seconds: driven, and weighted by speed over limit.
type edgePast struct{ seconds, ratio float64 }

func newEdgeMeter(net *network.Network) *edgeMeter {
	m := &edgeMeter{
		edge:  make([]network.EdgeID, net.NumTracks()),
		limit: make([]float64, net.NumTracks()),
		now:   make([]edgeNow, len(net.Edges)),
		past:  make([]edgePast, len(net.Edges)),
		time:  math.NaN(),
	}
	for t := range m.edge {
		lane, ok := net.LaneOf(network.TrackID(t))
		if !ok {
			c, _ := net.ConnectorOf(network.TrackID(t))
			lane = net.Connectors[c].From
			m.limit[t] = net.Connectors[c].Limit
		} else {
			m.limit[t] = net.Lanes[lane].SpeedLimit
		}
		m.edge[t] = net.Lanes[lane].Edge
	}
	return m
}

// add takes a moment into the averages; it stands for the time since the moment before.
func (m *edgeMeter) add(moment *Moment) {
	dt := moment.Time - m.time
	if math.IsNaN(dt) || dt < 0 {
		dt = 1
	}
	m.time = moment.Time
	keep := math.Exp(-dt / edgeMemory)
	for e := range m.past {
		m.past[e].seconds *= keep
		m.past[e].ratio *= keep
	}
	clear(m.now)
	for i := range moment.Vehicles {
		v := &moment.Vehicles[i]
		e := m.edge[v.Track]
		m.now[e].vehicles++
		if v.V < standingSpeed {
			m.now[e].standing++
		}
		m.past[e].seconds += dt
		if limit := m.limit[v.Track]; limit > 0 {
			m.past[e].ratio += dt * math.Min(v.V/limit, 1)
		}
	}
}

// append appends n and the entries of all edges that have or lately had vehicles.
func (m *edgeMeter) append(dst []byte) []byte {
	count := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	n := uint32(0)
	for e := range m.now {
		now, past := m.now[e], m.past[e]
		if now.vehicles == 0 && past.seconds < forgotten {
			continue
		}
		ratio := 1.0
		if past.seconds > 0 {
			ratio = past.ratio / past.seconds
		}
		dst = EdgeRecord{
			Edge:     uint32(e),
			Ratio:    uint8(math.Round(255 * ratio)),
			Vehicles: uint8(min(now.vehicles, 255)),
			Standing: uint8(min(now.standing, 255)),
		}.append(dst)
		n++
	}
	binary.LittleEndian.PutUint32(dst[count:], n)
	return dst
}
