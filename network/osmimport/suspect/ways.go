package suspect

import (
	"fmt"
	"strconv"
	"strings"

	"roadtwin/network"
)

// tags looks at what ways say of themselves.
func (f *finder) tags() {
	for i := range f.roads {
		r := &f.roads[i]
		f.laneTags(r)
		link := strings.HasSuffix(r.Tags.Find("highway"), "_link")
		if r.class <= network.Tertiary && !link && r.Tags.Find("name") == "" && r.Tags.Find("ref") == "" &&
			r.Tags.Find("junction") == "" && r.Tags.Find("noname") != "yes" {
			f.at(place{
				kind: "no_name", severity: 0.5, class: r.class, element: r.element(), what: "a " + r.class.String() + " road has no name",
				why: "carriageways and crossings of one street are found by its name",
			}, r.middle())
		}
	}
}

// laneTags compares the number of lanes with the lists that speak of each.
func (f *finder) laneTags(r *road) {
	for _, suffix := range []string{"", ":forward", ":backward"} {
		lanes, err := strconv.Atoi(r.Tags.Find("lanes" + suffix))
		if err != nil || suffix == "" && r.Tags.Find("oneway") != "yes" && r.Tags.Find("oneway") != "-1" {
			continue
		}
		list := r.Tags.Find("turn:lanes" + suffix)
		if n := strings.Count(list, "|") + 1; list != "" && n != lanes {
			f.at(place{
				kind: "lane_count", severity: 4, class: r.class, element: r.element(),
				what: fmt.Sprintf("%s has lanes%s=%d and arrows for %d (%s)", r.name(), suffix, lanes, n, list),
				why:  "one of both is wrong, or turn or bus lanes were not counted",
			}, r.middle())
		}
	}
}

// segment is a piece of road between two nodes, the lesser id first.
type segment [2]int64

// geometry looks at how ways meet: ends that nearly do, pieces that are there twice, bridges that are tied to what they
// cross.
func (f *finder) geometry() {
	first := make(map[segment]int)
	told := make(map[[2]int]bool)
	for i := range f.roads {
		r := &f.roads[i]
		for k := 1; k < len(r.ids); k++ {
			s := segment{min(r.ids[k-1], r.ids[k]), max(r.ids[k-1], r.ids[k])}
			other, ok := first[s]
			switch {
			case !ok:
				first[s] = i
			case other != i && !told[[2]int{other, i}]:
				told[[2]int{other, i}] = true
				f.at(place{
					kind: "road_twice", severity: 6, class: min(r.class, f.roads[other].class), element: r.element(),
					what: fmt.Sprintf("%s lies on way %d", r.name(), f.roads[other].ID), why: "the same piece of road is there twice",
				}, r.points[k])
			}
		}
	}
	f.tiedBridges()
	f.nearMisses()
}

// levelOf returns the layer on which a way is; bridges and tunnels without one are at 1 and -1.
func levelOf(r *road) int {
	if n, err := strconv.Atoi(r.Tags.Find("layer")); err == nil {
		return n
	}
	switch {
	case r.Tags.Find("bridge") != "" && r.Tags.Find("bridge") != "no":
		return 1
	case r.Tags.Find("tunnel") != "" && r.Tags.Find("tunnel") != "no":
		return -1
	}
	return 0
}

// tiedBridges finds nodes in the middle of two roads of different layers: where one crosses the other they do not meet.
func (f *finder) tiedBridges() {
	middle := make(map[int64]int) // by node: a road that goes through it
	for i := range f.roads {
		r := &f.roads[i]
		for k := 1; k < len(r.ids)-1; k++ {
			other, ok := middle[r.ids[k]]
			if !ok {
				middle[r.ids[k]] = i
				continue
			}
			if a, b := levelOf(&f.roads[other]), levelOf(r); a != b {
				f.at(place{
					kind: "tied_bridge", severity: 7, class: min(r.class, f.roads[other].class), element: r.element(),
					what: fmt.Sprintf("%s (layer %d) and way %d (layer %d) cross and share node %d", r.name(), b, f.roads[other].ID, a, r.ids[k]),
					why:  "one lies above the other, but traffic can turn there",
				}, r.points[k])
			}
		}
	}
}

// nearMiss is how near to another road a loose end is suspicious, m.
const nearMiss = 2.0

// nearMisses finds ends of roads that lie on or beside another road without being tied to it.
func (f *finder) nearMisses() {
	g := f.newGrid()
	for i := range f.roads {
		r := &f.roads[i]
		for _, end := range []int{0, len(r.ids) - 1} {
			if f.uses[r.ids[end]] != 1 {
				continue
			}
			other, gap := g.nearest(f, i, r.points[end], nearMiss)
			if other < 0 || levelOf(&f.roads[other]) != levelOf(r) {
				continue
			}
			f.at(place{
				kind: "near_miss", severity: 8, class: max(r.class, f.roads[other].class), element: r.element(),
				what: fmt.Sprintf("%s ends %.1f m from way %d and is not tied to it", r.name(), gap, f.roads[other].ID),
				why:  "they very likely meet in reality; here nobody can turn",
			}, r.points[end])
		}
	}
}
