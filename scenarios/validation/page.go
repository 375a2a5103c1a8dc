package validation

import (
	"fmt"
	"html"
	"math"
	"strings"
	"time"

	"roadtwin/scenarios/report"
)

// AppendPage appends a page of the results to dst: one HTML file that needs nothing else. version is of the program, at when
// it was measured.
func AppendPage(dst []byte, results []Result, version string, at time.Time) []byte {
	var b strings.Builder
	count := map[Verdict]int{}
	for i := range results {
		count[results[i].Verdict]++
	}
	b.WriteString("<h1>Roadtwin against published facts</h1>\n")
	fmt.Fprintf(&b, `<p class="lead">%d cases: %d pass, %d fail`, len(results), count[Pass], count[Fail])
	if rest := len(results) - count[Pass] - count[Fail]; rest > 0 {
		fmt.Fprintf(&b, ", %d could not be judged", rest)
	}
	fmt.Fprintf(&b, ". Version %s, measured %s by <code>roadtwin validate</code>.</p>\n", escape(version), at.UTC().Format("2 January 2006, 15:04 UTC"))
	b.WriteString(introduction)
	writeSummary(&b, results)
	area := ""
	for i := range results {
		if r := &results[i]; r.Area != area {
			area = r.Area
			fmt.Fprintf(&b, "<h2>%s</h2>\n", escape(capital(area)))
		}
		results[i].write(&b)
	}
	b.WriteString(uncovered)
	dst = report.AppendHead(dst, "Roadtwin: validation")
	dst = append(dst, b.String()...)
	return report.AppendFoot(dst)
}

const introduction = `<p>Traffic is measured through the engine, on generated roads, with detectors, after a warm-up; where chance is in it, over
several seeds with the 95 % confidence interval of their mean. Except where a case names a published set of identical drivers, the
program's one default population drives: nothing is set for a case. A tolerance is that of the source, or as much as observers differ;
where the program and a source disagree, it says so here and the tolerance stays.</p>
<p><b>Exact</b>: a formula; a deviation is an error. <b>Calibration</b>: parameters may be chosen for it. <b>Emergent</b>: must come out by
itself. <b>Bound</b>: must lie on one side. <b>Check</b>: another model of the same thing, or a source at second hand.</p>
`

const uncovered = `<h2>Not covered</h2>
<p>The ratio of adaptive to fixed-time control and departure-time choice: there are no cases for them yet.</p>
`

func escape(s string) string { return html.EscapeString(s) }

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// class is the style of a verdict.
func (v Verdict) class() string {
	switch v {
	case Pass:
		return "pass"
	case Fail, Aborted:
		return "fail"
	}
	return "open"
}

func (v Verdict) chip() string { return fmt.Sprintf(`<span class="chip %s">%s</span>`, v.class(), v) }

func writeSummary(b *strings.Builder, results []Result) {
	b.WriteString("<table><thead><tr><th>case</th><th>what</th><th>expected</th><th>got</th><th>kind</th><th>verdict</th></tr></thead><tbody>\n")
	for i := range results {
		r := &results[i]
		fmt.Fprintf(b, `<tr><td><a href="#%s">%s</a></td><td>%s</td><td>%s</td><td>%s</td><td class="soft">%s</td><td>%s</td></tr>`+"\n",
			r.ID, r.ID, escape(r.What), escape(r.Expected), escape(r.got()), r.Kind, r.Verdict.chip())
	}
	b.WriteString("</tbody></table>\n")
}

// got tells the most telling numbers of a case: the first two, or the first that fails.
func (r *Result) got() string {
	if r.Problem != "" {
		return r.Problem
	}
	var texts []string
	for i := range r.Measures {
		m := &r.Measures[i]
		if m.Extra {
			continue
		}
		if !m.OK {
			return m.What + ": " + m.value()
		}
		if len(texts) < 2 {
			texts = append(texts, m.value())
		}
	}
	return strings.Join(texts, "; ")
}

// value is what was got, with its interval and unit.
func (m *Measure) value() string {
	if math.IsNaN(float64(m.Got)) {
		return "nothing to measure"
	}
	text := figures(float64(m.Got))
	if m.CI > 0 { // two figures of the interval, and as many places of the mean
		places := max(0, min(4, 1-int(math.Floor(math.Log10(float64(m.CI))))))
		text = signed(fmt.Sprintf("%.*f", places, float64(m.Got))) + fmt.Sprintf(" ± %.*f", places, float64(m.CI))
	}
	if m.Unit != "" {
		text += " " + m.Unit
	}
	return text
}

// figures writes a number with about four figures and a true minus.
func figures(x float64) string {
	digits := 0
	if x != 0 {
		digits = max(0, min(4, 3-int(math.Floor(math.Log10(math.Abs(x))))))
	}
	text := fmt.Sprintf("%.*f", digits, x)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		text = "0"
	}
	return signed(text)
}

// signed writes a minus as it is printed.
func signed(text string) string { return strings.Replace(text, "-", "−", 1) }

// accepted tells what a measure may be, for the page.
func (m *Measure) accepted() string {
	low, high := float64(m.Low), float64(m.High)
	switch {
	case m.Extra:
		return ""
	case math.IsInf(low, -1):
		return "below " + figures(high)
	case math.IsInf(high, 1):
		return "above " + figures(low)
	}
	return figures(low) + " to " + figures(high)
}

func (r *Result) write(b *strings.Builder) {
	fmt.Fprintf(b, `<article id="%s"><header><span class="soft">%s</span><h3>%s</h3><span class="chip kind">%s</span>%s</header>`+"\n",
		r.ID, r.ID, escape(capital(r.What)), r.Kind, r.Verdict.chip())
	b.WriteString("<dl>")
	for _, row := range [][2]string{
		{"expected", r.Expected}, {"tolerance", r.Tolerance}, {"source", r.Source}, {"how", r.How}, {"note", r.Note}, {"problem", r.Problem},
	} {
		if row[1] != "" {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>", row[0], escape(row[1]))
		}
	}
	b.WriteString("</dl>\n")
	if len(r.Measures) > 0 {
		b.WriteString(`<table><thead><tr><th>measured</th><th class="n">expected</th><th class="n">accepted</th><th></th><th class="n">got</th><th></th></tr></thead><tbody>` + "\n")
		for i := range r.Measures {
			r.Measures[i].write(b)
		}
		b.WriteString("</tbody></table>\n")
	}
	if len(r.Figures) > 0 {
		b.WriteString(`<div class="plots">`)
		for i := range r.Figures {
			class := ""
			if r.Figures[i].Wide {
				class = ` class="wide"`
			}
			fmt.Fprintf(b, "<figure%s>%s</figure>", class, r.Figures[i].AppendSVG(nil))
		}
		b.WriteString("</div>\n")
	}
	b.WriteString("</article>\n")
}

func (m *Measure) write(b *strings.Builder) {
	want, mark := "", ""
	if !math.IsNaN(float64(m.Want)) && !m.Extra {
		want = figures(float64(m.Want))
	}
	if !m.Extra {
		v := Pass
		if !m.OK {
			v = Fail
		}
		mark = fmt.Sprintf(`<span class="%s">%s</span>`, v.class(), map[Verdict]string{Pass: "✓", Fail: "✗"}[v])
	}
	fmt.Fprintf(b, `<tr><td>%s</td><td class="n">%s</td><td class="n">%s</td><td>%s</td><td class="n">%s</td><td>%s</td></tr>`+"\n",
		escape(capital(m.What)), want, m.accepted(), m.bar(), escape(m.value()), mark)
}

// bar draws what is accepted as a band and what was got as a dot.
func (m *Measure) bar() string {
	low, high, got := float64(m.Low), float64(m.High), float64(m.Got)
	if m.Extra || math.IsInf(low, 0) || math.IsInf(high, 0) || math.IsNaN(got) || high <= low {
		return ""
	}
	span := high - low
	x := func(v float64) float64 { return 45 + 40*(v-low)/span }
	at := math.Max(4, math.Min(126, x(got)))
	series := 1
	if !m.OK {
		series = 2
	}
	return fmt.Sprintf(`<svg class="range" viewBox="0 0 130 16" aria-hidden="true"><g class="grid"><path d="M2 8H128"/></g>`+
		`<rect class="band s0" x="45" y="3" width="40" height="10"/><g class="points s%d"><circle cx="%.1f" cy="8" r="4"/></g></svg>`, series, at)
}
