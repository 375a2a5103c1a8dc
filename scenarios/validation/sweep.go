package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/tyre"
)

const gravity = 9.80665 // m/s²

// swept are the conditions that plots show, from good to bad.
var swept = []tyre.Condition{tyre.Dry, tyre.Wet, tyre.Flooded, tyre.Snow, tyre.PackedSnow, tyre.Ice}

// stopOn returns the distance in m of an emergency stop of a class from v (m/s) on a gradient, NaN if it does not stop
// within a kilometre.
func stopOn(class network.VehicleClass, surface network.Surface, cond tyre.Condition, v, gradient float64) float64 {
	c := vehicles.Classes()[class]
	e := envelopes().Envelopes[class][surface][cond]
	for i := range e.At {
		brake, _ := dynamics.WithGradient(float64(e.At[i].Brake), 0, gradient)
		e.At[i].Brake = float32(brake)
	}
	d, _, ok := e.StopDistance(v, c.BrakeLag, c.MaxJerk)
	if !ok {
		return math.NaN()
	}
	return d
}

var sweep = Case{
	ID: "H2", Area: "limits of vehicles",
	What: "sweep over speed, surface, condition, gradient and curvature: what a vehicle can do never improves where it must not", Expected: "no exception",
	Tolerance: "none", Kind: Exact,
	Source: "mechanics: stops grow with speed, downhill and with curvature; wet roads and ice give less; no force leaves the friction ellipse",
	How: "Envelopes of all classes on all surfaces in all conditions: emergency stops from 10 to 130 km/h on gradients from -12 to 12 %, cornering speeds in bends of 10 to 400 m. " +
		"Water is compared with water, snow and ice with snow and ice: a tyre that floats grips less than snow.",
	measure: func(_ *lab, r *Result) error {
		r.within("combinations of class, surface, condition, speed and gradient", "", math.NaN(), 5000, math.Inf(1), float64(sweepStops(r)))
		sweepEllipse(r)
		r.Figures = append(r.Figures, stopPlots()...)
		r.Figures = append(r.Figures, gradientPlot(), startPlot(), cornerPlot(), bendBrakingPlot(), surfacePlot())
		return nil
	},
}

// sweepStops counts the exceptions over all combinations, which it returns the number of.
func sweepStops(r *Result) (n int) {
	faster, downhill, worse := 0, 0, 0
	longer := func(a, b float64) bool { return math.IsNaN(b) || b >= a } // and who does not stop does not at worse
	gradients := []float64{0.12, 0.06, 0, -0.06, -0.12}
	for class := range network.NumVehicleClasses {
		for surface := range network.NumSurfaces {
			var before [2][5]float64
			for cond := range tyre.NumConditions {
				for k, g := range gradients {
					last := 0.0
					for v := 10.0; v <= 130; v += 40 {
						d := stopOn(class, surface, cond, v*kmh, g)
						n++
						if !longer(last, d) {
							faster++
						}
						last = d
						if v == 50 {
							if k > 0 && !longer(before[1][k-1], d) {
								downhill++
							}
							before[1][k] = d
						}
					}
				}
				compared := cond != tyre.Dry && cond != tyre.Slush && cond != tyre.Snow
				for k := range gradients {
					if compared && !longer(before[0][k]*(1-1e-9), before[1][k]) {
						worse++
					}
				}
				before[0] = before[1]
			}
		}
	}
	r.near("stops that are shorter from a higher speed", "", 0, 0, float64(faster))
	r.near("stops that are shorter on a steeper descent", "", 0, 0, float64(downhill))
	r.near("stops that are shorter on a worse road", "", 0, 0, float64(worse))
	return n
}

// sweepEllipse compares the tyre forces of the envelopes, with what a bend takes, with the tyres' peak friction.
func sweepEllipse(r *Result) {
	classes := vehicles.Classes()
	worst := 0.0
	for class := range network.NumVehicleClasses {
		c := &classes[class]
		for surface := range network.NumSurfaces {
			for cond := range tyre.NumConditions {
				e := &envelopes().Envelopes[class][surface][cond]
				curve := c.Tyre.On(surface, cond)
				for v := 2.0; v <= 40; v += 2 {
					_, peak := curve.Peak(v)
					brake, _ := e.Limits(v)
					brake -= 1.225 / 2 * c.DragArea * v * v / c.Mass
					for share := 0.0; share <= 1; share += 0.1 {
						lateral := share * e.LateralAt(v)
						left := brake * math.Sqrt(dynamics.EllipseFactor2(lateral, e.LateralAt(v)+1e-9))
						used := math.Hypot(left, lateral) / (peak*gravity + 1e-4)
						worst = math.Max(worst, used)
					}
				}
			}
		}
	}
	// Load sensitivity lets a motorcycle's wheels that are unloaded grip better than at rest, by less than one per cent.
	r.within("largest share of the friction ellipse that is used", "", 1, 0, 1.01, worst)
}

func stopPlots() []report.Plot {
	var plots []report.Plot
	for _, c := range []struct {
		class network.VehicleClass
		most  float64
	}{{network.Car, 160}, {network.ArticulatedLorry, 160}} {
		plot := report.Plot{
			Title: "Emergency stop, " + title(c.class), X: report.Axis{Label: "speed (km/h)", Min: 0, Max: 130}, Y: report.Axis{Label: "distance (m)", Min: 0, Max: c.most},
		}
		braking := report.Plot{
			Title: "Full braking, " + title(c.class), X: report.Axis{Label: "speed (km/h)", Min: 0, Max: 130}, Y: report.Axis{Label: "deceleration (m/s²)", Min: 0, Max: 13},
		}
		for i, cond := range swept {
			line := report.Mark{Kind: report.Line, Name: name(cond), Series: i}
			decel := line
			for v := 0.0; v <= 130; v += 2 {
				if d := stopOn(c.class, network.Asphalt, cond, v*kmh, 0); d <= c.most {
					line.X, line.Y = append(line.X, v), append(line.Y, d)
				}
				brake, _ := envelopes().Envelopes[c.class][network.Asphalt][cond].Limits(v * kmh)
				decel.X, decel.Y = append(decel.X, v), append(decel.Y, brake)
			}
			plot.Marks, braking.Marks = append(plot.Marks, line), append(braking.Marks, decel)
		}
		plots = append(plots, plot, braking)
	}
	return plots
}

func gradientPlot() report.Plot {
	plot := report.Plot{
		Title: "Car from 50 km/h on gradients", X: report.Axis{Label: "gradient (%), uphill positive", Min: -12, Max: 12}, Y: report.Axis{Label: "distance (m)", Min: 0, Max: 200},
	}
	for i, cond := range swept {
		line := report.Mark{Kind: report.Line, Name: name(cond), Series: i}
		for g := -12.0; g <= 12; g += 0.5 {
			if d := stopOn(network.Car, network.Asphalt, cond, 50*kmh, g/100); d <= 200 {
				line.X, line.Y = append(line.X, g), append(line.Y, d)
			}
		}
		plot.Marks = append(plot.Marks, line)
	}
	return plot
}

func startPlot() report.Plot {
	plot := report.Plot{Title: "Steepest gradient to pull away on", X: report.Axis{Label: "condition, asphalt"}, Y: report.Axis{Label: "gradient (%)", Min: 0, Max: 45}}
	for k, class := range []network.VehicleClass{network.Car, network.Bus, network.ArticulatedLorry} {
		m := report.Mark{Kind: report.Points, Name: title(class), Series: k + 1}
		for i, cond := range swept {
			e := &envelopes().Envelopes[class][network.Asphalt][cond]
			m.X, m.Y = append(m.X, float64(i)), append(m.Y, 100*e.SteepestStart())
		}
		plot.Marks = append(plot.Marks, m)
	}
	for _, cond := range swept {
		plot.X.Names = append(plot.X.Names, name(cond))
	}
	return plot
}

func cornerPlot() report.Plot {
	plot := report.Plot{
		Title: "Highest speed in a bend: car, and 40 t lorry (dashed)", X: report.Axis{Label: "radius (m)", Min: 0, Max: 400}, Y: report.Axis{Label: "speed (km/h)", Min: 0, Max: 200},
	}
	for i, cond := range swept {
		car, lorry := report.Mark{Kind: report.Line, Name: name(cond), Series: i}, report.Mark{Kind: report.Dashed, Series: i}
		for radius := 2.0; radius <= 400; radius += 4 {
			for class, m := range map[network.VehicleClass]*report.Mark{network.Car: &car, network.ArticulatedLorry: &lorry} {
				if v := envelopes().Envelopes[class][network.Asphalt][cond].CornerSpeed(1/radius) / kmh; v <= 200 {
					m.X, m.Y = append(m.X, radius), append(m.Y, v)
				}
			}
		}
		plot.Marks = append(plot.Marks, car, lorry)
	}
	return plot
}

func bendBrakingPlot() report.Plot {
	plot := report.Plot{
		Title: "Braking left in a bend, car at 50 km/h", X: report.Axis{Label: "curvature (1/m)", Min: 0, Max: 0.07}, Y: report.Axis{Label: "deceleration (m/s²)", Min: 0, Max: 13},
	}
	const v = 50 * kmh
	for i, cond := range swept {
		e := &envelopes().Envelopes[network.Car][network.Asphalt][cond]
		brake, _ := e.Limits(v)
		line := report.Mark{Kind: report.Line, Name: name(cond), Series: i}
		for k := 0.0; k <= 0.07; k += 0.0002 {
			left := dynamics.EllipseFactor2(v*v*k, e.LateralAt(v))
			line.X, line.Y = append(line.X, k), append(line.Y, brake*math.Sqrt(left))
			if left == 0 {
				break
			}
		}
		plot.Marks = append(plot.Marks, line)
	}
	return plot
}

func surfacePlot() report.Plot {
	plot := report.Plot{Title: "Car from 50 km/h by surface", X: report.Axis{Label: "surface"}, Y: report.Axis{Label: "distance (m)"}, Wide: true}
	for k, cond := range []tyre.Condition{tyre.Dry, tyre.Wet, tyre.Flooded, tyre.PackedSnow} {
		m := report.Mark{Kind: report.Points, Name: name(cond), Series: k + 1}
		for s := range network.NumSurfaces {
			m.X, m.Y = append(m.X, float64(s)), append(m.Y, stopOn(network.Car, s, cond, 50*kmh, 0))
		}
		plot.Marks = append(plot.Marks, m)
	}
	for s := range network.NumSurfaces {
		plot.X.Names = append(plot.X.Names, s.String())
	}
	return plot
}

func title(class network.VehicleClass) string {
	switch class {
	case network.ArticulatedLorry:
		return "40 t lorry"
	case network.RigidLorry:
		return "rigid lorry"
	}
	return class.String()
}

func name(c tyre.Condition) string {
	if c == tyre.PackedSnow {
		return "packed snow"
	}
	return fmt.Sprint(c)
}
