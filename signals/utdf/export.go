package utdf

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"roadtwin/network"
	"roadtwin/signals"
)

// Flows are the flows of movements in veh/h, by MovementID; nil if they are not known.
type Flows []float64

// Export writes the signalised junctions of a network, their lanes and the timings of controls as a combined file of version 8, in metres
// and km/h. Junction n of the file is controller n-1; its description has the OSM node. A fixed-time plan is written as pretimed
// phases, one a stage, in one ring; phases in rings and barriers as they are. Other kinds of control have no timings in this format:
// the notes tell which controllers were left without.
func Export(w io.Writer, net *network.Network, controls []signals.Control, flows Flows) (notes []string, err error) {
	x := exporter{w: csv.NewWriter(w), net: net, flows: flows}
	x.nodes()
	x.row("[Network]")
	x.row("Network Settings")
	x.row("RECORDNAME", "DATA")
	x.row("UTDFVERSION", "8")
	x.row("Metric", "1")
	x.row("")
	x.writeNodes()
	x.writeLinks()
	byController := map[network.ControllerID]*signals.Control{}
	for i := range controls {
		byController[controls[i].Controller] = &controls[i]
	}
	x.controls = byController
	x.timings()
	x.writeLanes()
	x.writeTimings()
	x.w.Flush()
	return x.notes, x.w.Error()
}

type exporter struct {
	w     *csv.Writer
	net   *network.Network
	flows Flows
	notes []string

	controls map[network.ControllerID]*signals.Control

	arms    [][]arm                        // of each controller
	outer   map[network.JunctionID]int     // INTID of the junctions around
	order   []network.JunctionID           // of outer
	timed   map[network.ControllerID]timed // controllers with timings
	columns []string                       // of lanes
}

// arm is an approach from outside of a controller, with the column it has in the file.
type arm struct {
	edge   network.EdgeID
	column string // "nb"
	up     int    // INTID
}

// timed is the timing of a controller as the file has it.
type timed struct {
	kind, cycle, offset float64
	reference, refTo    int
	phases              []ringPhase
}

func (x *exporter) row(cells ...string) { _ = x.w.Write(cells) } // the writer keeps its first error

// nodes numbers the junctions and the arms.
func (x *exporter) nodes() {
	x.outer = map[network.JunctionID]int{}
	next := len(x.net.Controllers) + 1
	id := func(j network.JunctionID) int {
		if c := x.net.Junctions[j].Controller; c != network.None {
			return int(c) + 1
		}
		if x.outer[j] == 0 {
			x.outer[j] = next
			x.order = append(x.order, j)
			next++
		}
		return x.outer[j]
	}
	for c := range x.net.Controllers {
		var arms []arm
		used := map[string]bool{}
		for _, j := range x.net.Controllers[c].Junctions {
			for _, e := range x.net.Junctions[j].In {
				if x.net.Junctions[x.net.Edges[e].From].Controller == network.ControllerID(c) {
					continue // inside
				}
				column := x.columnFor(e, used)
				if column == "" {
					x.notes = append(x.notes, fmt.Sprintf("junction %d: more than eight approaches; edge %d is left out", c+1, e))
					continue
				}
				used[column] = true
				arms = append(arms, arm{e, column, id(x.net.Edges[e].From)})
			}
		}
		for _, j := range x.net.Controllers[c].Junctions {
			for _, e := range x.net.Junctions[j].Out {
				if x.net.Junctions[x.net.Edges[e].To].Controller != network.ControllerID(c) {
					id(x.net.Edges[e].To)
				}
			}
		}
		x.arms = append(x.arms, arms)
	}
	turns := []string{"L", "T", "R"}
	for _, d := range []string{"NB", "SB", "EB", "WB", "NE", "NW", "SE", "SW"} {
		for _, t := range turns {
			x.columns = append(x.columns, d+t)
		}
	}
}

// columnFor returns the column for an approach: of those that are not used the nearest in direction, the four of the compass first.
func (x *exporter) columnFor(e network.EdgeID, used map[string]bool) string {
	best, nearest := "", math.Inf(1)
	for i, c := range compass {
		off := math.Abs(math.Remainder(c.eighth*math.Pi/4-heading(x.net, e), 2*math.Pi))
		if i%2 == 1 {
			off += math.Pi / 8 // the four first
		}
		if !used[c.name] && off < nearest {
			best, nearest = c.name, off
		}
	}
	return best
}

func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64) }

func (x *exporter) writeNodes() {
	x.row("[Nodes]")
	x.row("Node Data")
	x.row("INTID", "TYPE", "X", "Y", "Z", "DESCRIPTION", "LONGITUDE", "LATITUDE")
	write := func(id, kind int, p network.Point, text string) {
		lon, lat := x.net.Projection.ToLonLat(p)
		x.row(strconv.Itoa(id), strconv.Itoa(kind), decimal(p.X), decimal(p.Y), "0", text,
			strconv.FormatFloat(lon, 'f', 7, 64), strconv.FormatFloat(lat, 'f', 7, 64))
	}
	for c := range x.net.Controllers {
		text := ""
		if nodes := x.net.Controllers[c].OSMNodes; len(nodes) > 0 {
			text = fmt.Sprintf("OSM node %d", nodes[0])
		}
		write(c+1, 0, centre(x.net, network.ControllerID(c)), text)
	}
	for _, j := range x.order {
		kind := 3
		if x.net.Junctions[j].Boundary {
			kind = 1
		}
		write(x.outer[j], kind, x.net.Junctions[j].Position, "")
	}
	x.row("")
}

// linkColumns are those of links.
var linkColumns = []string{"NB", "SB", "EB", "WB", "NE", "NW", "SE", "SW"}

func (x *exporter) writeLinks() {
	x.row("[Links]")
	x.row("Link Data")
	x.row(append([]string{"RECORDNAME", "INTID"}, linkColumns...)...)
	for c := range x.net.Controllers {
		for _, r := range []struct {
			name  string
			value func(arm) string
		}{
			{"Up ID", func(a arm) string { return strconv.Itoa(a.up) }},
			{"Lanes", func(a arm) string { return strconv.Itoa(int(x.net.Edges[a.edge].NumLanes)) }},
			{"Name", func(a arm) string { return x.net.Edges[a.edge].Name }},
			{"Distance", func(a arm) string { return decimal(math.Round(x.net.Edges[a.edge].Length)) }},
			{"Speed", func(a arm) string { return decimal(math.Round(3.6 * x.net.EdgeLanes(a.edge)[0].SpeedLimit)) }},
			{"Grade", func(a arm) string { return decimal(100 * x.net.EdgeLanes(a.edge)[0].Gradient) }},
		} {
			cells := []string{r.name, strconv.Itoa(c + 1)}
			for _, column := range linkColumns {
				at := slices.IndexFunc(x.arms[c], func(a arm) bool { return name(column) == a.column })
				if at < 0 {
					cells = append(cells, "")
				} else {
					cells = append(cells, r.value(x.arms[c][at]))
				}
			}
			x.row(cells...)
		}
	}
	x.row("")
}

// movement is what a lane group of the file is here.
type movement struct {
	lanes       int
	own         []network.LaneID // those lanes
	left, right bool             // through lanes are shared with these
	connectors  []network.ConnectorID
	phases      []int
	flow        float64
	to          int
}

// movements returns the lane groups of an arm: left, through, right.
func (x *exporter) movements(c network.ControllerID, a arm) (out [3]movement) {
	for i := range x.net.EdgeLanes(a.edge) {
		l := x.net.Edges[a.edge].FirstLane + network.LaneID(i)
		lane := &x.net.Lanes[l]
		has := [3]bool{}
		for k := range lane.NumOut {
			con := lane.FirstOut + network.ConnectorID(k)
			at := []int{1, 0, 2}[turnIndex(x.net.Connectors[con].Turn)]
			has[at] = true
			out[at].connectors = append(out[at].connectors, con)
		}
		switch {
		case has[1]:
			out[1].lanes++
			out[1].own = append(out[1].own, l)
			out[1].left, out[1].right = out[1].left || has[0], out[1].right || has[2]
		case has[0]:
			out[0].lanes++
			out[0].own = append(out[0].own, l)
			out[0].right = out[0].right || has[2]
		case has[2]:
			out[2].lanes++
			out[2].own = append(out[2].own, l)
		}
	}
	t := x.timed[c]
	for at := range out {
		m := &out[at]
		seen := map[network.MovementID]bool{}
		for _, con := range m.connectors {
			k := &x.net.Connectors[con]
			if x.flows != nil && !seen[k.Movement] {
				seen[k.Movement] = true
				m.flow += x.flows[k.Movement]
			}
			next := x.net.Edges[x.net.Lanes[k.To].Edge].To
			if m.to = x.outer[next]; m.to == 0 && x.net.Junctions[next].Controller != network.None {
				m.to = int(x.net.Junctions[next].Controller) + 1
			}
			for i := range t.phases {
				if slices.Contains(t.phases[i].Groups, k.Group) && !slices.Contains(m.phases, t.phases[i].Number) {
					m.phases = append(m.phases, t.phases[i].Number)
				}
			}
		}
	}
	return out
}

func (x *exporter) writeLanes() {
	x.row("[Lanes]")
	x.row("Lane Group Data")
	x.row(append([]string{"RECORDNAME", "INTID"}, x.columns...)...)
	for c := range x.net.Controllers {
		cells := map[string]map[string]string{}
		put := func(record, column, value string) {
			if cells[record] == nil {
				cells[record] = map[string]string{}
			}
			cells[record][column] = value
		}
		records := []string{"Up Node", "Dest Node", "Lanes", "Shared", "Width", "Speed", "Phase1", "Phase2", "Phase3", "Phase4", "Volume"}
		records = append(records, detectorRecords()...)
		for _, a := range x.arms[c] {
			for i, m := range x.movements(network.ControllerID(c), a) {
				if len(m.connectors) == 0 {
					continue
				}
				column := a.column + string("ltr"[i])
				put("Up Node", column, strconv.Itoa(a.up))
				put("Dest Node", column, strconv.Itoa(m.to))
				put("Lanes", column, strconv.Itoa(m.lanes))
				put("Shared", column, strconv.Itoa(boolInt(m.left)+2*boolInt(m.right)))
				put("Width", column, decimal(x.net.EdgeLanes(a.edge)[0].Width))
				put("Speed", column, decimal(math.Round(3.6*x.net.EdgeLanes(a.edge)[0].SpeedLimit)))
				for k, n := range m.phases[:min(4, len(m.phases))] {
					put("Phase"+strconv.Itoa(k+1), column, strconv.Itoa(n))
				}
				if len(m.phases) > 0 && !x.putDetectors(x.controls[network.ControllerID(c)], m.own, m.phases[0], func(record, value string) { put(record, column, value) }) {
					x.notes = append(x.notes, fmt.Sprintf("junction %d: lanes of %s have different detectors; those of the first are written", c+1, column))
				}
				if x.flows != nil {
					put("Volume", column, strconv.Itoa(int(math.Round(m.flow))))
				}
			}
		}
		for _, record := range records {
			if cells[record] == nil {
				continue
			}
			row := []string{record, strconv.Itoa(c + 1)}
			for _, column := range x.columns {
				row = append(row, cells[record][name(column)])
			}
			x.row(row...)
		}
	}
	x.row("")
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
