package demand

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/vehicles/traffic"
)

// halves returns the town, and two zones: its west and its east, and the world around it.
func halves(t testing.TB) (*Places, *Zones, string) {
	t.Helper()
	p := town(t)
	b := p.net.Bounds.Pad(50)
	middle := (b.MinX + b.MaxX) / 2
	var features []string
	for _, z := range []struct {
		id, more string
		x0, x1   float64
	}{{`"west"`, "", b.MinX, middle}, {`2`, "", middle, b.MaxX}, {`"world"`, `,"external":true`, b.MinX - 10, b.MaxX + 10}} {
		var ring []string
		for _, c := range [][2]float64{{z.x0, b.MinY}, {z.x1, b.MinY}, {z.x1, b.MaxY}, {z.x0, b.MaxY}, {z.x0, b.MinY}} {
			lon, lat := p.net.Projection.ToLonLat(network.Point{X: c[0], Y: c[1]})
			ring = append(ring, fmt.Sprintf("[%.8f,%.8f]", lon, lat))
		}
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"id":%s%s},"geometry":{"type":"Polygon","coordinates":[[%s]]}}`,
			z.id, z.more, strings.Join(ring, ",")))
	}
	text := `{"type":"FeatureCollection","features":[` + strings.Join(features, ",\n") + `]}`
	z, err := ReadZones(strings.NewReader(text), p.net)
	if err != nil {
		t.Fatal(err)
	}
	return p, z, text
}

func TestZonesContainWhatIsWithinThem(t *testing.T) {
	p, z, _ := halves(t)
	b := p.net.Bounds
	middle := network.Point{X: (b.MinX + b.MaxX) / 2, Y: (b.MinY + b.MaxY) / 2}
	west, _ := z.Find("west")
	east, ok := z.Find("2")
	if !ok || z.Len() != 3 {
		t.Fatalf("%d zones, want three and one of them called 2", z.Len())
	}
	at := network.Point{X: middle.X - 30, Y: middle.Y}
	if !z.Zone(west).Contains(at) || z.Zone(east).Contains(at) {
		t.Errorf("%v is not in the west only", at)
	}
}

func TestMistakesInZonesAreNamed(t *testing.T) {
	p, _, text := halves(t)
	for name, c := range map[string]struct{ text, want string }{
		"no json":       {"{\n\"type\": \"Feature", "line 2"},
		"another thing": {`{"type":"Feature"}`, "FeatureCollection"},
		"nothing":       {`{"type":"FeatureCollection","features":[]}`, "features: 0"},
		"no id":         {strings.Replace(text, `"id":2`, `"name":2`, 1), "features[1].properties.id"},
		"the id twice":  {strings.Replace(text, `"id":2`, `"id":"west"`, 1), "already features[0]"},
		"a line":        {strings.Replace(text, `"Polygon"`, `"LineString"`, 1), "features[0] (zone west): geometry: type \"LineString\""},
		"metres":        {strings.ReplaceAll(text, "[[[", "[[[5000,"), "longitude and latitude"},
	} {
		if _, err := ReadZones(strings.NewReader(c.text), p.net); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestBothFormsOfAMatrixSayTheSame(t *testing.T) {
	_, z, _ := halves(t)
	long, err := ReadMatrix(strings.NewReader("# a comment\nfrom,to,trips\nwest,2,12.5\n2,west,7\n2,2,0\n"), z)
	if err != nil {
		t.Fatal(err)
	}
	square, err := ReadMatrix(strings.NewReader(",west,2\nwest,0,12.5\n2,7,0\n"), z)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(long) != fmt.Sprint(square) || long.Total() != 19.5 {
		t.Errorf("got %v and %v, want the same and 19.5 trips", long, square)
	}
}

func TestMistakesInMatricesNameLineAndColumn(t *testing.T) {
	_, z, _ := halves(t)
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "empty"},
		"unknown zone":    {"from,to,trips\nwest,2,1\nnorth,2,1\n", `line 3: from: no zone is called "north"`},
		"no number":       {"from,to,trips\nwest,2,many\n", `line 2: trips: "many"`},
		"negative":        {"from,to,trips\nwest,2,-1\n", `line 2: trips: "-1"`},
		"twice":           {"from,to,trips\nwest,2,1\nwest,2,3\n", "line 3: trips: from west to 2 is given twice"},
		"another column":  {"from,to,trips,mode\n", `unknown column "mode"`},
		"unknown heading": {",west,north\n", `line 1: column 3: no zone is called "north"`},
		"short row":       {",west,2\nwest,1\n", "line 2"},
		"not a number":    {",west,2\nwest,1,x\n", "line 2: column 3"},
	} {
		if _, err := ReadMatrix(strings.NewReader(c.text), z); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func matrixFlow(t testing.TB, z *Zones, text string, change func(*Flow)) []Flow {
	t.Helper()
	m, err := ReadMatrix(strings.NewReader(text), z)
	if err != nil {
		t.Fatal(err)
	}
	f := Flow{Name: "a.csv", Matrix: m, Purpose: Commute, Factor: 1}
	f.From, f.To = f.Purpose.Ends()
	if change != nil {
		change(&f)
	}
	return []Flow{f}
}

// TestMatricesBecomeTripsBetweenTheirZones puts 400 trips a day from west to east and 100.5 from the world to the west on the road.
func TestMatricesBecomeTripsBetweenTheirZones(t *testing.T) {
	p, z, _ := halves(t)
	flows := matrixFlow(t, z, "from,to,trips\nwest,2,400\nworld,west,100.5\n", nil)
	middle := z.Zone(0).bounds.MaxX
	halfs := 0
	for s := range uint64(40) {
		d, err := p.FromMatrices(z, flows, 1, s, 0, 86400)
		if err != nil {
			t.Fatal(err)
		}
		n := len(d.Trips) + d.counts.dropped
		if n != 500 && n != 501 {
			t.Fatalf("%d trips, want 500 or 501", n)
		}
		halfs += n - 500
		if s > 0 {
			continue
		}
		gates, peak := 0, 0
		for i := range d.Trips {
			trip := &d.Trips[i]
			if d.About[i].Purpose != Commute {
				t.Fatalf("trip %d is %v, want a commute", i, d.About[i].Purpose)
			}
			if trip.Depart >= 6*3600 && trip.Depart < 9*3600 {
				peak++
			}
			if trip.FromPos == traffic.AtBoundary {
				gates++
				continue
			}
			from, to := p.pointAt(trip.From, trip.FromPos), p.pointAt(trip.To, trip.ToPos)
			if from.X > middle+pieceLength/2 || to.X < middle-pieceLength/2 {
				t.Errorf("trip %d leads from %v to %v, want from west to east", i, from, to)
			}
		}
		if gates < 95 || gates > 101 {
			t.Errorf("%d trips come from beyond the map, want 100 or 101", gates)
		}
		if share := float64(peak) / float64(len(d.Trips)); share < 0.5 || share > 0.7 {
			t.Errorf("%.2f of the commutes depart from 6 to 9, want about 0.6", share)
		}
	}
	if halfs < 8 || halfs > 32 {
		t.Errorf("the half trip was made with %d of 40 seeds, want about 20", halfs)
	}
}

func TestASmallerFactorKeepsTripsOfAMatrix(t *testing.T) {
	p, z, _ := halves(t)
	flows := matrixFlow(t, z, "from,to,trips\nwest,2,300\n2,west,33.3\n", func(f *Flow) { f.Return = 0.5 })
	all, err := p.FromMatrices(z, flows, 1, seed, 0, 86400)
	if err != nil {
		t.Fatal(err)
	}
	part, err := p.FromMatrices(z, flows, 0.4, seed, 0, 86400)
	if err != nil {
		t.Fatal(err)
	}
	if missing := without(part.Trips, all.Trips); len(missing) > 0 {
		t.Errorf("%d trips of the smaller demand are not in the greater", len(missing))
	}
	morning, err := p.FromMatrices(z, flows, 1, seed, 7*3600, 8*3600)
	if err != nil {
		t.Fatal(err)
	}
	if missing := without(morning.Trips, all.Trips); len(missing) > 0 || len(morning.Trips) == 0 {
		t.Errorf("%d of %d trips of the morning are not in the day", len(missing), len(morning.Trips))
	}
}

// TestHoursOfAMatrix has the trips of a matrix of two hours depart in these, with returns any time.
func TestHoursOfAMatrix(t *testing.T) {
	p, z, _ := halves(t)
	flows := matrixFlow(t, z, "from,to,trips\nwest,2,1000\n", func(f *Flow) { f.Begin, f.End, f.Return = 7.1*3600, 9*3600, 0.3 })
	d, err := p.FromMatrices(z, flows, 1, seed, 0, 86400)
	if err != nil {
		t.Fatal(err)
	}
	inside := 0
	for i := range d.Trips {
		if at := d.Trips[i].Depart; at >= 7.1*3600 && at < 9*3600 {
			inside++
		}
	}
	if inside < 1000-d.counts.dropped || inside > 1020 {
		t.Errorf("%d trips in the hours of the matrix, want its 1000 and a few that drive back early", inside)
	}
	if back := len(d.Trips) - 1000; math.Abs(float64(back)-300) > 50 {
		t.Errorf("%d trips are driven back, want 300", back)
	}
}

func TestZonesWithoutStreetsAreNamed(t *testing.T) {
	p, _, text := halves(t)
	far := strings.Replace(text, `"features":[`, `"features":[{"type":"Feature","properties":{"id":"sea"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}},`, 1)
	z, err := ReadZones(strings.NewReader(far), p.net)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.FromMatrices(z, matrixFlow(t, z, "from,to,trips\nsea,west,5\n", nil), 1, seed, 0, 86400)
	if err == nil || !strings.Contains(err.Error(), "a.csv: zone sea: no street") {
		t.Errorf("got %v, want the file and the zone", err)
	}
}

func FuzzReadZones(f *testing.F) {
	p, _, text := halves(f)
	f.Add(text)
	f.Add(`{"type":"FeatureCollection","features":[{"id":7,"geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		z, err := ReadZones(strings.NewReader(text), p.net)
		if err != nil {
			return
		}
		for i := range z.Len() {
			if at, ok := z.Find(z.Zone(i).ID); !ok || at != i {
				t.Fatalf("zone %d is not found by its id %q", i, z.Zone(i).ID)
			}
			z.Zone(i).Contains(network.Point{})
		}
	})
}

func FuzzReadMatrix(f *testing.F) {
	_, z, _ := halves(f)
	f.Add("from,to,trips\nwest,2,12.5\n")
	f.Add(",west,2\nwest,0,12.5\n2,7,0\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ReadMatrix(strings.NewReader(text), z)
		if err != nil {
			return
		}
		for _, c := range m.Cells {
			if c.From < 0 || c.From >= z.Len() || c.To < 0 || c.To >= z.Len() || !(c.Trips > 0 && c.Trips <= maxCellTrips) {
				t.Fatalf("cell %+v", c)
			}
		}
	})
}
