package traffic_test

import (
	"fmt"
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// longRoad is a straight road of pieces of so many metres each, at a limit of 50 km/h; every other piece is on a bridge if bridges.
func longRoad(t *testing.T, bridges bool, pieces ...float64) *network.Network {
	t.Helper()
	spec := sloping(0, pieces...)
	for i := range spec.Edges {
		spec.Edges[i].Bridge = bridges && i%2 == 1
	}
	return build(t, spec)
}

// sloping is a straight road of pieces of so many metres each that climbs by gradient, at a limit of 50 km/h.
func sloping(gradient float64, pieces ...float64) *network.Spec {
	spec := &network.Spec{DrivingSide: network.RightHand, Junctions: []network.JunctionSpec{{Controller: network.None, Boundary: true}}}
	x := 0.0
	for i, length := range pieces {
		begin := network.Point{X: x}
		x += length
		end := network.Point{X: x}
		spec.Junctions = append(spec.Junctions, network.JunctionSpec{Position: end, Controller: network.None, Boundary: i == len(pieces)-1})
		spec.Edges = append(spec.Edges, network.EdgeSpec{
			From: int32(i), To: int32(i + 1), Shape: []network.Point{begin, end}, Opposite: network.None, Road: network.Residential, Gradient: gradient,
			Lanes: []network.LaneSpec{{Width: 3.5, SpeedLimit: 50 / 3.6, Permitted: network.AllClasses}},
		})
	}
	return spec
}

// inAir returns a world in which the air has been so cold, or warm, for days, without anything on the roads.
func inAir(t *testing.T, net *network.Network, celsius float64) *traffic.World {
	t.Helper()
	always := weather.Change{From: 0, Until: math.Inf(1), Set: weather.Temperature | weather.Humidity, Sky: weather.Sky{Temperature: celsius, Humidity: 70}}
	system, err := weather.New(net, weather.Config{Changes: []weather.Change{always}}, 7*3600)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, net, 1, func(c *traffic.Config) { c.Weather = system })
}

// fastest returns the highest speed of single cars on a stretch of the road from one metre to another, as a mean over cars, m/s.
func fastest(t *testing.T, w *traffic.World, net *network.Network, from, to float64) float64 {
	t.Helper()
	last := network.EdgeID(len(net.Edges) - 1)
	add(t, w, stream(0, last, network.Car, 7*3600, 7*3600+1200, 40))
	top := map[traffic.VehicleID]float64{}
	for w.Time() < 7*3600+1400 {
		w.Step()
		for _, v := range w.AppendVehicles(nil) {
			if x := net.PoseAt(v.Track, v.S, 0).X; x >= from && x <= to {
				top[v.ID] = max(top[v.ID], v.V)
			}
		}
	}
	sum := 0.0
	for id := range traffic.VehicleID(30) {
		sum += top[id]
	}
	return sum / 30
}

// TestMoistRoadsInFrostAreDrivenWithCare drives on a road that is wet, and no more, at different temperatures. Where water may be ice,
// drivers take off some 7 km/h in town (see driver.LooksInCold); on a bridge a little more, near the freezing point a little less, and
// on a dry road nothing.
func TestMoistRoadsInFrostAreDrivenWithCare(t *testing.T) {
	net, bridges := longRoad(t, false, 600), longRoad(t, true, 200, 300, 200)
	for _, c := range []struct {
		name        string
		net         *network.Network
		lies        tyre.Condition
		celsius     float64
		least, most float64 // share of the speed on a dry road at 10 °C
	}{
		{"dry, 10 °C", net, tyre.Dry, 10, 1, 1},
		{"dry, -3 °C", net, tyre.Dry, -3, 1, 1},
		{"wet, 10 °C", net, tyre.Wet, 10, 0.94, 0.99},
		{"wet, 2 °C", net, tyre.Wet, 2, 0.90, 0.95},
		{"wet, -3 °C", net, tyre.Wet, -3, 0.82, 0.88},
		{"wet, -3 °C, bridge", bridges, tyre.Wet, -3, 0.62, 0.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			dry := fastest(t, inAir(t, c.net, 10), c.net, 380, 480)
			w := inAir(t, c.net, c.celsius)
			for track := range network.TrackID(c.net.NumTracks()) {
				w.Lay(track, c.lies)
			}
			share := fastest(t, w, c.net, 380, 480) / dry
			if share < c.least-1e-9 || share > c.most+1e-9 {
				t.Errorf("%.3f of the speed on a dry road, %.1f m/s, want %.2f to %.2f", share, dry, c.least, c.most)
			}
		})
	}
}

// TestIceIsSeenBeyondTheNextTrack lays ice on the last piece of a dry road, behind pieces of 15 m: nobody comes onto it faster than people
// drive on ice, which takes more than the last 15 m.
func TestIceIsSeenBeyondTheNextTrack(t *testing.T) {
	net := longRoad(t, false, 300, 15, 15, 15, 15, 300)
	w := newWorld(t, net, 1, nil)
	ice := network.EdgeID(len(net.Edges) - 1)
	w.Lay(net.Edges[ice].FirstLane.Track(), tyre.WetIce)
	if got, most := fastest(t, w, net, 361, 363), 0.75*50/3.6; got > most {
		t.Errorf("onto the ice at %.1f m/s, want at most %.1f", got, most)
	}
}

// TestACrashAheadIsAWarning has the first of a stream of cars crash on ice that nobody can tell from the wet road. In frost those who come
// after see it lie there, suspect what has made it crash, and stop in time, at every step time; on a mild day nobody thinks of ice, and
// they run into it.
func TestACrashAheadIsAWarning(t *testing.T) {
	net := longRoad(t, false, 300, 40, 25, 20, 30, 300)
	black := weather.Spill{Track: net.Edges[len(net.Edges)-1].FirstLane.Track(), From: 10, To: 290, Begin: 0, Until: math.Inf(1), Condition: tyre.WetIce}
	for _, dt := range []float64{0.05, 0.2, 0.5} {
		t.Run(fmt.Sprint(dt), func(t *testing.T) {
			if n := intoAWreck(t, net, black, -2, dt); n > 0 {
				t.Errorf("%d crashes in frost, want none", n)
			}
			if n := intoAWreck(t, net, black, 10, dt); n == 0 {
				t.Error("no crash on a mild day: that is no test")
			}
		})
	}
}

// leastBelieved returns the least grip that anybody believes in on a stretch of the road from its begin to a metre, until a time.
func leastBelieved(w *traffic.World, net *network.Network, to, until float64, step func()) float64 {
	least := 1.0
	for w.Time() < until {
		w.Step()
		if step != nil {
			step()
		}
		for _, v := range w.AppendVehicles(nil) {
			if d, _ := w.Vehicle(v.ID); net.PoseAt(v.Track, v.S, 0).X < to {
				least = min(least, d.Believed)
			}
		}
	}
	return least
}

// TestACrashIsNotSeenFromFarther has somebody crash 900 m down a wet street in frost: who is farther from it than one can see drives on as if
// nothing had happened.
func TestACrashIsNotSeenFromFarther(t *testing.T) {
	net := longRoad(t, false, 1000)
	least := func(crash, to float64) float64 {
		w := inAir(t, net, -2)
		w.Lay(net.Edges[0].FirstLane.Track(), tyre.Wet)
		add(t, w, stream(0, 0, network.Car, 7*3600, 7*3600+200, 20))
		wrecked := false
		return leastBelieved(w, net, to, 7*3600+300, func() {
			if d, ok := w.Vehicle(0); ok && !wrecked && d.S > crash {
				w.Wreck(0)
				wrecked = true
			}
		})
	}
	free := least(2000, 740)
	if got := least(900, 740); got != free {
		t.Errorf("160 m and more before a crash a grip of %.3f is believed in, want %.3f as without", got, free)
	}
	if got := least(900, 900); got >= free {
		t.Errorf("before a crash a grip of %.3f is believed in, without %.3f, want less", got, free)
	}
}

// TestAWeakEngineIsNoSignOfIce sends lorries up a long dry slope in frost, which their engines do not take at the speed of the cars: nobody
// behind them takes the road for a slippery one.
func TestAWeakEngineIsNoSignOfIce(t *testing.T) {
	net := build(t, sloping(0.08, 1500, 300))
	w := inAir(t, net, -3)
	w.Lay(net.Edges[1].FirstLane.Track(), tyre.Damp) // so that drivers mind the roads
	add(t, w, stream(0, 1, network.ArticulatedLorry, 7*3600, 7*3600+300, 40), stream(0, 1, network.Car, 7*3600+4, 7*3600+300, 10))
	weak := 0
	least := leastBelieved(w, net, 1300, 7*3600+400, func() {
		for _, v := range w.AppendVehicles(nil) {
			if v.Class == network.ArticulatedLorry && v.Limit == traffic.LimitTyres {
				weak++
			}
		}
	})
	if least < 1 || weak == 0 {
		t.Errorf("a grip of %.3f is believed in on a dry slope, want 1; lorries were held back in %d steps", least, weak)
	}
}

// intoAWreck drives on a wet road with something on a part of it that cannot be seen, where the first car crashes, and returns how many
// crashes come of it.
func intoAWreck(t *testing.T, net *network.Network, spill weather.Spill, celsius, dt float64) int {
	t.Helper()
	air := weather.Change{From: 0, Until: math.Inf(1), Set: weather.Temperature | weather.Humidity, Sky: weather.Sky{Temperature: celsius, Humidity: 70}}
	system, err := weather.New(net, weather.Config{Changes: []weather.Change{air}, Spills: []weather.Spill{spill}}, 7*3600)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, net, 1, func(c *traffic.Config) { c.Weather, c.StepTime = system, dt })
	for track := range network.TrackID(net.NumTracks()) {
		w.Lay(track, tyre.Wet)
	}
	add(t, w, stream(0, network.EdgeID(len(net.Edges)-1), network.Car, 7*3600, 7*3600+200, 3))
	wrecked := false
	for w.Time() < 7*3600+400 {
		w.Step()
		if d, ok := w.Vehicle(0); ok && !wrecked && net.PoseAt(d.Track, d.S, 0).X > 470 {
			w.Wreck(0)
			wrecked = true
		}
	}
	if n := w.Stats().OnRoad; !wrecked || n < 20 {
		t.Errorf("wrecked %v, %d on the road: that is no test", wrecked, n)
	}
	return w.Stats().Crashes
}

// TestFrostIsTheSameEverywhere drives through the scene with everything in it with the air at 1 °C, where drivers suspect ice and are warned by
// crashes: the same comes of it with one worker and with three, and after a snapshot taken among the wrecks.
func TestFrostIsTheSameEverywhere(t *testing.T) {
	s := newScene(t, network.RightHand)
	s.change = func(c *traffic.Config) {
		sky := weather.Sky{Rain: 8, Temperature: 1}
		cold := weather.Change{From: 7*3600 + 30, Until: 24 * 3600, Set: weather.Rain | weather.Temperature, Sky: sky}
		system, err := weather.New(s.net, weather.Config{Changes: []weather.Change{cold}}, 7*3600)
		if err != nil {
			t.Fatal(err)
		}
		c.Weather, c.ClearAfter = system, 300
	}
	one, three, restored := s.world(t, 1), s.world(t, 3), s.emptyWorld(t, 2)
	const snapshot = 7*3600 + 540
	for one.Time() < 7*3600+640 {
		s.step(t, one)
		s.step(t, three)
		if one.Time() > snapshot {
			s.step(t, restored)
			if one.Hash() != restored.Hash() {
				t.Fatalf("at %.1f s: hash %x after Restore, want %x", one.Time(), restored.Hash(), one.Hash())
			}
		} else if one.Time() > snapshot-one.StepTime()/2 {
			if err := restored.Restore(one.Snapshot()); err != nil {
				t.Fatal(err)
			}
		}
		if one.Steps()%50 == 0 && one.Hash() != three.Hash() {
			t.Fatalf("at %.1f s: hash %x with one worker, %x with three", one.Time(), one.Hash(), three.Hash())
		}
	}
	if one.Stats().Crashes == 0 {
		t.Error("no crash: that is no test")
	}
}
