package scenarios

import (
	"errors"
	"fmt"
	"slices"

	"roadtwin/network/strictyaml"
	"roadtwin/signals"
	"roadtwin/signals/planfile"
)

// filed returns the city's plans with those of the scenario's plan file in their place, and how controllers decide that it has run by
// something else than one plan.
func (s *Scenario) filed(city *City) ([]signals.Plan, []signals.Control, error) {
	plans := slices.Clone(city.Plans)
	if s.Signals.File == "" {
		return plans, nil, nil
	}
	var controls []signals.Control
	var err error
	if name := s.signalFile(); isSUMOSignals(name) {
		if controls, _, err = city.ImportSUMOSignals(name); err != nil {
			return nil, nil, s.invalid("signals.file", "%v", err)
		}
	} else {
		controls, err = planfile.Load(name, city.Net)
	}
	var wrong *strictyaml.Invalid
	switch {
	case errors.As(err, &wrong):
		return nil, nil, &Invalid{File: wrong.File, Problems: wrong.Problems, Kind: ErrInvalid} // it names its own file
	case err != nil:
		return nil, nil, err
	}
	var others []signals.Control
	for i := range controls {
		c := &controls[i]
		if c.Kind != signals.FixedTime || len(c.Fixed.Plans) > 1 || len(c.Fixed.Days) > 0 || len(c.Priorities)+len(c.Preemptions) > 0 {
			others = append(others, *c)
			continue
		}
		at := slices.IndexFunc(plans, func(p signals.Plan) bool { return p.Controller == c.Controller })
		if at < 0 {
			plans = append(plans, c.Fixed.Plans[0])
		} else {
			plans[at] = c.Fixed.Plans[0]
		}
	}
	return plans, others, nil
}

// retime returns the city's plans with the changes of the scenario: those of its plan file, then those it makes itself.
func (s *Scenario) retime(city *City) ([]signals.Plan, []signals.Control, error) {
	plans, controls, err := s.filed(city)
	if err != nil {
		return nil, nil, err
	}
	for i, change := range s.Signals.Plans {
		field := fmt.Sprintf("signals.plans[%d]", i)
		p := slices.IndexFunc(plans, func(p signals.Plan) bool {
			c := &city.Net.Controllers[p.Controller]
			return change.Name == "" && slices.Contains(c.OSMNodes, change.Node) || change.Name != "" && c.Name == change.Name
		})
		if p < 0 && change.Name != "" {
			return nil, nil, s.invalid(field+".name", "no signal controller of the map is called %q", change.Name)
		} else if p < 0 {
			return nil, nil, s.invalid(field+".node", "no signal controller of the map stands for OSM node %d", change.Node)
		}
		plan := &plans[p]
		if change.Offset != nil {
			plan.Offset = *change.Offset
		}
		if change.Greens == nil {
			continue
		}
		if len(change.Greens) != len(plan.Stages) {
			return nil, nil, s.invalid(field+".greens", "got %d greens, want %d: one for each stage of %s", len(change.Greens),
				len(plan.Stages), city.Net.Controllers[plan.Controller].Name)
		}
		plan.Stages = slices.Clone(plan.Stages)
		for j, green := range change.Greens {
			plan.Stages[j].Green = green
		}
	}
	return plans, controls, nil
}

// signalError blames the scenario for plans that are refused, if it changed any.
func (s *Scenario) signalError(err error) error {
	if len(s.Signals.Plans) == 0 {
		return err // a plan file has been checked
	}
	return s.invalid("signals.plans", "%v", err)
}

// overruled returns controls with others in the place of those of the same controllers.
func overruled(controls, by []signals.Control) []signals.Control {
	kept := slices.DeleteFunc(slices.Clone(controls), func(c signals.Control) bool {
		return slices.ContainsFunc(by, func(o signals.Control) bool { return o.Controller == c.Controller })
	})
	return append(kept, by...)
}
