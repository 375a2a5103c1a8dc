package webui

import (
	"math"
	"net/http"
	"strconv"
	"sync"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

const (
	// minuteLength is the time over which the traffic of edges is added up, s of simulation.
	minuteLength = 60.0
	// minutesBytes is how much memory the minutes of all edges may take; mostMinutes how many there are at most.
	minutesBytes = 64 << 20
	mostMinutes  = 480
	// recentMinutes is the time over which delays of movements are taken.
	recentMinutes = 15
)

// edgeMinute is the traffic of an edge in a minute, by Edie's definitions: flow is metres over length and time, density seconds
// over length and time, and the speed their ratio.
type edgeMinute struct{ seconds, metres, standing float32 } // of all vehicles

// minutes is the course of the traffic on all edges. The runner adds, requests read.
type minutes struct {
	net  *network.Network
	most int

	last   []traffic.LaneCount                          // at the beginning of the present minute
	since  float64                                      // s after midnight
	recent [recentMinutes + 1][]scenarios.MovementDelay // what movements had cost at the end of the last minutes, as a ring
	at     int                                          // of the newest in recent
	known  int

	mu   sync.Mutex
	ends []float64 // s after midnight
	all  [][]edgeMinute
}

func newMinutes(net *network.Network) *minutes {
	size := 12 * max(1, len(net.Edges))
	return &minutes{net: net, most: min(max(minutesBytes/size, 10), mostMinutes), since: math.NaN()}
}

// begin starts counting at the present, at the beginning and after the run has gone back to time.
func (m *minutes) begin(sim Simulation) {
	m.since = sim.Time()
	m.last = append(m.last[:0], sim.Counts()...)
	m.at, m.known = 0, 1
	m.recent[0] = sim.AppendDelays(m.recent[0][:0])
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.ends)
	for n > 0 && m.ends[n-1] > m.since {
		n--
	}
	clear(m.all[n:])
	m.ends, m.all = m.ends[:n], m.all[:n]
}

// read closes the minute if it has passed.
func (m *minutes) read(sim Simulation) {
	if sim.Time() < m.since+minuteLength {
		return
	}
	counts := sim.Counts()
	row := make([]edgeMinute, len(m.net.Edges))
	for l := range m.net.Lanes {
		t := network.LaneID(l).Track()
		was, is, e := &m.last[t], &counts[t], &row[m.net.Lanes[l].Edge]
		e.seconds += float32(is.VehicleSeconds - was.VehicleSeconds)
		e.metres += float32(is.VehicleMetres - was.VehicleMetres)
		e.standing += float32(is.StandingSecs - was.StandingSecs)
	}
	m.last, m.since = append(m.last[:0], counts...), sim.Time()
	m.at = (m.at + 1) % len(m.recent)
	m.known = min(m.known+1, len(m.recent))
	m.recent[m.at] = sim.AppendDelays(m.recent[m.at][:0])
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ends) == m.most {
		m.ends, m.all = append(m.ends[:0], m.ends[1:]...), append(m.all[:0], m.all[1:]...)
	}
	m.ends, m.all = append(m.ends, m.since), append(m.all, row)
}

// recentDelay returns what movement id has cost those who have made it in the last quarter of an hour.
func (m *minutes) recentDelay(now []scenarios.MovementDelay, id network.MovementID) (vehicles int, delay float64) {
	if m.known == 0 {
		return 0, 0
	}
	oldest := m.recent[(m.at-m.known+1+len(m.recent))%len(m.recent)][id]
	return now[id].Vehicles - oldest.Vehicles, now[id].Delay - oldest.Delay
}

// course is the answer of /api/network/edges/{id}/course.
type course struct {
	Edge     network.EdgeID `json:"edge"`
	Length   float64        `json:"length"`
	Lanes    int32          `json:"lanes"`
	Interval float64        `json:"interval"`
	Time     []float64      `json:"time"`     // at the end of each interval, s after midnight
	Flow     []float64      `json:"flow"`     // veh/h
	Density  []float64      `json:"density"`  // veh/km
	Speed    []*float64     `json:"speed"`    // m/s; null where nobody was
	Standing []float64      `json:"standing"` // vehicles, mean
}

func (m *minutes) course(id network.EdgeID) course {
	edge := &m.net.Edges[id]
	c := course{
		Edge: id, Length: round(edge.Length, 1), Lanes: edge.NumLanes, Interval: minuteLength,
		Time: []float64{}, Flow: []float64{}, Density: []float64{}, Speed: []*float64{}, Standing: []float64{},
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	area := edge.Length * minuteLength // m s
	for i, end := range m.ends {
		row := m.all[i][id]
		c.Time = append(c.Time, round(end, 1))
		c.Flow = append(c.Flow, round(3600*float64(row.metres)/area, 1))
		c.Density = append(c.Density, round(1000*float64(row.seconds)/area, 2))
		c.Standing = append(c.Standing, round(float64(row.standing)/minuteLength, 2))
		var speed *float64
		if row.seconds > 0 {
			v := round(float64(row.metres)/float64(row.seconds), 2)
			speed = &v
		}
		c.Speed = append(c.Speed, speed)
	}
	return c
}

// serve answers /api/network/edges/{id}/course.
func (m *minutes) serve(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 0 || id >= len(m.net.Edges) {
		fail(w, http.StatusNotFound, "edge %.20q: want a whole number from 0 to %d", r.PathValue("id"), len(m.net.Edges)-1)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	writeGzip(w, r, compress(mustJSON(m.course(network.EdgeID(id)))))
}
