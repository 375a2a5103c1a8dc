package osmimport

import (
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// countLanes finds the number of lanes along the way, against it, and in the middle.
func (l *laneReader) countLanes() {
	total, hasTotal := laneCount(l.tags, "lanes")
	l.middle, _ = laneCount(l.tags, "lanes:both_ways")
	var tagged [2]bool
	for dir, suffix := range directionSuffixes {
		l.counts[dir], tagged[dir] = laneCount(l.tags, "lanes"+suffix)
		l.busCounts[dir] = l.countBusLanes(dir)
	}
	if l.oneway {
		l.countOneway(tagged, total, hasTotal)
		return
	}
	switch {
	case tagged[0] && tagged[1]:
		l.source = [2]network.Provenance{network.Tagged, network.Tagged}
		if rest := total - l.counts[0] - l.counts[1]; hasTotal && rest > l.middle {
			// Lanes of neither direction: in the middle, for turning from both, or hatched.
			l.middle = rest
			l.tell(Way, l.way.ID, "%d of its %d lanes belong to neither direction: they lie in the middle", rest, total)
		}
	case hasTotal && tagged[0]:
		l.restOf(total, 0)
	case hasTotal && tagged[1]:
		l.restOf(total, 1)
	case hasTotal:
		l.divideLanes(total)
	default:
		for dir := range tagged {
			l.source[dir] = network.Tagged
			if !tagged[dir] {
				l.counts[dir], l.source[dir] = l.defaultLanes(), network.Defaulted
			}
		}
	}
}

// restOf gives the lanes of total that are not direction dir's nor in the middle to the other direction.
func (l *laneReader) restOf(total, dir int) {
	l.source = [2]network.Provenance{network.Derived, network.Derived}
	l.source[dir] = network.Tagged
	own := max(l.counts[dir], len(l.list("turn:lanes", dir))) // who counts wrong draws the arrows all the same
	l.counts[1-dir] = max(total-own-l.middle, 1)
}

// countOneway counts the lanes of a road that is open in one direction only, or but for a bus lane against it.
func (l *laneReader) countOneway(tagged [2]bool, total int, hasTotal bool) {
	dir, back := l.main, 1-l.main
	other := l.counts[back]
	against := l.busCounts[back].total()
	l.middle = 0
	l.counts[back], l.source[back] = max(against, 1), network.Derived
	if tagged[back] && l.who[back] != 0 {
		l.counts[back], l.source[back] = other, network.Tagged
	}
	switch {
	case tagged[dir]:
		l.source[dir] = network.Tagged
	case hasTotal && tagged[back]:
		l.counts[dir], l.source[dir] = max(total-other, 1), network.Derived
	case hasTotal && l.who[back] != 0 && against > 0 && total > against:
		l.counts[dir], l.source[dir] = total-against, network.Derived
	case hasTotal:
		l.counts[dir], l.source[dir] = total, network.Tagged
	default:
		l.counts[dir] = l.defaultLanes()
	}
}

// divideLanes shares out the lanes of a two-way road for which only the total is known. An odd lane
// belongs to the direction that has more bus lanes; else it is for turning from both directions where that is the custom,
// and belongs to the direction along the way elsewhere.
func (l *laneReader) divideLanes(total int) {
	l.source = [2]network.Provenance{network.Derived, network.Derived}
	var lists [2]int
	for dir := range lists {
		lists[dir] = len(l.list("turn:lanes", dir))
		for _, p := range l.permissionLists(dir) {
			lists[dir] = max(lists[dir], len(p.values))
		}
	}
	rest := total - l.middle
	half := max(rest/2, 1)
	l.counts = [2]int{half, half}
	more := l.busCounts[0].total() - l.busCounts[1].total()
	switch {
	case lists[0] > 0 && lists[0] < rest:
		l.counts = [2]int{lists[0], rest - lists[0]}
	case lists[1] > 0 && lists[1] < rest:
		l.counts = [2]int{rest - lists[1], lists[1]}
	case rest == 1:
		l.report.guess("single_track")
	case rest%2 == 0:
	case more < 0:
		l.counts[1]++
	case more > 0:
		l.counts[0]++
	case l.rules.centreTurnLane:
		l.middle++
	default:
		l.counts[0]++
	}
}

// defaultLanes returns the lanes of one direction of a road that says nothing of them, as far as they do not depend on
// the surroundings: see fillLanes. Guesses of this program: motorways and trunk roads with separate carriageways have
// two; so have American arterials with separate carriageways, and American one-way streets but the smallest.
func (l *laneReader) defaultLanes() int {
	american := l.rules.centreTurnLane
	switch {
	case l.link || l.ring:
		return 1
	case l.class == network.Motorway, l.class == network.Trunk && l.oneway, american && l.oneway && l.class <= network.Tertiary,
		american && l.class <= network.Primary:
		return 2
	}
	return 1
}

// laneCount reads a number of lanes; of a list ("1;2") the least.
func laneCount(tags extract.Tags, key string) (n int, ok bool) {
	for part := range strings.FieldsFuncSeq(tags.Find(key), func(r rune) bool { return r == ';' || r == ',' || r == '|' }) {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(x >= 1) {
			continue
		}
		if v := int(min(x, 2*maxLanes)); !ok || v < n {
			n, ok = v, true
		}
	}
	return n, ok
}

// fillLanes corrects the numbers of lanes that nobody has mapped where they depend on the surroundings. A guess of this
// program, after what American states build: rural arterials without separate carriageways have a lane a direction,
// urban ones two (AASHTO Green Book, "Rural arterials", "Urban arterials").
func (d *draft) fillLanes() error {
	for i := range d.streets {
		s := &d.streets[i]
		if !d.rules.centreTurnLane || s.class == network.Motorway || !s.dirs[0].open() || !s.dirs[1].open() {
			continue
		}
		if d.cells.builtUp(d, s) {
			continue
		}
		for dir := range s.dirs {
			if lanes := s.dirs[dir].lanes; len(lanes) > 1 && lanes[0].Source.Lanes == network.Defaulted {
				s.dirs[dir].lanes = lanes[:1]
				d.tell(Way, s.way.ID, "no lanes mapped, and open country: one lane")
			}
		}
	}
	return nil
}
