package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios/exchange"
	"roadtwin/scenarios/rare"
)

// episodeFlags are what "roadtwin export" has for rare episodes.
type episodeFlags struct {
	Episode []int64 `placeholder:"N" help:"Of rare episodes: only these."`
	Most    int     `placeholder:"N" help:"Of rare episodes: at most so many, those of the greatest weight first."`
}

// episodeFormats are those that a file of rare episodes can be written in.
var episodeFormats = []string{"openscenario", "commonroad", "fcd", "ssm", "png", "gif", "parquet"}

// exportedEpisodes is what "roadtwin export --json" prints of rare episodes.
type exportedEpisodes struct {
	Format   string   `json:"format"`
	Folder   string   `json:"folder"`
	Episodes int      `json:"episodes"`
	Files    []string `json:"files"`
}

// isEpisodes reports whether a file is one of rare episodes.
func isEpisodes(ctx context.Context, path string) bool {
	if !isResults(path) {
		return false
	}
	s, err := rare.OpenStore(ctx, path, false)
	if err != nil {
		return false
	}
	return s.Close() == nil
}

// exportEpisodes writes the episodes of a file into the folder Output, or with parquet to the file.
func (v *exportVerb) exportEpisodes(ctx context.Context, c *console) (err error) {
	if !slices.Contains(episodeFormats, v.Format) {
		return mistake(fmt.Errorf("%s has rare episodes: want --format %s", v.Source, strings.Join(episodeFormats, ", ")))
	}
	if v.given() {
		return mistake(fmt.Errorf("%s has rare episodes: --table, --variant, --with, --measure and --scenario are for the results of runs", v.Source))
	}
	store, err := rare.OpenStore(ctx, v.Source, false)
	if err != nil {
		return mistake(err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	x := &episodeExport{verb: v, store: store, nets: map[int64]*network.Network{}, date: time.Now()}
	x.done = exportedEpisodes{Format: v.Format, Folder: v.Output, Files: []string{}}
	episodes, err := x.choose(ctx)
	if err != nil {
		return err
	}
	if v.Format == "parquet" {
		err = writeWhole(v.Output, func(w io.Writer) error { return x.trajectories(ctx, w, episodes) })
		x.done.Folder, x.done.Files = filepath.Dir(v.Output), []string{filepath.Base(v.Output)}
	} else {
		err = x.folder(ctx, episodes)
	}
	switch {
	case err != nil:
		return err
	case v.JSON:
		return writeJSON(c.out, x.done)
	}
	fmt.Fprintf(c.out, "%s: %s episodes, %s files\n", v.Output, grouped(x.done.Episodes), grouped(len(x.done.Files)))
	return nil
}

// episodeExport writes episodes.
type episodeExport struct {
	verb  *exportVerb
	store *rare.Store
	nets  map[int64]*network.Network // by search
	date  time.Time
	done  exportedEpisodes
}

// choose returns the numbers of the episodes to be written: those of the greatest weight first, or those asked for.
func (x *episodeExport) choose(ctx context.Context) (ids []int64, err error) {
	if len(x.verb.Episode) > 0 {
		return x.verb.Episode, nil
	}
	if err := x.store.Each(ctx, rare.Filter{Limit: x.verb.Most}, func(e *rare.Episode) error {
		ids = append(ids, e.ID)
		return nil
	}); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, mistake(fmt.Errorf("%s has no episodes", x.verb.Source))
	}
	return ids, nil
}

// load returns an episode and its network.
func (x *episodeExport) load(ctx context.Context, id int64) (*rare.Episode, *network.Network, error) {
	e, err := x.store.Episode(ctx, id)
	if errors.Is(err, rare.ErrNone) {
		return nil, nil, mistake(err)
	} else if err != nil {
		return nil, nil, err
	}
	net := x.nets[e.Search]
	if net == nil {
		if net, err = x.store.Network(ctx, e.Search); err != nil {
			return nil, nil, err
		}
		clear(x.nets) // one at a time: a city takes hundreds of megabytes
		x.nets[e.Search] = net
	}
	return e, net, ctx.Err()
}

// trajectories writes those of all episodes into one table.
func (x *episodeExport) trajectories(ctx context.Context, w io.Writer, ids []int64) error {
	t, err := exchange.NewTrajectoryWriter(w)
	if err != nil {
		return err
	}
	for _, id := range ids {
		e, net, err := x.load(ctx, id)
		if err == nil {
			err = t.Add(e, net)
		}
		if err != nil {
			return err
		}
		x.done.Episodes++
	}
	return t.End()
}

// folder writes each episode into files of a folder.
func (x *episodeExport) folder(ctx context.Context, ids []int64) error {
	if err := os.MkdirAll(x.verb.Output, 0o755); err != nil {
		return mistake(err)
	}
	for _, id := range ids {
		e, net, err := x.load(ctx, id)
		if err == nil {
			err = x.files(e, net)
		}
		if err != nil {
			return err
		}
		x.done.Episodes++
	}
	return nil
}

// file writes one.
func (x *episodeExport) file(name string, write func(io.Writer) error) error {
	x.done.Files = append(x.done.Files, name)
	return writeWhole(filepath.Join(x.verb.Output, name), write)
}

// files writes what the format has of an episode.
func (x *episodeExport) files(e *rare.Episode, net *network.Network) error {
	base := fmt.Sprintf("episode-%d", e.ID)
	h := exchange.Header{Road: base + ".xodr", Date: x.date}
	switch x.verb.Format {
	case "commonroad":
		return x.file(base+".xml", func(w io.Writer) error { return exchange.WriteCommonRoad(w, e, net, h) })
	case "fcd":
		return x.file(base+".fcd.xml", func(w io.Writer) error { return exchange.WriteFCD(w, e, net) })
	case "ssm":
		return x.file(base+".ssm.xml", func(w io.Writer) error { return exchange.WriteSSM(w, e, net) })
	case "png":
		return x.file(base+".png", func(w io.Writer) error { return exchange.WritePicture(w, e, net, exchange.PictureOptions{Sample: -1}) })
	case "gif":
		return x.file(base+".gif", func(w io.Writer) error { return exchange.WriteAnimation(w, e, net, exchange.PictureOptions{}) })
	}
	return x.openScenario(base, e, net, h)
}

// openScenario writes road and scenario and, if somebody strikes who is there from the beginning, the logical scenario with its values.
func (x *episodeExport) openScenario(base string, e *rare.Episode, net *network.Network, h exchange.Header) error {
	err := x.file(base+".xodr", func(w io.Writer) error { return exchange.WriteOpenDRIVE(w, e, net) })
	if err == nil {
		err = x.file(base+".xosc", func(w io.Writer) error { return exchange.WriteOpenSCENARIO(w, e, net, h) })
	}
	if err != nil {
		return err
	}
	r, none := exchange.RangesOf(e, net)
	if none != nil {
		return nil // no parameters: nothing else to write
	}
	if err = x.file(base+"-logical.xosc", func(w io.Writer) error { return exchange.WriteLogical(w, e, net, h, r) }); err != nil {
		return err
	}
	return x.file(base+"-values.xosc", func(w io.Writer) error { return exchange.WriteDistribution(w, e, h, base+"-logical.xosc", r, 4) })
}
