package scenarios

import (
	"fmt"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios/demand"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/weather"
)

// Run is one scenario running with one seed. It owns the clock of its traffic and is used from one goroutine.
type Run struct {
	city     *City
	scenario *Scenario // with the options in it
	seed     uint64
	demand   *demand.Demand
	plans    []signals.Plan
	controls []signals.Control // of those that do not run plans
	weather  *weather.System   // nil where conditions say what lies on the roads
	world    *traffic.World
	cfg      traffic.Config // of world
	steps    uint64         // in all

	keepsRoutes bool   // Options.KeepRoutes
	routing     string // how drivers came by their ways, see results.RunInfo

	agenda    []appointment   // what the scenario does to the traffic, by time
	asked     []CommandRecord // what clients asked for in the run that this one repeats, or ahead of time, by step
	commands  []CommandRecord
	meter     *meter
	observers []Observer
	clock     stopwatch
}

// Observer sees the run after each step. It must not change anything, nor keep what the world returns.
type Observer interface{ Observe(r *Run) }

// NewRun makes the trips of s in city and an empty world for them. A mistake in the scenario or the options is an
// ErrInvalid.
func NewRun(city *City, s *Scenario, o Options) (*Run, error) {
	scenario, err := o.apply(s)
	if err != nil {
		return nil, err
	}
	r := &Run{city: city, scenario: scenario, seed: o.seed(s)}
	begin, end := float64(scenario.Period.Begin), float64(scenario.Period.End)
	r.steps = steps(begin, end, scenario.Step)
	if r.demand, err = scenario.trips(city, r.seed); err != nil {
		return nil, err
	}
	if err = r.give(o.Routes); err != nil {
		return nil, err
	}
	if r.plans, r.controls, err = scenario.retime(city); err != nil {
		return nil, err
	}
	r.plans = replaced(r.plans, o.Plans)
	cfg := traffic.Config{
		Net: city.Net, Router: city.Router, Envelopes: city.Envelopes, Seed: r.seed, Start: begin,
		StepTime: scenario.Step, Workers: o.Workers, Passages: true, // movements are measured by them
		Routes: traffic.RouteChoice{
			Spread: scenario.Routes.Spread, Informed: scenario.Routes.Informed, Every: scenario.Routes.Every,
		},
	}
	if o.Settled {
		cfg.Routes.Informed = 0
	}
	r.keepsRoutes, r.routing = o.KeepRoutes, o.routing()
	if err = scenario.checkPlaces(city.Net); err != nil {
		return nil, err
	}
	cfg.Crossings = scenario.crossings(city.Net, r.demand)
	if cfg.Drivers, err = scenario.population(r.demand.Styles); err != nil {
		return nil, err
	}
	if cfg.Fleet, err = scenario.fleet(); err != nil {
		return nil, err
	}
	cfg.Catalogue = city.Catalogue
	cfg.Measures.Thresholds = scenario.Measure.Conflicts.thresholds()
	if cfg.Day, err = scenario.Period.Day.Weekday(); err != nil {
		return nil, scenario.invalid("period.day", "%v", err)
	}
	if cfg.Condition, r.agenda, err = scenario.schedule(city.Net); err != nil {
		return nil, err
	}
	if r.weather, err = scenario.skies(city.Net); err != nil {
		return nil, err
	}
	cfg.Weather = r.weather
	generated, err := scenario.controls(city, r.plans)
	if err != nil {
		return nil, err
	}
	r.controls = overruled(overruled(generated, r.controls), o.Controls)
	signalAgenda, err := scenario.signalAgenda(city, r.plans, r.controls)
	if err != nil {
		return nil, err
	}
	r.agenda = scenario.merge(r.agenda, signalAgenda)
	if cfg.Signals, err = signals.New(city.Net, r.plans, r.controls...); err != nil && (o.Plans != nil || o.Controls != nil) {
		return nil, badOption(err.Error())
	} else if err != nil {
		return nil, scenario.signalError(err)
	}
	r.cfg = cfg
	if r.world, err = traffic.New(cfg); err != nil {
		return nil, err
	}
	if _, err = r.world.AddTrips(r.demand.Trips); err != nil {
		r.world.Close()
		if o.Routes != nil {
			err = badOption(fmt.Sprintf("routes that are not those of this map, demand and seed: %v", err))
		}
		return nil, err
	}
	r.meter = newMeter(city.Net, r.plans, r.demand.Trips, begin, end)
	used := CPUTime
	if o.OwnThread {
		used = threadTime
	}
	r.clock = startWatch(time.Now(), used)
	return r, nil
}

// replaced returns plans with each of changes in the place of the plan of its controller.
func replaced(plans, changes []signals.Plan) []signals.Plan {
	for i := range changes {
		for k := range plans {
			if plans[k].Controller == changes[i].Controller {
				plans[k] = changes[i]
			}
		}
	}
	return plans
}

// give sets the ways of the trips.
func (r *Run) give(routes [][]network.EdgeID) error {
	if len(routes) > len(r.demand.Trips) {
		return badOption(fmt.Sprintf("routes of %d trips, want those of the %d trips of seed %d", len(routes), len(r.demand.Trips), r.seed))
	}
	for i, way := range routes {
		if len(way) > 0 {
			r.demand.Trips[i].Route = way
		}
	}
	return nil
}

// Watch adds an observer. Observers are called in the order in which they were added.
func (r *Run) Watch(o Observer) { r.observers = append(r.observers, o) }

// Step makes one tick.
func (r *Run) Step() {
	r.keepAppointments()
	r.world.Step()
	r.meter.read(r.world)
	for _, o := range r.observers {
		o.Observe(r)
	}
}

// Done reports whether the end of the period is reached. Step may be called beyond it.
func (r *Run) Done() bool { return r.world.Steps() >= r.steps }

// World returns the traffic. Change it only through Queue.
func (r *Run) World() *traffic.World { return r.world }

// City returns what the run shares with others.
func (r *Run) City() *City { return r.city }

// Net returns the network.
func (r *Run) Net() *network.Network { return r.city.Net }

// Plans returns the signal plans of this run, one for every controller.
func (r *Run) Plans() []signals.Plan { return r.plans }

// Controls returns how the controllers decide that do not run the plans of Plans by the clock.
func (r *Run) Controls() []signals.Control { return r.controls }

// Weather returns the weather, nil where the scenario has none or conditions say what lies on the roads; read only.
func (r *Run) Weather() *weather.System { return r.weather }

// Demand returns the trips of this run.
func (r *Run) Demand() *demand.Demand { return r.demand }

// Scenario returns the scenario as it is run, with the options in it.
func (r *Run) Scenario() *Scenario { return r.scenario }

// Seed returns the seed.
func (r *Run) Seed() uint64 { return r.seed }

// Time returns the time in s after midnight, after the last step.
func (r *Run) Time() float64 { return r.world.Time() }

// Begin returns the time in s after midnight at which the run began.
func (r *Run) Begin() float64 { return float64(r.scenario.Period.Begin) }

// End returns the time in s after midnight at which the run is done.
func (r *Run) End() float64 { return float64(r.scenario.Period.End) }

// Close stops the world's workers.
func (r *Run) Close() { r.world.Close() }
