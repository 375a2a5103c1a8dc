package webui

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/signals"
	"roadtwin/webui/stream"
)

// spectator reads everything that comes, acknowledges frames and keeps what it has seen.
type spectator struct {
	conn *websocket.Conn

	mu      sync.Mutex
	texts   []map[string]any
	times   []float64 // of vehicle frames
	walls   []time.Time
	records map[uint32]stream.Record // of the last frame
	aspects []byte
	err     error
}

func watch(t *testing.T, st *stage) *spectator {
	t.Helper()
	s := &spectator{conn: st.pipes.connect(t)}
	go s.run()
	b := boundsOf(st.cfg.Net, st.places)
	s.say(t, fmt.Sprintf(`{"type":"view","zoom":15,"bbox":[%v,%v,%v,%v]}`, b[0], b[1], b[2], b[3]))
	return s
}

func (s *spectator) say(t *testing.T, msg string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.WriteMessage(websocket.TextMessage, []byte(msg)); err != nil {
		t.Errorf("say %s: %v", msg, err)
	}
}

func (s *spectator) run() {
	for {
		kind, msg, err := s.conn.ReadMessage()
		if err != nil {
			return
		}
		s.mu.Lock()
		if kind == websocket.TextMessage {
			var m map[string]any
			if err := json.Unmarshal(msg, &m); err != nil {
				s.err = err
			}
			s.texts = append(s.texts, m)
		} else if err := s.take(msg); err != nil {
			s.err = err
		}
		s.mu.Unlock()
	}
}

func (s *spectator) take(msg []byte) error {
	h, rest, err := stream.ReadHeader(msg)
	if err != nil {
		return err
	}
	switch h.Type {
	case stream.SignalsMessage:
		s.aspects, err = stream.ReadSignals(h, rest)
	case stream.SignalChangesMessage:
		var changes []stream.AspectChange
		changes, err = stream.ReadSignalChanges(h, rest)
		for _, c := range changes {
			s.aspects[c.Group] = c.Aspect
		}
	case stream.VehiclesMessage:
		var tiles []stream.TileRecords
		tiles, err = stream.ReadVehicles(h, rest)
		s.records = make(map[uint32]stream.Record)
		for _, t := range tiles {
			for _, r := range t.Records {
				s.records[r.ID] = r
			}
		}
		s.times = append(s.times, h.Time)
		s.walls = append(s.walls, time.Now())
		ack := fmt.Sprintf(`{"type":"ack","seq":%d}`, h.Seq)
		return errors.Join(err, s.conn.WriteMessage(websocket.TextMessage, []byte(ack)))
	}
	return err
}

// last returns the last text message of a type, nil if there was none.
func (s *spectator) last(kind string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.texts) - 1; i >= 0; i-- {
		if s.texts[i]["type"] == kind {
			return s.texts[i]
		}
	}
	return nil
}

func (s *spectator) frames() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.times)
}

// seen returns the vehicles of the last frame and the aspects, copied.
func (s *spectator) seen() (records map[uint32]stream.Record, aspects string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.records), string(s.aspects)
}

// play runs the bubble for a time.
func play(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestRunKeepsThePaceAskedFor(t *testing.T) {
	for _, c := range []struct {
		speed float64
		cost  time.Duration // of a step
		want  float64       // simulated s per s
	}{
		{1, 0, 1},
		{1, 30 * time.Millisecond, 1},
		{0.5, 0, 0.5},
		{20, time.Millisecond, 20},
		{1000, 5 * time.Millisecond, 20},
		{0, 5 * time.Millisecond, 20},
	} {
		synctest.Test(t, func(t *testing.T) {
			st := start(t, func(cfg *Config, sim *parade) { cfg.Speed, sim.cost = c.speed, c.cost })
			s := watch(t, st)
			play(20 * time.Second)
			if got := (st.sim.time - 25200) / 20; math.Abs(got-c.want) > 0.05*c.want {
				t.Errorf("speed %v with steps of %v: %.2f s per s, want %v", c.speed, c.cost, got, c.want)
			}
			// Steps come at 10 a second at real time; a picture for each, and never more.
			if f, want := s.frames(), int(200*min(1, max(c.want, c.speed))); f > 202 || f < want*9/10 {
				t.Errorf("speed %v with steps of %v: %d frames in 20 s, want %d", c.speed, c.cost, f, want)
			}
			if k := s.last("kpi"); k == nil || math.Abs(k["factor"].(float64)-c.want) > 0.1*c.want {
				t.Errorf("speed %v: kpi %v, want factor %v", c.speed, k, c.want)
			}
			st.end(t)
			s.conn.Close()
		})
	}
}

func TestPageSeesVehiclesMoveAndSignalsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		play(time.Second)
		first, aspects := s.seen()
		play(12 * time.Second)
		last, shown := s.seen()
		if len(first) != len(st.cfg.Net.Lanes) || len(last) != len(first) {
			t.Errorf("%d, then %d vehicles, want %d", len(first), len(last), len(st.cfg.Net.Lanes))
		}
		moved := 0
		for id, r := range last {
			if was := first[id]; was.X != r.X || was.Y != r.Y {
				moved++
			}
			if r.Speed != paradeSpeed*4 {
				t.Errorf("vehicle %d: speed byte %d, want %d", id, r.Speed, paradeSpeed*4)
			}
		}
		if moved != len(first) {
			t.Errorf("%d of %d vehicles have moved", moved, len(first))
		}
		if aspects == shown || len(shown) != len(st.cfg.Net.SignalGroups) {
			t.Errorf("signals were %x and are %x", aspects, shown)
		}
		for g, a := range []byte(shown) {
			if signals.Aspect(a) != st.sim.aspects[g] {
				t.Errorf("group %d shows %d, want %v", g, a, st.sim.aspects[g])
			}
		}
		if hello := s.last("hello"); hello == nil || hello["name"] != "Sampleton" || len(hello["classes"].([]any)) != 6 {
			t.Errorf("hello %v", hello)
		}
		if s.err != nil {
			t.Error(s.err)
		}
		late := watch(t, st)
		play(100 * time.Millisecond)
		if now := late.last("state")["time"].(float64); math.Abs(now-st.sim.time) > 1.2 {
			t.Errorf("who comes at %v is told %v", st.sim.time, now)
		}
		st.end(t)
		late.conn.Close()
		s.conn.Close()
	})
}

func TestPausePlaySpeedAndWeather(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		command := func(action, value string) string {
			s.say(t, fmt.Sprintf(`{"type":"control","token":%q,"id":5,"action":%q,"value":%s}`, testToken, action, value))
			play(300 * time.Millisecond)
			if done := s.last("done"); done == nil || done["id"] != 5.0 || done["action"] != action {
				t.Errorf("%s: answer %v", action, done)
			}
			return fmt.Sprint(s.last("state"))
		}
		play(time.Second)
		if state := command("pause", "null"); !strings.Contains(state, "playing:false") {
			t.Errorf("after pause: %s", state)
		}
		paused, frames := st.sim.time, s.frames()
		play(10 * time.Second)
		if st.sim.time != paused {
			t.Errorf("paused at %v, but %v after 10 s", paused, st.sim.time)
		}
		if f := s.frames() - frames; f > 1 {
			t.Errorf("%d frames while paused", f)
		}
		frames = s.frames()
		s.say(t, `{"type":"view","zoom":16,"tiles":[[1,1]]}`)
		play(time.Second)
		if f := s.frames() - frames; f != 1 || len(s.records) != 0 {
			t.Errorf("a new view while paused got %d frames with %d vehicles, want 1 with 0", f, len(s.records))
		}
		if state := command("speed", "10"); !strings.Contains(state, "speed:10") || !strings.Contains(state, "playing:false") {
			t.Errorf("after speed 10: %s", state)
		}
		command("weather", `"ice"`)
		command("play", "null")
		play(10 * time.Second)
		if got := st.sim.time - paused; math.Abs(got-103) > 2 {
			t.Errorf("%.1f s in 10.3 s at speed 10", got)
		}
		if state := fmt.Sprint(s.last("state")); !strings.Contains(state, "condition:ice") {
			t.Errorf("after ice: %s", state)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestControlIsRefusedWithAReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(_ *Config, sim *parade) {
			sim.end = sim.time + 1
			sim.refuse = errors.New("the edge is closed already")
		})
		s := watch(t, st)
		play(2 * time.Second)
		if state := fmt.Sprint(s.last("state")); !strings.Contains(state, "ended:true") || !strings.Contains(state, "playing:false") {
			t.Errorf("after the end: %s", state)
		}
		if len(s.records) == 0 {
			t.Error("the last picture is gone")
		}
		for _, c := range []struct{ token, action, value, want string }{
			{"wrong", "pause", "null", "bad_token"},
			{testToken, "play", "null", "ended"},
			{testToken, "fly", "null", "bad_action"},
			{testToken, "speed", "-1", "bad_value"},
			{testToken, "speed", `"fast"`, "bad_value"},
			{testToken, "weather", `"hail"`, "bad_value"},
			{testToken, "close_edge", "1e6", "bad_value"},
			{testToken, "close_edge", "0", "rejected"},
			{testToken, "speed_limit", `{"edge":0,"limit":-3}`, "bad_value"},
			{testToken, "speed_limit", `{"limit":3}`, "bad_value"},
		} {
			s.say(t, fmt.Sprintf(`{"type":"control","token":%q,"action":%q,"value":%s}`, c.token, c.action, c.value))
			play(time.Second)
			e := s.last("error")
			if e == nil || e["code"] != c.want || e["message"] == "" {
				t.Errorf("%s %s: %v, want %s", c.action, c.value, e, c.want)
			}
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestSelectedVehicleIsDescribedUntilItHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(_ *Config, sim *parade) { sim.leave = sim.time + 5 })
		s := watch(t, st)
		id := len(st.cfg.Net.Lanes) - 1
		s.say(t, fmt.Sprintf(`{"type":"select","vehicle":%d}`, id))
		play(2 * time.Second)
		var full, brief int
		for _, m := range s.texts {
			if m["type"] != "vehicle" {
				continue
			}
			if m["route"] != nil {
				full++
				if m["envelope"] == nil || len(m["route"].(map[string]any)["coordinates"].([]any)) < 2 {
					t.Errorf("first message %v, want a line and an envelope", m)
				}
			} else {
				brief++
			}
		}
		if full != 1 || brief < 8 || brief > 10 {
			t.Errorf("%d messages with and %d without the route in 2 s, want 1 and about 9", full, brief)
		}
		v := s.last("vehicle")
		for key, want := range map[string]any{
			"vehicle": float64(id), "limit": "signal", "limit_text": "a signal", "gap": 21.0, "leader": 3.0,
			"brake": 8.0, "stopping_distance": 6.25, "speed": 10.0,
		} {
			if v[key] != want {
				t.Errorf("%s is %v, want %v", key, v[key], want)
			}
		}
		play(5 * time.Second)
		if gone := s.last("vehicle_gone"); gone == nil || gone["vehicle"] != float64(id) {
			t.Errorf("vehicle_gone %v, want one", gone)
		}
		n := len(s.texts)
		play(500 * time.Millisecond)
		if more := len(s.texts) - n; more > 1 { // a kpi
			t.Errorf("%d messages after the vehicle has gone", more)
		}
		st.end(t)
		s.conn.Close()
	})
}

// TestStalledViewersDoNotTouchTheSimulation is the promise of the stream, with everything in place: 100 viewers, 10 of
// which never read a byte. Steps take as long as they cost, and the other 90 get every picture.
func TestStalledViewersDoNotTouchTheSimulation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const cost = 20 * time.Millisecond
		st := start(t, func(cfg *Config, sim *parade) { cfg.Paused, sim.cost = true, cost })
		var stalled []*websocket.Conn
		for range 10 {
			conn := st.pipes.connect(t)
			if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"view","zoom":5,"bbox":[0,0,1,1]}`)); err != nil {
				t.Fatal(err)
			}
			stalled = append(stalled, conn)
		}
		var viewers []*spectator
		for range 90 {
			viewers = append(viewers, watch(t, st))
		}
		play(time.Second)
		viewers[0].say(t, fmt.Sprintf(`{"type":"control","token":%q,"action":"play"}`, testToken))
		play(20 * time.Second)
		if n := len(st.sim.stepTimes); n < 199 {
			t.Errorf("%d steps in 20 s, want 199 or 200", n)
		}
		for i, d := range st.sim.stepTimes {
			if d != cost {
				t.Errorf("step %d took %v, want %v", i, d, cost)
			}
		}
		want := viewers[0].times
		for i, v := range viewers {
			if len(v.times) < 199 || len(v.times) < len(want)-1 {
				t.Errorf("viewer %d got %d pictures, want 199 at least", i, len(v.times))
			}
			for k := 2; k < len(v.times); k++ {
				if d := v.times[k] - v.times[k-1]; math.Abs(d-0.1) > 1e-6 {
					t.Errorf("viewer %d: %.2f s between pictures %d and %d, want 0.1", i, d, k-1, k)
				}
			}
		}
		c := st.hub.Counters()
		if c.DroppedSlow != 10 || c.Clients != 90 {
			t.Errorf("%+v, want 10 dropped and 90 left", c)
		}
		st.end(t)
		for _, conn := range stalled {
			conn.Close()
		}
		for _, v := range viewers {
			v.conn.Close()
		}
	})
}

func TestFailureOfTheRecordingIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("results.db: disk is full")
		var full atomic.Bool
		st := start(t, func(cfg *Config, _ *parade) {
			cfg.Failed = func() error {
				if full.Load() {
					return failure
				}
				return nil
			}
		})
		s := watch(t, st)
		play(2 * time.Second)
		full.Store(true)
		play(2 * time.Second)
		if state := s.last("state"); state["playing"] != false || state["error"] != failure.Error() {
			t.Errorf("state %v, want paused with the error", state)
		}
		st.end(t)
		s.conn.Close()
	})
}
