package traffic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/freeze"
)

// A snapshot can be kept as bytes, by which another process goes on: a file of them is what a crash is replayed from without making the
// whole run again. What any world of the same Config and trips has already is left out: the trips, their order, what vehicles in one
// technical state can do, what is measured by. So is what nobody asks of a trip that has ended: its way, and what it has burnt.

// frozen is what is kept of a snapshot.
type frozen struct {
	Snapshot
	trips int // how many there are
}

// StateFormat tells which states this program can read: those of programs in which all that a state is made of is as it is here.
func StateFormat() string { return fmt.Sprintf("%016x", freeze.Fingerprint(&frozen{})) }

// AppendBinary appends s to dst. World.Thaw of a world with an equal Config and the same trips reads it, if StateFormat is the same there.
func (s *Snapshot) AppendBinary(dst []byte) ([]byte, error) {
	f := frozen{*s, len(s.trips)}
	f.Snapshot.trips, f.queues.order = nil, nil
	f.states.kinds = slices.Clone(s.states.kinds)
	for i := range f.states.kinds {
		f.states.kinds[i].can = nil
	}
	m := &s.measures
	f.measures = measures{open: m.open, over: m.over, used: slices.Clone(m.used), burnt: m.burnt}
	f.journeys = slices.Clone(s.journeys)
	for id := range f.journeys {
		if s.journeys[id].state == finished {
			f.journeys[id] = journey{state: finished, track: nowhere, from: nowhere, fromBefore: nowhere}
			if id < len(f.measures.used) {
				f.measures.used[id] = spent{motor: m.used[id].motor}
			}
		}
	}
	return freeze.Append(dst, &f), nil
}

// Thaw returns the snapshot that data is. w must have been made of an equal Config and have the same trips as the world that was
// frozen; that data do not fit it is an error, but not all that may be wrong with it shows: compare the hash after Restore.
func (w *World) Thaw(data []byte) (*Snapshot, error) {
	var f frozen
	if err := freeze.Read(data, &f); err != nil {
		return nil, err
	}
	s := &f.Snapshot
	if f.trips != len(w.trips) {
		return nil, fmt.Errorf("snapshot of %d trips, want the %d of this run", f.trips, len(w.trips))
	}
	s.trips, s.queues.order = w.trips, w.queues.order
	for i := range s.states.kinds {
		k := &s.states.kinds[i]
		if k.class >= network.NumVehicleClasses {
			return nil, fmt.Errorf("snapshot with vehicles of class %d", k.class)
		}
		k.can = w.cfg.Catalogue.Vehicle(k.class, k.fitness)
	}
	m := w.measures
	m.open, m.over, m.used, m.burnt, m.ended = s.measures.open, s.measures.over, s.measures.used, s.measures.burnt, nil
	s.measures = m
	return s, s.fits(w)
}

// fits returns why s cannot be a state of w: what is kept by track, by trip or by edge is not of as many.
func (s *Snapshot) fits(w *World) error {
	tracks, trips, edges := len(w.tracks), len(w.trips), len(w.cfg.Net.Edges)
	vehicles := 0
	for _, n := range s.loads {
		vehicles += int(n)
	}
	for _, part := range []struct {
		name      string
		got, want int
	}{
		{"tracks", len(s.loads), tracks},
		{"limits", len(s.limits), tracks},
		{"conditions", len(s.lies), tracks},
		{"ends", len(s.ends), tracks},
		{"counts", len(s.counts), tracks},
		{"junctions", len(s.gates), len(w.gates)},
		{"vehicles", len(s.vehicles), vehicles},
		{"journeys", len(s.journeys), trips},
		{"edges", len(s.closed), edges},
		{"travel times", len(s.times.now), edges},
		{"used", len(s.measures.used), len(w.measures.used)},
		{"burnt", len(s.measures.burnt), len(w.measures.burnt)},
		{"vigils", len(s.vigils), len(w.vigils)},
	} {
		if part.got != part.want {
			return fmt.Errorf("snapshot: %d %s, want %d", part.got, part.name, part.want)
		}
	}
	for i := range s.vehicles {
		if v := &s.vehicles[i]; int(v.id) >= trips || int(v.class) >= int(network.NumVehicleClasses) || int(v.driver) >= len(w.paces[v.class]) || int(v.next) >= tracks {
			return errors.New("snapshot with a vehicle that this run does not have")
		}
	}
	return nil
}

// Part is a part of the state and its hash.
type Part struct {
	Name string `json:"part"`
	Hash string `json:"hash"`
}

// Parts returns the hashes of the parts of the state, to tell where two differ; all of them together are Hash.
func (w *World) Parts() []Part {
	parts := make([]Part, 0, 8)
	for _, p := range [...]struct {
		name string
		hash func(h *digest)
	}{
		{"streets and vehicles on them", w.hashTracks},
		{"junctions and signals", w.hashJunctions},
		{"closed streets and travel times", w.hashStreets},
		{"vehicles that wait to enter", w.hashWaiting},
		{"drivers' beliefs, weather and wrecks", w.hashLookout},
		{"counts", w.hashStats},
		{"people and trains", w.crossers.hash},
		{"detectors", w.hashSensing},
	} {
		h := digest(w.steps)
		p.hash(&h)
		parts = append(parts, Part{p.name, fmt.Sprintf("%016x", uint64(h))})
	}
	return parts
}

// Differs returns the names of the parts that are not the same in both; "" if all are.
func Differs(a, b []Part) string {
	if len(a) != len(b) {
		return "the parts of the state"
	}
	var names []string
	for i := range a {
		if a[i] != b[i] {
			names = append(names, a[i].Name)
		}
	}
	return strings.Join(names, ", ")
}
