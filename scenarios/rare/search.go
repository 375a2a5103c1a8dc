package rare

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Search estimates how often a scene's criterion is met, in rounds. What it gives does not depend on Jobs, nor on whether it was
// interrupted between two rounds.
type Search struct {
	Scene     *Scene
	Criterion *Criterion
	Method    Method
	Seed      uint64
	Round     int     // cases of a round, runs with Splitting; 0: 1000, or 4
	Rounds    int     // the most; 0: 10
	Until     float64 // ends when the interval's half width over the rate is at most this; 0: never
	Pilot     int     // cases of each stage of the search for a tilt; 0: 1000
	Particles int     // of a run of Splitting; 0: 100
	Defensive float64 // share of cases of Importance, or particles, that are drawn as the world is; 0: 0.1
	AsIs      bool    // with Splitting: what lies on the roads is drawn as the world is, and no pilot is made
	Jobs      int     // cases at a time; 0: 1
	Store     *Store  // where it is kept; nil: nowhere
	Keep      int     // the most episodes of a round that are kept, those first found; 0: 200
	Told      func(Progress)
}

// Progress is how far a search is. It is told from one goroutine at a time.
type Progress struct {
	Stage string  // "pilot 2", "round 3"
	Share float64 // of the round
	Estimate
}

// sums are what estimates are made of: of each case, or run of Splitting, a number whose mean is the probability of an event in a case.
type sums struct {
	N      uint64  `json:"n"`
	Sum    float64 `json:"sum"`
	Square float64 `json:"square"`
	Events int     `json:"events"`
	Steps  uint64  `json:"steps"`
}

// state is what the next round of a search needs.
type state struct {
	Round  int    `json:"round"`
	Stage  int    `json:"stage"` // of the pilot
	Tilt   *Tilt  `json:"tilt,omitempty"`
	Ready  bool   `json:"ready"` // the tilt is
	Sums   sums   `json:"sums"`
	Pilots uint64 `json:"pilot_steps"`
}

// work is a search under way.
type work struct {
	*Search
	*stage
	players []*player
	state   state
	kept    Kept
}

// complete fills in what is open.
func (s *Search) complete() error {
	if s.Scene == nil || s.Criterion == nil {
		return badScene("no scene or no criterion")
	}
	for _, f := range []struct {
		value    *int
		standard int
		least    int
		name     string
	}{{&s.Rounds, 10, 1, "rounds"}, {&s.Pilot, 1000, 50, "pilot"}, {&s.Particles, 100, 10, "particles"}, {&s.Jobs, 1, 1, "jobs"}, {&s.Keep, 200, 0, "keep"}} {
		if *f.value == 0 {
			*f.value = f.standard
		}
		if *f.value < f.least {
			return badScene("%s %d, want at least %d", f.name, *f.value, f.least)
		}
	}
	if s.Round == 0 {
		if s.Round = 1000; s.Method == Splitting {
			s.Round = 4
		}
	}
	if s.Defensive == 0 {
		s.Defensive = 0.1
	}
	switch {
	case s.Method != Plain && s.Method != Importance && s.Method != Splitting:
		return badScene("method %q, want plain, importance or splitting", s.Method)
	case !(s.Defensive > 0 && s.Defensive < 1):
		return badScene("defensive share %g, want between 0 and 1", s.Defensive)
	case s.Round < 2 || s.Round > 1e7:
		return badScene("round of %d, want 2 to 10000000", s.Round)
	}
	return nil
}

// Run makes the rounds and returns what is known after them. If ctx ends before, whole rounds are kept in the store and the error is
// context.Canceled; the same search goes on from there.
func (s *Search) Run(ctx context.Context) (Estimate, error) {
	if err := s.complete(); err != nil {
		return Estimate{}, err
	}
	st, err := newStage(s.Scene, s.Criterion, s.Seed)
	if err != nil {
		return Estimate{}, err
	}
	w := &work{Search: s, stage: st}
	defer w.close()
	for range s.Jobs {
		p, err := st.newPlayer()
		if err != nil {
			return Estimate{}, err
		}
		w.players = append(w.players, p)
	}
	w.state.Tilt = newTilt(s.Scene, s.Defensive)
	if s.Method != Plain {
		w.state.Tilt = explore(s.Scene, s.Defensive)
	}
	w.state.Ready = s.Method == Plain || s.Method == Splitting && s.AsIs
	if err := w.open(ctx); err != nil {
		return Estimate{}, err
	}
	return w.run(ctx)
}

func (w *work) close() {
	for _, p := range w.players {
		p.close()
	}
}

func (w *work) run(ctx context.Context) (Estimate, error) {
	for !w.state.Ready {
		if err := w.pilot(ctx); err != nil {
			return w.estimate(), err
		}
	}
	for w.state.Round < w.Rounds {
		if e := w.estimate(); w.Until > 0 && w.state.Round > 0 && e.Relative() <= w.Until {
			break
		}
		if err := w.round(ctx); err != nil {
			return w.estimate(), err
		}
	}
	return w.estimate(), nil
}

// tell tells how far the search is.
func (w *work) tell(stage string, share float64) {
	if w.Told != nil {
		w.Told(Progress{stage, share, w.estimate()})
	}
}

// each does n tasks on all players, and returns the first error.
func (w *work) each(ctx context.Context, n int, stage string, task func(p *player, i int) error) error {
	var next atomic.Int64
	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	w.tell(stage, 0)
	for _, p := range w.players {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				err := ctx.Err()
				if err == nil {
					err = task(p, i)
				}
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
				}
				stop := failed != nil
				if !stop && i%max(1, n/50) == 0 {
					w.tell(stage, float64(i)/float64(n))
				}
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	wg.Wait()
	return failed
}

// pilot makes one stage of the search for a tilt.
func (w *work) pilot(ctx context.Context) error {
	all := make([]lesson, w.Pilot)
	steps := make([]uint64, w.Pilot)
	err := w.each(ctx, w.Pilot, fmt.Sprintf("pilot %d", w.state.Stage+1), func(p *player, i int) error {
		c := w.Scene.draft(w.Seed, pilotSeries+uint64(w.state.Stage)<<32+uint64(i), w.drivers, w.state.Tilt)
		r, err := p.play(c, w.state.Tilt)
		all[i], steps[i] = lessonOf(c, &r), r.made
		return err
	})
	if err != nil {
		return err
	}
	for _, n := range steps {
		w.state.Pilots += n
	}
	var done bool
	w.state.Tilt, done = w.state.Tilt.learn(w.Scene, all)
	if w.Method == Splitting {
		w.state.Tilt = w.state.Tilt.roads(w.Scene)
	}
	w.state.Stage++
	w.state.Ready = done && w.state.Stage >= leastStages || w.state.Stage == mostStages
	return w.keep(ctx, nil, 1)
}

// hit is an event that was found.
type hit struct {
	number uint64
	forks  []fork
	weight float64 // its share of the round's sum
	played
}

// round makes one round, and keeps it.
func (w *work) round(ctx context.Context) error {
	type result struct {
		value float64
		steps uint64
		hits  []hit
	}
	all := make([]result, w.Round)
	tilt := w.state.Tilt
	if w.Method == Plain || w.Method == Splitting && w.AsIs {
		tilt = nil
	}
	err := w.each(ctx, w.Round, fmt.Sprintf("round %d", w.state.Round+1), func(p *player, i int) (err error) {
		number, before := uint64(w.state.Round)<<32+uint64(i), p.steps
		r := &all[i]
		if w.Method == Splitting {
			r.value, r.hits, err = p.split(number, w.Particles, tilt)
		} else {
			var k played
			if k, err = p.play(w.Scene.draft(w.Seed, number, w.drivers, tilt), tilt); k.event {
				r.value, r.hits = k.weight, []hit{{number: number, weight: k.weight, played: k}}
			}
		}
		r.steps = p.steps - before
		return err
	})
	if err != nil {
		return err
	}
	before := w.state.Sums.N
	var hits []hit
	for _, r := range all {
		w.state.Sums.N++
		w.state.Sums.Sum += r.value
		w.state.Sums.Square += r.value * r.value
		w.state.Sums.Events += len(r.hits)
		w.state.Sums.Steps += r.steps
		hits = append(hits, r.hits...)
	}
	w.state.Round++
	return w.keepRound(ctx, hits, float64(before)/float64(w.state.Sums.N))
}

// open takes up what the store has of the search.
func (w *work) open(ctx context.Context) error {
	if w.Store == nil {
		return nil
	}
	var net bytes.Buffer
	if _, err := w.Scene.Net.WriteTo(&net); err != nil {
		return err
	}
	key, err := w.key(net.Bytes())
	if err != nil {
		return err
	}
	text, err := json.Marshal(w.state)
	if err != nil {
		return err
	}
	w.kept, err = w.Store.Begin(ctx, Kept{
		Key: key, Name: w.Scene.Name, Method: w.Method, Criterion: w.Criterion.String(), Begun: time.Now().UTC().Format(time.RFC3339), State: text,
	}, net.Bytes())
	if err != nil {
		return err
	}
	if err := json.Unmarshal(w.kept.State, &w.state); err != nil {
		return fmt.Errorf("episodes %s: state of search %d: %w", w.Store.path, w.kept.ID, err)
	}
	if t := w.state.Tilt; t == nil || len(t.Skies) != len(w.Scene.Skies) || len(t.Patches) != len(w.Scene.Patches) || len(t.Flows) != len(w.Scene.Flows) {
		return fmt.Errorf("episodes %s: state of search %d does not fit its scene", w.Store.path, w.kept.ID)
	}
	w.state.Tilt.prepare(w.Scene)
	return nil
}

// key returns a hash of all that decides what the search finds.
func (w *work) key(net []byte) (string, error) {
	scene := *w.Scene
	scene.Net = nil
	text, err := json.Marshal(struct {
		Scene     Scene
		Criterion string
		Method    Method
		Seed      uint64
		Round     int
		Pilot     int
		Particles int
		Defensive float64
		AsIs      bool
	}{scene, w.Criterion.String(), w.Method, w.Seed, w.Search.Round, w.Pilot, w.Particles, w.Defensive, w.AsIs})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(text, net...))
	return hex.EncodeToString(sum[:]), nil
}

// keepRound keeps a round with episodes of its hits.
func (w *work) keepRound(ctx context.Context, hits []hit, rescale float64) error {
	if w.Store == nil {
		return nil
	}
	var episodes []*Episode
	for i := range hits[:min(len(hits), w.Keep)] {
		e, err := w.players[0].record(&hits[i], w.Method, w.state.Tilt)
		if err != nil {
			return err
		}
		e.Weight = hits[i].weight / float64(w.state.Sums.N) / w.Scene.hours()
		episodes = append(episodes, e)
	}
	return w.keep(ctx, episodes, rescale)
}

func (w *work) keep(ctx context.Context, episodes []*Episode, rescale float64) error {
	if w.Store == nil {
		return nil
	}
	text, err := json.Marshal(w.state)
	if err != nil {
		return err
	}
	return w.Store.Round(ctx, w.kept.ID, w.state.Round, text, w.estimate(), episodes, rescale)
}

// errEnded is returned by a replay that does not find the event again.
var errEnded = errors.New("the event does not happen when its case is made again: the program is another")
