package scenarios

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/signals"
)

// starterSignals is how many controllers a new scenario lists.
const starterSignals = 5

// Starter says what a new scenario is for.
type Starter struct {
	Map    string    // as the file is to name it
	BBox   []float64 // west, south, east, north in degrees; empty for all of it
	Schema string    // path or address of the JSON Schema for editors; "" for none
}

// WriteStarter writes a scenario for the map of city that runs as it is: commented, with what the map holds (demand, the largest
// signals, a street) and examples of variants to begin from.
func WriteStarter(w io.Writer, city *City, about Starter) error {
	s, source := starter{city: city, net: city.Net}, about.Map
	if about.Schema != "" {
		s.line("# yaml-language-server: $schema=%s", about.Schema)
	}
	s.line("# A scenario of Roadtwin. Whatever is left out has a default; a # in front of a line takes it out.")
	s.line("# roadtwin run THIS --variants all --seeds 1-10 --db results.db    runs it")
	s.line("# roadtwin compare results.db                                      says what the variants change, and how sure that is")
	s.line("# roadtwin report results.db -o report.html                        one page for people")
	s.line("")
	s.line("name: %s", quoteYAML(cmp.Or(stem(source), "city")+", morning peak"))
	s.line("map: %s    # %s", quoteYAML(source), s.mapText())
	if b := about.BBox; len(b) == 4 {
		s.line("bbox: [%g, %g, %g, %g]    # west, south, east, north", b[0], b[1], b[2], b[3])
	}
	s.line(`period: {begin: "07:00", end: "09:00", day: Tu}    # the streets are empty at its beginning: its first quarter of an hour fills them`)
	s.line("seeds: [1, 2, 3, 4, 5]    # a run for each; more seeds, narrower intervals")
	s.demand()
	s.signals()
	s.line("")
	s.line("# What is measured: every edge, movement and trip; in intervals of so many seconds. Areas and corridors may be added.")
	s.line("measure:")
	s.line("  interval: 300")
	s.corridor()
	s.line("")
	s.line("# A variant says only what differs. Fields are merged; lists replace, but events and signals.plans add; null takes away.")
	s.line("variants:")
	s.line("  busier:")
	s.line("    about: ten percent more traffic")
	s.line("    demand: {factor: 1.1}")
	s.line("  wet:")
	s.line("    about: rain all the time")
	s.line(`    weather: [{at: "06:00", condition: wet}]`)
	retimed := s.retimed()
	works := s.works()
	if retimed && works {
		s.line("  retimed and roadworks:")
		s.line("    from: [retimed, roadworks] # both; with the two alone: do they add up? (roadtwin compare --interaction)")
	}
	_, err := io.WriteString(w, s.b.String())
	return err
}

// starter writes a new scenario.
type starter struct {
	city *City
	net  *network.Network
	b    strings.Builder
}

func (s *starter) line(format string, args ...any) { fmt.Fprintf(&s.b, format+"\n", args...) }

// quoteYAML returns text as a YAML value, quoted if it must be.
func quoteYAML(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-"
	if text != "" && strings.Trim(text, plain) == "" && strings.ContainsAny(text[:1], plain[:52]+"./") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "\r", " ", "\t", " ").Replace(text) + `"`
}

func (s *starter) mapText() string {
	lanes := 0.0
	for i := range s.net.Lanes {
		lanes += s.net.Lanes[i].Length
	}
	return fmt.Sprintf("%d junctions, %d of them with signals, %.0f km of lanes", len(s.net.Junctions), len(s.net.Controllers), lanes/1000)
}

// demand writes what the map says of who travels, as comments: it is the default.
func (s *starter) demand() {
	s.line("")
	s.line("# Who travels. Without a list of trips it is a guess from land use, buildings and roads; what it assumes for this map:")
	scenario := &Scenario{Map: s.city.Source}
	scenario.complete()
	scenario.Demand.Factor = 1
	d, err := scenario.trips(s.city, 1)
	if err == nil {
		var text strings.Builder
		if d.Describe(&text) == nil {
			for line := range strings.Lines(text.String()) {
				s.line("#   %s", strings.TrimRight(line, "\n"))
			}
		}
	}
	s.line("demand:")
	s.line("  factor: 1    # multiplies the trips; to be set by counts")
	s.line("  # trips: trips.csv    # what is better: a list with the columns depart, from, to and class")
}

// signals lists the plans of the largest signals, as comments: they are the default.
func (s *starter) signals() {
	plans := s.largest(starterSignals)
	if len(plans) == 0 {
		return
	}
	s.line("")
	s.line("# Signals. Every signalised junction has a plan from its geometry; what is known better goes here. The largest, as they are:")
	s.line("# signals:")
	s.line("#   plans:")
	for _, p := range plans {
		s.line("#     - %s    # %s", s.planText(p, p.Offset), oneLine(s.net.Controllers[p.Controller].Name))
	}
}

// largest returns the plans of the controllers with most lanes at their stop lines, the largest first.
func (s *starter) largest(n int) []*signals.Plan {
	lanes := func(p *signals.Plan) (n int32) {
		seen := map[network.EdgeID]bool{}
		for _, g := range s.net.Controllers[p.Controller].Groups {
			if e := s.net.SignalGroups[g].Approach; !seen[e] {
				seen[e] = true
				n += s.net.Edges[e].NumLanes
			}
		}
		return n
	}
	var plans []*signals.Plan
	for i := range s.city.Plans {
		p := &s.city.Plans[i]
		if s.controllerKey(p) != "" && len(p.Stages) > 1 {
			plans = append(plans, p)
		}
	}
	slices.SortStableFunc(plans, func(a, b *signals.Plan) int { return cmp.Compare(lanes(b), lanes(a)) })
	return plans[:min(n, len(plans))]
}

// controllerKey returns how a scenario names the signals of a plan, "" if it cannot.
func (s *starter) controllerKey(p *signals.Plan) string {
	c := &s.net.Controllers[p.Controller]
	switch {
	case len(c.OSMNodes) > 0:
		return fmt.Sprintf("node: %d", c.OSMNodes[0])
	case c.Name != "":
		return "name: " + quoteYAML(c.Name)
	}
	return ""
}

// planText returns an entry of signals.plans.
func (s *starter) planText(p *signals.Plan, offset float64) string {
	greens := make([]string, len(p.Stages))
	for i, stage := range p.Stages {
		greens[i] = fmt.Sprintf("%g", stage.Green)
	}
	return fmt.Sprintf("{%s, offset: %g, greens: [%s]}", s.controllerKey(p), offset, strings.Join(greens, ", "))
}

// retimed writes a variant with another plan at the largest signals; it reports whether there are any.
func (s *starter) retimed() bool {
	plans := s.largest(1)
	if len(plans) == 0 {
		return false
	}
	p, longest := *plans[0], 0
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		if p.Stages[i].Green > p.Stages[longest].Green {
			longest = i
		}
	}
	p.Stages[longest].Green += 5
	s.line("  retimed:")
	s.line("    about: %s", quoteYAML(oneLine(s.net.Controllers[p.Controller].Name)+", 5 s more for its longest stage"))
	s.line("    signals:")
	s.line("      plans:")
	s.line("        - %s", s.planText(&p, p.Offset))
	return true
}

// works writes a variant with a slow street; it reports whether there is one.
func (s *starter) works() bool {
	way, name := s.mainStreet()
	if way == 0 {
		return false
	}
	if way < 0 {
		way = -way
	}
	s.line("  roadworks:")
	s.line("    about: %s", quoteYAML("a part of "+oneLine(name)+" is at 30 km/h from 07:30 to 08:30 (close: true in place of speed_limit_kmh closes it)"))
	s.line("    events:")
	s.line(`      - {at: "07:30", way: %d, speed_limit_kmh: 30, until: "08:30"}`, way)
	return true
}

// corridor writes the longest way of a main street as a corridor.
func (s *starter) corridor() {
	way, name := s.mainStreet()
	if way == 0 {
		return
	}
	s.line("  corridors:")
	s.line("    %s: {ways: [%d]}    # in the order in which one drives them; negative against the way's direction", quoteYAML(oneLine(name)), way)
}

// mainStreet returns the longest way with a name of the most important class of road that is no motorway; 0 if none has an OSM id.
func (s *starter) mainStreet() (way int64, name string) {
	type street struct {
		class  network.RoadClass
		length float64
	}
	length := map[int64]street{}
	for i := range s.net.Edges {
		e := &s.net.Edges[i]
		if e.OSMWay == 0 || e.Name == "" || e.Road == network.Motorway {
			continue
		}
		length[e.OSMWay] = street{e.Road, length[e.OSMWay].length + e.Length}
	}
	best := street{class: network.NumRoadClasses}
	for i := range s.net.Edges {
		e := &s.net.Edges[i]
		l, ok := length[e.OSMWay]
		if ok && (l.class < best.class || l.class == best.class && l.length > best.length+1e-6) {
			best, way, name = l, e.OSMWay, e.Name
		}
	}
	return way, name
}

// oneLine returns a name that can stand in a comment or a text.
func oneLine(name string) string {
	name = strings.Join(strings.Fields(strings.NewReplacer("\n", " ", "\"", "'", ": ", " ", " #", " ").Replace(name)), " ")
	return strings.ToValidUTF8(name[:min(len(name), 80)], "")
}
