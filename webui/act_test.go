package webui

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

func TestWhatIsDoneCanBeUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		play(time.Second)
		last := func() traffic.Command { return st.sim.commands[len(st.sim.commands)-1].Command }
		limit := st.cfg.Net.EdgeLanes(2)[0].SpeedLimit
		for _, c := range []struct {
			action, value, undo string
			back                func(traffic.Command) bool
		}{
			{"close_edge", "3", "closed", func(c traffic.Command) bool { return c.Kind == traffic.OpenEdge && c.Edge == 3 }},
			{"close_lane", "1", "lane", func(c traffic.Command) bool { return c.Kind == traffic.OpenLane && c.Lane == 1 }},
			{"speed_limit", `{"edge":2,"limit":8}`, "limit 29 km/h", func(c traffic.Command) bool { return c.Kind == traffic.SetSpeedLimit && c.Limit == limit }},
			{"weather", `"ice"`, "All roads ice", func(c traffic.Command) bool { return c.Kind == traffic.SetCondition && c.Condition == 0 }},
			{"retime", `{"controller":0,"offset":7}`, "retimed", func(c traffic.Command) bool {
				return c.Kind == traffic.ChangeSignals && c.Signal.Kind == signals.ChangePlan && c.Signal.Plan.Offset == 0
			}},
		} {
			if r := s.order(t, c.action, c.value); r["type"] != "done" {
				t.Fatalf("%s %s: %v", c.action, c.value, r)
			}
			play(time.Second)
			if undo := fmt.Sprint(s.last("state")["undo"]); !strings.Contains(undo, c.undo) {
				t.Errorf("%s %s: undo says %q, want %q in it", c.action, c.value, undo, c.undo)
			}
			if r := s.order(t, "undo", "null"); r["type"] != "done" {
				t.Fatalf("undo: %v", r)
			}
			if !c.back(last()) {
				t.Errorf("%s %s undone by %+v", c.action, c.value, last())
			}
			play(time.Second)
		}
		if r := s.order(t, "undo", "null"); r["code"] != "rejected" {
			t.Errorf("undo of nothing: %v", r)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestAnIncidentEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		play(time.Second)
		if r := s.order(t, "incident", `{"lane":1,"minutes":10}`); r["type"] != "done" {
			t.Fatalf("incident: %v", r)
		}
		later := st.sim.later
		if len(later) != 1 || later[0].Command.Kind != traffic.OpenLane || later[0].Command.Lane != 1 || !near(later[0].Time, st.sim.time+600, 1) {
			t.Errorf("what is to come: %+v, want lane 1 open again in ten minutes", later)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestActsAreCheckedBeforeTheyAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, nil)
		s := watch(t, st)
		play(time.Second)
		for _, c := range []struct{ action, value, code, words string }{
			{"retime", `{"controller":999,"offset":1}`, "bad_value", "controller"},
			{"retime", `{"controller":0}`, "bad_value", "greens"},
			{"retime", `{"controller":0,"greens":[1e9]}`, "bad_value", "600"},
			{"retime", `{"controller":0,"greens":[20]}`, "bad_value", "one for each stage"},
			{"retime", `{"controller":0,"offset":-1}`, "bad_value", "offset"},
			{"close_lane", `-1`, "bad_value", "lane"},
			{"close_lane", `null`, "bad_value", "lane"},
			{"incident", `{"lane":1,"edge":2,"minutes":5}`, "bad_value", "incident"},
			{"incident", `{"lane":1,"minutes":0}`, "bad_value", "incident"},
			{"incident", `{"edge":99999,"minutes":5}`, "bad_value", "edge"},
			{"sky", `{"rain":-3}`, "bad_value", "rain"},
			{"sky", `{}`, "bad_value", "field"},
			{"sky", `[]`, "bad_value", "sky"},
		} {
			r := s.order(t, c.action, c.value)
			if r["code"] != c.code || !strings.Contains(fmt.Sprint(r["message"]), c.words) {
				t.Errorf("%s %s: %v, want %s with %q", c.action, c.value, r, c.code, c.words)
			}
		}
		if n := len(st.sim.commands); n != 0 {
			t.Errorf("%d commands were given", n)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestPlacesTellWhatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := start(t, func(cfg *Config, _ *parade) { cfg.Speed = 100 })
		s := watch(t, st)
		play(3 * time.Second) // 300 s
		junction := st.cfg.Net.Controllers[0].Junctions[0]
		s.say(t, fmt.Sprintf(`{"type":"inspect","junction":%d}`, junction))
		play(time.Second)
		j := s.last("junction")
		if j == nil || j["junction"] != float64(junction) {
			t.Fatalf("junction message %v", j)
		}
		signal := j["signal"].(map[string]any)
		stages := signal["stages"].([]any)
		if signal["control"] != "fixed" || len(stages) < 2 || signal["cycle"].(float64) < 20 || signal["stage"].(float64) < 0 {
			t.Errorf("signal %v, want a plan with its stages that runs", signal)
		}
		for _, m := range j["movements"].([]any) {
			m := m.(map[string]any)
			if m["delay"] != 30.0 || m["los"] != "C" || m["queue"] != 2.0 || m["approach"] == "" {
				t.Errorf("movement %v, want 30 s of delay: level C (HCM exhibit 19-8), 2 waiting", m)
			}
		}
		s.say(t, `{"type":"inspect","edge":4}`)
		play(time.Second)
		e := s.last("edge")
		lanes := int(st.cfg.Net.Edges[4].NumLanes)
		if e == nil || len(e["lanes"].([]any)) != lanes || len(e["vehicles"].([]any)) != lanes {
			t.Fatalf("edge message %v, want %d lanes with a vehicle each", e, lanes)
		}
		s.mu.Lock()
		n := len(s.texts)
		s.mu.Unlock()
		s.say(t, `{"type":"inspect"}`)
		play(time.Second)
		s.mu.Lock()
		for _, m := range s.texts[n:] {
			if m["type"] == "edge" || m["type"] == "junction" {
				t.Errorf("still told after the end: %v", m)
			}
		}
		s.mu.Unlock()
		for _, bad := range []string{`{"type":"inspect","edge":99999}`, `{"type":"inspect","junction":-1}`, `{"type":"inspect","edge":1,"junction":1}`} {
			s.say(t, bad)
			play(time.Second)
			if e := s.last("error"); e == nil || e["code"] != "bad_message" || e["re"] != "inspect" {
				t.Errorf("%s: %v", bad, e)
			}
		}
		var c course
		decode(t, request(t, st.Handler(), "/api/network/edges/4/course"), &c)
		if len(c.Time) < 4 || len(c.Flow) != len(c.Time) {
			t.Fatalf("course %+v, want a row a minute", c)
		}
		// One vehicle a lane at 10 m/s: k = lanes / length, q = k v.
		k := 1000 * float64(lanes) / st.cfg.Net.Edges[4].Length
		if !near(c.Density[0], k, 0.02*k) || !near(c.Flow[0], 36*k, 0.02*36*k) || c.Speed[0] == nil || !near(*c.Speed[0], paradeSpeed, 0.01) {
			t.Errorf("density %v, flow %v, speed %v; want %v, %v, 10", c.Density[0], c.Flow[0], c.Speed[0], k, 36*k)
		}
		if text := body(t, request(t, st.Handler(), "/api/variant?name=mine")); !strings.Contains(text, "mine") {
			t.Errorf("variant: %s", text)
		}
		if r := request(t, st.Handler(), "/api/variant?name=a%2Fb"); r.StatusCode != 400 {
			t.Errorf("a name with a slash: %d, want 400", r.StatusCode)
		}
		st.end(t)
		s.conn.Close()
	})
}

func TestSearchFindsStreetsAndJunctions(t *testing.T) {
	s, sim := newServer(t, nil)
	name := sim.net.Edges[0].Name
	ask := func(q string) (out []found) {
		var answer struct{ Found []found }
		decode(t, request(t, s.Handler(), "/api/search?q="+strings.ReplaceAll(q, " ", "+")), &answer)
		return answer.Found
	}
	if got := ask(name); len(got) == 0 || got[0].Name != name || got[0].Kind != "street" || math.Abs(got[0].Lat-sim.net.Projection.Lat0) > 0.1 {
		t.Errorf("%q: %+v", name, got)
	}
	word := strings.ToUpper(strings.Fields(name)[0])
	if got := ask(word); len(got) == 0 || !strings.Contains(got[0].Name, strings.Fields(name)[0]) {
		t.Errorf("%q: %+v", word, got)
	}
	names := &search{all: []found{
		{Name: "Kings Grant Way", Kind: "street", key: "kings grant way", length: 80},
		{Name: "Stocking Lane", Kind: "street", key: "stocking lane", length: 9000},
		{Name: "North King Street / East 4th Street", Kind: "junction", key: "north king street / east 4th street"},
		{Name: "North King Street", Kind: "street", key: "north king street", length: 900},
		{Name: "South King Street", Kind: "street", key: "south king street", length: 2000},
		{Name: "King", Kind: "street", key: "king", length: 10},
	}}
	order := []string{}
	for _, f := range names.find("KING") {
		order = append(order, f.Name)
	}
	if want := "King|South King Street|North King Street|Kings Grant Way|Stocking Lane|North King Street / East 4th Street"; strings.Join(order, "|") != want {
		t.Errorf("king finds %q, want %s", order, want)
	}
	for _, q := range []string{"", "%20", "no+such+street"} {
		if got := ask(q); len(got) != 0 {
			t.Errorf("%q: %+v, want nothing", q, got)
		}
	}
	if r := request(t, s.Handler(), "/api/search?q="+strings.Repeat("a", 81)); r.StatusCode != 400 {
		t.Errorf("a query of 81 letters: %d, want 400", r.StatusCode)
	}
	if fold("Königstraße Été") != fold("KONIGSTRAßE ete") {
		t.Errorf("%q is not %q", fold("Königstraße Été"), fold("KONIGSTRAßE ete"))
	}
}
