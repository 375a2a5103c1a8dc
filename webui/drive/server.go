package drive

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"roadtwin/scenarios/ego"
)

// Config is all that a Server needs.
type Config struct {
	Sources []Source // at least one; their names are different
	Token   string   // that clients must have; "": none
	Version string   // of the program
	// Most is how many worlds and snapshots all clients may have together; 0: DefaultMost. Each takes the memory of the state of a city.
	Most   int
	Logger *slog.Logger
}

// Server answers clients until Serve ends.
type Server struct {
	cfg    Config
	scenes scenes
	turns  chan struct{} // one for each world that moves in a batch
	worlds atomic.Int64
	ctx    context.Context // of Serve

	mu      sync.Mutex
	clients int
	gone    sync.WaitGroup
}

// DefaultMost is how many worlds and snapshots there may be if nothing else is said.
const DefaultMost = 512

const (
	maxClients   = 64
	pingEvery    = 20 * time.Second
	silence      = time.Hour // after which a client that neither asks nor answers pings has vanished: who has lost its connection, TCP tells sooner
	writeTime    = 10 * time.Second
	waitingMost  = 4 // requests of a client that wait for the one that is being done
	shutdownTime = 3 * time.Second
)

// New returns a server, or an error if the configuration makes no sense.
func New(cfg Config) (*Server, error) {
	if len(cfg.Sources) == 0 {
		return nil, errors.New("drive: no scenario to drive in")
	}
	names := map[string]bool{}
	for i := range cfg.Sources {
		s := &cfg.Sources[i]
		if names[s.Name] {
			return nil, fmt.Errorf("drive: two scenarios are called %q", s.Name)
		}
		names[s.Name] = true
		if s.Options.Seed == 0 {
			s.Options.Seed = 1
			if len(s.Scenario.Seeds) > 0 {
				s.Options.Seed = s.Scenario.Seeds[0]
			}
		}
	}
	if cfg.Most == 0 {
		cfg.Most = DefaultMost
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{cfg: cfg, scenes: scenes{sources: cfg.Sources}, turns: make(chan struct{}, runtime.GOMAXPROCS(0)), ctx: context.Background()}, nil
}

// Info is what a server says of itself in answer to Hello.
type Info struct {
	Protocol        int        `json:"protocol"`
	Version         string     `json:"version"`
	Layout          ego.Layout `json:"layout"`
	ObservationSize int        `json:"observation_size"` // bytes
	ActionSize      int        `json:"action_size"`      // bytes, without the number of the world
	Scenarios       []About    `json:"scenarios"`
	MaxWorlds       int        `json:"max_worlds"`
	MaxSnapshots    int        `json:"max_snapshots"`
	MaxTicks        int        `json:"max_ticks"`
}

// About is one scenario.
type About struct {
	Name  string  `json:"name"`
	Begin float64 `json:"begin_s"` // s after midnight
	End   float64 `json:"end_s"`
	Step  float64 `json:"step_s"` // of a tick
	Seed  uint64  `json:"seed"`   // if none is asked for
}

func (s *Server) info(l ego.Layout) Info {
	i := Info{
		Protocol: Protocol, Version: s.cfg.Version, Layout: l, ObservationSize: l.Size(), ActionSize: ego.ActionSize,
		MaxWorlds: maxWorlds, MaxSnapshots: maxSnapshots, MaxTicks: maxTicks,
	}
	for k := range s.cfg.Sources {
		o := &s.cfg.Sources[k]
		i.Scenarios = append(i.Scenarios, About{o.Name, float64(o.Scenario.Period.Begin), float64(o.Scenario.Period.End), o.step(), o.Options.Seed})
	}
	return i
}

// Worlds returns how many worlds and snapshots all clients have.
func (s *Server) Worlds() int { return int(s.worlds.Load()) }

// room returns an error if there is none for another world or snapshot. Clients that ask at the same moment may each get one more.
func (s *Server) room() error {
	if n := s.Worlds(); n >= s.cfg.Most {
		return errorf(TooMany, "%d worlds and snapshots of all clients, the most that the server may have", n)
	}
	return nil
}

func (s *Server) count(n int) { s.worlds.Add(int64(n)) }

// Handler answers WebSockets at /drive, gRPC at Procedure, and /healthz.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /drive", s.serveSocket)
	mux.Handle(Procedure, s.grpcHandler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return mux
}

// allows reports whether a request has the token, in its address or as a bearer's.
func (s *Server) allows(r *http.Request) bool {
	if s.cfg.Token == "" {
		return true
	}
	token := r.URL.Query().Get("token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	return subtle.ConstantTimeCompare([]byte(token), []byte(s.cfg.Token)) == 1
}

// sameOrigin lets programs in, which send no Origin, and pages of this server: no page of another may use a visitor's simulation.
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
}

// enter counts a client in; false if there are too many.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clients >= maxClients || s.ctx.Err() != nil {
		return false
	}
	s.clients++
	s.gone.Add(1)
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients--
	s.gone.Done()
}

func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	switch {
	case !s.allows(r):
		http.Error(w, "token missing or wrong", http.StatusUnauthorized)
		return
	case !s.enter():
		http.Error(w, "too many clients", http.StatusServiceUnavailable)
		return
	}
	defer s.leave()
	up := websocket.Upgrader{CheckOrigin: sameOrigin, ReadBufferSize: 16 << 10, WriteBufferSize: 64 << 10}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.Close()
	s.cfg.Logger.Debug("a client drives", "from", r.RemoteAddr)
	s.talk(conn)
	s.cfg.Logger.Debug("a client has left", "from", r.RemoteAddr)
}

// talk answers the requests of a client one after the other until it leaves or the server stops.
func (s *Server) talk(conn *websocket.Conn) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	c := newSession(s)
	defer c.close()
	frames := make(chan []byte, waitingMost)
	go func() {
		defer cancel() // also in the middle of a step
		defer close(frames)
		listen(ctx, conn, frames)
	}()
	beat := time.NewTicker(pingEvery)
	defer beat.Stop()
	var answer []byte
	for {
		select {
		case <-ctx.Done():
			_ = conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, ""), time.Now().Add(time.Second))
			return
		case <-beat.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeTime)) != nil {
				return
			}
		case frame, ok := <-frames:
			if !ok {
				return
			}
			answer = c.handle(ctx, frame, answer[:0])
			_ = conn.SetWriteDeadline(time.Now().Add(writeTime))
			if conn.WriteMessage(websocket.BinaryMessage, answer) != nil {
				return
			}
		}
	}
}

// listen reads frames until the client leaves, is silent for too long, or sends what is none.
func listen(ctx context.Context, conn *websocket.Conn, frames chan<- []byte) {
	conn.SetReadLimit(maxFrame)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(silence)) }
	conn.SetPongHandler(alive)
	_ = alive("")
	for {
		kind, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		_ = alive("")
		if kind != websocket.BinaryMessage {
			frame = nil // answered as a frame that is too short
		}
		select {
		case frames <- frame:
		case <-ctx.Done():
			return
		}
	}
}

// protocols are HTTP/1.1, for WebSockets, and HTTP/2 without TLS, for gRPC.
func protocols() *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return &p
}

// Serve answers on l until ctx ends, which is no error. A Server serves once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.ctx = ctx
	s.mu.Unlock()
	server := &http.Server{
		Protocols: protocols(), HTTP2: &http.HTTP2Config{SendPingTimeout: pingEvery, PingTimeout: 2 * pingEvery},
		Handler: s.Handler(), ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(s.cfg.Logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		cancel()
	}
	grace, done := context.WithTimeout(context.Background(), shutdownTime)
	defer done()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	s.gone.Wait()
	if err != nil {
		return fmt.Errorf("serving %s: %w", l.Addr(), err)
	}
	return nil
}
