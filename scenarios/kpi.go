package scenarios

import (
	"cmp"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// worstJunctions is how many junctions KPI and Summary name.
const worstJunctions = 5

// KPI is the state of a run in a few numbers, cheap enough for every second.
type KPI struct {
	Time     float64 `json:"time_s"` // after midnight
	OnRoad   int     `json:"on_road"`
	Waiting  int     `json:"waiting"` // outside, for safe room to enter
	Departed int     `json:"departed"`
	Arrived  int     `json:"arrived"`
	NoRoute  int     `json:"no_route"`
	Standing int     `json:"standing"` // on the road, slower than 5 km/h
	Stuck    int     `json:"stuck"`
	Crashes  int     `json:"crashes"`

	MeanSpeed   float64 `json:"mean_speed_mps"` // of the vehicles on the road
	MeanDelay   float64 `json:"mean_delay_s"`   // of all arrivals; 0 before the first
	RecentDelay float64 `json:"recent_delay_s"` // of those of the last 5 minutes; 0 without any

	Queues []JunctionQueue `json:"queues"` // the longest now, the longest first
	Audit  traffic.Audit   `json:"audit"`
}

// JunctionQueue is the queue at a junction: standing vehicles on all its approaches.
type JunctionQueue struct {
	Junction network.JunctionID `json:"junction"`
	Name     string             `json:"name"`
	Queue    int                `json:"queue"`      // now; in a Summary at the end
	Max      int                `json:"queue_max"`  // so far
	Mean     float64            `json:"queue_mean"` // so far
}

// KPI returns the state after the last step.
func (r *Run) KPI() KPI {
	s := r.world.Stats()
	m := r.meter
	return KPI{
		Time: r.world.Time(), OnRoad: s.OnRoad, Waiting: s.Waiting, Departed: s.Departed, Arrived: s.Arrived,
		NoRoute: s.NoRoute, Standing: s.Standing, Stuck: s.Stuck, Crashes: s.Crashes, MeanSpeed: s.MeanSpeed,
		MeanDelay: mean(m.arrived.delay, m.arrived.trips), RecentDelay: m.recentDelay(),
		Queues: m.worst(func(q JunctionQueue) float64 { return float64(q.Queue) }), Audit: r.world.Audit(),
	}
}

// worst returns the junctions with the greatest measure, the greatest first and of equals the smaller id; those that
// measure 0 are left out.
func (m *meter) worst(measure func(JunctionQueue) float64) []JunctionQueue {
	top := make([]JunctionQueue, 0, worstJunctions+1)
	for j := range m.byJunction {
		q := m.queueAt(network.JunctionID(j))
		if measure(q) == 0 || len(top) == worstJunctions && measure(q) <= measure(top[worstJunctions-1]) {
			continue
		}
		at, _ := slices.BinarySearchFunc(top, measure(q), func(t JunctionQueue, x float64) int {
			if measure(t) >= x {
				return -1
			}
			return 1
		})
		top = slices.Insert(top, at, q)
		top = top[:min(len(top), worstJunctions)]
	}
	return top
}

func (m *meter) queueAt(j network.JunctionID) JunctionQueue {
	total := &m.byJunction[j]
	return JunctionQueue{
		Junction: j, Name: m.net.Junctions[j].Name, Queue: int(m.junctionQueue(j)), Max: int(total.max),
		Mean: total.total / float64(cmp.Or(m.samples, 1)),
	}
}
