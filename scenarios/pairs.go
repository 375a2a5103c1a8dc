package scenarios

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"roadtwin/network/sumonet/sumoxml"
)

// ForConfiguration returns the scenario of a configuration of another simulator, which names a network and its demand: SUMO's
// .sumocfg or CityFlow's config.json. ok is false if source is neither; its content tells, as far as its name may be that of one.
func ForConfiguration(source string) (s *Scenario, ok bool, err error) {
	switch ext := strings.ToLower(filepath.Ext(source)); {
	case ext == ".sumocfg":
		s, err = forSUMO(source)
	case ext == ".json" || ext == ".cfg":
		s, ok, err = forCityFlow(source)
		if !ok {
			return nil, false, nil
		}
	default:
		return nil, false, nil
	}
	if err != nil {
		return nil, true, fmt.Errorf("%s: %w", source, err)
	}
	return s, true, nil
}

// forSUMO reads a .sumocfg: the network, the demand by reference, and the time. Without an end it is an hour from the beginning,
// which is midnight if none is given.
func forSUMO(source string) (*Scenario, error) {
	f, err := os.Open(source)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	c, err := sumoxml.ReadConfiguration(f)
	if err != nil {
		return nil, err
	}
	if c.Net == "" {
		return nil, errors.New("names no net-file")
	}
	begin, end := 0.0, math.NaN()
	for _, x := range []struct {
		name, text string
		to         *float64
	}{{"begin", c.Begin, &begin}, {"end", c.End, &end}} {
		if x.text == "" {
			continue
		}
		if *x.to, err = sumoTime(x.text); err != nil {
			return nil, fmt.Errorf("%s: %w", x.name, err)
		}
	}
	if math.IsNaN(end) || end < 0 {
		end = begin + 3600
	}
	out := pair(beside(source, c.Net), source, begin, end)
	out.Signals.File = source // the programs of its additional files, and those of the network that are not static
	return out, nil
}

// sumoTime reads seconds, or SUMO's hours:minutes:seconds with days before them.
func sumoTime(text string) (float64, error) {
	parts := strings.Split(text, ":")
	scale, sum := 1.0, 0.0
	for i := len(parts) - 1; i >= 0; i-- {
		v, err := strconv.ParseFloat(strings.TrimSpace(parts[i]), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || len(parts) > 4 {
			return 0, fmt.Errorf("%q is no time", text)
		}
		sum += v * scale
		scale *= 60
		if i == 1 && len(parts) == 4 {
			scale = 86400
		}
	}
	return sum, nil
}

// forCityFlow reads a config.json: folder, roadnet and flow. ok is false if it is some other JSON. An hour is run, as the studies do.
func forCityFlow(source string) (s *Scenario, ok bool, err error) {
	const most = 1 << 20
	info, err := os.Stat(source)
	if err != nil || info.Size() > most {
		return nil, false, nil // a configuration is short; who opens it as a map says what is wrong
	}
	data, err := os.ReadFile(source)
	if err != nil {
		return nil, false, nil
	}
	var config struct {
		Dir     string `json:"dir"`
		Roadnet string `json:"roadnetFile"`
		Flow    string `json:"flowFile"`
	}
	if json.Unmarshal(data, &config) != nil || config.Roadnet == "" {
		return nil, false, nil
	}
	if config.Flow == "" {
		return nil, true, errors.New("names a roadnetFile, but no flowFile")
	}
	net, flow := config.Dir+config.Roadnet, config.Dir+config.Flow
	if _, err := os.Stat(net); err != nil { // dir is relative to where CityFlow is started: try the folder of the file as well
		net, flow = beside(source, config.Roadnet), beside(source, config.Flow)
	}
	return pair(net, flow, 0, 3600), true, nil
}

// beside returns where a path that a file gives is: relative to that file.
func beside(file, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

// pair returns the default scenario of a map with a list of trips and a time.
func pair(net, trips string, begin, end float64) *Scenario {
	s := ForMap(net)
	s.Demand.Trips = trips
	s.Period.Begin, s.Period.End = Clock(begin), Clock(end)
	return s
}
