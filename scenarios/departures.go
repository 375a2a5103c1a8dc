package scenarios

import (
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios/demand"
)

// Departures is a policy that has some trips depart at another time; see demand.Policy.
type Departures struct {
	Name string `yaml:"name,omitempty"`
	// Purpose, Class, From, To and Between say whose departures it is about; what is not given, all have.
	Purpose []string `yaml:"purpose,omitempty,flow"`
	Class   []string `yaml:"class,omitempty,flow"`
	From    []string `yaml:"from,omitempty,flow"` // ids of zones
	To      []string `yaml:"to,omitempty,flow"`
	Between []Clock  `yaml:"between,omitempty,flow"` // two times between which they would depart
	// Share complies, 0 to 1; 1 if not given.
	Share     *float64 `yaml:"share,omitempty"`
	AtMost    float64  `yaml:"at_most"`             // minutes
	Direction string   `yaml:"direction,omitempty"` // earlier, later or both (the default)
	// One of these three says how.
	Spread *SpreadRule `yaml:"spread,omitempty,flow"`
	Starts *StartRule  `yaml:"starts,omitempty,flow"`
	Price  []PriceRule `yaml:"price,omitempty,flow"`
}

// SpreadRule spreads departures evenly over a window.
type SpreadRule struct {
	Begin *Clock `yaml:"begin,omitempty"` // both or none: the period of the run
	End   *Clock `yaml:"end,omitempty"`
}

// StartRule has each place (school, company) begin at another time.
type StartRule struct {
	Shifts []float64 `yaml:"shifts,flow"`  // minutes later, negative for earlier; each place has one of them
	At     string    `yaml:"at,omitempty"` // destination (the default) or origin: which end of the trips is the place
}

// PriceRule is a point of a price by time of departure.
type PriceRule struct {
	At      Clock   `yaml:"at"`
	Minutes float64 `yaml:"minutes"` // of shift that the price is worth
}

// checkDepartures says what is wrong with the policies.
func (s *Scenario) checkDepartures(complain func(field, format string, args ...any)) {
	for i := range s.Departures {
		d, field := &s.Departures[i], fmt.Sprintf("departures[%d]", i)
		rules := 0
		for _, given := range []bool{d.Spread != nil, d.Starts != nil, d.Price != nil} {
			if given {
				rules++
			}
		}
		if rules != 1 {
			complain(field, "want one of spread, starts and price, which says how departures are shifted")
		}
		if len(d.Between) == 2 && d.Between[1] <= d.Between[0] {
			complain(field+".between", "%s is not after %s", d.Between[1], d.Between[0])
		}
		if w := d.Spread; w != nil {
			switch {
			case (w.Begin == nil) != (w.End == nil):
				complain(field+".spread", "want both begin and end, or none of them for the period of the run")
			case w.Begin != nil && *w.End <= *w.Begin:
				complain(field+".spread.end", "%s is not after begin, %s", *w.End, *w.Begin)
			}
		}
		for k := 1; k < len(d.Price); k++ {
			if d.Price[k].At <= d.Price[k-1].At {
				complain(fmt.Sprintf("%s.price[%d].at", field, k), "%s is not after the one before, %s", d.Price[k].At, d.Price[k-1].At)
			}
		}
		if (len(d.From) > 0 || len(d.To) > 0) && s.Demand.Zones == "" {
			complain(field, "from and to are zones: want demand.zones, the file that has them")
		}
	}
}

// policies returns the policies of the scenario.
func (s *Scenario) policies(zones *demand.Zones) ([]demand.Policy, error) {
	all := make([]demand.Policy, len(s.Departures))
	for i := range s.Departures {
		field := fmt.Sprintf("departures[%d]", i)
		p, err := s.policy(&s.Departures[i], zones, field)
		if err != nil {
			return nil, err
		}
		all[i] = p
	}
	return all, nil
}

func (s *Scenario) policy(d *Departures, zones *demand.Zones, field string) (p demand.Policy, err error) {
	p = demand.Policy{Name: d.Name, Share: 1, Most: d.AtMost * 60, Earlier: d.Direction != "later", Later: d.Direction != "earlier"}
	if d.Share != nil {
		p.Share = *d.Share
	}
	for _, name := range d.Purpose {
		purpose, err := demand.ParsePurpose(name)
		if err != nil {
			return p, s.invalid(field+".purpose", "%v", err)
		}
		p.Group.Purposes = append(p.Group.Purposes, purpose)
	}
	for _, name := range d.Class {
		class, ok := network.ParseVehicleClass(name)
		if !ok {
			return p, s.invalid(field+".class", "unknown vehicle class %q", name)
		}
		p.Group.Classes = append(p.Group.Classes, class)
	}
	if p.Group.From, err = s.zonesCalled(d.From, zones, field+".from"); err != nil {
		return p, err
	}
	if p.Group.To, err = s.zonesCalled(d.To, zones, field+".to"); err != nil {
		return p, err
	}
	if len(d.Between) == 2 {
		p.Group.Begin, p.Group.End = float64(d.Between[0]), float64(d.Between[1])
	}
	switch {
	case d.Starts != nil:
		p.Rule, p.ByOrigin = demand.StartTimes, d.Starts.At == "origin"
		for _, minutes := range d.Starts.Shifts {
			p.Starts = append(p.Starts, minutes*60)
		}
	case d.Price != nil:
		p.Rule = demand.PeakPrice
		for _, point := range d.Price {
			p.Price = append(p.Price, demand.PricePoint{At: float64(point.At), Minutes: point.Minutes})
		}
	case d.Spread != nil && d.Spread.Begin != nil:
		p.Window = [2]float64{float64(*d.Spread.Begin), float64(*d.Spread.End)}
	}
	return p, nil
}

// zonesCalled finds zones by their ids.
func (s *Scenario) zonesCalled(ids []string, zones *demand.Zones, field string) (found []int, err error) {
	for i, id := range ids {
		z, ok := zones.Find(id)
		if !ok {
			return nil, s.invalid(fmt.Sprintf("%s[%d]", field, i), "no zone of %s is called %q", s.Demand.Zones, id)
		}
		found = append(found, z)
	}
	return found, nil
}

// WithDepartures returns s with further policies before its own, as a variant called name.
func (s *Scenario) WithDepartures(name string, policies ...Departures) *Scenario {
	v := *s
	v.variant, v.about, v.sumOf, v.variants = name, "", nil, nil
	v.Departures = append(slices.Clone(policies), s.Departures...)
	return &v
}
