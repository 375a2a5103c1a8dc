package demand

import (
	"errors"
	"fmt"
	"io"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sumonet"
	"roadtwin/network/sumonet/sumoxml"
)

// ReadRoutes reads SUMO's demand (.rou.xml, and vTypes of additional files) for a network that sumonet.Read has made, or
// that sumonet.Write writes: edges have the names of sumonet.EdgeNames. It reads trip, vehicle, flow, route,
// routeDistribution, vType and vTypeDistribution; times are seconds after midnight. Several files are read as one, in
// their order.
//
// Routes are kept; a trip without one, or with via, gets the quickest at free flow if it has via, and is left to the
// engine if not. The class follows from vClass, or else guiShape. maxSpeed is kept if it is lower than that of the class;
// how vehicles are driven otherwise, and their bodies, are those of the class. departPos and arrivalPos are kept if they
// are numbers or random. Who is no road vehicle of ours (cycles, trains, people) is counted and left out.
//
// Vehicles outside of begin to end are left out; each is made factor times, as Read has it. Errors tell file and line.
func ReadRoutes(files []Routes, p *Places, factor float64, seed uint64, begin, end float64) (*Demand, error) {
	s := newRouteReader(p, factor, seed, begin, end)
	for _, f := range files {
		if err := s.read(f.In); err != nil {
			if f.Name != "" {
				err = fmt.Errorf("%s: %w", f.Name, err)
			}
			return nil, err
		}
	}
	d := s.demand
	d.arrange(numbered(s.numbers))
	for _, what := range s.leftOut {
		d.notes = append(d.notes, fmt.Sprintf("%d %s left out", s.skipped[what], what))
	}
	return d, nil
}

// Routes is a file of SUMO's demand.
type Routes struct {
	Name string // for messages; "" if the caller tells it
	In   io.Reader
}

// routeReader reads SUMO's demand.
type routeReader struct {
	demand   *Demand
	seed     uint64
	edges    map[string]network.EdgeID
	types    map[string][]weighed[vType]
	routes   map[string][]weighed[[]network.EdgeID]
	numbers  []uint64 // of the trips
	next     uint64   // number of the next vehicle or flow
	skipped  map[string]int
	leftOut  []string // keys of skipped in the order in which they were met
	searcher *route.Searcher
}

func newRouteReader(p *Places, factor float64, seed uint64, begin, end float64) *routeReader {
	s := &routeReader{
		demand: &Demand{params: Params{Factor: factor}, places: p, begin: begin, end: end, source: "a list"}, seed: seed,
		types: map[string][]weighed[vType]{
			"": {{vType{}, 1}}, "DEFAULT_VEHTYPE": {{vType{}, 1}}, "DEFAULT_TAXITYPE": {{vType{}, 1}},
			"DEFAULT_BIKETYPE": {{vType{other: "bicycle"}, 1}}, "DEFAULT_PEDTYPE": {{vType{other: "pedestrian"}, 1}},
			"DEFAULT_RAILTYPE": {{vType{other: "rail"}, 1}},
		},
		routes: map[string][]weighed[[]network.EdgeID]{}, skipped: map[string]int{}, edges: map[string]network.EdgeID{},
	}
	for e, name := range sumonet.EdgeNames(p.net) {
		s.edges[name] = network.EdgeID(e)
	}
	return s
}

func (s *routeReader) skip(what string) {
	if s.skipped[what] == 0 {
		s.leftOut = append(s.leftOut, what)
	}
	s.skipped[what]++
}

// element is one of the second level, with what is in it.
type element struct {
	sumoxml.Element
	children []element
}

// maxChildren bounds what an element may hold; the largest distributions have some thousand routes.
const maxChildren = 100_000

func (s *routeReader) read(in io.Reader) error {
	x, err := sumoxml.NewReader(in)
	if err != nil {
		return err
	}
	for {
		e, err := x.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case e.Depth == 1 && !e.End && e.Name != "routes" && e.Name != "additional":
			return e.Errorf("no demand of SUMO's, want the element routes or additional")
		case e.Depth == 1 || e.End:
			continue
		}
		whole := element{Element: e}
		if err := collect(x, &whole); err != nil {
			return err
		}
		if err := s.add(&whole); err != nil {
			return err
		}
	}
}

// collect reads what is in e until it ends.
func collect(x *sumoxml.Reader, e *element) error {
	for {
		c, err := x.Next()
		switch {
		case errors.Is(err, io.EOF):
			return e.Errorf("the file ends within it")
		case err != nil:
			return err
		case c.End:
			return nil
		case len(e.children) == maxChildren:
			return e.Errorf("more than %d elements in it", maxChildren)
		}
		child := element{Element: c}
		if err := collect(x, &child); err != nil {
			return err
		}
		e.children = append(e.children, child)
	}
}

func (s *routeReader) add(e *element) error {
	switch e.Name {
	case "vType":
		t, err := s.vType(e)
		s.types[e.Text("id")] = []weighed[vType]{{t, 1}}
		return err
	case "vTypeDistribution":
		return s.typeDistribution(e)
	case "route":
		edges, err := s.route(e)
		s.routes[e.Text("id")] = []weighed[[]network.EdgeID]{{edges, 1}}
		return err
	case "routeDistribution":
		all, err := s.routeDistribution(e)
		s.routes[e.Text("id")] = all
		return err
	case "trip", "vehicle", "flow":
		s.next++
		return s.vehicles(e, s.next)
	}
	s.skip(e.Name + " elements")
	return nil
}
