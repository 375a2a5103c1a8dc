package emission

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
)

// E1: the values that SUMO 1.15 prints for its HBEFA3 classes.
func TestRatesAreThoseOfHBEFA3(t *testing.T) {
	rows := reference(t, "reference/8_emissions/hbefa3_checkpoints_sumo115.csv")
	substances := map[string]Substance{"CO2": CO2, "fuel": Fuel, "NOx": NOx, "PMx": PM}
	for _, r := range rows {
		m, ok := ParseModel(r[0])
		s, known := substances[r[1]]
		if !ok || !known {
			t.Fatalf("unknown class %s or substance %s", r[0], r[1])
		}
		v, a, want := number(t, r[2]), number(t, r[3]), number(t, r[4])
		if got := m.Rate(s, v, a); math.Abs(got-want) > 1e-4*math.Abs(want) {
			t.Errorf("%s %s at %g m/s, %g m/s² = %g mg/s, SUMO has %g", r[0], r[1], v, a, got, want)
		}
	}
	if len(rows) < 700 {
		t.Errorf("only %d checkpoints", len(rows))
	}
}

// SUMO's default electric car at constant speed; its accelerations are of whole seconds and cannot be compared.
func TestElectricPowerIsThatOfSUMO(t *testing.T) {
	soul := Battery{Mass: 1830, DragArea: 2.6 * 0.35, Rolling: 0.01, Drive: 0.98, Recover: 0.96, Auxiliary: 100, Motor: 1e9, DrivenShare: 1}
	n := 0
	for _, r := range reference(t, "reference/8_emissions/other_models_checkpoints_sumo115.csv") {
		if r[0] != "Energy_unknown" || number(t, r[2]) != 0 || number(t, r[1]) == 0 {
			continue
		}
		n++
		want := number(t, r[4]) * 3600
		if got := soul.Power(number(t, r[1]), 0, 0, 1); math.Abs(got-want) > 2e-3*want { // SUMO's auxiliaries have an efficiency as well
			t.Errorf("at %s m/s: %g W, SUMO has %g", r[1], got, want)
		}
	}
	if n < 5 {
		t.Errorf("only %d speeds", n)
	}
}

func TestRecoveryIsLimitedByFriction(t *testing.T) {
	car := vehicles.Classes()[network.Car]
	b := NewBattery(&car)
	const v, a = 15, -3
	dry, ice := b.Power(v, a, 0, 1.1), b.Power(v, a, 0, 0.05)
	limit := -0.05 * b.DrivenShare * b.Mass * gravity * v * b.Recover
	if dry >= 0 || ice <= dry || math.Abs(ice-b.Auxiliary-limit) > 1e-9 {
		t.Errorf("dry %g W, ice %g W, want ice at the limit of the driven axle, %g W", dry, ice, limit+b.Auxiliary)
	}
	for v := 0.5; v < 40; v += 0.5 {
		for a := -8.0; a < 0; a += 0.5 {
			kinetic := -b.Mass * a * v
			if p := b.Power(v, a, 0, 1); -(p - b.Auxiliary) > b.Recover*kinetic {
				t.Fatalf("at %g m/s, %g m/s² the battery gets %g W of %g W", v, a, -p, kinetic)
			}
			if p := b.Power(v, a, 0, 1); -(p - b.Auxiliary) > b.Motor*b.Recover+1e-9 {
				t.Fatalf("at %g m/s, %g m/s² the battery gets %g W from a motor of %g W", v, a, -p, b.Motor)
			}
		}
	}
}

// Coasting costs nothing, idling something, and pulling away more than cruising.
func TestRatesNeverAreNegative(t *testing.T) {
	for m := range Electric {
		for s := range NumSubstances {
			for v := 0.0; v <= 45; v += 0.5 {
				for a := -6.0; a <= 4; a += 0.5 {
					r := m.Rate(s, v, a)
					if r < 0 || math.IsNaN(r) || a < 0 && v > 0 && r != 0 {
						t.Fatalf("%v substance %d at %g m/s, %g m/s²: %g mg/s", m, s, v, a, r)
					}
				}
			}
		}
	}
}

func TestFleetIsDrawnByItsShares(t *testing.T) {
	f := DefaultFleet()
	if err := f.Check(); err != nil {
		t.Fatal(err)
	}
	key := draw.NewKey(7, draw.Test)
	for class := range network.NumVehicleClasses {
		const n = 20000
		counts := make([]int, len(f[class]))
		for id := range uint64(n) {
			counts[f.Draw(key, id, class)]++
		}
		for i, s := range f[class] {
			if got := float64(counts[i]) / n; math.Abs(got-s.Share) > 0.015 {
				t.Errorf("%v: %.3f are %v, want %.3f", class, got, s.Model, s.Share)
			}
		}
	}
	f[network.Car][0].Share += 0.1
	if f.Check() == nil {
		t.Error("a fleet of 110 % passes")
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// reference returns the rows of a file of the reference data without its head.
func reference(t *testing.T, name string) [][]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", name))
	if err != nil {
		t.Skip("reference data not beside the repository")
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) < 2 {
		t.Fatalf("%s: %d records, %v", name, len(records), err)
	}
	return records[1:]
}
