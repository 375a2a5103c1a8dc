package stream

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/vehicles/traffic"
)

// pipes is a network listener in memory without any buffer: what one side does not read, the other cannot write. So a
// client that does not read is seen at once, and inside of a synctest bubble all timeouts pass in no time.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case p.conns <- far:
		return near, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serve runs a hub on pipes until the returned function is called.
func serve(t *testing.T, cfg Config) (*Hub, *pipes, func()) {
	t.Helper()
	hub, p := NewHub(cfg), newPipes()
	server := &http.Server{Handler: hub}
	go func() { _ = server.Serve(p) }() // ends when p is closed
	return hub, p, func() {
		hub.Close()
		server.Close()
		synctest.Wait()
	}
}

func (p *pipes) connect(t *testing.T, header http.Header) *websocket.Conn {
	t.Helper()
	conn, _, err := (&websocket.Dialer{NetDialContext: p.dial}).Dial("ws://localhost:8080/ws", header)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

const lookHere = `{"type":"view","zoom":15,"bbox":[-75.6,39.7,-75.5,39.8]}`

func write(t *testing.T, conn *websocket.Conn, msg string) {
	t.Helper()
	if err := conn.WriteMessage(websocket.TextMessage, []byte(msg)); err != nil {
		t.Errorf("write %s: %v", msg, err)
	}
}

// viewer reads everything, acknowledges frames and counts them.
type viewer struct {
	frames, gaps atomic.Int64
	last         uint32
}

func (v *viewer) run(conn *websocket.Conn) {
	for {
		kind, msg, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if kind != websocket.BinaryMessage {
			continue
		}
		h, _, err := ReadHeader(msg)
		if err != nil || h.Type != VehiclesMessage {
			continue
		}
		if v.last != 0 && h.Seq != v.last+1 {
			v.gaps.Add(1)
		}
		v.last = h.Seq
		v.frames.Add(1)
		ack, _ := json.Marshal(map[string]any{"type": "ack", "seq": h.Seq})
		if conn.WriteMessage(websocket.TextMessage, ack) != nil {
			return
		}
	}
}

func TestClientsThatNeverReadDisturbNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{Hello: []byte(`{"type":"hello"}`)})
		const all, stalled, pictures = 100, 10, 200
		viewers := make([]viewer, all-stalled)
		for i := range all {
			conn := p.connect(t, nil)
			defer conn.Close()
			write(t, conn, lookHere)
			if i >= stalled {
				go viewers[i-stalled].run(conn)
			}
		}
		synctest.Wait()
		net, places := crossroad(t)
		painter, m := NewPainter(net, places), column(50)
		for range pictures {
			m.Time += 0.1
			before := time.Now()
			hub.Publish(painter.Paint(m))
			if waited := time.Since(before); waited != 0 {
				t.Fatalf("publishing waited %v for a client", waited)
			}
			time.Sleep(100 * time.Millisecond)
			synctest.Wait()
		}
		for i := range viewers {
			if f, g := viewers[i].frames.Load(), viewers[i].gaps.Load(); f != pictures || g != 0 {
				t.Errorf("viewer %d got %d frames with %d gaps, want %d without", i, f, g, pictures)
			}
		}
		c := hub.Counters()
		if c.DroppedSlow != stalled || c.Clients != all-stalled {
			t.Errorf("%d dropped and %d left, want %d and %d: %+v", c.DroppedSlow, c.Clients, stalled, all-stalled, c)
		}
		stop()
	})
}

// next returns the next message of the wanted type, "binary" types included as their number.
func next(t *testing.T, conn *websocket.Conn, binary MessageType) (Header, []byte) {
	t.Helper()
	for {
		kind, msg, err := conn.ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		if kind != websocket.BinaryMessage {
			continue
		}
		h, rest, err := ReadHeader(msg)
		if err != nil {
			t.Fatal(err)
		}
		if h.Type == binary {
			return h, rest
		}
	}
}

func TestAtMostTwoFramesAreUnacknowledgedThenTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		write(t, conn, lookHere)
		synctest.Wait()
		seqs := make(chan uint32, 100)
		go func() {
			defer close(seqs)
			for {
				_, msg, err := conn.ReadMessage()
				if err != nil {
					return
				}
				if h, _, err := ReadHeader(msg); err == nil && h.Type == VehiclesMessage {
					seqs <- h.Seq
				}
			}
		}()
		net, places := crossroad(t)
		painter, m := NewPainter(net, places), column(5)
		publish := func(n int) {
			for range n {
				hub.Publish(painter.Paint(m))
				synctest.Wait()
			}
		}
		publish(10)
		write(t, conn, `{"type":"ack","seq":1}`)
		synctest.Wait()
		publish(5)
		write(t, conn, `{"type":"ack","seq":10}`)
		synctest.Wait()
		stop()
		var got []uint32
		for s := range seqs {
			got = append(got, s)
		}
		want := []uint32{1, 2, 10, 15}
		if len(got) != len(want) {
			t.Fatalf("frames %v, want %v", got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("frames %v, want %v", got, want)
			}
		}
		if c := hub.Counters(); c.Skipped != 11 || c.Sent != 4 {
			t.Errorf("%d skipped, %d sent, want 11 and 4", c.Skipped, c.Sent)
		}
	})
}

func TestSilentClientIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		conn.SetPingHandler(func(string) error { return nil })
		go (&viewer{}).run(conn)
		time.Sleep(39 * time.Second)
		synctest.Wait()
		if c := hub.Counters(); c.Clients != 1 {
			t.Errorf("dropped after 39 s of silence, want 40")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if c := hub.Counters(); c.DroppedSilent != 1 || c.Clients != 0 {
			t.Errorf("after 41 s of silence: %+v, want one dropped", c)
		}
		stop()
	})
}

func TestFloodingClientIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		go (&viewer{}).run(conn)
		for range 1000 {
			if conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"ack","seq":1}`)) != nil {
				break
			}
		}
		synctest.Wait()
		if c := hub.Counters(); c.DroppedFlood != 1 || c.Clients != 0 {
			t.Errorf("after 1,000 messages at once: %+v, want one dropped", c)
		}
		stop()
	})
}

func TestTooLongMessageEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		go (&viewer{}).run(conn)
		_ = conn.WriteMessage(websocket.TextMessage, []byte(strings.Repeat(" ", maxMessage+1)))
		synctest.Wait()
		if c := hub.Counters(); c.Clients != 0 {
			t.Errorf("%d clients after a message over the limit, want 0", c.Clients)
		}
		stop()
	})
}

func TestOnlyOwnPagesMayConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{Origins: []string{"https://traffic.example.org"}, MaxClients: 2})
		for _, c := range []struct {
			origin string
			status int
		}{
			{"http://localhost:8080", http.StatusSwitchingProtocols},
			{"https://traffic.example.org", http.StatusSwitchingProtocols},
			{"http://localhost:8081", http.StatusServiceUnavailable}, // two are there already
		} {
			conn, resp, err := (&websocket.Dialer{NetDialContext: p.dial}).Dial("ws://localhost:8080/ws", http.Header{"Origin": {c.origin}})
			if resp == nil || resp.StatusCode != c.status {
				t.Fatalf("%s: %v, %v, want status %d", c.origin, resp, err, c.status)
			}
			if conn != nil {
				defer conn.Close()
			}
		}
		synctest.Wait()
		if c := hub.Counters(); c.Accepted != 2 || c.Refused != 1 {
			t.Errorf("%+v, want 2 accepted and 1 refused", c)
		}
		stop()

		_, p, stop = serve(t, Config{})
		for _, origin := range []string{"http://evil.example", "http://localhost:8081", "null"} {
			_, resp, err := (&websocket.Dialer{NetDialContext: p.dial}).Dial("ws://localhost:8080/ws", http.Header{"Origin": {origin}})
			if !errors.Is(err, websocket.ErrBadHandshake) || resp.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %v, want 403", origin, err)
			}
		}
		stop()
	})
}

func TestSignalsComeBeforeTheirFrameAndCatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		write(t, conn, lookHere)
		synctest.Wait()
		net, places := crossroad(t)
		painter, m := NewPainter(net, places), column(5)
		// Nobody reads yet: the first picture is under way, the others replace one another in the slot.
		for i := range 5 {
			m.Aspects[0]++
			m.Aspects[2] = m.Aspects[i%2]
			hub.Publish(painter.Paint(m))
			synctest.Wait()
		}
		for _, want := range []uint32{1, 5} {
			h, rest := next(t, conn, SignalsMessage)
			if s, err := ReadSignals(h, rest); err != nil || h.Seq != want || len(s) != 3 {
				t.Errorf("signals %v of picture %d (%v), want all 3 of picture %d", s, h.Seq, err, want)
			}
			if h, _ := next(t, conn, VehiclesMessage); h.Seq != want {
				t.Errorf("frame %d, want %d", h.Seq, want)
			}
			write(t, conn, `{"type":"ack","seq":5}`)
		}
		m.Aspects[1] = 5
		hub.Publish(painter.Paint(m))
		h, rest := next(t, conn, SignalChangesMessage)
		if c, err := ReadSignalChanges(h, rest); err != nil || len(c) != 1 || c[0] != (AspectChange{1, 5}) {
			t.Errorf("changes %v (%v), want group 1 to 5", c, err)
		}
		stop()
	})
}

func TestFarViewGetsEdges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		write(t, conn, `{"type":"view","zoom":11,"bbox":[-76,39,-75,40]}`)
		synctest.Wait()
		select {
		case <-hub.Wanted():
		default:
			t.Error("a new view asks for no picture")
		}
		net, places := crossroad(t)
		painter := NewPainter(net, places)
		hub.Publish(painter.Paint(column(5)))
		h, rest := next(t, conn, EdgesMessage)
		if e, err := ReadEdges(h, rest); err != nil || len(e) != 1 || e[0].Vehicles != 5 {
			t.Errorf("edges %+v (%v), want one with 5 vehicles", e, err)
		}
		stop()
	})
}

func TestSelectionGetsFullDetailOnceThenBrief(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, p, stop := serve(t, Config{})
		conn := p.connect(t, nil)
		defer conn.Close()
		write(t, conn, `{"type":"select","vehicle":7}`)
		synctest.Wait()
		if s := hub.AppendSelected(nil); len(s) != 1 || s[0] != 7 {
			t.Fatalf("selected %v, want [7]", s)
		}
		text := func() string {
			_, msg, err := conn.ReadMessage()
			if err != nil {
				t.Fatal(err)
			}
			return string(msg)
		}
		detail := func(version int, gone bool) {
			hub.PublishDetails([]Detail{{Vehicle: 7, Version: version, Full: []byte("full"), Brief: []byte("brief"), Gone: gone}})
		}
		for i, c := range []struct {
			version int
			gone    bool
			want    string
		}{{1, false, "full"}, {1, false, "brief"}, {2, false, "full"}, {2, false, "brief"}, {2, true, "full"}} {
			detail(c.version, c.gone)
			if got := text(); got != c.want {
				t.Errorf("message %d is %s, want %s", i, got, c.want)
			}
			synctest.Wait()
		}
		if s := hub.AppendSelected(nil); len(s) != 0 {
			t.Errorf("selected %v after the vehicle has gone, want none", s)
		}
		stop()
	})
}

func TestFullDetailIsNotLostToABriefOne(t *testing.T) {
	hub := NewHub(Config{})
	c := newClient(hub, nil)
	c.choose(selection{vehicle: 7, ok: true})
	byID := map[traffic.VehicleID]*Detail{7: {Vehicle: 7, Version: 1, Full: []byte("full"), Brief: []byte("brief")}}
	c.offerDetail(byID)
	c.offerDetail(byID) // before the first was taken
	if got := string(c.take(nil).texts[detailText]); got != "full" {
		t.Errorf("took %q, want full", got)
	}
	c.offerDetail(byID)
	if got := string(c.take(nil).texts[detailText]); got != "brief" {
		t.Errorf("then took %q, want brief", got)
	}
}

// BenchmarkPublish measures what 100 viewers cost the publisher: filling 100 slots.
func BenchmarkPublish(b *testing.B) {
	hub := NewHub(Config{})
	net, places := crossroad(b)
	for range 100 {
		c := newClient(hub, nil)
		c.view, c.hasView = everywhere(b), true
		hub.add(c)
	}
	pic := NewPainter(net, places).Paint(column(10000))
	b.ReportAllocs()
	for b.Loop() {
		hub.Publish(pic)
	}
}
