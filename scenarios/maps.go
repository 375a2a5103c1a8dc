package scenarios

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/bounded"
	"roadtwin/network/cityflow"
	"roadtwin/network/sumonet"
	"roadtwin/signals"
)

// MapFormat is what a map file is.
type MapFormat uint8

// The formats.
const (
	OpenStreetMap MapFormat = iota // and whatever is none of the others
	Compiled                       // a network of ours (.rtn)
	SUMO                           // .net.xml
	CityFlow                       // roadnet.json
)

var mapFormatNames = [...]string{"OpenStreetMap", "network (.rtn)", "SUMO (.net.xml)", "CityFlow (roadnet.json)"}

// String returns a name for people.
func (f MapFormat) String() string { return mapFormatNames[f] }

// FormatOf tells from its content what the map at source is, plain or compressed by gzip; names tell nothing. URLs and
// files that cannot be read are taken for OpenStreetMap data, whose reader will say what is wrong.
func FormatOf(source string) MapFormat {
	if strings.Contains(source, "://") {
		return OpenStreetMap
	}
	f, err := os.Open(source)
	if err != nil {
		return OpenStreetMap
	}
	defer f.Close()
	r, err := bounded.Unpack(f)
	if err != nil {
		return OpenStreetMap
	}
	head, _ := r.Peek(512)
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte("RTWN")):
		return Compiled
	case bytes.HasPrefix(trimmed, []byte("{")):
		return CityFlow
	case bytes.HasPrefix(trimmed, []byte("<")) && rootElement(r) == "net":
		return SUMO
	}
	return OpenStreetMap
}

// rootElement returns the name of the first element of an XML file, "" if there is none near its beginning.
func rootElement(r io.Reader) string {
	const near = 1 << 20 // bytes; SUMO's files begin with a comment that holds their configuration
	d := xml.NewDecoder(io.LimitReader(r, near))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name.Local
		}
	}
}

// Converted is what was read of a map in the format of another simulator.
type Converted struct {
	Net    *network.Network
	Format MapFormat
	Report any // *sumonet.Report or *cityflow.Report
	// Signals tells which of its programs do not run as they are, and why.
	Signals []string
	notes   []string
}

// ReadForeign reads a map in the format of another simulator, as FormatOf found it.
func ReadForeign(source string, format MapFormat) (*Converted, error) {
	f, err := os.Open(source)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := &Converted{Format: format}
	switch format {
	case SUMO:
		var report *sumonet.Report
		if c.Net, report, err = sumonet.Read(f, stem(source)); err == nil {
			c.Report, c.notes = report, report.Notes
		}
	case CityFlow:
		var report *cityflow.Report
		if c.Net, report, err = cityflow.Read(f, stem(source)); err == nil {
			c.Report, c.notes = report, report.Notes
		}
	default:
		err = fmt.Errorf("%v is no format of another simulator", format)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source, err)
	}
	_, c.Signals = signals.DefaultPlans(c.Net)
	return c, nil
}

// WriteText writes what was read, for people.
func (c *Converted) WriteText(w io.Writer) error {
	n := c.Net
	_, err := fmt.Fprintf(w, "%v: %d junctions, %d signal controllers, %d edges, %d lanes, %d connectors; driven on the %v\n",
		c.Format, len(n.Junctions), len(n.Controllers), len(n.Edges), len(n.Lanes), len(n.Connectors), n.DrivingSide)
	for _, note := range slices.Concat(c.notes, c.Signals) {
		_, e := fmt.Fprintf(w, "  %s\n", note)
		err = errors.Join(err, e)
	}
	return err
}

// convert reads a map in the format of another simulator.
func (c *City) convert(s *Scenario, format MapFormat, log Progress) error {
	for _, field := range [...]struct {
		name  string
		given bool
		does  string
	}{
		{"bbox", len(s.BBox) > 0, "cut by a box"},
		{"overlay", s.Overlay != "", "mended by an overlay"},
		{"elevation", s.Elevation != "", "given heights"},
	} {
		if field.given {
			return s.invalid(field.name, "only OpenStreetMap data can be %s, and the map is %v", field.does, format)
		}
	}
	log.say("reading the map %s, %v", c.Source, format)
	converted, err := ReadForeign(c.Source, format)
	if err != nil {
		return s.mapError(err)
	}
	log.list(converted.notes)
	c.Net = converted.Net
	return nil
}

// list tells the first of some notes.
func (p Progress) list(notes []string) {
	const most = 5
	for i, note := range notes {
		if i == most {
			p.say("  and %d more; roadtwin import tells them all", len(notes)-most)
			break
		}
		p.say("  %s", note)
	}
}

// hasPrograms tells whether a controller came with a program of its own.
func hasPrograms(net *network.Network) bool {
	return slices.ContainsFunc(net.Controllers, func(c network.Controller) bool { return c.Program != nil })
}
