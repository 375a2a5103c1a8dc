package validation

import (
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/departure"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// The morning of the case: so many travellers who all wish to arrive at wishedArrival (s), and so many days to learn.
const (
	vickreyCars   = 300
	vickreyDays   = 120
	vickreyLast   = 20 // days that are averaged
	wishedArrival = 3 * 3600.0
)

// vickrey is Vickrey's bottleneck.
var vickrey = Case{
	ID: "D2", Area: "departure", Slow: true,
	What:      "travellers who wish to arrive at one time by a bottleneck choose their departures day after day: mean cost and longest queue they end with; and the cost if departures are spread",
	Expected:  "cost δN/s each, queue up to δN/(αs) with δ = βγ/(β+γ); half of the cost if departures are spread to the capacity",
	Tolerance: "cost ±10 %, ratio 0.5 ± 0.05",
	Kind:      Emergent,
	Source:    "Vickrey (1969); Arnott, de Palma, Lindsey (1990); α:β:γ = 6.40:3.90:15.21 of Small (1982) (6_departure/vickrey_bottleneck.json)",
	How: fmt.Sprintf("The stop sign of D1, whose service rate s is measured, and drivers that are all alike. %d cars wish to arrive at one time and depart within ten minutes around it on the first "+
		"day. Each day is a run of the traffic; some travellers then choose another departure by a logit model of what each would have cost, with travel times smoothed over the days and fewer "+
		"travellers each day (package departure and its default parameters). The cost is what a trip costs beyond that of the way alone, the mean over the last %d of %d days. Spread: one car every 1/s "+
		"over the rush of Vickrey's equilibrium.", vickreyCars, vickreyLast, vickreyDays),
	measure: func(l *lab, r *Result) error {
		people, err := driver.NewPopulation(driver.Options{All: alike()})
		if err != nil {
			return err
		}
		change := func(c *traffic.Config) { c.Drivers = people }
		return l.each(1, func(int) error {
			_, out, err := l.throughBottleneck(bottleneckRun{seed: 1, cars: vickreyCars, perHour: 1e5, change: change})
			if err != nil {
				return err
			}
			return l.rush(r, served(out), change)
		})
	},
}

// rush lets travellers learn at a bottleneck that serves perHour.
func (l *lab) rush(r *Result, perHour float64, change func(*traffic.Config)) error {
	want := departure.Small.Bottleneck(vickreyCars, perHour)
	wished, trips := make([]float64, vickreyCars), make([]departure.Trip, vickreyCars)
	rush := 3600 * vickreyCars / perHour
	for i := range trips {
		wished[i] = wishedArrival
		trips[i].Depart = wishedArrival + 600*(float64(i)/vickreyCars-0.5)
	}
	days, err := departure.NewDays(departure.Params{Begin: wishedArrival - 1.4*rush, End: wishedArrival + 0.6*rush, Seed: 1}, wished)
	if err != nil {
		return err
	}
	var x, y []float64
	mean, longest := 0.0, 0.0
	var last []departure.Trip
	for day := range vickreyDays {
		if err := l.ride(trips, change); err != nil {
			return err
		}
		last = slices.Clone(trips)
		days.Day(trips)
		cost := days.Mean() - departure.Small.Alpha*days.Free()/3600
		x, y = append(x, float64(day+1)), append(y, cost)
		if day >= vickreyDays-vickreyLast {
			mean += cost / vickreyLast
			longest += longestWait(last, days.Free()) / 3600 / vickreyLast
		}
	}
	for i := range trips {
		trips[i].Depart = wishedArrival - days.Free() - want.Begin*3600 + float64(i)*3600/perHour
	}
	if err := l.ride(trips, change); err != nil {
		return err
	}
	spread := 0.0
	for _, t := range trips {
		spread += departure.Small.Of(t.Travel-days.Free(), t.Depart+t.Travel, wishedArrival) / vickreyCars
	}
	r.near("mean cost in equilibrium", "$", want.Each, 0.1*want.Each, mean)
	r.near("cost if spread to the capacity, over that in equilibrium", "", 0.5, 0.05, spread/mean)
	r.tell("longest queue in equilibrium, over δN/(αs)", "", longest/want.Longest)
	r.tell("cost of the first day, over that in equilibrium", "", y[0]/mean)
	r.tell("service rate", "vehicles/h", perHour)
	r.Figures = append(r.Figures, report.Plot{
		Title: "What a trip costs, day by day", X: report.Axis{Label: "day"}, Y: report.Axis{Label: "mean cost ($)"},
		Marks: []report.Mark{
			{Kind: report.Dashed, Name: "Vickrey's equilibrium", X: []float64{1, vickreyDays}, Y: []float64{want.Each, want.Each}},
			{Kind: report.Line, Name: "found", Series: 1, X: x, Y: y},
		},
	}, rushPlot(last, want, perHour, days.Free()))
	return nil
}

func longestWait(trips []departure.Trip, free float64) (worst float64) {
	for _, t := range trips {
		worst = math.Max(worst, t.Travel-free)
	}
	return worst
}

// rushPlot draws who has departed and who has arrived by a time, and Vickrey's.
func rushPlot(trips []departure.Trip, want departure.Vickrey, perHour, free float64) report.Plot {
	var departed, arrived, n []float64
	for i, t := range trips {
		departed, arrived, n = append(departed, (t.Depart+free-wishedArrival)/60), append(arrived, (t.Depart+t.Travel-wishedArrival)/60), append(n, float64(i+1))
	}
	slices.Sort(departed)
	slices.Sort(arrived)
	c := departure.Small
	begin, end := -60*want.Begin, 60*want.End
	onTime := -60 * want.Longest // who departs then arrives on time
	early := perHour * c.Alpha / (c.Alpha - c.Beta) / 60 * (onTime - begin)
	return report.Plot{
		Title: "The last day: due at the bottleneck, and through", X: report.Axis{Label: "min after the wished arrival"}, Y: report.Axis{Label: "cars"},
		Marks: []report.Mark{
			{Kind: report.Dashed, Name: "due, Vickrey", X: []float64{begin, onTime, end}, Y: []float64{0, early, vickreyCars}},
			{Kind: report.Dashed, Name: "through, Vickrey", X: []float64{begin, end}, Y: []float64{0, vickreyCars}},
			{Kind: report.Line, Name: "due", Series: 1, X: departed, Y: n},
			{Kind: report.Line, Name: "through", Series: 2, X: arrived, Y: n},
		},
	}
}

// ride runs a day: it sets what the trips took.
func (l *lab) ride(trips []departure.Trip, change func(*traffic.Config)) error {
	w, err := l.world(sample.Cross(sample.CrossSpec{
		Arms: 3, Control: network.PriorityRoad, Sign: network.Stop, ArmLength: 900, SpeedLimit: 50 * kmh,
	}), setup{seed: 1, change: func(c *traffic.Config) {
		change(c)
		c.Start = wishedArrival
		for _, t := range trips {
			c.Start = math.Min(c.Start, math.Floor(t.Depart)-1)
		}
	}})
	if err != nil {
		return err
	}
	defer w.Close()
	cars := queue(teeFromNorth, teeToWest, len(trips))
	for i := range cars {
		cars[i].Depart = trips[i].Depart
	}
	if _, err := w.AddTrips(cars); err != nil {
		return err
	}
	for w.Stats().Arrived < len(cars) {
		if err := w.until(w.Time()+w.StepTime(), nil); err != nil {
			return err
		}
		for _, e := range w.Events() {
			if e.Kind == traffic.Arrived {
				trips[e.Vehicle].Travel = e.Time - cars[e.Vehicle].Depart
			}
		}
		if w.Time() > wishedArrival+8*3600 {
			return fmt.Errorf("%d of %d cars came through", w.Stats().Arrived, len(cars))
		}
	}
	return nil
}
