package compare

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
)

// Query says what to compare.
type Query struct {
	Base     *Group
	With     []*Group
	Measures []string // of RunMeasures for the whole without times, else of PlaceMeasures; nil for the usual ones
	Level    Level    // "" is Whole
	Times    bool     // tell the intervals apart
	Correct  Correction
	// Least leaves out the places and times where the mean is smaller with both: what is too little to matter needs no test, and the fewer
	// there are the more each can show.
	Least float64
}

// Row is one comparison.
type Row struct {
	Name  string // of the measure
	Unit  string
	With  string  // the variant
	Place string  // see Cell
	Label string  // its street, or what it is
	Begin float64 // see Cell
	Effect
	PAdjusted float64 // P adjusted for the number of comparisons
	Verdict   Verdict
	Better    int // see scenarios.RunMeasure
}

// Verdict is what a comparison comes to.
type Verdict string

// The verdicts.
const (
	Less  Verdict = "less"
	More  Verdict = "more"
	Equal Verdict = "no difference can be shown"
)

// MarshalJSON implements json.Marshaler; what is not known for want of pairs is null.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name        string      `json:"name"`
		Unit        string      `json:"unit,omitempty"`
		With        string      `json:"with"`
		Place       string      `json:"place,omitempty"`
		Label       string      `json:"label,omitempty"`
		Begin       *float64    `json:"begin_s,omitempty"`
		Base        *float64    `json:"base"`
		Variant     *float64    `json:"variant"`
		Difference  *float64    `json:"difference"`
		CI95        [2]*float64 `json:"ci95"`
		Pairs       int         `json:"pairs"`
		SD          float64     `json:"sd"`
		P           float64     `json:"p"`
		PAdjusted   float64     `json:"p_adjusted"`
		Independent *float64    `json:"independent_half_width"`
		Verdict     Verdict     `json:"verdict"`
	}{
		r.Name, r.Unit, r.With, r.Place, r.Label, nonZero(r.Begin), finite(r.Base), finite(r.Variant), finite(r.Difference),
		[2]*float64{finite(r.CI95[0]), finite(r.CI95[1])},
		r.Pairs, r.SD, r.P, r.PAdjusted, finite(r.Independent), r.Verdict,
	})
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

func nonZero(x float64) *float64 {
	if x == 0 {
		return nil
	}
	return &x
}

// usual are the measures that are compared if none are named.
var usual = map[bool][]string{
	true: { // of the whole
		"mean_delay_s", "network_delay_h", "mean_travel_time_s", "planning_time_index", "mean_stops", "arrived", "unfinished", "co2_kg", "conflicts",
	},
	false: {"delay_h", "speed_kmh", "flow_vph", "queue_mean"},
}

// Compare makes all comparisons of q, in the order measures, variants, places, times, with p values adjusted for their number.
func Compare(ctx context.Context, db *results.DB, q Query) ([]Row, error) {
	ofRuns := (q.Level == Whole || q.Level == "") && !q.Times
	if q.Measures == nil {
		q.Measures = usual[ofRuns]
	}
	var rows []Row
	var err error
	if ofRuns {
		rows, err = q.wholes()
	} else {
		rows, err = q.cells(ctx, db)
	}
	if err != nil {
		return nil, err
	}
	q.judge(rows)
	return rows, nil
}

// judge adjusts the p values and says what each comparison comes to.
func (q *Query) judge(rows []Row) {
	p := make([]float64, len(rows))
	for i := range rows {
		p[i] = rows[i].P
	}
	for i, adjusted := range q.Correct.Adjust(p) {
		r := &rows[i]
		r.PAdjusted, r.Verdict = adjusted, Equal
		if adjusted < 1-level && r.Difference < 0 {
			r.Verdict = Less
		} else if adjusted < 1-level && r.Difference > 0 {
			r.Verdict = More
		}
	}
}

// runValue is a measure of one run.
func runValue(run results.Run, measure string) (float64, bool) {
	var s struct {
		Measures map[string]float64 `json:"measures"`
	}
	if json.Unmarshal(run.Summary, &s) != nil {
		return 0, false
	}
	v, ok := s.Measures[measure]
	return v, ok
}

// Sample returns a measure of the runs of several groups, by group, for the seeds that all of them have a value for.
func Sample(measure string, groups ...*Group) ([][]float64, []uint64) {
	samples, seeds := make([][]float64, len(groups)), []uint64(nil)
	for _, seed := range common(groups...) {
		row := make([]float64, 0, len(groups))
		for _, g := range groups {
			if v, ok := runValue(g.Runs[seed], measure); ok {
				row = append(row, v)
			}
		}
		if len(row) < len(groups) {
			continue
		}
		seeds = append(seeds, seed)
		for i := range groups {
			samples[i] = append(samples[i], row[i])
		}
	}
	return samples, seeds
}

// RunMeasure returns the measure of whole runs of that name.
func RunMeasure(name string) (scenarios.RunMeasure, error) {
	all := scenarios.RunMeasures()
	i := slices.IndexFunc(all, func(m scenarios.RunMeasure) bool { return m.Name == name })
	if i < 0 {
		return scenarios.RunMeasure{}, fmt.Errorf("unknown measure %q of whole runs; roadtwin compare --help lists them", name)
	}
	return all[i], nil
}

// PlaceMeasureNamed returns the measure of places of that name.
func PlaceMeasureNamed(name string) (PlaceMeasure, error) {
	i := slices.IndexFunc(PlaceMeasures, func(m PlaceMeasure) bool { return m.Name == name })
	if i < 0 {
		return PlaceMeasure{}, fmt.Errorf("unknown measure %q of places and times; roadtwin compare --help lists them", name)
	}
	return PlaceMeasures[i], nil
}

func (q *Query) wholes() (rows []Row, err error) {
	for _, name := range q.Measures {
		m, err := RunMeasure(name)
		if err != nil {
			return nil, err
		}
		for _, with := range q.With {
			samples, _ := Sample(name, q.Base, with)
			rows = append(rows, Row{
				Name: name, Unit: m.Unit, With: with.Variant, Better: m.Better, Effect: Paired(samples[0], samples[1]),
			})
		}
	}
	return rows, nil
}

// Interactions returns for each measure what two variants do together beyond the sum of what each does alone. design is the base, the
// one, the other, and the variant with both: a 2x2 design.
func Interactions(measures []string, design []*Group, how Correction) ([]Row, error) {
	rows := make([]Row, len(measures))
	for i, name := range measures {
		m, err := RunMeasure(name)
		if err != nil {
			return nil, err
		}
		x, _ := Sample(name, design...)
		rows[i] = Row{Name: name, Unit: m.Unit, With: design[3].Variant, Better: m.Better, Effect: Interaction(x[0], x[1], x[2], x[3])}
	}
	q := Query{Correct: how}
	q.judge(rows)
	return rows, nil
}

// cells compares places and times.
func (q *Query) cells(ctx context.Context, db *results.DB) (rows []Row, err error) {
	measures := make([]PlaceMeasure, len(q.Measures))
	for i, name := range q.Measures {
		if measures[i], err = PlaceMeasureNamed(name); err != nil {
			return nil, err
		}
	}
	base, err := readGroup(ctx, db, q.Base, q.Level, q.Times)
	if err != nil {
		return nil, err
	}
	for _, with := range q.With {
		other, err := readGroup(ctx, db, with, q.Level, q.Times)
		if err != nil {
			return nil, err
		}
		seeds := common(q.Base, with)
		for _, c := range allCells(base, other) {
			for i := range measures {
				row, ok := compareCell(&measures[i], c, seeds, base, other)
				if ok && math.Max(math.Abs(row.Base), math.Abs(row.Variant)) >= q.Least {
					row.With = with.Variant
					rows = append(rows, row)
				}
			}
		}
	}
	order := func(name string) int { return slices.Index(q.Measures, name) }
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(order(a.Name), order(b.Name)) })
	return rows, nil
}

// GroupCells is the traffic of the runs of a group by seed, place and time.
type GroupCells struct {
	Reader *Reader
	Hours  float64 // of the period or of an interval
	BySeed map[uint64]map[Cell]*Sums
}

// ReadGroup adds up the traffic of all runs of a group.
func ReadGroup(ctx context.Context, db *results.DB, g *Group, level Level, times bool) (*GroupCells, error) {
	return readGroup(ctx, db, g, level, times)
}

func readGroup(ctx context.Context, db *results.DB, g *Group, level Level, times bool) (*GroupCells, error) {
	reader, err := NewReader(ctx, db, g.Any(), cmp.Or(level, Whole), times)
	if err != nil {
		return nil, err
	}
	cells := &GroupCells{Reader: reader, BySeed: map[uint64]map[Cell]*Sums{}}
	for _, seed := range g.Seeds() {
		if cells.BySeed[seed], err = reader.Read(ctx, g.Runs[seed]); err != nil {
			return nil, err
		}
	}
	return cells, nil
}

// Value returns a measure of a cell in the run of a seed; a cell without traffic counts as one in which nothing was driven.
func (g *GroupCells) Value(m *PlaceMeasure, c Cell, seed uint64) float64 {
	if s := g.BySeed[seed][c]; s != nil {
		return m.Of(s)
	}
	metres, laneMetres := g.Reader.Size(c.Place)
	if metres == 0 {
		return math.NaN() // the place is not on this map
	}
	return m.Of(&Sums{Hours: 1, Metres: metres, LaneMetres: laneMetres})
}

// Mean returns the mean of a measure over the seeds at which it has a value, NaN if at none.
func (g *GroupCells) Mean(m *PlaceMeasure, c Cell) float64 {
	var values []float64
	for _, seed := range sortedKeys(g.BySeed) {
		if v := g.Value(m, c, seed); !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	return mean(values)
}

func sortedKeys[V any](m map[uint64]V) []uint64 {
	keys := make([]uint64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Cells returns the cells in which there was traffic in any run, by place and time.
func (g *GroupCells) Cells() []Cell { return allCells(g) }

func allCells(groups ...*GroupCells) (cells []Cell) {
	seen := map[Cell]bool{}
	for _, g := range groups {
		for _, run := range g.BySeed {
			for c := range run {
				if !seen[c] {
					seen[c] = true
					cells = append(cells, c)
				}
			}
		}
	}
	slices.SortFunc(cells, func(a, b Cell) int { return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Begin, b.Begin)) })
	return cells
}

// compareCell compares one measure of one cell; ok is false if it has no value in any pair of runs.
func compareCell(m *PlaceMeasure, c Cell, seeds []uint64, base, other *GroupCells) (row Row, ok bool) {
	var x, y []float64
	for _, seed := range seeds {
		a, b := base.Value(m, c, seed), other.Value(m, c, seed)
		if !math.IsNaN(a) && !math.IsNaN(b) {
			x, y = append(x, a), append(y, b)
		}
	}
	if len(x) == 0 {
		return row, false
	}
	label := base.Reader.Label[c.Place]
	if label == "" {
		label = other.Reader.Label[c.Place]
	}
	return Row{Name: m.Name, Unit: m.Unit, Place: c.Place, Label: label, Begin: c.Begin, Better: m.Better, Effect: Paired(x, y)}, true
}
