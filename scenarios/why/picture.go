package why

import (
	"html"
	"io"
	"strings"

	"roadtwin/scenarios/report"
)

// WritePage writes a page with the answer in words and a picture.
func (a *Answer) WritePage(w io.Writer) error {
	var text strings.Builder
	if err := a.WriteText(&text); err != nil {
		return err
	}
	page := report.AppendHead(nil, "Why the crash at "+clock(a.Time))
	page = append(page, "<h1>Why the crash at "+clock(a.Time)+"</h1>\n"...)
	for _, line := range strings.Split(strings.TrimSpace(text.String()), "\n") {
		page = append(page, "<p>"+html.EscapeString(strings.TrimSpace(line))+"</p>\n"...)
	}
	page = append(page, `<div class="plots"><figure class="wide">`...)
	page = a.AppendSVG(page, a.Foremost())
	page = report.AppendFoot(append(page, "</figure></div>\n"...))
	_, err := w.Write(page)
	return err
}

// AppendSVG appends a picture of the two trajectories as they were and, of the factor that is named, as they would have been: metres
// along the way of each, from the place of the crash, over seconds from it. A name that is none of the factors' leaves that out.
func (a *Answer) AppendSVG(dst []byte, factor string) []byte {
	crash := a.at()
	p := report.Plot{
		Title: "Crash at " + clock(a.Time) + ", " + a.Place,
		X:     report.Axis{Label: "s from the crash"}, Y: report.Axis{Label: "m from its place, along the way of each"}, Wide: true,
	}
	add := func(samples []Sample, kind report.MarkKind, suffix string, first int) {
		for k, v := range a.both() {
			m := report.Mark{Kind: kind, Name: v.named() + suffix, Series: first + k}
			for n := range samples {
				s := &samples[n]
				now, then := &s.Striking, crash.Striking.Metre
				if k == 1 {
					now, then = &s.Struck, crash.Struck.Metre
				}
				if now.There {
					m.X, m.Y = append(m.X, s.Time-a.Time), append(m.Y, now.Metre-then)
				}
			}
			p.Marks = append(p.Marks, m)
		}
	}
	add(a.AsItWas, report.Line, ", as it was", 1)
	for i := range a.Factors {
		if f := &a.Factors[i]; f.Name == factor {
			add(f.Path, report.Dashed, ", if "+f.Says, 1)
		}
	}
	return p.AppendSVG(dst)
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
