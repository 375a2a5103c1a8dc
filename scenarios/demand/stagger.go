package demand

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// Policy has some trips depart at another time. It changes nothing else about them, nor anything about others: every draw is keyed
// by the trip's number and by the policy's place in the list.
type Policy struct {
	Name  string
	Group Group
	Share float64 // of the group that complies; who complies with a smaller share does with a greater one
	Most  float64 // s by which a trip departs earlier or later at most
	// Earlier and Later say which way trips may be shifted; at least one.
	Earlier, Later bool
	Rule           Rule
	Window         [2]float64   // of Spread: s after midnight; both 0 for the whole period
	Starts         []float64    // of StartTimes: s by which work or school begins later (negative: earlier)
	ByOrigin       bool         // of StartTimes: the school is where the trip begins, not where it ends
	Price          []PricePoint // of PeakPrice, by time
}

// Rule is how a policy shifts departures.
type Rule uint8

// The rules.
const (
	// Spread draws the departure evenly from what is within reach and within the window.
	Spread Rule = iota
	// StartTimes has each place (the edge where trips end) begin at another time: all who go there are shifted alike.
	StartTimes
	// PeakPrice lets each driver choose: a price by time of departure, in minutes of shift that it is worth, times what it matters to
	// the driver (exponentially distributed with mean 1), plus the minutes of shift themselves, is as small as can be.
	PeakPrice
)

// PricePoint is a price at a time, linear to the next; 0 before the first and after the last.
type PricePoint struct {
	At      float64 // s after midnight
	Minutes float64
}

// Group says whose departures a policy is about. What is not given, all have.
type Group struct {
	Purposes []Purpose
	Classes  []network.VehicleClass
	// From and To are zones in which the trip begins or ends, by their place in the zones given with the policies.
	From, To   []int
	Begin, End float64 // s after midnight between which the trip would depart; both 0 for any time
}

// Staggered is what policies came to.
type Staggered struct {
	Asked   int     `json:"asked"`   // trips of the groups
	Shifted int     `json:"shifted"` // by a second or more
	Minutes float64 `json:"minutes"` // of shift, all trips together
	Longest float64 `json:"longest_minutes"`
}

// Stagger shifts the departures of the trips as the policies say. A trip follows the first policy whose group it is in, if it
// complies, and no other. No trip leaves the period, and none changes its place in Trips, which are no longer in the order of
// departures then. zones may be nil if no group asks for any.
func (d *Demand) Stagger(policies []Policy, zones *Zones, seed uint64) Staggered {
	var sum Staggered
	if len(policies) == 0 {
		return sum
	}
	d.Trips, d.About = slices.Clone(d.Trips), slices.Clone(d.About)
	s := staggering{demand: d, zones: zones, seed: seed}
	for i := range d.Trips {
		k := slices.IndexFunc(policies, func(p Policy) bool { return s.has(&p.Group, i) })
		if k < 0 {
			continue
		}
		sum.Asked++
		if draw.Float64(seed, draw.Compliance, d.About[i].Number, uint64(k)) >= policies[k].Share {
			continue
		}
		shift := s.shift(&policies[k], uint64(k), i)
		if math.Abs(shift) < 1 {
			continue
		}
		d.Trips[i].Depart += shift
		d.About[i].Shift = shift
		sum.Shifted++
		sum.Minutes += math.Abs(shift) / 60
		sum.Longest = math.Max(sum.Longest, math.Abs(shift)/60)
	}
	for i := range policies {
		d.notes = append(d.notes, "departures: "+policies[i].String())
	}
	d.notes = append(d.notes, fmt.Sprintf("%d of %d trips of these groups depart %.1f minutes earlier or later on average, %.1f at most",
		sum.Shifted, sum.Asked, sum.mean(), sum.Longest))
	d.Staggered = &sum
	return sum
}

func (s *Staggered) mean() float64 { return s.Minutes / math.Max(1, float64(s.Shifted)) }

// staggering shifts the trips of one demand.
type staggering struct {
	demand *Demand
	zones  *Zones
	seed   uint64
}

// has reports whether trip i is in a group.
func (s *staggering) has(g *Group, i int) bool {
	t, a := &s.demand.Trips[i], &s.demand.About[i]
	timeOfDay := math.Mod(t.Depart, 86400)
	switch {
	case len(g.Purposes) > 0 && !slices.Contains(g.Purposes, a.Purpose):
		return false
	case len(g.Classes) > 0 && !slices.Contains(g.Classes, t.Class):
		return false
	case g.End > g.Begin && (timeOfDay < g.Begin || timeOfDay >= g.End):
		return false
	}
	return s.within(g.From, t.From, t.FromPos) && s.within(g.To, t.To, t.ToPos)
}

// within reports whether an end of a trip is in one of the zones; every end is if none are asked for.
func (s *staggering) within(zones []int, e network.EdgeID, pos float64) bool {
	if len(zones) == 0 {
		return true
	}
	p := s.demand.places
	if pos == traffic.AtBoundary {
		pos = p.net.Edges[e].Length / 2
	}
	at := p.pointAt(e, pos)
	return slices.ContainsFunc(zones, func(z int) bool { return s.zones.zones[z].Contains(at) })
}

// shift returns by how many s trip i is shifted, to the ms.
func (s *staggering) shift(p *Policy, k uint64, i int) float64 {
	depart, number := s.demand.Trips[i].Depart, s.demand.About[i].Number
	lo, hi := depart, depart
	if p.Earlier {
		lo = math.Max(depart-p.Most, s.demand.begin)
	}
	if p.Later {
		hi = math.Min(depart+p.Most, s.demand.end-0.001)
	}
	if lo > hi {
		return 0
	}
	u := func(what uint64) float64 { return draw.Float64(s.seed, draw.DepartureShift, number, 4*k+what) }
	var to float64
	switch p.Rule {
	case Spread:
		to = p.spread(depart, lo, hi, u(0))
	case StartTimes:
		to = p.startAt(depart, lo, hi, s.placeOf(p, i), s.seed)
	case PeakPrice:
		to = p.cheapest(depart, lo, hi, -math.Log(1-u(0)))
	}
	return math.Round((to-depart)*1000) / 1000
}

// spread draws a departure between lo and hi, within the window of the day of the trip.
func (p *Policy) spread(depart, lo, hi, u float64) float64 {
	if w := p.Window; w[1] > w[0] {
		midnight := math.Floor(depart/86400) * 86400
		lo, hi = math.Max(lo, midnight+w[0]), math.Min(hi, midnight+w[1])
	}
	if lo > hi {
		return depart
	}
	return lo + u*(hi-lo)
}

// startAt shifts a departure as the place does whose key is given, if it may be shifted so far.
func (p *Policy) startAt(depart, lo, hi float64, place, seed uint64) float64 {
	n := draw.IntN(len(p.Starts), seed, draw.DepartureShift, place, 1<<32)
	return math.Max(lo, math.Min(hi, depart+p.Starts[n]))
}

// placeOf returns a number of the place whose start times count: of where it is, so that edges may be numbered otherwise.
func (s *staggering) placeOf(p *Policy, i int) uint64 {
	e := s.demand.Trips[i].To
	if p.ByOrigin {
		e = s.demand.Trips[i].From
	}
	at := s.demand.places.middle(e)
	return uint64(int64(math.Round(at.X*100)))<<32 ^ uint64(int64(math.Round(at.Y*100)))
}

// cheapest returns the departure between lo and hi, whole minutes away, that costs a driver least, to whom prices matter as
// much as weight says; of equal ones the nearest, then the earlier.
func (p *Policy) cheapest(depart, lo, hi, weight float64) float64 {
	best, least := depart, weight*p.priceAt(depart)
	for minutes := 1.0; minutes*60 <= p.Most; minutes++ {
		for _, t := range [2]float64{depart - 60*minutes, depart + 60*minutes} {
			if t < lo || t > hi {
				continue
			}
			if cost := weight*p.priceAt(t) + minutes; cost < least-1e-9 {
				best, least = t, cost
			}
		}
	}
	return best
}

// priceAt returns the price in minutes at a time.
func (p *Policy) priceAt(t float64) float64 {
	t = math.Mod(t, 86400)
	for i := 1; i < len(p.Price); i++ {
		a, b := p.Price[i-1], p.Price[i]
		if t >= a.At && t < b.At {
			return a.Minutes + (b.Minutes-a.Minutes)*(t-a.At)/(b.At-a.At)
		}
	}
	return 0
}

// String tells the policy in a line.
func (p *Policy) String() string {
	who := "all"
	for i, purpose := range p.Group.Purposes {
		if i == 0 {
			who = purpose.String()
		} else {
			who += ", " + purpose.String()
		}
	}
	text := fmt.Sprintf("%.0f %% of %s by at most %.0f minutes", 100*p.Share, who, p.Most/60)
	switch p.Rule {
	case Spread:
		text += ", spread evenly"
		if p.Window[1] > p.Window[0] {
			text += " over " + clock(p.Window[0]) + " to " + clock(p.Window[1])
		}
	case StartTimes:
		text += fmt.Sprintf(", by %d start times", len(p.Starts))
	case PeakPrice:
		text += ", by prices"
	}
	if p.Name != "" {
		return p.Name + ": " + text
	}
	return text
}
