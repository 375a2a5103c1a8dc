package webui

import (
	"encoding/binary"
	"math"
	"net/http"
	"strconv"
)

// layerValues are the measures of all edges over the last minutes, for the map: each base64 of a float32 (little-endian) for each edge from
// edge 0; NaN where nobody was.
type layerValues struct {
	Time     float64 `json:"time"`     // s after midnight, the end
	Interval float64 `json:"interval"` // s
	Speed    []byte  `json:"speed"`    // over the speed limit of the lane at the kerb
	Delay    []byte  `json:"delay"`    // s a vehicle and edge, against driving at the limit
	Flow     []byte  `json:"flow"`     // veh/h and lane
	Density  []byte  `json:"density"`  // veh/km and lane
	Standing []byte  `json:"standing"` // vehicles, mean
}

const (
	// usualLayer is over how many minutes layers are if nobody asks for others: through some cycles of signals.
	usualLayer = 5
	mostLayer  = 60
)

// layers adds up the last minutes of all edges; fewer where there are not so many, none before the first.
func (m *minutes) layers(last int) layerValues {
	m.mu.Lock()
	rows := m.all[max(0, len(m.all)-last):]
	v := layerValues{Interval: minuteLength * float64(len(rows))}
	if len(m.ends) > 0 {
		v.Time = m.ends[len(m.ends)-1]
	}
	m.mu.Unlock()
	if len(rows) == 0 {
		return v
	}
	put := func(dst []byte, x float64) []byte {
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(x)))
	}
	for e := range m.net.Edges {
		edge := &m.net.Edges[e]
		var sum edgeMinute
		for _, row := range rows { // rows are not written to once they are there
			sum.seconds += row[e].seconds
			sum.metres += row[e].metres
			sum.standing += row[e].standing
		}
		seconds, metres, limit := float64(sum.seconds), float64(sum.metres), m.net.Lanes[edge.FirstLane].SpeedLimit
		room := edge.Length * v.Interval * float64(edge.NumLanes) // m s of lanes
		ratio, delay := math.NaN(), math.NaN()
		if seconds > 0 {
			ratio = metres / seconds / limit
			// Who only stands has not passed: what it loses is all the time.
			delay = max(0, seconds-metres/limit) / max(metres/edge.Length, 1)
		}
		v.Speed, v.Delay = put(v.Speed, ratio), put(v.Delay, delay)
		v.Flow, v.Density = put(v.Flow, 3600*metres/room), put(v.Density, 1000*seconds/room)
		v.Standing = put(v.Standing, float64(sum.standing)/v.Interval)
	}
	return v
}

// serveLayers answers /api/network/layers.
func (m *minutes) serveLayers(w http.ResponseWriter, r *http.Request) {
	last := usualLayer
	if text := r.URL.Query().Get("minutes"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostLayer {
			fail(w, http.StatusBadRequest, "minutes %.20q: want a whole number from 1 to %d", text, mostLayer)
			return
		}
		last = n
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	writeGzip(w, r, compress(mustJSON(m.layers(last))))
}
