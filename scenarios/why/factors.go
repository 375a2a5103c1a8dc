package why

import (
	"fmt"

	"roadtwin/signals"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// factor is something that is supposed.
type factor struct {
	name, says string
	pair       bool // there is a point in asking only if there are two
	// suppose changes a fork.
	suppose func(w *traffic.World, a *Answer) error
	// asks reports whether there is a point in asking; nil for always.
	asks func(i *inquiry, a *Answer) bool
	// plans returns other signal plans; nil for those of the run.
	plans func(i *inquiry) []signals.Plan
}

// Names of factors that are looked at apart.
const (
	dryRoad         = "dry_road"
	withoutStruck   = "without_struck"
	withoutStriking = "without_striking"
)

// factors are all that is supposed, one at a time.
var factors = [...]factor{
	{
		name: dryRoad, says: "the roads had been dry and clean",
		suppose: func(w *traffic.World, _ *Answer) error {
			if w.HasWeather() {
				if err := w.Queue(traffic.Command{Kind: traffic.ChangeWeather, Weather: weather.Command{Kind: weather.Wipe}}); err != nil {
					return err
				}
			}
			return w.Queue(traffic.Command{Kind: traffic.SetCondition, Condition: tyre.Dry})
		},
		asks: func(_ *inquiry, a *Answer) bool {
			return a.Striking.isSlippery() || a.Struck != nil && a.Struck.isSlippery()
		},
	},
	{
		name: "known_grip", says: "the one that struck had known how slippery it was",
		suppose: striking(traffic.Supposition{Knows: true}),
		asks:    func(_ *inquiry, a *Answer) bool { return a.Striking.Grip < 0.95 },
	},
	{name: "no_lapse", says: "the driver who struck had not looked away", suppose: striking(traffic.Supposition{NoLapses: true})},
	{name: "sooner", says: "the driver who struck had acted 0.5 s sooner", suppose: striking(traffic.Supposition{Sooner: 0.5})},
	{name: "slower", says: "the one that struck had been 10 % slower", suppose: striking(traffic.Supposition{SpeedShare: 0.9})},
	{name: "struck_no_lapse", pair: true, says: "the driver who was struck had not looked away", suppose: struck(traffic.Supposition{NoLapses: true})},
	{name: "struck_sooner", pair: true, says: "the driver who was struck had acted 0.5 s sooner", suppose: struck(traffic.Supposition{Sooner: 0.5})},
	{name: "struck_slower", pair: true, says: "the one that was struck had been 10 % slower", suppose: struck(traffic.Supposition{SpeedShare: 0.9})},
	{
		name: "in_order", says: "brakes and tyres of the one that struck had been in order",
		suppose: striking(traffic.Supposition{Fitness: &dynamics.Fitness{}}),
		asks:    func(_ *inquiry, a *Answer) bool { return len(a.Striking.Faults) > 0 },
	},
	{
		name: "cold_brakes", says: "the brakes of the one that struck had been cold",
		suppose: striking(traffic.Supposition{ColdBrakes: true}),
		asks: func(_ *inquiry, a *Answer) bool {
			return a.Striking.BrakeHeat > 0 && dynamics.Heat{Rise: a.Striking.BrakeHeat}.Fade() > 0
		},
	},
	{
		name: "other_signals", says: "the signals had gone over to the plans of the map, from those of the scenario",
		suppose: func(*traffic.World, *Answer) error { return nil },
		asks:    func(i *inquiry, _ *Answer) bool { return len(i.run.Scenario().Signals.Plans) > 0 },
		plans:   func(i *inquiry) []signals.Plan { return i.run.City().Plans },
	},
	{name: withoutStruck, pair: true, says: "the one that was struck had not been there", suppose: struck(traffic.Supposition{Gone: true})},
	{name: withoutStriking, pair: true, says: "the one that struck had not been there", suppose: striking(traffic.Supposition{Gone: true})},
}

// isSlippery reports whether the road is, or was of late: who has slid over a patch still believes in it.
func (v *Vehicle) isSlippery() bool { return v.Condition != tyre.Dry.String() || v.Believed < 0.95 }

// striking supposes x of the vehicle that struck.
func striking(x traffic.Supposition) func(*traffic.World, *Answer) error {
	return func(w *traffic.World, a *Answer) error {
		x.Vehicle = a.Striking.Trip
		return w.Suppose(x)
	}
}

// struck supposes x of the one that was struck.
func struck(x traffic.Supposition) func(*traffic.World, *Answer) error {
	return func(w *traffic.World, a *Answer) error {
		x.Vehicle = a.Struck.Trip
		return w.Suppose(x)
	}
}

// try supposes f and adds what came of it to the answer.
func (i *inquiry) try(f *factor, a *Answer) error {
	if f.pair && i.isAlone() || f.asks != nil && !f.asks(i, a) {
		return nil
	}
	var plans []signals.Plan
	if f.plans != nil {
		plans = f.plans(i)
	}
	w, err := i.fork(plans)
	if err != nil {
		return err
	}
	defer w.Close()
	if err := f.suppose(w, a); err != nil {
		return fmt.Errorf("supposing %s: %w", f.name, err)
	}
	p, found := i.newPath(w), outcome{margin: -1}
	if err := i.follow(w, f.name == dryRoad, nil, func() {
		p.add(w)
		found.see(i, w)
	}); err != nil {
		return err
	}
	r := Factor{Name: f.name, Says: f.says, Prevented: !found.crashed, Margin: max(0, found.margin), Elsewhere: found.elsewhere, Path: p.samples}
	if found.crashed {
		r.Margin, r.Later, r.DeltaV = 0, found.time-a.Time, found.deltaV
	}
	a.Factors = append(a.Factors, r)
	return nil
}

// outcome is what is seen of the two in a fork.
type outcome struct {
	crashed      bool
	time, deltaV float64
	margin       float64 // m, the least distance; negative before they have been seen together
	elsewhere    int
}

// see looks at w after a step.
func (o *outcome) see(i *inquiry, w *traffic.World) {
	for _, e := range w.Events() {
		switch {
		case i.isIt(&e):
			if !o.crashed {
				o.crashed, o.time, o.deltaV = true, e.Time, e.DeltaV
			}
		case e.Kind == traffic.LeftRoad && !i.isAlone() && (e.Vehicle == i.ask.Striking || e.Vehicle == i.ask.Struck):
			o.elsewhere++
		case e.Kind == traffic.CrashedInto && !i.arePair(&e) && (e.Vehicle == i.ask.Striking || e.Other == i.ask.Striking || e.Vehicle == i.ask.Struck || e.Other == i.ask.Struck):
			o.elsewhere++
		}
	}
	if d, ok := w.Apart(i.ask.Striking, i.ask.Struck); ok && (o.margin < 0 || d < o.margin) {
		o.margin = d
	}
}

// findLastMoment finds the last step at which full braking of the one that struck still prevents the crash, by halving.
func (i *inquiry) findLastMoment(a *Answer) error {
	w, err := i.fork(nil)
	if err != nil {
		return err
	}
	defer w.Close()
	early, late := i.step, i.step+uint64((a.Time-i.begins)/w.StepTime()+0.5) // braking at late is too late
	if prevented, err := i.brakesAt(w, early, a); err != nil || !prevented {
		return err
	}
	for late-early > 1 {
		middle := (early + late) / 2
		prevented, err := i.brakesAt(w, middle, a)
		if err != nil {
			return err
		}
		if prevented {
			early = middle
		} else {
			late = middle
		}
	}
	before := a.Time - (i.begins + float64(early-i.step)*w.StepTime())
	a.LastMoment = &before
	return nil
}

// brakesAt reports whether full braking from a step on prevents the crash.
func (i *inquiry) brakesAt(w *traffic.World, step uint64, a *Answer) (bool, error) {
	if err := w.Restore(i.from); err != nil {
		return false, err
	}
	var found outcome
	err := i.follow(w, false, func() error {
		if w.Steps() != step {
			return nil
		}
		return w.Suppose(traffic.Supposition{Vehicle: a.Striking.Trip, Brakes: true})
	}, func() { found.see(i, w) })
	return !found.crashed, err
}
