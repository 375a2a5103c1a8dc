package traffic_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/fleet"
	"roadtwin/vehicles/traffic"
)

// ofEverything is a fleet with all kinds of faults.
func ofEverything() *fleet.Fleet {
	f := new(fleet.Fleet)
	for class := range f {
		f[class] = fleet.Shares{
			Tread: []float64{2e-3, 4e-3}, Winter: 0.2, NoABS: 0.2, Lost: 0.05, TrailersUnbraked: 0.3, Faded: 0.1, Fade: [2]float64{0.3, 0.3},
		}
	}
	return f
}

// A fleet in which nearly nobody is as his class is the same for any number of workers and after a snapshot, on dry and wet roads and
// ice; every vehicle keeps the state that was drawn for it.
func TestAFleetIsTheSameForAnyNumberOfWorkersAndAfterASnapshot(t *testing.T) {
	s := newScene(t, network.RightHand)
	catalogue := dynamics.NewCatalogue(vehicles.Classes())
	s.change = func(c *traffic.Config) { c.Fleet, c.Catalogue = ofEverything(), catalogue }
	const steps = 2600
	one := s.world(t, 1)
	want, events := s.run(t, one, steps)
	three := s.world(t, 3)
	got, _ := s.run(t, three, 1300)
	snapshot := three.Snapshot()
	more, _ := s.run(t, three, steps)
	if got = append(got, more...); !slices.Equal(got, want) {
		t.Errorf("with three workers the hashes are others")
	}
	other := s.emptyWorld(t, 2)
	if err := other.Restore(snapshot); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.run(t, other, steps); !slices.Equal(got, want[1300/50:]) {
		t.Errorf("after a snapshot the hashes are others")
	}
	faults := 0
	for _, e := range events {
		if e.Kind == traffic.CrashedInto && len(e.Striking.Fitness.Faults()) > 0 {
			faults++
		}
	}
	key, f := draw.NewKey(1, draw.TechnicalState), ofEverything()
	for id := range s.trips {
		if got, want := one.FitnessOf(traffic.VehicleID(id)), f.Draw(key, uint64(id), s.trips[id].Class); got != want {
			t.Fatalf("vehicle %d is %+v, want %+v", id, got, want)
		}
	}
	if a := one.Audit(); a.Overlaps+a.Jumps+a.NegativeSpeeds+a.BeyondTyres+a.Lost > 0 {
		t.Errorf("%+v", a)
	}
	t.Logf("%d crashes, %d of vehicles with faults", one.Stats().Crashes, faults)
}

// Grooves are for water: in the dry, a fleet with worn tyres drives as one with new ones.
func TestWornTyresChangeNothingInTheDry(t *testing.T) {
	net := grid(t, 4, true)
	trips := randomTrips(net, 400, 7*3600, 300, 3)
	world := func(f *fleet.Fleet) *traffic.World {
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Fleet = f })
		if _, err := w.AddTrips(trips); err != nil {
			t.Fatal(err)
		}
		return w
	}
	f := new(fleet.Fleet)
	for class := range f {
		f[class].Tread = []float64{2e-3}
	}
	worn, fit := world(f), world(nil)
	for range 2000 {
		worn.Step()
		fit.Step()
		for id := range trips {
			a, onRoad := worn.Vehicle(traffic.VehicleID(id))
			b, _ := fit.Vehicle(traffic.VehicleID(id))
			if a.VehicleState != b.VehicleState {
				t.Fatalf("at %.1f s vehicle %d with worn tyres is %+v, with new ones %+v (on the road: %t)", fit.Time(), id, a.VehicleState, b.VehicleState, onRoad)
			}
		}
	}
}

func TestAFleetThatMakesNoSenseIsRefused(t *testing.T) {
	f := new(fleet.Fleet)
	f[network.Car].NoABS = 2
	if _, err := traffic.New(traffic.Config{
		Net: grid(t, 2, true), Signals: new(signals.System), Router: new(route.Router), Envelopes: new(dynamics.Tables), Fleet: f,
	}); err == nil {
		t.Error("a fleet of which twice all lack ABS is taken")
	}
}
