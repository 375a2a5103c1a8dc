package demand

import (
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles"
)

// vType is what is kept of a vehicle type.
type vType struct {
	class    network.VehicleClass
	topSpeed float64 // m/s, 0 for that of the class
	other    string  // vClass of what is no road vehicle of ours, else ""
}

// weighed is one of several possibilities, with its weight.
type weighed[T any] struct {
	value  T
	weight float64
}

// choose draws one by a number in [0, 1).
func choose[T any](all []weighed[T], u float64) T {
	sum := 0.0
	for i := range all {
		sum += all[i].weight
	}
	u *= sum
	for i := range all {
		if u -= all[i].weight; u < 0 {
			return all[i].value
		}
	}
	return all[len(all)-1].value
}

func (s *routeReader) vType(e *element) (t vType, err error) {
	what := e.Text("vClass")
	if what == "" {
		what = e.Text("guiShape")
	}
	switch what {
	case "bicycle", "pedestrian", "tram", "rail", "rail_urban", "rail_electric", "rail_fast", "ship", "aircraft",
		"rail/railcar", "rail/cargo", "ant":
		t.other = what
	case "delivery", "delivery/van", "passenger/van":
		t.class = network.Van
	case "bus", "coach", "bus/coach", "bus/flexible", "bus/trolley":
		t.class = network.Bus
	case "truck", "firebrigade":
		t.class = network.RigidLorry
	case "trailer", "truck/semitrailer", "truck/1trailer":
		t.class = network.ArticulatedLorry
	case "motorcycle", "moped":
		t.class = network.Motorcycle
	}
	top, err := e.Float("maxSpeed", 0)
	if err != nil {
		return t, err
	}
	const crawl = 1.0 // m/s
	if e.Has("maxSpeed") && top < vehicles.Classes()[t.class].TopSpeed {
		t.topSpeed = max(top, crawl)
	}
	return t, nil
}

func (s *routeReader) typeDistribution(e *element) error {
	var all []weighed[vType]
	for i := range e.children {
		c := &e.children[i]
		if c.Name != "vType" {
			continue
		}
		weight, err := c.Float("probability", 1)
		if err != nil {
			return err
		}
		t, err := s.vType(c)
		if err != nil {
			return err
		}
		all = append(all, weighed[vType]{t, max(weight, 0)})
		if id := c.Text("id"); id != "" {
			s.types[id] = []weighed[vType]{{t, 1}}
		}
	}
	weights := strings.Fields(e.Text("probabilities"))
	for i, id := range strings.Fields(e.Text("vTypes")) {
		known, ok := s.types[id]
		if !ok {
			return e.Errorf("no vType %q before it", id)
		}
		weight := 1.0
		if i < len(weights) {
			w, err := strconv.ParseFloat(weights[i], 64)
			if err != nil || !(w >= 0 && w < 1e9) {
				return e.Errorf("probability %q, want a number", weights[i])
			}
			weight = w
		}
		all = append(all, weighed[vType]{known[0].value, weight})
	}
	if len(all) == 0 {
		return e.Errorf("no vTypes in it")
	}
	s.types[e.Text("id")] = all
	return nil
}

// route returns the edges of a route, as its attribute has them.
func (s *routeReader) route(e *element) ([]network.EdgeID, error) {
	edges, err := s.edgesOf(e, "edges")
	if err == nil && len(edges) == 0 {
		err = e.Errorf("no edges")
	}
	return edges, err
}

func (s *routeReader) edgesOf(e *element, name string) ([]network.EdgeID, error) {
	var edges []network.EdgeID
	for _, id := range strings.Fields(e.Text(name)) {
		edge, ok := s.edges[id]
		if !ok {
			return nil, e.Errorf("%s: no edge %q in the network", name, id)
		}
		edges = append(edges, edge)
	}
	return edges, nil
}

func (s *routeReader) routeDistribution(e *element) (all []weighed[[]network.EdgeID], err error) {
	for i := range e.children {
		c := &e.children[i]
		if c.Name != "route" {
			continue
		}
		weight, err := c.Float("probability", 1)
		if err != nil {
			return nil, err
		}
		edges, err := s.route(c)
		if ref := c.Text("refId"); ref != "" {
			known, ok := s.routes[ref]
			if !ok {
				return nil, c.Errorf("no route %q before it", ref)
			}
			edges, err = known[0].value, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, weighed[[]network.EdgeID]{edges, max(weight, 0)})
	}
	for _, id := range strings.Fields(e.Text("routes")) {
		known, ok := s.routes[id]
		if !ok {
			return nil, e.Errorf("no route %q before it", id)
		}
		all = append(all, weighed[[]network.EdgeID]{known[0].value, 1})
	}
	if len(all) == 0 {
		return nil, e.Errorf("no routes in it")
	}
	return all, nil
}
