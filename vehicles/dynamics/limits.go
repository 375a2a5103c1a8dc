package dynamics

// Limits returns what the vehicle can do at speed v (m/s, >= 0), between the entries of the table. It is small enough to
// be inlined.
func (e *Envelope) Limits(v float64) (brake, drive float64) {
	if v > SpeedBins {
		v = SpeedBins
	}
	i := min(int(v), SpeedBins-1)
	a, b, f := &e.At[i], &e.At[i+1], v-float64(i)
	brake, drive = float64(a.Brake), float64(a.Drive)
	return brake + float64(f*(float64(b.Brake)-brake)), drive + float64(f*(float64(b.Drive)-drive))
}

// WithGradient returns the limits brake and drive (m/s²) of a level road on a gradient (rise over run, positive
// uphill): the weight's share along the road helps one and costs the other. Sine and cosine are taken as gradient and 1,
// which is 0.5 % off at 10 %. The result may be negative: a brake that is cannot stop the vehicle from sliding on.
func WithGradient(brake, drive, gradient float64) (float64, float64) {
	slope := float64(gravity * gradient)
	return brake + slope, drive - slope
}

// EllipseFactor2 returns the square of the share of the longitudinal limits that a tyre has left while it holds latAcc
// of the latMax (m/s²) that it could: 1 - (latAcc/latMax)², the friction ellipse; 0 at and beyond the limit.
func EllipseFactor2(latAcc, latMax float64) float64 {
	r := latAcc / latMax
	if r > -1 && r < 1 {
		return 1 - float64(r*r)
	}
	return 0 // also where there is no grip at all, and 0 over 0
}

// LateralAt returns the strongest lateral acceleration in m/s² at speed v (m/s, >= 0), between the entries of the table.
func (e *Envelope) LateralAt(v float64) float64 {
	if v > SpeedBins {
		v = SpeedBins
	}
	i := min(int(v), SpeedBins-1)
	a := float64(e.Cornering[i])
	return a + float64((v-float64(i))*(float64(e.Cornering[i+1])-a))
}

// CornerSpeed returns the highest speed in m/s, at most SpeedBins, at which the vehicle holds a bend of some curvature (1/m, >= 0)
// on a road without crossfall, coming from a standstill: the first at which the bend asks for more than there is.
func (e *Envelope) CornerSpeed(curvature float64) float64 {
	before := float64(e.Cornering[0])
	for i := 1; i <= SpeedBins; i++ {
		left := float64(e.Cornering[i]) - float64(float64(i*i)*curvature)
		if left < 0 {
			return float64(i-1) + before/(before-left)
		}
		before = left
	}
	return SpeedBins
}

// StopDistance returns the distance in metres and the time in seconds of an emergency stop from v (m/s) on a level road:
// after lag seconds the deceleration grows by jerk (m/s³) until it meets the envelope e, and follows it. It steps by a
// millisecond; the error is below 1 cm. ok is false if the road does not hold enough to stop within a kilometre.
func (e *Envelope) StopDistance(v, lag, jerk float64) (distance, time float64, ok bool) {
	const dt = 1e-3 // s
	distance, time = v*lag, lag
	decel := 0.0
	for v > 0 {
		brake, _ := e.Limits(v)
		decel = min(decel+jerk*dt, brake)
		distance += max(0, v*dt-decel*dt*dt/2)
		v -= decel * dt
		time += dt
		if distance > 1000 {
			return distance, time, false
		}
	}
	return distance, time, true
}
