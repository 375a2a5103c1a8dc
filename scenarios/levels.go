package scenarios

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/signals/timing"
)

// SignalLevels are the levels of service at signals over a run, by the control delay of who has passed (HCM exhibit 19-8): A to F.
// Movements that nobody has made, and who still waits at the end, are not in them.
type SignalLevels struct {
	Movements map[string]int  `json:"movements"` // how many have each level
	Junctions map[string]int  `json:"junctions"` // likewise, by the mean over their movements
	Worst     []JunctionLevel `json:"worst"`     // the junctions with most delay a vehicle
}

// JunctionLevel is what passing a signal controller has cost.
type JunctionLevel struct {
	Controller int           `json:"controller"`
	Name       string        `json:"name"`
	Vehicles   int           `json:"vehicles"`
	Delay      float64       `json:"delay_s"` // mean control delay
	LOS        timing.LOS    `json:"los"`
	Worst      MovementLevel `json:"worst"` // its movement with most delay
}

// MovementLevel is the same of one movement.
type MovementLevel struct {
	Approach string     `json:"approach"` // name of the street
	Edge     int        `json:"edge"`
	Turn     string     `json:"turn"`
	Vehicles int        `json:"vehicles"`
	Delay    float64    `json:"delay_s"`
	LOS      timing.LOS `json:"los"`
}

// mostLevels is how many junctions SignalLevels.Worst has at most.
const mostLevels = 10

// levels returns the levels of service at the signals so far.
func (m *movementMeter) levels() SignalLevels {
	out := SignalLevels{Movements: map[string]int{}, Junctions: map[string]int{}, Worst: []JunctionLevel{}}
	byController := make([]JunctionLevel, len(m.net.Controllers))
	for i := range m.net.Movements {
		move, sum := &m.net.Movements[i], m.whole[i]
		c := m.net.Junctions[move.Junction].Controller
		if c == network.None || sum.vehicles == 0 {
			continue
		}
		delay := sum.delay / float64(sum.vehicles)
		row := MovementLevel{
			Approach: m.net.Edges[move.From].Name, Edge: int(move.From), Turn: move.Turn.String(), Vehicles: sum.vehicles, Delay: delay,
			LOS: timing.LevelOfService(delay, 0),
		}
		out.Movements[row.LOS.String()]++
		j := &byController[c]
		j.Delay += sum.delay // a sum until all are in
		if j.Vehicles += sum.vehicles; j.Worst.Vehicles == 0 || delay > j.Worst.Delay {
			j.Worst = row
		}
	}
	for c := range byController {
		j := byController[c]
		if j.Vehicles == 0 {
			continue
		}
		j.Controller, j.Name = c, m.net.Controllers[c].Name
		j.Delay /= float64(j.Vehicles)
		j.LOS = timing.LevelOfService(j.Delay, 0)
		out.Junctions[j.LOS.String()]++
		out.Worst = append(out.Worst, j)
	}
	slices.SortStableFunc(out.Worst, func(a, b JunctionLevel) int { return cmp.Compare(b.Delay, a.Delay) })
	out.Worst = out.Worst[:min(len(out.Worst), mostLevels)]
	return out
}
