package why

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"

	"roadtwin/scenarios/report"
)

// WritePage writes a page with the answer in words and pictures.
func (a *Answer) WritePage(w io.Writer) error {
	title := "Why the crash at " + clock(a.Time)
	page := append(report.AppendHead(nil, title), "<h1>"+title+"</h1>\n"...)
	paragraph := func(text string) {
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			page = append(page, "<p>"+html.EscapeString(strings.TrimSpace(line))+"</p>\n"...)
		}
	}
	paragraph(a.summary())
	page = append(page, "<table><thead><tr><th>If, from "+html.EscapeString(fmt.Sprintf("%.1f", a.Before))+" s before on,</th><th>the crash</th></tr></thead><tbody>\n"...)
	for i := range a.Factors {
		f := &a.Factors[i]
		page = append(page, "<tr><td>"+html.EscapeString(f.Says)+"</td><td>"+html.EscapeString(f.verdict())+"</td></tr>\n"...)
	}
	page = append(page, "</tbody></table>\n"...)
	if a.nothingPrevents() {
		paragraph("Nothing of what was tried would have prevented it.")
	}
	factor := a.Foremost()
	page = append(page, `<div class="plots"><figure class="wide">`...)
	page = a.AppendSVG(page, factor)
	page = append(page, `</figure><figure class="wide">`...)
	page = a.appendSpeeds(page, factor)
	page = report.AppendFoot(append(page, "</figure></div>\n"...))
	_, err := w.Write(page)
	return err
}

// AppendSVG appends a picture of the two trajectories as they were and, of the factor that is named, as they would have been: metres
// along the way of each, from the place of the crash, over seconds from it. A name that is none of the factors' leaves that out.
func (a *Answer) AppendSVG(dst []byte, factor string) []byte {
	crash := a.at()
	then := [...]float64{crash.Striking.Metre, crash.Struck.Metre}
	p := a.plot("Where they were", "m from the place of the crash", factor, func(k int, at *Place) float64 { return at.Metre - then[k] })
	return p.AppendSVG(dst)
}

// appendSpeeds appends the same for speeds.
func (a *Answer) appendSpeeds(dst []byte, factor string) []byte {
	p := a.plot("How fast they were", "km/h", factor, func(_ int, at *Place) float64 { return 3.6 * at.Speed })
	return p.AppendSVG(dst)
}

// plot draws what of tells of both vehicles (0 for the one that struck), over seconds from the crash, and marks the crash and the last
// moment at which braking would have prevented it.
func (a *Answer) plot(title, label, factor string, of func(k int, at *Place) float64) *report.Plot {
	p := &report.Plot{Title: title, X: report.Axis{Label: "s from the crash"}, Y: report.Axis{Label: label}, Wide: true}
	low, high := math.Inf(1), math.Inf(-1)
	add := func(samples []Sample, kind report.MarkKind, suffix string) {
		for k, v := range a.both() {
			m := report.Mark{Kind: kind, Name: v.named() + suffix, Series: 1 + k}
			for n := range samples {
				at := &samples[n].Striking
				if k == 1 {
					at = &samples[n].Struck
				}
				if at.There {
					y := of(k, at)
					m.X, m.Y = append(m.X, samples[n].Time-a.Time), append(m.Y, y)
					low, high = min(low, y), max(high, y)
				}
			}
			p.Marks = append(p.Marks, m)
		}
	}
	add(a.AsItWas, report.Line, "")
	for i := range a.Factors {
		if f := &a.Factors[i]; f.Name == factor {
			add(f.Path, report.Dashed, ", if "+f.Says)
		}
	}
	moment := func(x float64, name string) {
		p.Marks = append(p.Marks, report.Mark{Kind: report.Dashed, Name: name, X: []float64{x, x}, Y: []float64{low, high}})
	}
	switch {
	case low >= high:
	case a.LastMoment == nil:
		moment(0, "the crash")
	default:
		moment(0, "the crash, and the last moment for full braking before it")
		moment(-*a.LastMoment, "")
	}
	return p
}

// at returns the sample of the crash.
func (a *Answer) at() Sample {
	best := Sample{}
	for _, s := range a.AsItWas {
		if s.Time <= a.Time+1e-3 {
			best = s
		}
	}
	return best
}

// Foremost returns the name of the factor that prevents the crash by the most, leaving out that a vehicle was not there; "" if none
// does.
func (a *Answer) Foremost() string {
	name, margin := "", -1.0
	for i := range a.Factors {
		f := &a.Factors[i]
		if f.Prevented && f.Elsewhere == 0 && f.Margin > margin && f.Name != "without_struck" && f.Name != "without_striking" {
			name, margin = f.Name, f.Margin
		}
	}
	return name
}
