package stream

import (
	"slices"
	"sort"
	"sync"
)

// Tape keeps pictures of what has been, so that viewers can look back. When they take more than its budget every second one is
// given up, and from then on they are taken half as often. It is safe for concurrent use.
type Tape struct {
	budget int // bytes

	mu      sync.Mutex
	frames  []*Picture // by time
	bytes   int
	spacing float64 // s of simulation between two
	edges   *Picture
}

// tapeSpacing is what lies between two pictures of a tape as long as they fit, s of simulation: a page draws vehicles on their way
// between pictures that are up to 3 s apart.
const tapeSpacing = 1.0

// edgesSpacing is how long pictures of a tape share one message of edges, s: it averages over a minute, and is the larger part.
const edgesSpacing = 10.0

// NewTape returns an empty tape of at most about budget bytes.
func NewTape(budget int) *Tape { return &Tape{budget: budget, spacing: tapeSpacing} }

// Span is what a tape holds: times in s after midnight, from and to included.
type Span struct {
	From, To float64
	Spacing  float64 // s
	Pictures int
	Bytes    int
}

// Span returns what the tape holds; Pictures is 0 if nothing.
func (t *Tape) Span() Span {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := Span{Spacing: t.spacing, Pictures: len(t.frames), Bytes: t.bytes}
	if len(t.frames) > 0 {
		s.From, s.To = t.frames[0].Time, t.frames[len(t.frames)-1].Time
	}
	return s
}

// Spacing returns the time between two pictures that are wanted, s of simulation.
func (t *Tape) Spacing() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spacing
}

// Add appends a picture, which must be later than those on the tape: others are left out.
func (t *Tape) Add(pic *Picture) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.frames); n > 0 && pic.Time <= t.frames[n-1].Time {
		return
	}
	kept := *pic
	if t.edges == nil || pic.Time >= t.edges.Time+edgesSpacing {
		t.edges = &kept
	} else {
		kept.edges, kept.edgesSeq = t.edges.edges, t.edges.edgesSeq
	}
	t.frames = append(t.frames, &kept)
	t.bytes += kept.size(t.edges == &kept)
	if t.bytes > t.budget {
		t.thin()
	}
}

// size returns about how many bytes a picture takes.
func (pic *Picture) size(withEdges bool) int {
	n := 200 + len(pic.vehicles) + 32*len(pic.sections) + len(pic.changes) + len(pic.snapshot)
	if withEdges {
		n += len(pic.edges)
	}
	return n
}

// thin gives up every second picture, but the newest.
func (t *Tape) thin() {
	last := len(t.frames) - 1
	kept := make([]*Picture, 0, len(t.frames)/2+1)
	for i, pic := range t.frames {
		if i%2 == last%2 {
			kept = append(kept, pic)
		}
	}
	t.frames, t.spacing = kept, 2*t.spacing
	t.count()
}

// count finds anew how many bytes there are.
func (t *Tape) count() {
	t.bytes = 0
	for i, pic := range t.frames {
		t.bytes += pic.size(i == 0 || pic.edgesSeq != t.frames[i-1].edgesSeq)
	}
}

// At returns the newest picture that is not later than time, else the first; nil if there is none.
func (t *Tape) At(time float64) *Picture {
	t.mu.Lock()
	defer t.mu.Unlock()
	const slack = 1e-6 // s
	i := sort.Search(len(t.frames), func(i int) bool { return t.frames[i].Time > time+slack })
	if len(t.frames) == 0 {
		return nil
	}
	return t.frames[max(i-1, 0)]
}

// Cut forgets what is later than time, which has not happened after all.
func (t *Tape) Cut(time float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := sort.Search(len(t.frames), func(i int) bool { return t.frames[i].Time > time })
	t.frames = slices.Clip(t.frames[:i])
	t.edges = nil
	t.count()
}
