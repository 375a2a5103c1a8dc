package traffic

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/vehicles/draw"
)

// RouteChoice says how drivers find their ways. The zero value has everybody take the quickest way at departure and keep
// to it.
type RouteChoice struct {
	// Spread is the standard deviation of what drivers think that a trip of ten minutes takes, as a share of it: 0, or up to
	// route.MaxSpread. Each takes the quickest way as it seems; see route.Perception.
	Spread float64
	// Informed is the share of drivers, 0 to 1, who hear of the traffic and look for a better way every so many s.
	Informed float64
	Every    float64 // s, at least 10; 0 means 300
}

// DefaultRouteChoice is how drivers find their ways unless somebody says otherwise [assumed]. With this spread two thirds of
// the drivers do not take the quickest way through a city, as of those observed by Zhu and Levinson (2015).
var DefaultRouteChoice = RouteChoice{Spread: 0.1, Informed: 0.2, Every: 300}

func (c *RouteChoice) complete() error {
	if c.Every == 0 {
		c.Every = 300
	}
	switch {
	case !(c.Spread >= 0 && c.Spread <= route.MaxSpread):
		return fmt.Errorf("traffic: spread of routes %g, want 0 to %g", c.Spread, route.MaxSpread)
	case !(c.Informed >= 0 && c.Informed <= 1):
		return fmt.Errorf("traffic: informed share %g, want 0 to 1", c.Informed)
	case !(c.Every >= 10 && c.Every <= 24*3600):
		return fmt.Errorf("traffic: informed every %g s, want 10 to 86,400", c.Every)
	}
	return nil
}

// Counters of draw.RouteChoice: what a number is for. Those above are for whoever hands out routes.
const (
	drawTaste = iota
	drawInformed
	drawMoment
)

// taste identifies a driver to route.Perception.
func (w *World) taste(id VehicleID) uint64 {
	return draw.Uint64(w.cfg.Seed, draw.RouteChoice, w.drawKey(id), drawTaste)
}

// isInformed reports whether a driver hears of the traffic. Those whose trips have a given route keep to it.
func (w *World) isInformed(id VehicleID) bool {
	share := w.cfg.Routes.Informed
	return share > 0 && len(w.trips[id].Route) == 0 && draw.Float64(w.cfg.Seed, draw.RouteChoice, w.drawKey(id), drawInformed) < share
}

// travelTimes are the times that routes are chosen by.
type travelTimes struct {
	now     []float64 // s, by edge; +Inf where closed
	seconds []float64 // VehicleSeconds and VehicleMetres of the edge at the last measurement
	metres  []float64
}

func (w *World) freeTimes() travelTimes {
	n := len(w.cfg.Net.Edges)
	t := travelTimes{now: make([]float64, n), seconds: make([]float64, n), metres: make([]float64, n)}
	for e := range n {
		t.now[e] = w.cfg.Router.FreeTime(network.EdgeID(e))
	}
	return t
}

// measure sets each travel time to the mean of what it was and what was driven since the last measurement; an edge on
// which nobody was forgets its jam in the same way.
func (t *travelTimes) measure(w *World) {
	for e := range t.now {
		edge := &w.cfg.Net.Edges[e]
		var seconds, metres float64
		for i := range edge.NumLanes {
			lane := &w.tracks[w.layout.firstLane[e]+slot(i)]
			seconds += lane.seconds
			metres += lane.metres
		}
		free := w.cfg.Router.FreeTime(network.EdgeID(e))
		seen := free
		if ds, dm := seconds-t.seconds[e], metres-t.metres[e]; ds > 1 {
			seen = max(free, edge.Length/max(dm/ds, slowest))
		}
		t.seconds[e], t.metres[e] = seconds, metres
		switch {
		case w.closed[e]:
			t.now[e] = math.Inf(1)
		case math.IsInf(t.now[e], 1):
			t.now[e] = seen
		default:
			t.now[e] = max(free, 0.5*(t.now[e]+seen))
		}
	}
}

// slowest is the speed in m/s below which a standing edge does not look any worse to the router.
const slowest = 0.3

// TravelTimes returns the time in s it now takes to drive each edge, as routes are chosen by; read only.
func (w *World) TravelTimes() []float64 { return w.times.now }
