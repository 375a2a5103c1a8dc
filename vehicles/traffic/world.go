package traffic

import (
	"io"

	"roadtwin/network"
)

// World is the traffic on a network and its clock.
//
// A World is not safe for concurrent use: whoever owns the clock calls Step, and observers read between steps.
type World struct{ cfg Config }

// Snapshot is a complete copy of a World's state, detached from it.
type Snapshot struct{}

// New returns an empty world, or an error if cfg makes no sense.
func New(cfg Config) (*World, error) { return &World{cfg: cfg}, nil }

// AddTrips adds trips, which must be sorted by Depart and not begin before the world's time. It returns the id of the
// first; the others follow in order.
func (w *World) AddTrips(trips []Trip) (first VehicleID, err error) { return 0, nil }

// Step advances the world by one step time.
func (w *World) Step() {}

// Time returns the time in s after midnight, after the last step.
func (w *World) Time() float64 { return 0 }

// Steps returns the number of steps made.
func (w *World) Steps() uint64 { return 0 }

// StepTime returns the duration of a step, s.
func (w *World) StepTime() float64 { return 0 }

// Queue adds a command, applied at the beginning of the next step.
func (w *World) Queue(c Command) error { return nil }

// Applied returns the commands applied at the beginning of the last step; valid until the next.
func (w *World) Applied() []Command { return nil }

// Events returns what happened in the last step; valid until the next.
func (w *World) Events() []Event { return nil }

// Stats returns the counts after the last step.
func (w *World) Stats() Stats { return Stats{} }

// Audit returns what must be all zero.
func (w *World) Audit() Audit { return Audit{} }

// Counts returns the accumulated traffic of every track, indexed by TrackID; read only, valid until the next step.
func (w *World) Counts() []LaneCount { return nil }

// Queued returns the number of standing vehicles in the queue at the end of lane l: from the stop line upstream until
// the first that is faster than 5 km/h.
func (w *World) Queued(l network.LaneID) int { return 0 }

// AppendVehicles appends the state of every vehicle on the road to dst, in track order, most downstream first.
func (w *World) AppendVehicles(dst []VehicleState) []VehicleState { return dst }

// Vehicle returns everything about a vehicle on the road; ok is false if it is not there (any more).
func (w *World) Vehicle(id VehicleID) (d VehicleDetail, ok bool) { return d, false }

// TravelTimes returns the time in s it now takes to drive each edge, as routes are chosen by; read only.
func (w *World) TravelTimes() []float64 { return nil }

// Condition returns the weather's mark on the roads.
// Hash returns a hash of the complete state: equal for equal histories, whatever the number of workers.
func (w *World) Hash() uint64 { return 0 }

// Snapshot returns a copy of the state, the signals' included.
func (w *World) Snapshot() *Snapshot { return nil }

// Restore sets the state to s, which must come from a world with an equal Config (Workers may differ).
func (w *World) Restore(s *Snapshot) error { return nil }

// WriteTo writes the snapshot; ReadSnapshot reads it back.
func (s *Snapshot) WriteTo(out io.Writer) (int64, error) { return 0, nil }

// Close stops the world's workers.
func (w *World) Close() {}
