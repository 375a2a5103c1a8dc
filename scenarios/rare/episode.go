package rare

import (
	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// Episode is a scene that was found: some seconds before an event and after it, with all that is needed to see it again, to drive in
// it, and to know how much it stands for. Positions are metres in the network's local coordinates (Store.Network has the network).
type Episode struct {
	ID     int64  `json:"id"`     // in its store; 0 for one that is in none
	Search int64  `json:"search"` // that found it
	Scene  string `json:"scene"`  // name
	Case   uint64 `json:"case"`   // number of the case, from which it can be made again

	Event   Event   `json:"event"`
	Begin   float64 `json:"begin_s"` // s after midnight of the first sample of all paths
	Step    float64 `json:"step_s"`  // s from one sample to the next
	Samples int     `json:"samples"` // of each vehicle that is there all the time

	Vehicles []Vehicle  `json:"vehicles"` // those near, by id
	Lanes    []LaneRoad `json:"lanes"`    // the piece of road: lanes and connectors, by track
	Signals  []Signal   `json:"signals"`  // groups of the piece, by id
	Weather  Weather    `json:"weather"`
	Measures Measures   `json:"measures"`
	Type     Type       `json:"type"` // among NHTSA's pre-crash scenarios
	Striking *Cause     `json:"striking"`
	Struck   *Cause     `json:"struck"` // null if nobody else is in it
	Factors  []Factor   `json:"factors"`

	// LogRatio is ln of the likelihood of the case as the world is, over that with which it was drawn. Weight is how many events an hour
	// of the scene it stands for: the weights of all episodes of a search that kept all its events add up to its rate.
	LogRatio float64 `json:"log_ratio"`
	Weight   float64 `json:"weight_per_h"`
}

// Event is what an episode is about.
type Event struct {
	Kind     EventKind         `json:"kind"`
	Time     float64           `json:"time_s"` // s after midnight
	Striking traffic.VehicleID `json:"vehicle"`
	Struck   traffic.VehicleID `json:"other"` // traffic.NoVehicle if nobody else is in it
	Track    network.TrackID   `json:"track"` // of the first named then
	S        float64           `json:"s_m"`
	Position network.Point     `json:"position"`
	Place    string            `json:"place"`
}

// EventKind is the kind of an Event.
type EventKind string

// The kinds.
const (
	Crash     EventKind = "crash"
	LossOf    EventKind = "loss_of_control" // left the road, or spun or rolled over on it
	NearCrash EventKind = "near_crash"      // a measure came beyond the criterion, nobody touched
)

// Role is what a vehicle is to an event.
type Role string

// The roles.
const (
	Bystander Role = ""
	Striker   Role = "striking"
	Other     Role = "struck"
)

// Vehicle is one of an episode.
type Vehicle struct {
	ID     traffic.VehicleID `json:"id"`
	Class  string            `json:"class"`    // see network.VehicleClass
	Length float64           `json:"length_m"` //
	Width  float64           `json:"width_m"`
	Height float64           `json:"height_m"`
	Role   Role              `json:"role"`
	Route  []network.EdgeID  `json:"route"`
	First  int               `json:"first"` // the sample of the episode at which its path begins
	Path   []State           `json:"path"`  // one a step
}

// State is a vehicle at a sample. The position is that of the middle of the front bumper.
type State struct {
	X       float64         `json:"x"` // m, to a tenth of a millimetre
	Y       float64         `json:"y"`
	Heading float64         `json:"h"` // rad, counter-clockwise from east, of the body: from rear bumper to front
	V       float64         `json:"v"` // m/s
	A       float64         `json:"a"` // m/s²
	Track   network.TrackID `json:"k"`
	S       float64         `json:"s"` // m along Track
	Lateral float64         `json:"d"` // m to the left of its middle
	Braking bool            `json:"b,omitempty"`
	Crashed bool            `json:"c,omitempty"`
	Turning int8            `json:"i,omitempty"` // indicator: -1 left, 1 right
	Minds   string          `json:"m,omitempty"` // what holds it back, see traffic.Limit; empty for nothing
}

// LaneRoad is a lane or connector of the piece of road, with what lies on it at the event.
type LaneRoad struct {
	Track    network.TrackID `json:"track"`
	Surface  string          `json:"surface"` // see network.Surface
	Friction []Friction      `json:"friction"`
}

// Friction is a stretch of a lane on which the friction is the same.
type Friction struct {
	From      float64 `json:"from_m"`
	To        float64 `json:"to_m"`
	Condition string  `json:"condition"` // see tyre.Condition
	Mu        float64 `json:"mu"`        // peak friction of a car's tyre at 50 km/h
}

// Signal is a signal group with what it showed.
type Signal struct {
	Group   network.SignalGroupID `json:"group"`
	Name    string                `json:"name"`
	Changes []Aspect              `json:"changes"` // the first at Episode.Begin
}

// Aspect is what a group shows from a time on.
type Aspect struct {
	Time   float64        `json:"time_s"` // s after midnight
	Aspect signals.Aspect `json:"aspect"`
	Name   string         `json:"name"`
}

// Weather is the sky and the roads of an episode.
type Weather struct {
	Condition   string  `json:"condition"`     // of the road where the event is
	Surface     string  `json:"surface"`       // there
	Temperature float64 `json:"temperature_c"` // °C; 15 where the scene has no weather
	Rain        float64 `json:"rain_mm_h"`
	Snow        float64 `json:"snow_mm_h"` // of water
	Visibility  float64 `json:"visibility_m"`
	Night       bool    `json:"night"`
}

// Measures are the worst of what was measured between the two of an event (of all pairs near, if there is nobody else). What did not
// occur is a null pointer.
type Measures struct {
	TTC          *float64 `json:"ttc_s"`
	PET          *float64 `json:"pet_s"`
	DRAC         *float64 `json:"drac_m_s2"`
	ClosingSpeed *float64 `json:"closing_speed_m_s"`
	DeltaV       *float64 `json:"delta_v_m_s"`
	Score        float64  `json:"score"` // Scene's criticality; from 1 on nobody can prevent it by braking
}

// Cause is what is known of one of the two at the event.
type Cause struct {
	scenarios.Cause
	Driver Traits `json:"driver"`
}

// Traits are the risk factors of a driver: standard deviations from the mean of all drivers, in the direction of risk unless said
// otherwise.
type Traits struct {
	Speed      float64 `json:"speed"`    // faster
	TimeGap    float64 `json:"time_gap"` // shorter
	Reaction   float64 `json:"reaction"` // looks less often
	Trust      float64 `json:"trust"`    // takes slippery roads for better
	Acceptance float64 `json:"gap"`      // takes shorter gaps
	Amber      float64 `json:"amber"`    // stops at amber less readily
	RunsRed    bool    `json:"runs_red"`
}

// Factor is one thing that is supposed to have been another, and what came of it; see package why.
type Factor struct {
	Name      string `json:"name"`
	Prevented bool   `json:"prevented"`
}

// Type is a pre-crash scenario of NHTSA's list of 37: W. G. Najm, J. D. Smith, M. Yanagisawa, Pre-Crash Scenario Typology for Crash
// Avoidance Research, DOT HS 810 767 (2007). 0 is none yet.
type Type int

// standardSpeed is the speed at which Friction.Mu is told, m/s.
const standardSpeed = 50 / 3.6

// frictionOf returns the peak friction of a tyre on a surface in a condition at standardSpeed.
func frictionOf(t *tyre.Tyre, surface network.Surface, condition tyre.Condition) float64 {
	_, mu := t.On(surface, condition).Peak(standardSpeed)
	return mu
}
