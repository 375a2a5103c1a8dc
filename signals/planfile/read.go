package planfile

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"

	"roadtwin/network"
	"roadtwin/network/strictyaml"
	"roadtwin/signals"
)

// maxFile bounds a plan file, bytes: that of a whole state with 1,600 controllers has some 3 MB.
const maxFile = 64 << 20

// Schema is the JSON Schema of plan files.
//
//go:embed planfile.schema.json
var Schema []byte

var schema = sync.OnceValue(func() *strictyaml.Schema { return strictyaml.MustCompile(Schema) })

// ErrInvalid is what every mistake in a plan file is.
var ErrInvalid = errors.New("invalid plan file")

// Load reads the plan file at path for a network. A mistake in it is a *strictyaml.Invalid and an ErrInvalid.
func Load(path string, net *network.Network) ([]signals.Control, error) {
	f, err := os.Open(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, invalid(path, strictyaml.Problem{Text: "cannot be read: " + err.Error()})
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > maxFile {
		return nil, invalid(path, strictyaml.Problem{Text: "larger than 64 MiB"})
	}
	return Parse(data, path, net)
}

func invalid(path string, problems ...strictyaml.Problem) error {
	return &strictyaml.Invalid{File: path, Problems: problems, Kind: ErrInvalid}
}

// Parse reads plans for a network from data; path is its name in errors. There is at most one control a controller; those that the
// file does not name have none. Every control has passed signals.CheckControl.
func Parse(data []byte, path string, net *network.Network) ([]signals.Control, error) {
	var f file
	at, problems := strictyaml.Parse(data, schema(), &f)
	if len(problems) > 0 {
		return nil, invalid(path, problems...)
	}
	r := reader{net: net, at: at}
	var fields []string
	first := map[network.ControllerID]string{}
	for i := range f.Controllers {
		field := fmt.Sprintf("controllers[%d]", i)
		before := len(r.problems)
		c := r.control(&f.Controllers[i], field)
		if len(r.problems) > before {
			continue
		}
		if other, twice := first[c.Controller]; twice {
			r.complain(field, "%s is the same as %s", describe(net, c.Controller), other)
			continue
		}
		first[c.Controller] = field
		r.controls, fields = append(r.controls, c), append(fields, field)
	}
	for i, err := range signals.CheckControls(net, r.controls) {
		if err != nil {
			r.complain(fields[i], "%v", err)
		}
	}
	if len(r.problems) > 0 {
		strictyaml.SortProblems(r.problems)
		return nil, invalid(path, r.problems...)
	}
	return r.controls, nil
}

func describe(net *network.Network, c network.ControllerID) string {
	return fmt.Sprintf("controller %d (%s)", c, net.Controllers[c].Name)
}

// reader makes controls of what a file says.
type reader struct {
	net      *network.Network
	at       strictyaml.Places
	problems []strictyaml.Problem
	controls []signals.Control

	// Of the controller that is read:
	words *words
	from  *controller
	field string
}

func (r *reader) complain(field, format string, args ...any) {
	r.problems = append(r.problems, r.at.Problem(field, format, args...))
}

// in returns the name of a field of the controller that is read.
func (r *reader) in(format string, args ...any) string {
	return r.field + "." + fmt.Sprintf(format, args...)
}

func (r *reader) control(from *controller, field string) signals.Control {
	r.from, r.field = from, field
	id, ok := r.which()
	c := signals.Control{Controller: id}
	if !ok {
		return c
	}
	if from.Control != "" {
		c.Kind, _ = signals.ParseKind(from.Control) // the schema lets nothing else through
	}
	r.words = wordsOf(r.net, id)
	c.Timings = r.timings(id)
	for i, x := range from.Intergreens {
		c.Intergreens = append(c.Intergreens, signals.Intergreen{
			From: r.group(x.From, r.in("intergreens[%d].from", i)), To: r.group(x.To, r.in("intergreens[%d].to", i)), Time: x.Time,
		})
	}
	for _, w := range from.Walks {
		c.Walks = append(c.Walks, signals.Walk{
			Name: w.Name, Edge: network.EdgeID(w.Edge), Walk: w.Walk, Clearance: w.Clearance, Recall: w.Recall,
		})
	}
	r.detectors(&c)
	r.refuseForeign(c.Kind)
	switch c.Kind {
	case signals.FixedTime:
		c.Fixed = r.schedule(&c)
	case signals.StageActuated:
		c.Actuated = &signals.Actuated{Stages: r.actuatedStages()}
	case signals.RingBarrier:
		c.NEMA = r.nema()
	case signals.PressureBased:
		c.MaxPressure = &signals.MaxPressure{
			Stages: r.stageSets(), Interval: from.Interval, Standing: from.Standing, Normalised: from.Normalised, LongestWait: from.LongestWait,
		}
	case signals.SelfOrganised:
		c.SOTL = &signals.SOTL{
			Stages: r.stageSets(), Threshold: from.Threshold, Platoon: from.Platoon, Near: from.Near, LongestWait: from.LongestWait,
		}
	}
	if from.Groups == nil && c.Kind != signals.FixedTime {
		c.Timings = nil // those of the geometry
	}
	r.requests(&c)
	return c
}

// which finds the controller that is meant.
func (r *reader) which() (network.ControllerID, bool) {
	from, n := r.from, r.net.Controllers
	found := network.ControllerID(network.None)
	settle := func(field string, id int, missing string) bool {
		switch {
		case id < 0:
			r.complain(r.in("%s", field), "%s", missing)
			return false
		case found != network.None && found != network.ControllerID(id):
			r.complain(r.in("%s", field), "it is controller %d, and the fields before say %s", id, describe(r.net, found))
			return false
		}
		found = network.ControllerID(id)
		return true
	}
	if from.Node != 0 {
		at := slices.IndexFunc(n, func(c network.Controller) bool { return slices.Contains(c.OSMNodes, from.Node) })
		if !settle("node", at, fmt.Sprintf("no signal controller of the map stands for OSM node %d", from.Node)) {
			return 0, false
		}
	}
	if from.ID != nil {
		at := *from.ID
		if at >= len(n) {
			at = -1
		}
		if !settle("id", at, fmt.Sprintf("there are %d controllers, numbered from 0", len(n))) {
			return 0, false
		}
	}
	switch {
	case from.Name != "" && found == network.None:
		var at []int
		for i := range n {
			if n[i].Name == from.Name {
				at = append(at, i)
			}
		}
		if len(at) > 1 {
			r.complain(r.in("name"), "%d controllers are called %q; give node or id", len(at), from.Name)
			return 0, false
		}
		if !settle("name", append(at, -1)[0], fmt.Sprintf("no signal controller of the map is called %q", from.Name)) {
			return 0, false
		}
	case from.Name != "" && n[found].Name != from.Name:
		r.complain(r.in("name"), "got %q, and %s is meant", from.Name, describe(r.net, found))
		return 0, false
	}
	if found == network.None {
		r.complain(r.field, "want node, name or id, which controller it is")
		return 0, false
	}
	return found, true
}

// group returns the group that is called so.
func (r *reader) group(name, field string) network.SignalGroupID {
	g, err := r.words.find(name)
	if err != nil {
		r.complain(field, "%v", err)
	}
	return g
}

// groups returns the groups of a list of names, ascending.
func (r *reader) groups(names []string, field string) []network.SignalGroupID {
	var out []network.SignalGroupID
	for i, name := range names {
		g := r.group(name, fmt.Sprintf("%s[%d]", field, i))
		if slices.Contains(out, g) {
			r.complain(fmt.Sprintf("%s[%d]", field, i), "%q is there twice", name)
		}
		out = append(out, g)
	}
	slices.Sort(out)
	return out
}

// timings returns the times of the groups: those of the file, or of the geometry.
func (r *reader) timings(id network.ControllerID) []signals.GroupTiming {
	timings := signals.Timings(r.net, id)
	seen := map[network.SignalGroupID]bool{}
	for i := range r.from.Groups {
		x := &r.from.Groups[i]
		g := r.group(x.Movement, r.in("groups[%d].movement", i))
		at := slices.IndexFunc(timings, func(t signals.GroupTiming) bool { return t.Group == g })
		if at < 0 {
			continue
		}
		if seen[g] {
			r.complain(r.in("groups[%d].movement", i), "%q is there twice", x.Movement)
		}
		seen[g] = true
		for _, v := range []struct {
			to   *float64
			from *float64
		}{{&timings[at].MinGreen, x.MinGreen}, {&timings[at].Amber, x.Amber}, {&timings[at].AllRed, x.AllRed}} {
			if v.from != nil {
				*v.to = *v.from
			}
		}
	}
	return timings
}

// walks returns the numbers of walks by their names, ascending.
func (r *reader) walks(names []string, field string) []int {
	var out []int
	for i, name := range names {
		at := slices.IndexFunc(r.from.Walks, func(w walk) bool { return w.Name == name })
		if at < 0 {
			r.complain(fmt.Sprintf("%s[%d]", field, i), "no walk is called %q", name)
			continue
		}
		out = append(out, at)
	}
	slices.Sort(out)
	return out
}

func (r *reader) detectors(c *signals.Control) {
	for i := range r.from.Detectors {
		x := &r.from.Detectors[i]
		d := signals.Detector{Name: x.Name, From: x.From, To: x.To, Lock: x.Lock}
		if err := d.Kind.UnmarshalText([]byte(x.Kind)); err != nil {
			r.complain(r.in("detectors[%d].kind", i), "%v", err)
		}
		d.Groups = r.groups(x.Green, r.in("detectors[%d].green", i))
		for k, name := range x.Classes {
			class := network.VehicleClass(0)
			for class < network.NumVehicleClasses && class.String() != name {
				class++
			}
			if class == network.NumVehicleClasses {
				r.complain(r.in("detectors[%d].classes[%d]", i, k), "no class of vehicles is called %q", name)
				continue
			}
			d.Classes |= 1 << class
		}
		if d.Kind == signals.PushButton {
			if at := r.walks([]string{x.Walk}, r.in("detectors[%d].walk", i)); len(at) > 0 {
				d.Walk = at[0]
			}
		} else if x.Edge < 0 || x.Edge >= len(r.net.Edges) || x.Lane < 0 || x.Lane >= int(r.net.Edges[x.Edge].NumLanes) {
			r.complain(r.in("detectors[%d].edge", i), "no lane %d of an edge %d", x.Lane, x.Edge)
		} else {
			d.Lane = r.net.Edges[x.Edge].FirstLane + network.LaneID(x.Lane)
		}
		c.Detectors = append(c.Detectors, d)
	}
}

// named returns the numbers of detectors by their names.
func (r *reader) named(names []string, field string) []int {
	var out []int
	for i, name := range names {
		at := slices.IndexFunc(r.from.Detectors, func(d detector) bool { return d.Name == name })
		if at < 0 {
			r.complain(fmt.Sprintf("%s[%d]", field, i), "no detector is called %q", name)
		}
		out = append(out, at)
	}
	return out
}

func (r *reader) requests(c *signals.Control) {
	for i := range r.from.Priorities {
		x, in := &r.from.Priorities[i], r.in("priorities[%d]", i)
		c.Priorities = append(c.Priorities, signals.Priority{
			Name: x.Name, In: r.named(x.In, in+".in"), Out: r.named(x.Out, in+".out"), Groups: r.groups(x.Green, in+".green"),
			Extend: x.Extend, Early: x.Early, Recovery: x.Recovery, Timeout: x.Timeout,
		})
	}
	for i := range r.from.Preemptions {
		x, in := &r.from.Preemptions[i], r.in("preemptions[%d]", i)
		c.Preemptions = append(c.Preemptions, signals.Preemption{
			Name: x.Name, In: r.named(x.In, in+".in"), Out: r.named(x.Out, in+".out"), Groups: r.groups(x.Green, in+".green"),
			MinDwell: x.MinDwell, MaxDwell: x.MaxDwell, Exit: max(x.Exit, 1) - 1,
		})
	}
}
