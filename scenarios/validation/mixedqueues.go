package validation

import (
	"fmt"
	"math"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
)

// heavyFactor is the HCM's adjustment of a saturation flow on level ground for a share of vehicles with more than four tyres: 7th ed., eq. 19-10 (recalled).
func heavyFactor(share float64) float64 { return 1 - 0.78*share }

// turnFactor is what a turn of a radius in m leaves of a saturation flow: Kimber, McDonald, Hounsell, The prediction of saturation flows for road
// junctions controlled by traffic signals, TRRL RR67 (1986) (recalled).
func turnFactor(radius float64) float64 { return 1 / (1 + 1.5/radius) }

// mixedQueues is the discharge of queues that are not of cars that go straight on.
var mixedQueues = Case{
	ID: "S8", Area: "signals",
	What:      "queue discharging at a signal: how many fewer pass if some are lorries, and if all turn",
	Expected:  "HCM's factor for heavy vehicles; 1/(1 + 1.5 m/radius) for turns",
	Tolerance: "10 %; told only where half of them are lorries",
	Kind:      Check,
	Source: "HCM 7th ed., eq. 19-10, (100 − 0.78 P)/100 on level ground (recalled, not read); Kimber, McDonald, Hounsell, TRRL RR67 (1986), eq. for turning " +
		"radius (recalled, not read). The HCM's factors for a turn that is alone on its lane are 0.95 (offside) and 0.85 (kerbside), whatever its radius",
	How: "As S1, saturation flow beside that of cars straight on. Lorries: 7 of 10 rigid, 3 articulated, by chance. Turns: nobody against them, from approaches of one to " +
		"three lanes, onto one lane; the radius is that of the sharpest place of the path.",
	measure: func(l *lab, r *Result) error {
		cars, err := l.saturationFlow(endless{})
		if err != nil {
			return err
		}
		r.tell("cars straight on", "pc/h", cars)
		for _, share := range []float64{0.05, 0.1, 0.2, 0.3, 0.5} {
			got, err := l.saturationFlow(endless{class: lorriesAmong(share)})
			if err != nil {
				return err
			}
			what, want := fmt.Sprintf("factor of %.0f %% lorries", 100*share), heavyFactor(share)
			if share < 0.5 {
				r.near(what, "", want, 0.1*want, got/cars)
			} else {
				r.tell(what+fmt.Sprintf(" (HCM: %.3f)", want), "", got/cars)
			}
		}
		for _, turn := range []struct {
			what  string
			to    network.EdgeID
			lanes int
		}{{"kerbside turn", toSouth, 1}, {"offside turn, one lane", toNorth, 1}, {"offside turn, two lanes", toNorth, 2}, {"offside turn, three lanes", toNorth, 3}} {
			radius, err := turnRadius(turn.lanes, turn.to)
			if err != nil {
				return err
			}
			got, err := l.saturationFlow(endless{to: turn.to, lanes: turn.lanes})
			if err != nil {
				return err
			}
			want := turnFactor(radius)
			r.near(fmt.Sprintf("factor of a %s, %.1f m", turn.what, radius), "", want, 0.1*want, got/cars)
		}
		return nil
	},
}

// lorriesAmong draws the class of each in a queue.
func lorriesAmong(share float64) func(i int) network.VehicleClass {
	return func(i int) network.VehicleClass {
		switch u := draw.Float64(1, draw.TripDeparture, uint64(i), 7); {
		case u < 0.3*share:
			return network.ArticulatedLorry
		case u < share:
			return network.RigidLorry
		}
		return network.Car
	}
}

// saturationFlow returns how many vehicles an hour pass from the fifth of each green on, of four seeds.
func (l *lab) saturationFlow(e endless) (float64, error) {
	const seeds = 4
	if e.to == 0 {
		e.to = toEast
	}
	e.green, e.red, e.cycles = 40, 40, 30
	all := make([][][]float64, seeds)
	if err := l.each(seeds, func(i int) error {
		mine := e
		mine.seed = uint64(i + 1)
		var err error
		all[i], err = l.discharge(mine)
		return err
	}); err != nil {
		return 0, err
	}
	seconds, n := 0.0, 0
	for _, run := range all {
		for _, times := range run {
			if last := len(times) - 1; last > 4 {
				seconds += times[last] - times[3]
				n += last - 3
			}
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("nobody passed the line from the west to edge %d", e.to)
	}
	return 3600 * float64(n) / seconds, nil
}

// turnRadius returns the least radius of the way from the west to an edge, m.
func turnRadius(lanes int, to network.EdgeID) (float64, error) {
	net, err := network.Build(sample.Cross(sample.CrossSpec{Control: network.Signalised, Lanes: lanes, ArmLength: 600, SpeedLimit: 50 * kmh}))
	if err != nil {
		return 0, err
	}
	for i := range net.Connectors {
		if c := &net.Connectors[i]; net.Lanes[c.From].Edge == fromWest && net.Lanes[c.To].Edge == to && c.Curvature > 0 {
			return 1 / c.Curvature, nil
		}
	}
	return math.NaN(), fmt.Errorf("no way turns from the west to edge %d", to)
}
