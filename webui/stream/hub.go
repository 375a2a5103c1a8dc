package stream

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/vehicles/traffic"
)

// Config is what a Hub starts from.
type Config struct {
	Hello []byte // sent first to every client
	Token string // that control needs; empty means nobody controls
	// Control does what a client with the token asks, and returns an *Error or any other error to answer with. It may
	// block only the one client that asked.
	Control func(ctx context.Context, action string, value json.RawMessage) error
	// Origins are further origins, such as "https://traffic.example.org", whose pages may connect.
	Origins    []string
	MaxClients int // 0 means 1,000
	Tape       *Tape
	CheckPlace func(Place) error // whether there is such a place; nil: all there are
	Logger     *slog.Logger

	WriteTimeout time.Duration // a write that takes longer ends the connection; 0 means 5 s
	PingEvery    time.Duration // 0 means 15 s
	PongTimeout  time.Duration // silence that ends the connection; 0 means 40 s
}

func (c Config) withDefaults() Config {
	if c.MaxClients == 0 {
		c.MaxClients = 1000
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = 5 * time.Second
	}
	if c.PingEvery == 0 {
		c.PingEvery = 15 * time.Second
	}
	if c.PongTimeout == 0 {
		c.PongTimeout = 40 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Counters are what a Hub has done since it started.
type Counters struct {
	Clients  int64 // connected now
	Accepted int64
	Refused  int64 // too many clients, or a foreign origin
	Sent     int64 // frames (vehicles or edges)
	Skipped  int64 // pictures replaced by a newer one before a client could take them
	Bytes    int64 // of all messages
	// Connections ended by the server, by cause.
	DroppedSlow   int64 // a write took longer than WriteTimeout
	DroppedSilent int64 // no pong
	DroppedFlood  int64 // too many messages, or answers not taken
}

// Hub brings pictures and messages to all connected clients. Its methods are safe for concurrent use, and none waits
// for a client.
type Hub struct {
	cfg      Config
	upgrader websocket.Upgrader
	wanted   chan struct{}

	mu      sync.Mutex // guards what follows
	clients map[*client]struct{}
	closed  bool
	state   []byte
	kpi     []byte
	weather []byte
	past    []byte

	places    atomic.Int64 // taken of MaxClients
	accepted  atomic.Int64
	refused   atomic.Int64
	sent      atomic.Int64
	skipped   atomic.Int64
	bytes     atomic.Int64
	dropSlow  atomic.Int64
	dropQuiet atomic.Int64
	dropFlood atomic.Int64
}

// NewHub returns a hub without clients.
func NewHub(cfg Config) *Hub {
	h := &Hub{cfg: cfg.withDefaults(), wanted: make(chan struct{}, 1), clients: make(map[*client]struct{})}
	h.upgrader = websocket.Upgrader{
		HandshakeTimeout: h.cfg.WriteTimeout,
		ReadBufferSize:   1024,
		WriteBufferSize:  4096,
		WriteBufferPool:  new(sync.Pool),
		CheckOrigin:      h.originAllowed,
		// Compression stays off: it costs more than it saves.
	}
	return h
}

// originAllowed reports whether the page that asks comes from this server or one that was allowed. Programs
// that are no browser send no Origin.
func (h *Hub) originAllowed(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	if slices.ContainsFunc(h.cfg.Origins, func(o string) bool { return strings.EqualFold(o, origin) }) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// ServeHTTP upgrades the request to a WebSocket and serves it until it ends.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.places.Add(1) > int64(h.cfg.MaxClients) {
		h.places.Add(-1)
		h.refused.Add(1)
		http.Error(w, "too many viewers, try again later", http.StatusServiceUnavailable)
		return
	}
	defer h.places.Add(-1)
	conn, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil { // Upgrade has answered
		h.refused.Add(1)
		return
	}
	c := newClient(h, conn)
	if !h.add(c) {
		conn.Close()
		return
	}
	h.accepted.Add(1)
	defer h.remove(c)
	c.serve(r.Context())
}

// add registers c with the texts that begin every connection; false if the hub is closed.
func (h *Hub) add(c *client) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.clients[c] = struct{}{}
	c.texts[helloText] = h.cfg.Hello
	c.texts[stateText] = h.state
	c.texts[kpiText] = h.kpi
	c.texts[weatherText] = h.weather
	c.texts[pastText] = h.past
	c.signal()
	return true
}

func (h *Hub) remove(c *client) {
	h.mu.Lock()
	delete(h.clients, c)
	h.mu.Unlock()
}

// each calls do with every client, holding the lock: do must not wait.
func (h *Hub) each(do func(*client)) {
	for c := range h.clients {
		do(c)
	}
}

// Publish offers pic to every client that has a view.
func (h *Hub) Publish(pic *Picture) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(func(c *client) { c.offer(pic) })
}

// SetState sends the state message to every client, now and on connecting.
func (h *Hub) SetState(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = msg
	h.each(func(c *client) { c.text(stateText, msg) })
}

// RefreshState replaces the state message for those who connect later; for the others nothing has changed.
func (h *Hub) RefreshState(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.state = msg
}

// SetKPI sends the kpi message to every client, now and on connecting.
func (h *Hub) SetKPI(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kpi = msg
	h.each(func(c *client) { c.text(kpiText, msg) })
}

// SetWeather sends the weather message to every client, now and on connecting.
func (h *Hub) SetWeather(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.weather = msg
	h.each(func(c *client) { c.text(weatherText, msg) })
}

// SetPast sends the timeline message to every client, now and on connecting.
func (h *Hub) SetPast(msg []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.past = msg
	h.each(func(c *client) { c.text(pastText, msg) })
}

// Detail is what the clients that selected Vehicle get: Full until they have seen it in this Version, then Brief. Gone
// ends the selection with Full.
type Detail struct {
	Vehicle     traffic.VehicleID
	Version     int // >= 1
	Full, Brief []byte
	Gone        bool
}

// PublishDetails sends each detail to the clients that have selected its vehicle.
func (h *Hub) PublishDetails(details []Detail) {
	if len(details) == 0 {
		return
	}
	byID := make(map[traffic.VehicleID]*Detail, len(details))
	for i := range details {
		byID[details[i].Vehicle] = &details[i]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(func(c *client) { c.offerDetail(byID) })
}

// AppendSelected appends the vehicles that clients have selected to dst, ascending, each once.
func (h *Hub) AppendSelected(dst []traffic.VehicleID) []traffic.VehicleID {
	h.mu.Lock()
	h.each(func(c *client) {
		if s := c.selection(); s.ok {
			dst = append(dst, s.vehicle)
		}
	})
	h.mu.Unlock()
	slices.Sort(dst)
	return slices.Compact(dst)
}

// Viewers returns the number of clients that have a view and so want pictures.
func (h *Hub) Viewers() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(func(c *client) {
		if c.viewing() {
			n++
		}
	})
	return n
}

// Wanted signals that a client waits for a picture or a detail of the present state, which matters while the
// simulation is paused.
func (h *Hub) Wanted() <-chan struct{} { return h.wanted }

func (h *Hub) want() {
	select {
	case h.wanted <- struct{}{}:
	default:
	}
}

// Counters returns what the hub has done so far.
func (h *Hub) Counters() Counters {
	h.mu.Lock()
	clients := int64(len(h.clients))
	h.mu.Unlock()
	return Counters{
		Clients: clients, Accepted: h.accepted.Load(), Refused: h.refused.Load(),
		Sent: h.sent.Load(), Skipped: h.skipped.Load(), Bytes: h.bytes.Load(),
		DroppedSlow: h.dropSlow.Load(), DroppedSilent: h.dropQuiet.Load(), DroppedFlood: h.dropFlood.Load(),
	}
}

// Close ends all connections and refuses new ones.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.each(func(c *client) { c.close(websocket.CloseGoingAway, "the server stops") })
}

func (h *Hub) tokenRight(token string) bool {
	return h.cfg.Token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(h.cfg.Token)) == 1
}
