package why

import "slices"

// Sum is what the answers for many crashes come to.
type Sum struct {
	Crashes    int         `json:"crashes"`   // of which there is an answer
	Explained  int         `json:"explained"` // that at least one single change prevents
	Not        int         `json:"not"`       // that none of those tried does
	NotThere   int         `json:"not_there"` // that did not happen when the run was made again; not among Crashes
	BrakesLate int         `json:"too_late"`  // that not even full braking from the beginning of what is supposed prevents
	Factors    []FactorSum `json:"factors"`
}

// FactorSum is what one factor comes to.
type FactorSum struct {
	Name      string `json:"name"`
	Says      string `json:"says"`
	Asked     int    `json:"asked"`     // crashes of which there was a point in asking
	Prevented int    `json:"prevented"` // that it prevents
	Alone     int    `json:"alone"`     // of these, those that nothing else prevents but that one of the two had not been there
}

// Add adds an answer.
func (s *Sum) Add(a *Answer) {
	s.Crashes++
	if s.Factors == nil {
		for i := range factors {
			s.Factors = append(s.Factors, FactorSum{Name: factors[i].name, Says: factors[i].says})
		}
	}
	var prevents, other []string
	for i := range a.Factors {
		f := &a.Factors[i]
		at := slices.IndexFunc(s.Factors, func(x FactorSum) bool { return x.Name == f.Name })
		s.Factors[at].Asked++
		if f.Prevented {
			s.Factors[at].Prevented++
			prevents = append(prevents, f.Name)
			if !isAbsence(f.Name) {
				other = append(other, f.Name)
			}
		}
	}
	if len(prevents) == 0 {
		s.Not++
	} else {
		s.Explained++
	}
	for i := range s.Factors {
		if x := &s.Factors[i]; len(other) == 1 && other[0] == x.Name || len(other) == 0 && len(prevents) == 1 && prevents[0] == x.Name {
			x.Alone++
		}
	}
	if a.LastMoment == nil {
		s.BrakesLate++
	}
}

// isAbsence reports whether a factor is that one of the two had not been there, which prevents nearly every crash of two.
func isAbsence(name string) bool { return name == withoutStruck || name == withoutStriking }
