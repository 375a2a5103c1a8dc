package traffic

import (
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/emission"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/tyre"
)

// Measures is what a World measures of its traffic as it goes. None of it changes the traffic, nor the hash.
type Measures struct {
	Off        bool              // nothing at all
	Thresholds safety.Thresholds // of a conflict; the zero value is safety.DefaultThresholds
	Fleet      *emission.Fleet   // what vehicles run on; nil is emission.DefaultFleet
}

// How often is measured. Followers and leaders are looked at when a driver decides, which everybody does at once, in this step or the next,
// who closes in within 2 s and 2 m (comesClose): between two looks TTC falls by as much as passes, so that the shortest is found up to
// two steps too long, and the strongest DRAC a few per cent too low. Junctions are looked at every acrossEvery: PET is 0.03 s off in the mean,
// and one of twenty is missed, of those who leave the junction right after the area.
//
// What is burnt is taken from speed and acceleration at one moment, as if both held for burnEvery; a part of the map each step.
const (
	acrossEvery = 0.4 // s
	burnEvery   = 2.0 // s
)

// measures is the state of that.
type measures struct {
	open []encounter
	over []VehicleID // by clash: the last one whose front came into the area from the other side
	used []spent     // by vehicle
	// burnt is by slot; only what was burnt on the road is in it, and that is all.
	burnt []emission.Total

	// What never changes:
	thresholds safety.Thresholds
	mirror     []int32 // by clash: the clash of the other connector with this one
	motors     *motors
	key        draw.Key
	off        bool

	ended []Conflict // in the last step
}

// spent is what one vehicle has burnt: mg, and J from the battery.
type spent struct {
	amount      [emission.NumSubstances]float32
	electricity float32
	idle        uint32 // looks at which it stood with its engine running
	motor       uint8  // in motors
}

// motor is what some vehicles of a class run on.
type motor struct {
	rates    [emission.NumSubstances]emission.Polynomial // mg a look
	idle     [emission.NumSubstances]float64             // mg a look
	electric bool
	battery  emission.Battery
}

// motors are those of all classes, and the friction of the roads, which limits what electric ones recover.
type motors struct {
	of    [network.NumVehicleClasses][]motor
	fleet emission.Fleet
	mu    [network.NumVehicleClasses][network.NumSurfaces][tyre.NumConditions]float64
}

func newMeasures(w *World) measures {
	m := measures{off: w.cfg.Measures.Off, thresholds: w.cfg.Measures.Thresholds}
	if m.off {
		return m
	}
	if m.thresholds == (safety.Thresholds{}) {
		m.thresholds = safety.DefaultThresholds()
	}
	m.key = draw.NewKey(w.cfg.Seed, draw.EmissionModel)
	m.motors = newMotors(w)
	m.burnt = make([]emission.Total, len(w.layout.places))
	m.mirror = w.layout.mirrors()
	m.over = slices.Repeat([]VehicleID{nobody}, len(m.mirror))
	return m
}

func newMotors(w *World) *motors {
	m := &motors{fleet: emission.DefaultFleet()}
	if w.cfg.Measures.Fleet != nil {
		m.fleet = *w.cfg.Measures.Fleet
	}
	for class := range m.of {
		body := &w.classes[class]
		for _, share := range m.fleet[class] {
			m.of[class] = append(m.of[class], newMotor(share, emission.NewBattery(body), w.burnTime()))
		}
		for surface := range m.mu[class] {
			for condition := range m.mu[class][surface] {
				_, m.mu[class][surface][condition] = body.Tyre.On(network.Surface(surface), tyre.Condition(condition)).Peak(urbanSpeed)
			}
		}
	}
	return m
}

const urbanSpeed = 10 // m/s, at which the friction that limits recovery is taken

// newMotor returns what a share of a class runs on; dt is the time in s that a look stands for.
func newMotor(share emission.Share, battery emission.Battery, dt float64) motor {
	if share.Model == emission.Electric {
		return motor{electric: true, battery: battery}
	}
	factor := share.Factor
	if factor == 0 {
		factor = 1
	}
	var m motor
	for s := range emission.NumSubstances {
		p := share.Model.Polynomial(s)
		m.idle[s] = p.At(0, 0) * factor * dt
		m.rates[s] = p.Times(factor * dt / 3.6)
	}
	return m
}

// add makes room for the trips from first on.
func (m *measures) add(w *World, first int) {
	if m.off {
		return
	}
	for i := first; i < len(w.trips); i++ {
		m.used = append(m.used, spent{motor: uint8(m.motors.fleet.Draw(m.key, w.drawKey(VehicleID(i)), w.trips[i].Class))})
	}
}

func (m *measures) clone() measures {
	c := *m
	c.open, c.over, c.used, c.burnt = slices.Clone(m.open), slices.Clone(m.over), slices.Clone(m.used), slices.Clone(m.burnt)
	c.ended = nil
	return c
}

// measure looks for conflicts, and adds up what is burnt.
func (w *World) measure() {
	m := &w.measures
	m.ended = m.ended[:0]
	if m.off {
		return
	}
	w.parallel((*World).observe)
	w.pair()
}

func (w *World) observe(wk *worker) {
	w.burn(wk)
	if w.steps%w.stepsIn(acrossEvery) == 0 {
		w.findCrossing(wk)
	}
}

// burnTime returns the time in s that a look at a vehicle stands for.
func (w *World) burnTime() float64 { return float64(w.stepsIn(burnEvery)) * w.cfg.StepTime }

// burn adds what wk's vehicles burn, in the part of the map whose turn it is.
func (w *World) burn(wk *worker) {
	parts := w.stepsIn(burnEvery)
	part, all := w.steps%parts, uint64(len(w.layout.places))
	end := min(slot(all*(part+1)/parts), wk.end)
	for s := wk.awakeFrom(max(slot(all*part/parts), wk.first), end); s < end; s = wk.awakeFrom(s+1, end) {
		if len(w.tracks[s].vs) > 0 {
			w.burnOn(s)
		}
	}
}

// burnOn adds what the vehicles of s burn.
func (w *World) burnOn(s slot) {
	place, motors, used := &w.layout.places[s], w.measures.motors, w.measures.used
	var sum [emission.NumSubstances]float64
	joules := 0.0
	vs := w.tracks[s].vs
	for i := range vs {
		v := &vs[i]
		u := &used[v.id]
		m := &motors.of[v.class][u.motor]
		switch a := float64(v.a); {
		case m.electric:
			j := float64(m.battery.Power(v.v, a, place.gradient, motors.mu[v.class][place.surface][place.condition]) * w.burnTime())
			u.electricity += float32(j)
			joules += j
		case v.v == 0:
			u.idle++
			for n := range sum {
				sum[n] += m.idle[n]
			}
		case a >= 0: // who coasts or brakes burns nothing
			va, v2 := v.v*a, v.v*v.v
			for n := range sum {
				r := &m.rates[n]
				mg := r.Idle + float64(r.VA*va) + float64(v.v*(r.V+float64(v2*r.V3))) + float64(r.V2*v2)
				if mg > 0 {
					u.amount[n] += float32(mg)
					sum[n] += mg
				}
			}
		}
	}
	const kWh = 3.6e6 // J
	w.measures.burnt[s].Add(emission.Total{
		CO2: sum[emission.CO2] / 1000, Fuel: sum[emission.Fuel] / 1000, NOx: sum[emission.NOx] / 1000, PM: sum[emission.PM] / 1000,
		Electricity: joules / kWh,
	})
}

// Emissions returns what a vehicle has burnt since it came onto the road.
func (w *World) Emissions(id VehicleID) emission.Total {
	if w.measures.off {
		return emission.Total{}
	}
	u := &w.measures.used[id]
	m := &w.measures.motors.of[w.trips[id].Class][u.motor]
	grams := func(n emission.Substance) float64 {
		return (float64(u.amount[n]) + float64(float64(u.idle)*m.idle[n])) / 1000
	}
	return emission.Total{
		CO2: grams(emission.CO2), Fuel: grams(emission.Fuel), NOx: grams(emission.NOx), PM: grams(emission.PM),
		Electricity: float64(u.electricity) / 3.6e6,
	}
}

// TrackEmissions returns what has been burnt on a track since the start.
func (w *World) TrackEmissions(t network.TrackID) emission.Total {
	if w.measures.off {
		return emission.Total{}
	}
	return w.measures.burnt[w.layout.slots[t]]
}

// Conflicts returns those that ended in the last step, by vehicle; valid until the next.
func (w *World) Conflicts() []Conflict { return w.measures.ended }
