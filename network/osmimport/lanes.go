package osmimport

import (
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// maxLanes bounds the lanes of one direction: the toll plazas of the New Jersey Turnpike have more, streets do not.
const maxLanes = 12

// layLanes gives each direction of a road that somebody may use its lanes; who is by direction.
func (d *draft) layLanes(r *road, who [2]network.ClassSet) {
	counts, source := d.countLanes(r, who)
	along, against, _ := openDirections(r.way.Tags, r.class)
	oneway := along != against
	for dir, classes := range who {
		if classes == 0 {
			continue
		}
		slots, provenance := d.laneSlots(r, dir, counts[dir], source, classes, oneway)
		lanes := make([]network.LaneSpec, len(slots))
		for i, slot := range slots {
			lanes[i] = network.LaneSpec{
				Permitted: slot.permitted, Turns: slot.turns, Source: network.Source{Lanes: provenance},
			}
		}
		r.look.dirs[dir].lanes = lanes
	}
	d.widenLanes(r, counts[2])
}

// countLanes returns the number of lanes along the way, against it, and in the middle for turning from both.
func (d *draft) countLanes(r *road, who [2]network.ClassSet) (counts [3]int, source network.Provenance) {
	tags := r.way.Tags
	total, hasTotal := laneCount(tags, "lanes")
	middle, _ := laneCount(tags, "lanes:both_ways")
	var tagged [2]bool
	for dir, suffix := range directionSuffixes {
		counts[dir], tagged[dir] = laneCount(tags, "lanes"+suffix)
	}
	counts[2] = middle
	along, against, _ := openDirections(tags, r.class)
	switch {
	case who[1] == 0 || !against:
		return d.countOneway(r, 0, counts, tagged, total, hasTotal)
	case who[0] == 0 || !along:
		return d.countOneway(r, 1, counts, tagged, total, hasTotal)
	case tagged[0] && tagged[1]:
		return counts, network.Tagged
	case hasTotal && tagged[0]:
		counts[1] = max(total-counts[0]-middle, 1)
		return counts, network.Derived
	case hasTotal && tagged[1]:
		counts[0] = max(total-counts[1]-middle, 1)
		return counts, network.Derived
	case hasTotal:
		return d.divideLanes(r, total, middle)
	}
	for dir := range tagged {
		if !tagged[dir] {
			counts[dir] = d.defaultLanes(r, false)
		}
	}
	return counts, network.Defaulted
}

// countOneway counts the lanes of a road that is open in direction dir only, or but for a bus lane against it.
func (d *draft) countOneway(r *road, dir int, counts [3]int, tagged [2]bool, total int, hasTotal bool) ([3]int, network.Provenance) {
	other := counts[1-dir]
	counts[1-dir], counts[2] = 1, 0 // only looked at where buses run against the traffic
	switch {
	case tagged[dir]:
		return counts, network.Tagged
	case hasTotal && tagged[1-dir]:
		counts[dir] = max(total-other, 1)
		return counts, network.Derived
	case hasTotal:
		counts[dir] = total
		return counts, network.Tagged
	}
	counts[dir] = d.defaultLanes(r, true)
	return counts, network.Defaulted
}

// divideLanes shares out the lanes of a two-way road for which only the total is known. An odd lane is for turning
// from both directions where that is the custom, and belongs to the direction along the way elsewhere.
func (d *draft) divideLanes(r *road, total, middle int) (counts [3]int, source network.Provenance) {
	lists := [2]int{
		len(laneList(r.way.Tags, "turn:lanes:forward")), len(laneList(r.way.Tags, "turn:lanes:backward")),
	}
	rest := total - middle
	half := max(rest/2, 1)
	counts = [3]int{half, half, middle}
	switch {
	case lists[0] > 0 && lists[0] < rest:
		counts[0], counts[1] = lists[0], rest-lists[0]
	case lists[1] > 0 && lists[1] < rest:
		counts[0], counts[1] = rest-lists[1], lists[1]
	case rest == 1:
		d.report.guess("single_track")
	case rest%2 == 1 && d.rules.centreTurnLane:
		counts[2]++
	case rest%2 == 1:
		counts[0]++
	}
	return counts, network.Derived
}

// defaultLanes returns the lanes of one direction of a road that says nothing of them. Guesses of this program:
// motorways and trunk roads with separate carriageways have two; so have American arterials, and American one-way
// streets but the smallest.
func (d *draft) defaultLanes(r *road, oneway bool) int {
	american := d.rules.centreTurnLane
	switch {
	case r.link || r.look.roundabout:
		return 1
	case r.class == network.Motorway, r.class == network.Trunk && oneway,
		american && r.class <= network.Primary, american && oneway && r.class <= network.Tertiary:
		return 2
	}
	return 1
}

// laneCount reads a number of lanes; of a list ("1;2") the least.
func laneCount(tags extract.Tags, key string) (n int, ok bool) {
	for part := range strings.SplitSeq(tags.Find(key), ";") {
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

// laneList splits a value that speaks of each lane, from left to right; nil if there is none.
func laneList(tags extract.Tags, key string) []string {
	value := tags.Find(key)
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}

// listFor returns the list of key for one direction; without suffix it speaks of one-way roads only.
func listFor(tags extract.Tags, key string, dir int, oneway bool) []string {
	if list := laneList(tags, key+directionSuffixes[dir]); list != nil {
		return list
	}
	if oneway {
		return laneList(tags, key)
	}
	return nil
}

// slot is a lane in the making.
type slot struct {
	permitted network.ClassSet
	turns     network.TurnSet
}

// laneSlots returns the lanes of one direction from the kerb, of which n are known of (with that provenance), as the
// lists of turns and permissions have them.
func (d *draft) laneSlots(r *road, dir, n int, source network.Provenance, classes network.ClassSet, oneway bool) ([]slot, network.Provenance) {
	tags := r.way.Tags
	n = min(max(n, 1), maxLanes)
	arrows := listFor(tags, "turn:lanes", dir, oneway)
	lists := accessLists(tags, dir, oneway)
	size := max(len(arrows), lists.size())
	if size == 0 {
		size = n
	}
	slots := make([]slot, size)
	turns := readArrows(arrows)
	for i := range slots {
		slots[i].permitted = lists.permitted(i, size, classes)
		if len(turns) == size {
			slots[i].turns = turns[i]
		}
	}
	slots = usable(slots)
	switch {
	case len(slots) == n:
	case len(slots) > n && len(slots) <= maxLanes && (source != network.Tagged || len(slots) <= n+2):
		// Many mappers do not count turn or bus lanes as lanes, and where lanes were a guess the list is better.
		if source == network.Tagged {
			d.report.guess("turn_lanes_mismatch")
		}
		source = network.Derived
	default:
		if len(arrows) > 0 || lists.size() > 0 {
			d.report.guess("turn_lanes_mismatch")
		}
		slots = make([]slot, n)
		for i := range slots {
			slots[i].permitted = classes
		}
	}
	if d.side == network.RightHand { // the kerb is on the right, lists begin on the left
		for i, j := 0, len(slots)-1; i < j; i, j = i+1, j-1 {
			slots[i], slots[j] = slots[j], slots[i]
		}
	}
	if lists.size() == 0 {
		reserveBusLanes(slots, tags, dir, oneway)
	}
	return slots, source
}

// usable returns the slots that some motor vehicle may use: not cycle lanes.
func usable(slots []slot) []slot {
	kept := slots[:0]
	for _, s := range slots {
		if s.permitted != 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// laneAccess are the lists that say who may use which lane.
type laneAccess struct {
	general [][]string // vehicle, motor_vehicle, motorcar, access
	bus     []string
	lorries []string
}

func accessLists(tags extract.Tags, dir int, oneway bool) laneAccess {
	var a laneAccess
	for _, key := range []string{"access:lanes", "vehicle:lanes", "motor_vehicle:lanes", "motorcar:lanes"} {
		if list := listFor(tags, key, dir, oneway); list != nil {
			a.general = append(a.general, list)
		}
	}
	for _, key := range []string{"bus:lanes", "psv:lanes"} {
		if list := listFor(tags, key, dir, oneway); list != nil && a.bus == nil {
			a.bus = list
		}
	}
	a.lorries = listFor(tags, "hgv:lanes", dir, oneway)
	return a
}

// size returns the number of lanes that the lists speak of, 0 without lists.
func (a *laneAccess) size() int {
	n := max(len(a.bus), len(a.lorries))
	for _, list := range a.general {
		n = max(n, len(list))
	}
	return n
}

// permitted returns who of classes may use lane i of size lanes; lists of another size are not understood.
func (a *laneAccess) permitted(i, size int, classes network.ClassSet) network.ClassSet {
	set := classes
	for _, list := range a.general {
		if len(list) == size && leaveOf(list[i], network.Car) == forbidden {
			set = 0
		}
	}
	if len(a.lorries) == size && leaveOf(a.lorries[i], network.RigidLorry) == forbidden {
		set &^= network.Lorries
	}
	if len(a.bus) == size {
		bus := network.SetOf(network.Bus)
		switch a.bus[i] {
		case "designated":
			set = bus
		case "yes":
			set |= bus & classes
		case "no":
			set &^= bus
		}
	}
	return set
}

// reserveBusLanes gives the lanes at the kerb to buses that lanes:bus, lanes:psv or busway tell of.
func reserveBusLanes(slots []slot, tags extract.Tags, dir int, oneway bool) {
	n := 0
	for _, key := range []string{"lanes:bus", "lanes:psv"} {
		if count, ok := laneCount(tags, key+directionSuffixes[dir]); ok {
			n = max(n, count)
		} else if count, ok := laneCount(tags, key); ok && oneway {
			n = max(n, count)
		}
	}
	side := [2]string{"busway:right", "busway:left"}[dir]
	for _, key := range []string{"busway", "busway:both", side} {
		if tags.Find(key) == "lane" {
			n = max(n, 1)
		}
	}
	for i := 0; i < min(n, len(slots)-1); i++ {
		slots[i].permitted = network.SetOf(network.Bus)
	}
}

// arrowTurns are the values of turn:lanes. Merging arrows are no turns.
var arrowTurns = map[string]network.TurnSet{
	"through": 1 << network.Through, "left": 1 << network.Left, "right": 1 << network.Right,
	"slight_left": 1 << network.SlightLeft, "slight_right": 1 << network.SlightRight,
	"sharp_left": 1 << network.SharpLeft, "sharp_right": 1 << network.SharpRight, "reverse": 1 << network.UTurn,
}

const (
	leftTurns  = network.TurnSet(1<<network.Left | 1<<network.SlightLeft | 1<<network.SharpLeft | 1<<network.UTurn)
	rightTurns = network.TurnSet(1<<network.Right | 1<<network.SlightRight | 1<<network.SharpRight)
)

// readArrows reads a list of turn:lanes from left to right. A lane without arrow beside lanes with arrows goes straight
// on; at the edge of the road it also turns to its side if no arrow of another lane does.
func readArrows(list []string) []network.TurnSet {
	turns := make([]network.TurnSet, len(list))
	var marked network.TurnSet
	for i, value := range list {
		for part := range strings.SplitSeq(value, ";") {
			turns[i] |= arrowTurns[strings.TrimSpace(part)]
		}
		marked |= turns[i]
	}
	if marked == 0 {
		return nil
	}
	for i := range turns {
		if turns[i] != 0 {
			continue
		}
		turns[i] = 1 << network.Through
		if i == 0 && marked&leftTurns == 0 {
			turns[i] |= 1 << network.Left
		}
		if i == len(turns)-1 && marked&rightTurns == 0 {
			turns[i] |= 1 << network.Right
		}
	}
	return turns
}

// widenLanes sets the width of all lanes and of the turn lanes in the middle: from width, shared by all, or the usual of
// the country and class.
func (d *draft) widenLanes(r *road, middle int) {
	n := middle + len(r.look.dirs[0].lanes) + len(r.look.dirs[1].lanes)
	width, source := d.rules.laneWidth[r.class], network.Defaulted
	// Lanes outside of these bounds are not what width means there: parking, verges, or a typing error.
	const narrowest, widest = 2.5, 4.5
	if total, ok := parseWidth(r.way.Tags.Find("width")); ok {
		if each := total / float64(n); each >= narrowest && each <= widest {
			width, source = math.Round(each*100)/100, network.Derived
		}
	}
	if r.look.dirs[0].open() && r.look.dirs[1].open() {
		r.look.median = float64(middle) * width
	}
	for dir := range r.look.dirs {
		for i := range r.look.dirs[dir].lanes {
			lane := &r.look.dirs[dir].lanes[i]
			lane.Width, lane.Source.Width = width, source
		}
	}
}

// parseWidth reads a width in m: "5.5", "5.5 m", "18 ft", "18'".
func parseWidth(value string) (m float64, ok bool) {
	unit := 1.0
	value = strings.TrimSpace(value)
	for _, u := range []struct {
		suffix string
		metres float64
	}{{"m", 1}, {"ft", 0.3048}, {"'", 0.3048}} {
		if number, found := strings.CutSuffix(value, u.suffix); found {
			value, unit = number, u.metres
			break
		}
	}
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(value), ",", ".", 1), 64)
	if err != nil || !(x > 0) || x > 100 {
		return 0, false
	}
	return x * unit, true
}
