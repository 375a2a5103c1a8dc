package osmimport

import (
	"strings"

	"roadtwin/network/osmimport/extract"
)

// addFeatures notes the signals and signs of a node on a street that runs along its way.
func (d *draft) addFeatures(s *street, n nodeRef) {
	tags := d.nodes[n].tags
	if len(tags) == 0 {
		return
	}
	kind, ok := featureOf(tags)
	if !ok {
		return
	}
	keys := []string{"direction"}
	if kind == signalFeature || kind == crossingSignalFeature {
		keys = []string{"traffic_signals:direction", "direction"}
	}
	f := feature{at: n, kind: kind}
	for _, key := range keys {
		switch tags.Find(key) {
		case "forward":
			f.dirs = 1
		case "backward":
			f.dirs = 2
		}
		if f.dirs != 0 {
			break
		}
	}
	s.features = append(s.features, f)
}

// featureOf returns what a node with these tags is to the traffic on its road.
func featureOf(tags extract.Tags) (kind featureKind, ok bool) {
	crossing := tags.Find("crossing")
	if kindOf := tags.Find("crossing:signals"); kindOf == "yes" {
		crossing = "traffic_signals"
	}
	for part := range strings.SplitSeq(tags.Find("highway"), ";") {
		switch part {
		case "traffic_signals":
			return signalFeature, tags.Find("traffic_signals") != "ramp_meter"
		case "crossing":
			return crossingSignalFeature, crossing == "traffic_signals"
		case "stop":
			return stopFeature, true
		case "give_way":
			return giveWayFeature, true
		}
	}
	return 0, false
}
