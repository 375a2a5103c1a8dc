package validation

import (
	"roadtwin/scenarios"
)

// RESCO's delay is SUMO's timeLoss plus departDelay of all trips, those that have not ended included, and end of the hour less
// departure of those that did not get in (Pi-Star-Lab/RESCO, utils/readXML.py). Run.Losses is the same: SUMO's timeLoss is the
// time beyond what the way takes at the speeds wished.
const rescoSource = "RESCO (Pi-Star-Lab/RESCO@fc65e91f), medians of its published runs; SUMO 1.15 run again with the program of the file: 58.8 s"

const rescoHow = "Network and trips of the benchmark, 07:00 to 08:00; delay of all trips by RESCO's definition (timeLoss + departDelay, unfinished ones included). "

var cologne = Case{
	ID: "N3", Area: "benchmark",
	What:      "cologne1, one signalised junction, one hour of recorded trips, fixed time: mean delay as RESCO measures it",
	Expected:  "56.9 s",
	Tolerance: "±20 %",
	Kind:      Emergent,
	Source:    rescoSource,
	How:       rescoHow + "The program of the file, 90 s.",
	measure:   func(l *lab, r *Result) error { return l.cologne(r, nil, 56.9) },
}

var colognePressure = Case{
	ID: "N4", Area: "benchmark",
	What:      "cologne1, the same hour with max pressure: mean delay as RESCO measures it",
	Expected:  "31.1 s",
	Tolerance: "±20 %",
	Kind:      Emergent,
	Source:    rescoSource,
	How: rescoHow + "RESCO's rule: the four stages of the file's program, 3 s of amber and no all-red between them, a decision every 7 s of green by who stands within 200 m. " +
		"Beside it the same with the amber of the file, 5 s, and the intergreens that clear the junction, up to 8.3 s.",
	Note: "Time lost between stages decides this case: a change costs 3 s there and 5 to 8 s where conflicts are cleared. The file's own program, of the fixed-time case, has 5 s.",
	measure: func(l *lab, r *Result) error {
		return l.cologne(r, &pressure{green: 7, clearance: 3, standing: true, reach: 200}, 31.1)
	},
}

// cologne measures the hour.
func (l *lab) cologne(r *Result, rule *pressure, want float64) error {
	path, err := besides("benchmarks", "cologne1", "cologne1.sumocfg")
	if err != nil {
		return err
	}
	s, _, err := scenarios.ForConfiguration(path)
	if err != nil {
		return err
	}
	m, err := scenarios.ReadForeign(s.Map, scenarios.SUMO)
	if err != nil {
		return err
	}
	got, err := l.benchmark(m.Net, s.Demand.Trips, s.Period.Begin, rule)
	if err != nil {
		return err
	}
	r.near("delay a trip", "s", want, 0.2*want, got.delay)
	r.tell("from the departure wished to the arrival", "s", got.whole)
	if rule == nil {
		return nil
	}
	safe, err := l.benchmark(m.Net, s.Demand.Trips, s.Period.Begin, &pressure{green: 10, reach: 2000})
	if err != nil {
		return err
	}
	r.tell("delay a trip, junction cleared between stages, all vehicles count", "s", safe.delay)
	return nil
}
