package study

import (
	"fmt"
	"math"
	"strings"

	"roadtwin/scenarios"
	"roadtwin/scenarios/compare"
)

// words tells the findings in sentences.
func (p *page) words() {
	p.print(`<h2>What was found</h2><ul class="words">`)
	if len(p.Variants) == 0 {
		for _, name := range []string{"mean_delay_s", "network_delay_h", "planning_time_index", "co2_kg"} {
			samples, _ := compare.Sample(name, p.Base)
			if m, err := compare.RunMeasure(name); err == nil && len(samples[0]) > 0 {
				mean, ci := compare.MeanInterval(samples[0])
				p.print(`<li>%s: <b>%s</b>%s.</li>`, text(upper(m.Text)), number(mean, exactness(ci, mean)), interval(ci, m.Unit))
			}
		}
		p.print(`</ul>`)
		return
	}
	for _, g := range p.Variants {
		p.print(`<li>%s</li>`, p.sentence(g))
	}
	p.print(`</ul><p class="soft">Intervals are of 95 %% confidence. “Can be shown” means: at most 5 %% probability that any one of the %d comparisons of whole
		runs is told as a difference by chance (Holm). That no difference can be shown does not say that there is none: more seeds may show it.</p>`, len(p.rows))
}

// sentence tells of one variant.
func (p *page) sentence(g *compare.Group) string {
	var differ, equal []string
	for i := range p.rows {
		r := &p.rows[i]
		if r.With != g.Variant || !telling[r.Name] {
			continue
		}
		if r.Verdict == compare.Equal {
			equal = append(equal, names[r.Name])
			continue
		}
		share := ""
		if r.Base != 0 {
			share = fmt.Sprintf(" (%+.1f %%)", 100*r.Difference/math.Abs(r.Base))
		}
		verb := "rises"
		if r.Difference < 0 {
			verb = "falls"
		}
		class := "bad"
		if r.Better != 0 && (r.Difference > 0) == (r.Better > 0) {
			class = "good"
		}
		differ = append(differ, fmt.Sprintf(`%s <b class="%s">%s by %s%s</b>%s`, text(names[r.Name]), class, verb,
			text(withUnit(number(math.Abs(r.Difference), exactness(r.CI95, r.Difference)), r.Unit)), share, interval(r.CI95, r.Unit)))
	}
	sentence := "<b>" + text(g.Variant) + "</b>: "
	if len(differ) == 0 {
		sentence += "no difference from " + text(p.Base.Variant) + " can be shown with " + seedsText(len(g.Runs))
	} else {
		sentence += strings.Join(differ, "; ")
		if len(equal) > 0 {
			sentence += ". No difference can be shown in " + text(strings.Join(equal, ", "))
		}
	}
	return sentence + "." + p.where(g)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func seedsText(n int) string {
	if n == 1 {
		return "1 seed, which says nothing of chance"
	}
	return fmt.Sprintf("%d seeds", n)
}

// telling are the measures that the sentences speak of.
var telling = map[string]bool{
	"mean_delay_s": true, "network_delay_h": true, "planning_time_index": true, "unfinished": true, "co2_kg": true, "conflicts": true,
}

// names of measures in sentences and tables.
var names = map[string]string{
	"mean_delay_s": "mean delay of a trip", "network_delay_h": "time lost by all", "mean_travel_time_s": "mean travel time", "planning_time_index": "planning time index",
	"mean_stops": "stops of a trip", "arrived": "trips that ended", "unfinished": "trips not ended", "co2_kg": "CO₂", "fuel_kg": "fuel", "nox_g": "NOx",
	"electricity_kwh": "electricity", "conflicts": "near misses", "crashes": "crashes",
}

// where tells on which streets a variant makes most of a difference.
func (p *page) where(g *compare.Group) string {
	var worst, best *compare.Row
	n := 0
	for i := range p.places {
		r := &p.places[i]
		if r.With != g.Variant || r.Verdict == compare.Equal {
			continue
		}
		n++
		if r.Label == "" {
			continue
		}
		if r.Difference > 0 && (worst == nil || r.Difference > worst.Difference) {
			worst = r
		}
		if r.Difference < 0 && (best == nil || r.Difference < best.Difference) {
			best = r
		}
	}
	if n == 0 {
		return " By edge no difference of the time lost can be shown."
	}
	told := fmt.Sprintf(" The time lost differs on %d %s", n, plural(n, "edge", "edges"))
	if worst != nil {
		told += fmt.Sprintf(", most for the worse on %s (%+.2f h)", text(worst.Label), worst.Difference)
	}
	if best != nil {
		told += fmt.Sprintf(", most for the better on %s (%+.2f h)", text(best.Label), best.Difference)
	}
	return told + "."
}

// measures writes the table of measures, and their relative differences as a picture.
func (p *page) measures() {
	p.print(`<h2>Measures</h2><table><tr><th>measure</th><th class="n">%s</th>`, text(p.Base.Variant))
	for _, g := range p.Variants {
		p.print(`<th class="n">%s</th>`, text(g.Variant))
	}
	p.print(`</tr>`)
	for _, name := range shown {
		m, err := compare.RunMeasure(name)
		samples, _ := compare.Sample(name, p.Base)
		if err != nil || len(samples[0]) == 0 {
			continue
		}
		mean, ci := compare.MeanInterval(samples[0])
		p.print(`<tr><td>%s<br><span class="soft">%s</span></td><td class="n">%s%s</td>`, text(upper(names[name])), text(m.Text), text(withUnit(number(mean, exactness(ci, mean)), m.Unit)), pm(ci))
		for i := range p.rows {
			if r := &p.rows[i]; r.Name == name {
				p.print(`<td class="n">%s%s<br><span class="soft">%s</span></td>`, signed(r.Difference, exactness(r.CI95, r.Difference)), pm(r.CI95), text(verdict(r)))
			}
		}
		p.print(`</tr>`)
	}
	p.print(`</table><p class="soft">Of the base the mean over the seeds ± half its 95 %% interval; of the variants the difference from it, paired by seed, ± the same.</p>`)
	p.forest()
}

func verdict(r *compare.Row) string {
	switch {
	case r.Verdict == compare.Equal:
		return "not shown"
	case r.Better != 0 && (r.Difference > 0) == (r.Better > 0):
		return string(r.Verdict) + ", better"
	case r.Better != 0:
		return string(r.Verdict) + ", worse"
	}
	return string(r.Verdict)
}

// forest draws the relative differences with their intervals.
func (p *page) forest() {
	const left, width, line = 300.0, 700.0, 19.0
	type entry struct {
		row           *compare.Row
		at, low, high float64
	}
	var entries []entry
	reach := 1.0
	for i := range p.rows {
		r := &p.rows[i]
		if r.Base == 0 || math.IsInf(r.CI95[0], 0) || !telling[r.Name] {
			continue
		}
		scale := 100 / math.Abs(r.Base)
		e := entry{r, r.Difference * scale, r.CI95[0] * scale, r.CI95[1] * scale}
		reach = math.Max(reach, math.Min(100, math.Max(math.Abs(e.low), math.Abs(e.high))))
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return
	}
	reach = roundUp(reach)
	x := func(v float64) float64 { return left + width/2 + width/2*math.Max(-1, math.Min(1, v/reach)) }
	height := line*float64(len(entries)) + 40
	p.print(`<figure><svg viewBox="0 0 1060 %g" role="img" aria-label="relative differences"><path class="axis" d="M%.1f 4V%.1f"/>`, height, x(0), height-30)
	for i, e := range entries {
		y := line*float64(i) + 14
		p.print(`<text x="%g" y="%.1f" text-anchor="end">%s, %s</text>`, left-8, y+4, text(names[e.row.Name]), text(e.row.With))
		fill := "#fff"
		if e.row.Verdict != compare.Equal {
			fill = "#1c2126"
		}
		p.print(`<path d="M%.1f %.1fH%.1f" stroke="#1c2126" stroke-width="1.6"/><circle cx="%.1f" cy="%.1f" r="4.2" fill="%s" stroke="#1c2126" stroke-width="1.4"/>`,
			x(e.low), y, x(e.high), x(e.at), y, fill)
	}
	for _, v := range []float64{-reach, -reach / 2, 0, reach / 2, reach} {
		p.print(`<text class="label" x="%.1f" y="%.1f" text-anchor="middle">%+.3g %%</text>`, x(v), height-12, v)
	}
	p.print(`</svg><figcaption>Differences from the base in per cent of it, with 95 %% intervals. Full dots: a difference can be shown; hollow ones: it cannot.</figcaption></figure>`)
}

// roundUp returns the next of 1, 2, 2.5, 4, 5, 10, 20, ... from x on.
func roundUp(x float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 4, 5} {
		if m*unit >= x {
			return m * unit
		}
	}
	return 10 * unit
}

// number writes x to three significant digits or so of the size of scale.
func number(x, scale float64) string {
	if scale == 0 {
		scale = 100 // nothing to be exact about
	}
	digits := 2 - int(math.Floor(math.Log10(math.Max(math.Abs(scale), 1e-6))))
	s := fmt.Sprintf("%.*f", min(max(digits, 0), 4), math.Abs(x))
	whole, rest, _ := strings.Cut(s, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "\u2009" + whole[at:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if x < 0 && strings.ContainsAny(whole, "123456789") {
		return "\u2212" + whole
	}
	return whole
}

// exactness returns the scale with which number writes x to two digits of half its interval, and to three of its own where there is none.
func exactness(ci [2]float64, x float64) float64 {
	if half := (ci[1] - ci[0]) / 2; half > 0 && !math.IsInf(half, 0) {
		return 10 * half
	}
	return x
}

func signed(x, scale float64) string {
	s := number(x, scale)
	if x > 0 && strings.ContainsAny(s, "123456789") {
		return "+" + s
	}
	return s
}

func withUnit(s, unit string) string {
	if unit == "" {
		return s
	}
	return s + " " + unit
}

// pm writes half an interval; "" if there is none.
func pm(ci [2]float64) string {
	half := (ci[1] - ci[0]) / 2
	if math.IsInf(half, 0) || math.IsNaN(half) {
		return ""
	}
	return " ± " + number(half, exactness(ci, half))
}

// interval writes an interval in brackets.
func interval(ci [2]float64, unit string) string {
	if math.IsInf(ci[0], 0) || math.IsNaN(ci[0]) {
		return ""
	}
	scale := exactness(ci, ci[0])
	return text(fmt.Sprintf(" [%s to %s]", number(ci[0], scale), withUnit(number(ci[1], scale), unit)))
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// clock writes a time of day.
func clock(t float64) string { return scenarios.Clock(int(t)).String() }
