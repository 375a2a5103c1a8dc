package stream

import (
	"math"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// metresBetween is the distance on the ground at Wilmington's latitude.
func metresBetween(a, b Mercator) float64 {
	_, lat := a.LonLat()
	return math.Hypot(a.X-b.X, a.Y-b.Y) * earthCircumference * math.Cos(lat*math.Pi/180)
}

func decode(t *testing.T, msg []byte) map[uint32]struct {
	Tile Tile
	Record
} {
	t.Helper()
	h, rest, err := ReadHeader(msg)
	if err != nil {
		t.Fatal(err)
	}
	tiles, err := ReadVehicles(h, rest)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[uint32]struct {
		Tile Tile
		Record
	})
	for _, tile := range tiles {
		for _, r := range tile.Records {
			all[r.ID] = struct {
				Tile Tile
				Record
			}{tile.Tile, r}
		}
	}
	return all
}

func TestVehiclesArriveWhereTheyAre(t *testing.T) {
	net, places := crossroad(t)
	const seed = 3
	rnd := rand.New(rand.NewPCG(seed, 0))
	m := &Moment{Time: 1}
	for i := range 500 {
		track := network.TrackID(rnd.IntN(3))
		m.Vehicles = append(m.Vehicles, traffic.VehicleState{
			ID: traffic.VehicleID(i), Track: track, S: rnd.Float64() * net.TrackLength(track),
			V: rnd.Float64() * 30, Length: 4.5, Class: network.VehicleClass(i % int(network.NumVehicleClasses)),
		})
	}
	got := decode(t, NewPainter(net, places).Paint(m).AppendVehicles(nil, everywhere(t).Tiles))
	if len(got) != len(m.Vehicles) {
		t.Fatalf("%d vehicles arrived, want %d", len(got), len(m.Vehicles))
	}
	for _, v := range m.Vehicles {
		r := got[uint32(v.ID)]
		lon, lat := net.Projection.ToLonLat(net.PoseAt(v.Track, v.S, 0).Point)
		if d := metresBetween(ToMercator(lon, lat), Position(r.Tile, r.X, r.Y)); d > 0.04 {
			t.Errorf("seed %d: vehicle %d is %.3f m off, want at most 0.04", seed, v.ID, d)
		}
		if d := math.Abs(float64(r.Speed)/4 - v.V); d > 0.126 {
			t.Errorf("seed %d: vehicle %d has speed %.2f, want %.2f", seed, v.ID, float64(r.Speed)/4, v.V)
		}
		if class := network.VehicleClass(r.Kind & classMask); class != v.Class {
			t.Errorf("vehicle %d is a %v, want %v", v.ID, class, v.Class)
		}
	}
}

func TestBoxLiesOnTheLane(t *testing.T) {
	_, places := crossroad(t)
	const connector = 2
	for _, c := range []struct {
		name       string
		track      network.TrackID
		s, lateral float64
		headingDeg float64
		tolerance  float64
	}{
		{"east", 0, 100, 0, 90, 0.1},
		{"north", 1, 100, 0, 0, 0.1},
		{"entering the junction it still points east", connector, 0.01, 0, 90, 0.2},
		{"leaving the junction on its chord", connector, 10 * math.Pi / 2, 0, 13.5, 3},
		{"begins at the start of a lane", 1, 0, 0, 0, 0.1},
	} {
		_, rad := places.Box(c.track, c.s, c.lateral, 4.5)
		got := math.Mod(rad*180/math.Pi+360.0, 360)
		if d := math.Abs(math.Remainder(got-c.headingDeg, 360)); d > c.tolerance {
			t.Errorf("%s: heading %.2f°, want %.1f ± %.1f", c.name, got, c.headingDeg, c.tolerance)
		}
	}
	// Driving east, 1.5 m to the left is north: Y shrinks.
	middle, _ := places.Box(0, 100, 0, 4.5)
	left, _ := places.Box(0, 100, 1.5, 4.5)
	if d := metresBetween(middle, left); left.Y >= middle.Y || math.Abs(d-1.5) > 0.01 {
		t.Errorf("1.5 m to the left is %.3f m away at %v from %v", d, left, middle)
	}
}

func TestKindCarriesEveryFlag(t *testing.T) {
	v := traffic.VehicleState{Class: network.Motorcycle, Flags: traffic.Braking | traffic.IndicatingLeft, Limit: traffic.LimitTyres}
	if got, want := KindOf(&v), uint8(5|0x08|0x10|0x80); got != want {
		t.Errorf("kind %#x, want %#x", got, want)
	}
	v = traffic.VehicleState{Flags: traffic.Crashed | traffic.IndicatingRight}
	if got, want := KindOf(&v), uint8(0x40|0x20); got != want {
		t.Errorf("kind %#x, want %#x", got, want)
	}
}

func TestViewGetsItsTilesOnly(t *testing.T) {
	net, places := crossroad(t)
	pic := NewPainter(net, places).Paint(column(100))
	if len(pic.sections) < 1 {
		t.Fatal("no tiles")
	}
	all := decode(t, pic.AppendVehicles(nil, everywhere(t).Tiles))
	for _, s := range pic.sections {
		one := decode(t, pic.AppendVehicles(nil, []Tile{s.tile}))
		for id, r := range one {
			if r.Tile != s.tile {
				t.Errorf("vehicle %d of tile %v came with tile %v", id, r.Tile, s.tile)
			}
			delete(all, id)
		}
	}
	if len(all) != 0 {
		t.Errorf("%d vehicles are in no tile", len(all))
	}
	if none := decode(t, pic.AppendVehicles(nil, []Tile{{1, 1}})); len(none) != 0 {
		t.Errorf("an empty tile has %d vehicles", len(none))
	}
}

func TestSignalChangesLeadFromOneStateToTheNext(t *testing.T) {
	net, places := crossroad(t)
	painter := NewPainter(net, places)
	const seed = 11
	rnd := rand.New(rand.NewPCG(seed, 0))
	m := &Moment{Aspects: make([]signals.Aspect, 40)}
	var state []byte
	for i := range 100 {
		if i%3 == 0 {
			m.Aspects[rnd.IntN(40)] = signals.Aspect(rnd.IntN(6))
		}
		before := painter.last.signals
		pic := painter.Paint(m)
		if pic.signals != before {
			h, rest, _ := ReadHeader(pic.changes)
			changes, err := ReadSignalChanges(h, rest)
			if err != nil {
				t.Fatal(err)
			}
			if state == nil {
				state = make([]byte, 40)
			}
			for _, c := range changes {
				state[c.Group] = c.Aspect
			}
		}
		h, rest, _ := ReadHeader(pic.snapshot)
		snapshot, err := ReadSignals(h, rest)
		if err != nil {
			t.Fatal(err)
		}
		for g, a := range m.Aspects {
			if state[g] != byte(a) || snapshot[g] != byte(a) {
				t.Fatalf("seed %d, picture %d: group %d is %d by changes, %d by snapshot, want %d", seed, i, g, state[g], snapshot[g], a)
			}
		}
	}
}

func TestEdgesTellSpeedAndQueue(t *testing.T) {
	net, places := crossroad(t)
	painter := NewPainter(net, places)
	m := &Moment{}
	for i := range 20 {
		m.Vehicles = append(m.Vehicles, traffic.VehicleState{ID: traffic.VehicleID(i), Track: 0, S: float64(i), V: 5})
	}
	m.Vehicles[0].V = 0.5
	var pic *Picture
	for i := range 101 {
		m.Time = float64(i)
		pic = painter.Paint(m)
	}
	h, rest, _ := ReadHeader(pic.edges)
	edges, err := ReadEdges(h, rest)
	if err != nil {
		t.Fatal(err)
	}
	// 19 at half and one at a twentieth of the limit of 10 m/s: 0.4775 on average.
	want := EdgeRecord{Edge: 0, Ratio: 122, Vehicles: 20, Standing: 1}
	if len(edges) != 1 || edges[0] != want {
		t.Errorf("edges %+v, want only %+v", edges, want)
	}
	if h.Seq != 101 {
		t.Errorf("edges are of picture %d, want 101", h.Seq)
	}
}

func TestPaintingAllocatesNothingPerVehicle(t *testing.T) {
	net, places := crossroad(t)
	cost := func(n int) float64 {
		painter, m := NewPainter(net, places), column(n)
		painter.Paint(m)
		return testing.AllocsPerRun(20, func() { painter.Paint(m) })
	}
	if few, many := cost(100), cost(10000); many > few+2 {
		t.Errorf("%.0f allocations for 100 vehicles, %.0f for 10,000", few, many)
	}
}

func BenchmarkPaint(b *testing.B) {
	net, places := crossroad(b)
	painter, m := NewPainter(net, places), column(10000)
	b.ReportAllocs()
	for b.Loop() {
		painter.Paint(m)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/vehicle")
}
