package osmimport

import (
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// surfaces maps values of surface to what tyres tell apart.
var surfaces = map[string]network.Surface{
	"asphalt": network.Asphalt, "chipseal": network.Asphalt, "tarmac": network.Asphalt, "bitmac": network.Asphalt,
	"acrylic": network.Asphalt, "tartan": network.Asphalt, "rubber": network.Asphalt, "paved": network.Asphalt,
	"bitumen": network.Asphalt, "tar": network.Asphalt, "blacktop": network.Asphalt, "macadam": network.Asphalt,
	"concrete": network.Concrete, "concrete:plates": network.Concrete, "concrete:lanes": network.Concrete,
	"cement": network.Concrete, "plates": network.Concrete,
	"paving_stones": network.Paving, "paving_stones:lanes": network.Paving, "brick": network.Paving,
	"bricks": network.Paving, "tiles": network.Paving, "interlock": network.Paving, "interlocking": network.Paving,
	"flagstone": network.Paving, "block_paved": network.Paving, "paver": network.Paving, "pavers": network.Paving,
	"cobblestone": network.Cobblestone, "cobblestone:flattened": network.Cobblestone, "sett": network.Cobblestone,
	"unhewn_cobblestone": network.Cobblestone, "stone": network.Cobblestone, "cobbles": network.Cobblestone,
	"wood": network.Wood, "boardwalk": network.Wood, "planks": network.Wood,
	"metal": network.Metal, "metal_grid": network.Metal, "steel": network.Metal,
	"compacted": network.Compacted, "fine_gravel": network.Compacted, "chippings": network.Compacted,
	"crushed_limestone": network.Compacted, "laterite": network.Compacted,
	"unpaved": network.Gravel, "gravel": network.Gravel, "pebblestone": network.Gravel, "rock": network.Gravel,
	"shells": network.Gravel, "grass_paver": network.Gravel, "stones": network.Gravel,
	"dirt": network.Earth, "earth": network.Earth, "ground": network.Earth, "grass": network.Earth,
	"sand": network.Earth, "mud": network.Earth, "soil": network.Earth, "clay": network.Earth, "salt": network.Earth,
	"woodchips": network.Earth, "dirt/sand": network.Earth,
}

// vagueSurfaces are the values that leave open what smoothness or tracktype may tell.
var vagueSurfaces = map[string]bool{"": true, "paved": true, "unpaved": true}

// smoothnesses are the values of smoothness from the best to the worst.
var smoothnesses = []string{
	"excellent", "good", "intermediate", "bad", "very_bad", "horrible", "very_horrible", "impassable",
}

// Positions in smoothnesses.
const (
	intermediate = 2
	veryBad      = 4
	horrible     = 5
)

// tracktypes maps the grades of tracktype (OSM wiki: from "solid" over "an even mixture of hard and soft materials" to
// "soft").
var tracktypes = map[string]network.Surface{
	"grade1": network.Asphalt, "grade2": network.Compacted, "grade3": network.Gravel, "grade4": network.Earth,
	"grade5": network.Earth,
}

// pavement is what a lane is made of and how that is known.
type pavement struct {
	surface network.Surface
	source  network.Provenance
}

// paveLanes sets the surface of every lane of a road, from surface, surface:forward, surface:backward, surface:lanes,
// smoothness and tracktype.
func (d *draft) paveLanes(r *road) {
	_, oneway := r.look.oneway()
	quiet := false // what is odd is reported for one direction only
	for dir := range r.look.dirs {
		lanes := r.look.dirs[dir].lanes
		if len(lanes) == 0 {
			continue
		}
		tags := r.way.Tags
		value := tags.Find("surface" + directionSuffixes[dir])
		if value == "" {
			value = tags.Find("surface")
		}
		whole := d.pave(r.way, value, quiet)
		list := d.fromKerb(listFor(tags, "surface:lanes", dir, oneway), len(lanes), "surface_lanes_mismatch")
		for i := range lanes {
			p := whole
			if list != nil && list[i] != "" {
				p = d.pave(r.way, list[i], quiet)
			}
			lanes[i].Surface, lanes[i].Source.Surface = p.surface, p.source
		}
		quiet = true
	}
}

// fromKerb turns a list that runs from left to right round so that it begins at the kerb. A list that does not speak
// of n lanes is counted under mismatch and not used: nil.
func (d *draft) fromKerb(list []string, n int, mismatch string) []string {
	if list == nil {
		return nil
	}
	if len(list) != n {
		d.report.guess(mismatch)
		return nil
	}
	list = slices.Clone(list)
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if d.side == network.RightHand {
		slices.Reverse(list)
	}
	return list
}

// pave reads a value of surface, with what smoothness and tracktype of the way add to it.
func (d *draft) pave(w *extract.Way, value string, quiet bool) pavement {
	p := d.readSurface(w, value, quiet)
	grade, hasGrade := tracktypes[strings.ToLower(strings.TrimSpace(w.Tags.Find("tracktype")))]
	smoothness := d.readSmoothness(w, quiet)
	vague := p.source == network.Defaulted || vagueSurfaces[value]
	was := p
	switch {
	case vague && value != "paved" && hasGrade:
		p = pavement{grade, network.Derived}
		if value == "unpaved" {
			p.surface = max(p.surface, network.Compacted)
		}
	case vague && smoothness >= 0:
		p = pavement{vagueBySmoothness(value, smoothness), network.Derived}
	}
	if worn := wornTo(p.surface, smoothness); worn != p.surface {
		p = pavement{worn, network.Derived}
	}
	if p != was && !quiet {
		d.tell(Way, w.ID, "surface %v from surface=%q, smoothness=%q, tracktype=%q", p.surface, value,
			w.Tags.Find("smoothness"), w.Tags.Find("tracktype"))
	}
	return p
}

// readSurface reads a value of surface as it stands. Of a list ("asphalt; cobblestone") the part with the worst
// surface counts: the driver meets both. What is not tagged, or makes no sense, is asphalt.
func (d *draft) readSurface(w *extract.Way, value string, quiet bool) pavement {
	if value == "" {
		return pavement{network.Asphalt, network.Defaulted}
	}
	if s, ok := surfaces[value]; ok {
		if vagueSurfaces[value] {
			return pavement{s, network.Derived}
		}
		return pavement{s, network.Tagged}
	}
	p, parts := pavement{network.Asphalt, network.Defaulted}, 0
	for part := range strings.FieldsFuncSeq(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(";,|+", r) }) {
		if s, ok := surfaceLike(part); ok {
			p = pavement{max(p.surface, s), network.Tagged}
			parts++
		}
	}
	if parts > 1 {
		p.source = network.Derived
	}
	switch {
	case quiet:
	case parts == 0:
		d.report.drop("surface", w.ID, "surface="+value+" is not known")
	default:
		d.report.guess("surface_repaired")
		d.tell(Way, w.ID, "surface=%s read as %v", value, p.surface)
	}
	return p
}

// surfaceLike reads one value of surface with goodwill: "paving stones", "concrete:slabs", one slip of the pen.
func surfaceLike(value string) (s network.Surface, ok bool) {
	value = strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(value))
	if s, ok = surfaces[value]; ok {
		return s, true
	}
	if kind, _, cut := strings.Cut(value, ":"); cut {
		if s, ok = surfaces[kind]; ok {
			return s, true
		}
	}
	if len(value) < 5 {
		return 0, false
	}
	for known, surface := range surfaces { // the order does not matter: two surfaces in reach are none
		if len(known) < 5 || !oneSlip(value, known) {
			continue
		}
		if ok && surface != s {
			return 0, false
		}
		s, ok = surface, true
	}
	return s, ok
}

// readSmoothness returns the position of the way's smoothness in smoothnesses, -1 if it has none.
func (d *draft) readSmoothness(w *extract.Way, quiet bool) int {
	value := w.Tags.Find("smoothness")
	if value == "" {
		return -1
	}
	worst := -1
	for part := range strings.SplitSeq(strings.ToLower(value), ";") {
		part = strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(part))
		worst = max(worst, slices.Index(smoothnesses, part))
	}
	if worst < 0 && !quiet {
		d.report.drop("smoothness", w.ID, "smoothness="+value+" is not known")
	}
	return worst
}

// vagueBySmoothness returns the surface of a road of which only that much is known: the OSM wiki describes "bad" as the
// state of rough cobblestone or of a good unpaved road, "very_bad" as that of loose gravel, and what is worse as ruts.
func vagueBySmoothness(value string, smoothness int) network.Surface {
	switch {
	case smoothness >= horrible:
		return network.Earth
	case smoothness >= veryBad:
		return network.Gravel
	case value == "unpaved" && smoothness > intermediate:
		return network.Gravel
	case value == "unpaved":
		return network.Compacted
	case smoothness <= intermediate:
		return network.Asphalt
	case value == "paved":
		return network.Cobblestone
	}
	return network.Compacted
}

// wornTo returns what is left of a surface in that state: a paved road that only sturdy vehicles can use is broken up
// into loose stones, and so is a rolled one; ruts are soft ground.
func wornTo(s network.Surface, smoothness int) network.Surface {
	switch {
	case smoothness >= horrible && s >= network.Compacted:
		return network.Earth
	case smoothness >= horrible, smoothness >= veryBad && s != network.Cobblestone:
		return max(s, network.Gravel)
	}
	return s
}
