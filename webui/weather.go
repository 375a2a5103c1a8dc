package webui

import (
	"math"
	"net/http"
	"slices"
	"sync/atomic"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
	"roadtwin/webui/stream"
)

// weatherNow is the weather message of PROTOCOL.md.
type weatherNow struct {
	Type       string             `json:"type"`
	Time       float64            `json:"time"`
	Sky        *skyNow            `json:"sky"`     // null where there is no weather but a condition of all roads
	Surface    *surfaces          `json:"surface"` // likewise
	Roads      map[string]float64 `json:"roads"`   // share of the length of all edges by condition
	Conditions int                `json:"conditions"`
	Spills     int                `json:"spills"`
}

// skyNow is a weather.Sky, rounded for people.
type skyNow struct {
	Temperature float64 `json:"temperature"`
	Rain        float64 `json:"rain"`
	Snow        float64 `json:"snow"`
	Humidity    float64 `json:"humidity"`
	Wind        float64 `json:"wind"`
	Visibility  float64 `json:"visibility"`
}

// surfaces are temperatures of bare roads, °C.
type surfaces struct {
	Ground  float64 `json:"ground"`
	Bridges float64 `json:"bridges"`
}

// roadConditions is what /api/network/conditions answers.
type roadConditions struct {
	Version int        `json:"version"`
	Time    float64    `json:"time"`
	Names   []string   `json:"names"`
	Edges   []byte     `json:"edges"`  // by edge the index in names; base64 in JSON
	Spills  collection `json:"spills"` // lines with their condition
}

// roadWatch looks now and then at what lies on the roads, for those who look at the map.
type roadWatch struct {
	net    *network.Network
	places *stream.Places
	total  float64 // m of all edges

	edges   []byte
	scratch []byte
	patches []weather.Spill
	version int
	told    weatherNow
	answer  atomic.Pointer[[]byte] // of /api/network/conditions, compressed
}

func newRoadWatch(net *network.Network, places *stream.Places) *roadWatch {
	w := &roadWatch{net: net, places: places}
	for e := range net.Edges {
		w.total += net.Edges[e].Length
	}
	return w
}

// look returns the weather message, or nil if nothing that it says has changed since the last.
func (w *roadWatch) look(sim Simulation) []byte {
	w.scratch = w.scratch[:0]
	for e := range w.net.Edges {
		w.scratch = append(w.scratch, byte(w.worst(sim, network.EdgeID(e))))
	}
	sky := sim.Weather()
	var patches []weather.Spill
	if sky != nil {
		patches = sky.Patches()
	}
	now := round(sim.Time(), 3)
	if w.version == 0 || !slices.Equal(w.scratch, w.edges) || !slices.Equal(patches, w.patches) {
		w.version++
		w.edges, w.patches = append(w.edges[:0], w.scratch...), append(w.patches[:0], patches...)
		body := compress(mustJSON(roadConditions{
			Version: w.version, Time: now, Names: tyre.ConditionNames(), Edges: w.edges, Spills: w.spills(),
		}))
		w.answer.Store(&body)
	}
	m := w.message(sky)
	same := w.told.Type != "" && m.Conditions == w.told.Conditions && equalValues(m.Sky, w.told.Sky) && equalValues(m.Surface, w.told.Surface)
	if same {
		return nil
	}
	m.Time = now
	w.told = m
	return mustJSON(m)
}

func equalValues[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// worst returns the slipperiest of what lies on the lanes of an edge.
func (w *roadWatch) worst(sim Simulation, e network.EdgeID) (worst tyre.Condition) {
	edge := &w.net.Edges[e]
	for i := range edge.NumLanes {
		worst = max(worst, sim.ConditionOn((edge.FirstLane + network.LaneID(i)).Track()))
	}
	return worst
}

// message returns the message without its time.
func (w *roadWatch) message(sky *weather.System) weatherNow {
	m := weatherNow{Type: "weather", Roads: map[string]float64{}, Conditions: w.version, Spills: len(w.patches)}
	for e, c := range w.edges {
		m.Roads[tyre.Condition(c).String()] += w.net.Edges[e].Length / w.total
	}
	for name, share := range m.Roads {
		m.Roads[name] = round(share, 4)
	}
	if sky == nil {
		return m
	}
	s := sky.Now()
	m.Sky = &skyNow{
		Temperature: round(s.Temperature, 1), Rain: round(s.Rain, 1), Snow: round(s.Snow, 1), Humidity: round(s.Humidity, 0),
		Wind: round(s.Wind, 1), Visibility: math.Round(s.Visibility()/50) * 50,
	}
	ground, bridges := sky.Roads()
	m.Surface = &surfaces{round(ground, 1), round(bridges, 1)}
	return m
}

// spills returns the patches as lines along their lanes.
func (w *roadWatch) spills() collection {
	type properties struct {
		Condition string          `json:"condition"`
		Track     network.TrackID `json:"track"`
	}
	c := collection{"FeatureCollection", []feature{}}
	for i := range w.patches {
		p := &w.patches[i]
		const step = 2.0 // m
		var line [][2]float64
		for s := p.From; ; s = min(s+step, p.To) {
			lon, lat := w.net.Projection.ToLonLat(w.net.PoseAt(p.Track, s, 0).Point)
			line = append(line, [2]float64{round(lon, 7), round(lat, 7)})
			if s >= p.To {
				break
			}
		}
		c.Features = append(c.Features, feature{"Feature", i, geometry{"LineString", line}, properties{p.Condition.String(), p.Track}})
	}
	return c
}

// serve answers /api/network/conditions.
func (w *roadWatch) serve(rw http.ResponseWriter, r *http.Request) {
	body := w.answer.Load()
	if body == nil {
		fail(rw, http.StatusServiceUnavailable, "the run has not begun")
		return
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Cache-Control", "no-cache")
	writeGzip(rw, r, *body)
}
