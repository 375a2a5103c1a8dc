package demand

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/route"
)

// Places are where trips begin and end on a map. They are immutable and do not depend on any seed.
type Places struct {
	net     *network.Network
	router  *route.Router
	index   *index // of the edges where vehicles may start and stop
	spots   []spot // by zone, then position
	zones   []zone // by position
	entries []gate // by position
	exits   []gate
	radius  float64 // m, of the circle as large as the part of the map with spots
	found   found
	// reached is whether an edge can be driven to from the core of the network, leaves whether the core can be driven to
	// from it; by edge, for cars.
	reached, leaves []bool
}

// spot is a piece of kerb with people behind it.
type spot struct {
	edge       network.EdgeID
	begin, end float64 // m along edge, begin <= end
	at         network.Point
	homes      float64 // residents
	jobs       float64
}

// zone is a cell of the map with the spots in it.
type zone struct {
	at         network.Point // the middle of its spots
	first, end int           // spots[first:end]
	homes      float64
	jobs       float64
	byHomes    []float64 // cumulative over its spots
	byJobs     []float64
}

// gate is a street at the edge of the map.
type gate struct {
	edge  network.EdgeID
	at    network.Point
	daily float64 // vehicles a day
	pass  float64 // of them those that drive through
	road  network.RoadClass
}

// found counts what the places were made of.
type found struct {
	Buildings      int     // attached to a street
	BuildingsLost  int     // too far from any
	Points         int     // shops, offices and amenities where no buildings are mapped
	MappedCells    int     // cells whose buildings are mapped
	Cells          int     // cells with streets
	FrontageMetres float64 // of streets whose frontage stands for buildings
}

// Edges at which a trip may begin or end are at least minStart m long, and its place is endMargin m from their ends:
// outside of the junctions.
const (
	minStart  = 20.0
	endMargin = 6.0
)

// minEntry is the length in m from which a cut street is an entry: the longest vehicle must find room on it.
const minEntry = 20.0

// maxZones bounds the number of zones: destinations are chosen among them, for each origin zone.
const maxZones = 1500

// Survey finds the places of a network. x is the extract it was made of, or nil: then streets alone tell.
func Survey(net *network.Network, x *extract.Extract, router *route.Router) *Places {
	p := &Places{net: net, router: router}
	rank := ranks(net)
	p.connect()
	p.index = newIndex(net, rank, p.canStop)
	s := readAreas(x, net)
	mapped := p.mappedCells(s)
	p.addBuildings(s)
	p.addPoints(s, mapped)
	p.addFrontage(s, mapped, rank)
	p.makeZones()
	p.findGates(rank)
	return p
}

// canStop reports whether vehicles may start and stop along e: streets of towns, not trunk roads, rings, bridges and
// tunnels.
func (p *Places) canStop(e network.EdgeID) bool {
	edge := &p.net.Edges[e]
	if edge.Road <= network.Trunk || edge.Roundabout || edge.Bridge || edge.Tunnel || edge.Length < minStart {
		return false
	}
	return p.reached[e] && p.leaves[e]
}

// connect finds out where cars can get from the core of the network, the largest part in which every edge is reached
// from every other, and from where they get there. Trips between such places always have a way.
func (p *Places) connect() {
	n := len(p.net.Edges)
	ahead, back := make([][]network.EdgeID, n), make([][]network.EdgeID, n)
	for e := range n {
		for _, arc := range p.router.Arcs(network.EdgeID(e)) {
			if arc.Permitted.Has(network.Car) {
				ahead[e] = append(ahead[e], arc.To)
				back[arc.To] = append(back[arc.To], network.EdgeID(e))
			}
		}
	}
	p.reached, p.leaves = p.spread(ahead), p.spread(back)
}

// spread marks all edges that are met from the core over next. Streets for access only are left for their like only.
func (p *Places) spread(next [][]network.EdgeID) []bool {
	met := make([]bool, len(next))
	var todo []network.EdgeID
	for e := range met {
		if p.router.Core(network.EdgeID(e)).Has(network.Car) {
			met[e] = true
			todo = append(todo, network.EdgeID(e))
		}
	}
	for len(todo) > 0 {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, f := range next[e] {
			fits := p.net.Edges[f].AccessOnly || !p.net.Edges[e].AccessOnly
			if !met[f] && fits && p.router.Usable(f).Has(network.Car) {
				met[f] = true
				todo = append(todo, f)
			}
		}
	}
	return met
}

// mappedCells returns the cells in which buildings cover so much that they count as mapped.
func (p *Places) mappedCells(s *survey) map[cell]bool {
	street, footprint := map[cell]float64{}, map[cell]float64{}
	for e := range p.net.Edges {
		if p.canStop(network.EdgeID(e)) {
			street[cellOf(p.middle(network.EdgeID(e)), mappedCell)] += p.net.Edges[e].Length / 2 // two directions
		}
	}
	for _, b := range s.buildings {
		footprint[cellOf(b.at, mappedCell)] += b.size
	}
	mapped := map[cell]bool{}
	for c, metres := range street { // any order: only counts and a set
		p.found.Cells++
		if footprint[c] >= mappedShare*metres {
			mapped[c] = true
			p.found.MappedCells++
		}
	}
	return mapped
}

func (p *Places) middle(e network.EdgeID) network.Point {
	return p.pointAt(e, p.net.Edges[e].Length/2)
}

func (p *Places) pointAt(e network.EdgeID, s float64) network.Point {
	return p.net.PoseAt(p.net.Edges[e].FirstLane.Track(), s, 0).Point
}

// clampStart keeps a position along e out of the junctions at its ends.
func (p *Places) clampStart(e network.EdgeID, s float64) float64 {
	return max(endMargin, min(p.net.Edges[e].Length-endMargin, s))
}

// addBuildings attaches each building to the kerb nearest to it.
func (p *Places) addBuildings(s *survey) {
	land := newLandIndex(s.land, p.net.Bounds.Pad(attach))
	for i := range s.buildings {
		b := &s.buildings[i]
		if b.use == unknownUse {
			b.use = guessUse(b, land.useAt(b.at))
		}
		b.fill()
		if b.residents+b.jobs == 0 {
			continue
		}
		edge, at, ok := p.index.nearest(b.at, attach)
		if !ok {
			p.found.BuildingsLost++
			continue
		}
		p.found.Buildings++
		at = p.clampStart(edge, at)
		p.spots = append(p.spots, spot{edge: edge, begin: at, end: at, at: p.pointAt(edge, at), homes: b.residents, jobs: b.jobs})
	}
}

// guessUse returns what a building is that is just a building: as the land around it is, and where that is not mapped
// by its size (a footprint of 300 m² is more than a house has).
func guessUse(b *area, land use) use {
	switch {
	case land != unknownUse && land != noUse:
		return land
	case b.size < 300:
		return housing
	}
	return office
}

// addPoints attaches shops, offices and amenities in cells without mapped buildings.
func (p *Places) addPoints(s *survey, mapped map[cell]bool) {
	for _, point := range s.points {
		if mapped[cellOf(point.at, mappedCell)] {
			continue
		}
		if edge, at, ok := p.index.nearest(point.at, attach); ok {
			p.found.Points++
			at = p.clampStart(edge, at)
			p.spots = append(p.spots, spot{edge: edge, begin: at, end: at, at: p.pointAt(edge, at), jobs: point.jobs})
		}
	}
}

// addFrontage puts people along the streets of cells without mapped buildings.
func (p *Places) addFrontage(s *survey, mapped map[cell]bool, rank []int32) {
	land := newLandIndex(s.land, p.net.Bounds.Pad(attach))
	order := make([]network.EdgeID, 0, len(p.net.Edges))
	for e := range p.net.Edges {
		if p.canStop(network.EdgeID(e)) && !mapped[cellOf(p.middle(network.EdgeID(e)), mappedCell)] {
			order = append(order, network.EdgeID(e))
		}
	}
	slices.SortFunc(order, func(a, b network.EdgeID) int { return cmp.Compare(rank[a], rank[b]) })
	for _, e := range order {
		edge, at := &p.net.Edges[e], p.middle(e)
		homes, jobs := landFactors(land.useAt(at))
		row := frontage[edge.Road]
		homes *= row.homes * edge.Length
		jobs *= row.jobs * edge.Length
		if homes+jobs == 0 {
			continue
		}
		p.found.FrontageMetres += edge.Length
		p.spots = append(p.spots, spot{
			edge: e, begin: endMargin, end: edge.Length - endMargin, at: at, homes: homes, jobs: jobs,
		})
	}
}

// landFactors multiply the frontage of streets by what the land along them is used for [assumed].
func landFactors(u use) (homes, jobs float64) {
	switch u {
	case housing:
		return 1, 0.5
	case office, retail, civic:
		return 0.2, 3
	case industrial:
		return 0, 2
	case noUse:
		return 0.1, 0.1
	}
	return 1, 1
}

// makeZones sorts the spots into zones, at most maxZones.
func (p *Places) makeZones() {
	if len(p.spots) == 0 {
		return
	}
	bounds := network.EmptyBounds()
	for _, s := range p.spots {
		bounds = bounds.Extend(s.at)
	}
	space := bounds.Width() * bounds.Height()
	p.radius = math.Sqrt(space / math.Pi)
	side := max(400, math.Sqrt(space/maxZones)) // m
	slices.SortStableFunc(p.spots, func(a, b spot) int {
		x, y := cellOf(a.at, side), cellOf(b.at, side)
		return cmp.Or(cmp.Compare(x.x, y.x), cmp.Compare(x.y, y.y), comparePoints(a.at, b.at),
			cmp.Compare(a.begin, b.begin), cmp.Compare(a.homes, b.homes), cmp.Compare(a.jobs, b.jobs))
	})
	for first := 0; first < len(p.spots); {
		end := first + 1
		for end < len(p.spots) && cellOf(p.spots[end].at, side) == cellOf(p.spots[first].at, side) {
			end++
		}
		p.zones = append(p.zones, newZone(p.spots, first, end))
		first = end
	}
}

func newZone(spots []spot, first, end int) zone {
	z := zone{first: first, end: end}
	for _, s := range spots[first:end] {
		z.homes += s.homes
		z.jobs += s.jobs
		z.byHomes = append(z.byHomes, z.homes)
		z.byJobs = append(z.byJobs, z.jobs)
		z.at.X += s.at.X
		z.at.Y += s.at.Y
	}
	z.at.X /= float64(end - first)
	z.at.Y /= float64(end - first)
	return z
}

// findGates finds the streets that are cut by the edge of the map.
func (p *Places) findGates(rank []int32) {
	for e := range p.net.Edges {
		id, edge := network.EdgeID(e), &p.net.Edges[e]
		if edge.AccessOnly {
			continue
		}
		shape := p.net.EdgeLanes(id)[0].Shape
		g := gate{edge: id, daily: gateDaily[edge.Road] * float64(edge.NumLanes), road: edge.Road}
		if edge.Road <= network.Trunk && edge.NumLanes == 1 {
			g.daily *= rampShare
		}
		g.pass = g.daily * throughShare[edge.Road]
		if p.net.Junctions[edge.From].Boundary && !p.isEntered(id) && p.leaves[e] && edge.Length >= minEntry {
			g.at = shape[0]
			p.entries = append(p.entries, g)
		}
		if p.net.Junctions[edge.To].Boundary && len(p.router.Arcs(id)) == 0 && p.reached[e] {
			g.at = shape[len(shape)-1]
			p.exits = append(p.exits, g)
		}
	}
	byRank := func(a, b gate) int { return cmp.Compare(rank[a.edge], rank[b.edge]) }
	slices.SortFunc(p.entries, byRank)
	slices.SortFunc(p.exits, byRank)
}

// isEntered reports whether any connector leads to e.
func (p *Places) isEntered(e network.EdgeID) bool {
	for _, lane := range p.net.EdgeLanes(e) {
		if len(lane.In) > 0 {
			return true
		}
	}
	return false
}

// Distance returns the distance in m, as the crow flies, between the middles of two edges.
func (p *Places) Distance(a, b network.EdgeID) float64 { return length(p.middle(a), p.middle(b)) }

// landIndex finds the use of the land at a point.
type landIndex struct {
	land  []area
	cells map[cell][]int
}

// newLandIndex indexes the land within the bounds: an outline may reach round the world.
func newLandIndex(land []area, within network.Bounds) *landIndex {
	ix := &landIndex{land, map[cell][]int{}}
	for i, a := range land {
		b := network.BoundsOf(a.outline)
		low := cellOf(network.Point{X: max(b.MinX, within.MinX), Y: max(b.MinY, within.MinY)}, mappedCell)
		high := cellOf(network.Point{X: min(b.MaxX, within.MaxX), Y: min(b.MaxY, within.MaxY)}, mappedCell)
		for x := low.x; x <= high.x; x++ {
			for y := low.y; y <= high.y; y++ {
				ix.cells[cell{x, y}] = append(ix.cells[cell{x, y}], i)
			}
		}
	}
	return ix
}

// useAt returns the use of the smallest piece of land around p.
func (ix *landIndex) useAt(p network.Point) use {
	best, size := unknownUse, math.Inf(1)
	for _, i := range ix.cells[cellOf(p, mappedCell)] {
		if a := &ix.land[i]; a.size < size && contains(a.outline, p) {
			best, size = a.use, a.size
		}
	}
	return best
}
