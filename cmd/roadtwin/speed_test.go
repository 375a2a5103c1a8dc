package main

import (
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"roadtwin/scenarios"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/traffic/bench"
)

// TestSpeedBesideSUMO runs the same networks with the same trips here and in SUMO and prints how many vehicle updates a
// second of processor time either makes. Both go through the first part of the case once, keep the state, and are measured
// from it over the same simulated seconds, in turns (A B A B), on processor time; the better of the rounds counts, and their
// spread stands beside it. Nothing is written meanwhile. No time fails the test. With ROADTWIN_INTEROP=all (make interop,
// make speed) it takes all cases, else the smallest.
func TestSpeedBesideSUMO(t *testing.T) {
	sumo, err := exec.LookPath("sumo")
	if err != nil {
		t.Skip("sumo is not installed (apt-get install sumo)")
	}
	rounds, wanted := 1, []string{"grid-300"}
	if os.Getenv("ROADTWIN_INTEROP") == "all" {
		rounds, wanted = 2, []string{"cologne1", "jinan_3x4", "grid-2000", "grid-20000", "grid-50000", "ring-5000"}
	}
	if only := os.Getenv("ROADTWIN_SPEED_CASES"); only != "" {
		wanted = strings.Split(only, ",")
	}
	var rows []speedRow
	for _, c := range speedCases() {
		if !slices.Contains(wanted, c.name) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			row := c.measure(t, sumo, rounds)
			rows = append(rows, row)
			t.Logf("%+v", row)
		})
	}
	t.Logf("vehicle updates a second of processor time, %s, GOMAXPROCS %d\n\n%s", runtime.GOARCH, runtime.GOMAXPROCS(0), speedTable(rows))
}

// speedCase is a network with trips.
type speedCase struct {
	name string
	// make writes what SUMO reads into dir.
	make func(t *testing.T, c *speedCase, dir string) speedFiles
	// s: the case begins there (after midnight), its first part, what is measured of it
	begin, fill, measured float64
	vehicles              int
	spec                  string // netgenerate's arguments
}

// speedFiles are the files of a case: what is opened here, and what SUMO gets.
type speedFiles struct {
	flags       scenarioFlags
	net, routes string
}

func speedCases() []speedCase {
	shared := filepath.Join("..", "..", "..", "shared", "benchmarks")
	grid := func(name string, vehicles, side int, measured float64) speedCase {
		return speedCase{
			name: name, make: makeGrid, begin: 0, fill: 480, measured: measured, vehicles: vehicles,
			spec: fmt.Sprintf("--grid --grid.number %d --grid.length 200 -j traffic_light --default.lanenumber 2", side),
		}
	}
	return []speedCase{
		{name: "cologne1", begin: 7 * 3600, fill: 600, measured: 3000, make: func(t *testing.T, _ *speedCase, _ string) speedFiles {
			net, routes := existing(t, shared, "cologne1", "cologne1.net.xml"), existing(t, shared, "cologne1", "cologne1.rou.xml")
			return speedFiles{flags: scenarioFlags{Source: net, Trips: routes}, net: net, routes: routes}
		}},
		{name: "jinan_3x4", begin: 0, fill: 900, measured: 2400, make: makeJinan},
		grid("grid-300", 300, 5, 60),
		grid("grid-2000", 2000, 12, 240), // all of these 9.5 to 10 vehicles a lane-km
		grid("grid-20000", 20000, 36, 120),
		grid("grid-50000", 50000, 57, 60),
		{name: "ring-5000", begin: 0, fill: 480, measured: 240, vehicles: 5000, make: makeRing},
	}
}

func existing(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(parts...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here", path)
	}
	return path
}

// makeGrid lets netgenerate make a grid and writes trips that wander about it.
func makeGrid(t *testing.T, c *speedCase, dir string) speedFiles {
	f := speedFiles{net: filepath.Join(dir, "grid.net.xml"), routes: filepath.Join(dir, "grid.rou.xml")}
	generate(t, f.net, strings.Fields(c.spec))
	f.flags = scenarioFlags{Source: f.net, Trips: f.routes}
	c.writeWanderers(t, f)
	return f
}

// ringSides is the number of edges of the ring.
const ringSides = 64

// makeRing lets netconvert make a ring of three lanes in one direction, 15 vehicles a lane-km, and writes trips that
// go round.
func makeRing(t *testing.T, c *speedCase, dir string) speedFiles {
	program, err := exec.LookPath("netconvert")
	if err != nil {
		t.Skip("netconvert is not installed (apt-get install sumo)")
	}
	const lanes, density = 3, 15.0 / 1000
	length := float64(c.vehicles) / lanes / density
	radius := length / ringSides / (2 * math.Sin(math.Pi/ringSides))
	var nodes, edges strings.Builder
	for i := range ringSides {
		angle := 2 * math.Pi * float64(i) / ringSides
		fmt.Fprintf(&nodes, `<node id="n%d" x="%.2f" y="%.2f"/>`, i, radius*math.Cos(angle), radius*math.Sin(angle))
		fmt.Fprintf(&edges, `<edge id="e%d" from="n%d" to="n%d" numLanes="%d" speed="27.78"/>`, i, i, (i+1)%ringSides, lanes)
	}
	f := speedFiles{net: filepath.Join(dir, "ring.net.xml"), routes: filepath.Join(dir, "ring.rou.xml")}
	for name, text := range map[string]string{"ring.nod.xml": "<nodes>" + nodes.String() + "</nodes>", "ring.edg.xml": "<edges>" + edges.String() + "</edges>"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), program, "-n", filepath.Join(dir, "ring.nod.xml"), "-e", filepath.Join(dir, "ring.edg.xml"),
		"-o", f.net, "--no-turnarounds")
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("netconvert: %v\n%s", err, out)
	}
	f.flags = scenarioFlags{Source: f.net, Trips: f.routes}
	c.writeWanderers(t, f)
	return f
}

// writeWanderers writes trips for the network of f that last beyond the end of what is measured.
func (c *speedCase) writeWanderers(t *testing.T, f speedFiles) {
	t.Helper()
	converted, err := scenarios.ReadForeign(f.net, scenarios.SUMO)
	if err != nil {
		t.Fatal(err)
	}
	fastest := 0.0
	for i := range converted.Net.Lanes {
		fastest = max(fastest, converted.Net.Lanes[i].SpeedLimit)
	}
	trips := bench.Wander(converted.Net, bench.WanderSpec{
		Vehicles: c.vehicles, Metres: 1.1 * fastest * (c.fill + c.measured), Depart: c.begin, Span: c.fill / 2, Seed: 1,
	})
	out, err := os.Create(f.routes)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := demand.WriteSUMO(out, converted.Net, trips); err != nil {
		t.Fatal(err)
	}
}

// makeJinan exports the published case, which is CityFlow's, for SUMO.
func makeJinan(t *testing.T, c *speedCase, dir string) speedFiles {
	folder := filepath.Join("..", "..", "..", "shared", "benchmarks", "jinan_3x4", "3_4")
	source, trips := existing(t, folder, "roadnet_3_4.json"), existing(t, folder, "anon_3_4_jinan_real.json")
	f := speedFiles{
		flags: scenarioFlags{Source: source, Trips: trips},
		net:   filepath.Join(dir, "jinan.net.xml"), routes: filepath.Join(dir, "jinan.rou.xml"),
	}
	code, _, errOut := command(t.Context(), "export", source, "--trips", trips, "--begin", "00:00", "--end", "01:00",
		"--format", "sumo", "-o", f.net, "--routes", f.routes)
	if code != 0 {
		t.Fatalf("export: exit code %d, %s", code, errOut)
	}
	return f
}

// speedRow is what came out of a case.
type speedRow struct {
	name                    string
	vehicles, vehiclesSUMO  float64 // on the road, mean over what is measured
	speed, speedSUMO        float64 // m/s, mean over it
	ours, two, sumo, sumoEq rates
	stepTime                float64 // s, ours; SUMO's is 1, and ours in sumoEq
}

// rates are updates a second in each of the rounds.
type rates struct {
	perCPU   []float64 // updates a second of processor time
	perWall  []float64 // by the clock
	realTime []float64 // simulated seconds a second of processor time
}

func (r *rates) add(updates, simulated, cpu, wall float64) {
	r.perCPU = append(r.perCPU, updates/cpu)
	r.perWall = append(r.perWall, updates/wall)
	r.realTime = append(r.realTime, simulated/cpu)
}

// best returns the highest, and by how much of it the lowest is lower.
func best(x []float64) (top, spread float64) {
	if len(x) == 0 {
		return math.NaN(), 0
	}
	top = slices.Max(x)
	return top, 1 - slices.Min(x)/top
}

// measure runs a case in both programs.
func (c *speedCase) measure(t *testing.T, sumo string, rounds int) speedRow {
	dir := t.TempDir()
	files := c.make(t, c, dir)
	peer := startPeer(t, c, sumo, files, dir)
	here := startHere(t, c, files.flags)
	row := speedRow{name: c.name, vehiclesSUMO: peer.vehicles, speedSUMO: peer.speed, stepTime: here.worlds[0].StepTime()}
	for range rounds {
		cpu, wall := peer.time(t, 1)
		row.sumo.add(peer.vehicles*c.measured, c.measured, cpu, wall)
		here.time(t, 0, &row.ours)
		if c.vehicles <= 300 { // the same second takes SUMO five times as long: where that does not take long
			cpu, wall = peer.time(t, row.stepTime)
			row.sumoEq.add(peer.vehicles*c.measured/row.stepTime, c.measured, cpu, wall)
		}
		if len(here.worlds) > 1 {
			here.time(t, 1, &row.two)
		}
	}
	row.vehicles, row.speed = here.vehicles, here.speed
	return row
}

// peer is SUMO with a case of which the first part is done.
type peer struct {
	c               *speedCase
	program         string
	args            []string
	state           string
	vehicles, speed float64
}

func startPeer(t *testing.T, c *speedCase, program string, f speedFiles, dir string) *peer {
	t.Helper()
	p := &peer{c: c, program: program, state: filepath.Join(dir, "state.xml.gz")}
	p.args = []string{"-n", f.net, "-r", f.routes, "--no-step-log", "--no-warnings", "--xml-validation", "never", "--xml-validation.net", "never"}
	summary := filepath.Join(dir, "summary.xml")
	from := c.begin + c.fill
	p.run(t, "--begin", seconds(c.begin), "--end", seconds(from+c.measured), "--save-state.times", seconds(from), "--save-state.files", p.state,
		"--save-state.rng", "true", "--summary-output", summary)
	data, err := os.ReadFile(summary)
	if err != nil {
		t.Fatal(err)
	}
	var steps struct {
		Steps []struct {
			Time    float64 `xml:"time,attr"`
			Running float64 `xml:"running,attr"`
			Speed   float64 `xml:"meanSpeed,attr"`
		} `xml:"step"`
	}
	if err := xml.Unmarshal(data, &steps); err != nil {
		t.Fatal(err)
	}
	for _, s := range steps.Steps {
		if s.Time >= from {
			p.vehicles += s.Running / c.measured
			p.speed += s.Running * s.Speed / c.measured
		}
	}
	p.speed /= p.vehicles
	return p
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 2, 64) }

// run runs SUMO and returns the processor and wall time it took, s.
func (p *peer) run(t *testing.T, args ...string) (cpu, wall float64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), p.program, append(slices.Clone(p.args), args...)...)
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sumo %v: %v\n%s", args, err, out)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), time.Since(start).Seconds()
}

// time returns the processor and wall time, s, that SUMO takes for what is measured: a run from the kept state to its end
// less one of a single step.
func (p *peer) time(t *testing.T, step float64) (cpu, wall float64) {
	t.Helper()
	from := p.c.begin + p.c.fill
	until := func(end float64) (float64, float64) {
		return p.run(t, "--load-state", p.state, "--begin", seconds(from), "--end", seconds(end), "--step-length", seconds(step))
	}
	cpu, wall = until(from + p.c.measured)
	base, baseWall := until(from + step)
	return cpu - base, wall - baseWall
}

// here is this program with a case of which the first part is done.
type here struct {
	c               *speedCase
	worlds          []*traffic.World // with 1 thread, with 2
	start           *traffic.Snapshot
	vehicles, speed float64
}

func startHere(t *testing.T, c *speedCase, flags scenarioFlags) *here {
	t.Helper()
	begin, end := scenarios.Clock(int(c.begin)).String(), scenarios.Clock(int(math.Ceil((c.begin+c.fill+c.measured)/60)*60)).String()
	flags.Begin, flags.End = begin, end
	city, s, opts, err := flags.open(t.Context(), &console{out: os.Stderr, err: discard{}})
	if err != nil {
		t.Fatal(err)
	}
	h := &here{c: c}
	for _, workers := range []int{1, 2} {
		if workers > runtime.GOMAXPROCS(0) {
			break
		}
		opts.Workers = workers
		run, err := scenarios.NewRun(city, s, opts)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(run.Close)
		h.worlds = append(h.worlds, run.World())
	}
	w := h.worlds[0]
	for w.Time() < c.begin+c.fill-w.StepTime()/2 {
		w.Step()
	}
	h.start = w.Snapshot()
	return h
}

// leastCPU is how many seconds of processor time are measured here at least: the interval is gone through again until then.
const leastCPU = 2.0

// time measures world i from the kept state over the interval.
func (h *here) time(t *testing.T, i int, into *rates) {
	t.Helper()
	w := h.worlds[i]
	steps := int(math.Round(h.c.measured / w.StepTime()))
	var updates, cpu, wall, simulated float64
	least := leastCPU
	if h.c.vehicles == 300 {
		least = 0
	}
	for cpu == 0 || cpu < least {
		if err := w.Restore(h.start); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		before, moved := w.Stats(), metres(w)
		start, used := time.Now(), scenarios.CPUTime()
		for range steps {
			w.Step()
		}
		cpu += scenarios.CPUTime() - used
		wall += time.Since(start).Seconds()
		done := float64(w.Stats().Updates - before.Updates)
		updates += done
		simulated += h.c.measured
		h.vehicles, h.speed = done/float64(steps), (metres(w)-moved)/(done*w.StepTime())
	}
	if a := w.Audit(); a != (traffic.Audit{}) || w.Stats().Crashes > 0 {
		t.Errorf("%d crashes, audit %+v, want none and all zero", w.Stats().Crashes, a)
	}
	into.add(updates, simulated, cpu, wall)
}

// metres returns the distance that all vehicles have driven.
func metres(w *traffic.World) (sum float64) {
	for _, c := range w.Counts() {
		sum += c.VehicleMetres
	}
	return sum
}

// speedTable writes the rows as a table in Markdown.
func speedTable(rows []speedRow) string {
	var b strings.Builder
	b.WriteString("| case | vehicles: here | SUMO | mean speed: here | SUMO | million updates a CPU second: here | SUMO | ratio | SUMO at our step | × real time: here | SUMO | ratio | 2 threads |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for i := range rows {
		r := &rows[i]
		ours, spread := best(r.ours.perCPU)
		sumo, spreadSUMO := best(r.sumo.perCPU)
		equal := ""
		if len(r.sumoEq.perCPU) > 0 {
			rate, _ := best(r.sumoEq.perCPU)
			equal = fmt.Sprintf("%.3f", rate/1e6)
		}
		real, _ := best(r.ours.realTime)
		realSUMO, _ := best(r.sumo.realTime)
		two := ""
		if len(r.two.perWall) > 0 {
			both, _ := best(r.two.perWall)
			one, _ := best(r.ours.perWall)
			two = fmt.Sprintf("× %.2f", both/one)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %.0f km/h | %.0f km/h | %.2f (−%.0f %%) | %.3f (−%.0f %%) | %.0f | %s | %s | %s | %.1f | %s |\n", r.name,
			grouped(int(r.vehicles+0.5)), grouped(int(r.vehiclesSUMO+0.5)), 3.6*r.speed, 3.6*r.speedSUMO, ours/1e6, 100*spread, sumo/1e6,
			100*spreadSUMO, ours/sumo, equal, grouped(int(real)), grouped(int(realSUMO)), real/realSUMO, two)
	}
	return b.String()
}
