package osmimport

import (
	"math"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// describeRoads reads the tags of every road. Roads that no motor vehicle may use are dropped.
func (d *draft) describeRoads() error {
	kept := d.roads[:0]
	for i := range d.roads {
		r := d.roads[i]
		d.describe(&r)
		if !r.look.dirs[0].open() && !r.look.dirs[1].open() {
			d.report.drop("access", r.way.ID, "closed to motor vehicles")
			continue
		}
		kept = append(kept, r)
	}
	d.roads = kept
	if len(d.roads) == 0 {
		return ErrNoRoads
	}
	return nil
}

func (d *draft) describe(r *road) {
	tags := r.way.Tags
	r.look = look{
		name: nameOf(tags), roundabout: isRing(tags), inner: tags.Find("junction") == "intersection",
		layer: layerOf(tags), bridge: isSet(tags.Find("bridge")), tunnel: isSet(tags.Find("tunnel")),
	}
	if gradient, ok := parseIncline(tags.Find("incline")); ok {
		r.look.gradient = gradient
	}
	along, against, reversible := openDirections(tags, r.class)
	if reversible {
		d.report.guess("reversible")
	}
	open := [2]bool{along, against}
	var who [2]network.ClassSet
	for dir, suffix := range directionSuffixes {
		if open[dir] {
			who[dir], r.look.dirs[dir].accessOnly = accessOf(tags, suffix)
		}
	}
	if along != against && contraflowBus(tags) {
		back := 0
		if along {
			back = 1
		}
		who[back] = network.SetOf(network.Bus)
	}
	if who == ([2]network.ClassSet{}) {
		return
	}
	d.layLanes(r, who)
	d.readSpeed(r)
}

// directionSuffixes end the keys that speak of one direction only.
var directionSuffixes = [2]string{":forward", ":backward"}

func nameOf(tags extract.Tags) string {
	if name := tags.Find("name"); name != "" {
		return name
	}
	return tags.Find("ref")
}

func isSet(value string) bool { return value != "" && value != "no" }

// layerOf returns the layer tag, within the range that a lane's record has.
func layerOf(tags extract.Tags) int8 {
	first, _, _ := strings.Cut(tags.Find("layer"), ";")
	layer, err := strconv.ParseFloat(strings.TrimSpace(first), 64)
	if err != nil || math.IsNaN(layer) {
		return 0
	}
	return int8(min(max(math.Round(layer), -20), 20))
}

// maxGradient is the steepest that is believed, rise over run: the steepest street in the world, Baldwin Street in
// Dunedin, has 0.35.
const maxGradient = 0.35

// parseIncline reads "5%", "-4.5 %" or "3°" as rise over run; "up" and "down" say nothing of how much.
func parseIncline(value string) (gradient float64, ok bool) {
	number, percent := strings.CutSuffix(strings.TrimSpace(value), "%")
	degrees := false
	if !percent {
		number, degrees = strings.CutSuffix(number, "°")
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !percent && !degrees || !(math.Abs(x) < 90) {
		return 0, false
	}
	gradient = x / 100
	if degrees {
		gradient = math.Tan(x * math.Pi / 180)
	}
	return math.Round(min(max(gradient, -maxGradient), maxGradient)*1e4) / 1e4, true
}

// surfaces maps values of surface. What is loose is gravel, what has wide joints cobblestone; metal and wooden bridge
// decks count as concrete, the hard surface with the least texture that the network knows.
var surfaces = map[string]network.Surface{
	"asphalt": network.Asphalt, "paved": network.Asphalt, "chipseal": network.Asphalt, "tarmac": network.Asphalt,
	"bitmac": network.Asphalt, "acrylic": network.Asphalt,
	"concrete": network.Concrete, "concrete:plates": network.Concrete, "concrete:lanes": network.Concrete,
	"cement": network.Concrete, "metal": network.Concrete, "metal_grid": network.Concrete, "wood": network.Concrete,
	"cobblestone": network.Cobblestone, "cobblestone:flattened": network.Cobblestone, "sett": network.Cobblestone,
	"unhewn_cobblestone": network.Cobblestone, "paving_stones": network.Cobblestone, "brick": network.Cobblestone,
	"bricks": network.Cobblestone, "grass_paver": network.Cobblestone, "paving_stones:lanes": network.Cobblestone,
	"unpaved": network.Gravel, "gravel": network.Gravel, "fine_gravel": network.Gravel, "compacted": network.Gravel,
	"pebblestone": network.Gravel, "dirt": network.Gravel, "earth": network.Gravel, "ground": network.Gravel,
	"grass": network.Gravel, "sand": network.Gravel, "mud": network.Gravel, "rock": network.Gravel,
	"woodchips": network.Gravel, "clay": network.Gravel, "shells": network.Gravel, "salt": network.Gravel,
}

// surfaceOf returns the surface of a way; what is not tagged is asphalt.
func (d *draft) surfaceOf(w *extract.Way) (network.Surface, network.Provenance) {
	value := w.Tags.Find("surface")
	if value == "" {
		return network.Asphalt, network.Defaulted
	}
	for part := range strings.SplitSeq(strings.ToLower(value), ";") {
		if s, ok := surfaces[strings.TrimSpace(part)]; ok {
			return s, network.Tagged
		}
	}
	d.report.drop("surface", w.ID, "surface="+value+" is not known")
	return network.Asphalt, network.Defaulted
}
