package rare

import (
	"math"
	"math/bits"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// Tilt is a law by which cases are drawn so that events happen more often. It is a mixture: with probability Defensive a case is
// drawn as the world is; else the roads are drawn by Skies and Patches, and one vehicle of the case, the unlucky one, has its driver,
// its brakes and its lapses drawn by the rest; all others are as they are. The ratio of the likelihoods of a case is that of the whole
// mixture, whoever was drawn to be unlucky, so that no weight is above 1/Defensive.
type Tilt struct {
	Defensive float64                            `json:"defensive"`
	Skies     []float64                          `json:"skies"`   // shares
	Patches   []float64                          `json:"patches"` // probability of each
	Flows     []float64                          `json:"flows"`   // share of each flow of the unlucky ones
	Traits    [driver.NumTraits]float64          `json:"traits"`  // of the unlucky driver: types are drawn with weights exp(Traits · traits of the type)
	Red       float64                            `json:"runs_red"`
	Faulty    [network.NumVehicleClasses]float64 `json:"faulty_brakes"`
	Lapses    float64                            `json:"lapses"` // how much more often the driver looks away while it follows somebody

	types [driver.Types]float64 // probability of each, times Types
	sums  [driver.Types]float64
	masks []uint64 // by flow: the edges of its route that end at signals
}

// traits are the values of each type.
var traits = func() (all [driver.Types][driver.NumTraits]float64) {
	for i := range all {
		t := driver.TraitsOf(i)
		all[i] = t.Values()
	}
	return all
}()

// newTilt returns the law of s as it is, in the form of a tilt.
func newTilt(s *Scene, defensive float64) *Tilt {
	t := &Tilt{Defensive: defensive, Red: s.Drivers.RedRunning, Lapses: 1}
	for _, k := range s.Skies {
		t.Skies = append(t.Skies, k.Share)
	}
	for _, p := range s.Patches {
		t.Patches = append(t.Patches, p.Share)
	}
	total := 0.0
	for i := range s.Flows {
		total += s.Flows[i].PerHour
	}
	for i := range s.Flows {
		t.Flows = append(t.Flows, s.Flows[i].PerHour/total)
	}
	for class := range t.Faulty {
		t.Faulty[class] = s.faults(network.VehicleClass(class))
	}
	t.prepare(s)
	return t
}

// prepare works out what follows from the numbers of t.
func (t *Tilt) prepare(s *Scene) {
	total := 0.0
	for i := range t.types {
		x := 0.0
		for k, theta := range t.Traits {
			x += theta * traits[i][k]
		}
		t.types[i] = math.Exp(x)
		total += t.types[i]
	}
	sum := 0.0
	for i := range t.types {
		t.types[i] *= driver.Types / total
		sum += t.types[i] / driver.Types
		t.sums[i] = sum
	}
	t.masks = t.masks[:0]
	for i := range s.Flows {
		t.masks = append(t.masks, s.signalled(s.Flows[i].Route))
	}
}

// signalled returns the edges of a route that end at signals within the place, one bit each.
func (s *Scene) signalled(route []network.EdgeID) (mask uint64) {
	for k := range min(len(route)-1, 64) {
		e := &s.Net.Edges[route[k]]
		for _, c := range s.Net.OutConnectors(e.FirstLane) {
			if c.Group != network.None && s.isNear(s.Net.Junctions[e.To].Position) {
				mask |= 1 << k
			}
		}
	}
	return mask
}

// isNear reports whether p is within the place.
func (s *Scene) isNear(p network.Point) bool { return s.Radius == 0 || p.Dist(s.Centre) <= s.Radius }

// shares returns with which probability each vehicle of a case is the unlucky one, by their flows.
func (t *Tilt) shares(flow []int) []float64 {
	count := make([]float64, len(t.Flows))
	for _, f := range flow {
		count[f]++
	}
	total := 0.0
	for f, n := range count {
		if n > 0 {
			total += t.Flows[f]
		}
	}
	shares := make([]float64, len(flow))
	for i, f := range flow {
		if total > 0 {
			shares[i] = t.Flows[f] / total / count[f]
		} else {
			shares[i] = 1 / float64(len(flow))
		}
	}
	return shares
}

// choose returns which vehicle is the unlucky one; u is uniform from 0 to 1.
func (t *Tilt) choose(flow []int, u float64) int {
	shares := t.shares(flow)
	for i, share := range shares {
		if u -= share; u < 0 {
			return i
		}
	}
	return len(flow) - 1
}

// redraw draws the unlucky vehicle of c anew.
func (t *Tilt) redraw(s *Scene, c *draft, d *dice) {
	trip := &c.trips[c.unlucky]
	u, kind := d.float(), 0
	for kind < driver.Types-1 && t.sums[kind] <= u {
		kind++
	}
	i := int(trip.Driver - 1)
	trip.Driver = uint16(i-i%driver.Types+kind) + 1
	if s.Drivers.RedRunning > 0 {
		for m := t.masks[c.flow[c.unlucky]]; m != 0; m &= m - 1 {
			bit := uint64(1) << bits.TrailingZeros64(m)
			trip.RunsRed &^= bit
			if d.float() < t.Red {
				trip.RunsRed |= bit
			}
		}
	}
	if p := s.faults(trip.Class); p > 0 && p < 1 {
		c.states[c.unlucky] = s.redrawState(d, trip.Class, d.float() < t.Faulty[trip.Class])
	}
}

// ratioOf returns how much more likely a vehicle is as it is if it is the unlucky one.
func (t *Tilt) ratioOf(s *Scene, flow int, trip *traffic.Trip, state *dynamics.Fitness) float64 {
	r := t.types[int(trip.Driver-1)%driver.Types]
	if p := s.Drivers.RedRunning; p > 0 {
		for m := t.masks[flow]; m != 0; m &= m - 1 {
			runs := trip.RunsRed>>bits.TrailingZeros64(m)&1 != 0
			r *= odds(runs, t.Red) / odds(runs, p)
		}
	}
	if p := s.faults(trip.Class); p > 0 && p < 1 {
		faulty := isFaulty(state)
		r *= odds(faulty, t.Faulty[trip.Class]) / odds(faulty, p)
	}
	return r
}

// weight returns the likelihood of a case as the world is over that by t. lapses are the ratios of the lapses of each vehicle.
func (t *Tilt) weight(c *draft, lapses func(i int) float64) float64 {
	mixed := 1.0
	if len(c.trips) > 0 {
		mixed = 0
		for i, share := range t.shares(c.flow) {
			mixed += share * c.static[i] * lapses(i)
		}
	}
	return 1 / (t.Defensive + (1-t.Defensive)*c.common*mixed)
}

// roads returns t with nothing tilted but what lies on the roads.
func (t *Tilt) roads(s *Scene) *Tilt {
	only := newTilt(s, t.Defensive)
	only.Skies, only.Patches = t.Skies, t.Patches
	only.prepare(s)
	return only
}
