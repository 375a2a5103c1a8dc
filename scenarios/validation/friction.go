package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/tyre"
)

// burckhardt are the friction curves' facts at walking pace: peak slip, peak friction, locked friction.
var burckhardt = []struct {
	name         string
	surface      network.Surface
	condition    tyre.Condition
	slip, mu, mL float64
}{
	{"dry asphalt", network.Asphalt, tyre.Dry, 0.17, 1.17, 0.7601},
	{"dry concrete", network.Concrete, tyre.Dry, 0.16, 1.09, 0.66},
	{"wet asphalt", network.Asphalt, tyre.Wet, 0.1308, 0.8013, 0.51},
	{"dry cobblestone", network.Cobblestone, tyre.Dry, 0.4, 1.0, 0.7},
	{"wet cobblestone", network.Cobblestone, tyre.Wet, 0.14, 0.38, 0.28},
	{"snow", network.Asphalt, tyre.PackedSnow, 0.06, 0.19, 0.13},
	{"ice", network.Asphalt, tyre.WetIce, 1, 0.05, 0.05},
}

var plainTyre = tyre.Tyre{Grip: 1, Pressure: 2.2e5}

var frictionCurves = Case{
	ID: "F1", Area: "friction",
	What:      "friction against slip: peak slip, peak and locked friction of Burckhardt's seven surfaces and the Magic Formula's four",
	Expected:  "tables",
	Tolerance: "±0.001",
	Kind:      Exact,
	Source:    "M. Burckhardt, Fahrwerktechnik: Radschlupf-Regelsysteme (1993), coefficients as in public vehicle models that quote him; Magic Formula sets of MathWorks' Simscape Driveline; peaks derived",
	How:       "The curves of package tyre at walking pace for Burckhardt's own tyre; the largest deviation of the three numbers of each surface.",
	Note:      "Vehicles drive on Burckhardt's curves, which know speed and water. Of the Magic Formula they have the shape of loose snow.",
	measure: func(_ *lab, r *Result) error {
		plot := report.Plot{
			Title: "Friction against slip at 10 m/s", X: report.Axis{Label: "slip", Min: 0, Max: 1}, Y: report.Axis{Label: "friction", Min: 0, Max: 1.2},
		}
		for i, b := range burckhardt {
			c := plainTyre.On(b.surface, b.condition)
			slip, mu := c.Peak(0)
			worst := 0.0
			for _, d := range []float64{slip - b.slip, mu - b.mu, c.Locked(0) - b.mL} {
				if math.Abs(d) > math.Abs(worst) {
					worst = d
				}
			}
			r.near("largest deviation, "+b.name, "", 0, 1e-3, worst)
			m := report.Mark{Kind: report.Line, Name: b.name, Series: i % 6}
			if i == 6 {
				m.Kind = report.Dashed
			}
			for s := 0.0; s <= 1.0005; s += 0.01 {
				m.X, m.Y = append(m.X, s), append(m.Y, c.Mu(s, 10))
			}
			plot.Marks = append(plot.Marks, m)
		}
		r.Figures = append(r.Figures, plot, magicFormulas(r))
		return nil
	},
}

// magicFormulas compares the four sets and draws them beside the curves that vehicles drive on.
func magicFormulas(r *Result) report.Plot {
	plot := report.Plot{
		Title: "Magic Formula, and Burckhardt (dashed), at walking pace", X: report.Axis{Label: "slip", Min: 0, Max: 1}, Y: report.Axis{Label: "friction", Min: 0, Max: 1.2},
	}
	for i, m := range []struct {
		name         string
		set          tyre.MagicFormula
		condition    tyre.Condition
		slip, mu, mL float64
	}{
		{"dry", tyre.MagicDry, tyre.Dry, 0.1802, 1.0, 0.9145},
		{"wet", tyre.MagicWet, tyre.Wet, 0.0882, 0.82, 0.6372},
		{"snow", tyre.MagicSnow, tyre.Snow, 0.3115, 0.3, 0.2855},
		{"ice", tyre.MagicIce, tyre.Ice, 0.3894, 0.1, 0.0962},
	} {
		slip, mu := m.set.Peak()
		worst := 0.0
		for _, d := range []float64{slip - m.slip, mu - m.mu, m.set.Locked() - m.mL} {
			if math.Abs(d) > math.Abs(worst) {
				worst = d
			}
		}
		r.near("largest deviation, Magic Formula, "+m.name, "", 0, 1e-3, worst)
		formula, curve := report.Mark{Kind: report.Line, Name: m.name, Series: i + 1}, report.Mark{Kind: report.Dashed, Series: i + 1}
		on := plainTyre.On(network.Asphalt, m.condition)
		for s := 0.0; s <= 1.0005; s += 0.01 {
			formula.X, formula.Y = append(formula.X, s), append(formula.Y, m.set.Mu(s))
			curve.X, curve.Y = append(curve.X, s), append(curve.Y, on.Mu(s, 1))
		}
		plot.Marks = append(plot.Marks, formula, curve)
	}
	return plot
}

var aquaplaning = Case{
	ID: "F2", Area: "friction",
	What:      "speed at which a tyre of 32 psi floats on standing water",
	Expected:  "58.5 mph = 94.2 km/h",
	Tolerance: "±1 %",
	Kind:      Exact,
	Source:    "10.35·√psi mph: calculator.academy/hydroplaning-speed-calculator; Horne, Dreher, NASA TN D-2056 (1963)",
	How:       "tyre.AquaplaningSpeed.",
	measure: func(_ *lab, r *Result) error {
		r.near("speed", "km/h", 94.2, 0.94, 3.6*tyre.AquaplaningSpeed(32*6894.757))
		return nil
	},
}

// boschRows are the handbook's wet roads: friction at 50, 90 and 130 km/h of a new and of a worn tyre.
var boschRows = []struct {
	name      string
	condition tyre.Condition
	mu        [2][3]float64
}{
	{"0.2 mm", tyre.Wet, [2][3]float64{{0.65, 0.60, 0.55}, {0.50, 0.20, 0.20}}},
	{"1 mm", tyre.Soaked, [2][3]float64{{0.55, 0.30, 0.20}, {0.40, 0.10, 0.10}}},
	{"2 mm", tyre.Flooded, [2][3]float64{{0.50, 0.05, 0}, {0.25, 0.05, 0}}},
}

var boschWet = Case{
	ID: "F3", Area: "friction",
	What:      "peak friction of new and worn tyres (1.6 mm) at 50, 90 and 130 km/h on 0.2, 1 and 2 mm of water",
	Expected:  "Bosch's table",
	Tolerance: "±0.10; ±0.05 in puddles from 90 km/h",
	Kind:      Calibration,
	Source:    "Bosch Automotive Handbook, table of friction by speed and water (id.scribd.com/document/77622580)",
	How:       "The curves of package tyre on asphalt, for Burckhardt's own tyre. Two coefficients of the water film are fitted to the table.",
	Note: "Bosch's dry values (0.75 to 0.85) describe ordinary tyres of their time and cannot explain measured stops, which need 1.1 (B4). Burckhardt's tyre can; " +
		"its dry friction is told here beside Bosch's and not judged. Tyres of the classes grip 0.75 to 1.19 times as well as Burckhardt's, wet as dry.",
	measure: func(_ *lab, r *Result) error {
		for wear, name := range []string{"new", "worn"} {
			t := plainTyre
			if wear == 1 {
				t.Tread = tyre.WornTread
			}
			plot := report.Plot{
				Title: "Peak friction against speed, " + name + " tyre", X: report.Axis{Label: "speed (km/h)", Min: 30, Max: 140}, Y: report.Axis{Label: "peak friction", Min: 0, Max: 1},
			}
			for k, row := range boschRows {
				c := t.On(network.Asphalt, row.condition)
				curve := report.Mark{Kind: report.Line, Name: row.name, Series: k + 1}
				for v := 30.0; v <= 140; v += 2 {
					_, mu := c.Peak(v * kmh)
					curve.X, curve.Y = append(curve.X, v), append(curve.Y, mu)
				}
				published := report.Mark{Kind: report.Points, Name: "Bosch, " + row.name, Series: k + 1}
				for i, v := range []float64{50, 90, 130} {
					_, mu := c.Peak(v * kmh)
					tolerance := 0.10
					if row.condition == tyre.Flooded && v >= 90 {
						tolerance = 0.05
					}
					r.near(fmt.Sprintf("%s, %s at %.0f km/h", name, row.name, v), "", row.mu[wear][i], tolerance, mu)
					published.X, published.Y = append(published.X, v), append(published.Y, row.mu[wear][i])
				}
				plot.Marks = append(plot.Marks, curve, published)
			}
			r.Figures = append(r.Figures, plot)
		}
		for i, v := range []float64{50, 90, 130} {
			_, mu := plainTyre.On(network.Asphalt, tyre.Dry).Peak(v * kmh)
			r.tell(fmt.Sprintf("dry, new, at %.0f km/h (Bosch: %.2f)", v, []float64{0.85, 0.80, 0.75}[i]), "", mu)
		}
		return nil
	},
}
