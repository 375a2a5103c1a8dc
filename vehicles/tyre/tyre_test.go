package tyre

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"roadtwin/network"
)

// reference opens a CSV file of published values, which lies beside the repository, or skips the test.
func reference(t *testing.T, name string) [][]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "reference", name))
	if err != nil {
		t.Skipf("published values are not here: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var carTyre = Tyre{Grip: 1, Pressure: 2.2e5}

// Peak slip, peak and locked friction of Burckhardt's surfaces at walking pace, to the digits that are published.
func TestBurckhardtPeaksAndLockedFriction(t *testing.T) {
	curves := map[string]Curve{
		"dry_asphalt": dryAsphalt, "dry_concrete": dryConcrete, "wet_asphalt": wetAsphalt, "dry_cobblestone": dryCobblestone,
		"wet_cobblestone": wetCobblestone, "snow": snow, "ice": ice,
	}
	seen := 0
	for _, row := range reference(t, "1_friction/tyre_burckhardt.csv")[1:] {
		curve, ok := curves[row[0]]
		if !ok {
			t.Errorf("no curve for %s", row[0])
			continue
		}
		seen++
		slip, peak := curve.Peak(0)
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"peak slip", slip, number(t, row[5])},
			{"peak mu", peak, number(t, row[6])},
			{"locked mu", curve.Locked(0), number(t, row[7])},
		} {
			if math.Abs(c.got-c.want) > 1e-3 {
				t.Errorf("%s: %s = %.4f, want %.4f ± 0.001", row[0], c.what, c.got, c.want)
			}
		}
	}
	if seen != len(curves) {
		t.Errorf("%d surfaces compared, want %d", seen, len(curves))
	}
}

func TestPeakIsNowhereExceeded(t *testing.T) {
	for s := range network.NumSurfaces {
		for c := range NumConditions {
			curve := carTyre.On(s, c)
			for v := 0.0; v <= 80; v += 5 {
				slip, peak := curve.Peak(v)
				for i := range 1001 {
					at := float64(i) / 1000
					if mu := curve.Mu(at, v); mu > peak+1e-12 {
						t.Fatalf("%v %v at %.0f m/s: mu(%.3f) = %.6f > peak %.6f at %.4f", s, c, v, at, mu, peak, slip)
					}
				}
				if curve.Mu(0, v) != 0 || curve.Locked(v) < 0 || peak > 1.2 {
					t.Errorf("%v %v at %.0f m/s: rolling %.3f, locked %.3f, peak %.3f", s, c, v, curve.Mu(0, v), curve.Locked(v), peak)
				}
			}
		}
	}
}

// Within water, and within snow and ice, each condition grips less than the one before it at all speeds.
func TestWorseConditionGripsLess(t *testing.T) {
	for s := range network.NumSurfaces {
		for _, v := range []float64{0, 5, 15, 25, 40} {
			for c := Damp; c < NumConditions; c++ {
				if c == Slush || c == Snow { // a tyre that floats grips less than snow
					continue
				}
				_, better := carTyre.On(s, c-1).Peak(v)
				_, worse := carTyre.On(s, c).Peak(v)
				if worse > better {
					t.Errorf("%v at %.0f m/s: %v %.3f > %v %.3f", s, v, c, worse, c-1, better)
				}
			}
			_, dry := carTyre.On(s, Dry).Peak(v)
			_, snowy := carTyre.On(s, Slush).Peak(v)
			if snowy >= dry && !s.Loose() {
				t.Errorf("%v at %.0f m/s: slush %.3f >= dry %.3f", s, v, snowy, dry)
			}
		}
	}
}

// VTI rapport 423A: packed snow 0.20 to 0.30 with winter tyres, loose snow and slush 0.20 to 0.50, wet ice 0.05 to 0.10;
// Bosch: black ice at most 0.1.
func TestWinterRoadsAreAsSlipperyAsMeasured(t *testing.T) {
	for _, row := range []struct {
		condition Condition
		lo, hi    float64
	}{{Slush, 0.2, 0.5}, {Snow, 0.2, 0.5}, {PackedSnow, 0.15, 0.30}, {Ice, 0.05, 0.101}, {WetIce, 0.04, 0.10}} {
		if _, got := carTyre.On(network.Asphalt, row.condition).Peak(5); got < row.lo || got > row.hi {
			t.Errorf("%v: peak %.3f, want %.2f to %.2f", row.condition, got, row.lo, row.hi)
		}
	}
}

// Horne's law at 32 psi: 58.5 mph = 94 km/h, to 1 %.
func TestAquaplaningSpeed(t *testing.T) {
	got := AquaplaningSpeed(32*6894.757) * 3.6
	if math.Abs(got-94.2) > 0.94 {
		t.Errorf("aquaplaning at 32 psi = %.1f km/h, want 94.2 ± 1 %%", got)
	}
}

// Bosch Automotive Handbook: static friction of new and worn tyres on 0.2, 1 and 2 mm of water at 50, 90 and 130 km/h,
// to 0.10, and to 0.05 in puddles from 90 km/h on.
func TestWetRoadsAgreeWithBosch(t *testing.T) {
	conditions := map[string]Condition{"wet_0.2mm": Wet, "heavy_rain_1mm": Soaked, "puddles_2mm": Flooded}
	seen, worst := 0, 0.0
	for _, row := range reference(t, "1_friction/tyre_mu_vs_speed_bosch.csv")[1:] {
		condition, ok := conditions[row[0]]
		if !ok {
			continue
		}
		seen++
		tyre := carTyre
		if row[2] != "new" {
			tyre.Tread = WornTread
		}
		kmh, want, tol := number(t, row[1]), number(t, row[3]), 0.10
		if condition == Flooded && kmh >= 90 {
			tol = 0.05
		}
		_, got := tyre.On(network.Asphalt, condition).Peak(kmh / 3.6)
		if math.Abs(got-want) > tol {
			t.Errorf("%s, %s tyre at %.0f km/h: peak %.3f, want %.2f ± %.2f", row[0], row[2], kmh, got, want, tol)
		}
		worst = math.Max(worst, math.Abs(got-want))
	}
	if seen != 18 {
		t.Errorf("%d values compared, want 18", seen)
	}
	t.Logf("largest deviation %.3f", worst)
}

// The ranges of the reconstruction tables (see road.go), for a locked wheel at walking pace, relative to their travelled
// asphalt.
func TestSurfacesAgreeWithReconstructionTables(t *testing.T) {
	const dryAsphalt, wetAsphalt = 0.70, 0.575
	for _, row := range []struct {
		surface   network.Surface
		condition Condition
		lo, hi    float64
	}{
		{network.Metal, Wet, 0.25 / wetAsphalt, 0.45 / wetAsphalt},
		{network.Compacted, Dry, 0.55 / dryAsphalt, 0.85 / dryAsphalt},
		{network.Compacted, Wet, 0.40 / wetAsphalt, 0.80 / wetAsphalt},
		{network.Gravel, Dry, 0.40 / dryAsphalt, 0.70 / dryAsphalt},
		{network.Concrete, Dry, 0.60 / dryAsphalt, 0.80 / dryAsphalt},
	} {
		got := carTyre.On(row.surface, row.condition).Locked(0) / carTyre.On(network.Asphalt, row.condition).Locked(0)
		if got < row.lo || got > row.hi {
			t.Errorf("%v %v: %.2f of asphalt's friction, want %.2f to %.2f", row.condition, row.surface, got, row.lo, row.hi)
		}
	}
}

// Each pair: the first grips better in that condition, at the peak, at 10 m/s.
func TestOrderOfSurfaces(t *testing.T) {
	for _, row := range []struct {
		condition     Condition
		better, worse network.Surface
	}{
		{Wet, network.Asphalt, network.Concrete},
		{Wet, network.Concrete, network.Paving},
		{Wet, network.Paving, network.Cobblestone},
		{Wet, network.Compacted, network.Gravel},
		{Wet, network.Gravel, network.Earth},
		{Wet, network.Concrete, network.Metal},
		{Wet, network.Concrete, network.Wood},
		{Dry, network.Paving, network.Cobblestone},
		{Dry, network.Asphalt, network.Compacted},
		{Dry, network.Compacted, network.Gravel},
		{Dry, network.Gravel, network.Earth},
	} {
		_, better := carTyre.On(row.better, row.condition).Peak(10)
		_, worse := carTyre.On(row.worse, row.condition).Peak(10)
		if better <= worse {
			t.Errorf("%v: %v grips %.3f, %v %.3f", row.condition, row.better, better, row.worse, worse)
		}
	}
}

// Peak slip, peak and locked friction of the Magic Formula's four sets, to the digits that are published.
func TestMagicFormulaPeaksAndLockedFriction(t *testing.T) {
	sets := map[string]MagicFormula{"dry_tarmac": MagicDry, "wet_tarmac": MagicWet, "snow": MagicSnow, "ice": MagicIce}
	seen := 0
	for _, row := range reference(t, "1_friction/tyre_magic_formula.csv")[1:] {
		m, ok := sets[row[0]]
		if !ok {
			t.Errorf("no set for %s", row[0])
			continue
		}
		seen++
		slip, peak := m.Peak()
		for i, got := range []float64{m.B, m.C, m.D, m.E, slip, peak, m.Locked()} {
			if want := number(t, row[1+i]); math.Abs(got-want) > 1e-3 {
				t.Errorf("%s: column %d = %.4f, want %.4f ± 0.001", row[0], 1+i, got, want)
			}
		}
	}
	if seen != len(sets) {
		t.Errorf("%d surfaces compared, want %d", seen, len(sets))
	}
}

// Loose snow has the Magic Formula's peak, its slip and its locked friction.
func TestLooseSnowIsTheMagicFormulas(t *testing.T) {
	slip, peak := looseSnow.Peak(0)
	wantSlip, wantPeak := MagicSnow.Peak()
	if math.Abs(slip-wantSlip) > 0.02 || math.Abs(peak-wantPeak) > 0.003 || math.Abs(looseSnow.Locked(0)-MagicSnow.Locked()) > 0.003 {
		t.Errorf("loose snow: %.3f at %.3f, locked %.3f; want %.3f at %.3f, %.3f", peak, slip, looseSnow.Locked(0), wantPeak, wantSlip, MagicSnow.Locked())
	}
}

// Stops on both kinds of tyres, of What Car?: see winter.go. The decelerations are those of ABS, some 95 % of the peak.
func TestWinterTyresStopAsTested(t *testing.T) {
	for _, test := range []struct {
		condition      Condition
		speed          float64 // m/s
		winter, summer float64 // m
		tolerance      float64
	}{
		{PackedSnow, 25 * 0.44704, 17.7, 35.4, 0.06},
		{Dry, 62 * 0.44704, 43.7 * 31.4 / 37.9, 31.4, 0.01}, // a car of today stops sooner than that of the tests: the ratio is theirs
	} {
		for _, winter := range []bool{true, false} {
			tyre, want := Tyre{Grip: 1.19, Pressure: 2.2e5, Winter: winter}, test.summer
			if winter {
				want = test.winter
			}
			got := 0.0
			for v := test.speed; v > 0; v -= 0.01 {
				_, mu := tyre.On(network.Asphalt, test.condition).Peak(v)
				got += 0.01 * v / (0.95 * mu * 9.81)
			}
			if math.Abs(got-want) > test.tolerance*want {
				t.Errorf("%v, winter tyres %t: stops in %.1f m, want %.1f ± %.0f %%", test.condition, winter, got, want, 100*test.tolerance)
			}
		}
	}
	winter, summer := Tyre{Grip: 1.19, Pressure: 2.2e5, Winter: true}, Tyre{Grip: 1.19, Pressure: 2.2e5}
	v := 12 * 0.44704 / 2
	_, cold := summer.On(network.Asphalt, Ice).Peak(v)
	_, melting := summer.On(network.Asphalt, WetIce).Peak(v)
	if a := 0.756 / 9.81; a > cold || a < melting*0.95 { // 19.0 m from 12 mph
		t.Errorf("ice holds %.3f to %.3f, want the %.3f of the tests between", melting, cold, a)
	}
	_, w := winter.On(network.Asphalt, Ice).Peak(v)
	if r := w / cold; math.Abs(r-19.0/12.5) > 1e-9 {
		t.Errorf("winter tyres hold %.3f times as much on ice, want %.3f", r, 19.0/12.5)
	}
}
