package weather_test

import (
	"bytes"
	"math"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// winter is a day and a half in which everything happens.
func winter() weather.Config {
	return weather.Config{
		Changes: []weather.Change{
			air(3), rain(8, 1, 3), from(3, weather.Temperature, weather.Sky{Temperature: -4}), snow(3, 5, 9),
			from(12, weather.Temperature, weather.Sky{Temperature: 2}), rain(30, 14, 15), weather.Frost(18*hour, 30*hour),
		},
		Spills: []weather.Spill{{Track: 2, From: 1, To: 9, Begin: 4 * hour, Until: 8 * hour, Condition: weather.Oil}},
	}
}

// town returns the sample town, with some traffic for it that depends on the track and the time alone.
func town(t *testing.T) (net *network.Network, at func(seconds float64) func(network.TrackID) int64) {
	t.Helper()
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		t.Fatal(err)
	}
	return net, func(seconds float64) func(network.TrackID) int64 {
		return func(track network.TrackID) int64 {
			return int64(seconds / hour * 300 * draw.Float64(1, draw.Test, uint64(track), 0))
		}
	}
}

func TestWaterIsConserved(t *testing.T) {
	net, traffic := town(t)
	s := system(t, net, winter())
	last := 0.0
	until(s, 36, func(track network.TrackID) int64 { return traffic(last)(track) }, func(now float64) {
		last = now
		b, onRoads := s.Balance()
		in, out := b.Fallen+b.Condensed, b.Evaporated+b.Drained+b.Thrown+b.Cleared
		if math.Abs(in-out-onRoads) > 1e-9*(1+in) {
			t.Fatalf("at %g s: %.6f l in, %.6f out and %.6f on the roads", now, in, out, onRoads)
		}
		for track := range network.TrackID(net.NumTracks()) {
			l := s.Lane(track)
			if !(l.Water >= 0 && l.Snow >= 0 && l.Packed >= 0 && l.Ice >= 0 && l.Salt >= 0 && math.Abs(l.Warmth) < 40) {
				t.Fatalf("at %g s on track %d: %+v", now, track, l)
			}
		}
	})
	b, onRoads := s.Balance()
	for name, v := range map[string]float64{"fallen": b.Fallen, "evaporated": b.Evaporated, "drained": b.Drained, "thrown": b.Thrown, "cleared": b.Cleared} {
		if v <= 0 {
			t.Errorf("nothing was %s: the day tests too little", name)
		}
	}
	t.Logf("%+v, on the roads %.0f l", b, onRoads)
}

func TestStepTimeDoesNotMatter(t *testing.T) {
	net, _ := town(t)
	var want []byte
	for _, dt := range []float64{0.05, 0.2, 0.5, 1, 60} {
		s := system(t, net, winter())
		steps := int(6 * hour / dt)
		if dt < 0.2 {
			steps = int(3 * hour / dt)
		}
		for i := 1; i <= steps; i++ {
			s.Step(float64(i)*dt, nil)
		}
		s.Step(6*hour, nil)
		if got := s.AppendState(nil); want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Errorf("steps of %g s lead to another state", dt)
		}
	}
}

func TestSnapshotGoesOnAsIfNothingHadBeen(t *testing.T) {
	net, traffic := town(t)
	last := 0.0
	entered := func(track network.TrackID) int64 { return traffic(last)(track) }
	go36 := func(s *weather.System, begin, end int, take map[int]*weather.Snapshot) []byte {
		for m := begin + 1; m <= end; m++ {
			last = float64(m) * 60
			s.Step(last, entered)
			if m%200 == 0 && take != nil {
				take[m] = s.Snapshot()
			}
			if m == 400 {
				s.Apply(weather.Command{Kind: weather.SetSky, Set: weather.Rain, Sky: weather.Sky{Rain: 4}})
			}
		}
		return s.AppendState(nil)
	}
	snapshots := map[int]*weather.Snapshot{}
	want := go36(system(t, net, winter()), 0, 2000, snapshots)
	for m, snapshot := range snapshots {
		s := system(t, net, winter())
		until(s, 3, nil, nil) // something to be overwritten
		if err := s.Restore(snapshot); err != nil {
			t.Fatal(err)
		}
		// The command at minute 400 came after the snapshot of that minute.
		if m == 400 {
			s.Apply(weather.Command{Kind: weather.SetSky, Set: weather.Rain, Sky: weather.Sky{Rain: 4}})
		}
		if got := go36(s, m, 2000, nil); !bytes.Equal(got, want) {
			t.Errorf("restored at minute %d it ends in another state", m)
		}
	}
	other := system(t, street(t, 1, as), weather.Config{})
	if err := other.Restore(snapshots[200]); err == nil {
		t.Error("a snapshot of another network is taken")
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	net, _ := town(t)
	s := system(t, net, winter())
	entered := func(network.TrackID) int64 { return 0 }
	s.Step(1*hour, entered)
	at := 1 * hour
	for range 600 { // let the list of changes grow to what it needs
		at += 60
		s.Step(at, entered)
	}
	if n := testing.AllocsPerRun(200, func() { at += 60; s.Step(at, entered) }); n > 0 {
		t.Errorf("%g allocations a minute, want none", n)
	}
}

func TestChangedNamesEveryTrackThatChanged(t *testing.T) {
	net, _ := town(t)
	s := system(t, net, winter())
	known := append([]tyre.Condition(nil), s.Conditions()...)
	check := func(when string) {
		for _, track := range s.Changed() {
			known[track] = s.Conditions()[track]
		}
		for track, c := range s.Conditions() {
			if known[track] != c {
				t.Fatalf("%s: track %d became %v and Changed does not name it", when, track, c)
			}
		}
	}
	until(s, 20, nil, func(float64) { check("step") })
	for _, c := range []weather.Command{{Kind: weather.Fix, Condition: tyre.Snow}, {Kind: weather.Clear, Edge: network.None}, {Kind: weather.Free}} {
		if err := c.Check(net); err != nil {
			t.Fatal(err)
		}
		s.Apply(c)
		check(c.Kind.String())
	}
}

func TestRoadsAreWetAtTheStartIfItRainedBefore(t *testing.T) {
	net := street(t, 1, as)
	s, err := weather.New(net, weather.Config{Changes: []weather.Change{rain(3, 5, 7)}}, 7*hour)
	if err != nil {
		t.Fatal(err)
	}
	if c := s.Conditions()[0]; c != tyre.Wet {
		t.Errorf("at 07:00 after two hours of rain the road is %v", c)
	}
}

func TestCommandsOverrideTheForecastUntilItCountsAgain(t *testing.T) {
	net := street(t, 1, as)
	s := system(t, net, weather.Config{Changes: []weather.Change{rain(3, -1, 99)}})
	s.Step(60, nil)
	s.Apply(weather.Command{Kind: weather.SetSky, Set: weather.Rain | weather.Temperature, Sky: weather.Sky{Temperature: 8}})
	s.Step(120, nil)
	if sky := s.Now(); sky.Rain != 0 || sky.Temperature != 8 {
		t.Errorf("after the command: %+v", sky)
	}
	s.Apply(weather.Command{Kind: weather.Resume, Set: weather.Rain})
	s.Step(180, nil)
	if sky := s.Now(); sky.Rain != 3 || sky.Temperature != 8 {
		t.Errorf("with the forecast's rain again: %+v", sky)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	net := street(t, 1, as)
	for name, cfg := range map[string]weather.Config{
		"rain below 0":            {Changes: []weather.Change{rain(-1, 0, 1)}},
		"temperature NaN":         {Changes: []weather.Change{air(math.NaN())}},
		"an end before the start": {Changes: []weather.Change{rain(1, 2, 1)}},
		"rows out of order":       {Series: weather.Series{Samples: []weather.Sample{{Time: 5}, {Time: 5}}}},
		"a spill off the track":   {Spills: []weather.Spill{{Track: 0, From: 600, To: 610, Until: 1}}},
		"a spill on no track":     {Spills: []weather.Spill{{Track: 99, From: 0, To: 1, Until: 1}}},
	} {
		if _, err := weather.New(net, cfg, 0); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, c := range []weather.Command{
		{Kind: weather.SetSky},
		{Kind: weather.SetSky, Set: weather.Snow, Sky: weather.Sky{Snow: math.Inf(1)}},
		{Kind: weather.Fix, Condition: tyre.NumConditions},
		{Kind: weather.Clear, Edge: 7},
		{Kind: 99},
	} {
		if err := c.Check(net); err == nil {
			t.Errorf("%v %+v: no error", c.Kind, c)
		}
	}
}

func BenchmarkMinuteOfRain(b *testing.B)    { benchmarkMinute(b, 5) }
func BenchmarkMinuteOfDryness(b *testing.B) { benchmarkMinute(b, 0) }

func benchmarkMinute(b *testing.B, mmh float64) {
	net, err := network.Build(sample.Grid(sample.GridSpec{}))
	if err != nil {
		b.Fatal(err)
	}
	s, err := weather.New(net, weather.Config{Changes: []weather.Change{rain(mmh, -1, 1e9)}}, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	at := 0.0
	for b.Loop() {
		at += 60
		s.Step(at, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(net.NumTracks()), "ns/track")
}

func TestCommandsAreWordsAndBack(t *testing.T) {
	for text, want := range map[string]weather.Command{
		"set_sky temperature=-1.5 rain=0.1": {Kind: weather.SetSky, Set: weather.Rain | weather.Temperature, Sky: weather.Sky{Temperature: -1.5, Rain: 0.1}},
		"resume rain wind":                  {Kind: weather.Resume, Set: weather.Rain | weather.Wind},
		"fix wet_ice":                       {Kind: weather.Fix, Condition: tyre.WetIce},
		"free":                              {Kind: weather.Free},
		"spill 17 0.5 30 25200 +Inf packed_snow": {Kind: weather.AddSpill, Spill: weather.Spill{
			Track: 17, From: 0.5, To: 30, Begin: 25200, Until: math.Inf(1), Condition: weather.Oil,
		}},
		"wipe":     {Kind: weather.Wipe},
		"clear -1": {Kind: weather.Clear, Edge: network.None},
	} {
		if got := want.Text(); got != text {
			t.Errorf("%+v is %q, want %q", want, got, text)
		}
		if got, err := weather.ParseCommand(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, bad := range []string{"", "rain", "set_sky rain", "set_sky snow=much", "resume rain=3", "fix", "fix milk", "free now", "wipe 3", "spill 1 2 3", "clear x"} {
		if c, err := weather.ParseCommand(bad); err == nil {
			t.Errorf("%q is %+v", bad, c)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	f.Add("set_sky temperature=-1.5 rain=0.1")
	f.Add("spill 17 0.5 30 25200 +Inf packed_snow")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := weather.ParseCommand(text)
		if err != nil {
			return
		}
		again, err := weather.ParseCommand(c.Text())
		if err != nil || again.Text() != c.Text() { // NaN is not itself
			t.Errorf("%q is written as %q, and that read as %+v, %v", text, c.Text(), again, err)
		}
	})
}
