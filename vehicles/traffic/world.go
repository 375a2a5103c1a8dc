package traffic

import (
	"fmt"
	"math"
	"runtime"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/vehicles"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

// World is the traffic on a network and its clock.
//
// A World is not safe for concurrent use: whoever owns the clock calls Step, and observers read between steps.
type World struct {
	cfg     Config
	layout  *layout
	classes [network.NumVehicleClasses]vehicles.Class
	drivers *driver.Population
	// perception is nil if everybody takes the quickest way.
	perception *route.Perception
	paces      [network.NumVehicleClasses][]pace
	alert      uint8 // steps between two looks of one who is in a junction, or gives way, at most
	reach      [network.NumSurfaces][tyre.NumConditions][network.NumVehicleClasses]reach

	judging, cooling uint8  // steps of judgeEvery and coolDown
	resting          uint64 // steps of restFor

	attention, distraction, wear draw.Key

	// State: what Snapshot copies.
	steps     uint64
	condition tyre.Condition // of all roads, by the last command
	wary      bool           // some road has not been dry: drivers mind what it looks like
	cold      driver.Cold    // as drivers know it; follows from the weather
	senses    []sense        // by vehicle, if wary
	vigils    []vigil        // by vehicle, if some drive by a model of UN R157
	odds      []odd          // vehicles that are not as their class and driver are
	branches  []branch       // by step
	tilt      tilt
	skids     []skid      // those that slide, by id
	states    states      // technical ones
	hots      []hot       // those whose brakes are followed, by id
	reds      []redPassed // of late
	tracks    []track
	ends      []ends // by slot, as of the end of the last step
	counts    []passed
	gates     []gate // by junction, in the engine's order
	trips     []Trip
	keys      []uint64 // Trip.Key by vehicle; nil while no trip has one
	told      digest   // of the trips whose time has come
	journeys  []journey
	released  int  // queues.order[:released] have been given a route
	limited   bool // some trip has a TopSpeed
	queues    departures
	times     travelTimes
	closed    []bool           // by edge
	works     []network.LaneID // lanes that are closed, ascending
	lookout   lookout
	wrecks    []wreck
	strands   []strand // by id
	queue     []Command
	crossers  crossers
	sensed    []VehicleID // by detector, the last whose front bumper came past its start
	stats     Stats
	audit     Audit
	watch     watch
	measures  measures

	tireless bool    // no skipping: for tests, which want the same from it
	sensing  sensing // where the detectors are
	few      int     // vehicles on the road below which one goroutine does everything: fewVehicles, or 0 in tests

	// Scratch of one step.
	applied  []Command
	events   []Event
	contacts []contact
	gathered []VehicleID
	ordered  []critical
	seen     []LaneCount // by TrackID, for Counts
	workers  []*worker
	alarms   alarms
	inUse    []slot    // what rebalance keeps awake
	loads    []float64 // by junction: what apportion shares
	pool     *pool
}

// gate is the state of a junction.
type gate struct {
	grants uint32 // the last number given to a vehicle let in
	rests  bool   // nobody was refused: nothing need be asked for a while (restFor)
	loaded uint64 // bits of its connectors with a vehicle on them or let onto them; all where nothing regulates it
	held   uint64 // those of them on which somebody waits inside, or is to wait
}

// isLoaded reports whether there may be somebody on the other connector of a clash, or part of one, or let onto it.
func (g *gate) isLoaded(k *clash) bool { return g.loaded>>k.bit&1 != 0 }

// wreck is a vehicle in a crash, waiting to be cleared.
type wreck struct {
	id    VehicleID
	clear float64 // s after midnight
}

// DefaultStepTime is the step time in s when Config leaves it open.
const DefaultStepTime = 0.2

// New returns an empty world, or an error if cfg makes no sense.
func New(cfg Config) (*World, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	l := newLayout(cfg.Net, cfg.StraightLanes)
	cfg.Signals.SetDay(cfg.Day)
	w := &World{
		cfg: cfg, layout: l, classes: vehicles.Classes(), drivers: cfg.Drivers,
		tracks: make([]track, len(l.places)), ends: make([]ends, len(l.places)),
		counts: make([]passed, len(l.places)), gates: make([]gate, len(l.crossings)),
		closed: make([]bool, len(cfg.Net.Edges)), few: fewVehicles,
	}
	for i := range w.ends {
		w.ends[i] = emptyEnds
	}
	for g := range w.gates {
		if !l.crossings[g].regulated {
			w.gates[g].loaded = math.MaxUint64 // nobody keeps account of that: who parts there looks
		}
	}
	w.paces, w.reach, w.alert = w.allPaces(), w.reaches(), uint8(w.stepsIn(alertInterval))
	w.attention, w.distraction = draw.NewKey(cfg.Seed, draw.Attention), draw.NewKey(cfg.Seed, draw.Distraction)
	w.wear = draw.NewKey(cfg.Seed, draw.TechnicalState)
	w.judging, w.cooling = uint8(min(w.stepsIn(judgeEvery), math.MaxUint8)), uint8(min(w.stepsIn(coolDown), math.MaxUint8))
	w.resting = w.stepsIn(restFor)
	w.queues = newDepartures(len(cfg.Net.Edges))
	w.times = w.freeTimes()
	w.watch = newWatch(len(cfg.Signals.Aspects()))
	w.lookout = w.newLookout()
	if cfg.Routes.Spread > 0 {
		w.perception = cfg.Router.NewPerception(cfg.Routes.Spread)
	}
	w.workers = w.split(cfg.Workers)
	w.prepareCrossings()
	w.measures = newMeasures(w)
	w.pool = newPool(len(w.workers))
	if w.cfg.Weather == nil || cfg.Condition != tyre.Dry {
		w.setConditions(cfg.Condition)
	}
	if w.cfg.Weather != nil {
		w.lieDown()
	}
	return w, nil
}

func (c *Config) complete() error {
	switch {
	case c.Net == nil || c.Signals == nil || c.Router == nil || c.Envelopes == nil:
		return fmt.Errorf("traffic: network, signals, router and envelopes are all needed")
	case c.StepTime == 0:
		c.StepTime = DefaultStepTime
	case c.StepTime < 0.05 || c.StepTime > 0.5 || math.IsNaN(c.StepTime):
		return fmt.Errorf("traffic: step time %g s, want 0.05 to 0.5", c.StepTime)
	}
	if c.Day < 0 || c.Day > 6 {
		return fmt.Errorf("traffic: day %d, want 0 for Monday to 6 for Sunday", c.Day)
	}
	if c.Start < 0 || math.IsNaN(c.Start) || math.IsInf(c.Start, 0) {
		return fmt.Errorf("traffic: start at %g s, want >= 0", c.Start)
	}
	if c.Condition >= tyre.NumConditions {
		return fmt.Errorf("traffic: unknown road condition %d", c.Condition)
	}
	if err := c.Crossings.check(); err != nil {
		return err
	}
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if err := c.Routes.complete(); err != nil {
		return err
	}
	if c.Catalogue == nil {
		c.Catalogue = dynamics.NewCatalogue(vehicles.Classes())
	}
	if c.Fleet != nil {
		if err := c.Fleet.Check(); err != nil {
			return fmt.Errorf("traffic: fleet: %w", err)
		}
	}
	if c.ClearAfter == 0 {
		c.ClearAfter = 1800
	}
	if c.RecoverAfter == 0 {
		c.RecoverAfter = max(c.ClearAfter, stuckAfter)
	}
	if c.Drivers == nil {
		var err error
		if c.Drivers, err = driver.NewPopulation(driver.DefaultOptions()); err != nil {
			return err
		}
	}
	return nil
}

// phases is a step: what happens one after the other. A phase that is done by each worker for its own piece of the city
// ends when all have done it.
var phases = [...]struct {
	name string
	run  func(*World)
}{
	{"begin", (*World).beginStep},
	{"commands", (*World).applyCommands},
	{"detectors", (*World).senseTraffic},
	{"signals", (*World).advanceSignals},
	{"weather", (*World).advanceWeather},
	{"crossings", (*World).advanceCrossings},
	{"depart", (*World).depart},
	{"arbitrate", each((*World).arbitrate)},
	{"drive", each((*World).drive)},
	{"move", each((*World).move)},
	{"hand over", (*World).handOver},
	{"glide", each((*World).glide)},
	{"hang", (*World).hang},
	{"change lanes", each((*World).changeLanes)},
	{"publish changed", (*World).publishChanged},
	{"inspect", each((*World).inspect)},
	{"heat brakes", (*World).heatBrakes},
	{"measure", (*World).measure},
	{"end", (*World).endStep},
	{"watch", (*World).look},
}

// each returns a phase that all workers do in parallel.
func each(phase func(*World, *worker)) func(*World) {
	return func(w *World) { w.parallel(phase) }
}

// Step advances the world by one step time.
func (w *World) Step() {
	for i := range phases {
		phases[i].run(w)
	}
}

// StepMeasured does the same, and calls after with the name of each phase when it has ended, for whoever holds a watch.
func (w *World) StepMeasured(after func(phase string)) {
	for i := range phases {
		phases[i].run(w)
		after(phases[i].name)
	}
}

// beginStep advances the clock. The step brings the world from the time before to Time().
func (w *World) beginStep() {
	w.steps++
	w.events = w.events[:0]
	w.tidy()
	for _, wk := range w.workers {
		wk.passages = wk.passages[:0]
	}
}

func (w *World) advanceSignals() { w.cfg.Signals.Step(w.Time()) }

// Time returns the time in s after midnight, after the last step.
func (w *World) Time() float64 { return w.cfg.Start + float64(float64(w.steps)*w.cfg.StepTime) }

// Steps returns the number of steps made.
func (w *World) Steps() uint64 { return w.steps }

// StepTime returns the duration of a step, s.
func (w *World) StepTime() float64 { return w.cfg.StepTime }

// Close stops the world's workers. The world can be looked at, and even stepped, afterwards: by the caller alone.
func (w *World) Close() { w.pool.close() }

// wish returns the speed in m/s that v's driver wishes for on p: the limit in the driver's own reading, what the
// vehicle can do, and in a curve the lateral force accepted.
func (w *World) wish(v *vehicle, p *place) float64 {
	if w.controlled(v) != nil {
		return w.classes[v.class].TopSpeed
	}
	d := w.driver(v, w.believedAt(v, p))
	speed := p.limit * d.SpeedRatio
	if top := w.classes[v.class].TopSpeed; speed > top {
		speed = top
	}
	if w.limited {
		if top := w.trips[v.id].TopSpeed; top > 0 && speed > top {
			speed = top
		}
	}
	if p.curvature > 0 {
		if curve := d.LateralRoot * p.bendRoot; speed > curve {
			speed = curve
		}
		if float64(speed*speed)*p.curvature > d.LateralMost {
			speed = math.Sqrt(d.LateralMost / p.curvature)
		}
	}
	return max(speed, crawl)
}

// crawl is the slowest wished speed, m/s: the sharpest corner on ice is still driven.
const crawl = 1.0
