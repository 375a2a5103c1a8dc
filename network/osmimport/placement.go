package osmimport

import (
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
)

// placement is what the map says of where the line of a way runs among its lanes (OSM key placement). Without a word it
// is the middle of them all.
type placement struct {
	given   bool    // the line runs at look.aside
	slides  bool    // placement=transition: it goes from where it is on the road before to where it is on the road after
	ends    [2]bool // of a line that slides: look.aside is given at this end
	settled bool    // the ends of a line that slides are known
}

// place reads placement of a way, whose lanes have their width by now. Its numbers count the lanes of one direction from
// the driver's left, wherever one drives.
func (l *laneReader) place(k *look) {
	for _, dir := range [2]int{l.main, 1 - l.main} {
		if !k.dirs[dir].open() {
			continue
		}
		value := func(key string) string {
			if v := l.tags.Find(key + directionSuffixes[dir]); v != "" {
				return v
			}
			if dir == l.main {
				return l.tags.Find(key)
			}
			return ""
		}
		if l.placeEnds(k, dir, value("placement:start"), value("placement:end")) || l.placeAll(k, dir, value("placement")) {
			return
		}
	}
}

// placeAll reads the placement of a whole way.
func (l *laneReader) placeAll(k *look, dir int, value string) bool {
	switch value {
	case "":
		return false
	case "transition":
		k.placed.slides = true
		return true
	}
	aside, ok := l.asideOf(k, dir, value)
	if ok {
		k.aside, k.placed.given = [2]float64{aside, aside}, true
		l.tell(Way, l.way.ID, "placement=%s: its line lies %.2f m to the right of the middle of its lanes", value, aside)
	}
	return true
}

// placeEnds reads the placement of a way at its two ends, between which it slides.
func (l *laneReader) placeEnds(k *look, dir int, start, end string) bool {
	if start == "" && end == "" {
		return false
	}
	for i, value := range [2]string{start, end} {
		if value == "" {
			continue
		}
		if dir == 1 { // start and end are seen in driving direction
			i = 1 - i
		}
		k.aside[i], k.placed.ends[i] = l.asideOf(k, dir, value)
	}
	k.placed.slides = true
	return true
}

// asideOf returns how far, m, the line lies to the right of the middle of all lanes, for a placement such as right_of:2
// of the lanes of direction dir.
func (l *laneReader) asideOf(k *look, dir int, value string) (aside float64, ok bool) {
	side, number, _ := strings.Cut(value, ":")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	lanes := k.dirs[dir].lanes
	if err != nil || n < 1 || n > len(lanes) || side != "left_of" && side != "middle_of" && side != "right_of" {
		l.report.drop("placement", l.way.ID, "placement="+value+" makes no sense on "+strconv.Itoa(len(lanes))+" lanes")
		return 0, false
	}
	var left float64 // m from the left of the direction's lanes to the line, as its drivers see it
	for i := 1; i <= n; i++ {
		lane := i - 1
		if l.side == network.RightHand {
			lane = len(lanes) - i
		}
		switch w := lanes[lane].Width; {
		case i < n || side == "right_of":
			left += w
		case side == "middle_of":
			left += w / 2
		}
	}
	all, other := k.width(), widthOf(k.dirs[1-dir].lanes)
	if l.side == network.RightHand {
		left += other + k.median // the other direction lies to the left
	}
	aside = left - all/2
	if dir == 1 {
		aside = -aside
	}
	return aside, true
}

// width returns the width of all lanes and what is between them, m.
func (k *look) width() float64 {
	return widthOf(k.dirs[0].lanes) + k.median + widthOf(k.dirs[1].lanes)
}

// settlePlacement lets the lines of placement=transition slide from where the street before has its line among the
// lanes to where the street after has its own, evenly along all streets in a row that slide.
func (d *draft) settlePlacement() error {
	for i := range d.streets {
		if s := &d.streets[i]; s.placed.slides && !s.placed.settled {
			d.settleChain(int32(i))
		}
	}
	return nil
}

// step is a street on the way along a chain; back is set if it is followed against its nodes.
type step struct {
	street int32
	back   bool
}

// settleChain settles the streets that slide in a row with street i.
func (d *draft) settleChain(i int32) {
	chain := []step{{i, !d.streets[i].dirs[0].open()}}
	seen := map[int32]bool{i: true}
	var before, after step
	var hasBefore, hasAfter bool
	for {
		last := chain[len(chain)-1]
		after, hasAfter = d.roadOn(last)
		if !hasAfter || !d.slidesOn(after) || seen[after.street] || d.endsGiven(last, true) {
			break
		}
		seen[after.street] = true
		chain = append(chain, after)
	}
	for {
		first := chain[0]
		p, ok := d.roadOn(step{first.street, !first.back})
		before, hasBefore = step{p.street, !p.back}, ok
		if !ok || !d.slidesOn(before) || seen[before.street] || d.endsGiven(first, false) {
			break
		}
		seen[before.street] = true
		chain = append([]step{before}, chain...)
	}
	from, to := d.edgeShare(chain[0], false), d.edgeShare(chain[len(chain)-1], true)
	if hasBefore && !d.slidesOn(before) && !d.endsGiven(chain[0], false) {
		from = d.edgeShare(before, true) + d.gained(before, chain[0])
	}
	if hasAfter && !d.slidesOn(after) && !d.endsGiven(chain[len(chain)-1], true) {
		to = d.edgeShare(after, false) - d.gained(chain[len(chain)-1], after)
	}
	d.slide(chain, from, to)
}

// slide gives each street of the chain its part of the way from one distance to the other.
func (d *draft) slide(chain []step, from, to float64) {
	total := 0.0
	for _, c := range chain {
		total += d.length(d.streets[c.street].nodes)
	}
	done := 0.0
	for _, c := range chain {
		s := &d.streets[c.street]
		next := done + d.length(s.nodes)
		ends := [2]float64{from + (to-from)*done/total, from + (to-from)*next/total}
		if c.back {
			ends[0], ends[1] = ends[1], ends[0]
		}
		for end := range ends {
			s.aside[end] = d.asideAt(s, c.back, ends[end])
		}
		s.placed.settled = true
		d.tell(Way, s.way.ID, "placement=transition: its line slides from %.2f to %.2f m to the right of the middle of its lanes",
			s.aside[0], s.aside[1])
		done = next
	}
}

func (d *draft) slidesOn(c step) bool {
	s := &d.streets[c.street]
	return s.placed.slides && !s.placed.settled
}

// endsGiven tells whether the map gives the place of the line at the end (or else the beginning) of a step.
func (d *draft) endsGiven(c step, end bool) bool {
	ends := d.streets[c.street].placed.ends
	if end != c.back {
		return ends[1]
	}
	return ends[0]
}

// edgeShare returns how far, m, the line lies from the offside edge of the lanes that lead along the step towards their
// kerb, at its end or its beginning.
func (d *draft) edgeShare(c step, end bool) float64 {
	s := &d.streets[c.street]
	aside := s.aside[0]
	if end != c.back {
		aside = s.aside[1]
	}
	return d.shareAt(s, c.back, aside)
}

// shareAt turns aside into a distance from the offside edge of the direction of travel; asideAt is its inverse.
func (d *draft) shareAt(s *street, back bool, aside float64) float64 {
	if back != (d.side == network.LeftHand) {
		aside = -aside
	}
	return aside + d.offsideEdge(s, back)
}

func (d *draft) asideAt(s *street, back bool, share float64) float64 {
	aside := share - d.offsideEdge(s, back)
	if back != (d.side == network.LeftHand) {
		aside = -aside
	}
	return aside
}

// offsideEdge returns how far, m, the middle of all lanes lies from the offside edge of the lanes that lead along the
// street (or back), towards their kerb.
func (d *draft) offsideEdge(s *street, back bool) float64 {
	dir := 0
	if back {
		dir = 1
	}
	other := widthOf(s.dirs[1-dir].lanes)
	if other == 0 {
		return s.width() / 2
	}
	return s.width()/2 - other - s.median
}

// gained returns the width of the lanes, m, that b has beyond those of a on the offside (negative: that a has): lanes that
// only turn to the offside, or merge there. Lanes come and go at the kerb otherwise.
func (d *draft) gained(a, b step) float64 {
	p, q := d.lanesAlong(a), d.lanesAlong(b)
	width := 0.0
	for i := 1; i <= len(q)-len(p) && d.offsideOnly(&q[len(q)-i]); i++ {
		width += q[len(q)-i].Width
	}
	for i := 1; i <= len(p)-len(q); i++ {
		l := &p[len(p)-i]
		if !d.offsideOnly(l) && l.Merge != network.MergeKerbside {
			break
		}
		width -= l.Width
	}
	return width
}

func (d *draft) lanesAlong(c step) []network.LaneSpec {
	if c.back {
		return d.streets[c.street].dirs[1].lanes
	}
	return d.streets[c.street].dirs[0].lanes
}

// offsideOnly tells whether the arrows of a lane lead to the offside and nowhere else.
func (d *draft) offsideOnly(l *network.LaneSpec) bool {
	side := leftTurns
	if d.side == network.LeftHand {
		side = rightTurns | 1<<network.UTurn
	}
	return l.Turns != 0 && l.Turns&^side == 0
}

// roadOn returns the street on which the road of a step goes on at its end: the straightest that leads there, of its kind
// if there is one.
func (d *draft) roadOn(c step) (next step, ok bool) {
	s := &d.streets[c.street]
	here := arm{c.street, 1}
	if c.back {
		here.end = 0
	}
	bearing := d.bearing(here)
	least := math.Inf(1)
	for _, a := range d.arms[s.end(here.end)] {
		o := &d.streets[a.street]
		if a.street == c.street || !o.dirs[a.away()].open() && s.dirs[here.towards()].open() ||
			!o.dirs[a.towards()].open() && !s.dirs[here.towards()].open() {
			continue
		}
		bend := math.Abs(math.Pi - angleBetween(bearing, d.bearing(a)))
		if o.link != s.link || o.class != s.class {
			bend += math.Pi / 4
		}
		if bend < least {
			least, next, ok = bend, step{a.street, a.end == 1}, true
		}
	}
	return next, ok && least < math.Pi*2/3
}
