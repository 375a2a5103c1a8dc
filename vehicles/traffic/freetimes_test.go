package traffic

import (
	"math"
	"testing"

	"roadtwin/vehicles/driver"
)

// TestBendsTakeTheTimeThatTheyAreDrivenIn compares the times over straight and bent lanes with what they must be.
func TestBendsTakeTheTimeThatTheyAreDrivenIn(t *testing.T) {
	d := driver.Default()
	tight := bend{from: 200, to: 230, curvature: 0.05, root: driver.BendRoot(20)}
	speed := bendSpeed(&d, &tight)
	const limit = 14.0
	straight, bent := laneTime(&d, nil, 400, limit), laneTime(&d, []bend{tight}, 400, limit)
	if math.Abs(straight-400/limit) > 1e-9 {
		t.Errorf("a straight lane takes %.3f s, want %.3f", straight, 400/limit)
	}
	// 30 m at the bend's speed, and half of the difference in speed while it is lost and gained.
	up, down := 0.5*d.Accel, slowing*d.Brake
	want := 400/limit + 30*(1/speed-1/limit) + (limit-speed)*(limit-speed)/(2*limit)*(1/up+1/down)
	if math.Abs(bent-want) > 1e-9 {
		t.Errorf("a lane with a bend takes %.3f s, want %.3f", bent, want)
	}
	gentle := tight
	gentle.curvature, gentle.root = 0.001, driver.BendRoot(1000)
	if got := laneTime(&d, []bend{gentle}, 400, limit); got != straight {
		t.Errorf("a bend that nobody slows down for makes it %.3f s, want %.3f", got, straight)
	}
	// Bends at both ends, nothing between them, one after the other: never less than at the limit, nor more than at the least speed.
	for gap := 0.0; gap < 100; gap += 5 {
		second := tight
		second.from, second.to = tight.to+gap, tight.to+gap+30
		got := laneTime(&d, []bend{tight, second}, 400, limit)
		if got < bent || got > 400/speed {
			t.Errorf("two bends %g m apart take %.3f s, want between %.3f and %.3f", gap, got, bent, 400/speed)
		}
	}
}
