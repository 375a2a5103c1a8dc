package tiles

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/sample"
)

// town is the sample town, which lies where its projection says.
func town(t testing.TB) *network.Network {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// ids numbers the nodes of a drawing.
type drawing struct {
	x   extract.Extract
	net *network.Network
}

// node adds a node at metres east and north of the origin and returns its id.
func (d *drawing) node(x, y float64, tags ...extract.Tag) int64 {
	lon, lat := d.net.Projection.ToLonLat(network.Point{X: x, Y: y})
	id := int64(len(d.x.Nodes) + 1)
	d.x.Nodes = append(d.x.Nodes, extract.Node{ID: id, Lon: lon, Lat: lat, Tags: tags})
	return id
}

func (d *drawing) way(nodes []int64, tags ...extract.Tag) int64 {
	id := int64(len(d.x.Ways) + 1)
	d.x.Ways = append(d.x.Ways, extract.Way{ID: id, Nodes: nodes, Tags: tags})
	return id
}

// square adds the nodes of a square around x, y, its first node again at the end.
func (d *drawing) square(x, y, half float64) []int64 {
	a := d.node(x-half, y-half)
	return []int64{a, d.node(x+half, y-half), d.node(x+half, y+half), d.node(x-half, y+half), a}
}

// sketch is an extract around the town with one thing for every layer: a lake of two ways with an island, a park, a
// house, a stream, a bridge and a name.
func sketch(t testing.TB) (*network.Network, *extract.Extract) {
	t.Helper()
	d := &drawing{net: town(t)}
	lake := d.square(0, 0, 90)
	south := d.way(lake[:3])
	north := d.way(lake[2:])
	island := d.way(d.square(0, 0, 30))
	d.x.Relations = append(d.x.Relations, extract.Relation{
		ID: 1,
		Members: []extract.Member{
			{Type: extract.WayMember, Ref: north, Role: "outer"},
			{Type: extract.WayMember, Ref: south, Role: "outer"},
			{Type: extract.WayMember, Ref: island, Role: "inner"},
			{Type: extract.WayMember, Ref: 999, Role: "outer"},
		},
		Tags: extract.Tags{{Key: "natural", Value: "water"}, {Key: "type", Value: "multipolygon"}},
	})
	d.way(d.square(60, 60, 20), extract.Tag{Key: "leisure", Value: "park"})
	d.way(d.square(-60, 60, 8), extract.Tag{Key: "building", Value: "yes"}, extract.Tag{Key: "building:levels", Value: "4"})
	d.way([]int64{d.node(-80, -80), d.node(80, -80)}, extract.Tag{Key: "waterway", Value: "stream"})
	d.way([]int64{d.node(-80, 80), d.node(80, 80)}, extract.Tag{Key: "bridge", Value: "yes"},
		extract.Tag{Key: "highway", Value: "primary_link"}, extract.Tag{Key: "name", Value: "High Street"})
	d.node(0, 5, extract.Tag{Key: "name", Value: "Sampleton"}, extract.Tag{Key: "place", Value: "town"})
	return d.net, &d.x
}

// at returns the tile of zoom z at metres east and north of the origin.
func at(net *network.Network, z uint8, x, y float64) ID {
	p := world(net.Projection.ToLonLat(network.Point{X: x, Y: y}))
	n := math.Exp2(float64(z))
	return ID{z, uint32(p[0] * n), uint32(p[1] * n)}
}

func layersOf(t *testing.T, m *Map, id ID) map[string]*mvt.Layer {
	t.Helper()
	tile, err := m.Tile(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(tile.Gzip) == 0 {
		return nil
	}
	layers, err := mvt.UnmarshalGzipped(tile.Gzip)
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]*mvt.Layer)
	for _, l := range layers {
		byName[l.Name] = l
	}
	return byName
}

func names(layers map[string]*mvt.Layer) string {
	var names []string
	for name := range layers {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// everythingAt merges the layers of all tiles of zoom z over the town.
func everythingAt(t *testing.T, net *network.Network, m *Map, z uint8) map[string]*mvt.Layer {
	t.Helper()
	all := make(map[string]*mvt.Layer)
	b := net.Bounds
	first, last := at(net, z, min(b.MinX, -100), max(b.MaxY, 100)), at(net, z, max(b.MaxX, 100), min(b.MinY, -100))
	for x := first.X; x <= last.X; x++ {
		for y := first.Y; y <= last.Y; y++ {
			for name, l := range layersOf(t, m, ID{z, x, y}) {
				if all[name] == nil {
					all[name] = &mvt.Layer{Name: name, Extent: l.Extent}
				}
				all[name].Features = append(all[name].Features, l.Features...)
			}
		}
	}
	return all
}

func TestTilesHaveTheirLayersByZoom(t *testing.T) {
	net, x := sketch(t)
	full := New(net, x)
	bare := New(net, nil)
	for _, c := range []struct {
		m    *Map
		z    uint8
		want string
	}{
		{full, 16, "buildings edges junctions landuse lanes markings places roads water waterway"},
		{full, 15, "buildings edges junctions landuse lanes places roads water waterway"},
		{full, 13, "buildings edges landuse places roads water waterway"},
		{bare, 16, "edges junctions lanes markings roads"},
		{bare, 13, "edges roads"},
	} {
		if got := names(everythingAt(t, net, c.m, c.z)); got != c.want {
			t.Errorf("zoom %d: layers %s, want %s", c.z, got, c.want)
		}
	}
}

func TestEveryEdgeAndLaneIsOnTheMapByItsID(t *testing.T) {
	net := town(t)
	all := everythingAt(t, net, New(net, nil), MaxZoom)
	for _, c := range []struct {
		layer string
		n     int
	}{{"edges", len(net.Edges)}, {"lanes", len(net.Lanes)}} {
		seen := make(map[int]bool)
		for _, f := range all[c.layer].Features {
			seen[int(f.ID.(float64))] = true
		}
		if len(seen) != c.n {
			t.Errorf("%s: %d ids, want %d", c.layer, len(seen), c.n)
		}
	}
}

func TestMultipolygonIsAssembledWithItsHole(t *testing.T) {
	net, x := sketch(t)
	area := 0.0
	for _, f := range everythingAt(t, net, New(net, x), MaxZoom)["water"].Features {
		area += areaOn(f.Geometry)
	}
	// The buffer counts strips at the tiles' edges twice: up to 1/32 of a tile on each of few edges.
	lat := net.Projection.Lat0 * math.Pi / 180
	metre := 40075016.686 * math.Cos(lat) / math.Exp2(MaxZoom) / 8192
	got, want := area*metre*metre, 180.0*180-60*60
	if got < want*0.99 || got > want*1.25 {
		t.Errorf("lake of %.0f m², want %.0f and up to a quarter for overlapping buffers", got, want)
	}
}

// areaOn returns the area of a polygon with its holes taken off, in square tile units.
func areaOn(g orb.Geometry) (sum float64) {
	polygons, ok := g.(orb.MultiPolygon)
	if !ok {
		polygons = orb.MultiPolygon{g.(orb.Polygon)}
	}
	for _, p := range polygons {
		for _, r := range p {
			sum += twiceArea(r) / 2 // holes have a negative area
		}
	}
	return sum
}

func TestOuterRingsAreClockwiseAndHolesAreNot(t *testing.T) {
	net, x := sketch(t)
	m := New(net, x)
	<-m.ready
	rings := 0
	for z := uint8(MinZoom); z <= MaxZoom; z++ {
		c := newCutter(at(net, z, 0, 0))
		features := m.surface.draw(c.around, z)
		for _, s := range m.strata {
			features = append(features, s.features...)
		}
		for i := range features {
			p, ok := c.cut(&features[i]).(orb.Polygon)
			if !ok {
				continue
			}
			name := layerNames[features[i].layer]
			for k, r := range p {
				rings++
				// On a screen, where y grows downwards, a positive area is clockwise.
				if a := twiceArea(r); (k == 0) != (a > 0) || a == 0 {
					t.Errorf("zoom %d, %s: ring %d has area %.0f", z, name, k, a/2)
				}
				if !r.Closed() {
					t.Errorf("zoom %d, %s: ring %d is open", z, name, k)
				}
			}
		}
	}
	if rings < 100 {
		t.Errorf("only %d rings looked at", rings)
	}
}

func TestTagsDecideWhatIsShown(t *testing.T) {
	tag := func(kv ...string) (tags extract.Tags) {
		for i := 0; i < len(kv); i += 2 {
			tags = append(tags, extract.Tag{Key: kv[i], Value: kv[i+1]})
		}
		return tags
	}
	for _, c := range []struct {
		tags extract.Tags
		want string
	}{
		{tag("building", "yes"), "buildings 13 map[height:7 min_height:0]"},
		{tag("building", "yes", "height", "40 ft"), "buildings 13 map[height:12.2 min_height:0]"},
		{tag("building", "yes", "height", `12'6"`), "buildings 13 map[height:3.8 min_height:0]"},
		{tag("building", "house", "building:levels", "2", "building:min_level", "1"), "buildings 13 map[height:6 min_height:3]"},
		{tag("building", "yes", "height", "1e300"), "buildings 13 map[height:7 min_height:0]"},
		{tag("building", "yes", "height", "NaN"), "buildings 13 map[height:7 min_height:0]"},
		{tag("building", "yes", "height", "-5"), "buildings 13 map[height:1 min_height:0]"},
		{tag("building", "no"), "-"},
		{tag("landuse", "basin"), "water 10 map[class:water]"},
		{tag("landuse", "railway"), "landuse 11 map[class:industrial]"},
		{tag("natural", "wood"), "landuse 10 map[class:wood]"},
		{tag("amenity", "parking", "parking", "underground"), "-"},
	} {
		got := "-"
		if a, ok := areaOf(c.tags); ok {
			got = fmt.Sprint(layerNames[a.layer], " ", a.minZoom, " ", map[string]any(a.props))
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.tags, got, c.want)
		}
	}
	for _, c := range []struct {
		tags extract.Tags
		want string
	}{
		{tag("highway", "motorway_link", "layer", "2"), "roads 10 map[class:motorway layer:2 link:true]"},
		{tag("highway", "residential", "oneway", "yes"), "roads 13 map[class:residential oneway:true]"},
		{tag("highway", "service", "service", "driveway", "tunnel", "yes"), "roads 15 map[class:service layer:-1 tunnel:true]"},
		{tag("highway", "pedestrian", "area", "yes"), "-"},
		{tag("highway", "proposed"), "-"},
		{tag("railway", "tram"), "roads 13 map[class:rail]"},
		{tag("waterway", "river", "name", "Brandywine"), "waterway 10 map[class:river name:Brandywine]"},
	} {
		got := "-"
		if l, ok := lineOf(c.tags); ok {
			got = fmt.Sprint(layerNames[l.layer], " ", l.minZoom, " ", map[string]any(l.props))
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.tags, got, c.want)
		}
	}
}

func TestRiverCutAtTheEdgeKeepsItsWater(t *testing.T) {
	banks := []chain{
		{points: []orb.Point{{0, 0}, {5, 0}, {10, 0}}},
		{points: []orb.Point{{0, 1}, {5, 1}, {10, 1}}},
	}
	rings := closeUp(banks)
	if len(rings) != 1 || math.Abs(twiceArea(rings[0])) != 20 {
		t.Errorf("rings %v, want one with the area 10 between the banks", rings)
	}
}

func TestIndexFindsWhatAScanFinds(t *testing.T) {
	const seed = 5
	rnd := rand.New(rand.NewPCG(seed, 0))
	for _, n := range []int{0, 1, 15, 16, 17, 1000} {
		boxes := make([]box, n)
		for i := range boxes {
			x, y := rnd.Float64(), rnd.Float64()
			boxes[i] = box{x, y, x + rnd.Float64()/20, y + rnd.Float64()/20}
		}
		x := newIndex(boxes)
		for range 50 {
			q := box{rnd.Float64(), rnd.Float64(), 0, 0}
			q.maxX, q.maxY = q.minX+rnd.Float64()/5, q.minY+rnd.Float64()/5
			got := x.search(q, nil)
			slices.Sort(got)
			var want []int32
			for i, b := range boxes {
				if b.meets(q) {
					want = append(want, int32(i))
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("seed %d, %d boxes: found %v, want %v", seed, n, got, want)
			}
		}
	}
}

func TestTilesAreTheSameForAllWhoAsk(t *testing.T) {
	net, x := sketch(t)
	m := New(net, x)
	want, err := New(net, x).Tile(t.Context(), at(net, 14, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for z := uint8(MinZoom); z <= MaxZoom; z++ {
				tile, err := m.Tile(t.Context(), at(net, z, 0, 0))
				if err != nil || z == 14 && tile.ETag != want.ETag {
					t.Errorf("zoom %d: %v, ETag %s, want %s", z, err, tile.ETag, want.ETag)
				}
			}
		})
	}
	all.Wait()
}

func TestCacheForgetsTheLeastRecentlyUsed(t *testing.T) {
	c := newCache(3 * (1000 + entryOverhead))
	make1000 := func(x uint32) {
		e, mine := c.take(ID{14, x, 0})
		if !mine {
			t.Fatalf("tile %d is there already", x)
		}
		c.put(e, Tile{Gzip: make([]byte, 1000)}, nil)
	}
	for x := range uint32(3) {
		make1000(x)
	}
	if _, mine := c.take(ID{14, 0, 0}); mine {
		t.Fatal("tile 0 was forgotten too early")
	}
	make1000(3) // forgets 1
	if _, mine := c.take(ID{14, 0, 0}); mine {
		t.Error("tile 0, just used, was forgotten")
	}
	e, mine := c.take(ID{14, 1, 0})
	if !mine {
		t.Error("tile 1, not used for longest, is still there")
	}
	c.put(e, Tile{}, errors.New("failed"))
	if _, mine := c.take(ID{14, 1, 0}); !mine {
		t.Error("a failure was kept")
	}
	if c.size > c.limit {
		t.Errorf("%d bytes, want at most %d", c.size, c.limit)
	}
}

func TestWaitingForATileEndsWithTheRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := &Map{ready: make(chan struct{})} // never ready
	if _, err := m.Tile(ctx, ID{14, 0, 0}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func FuzzTileID(f *testing.F) {
	net, x := sketch(f)
	m := New(net, x)
	f.Add("14", "4753", "6217")
	f.Add("0", "0", "0")
	f.Add("16", "65535", "65536")
	f.Add("-1", "1e9", "99999999999999999999")
	f.Add("24", "16777215", "0")
	f.Fuzz(func(t *testing.T, z, x, y string) {
		id, err := ParseID(z, x, y)
		if err != nil {
			return
		}
		if uint64(id.X) >= 1<<id.Z || uint64(id.Y) >= 1<<id.Z {
			t.Errorf("%q/%q/%q is %v, outside of its zoom", z, x, y, id)
		}
		if _, err := m.Tile(t.Context(), id); err != nil && !errors.Is(err, ErrZoom) {
			t.Errorf("%v: %v", id, err)
		}
	})
}

func BenchmarkTile(b *testing.B) {
	net, x := sketch(b)
	m := New(net, x)
	<-m.ready
	id := at(net, 15, 0, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.make(id); err != nil {
			b.Fatal(err)
		}
	}
}
