package traffic

// arena hands out the buffers of the tracks' vehicles, 2^k vehicles each, and takes back those that became too small, so that
// queues are as large as what was in them and growth does not allocate in the steady state. Each worker has its own.
//
// Tracks fill and grow in the order of events, which scatters what is stepped one after the other. So all buffers are laid
// out anew now and then, in the order of the slots: from one slab into another, which has been free since the last time.
type arena struct {
	free   [24][][]vehicle // by k
	rest   []vehicle       // of the slab that buffers are cut from
	used   []vehicle       // the slab that lay filled last
	unused []vehicle       // no track has a buffer in it
}

const (
	minBuffer = 2
	slabSize  = 4096 // vehicles, 256 KiB
)

func (a *arena) take(n int) []vehicle {
	size, k := bufferFor(n)
	if l := len(a.free[k]); l > 0 {
		b := a.free[k][l-1]
		a.free[k] = a.free[k][:l-1]
		return b
	}
	if size > slabSize {
		return make([]vehicle, size)
	}
	if len(a.rest) < size {
		a.rest = make([]vehicle, slabSize)
	}
	return a.cut(size)
}

func (a *arena) give(b []vehicle) {
	if len(b) == 0 {
		return
	}
	_, k := bufferFor(len(b))
	a.free[k] = append(a.free[k], b)
}

// cut takes a buffer off the slab.
func (a *arena) cut(size int) []vehicle {
	b := a.rest[:size:size]
	a.rest = a.rest[size:]
	return b
}

// bufferFor returns the size of the least buffer for n vehicles, and its k.
func bufferFor(n int) (size, k int) {
	for size = minBuffer; size < n; size *= 2 {
		k++
	}
	return size, k
}

// lay lays the buffers of wk's tracks out in the order of the slots, each with room for one more than is in it. Those of
// another arena come over as well: its slab must not be reused before all have been laid out.
func (w *World) lay(wk *worker) {
	a := &wk.buffers
	need := 0
	for s := wk.first; s < wk.end; s++ {
		if t := &w.tracks[s]; cap(t.vs) > 0 {
			size, _ := bufferFor(len(t.vs) + 1)
			need += size
		}
	}
	if len(a.unused) < need {
		a.unused = make([]vehicle, need+need/4+slabSize)
	}
	a.rest, a.used, a.unused = a.unused, a.unused, a.used
	for k := range a.free {
		a.free[k] = a.free[k][:0]
	}
	for s := wk.first; s < wk.end; s++ {
		if t := &w.tracks[s]; cap(t.vs) > 0 {
			size, _ := bufferFor(len(t.vs) + 1)
			b := a.cut(size)
			t.vs = b[:copy(b, t.vs)]
		}
	}
}
