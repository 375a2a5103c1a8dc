package traffic

import (
	"math/bits"
	"unsafe"
)

// callRoll lists the slots of a set of wk's, live or near, in order.
func (wk *worker) callRoll(set []uint64) {
	roll := wk.roll[:0]
	for i, word := range set[:(wk.end-wk.first+63)/64] {
		for base := wk.first + slot(i*64); word != 0; word &= word - 1 {
			roll = append(roll, base+slot(bits.TrailingZeros64(word)))
		}
	}
	wk.roll = roll
}

// fetch has the tracks that come after the k-th of the roll on their way from memory while those before them are worked on: of the
// next one its first vehicle, of the one after it what tells where that is. A city's traffic does not fit into a processor's caches,
// and where its tracks lie is no pattern that a processor finds out by itself. bench/SPEED.md says what that gains and costs, and what
// gained nothing.
func (w *World) fetch(wk *worker, k int) {
	if k+2 >= len(wk.roll) {
		return
	}
	next, then := wk.roll[k+1], wk.roll[k+2]
	prefetch(unsafe.Pointer(unsafe.SliceData(w.tracks[next].vs)), unsafe.Pointer(&w.tracks[then]),
		unsafe.Pointer(&w.layout.places[then]), unsafe.Pointer(&w.ends[then]))
}
