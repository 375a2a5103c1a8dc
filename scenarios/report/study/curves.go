package study

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/report"
)

// mark returns the line of group i: the base solid, each variant with dashes of its own (see style).
func mark(i int, name string, x, y []float64) report.Mark {
	return report.Mark{Kind: report.Line, Name: name, Series: i % 6, X: x, Y: y}
}

func (p *page) plot(plot *report.Plot, caption string) {
	p.b.WriteString("<figure>")
	p.b.Write(plot.AppendSVG(nil))
	p.print(`<figcaption>%s</figcaption></figure>`, caption)
}

// curves draws measures over the time of day.
func (p *page) curves() {
	p.print(`<h2>When</h2><div class="figures">`)
	for _, of := range []struct{ measure, title, axis string }{
		{"delay_h", "Time lost by all", "vehicle hours lost an hour"},
		{"speed_kmh", "Mean speed", "km/h"},
		{"queue_mean", "Standing in queues", "vehicles at stop lines"},
	} {
		m, err := compare.PlaceMeasureNamed(of.measure)
		if err != nil {
			continue
		}
		plot := report.Plot{Title: of.title, X: report.Axis{Label: "time of day", Clock: true}, Y: report.Axis{Label: of.axis}}
		var bands, lines []report.Mark
		for i, g := range p.groups() {
			x, y, low, high := p.overTime(g, &m)
			if of.measure == "delay_h" {
				perHour(p.times[g], y, low, high)
			}
			if i == 0 || len(p.Variants) == 1 { // more than two hide one another
				bands = append(bands, report.Mark{Kind: report.Band, Series: i % 6, X: x, Low: low, High: high})
			}
			lines = append(lines, mark(i, g.Variant, x, y))
		}
		plot.Marks = append(bands, lines...)
		p.plot(&plot, "Means over the seeds; the band is the 95 % interval of the base's mean. Differences, being paired, are surer than it.")
	}
	p.print(`</div>`)
}

// perHour turns hours lost in an interval to those lost an hour.
func perHour(cells *compare.GroupCells, values ...[]float64) {
	hours := 0.0
	for _, run := range cells.BySeed {
		for _, s := range run {
			hours = math.Max(hours, s.Hours)
		}
	}
	for _, list := range values {
		for i := range list {
			list[i] /= math.Max(hours, 1e-9)
		}
	}
}

// overTime returns a measure of the whole by the middle of the intervals, in hours, with its interval.
func (p *page) overTime(g *compare.Group, m *compare.PlaceMeasure) (x, y, low, high []float64) {
	cells := p.times[g]
	for _, c := range cells.Cells() {
		var values []float64
		half := 0.0
		for _, seed := range g.Seeds() {
			if s := cells.BySeed[seed][c]; s != nil {
				values, half = append(values, m.Of(s)), s.Hours/2
			}
		}
		if len(values) == 0 {
			continue
		}
		mean, ci := compare.MeanInterval(values)
		if math.IsInf(ci[0], 0) {
			ci = [2]float64{mean, mean}
		}
		x, y, low, high = append(x, c.Begin/3600+half), append(y, mean), append(low, math.Max(0, ci[0])), append(high, ci[1])
	}
	return x, y, low, high
}

// distributions draws how trips fare, and when they depart.
func (p *page) distributions() error {
	travel := report.Plot{Title: "Travel time", X: report.Axis{Label: "min"}, Y: report.Axis{Label: "% of the trips take no longer", Min: 0, Max: 100}}
	delay := report.Plot{Title: "Delay", X: report.Axis{Label: "min, the wait to enter included"}, Y: report.Axis{Label: "% of the trips lose no more", Min: 0, Max: 100}}
	leave := report.Plot{Title: "Departures", X: report.Axis{Label: "time of day", Clock: true}, Y: report.Axis{Label: "trips an hour"}}
	asked := leave
	purposes, err := p.shifted()
	if err != nil {
		return err
	}
	asked.Title = "Departures: " + strings.Join(purposes, ", ")
	for i, g := range p.groups() {
		var times, delays []float64
		departures, ofAsked := map[int]int{}, map[int]int{}
		for _, seed := range g.Seeds() {
			run := g.Runs[seed]
			err := p.DB.Query(p.ctx, func(scan func(...any) error) error {
				var at float64
				var arrived int
				var time, lost float64
				var purpose string
				if err := scan(&at, &arrived, &time, &lost, &purpose); err != nil {
					return err
				}
				departures[int(math.Floor(at/bin))]++
				if slices.Contains(purposes, purpose) {
					ofAsked[int(math.Floor(at/bin))]++
				}
				if arrived == 1 {
					times, delays = append(times, time/60), append(delays, lost/60)
				}
				return nil
			}, `SELECT depart_s, state = 'arrived', ifnull(travel_time, 0), ifnull(travel_time - free_time + waited, 0), ifnull(purpose, '') FROM trips WHERE run = ?`, run.ID)
			if err != nil {
				return err
			}
		}
		x, y := distribution(times)
		travel.Marks = append(travel.Marks, mark(i, g.Variant, x, y))
		x, y = distribution(delays)
		delay.Marks = append(delay.Marks, mark(i, g.Variant, x, y))
		x, y = profile(departures, len(g.Runs))
		leave.Marks = append(leave.Marks, mark(i, g.Variant, x, y))
		x, y = profile(ofAsked, len(g.Runs))
		asked.Marks = append(asked.Marks, mark(i, g.Variant, x, y))
	}
	p.print(`<h2>Who</h2><div class="figures">`)
	p.plot(&travel, "All trips that ended, of all seeds.")
	p.plot(&delay, "The same. Delay is against free flow.")
	p.plot(&leave, fmt.Sprintf("Wished departures, in intervals of %d minutes, mean over the seeds.", int(bin/60)))
	if len(purposes) > 0 {
		p.plot(&asked, "The same of trips with the purposes of which some depart at another time.")
	}
	p.print(`</div>`)
	return nil
}

// shifted returns the purposes of which some trips depart at another time in one of the variants, by name.
func (p *page) shifted() (purposes []string, err error) {
	for _, g := range p.Variants {
		err = p.DB.Query(p.ctx, func(scan func(...any) error) error {
			var purpose string
			if err := scan(&purpose); err != nil {
				return err
			}
			if !slices.Contains(purposes, purpose) {
				purposes = append(purposes, purpose)
			}
			return nil
		}, `SELECT DISTINCT purpose FROM trips WHERE run = ? AND shift_s <> 0 AND purpose IS NOT NULL`, g.Any().ID)
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(purposes)
	return purposes, nil
}

// bin is the interval of the profile of departures, s.
const bin = 300.0

// distribution returns the percentiles of values up to the 99th.
func distribution(values []float64) (x, y []float64) {
	if len(values) == 0 {
		return nil, nil
	}
	slices.Sort(values)
	for percent := 0; percent <= 99; percent++ {
		x = append(x, values[min(len(values)-1, percent*len(values)/100)])
		y = append(y, float64(percent))
	}
	return x, y
}

// profile returns departures an hour by time of day.
func profile(departures map[int]int, runs int) (x, y []float64) {
	var bins []int
	for b := range departures {
		bins = append(bins, b)
	}
	slices.Sort(bins)
	for _, b := range bins {
		x = append(x, (float64(b)+0.5)*bin/3600)
		y = append(y, float64(departures[b])/float64(runs)*3600/bin)
	}
	return x, y
}

// corridors draws the speed along each corridor by time and place.
func (p *page) corridors() error {
	rows, err := p.DB.PlaceEdges(p.ctx, p.Base.Any().ID)
	if err != nil {
		return err
	}
	along := map[string][]int{}
	var order []string
	for _, r := range rows {
		if r.Kind != "corridor" {
			continue
		}
		if along[r.Place] == nil {
			order = append(order, r.Place)
		}
		along[r.Place] = append(along[r.Place], r.Edge)
	}
	p.print(`<h2>Along the corridors</h2>`)
	if len(order) == 0 {
		p.print(`<p class="soft">The scenario names no corridors; it may do so under measure.corridors.</p>`)
		return nil
	}
	for _, name := range order {
		p.print(`<h3>%s</h3><div class="figures">`, text(name))
		for _, g := range p.groups() {
			svg, err := p.heatMap(g, along[name])
			if err != nil {
				return err
			}
			p.print(`<figure>%s<figcaption>%s: mean speed over the speed limit; driving is upwards, time to the right; hatched: nobody drove</figcaption></figure>`, svg, text(g.Variant))
		}
		p.print(`</div>`)
	}
	return nil
}
