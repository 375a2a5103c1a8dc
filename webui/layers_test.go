package webui

import (
	"encoding/binary"
	"math"
	"testing"
)

func TestLayersAreTheLastMinutesOfAllEdges(t *testing.T) {
	s, sim := newServer(t, nil)
	m := s.runner.minutes
	read := func(data []byte, e int) float64 {
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*e:])))
	}
	if v := m.layers(5); v.Interval != 0 || v.Speed != nil {
		t.Errorf("layers before the first minute: %+v, want none", v)
	}
	m.begin(sim)
	for range 3 {
		sim.time += 60
		m.read(sim)
	}
	v := m.layers(2)
	if v.Interval != 120 || v.Time != sim.time || len(v.Speed) != 4*len(sim.net.Edges) {
		t.Fatalf("layers over %v s at %v with %d bytes, want two minutes of all edges", v.Interval, v.Time, len(v.Speed))
	}
	for e := range sim.net.Edges {
		edge := &sim.net.Edges[e]
		limit := sim.net.Lanes[edge.FirstLane].SpeedLimit
		// One vehicle a lane at 10 m/s all the time.
		for _, c := range []struct {
			name      string
			data      []byte
			want, tol float64
		}{
			{"speed", v.Speed, paradeSpeed / limit, 1e-3},
			{"density", v.Density, 1000 / edge.Length, 1e-3 * 1000 / edge.Length},
			{"flow", v.Flow, 3600 * paradeSpeed / edge.Length, 4 * paradeSpeed / edge.Length},
			{"standing", v.Standing, 0, 1e-9},
			{"delay", v.Delay, max(0, edge.Length/paradeSpeed-edge.Length/limit), 0.05},
		} {
			if got := read(c.data, e); !near(got, c.want, c.tol) {
				t.Errorf("edge %d: %s %v, want %v", e, c.name, got, c.want)
			}
		}
	}
	for path, status := range map[string]int{"": 200, "?minutes=60": 200, "?minutes=0": 400, "?minutes=61": 400, "?minutes=x": 400} {
		if r := request(t, s.Handler(), "/api/network/layers"+path); r.StatusCode != status {
			t.Errorf("layers%s: %d, want %d", path, r.StatusCode, status)
		}
	}
}
