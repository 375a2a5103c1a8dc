package exchange

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/rare"
	"roadtwin/vehicles"
	"roadtwin/vehicles/traffic"
)

// town returns a run of the sample town after two minutes.
func town(t testing.TB, side network.DrivingSide) *scenarios.Run {
	t.Helper()
	net, err := network.Build(sample.Town(side))
	if err != nil {
		t.Fatal(err)
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenarios.Parse([]byte("map: town\nperiod: {begin: \"07:00\", end: \"08:00\"}\nstep: 0.1\ndemand: {factor: 4}\n"), "town.yaml")
	if err != nil {
		t.Fatal(err)
	}
	run, err := scenarios.NewRun(city, s, scenarios.Options{Seed: 5, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(run.Close)
	for run.Time() < run.Begin()+120 {
		run.Step()
	}
	return run
}

// watch returns an episode of the next ten seconds, within 120 m of where a vehicle is: the id of it is drawn from seed. The pair of vehicles it is about are the two first.
func watch(t testing.TB, run *scenarios.Run, id int64) *rare.Episode {
	t.Helper()
	const samples = 101
	net, w := run.Net(), run.World()
	all := w.AppendVehicles(nil)
	me := all[int(id*7)%len(all)]
	at := net.PoseAt(me.Track, me.S, 0).Point
	e := &rare.Episode{
		ID: id, Scene: `town <"&>`, Begin: run.Time(), Step: w.StepTime(), Samples: samples, Weight: 0.25, LogRatio: math.Log(0.25),
		Event:   rare.Event{Kind: rare.NearCrash, Time: run.Time() + 5, Striking: me.ID, Struck: traffic.NoVehicle, Track: me.Track, S: me.S, Position: at, Place: "Main Street"},
		Weather: rare.Weather{Condition: "dry", Surface: "asphalt", Temperature: 15, Visibility: 5000},
	}
	index := map[traffic.VehicleID]int{}
	lanes := map[network.TrackID]bool{}
	groups := map[network.SignalGroupID]*rare.Signal{}
	classes := vehicles.Classes()
	for k := range samples {
		for _, v := range w.AppendVehicles(nil) {
			p := net.PoseAt(v.Track, v.S, v.Lateral)
			if p.Dist(at) > 120 {
				continue
			}
			i, known := index[v.ID]
			if !known {
				i = len(e.Vehicles)
				index[v.ID] = i
				c := &classes[v.Class]
				x := rare.Vehicle{ID: v.ID, Class: v.Class.String(), Length: v.Length, Width: c.Width, Height: c.Height, First: k}
				if v.ID == me.ID {
					x.Role = rare.Striker
				}
				e.Vehicles = append(e.Vehicles, x)
			}
			x := &e.Vehicles[i]
			if x.First+len(x.Path) != k {
				continue // came back: not again
			}
			lanes[v.Track] = true
			x.Path = append(x.Path, rare.State{
				X: math.Round(p.X*1e4) / 1e4, Y: math.Round(p.Y*1e4) / 1e4, Heading: p.Heading, V: v.V, A: v.A, Track: v.Track, S: v.S, Lateral: v.Lateral,
			})
		}
		for g, a := range w.Aspects() {
			s := groups[network.SignalGroupID(g)]
			if s == nil {
				s = &rare.Signal{Group: network.SignalGroupID(g), Name: fmt.Sprint(g)}
				groups[s.Group] = s
			}
			if n := len(s.Changes); n == 0 || s.Changes[n-1].Aspect != a {
				s.Changes = append(s.Changes, rare.Aspect{Time: run.Time(), Aspect: a, Name: a.String()})
			}
		}
		run.Step()
	}
	for tr := range net.NumTracks() {
		if track := network.TrackID(tr); lanes[track] {
			l := net.TrackLength(track)
			e.Lanes = append(e.Lanes, rare.LaneRoad{Track: track, Surface: "asphalt", Friction: []rare.Friction{{From: 0, To: l / 2, Condition: "dry", Mu: 1.1}, {From: l / 2, To: l, Condition: "ice", Mu: 0.1}}})
		}
	}
	for g := range len(w.Aspects()) {
		e.Signals = append(e.Signals, *groups[network.SignalGroupID(g)])
	}
	return e
}

// episodes returns some of them, of towns on both sides of the road.
func episodes(t testing.TB, n int) (all []*rare.Episode, nets []*network.Network) {
	t.Helper()
	for _, side := range []network.DrivingSide{network.RightHand, network.LeftHand} {
		run := town(t, side)
		for i := range (n + 1) / 2 {
			all = append(all, watch(t, run, int64(i+1)))
			nets = append(nets, run.Net())
		}
	}
	return all, nets
}

var header = Header{Road: "road.xodr", Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}

// xsd returns where a schema is, or skips the test.
func xsd(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../../shared/ad/xsd", name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Skipf("no schema here, what is written is not checked against it: %v", err)
	}
	return path
}

// valid checks files against a schema.
func valid(t *testing.T, schema string, files ...string) {
	t.Helper()
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("no xmllint here (Debian: libxml2-utils): what is written is not checked against its schema")
	}
	out, err := exec.CommandContext(t.Context(), lint, append([]string{"--noout", "--schema", schema}, files...)...).CombinedOutput()
	if err != nil {
		text := string(out)
		if len(text) > 3000 {
			text = text[:3000]
		}
		t.Errorf("%v\n%s", err, text)
	}
	if n := strings.Count(string(out), " validates"); n != len(files) {
		t.Errorf("%d of %d files are valid", n, len(files))
	}
}

// write makes a file of what is written.
func write(t *testing.T, dir, name string, what func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := what(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesAreValidByTheSchemas(t *testing.T) {
	all, nets := episodes(t, 40)
	scenarioXSD, roadXSD := xsd(t, "OpenSCENARIOv1.2.xsd"), xsd(t, "OpenDRIVE_1.7/localSchema/opendrive_17_core.xsd")
	dir := t.TempDir()
	var concrete, roads []string
	for i, e := range all {
		net := nets[i]
		concrete = append(concrete, write(t, dir, fmt.Sprintf("%d.xosc", i), func(b *bytes.Buffer) error { return WriteOpenSCENARIO(b, e, net, header) }))
		roads = append(roads, write(t, dir, fmt.Sprintf("%d.xodr", i), func(b *bytes.Buffer) error { return WriteOpenDRIVE(b, e, net) }))
		r, err := RangesOf(e, net)
		if err != nil {
			continue
		}
		concrete = append(concrete, write(t, dir, fmt.Sprintf("%d-logical.xosc", i), func(b *bytes.Buffer) error { return WriteLogical(b, e, net, header, r) }),
			write(t, dir, fmt.Sprintf("%d-values.xosc", i), func(b *bytes.Buffer) error { return WriteDistribution(b, e, header, "logical.xosc", r, 4) }))
	}
	if len(concrete) < 2*len(all) {
		t.Errorf("%d files of %d episodes", len(concrete), len(all))
	}
	valid(t, scenarioXSD, concrete...)
	valid(t, roadXSD, roads...)
}
