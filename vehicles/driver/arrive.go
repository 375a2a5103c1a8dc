package driver

import "math"

// ArrivalTime returns the time in s until the front bumper is distance metres further on, driving at v now and pulling
// away with accel (m/s², > 0) up to top (m/s). 0 if distance <= 0; a driver above top keeps v.
func ArrivalTime(distance, v, accel, top float64) float64 {
	if distance <= 0 {
		return 0
	}
	if v >= top {
		return distance / v
	}
	ramp := (float64(top*top) - float64(v*v)) / (2 * accel) // m until top is reached
	if ramp >= distance {
		return (math.Sqrt(float64(v*v)+float64(2*accel*distance)) - v) / accel
	}
	return (top-v)/accel + (distance-ramp)/top
}

// StoppingDistance returns the distance in metres a vehicle at v (m/s) needs to stop at a constant deceleration b
// (m/s², positive).
func StoppingDistance(v, b float64) float64 { return float64(v*v) / (2 * b) }
