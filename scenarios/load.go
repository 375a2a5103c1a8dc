package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"roadtwin/network/strictyaml"
)

// maxFile bounds a scenario file, bytes; plans and events for a large city take a tenth of it.
const maxFile = 4 << 20

// Load reads a scenario file. A file that is not a valid scenario gives an *Invalid.
func Load(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, notReadable(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, notReadable(path, err)
	}
	if len(data) > maxFile {
		return nil, invalidFile(path, Problem{Text: "larger than 4 MiB; a scenario is a short YAML file"})
	}
	return Parse(data, path)
}

func notReadable(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return invalidFile(path, Problem{Text: "cannot be read: " + err.Error()})
}

// Parse reads a scenario from data; file is its name in errors, and paths in it are relative to it.
func Parse(data []byte, file string) (*Scenario, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, invalidFile(file, Problem{Text: "empty, want a YAML file with at least the field map"})
	}
	root, problems := strictyaml.Root(data)
	if len(problems) > 0 {
		return nil, invalidFile(file, problems...)
	}
	s := &Scenario{file: file}
	if s.at, problems = strictyaml.Read(root, schema(), s, stripNulls); len(problems) > 0 {
		return nil, invalidFile(file, explainFixed(problems)...)
	}
	s.complete()
	if problems = s.check(); len(problems) == 0 {
		problems = s.readVariants(root)
	}
	if len(problems) > 0 {
		return nil, invalidFile(file, problems...)
	}
	return s, nil
}

// check returns what is wrong with s that a schema cannot say.
func (s *Scenario) check() []Problem {
	var problems []Problem
	complain := func(field, format string, args ...any) {
		problems = append(problems, s.at.Problem(field, format, args...))
	}
	if s.Period.End <= s.Period.Begin {
		complain("period.end", "%s is not after begin, %s", s.Period.End, s.Period.Begin)
	}
	if _, err := s.Period.Day.Weekday(); err != nil {
		complain("period.day", "%v", err)
	}
	if b := s.BBox; len(b) == 4 && (b[0] >= b[2] || b[1] >= b[3] || b[1] < -90 || b[3] > 90) {
		complain("bbox", "want [west, south, east, north] with west < east and south < north within ±90")
	}
	if s.Demand.Profile != nil && sum(s.Demand.Profile) <= 0 {
		complain("demand.profile", "all shares are 0")
	}
	if s.Demand.Classes != nil {
		total := 0.0
		for _, share := range s.Demand.Classes {
			total += share
		}
		if total <= 0 {
			complain("demand.classes", "all shares are 0")
		}
	}
	s.checkDemand(complain)
	s.checkDepartures(complain)
	if s.Drivers.automated() > 1+1e-9 {
		complain("drivers", "the shares acc, cacc and those of r157 are more than 1 together")
	}
	s.checkWeather(complain)
	s.checkMeasured(complain)
	s.checkFleet(complain)
	s.checkSignals(complain)
	for i, e := range s.Events {
		field := fmt.Sprintf("events[%d]", i)
		given := 0
		for _, is := range []bool{e.Close, e.SpeedLimit > 0, len(e.CloseLanes) > 0} {
			if is {
				given++
			}
		}
		if given != 1 {
			complain(field, "want one of close: true, close_lanes and speed_limit_kmh")
		}
		if e.Until != nil && *e.Until <= e.At {
			complain(field+".until", "%s is not after at, %s", *e.Until, e.At)
		}
	}
	strictyaml.SortProblems(problems)
	return problems
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}
