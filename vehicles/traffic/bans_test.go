package traffic_test

import (
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/traffic"
)

// TestRoutesObeyBans runs traffic on a grid with forbidden paths, some of them on Saturdays only, and looks at what is still
// ahead of every vehicle, those that were routed anew under way too.
func TestRoutesObeyBans(t *testing.T) {
	const saturday = 5
	var broken [7]int
	for _, day := range []int{1, saturday} {
		net := build(t, sample.Grid(sample.GridSpec{Columns: 5, Rows: 5}))
		net.Bans = someBans(net, saturday)
		w := newWorld(t, net, 1, func(c *traffic.Config) { c.Day = day })
		if _, err := w.AddTrips(randomTrips(net, 400, w.Time(), 200, 3)); err != nil {
			t.Fatal(err)
		}
		seen := 0
		for step := range 3000 {
			w.Step()
			if step%50 != 0 {
				continue
			}
			for _, v := range w.AppendVehicles(nil) {
				at, ok := w.Vehicle(v.ID)
				if !ok || at.Route[len(at.Route)-1] != at.Trip.To {
					continue // one that could not get over, and has given up its destination
				}
				seen++
				for i := range net.Bans {
					ban := &net.Bans[i]
					for k := at.RouteAt + 2; k <= len(at.Route); k++ {
						if k < len(ban.Edges) || !slices.Equal(at.Route[k-len(ban.Edges):k], ban.Edges) {
							continue
						}
						if ban.When.Active(float64(day)*24*3600 + w.Time()) {
							t.Fatalf("on day %d: vehicle %d on edge %d of %v, bound for %d, is to break %v (%v)",
								day, v.ID, at.RouteAt, at.Route, at.Trip.To, ban.Edges, ban.When)
						}
						broken[day]++
					}
				}
			}
		}
		if seen < 1000 || w.Stats().Arrived < 100 {
			t.Errorf("day %d: %d looks, %d arrived: too few to tell", day, seen, w.Stats().Arrived)
		}
	}
	if broken[1] == 0 || broken[saturday] > 0 {
		t.Errorf("bans that hold on Saturdays only were driven %d times on a Tuesday and %d times on a Saturday", broken[1], broken[saturday])
	}
}

// someBans forbids some paths of three edges at all times, and some turns on one day.
func someBans(net *network.Network, day uint16) (bans []network.Ban) {
	allDay := network.Schedule{{From: day * 1440, To: (day + 1) * 1440}}
	for i := range net.Movements {
		first := &net.Movements[i]
		if i%7 == 0 {
			bans = append(bans, network.Ban{Edges: []network.EdgeID{first.From, first.To}, Classes: network.AllClasses, When: allDay})
		}
		for k := range net.Movements {
			second := &net.Movements[k]
			if second.From == first.To && (i+3*k)%5 == 0 {
				bans = append(bans, network.Ban{Edges: []network.EdgeID{first.From, first.To, second.To}, Classes: network.AllClasses})
			}
		}
	}
	return bans
}

func TestDayMustBeOne(t *testing.T) {
	net := grid(t, 2, false)
	for _, day := range []int{-1, 7} {
		if w, err := traffic.New(traffic.Config{Net: net, Day: day}); err == nil {
			w.Close()
			t.Errorf("day %d was taken", day)
		}
	}
}
