package osmimport

import (
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
)

// Bounds of what is believed, m. A lane is no narrower than a car with its mirrors needs and no wider than a lane with
// room for a parked car, which is what width means there; a cycle lane on the carriageway takes what it usually has
// (ERA 2010 and AASHTO's bicycle guide: 1.5 m).
const (
	narrowestLane = 2.0
	widestLane    = 5.0
	cycleLane     = 1.5
	narrowMain    = 2.5 // on roads down to secondary rank
)

// readWidths notes the widths of single lanes: width:lanes.
func (l *laneReader) readWidths(dir int, columns []column) {
	list := l.wholeList("width:lanes", dir)
	at := fit(columns, len(list))
	if len(list) > 0 && at == nil {
		l.mismatch(dir, "width:lanes", len(list), len(columns))
	}
	for k, i := range at {
		if m, ok := parseWidth(list[k]); ok && m >= narrowestLane && m <= 2*widestLane {
			columns[i].width = math.Round(m*100) / 100
		}
	}
}

// widenLanes sets the width of the lanes for which none is given, and of what lies between the directions: from the width
// of the whole carriageway, shared by all of them, or the usual of the country and class.
func (l *laneReader) widenLanes(k *look) {
	middle := l.middle
	if !k.dirs[0].open() || !k.dirs[1].open() {
		middle = 0
	}
	given, missing := 0.0, middle
	for dir := range k.dirs {
		for i := range k.dirs[dir].lanes {
			if w := k.dirs[dir].lanes[i].Width; w > 0 {
				given += w
			} else {
				missing++
			}
		}
	}
	width, source := l.rules.laneWidth[l.class], network.Defaulted
	if total, ok := l.carriageway(); ok && missing > 0 {
		if each, ok := l.plausible((total-given)/float64(missing), k); ok {
			width, source = math.Round(each*100)/100, network.Derived
		}
	}
	k.median = float64(middle) * width
	_, tagged := laneCount(l.tags, "lanes:both_ways")
	k.centreLane = middle == 1 && (tagged || l.rules.centreTurnLane)
	for dir := range k.dirs {
		for i := range k.dirs[dir].lanes {
			lane := &k.dirs[dir].lanes[i]
			lane.Source.Width = network.Tagged
			if lane.Width == 0 {
				lane.Width, lane.Source.Width = width, source
			}
		}
	}
}

// carriageway returns the width in m of all lanes of the road together, if the map gives it: cycle lanes are taken off.
func (l *laneReader) carriageway() (m float64, ok bool) {
	for _, key := range []string{"width:carriageway", "width", "est_width"} {
		if m, ok = parseWidth(l.tags.Find(key)); ok {
			break
		}
	}
	if !ok {
		return 0, false
	}
	sides := 0
	if value := l.tags.Find("cycleway"); value == "lane" || l.tags.Find("cycleway:both") == "lane" {
		sides = 2
		if l.oneway {
			sides = 1
		}
	}
	for _, key := range []string{"cycleway:left", "cycleway:right"} {
		if sides < 2 && l.tags.Find(key) == "lane" {
			sides++
		}
	}
	return m - cycleLane*float64(sides), true
}

// plausible returns the width of a lane as far as it is believed. Narrow roads on which two cars hardly pass get the
// narrowest lanes there are.
func (l *laneReader) plausible(each float64, k *look) (m float64, ok bool) {
	both := k.dirs[0].open() && k.dirs[1].open()
	switch {
	case each > widestLane, each < narrowMain && l.class <= network.Secondary: // not believed
	case each >= narrowestLane:
		return each, true
	case both && each >= narrowestLane/2:
		l.report.guess("narrow_road")
		l.tell(Way, l.way.ID, "lanes of %.2f m made %.2f m wide", each, narrowestLane)
		return narrowestLane, true
	}
	l.report.guess("width_not_believed")
	l.tell(Way, l.way.ID, "lanes of %.2f m are not believed: %.2f m is usual", each, l.rules.laneWidth[l.class])
	return 0, false
}

// parseWidth reads a width in m: "5.5", "5,5 m", "18 ft", "18'", "18'6\"", "4.6+", "~5".
func parseWidth(value string) (m float64, ok bool) {
	value = strings.TrimRight(strings.TrimLeft(strings.TrimSpace(value), "~<> "), "+ ")
	if feet, inches, found := strings.Cut(value, "'"); found {
		x, ok := positive(feet)
		if inches = strings.TrimSpace(strings.TrimSuffix(inches, "\"")); inches == "" {
			return x * 0.3048, ok
		}
		y, ok2 := positive(inches)
		return x*0.3048 + y*0.0254, ok && ok2
	}
	unit := 1.0
	for _, u := range []struct {
		suffix string
		metres float64
	}{{"cm", 0.01}, {"m", 1}, {"ft", 0.3048}, {"feet", 0.3048}} {
		if number, found := strings.CutSuffix(value, u.suffix); found {
			value, unit = number, u.metres
			break
		}
	}
	x, ok := positive(value)
	if x *= unit; x > 100 {
		return 0, false
	}
	return x, ok
}

func positive(number string) (x float64, ok bool) {
	x, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(number), ",", ".", 1), 64)
	if err != nil || !(x > 0) || x > 10000 {
		return 0, false
	}
	return x, true
}
