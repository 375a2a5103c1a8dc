package scenarios

import (
	"encoding/json"
	"math"
	"path/filepath"

	"roadtwin/vehicles/traffic"
)

// Cause is what is known of one of the two vehicles of a crash at the moment of it: the JSON in the columns striking and struck of
// the table crashes.
type Cause struct {
	Speed     float64  `json:"speed_m_s"`              // before the impact
	Pedal     float64  `json:"pedal_m_s2"`             // what its driver asked for
	Braking   float64  `json:"braking_m_s2"`           // what became of it
	Grip      float64  `json:"grip"`                   // in comparison with dry asphalt
	Believed  float64  `json:"grip_believed"`          // what its driver took that for
	Condition string   `json:"condition"`              // of the road
	Surface   string   `json:"surface"`                // of the road
	Reaction  float64  `json:"reaction_s"`             // from a look to the foot
	Lapse     float64  `json:"lapse_s,omitempty"`      // for how long its driver would still have looked away
	Reacting  bool     `json:"reacting,omitempty"`     // it had been decided, but the foot had not moved yet
	RanRed    float64  `json:"ran_red_s,omitempty"`    // how long ago it passed a stop line at red
	Minded    string   `json:"minded"`                 // what held it back, see traffic.Limit
	Faults    []string `json:"faults,omitempty"`       // what is wrong with its brakes and tyres
	BrakeHeat float64  `json:"brake_heat_k,omitempty"` // how much hotter than the air its brakes were
	Slid      bool     `json:"slid,omitempty"`         // it had been in a crash already
}

// CauseOf returns the cause as it is kept.
func CauseOf(c *traffic.Cause) Cause {
	return Cause{
		Speed: c.Speed, Pedal: c.Pedal, Braking: c.Braking, Grip: c.Grip, Believed: c.Believed, Condition: c.Condition.String(),
		Surface: c.Surface.String(), Reaction: c.Reaction, Lapse: c.Lapse, Reacting: c.Reacting, RanRed: math.Max(0, c.RanRed),
		Minded: c.Limit.String(), Slid: c.Crashed, Faults: c.Fitness.Faults(), BrakeHeat: c.BrakeHeat,
	}
}

func causeText(c *traffic.Cause) json.RawMessage {
	text, err := json.Marshal(CauseOf(c))
	if err != nil {
		return nil // a number that is none: the crash itself is worth more
	}
	return text
}

// forEver stands for an endless time, which JSON has no word for, s after midnight.
const forEver = 1e12

// commandText returns a command as JSON.
func commandText(c traffic.Command) string {
	c.Weather.Spill.Until = math.Min(c.Weather.Spill.Until, forEver)
	text, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return string(text)
}

// base returns the folder that relative paths of the scenario are relative to.
func (s *Scenario) base() string {
	dir, err := filepath.Abs(filepath.Dir(s.file))
	if err != nil {
		return ""
	}
	return dir
}
