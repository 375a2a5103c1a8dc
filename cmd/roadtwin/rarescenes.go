package main

import (
	"context"
	"errors"
	"fmt"
	"math"

	"roadtwin/scenarios"
	"roadtwin/scenarios/rare"
)

// rareListVerb is "roadtwin rare list".
type rareListVerb struct {
	DB   string `arg:"" name:"rare.db" help:"A file of roadtwin rare search --db."`
	JSON bool   `name:"json" help:"Print it as JSON."`
}

// Run lists the searches, each with its types beside the published shares.
func (v *rareListVerb) Run(ctx context.Context, c *console) error {
	store, err := rare.OpenStore(ctx, v.DB, false)
	if err != nil {
		return mistake(err)
	}
	defer func() { _ = store.Close() }() // it is only read
	searches, err := store.Searches(ctx)
	if err != nil {
		return err
	}
	type typed struct {
		Type      int     `json:"type"`
		Name      string  `json:"name"`
		Episodes  int     `json:"episodes"`
		Share     float64 `json:"share_pct"`
		Published float64 `json:"published_pct"`
	}
	type listed struct {
		Search    int64         `json:"search"`
		Name      string        `json:"name"`
		Method    rare.Method   `json:"method"`
		Criterion string        `json:"criterion"`
		Estimate  rare.Estimate `json:"estimate"`
		Types     []typed       `json:"types"`
	}
	rows := make([]listed, 0, len(searches))
	for _, k := range searches {
		all, err := episodesOf(ctx, store, rare.Filter{Search: k.ID})
		if err != nil {
			return err
		}
		row := listed{k.ID, k.Name, k.Method, k.Criterion, k.Estimate, []typed{}}
		for _, s := range rare.Shares(all) {
			row.Types = append(row.Types, typed{int(s.Type), s.Type.Name(), s.Episodes, s.Share, s.Type.Published()})
		}
		rows = append(rows, row)
	}
	if v.JSON {
		return writeJSON(c.out, map[string]any{"searches": rows})
	}
	for _, r := range rows {
		fmt.Fprintf(c.out, "search %d, ", r.Search)
		if err := writeEstimate(c, r.Name, r.Criterion, string(r.Method), &r.Estimate); err != nil {
			return err
		}
		for _, t := range r.Types {
			fmt.Fprintf(c.out, "  %5.1f %% (published: %.1f %%)  type %d, %s: %d episodes\n", t.Share, t.Published, t.Type, t.Name, t.Episodes)
		}
	}
	return nil
}

// mostEpisodes bounds how many episodes are looked at together.
const mostEpisodes = 5000

func episodesOf(ctx context.Context, store *rare.Store, f rare.Filter) (all []*rare.Episode, err error) {
	if f.Limit == 0 {
		f.Limit = mostEpisodes
	}
	err = store.Each(ctx, f, func(e *rare.Episode) error {
		all = append(all, e)
		return nil
	})
	return all, err
}

// rareScenesVerb is "roadtwin rare scenes".
type rareScenesVerb struct {
	DB        string `arg:"" name:"rare.db" help:"A file of roadtwin rare search --db."`
	Search    int64  `placeholder:"N" help:"Of this search only."`
	Type      int    `placeholder:"N" help:"Of this NHTSA type only, 1 to 37."`
	Condition string `placeholder:"NAME" help:"Where this lies on the road only, such as wet or ice."`
	Surface   string `placeholder:"NAME" help:"On this surface only, such as cobblestone."`
	Night     bool   `help:"At night only, 20 to 6 o'clock."`
	Typical   int    `placeholder:"K" help:"Sort them into K kinds, and list the most typical of each."`
	Different int    `placeholder:"K" help:"List K that are as different as can be."`
	Limit     int    `default:"50" placeholder:"N" help:"List at most N (default: 50)."`
	JSON      bool   `name:"json" help:"Print them as JSON, with all trajectories."`
}

// Run lists episodes.
func (v *rareScenesVerb) Run(ctx context.Context, c *console) error {
	if v.Type < 0 || v.Type > rare.NumTypes {
		return mistake(fmt.Errorf("--type %d, want 1 to %d", v.Type, rare.NumTypes))
	}
	store, err := rare.OpenStore(ctx, v.DB, false)
	if err != nil {
		return mistake(err)
	}
	defer func() { _ = store.Close() }() // it is only read
	f := rare.Filter{Search: v.Search, Type: rare.Type(v.Type), Condition: v.Condition, Surface: v.Surface}
	if v.Night {
		f.Night = &v.Night
	}
	if v.Typical == 0 && v.Different == 0 {
		f.Limit = v.Limit
	}
	all, err := episodesOf(ctx, store, f)
	if err != nil {
		return err
	}
	chosen, notes := v.choose(all)
	if v.JSON {
		return writeJSON(c.out, map[string]any{"episodes": chosen})
	}
	t := newTable(c.out)
	t.row("episode", "an hour", "type", "", "time", "road", "closing km/h", "delta-v m/s", "prevented by", "")
	for i, e := range chosen {
		t.row(fmt.Sprint(e.ID), fmt.Sprintf("%.2g", e.Weight), fmt.Sprint(int(e.Type)), e.Type.Name(), scenarios.Clock(int(e.Event.Time)).String(), e.Weather.Condition+" "+e.Weather.Surface,
			number(e.Measures.ClosingSpeed, 3.6), number(e.Measures.DeltaV, 1), preventedBy(e), notes[i])
	}
	return t.w.Flush()
}

// choose returns the episodes that are listed, with a note to each.
func (v *rareScenesVerb) choose(all []*rare.Episode) (chosen []*rare.Episode, notes []string) {
	total := 0.0
	for _, e := range all {
		total += e.Weight
	}
	switch {
	case v.Typical > 0:
		for _, k := range rare.Clusters(all, v.Typical) {
			chosen = append(chosen, all[k.Typical])
			notes = append(notes, fmt.Sprintf("typical of %.0f %%", 100*k.Weight/math.Max(total, 1e-300)))
		}
	case v.Different > 0:
		for _, i := range rare.MostDifferent(all, v.Different) {
			chosen, notes = append(chosen, all[i]), append(notes, "")
		}
	default:
		chosen, notes = all, make([]string, len(all))
	}
	return chosen, notes
}

// number writes what may not be known.
func number(x *float64, times float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", *x*times)
}

// preventedBy names what would have prevented an episode.
func preventedBy(e *rare.Episode) (text string) {
	for _, f := range e.Factors {
		if f.Prevented {
			if text != "" {
				text += ", "
			}
			text += f.Name
		}
	}
	return text
}

// rareShowVerb is "roadtwin rare show".
type rareShowVerb struct {
	DB      string `arg:"" name:"rare.db" help:"A file of roadtwin rare search --db."`
	Episode int64  `arg:"" help:"The episode, as roadtwin rare scenes lists them."`
	JSON    bool   `name:"json" help:"Print it as JSON, with all trajectories."`
}

// Run tells an episode.
func (v *rareShowVerb) Run(ctx context.Context, c *console) error {
	store, err := rare.OpenStore(ctx, v.DB, false)
	if err != nil {
		return mistake(err)
	}
	defer func() { _ = store.Close() }() // it is only read
	e, err := store.Episode(ctx, v.Episode)
	if errors.Is(err, rare.ErrNone) {
		return mistake(err)
	} else if err != nil {
		return err
	}
	if v.JSON {
		return writeJSON(c.out, e)
	}
	fmt.Fprintf(c.out, "episode %d of search %d, %s: %s at %s, %s\n", e.ID, e.Search, e.Scene, e.Event.Kind, scenarios.Clock(int(e.Event.Time)), e.Event.Place)
	fmt.Fprintf(c.out, "  type %d, %s (%s)\n", e.Type, e.Type.Name(), e.Type.Group())
	fmt.Fprintf(c.out, "  stands for %.3g an hour; likelihood as the world is over that drawn by: %.3g\n", e.Weight, math.Exp(e.LogRatio))
	fmt.Fprintf(c.out, "  %s %s, %.0f °C, %d vehicles around\n", e.Weather.Condition, e.Weather.Surface, e.Weather.Temperature, len(e.Vehicles))
	m := &e.Measures
	fmt.Fprintf(c.out, "  closing %s km/h, delta-v %s m/s, TTC %s s, PET %s s, DRAC %s m/s²\n", number(m.ClosingSpeed, 3.6), number(m.DeltaV, 1), number(m.TTC, 1), number(m.PET, 1), number(m.DRAC, 1))
	for _, p := range []struct {
		name string
		of   *rare.Cause
	}{{"striking", e.Striking}, {"struck", e.Struck}} {
		if p.of != nil {
			fmt.Fprintf(c.out, "  %s: %.0f km/h, braked by %.1f m/s², grip %.2f taken for %.2f, minded %s\n", p.name, 3.6*p.of.Speed, p.of.Braking, p.of.Grip, p.of.Believed, p.of.Minded)
		}
	}
	_, err = fmt.Fprintf(c.out, "  prevented by: %s\n", preventedBy(e))
	return err
}
