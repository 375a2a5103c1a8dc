package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"roadtwin/scenarios/results"
)

// info returns what the results keep of a run before it begins.
func (r *Run) info(version string) results.RunInfo {
	info := infoOf(r.city, r.scenario, r.seed, version)
	info.Routing, info.Started = r.routing, r.clock.start
	return info
}

// Identity returns what tells a run of s in city apart from others in the results: the runs of two equal ones are equal to the bit, as
// far as the program of that version is the same.
func Identity(city *City, s *Scenario, o Options, version string) (results.Key, error) {
	applied, err := o.apply(s)
	if err != nil {
		return results.Key{}, err
	}
	info := infoOf(city, applied, o.seed(s), version)
	info.Routing = o.routing()
	return info.Key(), nil
}

func infoOf(city *City, s *Scenario, seed uint64, version string) results.RunInfo {
	return results.RunInfo{
		Scenario: s.Name, Variant: s.VariantName(), Text: s.Text(), Hash: s.Hash(), Seed: seed, Version: version,
		Map: city.Source, MapHash: city.Hash(), Begin: float64(s.Period.Begin), End: float64(s.Period.End), StepTime: s.Step, Base: s.base(),
		InputsHash: s.inputsHash(),
	}
}

// routing says how the drivers of a run with these options come by their ways.
func (o Options) routing() string {
	switch {
	case o.Passages && o.Settled:
		return "equilibrium"
	case o.Routes != nil || o.Settled:
		return "given"
	}
	return ""
}

// inputsHash returns the SHA-256 of the files that s names beside the map, "" if there are none; files that cannot be read are told by
// who reads them.
func (s *Scenario) inputsHash() string {
	var files []string
	for _, name := range s.Demand.files() {
		files = append(files, s.resolve(name))
	}
	switch name := s.signalFile(); {
	case isSUMOSignals(name):
		named, _ := sumoSignalFiles(name)
		files = append(files, named...)
	case name != "":
		files = append(files, name)
	}
	for i := range s.Weather {
		if s.Weather[i].CSV != "" {
			files = append(files, s.resolve(s.Weather[i].CSV))
		}
	}
	if len(files) == 0 {
		return ""
	}
	sum := sha256.New()
	for _, name := range files {
		if err := hashFile(sum, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(sum, "unreadable: %v", err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// hashFile mixes a file into sum, framed by its length.
func hashFile(sum io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(sum, f)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(sum, "\x00%d\x00", n)
	return err
}
