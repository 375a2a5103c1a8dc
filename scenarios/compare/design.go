package compare

import (
	"encoding/json"
	"slices"
)

// Designs returns the 2x2 designs among the groups: the base, two variants, and the variant that its file builds on exactly these two, in
// the order of the latter.
func Designs(base *Group, variants []*Group) (designs [][]*Group) {
	for _, both := range variants {
		parts := both.builtOn()
		if len(parts) != 2 {
			continue
		}
		design := []*Group{base}
		for _, name := range parts {
			if i := slices.IndexFunc(variants, func(g *Group) bool { return g.Variant == name }); i >= 0 {
				design = append(design, variants[i])
			}
		}
		if len(design) == 3 {
			designs = append(designs, append(design, both))
		}
	}
	return designs
}

// builtOn returns the variants that the file builds this one on and nothing else; none if it adds something of its own.
func (g *Group) builtOn() []string {
	var s struct {
		Notes struct {
			From []string `json:"from"`
		} `json:"notes"`
	}
	if json.Unmarshal(g.Any().Summary, &s) != nil {
		return nil
	}
	return s.Notes.From
}

// Interacting are the measures whose interactions are told if none are asked for.
var Interacting = []string{"mean_delay_s", "network_delay_h", "mean_travel_time_s", "planning_time_index", "co2_kg"}
