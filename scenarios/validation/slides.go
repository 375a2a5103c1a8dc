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

// trace is what a slide was like over time.
type trace struct {
	end                                   dynamics.Slide
	t, speed, front, rear, x, y, distance []float64
}

// slide drives a vehicle beyond its envelope for at most some seconds: full braking of accel (m/s², negative) while the driver
// steers for the path.
func slide(c *vehicles.Class, cond tyre.Condition, v, curvature, crossfall, accel, most float64) trace {
	const dt = 0.02
	g := dynamics.NewGrip(c, network.Asphalt, cond)
	b := dynamics.NewBody(c)
	road := dynamics.Road{Grip: &g, Curvature: curvature, Crossfall: crossfall}
	s := dynamics.NewSlide(b, v, curvature, 0)
	var k trace
	for t := 0.0; t < most; t += dt {
		k.t, k.speed = append(k.t, t), append(k.speed, s.Speed()/kmh)
		k.front, k.rear = append(k.front, s.Wheels[0]/kmh), append(k.rear, s.Wheels[1]/kmh)
		k.distance = append(k.distance, s.Along)
		x, y := s.Along, s.Offset
		if curvature != 0 { // on the circle
			angle, radius := s.Along*curvature, 1/curvature-s.Offset
			x, y = radius*math.Sin(angle), 1/curvature-radius*math.Cos(angle)
		}
		k.x, k.y = append(k.x, x), append(k.y, y)
		if s.Step(b, dt, dynamics.Controls{Accel: accel, Curvature: s.Follow(&road)}, &road) == dynamics.Stopped {
			break
		}
	}
	k.end = s
	return k
}

var beyondEnvelope = Case{
	ID: "H1", Area: "limits of vehicles",
	What:     "limit handling in steps of a millisecond (wheels, ABS, slip angles) against the envelopes that traffic drives on: stops from 80 km/h",
	Expected: "the envelopes' stops; cars without ABS 10 to 70 % longer on dry roads", Tolerance: "±1 %", Kind: Exact,
	Source: "the program against itself; ABS: dry stops of locked wheels are Burckhardt's 0.61 to 0.74 of the peak, and ABS lengthens stops on gravel by 27 % (NHTSA)",
	How: "dynamics.Slide: planar single-track model with wheel speeds, combined slip, load transfer, brake build-up, a driver who steers for the path; semitrailers on a fifth wheel. " +
		"From pedal to standstill, all classes, asphalt, eleven conditions.",
	measure: func(_ *lab, r *Result) error {
		classes := vehicles.Classes()
		for class := range network.NumVehicleClasses {
			worst := 0.0
			for cond := range tyre.NumConditions {
				k := slide(&classes[class], cond, 80*kmh, 0, 0, -20, 60)
				want := stopOn(class, network.Asphalt, cond, 80*kmh, 0)
				if off := 100 * (k.end.Along/want - 1); math.Abs(off) > math.Abs(worst) {
					worst = off
				}
			}
			r.near(fmt.Sprintf("largest deviation of stops, %v", title(class)), "%", 0, 1, worst)
		}
		locked := dynamics.Fitness{NoABS: true}.Of(classes[network.Car])
		with, without := slide(&classes[network.Car], tyre.Dry, 80*kmh, 0, 0, -20, 60), slide(&locked, tyre.Dry, 80*kmh, 0, 0, -20, 60)
		r.within("car with locked wheels, times the stop with ABS, dry", "", math.NaN(), 1.1, 1.7, without.end.Along/with.end.Along)
		r.Figures = append(r.Figures, wheelPlot("Stop from 80 km/h, wet, with ABS", &classes[network.Car]), wheelPlot("Stop from 80 km/h, wet, without ABS", &locked), bendPlot(), balancePlot(), foldPlot())
		return nil
	},
}

func wheelPlot(title string, c *vehicles.Class) report.Plot {
	k := slide(c, tyre.Wet, 80*kmh, 0, 0, -20, 10)
	return report.Plot{
		Title: title, X: report.Axis{Label: "time (s)", Min: 0, Max: 5}, Y: report.Axis{Label: "speed (km/h)", Min: 0, Max: 85},
		Marks: []report.Mark{
			{Kind: report.Line, Name: "car", X: k.t, Y: k.speed},
			{Kind: report.Line, Name: "front wheels", Series: 1, X: k.t, Y: k.front},
			{Kind: report.Line, Name: "rear wheels", Series: 2, X: k.t, Y: k.rear},
		},
	}
}

// bendPlot draws where a car goes that enters a bend of 50 m radius on a wet road at several speeds, off the throttle.
func bendPlot() report.Plot {
	c := vehicles.Classes()[network.Car]
	const radius = 50
	plot := report.Plot{
		Title: "Car in a wet bend of 50 m radius, rolling", X: report.Axis{Label: "east (m)", Min: 0, Max: 65}, Y: report.Axis{Label: "north (m)", Min: 0, Max: 40},
	}
	ideal := report.Mark{Kind: report.Dashed, Name: "bend"}
	for a := 0.0; a <= 1.35; a += 0.02 {
		ideal.X, ideal.Y = append(ideal.X, radius*math.Sin(a)), append(ideal.Y, radius*(1-math.Cos(a)))
	}
	plot.Marks = append(plot.Marks, ideal)
	for i, v := range []float64{60, 75, 85, 100} {
		k := slide(&c, tyre.Wet, v*kmh, 1.0/radius, 0, 0, 3)
		line := report.Mark{Kind: report.Line, Name: fmt.Sprintf("%.0f km/h", v), Series: i + 1}
		for j := range k.x {
			if k.x[j] <= 65 && k.y[j] <= 40 {
				line.X, line.Y = append(line.X, k.x[j]), append(line.Y, k.y[j])
			}
		}
		plot.Marks = append(plot.Marks, line)
	}
	return plot
}

// balancePlot draws how far a car turns that brakes without ABS, by its brake balance.
func balancePlot() report.Plot {
	plot := report.Plot{
		Title: "Brake balance without ABS: direction after a dry stop", X: report.Axis{Label: "brake force at the front axle (%)", Min: 20, Max: 100},
		Y: report.Axis{Label: "angle to the road (degrees)", Min: 0, Max: 190},
	}
	m := report.Mark{Kind: report.Points, Name: "car from 100 km/h, 7 m/s² asked for, crossfall 2.5 %", Series: 1}
	for balance := 0.2; balance <= 1; balance += 0.05 {
		c := dynamics.Fitness{NoABS: true}.Of(vehicles.Classes()[network.Car])
		c.BrakeBalance = balance
		k := slide(&c, tyre.Dry, 100*kmh, 0, 0.025, -7, 20)
		m.X, m.Y = append(m.X, 100*balance), append(m.Y, math.Abs(math.Atan2(k.end.Across, k.end.Facing))*180/math.Pi)
	}
	plot.Marks = []report.Mark{m}
	return plot
}

// foldPlot draws the angle between tractor and semitrailer in a stop on packed snow.
func foldPlot() report.Plot {
	plot := report.Plot{
		Title: "40 t lorry from 60 km/h on packed snow, wide bend", X: report.Axis{Label: "time (s)", Min: 0, Max: 14}, Y: report.Axis{Label: "angle of tractor and trailer (degrees)", Min: 0, Max: 100},
	}
	for i, f := range []struct {
		name string
		dynamics.Fitness
	}{{"with ABS", dynamics.Fitness{}}, {"without ABS", dynamics.Fitness{NoABS: true}}, {"without ABS and trailer's brakes", dynamics.Fitness{NoABS: true, TrailerUnbraked: true}}} {
		c := f.Of(vehicles.Classes()[network.ArticulatedLorry])
		g := dynamics.NewGrip(&c, network.Asphalt, tyre.PackedSnow)
		b := dynamics.NewBody(&c)
		road := dynamics.Road{Grip: &g, Curvature: 0.002, Crossfall: 0.025}
		s := dynamics.NewSlide(b, 60*kmh, road.Curvature, 0)
		line := report.Mark{Kind: report.Line, Name: f.name, Series: i + 1}
		for t := 0.0; t < 14; t += 0.1 {
			line.X, line.Y = append(line.X, t), append(line.Y, math.Abs(math.Atan2(s.Fold, s.Straight))*180/math.Pi)
			s.Step(b, 0.1, dynamics.Controls{Accel: -6, Curvature: s.Follow(&road)}, &road)
		}
		plot.Marks = append(plot.Marks, line)
	}
	return plot
}
