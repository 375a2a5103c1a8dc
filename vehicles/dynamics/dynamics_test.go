package dynamics

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

const kmh = 1 / 3.6 // m/s

var (
	classes = vehicles.Classes()
	tables  = NewTables(classes)
)

func dryAsphalt(c network.VehicleClass) *Envelope {
	return &tables.Envelopes[c][network.Asphalt][tyre.Dry]
}

func stop(t *testing.T, e *Envelope, c *vehicles.Class, v float64) float64 {
	t.Helper()
	d, _, ok := e.StopDistance(v, c.BrakeLag, c.MaxJerk)
	if !ok {
		t.Fatalf("does not stop from %.1f m/s", v)
	}
	return d
}

// ADAC, dry: mean of 396 cars from 100 km/h 35.6 m, Citroën Jumper (2014) 47.8 m; ADAC and ÖAMTC (2015), laden, from 80 km/h: VW
// Golf 23.2 m, BMW R 1200 GS 25.3 m, Mercedes Sprinter 28.0 m, DAF XF of 40 t 36.2 m. One van stands for two that differ by 9 %.
func TestStopsAsMeasured(t *testing.T) {
	for _, row := range []struct {
		class       network.VehicleClass
		speed       float64 // km/h
		want, share float64 // m, of it
	}{
		{network.Car, 100, 35.6, 0.04},
		{network.Van, 100, 47.8, 0.08},
		{network.Car, 80, 23.2, 0.03},
		{network.Motorcycle, 80, 25.3, 0.04},
		{network.Van, 80, 28.0, 0.06},
		{network.ArticulatedLorry, 80, 36.2, 0.04},
	} {
		got := stop(t, dryAsphalt(row.class), &classes[row.class], row.speed*kmh)
		if math.Abs(got/row.want-1) > row.share {
			t.Errorf("%v stops from %.0f km/h in %.1f m, want %.1f ± %.0f %%", row.class, row.speed, got, row.want, 100*row.share)
		}
		t.Logf("%v from %.0f km/h: %.2f m, measured %.1f", row.class, row.speed, got, row.want)
	}
}

// What the law demands: FMVSS 135 and UN R13-H for light vehicles, UN R13 type 0 for lorries and buses, FMVSS 121 for
// laden tractors. The motorcycle's is UN R78 for the front and rear brake together (0.1 v + 0.0060 v², recalled).
func TestStopsWithinTheLaw(t *testing.T) {
	for _, row := range []struct {
		class     network.VehicleClass
		speed, in float64 // km/h, m
	}{
		{network.Car, 100, 70},
		{network.Van, 100, 70},
		{network.Motorcycle, 100, 70},
		{network.Bus, 60, 36.7},
		{network.RigidLorry, 60, 36.7},
		{network.ArticulatedLorry, 60, 36.7},
		{network.ArticulatedLorry, 96.56, 76.2},
	} {
		got := stop(t, dryAsphalt(row.class), &classes[row.class], row.speed*kmh)
		if got > row.in {
			t.Errorf("%v stops from %.0f km/h in %.1f m, the law demands %.1f", row.class, row.speed, got, row.in)
		}
		t.Logf("%v from %.0f km/h: %.1f m of %.1f", row.class, row.speed, got, row.in)
	}
}

// timeTo returns the seconds of a full-throttle start to v (m/s).
func timeTo(e *Envelope, v float64) float64 {
	const dt = 1e-3
	u, t := 0.0, 0.0
	for u < v && t < 300 {
		_, drive := e.Limits(u)
		u += drive * dt
		t += dt
	}
	return t
}

// CIRCLES MVT fits, max_acceleration_envelope.csv: the strongest acceleration of a midsize car, and of a class 8 tractor
// with 25 t in all, which a laden 40 t combination cannot reach (at 30 m/s that tractor is at the end of its gears, ours is
// not). FASTSim's Corolla: 0-60 mph in 9.9 s, to 10 %.
func TestPullsAsMeasured(t *testing.T) {
	car := dryAsphalt(network.Car)
	for v, most := range map[float64]float64{0: 3.922, 5: 3.922, 10: 3.922, 15: 3.235, 20: 2.394, 25: 1.872, 30: 1.507} {
		if _, got := car.Limits(v); got > most {
			t.Errorf("car pulls %.3f m/s² at %.0f m/s, a midsize car %.3f", got, v, most)
		}
	}
	if got := timeTo(car, 60*1.609344*kmh); math.Abs(got-9.9) > 0.99 {
		t.Errorf("car 0-60 mph in %.2f s, want 9.9 ± 10 %%", got)
	}
	tractor := map[float64]float64{5: 1.683, 10: 0.818, 15: 0.504, 20: 0.317, 25: 0.174}
	for v, most := range tractor {
		if _, got := dryAsphalt(network.ArticulatedLorry).Limits(v); got > most {
			t.Errorf("40 t lorry pulls %.3f m/s² at %.0f m/s, a 25 t tractor %.3f", got, v, most)
		}
	}
	for _, row := range []struct {
		class           network.VehicleClass
		speed, min, max float64 // km/h, s
	}{
		{network.Car, 100, 9, 13},
		{network.Van, 100, 13, 24},
		{network.Motorcycle, 100, 4, 7},
		{network.Bus, 50, 9, 18},
		{network.RigidLorry, 80, 20, 45},
		{network.ArticulatedLorry, 80, 35, 80},
	} {
		got := timeTo(dryAsphalt(row.class), row.speed*kmh)
		if got < row.min || got > row.max {
			t.Errorf("%v: 0-%.0f km/h in %.1f s, want %.0f to %.0f", row.class, row.speed, got, row.min, row.max)
		}
		t.Logf("%v: 0-%.0f km/h in %.1f s", row.class, row.speed, got)
	}
}

func TestEveryEnvelopeIsPhysical(t *testing.T) {
	for c := range network.NumVehicleClasses {
		for s := range network.NumSurfaces {
			for cond := range tyre.NumConditions {
				e := &tables.Envelopes[c][s][cond]
				_, peak := classes[c].Tyre.On(s, cond).Peak(0)
				for i, l := range e.At {
					most := peak*gravity + drag(&classes[c], float64(i)) + 1e-5
					if !(l.Brake >= 0) || float64(l.Brake) > most || float64(l.Drive) > most || l.Drive < -10 {
						t.Fatalf("%v on %v %v at %d m/s: %+v, tyres hold %.3f", c, cond, s, i, l, most)
					}
				}
				if !(e.Lateral > 0) || float64(e.Lateral) > peak*gravity+1e-5 {
					t.Errorf("%v on %v %v: lateral %.3f", c, cond, s, e.Lateral)
				}
				if float64(e.At[0].Drive) <= 0 {
					t.Errorf("%v on %v %v cannot start: %.3f m/s²", c, cond, s, e.At[0].Drive)
				}
			}
		}
	}
}

func TestWorseRoadsLimitMore(t *testing.T) {
	for c := range network.NumVehicleClasses {
		for _, v := range []float64{0, 8, 14} {
			last := math.Inf(1)
			for _, cond := range []tyre.Condition{tyre.Dry, tyre.Damp, tyre.Wet, tyre.Snow, tyre.PackedSnow, tyre.Ice, tyre.WetIce} {
				brake, _ := tables.Envelopes[c][network.Asphalt][cond].Limits(v)
				if brake > last {
					t.Errorf("%v at %.0f m/s brakes %.2f m/s² on %v, %.2f on better road", c, v, brake, cond, last)
				}
				last = brake
			}
		}
		if lateral := tables.Envelopes[c][network.Asphalt][tyre.Ice].Lateral; lateral > 1 {
			t.Errorf("%v corners with %.2f m/s² on ice", c, lateral)
		}
	}
}

func TestClassesRankAsOnTheRoad(t *testing.T) {
	brake := func(c network.VehicleClass) float64 { b, _ := dryAsphalt(c).Limits(14); return b }
	drive := func(c network.VehicleClass) float64 { _, d := dryAsphalt(c).Limits(14); return d }
	if !(brake(network.Car) > brake(network.Van) && brake(network.Van) > brake(network.RigidLorry)) {
		t.Errorf("braking: car %.2f, van %.2f, lorry %.2f", brake(network.Car), brake(network.Van), brake(network.RigidLorry))
	}
	order := []network.VehicleClass{network.Motorcycle, network.Car, network.Van, network.RigidLorry, network.ArticulatedLorry}
	for i := 1; i < len(order); i++ {
		if drive(order[i]) >= drive(order[i-1]) {
			t.Errorf("pulling: %v %.2f >= %v %.2f", order[i], drive(order[i]), order[i-1], drive(order[i-1]))
		}
	}
	if a, b := dryAsphalt(network.ArticulatedLorry).Lateral, dryAsphalt(network.Car).Lateral; a >= b {
		t.Errorf("lateral: articulated lorry %.2f >= car %.2f", a, b)
	}
}

// Without ABS the wheels lock on dry asphalt: 0.76 of gravity at walking pace. They would hold 1.17 of it.
func TestLockedWheelsBrakeLess(t *testing.T) {
	c := classes[network.Car]
	c.ABS, c.Tyre.Grip, c.Tyre.LoadLoss = false, 1, 0
	c.BrakeMax = 30 // locks the rear axle too
	e := NewEnvelope(&c, network.Asphalt, tyre.Dry)
	if got, want := float64(e.At[0].Brake), 0.7601*gravity; math.Abs(got-want) > 0.01 {
		t.Errorf("locked car brakes %.3f m/s², want %.3f", got, want)
	}
}

// The load transfer solved by bisection against the closed form: front brakes only, no limit but the tyres' gives
// z = mu share/(1 - mu h/L).
func TestLoadTransferMatchesClosedForm(t *testing.T) {
	c := classes[network.Car]
	c.BrakeBalance, c.BrakeMax, c.Tyre.LoadLoss = 1, 1000, 0
	const mu = 0.8
	want := gravity * mu * c.FrontShare / (1 - mu*c.CGHeight/c.Wheelbase)
	if got := fullBraking(&c, axleGrip{mu, mu}); math.Abs(got-want) > 1e-9 {
		t.Errorf("front-only braking = %.9f m/s², want %.9f", got, want)
	}
}

func TestGradientAndEllipse(t *testing.T) {
	brake, drive := WithGradient(5, 2, -0.1)
	if math.Abs(brake-(5-0.980665)) > 1e-12 || math.Abs(drive-2.980665) > 1e-12 {
		t.Errorf("downhill: brake %.6f, drive %.6f", brake, drive)
	}
	for _, row := range []struct{ lat, max, want float64 }{{0, 5, 1}, {3, 5, 0.64}, {-3, 5, 0.64}, {5, 5, 0}, {9, 5, 0}, {0, 0, 0}} {
		if got := EllipseFactor2(row.lat, row.max); math.Abs(got-row.want) > 1e-12 {
			t.Errorf("EllipseFactor2(%v, %v) = %v, want %v", row.lat, row.max, got, row.want)
		}
	}
}

// The tables enter every run, so every CPU must make the same: try GOAMD64=v3 and GODEBUG=cpu.fma=off too. Whoever means to change
// them changes the hash here, and says so under Numerics in the change log.
func TestTablesAreTheSameOnEveryCPU(t *testing.T) {
	h := fnv.New64a()
	if err := binary.Write(h, binary.LittleEndian, tables); err != nil {
		t.Fatal(err)
	}
	const want = 0x1011f44629814686
	if got := h.Sum64(); got != want {
		t.Errorf("hash of the envelope tables = %#x, want %#x", got, uint64(want))
	}
}

func BenchmarkNewTables(b *testing.B) {
	for b.Loop() {
		NewTables(classes)
	}
}
