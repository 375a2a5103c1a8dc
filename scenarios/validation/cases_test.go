package validation

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// measured runs a case and reports what it was, if the verdict is not what the case says of itself.
func measured(t *testing.T, c Case) Result {
	t.Helper()
	r := c.Run(t.Context())
	want := Pass
	if c.Disagrees != "" {
		want = Fail
	}
	if r.Verdict == NoData {
		t.Skipf("%s: %s", c.ID, r.Problem)
	}
	if r.Verdict != want {
		t.Errorf("%s: %s, want %s: %s", c.ID, r.Verdict, want, r.Problem)
		for i := range r.Measures {
			t.Logf("%s: %s", c.ID, &r.Measures[i])
		}
	}
	return r
}

// quick are the cases of physics, which take no time.
var quick = []string{"F1", "F2", "F3", "B1", "B2", "B3", "B4", "B5", "B7", "B8", "A1", "H1", "H2", "S3", "S4", "S5", "S6"}

// TestPhysicsAgreesWithWhatIsPublished holds the friction, braking and pulling cases to their verdicts.
func TestPhysicsAgreesWithWhatIsPublished(t *testing.T) {
	for _, id := range quick {
		t.Run(id, func(t *testing.T) { measured(t, caseOf(t, id)) })
	}
}

// TestIdenticalDriversFollowTheTheory holds the engine to closed forms and to the string stability criterion.
func TestIdenticalDriversFollowTheTheory(t *testing.T) {
	if testing.Short() {
		t.Skip("ten seconds of rings")
	}
	for _, id := range []string{"C1", "C2", "C3"} {
		t.Run(id, func(t *testing.T) { measured(t, caseOf(t, id)) })
	}
}

func caseOf(t *testing.T, id string) Case {
	t.Helper()
	for _, c := range Cases() {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no case %s", id)
	return Case{}
}

func TestEveryCaseSaysWhatAReaderMustKnow(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Cases() {
		if c.ID == "" || c.Area == "" || c.What == "" || c.Expected == "" || c.Tolerance == "" || c.Kind == "" || c.Source == "" || c.How == "" || c.measure == nil {
			t.Errorf("case %q: %+v, want every field", c.ID, c)
		}
		if seen[c.ID] {
			t.Errorf("case %s twice", c.ID)
		}
		seen[c.ID] = true
	}
}

// The closed forms that cases expect are those of ../shared/reference, at every row of its table.
func TestClosedFormIsThatOfTheReference(t *testing.T) {
	path, err := besides("reference", "4_carfollowing", "idm_equilibrium.csv")
	if err != nil {
		t.Skip(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		"IDM Wikipedia / Treiber 2000 calibrated":        "treiber2000",
		"Treiber-Kesting book city (startStop scenario)": "book_city",
		"Treiber-Kesting book highway (onramp scenario)": "book_highway",
	}
	compared := 0
	for _, row := range rows[1:] {
		name, ok := names[row[0]]
		if !ok {
			continue
		}
		set, _, err := identical(name)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := strconv.ParseFloat(row[1], 64)
		want, _ := strconv.ParseFloat(row[3], 64)
		if got := idmGap(set, v); math.Abs(got/want-1) > 1e-3 {
			t.Errorf("%s at %g m/s: %.4f m, want %.4f", name, v, got, want)
		}
		compared++
	}
	if compared != 60 {
		t.Errorf("%d rows compared, want 60", compared)
	}
}

// TestDeterministicQueueIsThatOfTheTable holds the rows of D1, and their mean delays, to the table.
func TestDeterministicQueueIsThatOfTheTable(t *testing.T) {
	path, err := besides("reference", "6_departure", "deterministic_queue_cases.csv")
	if err != nil {
		t.Skip(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+len(queueCases) {
		t.Fatalf("%d rows, want %d", len(rows)-1, len(queueCases))
	}
	for i, q := range queueCases {
		row := rows[i+1]
		number := func(k int) float64 { x, _ := strconv.ParseFloat(row[k], 64); return x }
		if cars, share := number(0), number(1)/number(2); cars != float64(q.cars) || share != q.share {
			t.Errorf("row %d: %g cars at %g of the capacity, the case has %d at %g", i, cars, share, q.cars, q.share)
		}
		if got, want := meanDelay(q.cars, number(2), q.share), number(4); math.Abs(got-want) > 0.05 {
			t.Errorf("row %d: mean delay %.2f s, want %.2f", i, got, want)
		}
	}
}

// The formulas that cases compare with give the published examples.
func TestFormulasGiveThePublishedExamples(t *testing.T) {
	for _, c := range []struct {
		what           string
		got, want, tol float64
	}{
		{"HCM two-way stop example 1, right turn, 260/h", gapAcceptance(6.3, 3.39)(260), 760, 1},
		{"left turn, 880/h", gapAcceptance(6.5, 3.59)(880), 308, 1},
		{"major left turn, 280/h", gapAcceptance(4.2, 2.29)(280), 1238, 1.5},
		{"permitted left turn, 624/h", gapAcceptance(4.5, 2.5)(624), 813, 1},
		{"HCM freeway example 3, 1,875 pc/h at 70 mph", hcmSpeed(70, 1875), 64.7, 0.1},
		{"HCM freeway example 1, 1,142 pc/h at 60.8 mph", hcmSpeed(60.8, 1142), 60.8, 0},
		{"capacity at 70 mph", hcmSpeed(70, 2400), 53.3, 0.1},
		{"below the breakpoint", hcmSpeed(70, 1100), 70, 0},
	} {
		if math.Abs(c.got-c.want) > c.tol {
			t.Errorf("%s: %.2f, want %.2f", c.what, c.got, c.want)
		}
	}
}

func TestWaveMeterFindsAWave(t *testing.T) {
	const length, speed, n = 230.0, -5.5, 22
	m := waveMeter{length: length}
	for t := 0.0; t < 120; t++ {
		var cars []ringCar
		for i := range n {
			x := math.Mod(float64(i)*length/n+2*t, length)
			cars = append(cars, ringCar{i, x, 4 + 3*math.Cos(2*math.Pi*(x-speed*t)/length)})
		}
		m.add(t, cars)
	}
	if got, steady := m.speed(); math.Abs(got-speed) > 0.05 || steady < 0.99 {
		t.Errorf("wave at %.2f m/s (%.3f steady), want %.2f", got, steady, speed)
	}
}

func TestReleasesFindAFront(t *testing.T) {
	f := releases{}
	for i := range 40 {
		f.t, f.x = append(f.t, float64(i)*1.6), append(f.x, 1000-float64(i)*8)
	}
	if got := f.front(0); math.Abs(got+5) > 1e-9 {
		t.Errorf("front at %.3f m/s, want -5", got)
	}
	if got := f.front(60); !math.IsNaN(got) {
		t.Errorf("front of 3 vehicles at %.3f m/s, want none", got)
	}
}

func TestConfidenceIntervalIsStudents(t *testing.T) {
	// Four values of mean 5 and deviation 2.582: t(3; 0.975) = 3.182, half width 4.108.
	if mean, half := meanCI([]float64{2, 4, 6, 8}); mean != 5 || math.Abs(half-4.108) > 1e-3 {
		t.Errorf("%.3f ± %.3f, want 5 ± 4.108", mean, half)
	}
	if mean, half := meanCI([]float64{7, math.NaN()}); mean != 7 || half != 0 {
		t.Errorf("%.3f ± %.3f, want 7 ± 0", mean, half)
	}
}

func TestArrivalsAreRandomAtTheRateAsked(t *testing.T) {
	all := trips(3, []stream{steady(0, 0, 600, 36000)})
	if n := len(all); math.Abs(float64(n)-6000) > 4*math.Sqrt(6000) {
		t.Errorf("%d arrivals in ten hours, want 6,000", n)
	}
	short := 0
	for i := 1; i < len(all); i++ {
		if all[i].Depart < all[i-1].Depart {
			t.Fatal("not sorted")
		}
		if all[i].Depart-all[i-1].Depart < 6 {
			short++
		}
	}
	if share := float64(short) / float64(len(all)); math.Abs(share-(1-math.Exp(-1))) > 0.03 {
		t.Errorf("%.3f of the headways are below their mean, want 1-1/e", share)
	}
}

// TestPageIsWellFormed parses the page of some results as XML, but for what HTML writes its own way.
func TestPageIsWellFormed(t *testing.T) {
	var results []Result
	for _, id := range []string{"F1", "F3", "B7", "A1"} {
		c := caseOf(t, id)
		results = append(results, c.Run(t.Context()))
	}
	results = append(results, Result{ID: "X", Area: "none", What: "a < b & c", Verdict: NotYet, Problem: `"quoted"`})
	page := string(AppendPage(nil, results, "v<1>", time.Unix(0, 0)))
	for _, want := range []string{`id="F3"`, "a &lt; b &amp; c", "v&lt;1&gt;", "prefers-color-scheme:dark", "</svg>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s on the page", want)
		}
	}
	for _, never := range []string{"http://", "src=", "@import", "NaN", "Inf"} {
		if strings.Contains(page, never) {
			t.Errorf("%s on the page", never)
		}
	}
	body := page[strings.Index(page, "<main>"):strings.Index(page, "</body>")]
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("not well formed: %v", err)
			}
			return
		}
	}
}

func TestResultsAreJSONWhateverTheNumbers(t *testing.T) {
	r := Result{ID: "X"}
	r.within("nothing", "", math.NaN(), math.Inf(-1), 3, math.NaN())
	r.judge(nil)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Fail || !bytes.Contains(data, []byte(`"got":null`)) || !bytes.Contains(data, []byte(`"high":3`)) {
		t.Errorf("%s", data)
	}
}

// TestNobodyCrashesWhateverTheStepTime has cars stop and go on a crowded ring with steps that divide neither a second nor a reaction.
func TestNobodyCrashesWhateverTheStepTime(t *testing.T) {
	for _, step := range []float64{0.05, 0.15, 0.25, 0.35, 0.4, 0.45, 0.5} {
		l := newLab(t.Context(), step)
		for seed := range uint64(4) {
			ring, err := l.newRing(ringSpec{length: 230, limit: 30 * kmh, cars: 22, duration: 900, setup: setup{seed: seed + 1}})
			if err != nil {
				t.Fatal(err)
			}
			if err := ring.until(ring.begun+900, nil); err != nil {
				t.Errorf("steps of %g s, seed %d: %v", step, seed+1, err)
			}
			ring.Close()
		}
	}
}
