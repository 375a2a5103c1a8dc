package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// maxLanes bounds the lanes of one direction: no more can be planned for (see vehicles/traffic), and the widest toll
// plazas of the New Jersey Turnpike have as many.
const maxLanes = 16

// laneReader reads what the tags of one way say of its lanes. In it a list of lanes is in order from the kerb, whatever
// the driving side; the map writes them from left to right.
type laneReader struct {
	*draft
	way       *extract.Way
	tags      extract.Tags // of the way
	lists     extract.Tags // those of them that speak of each lane, "turn:lanes" and so on
	class     network.RoadClass
	link      bool
	ring      bool
	who       [2]network.ClassSet // who may drive along the way, and against it
	oneway    bool                // but perhaps for buses
	main      int                 // the direction that is open to all if oneway
	counts    [2]int
	middle    int                   // lanes between the directions: for turning from both, or hatched
	source    [2]network.Provenance // of counts
	busCounts [2]busCount
}

// column is one lane of a direction in the making, a cycle lane too.
type column struct {
	permitted network.ClassSet
	stated    network.Provenance // of permitted
	turns     network.TurnSet
	marked    network.Provenance // of turns
	merge     network.Merge
	change    network.ChangeSet
	width     float64 // m, 0 if not given for this lane
}

// layLanes gives each direction of a road that somebody may use its lanes; who is by direction.
func (d *draft) layLanes(r *road, who [2]network.ClassSet) {
	l := d.newLaneReader(r, who)
	l.countLanes()
	if forAccess(l.tags) {
		l.counts, l.middle = [2]int{min(l.counts[0], 1), min(l.counts[1], 1)}, 0
	}
	for dir, classes := range who {
		if classes == 0 {
			continue
		}
		columns, source := l.columns(dir)
		lanes := make([]network.LaneSpec, len(columns))
		for i, c := range columns {
			lanes[i] = network.LaneSpec{
				Width: c.width, Permitted: c.permitted, Turns: c.turns, Change: c.change, Merge: c.merge,
				Source: network.Source{Lanes: source, Permitted: c.stated, Turns: c.marked},
			}
		}
		r.look.dirs[dir].lanes = lanes
		l.explain(dir, lanes, source)
	}
	l.widenLanes(&r.look)
	l.place(&r.look)
}

func (d *draft) newLaneReader(r *road, who [2]network.ClassSet) *laneReader {
	l := &laneReader{
		draft: d, way: r.way, tags: r.way.Tags, lists: laneTags(r.way.Tags), class: r.class, link: r.link,
		ring: r.look.roundabout, who: who,
	}
	along, against, _ := openDirections(l.tags, r.class)
	switch {
	case who[1] == 0 || !against:
		l.oneway = true
	case who[0] == 0 || !along:
		l.oneway, l.main = true, 1
	}
	return l
}

func (l *laneReader) explain(dir int, lanes []network.LaneSpec, source network.Provenance) {
	if len(l.opts.Explain) == 0 {
		return
	}
	for i := range lanes {
		if text := laneText(&lanes[i]); text != "" {
			l.tell(Way, l.way.ID, "%s lane %d of %d from the kerb: %s (their number is %v)",
				[2]string{"forward", "backward"}[dir], i+1, len(lanes), text, source)
		}
	}
}

// laneText says what is special about a lane.
func laneText(lane *network.LaneSpec) string {
	var words []string
	if lane.Permitted != network.AllClasses {
		words = append(words, "for "+lane.Permitted.String())
	}
	if lane.Turns != 0 {
		words = append(words, "arrow "+lane.Turns.String())
	}
	if lane.Merge != network.NoMerge {
		words = append(words, [...]string{"", "ends and merges kerbside", "ends and merges offside"}[lane.Merge])
	}
	if lane.Change&network.NoChangeKerbside != 0 {
		words = append(words, "no change to the kerb side")
	}
	if lane.Change&network.NoChangeOffside != 0 {
		words = append(words, "no change to the offside")
	}
	return strings.Join(words, ", ")
}

// columns returns the lanes of one direction from the kerb that motor vehicles may use, and where their number comes
// from. The lists of the map may count differently: with or without cycle lanes, bus lanes or turn lanes. Those that
// say who may use a lane come first, for they tell which lanes the others have left out.
func (l *laneReader) columns(dir int) ([]column, network.Provenance) {
	n, source := l.counts[dir], l.source[dir]
	arrows := l.list("turn:lanes", dir)
	permissions := l.permissionLists(dir)
	var columns []column
	if len(permissions) > 0 {
		columns = l.permit(dir, permissions)
	} else {
		columns, arrows = l.reserve(dir, n, source, arrows)
	}
	if source != network.Defaulted && len(columns) < n && len(columns) < maxLanes {
		columns = append(columns, l.general(dir, n-len(columns))...) // lists that are too short speak of the kerb
		l.mismatch(dir, "access lists", len(permissions), n)
	}
	columns = l.draw(dir, columns, arrows, n, source)
	l.endLanes(dir, columns)
	l.markChanges(dir, columns)
	l.readWidths(dir, columns)
	columns = slices.DeleteFunc(columns, func(c column) bool { return c.permitted == 0 })
	if len(columns) == 0 {
		columns = l.general(dir, max(n, 1))
	}
	if len(columns) > maxLanes {
		columns = columns[:maxLanes]
	}
	switch {
	case len(columns) == n:
	case source == network.Tagged:
		l.mismatch(dir, "lists of lanes", len(columns), n)
		fallthrough
	default:
		source = network.Derived
	}
	return columns, source
}

// general returns n lanes for everybody who may use the direction.
func (l *laneReader) general(dir, n int) []column {
	columns := make([]column, n)
	for i := range columns {
		columns[i].permitted, columns[i].stated = l.who[dir], l.wayAccess()
	}
	return columns
}

// wayAccess returns where the permissions of the whole way come from.
func (l *laneReader) wayAccess() network.Provenance {
	for i := range l.tags {
		for _, keys := range accessKeys {
			if slices.Contains(keys, l.tags[i].Key) {
				return network.Tagged
			}
		}
	}
	return network.Defaulted
}

// mismatch counts and explains that a list of got lanes stands against n.
func (l *laneReader) mismatch(dir int, what string, got, n int) {
	l.report.guess("lanes_mismatch")
	l.tell(Way, l.way.ID, "%s of %d lanes against %d lanes%s", what, got, n, directionSuffixes[dir])
}
