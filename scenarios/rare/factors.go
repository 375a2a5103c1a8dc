package rare

import (
	"fmt"

	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// supposed is one thing that is asked: had it been so, would it have happened? The names are those of package why.
type supposed struct {
	name string
	pair bool // only if there are two
	do   func(r *recording) error
}

// suppose asks something of one of the two.
func suppose(which int, x traffic.Supposition) func(*recording) error {
	return func(r *recording) error {
		x.Vehicle = [...]traffic.VehicleID{r.h.one, r.h.other}[which]
		return r.w.Suppose(x)
	}
}

var supposings = []supposed{
	{name: "dry_road", do: func(r *recording) error {
		for _, c := range [...]weather.Command{{Kind: weather.Wipe}, {Kind: weather.Fix, Condition: tyre.Dry}} {
			if err := r.w.Queue(traffic.Command{Kind: traffic.ChangeWeather, Weather: c}); err != nil {
				return err
			}
		}
		return nil
	}},
	{name: "known_grip", do: suppose(0, traffic.Supposition{Knows: true})},
	{name: "no_lapse", do: suppose(0, traffic.Supposition{NoLapses: true})},
	{name: "sooner", do: suppose(0, traffic.Supposition{Sooner: 0.5})},
	{name: "slower", do: suppose(0, traffic.Supposition{SpeedShare: 0.9})},
	{name: "in_order", do: suppose(0, traffic.Supposition{Fitness: &dynamics.Fitness{}})},
	{name: "struck_slower", pair: true, do: suppose(1, traffic.Supposition{SpeedShare: 0.9})},
	{name: "without_struck", pair: true, do: suppose(1, traffic.Supposition{Gone: true})},
}

// askFactors supposes one thing after the other from the first sample on, or, where one of the two comes later, from then on.
func (r *recording) askFactors() error {
	for _, x := range supposings {
		if x.pair && r.h.other == traffic.NoVehicle || x.name == "in_order" && len(r.e.Striking.Faults) == 0 {
			continue
		}
		happens, err := r.happens(&x)
		if err != nil {
			return fmt.Errorf("supposing %s: %w", x.name, err)
		}
		r.e.Factors = append(r.e.Factors, Factor{x.name, !happens})
	}
	return nil
}

// happens reports whether one of the two has an event all the same, or another one.
func (r *recording) happens(x *supposed) (bool, error) {
	if err := r.w.Restore(r.from); err != nil {
		return false, err
	}
	r.reds = append(r.reds[:0], r.fromReds...)
	forks := r.h.forks
	for len(forks) > 0 && forks[0].Steps < r.w.Steps() {
		forks = forks[1:]
	}
	asked := false
	for r.w.Steps() < r.h.steps+r.steppes(secondsAfter) {
		if len(forks) > 0 && forks[0].Steps == r.w.Steps() {
			r.w.Branch(forks[0].Number)
			forks = forks[1:]
		}
		if !asked && r.bothThere() {
			if err := x.do(r); err != nil {
				return false, err
			}
			asked = true
		}
		f := r.step()
		if f.event && (f.one == r.h.one || f.other == r.h.one || r.h.other != traffic.NoVehicle && (f.one == r.h.other || f.other == r.h.other)) {
			return true, nil
		}
	}
	return false, nil
}

func (r *recording) bothThere() bool {
	_, a := r.w.Vehicle(r.h.one)
	_, b := r.w.Vehicle(r.h.other)
	return a && (b || r.h.other == traffic.NoVehicle)
}
