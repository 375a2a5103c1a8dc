package signals_test

import (
	"bytes"
	"slices"
	"testing"

	"roadtwin/network/sample"
)

func TestStateIsAValue(t *testing.T) {
	for _, town := range towns(t) {
		s, plans := start(t, town)
		for i := range 3000 {
			at := float64(i) * step
			s.Step(at)
			if i == 300 || i == 700 {
				for j := range plans {
					if err := s.SetPlan(vary(plans[j], uint64(i))); err != nil {
						t.Fatal(err)
					}
				}
			}
			if i%113 != 0 {
				continue
			}
			state := s.AppendState(nil)
			copied, _ := start(t, town)
			if err := copied.RestoreState(state); err != nil {
				t.Fatalf("%s, tick %d: %v", town.name, i, err)
			}
			if again := copied.AppendState(nil); !bytes.Equal(state, again) || !slices.Equal(s.Aspects(), copied.Aspects()) {
				t.Fatalf("%s, tick %d: restored state differs", town.name, i)
			}
			other, _ := start(t, town)
			if err := other.RestoreState(state); err != nil {
				t.Fatal(err)
			}
			for k := range 40 {
				copied.Step(at + float64(k)*5)
			}
			for k := range 2000 {
				other.Step(at + float64(k)*step)
			}
			copied.Step(at + 199.9)
			if !slices.Equal(copied.Aspects(), other.Aspects()) || !bytes.Equal(copied.AppendState(nil), other.AppendState(nil)) {
				t.Fatalf("%s, tick %d: restored systems part in coarse and fine steps", town.name, i)
			}
			if copied.Faults() > 0 {
				t.Fatalf("%s, tick %d: %d faults after restoring", town.name, i, copied.Faults())
			}
		}
	}
}

func TestDamagedStatesAreRefused(t *testing.T) {
	town := towns(t)[3]
	s, _ := start(t, town)
	s.Step(50)
	state := s.AppendState(nil)
	for n := range state {
		if err := s.RestoreState(state[:n]); err == nil {
			t.Fatalf("a state cut to %d of %d bytes was accepted", n, len(state))
		}
	}
	if err := s.RestoreState(append(slices.Clone(state), 0)); err == nil {
		t.Error("a state with a byte too many was accepted")
	}
	if !bytes.Equal(s.AppendState(nil), state) {
		t.Error("a refused state changed the system")
	}
}

func BenchmarkStateRoundTrip(b *testing.B) {
	town := town{"grid", build(b, sample.GridSpec{Columns: 10, Rows: 10, Signals: true})}
	s, _ := start(b, town)
	s.Step(1000)
	var state []byte
	b.ReportAllocs()
	for b.Loop() {
		state = s.AppendState(state[:0])
		if err := s.RestoreState(state); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(state)), "bytes")
}
