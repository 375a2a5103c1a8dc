package osmimport

import (
	"errors"
	"fmt"

	"roadtwin/network"
	"roadtwin/network/osmimport/elevation"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/osmimport/overlay"
)

// Options are what the caller knows better than the map.
type Options struct {
	Name string // of the network; the extract's source if empty
	// Country is the ISO 3166-1 alpha-2 code of the place. If empty it is found from tags and coordinates.
	Country string
	// Overlay are the user's fixes to the map; nil for none.
	Overlay *overlay.Overlay
	// Explain are the elements of the map of which the report tells what each pass did to them.
	Explain []Element
	// Elevation are the tiles from which junctions get their height and edges their gradient; nil leaves all roads level
	// that the map does not call otherwise.
	Elevation *elevation.Tiles
	// Stop, if set, is asked before each pass; an error of it ends the import.
	Stop func() error
	// afterPass, if set, is called after each pass: tests check there that the draft is whole.
	afterPass func(pass string, d *draft)
}

// ErrNoRoads means that the extract has no road a motor vehicle may use, or none that leads anywhere.
var ErrNoRoads = errors.New("no motor roads")

type pass struct {
	name string
	run  func(*draft) error
}

// passes is the import, in order.
var passes = []pass{
	{"overlay", (*draft).applyOverlay},         // the user's fixes in place of what the map says
	{"select", (*draft).selectRoads},           // the ways that motor vehicles drive on, cut at the border
	{"place", (*draft).findPlace},              // country, driving side, projection to metres
	{"describe", (*draft).describeRoads},       // classes, directions, access, lanes, surface of every way
	{"rings", (*draft).orientRings},            // which way round roundabouts go
	{"split", (*draft).splitStreets},           // ways become streets between the nodes where they meet
	{"placement", (*draft).settlePlacement},    // where each street's line lies among its lanes
	{"surroundings", (*draft).findBuiltUpArea}, // urban or rural
	{"lanes", (*draft).fillLanes},              // numbers of lanes that depend on the surroundings
	{"speeds", (*draft).limitSpeeds},           // tagged limits, and defaults by class and surroundings
	{"join", (*draft).joinStreets},             // streets that only a change of tags separates become one again
	{"islands", (*draft).joinIslands},          // carriageways round a traffic island are one street
	{"junctions", (*draft).clusterJunctions},   // the nodes of one crossing become one junction
	{"loops", (*draft).splitLoops},             // no street begins and ends at the same junction
	{"ramps", (*draft).buildRamps},             // acceleration and deceleration lanes that the map lacks
	{"pockets", (*draft).openPockets},          // turn lanes before junctions, from the middle of the road
	{"signals", (*draft).placeSignals},         // signals on and upstream of junctions, one controller each
	{"signs", (*draft).placeSigns},             // stop and give way
	{"overrule", (*draft).overruleControls},    // the control that the user wants in place of both
	{"boundary", (*draft).markBoundary},        // where traffic enters and leaves the map
	{"edges", (*draft).numberEdges},            // one edge a direction
	{"elevation", (*draft).raiseRoads},         // heights of junctions and gradients of edges, from tiles
	{"turns", (*draft).restrictTurns},          // restrictions, and what the inner streets of a junction allow
	{"shapes", (*draft).shapeEdges},            // the middle of each direction's lanes
	{"crossings", (*draft).placeCrossings},     // of people on foot, railways and tramways
	{"bus stops", (*draft).placeBusStops},      // at the kerbs
}

// buildPass names the last step in explanations: lanes and connectors of what is connected.
const buildPass = "build"

func (o *Options) stopped() error {
	if o.Stop == nil {
		return nil
	}
	return o.Stop()
}

// Import makes a network of the motor roads of x. It keeps what is connected lane by lane and says in the report what
// it guessed and dropped. The error is ErrNoRoads if nothing is left, ErrNotInExtract if an element is to be explained
// that x lacks, and an *overlay.Invalid if the overlay does not fit x.
func Import(x *extract.Extract, opts Options) (*network.Network, *Report, error) {
	net, report, err := importNetwork(x, opts)
	if err != nil {
		return nil, nil, fmt.Errorf("import %s: %w", x.Source, err)
	}
	return net, report, nil
}

func importNetwork(x *extract.Extract, opts Options) (*network.Network, *Report, error) {
	if opts.Country != "" && !isCountryCode(opts.Country) {
		return nil, nil, fmt.Errorf("country %q, want two capital letters as in ISO 3166-1", opts.Country)
	}
	e, err := newExplainer(x, opts.Explain)
	if err != nil {
		return nil, nil, err
	}
	d := newDraft(x, opts)
	d.report.dropped = d.tellDrop
	for _, p := range passes {
		d.pass = p.name
		if err := opts.stopped(); err != nil {
			return nil, nil, err
		}
		if err := p.run(d); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", p.name, err)
		}
		e.look(d)
		if opts.afterPass != nil {
			opts.afterPass(p.name, d)
		}
	}
	d.pass = buildPass
	if err := opts.stopped(); err != nil {
		return nil, nil, err
	}
	spec, net, err := d.build()
	if err != nil {
		return nil, nil, err
	}
	e.lookAt(d, spec, net)
	return net, d.report, nil
}
