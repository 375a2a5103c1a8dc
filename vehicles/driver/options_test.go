package driver_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
)

// TestStylesTakeThePlaceOfTheClassesMeans asks that who drives in a style has its means, that all else stays, and that whoever
// has none drives as without any.
func TestStylesTakeThePlaceOfTheClassesMeans(t *testing.T) {
	o := driver.DefaultOptions()
	plain, err := driver.NewPopulation(o)
	if err != nil {
		t.Fatal(err)
	}
	o.Styles = []driver.Style{{TimeGap: 2}, {Accel: 1.7, Brake: 4.5, MinGap: 2.5}}
	pop, err := driver.NewPopulation(o)
	if err != nil || pop.Styles() != 2 {
		t.Fatalf("%d styles, error %v; want 2", pop.Styles(), err)
	}
	const n = driver.Types
	var gap, accel float64
	for id := range uint64(4000) {
		of := func(p *driver.Population, style uint8) driver.Params {
			return p.Drivers[0][network.Car][p.Pick(7, id, style)]
		}
		usual, first, second := of(plain, 0), of(pop, 1), of(pop, 2)
		if of(pop, 0) != usual {
			t.Fatalf("driver %d without a style: %+v, want %+v", id, of(pop, 0), usual)
		}
		if first.Accel != usual.Accel || first.MinGap != usual.MinGap || second.TimeGap != usual.TimeGap || second.Brake != 4.5 || second.MinGap != 2.5 {
			t.Fatalf("driver %d: %+v and %+v, without a style %+v", id, first, second, usual)
		}
		gap, accel = gap+first.TimeGap/4000, accel+second.Accel/4000
	}
	if math.Abs(gap-2) > 0.03 || math.Abs(accel-1.7) > 0.02 {
		t.Errorf("mean time gap %.3f s, acceleration %.3f m/s² of %d kinds of people; want 2 and 1.7", gap, accel, n)
	}
	o.Styles = []driver.Style{{TimeGap: 0.1}}
	if _, err := driver.NewPopulation(o); err == nil {
		t.Error("a time gap of 0.1 s passed")
	}
}
