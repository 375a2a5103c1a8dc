package traffic_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/emission"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/traffic"
)

// watched steps s until step n and returns the conflicts that ended on the way.
func (s *scene) watched(t testing.TB, w *traffic.World, n uint64) (all []traffic.Conflict) {
	t.Helper()
	for w.Steps() < n {
		s.step(t, w)
		all = append(all, w.Conflicts()...)
	}
	return all
}

// burnt returns what every trip and every track has burnt.
func (s *scene) burnt(w *traffic.World) (trips, tracks []emission.Total) {
	for id := range s.trips {
		trips = append(trips, w.Emissions(traffic.VehicleID(id)))
	}
	for t := range s.net.NumTracks() {
		tracks = append(tracks, w.TrackEmissions(network.TrackID(t)))
	}
	return trips, tracks
}

// What is measured does not depend on workers, nor on a snapshot between.
func TestMeasuresAreTheSameForAnyNumberOfWorkers(t *testing.T) {
	s := newScene(t, network.RightHand)
	const half, steps = 900, 1800
	first := s.world(t, 1)
	wantConflicts := s.watched(t, first, half)
	snapshot := first.Snapshot()
	later := s.watched(t, first, steps)
	wantTrips, wantTracks := s.burnt(first)
	if len(wantConflicts)+len(later) < 10 {
		t.Fatalf("only %d conflicts in a crowded town", len(wantConflicts)+len(later))
	}
	for _, workers := range []int{1, 5} {
		w := s.emptyWorld(t, workers)
		if err := w.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		got := s.watched(t, w, steps)
		if !slices.Equal(got, later) {
			t.Errorf("%d workers, from a snapshot: %d conflicts that differ from the %d", workers, len(got), len(later))
		}
		trips, tracks := s.burnt(w)
		if !slices.Equal(trips, wantTrips) || !slices.Equal(tracks, wantTracks) {
			t.Errorf("%d workers, from a snapshot: other emissions", workers)
		}
	}
	var byTrip, byTrack emission.Total
	for i := range wantTrips {
		byTrip.Add(wantTrips[i])
	}
	for i := range wantTracks {
		byTrack.Add(wantTracks[i])
	}
	for _, pair := range [][2]float64{{byTrip.CO2, byTrack.CO2}, {byTrip.Fuel, byTrack.Fuel}, {byTrip.NOx, byTrack.NOx}, {byTrip.PM, byTrack.PM}} {
		if pair[0] <= 0 || math.Abs(pair[0]/pair[1]-1) > 1e-4 {
			t.Errorf("vehicles burnt %g g, on the roads %g g were burnt", pair[0], pair[1])
		}
	}
}

// An observer who looks at all neighbours on a track in every step finds no rear-end conflict that is not told, nor a shorter TTC than
// by two steps.
func TestConflictsAreThoseThatAnObserverSees(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 2)
	type pair struct{ id, other traffic.VehicleID }
	shortest := map[pair]float64{}
	var told []traffic.Conflict
	var states []traffic.VehicleState
	for w.Steps() < 3200 { // with rain and ice
		s.step(t, w)
		told = append(told, w.Conflicts()...)
		states = w.AppendVehicles(states[:0])
		for i := 1; i < len(states); i++ {
			o, v := &states[i-1], &states[i]
			if o.Track != v.Track || (o.Flags|v.Flags)&traffic.Crashed != 0 {
				continue
			}
			if ttc := safety.TTC(o.S-o.Length-v.S, v.V, o.V); ttc < 4 {
				p := pair{v.ID, o.ID}
				if before, ok := shortest[p]; !ok || ttc < before {
					shortest[p] = ttc
				}
			}
		}
	}
	told = append(told, w.OpenConflicts()...)
	byPair := map[pair]float64{}
	for i := range told {
		p := pair{told[i].Vehicle, told[i].Other}
		if before, ok := byPair[p]; !ok || told[i].MinTTC < before {
			byPair[p] = told[i].MinTTC
		}
	}
	seen, worst := 0, 0.0
	limit := safety.DefaultThresholds().TTC
	for p, ttc := range shortest {
		if ttc >= limit-2*w.StepTime() {
			continue
		}
		seen++
		got, ok := byPair[p]
		if !ok {
			t.Errorf("vehicle %d came within %.2f s of %d, and no conflict is told", p.id, ttc, p.other)
			continue
		}
		worst = max(worst, got-ttc)
	}
	if worst > 2*w.StepTime()+1e-9 {
		t.Errorf("a TTC is told %.2f s too long, want at most two steps", worst)
	}
	if seen < 2 {
		t.Errorf("only %d conflicts were seen", seen)
	}
	t.Logf("%d seen, %d told (%v by kind); the longest TTC is told %.2f s too long", seen, len(told), w.Stats().Conflicts, worst)
}

// What is taken from one look in 2 s is what all steps come to.
func TestEmissionsFromSeldomLooksAreThoseOfAllSteps(t *testing.T) {
	s := newScene(t, network.RightHand)
	fleet := emission.Fleet{}
	for class := range fleet {
		fleet[class] = []emission.Share{{Model: emission.PetrolCarEuro4, Share: 1}}
	}
	s.change = func(c *traffic.Config) { c.Measures.Fleet = &fleet }
	w := s.world(t, 2)
	all := 0.0
	var states []traffic.VehicleState
	for w.Steps() < 2500 {
		s.step(t, w)
		states = w.AppendVehicles(states[:0])
		for i := range states {
			all += emission.PetrolCarEuro4.Rate(emission.CO2, states[i].V, states[i].A) * w.StepTime() / 1000
		}
	}
	sampled := 0.0
	for track := range s.net.NumTracks() {
		sampled += w.TrackEmissions(network.TrackID(track)).CO2
	}
	t.Logf("%.0f g by all steps, %.0f g by one look in 2 s: %+.2f %%", all, sampled, 100*(sampled/all-1))
	if math.Abs(sampled/all-1) > 0.01 {
		t.Errorf("%.0f g of CO2, every step told %.0f g", sampled, all)
	}
}

// Nothing is measured, and nothing moves otherwise, where measures are off.
func TestMeasuresChangeNothing(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 2)
	s.change = func(c *traffic.Config) { c.Measures.Off = true }
	off := s.world(t, 2)
	want, _ := s.run(t, w, 700)
	got, _ := s.run(t, off, 700)
	if !slices.Equal(got, want) {
		t.Error("the traffic is another one where nothing is measured")
	}
	if off.Stats().Conflicts != [safety.NumKinds]int{} || off.Emissions(0) != (emission.Total{}) {
		t.Errorf("conflicts %v, emissions %v, want none", off.Stats().Conflicts, off.Emissions(0))
	}
}
