package ego

import "fmt"

// Layout says how much an observation has in it. All observations of a layout have the same length.
type Layout struct {
	Neighbours int     `json:"neighbours"`   // the nearest vehicles, up to MaxNeighbours
	Lanes      int     `json:"lane_points"`  // points on the way ahead, up to MaxLanes
	Spacing    float64 `json:"lane_spacing"` // m from one to the next
	Signals    int     `json:"signals"`      // the next signals on the way, up to MaxSignals
	Sight      float64 `json:"sight"`        // m as far as neighbours and signals are seen
}

// DefaultLayout is what is observed if nothing else is asked for.
func DefaultLayout() Layout {
	return Layout{Neighbours: 8, Lanes: 20, Spacing: 5, Signals: 2, Sight: 150}
}

// The most that there can be.
const (
	MaxNeighbours = 64
	MaxLanes      = 128
	MaxSignals    = 8
	mostSight     = 1000.0 // m
)

// Lengths of the parts of an observation, in bytes. See Append for what is in them.
const (
	HeaderSize    = 192
	NeighbourSize = 48
	LaneSize      = 32
	SignalSize    = 16
)

// Check returns an error if there is no such layout.
func (l *Layout) Check() error {
	switch {
	case l.Neighbours < 0 || l.Neighbours > MaxNeighbours:
		return fmt.Errorf("%d neighbours, want 0 to %d", l.Neighbours, MaxNeighbours)
	case l.Lanes < 0 || l.Lanes > MaxLanes:
		return fmt.Errorf("%d points of lanes, want 0 to %d", l.Lanes, MaxLanes)
	case l.Signals < 0 || l.Signals > MaxSignals:
		return fmt.Errorf("%d signals, want 0 to %d", l.Signals, MaxSignals)
	case !(l.Spacing >= 0.5 && l.Spacing <= 100):
		return fmt.Errorf("points of lanes every %g m, want 0.5 to 100", l.Spacing)
	case !(l.Sight > 0 && l.Sight <= mostSight):
		return fmt.Errorf("sight of %g m, want more than 0, to %g", l.Sight, mostSight)
	}
	return nil
}

// Size returns the length of an observation in bytes.
func (l *Layout) Size() int {
	return HeaderSize + l.Neighbours*NeighbourSize + l.Lanes*LaneSize + l.Signals*SignalSize
}

// Flags say what has become of a scene, and what there is to see.
type Flags uint32

// The flags.
const (
	Terminated Flags = 1 << iota // the ego's drive has ended: one of those below
	Truncated                    // the time of the scene is over
	Crashed                      // into somebody, or somebody into it
	LeftRoad                     // or spun or rolled over on it
	HitPerson
	Arrived // at its destination
	RanRed  // since the beginning of the scene; it goes on
	Present // the ego is on the road; if not, what is told of it is of when it was there last
)
