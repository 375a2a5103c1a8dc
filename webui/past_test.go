package webui

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roadtwin/vehicles/traffic"
)

// order has a spectator ask for an action and returns the answer.
func (s *spectator) order(t *testing.T, action, value string) map[string]any {
	t.Helper()
	s.mu.Lock()
	n := len(s.texts)
	s.mu.Unlock()
	s.say(t, fmt.Sprintf(`{"type":"control","token":%q,"id":5,"action":%q,"value":%s}`, testToken, action, value))
	play(300 * time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.texts[n:] {
		if m["type"] == "done" || m["type"] == "error" {
			return m
		}
	}
	t.Fatalf("%s %s: no answer", action, value)
	return nil
}

func (st *stage) timeline(t *testing.T) (tl timeline) {
	t.Helper()
	if err := json.Unmarshal([]byte(body(t, request(t, st.Handler(), "/api/timeline"))), &tl); err != nil {
		t.Fatal(err)
	}
	return tl
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

func TestTheRunGoesBackAndAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(cfg *Config, _ *parade) { cfg.Speed = 100 })
		s := watch(t, st)
		play(4 * time.Second) // 400 s
		if r := s.order(t, "speed_limit", `{"edge":2,"limit":8}`); r["type"] != "done" {
			t.Fatalf("limit: %v", r)
		}
		play(time.Second)
		if tl := st.timeline(t); tl.From == nil || *tl.From > 25201.2 || *tl.To < 25200+400 || len(tl.Marks) != 1 || tl.Marks[0].Kind != markRoad {
			t.Errorf("timeline %+v, want what has been and a mark", tl)
		}
		entries := len(st.runner.history.entries)
		if r := s.order(t, "goto", "25350"); r["type"] != "done" {
			t.Fatalf("back: %v", r)
		}
		play(time.Second)
		if !near(st.sim.time, 25350, 1e-6) {
			t.Errorf("at %v s, want 25350, resting there", st.sim.time)
		}
		state := s.last("state")
		if state["playing"] != false || state["branch"] != 1.0 || state["seeking"] != nil || !near(state["time"].(float64), 25350, 1e-6) {
			t.Errorf("state %v, want at rest at 25350, branch 1", state)
		}
		tl := st.timeline(t)
		if tl.To == nil || *tl.To > 25350+1e-6 || len(tl.Marks) != 0 || tl.Branch != 1 {
			t.Errorf("timeline %+v, want nothing after 25350", tl)
		}
		if n := len(st.runner.history.entries); n >= entries {
			t.Errorf("%d entries of the history after going back, want fewer than %d", n, entries)
		}
		if r := s.order(t, "goto", "26000"); r["type"] != "done" {
			t.Fatalf("ahead: %v", r)
		}
		play(time.Second)
		if !near(st.sim.time, 26000, 1e-6) || st.runner.playing {
			t.Errorf("at %v s, want 26000, resting there", st.sim.time)
		}
		s.order(t, "step", "null")
		if !near(st.sim.time, 26000.1, 1e-6) {
			t.Errorf("a step further: %v s, want 26000.1", st.sim.time)
		}
		s.order(t, "step", "10")
		if !near(st.sim.time, 26001.1, 1e-6) {
			t.Errorf("ten steps further: %v s, want 26001.1", st.sim.time)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestGoingBackIsRefusedWithAReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		play(3 * time.Second)
		st.sim.refuse = errors.New("the run is being recorded, so it cannot go back")
		for _, c := range []struct{ action, value, code, words string }{
			{"goto", "25201", "rejected", "recorded"},
			{"goto", "0", "bad_value", "period"},
			{"goto", "1e9", "bad_value", "period"},
			{"goto", "-1", "bad_value", "time"},
			{"goto", `"noon"`, "bad_value", "time"},
			{"goto", "null", "bad_value", "time"},
			{"step", "0", "bad_value", "whole number"},
			{"step", "1001", "bad_value", "whole number"},
			{"step", "1.5", "bad_value", "whole number"},
		} {
			r := s.order(t, c.action, c.value)
			if r["code"] != c.code || !strings.Contains(fmt.Sprint(r["message"]), c.words) {
				t.Errorf("%s %s: %v, want %s with %q", c.action, c.value, r, c.code, c.words)
			}
		}
		if !st.runner.playing {
			t.Error("a refusal has stopped the run")
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestViewersLookBackWhileTheRunGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(cfg *Config, _ *parade) { cfg.Speed = 10 })
		back, live := watch(t, st), watch(t, st)
		play(10 * time.Second) // 100 s
		for _, want := range []float64{25230, 25260, 25210} {
			back.say(t, fmt.Sprintf(`{"type":"review","time":%v}`, want))
			play(2 * time.Second)
			records, aspects := back.seen()
			got := back.times[len(back.times)-1]
			if !near(got, want, 1.1) || got > want+1e-6 {
				t.Errorf("looking back at %v s: picture of %v s", want, got)
			}
			// A car's place tells its time.
			then := parade{net: st.cfg.Net, time: got}
			v := then.state(5)
			front, _ := st.places.Box(v.Track, v.S, v.Lateral, v.Length)
			x := uint16(int64(front.X * (1 << 30)))
			if diff := int16(records[5].X - x); diff < -2 || diff > 2 {
				t.Errorf("looking back at %v s: vehicle 5 is at %d of its tile, want %d", want, records[5].X, x)
			}
			for g, a := range []byte(aspects) {
				green := int(got/10+float64(g))%2 == 0
				if (a == 3) != green {
					t.Errorf("looking back at %v s: group %d shows %d", got, g, a)
					break
				}
			}
		}
		frames := back.frames()
		play(time.Second)
		if n := back.frames() - frames; n != 0 {
			t.Errorf("%d pictures nobody asked for while looking back", n)
		}
		back.say(t, `{"type":"review","time":25210.01}`) // the same picture
		play(time.Second)
		if n := back.frames() - frames; n != 0 {
			t.Errorf("%d pictures again of a time that is shown", n)
		}
		back.say(t, `{"type":"view","zoom":16,"tiles":[[1,1]]}`)
		play(time.Second)
		if n := back.frames() - frames; n != 1 || !near(back.times[len(back.times)-1], 25210, 1.1) {
			t.Errorf("%d pictures of a new view, want one of the same time", n)
		}
		back.say(t, `{"type":"review","time":null}`)
		play(2 * time.Second)
		if got := back.times[len(back.times)-1]; !near(got, st.sim.time, 2) {
			t.Errorf("back in the present: picture of %v s at %v s", got, st.sim.time)
		}
		if live.frames() < 150 || !near(live.times[len(live.times)-1], st.sim.time, 2) {
			t.Errorf("who looks at the present got %d pictures", live.frames())
		}
		st.end(t)
		back.conn.Close()
		live.conn.Close()
	})
}

func TestLookingBackAtNothingIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(cfg *Config, _ *parade) { cfg.Paused = true })
		s := &spectator{conn: st.pipes.connect(t)} // without a view no picture is made
		go s.run()
		s.say(t, `{"type":"review","time":25300,"id":7}`)
		play(time.Second)
		if e := s.last("error"); e == nil || e["code"] != "not_recorded" || e["id"] != 7.0 {
			t.Errorf("answer %v, want not_recorded", e)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestCheckpointsStayWithinTheirBudget(t *testing.T) {
	_, sim := newServer(t, nil)
	p := newPast(10 << 20) // ten of a parade
	r := &runner{sim: sim}
	for sim.time < sim.end {
		sim.time += 10
		p.keep(r)
		if len(p.kept) > 10 {
			t.Fatalf("%d checkpoints, want at most 10", len(p.kept))
		}
	}
	if len(p.kept) < 5 || p.kept[0].time > 25200+checkpointEvery {
		t.Errorf("%d checkpoints from %v s, want some from the beginning on", len(p.kept), p.kept[0].time)
	}
	c, ok := p.before(30000)
	if !ok || c.time > 30000 || c.time < 30000-2*p.every {
		t.Errorf("checkpoint of %v s for 30000, want one not long before", c.time)
	}
	p.cut(c.time)
	if last := p.kept[len(p.kept)-1].time; last != c.time {
		t.Errorf("after the cut the last is of %v s, want %v", last, c.time)
	}
}

func TestCrashesJamsAndCommandsLeaveMarks(t *testing.T) {
	net := townNet(t)
	m := newMarks(net)
	sim := &crashing{parade: newParade(net)}
	sim.events = []traffic.Event{
		{Kind: traffic.CrashedInto, Time: 25300, Vehicle: 4, Other: 9, ClosingSpeed: 10, DeltaV: 5},
		{Kind: traffic.HitPerson, Time: 25300, Vehicle: 5, ClosingSpeed: 5},
		{Kind: traffic.LeftRoad, Time: 25300, Vehicle: 6, ClosingSpeed: 20},
		{Kind: traffic.Arrived, Time: 25300, Vehicle: 7},
	}
	for _, c := range []traffic.Command{
		{Kind: traffic.CloseEdge, Edge: 1},
		{Kind: traffic.CloseLane, Lane: 1},
		{Kind: traffic.SetSpeedLimit, Edge: 1, Limit: 10},
		{Kind: traffic.SetCondition, Condition: 2},
	} {
		if err := sim.Queue(c, "page"); err != nil {
			t.Fatal(err)
		}
	}
	m.read(sim)
	sim.events = nil
	m.read(sim) // nothing twice
	queues := make([]int32, len(net.Junctions))
	for time := 25400.0; time < 25700; time++ {
		queues[3] = 25
		m.readQueues(time, queues)
	}
	all, version := m.list()
	count := map[string]int{}
	for i, x := range all {
		count[x.Kind]++
		if x.Text == "" || i > 0 && x.Time < all[i-1].Time {
			t.Errorf("mark %+v has no text, or is out of order", x)
		}
	}
	if count[markCrash] != 2 || count[markOffRoad] != 1 || count[markRoad] != 3 || count[markWeather] != 1 || count[markJam] != 1 {
		t.Errorf("marks %v", count)
	}
	m.cut(25350, 0)
	if left, v := m.list(); len(left) != len(all)-1 || v == version {
		t.Errorf("%d marks after going back to 25350 s, want all but the jam", len(left))
	}
}

// crashing is a parade with events of its own.
type crashing struct {
	*parade
	events []traffic.Event
}

func (c *crashing) Events() []traffic.Event { return c.events }
