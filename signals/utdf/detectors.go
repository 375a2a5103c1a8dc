package utdf

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/signals"
)

// Detectors of a lane group are numbered from the stop line on: DetectPosN is the distance of its nearer end from the line, DetectSizeN its
// length along the lane, DetectTypeN what it does.
const (
	mostDetectors = 5 // of a lane group
	detectCalls   = 1 // bits of a type; 3 calls and extends
	detectExtends = 2
	usualSize     = 15.0 // m, before a stop line about whose detectors the file says nothing
	nearLine      = 3.0  // m: what begins nearer is a detector of the stop line
)

// laneWait is a lane before a stop line, with the groups that its traffic waits for.
type laneWait struct {
	lane   network.LaneID
	groups []network.SignalGroupID // ascending
}

// waits returns the lanes before the stop lines of a controller, ascending.
func waits(net *network.Network, c network.ControllerID) (out []laneWait) {
	for _, g := range net.Controllers[c].Groups {
		for _, con := range net.SignalGroups[g].Connectors {
			lane := net.Connectors[con].From
			i := slices.IndexFunc(out, func(w laneWait) bool { return w.lane == lane })
			if i < 0 {
				i = len(out)
				out = append(out, laneWait{lane: lane})
			}
			if !slices.Contains(out[i].groups, g) {
				out[i].groups = append(out[i].groups, g)
			}
		}
	}
	for i := range out {
		slices.Sort(out[i].groups)
	}
	slices.SortFunc(out, func(a, b laneWait) int { return int(a.lane - b.lane) })
	return out
}

// turnOf returns the column of a file that a lane belongs to: through if anybody goes through, else left or right.
func turnOf(net *network.Network, lane network.LaneID) string {
	has := [3]bool{}
	l := &net.Lanes[lane]
	for k := range l.NumOut {
		has[turnIndex(net.Connectors[l.FirstOut+network.ConnectorID(k)].Turn)] = true
	}
	for i, letter := range []string{"t", "l", "r"} {
		if has[i] {
			return letter
		}
	}
	return "t"
}

// detectors returns those that a file has for a junction, on each lane of their lane group; and one before the stop line of every lane of
// which the file says nothing.
func (m *matcher) detectors(id int, c network.ControllerID, report *Report) (out []signals.Detector) {
	columns := m.approachColumns(id, c)
	records := m.file.Lanes[id]
	var others, clipped bool
	for _, w := range waits(m.net, c) {
		column := columns[m.net.Lanes[w.lane].Edge] + turnOf(m.net, w.lane)
		n := int(number(records, "numdetects", column, 0))
		if n < 1 {
			length := m.net.Lanes[w.lane].Length
			out = append(out, signals.Detector{
				Name: fmt.Sprintf("lane %d stop line", w.lane), Kind: signals.StopLine, Lane: w.lane,
				From: math.Max(0, length-usualSize), To: length, Groups: w.groups,
			})
		}
		for k := 1; k <= min(n, mostDetectors); k++ {
			d, fits := m.detector(records, column, k, w)
			clipped = clipped || !fits
			if d.To-d.From >= 0.1 {
				out = append(out, d)
			}
			suffix := strconv.Itoa(k)
			others = others || number(records, "detectextend"+suffix, column, 0) > 0 || number(records, "detectdelay"+suffix, column, 0) > 0 ||
				number(records, "detectqueue"+suffix, column, 0) > 0
		}
	}
	if others {
		report.note("junction %d: detectors have no extensions, delays and queue limits of their own here; those of the phases hold", id)
	}
	if clipped {
		report.note("junction %d: detectors that reach beyond their lane are cut off at its begin", id)
	}
	return out
}

// detector returns the detector number k of a lane; fits is false if it reaches beyond the lane.
func (m *matcher) detector(records map[string]map[string]string, column string, k int, w laneWait) (d signals.Detector, fits bool) {
	suffix, unit, length := strconv.Itoa(k), m.file.unit(), m.net.Lanes[w.lane].Length
	position := number(records, "detectpos"+suffix, column, 0) * unit
	size := math.Max(0.5, number(records, "detectsize"+suffix, column, usualSize/unit)*unit)
	kind := int(number(records, "detecttype"+suffix, column, detectCalls|detectExtends))
	far, near := length-position-size, length-position
	d = signals.Detector{
		Name: fmt.Sprintf("lane %d stop line", w.lane), Kind: signals.StopLine, Lane: w.lane, Groups: w.groups,
		From: math.Min(math.Max(0, far), length), To: math.Min(math.Max(0, near), length),
	}
	if position > nearLine {
		d.Name, d.Kind, d.Lock = fmt.Sprintf("lane %d advance", w.lane), signals.Advance, kind&detectCalls != 0
	}
	if k > 1 {
		d.Name += " " + suffix
	}
	return d, far > -0.05
}

// putDetectors writes the detectors of a control that lie on the lanes of a lane group of an arm: put takes record and value. It returns
// false if the lanes have different ones: those of the first are written.
func (x *exporter) putDetectors(control *signals.Control, lanes []network.LaneID, phase int, put func(record, value string)) bool {
	if control == nil || len(lanes) == 0 {
		return true
	}
	var first []string
	alike := true
	for i, lane := range lanes {
		var cells []string
		furthest, nearest, n := 0.0, math.Inf(1), 0
		length := x.net.Lanes[lane].Length
		for k := range control.Detectors {
			d := &control.Detectors[k]
			if d.Lane != lane || len(d.Groups) == 0 || d.Kind != signals.StopLine && d.Kind != signals.Advance || n == mostDetectors {
				continue
			}
			n++
			kind := detectCalls | detectExtends
			if d.Kind == signals.Advance && !d.Lock {
				kind = detectExtends
			}
			furthest, nearest = math.Max(furthest, length-d.From), math.Min(nearest, length-d.To)
			suffix := strconv.Itoa(n)
			cells = append(cells, "DetectPos"+suffix, decimal(length-d.To), "DetectSize"+suffix, decimal(d.To-d.From), "DetectType"+suffix, strconv.Itoa(kind))
		}
		if n == 0 {
			alike = alike && first == nil
			continue
		}
		if i > 0 {
			alike = alike && slices.Equal(cells, first)
			continue
		}
		first = cells
		put("First Detect", decimal(furthest))
		put("Last Detect", decimal(nearest))
		put("Detect Phase1", strconv.Itoa(phase))
		put("numDetects", strconv.Itoa(n))
		for k := 0; k < len(cells); k += 2 {
			put(cells[k], cells[k+1])
		}
	}
	return alike
}

// detectorRecords are those of lane groups, in the order of a file.
func detectorRecords() []string {
	records := []string{"First Detect", "Last Detect", "Detect Phase1", "numDetects"}
	for k := 1; k <= mostDetectors; k++ {
		for _, name := range []string{"DetectPos", "DetectSize", "DetectType"} {
			records = append(records, name+strconv.Itoa(k))
		}
	}
	return records
}
