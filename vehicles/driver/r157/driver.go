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
	step   = 0.1          // s between two looks of the published computations
	full   = 0.774 * 9.81 // m/s², full braking
	jerk   = 12.65        // m/s³ at which braking grows: full in 0.6 s
	length = 4.3          // m, of both cars in the published computations
	tiny   = 1e-9         // m
)

// Reaction returns the time in s from perceiving a danger to the first braking.
func (m Model) Reaction() float64 {
	if m == Reg157 {
		return 0.35
	}
	return 0.75
}

// Scene is what the driver sees.
type Scene struct {
	V, A         float64 // own, m/s and m/s² of the last step
	Other        float64 // m/s, of the vehicle ahead, or beside and somewhat ahead
	OtherBrakes  bool
	Gap          float64 // m, from the own front to its rear; negative when beside it
	Lateral      float64 // m between the sides; 0 and less when the other is in the way
	LateralSpeed float64 // m/s, towards the own way
	Own, Theirs  float64 // m, lengths of the two
}

// Vigil is what a driver keeps in mind from one look to the next. The zero value is that of one who has seen no danger.
type Vigil struct {
	Since uint32 // number of the look at which a danger was perceived; 0 for none
	Last  uint32 // of the last at which there was one
	Safe  bool   // the other came in too far away to be a danger
}

// Looker is how often a driver looks, and how long the foot takes.
type Looker struct {
	Step     float64 // s between two looks
	Reaction float64 // s; Model.Reaction unless something else is supposed
}

// Driver is one of the drivers on a journey, who looks ten times a second. The zero value but for Model is ready.
type Driver struct {
	Model Model
	look  uint32
	vigil Vigil
}

// Look returns the acceleration in m/s² for the next tenth of a second.
func (d *Driver) Look(s *Scene) float64 {
	d.look++
	return d.Model.Look(s, &d.vigil, d.look, Looker{step, d.Model.Reaction()})
}

// Look returns the acceleration in m/s², 0 or less, that a driver who looks for the now-th time (1 or more) wishes for because of s,
// until the next look; and keeps in g what it has seen.
func (m Model) Look(s *Scene, g *Vigil, now uint32, l Looker) float64 {
	switch m {
	case Careful:
		return g.careful(s, now, l)
	case Fuzzy:
		return g.fuzzy(s, now, l)
	case RSS:
		return g.rss(s, now, l)
	}
	return g.leastRequired(s, now, l)
}

// waits notes whether a danger is there, and reports whether the reaction to the first is not over yet.
func (g *Vigil) waits(danger bool, now uint32, l Looker) bool {
	if danger {
		if g.Last = now; g.Since == 0 {
			g.Since = now
		}
	}
	return g.Since == 0 || !g.Acts(now, l)
}

// Acts reports whether a danger was perceived, and the reaction to it is over.
func (g *Vigil) Acts(now uint32, l Looker) bool {
	return g.Since > 0 && float64(now-g.Since)*l.Step > l.Reaction-1e-6
}

// harder returns braking towards want (m/s², positive) by the next look, as fast as it can grow.
func (l Looker) harder(a, want float64) float64 { return math.Max(a-float64(jerk*l.Step), -want) }

// CriticalTTC is the time to collision in s below which one who comes in is a danger to the careful driver.
const CriticalTTC = 2.0

// careful is the careful and competent driver. The danger is perceived when the other comes into the way, or brakes ahead. After 0.75 s,
// in which the foot goes off the throttle, the braking is full. Of one who is 2 s away or more when it comes in there is no danger: the model
// takes it that such a driver copes (Vigil.Safe), and has no rule for how. The published tables have no crash there, even where
// nobody could stop, with 120 km/h too much for instance.
func (g *Vigil) careful(s *Scene, now uint32, l Looker) float64 {
	const release = 0.4 // m/s²
	if g.Safe {
		return 0
	}
	in := s.Lateral <= 0 && s.Gap > 0
	if g.Since == 0 && in {
		if s.LateralSpeed > 0 && !(s.Gap < CriticalTTC*(s.V-s.Other)) {
			g.Safe = true
			return 0
		}
		in = s.LateralSpeed > 0 || s.OtherBrakes
	}
	switch wait := g.waits(in, now, l); {
	case g.Since == 0:
		return 0
	case wait:
		return -release
	}
	return l.harder(s.A, full)
}

// leastRequired is paragraph 5.2.5.2: a collision must be avoided with one whose TTC was above (v-other)/(2·6 m/s²)+0.35 s when it came
// into the lane. 0.1 s is added, and 0.5 m between the sides stand for the lane, as the published tables have it.
func (g *Vigil) leastRequired(s *Scene, now uint32, l Looker) float64 {
	const braking, margin, clearance = 6.0, 0.45, 0.5 // m/s², s, m
	closing := s.V - s.Other
	danger := s.Lateral <= clearance && s.Gap > -s.Theirs && math.Abs(s.Gap/closing) < closing/(2*braking)+margin
	if g.waits(danger, now, l) || !danger {
		return 0
	}
	return -braking
}
