package webui

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
	"roadtwin/webui/stream"
)

// The speeds that can be asked for, times real time; 0 is as fast as it goes.
const minSpeed, maxSpeed = 0.1, 1000.0

// maxLimit is the highest speed limit that can be set, m/s.
const maxLimit = 70.0

// order is a checked request to the runner.
type order struct {
	action  string
	speed   float64
	time    float64 // s after midnight, of goto
	steps   int     // of step
	command traffic.Command
	retime  retiming
	after   traffic.Command // of incident: what is done when it is over
	seconds float64         // until then
	name    string          // of variant
	text    chan string     // its answer
	reply   chan error
}

// control checks what a client asks and has the runner do it.
func (s *Server) control(ctx context.Context, action string, value json.RawMessage) error {
	o, err := parseOrder(s.cfg.Net, action, value)
	if err != nil {
		return err
	}
	o.reply = make(chan error, 1)
	return s.ask(ctx, o)
}

// ask has the runner do o and returns its answer.
func (s *Server) ask(ctx context.Context, o order) error {
	stopping := stream.Errorf(stream.Rejected, "the server is stopping")
	select {
	case s.runner.orders <- o:
		return <-o.reply // the runner answers every order it takes
	case <-ctx.Done():
		return stopping
	case <-s.stopped:
		return stopping
	}
}

func parseOrder(net *network.Network, action string, value json.RawMessage) (o order, err error) {
	o.action = action
	switch action {
	case "pause", "play", "undo":
		return o, nil
	case "retime":
		o.retime, err = parseRetiming(net, value)
		return o, err
	case "incident":
		o.command, o.after, o.seconds, err = parseIncident(net, value)
		return o, err
	case "speed":
		o.speed, err = parseSpeed(value)
		return o, err
	case "goto":
		o.time, err = parseTime(value)
		return o, err
	case "step":
		o.steps, err = parseSteps(value)
		return o, err
	case "weather":
		o.command, err = parseWeather(value)
	case "close_edge":
		o.command, err = parseEdge(net, traffic.CloseEdge, value)
	case "open_edge":
		o.command, err = parseEdge(net, traffic.OpenEdge, value)
	case "close_lane":
		o.command, err = parseLaneValue(net, traffic.CloseLane, value)
	case "open_lane":
		o.command, err = parseLaneValue(net, traffic.OpenLane, value)
	case "sky":
		o.command, err = parseSky(net, value)
	case "speed_limit":
		o.command, err = parseLimit(net, value)
	default:
		return o, stream.Errorf(stream.BadAction,
			"action %.40q is not known: want pause, play, step, goto, speed, weather, sky, close_edge, open_edge, close_lane, open_lane, incident, speed_limit, retime or undo", action)
	}
	o.action = "command"
	return o, err
}

func parseSpeed(value json.RawMessage) (float64, error) {
	var speed *float64
	if json.Unmarshal(value, &speed) != nil || speed == nil || (*speed != 0 && !(*speed >= minSpeed && *speed <= maxSpeed)) {
		return 0, stream.Errorf(stream.BadValue, "speed: want a number from %v to %v, or 0 for as fast as it goes", minSpeed, maxSpeed)
	}
	return *speed, nil
}

func parseTime(value json.RawMessage) (float64, error) {
	var time *float64
	if json.Unmarshal(value, &time) != nil || time == nil || !(*time >= 0) {
		return 0, stream.Errorf(stream.BadValue, "goto: want a time, seconds after midnight")
	}
	return *time, nil
}

// mostSteps is how many steps can be asked for at once: a minute and more of any run.
const mostSteps = 1000

func parseSteps(value json.RawMessage) (int, error) {
	if len(value) == 0 || string(value) == "null" {
		return 1, nil
	}
	var n int
	if json.Unmarshal(value, &n) != nil || n < 1 || n > mostSteps {
		return 0, stream.Errorf(stream.BadValue, "step: want a whole number from 1 to %d", mostSteps)
	}
	return n, nil
}

// byWeather stands for what the weather makes of each road, in place of one condition of all.
const byWeather = "weather"

func parseWeather(value json.RawMessage) (traffic.Command, error) {
	var name string
	_ = json.Unmarshal(value, &name) // "" is no condition
	if name == byWeather {
		return traffic.Command{Kind: traffic.ChangeWeather, Weather: weather.Command{Kind: weather.Free}}, nil
	}
	condition, ok := tyre.ParseCondition(name)
	if !ok {
		return traffic.Command{}, stream.Errorf(stream.BadValue, "weather: want one of %s, or %s", strings.Join(tyre.ConditionNames(), ", "), byWeather)
	}
	return traffic.Command{Kind: traffic.SetCondition, Condition: condition}, nil
}

func parseEdge(net *network.Network, kind traffic.CommandKind, value json.RawMessage) (traffic.Command, error) {
	var id *network.EdgeID
	if json.Unmarshal(value, &id) != nil || id == nil || *id < 0 || int(*id) >= len(net.Edges) {
		return traffic.Command{}, stream.Errorf(stream.BadValue, "want an edge, a whole number from 0 to %d", len(net.Edges)-1)
	}
	return traffic.Command{Kind: kind, Edge: *id}, nil
}

func parseLimit(net *network.Network, value json.RawMessage) (traffic.Command, error) {
	var v struct {
		Edge  json.RawMessage `json:"edge"`
		Limit float64         `json:"limit"`
	}
	if json.Unmarshal(value, &v) != nil || !(v.Limit > 0 && v.Limit <= maxLimit) {
		return traffic.Command{}, stream.Errorf(stream.BadValue, `speed_limit: want {"edge": id, "limit": m/s up to %v}`, maxLimit)
	}
	c, err := parseEdge(net, traffic.SetSpeedLimit, v.Edge)
	c.Limit = roundLimit(v.Limit)
	return c, err
}

// obey does what o asks. It runs in the runner's goroutine, between steps.
func (r *runner) obey(o order) error {
	switch o.action {
	case "play":
		if r.sim.Done() {
			return stream.Errorf(stream.Ended, "the period of the run is over")
		}
		if r.failure != "" {
			return stream.Errorf(stream.Rejected, "the run has failed: %s", r.failure)
		}
		r.playing, r.seeking = true, false
	case "pause":
		r.playing, r.seeking = false, false
		r.dirty = true // show the very last step
	case "goto":
		if o.time < r.begin-r.pace.step/2 || o.time > r.end+r.pace.step/2 {
			return stream.Errorf(stream.BadValue, "goto: want a time from %.0f to %.0f, the period of the run", r.begin, r.end)
		}
		if err := r.goTo(o.time); err != nil {
			return err
		}
	case "step":
		if r.sim.Done() {
			return stream.Errorf(stream.Ended, "the period of the run is over")
		}
		if err := r.goTo(r.sim.Time() + float64(o.steps)*r.pace.step); err != nil {
			return err
		}
	case "speed":
		r.pace.speed = o.speed
	case "variant":
		o.text <- r.sim.Variant(o.name)
		return nil
	case "command", "retime", "incident", "undo":
		if err := r.change(&o); err != nil {
			return err
		}
		r.tellState()
		return nil
	}
	r.pace.restart(time.Now(), r.sim.Time())
	r.tellState()
	return nil
}

// change does what an order changes of the run.
func (r *runner) change(o *order) (err error) {
	switch o.action {
	case "undo":
		return r.undo()
	case "retime":
		if o.command, err = r.retime(o.retime); err != nil {
			return err
		}
	}
	if err := r.do(o.command); err != nil {
		var known *stream.Error
		if errors.As(err, &known) {
			return err
		}
		return stream.Errorf(stream.Rejected, "%v", err)
	}
	if o.action == "incident" {
		r.sim.QueueAt(o.after, "page", r.sim.Time()+o.seconds)
	}
	return nil
}
