package osmimport

import (
	"cmp"
	"fmt"
	"slices"

	"roadtwin/network"
)

// splitStreets cuts the roads into streets at the nodes where roads meet. Barriers cut a road in two that do not
// meet.
func (d *draft) splitStreets() error {
	uses := make([]uint8, len(d.nodes))
	for i := range d.roads {
		nodes := d.roads[i].nodes
		for k, n := range nodes {
			times := uint8(1)
			if k == 0 || k == len(nodes)-1 {
				times = 2
			}
			uses[n] = min(uses[n]+times, 100)
		}
	}
	d.findBarriers()
	for i := range d.roads {
		d.splitRoad(&d.roads[i], uses)
	}
	d.roads = nil
	d.rebuildArms()
	d.thinStars()
	return nil
}

// mostArms is how many streets may meet at one node. A dozen do at the largest crossings there are; where it is more the
// map is damaged, and the paths across would grow with the square.
const mostArms = 24

// thinStars drops the streets at each node that are too many, the least important first.
func (d *draft) thinStars() {
	dropped := false
	for n := range d.arms {
		if len(d.arms[n]) <= mostArms {
			continue
		}
		arms := slices.Clone(d.arms[n])
		slices.SortStableFunc(arms, func(a, b arm) int { return cmp.Compare(d.streets[a.street].class, d.streets[b.street].class) })
		for _, a := range arms[mostArms:] {
			if s := &d.streets[a.street]; !s.gone {
				s.gone, dropped = true, true
				d.report.drop("way", s.way.ID, fmt.Sprintf("more than %d streets meet at one node", mostArms))
			}
		}
	}
	if dropped {
		d.sweep()
	}
}

func (d *draft) splitRoad(r *road, uses []uint8) {
	from := 0
	for k := range r.nodes {
		n := r.nodes[k]
		stops := d.barrierOn(r, n)
		last := k == len(r.nodes)-1
		cut := stopsAll(stops) && (!(k == 0 || last) || uses[n] > 2)
		if !last && uses[n] < 2 && len(stops) == 0 {
			continue
		}
		if cut {
			// The road ends on this side of the barrier and begins anew on the other.
			d.report.drop("barrier", d.nodes[n].osm, "barrier="+d.nodes[n].tags.Find("barrier")+": the road is cut there")
			if k > from {
				r.nodes[k] = d.copyNode(n)
				d.addStreet(r, r.nodes[from:k+1])
			}
			if !last {
				r.nodes[k] = d.copyNode(n)
			}
		} else if k > from {
			d.addStreet(r, r.nodes[from:k+1])
		}
		from = k
	}
}

// copyNode adds a node at the same place as n.
func (d *draft) copyNode(n nodeRef) nodeRef {
	d.nodes = append(d.nodes, d.nodes[n])
	return nodeRef(len(d.nodes) - 1)
}

// addStreet adds the street along nodes of r; a street that comes back to where it began becomes two.
func (d *draft) addStreet(r *road, nodes []nodeRef) {
	nodes = d.distinct(nodes)
	if len(nodes) < 2 {
		d.report.drop("way", r.way.ID, "a piece of it has no length")
		return
	}
	s := street{
		look: r.look, class: r.class, link: r.link, way: r.way, ends: [2]int64{r.way.ID, r.way.ID},
		nodes: slices.Clone(nodes),
	}
	for dir := range s.dirs {
		s.dirs[dir].lanes = slices.Clone(s.dirs[dir].lanes)
	}
	s.wayMetre = d.length(nodes)
	for _, n := range nodes {
		d.addFeatures(&s, n)
	}
	d.streets = append(d.streets, s)
}

// distinct leaves out nodes that lie where the one before does; the first and the last stay.
func (d *draft) distinct(nodes []nodeRef) []nodeRef {
	out := make([]nodeRef, 0, len(nodes))
	for _, n := range nodes {
		if len(out) == 0 || d.nodes[n].pos != d.nodes[out[len(out)-1]].pos {
			out = append(out, n)
		}
	}
	if last := nodes[len(nodes)-1]; len(out) > 1 && out[len(out)-1] != last {
		out[len(out)-1] = last
	}
	return out
}

// joinStreets makes one street of two that meet at a node where nothing else does, if they differ in nothing that
// matters. Short streets (and those between a signal and its junction) join even if they differ: the longer one's
// lanes count.
func (d *draft) joinStreets() error {
	for n := range d.arms {
		d.tryJoin(nodeRef(n), sameStreet)
	}
	d.rebuildArms()
	for n := range d.arms {
		d.tryJoin(nodeRef(n), d.absorbs)
	}
	d.rebuildArms()
	for n := range d.arms { // what was joined above may now equal its neighbour
		d.tryJoin(nodeRef(n), sameStreet)
	}
	d.sweep()
	return nil
}

// tryJoin joins the two streets that meet at n if fits says so.
func (d *draft) tryJoin(n nodeRef, fits func(a, b *street, at nodeRef) bool) {
	arms := d.arms[n]
	if len(arms) != 2 || arms[0].street == arms[1].street || d.nodes[n].cut || len(d.barriers[n].stops) > 0 {
		return
	}
	a, b := &d.streets[arms[0].street], &d.streets[arms[1].street]
	if a.roundabout != b.roundabout || a.end(1-arms[0].end) == b.end(1-arms[1].end) {
		return // never a street that begins where it ends
	}
	if arms[0].end == 0 {
		a.reverse()
	}
	if arms[1].end == 1 {
		b.reverse()
	}
	for dir := range a.dirs {
		if a.dirs[dir].open() != b.dirs[dir].open() || a.dirs[dir].permitted() != b.dirs[dir].permitted() ||
			!sameClosures(a.dirs[dir].closures, b.dirs[dir].closures) {
			d.refreshArms(arms[0].street, arms[1].street)
			return
		}
	}
	if !fits(a, b, n) {
		d.refreshArms(arms[0].street, arms[1].street)
		return
	}
	d.join(arms[0].street, arms[1].street)
}

// join appends street j to street i; the last node of i is the first of j.
func (d *draft) join(i, j int32) {
	a, b := &d.streets[i], &d.streets[j]
	at := a.last()
	joined := *a
	if d.length(b.nodes) > d.length(a.nodes) {
		joined = *b
	}
	if b.wayMetre > a.wayMetre {
		joined.way, joined.against, joined.wayMetre = b.way, b.against, b.wayMetre
	} else {
		joined.way, joined.against, joined.wayMetre = a.way, a.against, a.wayMetre
	}
	if a.way == b.way {
		joined.wayMetre = a.wayMetre + b.wayMetre
	}
	joined.inner = a.inner && b.inner
	joined.nodes = append(a.nodes, b.nodes[1:]...)
	joined.ends, joined.back = [2]int64{a.ends[0], b.ends[1]}, [2]int64{}
	if a.back != joined.back || b.back != joined.back {
		joined.back = [2]int64{a.endWay(0, 1), b.endWay(1, 1)}
	}
	joined.features = append(a.features, b.features...)
	joined.dirs[0].lanes, joined.dirs[1].lanes = slices.Clone(joined.dirs[0].lanes), slices.Clone(joined.dirs[1].lanes)
	*a = joined
	*b = street{gone: true}
	d.arms[at] = nil
	for k, other := range d.arms[a.last()] {
		if other.street == j {
			d.arms[a.last()][k] = arm{i, 1}
		}
	}
}

// refreshArms corrects which end of the given streets lies at the nodes where they end, after they were turned round.
func (d *draft) refreshArms(streets ...int32) {
	for _, i := range streets {
		s := &d.streets[i]
		for end := range uint8(2) {
			arms := d.arms[s.end(end)]
			for k := range arms {
				if arms[k].street == i {
					arms[k].end = end
				}
			}
		}
	}
}

// sameStreet reports whether two streets, both running the same way, differ only in where they are.
func sameStreet(a, b *street, _ nodeRef) bool {
	if a.class != b.class || a.link != b.link || a.name != b.name || a.layer != b.layer || a.bridge != b.bridge ||
		a.tunnel != b.tunnel || a.gradient != b.gradient || a.median != b.median ||
		a.aside != b.aside || a.aside[0] != a.aside[1] {
		return false
	}
	for dir := range a.dirs {
		if a.dirs[dir].accessOnly != b.dirs[dir].accessOnly || !slices.Equal(a.dirs[dir].lanes, b.dirs[dir].lanes) {
			return false
		}
	}
	return true
}

// absorbs reports whether one of two streets that meet at n is too short to stand for itself.
func (d *draft) absorbs(a, b *street, n nodeRef) bool {
	const (
		short    = 15.0 // m
		toSignal = 40.0 // m between a signal and the junction it belongs to
	)
	la, lb := d.length(a.nodes), d.length(b.nodes)
	if a.link != b.link && min(la, lb) > 5 {
		return false
	}
	if min(la, lb) < short {
		return true
	}
	for _, f := range a.features {
		if f.at == n && f.kind == signalFeature {
			return lb < toSignal && len(d.arms[b.last()]) > 2 && a.dirs[0].open() ||
				la < toSignal && len(d.arms[a.first()]) > 2 && a.dirs[1].open()
		}
	}
	return false
}

// sweep forgets the streets that are gone.
func (d *draft) sweep() {
	d.streets = slices.DeleteFunc(d.streets, func(s street) bool { return s.gone })
	d.featureStreets = nil
	d.rebuildArms()
}

// splitAt cuts street i at its node k into two; the second is added at the end.
func (d *draft) splitAt(i, k int) {
	s := &d.streets[i]
	rest := *s
	rest.nodes = slices.Clone(s.nodes[k:])
	rest.ends[0], rest.features = s.way.ID, nil
	features := s.features
	share := d.length(s.nodes[:k+1]) / d.length(s.nodes)
	s.nodes = slices.Clone(s.nodes[:k+1])
	s.aside[1] += (1 - share) * (s.aside[0] - s.aside[1])
	rest.aside[0] = s.aside[1]
	s.ends[1], s.features = s.way.ID, nil
	for dir := range rest.dirs {
		rest.dirs[dir].lanes = slices.Clone(rest.dirs[dir].lanes)
	}
	for _, f := range features {
		if slices.Contains(s.nodes, f.at) {
			s.features = append(s.features, f)
		} else {
			rest.features = append(rest.features, f)
		}
	}
	d.streets = append(d.streets, rest)
	d.featureStreets = nil
}

// splitLoops cuts streets that begin and end at the same junction (a lollipop, a ring on one arm) in the middle, so
// that every street leads from one junction to another.
func (d *draft) splitLoops() error {
	for i := 0; i < len(d.streets); i++ {
		s := &d.streets[i]
		if s.inside || d.junction[s.first()] != d.junction[s.last()] {
			continue
		}
		k := d.middle(s)
		n := s.nodes[k]
		d.splitAt(i, k)
		d.junction[n] = int32(len(d.junctions))
		d.junctions = append(d.junctions, junction{
			nodes: []nodeRef{n}, position: d.nodes[n].pos, controller: network.None, streets: 2,
			ring: d.streets[i].roundabout,
		})
	}
	d.rebuildArms()
	return nil
}

// middle returns the index of the node nearest to the middle of the street that is not one of its ends; a node is made
// if there is none.
func (d *draft) middle(s *street) int {
	if len(s.nodes) == 2 {
		a, b := &d.nodes[s.nodes[0]], &d.nodes[s.nodes[1]]
		d.nodes = append(d.nodes, node{
			lon: (a.lon + b.lon) / 2, lat: (a.lat + b.lat) / 2, pos: along(a.pos, b.pos, 0.5),
		})
		d.junction = append(d.junction, network.None)
		n := nodeRef(len(d.nodes) - 1)
		s.nodes = []nodeRef{s.nodes[0], n, s.nodes[1]}
		return 1
	}
	half, sum := d.length(s.nodes)/2, 0.0
	best, off := 1, half
	for k := 1; k < len(s.nodes)-1; k++ {
		sum += distance(d.nodes[s.nodes[k-1]].pos, d.nodes[s.nodes[k]].pos)
		if gap := max(sum-half, half-sum); gap < off {
			best, off = k, gap
		}
	}
	return best
}
