package driver_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/driver/r157"
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

// TestSharesOfTheRegulationsModelsAreKept asks that of each model there are as many as asked for, that a greater share has those of a
// smaller one, that who has ACC does not depend on it, and that nobody changes who is driven by none.
func TestSharesOfTheRegulationsModelsAreKept(t *testing.T) {
	of := func(shares [r157.NumModels]float64) *driver.Population {
		o := driver.DefaultOptions()
		o.ACC, o.CACC, o.R157 = 0.2, 0.1, shares
		pop, err := driver.NewPopulation(o)
		if err != nil {
			t.Fatal(err)
		}
		return pop
	}
	none, some, more := of([r157.NumModels]float64{}), of([r157.NumModels]float64{0.1, 0.2}), of([r157.NumModels]float64{0.1, 0.25, 0.05})
	const n = 20000
	var count [r157.NumModels]int
	for id := range uint64(n) {
		model := func(pop *driver.Population) driver.Params { return pop.Drivers[0][network.Car][pop.Pick(3, id, 0)] }
		a, b, c := model(none), model(some), model(more)
		rule, ok := b.Model.Rule()
		if !ok && a != b {
			t.Fatalf("vehicle %d: %+v, without such models %+v", id, b, a)
		}
		if ok {
			count[rule]++
			if got, _ := c.Model.Rule(); got != rule {
				t.Fatalf("vehicle %d: %v with greater shares, %v with smaller ones", id, c.Model, b.Model)
			}
			if a.Model == driver.ACC || a.Model == driver.CACC {
				t.Fatalf("vehicle %d: %v in place of %v", id, b.Model, a.Model)
			}
			if b.TimeGap != r157.Headway || b.Reaction != rule.Reaction() || b.Lapses != 0 || b.Interval != 0 {
				t.Fatalf("vehicle %d: %+v", id, b)
			}
		}
	}
	for rule, want := range [r157.NumModels]float64{0.1, 0.2} {
		if got := float64(count[rule]) / n; math.Abs(got-want) > 0.01 {
			t.Errorf("%v drives %.3f of the vehicles, want %.2f", r157.Model(rule), got, want)
		}
	}
	if none.HasRegulated() || !some.HasRegulated() {
		t.Errorf("has such models: %v without, %v with", none.HasRegulated(), some.HasRegulated())
	}
}
