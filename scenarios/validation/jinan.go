package validation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"roadtwin/network"
	"roadtwin/network/cityflow"
	"roadtwin/scenarios"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// besides returns the path of something in the folder "shared" beside the repository, which is looked for upwards from
// where the program was started.
func besides(parts ...string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(append([]string{dir, "..", "shared"}, parts...)...)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("%w: no ../shared/%s", errNoData, filepath.ToSlash(filepath.Join(parts...)))
		}
		dir = up
	}
}

// jinanDemand are the demand files of the benchmark and what was published for them, s: mean travel time with fixed time and with
// max pressure.
var jinanDemand = []struct {
	name               string
	fixed, maxPressure float64
}{
	{"anon_3_4_jinan_real.json", 428.11, 273.96},
	{"anon_3_4_jinan_real_2000.json", 368.77, 245.38},
	{"anon_3_4_jinan_real_2500.json", 383.01, 245.81},
}

const jinanSource = "Advanced_XLight@4906faf2 and CoLight@04440b72 (three demand files); CityFlow built and run again gave each within 0.5 %"

const jinanHow = "each second on a lane that leads to a signal, summed by vehicle, mean over vehicles seen there, to the end of the hour. " +
	"The benchmark's trips say how their vehicles are driven (headwayTime 2 s, minGap 2.5 m, usualPosAcc 2, usualNegAcc 4.5 m/s², maxSpeed 11.1 m/s): these are the means of the default population here; all else is as ever. " +
	"Beside it our own: time from the departure wished, all trips, those that did not get in or had not ended included up to the end of the hour."

// jinan is an hour of the literature's benchmark.
var jinan = Case{
	ID: "N1", Area: "benchmark", Slow: true,
	What:      "Jinan, 12 signalised junctions, one hour of recorded trips, fixed time: mean travel time as the literature measures it",
	Expected:  "428.1 s; 368.8 s; 383.0 s",
	Tolerance: "±15 %",
	Kind:      Calibration,
	Source:    jinanSource,
	How:       "The network and trips of the benchmark, the papers' program (four greens of 25 s, 5 s between them, the first begun 10 s before the hour); " + jinanHow,
	Note:      "With the drivers of the default population, who keep about half of that time gap, as measured queues do (S1), it was 345, 303 and 322 s: the benchmark's demand is that of a slower world.",
	measure: func(l *lab, r *Result) error {
		return l.jinan(r, nil)
	},
}

// jinanPressure is the same with max pressure.
var jinanPressure = Case{
	ID: "N2", Area: "benchmark", Slow: true,
	What:      "Jinan, the same hour with max pressure: mean travel time as the literature measures it",
	Expected:  "274.0 s; 245.4 s; 245.8 s",
	Tolerance: "±30 %",
	Kind:      Emergent,
	Source:    jinanSource,
	How:       "The four stages of the papers, 5 s between them, a decision every 10 s of green by who stands on the whole lanes before and behind the junction (models/maxpressure_agent.py); " + jinanHow,
	Note: "Two files come within 1 and 11 %, the busiest is 25 % above. The reason is the start of a green: after 10 s of it and the 5 s behind, 2.9 vehicles a lane have gone from queues of ten or more here (mode 3, of 391 greens), where CityFlow's rules let 4 go, the first of them within a second; " +
		"with 15 and 20 s it is 5 and 7 here, 6 and 8 there: always one vehicle, the start-up lost time of 2 s that the HCM measures and CityFlow does not know, which is a quarter of so short a green. With 12 s of green the busiest file takes 312 s, with 15 s 307 s, with 20 s 304 s. " +
		"Smaller: a stage that stays is judged again after 10 s here and 15 s there (3 %), and the papers subtract the sum of the lanes behind, not the mean of those that lead on (2 % the other way); who waits longest never decides. " +
		"It matters that only those who stand count, as in the papers: with all vehicles on lanes of 400 to 800 m, most of them still far away, delay a trip is 1.6 times as long.",
	measure: func(l *lab, r *Result) error {
		return l.jinan(r, &pressure{green: 10, clearance: 5, standing: true, reach: 2000})
	},
}

// jinan measures the hour of each demand file.
func (l *lab) jinan(r *Result, rule *pressure) error {
	folder, err := besides("benchmarks", "jinan_3x4", "3_4")
	if err != nil {
		return err
	}
	got := make([]benchmarkTimes, len(jinanDemand))
	if err := l.each(len(jinanDemand), func(i int) error {
		net, err := jinanNetwork(filepath.Join(folder, "roadnet_3_4.json"))
		if err == nil {
			got[i], err = l.benchmark(net, filepath.Join(folder, jinanDemand[i].name), 0, rule)
		}
		return err
	}); err != nil {
		return err
	}
	for i, f := range jinanDemand {
		want, tolerance := f.fixed, 0.15
		if rule != nil {
			want, tolerance = f.maxPressure, 0.3
		}
		r.near(f.name, "s", want, tolerance*want, got[i].onApproaches)
	}
	for i, f := range jinanDemand {
		r.tell(f.name+", from the departure wished, all trips", "s", got[i].whole)
		r.tell(f.name+", delay a trip", "s", got[i].delay)
	}
	return nil
}

// jinanNetwork reads the roadnet with the program behind the published numbers: Advanced_XLight, run_fixedtime.py.
func jinanNetwork(path string) (*network.Network, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file map[string]any
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	junctions, _ := file["intersections"].([]any)
	for _, x := range junctions {
		junction, _ := x.(map[string]any)
		light, _ := junction["trafficLight"].(map[string]any)
		given, _ := light["lightphases"].([]any)
		if len(given) < 5 {
			continue
		}
		var phases []any
		for _, p := range [][2]float64{{1, 15}, {0, 5}, {2, 25}, {0, 5}, {3, 25}, {0, 5}, {4, 25}, {0, 5}, {1, 10}} {
			phase, _ := given[int(p[0])].(map[string]any)
			phases = append(phases, map[string]any{"time": p[1], "availableRoadLinks": phase["availableRoadLinks"]})
		}
		light["lightphases"] = phases
	}
	if data, err = json.Marshal(file); err != nil {
		return nil, err
	}
	net, _, err := cityflow.Read(bytes.NewReader(data), "jinan")
	return net, err
}

// benchmarkTimes are the measures of an hour of a benchmark, s a vehicle.
type benchmarkTimes struct {
	onApproaches float64 // on lanes that lead to signals: of the papers on Jinan
	whole        float64 // from the departure wished to the arrival, or the end: of all trips
	delay        float64 // lost since the departure wished, of all trips: RESCO's, SUMO's timeLoss and departDelay
}

// pressure is max pressure as a benchmark has it.
type pressure struct {
	green     float64 // s of a stage from one decision to the next
	clearance float64 // s of amber between two stages; 0 for amber and all-red as computed from the geometry
	standing  bool    // only who stands counts
	reach     float64 // m before and behind the junction within which vehicles count
}

// controls returns max pressure over the stages of plans.
func (p *pressure) controls(net *network.Network, plans []signals.Plan) (controls []signals.Control, err error) {
	for i := range plans {
		c, err := signals.DefaultControl(net, &plans[i], signals.PressureBased, signals.ControlOptions{Range: p.reach, Interval: p.green, NoWalks: true})
		if err != nil {
			return nil, err
		}
		c.MaxPressure.Standing = p.standing
		for k := range c.Timings {
			if p.clearance > 0 {
				c.Timings[k].Amber, c.Timings[k].AllRed, c.Timings[k].MinGreen = p.clearance, 0, min(c.Timings[k].MinGreen, p.green)
			}
		}
		groups := net.Controllers[plans[i].Controller].Groups
		for _, a := range groups {
			for _, b := range groups {
				if a != b && p.clearance > 0 {
					c.Intergreens = append(c.Intergreens, signals.Intergreen{From: a, To: b, Time: p.clearance})
				}
			}
		}
		controls = append(controls, c)
	}
	return controls, nil
}

// benchmark runs an hour of trips from begin, s, with the plans of the network or, if rule is not nil, with max pressure over
// their stages.
func (l *lab) benchmark(net *network.Network, trips string, begin scenarios.Clock, rule *pressure) (t benchmarkTimes, err error) {
	city, err := scenarios.CityOf(net)
	if err != nil {
		return t, err
	}
	s := scenarios.ForMap(net.Name)
	s.Demand.Trips, s.Period.Begin, s.Period.End = trips, begin, begin+3600
	o := scenarios.Options{Seed: 1, Workers: 1, StepTime: l.step}
	if rule != nil {
		if o.Controls, err = rule.controls(net, city.Plans); err != nil {
			return t, err
		}
	}
	run, err := scenarios.NewRun(city, s, o)
	if err != nil {
		return t, err
	}
	defer run.Close()
	seen := map[traffic.VehicleID]bool{}
	seconds, next := 0.0, float64(begin)
	ended := map[traffic.VehicleID]bool{}
	var buffer []traffic.VehicleState
	for !run.Done() {
		if err := l.ctx.Err(); err != nil {
			return t, err
		}
		run.Step()
		for _, e := range run.World().Events() {
			if e.Kind == traffic.Arrived {
				ended[e.Vehicle] = true
				t.whole += e.TravelTime + e.Waited
			}
		}
		if run.Time() < next {
			continue
		}
		next++
		buffer = run.World().AppendVehicles(buffer[:0])
		for i := range buffer {
			lane, ok := net.LaneOf(buffer[i].Track)
			if ok && net.Junctions[net.Edges[net.Lanes[lane].Edge].To].Controller != network.None {
				seen[buffer[i].ID] = true
				seconds++
			}
		}
	}
	for id, trip := range run.Demand().Trips {
		if !ended[traffic.VehicleID(id)] {
			t.whole += run.Time() - trip.Depart
		}
	}
	t.onApproaches = seconds / float64(len(seen))
	t.whole /= float64(len(run.Demand().Trips))
	losses := run.Losses()
	t.delay = losses.Delay / float64(losses.Trips)
	return t, nil
}
