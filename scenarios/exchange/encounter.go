package exchange

import (
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
	"roadtwin/vehicles/safety"
)

// encounter is what one vehicle, the ego, was to another of an episode.
type encounter struct {
	ego, foe *rare.Vehicle
	first    int // sample of the first
	samples  []moment
	crossing *crossing // nil where one followed the other
}

// moment is one moment of an encounter in which the ego follows.
type moment struct {
	at        int     // sample of the episode
	gap       float64 // m
	ttc, drac float64 // s, +Inf if there is none; m/s²
}

// crossing is where two ways meet, first the foe and then the ego being there.
type crossing struct {
	at    network.Point
	entry float64 // s from the first sample, of the ego
	pet   float64 // s
}

// What counts as an encounter.
const (
	sight     = 50.0 // m, as SUMO's SSM device looks by default
	inLane    = 1.5  // m beside the ego's way that a rear bumper may be at the most to be in it (a judgement)
	sameWay   = 45 * math.Pi / 180
	crossWays = 30 * math.Pi / 180
	mostPET   = 2.0 // s, SUMO's default threshold
)

// state returns that of v at a sample of the episode, nil if it is not there.
func stateAt(v *rare.Vehicle, k int) *rare.State {
	if k < v.First || k >= v.First+len(v.Path) {
		return nil
	}
	return &v.Path[k-v.First]
}

// following returns the encounter in which ego is behind foe and both keep to ego's way; nil if there is none.
func following(ego, foe *rare.Vehicle) *encounter {
	x := &encounter{ego: ego, foe: foe}
	for k := ego.First; k < ego.First+len(ego.Path); k++ {
		a, b := stateAt(ego, k), stateAt(foe, k)
		if b == nil || math.Abs(math.Remainder(a.Heading-b.Heading, 2*math.Pi)) > sameWay || math.Hypot(a.X-b.X, a.Y-b.Y) > sight {
			continue
		}
		gap, ok := gapAlong(ego.Path[k-ego.First:], back(b, foe.Length))
		if !ok {
			continue
		}
		if len(x.samples) == 0 {
			x.first = k
		}
		x.samples = append(x.samples, moment{at: k, gap: gap, ttc: safety.TTC(gap, a.V, b.V), drac: safety.DRAC(max(gap, 0.01), a.V, b.V)})
	}
	if len(x.samples) == 0 {
		return nil
	}
	return x
}

// gapAlong returns how far along the way of a vehicle, which begins where it is, the point p is; false if it is not on it, or behind. Beyond its last sample the way goes
// straight on.
func gapAlong(way []rare.State, p network.Point) (gap float64, ok bool) {
	along := 0.0
	for i := range way {
		a := &way[i]
		dx, dy := math.Cos(a.Heading), math.Sin(a.Heading)
		reach := sight
		if i+1 < len(way) {
			reach = math.Hypot(way[i+1].X-a.X, way[i+1].Y-a.Y)
			if reach < 1e-6 {
				continue
			}
			dx, dy = (way[i+1].X-a.X)/reach, (way[i+1].Y-a.Y)/reach
		}
		f, beside := (p.X-a.X)*dx+(p.Y-a.Y)*dy, (p.Y-a.Y)*dx-(p.X-a.X)*dy
		if math.Abs(beside) <= inLane && f <= reach && (f >= 0 || i == 0 && f > -1) {
			return along + f, true
		}
		if along += reach; along > sight {
			return 0, false
		}
	}
	return 0, false
}

// crossed returns the encounter in which ego comes, within mostPET, to where foe has crossed its way; nil if there is none.
func crossed(e *rare.Episode, ego, foe *rare.Vehicle) *encounter {
	for i := 1; i < len(foe.Path); i++ {
		a, b := &foe.Path[i-1], &foe.Path[i]
		for k := 1; k < len(ego.Path); k++ {
			c, d := &ego.Path[k-1], &ego.Path[k]
			if math.Abs(a.X-c.X)+math.Abs(a.Y-c.Y) > 40 {
				k += 3 // nobody drives as far as that in four samples
				continue
			}
			f, g, ok := meet(a, b, c, d)
			turn := math.Abs(math.Remainder(b.Heading-d.Heading, 2*math.Pi))
			if !ok || turn < crossWays || turn > math.Pi-crossWays {
				continue
			}
			left := float64(foe.First) + leaves(foe, i-1, f)
			entry := float64(ego.First) + float64(k-1) + g
			pet := (entry - left) * e.Step
			if pet < 0 || pet > mostPET {
				continue
			}
			at := network.Point{X: c.X + g*(d.X-c.X), Y: c.Y + g*(d.Y-c.Y)}
			return &encounter{ego: ego, foe: foe, first: max(0, int(left)), crossing: &crossing{at, entry * e.Step, pet}}
		}
	}
	return nil
}

// meet returns how far along a-b and c-d, from 0 to 1, the two cross.
func meet(a, b, c, d *rare.State) (f, g float64, ok bool) {
	rx, ry, sx, sy := b.X-a.X, b.Y-a.Y, d.X-c.X, d.Y-c.Y
	det := rx*sy - ry*sx
	if det == 0 {
		return 0, 0, false
	}
	f = ((c.X-a.X)*sy - (c.Y-a.Y)*sx) / det
	g = ((c.X-a.X)*ry - (c.Y-a.Y)*rx) / det
	return f, g, f >= 0 && f < 1 && g >= 0 && g < 1
}

// leaves returns the sample, counted from the first of v, at which its rear bumper is where its front was f of the way from sample i to the next; +Inf if it
// does not get there.
func leaves(v *rare.Vehicle, i int, f float64) float64 {
	need := v.Length
	at := float64(i) + f
	for k := i; k+1 < len(v.Path); k++ {
		d := math.Hypot(v.Path[k+1].X-v.Path[k].X, v.Path[k+1].Y-v.Path[k].Y)
		rest := d * (float64(k+1) - at)
		if rest >= need && d > 0 {
			return at + need/d
		}
		need -= rest
		at = float64(k + 1)
	}
	return math.Inf(1)
}
