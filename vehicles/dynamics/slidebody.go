package dynamics

import "math"

// forces is what acts on one unit in its own frame: N forward and to the left, N m anticlockwise.
type forces struct{ x, y, turn float64 }

// on adds a force at a place so far ahead of the centre of gravity.
func (f *forces) on(at, x, y float64) {
	f.x += x
	f.y += y
	f.turn += float64(at * y)
}

// integrate moves the vehicle on by one sub-step of h seconds (semi-implicit Euler: first the speeds, with them the place).
func (s *Slide) integrate(b *Body, h float64, c Controls, road *Road) {
	var f [2]forces
	if s.Incidents&RolledOver != 0 {
		s.scrape(b, &f)
	} else {
		s.tyres(b, h, c, road, &f)
	}
	s.weight(b, road, &f)
	s.accelerate(b, h, &f)
	s.move(h, road)
}

// tyres adds the forces of all axles and the air, and keeps what they shift.
func (s *Slide) tyres(b *Body, h float64, c Controls, road *Road, f *[2]forces) {
	front := min(1, max(0, b.class.FrontShare+float64(s.Shift*b.class.CGHeight)/b.class.Wheelbase))
	rear := b.class.Tyre.Carried(1-front, 1-b.class.FrontShare)
	shares := [3]float64{b.class.Tyre.Carried(front, b.class.FrontShare), rear, rear}
	cycled := s.cycle(h)
	limited := false
	var along, across float64
	for i := range b.axles {
		a := &b.axles[i]
		if a.share == 0 {
			continue
		}
		w := s.wheelAt(b, i)
		g := road.under(s.Along + a.at)
		w.load = shares[i] * a.share * b.mass * gravity
		w.demand(s, b, i, c, cycled, g)
		limited = limited || w.limited
		x, y := w.roll(s, i, h, a, g)
		unit, at := 0, a.at
		if i == 2 {
			unit = 1
		}
		f[unit].on(at, x, y)
		along, across = along+x, across+y
	}
	if !limited {
		s.Cycle = 0
	}
	s.Shift = -along / (b.mass * gravity)
	s.lean(b, h, across/b.mass)
	v := s.Speed()
	drag := airDensity / 2 * b.class.DragArea * v
	f[0].x -= float64(drag * s.Forward)
	f[0].y -= float64(drag * s.Sideways)
}

// scrape adds the friction of a body that lies on its side: half of gravity (an assumption; reconstruction finds 0.3 to 0.6 for
// metal on asphalt), against the motion of its centre of gravity, and as much against its rotation.
func (s *Slide) scrape(b *Body, f *[2]forces) {
	against := func(u *unit, f *forces, x, y, yaw float64) {
		v := max(math.Sqrt(float64(x*x)+float64(y*y)), restBelow)
		f.x -= float64(u.mass*gravity*0.5*x) / v
		f.y -= float64(u.mass*gravity*0.5*y) / v
		f.turn -= float64(u.inertia * yaw)
	}
	against(&b.units[0], &f[0], s.Forward, s.Sideways, s.Yaw)
	if b.trailer {
		x, y := s.trailerSpeed(b)
		against(&b.units[1], &f[1], x, y, s.TrailerYaw)
	}
}

// trailerSpeed returns the speed in m/s of the trailer's centre of gravity, in its own direction and to its left.
func (s *Slide) trailerSpeed(b *Body) (x, y float64) {
	aside := s.Sideways + float64(b.hitch[0]*s.Yaw)
	x = float64(s.Forward*s.Straight) + float64(aside*s.Fold)
	y = float64(aside*s.Straight) - float64(s.Forward*s.Fold)
	return x, y - float64(b.hitch[1]*s.TrailerYaw)
}

// weight adds the share of the weight along gradient and crossfall.
func (s *Slide) weight(b *Body, road *Road, f *[2]forces) {
	if road.Gradient == 0 && road.Crossfall == 0 {
		return
	}
	up, left := -float64(gravity*road.Gradient), float64(gravity*road.Crossfall)
	x := float64(up*s.Facing) + float64(left*s.Across)
	y := float64(left*s.Facing) - float64(up*s.Across)
	f[0].x += float64(b.units[0].mass * x)
	f[0].y += float64(b.units[0].mass * y)
	if b.trailer {
		f[1].x += float64(b.units[1].mass * (float64(x*s.Straight) + float64(y*s.Fold)))
		f[1].y += float64(b.units[1].mass * (float64(y*s.Straight) - float64(x*s.Fold)))
	}
}

// accelerate applies the forces to the speeds.
func (s *Slide) accelerate(b *Body, h float64, f *[2]forces) {
	if b.trailer {
		s.accelerateTrain(b, h, f)
		return
	}
	s.push(&b.units[0], h, &f[0])
}

// push applies the force on the unit that steers.
func (s *Slide) push(u *unit, h float64, f *forces) {
	s.Forward += float64(f.x / u.mass * h)
	s.Sideways += float64(f.y / u.mass * h)
	// The same motion, seen from a body that has turned.
	s.Forward, s.Sideways = turned(s.Forward, s.Sideways, -float64(s.Yaw*h))
	s.Yaw += float64(f.turn / u.inertia * h)
}

// accelerateTrain does it for two units, and then takes out of their speeds what the sub-step has got wrong of the energy: the
// forces' work is known, so the energy that there must be is.
func (s *Slide) accelerateTrain(b *Body, h float64, f *[2]forces) {
	outer, old, had := *f, *s, s.kinetic(b)
	if turning := s.TrailerYaw - s.Yaw; s.Straight < 0 && float64(s.Fold*turning) > 0 { // cab and trailer touch
		push := float64(0.3 * b.units[0].inertia / h * turning)
		f[0].turn += push
		f[1].turn -= push
	}
	s.couple(b, f)
	s.push(&b.units[0], h, &f[0])
	s.TrailerYaw += float64(f[1].turn / b.units[1].inertia * h)
	x0, y0 := old.trailerSpeed(b)
	x1, y1 := s.trailerSpeed(b)
	work := float64(outer[0].x*(old.Forward+s.Forward)) + float64(outer[0].y*(old.Sideways+s.Sideways)) +
		float64(outer[0].turn*(old.Yaw+s.Yaw)) + float64(outer[1].turn*(old.TrailerYaw+s.TrailerYaw)) +
		float64(outer[1].x*(x0+x1)) + float64(outer[1].y*(y0+y1))
	if must, has := had+float64(work*h/2), s.kinetic(b); has > must && has > 0 {
		k := math.Sqrt(max(0, must/has))
		s.Forward, s.Sideways, s.Yaw, s.TrailerYaw = s.Forward*k, s.Sideways*k, s.Yaw*k, s.TrailerYaw*k
	}
}

// kinetic returns the kinetic energy in J of the bodies, without that of the turning wheels.
func (s *Slide) kinetic(b *Body) float64 {
	of := func(u *unit, x, y, yaw float64) float64 {
		return float64(u.mass*(float64(x*x)+float64(y*y)))/2 + float64(u.inertia*float64(yaw*yaw))/2
	}
	e := of(&b.units[0], s.Forward, s.Sideways, s.Yaw)
	if b.trailer {
		x, y := s.trailerSpeed(b)
		e += of(&b.units[1], x, y, s.TrailerYaw)
	}
	return e
}

// couple adds the force of the fifth wheel to both units: the one under which both have the same acceleration there.
func (s *Slide) couple(b *Body, f *[2]forces) {
	t, e := &b.units[0], &b.units[1]
	k := b.hitch[0]
	dx, dy := float64(b.hitch[1]*s.Straight), float64(b.hitch[1]*s.Fold)
	// The trailer's forces in the tractor's frame.
	x := float64(f[1].x*s.Straight) - float64(f[1].y*s.Fold)
	y := float64(f[1].x*s.Fold) + float64(f[1].y*s.Straight)
	r, q := float64(s.Yaw*s.Yaw), float64(s.TrailerYaw*s.TrailerYaw)
	both := 1/t.mass + 1/e.mass
	a11 := both + float64(dy*dy)/e.inertia
	a12 := -float64(dx*dy) / e.inertia
	a22 := both + float64(k*k)/t.inertia + float64(dx*dx)/e.inertia
	b1 := x/e.mass - f[0].x/t.mass - float64(dy*f[1].turn)/e.inertia - float64(q*dx) + float64(r*k)
	b2 := y/e.mass - f[0].y/t.mass - float64(k*f[0].turn)/t.inertia + float64(dx*f[1].turn)/e.inertia - float64(q*dy)
	det := float64(a11*a22) - float64(a12*a12)
	hx, hy := (float64(b1*a22)-float64(b2*a12))/det, (float64(b2*a11)-float64(b1*a12))/det
	f[0].on(k, hx, hy)
	f[1].turn += float64(dy*hx) - float64(dx*hy)
}

// move applies the speeds to the place.
func (s *Slide) move(h float64, road *Road) {
	drift := float64(s.Forward*s.Across) + float64(s.Sideways*s.Facing)
	along := s.AlongSpeed() / max(0.1, 1-float64(s.Offset*road.Curvature))
	s.Along += float64(along * h)
	s.Offset += float64(drift * h)
	s.Facing, s.Across = turned(s.Facing, s.Across, float64((s.Yaw-float64(along*road.Curvature))*h))
	s.Straight, s.Fold = turned(s.Straight, s.Fold, float64((s.TrailerYaw-s.Yaw)*h))
}

// lean follows the body over its outer wheels under a lateral acceleration (m/s²) by its tyres: a stiff body with the
// mass in one point; and a motorcycle on a locked front wheel down to the road.
func (s *Slide) lean(b *Body, h, lateral float64) {
	if b.class.Leans {
		s.Tip += h
		if s.Wheels[0] > 0 || s.Forward < 1 {
			s.Tip = 0
		}
		if s.Tip > leanFor {
			s.Incidents |= RolledOver
		}
		return
	}
	high := b.class.CGHeight
	over := float64(math.Abs(lateral)*(high+float64(b.tip*s.Tip))) - float64(gravity*(b.tip-float64(high*s.Tip)))
	s.TipRate += float64(over / b.arm * h)
	s.Tip += float64(s.TipRate * h)
	if s.Tip <= 0 {
		s.Tip, s.TipRate = 0, 0
	}
	if float64(s.Tip*high) > b.tip {
		s.Incidents |= RolledOver
	}
}
