package traffic

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// fewVehicles is how many on the road are stepped by one goroutine alone, since waking the others costs more.
const fewVehicles = 2000

// parallel runs one phase on all pieces of the city and returns when all have finished it.
func (w *World) parallel(phase func(*World, *worker)) {
	if len(w.workers) == 1 || w.stats.OnRoad < w.few || w.pool.shut.Load() {
		for _, wk := range w.workers {
			phase(w, wk)
		}
		return
	}
	w.pool.run(w, phase)
}

// pool is a standing set of goroutines that do one phase after another. A step has half a dozen phases of a few hundred
// microseconds, and to wake a goroutine that sleeps takes tens: who has nothing to do looks for a while whether there is
// something, and only then goes to sleep.
type pool struct {
	world  *World // of the phase under way
	phase  func(*World, *worker)
	round  atomic.Uint64 // counts phases
	busy   atomic.Int64  // helpers that have not finished the phase under way
	shut   atomic.Bool
	master sleeper // the caller of run
	helper []sleeper
	closed sync.Once
	spins  int
}

// sleeper is a goroutine that may be asleep.
type sleeper struct {
	asleep atomic.Bool
	wake   chan struct{}
	_      [48]byte // a line of its own
}

// manySpins is how often one looks before going to sleep: some 50 µs.
const manySpins = 20_000

// newPool starts n-1 goroutines: the caller of run is the n-th.
func newPool(n int) *pool {
	p := &pool{helper: make([]sleeper, n-1), spins: manySpins}
	if n > runtime.GOMAXPROCS(0) {
		p.spins = 0 // who looks would keep others from working
	}
	p.master.wake = make(chan struct{}, 1)
	for i := range p.helper {
		p.helper[i].wake = make(chan struct{}, 1)
		go p.help(i)
	}
	return p
}

// help does the i+1-th worker's part of each phase.
func (p *pool) help(i int) {
	for seen := uint64(0); ; seen++ {
		p.helper[i].await(p.spins, func() bool { return p.round.Load() != seen })
		if p.shut.Load() {
			return
		}
		p.phase(p.world, p.world.workers[i+1])
		if p.busy.Add(-1) == 0 {
			p.master.rouse()
		}
	}
}

// run does a phase on all workers.
func (p *pool) run(w *World, phase func(*World, *worker)) {
	p.world, p.phase = w, phase
	p.busy.Store(int64(len(p.helper)))
	p.next()
	phase(w, w.workers[0])
	p.master.await(p.spins, func() bool { return p.busy.Load() == 0 })
}

// next begins a round.
func (p *pool) next() {
	p.round.Add(1)
	for i := range p.helper {
		p.helper[i].rouse()
	}
}

// await returns when ready reports true: what makes it so is followed by a rouse.
func (s *sleeper) await(spins int, ready func() bool) {
	for range spins {
		if ready() {
			return
		}
	}
	for !ready() {
		s.asleep.Store(true)
		if ready() && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.wake
	}
}

// rouse wakes the goroutine if it sleeps.
func (s *sleeper) rouse() {
	if s.asleep.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}

func (p *pool) close() {
	p.closed.Do(func() {
		p.shut.Store(true)
		p.next()
	})
}
