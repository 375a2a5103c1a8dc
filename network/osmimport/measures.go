package osmimport

import "roadtwin/network"

// Shares says for how much of the lane length a value was tagged, derived from other tags, or a default; they add up to 1.
type Shares struct {
	Tagged    float64 `json:"tagged"`
	Derived   float64 `json:"derived"`
	Defaulted float64 `json:"defaulted"`
}

// sourcesOf returns where the values of the lanes come from, by value.
func sourcesOf(n *network.Network) map[string]Shares {
	values := []struct {
		name string
		of   func(s *network.Source) network.Provenance
	}{
		{"speed_limit", func(s *network.Source) network.Provenance { return s.SpeedLimit }},
		{"lanes", func(s *network.Source) network.Provenance { return s.Lanes }},
		{"surface", func(s *network.Source) network.Provenance { return s.Surface }},
		{"width", func(s *network.Source) network.Provenance { return s.Width }},
		{"turns", func(s *network.Source) network.Provenance { return s.Turns }},
		{"permitted", func(s *network.Source) network.Provenance { return s.Permitted }},
		{"gradient", func(s *network.Source) network.Provenance { return s.Gradient }},
	}
	out := make(map[string]Shares, len(values))
	for _, v := range values {
		var metres [network.Tagged + 1]float64
		var total float64
		for i := range n.Lanes {
			l := &n.Lanes[i]
			metres[v.of(&l.Source)] += l.Length
			total += l.Length
		}
		if total > 0 {
			out[v.name] = Shares{metres[network.Tagged] / total, metres[network.Derived] / total, metres[network.Defaulted] / total}
		}
	}
	return out
}

// lanesWithoutWayOn counts the lanes from which no connector leads: at boundaries, where traffic leaves the map or turns
// back at a dead end, and elsewhere, where it has to change lanes.
func lanesWithoutWayOn(n *network.Network) (boundary, elsewhere int) {
	for i := range n.Lanes {
		l := &n.Lanes[i]
		switch {
		case l.NumOut > 0:
		case n.Junctions[n.Edges[l.Edge].To].Boundary:
			boundary++
		default:
			elsewhere++
		}
	}
	return boundary, elsewhere
}
