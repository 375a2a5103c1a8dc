package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/traffic"
)

// adamsWait returns the mean wait in s for a gap of at least critical s in random traffic of q vehicles a second: W. F. Adams
// (1936), HCM 7th ed., eq. 20-84.
func adamsWait(q, critical float64) float64 { return (math.Exp(q*critical) - q*critical - 1) / q }

// adams is the wait of people on foot.
var adams = Case{
	ID: "P1", Area: "people on foot", Slow: true,
	What:      "mean wait of people who cross an unmarked road in gaps of the traffic",
	Expected:  "Adams: (e^qτ − qτ − 1)/q, τ = width/speed + 3 s",
	Tolerance: "±15 %",
	Kind:      Check,
	Source:    "W. F. Adams, Road traffic considered as a random series, J. Inst. Civ. Eng. 4, 121 (1936); HCM 7th ed., eq. 20-81 and 20-84",
	How: "One-way street of one lane, 50 km/h, an unmarked crossing 120 m from where cars enter at random; two people a minute at random, speeds 1.34 ± 0.26 m/s; twelve hours at each flow, three seeds. " +
		"Adams' formula is taken at the flow that was counted, as the mean over walking speeds.",
	Note: "Adams' cars are points at random. Cars keep headways, also behind slower ones, so there are somewhat fewer gaps of 5 s than he has.",
	measure: func(l *lab, r *Result) error {
		flows := []float64{150, 300, 450, 600}
		const seeds, hours = 3, 12.0
		waits, counted := make([]float64, len(flows)*seeds), make([]float64, len(flows)*seeds)
		var width float64
		err := l.each(len(waits), func(i int) error {
			spec := sample.Corridor(sample.CorridorSpec{Length: 300, Lanes: 1, OneWay: true})
			spec.Crossings = append(spec.Crossings, network.CrossingSpec{Kind: network.Unmarked, Edge: 0, Position: 120, OSMNode: 1})
			w, err := l.world(spec, setup{seed: uint64(i%seeds + 1), change: func(c *traffic.Config) { c.Crossings = traffic.Crossings{People: 24} }})
			if err != nil {
				return err
			}
			defer w.Close()
			if i == 0 {
				width = w.net.Lanes[0].Width
			}
			if _, err := w.AddTrips(trips(uint64(i%seeds+1), []stream{steady(0, 0, flows[i/seeds], hours*3600)})); err != nil {
				return err
			}
			g := newGantry(newCourse(w.net, 0), 100)
			if err := w.until(hours*3600, func() { g.step(w) }); err != nil {
				return err
			}
			walks := w.Walks()
			if walks.Hit > 0 || walks.Crossed < 100 {
				return fmt.Errorf("%d people crossed, %d were hit", walks.Crossed, walks.Hit)
			}
			waits[i], counted[i] = walks.Delay/float64(walks.Crossed), g.detectors[0].flow(0, hours*3600)
			return nil
		})
		if err != nil {
			return err
		}
		expected := func(perHour float64) float64 {
			sum, weight := 0.0, 0.0
			for z := -2.0; z <= 2; z += 0.1 {
				k := math.Exp(-z * z / 2)
				sum, weight = sum+k*adamsWait(perHour/3600, width/(1.34+0.26*z)+3), weight+k
			}
			return sum / weight
		}
		var x, y, low, high []float64
		for v := 50.0; v <= 700; v += 10 {
			e := expected(v)
			x, y, low, high = append(x, v), append(y, e), append(low, 0.85*e), append(high, 1.15*e)
		}
		for k := range flows {
			wait, ci := meanCI(waits[k*seeds : (k+1)*seeds])
			q, _ := meanCI(counted[k*seeds : (k+1)*seeds])
			want := expected(q)
			r.near(fmt.Sprintf("mean wait at %.0f cars/h", q), "s", want, 0.15*want, wait).ci(ci)
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "Wait at an unmarked crossing", X: report.Axis{Label: "cars/h", Min: 0, Max: 720}, Y: report.Axis{Label: "mean wait (s)"},
			Marks: []report.Mark{
				{Kind: report.Band, Name: "±15 %", X: x, Low: low, High: high},
				{Kind: report.Line, Name: "Adams", X: x, Y: y},
				{Kind: report.Points, Name: "measured", Series: 1, X: counted, Y: waits},
			},
		})
		return nil
	},
}
