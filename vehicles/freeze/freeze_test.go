package freeze_test

import (
	"math"
	"reflect"
	"testing"

	"roadtwin/vehicles/freeze"
)

type leaf struct {
	id    uint32
	x     float64
	small int8
	on    bool
	route []int32
}

type tree struct {
	name   string
	leaves []leaf
	pairs  [2][]float32
	one    *leaf
	none   *leaf
	_      int64
	deep   [][]uint16
	last   uint64
	below  int64
	inner  struct{ a, b float64 }
}

func example() tree {
	return tree{
		name: "tree", none: nil, leaves: []leaf{{1, math.Inf(1), -128, true, nil}, {math.MaxUint32, -0.1, 127, false, []int32{-1, 5, math.MinInt32}}},
		pairs: [2][]float32{nil, {1.5, float32(math.Inf(-1))}}, one: &leaf{id: 7}, deep: [][]uint16{{1, 65535}, nil, {3}},
		last: math.MaxUint64, below: math.MinInt64, inner: struct{ a, b float64 }{1, 2},
	}
}

func TestWhatIsFrozenIsReadBack(t *testing.T) {
	want := example()
	data := freeze.Append(nil, &want)
	var got tree
	if err := freeze.Read(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	again := example()
	if other := freeze.Append(nil, &again); string(other) != string(data) {
		t.Error("equal values give other bytes")
	}
}

// TestDamagedDataAreRefused cuts the data at every byte, and wants an error and no panic.
func TestDamagedDataAreRefused(t *testing.T) {
	want := example()
	data := freeze.Append(nil, &want)
	for n := range data {
		var got tree
		if err := freeze.Read(data[:n], &got); err == nil {
			t.Errorf("the first %d of %d bytes are read without an error", n, len(data))
		}
	}
	var got tree
	if err := freeze.Read(append(data, 0), &got); err == nil {
		t.Error("a byte too many is read without an error")
	}
}

func TestTheFingerprintIsThatOfTheType(t *testing.T) {
	type before struct {
		A int
		B []struct{ C float64 }
	}
	type renamed struct {
		A int
		B []struct{ D float64 }
	}
	type retyped struct {
		A int
		B []struct{ C float32 }
	}
	of := freeze.Fingerprint(&before{})
	if of != freeze.Fingerprint(&before{A: 3}) {
		t.Error("it depends on the value")
	}
	if of == freeze.Fingerprint(&renamed{}) || of == freeze.Fingerprint(&retyped{}) {
		t.Error("another type has the same")
	}
}

func TestWhatCannotBeFrozenPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a map was frozen")
		}
	}()
	freeze.Append(nil, &struct{ m map[int]int }{})
}

func FuzzRead(f *testing.F) {
	value := example()
	f.Add(freeze.Append(nil, &value))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var got tree
		if freeze.Read(data, &got) != nil {
			return
		}
		var again tree
		if err := freeze.Read(freeze.Append(nil, &got), &again); err != nil {
			t.Fatal(err)
		}
	})
}
