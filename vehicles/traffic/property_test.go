package traffic_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/vehicles/traffic"
)

// randomSeeds, in the environment, are the seeds of TestRandomTowns and TestNobodyComesWhereOneStandsInside: one, or the first and the last, as 17 or 100-199.
const randomSeeds = "ROADTWIN_RANDOM"

// seeds returns the first and the last seed of the environment's, or else those given.
func seeds(first, last uint64) (uint64, uint64) {
	text := os.Getenv(randomSeeds)
	if text == "" {
		return first, last
	}
	from, to, isRange := strings.Cut(text, "-")
	if !isRange {
		to = from
	}
	first, _ = strconv.ParseUint(from, 10, 64)
	last, _ = strconv.ParseUint(to, 10, 64)
	return first, last
}

// TestRandomTowns drives through towns that nobody has thought of. Whatever they look like, nobody overlaps anybody, there are
// no crashes, the audit is clean, nobody is hit, everybody arrives some time after the last has set out, and one worker and
// three give the same bytes.
func TestRandomTowns(t *testing.T) {
	first, last := seeds(1, 8)
	all := []uint64{}
	if os.Getenv(randomSeeds) == "" {
		all = append(all,
			79,  // somebody changed to a lane where he could but stop on the tracks
			396, // somebody who had slid over the line pulled away again before people on the road
		)
	}
	for seed := first; seed <= last; seed++ {
		all = append(all, seed)
	}
	for _, seed := range all {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Logf("again: %s=%d go test ./vehicles/traffic -run TestRandomTowns -v", randomSeeds, seed)
				}
			}()
			driveRandomTown(t, seed)
		})
	}
}

// townTrips returns the trips in a random town: of all classes, from streets to streets, for ten minutes.
func townTrips(net *network.Network, seed uint64) (trips []traffic.Trip) {
	search := route.New(net).NewSearcher()
	for _, trip := range randomTrips(net, 10*len(net.Edges), 7*3600, 600, seed) {
		if net.Edges[trip.From].Roundabout || net.Edges[trip.To].Roundabout {
			continue // nobody sets out on a ring, or stops there
		}
		if _, _, ok := search.Path(nil, route.Query{From: trip.From, To: trip.To, Class: trip.Class}); ok {
			trips = append(trips, trip)
		}
	}
	return trips
}

// spinning notes who stands where neither tyres nor engine take it on: on soaked earth a lorry may not get away again.
func spinning(w *traffic.World, who map[traffic.VehicleID]bool) {
	for _, v := range w.AppendVehicles(nil) {
		if v.V == 0 && v.Limit == traffic.LimitTyres {
			d, _ := w.Vehicle(v.ID)
			who[v.ID] = d.Drive <= 0
		}
	}
}

func driveRandomTown(t *testing.T, seed uint64) {
	_, net, _, err := network.Prune(drawTown(seed))
	if err != nil {
		t.Fatal(err)
	}
	if err := net.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(net.Edges) == 0 {
		t.Skip("nothing is left of this town")
	}
	s := scene{twin: twin{net: net, side: 1}, trips: townTrips(net, seed)}
	one, three := s.world(t, 1), s.world(t, 3)
	deadline := one.Time() + 3600
	spins := map[traffic.VehicleID]bool{}
	for one.Time() < deadline && (one.Time() < 7*3600+600 || one.Stats().OnRoad+one.Stats().Waiting > 0) {
		checked(t, one, 1)
		if walks := one.Walks(); walks.Hit+walks.OnTracks > 0 {
			t.Fatalf("at %.1f s: %+v, want nobody hit and nobody on the tracks", one.Time(), walks)
		}
		for _, e := range one.Events() {
			if e.Kind == traffic.Recovered && !spins[e.Vehicle] {
				t.Errorf("vehicle %d was towed off at %.1f s, though it could pull away", e.Vehicle, e.Time)
			}
		}
		three.Step()
		if one.Steps()%50 == 0 {
			spinning(one, spins)
			if one.Hash() != three.Hash() {
				t.Fatalf("at %.1f s: hash %x with one worker, %x with three", one.Time(), one.Hash(), three.Hash())
			}
		}
	}
	st := one.Stats()
	if st.OnRoad+st.Waiting > 0 || st.Arrived+st.Recovered != len(s.trips) {
		for i, stuck := range one.AppendStuck(nil) {
			if i < 3 {
				t.Logf("%v\n%s", stuck, one.Describe(stuck.Vehicle))
			}
		}
		t.Errorf("50 minutes after the last trip: %+v, want all %d arrived, or towed off who could not pull away", st, len(s.trips))
	}
	if st.StuckMost > 0 {
		t.Errorf("up to %d stuck, at %.1f s", st.StuckMost, st.StuckMostTime)
	}
	t.Logf("%d edges, %d trips, over after %.0f s: %+v, %+v", len(net.Edges), len(s.trips), one.Time()-7*3600, st, one.Walks())
}
