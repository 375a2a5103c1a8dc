package network_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func TestOffsetKeepsItsDistance(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		line := wiggle(rng, 2+rng.IntN(10), 1.2)
		d := 8 * (rng.Float64() - 0.5)
		got := network.Offset(line, d)
		for i := 1; i < len(got); i++ {
			mid := network.Point{X: (got[i].X + got[i-1].X) / 2, Y: (got[i].Y + got[i-1].Y) / 2}
			if off := distance(mid, line); off > math.Abs(d)+1e-6 {
				t.Errorf("offset %.2f of %v: %v is %.2f m away", d, line, mid, off)
			}
		}
		first, last := got[0].Dist(line[0]), got[len(got)-1].Dist(line[len(line)-1])
		if math.Abs(first-math.Abs(d)) > 1e-9 || math.Abs(last-math.Abs(d)) > 1e-9 {
			t.Errorf("offset %.2f of %v: ends %.3f and %.3f m away", d, line, first, last)
		}
	}
}

// wiggle returns a line of segments of 5 to 30 m that turn by at most bend rad at each corner.
func wiggle(rng *rand.Rand, points int, bend float64) []network.Point {
	line := []network.Point{{}}
	heading := 2 * math.Pi * rng.Float64()
	for len(line) < points {
		p, length := line[len(line)-1], 5+25*rng.Float64()
		line = append(line, network.Point{X: p.X + length*math.Cos(heading), Y: p.Y + length*math.Sin(heading)})
		heading += 2 * bend * (rng.Float64() - 0.5)
	}
	return line
}

// distance returns how far p is from line, m.
func distance(p network.Point, line []network.Point) float64 {
	best := math.Inf(1)
	for i := 1; i < len(line); i++ {
		d := network.Point{X: line[i].X - line[i-1].X, Y: line[i].Y - line[i-1].Y}
		f := ((p.X-line[i-1].X)*d.X + (p.Y-line[i-1].Y)*d.Y) / (d.X*d.X + d.Y*d.Y)
		f = min(max(f, 0), 1)
		best = min(best, p.Dist(network.Point{X: line[i-1].X + f*d.X, Y: line[i-1].Y + f*d.Y}))
	}
	return best
}

func TestOffsetHasNoLoops(t *testing.T) {
	// A bend of radius 3 m, offset by 5 m to its inside: what would run backwards is left out.
	var line []network.Point
	line = append(line, network.Point{X: 0, Y: -20})
	for a := 0.0; a <= math.Pi/2; a += math.Pi / 12 {
		line = append(line, network.Point{X: -3 + 3*math.Cos(a), Y: 3 * math.Sin(a)})
	}
	line = append(line, network.Point{X: -23, Y: 3})
	for _, d := range []float64{5, -5} {
		got := network.Offset(line, d)
		for i := 2; i < len(got); i++ {
			ax, ay := got[i-1].X-got[i-2].X, got[i-1].Y-got[i-2].Y
			bx, by := got[i].X-got[i-1].X, got[i].Y-got[i-1].Y
			if turn := math.Atan2(ax*by-ay*bx, ax*bx+ay*by); turn < -1e-9 || turn > math.Pi/2+1e-9 {
				t.Errorf("offset %g: turns by %.2f rad at %v, want a bend to the left throughout", d, turn, got[i-1])
			}
		}
	}
	want := 2*20 - 2*5 + 2*3.0 // straight parts up to where the inner lines meet
	if got := network.PolylineLength(network.Offset(line, 5)); math.Abs(got-want) > 0.1 {
		t.Errorf("inner length %.2f m, want %.2f", got, want)
	}
}

func TestPoseAt(t *testing.T) {
	line := []network.Point{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 5}}
	tests := []struct {
		s    float64
		want network.Pose
	}{
		{-1, network.Pose{Point: network.Point{X: 0, Y: 0}}},
		{4, network.Pose{Point: network.Point{X: 4, Y: 0}}},
		{12, network.Pose{Point: network.Point{X: 10, Y: 2}, Heading: math.Pi / 2}},
		{99, network.Pose{Point: network.Point{X: 10, Y: 5}, Heading: math.Pi / 2}},
	}
	for _, tt := range tests {
		if got := network.PoseAt(line, tt.s); got != tt.want {
			t.Errorf("at %g m: %v, want %v", tt.s, got, tt.want)
		}
	}
}

func TestPoseOnTracks(t *testing.T) {
	n := build(t, sample.Town(network.RightHand))
	for track := range network.TrackID(n.NumTracks()) {
		shape, length := n.TrackShape(track), n.TrackLength(track)
		if got := n.PoseAt(track, 0, 0).Point; got.Dist(shape[0]) > 1e-6 {
			t.Errorf("track %d begins at %v, its shape at %v", track, got, shape[0])
		}
		if got := n.PoseAt(track, length, 0).Point; got.Dist(shape[len(shape)-1]) > 1e-6 {
			t.Errorf("track %d ends at %v, its shape at %v", track, got, shape[len(shape)-1])
		}
		side := n.PoseAt(track, length/2, 1.5)
		if got := side.Point.Dist(n.PoseAt(track, length/2, 0).Point); math.Abs(got-1.5) > 1e-9 {
			t.Errorf("track %d: 1.5 m to the left is %.3f m away", track, got)
		}
	}
	allocs := testing.AllocsPerRun(100, func() { n.PoseAt(5, 10, 0.5) })
	if allocs != 0 {
		t.Errorf("PoseAt allocates %g times, want 0", allocs)
	}
}

func TestSimplify(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for range 100 {
		line := wiggle(rng, 30, 0.5)
		got := network.Simplify(line, 2)
		if got[0] != line[0] || got[len(got)-1] != line[len(line)-1] {
			t.Fatalf("ends moved: %v of %v", got, line)
		}
		for _, p := range line {
			if d := distance(p, got); d > 2+1e-9 {
				t.Errorf("%v is %.3f m from the simplified line, want at most 2", p, d)
			}
		}
	}
}

func TestBounds(t *testing.T) {
	b := network.BoundsOf([]network.Point{{X: 1, Y: 5}, {X: -2, Y: 3}})
	if want := (network.Bounds{MinX: -2, MinY: 3, MaxX: 1, MaxY: 5}); b != want {
		t.Errorf("bounds %v, want %v", b, want)
	}
	if !network.EmptyBounds().Empty() || b.Empty() || b.Width() != 3 || b.Height() != 2 {
		t.Errorf("bounds %v: size %g x %g", b, b.Width(), b.Height())
	}
	if got := b.Centre(); got != (network.Point{X: -0.5, Y: 4}) {
		t.Errorf("center %v", got)
	}
	far := network.Bounds{MinX: 2, MinY: 0, MaxX: 3, MaxY: 9}
	if b.Intersects(far) || !b.Pad(1).Intersects(far) || !b.Union(far).Contains(network.Point{X: 3, Y: 0}) {
		t.Errorf("%v and %v: wrong intersection or union", b, far)
	}
	n := build(t, sample.Grid(sample.GridSpec{}))
	for i := range n.Lanes {
		for _, p := range n.Lanes[i].Shape {
			if !n.Bounds.Contains(p) {
				t.Fatalf("lane %d leaves the bounds %v at %v", i, n.Bounds, p)
			}
		}
	}
}
