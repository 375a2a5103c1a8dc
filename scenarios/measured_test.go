package scenarios

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
)

func TestMeasuresOfARunAgreeWithOneAnother(t *testing.T) {
	r := newRun(t, townCity(t), townScenario(t), Options{Workers: 1, Seed: 3})
	finish(r)
	s := r.Summary()
	m := s.Measures
	for _, measure := range RunMeasures() {
		if v, ok := m[measure.Name]; !ok || math.IsNaN(v) {
			t.Errorf("%s = %v, %t, want a value", measure.Name, v, ok)
		}
		if measure.Text == "" || measure.Better < -1 || measure.Better > 1 {
			t.Errorf("%s is not described: %+v", measure.Name, measure)
		}
	}
	if m["mean_delay_s"] != s.MeanDelay || m["co2_kg"] != s.Emissions.CO2 || m["arrived"] != float64(s.Arrived) {
		t.Errorf("measures %v are not those of the summary", m)
	}
	if got, want := m["mean_speed_kmh"], m["vehicle_km"]/m["vehicle_h"]; math.Abs(got-want) > 1e-9*want {
		t.Errorf("mean speed = %g km/h, want vehicle kilometres over hours, %g", got, want)
	}
	if m["planning_time_index"] < m["travel_time_index"] || m["travel_time_index"] < 1 || m["network_delay_h"] < 0 {
		t.Errorf("planning time index %g, travel time index %g, network delay %g h", m["planning_time_index"], m["travel_time_index"], m["network_delay_h"])
	}
	if got, want := m["buffer_index"], m["planning_time_index"]/m["travel_time_index"]-1; math.Abs(got-want) > 1e-9 {
		t.Errorf("buffer index = %g, want %g", got, want)
	}
}

func TestQuantileAndPercentile(t *testing.T) {
	if got := quantile([]float64{1, 2, 3, 4, 5}, 0.95); math.Abs(got-4.8) > 1e-12 {
		t.Errorf("quantile = %g, want 4.8", got)
	}
	if !math.IsNaN(quantile(nil, 0.5)) || !math.IsNaN(percentile95(nil, 0)) {
		t.Error("nothing has a quantile")
	}
	// 100 samples, 90 of them 0: the 95th of them, by rank, is the fifth of the others.
	others := []int32{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}
	if got := percentile95(others, 100); got != 5 {
		t.Errorf("percentile = %g, want 5", got)
	}
	if got := percentile95([]int32{7}, 100); got != 0 {
		t.Errorf("percentile = %g, want 0", got)
	}
}

func TestCapacityIsSaturationFlowAtGreen(t *testing.T) {
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	plans, _ := signals.DefaultPlans(net)
	at := map[int]float64{}
	for _, c := range capacities(net, plans) {
		at[c.Edge] = c.Capacity
	}
	controlled, yielding := 0, 0
	for e := range net.Edges {
		lanes := float64(net.Edges[e].NumLanes)
		switch controlOf(net, network.EdgeID(e)) {
		case network.Signal:
			controlled++
			if share := at[e] / (saturationFlow * lanes); !(share > 0.05 && share < 0.95) {
				t.Errorf("edge %d at signals: capacity %.0f veh/h of %g lanes, a green share of %.2f", e, at[e], lanes, share)
			}
		case network.Yield, network.Stop:
			yielding++
			if _, ok := at[e]; ok {
				t.Errorf("edge %d yields and has a capacity of its own", e)
			}
		}
	}
	if controlled == 0 || yielding == 0 {
		t.Fatalf("%d edges at signals, %d that yield; want some of each", controlled, yielding)
	}
	// Chapter 12 of the HCM: 2400 pc/h at 70 mi/h, 2250 at 55.
	for mph, want := range map[float64]float64{75: 2400, 70: 2400, 55: 2250} {
		if got := laneCapacity(network.Motorway, mph*0.44704); math.Abs(got-want) > 1e-6 {
			t.Errorf("motorway at %g mi/h: %g veh/h, want %g", mph, got, want)
		}
	}
}

func TestEdgeKeysAreDifferent(t *testing.T) {
	city := townCity(t)
	seen := map[string]int{}
	for e, key := range edgeKeys(city.Net) {
		if other, double := seen[key]; double || key == "" {
			t.Errorf("edges %d and %d have the key %q", other, e, key)
		}
		seen[key] = e
	}
}

func TestAreasAndCorridors(t *testing.T) {
	city := townCity(t)
	const text = `map: town
measure:
  areas:
    all: {box: [-180, -85, 180, 85]}
    half: {polygon: [[-180, -85], [LON, -85], [LON, 85], [-180, 85]]}
  corridors:
    there: {ways: [6, 5]}
`
	lon, _ := city.Net.Projection.ToLonLat(network.Point{X: (city.Net.Bounds.MinX + city.Net.Bounds.MaxX) / 2})
	s := mustParse(t, strings.ReplaceAll(text, "LON", strconv.FormatFloat(lon, 'f', 6, 64)))
	n := map[string]int{}
	var corridor []int
	for _, row := range s.placeEdges(city.Net) {
		n[row.Place]++
		if row.Kind == "corridor" {
			corridor = append(corridor, row.Edge)
		}
	}
	if n["all"] != len(city.Net.Edges) || n["half"] < n["all"]/5 || n["half"] > n["all"]*4/5 {
		t.Errorf("edges by area = %v, want all %d and some half of them", n, len(city.Net.Edges))
	}
	if len(corridor) != 2 || corridor[0] != 5 || corridor[1] != 4 {
		t.Errorf("corridor = %v, want edges 5 and 4 in the order of its ways", corridor)
	}
	lost := mustParse(t, "map: town\nmeasure: {corridors: {lost: {ways: [1, 999]}}}\n")
	if _, err := NewRun(city, lost, Options{}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "OSM way 999") {
		t.Errorf("a corridor that is not on the map: %v", err)
	}
	for _, bad := range []string{
		"measure: {areas: {a: {}}}", "measure: {areas: {a: {box: [2, 1, 1, 2]}}}", "measure: {areas: {a: {box: [1, 1, 2, 2]}}, corridors: {a: {ways: [1]}}}",
		"measure: {corridors: {a: {}}}", "measure: {corridors: {a: {ways: [1], street: b}}}", "measure: {corridors: {a: {ways: [1], heading: northbound}}}",
		"measure: {corridors: {a: {street: b, heading: up}}}",
	} {
		if _, err := Parse([]byte("map: town\n"+bad+"\n"), "a.yaml"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want an ErrInvalid", bad, err)
		}
	}
}

func TestCorridorsByStreetLeadWhereTheyHead(t *testing.T) {
	city := townCity(t)
	for heading, ahead := range map[string]float64{"eastbound": 1, "westbound": -1} {
		s := mustParse(t, "map: town\nmeasure: {corridors: {main: {street: main street, heading: "+heading+"}}}\n")
		rows := s.placeEdges(city.Net)
		if len(rows) != 10 {
			t.Fatalf("%s: %d edges of Main Street, want 10", heading, len(rows))
		}
		for i, row := range rows {
			e := &city.Net.Edges[row.Edge]
			from, to := city.Net.Junctions[e.From].Position, city.Net.Junctions[e.To].Position
			if row.Seq != i || e.Name != "Main Street" || (to.X-from.X)*ahead <= 0 || i > 0 && city.Net.Edges[rows[i-1].Edge].To != e.From {
				t.Errorf("%s: %d. edge is %d (%s) from %v to %v", heading, i, row.Edge, e.Name, from, to)
			}
		}
	}
	for _, lost := range []string{"{street: Nowhere Street}", "{street: Main Street, heading: northbound}"} {
		s := mustParse(t, "map: town\nmeasure: {corridors: {lost: "+lost+"}}\n")
		if _, err := NewRun(city, s, Options{}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "measure.corridors.lost") {
			t.Errorf("%s, which is not on the map: %v", lost, err)
		}
	}
}
