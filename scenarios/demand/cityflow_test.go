package demand

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// refs returns places on a grid whose edges have the names e0, e1, ..., and a way through it: boundary to boundary, two
// crossings.
func refs(t testing.TB) (p *Places, way []network.EdgeID) {
	t.Helper()
	p = build(t, sample.Grid(sample.GridSpec{Columns: 2, Rows: 2}))
	for e := range p.net.Edges {
		p.net.Edges[e].Ref = fmt.Sprintf("e%d", e)
	}
	for _, first := range p.net.Movements {
		for _, second := range p.net.Movements {
			if first.To == second.From && p.net.Junctions[p.net.Edges[first.From].From].Boundary && p.net.Junctions[p.net.Edges[second.To].To].Boundary {
				return p, []network.EdgeID{first.From, first.To, second.To}
			}
		}
	}
	t.Fatal("no way through the grid")
	return nil, nil
}

const flowCar = `"vehicle":{"length":5.0,"width":2.0,"maxPosAcc":2.0,"maxNegAcc":4.5,"minGap":2.5,"maxSpeed":11.111,"headwayTime":2}`

func flowOf(way []network.EdgeID, rest string) string {
	ids := make([]string, len(way))
	for i, e := range way {
		ids[i] = fmt.Sprintf("%q", fmt.Sprintf("e%d", e))
	}
	return fmt.Sprintf(`{%s,"route":[%s],%s}`, flowCar, strings.Join(ids, ","), rest)
}

func TestFlowsBecomeTrips(t *testing.T) {
	p, way := refs(t)
	text := fmt.Sprintf("[%s,\n%s,%s]", flowOf(way, `"interval":10,"startTime":100,"endTime":130`),
		flowOf(way[:2], `"interval":1.0,"startTime":95,"endTime":95`), flowOf(way, `"interval":300,"startTime":0,"endTime":-1`))
	d, err := ReadFlow(strings.NewReader(text), p, 1, seed, 90, 600)
	if err != nil {
		t.Fatal(err)
	}
	var departs []float64
	for _, trip := range d.Trips {
		departs = append(departs, trip.Depart)
	}
	if got, want := fmt.Sprint(departs), "[95 100 110 120 130 300]"; got != want {
		t.Errorf("departures %s, want %s: both ends of a flow, and what is within 90 to 600 s", got, want)
	}
	inner, through := d.Trips[0], d.Trips[1]
	if fmt.Sprint(through.Route) != fmt.Sprint(way) || through.From != way[0] || through.To != way[2] ||
		through.FromPos != traffic.AtBoundary || through.ToPos != traffic.AtBoundary || through.Class != network.Car || through.TopSpeed != 11.111 {
		t.Errorf("trip %+v, want a car of at most 11.111 m/s along %v", through, way)
	}
	if length := p.net.Edges[way[1]].Length; inner.ToPos < length/2 || inner.ToPos > length-5 {
		t.Errorf("a trip that ends inside ends at %g m of %g, want off the road before the stop line", inner.ToPos, length)
	}
	twice, err := ReadFlow(strings.NewReader(text), p, 2, seed, 90, 600)
	if err != nil || len(twice.Trips) != 12 {
		t.Errorf("%d trips with a factor of 2, error %v; want 12", len(twice.Trips), err)
	}
	if late, err := ReadFlow(strings.NewReader(text), p, 1, seed, 110, 301); err != nil || len(late.Trips) != 4 {
		t.Errorf("%d trips from 110 to 301 s, error %v; want 4", len(late.Trips), err)
	}
}

// TestVehiclesAreDrivenAsTheirFlowSays has two kinds of vehicle of which something is said, and one of which nothing is.
func TestVehiclesAreDrivenAsTheirFlowSays(t *testing.T) {
	p, way := refs(t)
	one := flowOf(way, `"interval":10,"startTime":0,"endTime":0`)
	quick := strings.Replace(one, `"headwayTime":2`, `"headwayTime":1.5,"usualPosAcc":2.5,"usualNegAcc":3.5`, 1)
	silent := strings.Replace(strings.Replace(one, `,"headwayTime":2`, "", 1), `"minGap":2.5,`, "", 1)
	d, err := ReadFlow(strings.NewReader("["+strings.Join([]string{one, quick, silent, one}, ",")+"]"), p, 1, seed, 0, 600)
	if err != nil {
		t.Fatal(err)
	}
	want := []driver.Style{{TimeGap: 2, MinGap: 2.5}, {TimeGap: 1.5, Accel: 2.5, Brake: 3.5, MinGap: 2.5}}
	if !slices.Equal(d.Styles, want) {
		t.Fatalf("styles %+v, want %+v", d.Styles, want)
	}
	var got []uint8
	for _, trip := range d.Trips {
		got = append(got, trip.Style)
	}
	if !slices.Equal(got, []uint8{1, 2, 0, 1}) {
		t.Errorf("styles of the trips %v, want 1, 2, none, 1", got)
	}
}

func TestBadFlowsAreRefused(t *testing.T) {
	p, way := refs(t)
	good := "[" + flowOf(way, `"interval":10,"startTime":0,"endTime":30`) + "]"
	for name, c := range map[string]struct{ old, new, want string }{
		"no list":         {"[{", "{", "want CityFlow's flow.json, a JSON array"},
		"cut short":       {"}]", "}", "byte"},
		"no such road":    {fmt.Sprintf(`"e%d"`, way[1]), `"x"`, `flow 0: route[1]: the map has no road "x"`},
		"a gap":           {fmt.Sprintf(`,"e%d"`, way[1]), ``, "nothing leads a car"},
		"no route":        {`"route":[`, `"route":[],"way":[`, "route: empty"},
		"no vehicle":      {`"vehicle"`, `"car"`, "vehicle: want a length"},
		"standing":        {`"maxSpeed":11.111`, `"maxSpeed":0`, "maxSpeed of 1"},
		"no interval":     {`"interval":10`, `"interval":0`, "interval 0 s"},
		"too many":        {`"interval":10`, `"interval":1e-9`, "a vehicle every 1e-09 s"},
		"tailgating":      {`"headwayTime":2`, `"headwayTime":0.01`, "time gap 0.01"},
		"before midnight": {`"startTime":0`, `"startTime":-5`, "startTime -5 s"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatalf("%s is not in %s", c.old, good)
			}
			if _, err := ReadFlow(strings.NewReader(text), p, 1, seed, 0, 3600); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestListsAreToldByTheirContent(t *testing.T) {
	p, way := refs(t)
	flow := "\xef\xbb\xbf\n[" + flowOf(way, `"interval":10,"startTime":0,"endTime":30`) + "]"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(flow)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"plain.csv": flow, "packed": packed.String()} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := ReadFile(path, p, 1, seed, 0, 3600)
		if err != nil || len(d.Trips) != 4 {
			t.Errorf("%s: %v, error %v; want 4 trips", name, d, err)
		}
	}
}

func TestClassesFollowFromLengths(t *testing.T) {
	for length, want := range map[float64]network.VehicleClass{
		2.2: network.Motorcycle, 4.3: network.Car, 5: network.Car, 6.5: network.Van, 8.9: network.RigidLorry,
		12: network.Bus, 16.5: network.ArticulatedLorry,
	} {
		if got := classOfLength(length); got != want {
			t.Errorf("a vehicle of %g m is a %v, want a %v", length, got, want)
		}
	}
}

func FuzzReadFlow(f *testing.F) {
	p, way := refs(f)
	f.Add([]byte("[" + flowOf(way, `"interval":10,"startTime":0,"endTime":30`) + "]"))
	f.Add([]byte("[" + flowOf(way[:2], `"interval":0.5,"startTime":50`) + "]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ReadFlow(bytes.NewReader(data), p, 1, seed, 0, 600)
		if err != nil {
			return
		}
		for i, trip := range d.Trips {
			if trip.Depart < 0 || trip.Depart >= 600 || len(trip.Route) == 0 || i > 0 && trip.Depart < d.Trips[i-1].Depart {
				t.Fatalf("%s\nmakes trip %+v", data, trip)
			}
		}
	})
}
