package validation

import (
	"fmt"

	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
)

// weathers are the roads of case W1, with what is published of them as shares lost: speed, capacity.
var weathers = []struct {
	name                        string
	condition                   tyre.Condition
	speedLeast, speedMost       float64 // %
	capacityLeast, capacityMost float64 // %
}{
	{"light rain", tyre.Wet, 2, 5.5, 5, 10},
	{"heavy rain", tyre.Soaked, 4, 7, 10, 17},
	{"heavy snow", tyre.Snow, 11, 15, 19, 28},
}

// slipperyMotorway is what rain and snow do to speed and capacity.
var slipperyMotorway = Case{
	ID: "W1", Area: "weather", Slow: true,
	What:      "motorway of two lanes in rain and snow: free speed and capacity against a dry road",
	Expected:  "light rain −2 to −5.5 % and −5 to −10 %; heavy rain −4 to −7 % and −10 to −17 %; heavy snow −11 to −15 % and −19 to −28 %",
	Tolerance: "the published ranges",
	Kind:      Calibration,
	Source: "Agarwal, Maze, Souleyrette, Mid-Continent Transportation Research Symposium (2005), motorways of the Twin Cities: heavy rain −4 to −7 % and −10 to −17 %, heavy " +
		"snow −11 to −15 % and −19 to −27 % (its abstract); capacities also in HCM 2010, exhibit 10-15, as quoted in FHWA-HOP-13-042, table 33: moderate rain −5.7 to −10.1 %, heavy " +
		"snow −19.5 to −27.8 %; light rain's speed recalled",
	How: "4 km without ramps, limit 70 mph, cars arriving at random at 400 to 2,800 an hour and lane, one seed; nothing but what lies on the road differs. " +
		"Drivers plan with the grip that they believe in: wet for light rain (0.2 mm of water), soaked for heavy rain (1 mm), fresh snow for heavy snow.",
	Note: "Drivers here do not see less in rain; people do, which is part of what was measured.",
	measure: func(l *lab, r *Result) error {
		demands := []float64{400, 1600, 1800, 2000, 2200, 2400, 2800}
		all := make([][]section, len(weathers)+1)
		for k := range all {
			all[k] = make([]section, len(demands))
		}
		err := l.each(len(all)*len(demands), func(i int) error {
			k, condition := i/len(demands), tyre.Dry
			if k > 0 {
				condition = weathers[k-1].condition
			}
			var err error
			all[k][i%len(demands)], err = l.slipperySection(demands[i%len(demands)], condition)
			return err
		})
		if err != nil {
			return err
		}
		free, top := all[0][0].speed, capacityOf(all[0]).flow
		plot := report.Plot{Title: "Speed against flow", X: report.Axis{Label: "veh/h and lane"}, Y: report.Axis{Label: "km/h"}}
		for k, w := range weathers {
			slower, less := 100*(1-all[k+1][0].speed/free), 100*(1-capacityOf(all[k+1]).flow/top)
			r.within(w.name+": loss of free speed", "%", (w.speedLeast+w.speedMost)/2, w.speedLeast, w.speedMost, slower)
			r.within(w.name+": loss of capacity", "%", (w.capacityLeast+w.capacityMost)/2, w.capacityLeast, w.capacityMost, less)
		}
		for k := range all {
			m := report.Mark{Kind: report.Points, Series: k + 1, Name: "dry"}
			if k > 0 {
				m.Name = weathers[k-1].name
			}
			for _, s := range all[k] {
				m.X, m.Y = append(m.X, s.flow), append(m.Y, 3.6*s.speed)
			}
			plot.Marks = append(plot.Marks, m)
		}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}

// slipperySection measures two lanes in a condition at a demand (veh/h and lane), as plainMotorway does three.
func (l *lab) slipperySection(demand float64, condition tyre.Condition) (section, error) {
	const warm, end, length, place, lanes = 600.0, 1500.0, 4000.0, 3500.0, 2
	w, err := l.world(sample.Motorway(sample.MotorwaySpec{
		Lanes: lanes, SpeedLimit: 70 * mph, Sections: []sample.MotorwaySection{{Length: length}},
	}), setup{seed: 1, change: func(c *traffic.Config) { c.Condition = condition }})
	if err != nil {
		return section{}, err
	}
	defer w.Close()
	if _, err := w.AddTrips(trips(1, []stream{steady(0, 0, demand*lanes, end)})); err != nil {
		return section{}, err
	}
	g := newGantry(newCourse(w.net, 0), place)
	if err := w.until(end, func() { g.step(w) }); err != nil {
		return section{}, fmt.Errorf("%v: %w", condition, err)
	}
	passed := g.detectors[0].between(warm, end)
	return section{flow: float64(len(passed)) / lanes * 3600 / (end - warm), speed: spaceMeanSpeed(passed)}, nil
}
