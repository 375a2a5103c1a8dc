package stream

import (
	"math"
	"testing"
)

func picture(time float64, vehicles int, edgesSeq uint32) *Picture {
	return &Picture{Seq: uint32(time), Time: time, vehicles: make([]byte, vehicles*vehicleSize), edges: make([]byte, 800), edgesSeq: edgesSeq}
}

func TestTapeFindsThePictureOfATime(t *testing.T) {
	tape := NewTape(1 << 20)
	if tape.At(5) != nil || tape.Span().Pictures != 0 {
		t.Error("an empty tape has a picture")
	}
	for time := 100.0; time <= 200; time++ {
		tape.Add(picture(time, 10, 1))
	}
	for _, c := range []struct{ ask, want float64 }{{0, 100}, {100, 100}, {150.6, 150}, {151, 151}, {200, 200}, {1e9, 200}, {math.Inf(-1), 100}} {
		if got := tape.At(c.ask); got == nil || got.Time != c.want {
			t.Errorf("at %v s: %+v, want the picture of %v s", c.ask, got, c.want)
		}
	}
	tape.Add(picture(150, 1, 9)) // comes too late
	if got := tape.Span(); got.Pictures != 101 || got.From != 100 || got.To != 200 {
		t.Errorf("%+v, want 101 pictures from 100 to 200 s", got)
	}
}

func TestTapeStaysWithinItsBudget(t *testing.T) {
	const budget = 100_000
	tape := NewTape(budget)
	seq := uint32(0)
	for time := 0.0; time <= 7200; time += tape.Spacing() {
		seq++
		tape.Add(picture(time, 50, seq))
		if s := tape.Span(); s.Bytes > budget {
			t.Fatalf("at %v s: %d bytes, want at most %d", time, s.Bytes, budget)
		}
	}
	s := tape.Span()
	if s.Spacing < 32 || s.Pictures < 30 || s.Bytes < budget/4 || s.To < 7200-s.Spacing {
		t.Errorf("%+v: want as many pictures as fit, up to the end", s)
	}
	for time := s.From; time < s.To; time += 10 {
		if got := tape.At(time); time-got.Time > s.Spacing {
			t.Errorf("at %v s the picture of %v s, want one at most %v s older", time, got.Time, s.Spacing)
		}
	}
}

func TestTapeForgetsWhatDidNotHappen(t *testing.T) {
	tape := NewTape(1 << 20)
	for time := 0.0; time <= 100; time++ {
		tape.Add(picture(time, 10, uint32(time)))
	}
	full := tape.Span().Bytes
	tape.Cut(40)
	if s := tape.Span(); s.To != 40 || s.Pictures != 41 || s.Bytes >= full/2 {
		t.Errorf("%+v, want 41 pictures up to 40 s", s)
	}
	tape.Add(picture(41, 10, 500))
	if got := tape.At(60); got.Time != 41 {
		t.Errorf("at 60 s the picture of %v s, want that of 41 s", got.Time)
	}
	tape.Cut(-1)
	if s := tape.Span(); s.Pictures != 0 || s.Bytes != 0 {
		t.Errorf("%+v, want nothing", s)
	}
}
