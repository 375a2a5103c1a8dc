package draw_test

import (
	"math"
	"testing"

	"roadtwin/vehicles/draw"
)

func TestEveryPartOfTheKeyCounts(t *testing.T) {
	base := draw.Uint64(1, draw.Test, 2, 3)
	for name, other := range map[string]uint64{
		"seed": draw.Uint64(2, draw.Test, 2, 3), "stream": draw.Uint64(1, draw.Network, 2, 3),
		"id": draw.Uint64(1, draw.Test, 3, 3), "step": draw.Uint64(1, draw.Test, 2, 4),
	} {
		if other == base {
			t.Errorf("another %s gives the same number", name)
		}
	}
}

// Streams and numbers are part of the meaning of a seed: these may never change.
func TestNumbersStayTheSame(t *testing.T) {
	if got := draw.Uint64(1, draw.DriverType, 2, 3); got != 0xf46496c79c0dfdc5 {
		t.Errorf("driver type: %#x", got)
	}
	if got := draw.Uint64(42, draw.Test, 1000000, 77); got != 0x6021c615be42f64f {
		t.Errorf("test: %#x", got)
	}
}

func TestDistributions(t *testing.T) {
	const n = 100000
	var mean, square, normal, normalSquare float64
	for i := range uint64(n) {
		u := draw.Float64(7, draw.Test, i, 0)
		if u < 0 || u >= 1 {
			t.Fatalf("draw %d: %g, want in [0, 1)", i, u)
		}
		mean += u / n
		square += u * u / n
		z := draw.Normal(7, draw.Test, i, 1)
		normal += z / n
		normalSquare += z * z / n
	}
	// Standard errors are 0.0009, 0.001, 0.003 and 0.0045: four of them.
	for _, c := range []struct {
		name             string
		got, want, error float64
	}{
		{"mean", mean, 0.5, 0.004},
		{"mean square", square, 1.0 / 3, 0.004},
		{"normal mean", normal, 0, 0.013},
		{"normal variance", normalSquare, 1, 0.018},
	} {
		if math.Abs(c.got-c.want) > c.error {
			t.Errorf("%s %.4f, want %.4f ± %.4f (seed 7)", c.name, c.got, c.want, c.error)
		}
	}
}
