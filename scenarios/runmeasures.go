package scenarios

import (
	"math"
	"slices"

	"roadtwin/network"
)

// RunMeasure is something that a run as a whole comes to; Summary.Measures has the values.
type RunMeasure struct {
	Name string // as in the table run_measures of the results
	Unit string
	Text string // what it is
	// Better is -1 if less is better, +1 if more is, 0 if it only describes.
	Better int
}

// runMeasure is a RunMeasure with how to get it.
type runMeasure struct {
	RunMeasure
	of func(*Summary, *totals) float64
}

// totals are what the measures need beside a Summary.
type totals struct {
	metres, seconds, standing float64 // of all vehicles on all lanes and connectors
	freeSeconds               float64 // the same metres at the speed limits
	waited                    float64 // s outside, of all trips released
	index, delay              []float64
}

var runMeasures = []runMeasure{
	{RunMeasure{"mean_delay_s", "s", "mean delay of the trips that ended: travel time over free flow, and the wait before entering", -1}, func(s *Summary, _ *totals) float64 { return s.MeanDelay }},
	{RunMeasure{"p95_delay_s", "s", "delay that 5 % of the trips that ended exceed", -1}, func(_ *Summary, t *totals) float64 { return quantile(t.delay, 0.95) }},
	{RunMeasure{"mean_departure_wait_s", "s", "mean wait for room to enter the road, part of the delay", -1}, func(s *Summary, _ *totals) float64 { return s.MeanWait }},
	{RunMeasure{"network_delay_h", "h", "vehicle hours lost by everybody, trips that did not end included: time on the road over that at the speed limits, and waiting to enter", -1}, func(_ *Summary, t *totals) float64 { return (t.seconds - t.freeSeconds + t.waited) / 3600 }},
	{RunMeasure{"mean_travel_time_s", "s", "mean travel time of the trips that ended", -1}, func(s *Summary, _ *totals) float64 { return s.MeanTravelTime }},
	{RunMeasure{"travel_time_index", "", "mean of travel time over free-flow time, the wait before entering included", -1}, func(_ *Summary, t *totals) float64 { return meanOf(t.index) }},
	{RunMeasure{"planning_time_index", "", "travel time over free-flow time that 5 % of the trips exceed: what one must plan for to be in time on 19 days of 20", -1}, func(_ *Summary, t *totals) float64 { return quantile(t.index, 0.95) }},
	{RunMeasure{"buffer_index", "", "what the planning time index is above the travel time index, as a share of it", -1}, func(_ *Summary, t *totals) float64 { return quantile(t.index, 0.95)/meanOf(t.index) - 1 }},
	{RunMeasure{"mean_stops", "", "mean number of stops of the trips that ended", -1}, func(s *Summary, _ *totals) float64 { return s.MeanStops }},
	{RunMeasure{"mean_speed_kmh", "km/h", "vehicle kilometres over vehicle hours", +1}, func(_ *Summary, t *totals) float64 { return 3.6 * ratio(t.metres, t.seconds) }},
	{RunMeasure{"vehicle_km", "km", "kilometres driven by all", 0}, func(_ *Summary, t *totals) float64 { return t.metres / 1000 }},
	{RunMeasure{"vehicle_h", "h", "hours on the road of all", -1}, func(_ *Summary, t *totals) float64 { return t.seconds / 3600 }},
	{RunMeasure{"standing_h", "h", "vehicle hours below 5 km/h", -1}, func(_ *Summary, t *totals) float64 { return t.standing / 3600 }},
	{RunMeasure{"departed", "", "trips that entered the road", 0}, func(s *Summary, _ *totals) float64 { return float64(s.Departed) }},
	{RunMeasure{"arrived", "", "trips that ended", +1}, func(s *Summary, _ *totals) float64 { return float64(s.Arrived) }},
	{RunMeasure{"unfinished", "", "trips on the road or waiting to enter at the end", -1}, func(s *Summary, _ *totals) float64 { return float64(s.OnRoad + s.Waiting) }},
	{RunMeasure{"peak_on_road", "", "most vehicles on the road at a time", -1}, func(s *Summary, _ *totals) float64 { return float64(s.PeakOnRoad) }},
	{RunMeasure{"stuck_most", "", "most vehicles stuck at a time", -1}, func(s *Summary, _ *totals) float64 { return float64(s.StuckMost) }},
	{RunMeasure{"conflicts", "", "near misses", -1}, func(s *Summary, _ *totals) float64 { return float64(s.AllConflicts()) }},
	{RunMeasure{"crashes", "", "crashes, those with nobody else included", -1}, func(s *Summary, _ *totals) float64 { return float64(s.Crashes) }},
	{RunMeasure{"red_runs", "", "stop lines passed at red", -1}, func(s *Summary, _ *totals) float64 { return float64(s.RedRuns) }},
	{RunMeasure{"co2_kg", "kg", "carbon dioxide from exhausts", -1}, func(s *Summary, _ *totals) float64 { return s.Emissions.CO2 }},
	{RunMeasure{"fuel_kg", "kg", "fuel burnt", -1}, func(s *Summary, _ *totals) float64 { return s.Emissions.Fuel }},
	{RunMeasure{"nox_g", "g", "nitrogen oxides", -1}, func(s *Summary, _ *totals) float64 { return s.Emissions.NOx }},
	{RunMeasure{"pm_g", "g", "particles from exhausts", -1}, func(s *Summary, _ *totals) float64 { return s.Emissions.PM }},
	{RunMeasure{"electricity_kwh", "kWh", "from batteries, net of what was put back", -1}, func(s *Summary, _ *totals) float64 { return s.Emissions.Electricity }},
}

// RunMeasures returns all there are, in the order in which they are shown.
func RunMeasures() []RunMeasure {
	list := make([]RunMeasure, len(runMeasures))
	for i := range runMeasures {
		list[i] = runMeasures[i].RunMeasure
	}
	return list
}

// measures returns the values of all that have one: a mean over no trips has none.
func (r *Run) measures(s *Summary) map[string]float64 {
	t := r.totals(s)
	values := make(map[string]float64, len(runMeasures))
	for i := range runMeasures {
		if v := runMeasures[i].of(s, t); !math.IsNaN(v) && !math.IsInf(v, 0) {
			values[runMeasures[i].Name] = v
		}
	}
	return values
}

func (r *Run) totals(s *Summary) *totals {
	net, counts := r.city.Net, r.world.Counts()
	m := r.meter
	t := &totals{waited: m.entryWait + s.WaitingSoFar*float64(s.Waiting), index: slices.Clone(m.index), delay: slices.Clone(m.delays)}
	slices.Sort(t.index)
	slices.Sort(t.delay)
	for i := range counts {
		c, limit := &counts[i], 0.0
		if lane, ok := net.LaneOf(network.TrackID(i)); ok {
			limit = net.Lanes[lane].SpeedLimit
		} else if con, ok := net.ConnectorOf(network.TrackID(i)); ok {
			limit = net.Connectors[con].Limit
		}
		t.metres += c.VehicleMetres
		t.seconds += c.VehicleSeconds
		t.standing += c.StandingSecs
		t.freeSeconds += math.Min(c.VehicleMetres/limit, c.VehicleSeconds) // who drives faster than allowed gains nothing
	}
	return t
}

// quantile returns the value that the share p of sorted does not exceed, linear between ranks; NaN of nothing.
func quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (at-float64(i))*(sorted[j]-sorted[i])
}

// meanOf returns the mean, NaN of nothing.
func meanOf(values []float64) float64 { return sum(values) / float64(len(values)) }

// ratio returns a/b, NaN if b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}
