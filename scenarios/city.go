package scenarios

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roadtwin/network"
	"roadtwin/network/bounded"
	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/elevation"
	"roadtwin/network/osmimport/extract"
	"roadtwin/network/osmimport/overlay"
	"roadtwin/network/route"
	"roadtwin/scenarios/demand"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
)

// City is a map made ready to run: all that does not depend on the seed. It is immutable; runs share it.
type City struct {
	Source    string            // where the map was read from
	Net       *network.Network  //
	Extract   *extract.Extract  // nil where the map has streets only: .rtn, SUMO, CityFlow
	Report    *osmimport.Report // what the import guessed; nil without Extract
	Plans     []signals.Plan    // one for every controller
	PlanNotes []string          // what was guessed for them
	Router    *route.Router
	Envelopes *dynamics.Tables
	Catalogue *dynamics.Catalogue // of vehicles that are not as their classes
	Places    *demand.Places      // where trips begin and end
	hash      string
	sumo      sumoSignals
}

// Progress is told what is being done, for a person who waits. It may be nil.
type Progress func(format string, args ...any)

func (p Progress) say(format string, args ...any) {
	if p != nil {
		p(format, args...)
	}
}

// Open loads or imports the map of s and makes its plans, its routes and its places.
func Open(ctx context.Context, s *Scenario, log Progress) (*City, error) {
	city := &City{Source: s.resolve(s.Map)}
	var err error
	switch format := FormatOf(city.Source); {
	case format == Compiled || isNetwork(city.Source):
		err = city.load(s, log)
	case format == SUMO || format == CityFlow:
		err = city.convert(s, format, log)
	default:
		err = city.importMap(ctx, s, log)
	}
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := city.prepare(log); err != nil {
		return nil, err
	}
	city.tellSignals(s, log)
	return city, nil
}

// CityOf makes a City of a network that is in memory already, such as a generated one.
func CityOf(net *network.Network) (*City, error) {
	city := &City{Source: net.Name, Net: net}
	return city, city.prepare(nil)
}

// isNetwork tells an imported network by its name: also one that is damaged, or not there.
func isNetwork(source string) bool { return strings.EqualFold(filepath.Ext(source), ".rtn") }

func (c *City) load(s *Scenario, log Progress) error {
	if len(s.BBox) > 0 {
		return s.invalid("bbox", "an imported network (.rtn) cannot be cut; give bbox to the import")
	}
	if s.Overlay != "" {
		return s.invalid("overlay", "an imported network (.rtn) cannot be mended; give overlay to the import")
	}
	if s.Elevation != "" {
		return s.invalid("elevation", "an imported network (.rtn) has its heights; give elevation to the import")
	}
	log.say("reading the network %s", c.Source)
	f, err := os.Open(c.Source)
	if err != nil {
		return s.mapError(err)
	}
	defer f.Close()
	r, err := bounded.Unpack(f)
	if err == nil {
		c.Net, err = network.Read(r)
	}
	if err != nil {
		return s.mapError(fmt.Errorf("%s: %w", c.Source, err))
	}
	return nil
}

func (c *City) importMap(ctx context.Context, s *Scenario, log Progress) error {
	opts := extract.Options{}
	if b := s.BBox; len(b) == 4 {
		opts.BBox = &extract.BBox{West: b[0], South: b[1], East: b[2], North: b[3]}
	}
	var tiles *elevation.Tiles
	if s.Elevation != "" {
		var err error
		if tiles, err = elevation.Open(s.resolve(s.Elevation)); err != nil {
			return s.invalid("elevation", "%v", err)
		}
	}
	log.say("reading the map %s", c.Source)
	x, err := extract.Open(ctx, c.Source, opts)
	if err != nil {
		return s.mapError(err)
	}
	log.say("importing %d nodes and %d ways", len(x.Nodes), len(x.Ways))
	fixes, err := s.fixes()
	if err != nil {
		return err
	}
	net, report, err := osmimport.Import(x, osmimport.Options{Overlay: fixes, Elevation: tiles, Stop: ctx.Err})
	if err != nil {
		return s.mapError(err)
	}
	c.Net, c.Extract, c.Report = net, x, report
	return nil
}

// fixes reads the overlay of s; nil without one.
func (s *Scenario) fixes() (*overlay.Overlay, error) {
	if s.Overlay == "" {
		return nil, nil
	}
	fixes, err := overlay.Load(s.resolve(s.Overlay))
	var wrong *overlay.Invalid
	switch {
	case errors.As(err, &wrong):
		return nil, invalidFile("", Problem{Text: err.Error()}) // it names its own file
	case err != nil:
		return nil, s.invalid("overlay", "%v", err)
	}
	return fixes, nil
}

// mapError says which scenario asked for a map that cannot be read. A file that is not there is the user's mistake.
func (s *Scenario) mapError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, os.ErrPermission) || errors.Is(err, osmimport.ErrNoRoads) {
		return s.invalid("map", "%v", err)
	}
	var wrong *overlay.Invalid
	if errors.As(err, &wrong) {
		return invalidFile("", Problem{Text: err.Error()})
	}
	if s.file == "" {
		return err
	}
	return fmt.Errorf("%s: map: %w", s.file, err)
}

// invalid returns an *Invalid about one field.
func (s *Scenario) invalid(field, format string, args ...any) error {
	p := s.at.Problem(field, format, args...)
	if s.file == "" {
		p.Field = ""
	}
	return invalidFile(s.file, p)
}

// prepare makes what runs need besides the network.
func (c *City) prepare(log Progress) error {
	log.say("preparing routes for %d edges", len(c.Net.Edges))
	c.Router = route.NewForLengths(c.Net, vehicles.Lengths(), traffic.FreeTimes(c.Net))
	log.say("planning %d signal controllers", len(c.Net.Controllers))
	c.Plans, c.PlanNotes = signals.DefaultPlans(c.Net)
	if hasPrograms(c.Net) {
		log.list(c.PlanNotes)
	}
	c.Envelopes, c.Catalogue = dynamics.NewTables(vehicles.Classes()), dynamics.NewCatalogue(vehicles.Classes())
	log.say("finding homes, jobs and entries")
	c.Places = demand.Survey(c.Net, c.Extract, c.Router)
	sum := sha256.New()
	nameless := *c.Net
	nameless.Name = "" // of the path by which it was opened
	if _, err := nameless.WriteTo(sum); err != nil {
		return fmt.Errorf("hashing the network: %w", err)
	}
	c.hash = hex.EncodeToString(sum.Sum(nil))
	return nil
}

// Hash returns the SHA-256 of the network as a file, without its name, in hexadecimal.
func (c *City) Hash() string { return c.hash }
