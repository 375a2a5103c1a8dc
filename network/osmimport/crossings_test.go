package osmimport

import (
	"math"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

func tagsOf(pairs string) extract.Tags { return sketchTags(strings.Fields(pairs)) }

func TestFeatures(t *testing.T) {
	const none = featureKind(99)
	for tags, want := range map[string]featureKind{
		"highway=traffic_signals":                                       signalFeature,
		"highway=traffic_signals traffic_signals=ramp_meter":            none,
		"highway=traffic_signals traffic_signals=emergency":             none,
		"highway=traffic_signals crossing=traffic_signals":              signalFeature,
		"highway=crossing;traffic_signals crossing=no":                  signalFeature,
		"highway=crossing":                                              unmarkedFeature,
		"highway=crossing crossing=no":                                  none,
		"highway=crossing crossing=zebra":                               zebraFeature,
		"highway=crossing crossing=marked":                              zebraFeature,
		"highway=crossing crossing=uncontrolled":                        zebraFeature,
		"highway=crossing crossing=unmarked":                            unmarkedFeature,
		"highway=crossing crossing=island":                              unmarkedFeature,
		"highway=crossing crossing=unmarked;zebra":                      zebraFeature,
		"highway=crossing crossing:markings=zebra":                      zebraFeature,
		"highway=crossing crossing=uncontrolled crossing:markings=no":   unmarkedFeature,
		"highway=crossing crossing_ref=zebra":                           zebraFeature,
		"highway=crossing crossing_ref=toucan":                          crossingSignalFeature,
		"highway=crossing crossing=traffic_signals":                     crossingSignalFeature,
		"highway=crossing crossing=traffic_signals crossing_ref=zebra":  crossingSignalFeature,
		"highway=crossing crossing:signals=yes":                         crossingSignalFeature,
		"highway=crossing crossing=traffic_signals crossing:signals=no": zebraFeature,
		"highway=stop":                            stopFeature,
		"highway=give_way direction=backward":     giveWayFeature,
		"traffic_sign=DE:206":                     stopFeature,
		"road_marking=stop_line":                  stopLineFeature,
		"railway=level_crossing":                  levelCrossingFeature,
		"railway=tram_crossing":                   tramCrossingFeature,
		"highway=bus_stop":                        busStopFeature,
		"public_transport=stop_position bus=yes":  busStopFeature,
		"public_transport=stop_position tram=yes": none,
		"highway=street_lamp":                     none,
		"highway=crossing crossing=traffic_signals railway=level_crossing x=1":  crossingSignalFeature,
		"highway=traffic_signals traffic_signals:direction=forward crossing=no": signalFeature,
	} {
		d := &draft{nodes: []node{{tags: tagsOf(tags)}}}
		var s street
		d.addFeatures(&s, 0)
		got := none
		if len(s.features) > 0 {
			got = s.features[0].kind
		}
		if got != want {
			t.Errorf("%s: kind %d, want %d", tags, got, want)
		}
	}
}

// straightRoad is a street of 400 m with something 200 m along it, far from any junction.
const straightRoad = `
	n 1 0 0
	n 2 200 0 %
	n 3 400 0
	w 10 1,2,3 highway=secondary lanes=2
	`

func crossingKinds(s network.Spec) (kinds []string) {
	for _, c := range s.Crossings {
		kinds = append(kinds, c.Kind.String())
	}
	return kinds
}

func TestCrossingsAreOnBothDirections(t *testing.T) {
	for tags, want := range map[string]network.CrossingKind{
		"highway=crossing crossing=zebra":                                    network.Zebra,
		"highway=crossing":                                                   network.Unmarked,
		"highway=crossing crossing=traffic_signals":                          network.FootSignals,
		"highway=traffic_signals crossing=traffic_signals":                   network.FootSignals,
		"highway=traffic_signals traffic_signals:direction=both":             network.FootSignals,
		"highway=traffic_signals crossing=traffic_signals railway=tram_stop": network.FootSignals,
		"railway=level_crossing":                                             network.LevelCrossing,
		"railway=tram_crossing":                                              network.TramCrossing,
	} {
		_, s := specOf(t, sketch(t, germany, replace(straightRoad, tags)))
		if len(s.Crossings) != 2 {
			t.Errorf("%s: %v, want one in each direction", tags, s.Crossings)
			continue
		}
		for _, c := range s.Crossings {
			if c.Kind != want || math.Abs(c.Position-200) > 1 || c.OSMNode != 2 {
				t.Errorf("%s: %v at %.1f m from node %d, want %v at 200 m from node 2", tags, c.Kind, c.Position, c.OSMNode, want)
			}
		}
		for _, j := range s.Junctions {
			if j.Controller >= 0 {
				t.Errorf("%s: a controller for a crossing of people on foot", tags)
			}
		}
	}
}

// TestSignalAndItsCrossingAreOne has the stop lines of both directions mapped apart from the crossing between them.
func TestSignalAndItsCrossingAreOne(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 194 0 highway=traffic_signals traffic_signals:direction=forward
		n 3 200 0 highway=crossing crossing=traffic_signals
		n 4 204 0 highway=crossing crossing=uncontrolled
		n 5 209 0 highway=traffic_signals traffic_signals:direction=backward
		n 6 400 0
		w 10 1,2,3,4,5,6 highway=secondary`))
	if got := crossingKinds(s); !slices.Equal(got, []string{"foot_signals", "foot_signals"}) {
		t.Errorf("crossings %v, want one with signals in each direction", got)
	}
}

// TestSignalsForOneDirectionOnly: the other carriageway has its own.
func TestSignalOfOneDirection(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, replace(straightRoad, "highway=traffic_signals traffic_signals:direction=backward")))
	if len(s.Crossings) != 1 || s.Edges[s.Crossings[0].Edge].OSMWay != -10 {
		t.Errorf("crossings %v, want one against the way", s.Crossings)
	}
}

func TestCrossingsAtSignalsBelongToThem(t *testing.T) {
	for _, c := range []struct {
		name, on, west string
		want           int
	}{
		{"signalised crossing in the mouth", "highway=traffic_signals", "highway=crossing crossing=traffic_signals", 0},
		{"marked crossing in the mouth", "highway=traffic_signals", "highway=crossing crossing=marked", 2},
		{"marked crossing without signals", "", "highway=crossing crossing=marked", 2},
		{"tramway in the mouth", "highway=traffic_signals", "railway=tram_crossing", 0},
		{"tracks in the mouth", "highway=traffic_signals", "railway=level_crossing", 0},
		{"tracks with barriers", "highway=traffic_signals", "railway=level_crossing crossing:barrier=full", 2},
		{"tramway without signals", "", "railway=tram_crossing", 2},
	} {
		_, s := specOf(t, sketch(t, germany, replace(replace(replace(crossroads, c.on), c.west), "")))
		if len(s.Crossings) != c.want {
			t.Errorf("%s: %v, want %d", c.name, crossingKinds(s), c.want)
		}
	}
}

// TestTracksOfOneLineAreOneCrossing has four tracks across a street within 24 m, and another line 150 m on.
func TestTracksOfOneLineAreOneCrossing(t *testing.T) {
	text := `
		n 1 0 0
		n 2 100 0 railway=level_crossing
		n 3 108 0 railway=level_crossing
		n 4 116 0 railway=level_crossing
		n 5 124 0 railway=level_crossing
		n 6 274 0 railway=level_crossing
		n 7 400 0
		w 10 1,2,3,4,5,6,7 highway=secondary oneway=yes`
	_, s := specOf(t, sketch(t, germany, text))
	if len(s.Crossings) != 2 || math.Abs(s.Crossings[0].Position-112) > 1 || math.Abs(s.Crossings[1].Position-274) > 1 {
		t.Errorf("crossings %v, want one at 112 m and one at 274 m", s.Crossings)
	}
}

// TestRailwaysThatShareANode has no tags on the nodes where tracks cross the street, but the tracks themselves.
func TestRailwaysThatShareANode(t *testing.T) {
	for tags, want := range map[string][]string{
		"railway=rail":                 {"level_crossing"},
		"railway=light_rail":           {"level_crossing"},
		"railway=tram":                 {"tram_crossing"},
		"railway=disused":              nil,
		"railway=rail tunnel=yes":      nil,
		"railway=platform":             nil,
		"railway=tram highway=service": nil, // a carriageway for trams and buses
	} {
		_, s := specOf(t, sketch(t, germany, `
			n 1 0 0
			n 2 200 0
			n 3 400 0
			n 4 200 -50
			n 5 200 50
			w 10 1,2,3 highway=secondary oneway=yes
			w 20 4,2,5 `+tags))
		if got := crossingKinds(s); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", tags, got, want)
		}
	}
}

func TestTracksAlongTheRoadDoNotCrossIt(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 200 0
		n 3 300 0
		n 4 500 0
		n 5 150 -50
		n 6 350 50
		w 10 1,2,3,4 highway=secondary oneway=yes
		w 20 5,2,3,6 railway=tram`))
	if len(s.Crossings) != 0 {
		t.Errorf("crossings %v, want none: the tramway runs in the street", s.Crossings)
	}
}

// TestRailwayThroughAJunction has a track through the middle of a dual carriageway, between the two nodes of its junction
// with a cross street: only who drives along the cross street meets it.
func TestRailwayThroughAJunction(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 -200 16
		n 2 0 16
		n 3 200 16
		n 4 -200 0
		n 5 0 0
		n 6 200 0
		n 7 0 200
		n 8 0 -200
		n 9 0 8 railway=level_crossing
		w 10 3,2,1 highway=primary oneway=yes name=A
		w 11 4,5,6 highway=primary oneway=yes name=A
		w 12 7,2,9,5,8 highway=residential name=B`))
	if len(s.Crossings) != 2 {
		t.Fatalf("crossings %v, want 2", s.Crossings)
	}
	for _, c := range s.Crossings {
		if e := &s.Edges[c.Edge]; e.Name != "B" || math.Abs(c.Position-lineLength(e.Shape)) > 0.1 {
			t.Errorf("a crossing %.0f m along %q, want at the ends of B", c.Position, e.Name)
		}
	}
}

// TestSignalsFarUpstream has a roundabout of which the ring stops for an approach whose own signal stands 80 m upstream.
func TestSignalsFarUpstream(t *testing.T) {
	const text = `
		n 1 0 0
		n 2 -100 0
		n 3 100 0
		n 4 0 -80 highway=traffic_signals traffic_signals:direction=forward
		n 5 0 -200
		n 6 -20 0 %
		w 10 2,6,1,3 highway=primary oneway=yes
		w 11 5,4,1 highway=primary`
	for other, want := range map[string]bool{"highway=traffic_signals": true, "": false} {
		_, s := specOf(t, sketch(t, germany, replace(text, other)))
		_, j := junctionOf(t, s, 1)
		if got := j.Controller >= 0; got != want {
			t.Errorf("other signal %q: signalised %v, want %v", other, got, want)
		}
		if got := footSignals(s) > 0; got == want {
			t.Errorf("other signal %q: a crossing of people on foot %v, want %v", other, got, !want)
		}
	}
}

// TestSignalBeforeASlipRoad has the stop line before the slip road leaves: it is that of the crossing beyond.
func TestSignalBeforeASlipRoad(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 -200 0
		n 3 -45 0 highway=traffic_signals
		n 4 -30 0
		n 5 200 0
		n 6 0 200
		n 7 0 -200
		n 8 0 -35
		w 10 2,3,4,1,5 highway=primary oneway=yes
		w 11 6,1,8,7 highway=secondary oneway=yes
		w 12 4,8 highway=primary_link oneway=yes`))
	if _, j := junctionOf(t, s, 1); j.Controller < 0 {
		t.Error("the crossing has no signals")
	}
	if _, j := junctionOf(t, s, 4); j.Controller >= 0 {
		t.Error("where the slip road leaves there are signals")
	}
}

func TestSignalsAtTheEdgeOfTheMap(t *testing.T) {
	d, s := specOf(t, sketch(t, germany, `
		n 1 0 0 highway=traffic_signals
		n 2 300 0
		n 3 380 0 highway=traffic_signals traffic_signals:direction=forward
		n 4 400 0
		w 10 1,2,3,4 highway=primary`))
	if len(s.Crossings) != 0 || d.report.DroppedTotal["signal"] != 2 {
		t.Errorf("crossings %v, %d signals dropped, want none and 2", s.Crossings, d.report.DroppedTotal["signal"])
	}
}

func TestStopLines(t *testing.T) {
	for _, c := range []struct {
		west string
		want float64 // m before the junction
	}{
		{"", 0},
		{"highway=give_way", 20},
		{"highway=stop direction=forward", 20},
		{"highway=stop direction=backward", 0},
		{"road_marking=stop_line direction=forward", 20},
		{"road_marking=stop_line", 20},
	} {
		_, s := specOf(t, sketch(t, germany, replace(replace(replace(crossroads, ""), c.west), "")))
		for _, e := range s.Edges {
			if e.OSMWay == 10 && e.Shape[0].X < -100 && math.Abs(e.StopOffset-c.want) > 0.5 {
				t.Errorf("%q: one stops %.1f m before the junction, want %.0f", c.west, e.StopOffset, c.want)
			}
		}
	}
}

func TestPriorityRoadGoesFirst(t *testing.T) {
	text := strings.Replace(replace(replace(replace(crossroads, ""), ""), ""), "w 11 4,8,1,9,5 highway=residential",
		"w 11 4,8,1,9,5 highway=residential priority_road=designated", 1)
	_, s := specOf(t, sketch(t, germany, text))
	rank := map[int64]int32{}
	for _, e := range s.Edges {
		rank[e.OSMWay] = e.Rank
	}
	if rank[11] <= rank[10] {
		t.Errorf("the signposted road ranks %d, the other %d", rank[11], rank[10])
	}
}
