package osmimport

import (
	"math"
	"slices"

	"roadtwin/network"
)

// turnPocket is the length in m of the lane before a junction that the middle of a road gives to one direction for its
// offside turn: room for five cars, about what a two-way left-turn lane shows of itself before a crossing (AASHTO Green
// Book 2011, 9.7.2, asks for storage of two cars at the least where there is no signal).
const turnPocket = 35.0

// openPockets gives the lane in the middle of a road, from which both directions turn, to the direction that arrives,
// on the last metres before each junction where it can turn to the offside. Elsewhere the middle stays between the two.
func (d *draft) openPockets() error {
	for i := range len(d.streets) { // those that are made here have their share
		s := &d.streets[i]
		if !s.centreLane || s.inside || s.roundabout || !s.dirs[0].open() || !s.dirs[1].open() {
			continue
		}
		var wanted [2]bool // by end of the street
		for end := range wanted {
			wanted[end] = d.turnsOffside(arm{int32(i), uint8(end)})
		}
		d.openPocketsOf(int32(i), wanted)
	}
	d.rebuildArms()
	return nil
}

// openPocketsOf opens pockets at the wanted ends of a street. On a street too short for both each has half.
func (d *draft) openPocketsOf(i int32, wanted [2]bool) {
	length := d.length(d.streets[i].nodes)
	if length < turnPocket || !wanted[0] && !wanted[1] {
		return
	}
	far := i // the piece at the end of the street
	switch {
	case wanted[0] && wanted[1] && length < 2*turnPocket:
		return // not even half a pocket each
	case wanted[0] && wanted[1] && length < 2*turnPocket+leastPiece:
		i = d.cutStreet(arm{i, 0}, length/2)
		far = int32(len(d.streets) - 1)
	case wanted[0] && wanted[1]:
		i = d.cutStreet(arm{i, 0}, turnPocket)
		far = d.cutStreet(arm{int32(len(d.streets) - 1), 1}, turnPocket)
	case length < turnPocket+leastPiece:
	case wanted[0]:
		i = d.cutStreet(arm{i, 0}, turnPocket)
	default:
		far = d.cutStreet(arm{i, 1}, turnPocket)
	}
	if wanted[0] {
		d.openPocket(i, 1)
	}
	if wanted[1] {
		d.openPocket(far, 0)
	}
}

// openPocket turns the middle of street i into a lane of direction dir that only turns to the offside.
func (d *draft) openPocket(i int32, dir int) {
	s := &d.streets[i]
	lanes := slices.Clone(s.dirs[dir].lanes)
	lane := lanes[len(lanes)-1]
	lane.Turns = 1 << network.Left
	if d.side == network.LeftHand {
		lane.Turns = 1 << network.Right
	}
	lane.Width, lane.Change, lane.Merge = s.median, 0, network.NoMerge
	lane.Permitted = s.dirs[dir].permitted()
	lane.Source.Turns, lane.Source.Lanes, lane.Source.Width = network.Derived, network.Derived, network.Derived
	s.dirs[dir].lanes = append(lanes, lane)
	s.median, s.centreLane = 0, false
	d.report.guess("turn_pocket")
	d.tell(Way, s.way.ID, "the lane in the middle is a turn lane%s on the last %.0f m", directionSuffixes[dir], d.length(s.nodes))
}

// turnsOffside tells whether those who arrive over arm a can turn to the offside at its junction, and no arrows say from
// where.
func (d *draft) turnsOffside(a arm) bool {
	const least, most = 45 * math.Pi / 180, 160 * math.Pi / 180
	s := &d.streets[a.street]
	j := d.junction[s.end(a.end)]
	if j < 0 || hasArrows(s.dirs[a.towards()].lanes) {
		return false
	}
	ahead := d.bearing(a) + math.Pi
	for _, n := range d.junctions[j].nodes {
		for _, o := range d.arms[n] {
			t := &d.streets[o.street]
			if t.inside || o.street == a.street || !t.dirs[o.away()].open() || t.dirs[o.away()].accessOnly {
				continue
			}
			turn := math.Remainder(d.bearing(o)-ahead, 2*math.Pi) // to the left
			if d.side == network.LeftHand {
				turn = -turn
			}
			if turn > least && turn < most {
				return true
			}
		}
	}
	return false
}
