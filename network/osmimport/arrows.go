package osmimport

import (
	"math"
	"slices"
	"strings"

	"roadtwin/network"
)

// arrowTurns are the values of turn:lanes that are turns, also as people write them who do not know the list.
var arrowTurns = map[string]network.TurnSet{
	"through": 1 << network.Through, "left": 1 << network.Left, "right": 1 << network.Right,
	"slight_left": 1 << network.SlightLeft, "slight_right": 1 << network.SlightRight,
	"sharp_left": 1 << network.SharpLeft, "sharp_right": 1 << network.SharpRight, "reverse": 1 << network.UTurn,
	"straight": 1 << network.Through, "u_turn": 1 << network.UTurn, "uturn": 1 << network.UTurn,
}

// noTurns are the values of turn:lanes that are no turns. Who slides to a side stays in his lane.
var noTurns = map[string]bool{
	"": true, "none": true, "merge_to_left": true, "merge_to_right": true, "slide_left": true, "slide_right": true,
	"slide_to_left": true, "slide_to_right": true,
}

const (
	leftTurns  = network.TurnSet(1<<network.Left | 1<<network.SlightLeft | 1<<network.SharpLeft | 1<<network.UTurn)
	rightTurns = network.TurnSet(1<<network.Right | 1<<network.SlightRight | 1<<network.SharpRight)
)

// mostUncounted is how many turn lanes a road may have that its lanes do not count. Many mappers count the lanes that
// go on only; a longer list of arrows than that is taken for an error.
const mostUncounted = 3

// draw puts the arrows of turn:lanes onto the columns of a direction of which n lanes are known. It adds the lanes that
// the arrows tell of beyond those.
func (l *laneReader) draw(dir int, columns []column, arrows []string, n int, source network.Provenance) []column {
	if arrows == nil {
		arrows = l.wholeArrow(dir, columns)
	}
	if more := len(arrows) - len(columns); more > 0 {
		known := source != network.Defaulted
		if more > mostUncounted && known || len(arrows) > maxLanes {
			l.mismatch(dir, "turn:lanes", len(arrows), n)
			return columns
		}
		if known {
			l.mismatch(dir, "turn:lanes", len(arrows), n)
		}
		columns = append(columns, l.general(dir, more)...)
	}
	if len(arrows) == 0 {
		return columns
	}
	if l.inverted(arrows) {
		arrows = slices.Clone(arrows)
		slices.Reverse(arrows)
		l.report.guess("turn_lanes_inverted")
		l.tell(Way, l.way.ID, "turn:lanes%s reads as if written from right to left, and is taken so", directionSuffixes[dir])
	}
	at := l.underArrows(dir, columns, arrows)
	for k, i := range at {
		l.readArrow(&columns[i], arrows[k])
	}
	l.completeArrows(columns)
	return columns
}

// endLanes notes the lanes that end by transit:lanes where no arrow says so: they merge away from the edge of the road.
func (l *laneReader) endLanes(dir int, columns []column) {
	list := l.list("transit:lanes", dir)
	for k, i := range fit(columns, len(list)) {
		c := &columns[i]
		switch {
		case list[k] != "end" || c.merge != network.NoMerge:
		case 2*i < len(columns)-1:
			c.merge = network.MergeOffside
		case i > 0:
			c.merge = network.MergeKerbside
		}
	}
}

// inverted tells whether arrows (from the kerb) make sense the other way round only: the lane at the kerb turns to the
// offside and nowhere else, that at the offside to the kerb, and no two would cross if the list began at its end.
func (l *laneReader) inverted(arrows []string) bool {
	kerb, offside := rightTurns, leftTurns
	if l.side == network.LeftHand {
		kerb, offside = leftTurns&^(1<<network.UTurn), rightTurns|1<<network.UTurn
	}
	const through = network.TurnSet(1 << network.Through)
	first, _ := turnsOf(arrows[0])
	last, _ := turnsOf(arrows[len(arrows)-1])
	if first == 0 || first&^offside != 0 || last&kerb == 0 || last&offside != 0 {
		return false
	}
	// Backwards the turns are to go from the kerb over straight on to the offside.
	stage := 0
	for _, value := range slices.Backward(arrows) {
		turns, _ := turnsOf(value)
		switch {
		case turns&offside != 0 && turns&kerb != 0, turns&kerb != 0 && stage > 0, turns&through != 0 && stage > 1:
			return false
		case turns&offside != 0:
			stage = 2
		case turns&through != 0:
			stage = max(stage, 1)
		}
	}
	return true
}

// wholeArrow returns the arrows of the key turn, which speaks of all lanes alike.
func (l *laneReader) wholeArrow(dir int, columns []column) []string {
	value := l.tags.Find("turn" + directionSuffixes[dir])
	if value == "" && l.oneway && dir == l.main {
		value = l.tags.Find("turn")
	}
	if value == "" || strings.Contains(value, "|") {
		return nil
	}
	return slices.Repeat([]string{strings.ToLower(value)}, len(columns))
}

// underArrows returns the column that each arrow lies on. Where there are fewer arrows than lanes, and it is not bus or
// cycle lanes that they leave out, they count from the kerb up to the last that goes straight on, and beyond it from the
// offside, so that no lane's path crosses another's.
func (l *laneReader) underArrows(dir int, columns []column, arrows []string) []int {
	if at := fit(columns, len(arrows)); len(at) == len(columns) || sameKinds(columns, at) {
		return at
	}
	l.mismatch(dir, "turn:lanes", len(arrows), len(columns))
	if uneven(columns) {
		return bestShift(columns, arrows)
	}
	last := 0
	for k, value := range arrows {
		if turns, _ := turnsOf(value); turns.Has(network.Through) || turns == 0 {
			last = k
		}
	}
	at := make([]int, len(arrows))
	for k := range at {
		at[k] = k
		if k > last {
			at[k] = k + len(columns) - len(arrows)
		}
	}
	return at
}

// sameKinds tells whether the columns at are all that are open to cars, or all that are open to motor vehicles.
func sameKinds(columns []column, at []int) bool {
	return slices.Equal(at, kinds(columns, network.SetOf(network.Car))) || slices.Equal(at, kinds(columns, network.AllClasses))
}

// kinds returns the columns that any of the classes may use.
func kinds(columns []column, classes network.ClassSet) (at []int) {
	for i := range columns {
		if columns[i].permitted&classes != 0 {
			at = append(at, i)
		}
	}
	return at
}

// uneven tells whether some columns are closed to cars.
func uneven(columns []column) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return !c.permitted.Has(network.Car) })
}

// bestShift lays the arrows on adjacent columns so that as few as possible lie where no car drives, from the kerb if
// several places are as good.
func bestShift(columns []column, arrows []string) []int {
	best, least := 0, math.MaxInt
	for shift := 0; shift+len(arrows) <= len(columns); shift++ {
		wrong := 0
		for k, value := range arrows {
			turns, _ := turnsOf(value)
			if (turns != 0) != columns[shift+k].permitted.Has(network.Car) {
				wrong++
			}
		}
		if wrong < least {
			best, least = shift, wrong
		}
	}
	at := make([]int, len(arrows))
	for k := range at {
		at[k] = best + k
	}
	return at
}

// turnsOf returns the turns of one lane's value, "left;through"; known is false if some of it has no meaning.
func turnsOf(value string) (turns network.TurnSet, known bool) {
	known = true
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' }) {
		part = strings.ReplaceAll(strings.TrimSpace(part), " ", "_")
		t, ok := arrowTurns[part]
		turns |= t
		known = known && (ok || noTurns[part])
	}
	return turns, known
}

// readArrow notes what the arrow of one lane says: where it leads, or that it ends.
func (l *laneReader) readArrow(c *column, value string) {
	turns, known := turnsOf(value)
	if !known {
		l.report.drop("turn", l.way.ID, "turn:lanes has "+value+", which is not known")
	}
	if turns != 0 {
		c.turns, c.marked = turns, network.Tagged
	}
	left, right := network.MergeOffside, network.MergeKerbside
	if l.side == network.LeftHand {
		left, right = right, left
	}
	for part := range strings.SplitSeq(value, ";") {
		switch strings.TrimSpace(part) {
		case "merge_to_left":
			c.merge, c.marked = left, network.Tagged
		case "merge_to_right":
			c.merge, c.marked = right, network.Tagged
		}
	}
}

// completeArrows gives lanes without arrow beside lanes with arrows a meaning: they go straight on; at the edge of the
// road they also turn to its side if no arrow of another lane does.
func (l *laneReader) completeArrows(columns []column) {
	var marked network.TurnSet
	for i := range columns {
		marked |= columns[i].turns
	}
	if marked == 0 {
		return
	}
	kerbside, offside := network.TurnSet(1<<network.Right), network.TurnSet(1<<network.Left)
	kerbTurns, offTurns := rightTurns, leftTurns
	if l.side == network.LeftHand {
		kerbside, offside, kerbTurns, offTurns = offside, kerbside, offTurns&^(1<<network.UTurn), kerbTurns|1<<network.UTurn
	}
	motor := kinds(columns, network.AllClasses)
	for k, i := range motor {
		c := &columns[i]
		if c.turns != 0 {
			continue
		}
		c.turns = 1 << network.Through
		c.marked = max(c.marked, network.Derived)
		if c.merge != network.NoMerge {
			continue
		}
		if k == 0 && marked&kerbTurns == 0 {
			c.turns |= kerbside
		}
		if k == len(motor)-1 && marked&offTurns == 0 {
			c.turns |= offside
		}
	}
}

// changeSides returns to which sides, seen left and right, a value of change:lanes forbids to leave a lane.
func changeSides(value string) (left, right bool) {
	switch strings.TrimSpace(value) {
	case "no":
		return true, true
	case "not_left", "only_right":
		return true, false
	case "not_right", "only_left":
		return false, true
	}
	return false, false
}

// markChanges notes the lines that may not be crossed: change:lanes, change, and on two-way roads overtaking=no, which
// draws the line between the directions.
func (l *laneReader) markChanges(dir int, columns []column) {
	list := l.list("change:lanes", dir)
	at := fit(columns, len(list))
	if len(list) > 0 && at == nil {
		l.mismatch(dir, "change:lanes", len(list), len(columns))
	}
	whole := l.tags.Find("change" + directionSuffixes[dir])
	if whole == "" {
		whole = l.tags.Find("change")
	}
	if list == nil && whole != "" {
		list, at = slices.Repeat([]string{whole}, len(columns)), fit(columns, len(columns))
	}
	for k, i := range at {
		left, right := changeSides(list[k])
		if l.side == network.LeftHand {
			left, right = right, left
		}
		if left {
			columns[i].change |= network.NoChangeOffside
		}
		if right {
			columns[i].change |= network.NoChangeKerbside
		}
	}
	if l.noOvertaking(dir) && len(columns) > 0 {
		columns[len(columns)-1].change |= network.NoChangeOffside
	}
}

// noOvertaking tells whether those who drive in direction dir of a two-way road may not use the other side.
func (l *laneReader) noOvertaking(dir int) bool {
	if l.oneway {
		return false
	}
	value := l.tags.Find("overtaking" + directionSuffixes[dir])
	if value == "" {
		value = l.tags.Find("overtaking")
	}
	return value == "no" || value == strings.TrimPrefix(directionSuffixes[1-dir], ":")
}
