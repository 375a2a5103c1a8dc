package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sumonet"
	"roadtwin/scenarios"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// The traffic that is exchanged with SUMO.
const (
	interopBegin = 7 * 3600 // s after midnight
	interopEnd   = interopBegin + 900
	fewTrips     = 40 // below which an extract gets trips between any of its streets
)

// sumoRun is what SUMO says of a run.
type sumoRun struct {
	errors, warnings int
	overlaps         int // pairs of vehicles whose bodies met within a junction
	Vehicles         struct {
		Loaded   int `xml:"loaded,attr"`
		Inserted int `xml:"inserted,attr"`
		Running  int `xml:"running,attr"`
		Waiting  int `xml:"waiting,attr"`
	} `xml:"vehicles"`
	Teleports struct {
		Total int `xml:"total,attr"`
		Jam   int `xml:"jam,attr"`
		Yield int `xml:"yield,attr"`
		Lane  int `xml:"wrongLane,attr"`
	} `xml:"teleports"`
	Safety struct {
		Collisions int `xml:"collisions,attr"`
		Braking    int `xml:"emergencyBraking,attr"`
	} `xml:"safety"`
	Trips struct {
		Count    int     `xml:"count,attr"`
		Duration float64 `xml:"duration,attr"`
		TimeLoss float64 `xml:"timeLoss,attr"`
		Delay    float64 `xml:"departDelay,attr"`
	} `xml:"vehicleTripStatistics"`
}

// runSUMO runs a network and its trips in SUMO, or skips the test where it is absent.
func runSUMO(t *testing.T, net, routes string, begin, end int) sumoRun {
	t.Helper()
	path, err := exec.LookPath("sumo")
	if err != nil {
		t.Skip("sumo is not installed (apt-get install sumo)")
	}
	stats := filepath.Join(t.TempDir(), "statistics.xml")
	cmd := exec.CommandContext(t.Context(), path, "-n", net, "-r", routes, "--begin", strconv.Itoa(begin), "--end", strconv.Itoa(end),
		"--no-step-log", "--duration-log.statistics", "--statistic-output", stats,
		"--collision.check-junctions", "--collision.action", "warn")
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("sumo: %v\n%s", err, out)
	}
	data, err := os.ReadFile(stats)
	if err != nil {
		t.Fatal(err)
	}
	var run sumoRun
	if err := xml.Unmarshal(data, &run); err != nil {
		t.Fatal(err)
	}
	run.errors, run.warnings = bytes.Count(out, []byte("Error:")), bytes.Count(out, []byte("Warning:"))
	pairs, collisions := map[string]bool{}, 0
	for _, m := range collision.FindAllSubmatch(out, -1) {
		if len(m[1]) == 0 {
			collisions++
		}
		pairs[string(m[0])] = len(m[1]) > 0
	}
	for _, within := range pairs {
		if within {
			run.overlaps++
		}
	}
	run.Safety.Collisions = collisions // its own count has those within junctions, once a step
	if run.errors > 0 || run.warnings > 0 {
		t.Logf("SUMO says:\n%s", firstLines(string(out), 12))
	}
	return run
}

// collision is how SUMO tells of one.
var collision = regexp.MustCompile(`[Vv]ehicle '[^']*'; (junction )?collision with vehicle '[^']*'`)

func firstLines(text string, n int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// TestSUMOCarriesOurTraffic exports extracts with a quarter of an hour of their demand and lets SUMO run them: no errors,
// no collisions, and everybody comes onto the road who is due. Vehicles that come too close within junctions, which SUMO
// does not look at unless told to, are counted: where paths run beside each other there, it does not let one wait. With ROADTWIN_INTEROP=all (make interop) it takes all tiny and
// small extracts, Monaco and Portland, else two of the tiny ones.
func TestSUMOCarriesOurTraffic(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "osm")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the collection of extracts, ../shared/osm, is not here")
	}
	patterns := []string{"tiny/siegessaeule_de.osm.pbf", "tiny/usvi_lht.osm.pbf"}
	if os.Getenv("ROADTWIN_INTEROP") == "all" {
		patterns = []string{"tiny/*.osm*", "small/*.osm.pbf", "medium/monaco_2023.osm.pbf", "medium/portland_us.osm.pbf"}
	}
	var text strings.Builder
	table := newTable(&text)
	table.row("extract", "edges", "signals", "trips", "inserted", "ended", "running", "waiting", "loss s", "errors", "warnings",
		"collisions", "close in junctions", "hard braking", "teleports", "of these jam", "yield", "lane")
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(collection, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no extract %s (%v)", pattern, err)
		}
		for _, file := range files {
			t.Run(filepath.Base(file), func(t *testing.T) {
				done, run := exportAndRun(t, file)
				v, s := &run.Vehicles, &run.Teleports
				table.row(filepath.Base(file), grouped(done.Edges), grouped(done.Controllers), grouped(done.Trips), grouped(v.Inserted),
					grouped(run.Trips.Count), grouped(v.Running), grouped(v.Waiting), fmt.Sprintf("%.1f", run.Trips.TimeLoss),
					grouped(run.errors), grouped(run.warnings), grouped(run.Safety.Collisions), grouped(run.overlaps),
					grouped(run.Safety.Braking),
					grouped(s.Total), grouped(s.Jam), grouped(s.Yield), grouped(s.Lane))
				if run.errors > 0 || run.Safety.Collisions > 0 {
					t.Errorf("%d errors and %d collisions, want none", run.errors, run.Safety.Collisions)
				}
				if due := v.Inserted + v.Waiting; v.Inserted == 0 || v.Inserted < due*9/10 {
					t.Errorf("%d of %d vehicles came onto the road, want nine in ten", v.Inserted, due)
				}
				if s.Total > v.Inserted/100+1 {
					t.Errorf("%d teleports of %d vehicles, want at most one in a hundred", s.Total, v.Inserted)
				}
			})
		}
	}
	if err := table.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("15 minutes in SUMO:\n%s", text.String())
}

// exportAndRun exports an extract with its demand, or with trips between any streets where there is next to none, and
// runs it in SUMO.
func exportAndRun(t *testing.T, file string) (exported, sumoRun) {
	t.Helper()
	dir := t.TempDir()
	net, routes := filepath.Join(dir, "a.net.xml"), filepath.Join(dir, "a.rou.xml")
	code, out, errOut := command(t.Context(), "export", file, "--format", "sumo", "-o", net, "--routes", routes,
		"--begin", "07:00", "--end", "07:15", "--json")
	if code != 0 {
		t.Fatalf("export: exit code %d, %s", code, errOut)
	}
	done := decode[exported](t, out)
	if done.Trips < fewTrips {
		done.Trips = writePairs(t, net, routes)
	}
	return done, runSUMO(t, net, routes, interopBegin, interopEnd)
}

// writePairs writes trips between streets of a SUMO network that are drawn, one every five seconds, and returns how many.
func writePairs(t *testing.T, netFile, routes string) int {
	t.Helper()
	converted, err := scenarios.ReadForeign(netFile, scenarios.SUMO)
	if err != nil {
		t.Fatal(err)
	}
	net := converted.Net
	searcher := route.New(net).NewSearcher()
	var trips []traffic.Trip
	for i := uint64(0); i < 20*fewTrips && len(trips) < 120; i++ {
		trip := traffic.Trip{
			Depart:  interopBegin + 5*float64(len(trips)),
			From:    network.EdgeID(draw.IntN(len(net.Edges), 1, draw.Test, i, 0)),
			To:      network.EdgeID(draw.IntN(len(net.Edges), 1, draw.Test, i, 1)),
			FromPos: traffic.AtBoundary, ToPos: traffic.AtBoundary,
		}
		way, _, ok := searcher.Path(nil, route.Query{From: trip.From, To: trip.To})
		from, to := &net.Edges[trip.From], &net.Edges[trip.To]
		if ok && len(way) > 1 && min(from.Length, to.Length) > 7.5 && !from.Roundabout && !to.Roundabout {
			trips = append(trips, trip)
		}
	}
	f, err := os.Create(routes)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := demand.WriteSUMO(f, net, trips); err != nil {
		t.Fatal(err)
	}
	return len(trips)
}

// TestWeCarrySUMOsTraffic lets netgenerate make networks and runs the same trips in SUMO and here: everybody arrives, and
// travel times are alike.
func TestWeCarrySUMOsTraffic(t *testing.T) {
	cases := []struct{ name, args string }{
		{"grid with signals", "--grid --grid.number 4 --grid.length 150 --grid.attach-length 100 -j traffic_light --default.lanenumber 2"},
		{"grid on the left", "--grid --grid.number 4 --grid.length 150 --grid.attach-length 100 --lefthand"},
	}
	if os.Getenv("ROADTWIN_INTEROP") == "all" {
		cases = append(cases, []struct{ name, args string }{
			{"grid with equal roads", "--grid --grid.number 4 --grid.length 150 --grid.attach-length 100 -j right_before_left"},
			{"grid with all-way stops", "--grid --grid.number 4 --grid.length 150 --grid.attach-length 100 -j allway_stop"},
			{"grid with turn lanes", "--grid --grid.number 4 --grid.length 200 -j traffic_light --turn-lanes 1"},
			{"spider", "--spider --spider.arm-number 7 --spider.circle-number 4 --tls.guess"},
			{"random with signals", "--rand --rand.iterations 150 --tls.guess -L 3 --random-lanenumber"},
			{"random on the left", "--rand --rand.iterations 100 --lefthand --tls.guess"},
			{"without internal lanes", "--grid --grid.number 4 --no-internal-links"},
		}...)
	}
	var text strings.Builder
	table := newTable(&text)
	table.row("network", "edges", "trips", "ended: SUMO", "here", "travel time s: SUMO", "here", "loss s: SUMO", "here", "crashes", "stuck")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			net, routes := filepath.Join(dir, "a.net.xml"), filepath.Join(dir, "a.rou.xml")
			generate(t, net, strings.Fields(c.args))
			trips := writePairs(t, net, routes)
			theirs := runSUMO(t, net, routes, interopBegin, interopBegin+1800)
			code, out, errOut := command(t.Context(), "run", net, "--trips", routes, "--begin", "07:00", "--end", "07:30", "--json")
			if code != 0 {
				t.Fatalf("run: exit code %d, %s", code, errOut)
			}
			ours := decode[ran](t, out).Runs[0]
			table.row(c.name, countEdges(t, net), grouped(trips), grouped(theirs.Trips.Count), grouped(ours.Arrived),
				fmt.Sprintf("%.1f", theirs.Trips.Duration), fmt.Sprintf("%.1f", ours.MeanTravelTime),
				fmt.Sprintf("%.1f", theirs.Trips.TimeLoss+theirs.Trips.Delay), fmt.Sprintf("%.1f", ours.MeanDelay),
				grouped(ours.Crashes), grouped(ours.Stuck))
			if ours.Arrived < trips*98/100 || ours.NoRoute > 0 || ours.Crashes > 0 || ours.Stuck > 0 || ours.Audit != (traffic.Audit{}) {
				t.Errorf("%d of %d arrived, %d without a route, %d crashes, %d stuck, audit %+v; want all, none, none, none, clean",
					ours.Arrived, trips, ours.NoRoute, ours.Crashes, ours.Stuck, ours.Audit)
			}
			if ratio := ours.MeanTravelTime / theirs.Trips.Duration; !(ratio > 0.7 && ratio < 1.4) {
				t.Errorf("mean travel time %.1f s here and %.1f s in SUMO, want them alike", ours.MeanTravelTime, theirs.Trips.Duration)
			}
		})
	}
	if err := table.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("the same trips in SUMO and here:\n%s", text.String())
}

// generate makes a network by SUMO's netgenerate, or skips the test where it is absent.
func generate(t *testing.T, path string, args []string) {
	t.Helper()
	program, err := exec.LookPath("netgenerate")
	if err != nil {
		t.Skip("netgenerate is not installed (apt-get install sumo)")
	}
	cmd := exec.CommandContext(t.Context(), program, append(args, "--seed", "5", "-o", path)...)
	cmd.Env = append(os.Environ(), "SUMO_HOME=/usr/share/sumo")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("netgenerate: %v\n%s", err, out)
	}
}

func countEdges(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	spec, _, err := sumonet.ReadSpec(f, "")
	if err != nil {
		t.Fatal(err)
	}
	return grouped(len(spec.Edges))
}

func TestExportWritesWhatIsAskedFor(t *testing.T) {
	source, dir := village(t), t.TempDir()
	net, routes, lanes := filepath.Join(dir, "v.net.xml"), filepath.Join(dir, "v.rou.xml"), filepath.Join(dir, "v.geojson")
	code, out, errOut := command(t.Context(), "export", source, "--format", "sumo", "-o", net, "--routes", routes, "--begin", "07:00",
		"--end", "08:00", "--demand", "20", "--json")
	if code != 0 {
		t.Fatalf("exit code %d, %s", code, errOut)
	}
	done := decode[exported](t, out)
	code, out, errOut = command(t.Context(), "run", net, "--trips", routes, "--begin", "07:00", "--end", "08:00", "--json")
	if code != 0 {
		t.Fatalf("run what was written: exit code %d, %s", code, errOut)
	}
	if again := decode[ran](t, out).Runs[0]; again.Trips != done.Trips || done.Trips == 0 || again.Arrived < done.Trips*8/10 {
		t.Errorf("wrote %d trips, read %d, %d arrived; want all that were written, and most to arrive", done.Trips, again.Trips, again.Arrived)
	}
	if code, _, errOut = command(t.Context(), "export", source, "--format", "geojson", "-o", lanes); code != 0 {
		t.Fatalf("geojson: exit code %d, %s", code, errOut)
	}
	data, err := os.ReadFile(lanes)
	if err != nil {
		t.Fatal(err)
	}
	collection := decode[struct {
		Features []struct{ Properties struct{ Kind string } }
	}](t, string(data))
	kinds := map[string]int{}
	for _, f := range collection.Features {
		kinds[f.Properties.Kind]++
	}
	if kinds["lane"] != done.Lanes || kinds["connector"] != done.Connectors {
		t.Errorf("GeoJSON has %v, want %d lanes and %d connectors", kinds, done.Lanes, done.Connectors)
	}
	for _, args := range [][]string{
		{"export", source, "--format", "geojson", "-o", lanes, "--routes", routes},
		{"export", source, "--format", "paper", "-o", lanes},
		{"export", source, "--format", "sumo"},
		{"export", source, "--format", "sumo", "-o", filepath.Join(dir, "no", "folder.net.xml")},
		{"export", filepath.Join(dir, "absent.osm"), "--format", "sumo", "-o", net},
	} {
		if code, _, errOut := command(t.Context(), args...); code != exitMistake {
			t.Errorf("%v: exit code %d (%s), want %d", args[1:], code, errOut, exitMistake)
		}
	}
}
