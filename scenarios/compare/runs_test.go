package compare

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/batch"
	"roadtwin/scenarios/results"
)

// cross runs variants of a scenario at one crossroads.
func cross(t *testing.T, db *results.DB, text string, seeds int) (*batch.Study, []scenarios.Summary) {
	t.Helper()
	s, err := scenarios.Parse([]byte(text), "cross.yaml")
	if err != nil {
		t.Fatal(err)
	}
	net, err := network.Build(sample.Cross(sample.CrossSpec{Control: network.PrioritySide}))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	variants, err := s.Pick([]string{"all"})
	if err != nil {
		t.Fatal(err)
	}
	cities := &batch.Cities{}
	cities.Put(s, city)
	study := &batch.Study{Variants: variants, Cities: cities, Options: scenarios.Options{Workers: 1}, DB: db, Version: "test", Jobs: 2}
	made, err := study.Run(t.Context(), batch.NextSeeds(nil, seeds))
	if err != nil {
		t.Fatal(err)
	}
	return study, made
}

// A scenario compared with itself under other seeds differs in 5 % of 200 comparisons, within the 0.1 % and 99.9 % quantiles of a
// binomial: 2 to 22.
func TestAScenarioDoesNotDifferFromItself(t *testing.T) {
	if testing.Short() {
		t.Skip("twelve hundred runs")
	}
	const comparisons, pairs = 200, 3
	_, made := cross(t, nil, `
map: cross
period: {begin: "07:00", end: "07:00:30"}
demand: {trips_per_day: 50000}
`, comparisons*pairs*2)
	found := 0
	var departed int
	for k := range comparisons {
		var base, other []float64
		for i := range pairs {
			at := 2 * (k*pairs + i)
			base = append(base, made[at].Measures["vehicle_h"])
			other = append(other, made[at+1].Measures["vehicle_h"])
			departed += made[at].Departed
		}
		if Paired(base, other).P < 0.05 {
			found++
		}
	}
	if departed < comparisons*pairs*5 {
		t.Fatalf("%d departed in %d runs, want traffic", departed, comparisons*pairs)
	}
	b := distuv.Binomial{N: comparisons, P: 0.05}
	lo, hi := 0, comparisons
	for b.CDF(float64(lo)) < 0.001 {
		lo++
	}
	for 1-b.CDF(float64(hi-1)) < 0.001 {
		hi--
	}
	t.Logf("%d of %d comparisons find a difference; want %d to %d", found, comparisons, lo, hi)
	if found < lo || found > hi {
		t.Errorf("%d of %d comparisons of a scenario with itself find a difference, want %d to %d", found, comparisons, lo, hi)
	}
}

const crossText = `
map: cross
period: {begin: "07:00", end: "07:04"}
demand: {trips_per_day: 20000}
measure: {interval: 120}
variants:
  same: {}
  half: {demand: {factor: 0.5}}
`

func TestCompareTellsDifferencesAndTheirAbsence(t *testing.T) {
	db, err := results.Create(filepath.Join(t.TempDir(), "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	cross(t, db, crossText, 6)
	all, err := Groups(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	groups, notes := Newest(all, "")
	if len(groups) != 3 || len(notes) != 0 {
		t.Fatalf("%d groups, notes %v", len(groups), notes)
	}
	base, err := Named(groups, "base")
	if err != nil {
		t.Fatal(err)
	}
	same, _ := Named(groups, "same")
	half, _ := Named(groups, "half")
	if _, err := Named(groups, "haf"); err == nil || !strings.Contains(err.Error(), "half") {
		t.Errorf("an unknown variant: %v", err)
	}
	rows, err := Compare(t.Context(), db, Query{Base: base, With: []*Group{same, half}, Measures: []string{"vehicle_km", "network_delay_h"}, Correct: Holm})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 4 || rows[0].With != "same" || rows[0].Verdict != Equal || rows[0].Difference != 0 || rows[0].Pairs != 6 {
		t.Errorf("a variant that is the base: %+v", rows[0])
	}
	if rows[1].With != "half" || rows[1].Verdict != Less || rows[1].PAdjusted < rows[1].P {
		t.Errorf("half the demand: %+v, want less vehicle kilometres", rows[1])
	}
	places, err := Compare(t.Context(), db, Query{Base: base, With: []*Group{half}, Measures: []string{"vehicle_km"}, Level: ByEdge, Correct: BenjaminiHochberg})
	if err != nil {
		t.Fatal(err)
	}
	total, want := 0.0, rows[1].Difference
	for _, r := range places {
		total += r.Difference
	}
	// Connectors, which are part of the whole, belong to no edge.
	if len(places) < 4 || total > 0.8*want || total < 1.01*want {
		t.Errorf("%d edges whose differences add up to %g km, want 4 at least and some %g", len(places), total, want)
	}
	times, err := Compare(t.Context(), db, Query{Base: base, With: []*Group{half}, Measures: []string{"vehicle_km"}, Times: true, Correct: BenjaminiHochberg})
	if err != nil || len(times) != 2 || times[0].Begin != 25200 || times[1].Begin != 25320 || math.Abs(times[0].Difference+times[1].Difference-total) > 1e-9 {
		t.Errorf("by time: %+v, %v, want two intervals that add up to %g", times, err, total)
	}
	checkJSON(t, rows[1])
	one := *half
	one.Runs = map[uint64]results.Run{1: half.Runs[1]}
	rows, err = Compare(t.Context(), db, Query{Base: base, With: []*Group{&one}, Measures: []string{"vehicle_km"}, Correct: Holm})
	if err != nil || rows[0].Verdict != Equal || rows[0].Pairs != 1 {
		t.Errorf("one pair: %+v, %v, want no verdict", rows[0], err)
	}
	if text, err := json.Marshal(rows[0]); err != nil || !strings.Contains(string(text), `"ci95":[null,null]`) {
		t.Errorf("JSON of one pair: %s, %v", text, err)
	}
}

// checkJSON checks the fields that programs may count on.
func checkJSON(t *testing.T, row Row) {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"name", "base", "variant", "difference", "ci95", "pairs", "p", "p_adjusted", "verdict", "with"} {
		if _, ok := got[field]; !ok {
			t.Errorf("no %s in %s", field, text)
		}
	}
	if ci, _ := got["ci95"].([]any); len(ci) != 2 || ci[0].(float64) > got["difference"].(float64) || ci[1].(float64) < got["difference"].(float64) {
		t.Errorf("ci95 in %s, want an interval around the difference", text)
	}
}

// What chance does to both runs of a pair drops out: with the same travellers the interval of a difference is at most half of that of
// independent runs. Measured on real cities the factor is in STUDIES.md.
func TestCommonRandomNumbersNarrowTheInterval(t *testing.T) {
	_, made := cross(t, nil, `
map: cross
period: {begin: "07:00", end: "07:05"}
demand: {trips_per_day: 10000}
variants:
  wet: {weather: [{at: "06:00", condition: wet}]}
`, 12)
	var base, wet []float64
	for _, s := range made {
		if s.Variant == scenarios.Base {
			base = append(base, s.Measures["vehicle_h"])
		} else {
			wet = append(wet, s.Measures["vehicle_h"])
		}
	}
	e := Paired(base, wet)
	if half := e.Half(); !(half <= e.Independent/2) {
		t.Errorf("half width %.4g h with common random numbers, %.4g h without, want at most half", half, e.Independent)
	}
	if slices.Equal(base, wet) {
		t.Error("wet roads change nothing")
	}
}

func TestPlaceMeasuresAreDescribedAndHaveValues(t *testing.T) {
	s := Sums{
		Hours: 0.5, Metres: 1000, LaneMetres: 2000, Seconds: 3600, Driven: 20000, FreeSeconds: 1800, Standing: 900, Queue: 2, QueueMax: 5,
		PathSeconds: 100, PathMetres: 500, CO2: 4000, Passed: 40, ControlDelay: 600,
	}
	want := map[string]float64{
		"delay_h": 0.5, "delay_s_per_km": 90, "travel_time_s": 200, "speed_kmh": 20, "flow_vph": 40, "density_vpkm": 1, "standing_h": 0.25, "queue_mean": 2,
		"queue_max": 5, "control_delay_s": 15, "vehicle_km": 20, "vehicle_h": 1, "co2_kg": 4,
	}
	for _, m := range PlaceMeasures {
		if m.Text == "" {
			t.Errorf("%s is not described", m.Name)
		}
		if w, ok := want[m.Name]; ok && math.Abs(m.Of(&s)-w) > 1e-9 {
			t.Errorf("%s = %g, want %g %s", m.Name, m.Of(&s), w, m.Unit)
		}
		if v := m.Of(&Sums{Hours: 1, Metres: 1000, LaneMetres: 1000}); math.IsInf(v, 0) {
			t.Errorf("%s of no traffic = %g", m.Name, v)
		}
	}
}
