package scenarios

import (
	"context"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// TestRoutesAreChosenByTheTimesThatAreDriven has single cars of mean drivers drive through a town, one a minute, and compares what its
// streets that bend take them, between joints at which nobody gives way, with the times by which routes are chosen. At the limit
// they would be a fifth too short. Half of that is left: cars also slow down for the joints themselves.
func TestRoutesAreChosenByTheTimesThatAreDriven(t *testing.T) {
	path := sharedExtracts(t, "small/badhersfeld_de.osm.pbf")[0]
	s := ForMap(path)
	city, err := Open(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	counts := singleCars(t, city, s, 400)
	var driven, chosen, limit float64 // s
	for e := range city.Net.Edges {
		edge := &city.Net.Edges[e]
		if edge.Length < 30 || city.Net.Junctions[edge.To].Kind != network.Plain || city.Net.Junctions[edge.From].Kind != network.Plain {
			continue
		}
		var seconds, metres, fastest float64
		for i, lane := range city.Net.EdgeLanes(network.EdgeID(e)) {
			c := &counts[(edge.FirstLane + network.LaneID(i)).Track()]
			seconds, metres = seconds+c.VehicleSeconds, metres+c.VehicleMetres
			fastest = max(fastest, lane.SpeedLimit)
		}
		free, atLimit := city.Router.FreeTime(network.EdgeID(e)), edge.Length/fastest
		if free > 1.02*atLimit {
			passes := metres / edge.Length
			driven, chosen, limit = driven+seconds, chosen+passes*free, limit+passes*atLimit
		}
	}
	t.Logf("driven in %.0f s, chosen by %.0f s (%+.1f %%), at the limit %.0f s (%+.1f %%)", driven, chosen, 100*(chosen/driven-1), limit, 100*(limit/driven-1))
	if driven < 5000 || chosen < 0.85*driven || chosen > 1.05*driven || limit > 0.85*driven {
		t.Errorf("streets that bend take %.0f s, routes are chosen by %.0f s; want 85 to 105 %% of 5000 s and more, and less than 85 %% at the limit: %.0f s", driven, chosen, limit)
	}
}

// singleCars has n cars of the mean driver travel, one a minute, and returns what was counted on each track.
func singleCars(t *testing.T, city *City, s *Scenario, n int) []traffic.LaneCount {
	t.Helper()
	mean := driver.Default()
	drivers, err := driver.NewPopulation(driver.Options{All: &mean})
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRun(city, s, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cfg := r.cfg
	cfg.Drivers, cfg.Crossings, cfg.Routes.Informed = drivers, traffic.Crossings{}, 0
	w, err := traffic.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var trips []traffic.Trip
	for i := range r.demand.Trips {
		if trip := r.demand.Trips[i]; i%8 == 0 && trip.Class == network.Car && len(trips) < n {
			trip.Depart = w.Time() + 60*float64(len(trips))
			trips = append(trips, trip)
		}
	}
	if _, err := w.AddTrips(trips); err != nil {
		t.Fatal(err)
	}
	for w.Stats().Arrived+w.Stats().NoRoute < len(trips) && w.Time() < r.Begin()+8*3600 {
		w.Step()
	}
	return w.Counts()
}
