package r157

import "math"

// Model is one of the drivers.
type Model uint8

// The models.
const (
	Careful Model = iota // the careful and competent human driver of Annex 4, Appendix 3
	Fuzzy                // the fuzzy safety model (FSM)
	RSS                  // responsibility-sensitive safety
	Reg157               // the least that the machine must do, paragraph 5.2.5.2
	NumModels
)

var modelNames = [NumModels]string{"CC_human_driver", "FSM", "RSS", "Reg157"}

// String returns the name that the published tables have.
func (m Model) String() string { return modelNames[m] }

// ParseModel returns the model of that name.
func ParseModel(name string) (Model, bool) {
	for m, n := range modelNames {
		if n == name {
			return Model(m), true
		}
	}
	return 0, false
}

const (
	step   = 0.1          // s between two looks
	delay  = 8            // looks from perceiving to braking: 0.75 s
	full   = 0.774 * 9.81 // m/s², full braking
	rampUp = 12.65 * step // m/s² that braking grows by in a step: full in 0.6 s
	length = 4.3          // m, of both cars
	tiny   = 1e-9         // m
)

// Scene is what the driver sees.
type Scene struct {
	V, A         float64 // own, m/s and m/s² of the last step
	Other        float64 // m/s, of the vehicle ahead, or beside and somewhat ahead
	OtherBrakes  bool
	Gap          float64 // m, from the own front to its rear; negative when beside it
	Lateral      float64 // m between the sides; 0 and less when the other is in the way
	LateralSpeed float64 // m/s, towards the own way
}

// Driver is one of the drivers on a journey. The zero value but for Model is ready.
type Driver struct {
	Model Model
	look  int  // number of this look
	since int  // look of the first perception + 1; 0 before
	safe  bool // the other came in too far away to be a danger
}

// Look returns the acceleration in m/s² for the next tenth of a second.
func (d *Driver) Look(s *Scene) float64 {
	d.look++
	switch d.Model {
	case Careful:
		return d.careful(s)
	case Fuzzy:
		return d.fuzzy(s)
	case RSS:
		return d.rss(s)
	}
	return d.leastRequired(s)
}

// waits notes that a danger is there, and reports whether fewer than looks have gone by since the first.
func (d *Driver) waits(danger bool, looks int) bool {
	if d.since == 0 && danger {
		d.since = d.look
	}
	return d.since == 0 || d.look-d.since < looks
}

// harder returns braking towards want (m/s², positive), as fast as it can grow.
func harder(a, want float64) float64 { return math.Max(a-rampUp, -want) }

// careful is the careful and competent driver. The danger is perceived when the other comes into the way, or brakes ahead. After 0.75 s,
// in which the foot goes off the throttle, the braking is full. Of one who is 2 s away or more when it comes in there is no danger: the model
// takes it that such a driver copes (Driver.safe), and has no rule for how. The published tables have no crash there, even where
// nobody could stop, with 120 km/h too much for instance.
func (d *Driver) careful(s *Scene) float64 {
	const critical, release = 2.0, 0.4 // s, m/s²
	if d.safe {
		return 0
	}
	in := s.Lateral <= 0 && s.Gap > 0
	if d.since == 0 && in {
		if s.LateralSpeed > 0 && !(s.Gap < critical*(s.V-s.Other)) {
			d.safe = true
			return 0
		}
		in = s.LateralSpeed > 0 || s.OtherBrakes
	}
	switch wait := d.waits(in, delay); {
	case d.since == 0:
		return 0
	case wait:
		return -release
	}
	return harder(s.A, full)
}

// leastRequired is paragraph 5.2.5.2: a collision must be avoided with one whose TTC was above (v-other)/(2·6 m/s²)+0.35 s when it came
// into the lane. 0.1 s is added, and 0.5 m between the sides stand for the lane, as the published tables have it.
func (d *Driver) leastRequired(s *Scene) float64 {
	const braking, margin, clearance, reaction = 6.0, 0.45, 0.5, 4 // m/s², s, m, looks
	closing := s.V - s.Other
	danger := s.Lateral <= clearance && s.Gap > -length && math.Abs(s.Gap/closing) < closing/(2*braking)+margin
	if d.waits(danger, reaction) || !danger {
		return 0
	}
	return -braking
}
