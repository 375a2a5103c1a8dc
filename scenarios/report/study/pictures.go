package study

import "roadtwin/scenarios/report"

// Picture is a drawing that a report has beside its own: an SVG file, such as those of package diagram.
type Picture struct {
	Section string // the heading under which it stands; pictures of one section follow one another
	Title   string // what it shows, and of which variant
	SVG     []byte
}

// pictures writes the pictures that were given.
func (p *page) pictures() {
	section := ""
	for i := range p.Pictures {
		x := &p.Pictures[i]
		if x.Section != section {
			section = x.Section
			p.print(`<h2>%s</h2>`, text(section))
		}
		p.print(`<article><header><h3>%s</h3></header>`, text(x.Title))
		p.b.Write(report.AppendImage(nil, x.SVG, x.Title))
		p.print(`</article>`)
	}
}
