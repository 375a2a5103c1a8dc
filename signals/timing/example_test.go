package timing

import (
	"math"
	"testing"
)

// exampleProblem1 is the junction of HCM 7th ed., ch. 31, sec. 10, example problem 1 (exhibits 31-69 to 31-83), as quoted by
// crosstraffic/transportations-library.
type exampleProblem1 struct {
	EP1 struct {
		Input struct {
			Cycle      float64 `json:"cycle_length_s"`
			CBD        bool    `json:"area_type_cbd"`
			Approaches []struct {
				Direction    string   `json:"direction"`
				Left         float64  `json:"volume_left"`
				Through      float64  `json:"volume_through"`
				Right        float64  `json:"volume_right"`
				OnRed        float64  `json:"volume_rtor"`
				HeavyLeft    float64  `json:"pct_heavy_vehicles_left"`
				Heavy        float64  `json:"pct_heavy_vehicles_through"`
				Pedestrians  float64  `json:"ped_flow_ph"`
				LeftLanes    int      `json:"exclusive_left_lanes"`
				ThroughLanes int      `json:"through_lanes"`
				SharedRight  bool     `json:"shared_right_through_lane"`
				Width        float64  `json:"lane_width_ft"`
				Receiving    int      `json:"receiving_lanes"`
				Parked       bool     `json:"parking_present"`
				Parking      float64  `json:"parking_maneuvers_h"`
				Speed        float64  `json:"speed_limit_mph"`
				Mode         string   `json:"left_turn_mode"`
				LeftPhase    *ep1Time `json:"left_phase"`
				ThroughPhase *ep1Time `json:"through_phase"`
			} `json:"approaches"`
		} `json:"input"`
		Groups []struct {
			Dir   string   `json:"dir"`
			Group string   `json:"lg"`
			Flow  float64  `json:"v"`
			Sat   float64  `json:"s_veh_h_ln"`
			Cap   float64  `json:"c_veh_h"`
			X     float64  `json:"X"`
			D1    float64  `json:"d1_s"`
			D2    float64  `json:"d2_s"`
			D     float64  `json:"d_s"`
			LOS   string   `json:"LOS"`
			Queue *float64 `json:"back_of_queue_50_veh"`
		} `json:"lane_groups"`
		Approach     map[string]float64 `json:"approach_delay_s"`
		Intersection float64            `json:"intersection_delay_s"`
		LOS          string             `json:"LOS"`
	} `json:"EP1"`
}

type ep1Time struct {
	Duration float64  `json:"duration_s"`
	Yellow   float64  `json:"yellow_s"`
	Red      float64  `json:"red_clearance_s"`
	Max      float64  `json:"max_green_s"`
	Passage  float64  `json:"passage_time_s"`
	Walk     *float64 `json:"walk_s"`
	Clear    *float64 `json:"ped_clear_s"`
}

func (p *ep1Time) phase() Phase {
	if p == nil {
		return Phase{}
	}
	out := Phase{Duration: p.Duration, Amber: p.Yellow, AllRed: p.Red, MaxGreen: p.Max, Passage: p.Passage}
	if p.Walk != nil && p.Clear != nil {
		out.Walk = *p.Walk + *p.Clear
	}
	return out
}

// junction returns the example as ours.
func (e *exampleProblem1) junction() (Junction, map[string]int) {
	j := Junction{Cycle: e.EP1.Input.Cycle}
	at := map[string]int{}
	for i, a := range e.EP1.Input.Approaches {
		at[a.Direction] = i
		mode, order := PermittedLeftOnly, PermPerm
		if a.Mode == "ProtectedPermitted" {
			mode, order = ProtectedPermittedLeft, LeadLead
		}
		j.Approaches = append(j.Approaches, Approach{
			Name: a.Direction, Left: a.Left, Through: a.Through, Right: a.Right - a.OnRed,
			LeftLanes: a.LeftLanes, ThroughLanes: a.ThroughLanes, SharedRight: a.SharedRight,
			Lane: Lane{
				Width: a.Width * foot, Heavy: a.Heavy / 100, Parked: a.Parked, Parking: a.Parking, CBD: e.EP1.Input.CBD,
			},
			HeavyLeft: a.HeavyLeft / 100, Pedestrians: a.Pedestrians, Receiving: a.Receiving, SpeedLimit: a.Speed * mph,
			Mode: mode, Order: order, LeftPhase: a.LeftPhase.phase(), ThroughPhase: a.ThroughPhase.phase(),
		})
	}
	opposite := map[string]string{"EB": "WB", "WB": "EB", "NB": "SB", "SB": "NB"}
	for i := range j.Approaches {
		j.Approaches[i].Opposite = at[opposite[j.Approaches[i].Name]]
	}
	return j, at
}

func TestHCMExampleProblem1(t *testing.T) {
	var e exampleProblem1
	readJSON(t, "hcm_worked_signal_examples.json", &e)
	j, at := e.junction()
	p, err := j.Analyse()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]GroupKind{"L": LeftGroup, "T": ThroughGroup, "TR": SharedRightGroup}
	for _, want := range e.EP1.Groups {
		for i := range p.Groups {
			g := &p.Groups[i]
			if g.Approach != at[want.Dir] || g.Kind != kinds[want.Group] {
				continue
			}
			name := want.Dir + want.Group
			near(t, name+" flow, veh/h", g.Flow, want.Flow, 3)
			near(t, name+" capacity, veh/h", g.Capacity, want.Cap, 0.01*want.Cap)
			near(t, name+" delay, s", g.Delay, want.D, 0.5+0.01*want.D)
			if g.LOS.String() != want.LOS {
				t.Errorf("%s level of service %v, want %s", name, g.LOS, want.LOS)
			}
			if want.Queue != nil {
				near(t, name+" back of queue, vehicles", g.Queue.Mean(), *want.Queue, 0.35+0.02**want.Queue)
			}
		}
	}
	for dir, want := range e.EP1.Approach {
		near(t, dir+" approach delay, s", p.Approaches[at[dir]].Delay, want, 0.5)
	}
	near(t, "junction delay, s", p.Junction.Delay, e.EP1.Intersection, 0.5)
	if p.Junction.LOS.String() != e.EP1.LOS {
		t.Errorf("level of service %v, want %s", p.Junction.LOS, e.EP1.LOS)
	}
	if math.IsNaN(p.Critical) {
		t.Error("no critical degree of saturation")
	}
}
