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

// constantly returns an envelope that brakes at b (m/s²) at every speed.
func constantly(b float64) *dynamics.Envelope {
	e := new(dynamics.Envelope)
	for i := range e.At {
		e.At[i].Brake = float32(b)
	}
	return e
}

// AASHTO writes 0.278 for 1/3.6 and 0.039 for 1/25.92; its tables follow the rounded constants.
const (
	aashtoReaction = 2.5 * 0.278 * 3.6     // s
	aashtoBraking  = 3.4 / (0.039 * 25.92) // m/s²
	aashtoGravity  = 254.0 / 25.92 / 9.81  // 254 for 2·9.81·3.6²
	atOnce         = 1e9                   // m/s³
	stopHow        = "dynamics.Envelope.StopDistance, which integrates an emergency stop in steps of a millisecond, with a constant deceleration."
)

var aashtoStops = Case{
	ID: "B1", Area: "braking",
	What: "stopping sight distance on the level, 20 to 130 km/h", Expected: "18.5 to 284.2 m", Tolerance: "±0.1 m", Kind: Exact,
	Source: "AASHTO: 0.278·V·t + 0.039·V²/a, t = 2.5 s, a = 3.4 m/s² (TxDOT Roadway Design Manual 4.11.1)",
	How:    stopHow + " Reaction time and deceleration are those that AASHTO's rounded constants amount to: 2.502 s and 3.363 m/s².",
	measure: func(_ *lab, r *Result) error {
		want := []float64{18.5, 31.2, 46.2, 63.4, 83.0, 104.9, 129.0, 155.5, 184.2, 215.2, 248.6, 284.2}
		var v, got []float64
		for i, w := range want {
			speed := 20 + 10*float64(i)
			d, _, _ := constantly(aashtoBraking).StopDistance(speed*kmh, aashtoReaction, atOnce)
			r.near(fmt.Sprintf("from %.0f km/h", speed), "m", w, 0.1, d)
			v, got = append(v, speed), append(got, d)
		}
		r.Figures = append(r.Figures, report.Plot{
			Title: "Stopping sight distance", X: report.Axis{Label: "speed (km/h)"}, Y: report.Axis{Label: "distance (m)"},
			Marks: []report.Mark{{Kind: report.Line, Name: "AASHTO", X: v, Y: want}, {Kind: report.Points, Name: "computed", Series: 1, X: v, Y: got}},
		})
		return nil
	},
}

var aashtoGrades = Case{
	ID: "B2", Area: "braking",
	What: "stopping sight distance on gradients of ±3, 6 and 9 %", Expected: "AASHTO's equation", Tolerance: "±0.2 m", Kind: Exact,
	Source: "AASHTO: 0.278·V·t + V²/(254·(a/9.81 ± G))",
	How:    stopHow + " dynamics.WithGradient makes the deceleration on the gradient. The largest deviation over 20 to 130 km/h.",
	measure: func(_ *lab, r *Result) error {
		for _, g := range []float64{-0.09, -0.06, -0.03, 0.03, 0.06, 0.09} {
			worst := 0.0
			for v := 20.0; v <= 130; v += 10 {
				brake, _ := dynamics.WithGradient(3.4, 0, g)
				d, _, _ := constantly(brake*aashtoGravity).StopDistance(v*kmh, aashtoReaction, atOnce)
				if e := d - (0.278*v*2.5 + v*v/(254*(3.4/9.81+g))); math.Abs(e) > math.Abs(worst) {
					worst = e
				}
			}
			r.near(fmt.Sprintf("largest deviation at %+.0f %%", 100*g), "m", 0, 0.2, worst)
		}
		return nil
	},
}

var highwayCode = Case{
	ID: "B3", Area: "braking",
	What: "overall stopping distances of the UK Highway Code, 20 to 70 mph", Expected: "12, 23, 36, 53, 73, 96 m", Tolerance: "±1 m", Kind: Exact,
	Source: "Highway Code rule 126; reaction 0.671 s and 6.57 m/s² as its columns imply (ken-neal.co.uk/stoppingdistances.html)",
	How:    stopHow,
	measure: func(_ *lab, r *Result) error {
		for i, want := range []float64{12, 23, 36, 53, 73, 96} {
			v := 20 + 10*float64(i)
			d, _, _ := constantly(6.57).StopDistance(v*mph, 0.671, atOnce)
			r.near(fmt.Sprintf("from %.0f mph", v), "m", want, 1, d)
		}
		return nil
	},
}

var carefulDriver = Case{
	ID: "B8", Area: "braking",
	What:     "stops of the competent and careful driver of UN R157: 0.75 s, then 12.65 m/s³ up to 0.774 g",
	Expected: "27.17, 55.74, 79.87, 123.68 m from 50, 80, 100, 130 km/h", Tolerance: "±0.5 %", Kind: Exact,
	Source: "UN R157, parameters as in ec-jrc/JRC-FSM@01b05c29 utility/vehicle.py; distances derived",
	How:    "dynamics.Envelope.StopDistance with these.",
	measure: func(_ *lab, r *Result) error {
		for _, c := range []struct{ v, want float64 }{{50, 27.17}, {80, 55.74}, {100, 79.87}, {130, 123.68}} {
			d, _, _ := constantly(7.593).StopDistance(c.v*kmh, 0.75, 12.65)
			r.near(fmt.Sprintf("from %.0f km/h", c.v), "m", c.want, 0.005*c.want, d)
		}
		return nil
	},
}

// dryStop returns the distance in m of an emergency stop of a class from v (m/s) on dry asphalt.
func dryStop(class network.VehicleClass, v float64) float64 {
	c := vehicles.Classes()[class]
	d, _, _ := envelopes().Envelopes[class][network.Asphalt][tyre.Dry].StopDistance(v, c.BrakeLag, c.MaxJerk)
	return d
}

var measuredStops = Case{
	ID: "B4", Area: "braking",
	What: "emergency stop from 100 km/h, dry: car and van", Expected: "35.6, 36.0, 36.2 m; 43.8 to 47.8 m", Tolerance: "±1.5 m; between two vans", Kind: Calibration,
	Source: "ADAC: means of the cars with combustion engines, batteries and both among 396 vehicles (verivox.de 1119006); Mercedes Sprinter 2015, 28.0 m from 80 km/h (motor-talk.de t5449306), and Citroën Jumper 2014 (motor-talk.de t5829708)",
	How:    "Pedal to standstill, with the lag and build-up of the class's brakes, tyres on dry asphalt, ABS, load transfer and drag.",
	Note:   "Electric and plug-in hybrid cars are no classes of the program; one car stands for all.",
	measure: func(_ *lab, r *Result) error {
		car := dryStop(network.Car, 100*kmh)
		r.near("car, against those with combustion engines", "m", 35.6, 1.5, car)
		r.near("car, against battery electric ones", "m", 36.0, 1.5, car)
		r.near("car, against plug-in hybrids", "m", 36.2, 1.5, car)
		r.within("van: from Sprinter, with the deceleration that it had from 80 km/h, to Jumper", "m", math.NaN(), 43.75, 47.8, dryStop(network.Van, 100*kmh))
		return nil
	},
}

// adac2015 are the laden vehicles that ADAC and its partners stopped from 80 km/h.
var adac2015 = []struct {
	class network.VehicleClass
	short string
	want  float64 // m
}{
	{network.Car, "car (VW Golf)", 23.2},
	{network.Motorcycle, "motorcycle (BMW R 1200 GS)", 25.3},
	{network.Van, "van (Mercedes Sprinter)", 28.0},
	{network.ArticulatedLorry, "40 t lorry (DAF XF)", 36.2},
}

var measuredClasses = Case{
	ID: "B5", Area: "braking",
	What: "emergency stop from 80 km/h, dry, laden: four classes, in order and by amount", Expected: "23.2, 25.3, 28.0, 36.2 m", Tolerance: "±6 %; in this order", Kind: Calibration,
	Source: "ADAC and ÖAMTC 2015: VW Golf, BMW R 1200 GS, Mercedes Sprinter, DAF XF of 40 t (motor-talk.de t5449306, salzburg24.at 96806)",
	How:    "As B4.",
	Note: "The van lies between this Sprinter and the Jumper of B4, which differ by 9 %. The lorry stands for European ones with disc and electronic air brakes; North American ones with " +
		"disc brakes are reported to need 65 m from 60 mph, ours 53 m.",
	measure: func(_ *lab, r *Result) error {
		plot := report.Plot{Title: "Stops from 80 km/h", X: report.Axis{Label: "class"}, Y: report.Axis{Label: "distance (m)"}}
		var x, got, want []float64
		for i, c := range adac2015 {
			d := dryStop(c.class, 80*kmh)
			r.near(c.short, "m", c.want, 0.06*c.want, d)
			if i > 0 {
				r.within(fmt.Sprintf("more than the %v", adac2015[i-1].class), "m", math.NaN(), 0, math.Inf(1), d-got[i-1])
			}
			plot.X.Names = append(plot.X.Names, c.class.String())
			x, got, want = append(x, float64(i)), append(got, d), append(want, c.want)
		}
		plot.Marks = []report.Mark{{Kind: report.Bars, Name: "computed", Series: 1, X: x, Y: got}, {Kind: report.Points, Name: "measured", X: x, Y: want}}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}

var legalStops = Case{
	ID: "B7", Area: "braking",
	What: "every class stops within what the law demands", Expected: "legal limits", Tolerance: "below", Kind: Bound,
	Source: "FMVSS 135 (70 m from 100 km/h), FMVSS 121 (76.2 m from 60 mph, laden tractor), UN R13 type 0 (0.15·v + v²/130, recalled)",
	How:    "As B4.",
	measure: func(_ *lab, r *Result) error {
		plot := report.Plot{Title: "Stops and legal limits", X: report.Axis{Label: "class and speed (km/h)"}, Y: report.Axis{Label: "distance (m)"}}
		var x, got, limit []float64
		for i, c := range []struct {
			class network.VehicleClass
			short string
			v, in float64
		}{
			{network.Car, "car 100", 100, 70},
			{network.Van, "van 100", 100, 70},
			{network.Motorcycle, "m'cycle 100", 100, 70},
			{network.Bus, "bus 60", 60, 36.7},
			{network.RigidLorry, "rigid 60", 60, 36.7},
			{network.ArticulatedLorry, "artic 60", 60, 36.7},
			{network.ArticulatedLorry, "artic 97", 96.56, 76.2},
		} {
			d := dryStop(c.class, c.v*kmh)
			r.within(fmt.Sprintf("%v from %.4g km/h", c.class, c.v), "m", math.NaN(), 0, c.in, d)
			plot.X.Names = append(plot.X.Names, c.short)
			x, got, limit = append(x, float64(i)), append(got, d), append(limit, c.in)
		}
		plot.Marks = []report.Mark{{Kind: report.Bars, Name: "stop", Series: 1, X: x, Y: got}, {Kind: report.Points, Name: "limit", X: x, Y: limit}}
		r.Figures = append(r.Figures, plot)
		return nil
	},
}

// pulls are the strongest accelerations in m/s² at 0, 5, 10, ... 30 m/s that CIRCLES MVT fitted to vehicles.
var midsizeCar, heavyTractor = []float64{3.922, 3.922, 3.922, 3.235, 2.394, 1.872, 1.507}, []float64{2.423, 1.683, 0.818, 0.504, 0.317, 0.174}

var pulling = Case{
	ID: "A1", Area: "acceleration",
	What: "full throttle: car below a midsize car's envelope, lorry of 40 t below a tractor's of 25 t; 0 to 60 mph", Expected: "envelopes; 9.9 s",
	Tolerance: "below; ±10 %", Kind: Bound,
	Source: "CIRCLES MVT fits min(b1, b2/v − b3·v²) (SeanMcQuade/MVT_structured_data@14cf0dc4); FASTSim 2016 Toyota Corolla, 9.9 s",
	How:    "The envelopes of package dynamics on dry asphalt; the highest share of the published acceleration at 0 to 30 m/s in steps of 5 (lorry: 5 to 25).",
	measure: func(_ *lab, r *Result) error {
		plot := report.Plot{Title: "Strongest acceleration", X: report.Axis{Label: "speed (m/s)", Min: 0, Max: 32}, Y: report.Axis{Label: "acceleration (m/s²)", Min: 0, Max: 4.4}}
		for k, c := range []struct {
			name  string
			class network.VehicleClass
			most  []float64
			first int
		}{{"car", network.Car, midsizeCar, 0}, {"articulated lorry", network.ArticulatedLorry, heavyTractor, 1}} {
			e := &envelopes().Envelopes[c.class][network.Asphalt][tyre.Dry]
			worst := 0.0
			var px []float64
			for i, most := range c.most {
				px = append(px, 5*float64(i))
				if _, drive := e.Limits(5 * float64(i)); i >= c.first {
					worst = math.Max(worst, drive/most)
				}
			}
			r.within("highest share of the envelope, "+c.name, "", math.NaN(), 0, 1, worst)
			m := report.Mark{Kind: report.Line, Name: c.name, Series: k + 1}
			for v := 0.0; v <= 32; v += 0.5 {
				_, drive := e.Limits(v)
				m.X, m.Y = append(m.X, v), append(m.Y, drive)
			}
			plot.Marks = append(plot.Marks, m, report.Mark{Kind: report.Points, Name: "published most, " + c.name, Series: k + 1, X: px, Y: c.most})
		}
		e := &envelopes().Envelopes[network.Car][network.Asphalt][tyre.Dry]
		v, t := 0.0, 0.0
		for ; v < 60*mph && t < 100; t += 1e-3 {
			_, drive := e.Limits(v)
			v += drive * 1e-3
		}
		r.near("car, 0 to 60 mph", "s", 9.9, 0.99, t)
		r.Figures = append(r.Figures, plot)
		return nil
	},
}
