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
		layer: layerOf(tags),
	}
	r.look.bridge, r.look.tunnel = structures(tags)
	along, against, reversible := openDirections(tags, r.class)
	who := d.readAccess(r, [2]bool{along, against}, reversible)
	back := 0
	if along {
		back = 1
	}
	if along != against && (contraflowBus(tags) || contraflowLane(tags, directionSuffixes[back])) {
		who[back] = network.SetOf(network.Bus)
	}
	if who == ([2]network.ClassSet{}) {
		return
	}
	d.layLanes(r, who)
	d.paveLanes(r)
	d.readIncline(r)
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

// notBuilt are the values of bridge and tunnel that say there is none, or none that one drives on or through. A
// culvert carries water: on a road it means the one below.
var notBuilt = map[string]bool{
	"": true, "no": true, "proposed": true, "planned": true, "abandoned": true, "removed": true, "razed": true,
	"demolished": true, "culvert": true,
}

// structures returns whether a road is on a bridge, and whether it has a roof, be it a tunnel, an avalanche gallery, a
// passage through a building, a covered bridge or a covered road: rain and snow do not reach it.
func structures(tags extract.Tags) (bridge, tunnel bool) {
	bridge = !notBuilt[tags.Find("bridge")]
	tunnel = !notBuilt[tags.Find("tunnel")] || tags.Find("bridge") == "covered" || isSet(tags.Find("covered")) ||
		tags.Find("indoor") == "yes" || tags.Find("location") == "underground"
	return bridge, tunnel
}
