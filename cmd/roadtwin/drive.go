package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"roadtwin/webui"
	egos "roadtwin/webui/drive"
)

// driveVerb is "roadtwin drive".
type driveVerb struct {
	Sources []string `arg:"" optional:"" help:"Scenarios (.yaml), or maps with their default demand, that clients may drive in."`
	Addr    string   `default:"localhost:8090" help:"Listen on this host and port (default: ${default})."`
	Token   string   `env:"ROADTWIN_TOKEN" help:"Token that clients must have. Without one only programs of this machine get in: for other addresses than localhost a random one is made."`
	Worlds  int      `default:"512" placeholder:"N" help:"Worlds and snapshots that all clients may have together (default: ${default}); each takes the memory of the state of a city."`
	Client  string   `enum:",python" default:"" placeholder:"python" help:"Write the client for a language to standard output in place of serving: python."`
}

// Help is shown by "roadtwin drive --help".
func (driveVerb) Help() string {
	return `A vehicle of the simulation is driven from outside, step by step: see webui/drive/PROTOCOL.md.

Example:

  roadtwin drive scenario.yaml --addr localhost:8090
  roadtwin drive --client python > roadtwin_drive.py`
}

// Run serves until it is interrupted, which is its ordinary end.
func (v *driveVerb) Run(ctx context.Context, c *console) error {
	if v.Client != "" {
		_, err := c.out.Write(egos.PythonClient)
		return err
	}
	if len(v.Sources) == 0 {
		return mistake(fmt.Errorf("nothing to drive in: give a scenario or a map"))
	}
	if v.Worlds < 1 {
		return mistake(fmt.Errorf("--worlds %d, want at least 1", v.Worlds))
	}
	listener, err := webui.Listen(v.Addr) // before the long work: a busy port should be told at once
	if err != nil {
		return mistake(err)
	}
	defer listener.Close()
	cfg := egos.Config{Token: v.Token, Most: v.Worlds, Version: version(), Logger: c.log}
	if cfg.Token == "" && !isLocal(listener) {
		cfg.Token = webui.NewToken()
	}
	for _, path := range v.Sources {
		flags := scenarioFlags{Source: path, Threads: 1}
		city, s, opts, err := flags.open(ctx, c)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		cfg.Sources = append(cfg.Sources, egos.Source{Name: cmp.Or(s.Name, name), City: city, Scenario: s, Options: opts})
	}
	server, err := egos.New(cfg)
	if err != nil {
		return mistake(err)
	}
	address := strings.Replace(strings.Replace(webui.URL(listener, cfg.Token), "http:", "ws:", 1), "/?", "/drive?", 1)
	if cfg.Token == "" {
		address += "drive"
	}
	fmt.Fprintf(c.err, "drive in %s at %s (Ctrl-C ends it)\n", strings.Join(v.Sources, ", "), address)
	return server.Serve(ctx, listener)
}

// isLocal reports whether only programs of this machine get to l.
func isLocal(l net.Listener) bool {
	host, _, err := net.SplitHostPort(l.Addr().String())
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}
