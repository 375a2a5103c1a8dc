package scenarios

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"roadtwin/network/sumonet"
	"roadtwin/network/sumonet/sumoxml"
	"roadtwin/signals"
	"roadtwin/signals/tllogic"
)

// isSUMOSignals tells whether a file of signals is SUMO's: additional files or a network, several with commas between them, or a
// .sumocfg that names some.
func isSUMOSignals(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasSuffix(lower, ".sumocfg") || strings.HasSuffix(lower, ".xml") || strings.HasSuffix(lower, ".xml.gz")
}

// sumoSignalFiles returns the files that a name of isSUMOSignals stands for: of a .sumocfg its additional files.
func sumoSignalFiles(name string) ([]string, error) {
	if !strings.HasSuffix(strings.ToLower(name), ".sumocfg") {
		return strings.Split(name, ","), nil
	}
	var files []string
	err := reading(name, func(r io.Reader) error {
		c, err := sumoxml.ReadConfiguration(r)
		for _, file := range c.Additional {
			files = append(files, beside(name, file))
		}
		return err
	})
	return files, err
}

// signalFile returns the file of the signals of s, or the files with commas between them; "" for none.
func (s *Scenario) signalFile() string {
	if !isSUMOSignals(s.Signals.File) {
		if s.Signals.File == "" {
			return ""
		}
		return s.resolve(s.Signals.File)
	}
	names := strings.Split(s.Signals.File, ",")
	for i := range names {
		names[i] = s.resolve(names[i])
	}
	return strings.Join(names, ",")
}

// sumoSignals are the signals of a city as SUMO's files speak of them; made when they are first asked for.
type sumoSignals struct {
	once  sync.Once
	links *sumonet.Links
	own   sumonet.Signals // what the network itself says, where it is one of SUMO's
	err   error

	mu   sync.Mutex
	read map[string]sumoImport // by file
}

type sumoImport struct {
	controls []signals.Control
	report   *tllogic.Report
	err      error
}

// SUMOLinks returns by which ids and numbers SUMO's files speak of the signals of the city: those of its .net.xml if it was made of
// one, else those of the network that roadtwin export writes.
func (c *City) SUMOLinks() (*sumonet.Links, error) {
	s := &c.sumo
	s.once.Do(func() {
		if FormatOf(c.Source) != SUMO {
			s.links = sumonet.WrittenLinks(c.Net)
			return
		}
		s.err = errors.Join(
			reading(c.Source, func(r io.Reader) (err error) {
				s.links, err = sumonet.ReadLinks(r, c.Net)
				return err
			}),
			reading(c.Source, s.own.AddFrom),
		)
	})
	return s.links, s.err
}

// reading calls do with the content of a file; errors tell its name.
func reading(name string, do func(io.Reader) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := do(f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// ImportSUMOSignals returns controls of the programs that files of SUMO have for signals of the city: additional files (.add.xml) and
// networks, several with commas between them, or a .sumocfg that names some. The report tells what became of each.
func (c *City) ImportSUMOSignals(name string) ([]signals.Control, *tllogic.Report, error) {
	c.sumo.mu.Lock()
	defer c.sumo.mu.Unlock()
	if done, ok := c.sumo.read[name]; ok {
		return done.controls, done.report, done.err
	}
	var done sumoImport
	done.controls, done.report, done.err = c.importSUMOSignals(name)
	if c.sumo.read == nil {
		c.sumo.read = map[string]sumoImport{}
	}
	c.sumo.read[name] = done
	return done.controls, done.report, done.err
}

func (c *City) importSUMOSignals(name string) ([]signals.Control, *tllogic.Report, error) {
	links, err := c.SUMOLinks()
	if err != nil {
		return nil, nil, err
	}
	files, err := sumoSignalFiles(name)
	if err != nil {
		return nil, nil, err
	}
	var all sumonet.Signals
	all.Logics = append(all.Logics, c.sumo.own.Logics...)
	own := len(all.Logics)
	for _, file := range files {
		if sameFile(file, c.Source) {
			continue // read already
		}
		if err := reading(file, all.AddFrom); err != nil {
			return nil, nil, err
		}
	}
	controls, report := tllogic.Import(c.Net, links, &all, tllogic.Options{Own: own})
	return controls, report, nil
}

func sameFile(a, b string) bool {
	x, err := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err == nil && err2 == nil && x == y
}

// tellSignals tells what the import of the scenario's signals from files of SUMO changed or left out.
func (c *City) tellSignals(s *Scenario, log Progress) {
	if !isSUMOSignals(s.Signals.File) {
		return
	}
	_, report, err := c.ImportSUMOSignals(s.signalFile())
	if err != nil || len(report.Taken)+len(report.Left) == 0 {
		return // the run says what is wrong
	}
	log.say("signals of SUMO: %d controllers; %d keep the program of the network", len(report.Taken), len(report.Left))
	log.list(append(leftOut(report), report.Notes...))
}

// leftOut says which signals were not taken, and why.
func leftOut(report *tllogic.Report) (lines []string) {
	for _, l := range report.Left {
		lines = append(lines, fmt.Sprintf("signals %s keep the program of the network: %s", l.Signals, l.Why))
	}
	return lines
}
