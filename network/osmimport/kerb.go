package osmimport

import (
	"math"

	"roadtwin/network"
)

// cell is a square of a grid laid over the map.
type cell struct{ x, y int32 }

const cellSize = 64.0 // m

func cellOf(p network.Point) cell {
	return cell{int32(math.Floor(p.X / cellSize)), int32(math.Floor(p.Y / cellSize))}
}

// cellsAround calls visit for the cells within reach of p, m.
func cellsAround(p network.Point, reach float64, visit func(cell)) {
	lo, hi := cellOf(network.Point{X: p.X - reach, Y: p.Y - reach}), cellOf(network.Point{X: p.X + reach, Y: p.Y + reach})
	for x := lo.x; x <= hi.x; x++ {
		for y := lo.y; y <= hi.y; y++ {
			visit(cell{x, y})
		}
	}
}

// kerbside finds the edge at whose kerb each of some stops lies.
type kerbside struct {
	*draft
	stops  []mappedStop
	byCell map[cell][]int32 // stops that an edge in the cell may serve
	middle []network.Point
	onRoad []bool      // by stop: it is a node of a road
	best   []kerbPlace // by stop
}

// kerbPlace is where a stop lies at an edge.
type kerbPlace struct {
	place
	score float64 // m off, and more for streets on which buses are not expected
	found bool
}

// callAtKerb puts the stops beside the road on the nearest edge that buses use and whose kerb is on their side; within
// 20 m. Stops that are nodes of roads, and those without such an edge, are left out; the latter are reported.
func (d *draft) callAtKerb(stops []mappedStop) []calledStop {
	k := kerbside{
		draft: d, stops: stops, byCell: map[cell][]int32{},
		middle: make([]network.Point, len(stops)), best: make([]kerbPlace, len(stops)), onRoad: make([]bool, len(stops)),
	}
	nodes := map[int64]bool{}
	for _, n := range d.featureNodes(busStopFeature) {
		nodes[d.nodes[n].osm] = true
	}
	const halfRoad = 15.0 // m, the most that a direction's lanes reach from their middle
	for i := range stops {
		k.middle[i] = middleOf(stops[i].shape)
		if k.onRoad[i] = !stops[i].way && nodes[stops[i].id]; !k.onRoad[i] {
			cellsAround(k.middle[i], stopReach+halfRoad, func(c cell) { k.byCell[c] = append(k.byCell[c], int32(i)) })
		}
	}
	for e := range d.spec.Edges {
		if d.busesRun(int32(e)) {
			k.pass(int32(e))
		}
	}
	var called []calledStop
	for i := range stops {
		switch {
		case k.onRoad[i]:
		case k.best[i].found:
			k.toFront(i)
			called = append(called, calledStop{&stops[i], k.best[i].place, false})
		case stops[i].kind != stopPosition:
			d.report.drop("bus_stop", stops[i].id, "no street that buses use has its kerb within 20 m")
		}
	}
	return called
}

func middleOf(points []network.Point) (m network.Point) {
	for _, p := range points {
		m.X += p.X / float64(len(points))
		m.Y += p.Y / float64(len(points))
	}
	return m
}

// pass offers edge e to the stops that it passes.
func (k *kerbside) pass(e int32) {
	shape := k.spec.Edges[e].Shape
	half := widthOf(k.spec.Edges[e].Lanes) / 2
	sum := 0.0
	for i := 1; i < len(shape); i++ {
		a, b := shape[i-1], shape[i]
		lo := cellOf(network.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y)})
		hi := cellOf(network.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y)})
		if cells := float64(hi.x-lo.x+1) * float64(hi.y-lo.y+1); cells > float64(len(k.stops)) {
			for stop := range k.stops { // a long way with hardly a stop, or a mapping error across half a continent
				if !k.onRoad[stop] {
					k.offer(int32(stop), e, a, b, sum, half)
				}
			}
			sum += distance(a, b)
			continue
		}
		for x := lo.x; x <= hi.x; x++ {
			for y := lo.y; y <= hi.y; y++ {
				for _, stop := range k.byCell[cell{x, y}] {
					k.offer(stop, e, a, b, sum, half)
				}
			}
		}
		sum += distance(a, b)
	}
}

// offer considers the segment from a to b, that begins sum m along edge e, for a stop.
func (k *kerbside) offer(stop, e int32, a, b network.Point, sum, half float64) {
	const (
		otherSide = 12.0 // m; stops on the offside of a one-way carriageway
		unlikely  = 8.0  // m; service roads, ramps, tunnels
	)
	p := k.middle[stop]
	length := distance(a, b)
	if length == 0 {
		return
	}
	ux, uy := (b.X-a.X)/length, (b.Y-a.Y)/length
	s := min(max((p.X-a.X)*ux+(p.Y-a.Y)*uy, 0), length)
	off := distance(p, network.Point{X: a.X + s*ux, Y: a.Y + s*uy})
	toKerb := (p.X-a.X)*uy - (p.Y-a.Y)*ux // positive to the right
	if k.side == network.LeftHand {
		toKerb = -toKerb
	}
	score := max(off-half, 0)
	if score > stopReach {
		return
	}
	edge := &k.spec.Edges[e]
	if toKerb < 0 {
		if edge.Opposite != network.None {
			return
		}
		score += otherSide
	}
	if edge.Road == network.Service || edge.Link || edge.Tunnel {
		score += unlikely
	}
	if best := &k.best[stop]; !best.found || score < best.score {
		*best = kerbPlace{place{e, millimetre(sum + s)}, score, true}
	}
}

// toFront moves the place of a stop of which only the platform is mapped to the platform's end in driving direction.
func (k *kerbside) toFront(stop int) {
	best := &k.best[stop]
	if k.stops[stop].kind != platform {
		return
	}
	front := best.position
	for _, p := range k.stops[stop].shape {
		at := nearestAlong(k.spec.Edges[best.edge].Shape, p)
		if at > front && at < best.position+longPlatform {
			front = at
		}
	}
	best.position = millimetre(front)
}

// nearestAlong returns how far along line, m, its nearest point to p is.
func nearestAlong(line []network.Point, p network.Point) float64 {
	sum, best, least := 0.0, 0.0, math.Inf(1)
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		length := distance(a, b)
		if length == 0 {
			continue
		}
		s := min(max(((p.X-a.X)*(b.X-a.X)+(p.Y-a.Y)*(b.Y-a.Y))/length, 0), length)
		if off := distance(p, along(a, b, s/length)); off < least {
			least, best = off, sum+s
		}
		sum += length
	}
	return best
}
