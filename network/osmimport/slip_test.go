package osmimport

import (
	"strings"
	"testing"

	"roadtwin/network"
)

// slipLane is a crossing with signals where drivers from the west turn to the south over a lane of their own.
const slipLane = `
	n 1 0 0 highway=traffic_signals
	n 2 -200 0
	n 3 200 0
	n 4 0 200
	n 5 0 -200
	n 6 -% 0
	n 7 -8 -8
	n 8 0 -%
	w 10 2,6,1,3 highway=secondary
	w 12 4,1,8,5 highway=secondary
	w 13 6,7,8 highway=secondary_link oneway=yes
	`

// TestSlipLanesPassTheSignal has slip lanes that leave far before the junction and so near to it that one of their ends
// lies within it.
func TestSlipLanesPassTheSignal(t *testing.T) {
	for _, c := range []struct {
		reach string // m from the junction to either end of the slip lane
		on    string // tags of a node on the slip lane
		slip  bool
		free  bool // of signals
	}{
		{"40", "", true, true},
		{"17", "", true, true},
		{"40", "highway=traffic_signals", true, false},
		{"9", "", false, false},
	} {
		text := strings.ReplaceAll(slipLane, "%", c.reach)
		text = strings.Replace(text, "n 7 -8 -8", "n 7 -8 -8 "+c.on, 1)
		x := sketch(t, germany, text)
		d := draftAfter(t, x, "junctions")
		if got := d.report.Guessed["slip_lane"] == 1; got != c.slip {
			t.Errorf("%s m %q: slip lane %v, want %v", c.reach, c.on, got, c.slip)
			continue
		}
		n, _, err := Import(x, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !c.slip {
			continue
		}
		lanes, signals, yields := 0, 0, 0
		for i := range n.Connectors {
			con := &n.Connectors[i]
			from, to := &n.Edges[n.Lanes[con.From].Edge], &n.Edges[n.Lanes[con.To].Edge]
			if from.OSMWay != 13 && to.OSMWay != 13 {
				continue
			}
			lanes++
			if con.Control == network.Signal {
				signals++
			}
			if from.OSMWay == 13 && con.Control == network.Yield {
				yields++
			}
		}
		if lanes == 0 || c.free != (signals == 0) {
			t.Errorf("%s m %q: %d of %d connectors of the slip lane have signals, want free of them: %v",
				c.reach, c.on, signals, lanes, c.free)
		}
		if c.free && yields == 0 {
			t.Errorf("%s m %q: nobody who leaves the slip lane yields", c.reach, c.on)
		}
	}
}

// TestSlipLanesOfTheOtherSide mirrors the streets for driving on the left; as they are drawn, the slip lane would turn
// across the oncoming traffic there.
func TestSlipLanesOfTheOtherSide(t *testing.T) {
	text := strings.ReplaceAll(slipLane, "%", "40")
	mirrored := strings.NewReplacer("n 8 0 -40", "n 8 0 40", "n 7 -8 -8", "n 7 -8 8", "w 12 4,1,8,5", "w 12 5,1,8,4").Replace(text)
	for text, want := range map[string]int{text: 0, mirrored: 1} {
		d := draftAfter(t, sketch(t, england, text), "junctions")
		if got := d.report.Guessed["slip_lane"]; got != want {
			t.Errorf("%d slip lanes, want %d in\n%s", got, want, text)
		}
	}
}
