package timing

import (
	"errors"
	"fmt"
)

// LeftMode is how left turns are served (right turns where one drives on the left: mirror the junction).
type LeftMode uint8

// The modes.
const (
	NoLeft LeftMode = iota
	ProtectedLeft
	PermittedLeftOnly
	ProtectedPermittedLeft
)

// LeftOrder is when the protected left turn of an approach, and of the one opposite, comes: before the through traffic (lead),
// after it (lag), or not at all (perm). The rows of HCM exhibit 31-12.
type LeftOrder uint8

// The orders: own left turn first, then the opposing one.
const (
	PermPerm LeftOrder = iota
	LeadLead
	LeadLag // also lead, perm
	LagLead // also lag, perm
	LagLag
	PermLead
	PermLag
)

// Phase is the timing of a phase.
type Phase struct {
	Duration float64 // s: green, amber and all-red
	Amber    float64 // s
	AllRed   float64 // s
	MaxGreen float64 // s, of an actuated phase; 0: fixed time
	Passage  float64 // s, of an actuated phase
	Walk     float64 // s that pedestrians have, clearance included; 0: as long as the green
}

// effective returns the effective green, s.
func (p Phase) effective() float64 { return EffectiveGreen(p.Duration, p.Amber, p.AllRed) }

// change returns amber and all-red together, s.
func (p Phase) change() float64 { return p.Amber + p.AllRed }

// actuated tells whether the phase ends by detectors.
func (p Phase) actuated() bool { return p.MaxGreen > 0 }

// Approach is what comes to a junction from one side.
type Approach struct {
	Name                 string
	Opposite             int     // index of the approach that faces it, -1 for none
	Left, Through, Right float64 // veh/h; Right without those who turn on red

	LeftLanes, ThroughLanes, RightLanes int // for that movement alone
	// SharedLeft and SharedRight are lanes for through traffic and left or right turns, one each. With both and no ThroughLanes, and
	// SingleLane, it is one lane for all.
	SharedLeft, SharedRight, SingleLane bool

	Lane                     Lane
	HeavyLeft                float64 // share of heavy vehicles in the left turns; Lane.Heavy is of the others
	Pedestrians, Bicycles    float64 // 1/h that turning vehicles give way to
	Receiving                int     // lanes of the street that they turn into
	PlatoonLeft, PlatoonRest float64 // platoon ratio (HCM exhibit 19-13); 0: 1, random arrivals
	Filtering                float64 // I by UpstreamFiltering; 0: 1
	QueueLeft, QueueRest     float64 // vehicles at the beginning
	SpeedLimit               float64 // m/s

	Mode         LeftMode
	Order        LeftOrder
	LeftPhase    Phase // of the protected left turn
	ThroughPhase Phase
}

// Junction is a signalised junction for the HCM's method for motor vehicles (ch. 19, with the supplements of ch. 31).
type Junction struct {
	Cycle      float64 // s
	Period     float64 // h; 0: AnalysisPeriod
	Saturation float64 // pc/h and lane; 0: BaseSaturation
	Sneakers   float64 // left turns a cycle at the end of a permitted green; 0: 2
	Approaches []Approach
}

// GroupKind is which lanes of an approach are a lane group.
type GroupKind uint8

// The lane groups (HCM exhibit 19-19).
const (
	LeftGroup GroupKind = iota
	SharedLeftGroup
	ThroughGroup
	SharedRightGroup
	RightGroup
	AllGroup // one lane for all
)

var groupNames = [...]string{"left", "left and through", "through", "through and right", "right", "all"}

// String names the movements.
func (k GroupKind) String() string { return groupNames[k] }

// LaneGroup is how a group of lanes fares.
type LaneGroup struct {
	Approach   int
	Kind       GroupKind
	Lanes      int
	Flow       float64 // veh/h
	Saturation float64 // veh/h and lane; of the protected green where there are two
	Permitted  float64 // veh/h and lane, of a permitted green; 0 without one
	Green      float64 // s of effective green, of the protected one where there are two
	Capacity   float64 // veh/h
	X          float64 // degree of saturation
	Uniform    float64 // d1, s
	Increment  float64 // d2, s
	Initial    float64 // d3, s
	Delay      float64 // control delay, s
	LOS        LOS
	Queue      BackOfQueue // vehicles a lane
	Queue95    float64     // vehicles a lane
}

// Performance is how a junction fares.
type Performance struct {
	Groups     []LaneGroup
	Approaches []Total
	Junction   Total
	// Critical is the degree of saturation of the lane groups that decide on the cycle, together, as far as all phases
	// are fixed by Approach.ThroughPhase and LeftPhase.
	Critical float64
}

// Total is the mean of lane groups, weighted by flow.
type Total struct {
	Flow  float64 // veh/h
	Delay float64 // s
	LOS   LOS
}

// check returns what is wrong with the junction.
func (j *Junction) check() error {
	if !(j.Cycle > 0) {
		return fmt.Errorf("cycle %v s, want > 0", j.Cycle)
	}
	if len(j.Approaches) == 0 {
		return errors.New("no approaches")
	}
	for i := range j.Approaches {
		a := &j.Approaches[i]
		if !(a.Left >= 0 && a.Through >= 0 && a.Right >= 0) {
			return fmt.Errorf("approach %s: flows %v, %v and %v veh/h, want >= 0", a.Name, a.Left, a.Through, a.Right)
		}
		if a.Opposite >= len(j.Approaches) {
			return fmt.Errorf("approach %s: opposite approach %d of %d", a.Name, a.Opposite, len(j.Approaches))
		}
		for _, p := range [...]Phase{a.ThroughPhase, a.LeftPhase} {
			if !(p.Duration >= 0 && p.Duration <= j.Cycle+1e-6) {
				return fmt.Errorf("approach %s: a phase of %v s, want 0 to the cycle of %v", a.Name, p.Duration, j.Cycle)
			}
		}
		served := a.LeftLanes > 0 || a.SharedLeft || a.SingleLane
		if a.Left > 0 && (!served || a.Mode == NoLeft) {
			return fmt.Errorf("approach %s: %v left turns an hour, and no lane or no phase for them", a.Name, a.Left)
		}
		if a.Right > 0 && a.RightLanes == 0 && !a.SharedRight && !a.SingleLane {
			return fmt.Errorf("approach %s: %v right turns an hour, and no lane for them", a.Name, a.Right)
		}
		if a.Through > 0 && a.through() == 0 {
			return fmt.Errorf("approach %s: %v through vehicles an hour, and no lane for them", a.Name, a.Through)
		}
	}
	return nil
}

// through returns the number of lanes that serve through traffic.
func (a *Approach) through() int {
	n := a.ThroughLanes
	for _, shared := range [...]bool{a.SharedLeft, a.SharedRight, a.SingleLane} {
		if shared {
			n++
		}
	}
	return n
}

// permits tells whether left turns filter through opposing traffic.
func (a *Approach) permits() bool {
	return a.Mode == PermittedLeftOnly || a.Mode == ProtectedPermittedLeft
}

func orOne(x float64) float64 { return orElse(x, 1) }

func orElse(x, otherwise float64) float64 {
	if x == 0 {
		return otherwise
	}
	return x
}
