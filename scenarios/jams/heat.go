package jams

import (
	"cmp"
	"fmt"
	"html"
	"math"
	"slices"
	"strings"

	"roadtwin/scenarios/results"
)

// Heat is how fast the traffic of a corridor was, by place and time.
type Heat struct {
	Name    string      `json:"name"`
	Edges   []int       `json:"edges"`   // along it
	Streets []string    `json:"streets"` // by edge
	At      []float64   `json:"at_m"`    // where each edge begins, and where the last ends
	Times   []float64   `json:"times_s"` // the intervals' beginnings, and the end of the last; s after midnight
	Ratio   [][]float64 `json:"ratio"`   // by edge and interval: mean speed over the limit; -1 where nobody drove
}

// HeatOf returns the heat map of the edges of a corridor, in the mean over several runs.
func HeatOf(name string, edges []int, runs []*Traffic) *Heat {
	h := &Heat{Name: name, Edges: edges, At: []float64{0}}
	if len(runs) == 0 {
		return h
	}
	f := finder{Traffic: runs[0], edges: map[int]*results.Edge{}, limits: map[int]float64{}}
	for i := range runs[0].Edges {
		f.edges[runs[0].Edges[i].Edge] = &runs[0].Edges[i]
	}
	f.measureLimits()
	rows := map[int]int{}
	for i, e := range edges {
		rows[e] = i
		h.Streets = append(h.Streets, f.edges[e].Name)
		h.At = append(h.At, h.At[i]+f.edges[e].Length)
	}
	ends := map[float64]float64{}
	for i := range runs[0].Intervals {
		ends[runs[0].Intervals[i].Begin] = runs[0].Intervals[i].End
	}
	for begin := range ends { // in any order: is sorted
		h.Times = append(h.Times, begin)
	}
	slices.Sort(h.Times)
	column := map[float64]int{}
	for k, t := range h.Times {
		column[t] = k
	}
	seconds, metres := table(len(edges), len(h.Times)), table(len(edges), len(h.Times))
	for _, run := range runs {
		for i := range run.Intervals {
			r := &run.Intervals[i]
			row, ok := rows[r.Edge]
			k, known := column[r.Begin]
			if ok && known {
				seconds[row][k] += r.VehicleSeconds
				metres[row][k] += r.VehicleMetres
			}
		}
	}
	h.Ratio = table(len(edges), len(h.Times))
	for i, e := range edges {
		for k := range h.Times {
			h.Ratio[i][k] = -1
			if limit := f.limits[e]; seconds[i][k] > 0 && limit > 0 {
				h.Ratio[i][k] = math.Round(1000*metres[i][k]/seconds[i][k]/limit) / 1000
			}
		}
	}
	if n := len(h.Times); n > 0 {
		h.Times = append(h.Times, ends[h.Times[n-1]])
	}
	return h
}

func table(rows, columns int) [][]float64 {
	t := make([][]float64, rows)
	for i := range t {
		t[i] = make([]float64, columns)
	}
	return t
}

// Along returns the longest way over edges of that street that follow one another and that will do, nil if there is none; nil for will
// takes any.
func Along(edges []results.Edge, street string, will func(way []int) bool) []int {
	from := map[int][]int{} // by junction, indices into edges
	var same []int
	for i := range edges {
		if strings.EqualFold(edges[i].Name, street) && edges[i].From >= 0 {
			from[edges[i].From] = append(from[edges[i].From], i)
			same = append(same, i)
		}
	}
	var best []int
	longest := 0.0
	for _, start := range same {
		way, length := follow(edges, from, start)
		if length > longest && (will == nil || will(way)) {
			best, longest = way, length
		}
	}
	return best
}

// follow drives along a street, without turning back, as long as it goes on.
func follow(edges []results.Edge, from map[int][]int, start int) (way []int, length float64) {
	seen := map[int]bool{}
	for at := start; at >= 0 && !seen[at]; {
		seen[at] = true
		way, length = append(way, edges[at].Edge), length+edges[at].Length
		next := -1
		for _, i := range from[edges[at].To] {
			if edges[i].To != edges[at].From && !seen[i] && (next < 0 || cmp.Compare(edges[i].Length, edges[next].Length) > 0) {
				next = i
			}
		}
		at = next
	}
	return way, length
}

// shades are from free to standing: lightness falls evenly, so that they are told apart in print and by people who see no red or green.
var shades = []struct {
	least        float64 // of the ratio
	colour, text string
}{
	{0.8, "#fdf3c8", "from 80 % of the limit"}, {0.6, "#f6cf7a", "from 60 %"}, {0.45, "#ee9f4c", "from 45 %"}, {0.3, "#d9653b", "from 30 %"}, {0.15, "#a32d4a", "from 15 %"}, {0, "#4a1256", "below 15 %"},
}

func shadeOf(ratio float64) string {
	for _, s := range shades {
		if ratio >= s.least {
			return s.colour
		}
	}
	return "#ffffff"
}

// AppendSVG appends the heat map as a picture of its own: time to the right, the way upwards.
func (h *Heat) AppendSVG(dst []byte) []byte {
	const width, height, left, top, bottom, right = 1000.0, 460.0, 70.0, 40.0, 70.0, 200.0
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g" font-family="system-ui, DejaVu Sans, sans-serif" font-size="12" fill="#1c2126">`, width, height)
	fmt.Fprintf(&b, `<rect width="%g" height="%g" fill="#fff"/><text x="%g" y="22" font-size="15" font-weight="600">%s</text>`, width, height, left, html.EscapeString(h.Name))
	w, t := width-left-right, height-top-bottom
	if n, m := len(h.Times), len(h.At); n > 1 && m > 1 && h.At[m-1] > 0 {
		x := func(s float64) float64 { return left + w*(s-h.Times[0])/(h.Times[n-1]-h.Times[0]) }
		y := func(s float64) float64 { return top + t*(1-s/h.At[m-1]) }
		for i := range h.Edges {
			for k := range n - 1 {
				colour := shadeOf(h.Ratio[i][k])
				if h.Ratio[i][k] < 0 {
					colour = "#eef0f2"
				}
				fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.2f" height="%.2f" fill="%s"/>`, x(h.Times[k]), y(h.At[i+1]), x(h.Times[k+1])-x(h.Times[k])+0.3, y(h.At[i])-y(h.At[i+1])+0.3, colour)
			}
		}
		h.writeAxes(&b, x, y, width-right)
	}
	for i, s := range shades {
		at := top + 22*float64(i)
		fmt.Fprintf(&b, `<rect x="%g" y="%g" width="18" height="14" fill="%s" stroke="#5b6670" stroke-width=".5"/><text x="%g" y="%g">%s</text>`, width-right+16, at, s.colour, width-right+42, at+11, s.text)
	}
	at := top + 22*float64(len(shades))
	fmt.Fprintf(&b, `<rect x="%g" y="%g" width="18" height="14" fill="#eef0f2" stroke="#5b6670" stroke-width=".5"/><text x="%g" y="%g">nobody drove</text>`, width-right+16, at, width-right+42, at+11)
	fmt.Fprintf(&b, `<text x="%g" y="%g" text-anchor="middle" fill="#5b6670">time</text><text transform="translate(16 %g) rotate(-90)" text-anchor="middle" fill="#5b6670">m along the way</text></svg>`, left+w/2, height-22, top+t/2)
	return append(dst, b.String()...)
}

// writeAxes labels the times and the way, and where the street changes its name.
func (h *Heat) writeAxes(b *strings.Builder, x, y func(float64) float64, right float64) {
	n, m := len(h.Times), len(h.At)
	step := 300.0
	for (h.Times[n-1]-h.Times[0])/step > 10 {
		step *= 2
	}
	for s := math.Ceil(h.Times[0]/step) * step; s <= h.Times[n-1]; s += step {
		fmt.Fprintf(b, `<path d="M%.1f %.1fv5" stroke="#5b6670"/><text x="%.1f" y="%.1f" text-anchor="middle">%02d:%02d</text>`, x(s), y(0), x(s), y(0)+19, int(s)/3600, int(s)/60%60)
	}
	along := 100.0
	for h.At[m-1]/along > 8 {
		along *= 2
	}
	for s := 0.0; s <= h.At[m-1]; s += along {
		fmt.Fprintf(b, `<path d="M%.1f %.1fh-5" stroke="#5b6670"/><text x="%.1f" y="%.1f" text-anchor="end">%.0f</text>`, x(h.Times[0]), y(s), x(h.Times[0])-8, y(s)+4, s)
	}
	for i := range h.Edges {
		if i > 0 && h.Streets[i] != h.Streets[i-1] {
			fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f" stroke="#1c2126" stroke-width=".6" stroke-dasharray="3 3"/>`, x(h.Times[0]), y(h.At[i]), right)
		}
	}
}
