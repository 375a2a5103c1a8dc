package planfile

// file is a file of plans as it is written. Times are seconds.
type file struct {
	Controllers []controller `yaml:"controllers"`
}

// controller is how one controller runs. At least one of Node, Name and ID says which; all that are given must agree.
type controller struct {
	Node int64  `yaml:"node,omitempty"` // OSM id of one of its traffic_signals nodes
	Name string `yaml:"name,omitempty"`
	ID   *int   `yaml:"id,omitempty"` // network.ControllerID

	Control     string       `yaml:"control,omitempty"` // signals.Kind; fixed if not given
	Groups      []group      `yaml:"groups,omitempty"`
	Intergreens []intergreen `yaml:"intergreens,omitempty"`
	Walks       []walk       `yaml:"walks,omitempty"`
	Detectors   []detector   `yaml:"detectors,omitempty"`

	Plans      []plan      `yaml:"plans,omitempty"`      // fixed
	Stages     []stage     `yaml:"stages,omitempty"`     // actuated, max_pressure, sotl
	Phases     []phase     `yaml:"phases,omitempty"`     // nema
	Barriers   [][][]int   `yaml:"barriers,omitempty"`   // nema: of each barrier and ring the phases
	Overlaps   []overlap   `yaml:"overlaps,omitempty"`   // nema
	Patterns   []pattern   `yaml:"patterns,omitempty"`   // nema
	Days       []day       `yaml:"days,omitempty"`       // fixed, nema
	Transition *transition `yaml:"transition,omitempty"` // fixed, nema

	Simultaneous bool    `yaml:"simultaneous,omitempty"` // nema
	Interval     float64 `yaml:"interval,omitempty"`     // max_pressure
	Standing     bool    `yaml:"standing,omitempty"`     // max_pressure
	Normalised   bool    `yaml:"normalised,omitempty"`   // max_pressure
	LongestWait  float64 `yaml:"longest_wait,omitempty"` // max_pressure, sotl
	Threshold    float64 `yaml:"threshold,omitempty"`    // sotl
	Platoon      int     `yaml:"platoon,omitempty"`      // sotl
	Near         float64 `yaml:"near,omitempty"`         // sotl, m

	Priorities  []priority   `yaml:"priorities,omitempty"`
	Preemptions []preemption `yaml:"preemptions,omitempty"`
}

// group is the times of a group that hold whatever runs. What is not given comes from the geometry.
type group struct {
	Movement string   `yaml:"movement"`
	MinGreen *float64 `yaml:"min_green,omitempty"`
	Amber    *float64 `yaml:"amber,omitempty"`
	AllRed   *float64 `yaml:"all_red,omitempty"`
}

type intergreen struct {
	From string  `yaml:"from"`
	To   string  `yaml:"to"`
	Time float64 `yaml:"time"`
}

type walk struct {
	Name      string  `yaml:"name"`
	Edge      int     `yaml:"edge"`
	Walk      float64 `yaml:"walk"`
	Clearance float64 `yaml:"clearance"`
	Recall    bool    `yaml:"recall,omitempty"`
}

type detector struct {
	Name    string   `yaml:"name"`
	Kind    string   `yaml:"kind"`
	Edge    int      `yaml:"edge"`
	Lane    int      `yaml:"lane"` // from the kerb
	From    float64  `yaml:"from"` // m along the lane
	To      float64  `yaml:"to"`
	Green   []string `yaml:"green,omitempty,flow"`
	Walk    string   `yaml:"walk,omitempty"`
	Classes []string `yaml:"classes,omitempty,flow"`
	Lock    bool     `yaml:"lock,omitempty"`
}

// plan is a fixed-time plan.
type plan struct {
	Name   string      `yaml:"name,omitempty"`
	Offset float64     `yaml:"offset"`
	Stages []planStage `yaml:"stages"`
}

type planStage struct {
	Green   []string `yaml:"green,flow"`
	Seconds float64  `yaml:"seconds"`
	// Intergreen is as long as the groups that end need if it is not given.
	Intergreen *float64 `yaml:"intergreen,omitempty"`
	Change     []step   `yaml:"change,omitempty"`
}

// step is a part of a change that is given step by step: groups that are in none of the lists are red.
type step struct {
	Seconds  float64  `yaml:"seconds"`
	Green    []string `yaml:"green,omitempty,flow"`
	Amber    []string `yaml:"amber,omitempty,flow"`
	RedAmber []string `yaml:"red_amber,omitempty,flow"`
}

// stage is a stage whose length the controller decides on.
type stage struct {
	Green     []string   `yaml:"green,flow"`
	Walks     []string   `yaml:"walks,omitempty,flow"`
	Min       float64    `yaml:"min,omitempty"`
	Max       float64    `yaml:"max,omitempty"`
	Extension float64    `yaml:"extension,omitempty"`
	Recall    string     `yaml:"recall,omitempty"`
	Reduction *reduction `yaml:"reduction,omitempty"`
}

type reduction struct {
	Before float64 `yaml:"before"`
	Over   float64 `yaml:"over"`
	Least  float64 `yaml:"least"`
}

type phase struct {
	Phase     int        `yaml:"phase"`
	Green     []string   `yaml:"green,flow"`
	Walks     []string   `yaml:"walks,omitempty,flow"`
	MinGreen  float64    `yaml:"min_green"`
	MaxGreen  float64    `yaml:"max_green"`
	Passage   float64    `yaml:"passage"`
	Yellow    float64    `yaml:"yellow"`
	RedClear  float64    `yaml:"red_clear"`
	Recall    string     `yaml:"recall,omitempty"`
	DualEntry bool       `yaml:"dual_entry,omitempty"`
	Reduction *reduction `yaml:"reduction,omitempty"`
}

type overlap struct {
	Name    string   `yaml:"name"`
	Parents []int    `yaml:"parents,flow"`
	Green   []string `yaml:"green,flow"`
}

type pattern struct {
	Name        string          `yaml:"name"`
	Cycle       float64         `yaml:"cycle"`
	Offset      float64         `yaml:"offset"`
	Splits      map[int]float64 `yaml:"splits,flow"` // by phase
	Coordinated []int           `yaml:"coordinated,flow"`
	Reference   string          `yaml:"reference,omitempty"`
	ForceOff    string          `yaml:"force_off,omitempty"`
	Permissive  float64         `yaml:"permissive,omitempty"`
}

// day is what runs when on some days of the week.
type day struct {
	Days string  `yaml:"days"` // "mon-fri", "sat,sun", "every day"
	From []entry `yaml:"from"`
}

type entry struct {
	At   string `yaml:"at"`   // HH:MM or HH:MM:SS
	Plan string `yaml:"plan"` // a name, or free
}

type transition struct {
	Method string  `yaml:"method"`
	Share  float64 `yaml:"share,omitempty"`
}

type priority struct {
	Name     string   `yaml:"name"`
	In       []string `yaml:"in,flow"` // detectors
	Out      []string `yaml:"out,omitempty,flow"`
	Green    []string `yaml:"green,flow"`
	Extend   float64  `yaml:"extend,omitempty"`
	Early    float64  `yaml:"early,omitempty"`
	Recovery float64  `yaml:"recovery,omitempty"`
	Timeout  float64  `yaml:"timeout,omitempty"`
}

type preemption struct {
	Name     string   `yaml:"name"`
	In       []string `yaml:"in,omitempty,flow"`
	Out      []string `yaml:"out,omitempty,flow"`
	Green    []string `yaml:"green,flow"`
	MinDwell float64  `yaml:"min_dwell"`
	MaxDwell float64  `yaml:"max_dwell"`
	Exit     int      `yaml:"exit"` // stage or barrier, from 1
}
