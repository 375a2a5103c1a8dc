package drive

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/scenarios"
	"roadtwin/scenarios/ego"
	"roadtwin/vehicles/draw"
)

// townSource is the sample town, made once: what is read only is shared.
var townSource = sync.OnceValues(func() (Source, error) {
	net, err := network.Build(sample.Town(network.RightHand))
	if err != nil {
		return Source{}, err
	}
	city, err := scenarios.CityOf(net)
	if err != nil {
		return Source{}, err
	}
	s, err := scenarios.Parse([]byte("map: town\nperiod: {begin: \"07:00\", end: \"08:00\"}\nstep: 0.1\ndemand: {factor: 2}\n"), "town.yaml")
	return Source{Name: "town", City: city, Scenario: s}, err
})

func newServer(t testing.TB, token string) *Server {
	t.Helper()
	source, err := townSource()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{Sources: []Source{source}, Token: token, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve returns the address of a server and dials it.
func serve(t testing.TB) (*Server, string) {
	t.Helper()
	s := newServer(t, "")
	h := httptest.NewServer(s.Handler())
	t.Cleanup(h.Close)
	return s, "ws" + strings.TrimPrefix(h.URL, "http") + "/drive"
}

func dial(t testing.TB, address string) *Client {
	t.Helper()
	c, err := Dial(t.Context(), address, "", ego.DefaultLayout())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Hangup() })
	return c
}

func random(seed, i uint64) ego.Action {
	of := func(k uint64) float64 { return draw.Float64(seed, draw.Test, i, k) }
	if of(0) < 0.5 {
		return ego.Action{Mode: ego.Pedals, Accel: 6*of(1) - 3, Curvature: 0.01 * (of(2) - 0.5)}
	}
	return ego.Action{Mode: ego.Targets, Speed: 10 * of(1), Lane: -1}
}

// hashes steps a world so many times at random, and returns the hashes.
func hashes(t testing.TB, c *Client, world uint32, from, n uint64) (all []uint64) {
	t.Helper()
	for i := from; i < from+n; i++ {
		o, err := c.Step([]Drive{{world, random(1, i)}}, 2)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, o[0].Hash)
	}
	return all
}

func TestForksAndRestoresOverTheWireHaveTheSameHashes(t *testing.T) {
	_, address := serve(t)
	c := dial(t, address)
	o, err := c.Reset(Scene{Warmup: 60, Pick: 1})
	if err != nil {
		t.Fatal(err)
	}
	hashes(t, c, o.World, 0, 20)
	snap, err := c.Snapshot(o.World)
	if err != nil {
		t.Fatal(err)
	}
	want := hashes(t, c, o.World, 20, 100)
	fork, err := c.Fork(snap)
	if err != nil {
		t.Fatal(err)
	}
	if fork.World == o.World {
		t.Fatalf("the fork has the number of its original, %d", fork.World)
	}
	if got := hashes(t, c, fork.World, 20, 100); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the fork goes another way")
	}
	back, err := c.Restore(o.World, snap)
	if err != nil || back.Hash != fork.Hash {
		t.Fatalf("restored: %v, hash %x, want %x", err, back.Hash, fork.Hash)
	}
	if got := hashes(t, c, o.World, 20, 100); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the world set back goes another way")
	}
	again, err := c.Reset(Scene{Warmup: 60, Pick: 1, World: &o.World})
	if err != nil || again.World != o.World || again.Hash != o.Hash || again.Ego != o.Ego {
		t.Errorf("set up again: %v, %+v", err, again)
	}
}

// A world does the same alone as in a batch with others.
func TestABatchIsManySteps(t *testing.T) {
	_, address := serve(t)
	c := dial(t, address)
	var drives []Drive
	for pick := range uint64(6) {
		o, err := c.Reset(Scene{Warmup: 60, Pick: pick})
		if err != nil {
			t.Fatal(err)
		}
		drives = append(drives, Drive{World: o.World})
	}
	want := map[uint32]uint64{}
	for i := range uint64(20) {
		for k := range drives {
			drives[k].Action = random(uint64(k), i)
		}
		all, err := c.Step(drives, 3)
		if err != nil {
			t.Fatal(err)
		}
		for k, o := range all {
			if o.World != drives[k].World {
				t.Fatalf("world %d in the place of %d", o.World, drives[k].World)
			}
			want[o.World] = o.Hash
		}
	}
	for pick := range uint64(6) {
		o, err := c.Reset(Scene{Warmup: 60, Pick: pick})
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(20) {
			all, err := c.Step([]Drive{{o.World, random(pick, i)}}, 3)
			if err != nil {
				t.Fatal(err)
			}
			o = all[0]
		}
		if o.Hash != want[drives[pick].World] {
			t.Errorf("ego %d alone: hash %x, in a batch %x", pick, o.Hash, want[drives[pick].World])
		}
	}
}

// What makes no sense is answered with an error that says what is wrong; the worlds are as they were, and the client can go on.
func TestNonsenseIsAnsweredAndChangesNothing(t *testing.T) {
	_, address := serve(t)
	c := dial(t, address)
	o, err := c.Reset(Scene{Warmup: 30})
	if err != nil {
		t.Fatal(err)
	}
	u32 := func(xs ...uint32) (b []byte) {
		for _, x := range xs {
			b = binary.LittleEndian.AppendUint32(b, x)
		}
		return b
	}
	good := ego.Action{Mode: ego.Targets, Speed: 5, Lane: -1}
	step := func(ticks, n uint32, worlds ...uint32) []byte {
		b := u32(ticks, n)
		for _, w := range worlds {
			b = good.Append(append(b, u32(w)...))
		}
		return b
	}
	wild := append(u32(1, 1, o.World), 1, 255, 0, 0, 0, 0, 0xc0, 0x7f, 0, 0, 0, 0) // an acceleration that is not a number
	for _, bad := range []struct {
		op   Op
		body []byte
		code Code
		text string
	}{
		{0, nil, BadFrame, "operation 0"},
		{99, nil, BadFrame, "operation 99"},
		{Hello, []byte(`{"neighbours": 1000}`), BadValue, "1000 neighbours"},
		{Hello, []byte(`{"neighbours": 3}`), BadValue, "another layout"},
		{Reset, []byte(`{"seed": -1}`), BadValue, "seed"},
		{Reset, []byte(`{"sed": 1}`), BadValue, "sed"},
		{Reset, []byte(`{} {}`), BadValue, "more than one"},
		{Reset, []byte(`{"scenario": "mars"}`), NotFound, "mars"},
		{Reset, []byte(`{"warmup_s": 1e300}`), BadValue, "warmup_s"},
		{Reset, []byte(`{"warmup_s": 7200}`), BadValue, "warmup_s"},
		{Reset, []byte(`{"horizon_s": -1}`), BadValue, "horizon"},
		{Reset, []byte(`{"class": "ufo"}`), BadValue, "ufo"},
		{Reset, []byte(`{"vehicle": 4000000}`), NotFound, "vehicle 4000000"},
		{Reset, []byte(`{"world": 4711}`), NotFound, "world 4711"},
		{Reset, []byte(`{}`), NotFound, "let more time pass"},
		{Step, nil, BadFrame, "at least 8"},
		{Step, step(1, 2, o.World), BadFrame, "2 worlds"},
		{Step, step(1, 1<<31, o.World), BadFrame, "worlds"},
		{Step, step(1<<31, 1, o.World), BadValue, "ticks"},
		{Step, step(1, 1, 4711), NotFound, "world 4711"},
		{Step, step(1, 2, o.World, 4711), NotFound, "world 4711"},
		{Step, step(1, 2, o.World, o.World), BadValue, "twice"},
		{Step, wild, BadValue, "acceleration"},
		{Snapshot, u32(4711), NotFound, "world 4711"},
		{Snapshot, nil, BadFrame, "want 4"},
		{Fork, u32(4711), NotFound, "snapshot 4711"},
		{Restore, u32(o.World), BadFrame, "want 8"},
		{Restore, u32(o.World, 4711), NotFound, "snapshot 4711"},
		{Close, u32(4711), NotFound, "world 4711"},
		{Forget, u32(o.World), NotFound, "snapshot"},
	} {
		_, err := c.ask(bad.op, bad.body)
		var e *Error
		if !errors.As(err, &e) || e.Code != bad.code || !strings.Contains(e.Text, bad.text) {
			t.Errorf("%v %q: %v, want %v with %q", bad.op, bad.body, err, bad.code, bad.text)
		}
	}
	all, err := c.Step([]Drive{{o.World, good}}, 0)
	if err != nil || all[0].Hash != o.Hash {
		t.Errorf("%v; hash %x after nonsense, want %x", err, all[0].Hash, o.Hash)
	}
}

// Frames that are none at all are answered too, also as text.
func TestFramesThatAreNoneAreAnswered(t *testing.T) {
	_, address := serve(t)
	conn, _, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, frame := range [][]byte{{}, {1}, {2, 1, 0, 0, 9, 0, 0, 0}, {1, 1, 1, 0, 9, 0, 0, 0}} {
		if err := conn.WriteMessage(websocket.BinaryMessage, frame); err != nil {
			t.Fatal(err)
		}
		_, answer, err := conn.ReadMessage()
		if err != nil || Op(answer[1]) != opError || Code(binary.LittleEndian.Uint16(answer[8:])) != BadFrame {
			t.Errorf("frame %v: %v, %v", frame, answer, err)
		}
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte("hello?")); err != nil {
		t.Fatal(err)
	}
	if _, answer, err := conn.ReadMessage(); err != nil || Op(answer[1]) != opError {
		t.Errorf("text: %v, %v", answer, err)
	}
	if err := conn.WriteMessage(websocket.BinaryMessage, make([]byte, maxFrame+1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("a frame that is too long was read")
	}
}

// Two clients: neither sees the other's worlds, what one sends in error does not disturb the other, and what one leaves behind when it vanishes
// in the middle of a long step is freed.
func TestClientsDoNotDisturbEachOther(t *testing.T) {
	s, address := serve(t)
	one, two := dial(t, address), dial(t, address)
	a, err := one.Reset(Scene{Warmup: 30, Pick: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := hashes(t, one, a.World, 0, 60)
	b, err := one.Reset(Scene{Warmup: 30, Pick: 1, World: &a.World})
	if err != nil {
		t.Fatal(err)
	}
	got := hashes(t, one, b.World, 0, 20)
	var drives []Drive
	for pick := range uint64(5) {
		o, err := two.Reset(Scene{Warmup: 30, Pick: pick})
		if err != nil {
			t.Fatal(err)
		}
		drives = append(drives, Drive{o.World, random(5, pick)})
	}
	if _, err := two.Step([]Drive{{4711, ego.Action{}}}, 1); err == nil {
		t.Error("a world that is nobody's was stepped")
	}
	if s.Worlds() != 6 {
		t.Errorf("%d worlds, want 6", s.Worlds())
	}
	gone := make(chan error, 1)
	go func() {
		_, err := two.Step(drives, maxTicks)
		gone <- err
	}()
	got = append(got, hashes(t, one, b.World, 20, 20)...)
	two.conn.NetConn().Close() // vanishes
	<-gone
	got = append(got, hashes(t, one, b.World, 40, 20)...)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("another client changed what a world does")
	}
	waitFor(t, func() bool { return s.Worlds() == 1 }, "the worlds of a client that vanished are still there")
}

// waitFor waits until it is so, for half a minute at most.
func waitFor(t *testing.T, so func() bool, what string) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func TestOnlyWhoHasTheTokenDrives(t *testing.T) {
	s := newServer(t, "secret")
	h := httptest.NewServer(s.Handler())
	defer h.Close()
	address := "ws" + strings.TrimPrefix(h.URL, "http") + "/drive"
	for _, token := range []string{"", "secre", "secrets"} {
		if _, err := Dial(t.Context(), address, token, ego.DefaultLayout()); err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("token %q: %v", token, err)
		}
	}
	c, err := Dial(t.Context(), address, "secret", ego.DefaultLayout())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Hangup()
	if _, resp, err := websocket.DefaultDialer.Dial(address+"?token=secret", http.Header{"Origin": {"http://elsewhere.example"}}); err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another server was let in: %v", err)
	}
}

func TestTooManyWorldsAreRefused(t *testing.T) {
	s := newServer(t, "")
	c := newSession(s)
	defer c.close()
	for id := range uint32(maxWorlds) {
		c.worlds[id+1] = nil
	}
	if err := c.room(); err == nil {
		t.Error("one world more than there may be")
	}
	clear(c.worlds)
	s.cfg.Most = 1
	if _, err := c.reset(t.Context(), []byte(`{"warmup_s": 20}`), nil); err != nil {
		t.Fatal(err)
	}
	var e *Error
	if _, err := c.reset(t.Context(), []byte(`{"warmup_s": 20}`), nil); !errors.As(err, &e) || e.Code != TooMany {
		t.Errorf("a second world of a server for one: %v", err)
	}
	if _, err := c.snapshot([]byte{1, 0, 0, 0}, nil); !errors.As(err, &e) || e.Code != TooMany {
		t.Errorf("a snapshot besides: %v", err)
	}
}

func TestStoppingEndsLongSteps(t *testing.T) {
	s := newServer(t, "")
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	c := dial(t, "ws://"+l.Addr().String()+"/drive")
	o, err := c.Reset(Scene{Warmup: 30})
	if err != nil {
		t.Fatal(err)
	}
	stepped := make(chan error, 1)
	go func() {
		_, err := c.Step([]Drive{{o.World, ego.Action{}}}, maxTicks)
		stepped <- err
	}()
	stop()
	<-stepped
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if s.Worlds() != 0 {
		t.Errorf("%d worlds after the end", s.Worlds())
	}
}

// Whatever a frame is there is one answer to it, of this protocol and to its request; and the session goes on.
func FuzzFrames(f *testing.F) {
	h := func(op Op, body ...byte) []byte { return append(header{op, 7}.append(nil), body...) }
	f.Add(h(Hello), h(Reset, []byte(`{"warmup_s":1}`)...))
	f.Add(h(Hello, []byte(`{"neighbours":64,"lane_points":1,"lane_spacing":1,"signals":1,"sight":5}`)...), h(Step, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0, 0, 0, 0, 32, 65, 0, 0, 0, 0))
	f.Add(h(Snapshot, 1, 0, 0, 0), h(Fork, 2, 0, 0, 0))
	f.Add(h(Restore, 1, 0, 0, 0, 2, 0, 0, 0), h(Close, 1, 0, 0, 0))
	f.Add(h(Forget, 2, 0, 0, 0), []byte{1})
	s := newServer(f, "")
	f.Fuzz(func(t *testing.T, one, two []byte) {
		c := newSession(s)
		defer c.close()
		if o, err := c.reset(t.Context(), []byte(`{"warmup_s": 20}`), nil); err != nil || len(o) != c.layout.Size() {
			t.Fatal(err)
		}
		for _, frame := range [][]byte{one, two} {
			answer := c.handle(t.Context(), frame, nil)
			if len(answer) < headerSize || answer[0] != Protocol || Op(answer[1])&opReply == 0 {
				t.Fatalf("%v is answered with %v", frame, answer)
			}
			if len(frame) >= headerSize && binary.LittleEndian.Uint32(frame[4:]) != binary.LittleEndian.Uint32(answer[4:]) {
				t.Fatalf("request %v is answered as %v", frame[4:8], answer[4:8])
			}
		}
		if len(c.worlds) > 3 || s.Worlds() != len(c.worlds)+len(c.snapshots) {
			t.Fatalf("%d worlds, counted %d", len(c.worlds), s.Worlds())
		}
	})
}

// BenchmarkSteps measures steps of so many worlds of the town in one batch, each with its observation and state hash.
func BenchmarkSteps(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, address := serve(b)
			c := dial(b, address)
			drives := make([]Drive, n)
			for k := range drives {
				o, err := c.Reset(Scene{Warmup: 120, Pick: uint64(k)})
				if err != nil {
					b.Fatal(err)
				}
				drives[k] = Drive{o.World, ego.Action{Mode: ego.Targets, Speed: 5, Lane: -1}}
			}
			steps := 0
			for b.Loop() {
				all, err := c.Step(drives, 1)
				if err != nil {
					b.Fatal(err)
				}
				for k := range all {
					if all[k].Flags&ego.Terminated != 0 {
						if _, err := c.Reset(Scene{Warmup: 120, Pick: uint64(k), World: &drives[k].World}); err != nil {
							b.Fatal(err)
						}
					}
				}
				steps += n
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "world-steps/s")
		})
	}
}
