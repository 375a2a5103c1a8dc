package traffic

import (
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
)

// TestHashMindsEveryField changes each field of what a World's state is made of, one at a time, and wants another hash. So a
// field that is added and left out of the hash fails it.
func TestHashMindsEveryField(t *testing.T) {
	w := smallWorld(t)
	in := func(set func(w *World, x any)) func(h *digest, x any) {
		return func(h *digest, x any) {
			other := w
			l := *w.layout
			l.slots = []slot{0} // one track is enough
			other.layout = &l
			set(&other, x)
			h.add(other.Hash())
		}
	}
	times, queues := w.times.clone(), newDepartures(2)
	queues.push(0, 0)
	queues.order = w.queues.order
	for _, c := range []struct {
		what any // a pointer to it
		add  func(h *digest, what any)
		not  []string // fields that need not be in it
	}{
		{what: &vehicle{}, add: func(h *digest, x any) { h.addVehicle(x.(*vehicle)) }},
		{what: &journey{}, add: func(h *digest, x any) { h.addJourney(x.(*journey)) }},
		{what: &tail{}, add: func(h *digest, x any) { h.addTail(x.(*tail)) }},
		{what: &head{}, add: func(h *digest, x any) { h.addHead(x.(*head)) }},
		{what: &foot{}, add: func(h *digest, x any) { h.addFoot(x.(*foot)) }},
		{what: &person{}, add: func(h *digest, x any) { h.addPerson(x.(*person)) }},
		{what: &rail{}, add: func(h *digest, x any) { h.addRail(x.(*rail)) }},
		{what: &Walks{}, add: func(h *digest, x any) { h.addWalks(x.(*Walks)) }},
		{what: &crossers{}, add: func(h *digest, x any) { x.(*crossers).hash(h) }},
		{what: &Command{}, add: func(h *digest, x any) { h.addCommand(x.(*Command)) }},
		{what: &dynamics.Fitness{}, add: func(h *digest, x any) { h.addFitness(x.(*dynamics.Fitness)) }},
		{what: &vigil{}, add: func(h *digest, x any) { h.addVigil(x.(*vigil)) }},
		{what: &hot{}, add: func(h *digest, x any) { h.addHot(x.(*hot)) }},
		{
			what: &states{of: []uint16{1}, kinds: []kind{{}, {fitness: dynamics.Fitness{Winter: true}}}},
			add:  func(h *digest, x any) { (&World{states: *x.(*states)}).hashLookout(h) },
			not:  []string{"kinds"}, // those that nobody is of do not matter
		},
		{what: &Trip{}, add: func(h *digest, x any) { h.addTrip(x.(*Trip)) }},
		{
			what: &w, add: func(h *digest, x any) { h.add(x.(*World).Hash()) },
			not: []string{
				"cfg", "layout", "classes", "drivers", "believed", "perception", "paces", "alert", "jerk", "reach", "judging", "cooling",
				"resting", "attention", "distraction", "wear", // never change
				"trips", "keys", "limited", // are in told as soon as they matter
				"journeys",                                                 // those that go on are mixed in with their vehicles and queues
				"tireless", "few", "measures", "sensing", "cold", "alarms", // follow from the rest, or change nothing
				"states",                                                                                            // below
				"applied", "events", "contacts", "gathered", "ordered", "seen", "workers", "inUse", "loads", "pool", // of one step
			},
		},
		{
			what: &track{}, add: in(func(w *World, x any) { w.tracks = []track{*x.(*track)} }),
			not: []string{"calm", "calmEnd", "red", "hangs", "stale", "looks", "shaded"}, // what is skipped: follows from the rest
		},
		{what: &passed{}, add: in(func(w *World, x any) { w.counts = []passed{*x.(*passed)} })},
		{
			what: &place{}, add: in(func(w *World, x any) { w.layout = &layout{places: []place{*x.(*place)}, slots: []slot{0}} }),
			not: othersOf(&place{}, "limit", "condition"), // never change, or follow from it
		},
		{what: &gate{}, add: in(func(w *World, x any) { w.gates = []gate{*x.(*gate)} })},
		{what: &times, add: in(func(w *World, x any) { w.times = *x.(*travelTimes) })},
		{
			what: &watch{shown: w.watch.shown, dark: w.watch.dark, puzzling: []puzzle{{}}}, add: in(func(w *World, x any) { w.watch = *x.(*watch) }),
			not: []string{"before", "standers", "waits", "behind", "first", "queue", "links"}, // of one look
		},
		{
			what: &queues, add: in(func(w *World, x any) { w.queues = *x.(*departures) }),
			not: []string{"first", "last", "behind", // who is behind whom: TestHashMindsTheOrderOfAQueue
				"order"}, // follows from the trips
		},
		{
			what: &Stats{}, add: func(h *digest, x any) { (&World{stats: *x.(*Stats)}).hashStats(h) },
			not: []string{"Conflicts"}, // a measure: see Measures
		},
		{what: &Audit{}, add: func(h *digest, x any) { (&World{audit: *x.(*Audit)}).hashStats(h) }},
		{what: &strand{}, add: func(h *digest, x any) { (&World{strands: []strand{*x.(*strand)}}).hashLookout(h) }},
		{what: &wreck{}, add: func(h *digest, x any) { (&World{wrecks: []wreck{*x.(*wreck)}}).hashLookout(h) }},
		{
			what: &lookout{}, add: func(h *digest, x any) { (&World{lookout: *x.(*lookout)}).hashLookout(h) },
			not: []string{"rounds", "looks"}, // made anew from the rest of the state
		},
	} {
		v := reflect.ValueOf(c.what).Elem()
		without := digest(1)
		c.add(&without, c.what)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if slices.Contains(c.not, name) {
				continue
			}
			field := reflect.NewAt(v.Field(i).Type(), unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem()
			before := reflect.New(field.Type()).Elem()
			before.Set(field)
			alter(t, field)
			with := digest(1)
			c.add(&with, c.what)
			if with == without {
				t.Errorf("%v: the hash does not change with %s", v.Type(), name)
			}
			field.Set(before)
		}
	}
}

// smallWorld returns a town with signals and crossings and two trips in it.
func smallWorld(t *testing.T) World {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	plans, _ := signals.DefaultPlans(net)
	system, err := signals.New(net, plans)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(Config{
		Net: net, Signals: system, Router: route.New(net), Envelopes: dynamics.NewTables(vehicles.Classes()), Workers: 1, Crossings: DefaultCrossings(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	if _, err := w.AddTrips([]Trip{{FromPos: AtBoundary, ToPos: AtBoundary}, {FromPos: AtBoundary, ToPos: AtBoundary}}); err != nil {
		t.Fatal(err)
	}
	return *w
}

func TestHashMindsTheOrderOfAQueue(t *testing.T) {
	hash := func(ids ...VehicleID) uint64 {
		w := smallWorld(t)
		w.journeys[1].served = 1
		for _, id := range ids {
			w.queues.push(id, 0)
		}
		return w.Hash()
	}
	if hash(0, 1) == hash(1, 0) {
		t.Error("the hash is the same whoever waits first")
	}
}

// othersOf returns the fields of the struct that what points to but those named.
func othersOf(what any, names ...string) (others []string) {
	v := reflect.TypeOf(what).Elem()
	for i := range v.NumField() {
		if name := v.Field(i).Name; !slices.Contains(names, name) {
			others = append(others, name)
		}
	}
	return others
}

// alter makes f another value than it has.
func alter(t *testing.T, f reflect.Value) {
	t.Helper()
	switch f.Kind() {
	case reflect.Bool:
		f.SetBool(!f.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.SetInt(f.Int() + 1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		f.SetUint(f.Uint() + 1)
	case reflect.Float32, reflect.Float64:
		f.SetFloat(1 / (1 + f.Float()*f.Float())) // also of an infinite one
	case reflect.Slice: // its last element, or one more if it has none
		n := max(f.Len(), 1)
		other := reflect.MakeSlice(f.Type(), n, n)
		reflect.Copy(other, f)
		alter(t, other.Index(n-1))
		f.Set(other)
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
	case reflect.Array:
		alter(t, f.Index(f.Len()-1))
	case reflect.Struct:
		at := f.Field(0)
		alter(t, reflect.NewAt(at.Type(), unsafe.Pointer(at.UnsafeAddr())).Elem())
	default:
		t.Fatalf("no way to change a %v", f.Type())
	}
}
