package validation

import (
	"errors"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// crashRates counts crashes on roads that are in one condition all the time, and on roads that turn to ice under the traffic.
var crashRates = Case{
	ID: "K1", Area: "crashes", Slow: true,
	What:      "crashes per million vehicle-kilometres by what lies on the road",
	Expected:  "all crashes known to the police, all conditions: 1.3; against a dry road: wet 1.2 to 1.3, slush and loose snow 1.5, ice and packed snow 2.5 times as many, sudden ice much more",
	Tolerance: "dry: not more than published; the rest is told",
	Kind:      Bound,
	Source:    "NHTSA, Traffic Safety Facts 2019 (6.76 million crashes, 5.25 x 10^12 km; recalled); Elvik, Vaa, Handbook of Road Safety Measures (recalled)",
	How:       "The sample town, 500 cars in 40 minutes, four seeds for each condition; in the last row the roads turn from wet to ice in one moment, after a quarter of an hour; in the one before, the weather freezes wet roads under the traffic.",
	Note: "How far off it is: some hundred kilometres on dry roads only show that nobody crashes as a matter of course, and in days of whole towns (make soak) nobody does: on a dry road nobody here crashes at all, as drivers keep to the rules they are given; what makes people crash there (drink, sleep, haste, obstructed sight) is not in them, so " +
		"that there is no ratio to a dry road. On snow and on ice that they know nobody crashes in these hundreds of kilometres either: in a town of 29,000 km an hour (Bad Hersfeld, " +
		"07:00 to 08:00, all of it ice) one did in 23,700 km, some forty a million where 2.5 times 1.3 are known to the police; on wet ice, where one can hardly stand, it is more. Where all roads freeze in one moment, under people who drive, they crash " +
		"thousands of times as often: nobody can be warned. No weather does that: where frost comes over wet roads street by street, in a morning of Bad Hersfeld (06:30 to 07:45), two did in 31,000 km, 4,800 of them on ice and slush; when drivers saw no farther than the next piece of road and did not think of frost, 428 did. Rates of slippery roads are good for comparing what changes them, not for reading off.",
	measure: func(l *lab, r *Result) error {
		rows := []struct {
			name        string
			first, then tyre.Condition
			frost       bool
		}{
			{name: "dry", first: tyre.Dry, then: tyre.Dry},
			{name: "wet", first: tyre.Wet, then: tyre.Wet},
			{name: "soaked", first: tyre.Soaked, then: tyre.Soaked},
			{name: "slush", first: tyre.Slush, then: tyre.Slush},
			{name: "fresh snow", first: tyre.Snow, then: tyre.Snow},
			{name: "packed snow", first: tyre.PackedSnow, then: tyre.PackedSnow},
			{name: "ice", first: tyre.Ice, then: tyre.Ice},
			{name: "frost on wet roads", frost: true},
			{name: "sudden ice", first: tyre.Wet, then: tyre.WetIce},
		}
		const seeds = 4
		counts := make([]struct{ crashes, km float64 }, len(rows)*seeds)
		err := l.each(len(counts), func(i int) error {
			var err error
			counts[i].crashes, counts[i].km, err = l.townCrashes(uint64(i%seeds+1), rows[i/seeds].first, rows[i/seeds].then, rows[i/seeds].frost)
			return err
		})
		if err != nil {
			return err
		}
		bars := report.Mark{Kind: report.Bars, Series: 1}
		plot := report.Plot{Title: "Crashes per million vehicle-km", Y: report.Axis{Label: "crashes per million vehicle-km"}}
		for k, row := range rows {
			crashes, km := 0.0, 0.0
			for i := range seeds {
				crashes, km = crashes+counts[k*seeds+i].crashes, km+counts[k*seeds+i].km
			}
			rate := 1e6 * crashes / km
			if k == 0 {
				r.within("dry", "per million vehicle-km", 1.3, 0, 1.3, rate)
				r.tell("driven on dry roads", "vehicle-km", km)
			} else {
				r.tell(row.name, "per million vehicle-km", rate)
			}
			plot.X.Names = append(plot.X.Names, row.name)
			bars.X, bars.Y = append(bars.X, float64(k)), append(bars.Y, rate)
		}
		plot.Marks = []report.Mark{bars}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}

// nightfall returns weather that makes of wet roads frozen ones in the course of an hour from start, s after midnight: it has rained at 1 °C, and
// half an hour ago the sky has cleared and the air become cold.
func nightfall(net *network.Network, start float64) (*weather.System, error) {
	const rained, cleared = 3 * 3600.0, 1500.0
	return weather.New(net, weather.Config{Changes: []weather.Change{
		{From: start - rained, Until: math.Inf(1), Set: weather.Temperature | weather.Rain, Sky: weather.Sky{Temperature: 1, Rain: 2}},
		{From: start - cleared, Until: math.Inf(1), Set: weather.Temperature | weather.Rain, Sky: weather.Sky{Temperature: -4}},
		weather.Frost(start-cleared, math.Inf(1)),
	}}, start)
}

// townCrashes runs the sample town, on roads of one condition and then of another, or in frost, and returns the crashes, those with nobody else included, and the kilometres driven.
func (l *lab) townCrashes(seed uint64, first, then tyre.Condition, frost bool) (crashes, km float64, err error) {
	const count, span, change, end = 500, 2400.0, 900.0, 3000.0
	var cold error
	w, err := l.world(sample.Town(network.RightHand), setup{seed: seed, change: func(c *traffic.Config) {
		if c.Condition = first; frost {
			c.Weather, cold = nightfall(c.Net, c.Start)
		}
	}})
	if err = errors.Join(err, cold); err != nil {
		return 0, 0, err
	}
	defer w.Close()
	all := make([]traffic.Trip, count)
	for i := range all {
		at := func(stream draw.Stream) network.EdgeID {
			return network.EdgeID(draw.IntN(len(w.net.Edges), seed, stream, uint64(i), 0))
		}
		all[i] = traffic.Trip{Depart: span * float64(i) / count, From: at(draw.TripOrigin), To: at(draw.TripDestination), FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary}
		for _, p := range []struct {
			pos  *float64
			edge network.EdgeID
			ends network.JunctionID
		}{{&all[i].FromPos, all[i].From, w.net.Edges[all[i].From].From}, {&all[i].ToPos, all[i].To, w.net.Edges[all[i].To].To}} {
			if !w.net.Junctions[p.ends].Boundary {
				*p.pos = w.net.Edges[p.edge].Length / 2
			}
		}
		if all[i].From == all[i].To {
			all[i].ToPos = traffic.AtBoundary
		}
	}
	if _, err := w.AddTrips(all); err != nil {
		return 0, 0, err
	}
	for w.Time() < end-1e-9 {
		if err := l.ctx.Err(); err != nil {
			return 0, 0, err
		}
		if then != first && w.Time() >= change && w.Condition() != then {
			if err := w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: then}); err != nil {
				return 0, 0, err
			}
		}
		w.Step()
	}
	metres := 0.0
	for _, c := range w.Counts() {
		metres += c.VehicleMetres
	}
	return float64(w.Stats().Crashes + w.Stats().LeftRoad), metres / 1000, nil
}
