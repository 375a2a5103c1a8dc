package ego_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/ego"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// town returns the sample town and a scenario in it.
func town(t testing.TB) (*scenarios.City, *scenarios.Scenario) {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse([]byte("map: town\nperiod: {begin: \"07:00\", end: \"09:00\"}\nstep: 0.1\ndemand: {factor: 4}\n"), "town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return city, s
}

// world returns a world of the town after a minute, with a car that the pick-th draw has chosen.
func world(t testing.TB, city *scenarios.City, s *scenarios.Scenario, pick uint64, horizon float64) *ego.World {
	t.Helper()
	w := begin(t, city, s, pick, horizon)
	t.Cleanup(w.Close)
	return w
}

// begin is world, but that the caller closes it: a test that makes thousands of worlds must not keep them all.
func begin(t testing.TB, city *scenarios.City, s *scenarios.Scenario, pick uint64, horizon float64) *ego.World {
	t.Helper()
	run, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 3, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for run.Time() < run.Begin()+60 {
		run.Step()
	}
	w, err := ego.New(run, ego.DefaultLayout(), ego.Options{Vehicle: traffic.NoVehicle, Class: network.Car, Pick: pick, Horizon: horizon, LogWeight: -3})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// random returns the i-th action of somebody who does not know how to drive.
func random(seed, i uint64) ego.Action {
	of := func(k uint64) float64 { return draw.Float64(seed, draw.Test, i, k) }
	if of(0) < 0.5 {
		return ego.Action{Mode: ego.Pedals, Accel: 6*of(1) - 3, Curvature: 0.02 * (of(2) - 0.5)}
	}
	return ego.Action{Mode: ego.Targets, Speed: 15 * of(1), Lane: int8(3*of(2)) - 1}
}

// observe returns what the ego sees.
func observe(t testing.TB, w *ego.World) ego.Observation {
	t.Helper()
	l := ego.DefaultLayout()
	o, err := l.Parse(w.Append(nil, 7))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A world that goes on, a fork of it and the same world set back have the same hash after each of the same actions.
func TestForksAndRestoredWorldsGoTheSameWay(t *testing.T) {
	city, s := town(t)
	for pick := range uint64(4) {
		w := world(t, city, s, pick, 0)
		step := func(w *ego.World, from uint64) (hashes []uint64) {
			for i := from; i < from+150; i++ {
				if err := w.Step(random(pick, i), 2); err != nil {
					t.Fatal(err)
				}
				o := observe(t, w)
				if o.Hash != w.Hash() {
					t.Fatalf("hash %x, observed %x", w.Hash(), o.Hash)
				}
				hashes = append(hashes, o.Hash)
			}
			return hashes
		}
		step(w, 0)
		snapshot := w.Snapshot()
		want := step(w, 150)
		fork, err := snapshot.Fork()
		if err != nil {
			t.Fatal(err)
		}
		defer fork.Close()
		if got := step(fork, 150); !slices.Equal(got, want) {
			t.Errorf("ego %d: a fork goes another way", w.Ego())
		}
		if err := w.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		if got := step(w, 150); !slices.Equal(got, want) {
			t.Errorf("ego %d: the world set back goes another way", w.Ego())
		}
		t.Logf("ego %d: flags %b", w.Ego(), w.Flags())
	}
}

// A world in which the ego's own driver drives is the one without an ego, to the bit.
func TestAnEgoThatIsLeftAloneChangesNothing(t *testing.T) {
	city, s := town(t)
	w := world(t, city, s, 1, 0)
	run, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 3, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	for run.Time() < run.Begin()+60 {
		run.Step()
	}
	for range 100 {
		if err := w.Step(ego.Action{}, 1); err != nil {
			t.Fatal(err)
		}
		if !w.Over() {
			run.Step()
		}
	}
	if w.Hash() != run.World().Hash() {
		t.Errorf("hash %x, without an ego %x", w.Hash(), run.World().Hash())
	}
}

// What an observation says of the ego and of those around it is what the traffic says.
func TestObservationsTellWhatThereIs(t *testing.T) {
	city, s := town(t)
	w := world(t, city, s, 2, 0)
	for range 50 {
		if err := w.Step(ego.Action{Mode: ego.Targets, Speed: 8, Lane: -1}, 1); err != nil {
			t.Fatal(err)
		}
		o := observe(t, w)
		d, ok := w.Run().World().Vehicle(w.Ego())
		if !ok {
			break
		}
		p := city.Net.PoseAt(d.Track, d.S, d.Lateral)
		if o.X != p.X || o.Y != p.Y || math.Abs(o.V-d.V) > 1e-5 || o.World != 7 || o.LogWeight != -3 || o.Time != w.Run().Time() {
			t.Fatalf("%+v of %+v", o, d)
		}
		if len(o.Way) == 0 || math.Hypot(o.Way[0].X, o.Way[0].Y) > math.Abs(d.Lateral)+0.01 || o.Way[0].Grip < 0.5 || o.Way[0].Track != uint32(d.Track) {
			t.Fatalf("way %+v", o.Way)
		}
		for i, n := range o.Neighbours {
			v, ok := w.Run().World().Vehicle(traffic.VehicleID(n.ID))
			if !ok {
				t.Fatalf("neighbour %d is not there", n.ID)
			}
			q := city.Net.PoseAt(v.Track, v.S, v.Lateral)
			if got, want := math.Hypot(n.X, n.Y), math.Hypot(q.X-p.X, q.Y-p.Y); math.Abs(got-want) > 0.01 {
				t.Fatalf("neighbour %d at %.2f m, want %.2f", n.ID, got, want)
			}
			if i > 0 && math.Hypot(n.X, n.Y) < math.Hypot(o.Neighbours[i-1].X, o.Neighbours[i-1].Y)-0.01 {
				t.Fatalf("neighbour %d is nearer than the one before", n.ID)
			}
		}
		if d.HasLeader != (o.Leader != math.MaxUint32) || d.HasLeader && math.Abs(o.Gap-d.Gap) > 1e-3 {
			t.Fatalf("leader %d at %.2f m, want %d at %.2f m", o.Leader, o.Gap, d.Leader, d.Gap)
		}
	}
}

// Who steps on it and never brakes ends in a collision or off the road, and the observation says which.
func TestBlindEgosEndInFailures(t *testing.T) {
	city, s := town(t)
	kinds, ends, ended := map[ego.CollisionKind]int{}, map[ego.Flags]int{}, 0
	for pick := range uint64(12) {
		w := world(t, city, s, pick, 120)
		for !w.Over() {
			if err := w.Step(ego.Action{Mode: ego.Targets, Speed: 16, Lane: -1}, 5); err != nil {
				t.Fatal(err)
			}
		}
		o := observe(t, w)
		ends[o.Flags]++
		if o.Flags&ego.Crashed != 0 != (o.Collision.Kind != ego.NoCollision) || o.Flags&ego.Terminated != 0 && o.Flags&(ego.Crashed|ego.LeftRoad|ego.HitPerson|ego.Arrived) == 0 {
			t.Errorf("flags %b, collision %+v", o.Flags, o.Collision)
		}
		if o.Flags&ego.Crashed != 0 {
			ended++
			kinds[o.Collision.Kind]++
			if o.Collision.Other == traffic.NoVehicle {
				t.Errorf("a collision with nobody: %+v", o.Collision)
			}
		}
	}
	if ended < 3 {
		t.Errorf("%d of 12 blind egos crashed", ended)
	}
	t.Logf("%v, flags %v", kinds, ends)
}

func TestEgosThatAreNotThereAreRefused(t *testing.T) {
	city, s := town(t)
	run, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 3, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if _, err := ego.New(run, ego.DefaultLayout(), ego.Options{Vehicle: traffic.NoVehicle}); !errors.Is(err, ego.ErrNobody) {
		t.Errorf("%v, want that nobody is there yet", err)
	}
	if _, err := ego.New(run, ego.DefaultLayout(), ego.Options{Vehicle: 12345678}); !errors.Is(err, ego.ErrNobody) {
		t.Errorf("%v, want that vehicle is not there", err)
	}
	if _, err := ego.New(run, ego.Layout{Neighbours: 65, Spacing: 1, Sight: 1}, ego.Options{}); err == nil {
		t.Error("65 neighbours were taken")
	}
	if _, err := ego.New(run, ego.DefaultLayout(), ego.Options{Horizon: math.NaN()}); err == nil {
		t.Error("a horizon of NaN was taken")
	}
}

func TestActionsAreReadAsTheyWereWritten(t *testing.T) {
	for _, a := range []ego.Action{
		{Mode: ego.Human, Lane: -1}, {Mode: ego.Pedals, Lane: -1, Accel: -8, Curvature: 0.125}, {Mode: ego.Targets, Speed: 13.5, Lane: 2},
	} {
		if got, err := ego.ParseAction(a.Append(nil)); err != nil || got != a {
			t.Errorf("%+v, %v, want %+v", got, err, a)
		}
	}
}

func FuzzParseAction(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ego.ParseAction(b)
		if err != nil {
			return
		}
		if err := a.Check(); err != nil {
			t.Errorf("%+v was read: %v", a, err)
		}
	})
}
