package osmimport

import (
	"fmt"
	"io"
	"slices"
	"sort"

	"roadtwin/network"
)

// maxSamples bounds the drops and warnings that a report lists; the rest is only counted.
const maxSamples = 200

// Report says what an import made, what it guessed and what it left out.
type Report struct {
	Source      string  `json:"source"`
	Country     string  `json:"country"` // ISO 3166-1 alpha-2, "" if unknown
	DrivingSide string  `json:"driving_side"`
	Junctions   int     `json:"junctions"`
	Controllers int     `json:"controllers"`
	Edges       int     `json:"edges"`
	Lanes       int     `json:"lanes"`
	Connectors  int     `json:"connectors"`
	LaneKm      float64 `json:"lane_km"`
	BusStops    int     `json:"bus_stops"`
	// Crossings counts, by kind, where people on foot ("foot_signals", "zebra", "unmarked"), railways and tramways cross
	// one direction of a road away from the signals of junctions.
	Crossings  map[string]int `json:"crossings"`
	ShortEdges int            `json:"short_edges"` // shorter than 5 m
	// LargestComponent is the share of the lane metres open to a class (car, bus, articulated_lorry) that lies in the
	// largest part of the network in which that class can drive from every lane to every other.
	LargestComponent map[string]float64 `json:"largest_component"`
	// Connected is the share of the lane metres of the map open to cars that lay in its largest connected part; the rest
	// was dropped (Unconnected).
	Connected float64 `json:"connected"`
	// Lanes from which no connector leads: where traffic leaves the map, and elsewhere.
	EndLanes  int `json:"end_lanes"`
	DeadLanes int `json:"dead_lanes"`
	// Sources tells, for each value of the lanes (speed_limit, lanes, surface, width, turns, permitted, gradient), for
	// what share of the lane length it is tagged, derived or a default.
	Sources map[string]Shares `json:"sources"`
	// Guessed counts, by kind, the edges for which a value was guessed ("speed_limit", "lanes", "surface", ...), and
	// the other guesses and repairs ("junction_cluster", "highway", ...).
	Guessed map[string]int `json:"guessed"`
	// Dropped lists what of the map was left out: at most 200 of each kind; DroppedTotal counts all, by kind.
	Dropped      []Drop         `json:"dropped"`
	DroppedTotal map[string]int `json:"dropped_total"`
	Warnings     []string       `json:"warnings"` // at most 200
	WarningTotal int            `json:"warning_total"`
	Explained    []Explanation  `json:"explained,omitempty"` // about the elements that were asked about, in order
	Restrictions int            `json:"restrictions"`        // turn restrictions that are in force
	// Rules counts what is in force, by kind: turn restrictions by their value, how many of them lead "through_streets" and
	// hold "at_times", directions of streets that are "closed_at_times", and "barriers" that stop some.
	Rules map[string]int `json:"rules"`
	Cut   int            `json:"cut"` // ways that refer to nodes which are not in the file
	// Overlay counts the fixes of the user's overlay that are in force, by kind; "way_value" counts their fields.
	Overlay map[string]int `json:"overlay,omitempty"`
	// Unconnected are the parts of the map that a car cannot both reach and leave, the longest first, at most 200.
	Unconnected []Piece `json:"unconnected,omitempty"`
	// Gaps add up, by class and reason, what is missing in LargestComponent, and for cars in Connected.
	Gaps []Gap `json:"gaps"`

	dropped func(kind string, osm int64, reason string) // is told of every drop; nil for nobody
}

// Piece is a connected part of the streets that is not in the network.
type Piece struct {
	Ways   []int64           `json:"ways"` // some of its OSM ways, ascending
	Edges  int               `json:"edges"`
	Metres float64           `json:"metres"` // of its edges
	Lon    float64           `json:"lon"`    // of one end of its longest edge
	Lat    float64           `json:"lat"`
	Road   network.RoadClass `json:"-"` // its most important
	Reason string            `json:"reason"`

	laneMetres float64
}

// Drop is an element of the map that was left out.
type Drop struct {
	Kind   string `json:"kind"`
	OSM    int64  `json:"osm_id"`
	Reason string `json:"reason"`
}

func newReport() *Report {
	return &Report{
		Guessed: map[string]int{}, DroppedTotal: map[string]int{}, LargestComponent: map[string]float64{}, Rules: map[string]int{},
		Crossings: map[string]int{},
		Dropped:   []Drop{}, Warnings: []string{},
	}
}

func (r *Report) guess(kind string) { r.Guessed[kind]++ }

func (r *Report) rule(kind string) { r.Rules[kind]++ }

func (r *Report) drop(kind string, osm int64, reason string) {
	r.DroppedTotal[kind]++
	if r.dropped != nil {
		r.dropped(kind, osm, reason)
	}
	if r.DroppedTotal[kind] <= maxSamples {
		r.Dropped = append(r.Dropped, Drop{kind, osm, reason})
	}
}

func (r *Report) warn(format string, args ...any) {
	r.WarningTotal++
	if r.WarningTotal <= maxSamples {
		r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
	}
}

// measuredClasses are those for which the report says how well the network is connected.
var measuredClasses = []network.VehicleClass{network.Car, network.Bus, network.ArticulatedLorry}

// measure fills in the figures of the finished network.
func (r *Report) measure(n *network.Network) {
	r.Country, r.DrivingSide = n.Country, n.DrivingSide.String()
	r.Junctions, r.Controllers, r.Edges = len(n.Junctions), len(n.Controllers), len(n.Edges)
	r.Lanes, r.Connectors = len(n.Lanes), len(n.Connectors)
	for _, class := range measuredClasses {
		_, r.LargestComponent[class.String()] = n.Components(class)
	}
	var metres float64
	for i := range n.Lanes {
		metres += n.Lanes[i].Length
	}
	r.LaneKm = metres / 1000
	r.BusStops = len(n.BusStops)
	for i := range n.Crossings {
		r.Crossings[n.Crossings[i].Kind.String()]++
	}
	r.EndLanes, r.DeadLanes = lanesWithoutWayOn(n)
	r.Sources = sourcesOf(n)
	for i := range n.Edges {
		if n.Edges[i].Length < 5 {
			r.ShortEdges++
		}
	}
}

// WriteText writes the report for people.
func (r *Report) WriteText(w io.Writer) error {
	p := printer{w: w}
	country := r.Country
	if country == "" {
		country = "country unknown"
	}
	p.line("%s: %s, driving on the %s", r.Source, country, r.DrivingSide)
	p.line("  %d junctions (%d signal controllers), %d edges, %d lanes, %d connectors, %.1f lane-km",
		r.Junctions, r.Controllers, r.Edges, r.Lanes, r.Connectors, r.LaneKm)
	p.line("  largest component (car) %.2f %%, %d edges shorter than 5 m, %d turn restrictions in force",
		100*r.LargestComponent[network.Car.String()], r.ShortEdges, r.Restrictions)
	p.line("  %.2f %% of the map's lanes are connected, %d lanes have no way on (and %d at the boundary)",
		100*r.Connected, r.DeadLanes, r.EndLanes)
	p.sources(r.Sources)
	for _, g := range r.Gaps {
		p.line("    %s: %.1f lane-km in %d parts not connected: %s", g.Class, g.LaneKm, g.Parts, g.Reason)
	}
	p.counts("rules", r.Rules)
	p.line("  %d bus stops", r.BusStops)
	p.counts("crossings of one direction", r.Crossings)
	if len(r.Overlay) > 0 {
		p.counts("from the overlay", r.Overlay)
	}
	p.counts("guessed", r.Guessed)
	p.counts("dropped", r.DroppedTotal)
	shown := map[string]int{}
	for _, d := range r.Dropped {
		if shown[d.Kind]++; shown[d.Kind] <= 3 {
			p.line("    %s %d: %s", d.Kind, d.OSM, d.Reason)
		}
	}
	for _, piece := range r.Unconnected[:min(3, len(r.Unconnected))] {
		p.line("    unconnected: %.0f m of ways %v", piece.Metres, piece.Ways[:min(4, len(piece.Ways))])
	}
	if r.WarningTotal > 0 {
		p.line("  %d warnings", r.WarningTotal)
		for _, text := range r.Warnings[:min(10, len(r.Warnings))] {
			p.line("    %s", text)
		}
	}
	return p.err
}

// printer writes lines until the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// sources prints how much was on the map.
func (p *printer) sources(sources map[string]Shares) {
	p.line("  of the lane length  tagged  derived  default")
	for _, name := range []string{"speed_limit", "lanes", "surface", "width", "turns", "permitted", "gradient"} {
		if s, ok := sources[name]; ok {
			p.line("    %-15s  %5.1f %%  %5.1f %%  %5.1f %%", name, 100*s.Tagged, 100*s.Derived, 100*s.Defaulted)
		}
	}
}

func (p *printer) counts(title string, counts map[string]int) {
	kinds := make([]string, 0, len(counts))
	for kind := range counts {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	p.line("  %s:", title)
	for _, kind := range kinds {
		p.line("    %8d %s", counts[kind], kind)
	}
}

// WriteExplained writes what was explained for people, an element after the other, in the order of the passes.
func (r *Report) WriteExplained(w io.Writer) error {
	p := printer{w: w}
	var elements []Element
	for _, x := range r.Explained {
		if !slices.Contains(elements, x.Element) {
			elements = append(elements, x.Element)
		}
	}
	for _, e := range elements {
		p.line("%v  https://www.openstreetmap.org/%v", e, e)
		last := ""
		for _, x := range r.Explained {
			if x.Element != e {
				continue
			}
			name := x.Pass
			if name == last {
				name = ""
			}
			p.line("  %-13s %s", name, x.Text)
			last = x.Pass
		}
	}
	return p.err
}
