package scenarios

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios/demand"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/emission"
	"roadtwin/vehicles/traffic"
)

// Recorder writes a run to a results file as it goes: an Observer. Call Finish at the end.
type Recorder struct {
	run      *Run
	w        *results.Writer
	interval float64
	begin    float64             // of the interval under way, s after midnight
	number   int                 // of intervals written
	before   []traffic.LaneCount // counts at its begin
	burnt    []emission.Total    // by edge, at its begin
	queues   []queueSums         // by edge, in it
	standing [][]int32           // by edge, the samples of its queue in it that are not 0
	joined   []int64             // by edge: trips that began on it, in it
	approach []approach          // by edge, in the interval that is being closed
	samples  int
	commands int // written

	snapshots *snapshots // nil if none are kept
}

// Record begins to write r to db and watches it; version is the program's. It is to be called before the first step.
func Record(db *results.DB, r *Run, version string) (*Recorder, error) {
	return record(r, version, db.Begin)
}

// RecordBeside is Record for runs of which several are under way at a time: what is written is kept in memory until Finish.
func RecordBeside(db *results.DB, r *Run, version string) (*Recorder, error) {
	return record(r, version, db.Gather)
}

func record(r *Run, version string, begin func(results.RunInfo) (*results.Writer, error)) (*Recorder, error) {
	net := r.Net()
	info := r.info(version)
	w, err := begin(info)
	if err != nil {
		return nil, err
	}
	c := &Recorder{
		run: r, w: w, interval: r.scenario.Measure.Interval, begin: r.Begin(),
		before: make([]traffic.LaneCount, net.NumTracks()), burnt: make([]emission.Total, len(net.Edges)), queues: make([]queueSums, len(net.Edges)),
		standing: make([][]int32, len(net.Edges)), joined: make([]int64, len(net.Edges)), approach: make([]approach, len(net.Edges)),
	}
	if c.snapshots, err = newSnapshots(r.scenario.Measure.Snapshots); err != nil {
		return nil, errors.Join(err, w.Abandon())
	}
	c.addMap()
	c.addStages()
	r.Watch(c)
	return c, nil
}

// Err returns the first failure to write, nil if there was none so far. The run itself is not touched by it.
func (c *Recorder) Err() error { return c.w.Err() }

// RunID returns the id that the run has in the results once it is finished.
func (c *Recorder) RunID() int64 { return c.w.Run() }

// Observe implements Observer.
func (c *Recorder) Observe(r *Run) {
	for _, e := range r.world.Events() {
		c.countJoined(&e)
		c.addEvent(e)
	}
	for _, k := range r.world.Conflicts() {
		c.w.Add(c.conflict(k))
	}
	for _, command := range r.commands[c.commands:] {
		c.addCommand(command)
	}
	if r.meter.sampled {
		c.samples++
		for e, q := range r.meter.queue {
			c.queues[e].total += float64(q)
			c.queues[e].max = max(c.queues[e].max, q)
			if q > 0 {
				c.standing[e] = append(c.standing[e], q)
			}
		}
	}
	if end := c.run.Begin() + float64(c.number+1)*c.interval; r.Time() >= end-r.scenario.Step/2 {
		c.closeInterval(end)
	}
	c.keepSnapshot()
}

// Finish writes what is left and makes the run visible with its summary, or returns why it cannot; then nothing of the
// run is kept.
func (c *Recorder) Finish(s Summary) error {
	if c.run.Time() > c.begin+c.run.scenario.Step/2 {
		c.closeInterval(c.run.Time())
	}
	for _, k := range c.run.world.OpenConflicts() {
		c.w.Add(c.conflict(k))
	}
	c.addUnfinished()
	s.Notes = c.run.notes()
	text, err := json.Marshal(s)
	if err != nil {
		return errors.Join(err, c.w.Abandon())
	}
	return c.w.Finish(results.Outcome{Ended: time.Now(), Complete: s.Complete, StateHash: s.StateHash, Summary: text})
}

// Abandon keeps nothing of the run.
func (c *Recorder) Abandon() error { return c.w.Abandon() }

func (c *Recorder) addStages() {
	net := c.run.Net()
	for _, plan := range c.run.plans {
		cycle := 0.0
		for _, stage := range plan.Stages {
			cycle += stage.Green + stage.Intergreen
		}
		for i, stage := range plan.Stages {
			names := make([]string, len(stage.Groups))
			for j, g := range stage.Groups {
				names[j] = net.SignalGroups[g].Name
			}
			groups, err := json.Marshal(names)
			if err != nil {
				panic("a list of strings always is JSON: " + err.Error())
			}
			c.w.Add(results.SignalStage{
				Controller: int(plan.Controller), Name: net.Controllers[plan.Controller].Name, Stage: i,
				Groups: string(groups), Green: stage.Green, Intergreen: stage.Intergreen, Cycle: cycle,
				Split: (stage.Green + stage.Intergreen) / cycle, Offset: plan.Offset,
			})
		}
	}
}

func (c *Recorder) addEvent(e traffic.Event) {
	if int(e.Vehicle) >= len(c.run.demand.Trips) {
		return
	}
	switch e.Kind {
	case traffic.Departed:
		c.addRoute(e.Vehicle)
	case traffic.Arrived:
		t := c.trip(e.Vehicle, results.TripArrived)
		t.Entered, t.Arrived, t.TravelTime, t.FreeTime = e.Time-e.TravelTime, e.Time, e.TravelTime, e.FreeTime
		t.Waited, t.Distance, t.Stops = e.Waited, e.Distance, e.Stops
		t.Burnt = results.Burnt(c.run.world.Emissions(e.Vehicle))
		c.w.Add(t)
	case traffic.CrashedInto, traffic.LeftRoad:
		c.w.Add(c.crash(e))
	}
}

// trip returns what is known of a trip whatever became of it.
func (c *Recorder) trip(id traffic.VehicleID, state results.TripState) results.Trip {
	t, about := &c.run.demand.Trips[id], &c.run.demand.About[id]
	unknown, purpose := math.NaN(), ""
	if about.Purpose != demand.Unknown {
		purpose = about.Purpose.String()
	}
	return results.Trip{
		Purpose: purpose, Shift: about.Shift, Number: about.Number,
		Trip: int64(id), Class: t.Class.String(), FromEdge: int(t.From), ToEdge: int(t.To), Depart: t.Depart,
		Entered: unknown, Arrived: unknown, TravelTime: unknown, FreeTime: unknown, Waited: unknown, Distance: unknown,
		Stops: -1, State: state, Burnt: results.Unmeasured(),
	}
}

// addRoute writes the way that a trip is to take, if routes are kept.
func (c *Recorder) addRoute(id traffic.VehicleID) {
	way := c.run.world.Route(id)
	if !c.run.keepsRoutes || len(way) == 0 {
		return
	}
	edges := make([]int, len(way))
	for i, e := range way {
		edges[i] = int(e)
	}
	c.w.Add(results.Route{Trip: int64(id), Edges: edges})
}

// addUnfinished writes the trips that were released and did not arrive.
func (c *Recorder) addUnfinished() {
	now := c.run.Time()
	for i, trip := range c.run.demand.Trips {
		if trip.Depart > now {
			continue
		}
		state := c.run.meter.state[i]
		switch state {
		case results.TripArrived:
			continue
		case "":
			state = results.TripWaiting
		}
		t := c.trip(traffic.VehicleID(i), state)
		if state == results.TripWaiting {
			c.addRoute(traffic.VehicleID(i))
		}
		if state == results.TripOnRoad || state == results.TripCleared {
			t.Entered = c.run.meter.enter[i]
			t.Waited = t.Entered - trip.Depart
			t.Burnt = results.Burnt(c.run.world.Emissions(traffic.VehicleID(i)))
		}
		c.w.Add(t)
	}
}

func (c *Recorder) crash(e traffic.Event) results.Crash {
	net := c.run.Net()
	crash := results.Crash{
		Time: e.Time, Trip: int64(e.Vehicle), Other: int64(e.Other), Edge: -1, Position: e.S, ClosingSpeed: e.ClosingSpeed,
		DeltaV: e.DeltaV, Striking: causeText(&e.Striking), Struck: causeText(&e.Struck),
	}
	if e.Kind == traffic.LeftRoad {
		crash.Other = -1
	}
	if lane, ok := net.LaneOf(e.Track); ok {
		crash.Edge = int(net.Lanes[lane].Edge)
	} else if con, ok := net.ConnectorOf(e.Track); ok {
		crash.Junction = net.Junctions[net.Connectors[con].Junction].Name
	}
	crash.Lon, crash.Lat = net.Projection.ToLonLat(net.PoseAt(e.Track, e.S, 0).Point)
	return crash
}

var commandNames = map[traffic.CommandKind]string{
	traffic.SetCondition: "condition", traffic.CloseEdge: "close", traffic.OpenEdge: "open", traffic.SetSpeedLimit: "speed_limit",
	traffic.ChangeWeather: "weather", traffic.SetFitness: "fitness", traffic.ChangeSignals: "signals",
	traffic.CloseLane: "close_lane", traffic.OpenLane: "open_lane", traffic.ControlVehicle: "control",
}

func (c *Recorder) addCommand(r CommandRecord) {
	row := results.Command{
		Seq: c.commands, Step: r.Step, Time: r.Time, By: r.By, Kind: commandNames[r.Command.Kind], Edge: int(r.Command.Edge),
		Value: math.NaN(), Command: commandText(r.Command),
	}
	switch r.Command.Kind {
	case traffic.SetCondition:
		row.Edge, row.Condition = -1, r.Command.Condition.String()
	case traffic.ChangeWeather:
		row.Edge, row.Condition = -1, r.Command.Weather.Text()
	case traffic.SetFitness, traffic.ControlVehicle:
		row.Edge, row.Value = -1, float64(r.Command.Vehicle)
	case traffic.ChangeSignals:
		row.Edge, row.Value = -1, float64(r.Command.Signal.Controller)
	case traffic.SetSpeedLimit:
		row.Value = r.Command.Limit
	case traffic.CloseLane, traffic.OpenLane:
		lane := &c.run.Net().Lanes[r.Command.Lane]
		row.Edge, row.Value = int(lane.Edge), float64(lane.Index+1)
	}
	c.commands++
	c.w.Add(row)
}

// closeInterval writes the interval that ends at end and begins the next.
func (c *Recorder) closeInterval(end float64) {
	net, counts := c.run.Net(), c.run.world.Counts()
	clear(c.approach)
	for m := range net.Movements {
		c.addMovementInterval(network.MovementID(m), counts, end)
	}
	for e := range net.Edges {
		c.addEdgeInterval(network.EdgeID(e), counts, end)
	}
	copy(c.before, counts)
	clear(c.queues)
	clear(c.joined)
	for e := range c.standing {
		c.standing[e] = c.standing[e][:0]
	}
	c.samples, c.begin = 0, end
	c.number++
}

func (c *Recorder) addMovementInterval(m network.MovementID, counts []traffic.LaneCount, end float64) {
	net := c.run.Net()
	move := &net.Movements[m]
	row := results.MovementInterval{
		Begin: c.begin, End: end, Movement: int(m), FromEdge: int(move.From), ToEdge: int(move.To), Turn: move.Turn.String(),
	}
	for _, con := range move.Connectors {
		d := c.since(counts, net.ConnectorTrack(con))
		row.Entered += d.Entered
		row.Left += d.Left
		row.VehicleSeconds += d.VehicleSeconds
		row.StandingSecs += d.StandingSecs
	}
	c.run.meter.movements.take(m, &row)
	c.approach[move.From].passed += row.Passed
	c.approach[move.From].delay += row.ControlDelay
	if row.Entered != 0 || row.Left != 0 || row.VehicleSeconds != 0 || row.Passed != 0 {
		c.w.Add(row)
	}
}

// percentile95 returns the value that 95 % of n samples do not exceed (nearest rank), those not 0 of which are given; it sorts
// them. NaN without samples.
func percentile95(positive []int32, n int) float64 {
	if n == 0 {
		return math.NaN()
	}
	slices.Sort(positive)
	rank := int(math.Ceil(0.95*float64(n))) - 1 // among all, from 0
	if at := rank - (n - len(positive)); at >= 0 {
		return float64(positive[at])
	}
	return 0
}

// since returns the traffic of a track since the begin of the interval.
func (c *Recorder) since(counts []traffic.LaneCount, t network.TrackID) traffic.LaneCount {
	now, before := &counts[t], &c.before[t]
	return traffic.LaneCount{
		Entered: now.Entered - before.Entered, Left: now.Left - before.Left,
		VehicleSeconds: now.VehicleSeconds - before.VehicleSeconds, VehicleMetres: now.VehicleMetres - before.VehicleMetres,
		StandingSecs: now.StandingSecs - before.StandingSecs,
	}
}
