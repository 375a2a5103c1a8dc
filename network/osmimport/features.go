package osmimport

import (
	"strings"

	"roadtwin/network/osmimport/extract"
)

// feature is something at a node that matters to the traffic of a street.
type feature struct {
	at   nodeRef
	kind featureKind
	dirs uint8 // bit 0: for those driving along the street, bit 1: against it; 0 if the map does not say
}

type featureKind uint8

const (
	signalFeature         featureKind = iota
	crossingSignalFeature             // people on foot cross by signals
	zebraFeature                      // people on foot cross and go first
	unmarkedFeature                   // people on foot cross when there is a gap
	stopFeature                       // stop sign
	giveWayFeature                    // give-way sign
	stopLineFeature                   // the painted line before which one stops
	levelCrossingFeature              // a railway crosses
	tramCrossingFeature               // a tramway crosses
	busStopFeature                    // buses stop there
)

// addFeatures notes what stands at a node of a street that runs along its way.
func (d *draft) addFeatures(s *street, n nodeRef) {
	tags := d.nodes[n].tags
	if len(tags) == 0 {
		return
	}
	before := len(s.features)
	for part := range strings.SplitSeq(tags.Find("highway"), ";") {
		if kind, ok := highwayFeature(strings.TrimSpace(part), tags); ok {
			s.features = append(s.features, feature{n, kind, facingOf(kind, tags)})
		}
	}
	if kind, ok := signFeatures[tags.Find("traffic_sign")]; ok && len(s.features) == before {
		s.features = append(s.features, feature{n, kind, facingOf(kind, tags)})
	}
	if tags.Find("road_marking") == "stop_line" {
		s.features = append(s.features, feature{n, stopLineFeature, facingOf(stopLineFeature, tags)})
	}
	if kind, ok := stopOf(tags); ok && kind != platform {
		s.features = append(s.features, feature{n, busStopFeature, facingOf(busStopFeature, tags)})
	}
	switch tags.Find("railway") {
	case "level_crossing":
		s.features = append(s.features, feature{at: n, kind: levelCrossingFeature})
	case "tram_crossing", "tram_level_crossing":
		s.features = append(s.features, feature{at: n, kind: tramCrossingFeature})
	}
}

// facingOf returns for whom a feature is, in feature.dirs.
func facingOf(kind featureKind, tags extract.Tags) (dirs uint8) {
	switch kind {
	case signalFeature:
		dirs = directionValue(tags.Find("traffic_signals:direction"))
	case crossingSignalFeature, zebraFeature, unmarkedFeature:
		return 0 // people cross the whole street
	}
	if dirs == 0 {
		dirs = directionValue(tags.Find("direction"))
	}
	if dirs == 0 && (kind == stopFeature || kind == giveWayFeature) {
		dirs = directionValue(tags.Find("traffic_sign:direction"))
	}
	return dirs
}

// signFeatures are the values of traffic_sign that are stop and give-way signs, where the map has no highway for them:
// by name, and by the numbers of the German, British and American catalogues.
var signFeatures = map[string]featureKind{
	"stop": stopFeature, "DE:206": stopFeature, "GB:601.1": stopFeature, "US:R1-1": stopFeature,
	"give_way": giveWayFeature, "yield": giveWayFeature, "DE:205": giveWayFeature, "GB:602": giveWayFeature,
	"US:R1-2": giveWayFeature,
}

func directionValue(value string) uint8 {
	switch value {
	case "forward":
		return 1
	case "backward":
		return 2
	case "both":
		return 3
	}
	return 0
}

// highwayFeature returns what a node with that value of highway is to the traffic on its road.
func highwayFeature(value string, tags extract.Tags) (kind featureKind, ok bool) {
	switch value {
	case "traffic_signals":
		switch tags.Find("traffic_signals") {
		case "ramp_meter", "emergency", "blinker", "blink_mode", "level_crossing", "lane_control", "disused":
			return 0, false // stop nobody, or only in an emergency; a level crossing is mapped as such
		}
		return signalFeature, true
	case "crossing":
		return crossingFeature(tags)
	case "stop":
		return stopFeature, true
	case "give_way":
		return giveWayFeature, true
	}
	return 0, false
}

// British names of crossings with signals.
var signalCrossings = map[string]bool{
	"traffic_signals": true, "toucan": true, "puffin": true, "pelican": true, "pegasus": true, "pedex": true,
}

// crossingFeature returns how people on foot cross at a node with highway=crossing, by crossing, crossing:signals,
// crossing:markings and crossing_ref (OpenStreetMap wiki, "Key:crossing"). Crossings of which nothing is said are taken
// as unmarked.
func crossingFeature(tags extract.Tags) (kind featureKind, ok bool) {
	kind = unmarkedFeature
	for value := range strings.SplitSeq(tags.Find("crossing"), ";") {
		switch value = strings.TrimSpace(value); {
		case value == "no":
			return 0, false
		case signalCrossings[value]:
			kind = crossingSignalFeature
		case (value == "zebra" || value == "marked" || value == "uncontrolled") && kind == unmarkedFeature:
			kind = zebraFeature
		}
	}
	if ref := tags.Find("crossing_ref"); signalCrossings[ref] {
		kind = crossingSignalFeature
	} else if ref == "zebra" && kind == unmarkedFeature {
		kind = zebraFeature
	}
	switch markings := tags.Find("crossing:markings"); {
	case markings == "no" && kind == zebraFeature:
		kind = unmarkedFeature
	case isSet(markings) && kind == unmarkedFeature:
		kind = zebraFeature
	}
	switch signals := tags.Find("crossing:signals"); {
	case isSet(signals):
		kind = crossingSignalFeature
	case signals == "no" && kind == crossingSignalFeature:
		kind = zebraFeature
	}
	return kind, true
}

// isCrossing reports whether a node with signals is itself where people on foot cross.
func isCrossing(tags extract.Tags) bool {
	switch tags.Find("traffic_signals") {
	case "pedestrian_crossing", "crossing", "crossing_on_demand":
		return true
	}
	return isSet(tags.Find("crossing")) || isSet(tags.Find("crossing:signals"))
}

// signalOn reports whether a node stands for signals that stop vehicles.
func signalOn(tags extract.Tags) bool {
	for part := range strings.SplitSeq(tags.Find("highway"), ";") {
		if kind, ok := highwayFeature(strings.TrimSpace(part), tags); ok && kind == signalFeature {
			return true
		}
	}
	return false
}
