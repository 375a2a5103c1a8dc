package webui

import (
	"encoding/json"
	"math"
	"net/http"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// lookAt returns the weather message and what the address says of the roads.
func lookAt(t *testing.T, w *roadWatch, sim Simulation) (m weatherNow, c roadConditions, changed bool) {
	t.Helper()
	msg := w.look(sim)
	if msg != nil {
		if err := json.Unmarshal(msg, &m); err != nil {
			t.Fatal(err)
		}
	}
	answer := body(t, request(t, http.HandlerFunc(w.serve), "/api/network/conditions"))
	if err := json.Unmarshal([]byte(answer), &c); err != nil {
		t.Fatal(err)
	}
	return m, c, msg != nil
}

func TestWeatherIsToldWhenItChanges(t *testing.T) {
	s, p := newServer(t, nil)
	w := newRoadWatch(p.net, s.places)
	m, c, _ := lookAt(t, w, p)
	if m.Sky != nil || m.Surface != nil || m.Roads["dry"] != 1 || m.Conditions != 1 || c.Version != 1 || len(c.Edges) != len(p.net.Edges) {
		t.Errorf("on a dry day: %+v, version %d, %d edges", m, c.Version, len(c.Edges))
	}
	if _, _, changed := lookAt(t, w, p); changed {
		t.Error("nothing has changed, and a message is sent")
	}
	p.condition = tyre.Ice
	if m, c, _ = lookAt(t, w, p); m.Roads["ice"] != 1 || c.Version != 2 || c.Names[c.Edges[0]] != "ice" {
		t.Errorf("with ice everywhere: %+v, version %d, edge 0 %s", m, c.Version, c.Names[c.Edges[0]])
	}
	const lane = 3
	sky := weather.Change{From: -3600, Until: math.Inf(1), Set: weather.Rain | weather.Temperature, Sky: weather.Sky{Rain: 4, Temperature: 7.04}}
	var err error
	p.weather, err = weather.New(p.net, weather.Config{
		Changes: []weather.Change{sky},
		Spills:  []weather.Spill{{Track: lane, From: 2, To: 9, Begin: 0, Until: math.Inf(1), Condition: weather.Oil}},
	}, p.time)
	if err != nil {
		t.Fatal(err)
	}
	m, c, _ = lookAt(t, w, p)
	if m.Sky == nil || m.Sky.Rain != 4 || m.Sky.Temperature != 7 || m.Sky.Visibility < 2000 || m.Sky.Visibility > 5000 || m.Surface == nil {
		t.Errorf("in the rain: %+v, sky %+v", m, m.Sky)
	}
	if got := conditionOf(p); got != "weather" {
		t.Errorf("the roads are said to be %s, want as the weather", got)
	}
	p.weather.Apply(weather.Command{Kind: weather.Fix, Condition: tyre.Ice})
	if got := conditionOf(p); got != "ice" {
		t.Errorf("with a condition for all the roads are said to be %s, want ice", got)
	}
	if m.Spills != 1 || len(c.Spills.Features) != 1 {
		t.Fatalf("%d spills told, %d drawn, want 1", m.Spills, len(c.Spills.Features))
	}
	line := c.Spills.Features[0].Geometry.Coordinates.([]any)
	first := line[0].([]any)
	got := p.net.Projection.ToLocal(first[0].(float64), first[1].(float64))
	want := p.net.PoseAt(network.LaneID(lane).Track(), 2, 0).Point
	if len(line) != 5 || math.Hypot(got.X-want.X, got.Y-want.Y) > 0.05 {
		t.Errorf("the spill is drawn with %d points from %v, want 5 from %v", len(line), got, want)
	}
}
