package scenarios

import (
	"errors"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// Events close lanes for a time, on each edge of the way where one can be spared; what stays open is told.
func TestEventsCloseLanes(t *testing.T) {
	city := townCity(t)
	const head = "map: town\nperiod: {begin: \"07:00\", end: \"07:06\"}\n"
	s := mustParse(t, head+"events: [{at: \"07:01\", way: 2, close_lanes: [1], until: \"07:03\"}]\n")
	r := newRun(t, city, s, Options{Workers: 1, Seed: 3})
	finish(r)
	var kinds []traffic.CommandKind
	for _, c := range r.Commands() {
		kinds = append(kinds, c.Command.Kind)
		if lane := city.Net.Lanes[c.Command.Lane]; city.Net.Edges[lane.Edge].OSMWay != 2 || lane.Index != 0 {
			t.Errorf("lane %d of edge %d is closed, want the one at the kerb of way 2", lane.Index, lane.Edge)
		}
	}
	if len(kinds) != 2 || kinds[0] != traffic.CloseLane || kinds[1] != traffic.OpenLane {
		t.Errorf("commands %v, want a lane closed and opened", kinds)
	}
	if a := r.Summary().Audit; a != (traffic.Audit{}) {
		t.Errorf("audit %+v", a)
	}
	partly := mustParse(t, head+"events: [{at: \"07:01\", way: 2, close_lanes: [1, 2]}]\n")
	if notes := partly.eventNotes(city.Net); len(notes) != 1 || !strings.Contains(notes[0], "lane 2") {
		t.Errorf("notes %q, want that lane 2 stays open", notes)
	}
	for _, bad := range []string{"close_lanes: [9]", "close_lanes: [1], direction: backward"} {
		wrong := mustParse(t, head+"events: [{at: \"07:01\", way: 2, "+bad+"}]\n")
		if _, err := NewRun(city, wrong, Options{}); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "events[0]") {
			t.Errorf("%s: %v, want an ErrInvalid of the event", bad, err)
		}
	}
	for _, bad := range []string{"close: true, close_lanes: [1]", "close_lanes: []", "close_lanes: [0]", "close_lanes: [1, 1]"} {
		if _, err := Parse([]byte(head+"events: [{at: \"07:01\", way: 2, "+bad+"}]\n"), "a.yaml"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v, want an ErrInvalid", bad, err)
		}
	}
}

// Works that follow one another on one edge may close one lane each; works at the same time may not close all.
func TestLaneWorksThatOverlap(t *testing.T) {
	city := townCity(t)
	const text = "map: town\nevents:\n  - {at: \"07:10\", way: 2, close_lanes: [1], until: \"07:30\"}\n  - {at: \"%\", way: 2, close_lanes: [2], until: \"07:50\"}\n"
	after := mustParse(t, strings.Replace(text, "%", "07:30", 1))
	works, err := after.laneWorks(city.Net)
	if err != nil || len(works[0].lanes) != 1 || len(works[1].lanes) != 1 || works[0].lanes[0] == works[1].lanes[0] {
		t.Errorf("one after the other: %v, %v", works, err)
	}
	beside := mustParse(t, strings.Replace(text, "%", "07:20", 1))
	if _, err := beside.laneWorks(city.Net); !errors.Is(err, ErrInvalid) {
		t.Errorf("both at a time: %v, want an ErrInvalid", err)
	}
	if n := city.Net.Edges[works[0].edgeOf(city.Net)].NumLanes; n != 2 {
		t.Errorf("the way has %d lanes, the test wants 2", n)
	}
}

func (c *lanesClosed) edgeOf(net *network.Network) network.EdgeID { return net.Lanes[c.lanes[0]].Edge }
