package sample

import (
	"math"

	"roadtwin/network"
)

// Arrows on the lanes of Main Street's approaches, where one drives on the right.
const (
	arrowLeft    = network.TurnSet(1 << network.Left)
	arrowThrough = network.TurnSet(1 << network.Through)
	arrowRight   = network.TurnSet(1 << network.Right)
)

// Town returns a small town that has everything in it: an arterial with a median, signals, turn bays and a bus lane; a
// roundabout; a priority road with stop and yield signs; equal roads; an all-way stop; a one-way street; a dead end; a
// banned turn; a motorway with ramps. It has nine boundaries.
func Town(side network.DrivingSide) *network.Spec {
	t := town{newPen("Sampleton", side)}
	main := t.mainStreet()
	south := t.southSide(main)
	circle := t.northSide(main)
	t.motorway(circle)
	t.ban(main[1], south)
	return t.spec
}

type town struct{ pen }

// mainStreet draws the arterial along y = 0 and returns its three signalised crossings, from the west.
func (t town) mainStreet() [3]int32 {
	var crossings [3]int32
	for i, x := range [3]float64{-180, 0, 180} {
		crossings[i] = t.junction(x, 0, network.Plain)
		t.signals(crossings[i])
	}
	const median = laneWidth + 1 // m, half of it: wide enough for the turn bays
	kerb, offside := arrowThrough|arrowRight, arrowLeft
	if t.spec.DrivingSide == network.LeftHand {
		kerb, offside = arrowThrough|arrowLeft, arrowRight
	}
	wide := road{
		name: "Main Street", lanes: 3, back: 2, class: network.Primary, median: median, inset: laneWidth,
		arrows: []network.TurnSet{kerb, arrowThrough, offside},
	}
	plain := road{name: "Main Street", lanes: 2, class: network.Primary, median: median}
	const bay = 60 // m of turn bay before a crossing
	from := t.boundary(-450, 0)
	for i, c := range crossings {
		x := t.spec.Junctions[c].Position.X
		fork := t.junction(x-bay, 0, network.Plain)
		there, _ := t.twoWay(from, fork, plain)
		if i == 0 {
			t.busLane(there)
		}
		t.twoWay(fork, c, wide)
		from = t.junction(x+bay, 0, network.Plain)
		t.twoWay(from, c, wide)
	}
	t.twoWay(from, t.boundary(450, 0), plain)
	return crossings
}

// busLane adds a lane for buses at the kerb of an edge.
func (t town) busLane(e int32) {
	edge := &t.spec.Edges[e]
	lane := edge.Lanes[0]
	lane.Permitted = network.SetOf(network.Bus)
	edge.Lanes = append([]network.LaneSpec{lane}, edge.Lanes...)
	towardsKerb := -laneWidth / 2 // to the right
	if t.spec.DrivingSide == network.LeftHand {
		towardsKerb = -towardsKerb
	}
	edge.Shape = network.Offset(edge.Shape, towardsKerb)
}

// southSide draws the residential streets south of Main Street; it returns the crossing below the middle one.
func (t town) southSide(main [3]int32) int32 {
	var row [3]int32
	kinds := [3]network.JunctionKind{network.AllWayStop, network.PriorityRoad, network.PrioritySide}
	streets := [3]string{"First Street", "Second Street", "Third Street"}
	for i, x := range [3]float64{-180, 0, 180} {
		row[i] = t.junction(x, -130, kinds[i])
		r := road{name: streets[i], lanes: 1, class: network.Residential}
		if i == 1 {
			r.class = network.Tertiary
		}
		t.twoWay(main[i], row[i], r)
		if i < 2 {
			t.twoWay(row[i], t.boundary(x, -320), r)
		}
	}
	mill := road{name: "Mill Lane", lanes: 1, limit: ringLimit, class: network.Residential, sign: network.Stop}
	_, east := t.twoWay(row[0], row[1], mill)
	t.spec.Edges[east].Sign = network.Free
	oneWay := mill
	oneWay.name, oneWay.sign = "Weir Street", network.Yield
	oneWay.via = []network.Point{{X: 120, Y: -130}, {X: 60, Y: -115}}
	t.oneWay(row[2], row[1], oneWay)
	t.deadEnd(row[2])
	return row[1]
}

// deadEnd draws a court without another way out, bent to the south.
func (t town) deadEnd(from int32) {
	end := t.junction(300, -230, network.Plain)
	court := road{name: "Court", lanes: 1, limit: ringLimit, class: network.LivingStreet}
	court.via = []network.Point{{X: 250, Y: -130}, {X: 285, Y: -145}, {X: 300, Y: -180}}
	t.twoWay(from, end, court)
	loop := road{name: "Back Lane", lanes: 1, limit: ringLimit, class: network.Residential}
	corner := t.junction(180, -260, network.Plain)
	t.twoWay(from, corner, loop)
	loop.via = []network.Point{{X: 180, Y: -300}, {X: 90, Y: -300}}
	t.twoWay(corner, t.boundary(90, -380), loop)
}

// northSide draws the roundabout and the streets that lead to it, and returns its north-eastern junction.
func (t town) northSide(main [3]int32) int32 {
	const radius = 24.0
	centre := network.Point{X: 0, Y: 170}
	// South, east, north-east, north, west.
	ids := t.roundabout(centre, radius, []float64{-math.Pi / 2, 0, math.Pi / 4, math.Pi / 2, math.Pi}, 1)
	t.twoWay(main[1], ids[0], road{name: "Second Street", lanes: 1, class: network.Tertiary})
	t.twoWay(ids[3], t.boundary(0, 420), road{name: "Second Street", lanes: 1, class: network.Tertiary})
	for _, o := range []struct {
		side     float64
		from, to int32
	}{{-1, ids[4], main[0]}, {1, ids[1], main[2]}} {
		r := road{name: "Orchard Road", lanes: 1, class: network.Tertiary}
		r.via = []network.Point{{X: o.side * 150, Y: 170}, {X: o.side * 173, Y: 160}, {X: o.side * 180, Y: 135}}
		t.twoWay(o.from, o.to, r)
	}
	return ids[2]
}

// motorway draws a one-way motorway in the north, and ramps between it and a road from the roundabout.
func (t town) motorway(circle int32) {
	const limit, ramp = 110 / 3.6, 60 / 3.6
	west, off := t.boundary(-450, 330), t.junction(60, 330, network.Plain)
	on, east := t.junction(420, 330, network.Plain), t.boundary(700, 330)
	m := road{name: "Northern Motorway", lanes: 3, limit: limit, class: network.Motorway}
	t.layer(t.oneWay(west, off, m), 1)
	t.oneWay(off, on, m)
	t.oneWay(on, east, m)
	head := t.junction(260, 230, network.PriorityRoad)
	foot := t.boundary(450, 160)
	r := road{name: "Station Road", lanes: 1, class: network.Secondary}
	r.via = []network.Point{{X: 350, Y: 215}}
	t.twoWay(head, foot, r)
	link := road{name: "Exit 1", lanes: 1, limit: ramp, class: network.Motorway, link: true, sign: network.Yield}
	link.via = []network.Point{{X: 120, Y: 322}, {X: 190, Y: 290}, {X: 235, Y: 250}}
	t.oneWay(off, head, link)
	link = road{name: "Entry 1", lanes: 1, limit: ramp, class: network.Motorway, link: true}
	link.via = []network.Point{{X: 300, Y: 270}, {X: 360, Y: 322}}
	t.oneWay(head, on, link)
	hill := road{name: "Station Road", lanes: 1, class: network.Secondary}
	hill.via = []network.Point{{X: 180, Y: 240}, {X: 60, Y: 220}}
	t.twoWay(head, circle, hill)
}

func (t town) layer(e int32, layer int8) {
	t.spec.Edges[e].Layer, t.spec.Edges[e].Bridge = layer, layer > 0
}

// ban forbids the turn from south of the middle crossing towards the offside.
func (t town) ban(crossing, south int32) {
	var from, to int32 = noOne, noOne
	for i := range t.spec.Edges {
		e := &t.spec.Edges[i]
		switch {
		case e.From == south && e.To == crossing:
			from = int32(i)
		case e.From == crossing && e.Name == "Main Street":
			x := t.spec.Junctions[e.To].Position.X
			if (x < 0) == (t.spec.DrivingSide == network.RightHand) {
				to = int32(i)
			}
		}
	}
	t.spec.Bans = append(t.spec.Bans, network.TurnRule{From: from, To: to, Classes: network.AllClasses})
}
