package study

import (
	"fmt"
	"strings"

	"roadtwin/scenarios/compare"
	"roadtwin/scenarios/results"
)

// heat are the colours of a heat map, from free flow to standing: lighter to darker, so that they keep their order in black and white.
var heat = []string{"#eef3d0", "#f3d98a", "#ee9f4e", "#d4562f", "#921a3c", "#3b0d1f"}

// heatMap draws the speed on edges, one behind the other, by time.
func (p *page) heatMap(g *compare.Group, along []int) (string, error) {
	const left, top, width, height = 56.0, 8.0, 450.0, 220.0
	type sums struct{ seconds, free float64 }
	speeds := map[[2]float64]*sums{} // by edge and begin
	byNumber := map[int]results.Edge{}
	for _, e := range p.edges {
		byNumber[e.Edge] = e
	}
	wanted := map[int]bool{}
	total := 0.0
	for _, e := range along {
		wanted[e] = true
		total += byNumber[e].Length
	}
	run := g.Any()
	step := 0.0
	for _, seed := range g.Seeds() {
		err := p.DB.Query(p.ctx, func(scan func(...any) error) error {
			var edge int
			var begin, end, seconds, metres float64
			if err := scan(&edge, &begin, &end, &seconds, &metres); err != nil {
				return err
			}
			if !wanted[edge] || seconds == 0 {
				return nil
			}
			key := [2]float64{float64(edge), begin}
			if speeds[key] == nil {
				speeds[key] = &sums{}
			}
			speeds[key].seconds += seconds
			speeds[key].free += metres / byNumber[edge].SpeedLimit
			step = max(step, end-begin)
			return nil
		}, `SELECT edge, begin_s, end_s, vehicle_seconds, vehicle_metres FROM edge_intervals WHERE run = ?`, g.Runs[seed].ID)
		if err != nil {
			return "", err
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 520 300" role="img" aria-label="speed by time and place"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V5" stroke="#c4ccd2" stroke-width="1"/></pattern></defs>`)
	fmt.Fprintf(&b, `<rect x="%g" y="%g" width="%g" height="%g" fill="url(#hatch)" stroke="#5b6670" stroke-width=".6"/>`, left, top, width, height)
	at, span := 0.0, run.End-run.Begin
	for _, e := range along {
		length := byNumber[e].Length
		for begin := run.Begin; step > 0 && begin < run.End; begin += step {
			if s := speeds[[2]float64{float64(e), begin}]; s != nil {
				fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`, left+width*(begin-run.Begin)/span, top+height*(1-(at+length)/total),
					width*min(step, run.End-begin)/span+0.2, height*length/total+0.2, heat[level(s.free/s.seconds)])
			}
		}
		at += length
	}
	for i := range 5 {
		t := run.Begin + span*float64(i)/4
		anchor := []string{"start", "middle", "middle", "middle", "end"}[i]
		fmt.Fprintf(&b, `<text class="label" x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, left+width*float64(i)/4, top+height+16, anchor, clock(t))
		fmt.Fprintf(&b, `<text class="label" x="%g" y="%.1f" text-anchor="end">%.0f m</text>`, left-5, top+height*(1-float64(i)/4)+4, total*float64(i)/4)
	}
	for i, name := range []string{"> 80 %", "> 67 %", "> 50 %", "> 40 %", "> 30 %", "less"} {
		x := left + 75*float64(i)
		fmt.Fprintf(&b, `<rect x="%.1f" y="262" width="16" height="12" fill="%s" stroke="#5b6670" stroke-width=".5"/><text x="%.1f" y="272">%s</text>`, x, heat[i], x+20, text(name))
	}
	b.WriteString(`</svg>`)
	return b.String(), nil
}
