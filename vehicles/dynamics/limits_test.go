package dynamics

import (
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

func TestLimitsLieBetweenTheEntries(t *testing.T) {
	e := dryAsphalt(network.Van)
	for i := range SpeedBins {
		lo, hi := e.At[i], e.At[i+1]
		brake, drive := e.Limits(float64(i))
		if brake != float64(lo.Brake) || drive != float64(lo.Drive) {
			t.Fatalf("at %d m/s: %v, %v, want %+v", i, brake, drive, lo)
		}
		brake, drive = e.Limits(float64(i) + 0.25)
		wantBrake, wantDrive := 0.75*float64(lo.Brake)+0.25*float64(hi.Brake), 0.75*float64(lo.Drive)+0.25*float64(hi.Drive)
		if d := brake - wantBrake; d > 1e-9 || d < -1e-9 {
			t.Fatalf("at %d.25 m/s: brake %v, want %v", i, brake, wantBrake)
		}
		if d := drive - wantDrive; d > 1e-9 || d < -1e-9 {
			t.Fatalf("at %d.25 m/s: drive %v, want %v", i, drive, wantDrive)
		}
	}
	for _, v := range []float64{SpeedBins, SpeedBins + 0.5, 1000} {
		if brake, _ := e.Limits(v); brake-float64(e.At[SpeedBins].Brake) > 1e-9 || float64(e.At[SpeedBins].Brake)-brake > 1e-9 {
			t.Errorf("at %v m/s: brake %v, want the last entry's %v", v, brake, e.At[SpeedBins].Brake)
		}
	}
}

// A bend is held at its speed and no faster, on every road; a car that would float above 94 km/h gets round no bend faster.
func TestCornerSpeedIsTheFastestThatHolds(t *testing.T) {
	for _, class := range []network.VehicleClass{network.Car, network.RigidLorry} {
		for cond := range tyre.NumConditions {
			e := &tables.Envelopes[class][network.Asphalt][cond]
			for _, radius := range []float64{10, 50, 200, 1000, 5000} {
				v := e.CornerSpeed(1 / radius)
				if needs := (v - 0.5) * (v - 0.5) / radius; needs > e.LateralAt(v-0.5)+1e-6 {
					t.Errorf("%v on %v, %g m: %.2f m/s asks for %.3f m/s², there is %.3f", class, cond, radius, v, needs, e.LateralAt(v-0.5))
				}
				if needs := (v + 0.5) * (v + 0.5) / radius; v < SpeedBins-1 && needs < e.LateralAt(v+0.5) {
					t.Errorf("%v on %v, %g m: %.2f m/s asks for %.3f m/s², there is %.3f", class, cond, radius, v+0.5, needs, e.LateralAt(v+0.5))
				}
			}
		}
	}
	if v := tables.Envelopes[network.Car][network.Asphalt][tyre.Flooded].CornerSpeed(1e-4); v > 94.5*kmh {
		t.Errorf("a car corners at %.1f km/h on standing water", v/kmh)
	}
}

func BenchmarkLimits(b *testing.B) {
	e := dryAsphalt(network.Car)
	v, sum := 0.0, 0.0
	for b.Loop() {
		brake, drive := e.Limits(v)
		sum += brake + drive
		if v += 0.37; v > 60 {
			v = 0
		}
	}
	if sum == 0 {
		b.Fatal("nothing")
	}
}
