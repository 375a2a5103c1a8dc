package dynamics

import "math"

// Slide is the state of a vehicle whose tyres are asked for more than they hold, or that has not got over it: its body's
// motion in the plane, and the rotation of its wheels, relative to the path that it should follow. It is integrated in
// sub-steps of about a millisecond with + - * / and Sqrt alone, so it has the same bits everywhere; it is a plain value that can
// be copied and compared.
//
// Directions are those of geometry: angles, curvatures and offsets count anticlockwise, so they are positive to the left of
// the direction of travel on either side of the road.
type Slide struct {
	Along  float64 // m of the path covered since the slide began, under the centre of gravity of the body that steers
	Offset float64 // m from the path, positive to its left

	// The direction of the body that steers, relative to the path's: cosine and sine.
	Facing, Across float64

	Forward, Sideways float64 // m/s, of the centre of gravity in the direction of the body and to its left
	Yaw               float64 // rad/s

	// The semitrailer's direction relative to the tractor's, cosine and sine, and its yaw rate, rad/s.
	Straight, Fold float64
	TrailerYaw     float64

	Wheels [3]float64 // m/s, circumferential speed of the wheels of each axle
	Brake  float64    // m/s² that the brake pressure would give if the tyres held it
	Lag    float64    // s until the brakes begin to grip
	Steer  float64    // tangent of the steering angle
	Slip   [3]float64 // of each axle in the last sub-step, 0 to 1

	Shift     float64 // deceleration by the tyres, over gravity: what shifts load to the front
	Cycle     float64 // s since the pressure of the ABS began to rise
	Tip       float64 // rad about the outer wheels; of a motorcycle, s that its front wheel has been locked
	TipRate   float64 // rad/s
	Calm      float64 // s that everything has been within limits
	Incidents Incident
}

// Incident is what has happened in a slide: a set.
type Incident uint8

// The incidents. They stay set.
const (
	Locked     Incident = 1 << iota // the wheels of an axle stood while the vehicle moved
	Spun                            // the body stood across the path or further round
	JackKnifed                      // tractor and semitrailer folded up by more than 60 degrees
	RolledOver                      // tipped over its outer wheels; a motorcycle fell
)

// Outcome is how a step of a slide ended.
type Outcome uint8

// The outcomes.
const (
	Sliding Outcome = iota
	Inside          // back within the envelope, and pointing along the path
	Stopped         // at rest
)

// Controls is what the driver asks of the vehicle.
type Controls struct {
	Accel     float64 // m/s², negative for braking
	Curvature float64 // 1/m, of the path that the steered wheels are set for
}

// Road is the road under a sliding vehicle.
type Road struct {
	Grip      *Grip
	Curvature float64 // 1/m, of the path, positive to the left
	Gradient  float64 // rise over run, positive uphill
	Crossfall float64 // positive if the road falls to the left

	// From Change metres of Slide.Along on, the road has Next's grip. No change if Next is nil.
	Next   *Grip
	Change float64
}

// under returns the grip at a place, in m of Slide.Along.
func (r *Road) under(at float64) *Grip {
	if r.Next != nil && at >= r.Change {
		return r.Next
	}
	return r.Grip
}

// NewSlide returns body b at v (m/s) on a path of some curvature (1/m), which it has followed so far with rolling wheels, and
// with accel (m/s², negative: braking, built up already).
func NewSlide(b *Body, v, curvature, accel float64) Slide {
	s := Slide{
		Facing: 1, Straight: 1, Forward: v, Yaw: float64(v * curvature),
		Wheels: [3]float64{v, v, v},
		Steer:  float64(b.wheelbase() * curvature),
		Brake:  max(0, -accel),
	}
	s.Sideways = -float64(b.axles[1].at * s.Yaw) // the rear axle follows its wheels
	s.TrailerYaw = s.Yaw
	if s.Brake == 0 {
		s.Lag = b.class.BrakeLag
	}
	if b.trailer {
		s.Fold = -float64(b.class.Articulation.Trailer * curvature)
		s.Straight, s.Fold = unitVector(1, s.Fold)
	}
	return s
}

// Speed returns the speed in m/s of the body that steers.
func (s *Slide) Speed() float64 {
	return math.Sqrt(float64(s.Forward*s.Forward) + float64(s.Sideways*s.Sideways))
}

// AlongSpeed returns the speed in m/s along the path; it is negative where the vehicle slides back.
func (s *Slide) AlongSpeed() float64 {
	return float64(s.Forward*s.Facing) - float64(s.Sideways*s.Across)
}

// substep is the longest sub-step, s.
const substep = 1e-3

// Step moves the vehicle on by dt seconds and returns how that ended. It allocates nothing.
func (s *Slide) Step(b *Body, dt float64, c Controls, road *Road) Outcome {
	n := int(dt/substep + 0.999)
	h := dt / float64(n)
	for range n {
		if s.resting(c, road) {
			return Stopped
		}
		s.actuate(b, h, c)
		s.integrate(b, h, c, road)
		s.watch(b, h, c, road)
	}
	switch {
	case s.resting(c, road):
		return Stopped
	case s.Calm >= calmFor:
		return Inside
	}
	return Sliding
}

const (
	restBelow = 0.3  // m/s at which friction at rest holds a vehicle that is braked
	calmFor   = 0.3  // s within limits until a slide is over
	leanFor   = 0.4  // s that a motorcycle stays up on a locked front wheel (an assumption)
	folded    = 0.5  // cosine of the 60 degrees at which a combination counts as jack-knifed
	steerRate = 0.9  // 1/s: 800 degrees a second at the steering wheel over a ratio of 16
	steerMost = 0.65 // tangent of 33 degrees
	yawGain   = 0.25 // s: what drivers steer against a yaw rate that they did not ask for (an assumption)
	release   = 100  // m/s³ by which brakes let go
)

// resting reports whether the vehicle stands and stays where it is.
func (s *Slide) resting(c Controls, road *Road) bool {
	if c.Accel > 0 || s.Speed() > restBelow {
		return false
	}
	peak, _, _ := road.under(s.Along).limits(0)
	held := s.Incidents&RolledOver != 0 || s.Brake > gravity*math.Abs(road.Gradient)
	if !held || peak < math.Abs(road.Gradient) {
		return false
	}
	s.Forward, s.Sideways, s.Yaw, s.TrailerYaw, s.Wheels = 0, 0, 0, 0, [3]float64{}
	return true
}

// actuate moves brakes and steering towards what the driver asks for: the brakes after their lag with the class's jerk,
// the wheels as fast as hands turn.
func (s *Slide) actuate(b *Body, h float64, c Controls) {
	wanted := min(max(0, -c.Accel), b.class.BrakeMax)
	switch {
	case wanted > s.Brake && s.Lag > 0:
		s.Lag -= h
	case wanted > s.Brake:
		s.Brake = min(wanted, s.Brake+float64(b.class.MaxJerk*h))
	default:
		s.Brake = max(wanted, s.Brake-float64(release*h))
	}
	steer := float64(b.wheelbase()*c.Curvature) + float64(yawGain*(float64(c.Curvature*s.Forward)-s.Yaw))
	steer = min(max(steer, -steerMost), steerMost)
	s.Steer = min(max(steer, s.Steer-float64(steerRate*h)), s.Steer+float64(steerRate*h))
}

// Follow returns the curvature in 1/m that a driver steers for who looks a second ahead and wants to be back on the
// path there.
func (s *Slide) Follow(road *Road) float64 {
	ahead := max(10, s.Speed())
	// The direction that the vehicle moves in, not the one it points in.
	v := max(1, s.Speed())
	drift := float64(s.Forward*s.Across) + float64(s.Sideways*s.Facing)
	off := s.Offset + float64(ahead*drift)/v
	return road.Curvature - 2*off/float64(ahead*ahead)
}

// watch notes what has happened and how long everything has been calm.
func (s *Slide) watch(b *Body, h float64, c Controls, road *Road) {
	v := s.Speed()
	calm := v < 0.5 || s.Facing > 0.999 && math.Abs(s.Yaw-float64(c.Curvature*s.Forward)) < 0.05
	grip := road.under(s.Along)
	_, slip, _ := grip.limits(v)
	for i := range b.axles {
		if b.axles[i].share == 0 {
			continue
		}
		if s.Wheels[i] == 0 && v > 1 {
			s.Incidents |= Locked
		}
		if s.Slip[i] > slip {
			calm = false
		}
	}
	if s.Facing < 0 {
		s.Incidents |= Spun
	}
	if b.trailer && s.Straight < folded {
		s.Incidents |= JackKnifed
	}
	if !calm || s.Incidents&^Locked != 0 {
		s.Calm = 0
		return
	}
	s.Calm += h
}

// unitVector returns x and y divided by their length.
func unitVector(x, y float64) (float64, float64) {
	l := math.Sqrt(float64(x*x) + float64(y*y))
	return x / l, y / l
}

// turned returns the vector x, y turned by a small angle (rad) without a change of its length.
func turned(x, y, by float64) (float64, float64) {
	c, s := unitVector(1-float64(by*by)/2, by)
	return float64(x*c) - float64(y*s), float64(x*s) + float64(y*c)
}
