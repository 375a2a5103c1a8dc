package scenarios

import (
	"fmt"
	"time"

	"roadtwin/scenarios/demand"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
)

// Summary is what a run comes to. Means are over the trips that arrived; those under way at the end are told apart,
// since their delay is not known yet.
type Summary struct {
	Scenario       string        `json:"scenario"`
	Seed           uint64        `json:"seed"`
	StateHash      string        `json:"state_hash"`
	Departed       int           `json:"departed"`
	Arrived        int           `json:"arrived"`
	OnRoad         int           `json:"on_road"`
	Waiting        int           `json:"waiting"`
	Crashes        int           `json:"crashes"`            // those with nobody else, LeftRoad, included
	MeanTravelTime float64       `json:"mean_travel_time_s"` // on the road
	MeanDelay      float64       `json:"mean_delay_s"`       // against free flow, the wait before entering included
	Audit          traffic.Audit `json:"audit"`
	Stuck          int           `json:"stuck"`
	VehicleUpdates uint64        `json:"vehicle_updates"`
	CPU            float64       `json:"cpu_s"`
	Wall           float64       `json:"wall_s"`
	MaxRSS         float64       `json:"max_rss_mb"`

	ScenarioHash string  `json:"scenario_hash"`
	Complete     bool    `json:"complete"` // the end of the period was reached
	Simulated    float64 `json:"simulated_s"`
	RealTime     float64 `json:"real_time_factor"` // simulated over wall time
	Trips        int     `json:"trips"`            // of the period
	Released     int     `json:"released"`         // trips whose time came
	NoRoute      int     `json:"no_route"`
	Cleared      int     `json:"cleared"`
	Recovered    int     `json:"recovered"`    // vehicles towed off that could not pull away where they stood
	LeftRoad     int     `json:"left_road"`    // vehicles that slid off their lane, spun or rolled over
	BrakesFaded  int     `json:"brakes_faded"` // times that brakes got so hot that they lost a tenth of their force
	// Conflicts are near misses by safety.Kind, those under way included.
	Conflicts map[string]int `json:"conflicts"`
	// Emissions are of all vehicles on the road, unfinished trips included.
	Emissions Emissions `json:"emissions"`
	RedRuns   int       `json:"red_runs"` // stop lines passed at red
	Rerouted  int       `json:"rerouted"` // times that a vehicle under way got another route
	// ReroutedBy is Rerouted by traffic.RerouteCause.
	ReroutedBy   map[string]int `json:"rerouted_by"`
	PeakOnRoad   int            `json:"peak_on_road"`
	PeakTime     float64        `json:"peak_time_s"` // after midnight
	MeanFreeTime float64        `json:"mean_free_time_s"`
	MeanWait     float64        `json:"mean_departure_wait_s"`
	MeanDistance float64        `json:"mean_distance_m"`
	MeanStops    float64        `json:"mean_stops"`
	// Due are the trips that should have ended: those that were released at least twice their free-flow time before
	// the end. DueShare is the part of them that has ended.
	Due      int     `json:"due"`
	DueShare float64 `json:"due_arrived_share"`
	// UnderWay tells of the vehicles on the road at the end: their mean time there so far. WaitingSoFar is the mean
	// wait so far of those still outside.
	UnderWay     float64         `json:"under_way_mean_time_s"`
	WaitingSoFar float64         `json:"waiting_mean_time_s"`
	Queues       []JunctionQueue `json:"queues"` // where the mean queue over the run was longest
	Signals      SignalLevels    `json:"signals"`

	// Staggered is set if departures were shifted by policies.
	Staggered *demand.Staggered `json:"staggered,omitempty"`
	// Equilibrium is set for the last of the runs that lead to one.
	Equilibrium *Equilibrium `json:"equilibrium,omitempty"`
	// StuckMost is the most vehicles that were stuck at a time. StuckList tells of those that are at the end, at most 100.
	StuckMost     int            `json:"stuck_most"`
	StuckMostTime float64        `json:"stuck_most_time_s"` // after midnight
	StuckList     []StuckVehicle `json:"stuck_list"`

	Variant string `json:"variant"` // of the scenario; "base" is what it says outside of variants
	// Measures are those of RunMeasures, by name; what has no value, as a mean over no trips, is absent.
	Measures map[string]float64 `json:"measures"`
	// Notes are set in the results only.
	Notes *Notes `json:"notes,omitempty"`
}

// Equilibrium tells of the runs that were made one after the other, each with the routes that the one before taught; see
// package equilibrium.
type Equilibrium struct {
	Iterations []Iteration `json:"iterations"`
	Converged  bool        `json:"converged"` // the last gap is as small as was asked for
}

// Iteration is one of these runs.
type Iteration struct {
	// RelativeGap is by how much the ways that trips took were longer than the quickest there were, as a share of these.
	RelativeGap    float64 `json:"relative_gap"`
	MeanTravelTime float64 `json:"mean_travel_time_s"` // of the trips that arrived
	MeanDelay      float64 `json:"mean_delay_s"`
	Arrived        int     `json:"arrived"`
	Switched       int     `json:"switched"` // trips that take another way in the next run
}

// Summary returns what the run has come to so far.
func (r *Run) Summary() Summary {
	w, stats, m := r.world, r.world.Stats(), r.meter
	a := m.arrived
	wall, cpu := r.clock.read(time.Now())
	s := Summary{
		Scenario: r.scenario.Name, Seed: r.seed, StateHash: fmt.Sprintf("%016x", w.Hash()),
		Departed: stats.Departed, Arrived: stats.Arrived, OnRoad: stats.OnRoad, Waiting: stats.Waiting,
		Crashes: stats.Crashes + stats.LeftRoad, LeftRoad: stats.LeftRoad, BrakesFaded: stats.Faded, Audit: w.Audit(), Stuck: stats.Stuck, StuckMost: stats.StuckMost,
		StuckMostTime: stats.StuckMostTime, StuckList: r.Stuck(), VehicleUpdates: stats.Updates,
		MeanTravelTime: mean(a.travel, a.trips), MeanDelay: mean(a.delay, a.trips),
		CPU: cpu, Wall: wall, MaxRSS: MaxRSS(),
		ScenarioHash: r.scenario.Hash(), Complete: r.Done(), Simulated: w.Time() - r.Begin(), Trips: len(r.demand.Trips),
		Released: stats.Released, NoRoute: stats.NoRoute, Cleared: stats.Cleared, Recovered: stats.Recovered, Rerouted: stats.Rerouted,
		RedRuns:    stats.RedRuns,
		Staggered:  r.demand.Staggered,
		PeakOnRoad: m.peak, PeakTime: m.peakTime,
		MeanFreeTime: mean(a.free, a.trips), MeanWait: mean(a.waited, a.trips), MeanDistance: mean(a.dist, a.trips),
		MeanStops: mean(float64(a.stops), a.trips),
		Queues:    m.worst(func(q JunctionQueue) float64 { return q.Mean }),
		Signals:   m.movements.levels(),
	}
	if wall > 0 {
		s.RealTime = s.Simulated / wall
	}
	r.countUnfinished(&s)
	s.Conflicts, s.Emissions = r.conflicts(), r.emissions()
	s.ReroutedBy = map[string]int{}
	for cause, n := range stats.ReroutedBy {
		s.ReroutedBy[traffic.RerouteCause(cause).String()] = n
	}
	s.Variant = r.scenario.VariantName()
	s.Measures = r.measures(&s)
	return s
}

// countUnfinished looks at every trip that was released and has not ended.
func (r *Run) countUnfinished(s *Summary) {
	now := r.world.Time()
	s.Due = r.meter.due
	var onRoad, waited float64
	for id, trip := range r.demand.Trips {
		if trip.Depart > now {
			continue
		}
		switch r.meter.state[id] {
		case results.TripOnRoad:
			onRoad += now - r.meter.enter[id]
		case "":
			waited += now - trip.Depart
		default:
			continue
		}
		if isDue(trip.Depart, r.expectedTime(traffic.VehicleID(id)), now) {
			s.Due++
		}
	}
	s.UnderWay, s.WaitingSoFar = mean(onRoad, s.OnRoad), mean(waited, s.Waiting)
	s.DueShare = 1
	if s.Due > 0 {
		s.DueShare = float64(r.meter.due) / float64(s.Due)
	}
}

// expectedTime returns the free-flow time in s of a trip that has not ended: along its route if it is on the road,
// else as the crow flies with a detour of 1.3 at 10 m/s.
func (r *Run) expectedTime(id traffic.VehicleID) float64 {
	if d, ok := r.world.Vehicle(id); ok {
		total := 0.0
		for _, e := range d.Route {
			total += r.city.Router.FreeTime(e)
		}
		return total
	}
	const detour, speed = 1.3, 10 // [assumed]: urban streets, speed in m/s
	trip := &r.demand.Trips[id]
	return r.city.Places.Distance(trip.From, trip.To) * detour / speed
}

// stopwatch measures what a run costs.
type stopwatch struct {
	start time.Time
	used  func() float64 // s of processor time
	cpu   float64        // used at the start
}

func startWatch(now time.Time, used func() float64) stopwatch { return stopwatch{now, used, used()} }

// read returns the wall and processor time since the start, s.
func (s stopwatch) read(now time.Time) (wall, cpu float64) {
	return now.Sub(s.start).Seconds(), s.used() - s.cpu
}
