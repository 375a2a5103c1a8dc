package why

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// ExplainAll makes r, a run at its start, once, and asks of every crash in asks on the way, jobs of them at a time (at least 1). told is called with the
// index in asks, and the answer or what is wrong, of each as it is known, one call at a time; progress, which may be nil, with the share that is
// done. It returns an error if ctx is done.
func ExplainAll(ctx context.Context, r *scenarios.Run, asks []Ask, jobs int, told func(k int, a *Answer, err error), progress func(float64)) error {
	p := &panorama{run: r, asks: asks, told: told, progress: progress, seats: make(chan struct{}, max(1, jobs))}
	for k := range asks {
		p.order = append(p.order, k)
	}
	slices.SortStableFunc(p.order, func(a, b int) int {
		return cmp.Compare(asks[a].Time-asks[a].Before, asks[b].Time-asks[b].Before)
	})
	p.step(ctx)
	p.wait.Wait()
	if ctx.Err() == nil && progress != nil {
		progress(1)
	}
	return ctx.Err()
}

// panorama is an ExplainAll under way.
type panorama struct {
	run      *scenarios.Run
	asks     []Ask
	order    []int // of those not begun, by when they begin
	open     []open
	told     func(int, *Answer, error)
	progress func(float64)

	seats chan struct{} // one for each that is asked at a time
	wait  sync.WaitGroup
	mu    sync.Mutex // of told, progress and the rest
	done  int
	way   float64 // share of the run that is made
}

// open is an inquiry that has begun, and whose end the run has not come to.
type open struct {
	k int
	i *inquiry
}

// step makes the run to the end of the last crash. An inquiry is ripe when the run has passed all of the time that it looks at: then the
// commands of that time are known.
func (p *panorama) step(ctx context.Context) {
	w := p.run.World()
	for n := 0; len(p.order)+len(p.open) > 0 && ctx.Err() == nil; n++ {
		p.begin(ctx, w)
		p.open = slices.DeleteFunc(p.open, func(o open) bool {
			ripe := w.Time() >= o.i.ask.Time+o.i.ask.After
			if ripe {
				p.explain(o.k, o.i)
			}
			return ripe
		})
		if n%64 == 0 {
			p.tell(w.Time())
		}
		p.run.Step()
	}
}

// begin begins the inquiries whose time has come: both vehicles are there, and it is Ask.Before the crash.
func (p *panorama) begin(ctx context.Context, w *traffic.World) {
	var snapshot *traffic.Snapshot
	p.order = slices.DeleteFunc(p.order, func(k int) bool {
		i := &inquiry{ctx: ctx, run: p.run, ask: p.asks[k], progress: func(float64) {}}
		switch {
		case w.Time() < i.ask.Time-i.ask.Before-1e-6:
			return false
		case i.bothThere(w):
			if snapshot == nil {
				snapshot = w.Snapshot()
			}
			i.from, i.step, i.begins = snapshot, w.Steps(), w.Time()
			p.open = append(p.open, open{k, i})
			return true
		case w.Time() >= i.ask.Time:
			p.answer(k, nil, ErrNotThere)
			return true
		}
		return false
	})
}

// explain asks of a crash in the time of its own that a seat gives. It waits for one: snapshots are large.
func (p *panorama) explain(k int, i *inquiry) {
	i.commands = slices.Clone(p.run.Commands())
	p.seats <- struct{}{}
	p.wait.Go(func() {
		defer func() { <-p.seats }()
		a, err := i.reenactFork()
		if err == nil {
			err = i.askAll(a)
		}
		if err != nil {
			a = nil
		}
		p.answer(k, a, err)
	})
}

// answer hands an answer on.
func (p *panorama) answer(k int, a *Answer, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.told(k, a, err)
	if p.progress != nil {
		p.progress(0.5*p.way + 0.5*float64(p.done)/float64(len(p.asks)))
	}
}

// tell tells the share that is done: half for the way to the last crash, half for the answers.
func (p *panorama) tell(now float64) {
	if p.progress == nil {
		return
	}
	last := p.run.Begin() + 1
	for i := range p.asks {
		last = math.Max(last, p.asks[i].Time)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.way = min(1, (now-p.run.Begin())/(last-p.run.Begin()))
	p.progress(0.5*p.way + 0.5*float64(p.done)/float64(len(p.asks)))
}
