package study

import (
	"fmt"
	"math"
	"strings"

	"roadtwin/scenarios/compare"
)

// confidence says how sure the findings are, and what would make them surer.
func (p *page) confidence() {
	p.print(`<h2>How sure</h2>`)
	if len(p.Variants) > 0 {
		p.print(`<p>Runs are paired by seed: two runs with one seed have the same travellers, drivers and draws but for what differs. Intervals are Student's at 95 %%. The
		%d comparisons of whole runs are adjusted for their number by Holm, those of edges and of movements by Benjamini and Hochberg.</p>`, len(p.rows))
	}
	p.print(`<table><tr><th>measure</th><th>of</th><th class="n">seeds</th><th class="n">half the interval</th><th class="n">seeds for ± 5 %%</th><th class="n">without common random numbers</th></tr>`)
	for _, name := range []string{"mean_delay_s", "network_delay_h"} {
		samples, _ := compare.Sample(name, p.Base)
		if mean, ci := compare.MeanInterval(samples[0]); len(samples[0]) > 1 && mean != 0 {
			sd := (ci[1] - mean) // half; the spread behind it is what Needed asks for
			p.print(`<tr><td>%s</td><td>%s</td><td class="n">%d</td><td class="n">%.1f %%</td><td class="n">%d</td><td></td></tr>`, text(upper(names[name])), text(p.Base.Variant),
				len(samples[0]), 100*sd/math.Abs(mean), needed(samples[0], 0.05*math.Abs(mean)))
		}
		for i := range p.rows {
			r := &p.rows[i]
			if r.Name != name || r.Pairs < 2 || r.Base == 0 {
				continue
			}
			p.print(`<tr><td>%s, difference</td><td>%s</td><td class="n">%d</td><td class="n">%.1f %% of the base</td><td class="n">%d</td><td class="n">%.1f %%</td></tr>`, text(upper(names[name])), text(r.With),
				r.Pairs, 100*r.Half()/math.Abs(r.Base), compare.Needed(r.SD, r.Pairs, 0.05*math.Abs(r.Base)), 100*r.Independent/math.Abs(r.Base))
		}
	}
	p.print(`</table><p class="soft">How many seeds it takes: N = (t s / E)² with E = 5 %% of the mean of the base (FHWA, Traffic Analysis Toolbox Volume III, appendix B).
		The last column is half the interval that as many runs had whose seeds have nothing in common. All this is about chance in the simulation. How well the model and its demand
		are those of the real city, no number of seeds can tell.</p>`)
}

// needed is compare.Needed of a sample.
func needed(x []float64, allowed float64) int {
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		square += (v - mean) * (v - mean)
	}
	return compare.Needed(math.Sqrt(square/float64(len(x)-1)), len(x), allowed)
}

// assumptions prints what all this rests on.
func (p *page) assumptions() {
	run := p.Base.Any()
	p.print(`<h2>What it rests on</h2>`)
	if n := p.told.Notes; n != nil {
		p.print(`<h3>Demand</h3><pre>%s</pre>`, text(strings.TrimSpace(n.Demand)))
		p.list("Signals", n.Signals, "Every plan is as the scenario gives it.")
		if len(n.Events) > 0 {
			p.list("Events", n.Events, "")
		}
		p.list("Import of the map", n.Import, "Nothing to warn of.")
	} else {
		p.print(`<p class="soft">The runs were made by a version of the program that did not keep its notes.</p>`)
	}
	p.print(`<h3>Runs</h3><table><tr><th>variant</th><th>seeds</th><th>scenario</th><th>map</th><th>program</th></tr>`)
	for _, g := range p.groups() {
		seeds := make([]string, 0, len(g.Runs))
		for _, seed := range g.Seeds() {
			seeds = append(seeds, fmt.Sprint(seed))
		}
		p.print(`<tr><td>%s</td><td>%s</td><td><code>%.12s</code></td><td><code>%.12s</code></td><td>%s</td></tr>`, text(g.Variant), text(strings.Join(seeds, ", ")), g.Hash, g.MapHash, text(g.Version))
	}
	p.print(`</table><p class="soft">The same scenario, seed and version give the same run, to the bit. The map: %s. Report by Roadtwin %s. Map data © OpenStreetMap contributors where the map is theirs.</p>`, text(run.Map), text(p.Version))
	p.print(`<h3>The scenario of the base</h3><pre>%s</pre>`, text(run.Text))
}

func (p *page) list(title string, notes []string, nothing string) {
	p.print(`<h3>%s</h3>`, text(title))
	if len(notes) == 0 {
		p.print(`<p>%s</p>`, text(nothing))
		return
	}
	p.print(`<ul>`)
	for _, note := range notes {
		p.print(`<li>%s</li>`, text(note))
	}
	p.print(`</ul>`)
}
