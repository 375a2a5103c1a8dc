package validation

import "roadtwin/signals/timing"

// manualExamples are worked examples of the Highway Capacity Manual in the units of their source.
type manualExamples struct {
	First struct {
		Input      manualJunction     `json:"input"`
		Groups     []manualGroup      `json:"lane_groups"`
		Approaches map[string]float64 `json:"approach_delay_s"`
		Junction   float64            `json:"intersection_delay_s"`
	} `json:"EP1"`
}

// manualGroup is a published lane group.
type manualGroup struct {
	Approach string  `json:"dir"`
	Group    string  `json:"lg"`
	Delay    float64 `json:"d_s"`
}

// manualGroups are the names of lane groups.
var manualGroups = map[string]timing.GroupKind{"L": timing.LeftGroup, "T": timing.ThroughGroup, "TR": timing.SharedRightGroup}

// manualJunction is the junction of an example.
type manualJunction struct {
	Cycle      float64          `json:"cycle_length_s"`
	Period     float64          `json:"analysis_period_h"`
	Saturation float64          `json:"base_saturation_flow"`
	CBD        bool             `json:"area_type_cbd"`
	Sneakers   float64          `json:"sneakers_per_cycle"`
	Approaches []manualApproach `json:"approaches"`
}

type manualApproach struct {
	Name         string       `json:"direction"`
	Left         float64      `json:"volume_left"`
	Through      float64      `json:"volume_through"`
	Right        float64      `json:"volume_right"`
	OnRed        float64      `json:"volume_rtor"`
	HeavyLeft    float64      `json:"pct_heavy_vehicles_left"`
	Heavy        float64      `json:"pct_heavy_vehicles_through"`
	PlatoonLeft  float64      `json:"platoon_ratio_left"`
	Platoon      float64      `json:"platoon_ratio_through"`
	Filtering    float64      `json:"upstream_filtering_i"`
	QueueLeft    float64      `json:"initial_queue_left_veh"`
	Queue        float64      `json:"initial_queue_through_veh"`
	Pedestrians  float64      `json:"ped_flow_ph"`
	Bicycles     float64      `json:"bike_flow_ph"`
	LeftLanes    int          `json:"exclusive_left_lanes"`
	ThroughLanes int          `json:"through_lanes"`
	RightLanes   int          `json:"exclusive_right_lanes"`
	SharedLeft   bool         `json:"shared_left_through_lane"`
	SharedRight  bool         `json:"shared_right_through_lane"`
	Width        float64      `json:"lane_width_ft"`
	Grade        float64      `json:"grade_pct"`
	Receiving    int          `json:"receiving_lanes"`
	Parked       bool         `json:"parking_present"`
	Parking      float64      `json:"parking_maneuvers_h"`
	Buses        float64      `json:"bus_stops_h"`
	Speed        float64      `json:"speed_limit_mph"`
	Mode         string       `json:"left_turn_mode"`
	Order        string       `json:"left_turn_sequence"`
	LeftPhase    *manualPhase `json:"left_phase"`
	ThroughPhase *manualPhase `json:"through_phase"`
}

type manualPhase struct {
	Duration float64 `json:"duration_s"`
	Amber    float64 `json:"yellow_s"`
	AllRed   float64 `json:"red_clearance_s"`
	MaxGreen float64 `json:"max_green_s"`
	Passage  float64 `json:"passage_time_s"`
	Walk     float64 `json:"walk_s"`
	Clear    float64 `json:"ped_clear_s"`
}

func (p *manualPhase) phase() timing.Phase {
	if p == nil {
		return timing.Phase{}
	}
	return timing.Phase{
		Duration: p.Duration, Amber: p.Amber, AllRed: p.AllRed, MaxGreen: p.MaxGreen, Passage: p.Passage, Walk: p.Walk + p.Clear,
	}
}

var manualModes = map[string]timing.LeftMode{
	"NotPresent": timing.NoLeft, "Protected": timing.ProtectedLeft, "Permitted": timing.PermittedLeftOnly,
	"ProtectedPermitted": timing.ProtectedPermittedLeft,
}

var manualOrders = map[string]timing.LeftOrder{
	"PermPerm": timing.PermPerm, "LeadLead": timing.LeadLead, "LeadLag": timing.LeadLag, "LagLead": timing.LagLead,
	"LagLag": timing.LagLag, "PermLead": timing.PermLead, "PermLag": timing.PermLag,
}

// junction returns the example in our units.
func (m *manualJunction) junction() timing.Junction {
	const foot, mph = 0.3048, 0.44704
	j := timing.Junction{Cycle: m.Cycle, Period: m.Period, Saturation: m.Saturation, Sneakers: m.Sneakers}
	at := map[string]int{}
	for i := range m.Approaches {
		a := &m.Approaches[i]
		at[a.Name] = i
		j.Approaches = append(j.Approaches, timing.Approach{
			Name: a.Name, Left: a.Left, Through: a.Through, Right: a.Right - a.OnRed,
			LeftLanes: a.LeftLanes, ThroughLanes: a.ThroughLanes, RightLanes: a.RightLanes, SharedLeft: a.SharedLeft, SharedRight: a.SharedRight,
			Lane: timing.Lane{
				Width: a.Width * foot, Heavy: a.Heavy / 100, Gradient: a.Grade / 100, Parked: a.Parked, Parking: a.Parking, Buses: a.Buses, CBD: m.CBD,
			},
			HeavyLeft: a.HeavyLeft / 100, Pedestrians: a.Pedestrians, Bicycles: a.Bicycles, Receiving: a.Receiving,
			PlatoonLeft: a.PlatoonLeft, PlatoonRest: a.Platoon, Filtering: a.Filtering, QueueLeft: a.QueueLeft, QueueRest: a.Queue,
			SpeedLimit: a.Speed * mph, Mode: manualModes[a.Mode], Order: manualOrders[a.Order],
			LeftPhase: a.LeftPhase.phase(), ThroughPhase: a.ThroughPhase.phase(),
		})
	}
	opposite := map[string]string{"EB": "WB", "WB": "EB", "NB": "SB", "SB": "NB"}
	for i := range j.Approaches {
		j.Approaches[i].Opposite = -1
		if o, ok := at[opposite[j.Approaches[i].Name]]; ok {
			j.Approaches[i].Opposite = o
		}
	}
	return j
}
