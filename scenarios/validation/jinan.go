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

// jinan is an hour of the literature's benchmark.
var jinan = Case{
	ID: "N1", Area: "benchmark", Slow: true,
	What:      "Jinan, 12 signalised junctions, one hour of recorded trips, fixed time: mean travel time as the literature measures it",
	Expected:  "428.1 s; 368.8 s; 383.0 s",
	Tolerance: "±15 %",
	Kind:      Calibration,
	Source:    "Advanced_XLight@4906faf2 and CoLight@04440b72 (three demand files); CityFlow built and run again gave each within 0.5 %",
	How: "The network and trips of the benchmark, the papers' program (four greens of 25 s, 5 s between them, the first begun 10 s before the hour); each second on a lane that leads to a signal, " +
		"summed by vehicle, mean over vehicles seen there. " +
		"The benchmark's trips say how their vehicles are driven (headwayTime 2 s, minGap 2.5 m, usualPosAcc 2, usualNegAcc 4.5 m/s², maxSpeed 11.1 m/s): these are the means of the default population here; all else is as ever.",
	Note: "The ratio of MaxPressure to fixed time waits for adaptive control. With the drivers of the default population, who keep about half of that time gap, as measured queues do (S1), it was 345, 303 and 322 s: the benchmark's demand is that of a slower world.",
	measure: func(l *lab, r *Result) error {
		folder, err := besides("benchmarks", "jinan_3x4", "3_4")
		if err != nil {
			return err
		}
		files := []struct {
			name string
			want float64
		}{{"anon_3_4_jinan_real.json", 428.11}, {"anon_3_4_jinan_real_2000.json", 368.77}, {"anon_3_4_jinan_real_2500.json", 383.01}}
		got := make([]float64, len(files))
		if err := l.each(len(files), func(i int) error {
			net, err := jinanNetwork(filepath.Join(folder, "roadnet_3_4.json"))
			if err == nil {
				got[i], err = l.approachTime(net, filepath.Join(folder, files[i].name))
			}
			return err
		}); err != nil {
			return err
		}
		for i, f := range files {
			r.near(f.name, "s", f.want, 0.15*f.want, got[i])
		}
		return nil
	},
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

// approachTime runs an hour of trips and returns the mean time in s that vehicles were on lanes that lead to signals.
func (l *lab) approachTime(net *network.Network, trips string) (float64, error) {
	city, err := scenarios.CityOf(net)
	if err != nil {
		return 0, err
	}
	s := scenarios.ForMap(net.Name)
	s.Demand.Trips, s.Period = trips, scenarios.Period{Begin: 0, End: 3600}
	run, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 1, Workers: 1})
	if err != nil {
		return 0, err
	}
	defer run.Close()
	seen := map[traffic.VehicleID]bool{}
	seconds, next := 0.0, 0.0
	var buffer []traffic.VehicleState
	for !run.Done() {
		if err := l.ctx.Err(); err != nil {
			return 0, err
		}
		run.Step()
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
	return seconds / float64(len(seen)), nil
}
