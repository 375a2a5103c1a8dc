package rare

import (
	"errors"
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/fleet"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// Scene is a place with its traffic and a period: what cases are drawn from. The first event between Warm and Warm+Length counts.
type Scene struct {
	Name         string
	Net          *network.Network
	Plans        []signals.Plan    // of all controllers; nil: the default ones
	Controls     []signals.Control // of those that do not run plans
	Start        float64           // s after midnight at which a case begins
	Warm, Length float64           // s: the roads fill; what happens counts
	Step         float64           // s, 0.05 to 0.5; 0: 0.2
	Flows        []Flow
	Skies        []Sky   // one is drawn for a case; none: dry and mild
	Patches      []Patch // each is there, or not
	Drivers      driver.Options
	Fleet        fleet.Fleet
	// Centre and Radius, m, are where events count; Radius 0 is everywhere.
	Centre network.Point
	Radius float64
	// Phase shifts the start by a uniform share of so many seconds, so that signals are met at any time of their cycle.
	Phase float64
}

// Flow are vehicles that come at random (a Poisson process) and drive a route from end to end.
type Flow struct {
	Route   []network.EdgeID
	PerHour float64
	// Classes are their shares; they add up to 1. Nil: cars only.
	Classes []ClassShare
}

// ClassShare is the share of a class.
type ClassShare struct {
	Class network.VehicleClass
	Share float64
}

// Sky is weather that a case has with a probability. Shares of all skies add up to 1.
type Sky struct {
	Share       float64
	Condition   tyre.Condition // of all roads under the sky
	Temperature float64        // °C
	Rain        float64        // mm/h, for what is told: Condition says what lies on the roads
}

// Patch is something that lies on a lane or connector in a share of the cases, those with its sky only if that is not negative.
type Patch struct {
	Share     float64
	Sky       int // index in Skies; -1 for any
	Track     network.TrackID
	From, To  float64 // m
	Condition tyre.Condition
}

// mostPhase bounds the states that are kept of empty roads.
const mostPhase = 300.0

// ErrScene marks mistakes in a scene.
var ErrScene = errors.New("scene")

func badScene(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrScene, fmt.Sprintf(format, args...))
}

// complete fills in what is open and returns an error that names what makes no sense.
func (s *Scene) complete() error {
	if s.Net == nil {
		return badScene("no network")
	}
	if s.Step == 0 {
		s.Step = traffic.DefaultStepTime
	}
	if len(s.Skies) == 0 {
		s.Skies = []Sky{{Share: 1, Temperature: 15}}
	}
	if s.Drivers.Styles != nil || s.Drivers.All != nil {
		return badScene("drivers: want options without styles, and not one driver for all, which leaves nothing to draw")
	}
	switch {
	case !(s.Warm >= 0 && s.Warm <= 3600) || !(s.Length >= 1 && s.Length <= 3600):
		return badScene("%g s to fill and %g s to count, want 0 to 3600 and 1 to 3600", s.Warm, s.Length)
	case !(s.Start >= 0 && s.Start < 48*3600):
		return badScene("start at %g s, want 0 to 172800", s.Start)
	case !(s.Phase >= 0 && s.Phase <= mostPhase):
		return badScene("phase of %g s, want 0 to %g", s.Phase, mostPhase)
	case len(s.Flows) == 0:
		return badScene("no flows")
	case len(s.Patches) > mostPatches:
		return badScene("%d patches, want at most %d", len(s.Patches), mostPatches)
	}
	if err := s.Fleet.Check(); err != nil {
		return badScene("fleet: %v", err)
	}
	for class := range s.Fleet {
		if of := &s.Fleet[class]; of.Faded > 0 && of.Fade[0] < leastFade {
			return badScene("fleet: %v: faded brakes have lost %g at least, want %g or more", network.VehicleClass(class), of.Fade[0], leastFade)
		}
	}
	for i := range s.Flows {
		if err := s.Flows[i].complete(s.Net); err != nil {
			return badScene("flow %d: %v", i, err)
		}
	}
	return s.checkWeather()
}

func (f *Flow) complete(net *network.Network) error {
	if len(f.Route) == 0 {
		return errors.New("no route")
	}
	for _, e := range f.Route {
		if e < 0 || int(e) >= len(net.Edges) {
			return fmt.Errorf("edge %d, want 0 to %d", e, len(net.Edges)-1)
		}
	}
	if !(f.PerHour > 0 && f.PerHour <= 1e5) {
		return fmt.Errorf("%g vehicles an hour, want more than 0, at most 1e5", f.PerHour)
	}
	if len(f.Classes) == 0 {
		f.Classes = []ClassShare{{network.Car, 1}}
	}
	total := 0.0
	for _, c := range f.Classes {
		if c.Class >= network.NumVehicleClasses || !(c.Share >= 0) {
			return fmt.Errorf("class %d with share %g", c.Class, c.Share)
		}
		total += c.Share
	}
	if math.Abs(total-1) > 1e-6 {
		return fmt.Errorf("shares of classes add up to %g, want 1", total)
	}
	return nil
}

func (s *Scene) checkWeather() error {
	total := 0.0
	for i, k := range s.Skies {
		if !(k.Share >= 0) || k.Condition >= tyre.NumConditions {
			return badScene("sky %d: share %g, condition %d", i, k.Share, k.Condition)
		}
		total += k.Share
	}
	if math.Abs(total-1) > 1e-6 {
		return badScene("shares of skies add up to %g, want 1", total)
	}
	for i, p := range s.Patches {
		if !(p.Share > 0 && p.Share < 1) || p.Condition >= tyre.NumConditions || p.Sky < -1 || p.Sky >= len(s.Skies) ||
			p.Track < 0 || int(p.Track) >= s.Net.NumTracks() || !(p.From >= 0 && p.To > p.From) {
			return badScene("patch %d: %+v: want a share between 0 and 1, a track, a sky and a stretch that there are", i, p)
		}
	}
	return nil
}

// leastFade is the least loss of force of a brake that is called faded: states are rounded to tenths.
const leastFade = 0.05

// hours are the simulated hours that a case stands for.
func (s *Scene) hours() float64 { return s.Length / 3600 }

// iceReach is how far before a junction IceBefore lays ice, m.
const iceReach = 40.0

// IceBefore adds a patch of ice, there in a share of the cases of the last sky that is not dry (of any, if all are), on the last metres before each of the junctions of
// the place, a lane at a time, for as many as a scene may have: where snow melts and freezes again.
func (s *Scene) IceBefore(share float64) {
	used := make([]bool, len(s.Net.Edges))
	for i := range s.Flows {
		route := s.Flows[i].Route
		for _, e := range route[:len(route)-1] {
			used[e] = used[e] || s.isNear(s.Net.Junctions[s.Net.Edges[e].To].Position)
		}
	}
	sky := -1
	for i := range s.Skies {
		if s.Skies[i].Condition != tyre.Dry {
			sky = i
		}
	}
	for e := range used {
		edge := &s.Net.Edges[e]
		for l := edge.FirstLane; used[e] && l < edge.FirstLane+network.LaneID(edge.NumLanes) && len(s.Patches) < mostPatches; l++ {
			length := s.Net.Lanes[l].Length
			s.Patches = append(s.Patches, Patch{Share: share, Sky: sky, Track: l.Track(), From: max(0, length-iceReach), To: length, Condition: tyre.Ice})
		}
	}
}

// mostPatches is how many patches a scene may have.
const mostPatches = 32
