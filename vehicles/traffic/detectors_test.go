package traffic_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// sensed returns a world on net whose signals are all of a kind.
func sensed(t testing.TB, net *network.Network, kind signals.Kind, workers int, change func(*traffic.Config)) (*traffic.World, *signals.System) {
	t.Helper()
	plans, _ := signals.DefaultPlans(net)
	var controls []signals.Control
	for i := range plans {
		c, err := signals.DefaultControl(net, &plans[i], kind, signals.ControlOptions{})
		if err != nil {
			t.Fatal(err)
		}
		controls = append(controls, c)
	}
	system, err := signals.New(net, plans, controls...)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, net, workers, func(c *traffic.Config) {
		c.Signals = system
		if change != nil {
			change(c)
		}
	})
	return w, system
}

// crossed is a grid of one crossing whose approaches have one lane, with traffic over it.
func crossed(t testing.TB, step float64) (*traffic.World, *signals.System, *network.Network) {
	net := build(t, sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Lanes: 1, Signals: true}))
	w, system := sensed(t, net, signals.StageActuated, 1, func(c *traffic.Config) { c.StepTime = step })
	if _, err := w.AddTrips(randomTrips(net, 200, w.Time(), 300, 5)); err != nil {
		t.Fatal(err)
	}
	return w, system, net
}

// TestDetectorsSenseWhoIsOnThem compares what detectors say with where vehicles are, and what they count with who came past, at
// short and long steps.
func TestDetectorsSenseWhoIsOnThem(t *testing.T) {
	for _, step := range []float64{0.05, 0.2, 0.5} {
		w, system, net := crossed(t, step)
		before := map[traffic.VehicleID]traffic.VehicleState{}
		counted, came := map[int]int{}, map[int]int{}
		blind, ghosts := 0, 0
		var on []traffic.VehicleState
		for range int(400 / step) {
			for _, v := range on {
				before[v.ID] = v
			}
			on = w.AppendVehicles(on[:0])
			w.Step() // reads detectors first, as vehicles are on
			for i, d := range system.Detectors() {
				if d.Kind == signals.PushButton {
					continue
				}
				r := system.ReadingOf(i)
				counted[i] += int(r.Passed)
				covered, near := false, false
				for _, v := range on {
					length := net.Lanes[d.Lane].Length
					s := v.S
					if con, ok := net.ConnectorOf(v.Track); ok && net.Connectors[con].From == d.Lane {
						s += length
					} else if v.Track != d.Lane.Track() {
						near = near || reachesBack(net, d.Lane, &v)
						continue
					}
					covered = covered || s >= d.From && s-v.Length <= d.To
					near = near || s >= d.From && s-v.Length-(v.V+4*step)*step <= d.To+1
					if b, ok := before[v.ID]; v.Track == d.Lane.Track() && s >= d.From && (!ok || b.Track != v.Track || b.S < d.From) && ok {
						came[i]++
					}
				}
				if covered && !r.Occupied {
					blind++
				}
				if r.Occupied && !near {
					ghosts++
				}
			}
		}
		total := 0
		for i, d := range system.Detectors() {
			if d.Kind == signals.PushButton {
				continue
			}
			total += came[i]
			if d := counted[i] - came[i]; d < -1 || d > 1 {
				t.Errorf("step %g s: detector %d counted %d, %d came past", step, i, counted[i], came[i])
			}
		}
		if blind > 0 || ghosts > 0 || total < 60 {
			t.Errorf("step %g s: %d times somebody was on a detector that did not say so, %d times it said so of nobody; %d came past", step, blind, ghosts, total)
		}
	}
}

// reachesBack tells whether a vehicle behind the junction may be so long that its rear is still on a lane before it.
func reachesBack(net *network.Network, lane network.LaneID, v *traffic.VehicleState) bool {
	for c := range net.Connectors {
		if con := &net.Connectors[c]; con.From == lane && con.To.Track() == v.Track && v.S-v.Length < 1-con.Length {
			return true
		}
	}
	return false
}

func TestActuatedSignalsAreTheSameForAnyWorkersAndFromASnapshot(t *testing.T) {
	net := build(t, sample.Grid(sample.GridSpec{Columns: 3, Rows: 3, Lanes: 2, Signals: true}))
	people := func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 5, AtSignals: true} }
	run := func(kind signals.Kind, workers, steps int, from *traffic.Snapshot) (*traffic.World, *signals.System) {
		w, system := sensed(t, net, kind, workers, people)
		if _, err := w.AddTrips(randomTrips(net, 400, w.Time(), 600, 2)); err != nil {
			t.Fatal(err)
		}
		if from != nil {
			if err := w.Restore(from); err != nil {
				t.Fatal(err)
			}
		}
		for range steps {
			w.Step()
		}
		return w, system
	}
	for _, kind := range []signals.Kind{signals.StageActuated, signals.RingBarrier, signals.PressureBased, signals.SelfOrganised} {
		one, system := run(kind, 1, 1500, nil)
		three, _ := run(kind, 3, 1500, nil)
		half, _ := run(kind, 1, 700, nil)
		rest, _ := run(kind, 2, 800, half.Snapshot())
		if a, b, c := one.Hash(), three.Hash(), rest.Hash(); a != b || a != c {
			t.Errorf("%v: hash %x with one worker, %x with three, %x from a snapshot", kind, a, b, c)
		}
		if system.Faults() > 0 {
			t.Errorf("%v: %d monitors tripped", kind, system.Faults())
		}
	}
}

// People at an arm push the button, walk while they have a walk, and nobody is hit.
func TestPeopleWalkWhenTheirSignalSaysSo(t *testing.T) {
	net := build(t, sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Lanes: 2, Signals: true}))
	w, system := sensed(t, net, signals.StageActuated, 1, func(c *traffic.Config) {
		c.Crossings = traffic.Crossings{People: 5, AtSignals: true}
	})
	if len(system.Walks()) != 4 {
		t.Fatalf("%d walks, want 4", len(system.Walks()))
	}
	if _, err := w.AddTrips(randomTrips(net, 600, w.Time(), 3600, 2)); err != nil {
		t.Fatal(err)
	}
	walks := 0
	was := make([]signals.Aspect, 4)
	for range 18000 {
		checked(t, w, 1)
		for i := range was {
			if now := system.WalkAspect(i); now != was[i] {
				if now == signals.Green {
					walks++
				}
				was[i] = now
			}
		}
	}
	if st := w.Walks(); st.Crossed < 100 || st.Hit > 0 || walks < 20 || st.Left > st.Crossed/20 {
		t.Errorf("%d walks, %+v: want many, and nobody hit", walks, st)
	} else {
		t.Logf("%d walks for %d people, who waited %.0f s on average", walks, st.Crossed, st.Delay/float64(st.Crossed))
	}
}

func TestSensingAllocatesNothing(t *testing.T) {
	w, _, _ := crossed(t, 0.2)
	for range 500 {
		w.Step()
	}
	if n := testing.AllocsPerRun(500, w.Step); n > 0.1 { // departures may take memory now and then
		t.Errorf("%v allocations a step", n)
	}
}
