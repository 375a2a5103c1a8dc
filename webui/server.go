package webui

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"regexp"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
	"roadtwin/vehicles/dynamics"
	"roadtwin/webui/stream"
	"roadtwin/webui/tiles"
)

// Config is what a Server shows and how.
type Config struct {
	Simulation Simulation
	Net        *network.Network
	Extract    *extract.Extract // the base map; nil where there is none
	Envelopes  *dynamics.Tables // for the details of a vehicle; may be nil

	Name       string  // of the place or scenario, for the title
	Version    string  // of the program
	Begin, End float64 // s after midnight
	StepTime   float64 // s

	Token      string // that control needs, see NewToken; empty means nobody controls
	Prefix     string // of all paths, such as "/traffic", behind a proxy that leaves it there; "" for none
	TLSCert    string // path of a certificate (PEM) and, in TLSKey, of its key; "" serves without TLS
	TLSKey     string
	Origins    []string // other origins whose pages may connect
	MaxClients int      // 0 means 1,000
	Paused     bool     // begin paused
	Speed      float64  // times real time to begin with; 0 means as fast as it goes
	Pprof      bool     // serve /debug/pprof/
	Logger     *slog.Logger
	// Failed, if set, is asked about once a second whether the run has failed beside the simulation, such as its
	// recording. A failure pauses the run and is shown.
	Failed func() error
	// PastBytes is how much of the past is kept to look at, and how much to go back to; about half of it each. 0 means 512 MB.
	PastBytes int
}

const defaultPastBytes = 512 << 20

func (c *Config) tapeBytes() int       { return cmp.Or(c.PastBytes, defaultPastBytes) / 2 }
func (c *Config) checkpointBytes() int { return cmp.Or(c.PastBytes, defaultPastBytes) / 2 }

func (c *Config) check() error {
	switch {
	case c.Simulation == nil:
		return errors.New("webui: no simulation")
	case c.Net == nil:
		return errors.New("webui: no network")
	case !(c.StepTime > 0):
		return fmt.Errorf("webui: step time %v s, want > 0", c.StepTime)
	case (c.TLSCert == "") != (c.TLSKey == ""):
		return errors.New("webui: want both a certificate and its key, or neither")
	case c.Prefix != "" && !prefixForm.MatchString(c.Prefix):
		return fmt.Errorf("webui: prefix %q, want /name or /name/name", c.Prefix)
	case c.PastBytes < 0:
		return fmt.Errorf("webui: %d bytes for the past, want 0 or more", c.PastBytes)
	case c.Speed != 0 && (c.Speed < minSpeed || c.Speed > maxSpeed):
		return fmt.Errorf("webui: speed %v, want 0 or %v to %v", c.Speed, minSpeed, maxSpeed)
	}
	return nil
}

var prefixForm = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

// Server shows one simulation. Make it with New, run it with Serve.
type Server struct {
	cfg     Config
	log     *slog.Logger
	places  *stream.Places
	tiles   *tiles.Map
	hub     *stream.Hub
	runner  *runner
	handler http.Handler
	stopped chan struct{} // closed when Serve ends
}

// New prepares everything that does not change: the map, the network's layers, the page.
func New(cfg Config) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		cfg: cfg, log: cfg.Logger, places: stream.NewPlaces(cfg.Net), tiles: tiles.New(cfg.Net, cfg.Extract),
		stopped: make(chan struct{}),
	}
	info := newInfo(&cfg, s.places)
	view := &pastView{tape: stream.NewTape(cfg.tapeBytes()), marks: newMarks(cfg.Net)}
	inspector := newInspector(cfg.Net, newMinutes(cfg.Net))
	s.hub = stream.NewHub(stream.Config{
		Hello: info.hello(), Token: cfg.Token, Control: s.control, Tape: view.tape, CheckPlace: inspector.checkPlace,
		Origins: cfg.Origins, MaxClients: cfg.MaxClients, Logger: cfg.Logger,
	})
	metrics := newMetrics(s.hub)
	s.runner = newRunner(&cfg, s.hub, s.places, view, inspector, metrics)
	handler, err := s.routes(info, metrics)
	if err != nil {
		return nil, err
	}
	s.handler = handler
	return s, nil
}

// Handler returns the handler of all requests. The simulation runs only while Serve does.
func (s *Server) Handler() http.Handler { return s.handler }

func (s *Server) routes(info info, metrics *metrics) (http.Handler, error) {
	mux := http.NewServeMux()
	page, err := pageHandler()
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /", page)
	mux.Handle("GET /dashboard", atRoot(page))
	mux.Handle("GET /api/info", fixedJSON("application/json", info.json()))
	mux.HandleFunc("GET /api/kpis", s.runner.serveKPIs)
	mux.Handle("GET /api/openapi.json", fixedJSON("application/json", openAPI))
	mux.HandleFunc("GET /api/timeline", s.runner.view.serve)
	mux.Handle("GET /api/network/signals", lazyJSON(func() any { return signalHeads(s.cfg.Net, s.places) }))
	mux.Handle("GET /api/network/junctions", lazyJSON(func() any { return junctions(s.cfg.Net) }))
	mux.Handle("GET /api/network/edges", lazyJSON(func() any { return edges(s.cfg.Net, s.places) }))
	mux.HandleFunc("GET /api/network/conditions", s.runner.roads.serve)
	mux.HandleFunc("GET /api/network/edges/{id}/course", s.runner.minutes.serve)
	mux.HandleFunc("GET /api/network/layers", s.runner.minutes.serveLayers)
	mux.HandleFunc("GET /api/variant", s.serveVariant)
	mux.Handle("GET /api/search", newSearch(s.cfg.Net, s.places))
	mux.HandleFunc("GET /api/network/edges/{id}", serveStreet(s.cfg.Net))
	mux.HandleFunc("GET /api/", func(w http.ResponseWriter, r *http.Request) { fail(w, http.StatusNotFound, "no such address") })
	mux.Handle("GET /tiles/{z}/{x}/{y}", tileHandler(s.tiles, metrics))
	mux.Handle("GET /ws", s.hub)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics.registry, promhttp.HandlerOpts{}))
	if s.cfg.Pprof {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return guarded(under(s.cfg.Prefix, mux)), nil
}

// under serves h below a prefix, whose bare name leads to what is below it: the page finds all else from there.
func under(prefix string, h http.Handler) http.Handler {
	if prefix == "" {
		return h
	}
	mux := http.NewServeMux()
	mux.Handle(prefix+"/", http.StripPrefix(prefix, h))
	mux.Handle("GET "+prefix, http.RedirectHandler(prefix+"/", http.StatusMovedPermanently))
	return mux
}

// atRoot has h answer as for the root: the one page decides by its address what it shows.
func atRoot(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := r.Clone(r.Context())
		at.URL.Path, at.URL.RawPath = "/", ""
		h.ServeHTTP(w, at)
	})
}

// guarded adds the headers that keep the page to what this server gives it, and the control token out of others' logs.
func guarded(h http.Handler) http.Handler {
	const policy = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self' data:; worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'self'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		h.ServeHTTP(w, r)
	})
}

// shutdownTime is how long requests under way may take to end.
const shutdownTime = 3 * time.Second

// Serve runs the simulation and answers requests on l until ctx ends, which is no error. When it returns, the
// simulation is no longer being used. A Server serves once.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      60 * time.Second, // a profile takes 30; WebSockets have their own
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	var running sync.WaitGroup
	running.Go(func() { s.runner.run(ctx) })
	failed := make(chan error, 1)
	go func() {
		if s.cfg.TLSCert != "" {
			failed <- server.ServeTLS(l, s.cfg.TLSCert, s.cfg.TLSKey)
		} else {
			failed <- server.Serve(l)
		}
	}()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		cancel()
	}
	s.hub.Close()
	running.Wait()
	close(s.stopped)
	grace, done := context.WithTimeout(context.Background(), shutdownTime)
	defer done()
	if server.Shutdown(grace) != nil {
		server.Close()
	}
	if err != nil {
		return fmt.Errorf("serving %s: %w", l.Addr(), err)
	}
	return nil
}

// Listen opens addr, such as "localhost:8080"; its errors are for the user to read.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		return l, nil
	}
	_, port, splitErr := net.SplitHostPort(addr)
	switch {
	case splitErr != nil:
		return nil, fmt.Errorf("address %q is not host:port, such as localhost:8080", addr)
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is in use: choose another with --addr", port)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("port %s needs more rights: choose one above 1023 with --addr", port)
	}
	return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
}

// NewToken returns a random token for control: 128 bits in hexadecimal.
func NewToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// URL returns the address to open for a server that listens on l without TLS or prefix, with the token for control.
func URL(l net.Listener, token string) string { return (&Config{Token: token}).Address(l) }

// Address returns the address to open for a server with this configuration that listens on l, with the token for control.
func (c *Config) Address(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); err == nil && ip != nil && (ip.IsUnspecified() || ip.IsLoopback()) {
		host = "localhost"
	}
	scheme := "http://"
	if c.TLSCert != "" {
		scheme = "https://"
	}
	url := scheme + net.JoinHostPort(host, port) + c.Prefix + "/"
	if c.Token != "" {
		url += "?token=" + c.Token
	}
	return url
}
