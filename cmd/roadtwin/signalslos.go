package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/signals/assess"
	"roadtwin/signals/timing"
)

// signalsLOSVerb is "roadtwin signals los".
type signalsLOSVerb struct {
	DB    string  `arg:"" name:"results.db" help:"Results of a run (roadtwin run --db)."`
	Of    int64   `name:"run" placeholder:"N" help:"The run, by its id in the table runs (default: the last)."`
	Heavy float64 `default:"0.05" placeholder:"SHARE" help:"Share of heavy vehicles, for the HCM."`
	Limit int     `default:"20" placeholder:"N" help:"List at most N junctions, those with most delay first; 0 is all."`
	JSON  bool    `name:"json" help:"Print the table as JSON."`
}

// Help is shown by "roadtwin signals los --help".
func (signalsLOSVerb) Help() string {
	return `For each movement at signals: flow, control delay, stops, level of service and queue as simulated; beside them degree of saturation, control
delay, level of service and 95th percentile back of queue by the Highway Capacity Manual for the same flows, lanes and plan. The manual knows
nothing of platoons here (arrivals at random), nor of what stands ahead of the junction.

Example:

  roadtwin run scenario.yaml --db results.db
  roadtwin signals los results.db
  roadtwin signals los results.db --run 3 --json`
}

// losRow is a movement in what "roadtwin signals los --json" prints.
type losRow struct {
	Controller int        `json:"controller"`
	Junction   string     `json:"junction"`
	Approach   string     `json:"approach"`
	Edge       int        `json:"edge"`
	Turn       string     `json:"turn"`
	Flow       float64    `json:"flow_veh_h"`
	Delay      float64    `json:"delay_s"`
	Stops      float64    `json:"stops"`
	Queue95    float64    `json:"queue_95_veh"`
	LOS        timing.LOS `json:"los"`
	HCMX       *float64   `json:"hcm_v_c"`
	HCMDelay   *float64   `json:"hcm_delay_s"`
	HCMLOS     string     `json:"hcm_los,omitempty"`
	HCMQueue95 *float64   `json:"hcm_queue_95_veh"`
}

// Run prints the table.
func (v *signalsLOSVerb) Run(ctx context.Context, c *console) error {
	if !(v.Heavy >= 0 && v.Heavy <= 1) {
		return mistake(fmt.Errorf("--heavy %g, want 0 to 1", v.Heavy))
	}
	db, err := results.Open(v.DB)
	if err != nil {
		return mistake(err)
	}
	defer db.Close()
	id := v.Of
	if id == 0 {
		runs, err := db.Runs(ctx)
		if err != nil {
			return err
		}
		if len(runs) == 0 {
			return mistake(fmt.Errorf("%s: no run", v.DB))
		}
		id = runs[len(runs)-1].ID
	}
	r, err := scenarios.Reopen(ctx, db, id, 1, func(format string, args ...any) { fmt.Fprintf(c.err, format+"\n", args...) })
	if err != nil {
		return mistake(err)
	}
	defer r.Close()
	moves, err := db.MovementIntervals(ctx, id)
	if err != nil {
		return err
	}
	rows := losRows(r, moves, v.Heavy)
	if v.JSON {
		return writeJSON(c.out, map[string]any{"run": id, "movements": rows})
	}
	return v.print(c, rows)
}

// movementSums are what a run has of a movement.
type movementSums struct {
	entered, passed, stops int64
	delay                  float64
	peaks                  []int32
}

// losRows returns the movements at signals, by controller and movement.
func losRows(r *scenarios.Run, moves []results.MovementInterval, heavy float64) []losRow {
	net := r.Net()
	all := make([]movementSums, len(net.Movements))
	begin, end := math.Inf(1), math.Inf(-1)
	for i := range moves {
		m := &moves[i]
		begin, end = min(begin, m.Begin), max(end, m.End)
		if m.Movement < len(all) {
			t := &all[m.Movement]
			t.entered, t.passed, t.stops, t.delay = t.entered+m.Entered, t.passed+m.Passed, t.stops+m.Stops, t.delay+m.ControlDelay
			t.peaks = append(t.peaks, m.QueuePeaks...)
		}
	}
	flows := make(assess.Flows, len(all))
	for i := range all {
		flows[i] = float64(all[i].entered) * 3600 / (end - begin)
	}
	byHCM := map[network.MovementID]assess.Row{}
	plans := r.Plans()
	for i := range plans {
		if j, err := assess.Controller(net, &plans[i], flows, heavy); err == nil {
			for _, row := range j.Rows {
				byHCM[row.Movement] = row
			}
		}
	}
	rows := []losRow{}
	for i := range net.Movements {
		move := &net.Movements[i]
		t := &all[i]
		controller := net.Junctions[move.Junction].Controller
		if controller == network.None || t.passed == 0 {
			continue
		}
		delay := t.delay / float64(t.passed)
		row := losRow{
			Controller: int(controller), Junction: net.Controllers[controller].Name, Approach: net.Edges[move.From].Name, Edge: int(move.From),
			Turn: move.Turn.String(), Flow: flows[i], Delay: delay, Stops: float64(t.stops) / float64(t.passed), Queue95: percentile95(t.peaks),
			LOS: timing.LevelOfService(delay, 0),
		}
		if h, ok := byHCM[network.MovementID(i)]; ok && !math.IsInf(h.X, 0) {
			row.HCMX, row.HCMDelay, row.HCMLOS, row.HCMQueue95 = &h.X, &h.Delay, h.LOS.String(), &h.Queue95
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b losRow) int { return a.Controller - b.Controller })
	return rows
}

func percentile95(values []int32) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return float64(values[int(math.Ceil(0.95*float64(len(values))))-1])
}

func (v *signalsLOSVerb) print(c *console, rows []losRow) error {
	delays := map[int]float64{} // vehicle seconds an hour, by controller
	var order []int
	for i := range rows {
		if _, known := delays[rows[i].Controller]; !known {
			order = append(order, rows[i].Controller)
		}
		delays[rows[i].Controller] += rows[i].Flow * rows[i].Delay
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case delays[a] > delays[b]:
			return -1
		case delays[a] < delays[b]:
			return 1
		}
		return 0
	})
	for n, controller := range order {
		if v.Limit > 0 && n == v.Limit {
			fmt.Fprintf(c.out, "\nand %d more junctions (--limit 0 lists all)\n", len(order)-n)
			break
		}
		if err := printJunction(c, rows, controller); err != nil {
			return err
		}
	}
	return nil
}

func printJunction(c *console, rows []losRow, controller int) error {
	flow, delay := 0.0, 0.0
	name := ""
	t := newTable(c.out)
	for i := range rows {
		if rows[i].Controller == controller {
			flow, delay, name = flow+rows[i].Flow, delay+rows[i].Flow*rows[i].Delay, rows[i].Junction
		}
	}
	if flow > 0 {
		delay /= flow
	}
	fmt.Fprintf(c.out, "\ncontroller %d (%s): %.0f veh/h, %.1f s, %v\n\n", controller, name, flow, delay, timing.LevelOfService(delay, 0))
	t.row("veh/h", "delay", "stops", "queue 95 %", "LOS", "HCM: v/c", "delay", "queue 95 %", "LOS", "")
	for i := range rows {
		r := &rows[i]
		if r.Controller != controller {
			continue
		}
		x, d, q, l := "-", "-", "-", "-"
		if r.HCMX != nil {
			x, d, q, l = fmt.Sprintf("%.2f", *r.HCMX), fmt.Sprintf("%.1f s", *r.HCMDelay), fmt.Sprintf("%.1f", *r.HCMQueue95), r.HCMLOS
		}
		approach := r.Approach
		if approach == "" {
			approach = fmt.Sprintf("edge %d", r.Edge)
		}
		t.row(fmt.Sprintf("%.0f", r.Flow), fmt.Sprintf("%.1f s", r.Delay), fmt.Sprintf("%.2f", r.Stops), fmt.Sprintf("%.0f", r.Queue95), r.LOS.String(),
			x, d, q, l, "  "+approach+", "+r.Turn)
	}
	return t.w.Flush()
}
