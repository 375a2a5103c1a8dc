package demand

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// listed returns places with OSM ways to name, and one point of the town in degrees.
func listed(t testing.TB) (*Places, string) {
	t.Helper()
	p := town(t)
	for e := range p.net.Edges {
		p.net.Edges[e].OSMWay = int64(e + 1)
	}
	for e := range p.net.Edges {
		if id := network.EdgeID(e); p.canStop(id) {
			lon, lat := p.net.Projection.ToLonLat(p.middle(id))
			return p, fmt.Sprintf("%.7f %.7f", lon, lat)
		}
	}
	t.Fatal("nowhere to stop")
	return nil, ""
}

func TestListsAreRead(t *testing.T) {
	p, at := listed(t)
	text := "class,to,from,depart\n# a comment\nvan,way/3," + at + ",07:31:15\n,way/1,way/2,27000\ncar,way/1,way/2,10:00\n"
	d, err := Read(strings.NewReader(text), p, 1, seed, 7*3600, 9*3600)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Trips) != 2 {
		t.Fatalf("%d trips, want the two before 9", len(d.Trips))
	}
	first, second := d.Trips[0], d.Trips[1]
	if want := (traffic.Trip{Depart: 27000, From: 1, To: 0, FromPos: p.net.Edges[1].Length / 2, ToPos: p.net.Edges[0].Length / 2, Key: 2}); !reflect.DeepEqual(first, want) {
		t.Errorf("first trip = %+v, want %+v", first, want)
	}
	if second.Depart != 27075 || second.Class != network.Van || second.To != 2 || !p.canStop(second.From) {
		t.Errorf("second trip = %+v", second)
	}
}

func TestAFactorThinsAndMultipliesAList(t *testing.T) {
	p, _ := listed(t)
	var b strings.Builder
	b.WriteString("depart,from,to\n")
	const lines = 2000
	for i := range lines {
		fmt.Fprintf(&b, "%d,way/1,way/5\n", 25200+i)
	}
	count := func(factor float64) map[float64]int {
		d, err := Read(strings.NewReader(b.String()), p, factor, seed, 7*3600, 9*3600)
		if err != nil {
			t.Fatal(err)
		}
		n := map[float64]int{}
		for _, trip := range d.Trips {
			n[trip.Depart]++
		}
		return n
	}
	half, more := count(0.5), count(2.75)
	if len(half) < lines*45/100 || len(half) > lines*55/100 {
		t.Errorf("%d of %d trips with factor 0.5", len(half), lines)
	}
	total := 0
	for depart, n := range more {
		total += n
		if n < 2 || n < half[depart] {
			t.Errorf("the trip at %g is made %d times with factor 2.75, %d with 0.5", depart, n, half[depart])
		}
	}
	if total < lines*265/100 || total > lines*285/100 {
		t.Errorf("%d trips of %d with factor 2.75", total, lines)
	}
}

func TestMistakesInListsNameTheLine(t *testing.T) {
	p, _ := listed(t)
	for name, test := range map[string]struct{ text, want string }{
		"empty":          {"", "columns"},
		"no columns":     {"a,b\n", "unknown column"},
		"a column short": {"depart,from\n", "needed"},
		"time":           {"depart,from,to\n\nnoon,way/1,way/2\n", "line 3"},
		"late":           {"depart,from,to\n90:00,way/1,way/2\n", "48:00"},
		"way":            {"depart,from,to\n7:00,way/1,way/99999\n", "way 99999"},
		"place":          {"depart,from,to\n7:00,way/1,here\n", `"here"`},
		"far away":       {"depart,from,to\n7:00,way/1,0 0\n", "within"},
		"not a number":   {"depart,from,to\n7:00,way/1,nan nan\n", "degrees"},
		"class":          {"depart,from,to,class\n7:00,way/1,way/2,tank\n", "tank"},
		"fields":         {"depart,from,to\n7:00,way/1\n", "line 2"},
	} {
		_, err := Read(strings.NewReader(test.text), p, 1, seed, 0, 86400)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", name, err, test.want)
		}
	}
	if _, err := ReadFile("/none/trips.csv", p, 1, seed, 0, 86400); err == nil || !strings.Contains(err.Error(), "/none/trips.csv") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestBombsAreRefused(t *testing.T) {
	p, _ := listed(t)
	for name, c := range map[string]struct {
		begin, more, want string
		times             int // 16 MiB at least
	}{
		"a line without an end":  {"depart,from,to\n", "7:00,", "more than 65536 bytes", 4 << 20},
		"a quote without an end": {"depart,from,to\n\"", "7:00\n", "more than 65536 bytes", 4 << 20},
		"a flow without an end":  {`[{"route":[`, `"a",`, "more than 1048576 bytes", 4 << 20},
		"a route without an end": {`<routes><route edges="`, `e f `, "more than 8388608 bytes", 4 << 20},
	} {
		text := c.begin + strings.Repeat(c.more, c.times)
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		if _, err := z.Write([]byte(text)); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		for _, data := range []string{text, packed.String()} {
			if _, err := readAny(strings.NewReader(data), p, 1, seed, 0, 86400); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %v, want one with %q", name, err, c.want)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	p, at := listed(f)
	f.Add("depart,from,to,class\n07:31:15,way/3," + at + ",van\n")
	f.Add("depart,from,to\n\"1\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Read(strings.NewReader(text), p, 1, seed, 0, 48*3600)
		if err != nil {
			return
		}
		for _, trip := range d.Trips {
			if trip.From < 0 || int(trip.From) >= len(p.net.Edges) || !(trip.Depart >= 0 && trip.Depart < 48*3600) {
				t.Fatalf("trip %+v", trip)
			}
		}
	})
}

func TestPlacesOfAListMayBeEdgesAndGates(t *testing.T) {
	p, _ := listed(t)
	for e := range p.net.Edges { // a way of two edges
		arcs := p.router.Arcs(network.EdgeID(e))
		if len(arcs) == 0 {
			continue
		}
		text := fmt.Sprintf("depart,from,to,purpose,route\n7:00,edge/%d@gate,edge/%d@5.5,school,%d %d\n", e, arcs[0].To, e, arcs[0].To)
		d, err := Read(strings.NewReader(text), p, 1, seed, 0, 86400)
		if err != nil {
			t.Fatal(err)
		}
		trip := d.Trips[0]
		if int(trip.From) != e || trip.FromPos != traffic.AtBoundary || trip.ToPos != 5.5 || len(trip.Route) != 2 || d.About[0].Purpose != School {
			t.Fatalf("trip = %+v, %v", trip, d.About[0])
		}
		return
	}
}

func TestListsReadBackWhatWasWritten(t *testing.T) {
	p, _ := listed(t)
	d := p.Demand(asGiven, seed, 7*3600, 8*3600)
	var b strings.Builder
	if err := WriteList(&b, d.Trips, d.About); err != nil {
		t.Fatal(err)
	}
	back, err := Read(strings.NewReader(b.String()), p, 1, seed, 7*3600, 8*3600)
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Trips {
		d.Trips[i].Key = back.Trips[i].Key // the lines of the file number them
	}
	if !sameTrips(d.Trips, back.Trips) {
		t.Error("other trips came back")
	}
	for i := range d.About {
		if d.About[i].Purpose != back.About[i].Purpose {
			t.Fatalf("trip %d: %v became %v", i, d.About[i].Purpose, back.About[i].Purpose)
		}
	}
}

// TestCopiesOfATripAreOthersTrips: each has a number, and a key, of its own, whatever the factor.
func TestCopiesOfATripAreOthersTrips(t *testing.T) {
	p, _ := listed(t)
	text := "depart,from,to\n25200,way/1,way/5\n25300,way/1,way/5\n"
	keys := func(factor float64) map[uint64]float64 {
		d, err := Read(strings.NewReader(text), p, factor, seed, 7*3600, 9*3600)
		if err != nil {
			t.Fatal(err)
		}
		by := map[uint64]float64{}
		for i := range d.Trips {
			by[d.Trips[i].Key] = d.Trips[i].Depart
		}
		if len(by) != len(d.Trips) || by[0] != 0 {
			t.Errorf("factor %g: %d keys of %d trips, want as many, and none 0", factor, len(by), len(d.Trips))
		}
		return by
	}
	more := keys(5)
	for key, depart := range keys(2) {
		if more[key] != depart {
			t.Errorf("the trip with key %d departs at %g, and at %g where there are more", key, depart, more[key])
		}
	}
}
