package traffic

import (
	"math/bits"
	"sync"

	"roadtwin/network"
	"roadtwin/network/route"
)

// worker is a piece of the city, [first, end) of slots and of junctions, with what is needed to step it alone.
type worker struct {
	first, end         slot
	firstGate, endGate int32
	live               []uint64 // bits of the slots, from first, that have vehicles or parts of one; more may be set
	buffers            arena
	fronts             []front
	promised           []promise
	insisting          []slot       // connectors at the junction at hand for which others make way
	out, sent          [][]handover // by the worker that owns the target: this round's, and the next one's
	strays             []VehicleID  // off their route
	warned             []VehicleID  // see a closed street on their way
	passages           []Passage
	hanging            []slot      // tracks whose last vehicle reaches back beyond their start
	lookers            []looker    // think about the other lanes in this step
	sideways           []VehicleID // are changing lanes
	shadows            []shadow    // of these, sorted by lane, most downstream first
	changed            []slot      // lanes that somebody changed from or to
	lost               []VehicleID // stand at the end of a lane that does not lead where they are going
	arrivals           []arrival
	contacts           []contact
	standers           []stander // have stood for long
	searcher           *route.Searcher
	path               []network.EdgeID // of the last search
	routes             []network.EdgeID // room for routes
	tally              tally
}

// tally is a worker's part of the counts of a step.
type tally struct {
	onRoad, standing int
	speeds           int64 // mm/s, an integer so that the order of adding does not matter
	updates          uint64
	audit            Audit
}

// split cuts the city into n pieces of about equal lane length. A junction stays whole: its lanes and connectors belong
// to one worker.
func (w *World) split(n int) []*worker {
	l := w.layout
	var total float64
	for i := range l.places {
		total += l.places[i].length
	}
	workers := make([]*worker, n)
	var done float64
	gate := int32(0)
	for i := range workers {
		wk := &worker{
			firstGate: gate, searcher: w.cfg.Router.NewSearcher(),
			out: make([][]handover, n), sent: make([][]handover, n),
		}
		for int(gate) < len(l.crossings) && (i == n-1 || done < total*float64(i+1)/float64(n)) {
			x := &l.crossings[gate]
			for s := x.lanes; s < x.end; s++ {
				done += l.places[s].length
			}
			gate++
		}
		wk.endGate = gate
		workers[i] = wk
	}
	for _, wk := range workers {
		wk.first, wk.end = w.slotsBefore(wk.firstGate), w.slotsBefore(wk.endGate)
		wk.live = make([]uint64, (wk.end-wk.first+63)/64)
	}
	return workers
}

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
	for i, word := range wk.live {
		for ; word != 0; word &= word - 1 {
			if !yield(wk.first + slot(i*64+bits.TrailingZeros64(word))) {
				return
			}
		}
	}
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

// fewVehicles is how many on the road are stepped by one goroutine alone, since waking the others costs more.
const fewVehicles = 2000

// parallel runs one phase on all pieces of the city and returns when all have finished it.
func (w *World) parallel(phase func(*World, *worker)) {
	if len(w.workers) == 1 || w.stats.OnRoad < fewVehicles {
		for _, wk := range w.workers {
			phase(w, wk)
		}
		return
	}
	w.pool.run(w, phase)
}

// pool is a standing set of goroutines.
type pool struct {
	tasks  []chan task // one for each goroutine
	done   sync.WaitGroup
	closed sync.Once
}

type task struct {
	world *World
	phase func(*World, *worker)
}

// newPool starts n-1 goroutines: the caller of run is the n-th.
func newPool(n int) *pool {
	p := &pool{tasks: make([]chan task, n-1)}
	for i := range p.tasks {
		p.tasks[i] = make(chan task, 1)
		go func() {
			for t := range p.tasks[i] {
				t.phase(t.world, t.world.workers[i+1])
				p.done.Done()
			}
		}()
	}
	return p
}

func (p *pool) run(w *World, phase func(*World, *worker)) {
	p.done.Add(len(p.tasks))
	for _, c := range p.tasks {
		c <- task{w, phase}
	}
	phase(w, w.workers[0])
	p.done.Wait()
}

func (p *pool) close() {
	p.closed.Do(func() {
		for _, c := range p.tasks {
			close(c)
		}
	})
}
