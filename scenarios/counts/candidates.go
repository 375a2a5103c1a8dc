package counts

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/traffic"
)

// candidate is a trip that may have been made, with a way.
type candidate struct {
	trip   traffic.Trip
	about  demand.About
	sites  []int32 // the counts that it is one of, ascending
	weight float64 // trips like it
	prior  float64
}

// site is where something is counted, and when.
type site struct{ edge, to network.EdgeID }

// catalogue finds the counts of a passage.
type catalogue struct{ bySite map[site][]int32 }

func newCatalogue(all []Count) catalogue {
	c := catalogue{map[site][]int32{}}
	for i := range all {
		k := site{all[i].Edge, all[i].To}
		c.bySite[k] = append(c.bySite[k], int32(i))
	}
	return c
}

// appendPassage appends the counts that a vehicle is one of that leaves edge from for edge to (None: the map) at a time.
func (c *catalogue) appendPassage(dst []int32, all []Count, from, to network.EdgeID, at float64) []int32 {
	for _, k := range [2]site{{from, network.None}, {from, to}} {
		for _, i := range c.bySite[k] {
			if at >= all[i].Begin && at < all[i].End {
				dst = append(dst, i)
			}
		}
		if to == network.None {
			break
		}
	}
	return dst
}

// Times tells when vehicles come by: how long after its departure a trip leaves each edge of its way.
type Times interface {
	// AppendTimes appends, for each edge of a way, the s after depart (s after midnight) at which a trip leaves it.
	AppendTimes(dst []float64, trip *traffic.Trip, way []network.EdgeID) []float64
}

// free are travel times without traffic, times a factor.
type free struct {
	router *route.Router
	net    *network.Network
	slower float64
}

// slowdown is by what free-flow times are multiplied as long as nothing is known of the traffic [assumed].
const slowdown = 1.4

func (f free) AppendTimes(dst []float64, trip *traffic.Trip, way []network.EdgeID) []float64 {
	t := 0.0
	for i, e := range way {
		part := 1.0
		if i == 0 && trip.FromPos > 0 {
			part = 1 - trip.FromPos/f.net.Edges[e].Length
		}
		t += part * f.slower * f.router.FreeTime(e)
		dst = append(dst, t)
	}
	return dst
}

// find has a candidate know its counts.
func (c *candidate) find(all []Count, cat *catalogue, times Times, scratch *[]float64) {
	way := c.trip.Route
	*scratch = times.AppendTimes((*scratch)[:0], &c.trip, way)
	c.sites = c.sites[:0]
	for i, e := range way {
		to := network.EdgeID(network.None)
		switch {
		case i+1 < len(way):
			to = way[i+1]
		case c.trip.ToPos != traffic.AtBoundary:
			continue // ends before the end of the edge
		}
		c.sites = cat.appendPassage(c.sites, all, e, to, c.trip.Depart+(*scratch)[i])
	}
	slices.Sort(c.sites)
	c.sites = slices.Compact(c.sites)
}

// ways gives the trips of a demand ways as drivers choose them; trips without one are left out.
func ways(d *demand.Demand, router *route.Router, spread float64, prior float64) []candidate {
	var perception *route.Perception
	if spread > 0 {
		perception = router.NewPerception(spread)
	}
	searcher := router.NewSearcher()
	all := make([]candidate, 0, len(d.Trips))
	for i := range d.Trips {
		t := d.Trips[i]
		if len(t.Route) == 0 {
			q := route.Query{From: t.From, To: t.To, Class: t.Class, Perception: perception, Traveller: d.About[i].Number * 0x9e3779b97f4a7c15}
			way, _, ok := searcher.Choose(nil, q)
			if !ok || len(way) < 2 {
				continue
			}
			t.Route = way
		}
		all = append(all, candidate{trip: t, about: d.About[i], weight: prior, prior: prior})
	}
	return all
}

// through adds candidates for counts that hardly any candidate is one of: trips of the demand that come by with the smallest detour.
func through(all []Count, cat *catalogue, cands []candidate, router *route.Router, times Times) []candidate {
	passing := make([]int, len(all))
	for i := range cands {
		for _, s := range cands[i].sites {
			passing[s]++
		}
	}
	searcher := router.NewSearcher()
	var scratch []float64
	done := map[site]bool{}
	for i := range all {
		k := site{all[i].Edge, all[i].To}
		if passing[i] >= fewest || all[i].Vehicles == 0 || done[k] || all[i].Held {
			continue
		}
		done[k] = true
		var found []candidate
		for j := 0; j < len(cands) && len(found) < tries; j += max(1, len(cands)/(4*tries)) {
			if c, ok := via(&cands[j], k, searcher); ok {
				found = append(found, c)
			}
		}
		slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.weight, b.weight) })
		for _, c := range found[:min(len(found), fewest)] {
			c.weight = c.prior
			c.find(all, cat, times, &scratch)
			cands = append(cands, c)
		}
	}
	return cands
}

// A count that fewer candidates than fewest come by gets more, the best of tries.
const (
	fewest = 20
	tries  = 200
)

// via returns a candidate that makes a detour by a site; its weight is by how much its way is longer, as a share of it.
func via(c *candidate, s site, searcher *route.Searcher) (candidate, bool) {
	d := *c
	q := route.Query{From: c.trip.From, To: s.edge, Class: c.trip.Class}
	way, first, ok := searcher.Path(nil, q)
	if !ok || s.edge == c.trip.From || s.edge == c.trip.To {
		return d, false
	}
	start := s.edge
	if s.to != network.None {
		way = append(way, s.to)
		start = s.to
	}
	rest, second, ok := searcher.Path(nil, route.Query{From: start, To: c.trip.To, Class: c.trip.Class})
	if !ok || start == c.trip.To {
		return d, false
	}
	way = append(way, rest[1:]...)
	for i, e := range way {
		if slices.Contains(way[:i], e) {
			return d, false
		}
	}
	direct := searcher.Cost(route.Query{From: c.trip.From, To: c.trip.To, Class: c.trip.Class}, c.trip.Route)
	d.trip.Route, d.sites = way, nil
	d.weight = (first + second) / math.Max(1, direct)
	return d, d.weight < mostDetour
}

const mostDetour = 2.5
