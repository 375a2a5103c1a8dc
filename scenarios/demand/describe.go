package demand

import (
	"fmt"
	"io"

	"roadtwin/network"
)

// Describe writes what the demand assumes and what came of it, for people.
func (d *Demand) Describe(w io.Writer) error {
	p := printer{w: w}
	p.line("demand: %d trips from %s to %s", len(d.Trips), clock(d.begin), clock(d.end))
	if d.made != nil {
		for _, line := range d.made {
			p.line("  %s", line)
		}
		d.describeNotes(&p)
		return p.err
	}
	if d.source != "" {
		p.line("  listed in %s, times %g", d.source, d.params.Factor)
		d.describeNotes(&p)
		return p.err
	}
	f, m, rate := d.places.found, d.model, tripRate(d.places.net.Country)
	p.line("  places: %d buildings, %d shops and offices, %.1f km of street frontage; buildings are mapped in %d of %d cells",
		f.Buildings, f.Points, f.FrontageMetres/1000, f.MappedCells, f.Cells)
	if f.BuildingsLost > 0 {
		p.line("    %d buildings are more than %.0f m from any street where one may stop, and left out", f.BuildingsLost, attach)
	}
	p.line("  %.0f residents with %.2f vehicle trips a day, %.0f jobs; %.0f %% of their trips stay inside (radius %.1f km, mean trip %.0f km)",
		m.residents, rate, m.jobs, 100*m.inside, d.places.radius/1000, reach/1000.0)
	p.line("  gates: %d in, %d out, %.0f vehicles a day each way by class of road", len(d.places.entries), len(d.places.exits), m.gateTraffic)
	p.line("  trips a day (%g of the trips inside and %g of those through are put on the road, times %g):", loadInside, loadThrough,
		d.params.Factor)
	for kind := range numPurposes {
		v := m.volumes[kind]
		if kind == through {
			p.line("    %-10s %8.0f", purposeNames[kind], v[outbound])
			continue
		}
		p.line("    %-10s %8.0f inside, %8.0f out, %8.0f in", purposeNames[kind], v[internal], v[outbound], v[inbound])
	}
	p.line("  trips of this period: %d from home, %d to home, %d other, %d through; %d dropped for want of two streets",
		d.counts.purposes[fromHome], d.counts.purposes[toHome], d.counts.purposes[other], d.counts.purposes[through],
		d.counts.dropped)
	d.describeNotes(&p)
	return p.err
}

// describeNotes tells what was left out, and the classes and purposes.
func (d *Demand) describeNotes(p *printer) {
	for _, note := range d.notes {
		p.line("    %s", note)
	}
	d.describeClasses(p)
	d.describePurposes(p)
}

// describePurposes counts the trips by purpose, if any has one.
func (d *Demand) describePurposes(p *printer) {
	var counts [NumPurposes]int
	for i := range d.About {
		counts[d.About[i].Purpose]++
	}
	if len(d.About) == 0 || counts[Unknown] == len(d.About) {
		return
	}
	for purpose, n := range counts {
		if n > 0 {
			p.line("    %-18s %6d (%.1f %%)", Purpose(purpose), n, 100*float64(n)/float64(len(d.About)))
		}
	}
}

func (d *Demand) describeClasses(p *printer) {
	for class := range network.NumVehicleClasses {
		if n := d.counts.classes[class]; n > 0 {
			p.line("    %-18s %6d (%.1f %%)", class, n, 100*float64(n)/float64(len(d.Trips)))
		}
	}
}

func clock(t float64) string {
	return fmt.Sprintf("%02d:%02d", int(t)/3600, int(t)/60%60)
}

// printer writes lines until the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}
