package main

import (
	"context"
	"errors"
	"fmt"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/traffic"
	"roadtwin/vehicles/tyre"
	"roadtwin/webui"
)

// serveVerb is "roadtwin serve".
type serveVerb struct {
	scenarioFlags

	Seed    *uint64  `placeholder:"N" help:"Seed, in place of the scenario's first."`
	Addr    string   `default:"localhost:8080" help:"Listen on this host and port (default: ${default})."`
	Token   string   `env:"ROADTWIN_TOKEN" help:"Token that control needs; a random one if not given. It is part of the address that is printed."`
	Speed   float64  `default:"1" placeholder:"FACTOR" help:"Times real time to begin with; 0 is as fast as it goes (default: ${default})."`
	Paused  bool     `help:"Begin paused."`
	Prefix  string   `placeholder:"PATH" help:"Path below which all is served, as /traffic, behind a proxy that leaves it there."`
	Origin  []string `placeholder:"URL" help:"Another origin whose pages may connect, as https://traffic.example.org; may be given again."`
	TLSCert string   `name:"tls-cert" placeholder:"FILE" help:"Certificate (PEM): serve over TLS."`
	TLSKey  string   `name:"tls-key" placeholder:"FILE" help:"Its key (PEM)."`
	Past    int      `default:"512" placeholder:"MB" help:"Memory for the past of the run, to look at and to go back to (default: ${default} MB)."`
	Pprof   bool     `help:"Serve profiles at /debug/pprof/."`
}

// Help is shown by "roadtwin serve --help".
func (serveVerb) Help() string {
	return `Example:

  roadtwin serve city.osm.pbf --bbox -75.58,39.72,-75.52,39.77
  roadtwin serve scenario.yaml --addr :8080 --speed 10 --db live.db`
}

// Run serves until it is interrupted, which is its ordinary end. What was recorded until then is kept.
func (v *serveVerb) Run(ctx context.Context, c *console) error {
	listener, err := webui.Listen(v.Addr) // before the long work: a busy port should be told at once
	if err != nil {
		return mistake(err)
	}
	defer listener.Close()
	city, s, opts, err := v.open(ctx, c)
	if err != nil {
		return err
	}
	if v.Seed != nil {
		s = s.WithSeed(*v.Seed)
	}
	r, err := scenarios.NewRun(city, s, opts)
	if errors.Is(err, scenarios.ErrInvalid) {
		return mistake(err)
	} else if err != nil {
		return err
	}
	defer r.Close()

	cfg := webui.Config{
		Simulation: live{r}, Net: city.Net, Extract: city.Extract, Envelopes: city.Envelopes,
		Name: r.Scenario().Name, Version: version(), Begin: r.Begin(), End: r.End(), StepTime: r.Scenario().Step,
		Token: v.Token, Paused: v.Paused, Speed: v.Speed, Pprof: v.Pprof, Logger: c.log,
		PastBytes: max(v.Past, 1) << 20,
		Prefix:    v.Prefix, Origins: v.Origin, TLSCert: v.TLSCert, TLSKey: v.TLSKey,
	}
	if cfg.Token == "" {
		cfg.Token = webui.NewToken()
	}
	finish := func() error { return nil }
	if v.DB != "" {
		db, err := results.Create(v.DB)
		if err != nil {
			return mistake(err)
		}
		defer db.Close()
		recorder, err := scenarios.Record(db, r, version())
		if err != nil {
			return err
		}
		cfg.Failed = recorder.Err
		finish = func() error { return recorder.Finish(r.Summary()) }
	}
	server, err := webui.New(cfg)
	if err != nil {
		return errors.Join(mistake(err), finish())
	}
	fmt.Fprintf(c.err, "%s is on %s (Ctrl-C ends it)\n", cfg.Name, cfg.Address(listener))
	return errors.Join(server.Serve(ctx, listener), finish())
}

// live is a run as the server sees it.
type live struct{ *scenarios.Run }

func (l live) AppendVehicles(dst []traffic.VehicleState) []traffic.VehicleState {
	return l.World().AppendVehicles(dst)
}

func (l live) Vehicle(id traffic.VehicleID) (traffic.VehicleDetail, bool) {
	return l.World().Vehicle(id)
}

// Checkpoint and Rewind are those of the run, by the server's names.
func (l live) Checkpoint() webui.Checkpoint { return l.Run.Checkpoint() }

func (l live) Rewind(c webui.Checkpoint, to float64) error {
	of, ok := c.(*scenarios.Checkpoint)
	if !ok {
		return fmt.Errorf("a checkpoint of %T, want one of a run", c)
	}
	return l.Run.Rewind(of, to)
}

func (l live) Condition() tyre.Condition { return l.World().Condition() }
func (l live) ConditionOn(t network.TrackID) tyre.Condition {
	return l.World().ConditionOn(t)
}
func (l live) Events() []traffic.Event          { return l.World().Events() }
func (l live) Stats() traffic.Stats             { return l.World().Stats() }
func (l live) Audit() traffic.Audit             { return l.World().Audit() }
func (l live) Counts() []traffic.LaneCount      { return l.World().Counts() }
func (l live) Queued(lane network.LaneID) int   { return l.World().Queued(lane) }
func (l live) EdgeClosed(e network.EdgeID) bool { return l.World().EdgeClosed(e) }
func (l live) ClosedLanes() []network.LaneID    { return l.World().ClosedLanes() }
func (l live) LimitOn(e network.EdgeID) float64 { return l.World().LimitOn(e) }
