package osmimport

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// stopsOf lists the bus stops of a spec: the way (negative: against it), the metres along it to the next ten, the name.
func stopsOf(s network.Spec) (list []string) {
	for _, b := range s.BusStops {
		list = append(list, fmt.Sprintf("%d@%.0f %s", s.Edges[b.Edge].OSMWay, math.Round(b.Position/10)*10, b.Name))
	}
	slices.Sort(list)
	return list
}

func TestBusStops(t *testing.T) {
	const twoWay = `
		n 1 0 0
		n 2 200 0 %
		n 3 400 0
		w 10 1,2,3 highway=secondary lanes=2
		`
	for _, c := range []struct {
		name, on, rest string
		place          [2]float64
		want           []string
	}{
		{"pole at the kerb", "", "n 11 150 -6 highway=bus_stop name=A", germany, []string{"10@150 A"}},
		{"pole across the street", "", "n 11 150 6 highway=bus_stop name=A", germany, []string{"-10@250 A"}},
		{"pole where one drives left", "", "n 11 150 6 highway=bus_stop name=A", england, []string{"10@150 A"}},
		{"too far", "", "n 11 150 -40 highway=bus_stop name=A", germany, nil},
		{"on the road", "highway=bus_stop name=A", "", germany, []string{"-10@200 A", "10@200 A"}},
		{"on the road, one way", "public_transport=stop_position bus=yes direction=backward name=A", "", germany, []string{"-10@200 A"}},
		{"of a tram", "public_transport=stop_position tram=yes name=A", "n 11 150 -6 public_transport=platform tram=yes", germany, nil},
		{
			"position and pole of one name", "public_transport=stop_position bus=yes name=A",
			"n 11 190 -6 highway=bus_stop name=A", germany,
			[]string{"10@190 A"},
		},
		{
			"position and poles on both sides", "public_transport=stop_position bus=yes name=A",
			"n 11 190 -6 highway=bus_stop name=A\nn 12 210 6 highway=bus_stop name=A", germany,
			[]string{"-10@190 A", "10@190 A"},
		},
		{
			"position and pole far apart", "public_transport=stop_position bus=yes name=A",
			"n 11 100 -6 highway=bus_stop name=A", germany,
			[]string{"-10@200 A", "10@100 A", "10@200 A"},
		},
		{
			"two stops close by", "", "n 11 150 -6 highway=bus_stop name=A\nn 12 180 -6 highway=bus_stop name=B", germany,
			[]string{"10@150 A", "10@180 B"},
		},
		{
			"pole and platform", "", "n 11 150 -6 highway=bus_stop name=A\nn 12 140 -7 public_transport=platform bus=yes",
			germany,
			[]string{"10@150 A"},
		},
		{
			"platform alone: buses stop at its front", "",
			"n 11 140 -5 \nn 12 160 -5\nn 13 160 -8\nn 14 140 -8\nw 20 11,12,13,14,11 public_transport=platform bus=yes name=A",
			germany,
			[]string{"10@160 A"},
		},
	} {
		x := sketch(t, c.place, replace(twoWay, c.on)+c.rest)
		slicesSortNodes(x.Nodes)
		_, s := specOf(t, x)
		if got := stopsOf(s); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestBusStopsOfOneArea has a position and a pole of different names that one stop area holds.
func TestBusStopsOfOneArea(t *testing.T) {
	x := sketch(t, germany, `
		n 1 0 0
		n 2 200 0 public_transport=stop_position bus=yes name=A
		n 3 400 0
		n 11 190 -6 highway=bus_stop name=A_(south)
		w 10 1,2,3 highway=secondary oneway=yes`)
	x.Relations = append(x.Relations, extract.Relation{ID: 1, Tags: tagsOf("public_transport=stop_area type=public_transport"), Members: []extract.Member{
		{Type: extract.NodeMember, Ref: 2, Role: "stop"}, {Type: extract.NodeMember, Ref: 11, Role: "platform"},
	}})
	_, s := specOf(t, x)
	if len(s.BusStops) != 1 || s.BusStops[0].OSMNode != 11 {
		t.Errorf("bus stops %v, want the pole alone", s.BusStops)
	}
}

func TestBusStopsPreferStreetsThatBusesUse(t *testing.T) {
	_, s := specOf(t, sketch(t, germany, `
		n 1 0 0
		n 2 400 0
		n 3 0 -16
		n 4 400 -16
		n 11 150 -9 highway=bus_stop name=A
		w 10 1,2 highway=secondary oneway=yes
		w 11 4,3 highway=service`))
	if got := stopsOf(s); !slices.Equal(got, []string{"10@150 A"}) {
		t.Errorf("%q, want it on the street and not on the service road behind it", got)
	}
}
