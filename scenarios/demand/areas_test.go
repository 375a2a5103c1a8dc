package demand

import (
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/route"
	"roadtwin/network/sample"
)

func TestCentroidOfKnownShapes(t *testing.T) {
	shapes := map[string]struct {
		outline []network.Point
		size    float64
		at      network.Point
	}{
		"square far away, clockwise": {[]network.Point{{X: 1e5, Y: 0}, {X: 1e5, Y: 10}, {X: 1e5 + 10, Y: 10}, {X: 1e5 + 10, Y: 0}, {X: 1e5, Y: 0}}, 100, network.Point{X: 1e5 + 5, Y: 5}},
		"triangle":                   {[]network.Point{{X: 0, Y: 0}, {X: 6, Y: 0}, {X: 0, Y: 3}, {X: 0, Y: 0}}, 9, network.Point{X: 2, Y: 1}},
		"a line":                     {[]network.Point{{X: 0, Y: 0}, {X: 6, Y: 0}, {X: 3, Y: 0}, {X: 0, Y: 0}}, 0, network.Point{}},
	}
	for name, s := range shapes {
		size, at := centroid(s.outline)
		if math.Abs(size-s.size) > 1e-6 || length(at, s.at) > 1e-6 {
			t.Errorf("%s: %g m² at %v, want %g at %v", name, size, at, s.size, s.at)
		}
	}
}

func TestContains(t *testing.T) {
	notch := []network.Point{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 10}, {X: 5, Y: 5}, {X: 0, Y: 10}, {X: 0, Y: 0}}
	for p, want := range map[network.Point]bool{{X: 5, Y: 2}: true, {X: 5, Y: 8}: false, {X: 1, Y: 8}: true, {X: -1, Y: 5}: false, {X: 11, Y: 5}: false} {
		if got := contains(notch, p); got != want {
			t.Errorf("contains(%v) = %t, want %t", p, got, want)
		}
	}
}

// mapOf draws closed ways and points on the map around a network, in local metres.
type mapOf struct {
	net *network.Network
	x   extract.Extract
}

func (m *mapOf) node(p network.Point, tags ...extract.Tag) int64 {
	lon, lat := m.net.Projection.ToLonLat(p)
	id := int64(len(m.x.Nodes) + 1)
	m.x.Nodes = append(m.x.Nodes, extract.Node{ID: id, Lon: lon, Lat: lat, Tags: tags})
	return id
}

func (m *mapOf) way(tags extract.Tags, nodes ...int64) int64 {
	id := int64(len(m.x.Ways) + 1)
	m.x.Ways = append(m.x.Ways, extract.Way{ID: id, Nodes: nodes, Tags: tags})
	return id
}

// box draws a rectangle around p.
func (m *mapOf) box(p network.Point, width, height float64, tags ...extract.Tag) {
	corner := func(dx, dy float64) int64 {
		return m.node(network.Point{X: p.X + dx*width/2, Y: p.Y + dy*height/2})
	}
	a, b, c, d := corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)
	m.way(tags, a, b, c, d, a)
}

func TestBuildingsBecomePlacesAtTheNearestKerb(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	m := &mapOf{net: net}
	// Row 1 runs along y = 0 from x = 0 to 150; where one drives on the right, its northern kerb is of the way west.
	m.box(network.Point{X: 75, Y: 30}, 20, 30, extract.Tag{Key: "building", Value: "apartments"}, extract.Tag{Key: "building:levels", Value: "6"})
	m.box(network.Point{X: 75, Y: -30}, 20, 30, extract.Tag{Key: "building", Value: "office"}, extract.Tag{Key: "height", Value: "30 m"})
	m.box(network.Point{X: 60, Y: -30}, 5, 5, extract.Tag{Key: "building", Value: "garage"})
	m.box(network.Point{X: 75, Y: 5000}, 20, 30, extract.Tag{Key: "building", Value: "house"})
	p := Survey(net, &m.x, route.New(net))
	if p.found.Buildings != 2 || p.found.BuildingsLost != 1 {
		t.Errorf("%d buildings found and %d lost, want 2 and 1", p.found.Buildings, p.found.BuildingsLost)
	}
	var residents, workers *spot
	for i := range p.spots {
		switch s := &p.spots[i]; {
		case s.begin != s.end: // frontage of other streets
		case s.homes > 0:
			residents = s
		case s.jobs > 0:
			workers = s
		}
	}
	if residents == nil || workers == nil {
		t.Fatal("no place for the homes, or none for the offices")
	}
	// The projection and its inverse agree to a millimetre or so.
	if want := 20 * 30 * 6 / floorResident; math.Abs(residents.homes-want) > 0.1 {
		t.Errorf("%.2f residents, want %.2f", residents.homes, want)
	}
	if want := 20 * 30 * 10 / floorOffice; math.Abs(workers.jobs-want) > 0.1 {
		t.Errorf("%.2f jobs, want %.2f: 30 m are 10 storeys", workers.jobs, want)
	}
	north, south := p.pointAt(residents.edge, residents.begin), p.pointAt(workers.edge, workers.begin)
	if math.Abs(north.X-75) > 0.1 || math.Abs(south.X-75) > 0.1 || north.Y <= 0 || south.Y >= 0 {
		t.Errorf("homes are at %v, offices at %v, want x = 75 on either side of y = 0", north, south)
	}
	if net.Edges[residents.edge].Opposite != workers.edge {
		t.Error("the two sides of the street are not the two directions of it")
	}
}

func TestShopsCountWhereBuildingsAreNotMapped(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	m := &mapOf{net: net}
	shop := extract.Tag{Key: "shop", Value: "supermarket"}
	m.node(network.Point{X: 75, Y: 30}, shop)
	m.box(network.Point{X: 310, Y: 310}, 40, 40, shop) // an outline that is no building
	p := Survey(net, &m.x, route.New(net))
	if p.found.Points != 2 {
		t.Errorf("%d shops, want 2", p.found.Points)
	}
	m.box(network.Point{X: 100, Y: 100}, 90, 90, extract.Tag{Key: "building", Value: "retail"}) // maps the cell of the first
	if p = Survey(net, &m.x, route.New(net)); p.found.Points != 1 || p.found.MappedCells != 1 {
		t.Errorf("%d shops and %d mapped cells, want one of each", p.found.Points, p.found.MappedCells)
	}
}

func TestUntaggedBuildingsAreWhatTheLandIs(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	plain := extract.Tag{Key: "building", Value: "yes"}
	for name, test := range map[string]struct {
		land  string
		width float64
		homes bool
	}{
		"small": {"", 10, true}, "large": {"", 60, false}, "large among homes": {"residential", 60, true},
		"small among shops": {"retail", 10, false}, "small in a field": {"farmland", 10, true},
	} {
		m := &mapOf{net: net}
		m.box(network.Point{X: 75, Y: 40}, test.width, 10, plain)
		if test.land != "" {
			m.box(network.Point{X: 75, Y: 40}, 150, 60, extract.Tag{Key: "landuse", Value: test.land})
			m.box(network.Point{X: 75, Y: 40}, 3000, 3000, extract.Tag{Key: "landuse", Value: "forest"})
		}
		s := readAreas(&m.x, net)
		p := &Places{net: net, router: route.New(net)}
		p.connect()
		p.index = newIndex(net, ranks(net), p.canStop)
		p.addBuildings(s)
		if len(p.spots) != 1 || (p.spots[0].homes > 0) != test.homes || (p.spots[0].jobs > 0) == test.homes {
			t.Errorf("%s: %+v, want homes %t", name, p.spots, test.homes)
		}
	}
}

func TestMultipolygonsAreJoinedAndHalfOnesLeftOut(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	m := &mapOf{net: net}
	a, b := m.node(network.Point{X: 0, Y: 20}), m.node(network.Point{X: 40, Y: 20})
	c, d := m.node(network.Point{X: 40, Y: 50}), m.node(network.Point{X: 0, Y: 50})
	first, second := m.way(nil, a, b, c), m.way(nil, a, d, c) // the second runs backwards
	third := m.way(nil, a, b)
	tags := extract.Tags{{Key: "building", Value: "apartments"}, {Key: "type", Value: "multipolygon"}}
	member := func(id int64) extract.Member { return extract.Member{Type: extract.WayMember, Ref: id, Role: "outer"} }
	m.x.Relations = []extract.Relation{
		{ID: 1, Tags: tags, Members: []extract.Member{member(first), member(second), member(99)}},
		{ID: 2, Tags: tags, Members: []extract.Member{member(first), member(third)}},
	}
	s := readAreas(&m.x, net)
	if len(s.buildings) != 1 || math.Abs(s.buildings[0].size-1200) > 0.1 {
		t.Errorf("buildings = %+v, want one of 1200 m²", s.buildings)
	}
}

func TestHostileOutlinesAreHarmless(t *testing.T) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		t.Fatal(err)
	}
	m := &mapOf{net: net}
	corners := [][2]float64{{-179, -80}, {179, -80}, {179, 80}, {-179, 80}}
	var ids []int64
	for _, at := range corners {
		id := int64(len(m.x.Nodes) + 1)
		m.x.Nodes = append(m.x.Nodes, extract.Node{ID: id, Lon: at[0], Lat: at[1]})
		ids = append(ids, id)
	}
	m.way(extract.Tags{{Key: "landuse", Value: "residential"}}, append(ids, ids[0])...)  // the whole world
	m.way(extract.Tags{{Key: "building", Value: "yes"}}, append(ids, ids[0])...)         // a house as large
	m.way(extract.Tags{{Key: "building", Value: "yes"}}, ids[0], ids[0], ids[0], ids[0]) // of one point
	m.way(extract.Tags{{Key: "building", Value: "yes"}}, 100, 101, 102, 100)             // of missing ones
	m.box(network.Point{X: 75, Y: 30}, 10, 10, extract.Tag{Key: "building", Value: "house"},
		extract.Tag{Key: "building:levels", Value: "1e300"}, extract.Tag{Key: "height", Value: "NaN"})
	p := Survey(net, &m.x, route.New(net))
	for _, s := range p.spots {
		if !(s.homes >= 0 && s.homes < 1e4 && s.jobs >= 0 && s.jobs < 1e4) {
			t.Errorf("a place with %g residents and %g jobs", s.homes, s.jobs)
		}
	}
}
