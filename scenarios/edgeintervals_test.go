package scenarios

import (
	"path/filepath"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

// edgeCounter counts who comes onto edges and who leaves them, vehicle by vehicle.
type edgeCounter struct {
	entered, left map[int]int64
	states        []traffic.VehicleState
	changes       int // of lanes
	lane          map[traffic.VehicleID]network.TrackID
	passages      []traffic.Passage
}

func (c *edgeCounter) Observe(r *Run) {
	net := r.Net()
	c.passages = r.World().AppendPassages(c.passages[:0])
	for _, p := range c.passages {
		c.entered[int(p.To)]++
		c.left[int(p.From)]++
	}
	for _, e := range r.World().Events() {
		lane, ok := net.LaneOf(e.Track)
		switch {
		case !ok:
		case e.Kind == traffic.Departed:
			c.entered[int(net.Lanes[lane].Edge)]++
		case e.Kind == traffic.Arrived:
			c.left[int(net.Lanes[lane].Edge)]++
		}
	}
	c.states = r.World().AppendVehicles(c.states[:0])
	for _, v := range c.states {
		lane, ok := net.LaneOf(v.Track)
		if !ok {
			delete(c.lane, v.ID)
			continue
		}
		if was, ok := c.lane[v.ID]; ok && was != v.Track {
			if before, _ := net.LaneOf(was); net.Lanes[before].Edge == net.Lanes[lane].Edge {
				c.changes++
			}
		}
		c.lane[v.ID] = v.Track
	}
}

// Edges count who comes onto them and who leaves them, whatever lanes they change between.
func TestEdgeIntervalsDoNotCountLaneChanges(t *testing.T) {
	city, s := townCity(t), mustParse(t, "map: town\nperiod: {begin: \"07:00\", end: \"07:12\"}\ndemand: {factor: 2}\nmeasure: {interval: 180}\n")
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := newRun(t, city, s, Options{Workers: 1, Seed: 3})
	recorder, err := Record(db, r, "test")
	if err != nil {
		t.Fatal(err)
	}
	c := &edgeCounter{entered: map[int]int64{}, left: map[int]int64{}, lane: map[traffic.VehicleID]network.TrackID{}}
	r.Watch(c)
	finish(r)
	if err := recorder.Finish(r.Summary()); err != nil {
		t.Fatal(err)
	}
	rows, err := db.EdgeIntervals(t.Context(), recorder.RunID())
	if err != nil {
		t.Fatal(err)
	}
	entered, left := map[int]int64{}, map[int]int64{}
	for i := range rows {
		entered[rows[i].Edge] += rows[i].Entered
		left[rows[i].Edge] += rows[i].Left
	}
	total := int64(0)
	inside := 0 // junctions: who is in one has left its edge, but has not come onto the next
	for _, v := range c.states {
		if _, ok := r.Net().LaneOf(v.Track); !ok {
			inside++
		}
	}
	missing := int64(0)
	for e := range r.Net().Edges {
		if entered[e] != c.entered[e] {
			t.Errorf("edge %d: %d entered, want %d", e, entered[e], c.entered[e])
		}
		missing += left[e] - c.left[e]
		if left[e] < c.left[e] {
			t.Errorf("edge %d: %d left, want %d at least", e, left[e], c.left[e])
		}
		total += entered[e]
	}
	if missing != int64(inside) {
		t.Errorf("%d more have left edges than have come onto others, want the %d inside of junctions", missing, inside)
	}
	if c.changes < 50 || total < 500 {
		t.Errorf("%d changes of lanes among %d passages: too few to tell", c.changes, total)
	}
	trips, err := db.Trips(t.Context(), recorder.RunID())
	if err != nil {
		t.Fatal(err)
	}
	for _, trip := range trips {
		about := r.Demand().About[trip.Trip]
		if trip.Purpose != about.Purpose.String() || trip.Number != about.Number || trip.Shift != 0 {
			t.Fatalf("trip %d: purpose %q, number %d, shift %g; want %v, %d and none", trip.Trip, trip.Purpose, trip.Number, trip.Shift, about.Purpose, about.Number)
		}
	}
}
