package webui

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"roadtwin/network"
	"roadtwin/webui/stream"
)

func request(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, resp *http.Response) string {
	t.Helper()
	r := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAddressesAnswer(t *testing.T) {
	s, _ := newServer(t, nil)
	for _, c := range []struct {
		path   string
		status int
		has    string
	}{
		{"/healthz", 200, "ok"},
		{"/api/info", 200, `"name":"Sampleton"`},
		{"/api/kpis", 200, `"kpis":[]`},
		{"/api/network/signals", 200, `"group":`},
		{"/api/network/junctions", 200, `"kind":"signalised"`},
		{"/api/network/edges", 200, `"LineString"`},
		{"/api/network/conditions", 503, "not begun"},
		{"/api/network/edges/0", 200, `"source":`},
		{"/api/network/edges/99999", 404, `{"error":`},
		{"/api/network/edges/-1", 404, `{"error":`},
		{"/api/network/edges/x", 404, `{"error":`},
		{"/dashboard", 200, ""},
		{"/api/timeline", 200, `"spacing":1`},
		{"/api/search?q=main", 200, `"found":[{`},
		{"/api/network/edges/0/course", 200, `"density":[]`},
		{"/api/network/edges/-1/course", 404, `{"error":`},
		{"/api/variant?name=%2Fx", 400, `{"error":`},
		{"/api/nothing", 404, `{"error":`},
		{"/metrics", 200, "roadtwin_step_seconds_count 0"},
		{"/metrics", 200, `roadtwin_clients_dropped_total{cause="slow"} 0`},
		{"/nothing", 404, ""},
		{"/tiles/9/0/0.mvt", 404, `{"error":`},
		{"/tiles/17/0/0.mvt", 404, `{"error":`},
		{"/tiles/14/16384/0.mvt", 400, `{"error":`},
		{"/tiles/14/-1/0.mvt", 400, `{"error":`},
		{"/tiles/x/1/0.mvt", 400, `{"error":`},
		{"/tiles/14/1/%22.mvt", 400, `{"error":`},
		{"/tiles/14/99999999999999999999/0.mvt", 400, `{"error":`},
		{"/tiles/14/1/1.mvt", 200, ""},
		{"/debug/pprof/", 404, ""},
		{"/ws", 400, ""},
	} {
		resp := request(t, s.Handler(), c.path)
		if b := body(t, resp); resp.StatusCode != c.status || !strings.Contains(b, c.has) {
			t.Errorf("%s: %d %.200s, want %d with %q", c.path, resp.StatusCode, b, c.status, c.has)
		}
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: no guard headers", c.path)
		}
	}
}

func TestTileIsCompressedAndKnownByItsTag(t *testing.T) {
	s, sim := newServer(t, nil)
	w := stream.ToMercator(sim.net.Projection.Lon0, sim.net.Projection.Lat0)
	path := fmt.Sprintf("/tiles/14/%d/%d.mvt", int(w.X*16384), int(w.Y*16384))
	resp := request(t, s.Handler(), path, "Accept-Encoding", "gzip")
	if resp.Header.Get("Content-Encoding") != "gzip" || len(body(t, resp)) < 100 {
		t.Errorf("%s: %v", path, resp.Header)
	}
	plain := request(t, s.Handler(), path)
	if plain.Header.Get("Content-Encoding") != "" || !strings.Contains(body(t, plain), "edges") {
		t.Errorf("%s without gzip: %v", path, plain.Header)
	}
	again := request(t, s.Handler(), path, "If-None-Match", resp.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("with its ETag: %d, want 304", again.StatusCode)
	}
}

func TestPageIsServedCompressed(t *testing.T) {
	script := strings.Repeat("let a = 1;\n", 1000)
	page := servePage(fstest.MapFS{
		"index.html":    {Data: []byte("<!doctype html>")},
		"assets/a-1.js": {Data: []byte(script)},
	})
	if b := body(t, request(t, page, "/")); b != "<!doctype html>" {
		t.Errorf("/: %q", b)
	}
	for range 2 { // compressed anew, then kept
		resp := request(t, page, "/assets/a-1.js", "Accept-Encoding", "br, gzip")
		if got := body(t, resp); got != script || resp.Header.Get("Content-Encoding") != "gzip" || resp.Header.Get("Cache-Control") == "no-cache" {
			t.Errorf("script of %d bytes with %v, want %d compressed", len(got), resp.Header, len(script))
		}
	}
	if got := body(t, request(t, page, "/assets/a-1.js")); got != script {
		t.Errorf("script of %d bytes without compression, want %d", len(got), len(script))
	}
	if resp := request(t, page, "/assets/gone.js", "Accept-Encoding", "gzip"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %d, want 404", resp.StatusCode)
	}
}

func TestSignalHeadsStandAtStopLines(t *testing.T) {
	s, sim := newServer(t, nil)
	var c struct {
		Features []struct {
			Geometry   struct{ Coordinates [2]float64 }
			Properties struct {
				Group       network.SignalGroupID
				Lane        network.LaneID
				Slot, Slots int
				Turns       []string
			}
		}
	}
	if err := json.Unmarshal([]byte(body(t, request(t, s.Handler(), "/api/network/signals"))), &c); err != nil {
		t.Fatal(err)
	}
	seen := make(map[network.SignalGroupID]bool)
	for _, f := range c.Features {
		p := f.Properties
		seen[p.Group] = true
		lane := sim.net.Lanes[p.Lane]
		lon, lat := sim.net.Projection.ToLonLat(lane.Shape[len(lane.Shape)-1])
		if dx, dy := lon-f.Geometry.Coordinates[0], lat-f.Geometry.Coordinates[1]; dx*dx+dy*dy > 1e-12 {
			t.Errorf("head of lane %d is at %v, want %v %v", p.Lane, f.Geometry.Coordinates, lon, lat)
		}
		if p.Slot >= p.Slots || len(p.Turns) == 0 {
			t.Errorf("head of lane %d: %+v", p.Lane, p)
		}
	}
	if len(seen) != len(sim.net.SignalGroups) {
		t.Errorf("%d groups have heads, want %d", len(seen), len(sim.net.SignalGroups))
	}
}

func TestBusyPortIsAClearError(t *testing.T) {
	first, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, port, _ := net.SplitHostPort(first.Addr().String())
	_, err = Listen("127.0.0.1:" + port)
	if want := "port " + port + " is in use: choose another with --addr"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	for addr, want := range map[string]string{"8080": "is not host:port", "localhost:99999": "cannot listen on localhost:99999"} {
		if _, err := Listen(addr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", addr, err, want)
		}
	}
}

func TestAddressToOpenHasTheToken(t *testing.T) {
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, b := NewToken(), NewToken()
	if len(a) != 32 || a == b {
		t.Errorf("tokens %s and %s, want two of 128 bits", a, b)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if got, want := URL(l, a), "http://localhost:"+port+"/?token="+a; got != want {
		t.Errorf("address %s, want %s", got, want)
	}
	behind := Config{Token: a, Prefix: "/traffic", TLSCert: "cert.pem"}
	if got, want := behind.Address(l), "https://localhost:"+port+"/traffic/?token="+a; got != want {
		t.Errorf("address %s, want %s", got, want)
	}
}

func TestAllIsBelowThePrefix(t *testing.T) {
	s, _ := newServer(t, func(cfg *Config, _ *parade) { cfg.Prefix = "/city/traffic" })
	for path, status := range map[string]int{
		"/city/traffic/api/info": 200, "/city/traffic/healthz": 200, "/city/traffic/dashboard": 200, "/city/traffic/tiles/14/1/1.mvt": 200,
		"/city/traffic": 301, "/api/info": 404, "/": 404, "/city/traffic/../../api/info": 307, "/city/trafficapi/info": 404,
	} {
		if r := request(t, s.Handler(), path); r.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, r.StatusCode, status)
		}
	}
	if b := body(t, request(t, s.Handler(), "/city/traffic/api/info")); !strings.Contains(b, `"url":"/city/traffic/tiles/{z}`) {
		t.Errorf("info does not know where the tiles are: %s", b)
	}
}

func TestNewRefusesWhatCannotRun(t *testing.T) {
	sim := newParade(townNet(t))
	for _, c := range []struct {
		cfg  Config
		want string
	}{
		{Config{}, "no simulation"},
		{Config{Simulation: sim}, "no network"},
		{Config{Simulation: sim, Net: sim.net}, "step time"},
		{Config{Simulation: sim, Net: sim.net, StepTime: 0.1, Speed: -1}, "speed"},
		{Config{Simulation: sim, Net: sim.net, StepTime: 0.1, Prefix: "traffic/"}, "prefix"},
		{Config{Simulation: sim, Net: sim.net, StepTime: 0.1, Prefix: "/a?b"}, "prefix"},
		{Config{Simulation: sim, Net: sim.net, StepTime: 0.1, TLSCert: "a.pem"}, "key"},
		{Config{Simulation: sim, Net: sim.net, StepTime: 0.1, PastBytes: -1}, "past"},
	} {
		if _, err := New(c.cfg); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
}

func FuzzControlValues(f *testing.F) {
	net := townNet(f)
	for _, action := range []string{"pause", "speed", "weather", "close_edge", "open_edge", "speed_limit", "close_lane", "incident", "sky", "retime", "goto", "step"} {
		for _, value := range []string{"", "null", "1", "-1", "1e400", `"ice"`, `{"edge":0,"limit":8}`, `{"edge":null}`, "[[["} {
			f.Add(action, []byte(value))
		}
	}
	f.Fuzz(func(t *testing.T, action string, value []byte) {
		o, err := parseOrder(net, action, value)
		if err != nil {
			return
		}
		c := o.command
		if o.speed != 0 && (o.speed < minSpeed || o.speed > maxSpeed) || c.Edge < 0 || int(c.Edge) >= len(net.Edges) ||
			!(c.Limit >= 0 && c.Limit <= maxLimit+0.1) || c.Lane < 0 || int(c.Lane) >= len(net.Lanes) || o.steps < 0 || o.steps > mostSteps ||
			!(o.time >= 0) || !(o.seconds >= 0 && o.seconds <= 60*longestIncident) {
			t.Errorf("%s %s became %+v", action, value, o)
		}
	})
}

func decode(t *testing.T, resp *http.Response, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body(t, resp)), into); err != nil {
		t.Fatal(err)
	}
}
