// Package study writes the report of a study: what the variants of a scenario make of the traffic, by how much, how sure that is, where and
// when, with all that it assumes. One HTML page that needs nothing but a browser, made to be printed: what a colour tells, a width or a
// dash tells as well.
package study

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"math"
	"strings"

	"roadtwin/scenarios"
	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/report"
	"roadtwin/scenarios/results"
)

// Study is what is reported: the runs of a base and of variants in a results file.
type Study struct {
	DB       *results.DB
	Base     *compare.Group
	Variants []*compare.Group // may be empty: then the base alone is told
	Notes    []string         // for people, about what was left out
	Version  string           // of the program that writes the report
	Pictures []Picture        // that follow the tables
}

// mostVariants is how many variants one page can tell apart.
const mostVariants = 8

// page is a report in the making.
type page struct {
	Study
	ctx context.Context
	b   strings.Builder

	rows   []compare.Row // of whole runs
	places []compare.Row // delay by edge
	edges  []results.Edge
	byKey  map[string]results.Edge
	cells  map[*compare.Group]*compare.GroupCells // by edge, over the period
	times  map[*compare.Group]*compare.GroupCells // of the whole, by interval
	told   summary                                // of a run of the base
}

// summary is what the report takes of the summary of a run.
type summary struct {
	Notes *scenarios.Notes `json:"notes"`
}

// Append appends the report.
func Append(ctx context.Context, dst []byte, s Study) ([]byte, error) {
	if len(s.Variants) > mostVariants {
		return dst, fmt.Errorf("%d variants, want at most %d on one page; choose some", len(s.Variants), mostVariants)
	}
	p := &page{Study: s, ctx: ctx, byKey: map[string]results.Edge{}}
	if err := p.read(); err != nil {
		return dst, err
	}
	dst = report.AppendHead(dst, s.Base.Scenario+": report")
	p.head()
	p.words()
	p.measures()
	if err := p.together(); err != nil {
		return dst, err
	}
	p.maps()
	p.curves()
	if err := errors.Join(p.corridors(), p.distributions(), p.tables()); err != nil {
		return dst, err
	}
	p.pictures()
	p.confidence()
	p.assumptions()
	dst = append(dst, p.b.String()...)
	return report.AppendFoot(dst), nil
}

// leastLost is the time lost on an edge, h a run, from which on it is looked whether it differs.
const leastLost = 0.02

// leastTold is the difference of the time lost on an edge, h a run, from which on it is told: that less can be shown is of no use.
const leastTold = 0.005

func (p *page) groups() []*compare.Group { return append([]*compare.Group{p.Base}, p.Variants...) }

// read adds up what the sections show.
func (p *page) read() (err error) {
	run := p.Base.Any()
	if p.edges, err = p.DB.Edges(p.ctx, run.ID); err != nil {
		return err
	}
	for _, e := range p.edges {
		p.byKey[e.Key] = e
	}
	if err := json.Unmarshal(run.Summary, &p.told); err != nil {
		return fmt.Errorf("summary of run %d: %w", run.ID, err)
	}
	if len(p.Variants) > 0 {
		q := compare.Query{Base: p.Base, With: p.Variants, Measures: shown, Correct: compare.Holm}
		if p.rows, err = compare.Compare(p.ctx, p.DB, q); err != nil {
			return err
		}
		q.Level, q.Measures, q.Correct, q.Least = compare.ByEdge, []string{"delay_h"}, compare.BenjaminiHochberg, leastLost
		if p.places, err = compare.Compare(p.ctx, p.DB, q); err != nil {
			return err
		}
		for i := range p.places {
			if r := &p.places[i]; math.Abs(r.Difference) < leastTold {
				r.Verdict = compare.Equal
			}
		}
	}
	p.cells, p.times = map[*compare.Group]*compare.GroupCells{}, map[*compare.Group]*compare.GroupCells{}
	for _, g := range p.groups() {
		if p.cells[g], err = compare.ReadGroup(p.ctx, p.DB, g, compare.ByEdge, false); err != nil {
			return err
		}
		if p.times[g], err = compare.ReadGroup(p.ctx, p.DB, g, compare.Whole, true); err != nil {
			return err
		}
	}
	return nil
}

// shown are the measures of whole runs that a report tells.
var shown = []string{
	"mean_delay_s", "network_delay_h", "mean_travel_time_s", "planning_time_index", "mean_stops", "arrived", "unfinished", "co2_kg", "fuel_kg", "nox_g",
	"electricity_kwh", "conflicts", "crashes",
}

func (p *page) print(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// text escapes text for HTML.
func text(s string) string { return html.EscapeString(s) }

// head writes the title and what was run.
func (p *page) head() {
	run := p.Base.Any()
	p.print(`<style>%s</style>`, style)
	p.print(`<h1>%s</h1><p class="lead">%s to %s; %d runs`, text(p.Base.Scenario), scenarios.Clock(run.Begin), scenarios.Clock(run.End), p.runs())
	if n := len(p.Variants); n > 0 {
		p.print(` of the base and %d variants`, n)
	}
	p.print(`, paired by seed; simulated by Roadtwin %s</p>`, text(p.Base.Version))
	for _, note := range p.Notes {
		p.print(`<p class="note">%s</p>`, text(note))
	}
	if len(p.Variants) == 0 {
		return
	}
	p.print(`<table><tr><th>variant</th><th>what differs</th><th class="n">runs</th></tr>`)
	for _, g := range p.groups() {
		p.print(`<tr><td>%s</td><td>%s</td><td class="n">%d</td></tr>`, text(g.Variant), text(p.about(g)), len(g.Runs))
	}
	p.print(`</table>`)
}

func (p *page) runs() (n int) {
	for _, g := range p.groups() {
		n += len(g.Runs)
	}
	return n
}

// about says what a variant is: what its scenario says of it, or the lines of its text that the base has not.
func (p *page) about(g *compare.Group) string {
	if g == p.Base {
		return "what the others are compared with"
	}
	var s summary
	if json.Unmarshal(g.Any().Summary, &s) == nil && s.Notes != nil && s.Notes.About != "" {
		return s.Notes.About
	}
	have := map[string]bool{}
	for line := range strings.Lines(p.Base.Any().Text) {
		have[line] = true
	}
	var differ []string
	for line := range strings.Lines(g.Any().Text) {
		if !have[line] {
			differ = append(differ, strings.TrimSpace(line))
		}
	}
	if len(differ) == 0 {
		return "nothing"
	}
	const most = 8
	if len(differ) > most {
		differ = append(differ[:most], "…")
	}
	return strings.Join(differ, "; ")
}

// style is what this page has beside that of all pages; it is light whatever the reader's scheme is, as paper is.
const style = `
:root{color-scheme:light!important;--bg:#fff!important;--fg:#1c2126!important;--soft:#5b6670!important;--line:#dde2e6!important;--card:#f7f9fa!important;
--grid:#e8ecef!important;--s0:#3d474f!important;--s1:#0067b1!important;--s2:#c1500a!important;--s3:#007a59!important;--s4:#a03a7e!important;--s5:#8a6a00!important}
.note{border-left:3px solid #8a6a00;padding-left:10px}
.words li{margin:5px 0;max-width:82ch}
svg.map{border:1px solid var(--line);background:#fff}
svg.map path{fill:none;stroke-linejoin:round}
svg.map .o0{stroke:#c4ccd2;stroke-width:.5}svg.map .o1{stroke:#e2c15c;stroke-width:.8}svg.map .o2{stroke:#ee8a3c;stroke-width:1.1}
svg.map .o3{stroke:#d4462b;stroke-width:1.5}svg.map .o4{stroke:#9c1233;stroke-width:2}svg.map .o5{stroke:#3b0d1f;stroke-width:2.6}
svg.map .more{stroke:#d9925f;stroke-width:1.2}svg.map .less{stroke:#7fb0dc;stroke-width:1.2;stroke-dasharray:2 1.5}
svg .line.s0{stroke-width:2.4}svg .line.s1{stroke-dasharray:7 4}svg .line.s2{stroke-dasharray:2 2.5}svg .line.s3{stroke-dasharray:11 3 2 3}svg .line.s4{stroke-dasharray:15 4}
svg .line.s5{stroke-dasharray:5 2 1 2 1 2}
svg.map .none{stroke:#c4ccd2;stroke-width:.5}svg.map .worse{stroke:#a3410a;stroke-width:3.5}svg.map .better{stroke:#1d66a8;stroke-width:3.5;stroke-dasharray:4 1.5}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(430px,1fr));gap:18px}
figure{margin:10px 0;break-inside:avoid}figcaption{font-size:13px;color:var(--soft);margin-top:4px}
.good{color:#1d66a8}.bad{color:#a3410a}pre{font-size:12px;white-space:pre-wrap;background:var(--card);padding:10px;border-radius:6px}
h2,h3{break-after:avoid}table{break-inside:auto}tr{break-inside:avoid}
@media print{main{max-width:none;padding:0}body{font-size:12px}a{color:inherit}}
`
