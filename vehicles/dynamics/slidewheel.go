package dynamics

import "math"

// contact is one axle in one sub-step: its motion over the road in the direction of its wheels, and what is asked of it.
type contact struct {
	ahead, aside float64 // m/s, in the direction of the wheels and to their left
	cos, sin     float64 // direction of the wheels relative to the unit
	load         float64 // N
	brake, drive float64 // N at the circumference of the wheels, both >= 0
	limited      bool    // by the ABS
}

// wheelAt returns the motion of axle i.
func (s *Slide) wheelAt(b *Body, i int) contact {
	x, y := s.Forward, s.Sideways
	c := contact{cos: 1}
	switch i {
	case 0:
		c.cos, c.sin = unitVector(1, s.Steer)
		y += float64(b.axles[0].at * s.Yaw)
	case 1:
		y += float64(b.axles[1].at * s.Yaw)
	default:
		y += float64(b.hitch[0] * s.Yaw)
		x, y = float64(x*s.Straight)+float64(y*s.Fold), float64(y*s.Straight)-float64(x*s.Fold)
		y += float64((b.axles[2].at - b.hitch[1]) * s.TrailerYaw)
	}
	c.ahead = float64(x*c.cos) + float64(y*c.sin)
	c.aside = float64(y*c.cos) - float64(x*c.sin)
	return c
}

const (
	absPeriod = 0.2 // s of a cycle of the ABS: brakes of cars pulse 5 to 10 times a second, air brakes 2 to 4
	absSwing  = 0.9 // of the distance between what ABS holds on average and the peak: how far pressure rises
	slowest   = 0.5 // m/s: below it slip is reckoned as at it
	spinning  = 5   // m/s that driven wheels are faster than the road
)

// cycle advances the pressure cycle of the ABS and returns where it is, from -1 to 1 and back.
func (s *Slide) cycle(h float64) float64 {
	s.Cycle += h
	if s.Cycle >= absPeriod {
		s.Cycle -= absPeriod
	}
	x := s.Cycle / absPeriod * 4 // 0 to 4: 0 up to 1, down to -1, up to 0
	switch {
	case x < 1:
		return x
	case x < 3:
		return 2 - x
	}
	return x - 4
}

// demand sets brake and drive force of axle i: the driver's, cut by the ABS (and by the traction control that comes with it) to
// what the tyres hold beside their lateral force. The pressure under ABS swings about the friction that the class's
// efficiency stands for.
func (w *contact) demand(s *Slide, b *Body, i int, c Controls, cycled float64, g *Grip) {
	a, k := &b.axles[i], &b.class
	balance := k.BrakeBalance
	if i > 0 {
		balance = 1 - balance
	}
	// What a class can is told as accelerations, so the forces move the turning wheels as well.
	mass := b.mass * (1 + wheelShare)
	w.brake = max(s.Brake, float64(k.Rolling*gravity)) * balance * a.brake * mass
	if c.Accel > 0 && a.drive > 0 {
		// The class's efficiency knows of ordinary slip; wheels that spin take power for themselves.
		v := max(slowest, s.Forward, s.Wheels[i]-spinning)
		w.drive = a.drive * min(float64(mass*min(c.Accel, k.DriveMax)), (1+wheelShare)*k.Power*k.DriveEfficiency/v)
	}
	if !g.abs {
		return
	}
	peak, slip, wanted := g.limits(s.Speed())
	swing := float64((peak - wanted) * absSwing)
	if g.loose { // where no peak is in danger
		swing = float64(wanted * 0.1)
	}
	left := 1.0
	if side := math.Abs(w.aside); side > 0 { // beside the lateral force that the slip angle makes
		v := max(slowest, s.Speed())
		lateral := min(1, side/v/max(slip, 1e-3))
		left = math.Sqrt(max(0.04, 1-float64(lateral*lateral)))
	}
	spin := float64(a.wheel * gravity * s.Shift) // N that slow the wheels themselves
	held := float64(wanted * left * w.load)
	if most := held + spin; w.brake > most {
		swing = min(float64(swing*left*w.load), w.brake-most)
		w.brake, w.limited = most+float64(swing*cycled), true
		if s.Slip[i] > 1.5*slip && slip < 0.9 { // beyond the peak: let go
			w.brake = most / 2
		}
	}
	w.drive = min(w.drive, held-spin)
}

// roll turns the wheels of axle i for a sub-step and returns the force of the road on the unit, N forward and to the left.
//
// The force opposes the sliding of the contact over the road and follows from its speed relative to the vehicle's, the slip, whatever
// its direction (M. Burckhardt 1993: one curve for the resultant slip; for equal grip in both directions the
// friction ellipse is a circle). Within the sub-step the force is taken as proportional to the speed of sliding, and the
// wheel's new speed solved for: stable however small its inertia is, and no energy comes of it.
func (w *contact) roll(s *Slide, i int, h float64, a *axle, g *Grip) (x, y float64) {
	old := s.Wheels[i]
	v := math.Sqrt(float64(w.ahead*w.ahead) + float64(w.aside*w.aside))
	slide := w.ahead - old
	speed := math.Sqrt(float64(slide*slide) + float64(w.aside*w.aside))
	base := max(v, old, slowest)
	slip := max(min(1, speed/base), 1e-4)
	per := g.mu(slip, v) * w.load / float64(slip*base) // N per m/s of sliding
	inertia := a.wheel / h
	wheel := (float64(inertia*old) + float64(per*w.ahead) - w.brake + w.drive) / (inertia + per)
	if w.brake > 0 && wheel < 0 || w.ahead < 0 && w.brake > float64(-per*w.ahead) {
		wheel = 0 // brakes hold, they do not turn
	}
	s.Wheels[i], s.Slip[i] = wheel, slip
	if v == 0 {
		s.Slip[i] = 0
	}
	fx, fy := -float64(per*(w.ahead-wheel)), -float64(per*w.aside)
	if most := g.peakAt(v) * w.load; float64(fx*fx)+float64(fy*fy) > float64(most*most) {
		r := most / math.Sqrt(float64(fx*fx)+float64(fy*fy))
		fx, fy = fx*r, fy*r
	}
	return float64(fx*w.cos) - float64(fy*w.sin), float64(fx*w.sin) + float64(fy*w.cos)
}

// peakAt returns the peak friction at speed v (m/s).
func (g *Grip) peakAt(v float64) float64 {
	peak, _, _ := g.limits(v)
	return peak
}
