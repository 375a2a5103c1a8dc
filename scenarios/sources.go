package scenarios

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/demand"
)

// Matrix is a file of trips between the zones of a demand, and how they are put on the road; see demand.Flow.
type Matrix struct {
	File    string `yaml:"file"`              // CSV
	Purpose string `yaml:"purpose,omitempty"` // sets what is not given: profile, ends and classes
	// From and To are by what the ends are drawn within their zones: homes, jobs or all.
	From string `yaml:"from,omitempty"`
	To   string `yaml:"to,omitempty"`
	// Factor multiplies the trips; ModeShare is the part of them that is driven; Occupancy are the people in a vehicle. 1 if not given.
	Factor    float64 `yaml:"factor,omitempty"`
	ModeShare float64 `yaml:"mode_share,omitempty"`
	Occupancy float64 `yaml:"occupancy,omitempty"`
	Return    float64 `yaml:"return,omitempty"` // share that is driven back later
	// Begin and End are the hours that the matrix is of; none for a whole day.
	Begin   *Clock             `yaml:"begin,omitempty"`
	End     *Clock             `yaml:"end,omitempty"`
	Profile []float64          `yaml:"profile,omitempty,flow"` // of the hours of a day, in place of that of the purpose
	Classes map[string]float64 `yaml:"classes,omitempty,flow"`
}

// Chains are what people do on a day, in place of single trips; see demand.FromChains.
type Chains struct {
	Patterns []ChainPattern `yaml:"patterns,omitempty"` // the default ones if not given
}

// ChainPattern is one chain of activities.
type ChainPattern struct {
	Activities []string `yaml:"activities,flow"` // home, work, school, shop, leisure, business; home first and last
	Share      float64  `yaml:"share"`
}

// files returns the files that a demand names.
func (d *Demand) files() (names []string) {
	for _, name := range []string{d.Trips, d.Zones} {
		if name != "" {
			names = append(names, name)
		}
	}
	for i := range d.Matrices {
		names = append(names, d.Matrices[i].File)
	}
	return names
}

// checkDemand says what is wrong with the demand that a schema cannot say.
func (s *Scenario) checkDemand(complain func(field, format string, args ...any)) {
	d := &s.Demand
	given := map[string]bool{"trips": d.Trips != "", "matrices": len(d.Matrices) > 0, "chains": d.Chains != nil}
	for _, pair := range [][2]string{{"trips", "matrices"}, {"trips", "chains"}, {"matrices", "chains"}} {
		if given[pair[0]] && given[pair[1]] {
			complain("demand."+pair[1], "has no meaning beside demand.%s, which says who travels", pair[0])
		}
	}
	for _, source := range []string{"trips", "matrices"} {
		if !given[source] {
			continue
		}
		for _, other := range []string{"trips_per_day", "profile", "classes", "through"} {
			if s.at.Has("demand." + other) {
				complain("demand."+other, "has no meaning beside demand.%s, which lists every trip", source)
			}
		}
	}
	if len(d.Matrices) > 0 && d.Zones == "" {
		complain("demand.matrices", "want demand.zones, the file of the zones that they are between")
	}
	for i := range d.Matrices {
		m, field := &d.Matrices[i], fmt.Sprintf("demand.matrices[%d]", i)
		switch {
		case (m.Begin == nil) != (m.End == nil):
			complain(field, "want both begin and end, or none of them for a whole day")
		case m.Begin != nil && (*m.End <= *m.Begin || *m.End > 86400):
			complain(field+".end", "%s, want a time after begin (%s) and up to 24:00", *m.End, *m.Begin)
		case m.Profile != nil && sum(m.Profile) <= 0:
			complain(field+".profile", "all shares are 0")
		}
	}
	if d.Chains != nil {
		for i := range d.Chains.Patterns {
			if _, err := d.Chains.Patterns[i].chain(); err != nil {
				complain(fmt.Sprintf("demand.chains.patterns[%d]", i), "%v", err)
			}
		}
	}
}

func (p *ChainPattern) chain() (c demand.Chain, err error) {
	c.Share = p.Share
	for _, name := range p.Activities {
		a, err := demand.ParseActivity(name)
		if err != nil {
			return c, err
		}
		c.Activities = append(c.Activities, a)
	}
	return c, c.Check()
}

// trips makes the demand of the scenario, with its departures staggered.
func (s *Scenario) trips(city *City, seed uint64) (*demand.Demand, error) {
	var zones *demand.Zones
	if s.Demand.Zones != "" {
		var err error
		if zones, err = demand.ReadZonesFile(s.resolve(s.Demand.Zones), city.Net); err != nil {
			return nil, s.invalid("demand.zones", "%v", err)
		}
	}
	d, err := s.wished(city, zones, seed)
	if err != nil {
		return nil, err
	}
	policies, err := s.policies(zones)
	if err != nil {
		return nil, err
	}
	d.Stagger(policies, zones, seed)
	return d, nil
}

// wished makes the trips as people would like to depart.
func (s *Scenario) wished(city *City, zones *demand.Zones, seed uint64) (*demand.Demand, error) {
	begin, end := float64(s.Period.Begin), float64(s.Period.End)
	switch {
	case s.Demand.Trips != "":
		d, err := demand.ReadFile(s.resolve(s.Demand.Trips), city.Places, s.Demand.Factor, seed, begin, end)
		if err != nil {
			return nil, s.invalid("demand.trips", "%v", err)
		}
		return d, nil
	case len(s.Demand.Matrices) > 0:
		flows, err := s.flows(zones)
		if err != nil {
			return nil, err
		}
		d, err := city.Places.FromMatrices(zones, flows, s.Demand.Factor, seed, begin, end)
		if err != nil {
			return nil, s.invalid("demand.matrices", "%v", err)
		}
		return d, nil
	case s.Demand.Chains != nil:
		return city.Places.FromChains(s.chains(), s.params(), seed, begin, end), nil
	}
	return city.Places.Demand(s.params(), seed, begin, end), nil
}

// params returns what the scenario changes about the default demand.
func (s *Scenario) params() demand.Params {
	p := demand.Params{
		Factor: s.Demand.Factor, TripsPerDay: s.Demand.TripsPerDay, Profile: s.Demand.Profile, Through: math.NaN(),
	}
	if s.Demand.Through != nil {
		p.Through = *s.Demand.Through
	}
	p.Classes = shares(s.Demand.Classes)
	return p
}

// shares returns the shares of the classes by their names.
func shares(classes map[string]float64) (all [network.NumVehicleClasses]float64) {
	for class := range network.NumVehicleClasses {
		all[class] = classes[class.String()]
	}
	return all
}

// chains returns the chains of activities of the scenario.
func (s *Scenario) chains() []demand.Chain {
	patterns := s.Demand.Chains.Patterns
	if len(patterns) == 0 {
		return demand.DefaultChains()
	}
	all := make([]demand.Chain, len(patterns))
	for i := range patterns {
		all[i], _ = patterns[i].chain() // has been checked
	}
	return all
}

// flows reads the matrices of the scenario.
func (s *Scenario) flows(zones *demand.Zones) ([]demand.Flow, error) {
	flows := make([]demand.Flow, len(s.Demand.Matrices))
	for i := range s.Demand.Matrices {
		field := fmt.Sprintf("demand.matrices[%d]", i)
		f, err := s.flow(&s.Demand.Matrices[i], field)
		if err != nil {
			return nil, err
		}
		if f.Matrix, err = demand.ReadMatrixFile(s.resolve(s.Demand.Matrices[i].File), zones); err != nil {
			return nil, s.invalid(field+".file", "%v", err)
		}
		flows[i] = f
	}
	return flows, nil
}

func (s *Scenario) flow(m *Matrix, field string) (f demand.Flow, err error) {
	f = demand.Flow{Name: m.File, Factor: 1, Return: m.Return, Profile: m.Profile, Classes: shares(m.Classes)}
	if m.Purpose != "" {
		if f.Purpose, err = demand.ParsePurpose(m.Purpose); err != nil {
			return f, s.invalid(field+".purpose", "%v", err)
		}
	}
	f.From, f.To = f.Purpose.Ends()
	for _, end := range []struct {
		field, name string
		by          *demand.Attraction
	}{{"from", m.From, &f.From}, {"to", m.To, &f.To}} {
		if end.name == "" {
			continue
		}
		if *end.by, err = demand.ParseAttraction(end.name); err != nil {
			return f, s.invalid(field+"."+end.field, "%v", err)
		}
	}
	for _, factor := range []float64{m.Factor, m.ModeShare} {
		if factor != 0 {
			f.Factor *= factor
		}
	}
	if m.Occupancy != 0 {
		f.Factor /= m.Occupancy
	}
	if m.Begin != nil {
		f.Begin, f.End = float64(*m.Begin), float64(*m.End)
	}
	return f, nil
}
