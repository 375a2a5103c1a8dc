package traffic_test

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/traffic"
)

// onConnector is where a vehicle is on the way over a connector: front metres from its start, also when it is beyond its end.
type onConnector struct {
	connector network.ConnectorID
	front     float64
}

// petWatch finds post-encroachment times by looking at all vehicles in every step: when each front came into an area, and when each rear
// left it, to a part of a step.
type petWatch struct {
	net    *network.Network
	before map[traffic.VehicleID]onConnector
	left   map[[2]network.ConnectorID]struct { // the last who left the area of a conflict, by connector and the other one
		id   traffic.VehicleID
		time float64
	}
	seen map[[2]traffic.VehicleID]float64
}

func (p *petWatch) look(w *traffic.World, states []traffic.VehicleState) {
	dt := w.StepTime()
	now := make(map[traffic.VehicleID]onConnector, len(p.before))
	for i := range states {
		v := &states[i]
		here := onConnector{network.ConnectorID(network.None), 0}
		if c, ok := p.net.ConnectorOf(v.Track); ok {
			here = onConnector{c, v.S}
		} else if was, ok := p.before[v.ID]; ok && p.net.Connectors[was.connector].To.Track() == v.Track {
			here = onConnector{was.connector, p.net.Connectors[was.connector].Length + v.S}
		} else {
			continue
		}
		now[v.ID] = here
		was, ok := p.before[v.ID]
		if !ok || was.connector != here.connector {
			was = onConnector{here.connector, here.front - v.V*dt}
		}
		if here.front <= was.front {
			continue
		}
		crossed := func(metre float64) (float64, bool) { // when, s
			if was.front < metre && metre <= here.front {
				return w.Time() - dt*(here.front-metre)/(here.front-was.front), true
			}
			return 0, false
		}
		for _, c := range p.net.ConflictsOf(here.connector) {
			if c.Kind != network.Crossing {
				continue
			}
			key := [2]network.ConnectorID{c.Of, c.With}
			if at, ok := crossed(c.Start); ok {
				if other, ok := p.left[[2]network.ConnectorID{c.With, c.Of}]; ok && other.id != v.ID {
					pair := [2]traffic.VehicleID{v.ID, other.id}
					if pet, ok := p.seen[pair]; !ok || at-other.time < pet {
						p.seen[pair] = at - other.time
					}
				}
			}
			if at, ok := crossed(c.End + v.Length); ok {
				p.left[key] = struct {
					id   traffic.VehicleID
					time float64
				}{v.ID, at}
			}
		}
	}
	p.before = now
}

// The PET that is told, from where the one before has got to, is the one that an observer finds who notes all times.
func TestPostEncroachmentTimesAreThoseThatAnObserverSees(t *testing.T) {
	s := newScene(t, network.RightHand)
	w := s.world(t, 2)
	p := petWatch{net: s.net, before: map[traffic.VehicleID]onConnector{}, seen: map[[2]traffic.VehicleID]float64{}, left: map[[2]network.ConnectorID]struct {
		id   traffic.VehicleID
		time float64
	}{}}
	var told []traffic.Conflict
	var states []traffic.VehicleState
	for w.Steps() < 1800 {
		s.step(t, w)
		told = append(told, w.Conflicts()...)
		states = w.AppendVehicles(states[:0])
		p.look(w, states)
	}
	told = append(told, w.OpenConflicts()...)
	pets, missed, worst, sum := map[[2]traffic.VehicleID]float64{}, 0, 0.0, 0.0
	for i := range told {
		if k := &told[i]; k.Kind == safety.CrossingWays && !math.IsInf(k.PET, 1) {
			pets[[2]traffic.VehicleID{k.Vehicle, k.Other}] = k.PET
		}
	}
	n := 0
	for pair, want := range p.seen {
		if want >= 1.7 || want < 0 {
			continue
		}
		got, ok := pets[pair]
		if !ok {
			missed++
			continue
		}
		n++
		worst, sum = max(worst, math.Abs(got-want)), sum+math.Abs(got-want)
	}
	if n < 20 {
		t.Fatalf("only %d are compared, %d missed", n, missed)
	}
	t.Logf("%d compared, off by %.3f s in the mean, %.2f s at most; %d missed", n, sum/float64(n), worst, missed)
	if sum/float64(n) > 0.05 || worst > 0.5 || missed*10 > n {
		t.Errorf("PET is off by %.3f s in the mean, %.2f s at most, and %d of %d are missed", sum/float64(n), worst, missed, n)
	}
}
