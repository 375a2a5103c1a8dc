package traffic

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
)

// The watch finds gridlock. Nothing is ever taken off the road to dissolve one, so somebody must tell. A vehicle that has
// stood for five minutes waits for somebody or something (waits.go), which waits in turn. What one can see at the
// roadside explains it: a crash, a light that is red and changes, a vehicle ahead that has moved within the five minutes.
// Whatever waits for what is explained is explained. All others are stuck, when nothing has explained it for a minute: those who
// wait for one another in a circle, everybody behind them, and a driver who has found no gap at the line: others keep
// coming, but nobody waits that long in reality.

// Times of the watch.
const (
	stuckAfter  = 300.0 // s
	puzzlingFor = 60.0  // s of these at the end without a visible cause: it takes a while to go when that is gone
	watchEvery  = 5.0   // s between two looks at the vehicles
	signalEvery = 1.0   // s between two looks at the signals
	redPatience = 900.0 // s after which a red light explains nothing any more [assumed: far above any cycle or closed gate]
)

// Wait is a vehicle that stands, in a chain of who waits for whom.
type Wait struct {
	Vehicle VehicleID
	Track   network.TrackID
	S       float64 // m along Track, front bumper
	Since   float64 // s after midnight since when it has been standing; no further back than the engine counts, 32,768 steps
	For     Limit   // what it waits for; from LimitLeader to LimitExit and LimitLaneEnd it is the next of the chain
}

// Stuck is a vehicle that has stood for five minutes without a visible cause.
type Stuck struct {
	Wait
	// Chain is who waits for whom, from the vehicle itself to where Reason holds. In a gridlock the last of them waits
	// for Chain[Back].
	Chain  []Wait
	Reason StuckReason
	Back   int
}

// StuckReason is why somebody at the end of a chain is stuck.
type StuckReason uint8

// The reasons.
const (
	NoCause    StuckReason = iota // nothing that the watch knows of is in its way
	Gridlock                      // a circle of vehicles, each waiting for the next
	NoGap                         // those it must let go first keep coming
	DeadSignal                    // the light has been red for a quarter of an hour
	numReasons = iota
)

var reasonNames = [numReasons]string{"no cause", "gridlock", "no gap", "signal does not change"}

// String returns the name used in tables and messages.
func (r StuckReason) String() string { return reasonNames[r] }

// watch is what the watch remembers, and its scratch.
type watch struct {
	// shown is state: by signal group the step at which it was last seen to let traffic go.
	shown []uint64
	dark  []uint64 // the same for when it was last seen to hold it
	// puzzling is state as well: who stood without a visible cause at the last look, by id, and since which step.
	puzzling, before []puzzle

	standers []stander // by id
	waits    []waitFor
	behind   []int32 // by wait: the next wait for the same stander, -1 at the end
	first    []int32 // by stander: the first wait for it, -1 if there is none
	queue    []int32 // standers that are explained, those whose followers are yet to be told last
	links    []Wait  // chains, for AppendStuck
}

// puzzle is a vehicle that stands without a visible cause, and the step at which the watch first saw that.
type puzzle struct {
	id    VehicleID
	since uint64
}

// stander is a vehicle that has stood for stuckAfter.
type stander struct {
	id        VehicleID
	track     slot
	at        int32 // index on its track
	waits, n  int32 // watch.waits[waits:waits+n] is what it waits for
	explained bool
	spins     bool        // nothing but the road holds it: see cannotPullAway
	reason    StuckReason // if nobody of those it waits for is stuck himself
}

// waitFor is one of those whom a stander waits for.
type waitFor struct {
	of      int32 // the stander that waits
	whom    VehicleID
	stander int32 // index of whom among the standers, or -1: has moved lately
	why     Limit
}

// look is phase 9b: every few seconds it counts the vehicles that are stuck.
func (w *World) look() {
	if w.steps%w.stepsIn(signalEvery) == 0 {
		w.seeSignals()
	}
	if w.steps%w.stepsIn(watchEvery) != 0 {
		return
	}
	w.parallel((*World).findStanders)
	w.explain()
	w.noteStrands()
	w.recoverStranded()
	w.notePuzzling()
	st := &w.stats
	st.Stuck = 0
	for i := range w.watch.puzzling {
		if w.isStuck(w.watch.puzzling[i].id) {
			st.Stuck++
		}
	}
	if st.Stuck > st.StuckMost {
		st.StuckMost, st.StuckMostTime = st.Stuck, w.Time()
	}
}

// notePuzzling notes those among the standers that nothing explains, and since when.
func (w *World) notePuzzling() {
	ws := &w.watch
	ws.puzzling, ws.before = ws.before[:0], ws.puzzling
	for i := range ws.standers {
		st := &ws.standers[i]
		if st.explained {
			continue
		}
		p := puzzle{st.id, w.steps}
		if k, ok := findPuzzle(ws.before, st.id); ok {
			p.since = ws.before[k].since
		}
		ws.puzzling = append(ws.puzzling, p)
	}
}

func findPuzzle(all []puzzle, id VehicleID) (int, bool) {
	return slices.BinarySearchFunc(all, id, func(p puzzle, id VehicleID) int { return cmp.Compare(p.id, id) })
}

// isStuck reports whether a vehicle has been standing without a visible cause for so long that it is stuck.
func (w *World) isStuck(id VehicleID) bool {
	k, ok := findPuzzle(w.watch.puzzling, id)
	return ok && w.steps-w.watch.puzzling[k].since >= w.stepsIn(puzzlingFor)
}

// seeSignals notes which signal groups let traffic go.
func (w *World) seeSignals() {
	for g, aspect := range w.cfg.Signals.Aspects() {
		if aspect != signals.Red && aspect != signals.RedAmber {
			w.watch.shown[g] = w.steps
		} else {
			w.watch.dark[g] = w.steps
		}
	}
}

// pullsAway reports whether vs[i], who is standing, has begun to go, or is about to since whoever stood before it on its track has
// gone: what else it may have to wait for it is yet to come to.
func pullsAway(vs []vehicle, i int) bool {
	v := &vs[i]
	return v.v > 0 || v.flags&isReacting != 0 || i == 0 && v.flags&standsBehind != 0
}

// findStanders notes the vehicles of a worker's tracks that have stood for long.
func (w *World) findStanders(wk *worker) {
	wk.standers = wk.standers[:0]
	limit := w.stepsIn(stuckAfter)
	for s := range wk.awake {
		vs := w.tracks[s].vehicles()
		for i := range vs {
			if uint64(w.waited(&vs[i])) >= limit && !pullsAway(vs, i) {
				wk.standers = append(wk.standers, stander{id: vs[i].id, track: s, at: int32(i)})
			}
		}
	}
}

// explain finds out what the standers wait for and which of them are explained: those that something visible holds, and
// then all who wait for one who is.
func (w *World) explain() {
	ws := &w.watch
	ws.standers = ws.standers[:0]
	for _, wk := range w.workers {
		ws.standers = append(ws.standers, wk.standers...)
	}
	slices.SortFunc(ws.standers, func(a, b stander) int { return cmp.Compare(a.id, b.id) })
	ws.waits, ws.queue = ws.waits[:0], ws.queue[:0]
	for i := range ws.standers {
		st := &ws.standers[i]
		st.waits = int32(len(ws.waits))
		if st.spins = w.spins(st); st.spins {
			st.explained = true
			continue
		}
		w.seeWhatFor(st)
		st.n = int32(len(ws.waits)) - st.waits
	}
	ws.link()
	for len(ws.queue) > 0 {
		i := ws.queue[len(ws.queue)-1]
		ws.queue = ws.queue[:len(ws.queue)-1]
		for k := ws.first[i]; k >= 0; k = ws.behind[k] {
			ws.settle(ws.waits[k].of)
		}
	}
}

// spins reports whether a stander would go, whoever is about, and has not the grip, or the power, to start where it is: whoever comes by
// sees that.
func (w *World) spins(st *stander) bool {
	v, s := w.find(st.id)
	return v != nil && v.pedal > 0 && v.limit == LimitTyres && w.cannotPullAway(v, s)
}

// link joins each wait with its stander, and puts those into the queue that are explained by themselves.
func (ws *watch) link() {
	ws.first = fill(ws.first, len(ws.standers), -1)
	ws.behind = fill(ws.behind, len(ws.waits), -1)
	for i := range ws.standers {
		st := &ws.standers[i]
		explained := st.explained
		st.explained = false
		for k := st.waits; k < st.waits+st.n; k++ {
			f := &ws.waits[k]
			f.of, f.stander = int32(i), ws.find(f.whom)
			if f.stander >= 0 {
				ws.behind[k], ws.first[f.stander] = ws.first[f.stander], k
				continue
			}
			if f.why == LimitLeader || f.why == LimitExit {
				explained = true // in a queue that moves
			} else if st.reason == NoCause {
				st.reason = NoGap
			}
		}
		if explained {
			ws.settle(int32(i))
		}
	}
}

// settle marks a stander as explained and puts it into the queue, once.
func (ws *watch) settle(i int32) {
	if !ws.standers[i].explained {
		ws.standers[i].explained = true
		ws.queue = append(ws.queue, i)
	}
}

// find returns the index of a vehicle among the standers, or -1.
func (ws *watch) find(id VehicleID) int32 {
	i, ok := slices.BinarySearchFunc(ws.standers, id, func(st stander, id VehicleID) int { return cmp.Compare(st.id, id) })
	if !ok {
		return -1
	}
	return int32(i)
}

func fill(s []int32, n int, x int32) []int32 {
	s = slices.Grow(s[:0], n)[:n]
	for i := range s {
		s[i] = x
	}
	return s
}

// AppendStuck appends the vehicles that are stuck now to dst, in order of id. Their chains are valid until the next call.
func (w *World) AppendStuck(dst []Stuck) []Stuck {
	w.parallel((*World).findStanders)
	w.explain()
	ws := &w.watch
	ws.links = ws.links[:0]
	first := len(dst)
	var ends []int
	for i := range ws.standers {
		if ws.standers[i].explained || !w.isStuck(ws.standers[i].id) {
			continue
		}
		begin := len(ws.links)
		reason, back := w.follow(int32(i))
		dst = append(dst, Stuck{Wait: ws.links[begin], Reason: reason, Back: back})
		ends = append(ends, len(ws.links))
	}
	begin := 0
	for i, end := range ends {
		dst[first+i].Chain = ws.links[begin:end:end]
		begin = end
	}
	return dst
}

// follow appends the chain of stander i to links: each waits for the next, for the first that is stuck of those that
// hold it. back is where in the chain a circle closes.
func (w *World) follow(i int32) (reason StuckReason, back int) {
	ws := &w.watch
	begin := len(ws.links)
	for {
		st := &ws.standers[i]
		v := &w.tracks[st.track].vehicles()[st.at]
		next, why := ws.nextStuck(st)
		if next < 0 && why == LimitNone {
			why = v.limit
		}
		ws.links = append(ws.links, Wait{
			Vehicle: v.id, Track: w.layout.places[st.track].track, S: v.s, For: why,
			Since: w.Time() - w.standing(v),
		})
		if next < 0 {
			return st.reason, 0
		}
		whom := ws.standers[next].id
		for back := range ws.links[begin:] {
			if ws.links[begin+back].Vehicle == whom {
				return Gridlock, back
			}
		}
		i = next
	}
}

// nextStuck returns the first of those st waits for who is stuck, or -1, and why st waits.
func (ws *watch) nextStuck(st *stander) (int32, Limit) {
	why := LimitNone
	for k := st.waits; k < st.waits+st.n; k++ {
		f := &ws.waits[k]
		if f.stander >= 0 && !ws.standers[f.stander].explained {
			return f.stander, f.why
		}
		why = f.why
	}
	return -1, why
}

// newWatch returns the watch of a world with that many signal groups.
func newWatch(groups int) watch {
	return watch{shown: make([]uint64, groups), dark: make([]uint64, groups)}
}

// standing returns for how long v has been standing, s.
func (w *World) standing(v *vehicle) float64 { return float64(w.waited(v)) * w.cfg.StepTime }

// justTurned reports whether the signal group has let traffic go for so short a time that nobody need have moved.
func (w *World) justTurned(group network.SignalGroupID) bool {
	return w.watch.dark[group] > 0 && w.steps-w.watch.dark[group] < w.stepsIn(watchEvery)
}

// redSince returns for how long the signal group has been red, s, as far as has been seen; 0 if it lets traffic go.
func (w *World) redSince(group network.SignalGroupID) float64 {
	if a := w.cfg.Signals.Aspects()[group]; a != signals.Red && a != signals.RedAmber {
		return 0
	}
	return max(float64(w.steps-w.watch.shown[group])*w.cfg.StepTime, signalEvery)
}
