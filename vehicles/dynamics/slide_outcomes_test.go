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

// drive steps a slide until it ends or for most seconds, and returns its last outcome and the time.
func drive(s *Slide, b *Body, road *Road, accel, most float64) (Outcome, float64) {
	const dt = 0.05
	t := 0.0
	for t < most {
		t += dt
		if out := s.Step(b, dt, Controls{accel, s.Follow(road)}, road); out == Stopped {
			return out, t
		}
	}
	return Sliding, t
}

func slideStop(c *vehicles.Class, surface network.Surface, cond tyre.Condition, v float64) (Slide, Outcome) {
	b := NewBody(c)
	s := NewSlide(b, v, 0, 0)
	out, _ := drive(&s, b, &Road{Grip: grips(c, surface, cond)}, -20, 60)
	return s, out
}

// A car from 100 km/h on dry asphalt stops in the distance of the envelope with its lag and jerk, to 1 %; without ABS it
// locks and needs longer, on loose gravel less.
func TestLockedWheelsStopLaterExceptOnGravel(t *testing.T) {
	abs, none := classes[network.Car], Fitness{NoABS: true}.Of(classes[network.Car])
	for _, row := range []struct {
		surface network.Surface
		cond    tyre.Condition
		longer  bool
	}{{network.Asphalt, tyre.Dry, true}, {network.Asphalt, tyre.Wet, true}, {network.Asphalt, tyre.PackedSnow, true}, {network.Gravel, tyre.Dry, false}} {
		with, out := slideStop(&abs, row.surface, row.cond, 100*kmh)
		without, _ := slideStop(&none, row.surface, row.cond, 100*kmh)
		if out != Stopped || with.Incidents != 0 || without.Incidents != Locked {
			t.Errorf("%v %v: outcome %v, incidents %b and %b", row.cond, row.surface, out, with.Incidents, without.Incidents)
		}
		if (without.Along > with.Along) != row.longer {
			t.Errorf("%v %v: %.1f m with ABS, %.1f m without", row.cond, row.surface, with.Along, without.Along)
		}
		t.Logf("%v %v: %.1f m with ABS, %.1f m without", row.cond, row.surface, with.Along, without.Along)
		e := NewEnvelope(&abs, row.surface, row.cond)
		want, _, _ := e.StopDistance(100*kmh, abs.BrakeLag, abs.MaxJerk)
		if math.Abs(with.Along/want-1) > 0.01 {
			t.Errorf("%v %v: %.2f m, the envelope's stop %.2f m", row.cond, row.surface, with.Along, want)
		}
	}
}

// hardest steers a class, held at v (m/s) from outside, slowly tighter and returns the strongest lateral acceleration, m/s², that it
// has over half a second before it stands across. The curvature grows to 1.2 of that of limit (m/s²).
func hardest(c *vehicles.Class, surface network.Surface, cond tyre.Condition, v, limit float64) float64 {
	const dt = 0.02
	b := NewBody(c)
	road := Road{Grip: grips(c, surface, cond)}
	s, before := NewSlide(b, v, 0, 0), [25]float64{}
	sum, most := 0.0, 0.0
	for i := range 3000 {
		was := s
		s.Step(b, dt, Controls{0, float64(i) / 2500 * limit / (v * v)}, &road)
		if s.Incidents != 0 || math.Abs(s.Sideways) > 0.3*v {
			break
		}
		lateral := (s.Sideways-was.Sideways)/dt + (was.Forward*was.Yaw+s.Forward*s.Yaw)/2
		k := v / s.Speed()
		s.Forward, s.Sideways = s.Forward*k, s.Sideways*k
		sum += lateral - before[i%25]
		before[i%25] = lateral
		most = math.Max(most, sum/25)
		road.Curvature = s.Yaw / v
	}
	return most
}

// On paved roads every class corners as hard as its tyres hold at their peak, which is the envelope's lateral limit, to 1 %. (On
// loose ground the peak is that of a wheel that slides crosswise, and nobody corners so. Where a lorry tips first see below.)
func TestCornersHoldUpToTheLateralLimit(t *testing.T) {
	for class := range network.NumVehicleClasses {
		c := classes[class]
		c.CGHeight /= 10             // so that tyres set the limit
		c.Rolling, c.DragArea = 0, 0 // which take and give their share on ice
		for _, surface := range []network.Surface{network.Asphalt, network.Concrete} {
			for cond := range tyre.NumConditions {
				const v = 22
				want := grips(&c, surface, cond).peakAt(v) * gravity
				tol := 0.01
				if cond == tyre.Snow { // whose peak lies at 17 degrees: the steered wheels push backwards as well
					tol = 0.02
				}
				if got := hardest(&c, surface, cond, v, want); math.Abs(got/want-1) > tol {
					t.Errorf("%v on %v %v: %.3f m/s², the tyres hold %.3f (%+.1f %%)", class, cond, surface, got, want, 100*(got/want-1))
				}
			}
		}
	}
}

// The lateral acceleration at which a laden lorry tips is the envelope's: 2 % below it does not, 3 % above it does.
func TestLorriesTipAtTheLateralLimit(t *testing.T) {
	for _, class := range []network.VehicleClass{network.RigidLorry, network.ArticulatedLorry} {
		c := classes[class]
		b := NewBody(&c)
		e := NewEnvelope(&c, network.Asphalt, tyre.Dry)
		for share, tips := range map[float64]bool{0.98: false, 1.03: true} {
			const v = 25
			road := Road{Grip: grips(&c, network.Asphalt, tyre.Dry)}
			s := NewSlide(b, v, 0, 0)
			for i := range 400 {
				road.Curvature = share * math.Min(1, float64(i)/200) * float64(e.Lateral) / (v * v)
				s.Step(b, 0.05, Controls{2 * (v - s.Speed()), s.Follow(&road)}, &road)
				k := v / s.Speed()
				s.Forward, s.Sideways = s.Forward*k, s.Sideways*k
				if s.Incidents != 0 {
					break
				}
			}
			if (s.Incidents&RolledOver != 0) != tips {
				t.Errorf("%v at %.2f of the limit: incidents %b, tip %.3f, want a roll-over: %v", class, share, s.Incidents, s.Tip, tips)
			}
		}
	}
}

// bend sends a class into a bend at a share of its lateral limit and returns it after six seconds, and how far it has been off the path
// to the outside.
func bend(c *vehicles.Class, cond tyre.Condition, share float64) (s Slide, outside float64) {
	const v = 10.0
	b := NewBody(c)
	e := NewEnvelope(c, network.Asphalt, cond)
	road := Road{Grip: grips(c, network.Asphalt, cond), Curvature: share * float64(e.Lateral) / (v * v)}
	s = NewSlide(b, v, road.Curvature, 0)
	for range 120 {
		s.Step(b, 0.05, Controls{2 * (v - s.Speed()), s.Follow(&road)}, &road)
		outside = math.Max(outside, -s.Offset)
	}
	return s, outside
}

func TestTooFastIntoABendSlidesOutOfIt(t *testing.T) {
	for class := range network.NumVehicleClasses {
		c := classes[class]
		for _, cond := range []tyre.Condition{tyre.Dry, tyre.Wet, tyre.PackedSnow, tyre.Ice} {
			if s, off := bend(&c, cond, 0.9); s.Incidents != 0 || off > 0.5 {
				t.Errorf("%v on %v at 0.9 of the limit: %.2f m off the path, incidents %b", class, cond, off, s.Incidents)
			}
			if s, off := bend(&c, cond, 1.3); off < 1 && s.Incidents == 0 {
				t.Errorf("%v on %v at 1.3 of the limit: %.2f m off the path, want more than 1 m to the outside", class, cond, off)
			}
		}
	}
	lorry := classes[network.RigidLorry]
	if s, _ := bend(&lorry, tyre.Dry, 1.2); s.Incidents != RolledOver {
		t.Errorf("a lorry too fast in a dry bend: incidents %b, want rolled over", s.Incidents)
	}
}

// On a road with crossfall, as all have, a car whose rear wheels lock first turns round, and one whose front wheels do slides on
// straight.
func TestRearWheelsThatLockFirstTurnTheCarRound(t *testing.T) {
	for balance, spins := range map[float64]bool{0.9: false, 0.8: false, 0.7: false, 0.5: true, 0.4: true, 0.3: true} {
		c := Fitness{NoABS: true}.Of(classes[network.Car])
		c.BrakeBalance = balance
		b := NewBody(&c)
		s := NewSlide(b, 100*kmh, 0, 0)
		out, _ := drive(&s, b, &Road{Grip: grips(&c, network.Asphalt, tyre.Dry), Crossfall: 0.025}, -7, 20)
		if out != Stopped || (s.Incidents&Spun != 0) != spins {
			t.Errorf("%.0f %% of the brake force in front: outcome %v, incidents %b, facing %.3f; want a spin: %v", 100*balance, out, s.Incidents, s.Facing, spins)
		}
	}
}

// A combination of 40 t that brakes hard in a wide bend stays straight with ABS, also on ice, and with its trailer's brakes out of
// order. Without ABS it does on a dry road, where brakes cannot lock laden wheels, and folds up in slush and snow.
func TestLockedTractorsJackKnife(t *testing.T) {
	for _, row := range []struct {
		fitness Fitness
		cond    tyre.Condition
		folds   bool
	}{
		{Fitness{}, tyre.Dry, false},
		{Fitness{}, tyre.Wet, false},
		{Fitness{}, tyre.Ice, false},
		{Fitness{TrailerUnbraked: true}, tyre.Wet, false},
		{Fitness{NoABS: true}, tyre.Dry, false},
		{Fitness{NoABS: true}, tyre.Slush, true},
		{Fitness{NoABS: true}, tyre.PackedSnow, true},
		{Fitness{NoABS: true, TrailerUnbraked: true}, tyre.Wet, true},
	} {
		c := row.fitness.Of(classes[network.ArticulatedLorry])
		b := NewBody(&c)
		s := NewSlide(b, 80*kmh, 0.002, 0)
		out, _ := drive(&s, b, &Road{Grip: grips(&c, network.Asphalt, row.cond), Curvature: 0.002, Crossfall: 0.025}, -7, 60)
		if out != Stopped || (s.Incidents&JackKnifed != 0) != row.folds {
			t.Errorf("%+v on %v: outcome %v, incidents %b, cosine of the angle %.3f; want folded: %v", row.fitness, row.cond, out, s.Incidents, s.Straight, row.folds)
		}
	}
}

func TestMotorcycleFallsWhenItsFrontWheelLocks(t *testing.T) {
	with, without := classes[network.Motorcycle], Fitness{NoABS: true}.Of(classes[network.Motorcycle])
	if s, out := slideStop(&with, network.Asphalt, tyre.Wet, 20); out != Stopped || s.Incidents != 0 {
		t.Errorf("with ABS: outcome %v, incidents %b", out, s.Incidents)
	}
	if s, out := slideStop(&without, network.Asphalt, tyre.Wet, 20); out != Stopped || s.Incidents != Locked|RolledOver {
		t.Errorf("without: outcome %v, incidents %b, want a fall", out, s.Incidents)
	}
}

// A car loses its grip on a patch of ice in a bend, and finds it again behind it.
func TestGripComesBackAfterThePatch(t *testing.T) {
	c := classes[network.Car]
	b := NewBody(&c)
	dry, ice := grips(&c, network.Asphalt, tyre.Dry), grips(&c, network.Asphalt, tyre.Ice)
	road := Road{Grip: ice, Next: dry, Change: 12, Curvature: 0.015}
	s := NewSlide(b, 12, road.Curvature, 0)
	slid, off, out := false, 0.0, Sliding
	for range 100 {
		if out = s.Step(b, 0.05, Controls{0, s.Follow(&road)}, &road); out == Inside && s.Along > 12 {
			break
		}
		slid, off = slid || s.Slip[0] > 0.05, math.Max(off, -s.Offset)
	}
	if !slid || out != Inside || off < 0.1 || off > 3 || s.Along > 60 {
		t.Errorf("slid: %v, outcome %v, up to %.2f m off, over after %.1f m", slid, out, off, s.Along)
	}
}

// Left and right are the same but for the sign.
func TestSlidesAreMirrored(t *testing.T) {
	c := Fitness{NoABS: true}.Of(classes[network.ArticulatedLorry])
	b := NewBody(&c)
	g := grips(&c, network.Asphalt, tyre.Wet)
	left, right := Road{Grip: g, Curvature: 0.004, Crossfall: 0.02}, Road{Grip: g, Curvature: -0.004, Crossfall: -0.02}
	l, r := NewSlide(b, 22, left.Curvature, 0), NewSlide(b, 22, right.Curvature, 0)
	for range 100 {
		l.Step(b, 0.1, Controls{-8, l.Follow(&left)}, &left)
		r.Step(b, 0.1, Controls{-8, r.Follow(&right)}, &right)
		m := r
		m.Offset, m.Across, m.Sideways, m.Yaw, m.Fold, m.TrailerYaw, m.Steer = -r.Offset, -r.Across, -r.Sideways, -r.Yaw, -r.Fold, -r.TrailerYaw, -r.Steer
		if m != l {
			t.Fatalf("\n%+v\n%+v", l, m)
		}
	}
	if l.Incidents&JackKnifed == 0 {
		t.Error("nothing happened")
	}
}

// The state of slides enters every run, so every CPU must make the same: try GOAMD64=v3 and GODEBUG=cpu.fma=off too.
func TestSlidesAreTheSameOnEveryCPU(t *testing.T) {
	h := fnv.New64a()
	for class := range network.NumVehicleClasses {
		c := Fitness{NoABS: class%2 == 0}.Of(classes[class])
		b := NewBody(&c)
		road := Road{Grip: grips(&c, network.Asphalt, tyre.Wet), Next: grips(&c, network.Asphalt, tyre.Ice), Change: 20, Curvature: 0.01, Gradient: -0.03}
		s := NewSlide(b, 20, 0.01, 0)
		for range 30 {
			s.Step(b, 0.2, Controls{-6, s.Follow(&road)}, &road)
			if err := binary.Write(h, binary.LittleEndian, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	const want = 0xcece00fdef82213a
	if got := h.Sum64(); got != want {
		t.Errorf("hash of slides = %#x, want %#x", got, uint64(want))
	}
}

func TestSlidesAllocateNothing(t *testing.T) {
	c := classes[network.ArticulatedLorry]
	b, road := NewBody(&c), &Road{Grip: grips(&c, network.Asphalt, tyre.Ice), Curvature: 0.01}
	s := NewSlide(b, 20, 0.01, 0)
	if got := testing.AllocsPerRun(20, func() { s.Step(b, 0.1, Controls{-3, s.Follow(road)}, road) }); got != 0 {
		t.Errorf("%v allocations a step", got)
	}
}

func BenchmarkSlide(b *testing.B) {
	for _, class := range []network.VehicleClass{network.Car, network.ArticulatedLorry} {
		b.Run(class.String(), func(b *testing.B) {
			c := classes[class]
			body, road := NewBody(&c), &Road{Grip: grips(&c, network.Asphalt, tyre.Ice), Curvature: 0.01}
			start := NewSlide(body, 30, 0.01, 0)
			for b.Loop() {
				s := start
				s.Step(body, 0.2, Controls{-3, 0.01}, road)
			}
		})
	}
}
