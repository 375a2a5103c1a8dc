package dynamics

import (
	"math"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/tyre"
)

func grips(c *vehicles.Class, s network.Surface, cond tyre.Condition) *Grip {
	g := NewGrip(c, s, cond)
	return &g
}

func TestDecayIsTheExponential(t *testing.T) {
	for x := 0.0; x < 50; x += 0.01 {
		if got, want := decay(x), math.Exp(-x); math.Abs(got-want) > 1e-9 {
			t.Fatalf("decay(%.2f) = %.12f, want %.12f", x, got, want)
		}
	}
}

// Full braking on a straight road, once the pressure is there: every class, surface and condition, with and without ABS.
func TestSlideBrakesAsTheEnvelope(t *testing.T) {
	worst, n := 0.0, 0
	for class := range network.NumVehicleClasses {
		c := classes[class]
		b := NewBody(&c)
		for surface := range network.NumSurfaces {
			for cond := range tyre.NumConditions {
				e := &tables.Envelopes[class][surface][cond]
				road := Road{Grip: grips(&c, surface, cond)}
				s := NewSlide(b, 22, 0, -20)
				for range 20 { // the cycle settles
					s.Step(b, 0.1, Controls{Accel: -20}, &road)
				}
				if s.Speed() < 6 {
					s = NewSlide(b, 22, 0, -20)
					s.Step(b, 0.2, Controls{Accel: -20}, &road)
				}
				from := s.Speed()
				to := max(2, from-4)
				v, at, want := from, 0.0, 0.0
				for v > to && at < 60 {
					s.Step(b, 0.2, Controls{Accel: -20}, &road)
					at += 0.2
					v = s.Speed()
				}
				for u := from; u > v; {
					brake, _ := e.Limits(u)
					u -= brake * 1e-3
					want += 1e-3
				}
				n++
				off := want/at - 1
				worst = math.Max(worst, math.Abs(off))
				if math.Abs(off) > 0.01 {
					t.Errorf("%v on %v %v from %.1f to %.1f m/s: %.3f m/s², the envelope %.3f (%+.1f %%); %+v", class, cond, surface, from, v, (from-v)/at, (from-v)/want, 100*off, s)
				}
			}
		}
	}
	t.Logf("%d combinations, largest deviation %.2f %%", n, 100*worst)
}

// energy returns the kinetic energy of bodies and wheels, J.
func (s *Slide) energy(b *Body) float64 {
	e := s.kinetic(b)
	for i, a := range b.axles {
		e += a.wheel * s.Wheels[i] * s.Wheels[i] / 2
	}
	return e
}

// Whatever the driver does with brakes and steering, wherever: on a level road without drive the energy falls.
func TestBrakingNeverCreatesEnergy(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	incidents := Incident(0)
	for run := range 400 {
		class := network.VehicleClass(r.IntN(int(network.NumVehicleClasses)))
		f := Fitness{NoABS: r.IntN(2) == 0, Lost: Circuit(r.IntN(4)), TrailerUnbraked: r.IntN(4) == 0}
		c := f.Of(classes[class])
		b := NewBody(&c)
		road := Road{
			Grip:   grips(&c, network.Surface(r.IntN(int(network.NumSurfaces))), tyre.Condition(r.IntN(int(tyre.NumConditions)))),
			Next:   grips(&c, network.Surface(r.IntN(int(network.NumSurfaces))), tyre.Condition(r.IntN(int(tyre.NumConditions)))),
			Change: 20 * r.Float64(), Curvature: 0.05 * (r.Float64() - 0.5),
		}
		s := NewSlide(b, 40*r.Float64(), 0.02*(r.Float64()-0.5), 0)
		s.Yaw += 2 * (r.Float64() - 0.5)
		last := s.energy(b)
		for step := range 300 {
			controls := Controls{Accel: -12 * r.Float64(), Curvature: 0.2 * (r.Float64() - 0.5)}
			out := s.Step(b, 0.05, controls, &road)
			now := s.energy(b)
			if !(now <= last*(1+1e-6)+1e-3) {
				t.Fatalf("run %d of seed %d, %v, step %d: %.3f J, before %.3f\n%+v", run, seed, class, step, now, last, s)
			}
			last = now
			if out == Stopped {
				break
			}
		}
		incidents |= s.Incidents
	}
	if incidents != Locked|Spun|JackKnifed|RolledOver {
		t.Errorf("incidents %b: not everything has been tried", incidents)
	}
}

// Full throttle on a straight road, from 4 m/s for three seconds: every class in every condition on asphalt, with traction control where
// there is ABS. To 2 %, for the envelopes leave out that wheels which are not driven have to be set turning, and 4 % for motorcycles, where
// they leave out as well what rolling resistance does to the loads.
func TestSlidePullsAsTheEnvelope(t *testing.T) {
	for class := range network.NumVehicleClasses {
		c := classes[class]
		b := NewBody(&c)
		for cond := range tyre.NumConditions {
			road := Road{Grip: grips(&c, network.Asphalt, cond)}
			s := NewSlide(b, 4, 0, 0)
			s.Step(b, 1, Controls{Accel: 10}, &road)
			from := s.Speed()
			s.Step(b, 3, Controls{Accel: 10}, &road)
			e, v := &tables.Envelopes[class][network.Asphalt][cond], from
			for range 3000 {
				_, drive := e.Limits(v)
				v += drive * 1e-3
			}
			tol := 0.02
			if class == network.Motorcycle {
				tol = 0.04
			}
			if got, want := s.Speed()-from, v-from; math.Abs(got-want) > tol*want+0.015 {
				t.Errorf("%v on %v: %.3f m/s in 3 s, the envelope %.3f (%+.1f %%)", class, cond, got, want, 100*(got/want-1))
			}
		}
	}
}

// Whatever is asked on whatever hill, the state stays finite, and the energy grows by no more than engine and hill can give.
func TestSlidesStayFinite(t *testing.T) {
	const seed, dt = 11, 0.1
	r := rand.New(rand.NewPCG(seed, 0))
	for run := range 300 {
		class := network.VehicleClass(r.IntN(int(network.NumVehicleClasses)))
		c := Fitness{NoABS: r.IntN(2) == 0, Fade: 0.5 * r.Float64()}.Of(classes[class])
		b := NewBody(&c)
		road := Road{
			Grip:      grips(&c, network.Surface(r.IntN(int(network.NumSurfaces))), tyre.Condition(r.IntN(int(tyre.NumConditions)))),
			Curvature: 0.1 * (r.Float64() - 0.5), Gradient: 0.4 * (r.Float64() - 0.5), Crossfall: 0.1 * (r.Float64() - 0.5),
		}
		s := NewSlide(b, 30*r.Float64(), 0.02*(r.Float64()-0.5), -8*r.Float64())
		for step := range 200 {
			before, v := s.energy(b), s.Speed()
			s.Step(b, dt, Controls{Accel: 16 * (r.Float64() - 0.6), Curvature: 0.4 * (r.Float64() - 0.5)}, &road)
			slope := gravity * math.Hypot(road.Gradient, road.Crossfall)
			most := (c.Power + c.Mass*slope*(math.Max(v, s.Speed())+1)) * dt * 1.05
			if now := s.energy(b); !(now <= before*(1+1e-6)+most) || math.IsNaN(s.Offset+s.Along+s.Across+s.Fold+s.Tip) {
				t.Fatalf("run %d of seed %d, %v, step %d: %.0f J, before %.0f and at most %.0f more\n%+v", run, seed, class, step, now, before, most, s)
			}
		}
	}
}
