package scenarios

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/weather"
)

// kept is what a live run has become, as a variant of its scenario.
type kept struct {
	About   string       `yaml:"about"`
	Events  []Event      `yaml:"events,omitempty"`
	Weather []Weather    `yaml:"weather,omitempty"`
	Signals *keptSignals `yaml:"signals,omitempty"`
}

// since returns when an entry begins to hold.
func since(w Weather) Clock {
	if w.At == nil {
		return math.MinInt
	}
	return *w.At
}

type keptSignals struct {
	Events []SignalEvent `yaml:"events"`
}

// Variant returns what clients have asked for in the run as a variant of its scenario: YAML that is put below what the file has. Times are
// whole seconds. What a scenario has no words for is in comments at the end.
func (r *Run) Variant(name string) string {
	k := keeper{r: r}
	for i := range r.commands {
		if c := &r.commands[i]; c.By != byScenario {
			k.add(c)
		}
	}
	k.out.About = "What was asked for in a live run"
	if k.weather {
		k.out.Weather = append(slices.Clone(r.scenario.Weather), k.out.Weather...) // a list takes the place of the base's
		slices.SortStableFunc(k.out.Weather, func(a, b Weather) int { return cmp.Compare(since(a), since(b)) })
	}
	if k.signals != nil {
		k.out.Signals = &keptSignals{append(slices.Clone(r.scenario.Signals.Events), k.signals...)}
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(map[string]map[string]*kept{"variants": {name: &k.out}}); err != nil {
		panic("scenario: plain values cannot be written: " + err.Error())
	}
	for _, text := range k.left {
		fmt.Fprintf(&b, "# left out: %s\n", strings.ReplaceAll(text, "\n", " "))
	}
	return b.String()
}

// commandWords names commands by their kind.
var commandWords = [...]string{
	"condition of all roads", "close a road", "open a road", "speed limit", "weather", "fitness of a vehicle", "signals", "close a lane", "open a lane",
}

// keeper turns commands into what a scenario says of them.
type keeper struct {
	r       *Run
	out     kept
	weather bool
	signals []SignalEvent
	left    []string
}

func (k *keeper) skip(c *CommandRecord, why string) {
	kind := fmt.Sprintf("command %d", c.Command.Kind)
	if int(c.Command.Kind) < len(commandWords) {
		kind = commandWords[c.Command.Kind]
	}
	k.left = append(k.left, fmt.Sprintf("%s %s: %s", Clock(int(c.Time)), kind, why))
}

func (k *keeper) add(c *CommandRecord) {
	at := Clock(math.Round(c.Time))
	net, cmd := k.r.Net(), &c.Command
	switch cmd.Kind {
	case traffic.CloseEdge, traffic.SetSpeedLimit:
		if e, ok := eventOn(net, cmd.Edge, at); ok {
			e.Close, e.SpeedLimit = cmd.Kind == traffic.CloseEdge, math.Round(cmd.Limit*3.6*1e6)/1e6
			k.out.Events = append(k.out.Events, e)
		} else {
			k.skip(c, "no OSM way")
		}
	case traffic.CloseLane:
		lane := &net.Lanes[cmd.Lane]
		if e, ok := eventOn(net, lane.Edge, at); ok {
			e.CloseLanes = []int{int(lane.Index) + 1}
			k.out.Events = append(k.out.Events, e)
		} else {
			k.skip(c, "no OSM way")
		}
	case traffic.OpenEdge, traffic.OpenLane:
		k.open(c, at)
	case traffic.SetCondition:
		if k.r.weather != nil {
			k.skip(c, "the scenario has weather, which makes what lies on the roads")
			return
		}
		k.weather = true
		k.out.Weather = append(k.out.Weather, Weather{At: &at, Condition: cmd.Condition.String()})
	case traffic.ChangeWeather:
		k.sky(c, at)
	case traffic.ChangeSignals:
		k.signal(c, at)
	default:
		k.skip(c, "no field of a scenario")
	}
}

// eventOn returns an event that concerns only one edge; false if it was made of no OSM way.
func eventOn(net *network.Network, id network.EdgeID, at Clock) (e Event, ok bool) {
	way := net.Edges[id].OSMWay
	if way == 0 {
		return e, false
	}
	e = Event{At: at, Way: max(way, -way), Direction: "forward"}
	if way < 0 {
		e.Direction = "backward"
	}
	if len(e.edges(net)) > 1 {
		lon, lat := net.Projection.ToLonLat(MiddleOf(net, id))
		e.Near = []float64{math.Round(lon*1e7) / 1e7, math.Round(lat*1e7) / 1e7}
	}
	return e, true
}

// open ends the last closure of what is opened.
func (k *keeper) open(c *CommandRecord, at Clock) {
	net := k.r.Net()
	edge, lanes := c.Command.Edge, []int(nil)
	if c.Command.Kind == traffic.OpenLane {
		lane := &net.Lanes[c.Command.Lane]
		edge, lanes = lane.Edge, []int{int(lane.Index) + 1}
	}
	for i := len(k.out.Events) - 1; i >= 0; i-- {
		e := &k.out.Events[i]
		edges := e.edges(net)
		if e.Until == nil && e.Close == (lanes == nil) && slices.Equal(e.CloseLanes, lanes) && len(edges) == 1 && edges[0] == edge {
			if at <= e.At { // shorter than a second
				k.out.Events = slices.Delete(k.out.Events, i, i+1)
				return
			}
			e.Until = &at
			return
		}
	}
	k.skip(c, "it was closed by the scenario, or not at all")
}

func (k *keeper) sky(c *CommandRecord, at Clock) {
	cmd := &c.Command.Weather
	if cmd.Kind != weather.SetSky {
		k.skip(c, "no field of a scenario")
		return
	}
	w := Weather{At: &at}
	for bit, field := range map[weather.Fields]struct {
		to *(*float64)
		of float64
	}{
		weather.Temperature: {&w.Temperature, cmd.Sky.Temperature}, weather.Rain: {&w.Rain, cmd.Sky.Rain}, weather.Snow: {&w.Snow, cmd.Sky.Snow},
		weather.Humidity: {&w.Humidity, cmd.Sky.Humidity}, weather.Wind: {&w.Wind, cmd.Sky.Wind}, weather.Radiation: {&w.Radiation, cmd.Sky.Radiation},
	} {
		if cmd.Set&bit != 0 {
			value := field.of
			*field.to = &value
		}
	}
	k.weather = true
	k.out.Weather = append(k.out.Weather, w)
}

func (k *keeper) signal(c *CommandRecord, at Clock) {
	cmd := c.Command.Signal
	if cmd.Kind != signals.ChangePlan {
		k.skip(c, "no plan")
		return
	}
	controller := &k.r.Net().Controllers[cmd.Controller]
	e := SignalEvent{At: at, Name: controller.Name}
	if len(controller.OSMNodes) > 0 {
		e.Name, e.Node = "", controller.OSMNodes[0]
	}
	offset := cmd.Plan.Offset
	e.Offset = &offset
	for i := range cmd.Plan.Stages {
		e.Greens = append(e.Greens, cmd.Plan.Stages[i].Green)
	}
	k.signals = append(k.signals, e)
}
