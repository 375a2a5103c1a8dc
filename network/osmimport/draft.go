package osmimport

import (
	"math"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// draft is the state of an import: the streets of the extract on their way to becoming a network.Spec.
type draft struct {
	x      *extract.Extract
	opts   Options
	report *Report
	pass   string // that is running

	country string
	rules   *countryRules
	side    network.DrivingSide
	proj    network.Projection

	nodes     []node
	roads     []road     // select .. split
	streets   []street   // from split on
	arms      [][]arm    // by node: the street ends that meet there, kept by rebuildArms
	cells     *urbanGrid // surroundings .. speeds
	junctions []junction // from clusterJunctions on
	junction  []int32    // by node: its index in junctions, -1 for nodes between junctions
	spec      network.Spec
	edges     [][2]int32 // by street: the edges of its directions, network.None if closed

	featureStreets map[nodeRef][]int32 // see streetsAt
	footSignals    []nodeRef           // from signals on: signals that stop traffic for people on foot only
	guarded        map[driven]float64  // from signals on: m before the end that lie between a signal and its junction
	barriers       map[nodeRef]barrier // from splitStreets on: those that stop somebody
}

// nodeRef indexes draft.nodes.
type nodeRef int32

// node is a point of a road.
type node struct {
	osm      int64 // 0 for a point made here, such as a cut at the border
	lon, lat float64
	pos      network.Point // from the place pass on
	tags     extract.Tags
	cut      bool // a road goes on from here outside of the data
}

// road is a way that motor vehicles drive on, or a part of one that lies within the border.
type road struct {
	way   *extract.Way
	class network.RoadClass
	link  bool
	nodes []nodeRef // >= 2
	look  look      // from describeRoads on
}

// look is what the tags of a way say about it.
type look struct {
	dirs       [2]direction // along the way, and against it
	median     float64      // m between the lanes of the two directions, such as a centre turn lane
	centreLane bool         // the median is a lane from which both directions turn to the offside
	aside      [2]float64   // m that the mapped line lies to the right of the middle of all lanes, at both ends
	placed     placement    // what the map says of that
	name       string
	roundabout bool
	inner      bool // mapped as the inside of a junction (junction=intersection)
	layer      int8
	bridge     bool
	tunnel     bool
	gradient   float64 // rise over run along the way, where the lanes' Source.Gradient says tagged
	rise       int8    // +1 up, -1 down along the way, where the map says only that
}

// direction is what may be driven in one direction of a street.
type direction struct {
	lanes      []network.LaneSpec // from the kerb; none if the direction is closed to everybody
	accessOnly bool
	closures   []closure // of some classes at some times
	speed      speedTag
	// from the signals and signs passes on:
	sign       network.Control
	stopOffset float64 // m before the end, 0 if not mapped
	signal     bool    // a mapped signal stands at its end
}

func (d *direction) open() bool { return len(d.lanes) > 0 }

// permitted returns who may use any of the lanes.
func (d *direction) permitted() network.ClassSet {
	var set network.ClassSet
	for i := range d.lanes {
		set |= d.lanes[i].Permitted
	}
	return set
}

// street is a road between two nodes where it meets others or ends.
type street struct {
	look
	class    network.RoadClass
	link     bool
	nodes    []nodeRef
	way      *extract.Way // the longest of the ways it was made of
	against  bool         // nodes run against way
	wayMetre float64      // m of it that are way's
	ends     [2]int64     // ids of the ways at its first and last node
	back     [2]int64     // the same for the direction against it, if those are others; see endWay
	features []feature
	gone     bool // dropped or merged into another
	inside   bool // within a junction: drawn by its connectors
	slip     bool // a turning lane beside a junction; see findSlips
}

// arm is one end of a street at a node.
type arm struct {
	street int32
	end    uint8 // 0: the street begins here, 1: it ends here
}

// away returns the direction index (of street.dirs) in which one drives away from the node over this arm.
func (a arm) away() int { return int(a.end) }

// towards returns the direction index in which one arrives at the node over this arm.
func (a arm) towards() int { return 1 - int(a.end) }

// junction is a node or a group of nodes where streets meet.
type junction struct {
	nodes      []nodeRef // ascending
	position   network.Point
	control    network.JunctionKind
	controller int32 // network.None without signals
	signals    []int64
	boundary   bool
	ring       bool // on a roundabout
	streets    int  // arms that are not inside
}

func newDraft(x *extract.Extract, opts Options) *draft {
	if opts.Name == "" {
		opts.Name = x.Source
	}
	return &draft{x: x, opts: opts, report: newReport()}
}

func (s *street) first() nodeRef { return s.nodes[0] }
func (s *street) last() nodeRef  { return s.nodes[len(s.nodes)-1] }

// end returns the node at the street's beginning (0) or end (1).
func (s *street) end(i uint8) nodeRef {
	if i == 0 {
		return s.first()
	}
	return s.last()
}

// oneway reports whether exactly one direction is open, and which.
func (k *look) oneway() (dir int, ok bool) {
	if k.dirs[0].open() == k.dirs[1].open() {
		return 0, false
	}
	if k.dirs[0].open() {
		return 0, true
	}
	return 1, true
}

// reverse turns the street round: what was along is against.
func (s *street) reverse() {
	for i, j := 0, len(s.nodes)-1; i < j; i, j = i+1, j-1 {
		s.nodes[i], s.nodes[j] = s.nodes[j], s.nodes[i]
	}
	s.dirs[0], s.dirs[1] = s.dirs[1], s.dirs[0]
	s.ends[0], s.ends[1] = s.ends[1], s.ends[0]
	if s.back != [2]int64{} {
		s.ends, s.back = [2]int64{s.back[1], s.back[0]}, s.ends
	}
	s.aside[0], s.aside[1] = -s.aside[1], -s.aside[0]
	s.gradient, s.rise = -s.gradient, -s.rise
	s.against = !s.against
	for i := range s.features {
		f := &s.features[i]
		f.dirs = f.dirs>>1 | f.dirs&1<<1
	}
}

// length returns the length in metres of the line through nodes.
func (d *draft) length(nodes []nodeRef) float64 {
	var sum float64
	for i := 1; i < len(nodes); i++ {
		sum += distance(d.nodes[nodes[i-1]].pos, d.nodes[nodes[i]].pos)
	}
	return sum
}

// points returns the positions of nodes.
func (d *draft) points(nodes []nodeRef) []network.Point {
	out := make([]network.Point, len(nodes))
	for i, n := range nodes {
		out[i] = d.nodes[n].pos
	}
	return out
}

// rebuildArms recomputes which streets meet at each node.
func (d *draft) rebuildArms() {
	count := make([]int32, len(d.nodes)+1)
	for i := range d.streets {
		if s := &d.streets[i]; !s.gone {
			count[s.first()+1]++
			count[s.last()+1]++
		}
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	all := make([]arm, count[len(d.nodes)])
	d.arms = make([][]arm, len(d.nodes))
	for n := range d.nodes {
		d.arms[n] = all[count[n]:count[n]:count[n+1]]
	}
	for i := range d.streets {
		if s := &d.streets[i]; !s.gone {
			d.arms[s.first()] = append(d.arms[s.first()], arm{int32(i), 0})
			d.arms[s.last()] = append(d.arms[s.last()], arm{int32(i), 1})
		}
	}
}

// bearing returns the direction in rad, counter-clockwise from east, in which street a leads away from its node,
// measured over its first 15 m so that a kink in the last metre does not count.
func (d *draft) bearing(a arm) float64 {
	const reach = 15.0
	s := &d.streets[a.street]
	at := func(i int) network.Point {
		if a.end == 1 {
			i = len(s.nodes) - 1 - i
		}
		return d.nodes[s.nodes[i]].pos
	}
	from, to, left := at(0), at(0), reach
	for i := 1; i < len(s.nodes) && left > 0; i++ {
		next := at(i)
		step := distance(to, next)
		if step > left {
			to = along(to, next, left/step)
			break
		}
		to, left = next, left-step
	}
	return math.Atan2(to.Y-from.Y, to.X-from.X)
}
