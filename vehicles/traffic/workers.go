package traffic

import (
	"math/bits"

	"roadtwin/network"
	"roadtwin/network/route"
)

// worker is a piece of the city, [first, end) of slots and of junctions, with what is needed to step it alone.
type worker struct {
	first, end         slot
	firstGate, endGate int32
	live               []uint64 // bits of the slots, from first, that have vehicles or parts of one; more may be set
	near               []uint64 // bits of those where somebody may touch somebody on another track: all that inspect looks at
	roll               []slot   // slots that the phase at hand goes through, in order; from drive on to move those in use
	buffers            arena
	fronts             []front
	refused            bool // somebody was, at the junction at hand
	promised           []promise
	passed             []overtaken  // let in at the junction at hand before the one that asks, who goes before them
	insisting          []slot       // connectors at the junction at hand for which others make way
	longWaits          []longWait   // at the junction at hand
	queuing            []slot       // lanes behind it whose room others leave to one who has waited for it for long
	out, sent          [][]handover // by the worker that owns the target: this round's, and the next one's
	slid               []VehicleID  // entered a junction unasked
	skidding           []VehicleID  // ask too much of their tyres in a bend
	stopping           []VehicleID  // brake hard from speed
	strays             []VehicleID  // off their route
	redRuns            []redRun
	warned             []VehicleID // see a closed street on their way
	passages           []Passage
	hanging            []slot      // tracks whose last vehicle reaches back beyond their start
	crowded            []slot      // tracks onto which somebody came who is not clear of the next one there
	lookers            []looker    // think about the other lanes in this step
	sideways           []VehicleID // are changing lanes
	shadows            []shadow    // of these; see track.shaded
	changed            []slot      // lanes that somebody changed from or to
	cutIns             []slot      // lanes that somebody changed to as the last one there
	lost               []VehicleID // stand at the end of a lane that does not lead where they are going
	arrivals           []arrival
	contacts           []contact
	critical           []critical // pairs near a collision; see measure
	standers           []stander  // have stood for long
	searcher           *route.Searcher
	path               []network.EdgeID // of the last search
	routes             []network.EdgeID // room for routes
	tally              tally
}

// tally is a worker's part of the counts of a step.
type tally struct {
	onRoad, standing int
	millimetres      int64 // driven, an integer so that the order of adding does not matter
	updates          uint64
	audit            Audit
}

// split cuts the city into n pieces of about equal lane length. A junction stays whole: its lanes and connectors belong
// to one worker.
func (w *World) split(n int) []*worker {
	l := w.layout
	workers := make([]*worker, n)
	for i := range workers {
		workers[i] = &worker{
			live:     make([]uint64, (len(l.places)+63)/64),
			near:     make([]uint64, (len(l.places)+63)/64),
			searcher: w.cfg.Router.NewSearcher(),
			out:      make([][]handover, n), sent: make([][]handover, n),
		}
	}
	w.loads = make([]float64, len(l.crossings))
	for g := range l.crossings {
		for s := l.crossings[g].lanes; s < l.crossings[g].end; s++ {
			w.loads[g] += l.places[s].length
		}
	}
	w.apportion(workers)
	return workers
}

// apportion gives each worker junctions with about the same part of the loads.
func (w *World) apportion(workers []*worker) {
	var total, done float64
	for _, load := range w.loads {
		total += load
	}
	gate := int32(0)
	for i, wk := range workers {
		wk.firstGate = gate
		last := i == len(workers)-1
		for int(gate) < len(w.loads) && (last || done+w.loads[gate]/2 < total*float64(i+1)/float64(len(workers))) {
			done += w.loads[gate]
			gate++
		}
		wk.endGate = gate
		wk.first, wk.end = w.slotsBefore(wk.firstGate), w.slotsBefore(wk.endGate)
	}
}

// tidy shares the city anew once a minute, and lays the vehicles out anew. Who does what never changes what is done, nor does
// where it lies.
func (w *World) tidy() {
	if w.steps%w.stepsIn(60) != 0 {
		return
	}
	if len(w.workers) > 1 {
		w.rebalance()
	}
	w.parallel((*World).remember)
	w.parallel((*World).lay)
}

// rebalance shares the city by where the vehicles are now.
func (w *World) rebalance() {
	for g := range w.loads {
		w.loads[g] = 0
		x := &w.layout.crossings[g]
		for s := x.lanes; s < x.end; s++ {
			if n := len(w.tracks[s].vs); n > 0 {
				w.loads[g] += float64(n) + trackLoad
			}
		}
	}
	w.inUse = w.appendAwake(w.inUse[:0])
	for _, wk := range w.workers {
		w.sweepShadows(wk)
	}
	w.apportion(w.workers)
	w.setAwake(w.inUse)
	for _, wk := range w.workers {
		clear(wk.near)
		for s := range wk.awake {
			wk.mark(s)
		}
	}
	w.findSideways()
	w.setAwake(w.inUse)
}

// appendAwake appends the slots that may have vehicles. Which of the empty ones are among them decides at which junctions a step notes that
// nobody is left (admit), and so belongs to the state.
func (w *World) appendAwake(dst []slot) []slot {
	for _, wk := range w.workers {
		for s := range wk.awake {
			dst = append(dst, s)
		}
	}
	return dst
}

// setAwake makes these slots those that may have vehicles, and no others.
func (w *World) setAwake(slots []slot) {
	for _, wk := range w.workers {
		clear(wk.live)
	}
	i := 0
	for _, s := range slots { // in order, as workers are
		for s >= w.workers[i].end {
			i++
		}
		w.workers[i].wake(s)
	}
}

// trackLoad is the work that a track with vehicles is, in vehicles.
const trackLoad = 2

func (w *World) slotsBefore(gate int32) slot {
	if int(gate) == len(w.layout.crossings) {
		return slot(len(w.layout.places))
	}
	return w.layout.crossings[gate].lanes
}

// owner returns the index of the worker that owns s.
func (w *World) owner(s slot) int {
	for i, wk := range w.workers {
		if s < wk.end {
			return i
		}
	}
	return len(w.workers) - 1
}

// awake yields the slots of wk that may have vehicles, in order: the others cost a step nothing.
func (wk *worker) awake(yield func(slot) bool) {
	for i, word := range wk.live[:(wk.end-wk.first+63)/64] {
		for ; word != 0; word &= word - 1 {
			if !yield(wk.first + slot(i*64+bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// awakeFrom returns the first slot from s on that may have vehicles, or end. All must be wk's.
func (wk *worker) awakeFrom(s, end slot) slot {
	for s < end {
		i := s - wk.first
		if word := wk.live[i>>6] >> (i & 63); word != 0 {
			return min(s+slot(bits.TrailingZeros64(word)), end)
		}
		s += 64 - i&63
	}
	return end
}

// inUse returns, for the slots from s to end, all wk's, the bits of those that may have vehicles: of the k-th the bit k, or the last
// from there on, as place.bit is.
func (wk *worker) inUse(s, end slot) uint64 {
	i := s - wk.first
	used := wk.live[i>>6] >> (i & 63)
	if i&63 != 0 && int(i>>6)+1 < len(wk.live) {
		used |= wk.live[i>>6+1] << (64 - i&63)
	}
	switch n := end - s; {
	case n < 64:
		return used & (1<<n - 1)
	case n > 64:
		return used | 1<<63
	}
	return used
}

// wake makes awake yield s, which must be wk's.
func (wk *worker) wake(s slot) {
	i := s - wk.first
	wk.live[i>>6] |= 1 << (i & 63)
}

// rest makes awake pass s over from now on.
func (wk *worker) rest(s slot) {
	i := s - wk.first
	wk.live[i>>6] &^= 1 << (i & 63)
}

// mark puts s, which must be wk's, into near.
func (wk *worker) mark(s slot) {
	i := s - wk.first
	wk.near[i>>6] |= 1 << (i & 63)
}

// unmark is the reverse of mark.
func (wk *worker) unmark(s slot) {
	i := s - wk.first
	wk.near[i>>6] &^= 1 << (i & 63)
}
