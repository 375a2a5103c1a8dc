package traffic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"roadtwin/network"
)

// arc is a straight line of 150 m, an arc of a radius (m) by so many degrees to the left with corners so many m apart, and 150 m more.
func arc(radius, degrees, apart float64) (line []network.Point) {
	line = append(line, network.Point{X: -150})
	turn := degrees * math.Pi / 180
	n := max(1, int(math.Round(radius*turn/apart)))
	for i := range n + 1 {
		a := turn * float64(i) / float64(n)
		line = append(line, network.Point{X: radius * math.Sin(a), Y: radius * (1 - math.Cos(a))})
	}
	end := line[len(line)-1]
	return append(line, network.Point{X: end.X + 150*math.Cos(turn), Y: end.Y + 150*math.Sin(turn)})
}

func lengthOf(line []network.Point) float64 { return network.PolylineLength(line) }

// strongest returns the bend of the least radius; a straight one if there is none.
func strongest(bends []bend) (b bend) {
	for _, o := range bends {
		if math.Abs(o.curvature) > math.Abs(b.curvature) {
			b = o
		}
	}
	return b
}

// A curve that was drawn with corners at any distance up to 25 m is found with its radius.
func TestBendsHaveTheRadiusOfTheCurveThatWasDrawn(t *testing.T) {
	for _, radius := range []float64{40, 60, 100, 200, 400} {
		for _, apart := range []float64{4, 8, 15, 25} {
			line := arc(radius, 70, apart)
			bends := appendBends(nil, line, lengthOf(line), 22)
			b := strongest(bends)
			if r := 1 / b.curvature; b.curvature <= 0 || math.Abs(r-radius) > 0.2*radius {
				t.Errorf("radius %.0f m with a corner every %.0f m: %.0f m in %d stretches", radius, apart, r, len(bends))
			}
			if b.from > 150+radius*1.22 || b.to < 150 {
				t.Errorf("radius %.0f m: tightest from %.0f to %.0f m, the curve is from 150 to %.0f m", radius, b.from, b.to, 150+radius*1.22)
			}
		}
	}
}

// A right angle that was drawn as one corner is driven as streets turn: on some 7 to 20 m, and as tight between short pieces.
func TestACornerIsABendThatFitsTheRoad(t *testing.T) {
	line := []network.Point{{}, {X: 200}, {X: 200, Y: 200}}
	b := strongest(appendBends(nil, line, 400, 14))
	if r := 1 / b.curvature; r < 6 || r > 20 {
		t.Errorf("radius %.1f m, want 6 to 20", r)
	}
	if b.from < 175 || b.to > 225 {
		t.Errorf("from %.0f to %.0f m, the corner is at 200", b.from, b.to)
	}
	// One that turns by 5° is no bend that anybody slows for.
	line = []network.Point{{}, {X: 200}, {X: 400, Y: 17.5}}
	if b := strongest(appendBends(nil, line, lengthOf(line), 14)); math.Abs(b.curvature) > 1.0/300 {
		t.Errorf("5° bend with a radius of %.0f m, want 300 or more", 1/b.curvature)
	}
}

// A straight road that somebody drew with points half a metre off has no bend that matters on a dry road at 50 km/h.
func TestAStraightRoadDrawnByHandHasNoSharpBends(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var line []network.Point
		for x := 0.0; x < 600; x += 12 + 20*r.Float64() {
			line = append(line, network.Point{X: x, Y: r.Float64() - 0.5})
		}
		l := layout{turns: appendBends(nil, line, lengthOf(line), 14)}
		p := place{isLane: true, holdN: uint16(len(l.turns)), limit: 14}
		if l.sharpen(&p); p.sharp {
			t.Errorf("seed %d: a bend of %.0f m", seed, 1/strongest(l.turns).curvature)
		}
	}
}

// Pieces of a millimetre that point anywhere, as moving a line to the side leaves them, are no bends.
func TestSpecksAreNoBends(t *testing.T) {
	for i := range 16 {
		a := float64(i) * math.Pi / 8
		for _, at := range []float64{0.001, 150, 299.999} {
			line := []network.Point{{}, {X: at}, {X: at + 0.002*math.Cos(a), Y: 0.002 * math.Sin(a)}, {X: 300}}
			if at < 1 {
				line = line[1:]
			}
			if bends := appendBends(nil, line, 300, 30); len(bends) > 0 {
				t.Errorf("a speck at %.3f m that points to %.0f°: %+v", at, a*180/math.Pi, bends)
			}
		}
	}
}

// The mirrored lane has the mirrored bends, and one driven the other way the same within a sample.
func TestBendsAreMirrored(t *testing.T) {
	line := append(arc(60, 50, 9), network.Point{X: 300, Y: 60})
	want := appendBends(nil, line, lengthOf(line), 22)
	mirrored, back := slices.Clone(line), slices.Clone(line)
	for i := range mirrored {
		mirrored[i].Y = -mirrored[i].Y
	}
	slices.Reverse(back)
	got := appendBends(nil, mirrored, lengthOf(line), 22)
	if len(want) == 0 || len(got) != len(want) {
		t.Fatalf("%d bends, mirrored %d", len(want), len(got))
	}
	for i := range got {
		if got[i].from != want[i].from || got[i].to != want[i].to || got[i].curvature != -want[i].curvature {
			t.Errorf("mirrored %+v, want that of %+v", got[i], want[i])
		}
	}
	if a, b := strongest(want).curvature, strongest(appendBends(nil, back, lengthOf(line), 22)).curvature; math.Abs(a+b) > 0.1*math.Abs(a) {
		t.Errorf("the other way the tightest has %.4f/m, want %.4f", b, -a)
	}
}
