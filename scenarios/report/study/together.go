package study

import (
	"fmt"
	"strings"

	"roadtwin/scenarios/compare"
)

// together tells of variants that build on two others what the two do together beyond the sum of what each does.
func (p *page) together() error {
	designs := compare.Designs(p.Base, p.Variants)
	for _, d := range designs {
		rows, err := compare.Interactions(compare.Interacting, d, compare.Holm)
		if err != nil {
			return err
		}
		one, other, both := text(d[1].Variant), text(d[2].Variant), text(d[3].Variant)
		p.print(`<h2>%s and %s together</h2><p>%s</p>`, upper(one), other, p.interactionText(rows, one, other))
		p.print(`<table><tr><th>measure</th><th class="n">%s alone</th><th class="n">%s alone</th><th class="n">sum of the two</th><th class="n">together (%s)</th><th class="n">beyond the sum</th><th></th></tr>`, one, other, both)
		for i := range rows {
			r := &rows[i]
			if r.Pairs == 0 {
				continue
			}
			scale := exactness(r.CI95, r.Difference)
			p.print(`<tr><td>%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s</td><td class="n">%s%s</td><td>%s</td></tr>`,
				text(upper(strings.TrimSuffix(names[r.Name]+", "+r.Unit, ", "))), p.effectOf(r.Name, d[1], scale), p.effectOf(r.Name, d[2], scale), signed(r.Base, scale), signed(r.Variant, scale),
				signed(r.Difference, scale), pm(r.CI95), text(string(r.Verdict)))
		}
		p.print(`</table><p class="soft">Differences from %s, paired by seed; 95 %% intervals, p values of these %d comparisons adjusted by Holm.</p>`, text(p.Base.Variant), len(rows))
	}
	return nil
}

// effectOf writes the difference that a variant makes.
func (p *page) effectOf(measure string, g *compare.Group, scale float64) string {
	for i := range p.rows {
		if r := &p.rows[i]; r.Name == measure && r.With == g.Variant {
			return signed(r.Difference, scale)
		}
	}
	return "–"
}

// interactionText says in a sentence whether two variants help or hinder one another.
func (p *page) interactionText(rows []compare.Row, one, other string) string {
	for i := range rows {
		r := &rows[i]
		if r.Name != "network_delay_h" || r.Pairs == 0 {
			continue
		}
		beyond := fmt.Sprintf("%s%s", withUnit(signed(r.Difference, exactness(r.CI95, r.Difference)), "h"), interval(r.CI95, "h"))
		switch {
		case r.Verdict == compare.Equal:
			return fmt.Sprintf("Of the time lost by all, the two together change what the sum of the two changes, as far as can be shown: the rest is %s.", beyond)
		case r.Difference < 0:
			return fmt.Sprintf("%s and %s help one another: together they save more of the time lost by all than the sum of what each saves, by %s.", upper(one), other, beyond)
		}
		return fmt.Sprintf("%s and %s get in one another's way: together they save less of the time lost by all than the sum of what each saves, by %s.", upper(one), other, beyond)
	}
	return ""
}
