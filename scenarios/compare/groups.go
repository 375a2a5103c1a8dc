package compare

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"roadtwin/scenarios/results"
)

// Group is the runs of one variant that differ in nothing but their seed.
type Group struct {
	Scenario, Variant string
	Hash, Version     string
	MapHash           string
	Runs              map[uint64]results.Run // by seed
	newest            int64                  // id of the newest of them
}

// Seeds returns the seeds of the runs, ascending.
func (g *Group) Seeds() []uint64 { return slices.Sorted(maps.Keys(g.Runs)) }

// Any returns one of the runs.
func (g *Group) Any() results.Run { return g.Runs[g.Seeds()[0]] }

// Groups returns the complete runs of a file by what they have in common but for their seed, the newest group last. Of two runs with the
// same seed the newer counts.
func Groups(ctx context.Context, db *results.DB) ([]*Group, error) {
	runs, err := db.Runs(ctx)
	if err != nil {
		return nil, err
	}
	by := map[results.Key]*Group{}
	for _, r := range runs {
		if !r.Complete {
			continue
		}
		key := r.Key()
		key.Seed = 0
		g := by[key]
		if g == nil {
			g = &Group{Scenario: r.Scenario, Variant: r.Variant, Hash: r.Hash, Version: r.Version, MapHash: r.MapHash, Runs: map[uint64]results.Run{}}
			by[key] = g
		}
		g.Runs[r.Seed], g.newest = r, r.ID
	}
	groups := slices.Collect(maps.Values(by))
	slices.SortFunc(groups, func(a, b *Group) int { return int(a.newest - b.newest) })
	return groups, nil
}

// Newest returns, of the groups of a scenario ("" for that of the newest run), the newest of each variant, in the order in which they
// were first run; and notes for people about what was left out.
func Newest(groups []*Group, scenario string) (chosen []*Group, notes []string) {
	if scenario == "" && len(groups) > 0 {
		scenario = groups[len(groups)-1].Scenario
	}
	at := map[string]int{}
	other := map[string]bool{}
	for _, g := range groups {
		if g.Scenario != scenario {
			other[g.Scenario] = true
			continue
		}
		if i, ok := at[g.Variant]; ok {
			notes = append(notes, fmt.Sprintf("variant %s was run in several forms or by several versions; the newest counts (%d seeds, version %s)", g.Variant,
				len(g.Runs), g.Version))
			chosen[i] = g
			continue
		}
		at[g.Variant] = len(chosen)
		chosen = append(chosen, g)
	}
	if len(other) > 0 {
		notes = append(notes, fmt.Sprintf("runs of other scenarios are in the file, too: %s", strings.Join(slices.Sorted(maps.Keys(other)), "; ")))
	}
	return chosen, notes
}

// Named returns the group of a variant.
func Named(groups []*Group, variant string) (*Group, error) {
	var known []string
	for _, g := range groups {
		if g.Variant == variant {
			return g, nil
		}
		known = append(known, g.Variant)
	}
	if len(known) == 0 {
		return nil, fmt.Errorf("there are no complete runs in the file")
	}
	return nil, fmt.Errorf("there are no complete runs of variant %q; there are those of %s", variant, strings.Join(known, ", "))
}

// common returns the seeds that all groups have.
func common(groups ...*Group) []uint64 {
	return slices.DeleteFunc(groups[0].Seeds(), func(seed uint64) bool {
		return slices.ContainsFunc(groups[1:], func(g *Group) bool { _, ok := g.Runs[seed]; return !ok })
	})
}
