package sumonet

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"roadtwin/network/sumonet/sumoxml"
)

// Logic is a program of signals as SUMO's files have it: a tlLogic
// (https://sumo.dlr.de/docs/Simulation/Traffic_Lights.html).
type Logic struct {
	Signals  string // its id: which signals it is for
	ID       string // programID
	Kind     string // "static", "actuated", "delay_based", "NEMA"
	Offset   float64
	AtBegin  bool // offset="begin": the first phase begins with the simulation
	Params   map[string]string
	Phases   []LogicPhase
	Rules    int // conditions, assignments and functions, of which nothing else is kept
	Line     int // of the file that it was read from
	numNexts int
}

// LogicPhase is a phase of a Logic. Times are in s; NaN where the file does not say.
type LogicPhase struct {
	Duration float64
	State    string // a letter for each link
	Name     string // of type NEMA the number of the phase
	// Min and Max bound the phase, EarliestEnd and LatestEnd its end in the cycle (actuated); Extension, Yellow and Red are of NEMA.
	Min, Max, EarliestEnd, LatestEnd float64
	Extension, Yellow, Red           float64
	Next                             []int // phases that may follow; nil for the next in the list
	Targets                          bool  // has conditions for its beginning (earlyTarget, finalTarget)
}

// WAUT says when which program of some signals runs.
type WAUT struct {
	ID        string
	Start     string  // program before the first switch
	Reference float64 // s, added to the times
	Period    float64 // s after which the switches come again; 0 for never
	Switches  []WAUTSwitch
	Signals   []string // that follow it
}

// WAUTSwitch is the change to another program.
type WAUTSwitch struct {
	Time float64 // s after the reference
	To   string  // program
}

// Detector is a detector of a file: an inductionLoop (Length 0 unless it has one) or a laneAreaDetector.
type Detector struct {
	ID, Lane   string
	Area       bool    // a laneAreaDetector
	Position   float64 // m along the lane at which it begins; below 0 from its end
	Length     float64 // m
	ToPosition float64 // m, of an area without a length: where it ends; NaN if it has one
}

// Signals are what files say of signals.
type Signals struct {
	Logics    []Logic // in the order of the files: of two for the same signals the later runs
	WAUTs     []WAUT
	Detectors map[string]Detector
}

// AddFrom adds what a network or an additional file says of signals; all else in it is passed over. Errors tell the line.
func (s *Signals) AddFrom(r io.Reader) error {
	x, err := sumoxml.NewReader(r)
	if err != nil {
		return err
	}
	if s.Detectors == nil {
		s.Detectors = map[string]Detector{}
	}
	for {
		e, err := x.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && !e.End && e.Depth == 2 {
			err = s.element(&e, x)
		}
		if err != nil {
			return err
		}
	}
}

// element reads one element of the second level, with what is in it.
func (s *Signals) element(e *sumoxml.Element, x *sumoxml.Reader) error {
	switch e.Name {
	case "tlLogic":
		if len(s.Logics) == maxPrograms {
			return e.Errorf("more than %d programs", maxPrograms)
		}
		l, err := parseLogic(e, x)
		s.Logics = append(s.Logics, l)
		return err
	case "WAUT":
		if len(s.WAUTs) == maxPrograms {
			return e.Errorf("more than %d of them", maxPrograms)
		}
		w, err := parseWAUT(e, x)
		s.WAUTs = append(s.WAUTs, w)
		return err
	case "wautJunction":
		for i := range s.WAUTs {
			if s.WAUTs[i].ID == e.Text("wautID") {
				s.WAUTs[i].Signals = append(s.WAUTs[i].Signals, e.Text("junctionID"))
				return nil
			}
		}
		return e.Errorf("no WAUT %q before it", e.Text("wautID"))
	case "inductionLoop", "e1Detector", "laneAreaDetector", "e2Detector":
		return s.detector(e)
	}
	return nil
}

func parseWAUT(e *sumoxml.Element, x *sumoxml.Reader) (w WAUT, err error) {
	w.ID, w.Start = e.Text("id"), e.Text("startProg")
	if w.Reference, err = e.Time("refTime", 0); err != nil {
		return w, err
	}
	if w.Period, err = e.Time("period", 0); err != nil {
		return w, err
	}
	err = children(e, x, func(c *sumoxml.Element) error {
		if c.Name != "wautSwitch" {
			return nil
		}
		at, err := c.Time("time", 0)
		if err == nil && len(w.Switches) == maxPhases {
			err = e.Errorf("more than %d switches", maxPhases)
		}
		w.Switches = append(w.Switches, WAUTSwitch{at, c.Text("to")})
		return err
	})
	return w, err
}

func (s *Signals) detector(e *sumoxml.Element) (err error) {
	d := Detector{ID: e.Text("id"), Lane: e.Text("lane"), Area: strings.HasPrefix(e.Name, "laneArea") || e.Name == "e2Detector"}
	if d.Position, err = e.Float("pos", 0); err != nil {
		return err
	}
	if d.Length, err = e.Float("length", 0); err != nil {
		return err
	}
	if d.ToPosition, err = e.Float("endPos", math.MaxFloat64); err != nil {
		return err
	}
	if len(s.Detectors) == maxConnections {
		return e.Errorf("more than %d detectors", maxConnections)
	}
	if d.Length > 0 || d.ToPosition == math.MaxFloat64 {
		d.ToPosition = math.NaN()
	}
	s.Detectors[d.ID] = d
	return nil
}

// parseLogic reads a tlLogic. Phases without a duration are in it.
func parseLogic(e *sumoxml.Element, x *sumoxml.Reader) (l Logic, err error) {
	l = Logic{Signals: e.Text("id"), ID: e.Text("programID"), Kind: e.Text("type"), Params: map[string]string{}, Line: e.Line}
	if l.Kind == "" {
		l.Kind = "static"
	}
	if l.AtBegin = e.Text("offset") == "begin"; !l.AtBegin {
		if l.Offset, err = e.Time("offset", 0); err != nil {
			return l, err
		}
	}
	return l, children(e, x, func(c *sumoxml.Element) error {
		switch c.Name {
		case "param":
			l.Params[c.Text("key")] = c.Text("value")
			if len(l.Params) > maxPhases {
				return e.Errorf("more than %d params", maxPhases)
			}
		case "phase":
			if len(l.Phases) == maxPhases {
				return e.Errorf("more than %d phases", maxPhases)
			}
			return l.addPhase(c)
		case "condition", "assignment", "function":
			l.Rules++
		}
		return nil
	})
}

func (l *Logic) addPhase(e *sumoxml.Element) (err error) {
	p := LogicPhase{State: e.Text("state"), Name: e.Text("name"), Targets: e.Text("earlyTarget")+e.Text("finalTarget") != ""}
	for _, v := range []struct {
		name      string
		to        *float64
		otherwise float64
	}{
		{"duration", &p.Duration, 0},
		{"minDur", &p.Min, math.MaxFloat64},
		{"maxDur", &p.Max, math.MaxFloat64},
		{"earliestEnd", &p.EarliestEnd, math.MaxFloat64},
		{"latestEnd", &p.LatestEnd, math.MaxFloat64},
		{"vehext", &p.Extension, math.MaxFloat64},
		{"yellow", &p.Yellow, math.MaxFloat64},
		{"red", &p.Red, math.MaxFloat64},
	} {
		if *v.to, err = e.Time(v.name, v.otherwise); err != nil {
			return err
		}
		if *v.to == math.MaxFloat64 {
			*v.to = math.NaN()
		}
	}
	for _, word := range strings.Fields(e.Text("next")) {
		n, err := strconv.ParseInt(word, 10, 32)
		if err != nil || n < 0 {
			return e.Errorf("next=%q, want numbers of phases", e.Text("next"))
		}
		if l.numNexts++; l.numNexts > maxPhases*maxPhases {
			return e.Errorf("more than %d phases to follow", maxPhases*maxPhases)
		}
		p.Next = append(p.Next, int(n))
	}
	l.Phases = append(l.Phases, p)
	return nil
}
