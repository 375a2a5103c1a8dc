package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles/traffic"
)

// TestSoak runs cities through a day of default demand: nobody crashes, overlaps, vanishes or brakes beyond the tyres, and as
// long as the roads carry the demand nobody is stuck. make soak takes four cities from 00:00 to 24:00 with half, all and one
// and a half times the demand (SOAK=07:00-08:00, DEMAND=1, CITIES=monaco,portland take less) and prints who was stuck where,
// and why. Without it, ten minutes of one of them.
func TestSoak(t *testing.T) {
	collection := filepath.Join("..", "..", "..", "shared", "osm")
	if _, err := os.Stat(collection); err != nil {
		t.Skip("the collection of extracts, ../shared/osm, is not here")
	}
	cities := []struct{ name, file string }{
		{"monaco", filepath.Join(collection, "medium", "monaco_2023.osm.pbf")},
		{"badhersfeld", filepath.Join(collection, "small", "badhersfeld_de.osm.pbf")},
		{"dortmund", filepath.Join(collection, "small", "dortmund_de.osm.pbf")},
		{"wilmington", filepath.Join("..", "..", "scenarios", "demo", "wilmington.yaml")},
		{"portland", filepath.Join(collection, "medium", "portland_us.osm.pbf")},
	}
	period, factors, chosen := os.Getenv("ROADTWIN_SOAK"), []string{"0.5", "1", "1.5"}, []string(nil)
	if period == "" {
		period, factors, chosen = "07:30-07:40", []string{"1"}, []string{"monaco"}
	}
	if f := os.Getenv("ROADTWIN_SOAK_DEMAND"); f != "" {
		factors = strings.Split(f, ",")
	}
	if f := os.Getenv("ROADTWIN_SOAK_CITIES"); f != "" {
		chosen = strings.Split(f, ",")
	}
	var text, places strings.Builder
	table := newTable(&text)
	table.row("city", "demand", "trips", "departed", "arrived", "no route", "rerouted", "crashes", "stuck", "most stuck", "at",
		"most outside", "at", "outside at the end", "on road at the end", "peak", "due ended", "roads", "travel time", "delay", "audit",
		"× real time", "CPU s")
	for _, city := range cities {
		if chosen != nil && !slices.Contains(chosen, city.name) {
			continue
		}
		for _, factor := range factors {
			t.Run(city.name+" "+factor, func(t *testing.T) {
				s := startSoak(t, city.file, period, factor)
				s.drive()
				table.row(s.cells(city.name, factor)...)
				s.writePlaces(&places, city.name+", demand "+factor)
				s.check(t)
			})
		}
	}
	if err := table.w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s:\n%s\n%s", period, text.String(), places.String())
}

// soak is a run under watch.
type soak struct {
	run         *scenarios.Run
	summary     scenarios.Summary
	mostOutside int // vehicles that waited for room to enter
	outsideTime float64
	places      map[stuckPlace]*stuckCount
	hit         int // people
	crashes     []string
}

// stuckPlace is where and why vehicles were stuck.
type stuckPlace struct {
	edge   network.EdgeID
	lane   int
	reason string
}

type stuckCount struct {
	looks    int // times that somebody was seen there who holds the others: minutes, about
	vehicles map[traffic.VehicleID]bool
	first    scenarios.StuckVehicle
}

// startSoak opens a map or scenario for a period of the day ("07:00-08:00").
func startSoak(t *testing.T, file, period, factor string) *soak {
	t.Helper()
	begin, end, ok := strings.Cut(period, "-")
	demand, err := strconv.ParseFloat(factor, 64)
	if !ok || err != nil {
		t.Fatalf("period %q, demand %q: want 07:00-08:00 and a number (%v)", period, factor, err)
	}
	flags := scenarioFlags{Source: file, Begin: begin, End: end, Demand: demand}
	if _, err := os.Stat(file); err != nil {
		t.Skipf("%s is not here", file)
	}
	city, s, opts, err := flags.open(t.Context(), &console{out: os.Stderr, err: discard{}})
	if err != nil {
		t.Skipf("%s: %v", file, err)
	}
	run, err := scenarios.NewRun(city, s, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(run.Close)
	return &soak{run: run, places: map[stuckPlace]*stuckCount{}}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// drive runs to the end and looks each minute, and whenever more are stuck than before.
func (s *soak) drive() {
	w := s.run.World()
	next, stuck := s.run.Begin(), 0
	for !s.run.Done() {
		s.run.Step()
		s.noteCrashes()
		more := w.Stats().Stuck > stuck
		stuck = w.Stats().Stuck
		if w.Time() < next && !more {
			continue
		}
		if w.Time() >= next {
			next += 60
		}
		if n := w.Stats().Waiting; n > s.mostOutside {
			s.mostOutside, s.outsideTime = n, w.Time()
		}
		if w.Stats().Stuck == 0 {
			continue
		}
		for _, v := range s.run.Stuck() {
			if v.Ahead == 0 {
				s.note(v)
			}
		}
	}
	s.summary = s.run.Summary()
}

// noteCrashes tells of the crashes of the last step.
func (s *soak) noteCrashes() {
	w := s.run.World()
	for _, e := range w.Events() {
		if e.Kind == traffic.HitPerson {
			s.hit++
			s.crashes = append(s.crashes, fmt.Sprintf("%v (%.1f s): %d hit somebody at %.1f m/s, %.1f m along track %d", scenarios.Clock(int(e.Time)),
				e.Time, e.Vehicle, e.ClosingSpeed, e.S, e.Track))
		}
		if e.Kind == traffic.LeftRoad {
			s.crashes = append(s.crashes, fmt.Sprintf("%v (%.1f s): %d left the road at %.1f m/s, %.1f m along track %d", scenarios.Clock(int(e.Time)),
				e.Time, e.Vehicle, e.ClosingSpeed, e.S, e.Track))
		}
		if e.Kind != traffic.CrashedInto {
			continue
		}
		striking, _ := w.Vehicle(e.Vehicle)
		struck, _ := w.Vehicle(e.Other)
		where := func(d *traffic.VehicleDetail) string {
			net := s.run.Net()
			edge, at := network.EdgeID(0), "junction, into edge"
			if lane, ok := net.LaneOf(d.Track); ok {
				edge, at = net.Lanes[lane].Edge, fmt.Sprintf("lane %d of edge", net.Lanes[lane].Index)
			} else if c, ok := net.ConnectorOf(d.Track); ok {
				edge = net.Lanes[net.Connectors[c].To].Edge
			}
			return fmt.Sprintf("%d, a %v at %.1f m, %s %d (way %d %s), held by %v", d.ID, d.Class, d.S, at, edge, net.Edges[edge].OSMWay,
				net.Edges[edge].Name, d.Limit)
		}
		s.crashes = append(s.crashes, fmt.Sprintf("%v (%.1f s) at %.1f m/s: %s, struck %s", scenarios.Clock(int(e.Time)), e.Time,
			e.ClosingSpeed, where(&striking), where(&struck)))
	}
}

func (s *soak) note(v scenarios.StuckVehicle) {
	at := stuckPlace{v.Edge, v.Lane, v.Reason}
	c := s.places[at]
	if c == nil {
		c = &stuckCount{first: v, vehicles: map[traffic.VehicleID]bool{}}
		s.places[at] = c
	}
	c.looks++
	c.vehicles[v.Vehicle] = true
}

// overloaded reports whether the roads did not carry the demand: at the end somebody waits outside, or some of those who
// should have arrived have not.
func (s *soak) overloaded() bool {
	return s.summary.Waiting > s.summary.Trips/200 || s.summary.DueShare < 0.97
}

func (s *soak) cells(name, factor string) []string {
	r := &s.summary
	roads := "carry it"
	if s.overloaded() {
		roads = "overloaded"
	}
	clock := func(at float64) string { return scenarios.Clock(int(at)).String() }
	return []string{
		name, factor, grouped(r.Trips), grouped(r.Departed), grouped(r.Arrived), grouped(r.NoRoute), grouped(r.Rerouted), grouped(r.Crashes),
		grouped(r.Stuck), grouped(r.StuckMost), clock(r.StuckMostTime), grouped(s.mostOutside), clock(s.outsideTime), grouped(r.Waiting),
		grouped(r.OnRoad), grouped(r.PeakOnRoad), fmt.Sprintf("%.1f %%", 100*r.DueShare), roads, duration(r.MeanTravelTime),
		duration(r.MeanDelay), auditText(r.Audit), fmt.Sprintf("%.0f", r.RealTime), fmt.Sprintf("%.0f", r.CPU),
	}
}

// mostPlaces is how many places are told of each run.
const mostPlaces = 15

// writePlaces writes where vehicles were stuck that hold others, the worst places first.
func (s *soak) writePlaces(b *strings.Builder, title string) {
	for _, crash := range s.crashes[:min(len(s.crashes), mostPlaces)] {
		fmt.Fprintf(b, "\n%s: crash %s\n", title, crash)
	}
	if len(s.places) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s: %d places where somebody was stuck (times seen, vehicles, edge/lane, OSM way, reason, first)\n", title, len(s.places))
	order := slices.SortedFunc(maps.Keys(s.places), func(a, b stuckPlace) int {
		return cmp.Or(cmp.Compare(s.places[b].looks, s.places[a].looks), cmp.Compare(a.edge, b.edge), cmp.Compare(a.lane, b.lane),
			cmp.Compare(a.reason, b.reason))
	})
	for _, at := range order[:min(len(order), mostPlaces)] {
		c := s.places[at]
		f := &c.first
		fmt.Fprintf(b, "  %5d  %4d  %d/%d  way %d %s  %s  since %v at %.0f m: %s\n", c.looks, len(c.vehicles), at.edge, at.lane, f.OSMWay,
			f.Street, at.reason, scenarios.Clock(int(f.Since)), f.Position, f.Chain)
	}
}

// check fails the test if the run broke a law of the traffic.
func (s *soak) check(t *testing.T) {
	t.Helper()
	r := &s.summary
	if r.Audit != (traffic.Audit{}) || r.Crashes != 0 || s.hit != 0 {
		t.Errorf("%d crashes, %d people hit, audit %s, want none and clean", r.Crashes, s.hit, auditText(r.Audit))
	}
	if r.Departed != r.Arrived+r.OnRoad+r.Cleared || r.Released != r.Departed+r.Waiting+r.NoRoute {
		t.Errorf("%d of %d departed, %d arrived, %d on the road, %d cleared, %d waiting: does not add up",
			r.Departed, r.Released, r.Arrived, r.OnRoad, r.Cleared, r.Waiting)
	}
	if r.StuckMost > 0 && !s.overloaded() {
		t.Errorf("up to %d vehicles stuck at a time, want 0: the roads carry the demand", r.StuckMost)
	}
}
