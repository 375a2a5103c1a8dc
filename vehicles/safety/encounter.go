package safety

import "math"

// Thresholds say when an encounter is a conflict: one of them is enough.
type Thresholds struct {
	TTC  float64 // s, below
	PET  float64 // s, below
	DRAC float64 // m/s², above
}

// DefaultThresholds are the usual ones: TTC 1.5 s (FHWA's Surrogate Safety Assessment Model, FHWA-HRT-08-051, after van der Horst),
// DRAC 3.35 m/s² (Archer, Indicators for traffic safety assessment, KTH 2005, after AASHTO's comfortable braking of 3.4), PET 2 s
// (SUMO's SSM device).
func DefaultThresholds() Thresholds { return Thresholds{TTC: 1.5, PET: 2, DRAC: 3.35} }

// Kind tells how the ways of the two of an encounter meet.
type Kind uint8

// The kinds.
const (
	RearEnd    Kind = iota // one behind the other in a lane
	LaneChange             // one of them is changing lanes
	Merging                // from two ways into one
	CrossingWays
	NumKinds
)

var kindNames = [NumKinds]string{"rear_end", "lane_change", "merging", "crossing"}

// String returns the name used in results.
func (k Kind) String() string {
	if k < NumKinds {
		return kindNames[k]
	}
	return "unknown"
}

// Sample is what two vehicles are to each other at one moment. What is not known or does not exist is +Inf, DRAC 0.
type Sample struct {
	Time      float64 // s
	V, Other  float64 // m/s, of the one behind or second, and the other
	TTC, MTTC float64 // s
	PET       float64 // s
	DRAC      float64 // m/s²
	DeltaV    float64 // m/s, of the one behind or second, if they crashed as they are
}

// Follow returns the sample of a follower at v, a behind a leader at lead, leadA, gap metres ahead; mass and leadMass in kg.
func Follow(time, gap, v, a, lead, leadA, mass, leadMass float64) Sample {
	return Sample{
		Time: time, V: v, Other: lead, TTC: TTC(gap, v, lead), MTTC: MTTC(gap, v, a, lead, leadA), PET: math.Inf(1),
		DRAC: DRAC(gap, v, lead), DeltaV: AlignedDeltaV(mass, leadMass, v, lead),
	}
}

// Encounter adds up the samples of two vehicles. The zero value is not ready: see NewEncounter.
type Encounter struct {
	Begin, End float64 // s, of the first and the last sample
	// The worst of each measure: the shortest times, the strongest braking; +Inf and 0 if there was none.
	MinTTC, MinMTTC, PET, MaxDRAC float64
	// When the TTC was shortest, or the PET was known: time, speeds of both, and delta-v of the first named.
	At, V, Other, DeltaV float64
	// TET is the time in s that TTC was not above the threshold; TIT the integral in s² of how much it was below. M. M. Minderhoud,
	// P. H. L. Bovy: Extended time-to-collision measures for road traffic safety assessment, AAP 33 (2001).
	TET, TIT float64
}

// NewEncounter returns an encounter without samples.
func NewEncounter() Encounter {
	inf := math.Inf(1)
	return Encounter{Begin: inf, End: math.Inf(-1), MinTTC: inf, MinMTTC: inf, PET: inf}
}

// Add takes a sample in, which stands for dt seconds. limit is the threshold of TET and TIT, s.
func (e *Encounter) Add(s Sample, dt, limit float64) {
	if e.End < e.Begin {
		e.Begin = s.Time
	}
	e.End = s.Time
	worse := s.TTC < e.MinTTC || s.PET < e.PET || s.TTC == e.MinTTC && s.DRAC > e.MaxDRAC
	if worse {
		e.At, e.V, e.Other, e.DeltaV = s.Time, s.V, s.Other, s.DeltaV
	}
	e.MinTTC, e.MinMTTC, e.PET = min(e.MinTTC, s.TTC), min(e.MinMTTC, s.MTTC), min(e.PET, s.PET)
	e.MaxDRAC = max(e.MaxDRAC, s.DRAC)
	if s.TTC <= limit {
		e.TET += dt
		e.TIT += float64((limit - s.TTC) * dt)
	}
}

// IsConflict reports whether the encounter crossed a threshold.
func (e *Encounter) IsConflict(t Thresholds) bool {
	return e.MinTTC < t.TTC || e.PET < t.PET || e.MaxDRAC > t.DRAC
}
