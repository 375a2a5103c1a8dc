package optimise

import (
	"fmt"
	"strconv"
	"strings"
)

// Measures are what a run came to, over the time that was measured.
type Measures struct {
	Trips int     `json:"trips"`    // that were on their way, or ought to have been, at any time
	Delay float64 `json:"delay_s"`  // s a trip, the wait before it and trips that have not ended included
	Stops float64 `json:"stops"`    // a trip
	Queue float64 `json:"queue"`    // standing vehicles on an approach of the area, all lanes, mean over approaches and time
	Long  float64 `json:"queue_95"` // vehicles in the longest lane of an approach that 95 % of the time has no more, mean over approaches
}

// Objective is what a search makes small: a weighted sum of measures.
type Objective struct {
	Delay float64 `json:"delay,omitempty"` // weight of a second of delay a trip
	Stops float64 `json:"stops,omitempty"` // s of delay that a stop a trip counts for
	Queue float64 `json:"queue,omitempty"` // s of delay a trip that a vehicle in each queue counts for
}

// TotalDelay is the objective if nothing else is said: all delay, the wait before trips included.
var TotalDelay = Objective{Delay: 1}

// Of returns the value of m; the lower, the better.
func (o Objective) Of(m *Measures) float64 {
	return o.Delay*m.Delay + o.Stops*m.Stops + o.Queue*m.Queue
}

// ParseObjective reads "delay", "stops", "queue" or a weighted sum such as "delay + 10 stops + 2*queue".
func ParseObjective(text string) (Objective, error) {
	var o Objective
	wrong := fmt.Errorf(`objective %q, want delay, stops, queue or a sum like "delay + 10 stops"`, text)
	for term := range strings.SplitSeq(text, "+") {
		fields := strings.Fields(strings.ReplaceAll(term, "*", " "))
		weight := 1.0
		if len(fields) == 2 {
			var err error
			if weight, err = strconv.ParseFloat(fields[0], 64); err != nil || !(weight > 0 && weight <= 1e6) {
				return Objective{}, wrong
			}
			fields = fields[1:]
		}
		if len(fields) != 1 {
			return Objective{}, wrong
		}
		switch fields[0] {
		case "delay":
			o.Delay += weight
		case "stops":
			o.Stops += weight
		case "queue":
			o.Queue += weight
		default:
			return Objective{}, wrong
		}
	}
	return o, nil
}

// String returns what ParseObjective reads.
func (o Objective) String() string {
	var terms []string
	for _, t := range []struct {
		weight float64
		name   string
	}{{o.Delay, "delay"}, {o.Stops, "stops"}, {o.Queue, "queue"}} {
		switch t.weight {
		case 0:
		case 1:
			terms = append(terms, t.name)
		default:
			terms = append(terms, strconv.FormatFloat(t.weight, 'g', -1, 64)+" "+t.name)
		}
	}
	return strings.Join(terms, " + ")
}

// Unit returns the unit of values of o.
func (o Objective) Unit() string {
	switch o {
	case Objective{Stops: o.Stops}:
		return "stops a trip"
	case Objective{Queue: o.Queue}:
		return "vehicles"
	}
	return "s a trip"
}
