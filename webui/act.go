package webui

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"net/http"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
	"roadtwin/webui/stream"
)

// act is something that was done to the run, and how it is undone.
type act struct {
	time float64 // s after midnight
	text string
	back traffic.Command
}

// mostActs is how many can be undone.
const mostActs = 200

// retiming is the value of the action retime.
type retiming struct {
	Controller *network.ControllerID `json:"controller"`
	Offset     *float64              `json:"offset"`
	Greens     []float64             `json:"greens"`
}

func parseRetiming(net *network.Network, value json.RawMessage) (r retiming, err error) {
	if json.Unmarshal(value, &r) != nil || r.Controller == nil || *r.Controller < 0 || int(*r.Controller) >= len(net.Controllers) {
		return r, stream.Errorf(stream.BadValue, `retime: want {"controller": 0 to %d, "offset": s, "greens": [s, ...]}`, len(net.Controllers)-1)
	}
	if r.Offset == nil && r.Greens == nil {
		return r, stream.Errorf(stream.BadValue, "retime: want an offset, greens, or both")
	}
	if r.Offset != nil && !(*r.Offset >= 0 && *r.Offset <= 3600) {
		return r, stream.Errorf(stream.BadValue, "retime: offset %v s, want 0 to 3600", *r.Offset)
	}
	for _, g := range r.Greens {
		if !(g > 0 && g <= 600) {
			return r, stream.Errorf(stream.BadValue, "retime: green of %v s, want above 0 to 600", g)
		}
	}
	return r, nil
}

// retime returns the command that gives a controller that runs a plan another.
func (r *runner) retime(t retiming) (traffic.Command, error) {
	id, system := *t.Controller, r.sim.Signals()
	plan, ok := system.Pending(id)
	if !ok {
		plan, ok = system.Plan(id)
	}
	if control, decides := system.Control(id); !ok || decides && control.Fixed == nil {
		return traffic.Command{}, stream.Errorf(stream.Rejected, "these signals run no plan that could be retimed: they decide by themselves, or are off")
	}
	next, err := plan.Retimed(t.Offset, t.Greens)
	if err != nil {
		return traffic.Command{}, stream.Errorf(stream.BadValue, "retime: %v", err)
	}
	return traffic.Command{Kind: traffic.ChangeSignals, Signal: &signals.Command{Kind: signals.ChangePlan, Controller: id, Plan: &next}}, nil
}

// incident is the value of the action incident.
type incident struct {
	Lane    *network.LaneID `json:"lane"`
	Edge    *network.EdgeID `json:"edge"`
	Minutes float64         `json:"minutes"`
}

// longestIncident is a day, min.
const longestIncident = 1440

func parseIncident(net *network.Network, value json.RawMessage) (begin, end traffic.Command, seconds float64, err error) {
	var v incident
	if json.Unmarshal(value, &v) != nil || (v.Lane == nil) == (v.Edge == nil) || !(v.Minutes > 0 && v.Minutes <= longestIncident) {
		return begin, end, 0, stream.Errorf(stream.BadValue, `incident: want {"lane": id, "minutes": up to %d}, or edge in place of lane`, longestIncident)
	}
	if v.Lane != nil {
		begin, err = parseLane(net, traffic.CloseLane, *v.Lane)
		return begin, traffic.Command{Kind: traffic.OpenLane, Lane: *v.Lane}, 60 * v.Minutes, err
	}
	if *v.Edge < 0 || int(*v.Edge) >= len(net.Edges) {
		return begin, end, 0, stream.Errorf(stream.BadValue, "incident: edge %d, want 0 to %d", *v.Edge, len(net.Edges)-1)
	}
	return traffic.Command{Kind: traffic.CloseEdge, Edge: *v.Edge}, traffic.Command{Kind: traffic.OpenEdge, Edge: *v.Edge}, 60 * v.Minutes, nil
}

func parseLane(net *network.Network, kind traffic.CommandKind, id network.LaneID) (traffic.Command, error) {
	if id < 0 || int(id) >= len(net.Lanes) {
		return traffic.Command{}, stream.Errorf(stream.BadValue, "lane %d, want 0 to %d", id, len(net.Lanes)-1)
	}
	return traffic.Command{Kind: kind, Lane: id}, nil
}

func parseLaneValue(net *network.Network, kind traffic.CommandKind, value json.RawMessage) (traffic.Command, error) {
	var id *network.LaneID
	if json.Unmarshal(value, &id) != nil || id == nil {
		return traffic.Command{}, stream.Errorf(stream.BadValue, "want a lane, a whole number from 0 to %d", len(net.Lanes)-1)
	}
	return parseLane(net, kind, *id)
}

// parseSky returns the command of the action sky: what the sky is from now on; null has the forecast count again.
func parseSky(net *network.Network, value json.RawMessage) (traffic.Command, error) {
	c := traffic.Command{Kind: traffic.ChangeWeather, Weather: weather.Command{Kind: weather.SetSky}}
	set := &c.Weather
	if len(value) == 0 || string(value) == "null" {
		set.Kind, set.Set = weather.Resume, weather.Temperature|weather.Rain|weather.Snow|weather.Humidity|weather.Wind|weather.Radiation
		return c, nil
	}
	var v struct{ Temperature, Rain, Snow, Humidity, Wind, Radiation *float64 }
	if err := json.Unmarshal(value, &v); err != nil {
		return c, stream.Errorf(stream.BadValue, `sky: want {"temperature": °C, "rain": mm/h, "snow": mm/h, ...}, or null`)
	}
	for _, f := range []struct {
		bit  weather.Fields
		from *float64
		to   *float64
	}{
		{weather.Temperature, v.Temperature, &set.Sky.Temperature},
		{weather.Rain, v.Rain, &set.Sky.Rain},
		{weather.Snow, v.Snow, &set.Sky.Snow},
		{weather.Humidity, v.Humidity, &set.Sky.Humidity},
		{weather.Wind, v.Wind, &set.Sky.Wind},
		{weather.Radiation, v.Radiation, &set.Sky.Radiation},
	} {
		if f.from != nil {
			set.Set |= f.bit
			*f.to = *f.from
		}
	}
	if err := set.Check(net); err != nil {
		return c, stream.Errorf(stream.BadValue, "%v", err)
	}
	return c, nil
}

// inverse returns the command that undoes c, which has not been given yet; false if nothing can.
func (r *runner) inverse(c *traffic.Command) (back traffic.Command, ok bool) {
	switch c.Kind {
	case traffic.CloseEdge:
		return traffic.Command{Kind: traffic.OpenEdge, Edge: c.Edge}, !r.sim.EdgeClosed(c.Edge)
	case traffic.OpenEdge:
		return traffic.Command{Kind: traffic.CloseEdge, Edge: c.Edge}, r.sim.EdgeClosed(c.Edge)
	case traffic.CloseLane:
		return traffic.Command{Kind: traffic.OpenLane, Lane: c.Lane}, true
	case traffic.OpenLane:
		return traffic.Command{Kind: traffic.CloseLane, Lane: c.Lane}, true
	case traffic.SetSpeedLimit:
		return traffic.Command{Kind: traffic.SetSpeedLimit, Edge: c.Edge, Limit: r.sim.LimitOn(c.Edge)}, true
	case traffic.SetCondition:
		if sky := r.sim.Weather(); sky != nil {
			if _, fixed := sky.Fixed(); !fixed {
				return traffic.Command{Kind: traffic.ChangeWeather, Weather: weather.Command{Kind: weather.Free}}, true
			}
		}
		return traffic.Command{Kind: traffic.SetCondition, Condition: r.sim.Condition()}, true
	case traffic.ChangeWeather:
		return r.inverseWeather(&c.Weather)
	case traffic.ChangeSignals:
		return r.inverseSignals(c.Signal)
	}
	return back, false
}

func (r *runner) inverseWeather(c *weather.Command) (back traffic.Command, ok bool) {
	back.Kind = traffic.ChangeWeather
	sky := r.sim.Weather()
	if sky == nil {
		return back, false
	}
	switch c.Kind {
	case weather.SetSky:
		back.Weather = weather.Command{Kind: weather.Resume, Set: c.Set}
		return back, true
	case weather.Free, weather.Fix:
		var fixed tyre.Condition
		if fixed, ok = sky.Fixed(); ok {
			return traffic.Command{Kind: traffic.SetCondition, Condition: fixed}, true
		}
		back.Weather.Kind = weather.Free
		return back, c.Kind == weather.Fix
	}
	return back, false
}

func (r *runner) inverseSignals(c *signals.Command) (back traffic.Command, ok bool) {
	system := r.sim.Signals()
	was := signals.Command{Kind: signals.ChangePlan, Controller: c.Controller}
	if control, decides := system.Control(c.Controller); decides {
		was.Kind, was.Control = signals.ChangeControl, control
	} else if was.Plan, ok = system.Pending(c.Controller); !ok {
		if was.Plan, ok = system.Plan(c.Controller); !ok {
			return back, false
		}
	}
	return traffic.Command{Kind: traffic.ChangeSignals, Signal: &was}, true
}

// do gives a command and remembers how it is undone.
func (r *runner) do(c traffic.Command) error {
	back, ok := r.inverse(&c)
	if err := r.sim.Queue(c, "page"); err != nil {
		return err
	}
	if !ok {
		return nil
	}
	text := "the last change"
	if x, told := r.marks.describe(&c); told {
		text = x
	}
	r.acts = append(r.acts, act{r.sim.Time(), text, back})
	r.acts = r.acts[max(0, len(r.acts)-mostActs):]
	return nil
}

// undo takes the last act back.
func (r *runner) undo() error {
	n := len(r.acts)
	if n == 0 {
		return stream.Errorf(stream.Rejected, "there is nothing to undo")
	}
	if err := r.sim.Queue(r.acts[n-1].back, "page"); err != nil {
		return stream.Errorf(stream.Rejected, "%v", err)
	}
	r.acts = r.acts[:n-1]
	return nil
}

// cutActs forgets what was done after time, to which the run goes back.
func (r *runner) cutActs(time float64) {
	n := len(r.acts)
	for n > 0 && r.acts[n-1].time > time-r.pace.step/2 {
		n--
	}
	r.acts = r.acts[:n]
}

// undoable says in words what undo would take back; "" if nothing.
func (r *runner) undoable() string {
	if n := len(r.acts); n > 0 {
		return r.acts[n-1].text
	}
	return ""
}

// roundLimit rounds a limit, m/s, to a tenth of a km/h, which a scenario can say.
func roundLimit(limit float64) float64 { return math.Round(limit*36) / 10 / 3.6 }

// serveVariant answers /api/variant.
func (s *Server) serveVariant(w http.ResponseWriter, r *http.Request) {
	name := cmp.Or(r.URL.Query().Get("name"), "live")
	if !validName(name) {
		fail(w, http.StatusBadRequest, "name %.40q: want letters, digits, - and _, at most 40", name)
		return
	}
	o := order{action: "variant", name: name, reply: make(chan error, 1), text: make(chan string, 1)}
	if err := s.ask(r.Context(), o); err != nil {
		fail(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	w.Header().Set("Content-Type", "application/yaml; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.yaml"`, name))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(<-o.text))
}

func validName(name string) bool {
	for _, c := range name {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return name != "" && len(name) <= 40
}
