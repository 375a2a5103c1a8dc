package rare

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/fleet"
	"roadtwin/vehicles/traffic"
)

// dice are the random numbers of one case.
type dice struct {
	key draw.Key
	id  uint64
	n   uint64
}

func (d *dice) float() float64 {
	d.n++
	return d.key.Float64(d.id, d.n)
}

// wait returns an exponential time of mean 1.
func (d *dice) wait() float64 { return -math.Log(1 - d.float()) }

// pick returns an index drawn by shares that add up to 1.
func (d *dice) pick(n int, share func(int) float64) int {
	u := d.float()
	for i := range n - 1 {
		if u -= share(i); u < 0 {
			return i
		}
	}
	return n - 1
}

// draft is a case that has been drawn.
type draft struct {
	number  uint64
	steps   uint64  // on empty roads before it
	start   float64 // s after midnight
	sky     int
	patches uint32 // one bit each
	trips   []traffic.Trip
	states  []dynamics.Fitness // by trip
	flow    []int              // by trip
	unlucky int                // the trip that was tilted; -1 for none
	tilted  bool               // drawn by the tilted law
	static  []float64          // by trip: how much more likely it is, were it the unlucky one; without lapses
	common  float64            // the same of sky and patches
}

// draft draws case number of the seed, by the law t; nil is as the world is.
func (s *Scene) draft(seed, number uint64, pop *driver.Population, t *Tilt) *draft {
	d := &dice{key: draw.NewKey(seed, draw.RareCase), id: number}
	c := &draft{number: number, unlucky: -1, common: 1}
	c.steps = uint64(d.float() * s.Phase / s.Step)
	c.start = s.Start + float64(float64(c.steps)*s.Step)
	c.tilted = t != nil && d.float() >= t.Defensive
	law := t
	if !c.tilted {
		law = nil
	}
	s.drawSky(c, d, law, t)
	s.drawTrips(c, d, pop)
	if c.tilted && len(c.trips) > 0 {
		c.unlucky = t.choose(c.flow, d.float())
		t.redraw(s, c, d)
	}
	if t != nil {
		c.static = make([]float64, len(c.trips))
		for i := range c.trips {
			c.static[i] = t.ratioOf(s, c.flow[i], &c.trips[i], &c.states[i])
		}
	}
	return c
}

// drawSky draws what lies on the roads, by law; t tells how much more likely it makes that.
func (s *Scene) drawSky(c *draft, d *dice, law, t *Tilt) {
	share := func(i int) float64 { return s.Skies[i].Share }
	if law != nil {
		share = func(i int) float64 { return law.Skies[i] }
	}
	c.sky = d.pick(len(s.Skies), share)
	if t != nil {
		c.common *= t.Skies[c.sky] / s.Skies[c.sky].Share
	}
	for i, p := range s.Patches {
		if p.Sky >= 0 && p.Sky != c.sky {
			continue
		}
		there := p.Share
		if law != nil {
			there = law.Patches[i]
		}
		lies := d.float() < there
		if lies {
			c.patches |= 1 << i
		}
		if t != nil {
			c.common *= odds(lies, t.Patches[i]) / odds(lies, p.Share)
		}
	}
}

// odds returns the probability of what happened, of something with probability p.
func odds(happened bool, p float64) float64 {
	if happened {
		return p
	}
	return 1 - p
}

// arrival is a vehicle that comes.
type arrival struct {
	at   float64 // s after the start
	flow int
}

// drawTrips draws who comes, as the world is.
func (s *Scene) drawTrips(c *draft, d *dice, pop *driver.Population) {
	var all []arrival
	end := s.Warm + s.Length
	for f := range s.Flows {
		for at := d.wait() * 3600 / s.Flows[f].PerHour; at < end; at += d.wait() * 3600 / s.Flows[f].PerHour {
			all = append(all, arrival{at: at, flow: f})
		}
	}
	slices.SortStableFunc(all, func(a, b arrival) int { return cmp.Compare(a.at, b.at) })
	for i, a := range all {
		key := d.key.Uint64(d.id, 1<<40+uint64(i))
		own := &dice{key: draw.NewKey(key, draw.RareCase)}
		f := &s.Flows[a.flow]
		class := f.Classes[own.pick(len(f.Classes), func(k int) float64 { return f.Classes[k].Share })].Class
		t := traffic.Trip{
			Depart: c.start + a.at, From: f.Route[0], To: f.Route[len(f.Route)-1], FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
			Class: class, Route: f.Route, Key: key | 1,
			Driver: 1 + pop.Pick(key, 0, 0),
		}
		for k := range min(len(f.Route)-1, 64) {
			if own.float() < s.Drivers.RedRunning {
				t.RunsRed |= 1 << k
			}
		}
		c.trips, c.flow = append(c.trips, t), append(c.flow, a.flow)
		c.states = append(c.states, s.Fleet.Draw(draw.NewKey(key, draw.TechnicalState), 0, class))
	}
}

// isFaulty reports whether brakes are not what they should be.
func isFaulty(f *dynamics.Fitness) bool { return f.Lost != 0 || f.Fade > 0 }

// faults returns the probability that a vehicle of a class isFaulty.
func (s *Scene) faults(class network.VehicleClass) float64 {
	of := &s.Fleet[class]
	return 1 - (1-of.Lost)*(1-of.Faded)
}

// redrawState returns the state of a vehicle of a class of which it is given whether it isFaulty.
func (s *Scene) redrawState(d *dice, class network.VehicleClass, faulty bool) dynamics.Fitness {
	given := s.Fleet
	of := &given[class]
	if !faulty {
		of.Lost, of.Faded = 0, 0
	} else if lost := of.Lost / s.faults(class); d.float() < lost {
		of.Lost = 1
	} else {
		of.Lost, of.Faded = 0, 1
	}
	return drawState(&given, d, class)
}

func drawState(f *fleet.Fleet, d *dice, class network.VehicleClass) dynamics.Fitness {
	d.n++
	return f.Draw(draw.NewKey(d.key.Uint64(d.id, d.n), draw.TechnicalState), 0, class)
}
