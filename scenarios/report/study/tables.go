package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"roadtwin/scenarios/compare"
	"roadtwin/signals/timing"
)

// mostRows is how many edges and movements a table lists.
const mostRows = 15

// tables list the edges and the movements that differ most, before and after.
func (p *page) tables() error {
	p.print(`<h2>Before and after</h2>`)
	if len(p.Variants) == 0 {
		p.worst()
		return p.movements(nil)
	}
	for _, g := range p.Variants {
		p.edgeTable(g)
		if err := p.movements(g); err != nil {
			return err
		}
	}
	return nil
}

const letters = "ABCDEF"

// edgeTable lists the edges on which a variant makes most of a difference.
func (p *page) edgeTable(g *compare.Group) {
	rows := slices.DeleteFunc(slices.Clone(p.places), func(r compare.Row) bool { return r.With != g.Variant || r.Verdict == compare.Equal })
	slices.SortStableFunc(rows, func(a, b compare.Row) int { return cmp.Compare(math.Abs(b.Difference), math.Abs(a.Difference)) })
	p.print(`<h3>%s: edges</h3>`, text(g.Variant))
	if len(rows) == 0 {
		p.print(`<p>No edge can be shown to differ in the time lost on it.</p>`)
		return
	}
	p.print(`<table><tr><th>street</th><th>way</th><th class="n">hours lost before</th><th class="n">after</th><th class="n">difference</th><th class="n">speed / limit</th><th>level of service</th></tr>`)
	for i := range rows[:min(mostRows, len(rows))] {
		r := &rows[i]
		e := p.byKey[r.Place]
		before, after := p.ratioOf(p.Base, e), p.ratioOf(g, e)
		p.print(`<tr><td>%s</td><td>%d</td><td class="n">%.2f</td><td class="n">%.2f</td><td class="n">%+.2f [%+.2f to %+.2f]</td><td class="n">%s → %s</td><td>%s → %s</td></tr>`,
			text(cmp.Or(r.Label, e.Road)), e.OSMWay, r.Base, r.Variant, r.Difference, r.CI95[0], r.CI95[1], percent(before), percent(after), letter(p.serviceOf(p.Base, e)),
			letter(p.serviceOf(g, e)))
	}
	p.print(`</table><p class="soft">The %d of %d edges that differ most; p values adjusted by Benjamini-Hochberg over all edges with traffic.</p>`, min(mostRows, len(rows)), len(rows))
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

// letter writes a level of service, 0 for A; that of -1 is not known.
func letter(level int) string {
	if level < 0 {
		return "–"
	}
	return letters[level : level+1]
}

// worst lists the edges of the base on which most time is lost.
func (p *page) worst() {
	lost, err := compare.PlaceMeasureNamed("delay_h")
	if err != nil {
		return
	}
	type entry struct {
		cell compare.Cell
		h    float64
	}
	var list []entry
	for _, c := range p.cells[p.Base].Cells() {
		list = append(list, entry{c, p.cells[p.Base].Mean(&lost, c)})
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(b.h, a.h) })
	p.print(`<h3>Edges on which most time is lost</h3><table><tr><th>street</th><th>way</th><th class="n">hours lost</th><th class="n">speed / limit</th><th>level of service</th></tr>`)
	for _, entry := range list[:min(mostRows, len(list))] {
		e := p.byKey[entry.cell.Place]
		ratio := p.ratioOf(p.Base, e)
		p.print(`<tr><td>%s</td><td>%d</td><td class="n">%.2f</td><td class="n">%s</td><td>%s</td></tr>`, text(cmp.Or(e.Name, e.Road)), e.OSMWay, entry.h, percent(ratio), letter(p.serviceOf(p.Base, e)))
	}
	p.print(`</table>`)
}

// movement is the control delay of a movement in the runs of a group.
type movement struct {
	from, to int
	turn     string
	delay    map[uint64]float64 // s a vehicle, by seed
	passed   float64            // of all runs
	total    float64            // s, of all runs
}

// readMovements adds up the movements of a group.
func (p *page) readMovements(g *compare.Group) (map[int]*movement, error) {
	all := map[int]*movement{}
	for _, seed := range g.Seeds() {
		err := p.DB.Query(p.ctx, func(scan func(...any) error) error {
			var id, from, to int
			var turn string
			var passed, delay float64
			if err := scan(&id, &from, &to, &turn, &passed, &delay); err != nil {
				return err
			}
			m := all[id]
			if m == nil {
				m = &movement{from: from, to: to, turn: turn, delay: map[uint64]float64{}}
				all[id] = m
			}
			m.delay[seed] = delay / passed
			m.passed += passed
			m.total += delay
			return nil
		}, `SELECT movement, from_edge, to_edge, turn, sum(passed), sum(control_delay) FROM movement_intervals WHERE run = ? GROUP BY 1 HAVING sum(passed) > 0`, g.Runs[seed].ID)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// movements lists the movements at signals and signs whose control delay a variant changes most; without a variant those of the base
// with most of it.
func (p *page) movements(g *compare.Group) error {
	base, err := p.readMovements(p.Base)
	if err != nil {
		return err
	}
	names, err := p.junctionNames()
	if err != nil {
		return err
	}
	if g == nil {
		p.movementTable("Movements with most control delay", p.rank(base, nil, nil), names, false)
		return nil
	}
	if g.MapHash != p.Base.MapHash {
		p.print(`<p class="soft">%s has another map: its movements are not compared.</p>`, text(g.Variant))
		return nil
	}
	after, err := p.readMovements(g)
	if err != nil {
		return err
	}
	p.movementTable(g.Variant+": movements", p.rank(base, after, g), names, true)
	return nil
}

// ranked is a row of the table of movements.
type ranked struct {
	m      *movement
	effect compare.Effect // s a vehicle
	p      float64        // adjusted
	size   float64
}

// leastPassed is how many vehicles a run make a movement, at least, that is listed.
const leastPassed = 20

// rank returns the movements, those with the greatest change of control delay in all first; without after, those with most of it.
func (p *page) rank(base, after map[int]*movement, g *compare.Group) (list []ranked) {
	for id, m := range base {
		if controlled := p.controlOf(m.from); controlled == "" || controlled == "free" || m.passed < leastPassed*float64(len(p.Base.Runs)) {
			continue
		}
		if after == nil {
			list = append(list, ranked{m: m, effect: compare.Effect{Base: m.total / m.passed}, size: m.total})
			continue
		}
		other := after[id]
		if other == nil {
			continue
		}
		var x, y []float64
		for _, seed := range g.Seeds() {
			a, ok := m.delay[seed]
			b, too := other.delay[seed]
			if ok && too {
				x, y = append(x, a), append(y, b)
			}
		}
		if len(x) > 1 {
			e := compare.Paired(x, y)
			list = append(list, ranked{m: m, effect: e, size: math.Abs(e.Difference) * m.passed})
		}
	}
	slices.SortFunc(list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.m.from, b.m.from), cmp.Compare(a.m.to, b.m.to))
	})
	values := make([]float64, len(list))
	for i := range list {
		values[i] = list[i].effect.P
	}
	for i, adjusted := range compare.BenjaminiHochberg.Adjust(values) {
		list[i].p = adjusted
	}
	return list
}

func (p *page) controlOf(edge int) string {
	if edge < 0 || edge >= len(p.edges) {
		return ""
	}
	return p.edges[edge].Control
}

func (p *page) junctionNames() (map[int]string, error) {
	junctions, err := p.DB.Junctions(p.ctx, p.Base.Any().ID)
	names := map[int]string{}
	for _, j := range junctions {
		names[j.Junction] = j.Name
	}
	return names, err
}

func (p *page) movementTable(title string, list []ranked, names map[int]string, after bool) {
	p.print(`<h3>%s</h3>`, text(title))
	if len(list) == 0 {
		p.print(`<p class="soft">No movement at signals or signs is made by %d vehicles a run.</p>`, leastPassed)
		return
	}
	if after {
		shown := 0
		for i := range list {
			if list[i].p < 0.05 && list[i].effect.Difference != 0 {
				shown++
			}
		}
		p.print(`<p>%d of %d movements can be shown to differ in their control delay (Benjamini-Hochberg). Those that change most for all who make them:</p>`, shown, len(list))
	}
	p.print(`<table><tr><th>junction</th><th>from</th><th>turn</th><th class="n">vehicles a run</th><th class="n">control delay s</th>`)
	if after {
		p.print(`<th class="n">after</th><th class="n">difference</th>`)
	}
	p.print(`<th>level of service</th>`)
	if after {
		p.print(`<th></th>`)
	}
	p.print(`</tr>`)
	for i := range list[:min(mostRows, len(list))] {
		r := &list[i]
		e := p.edges[r.m.from]
		p.print(`<tr><td>%s</td><td>%s</td><td>%s</td><td class="n">%.0f</td><td class="n">%.1f</td>`, text(cmp.Or(names[e.To], fmt.Sprint("junction ", e.To))),
			text(cmp.Or(e.Name, e.Road)), text(strings.ReplaceAll(r.m.turn, "_", " ")), r.m.passed/float64(len(p.Base.Runs)), r.effect.Base)
		service := los(e.Control, r.effect.Base)
		if after {
			p.print(`<td class="n">%.1f</td><td class="n">%+.1f [%+.1f to %+.1f]</td>`, r.effect.Variant, r.effect.Difference, r.effect.CI95[0], r.effect.CI95[1])
			service += " → " + los(e.Control, r.effect.Variant)
		}
		p.print(`<td>%s</td>`, service)
		if after {
			p.print(`<td class="soft">%s</td>`, movementVerdict(r))
		}
		p.print(`</tr>`)
	}
	p.print(`</table><p class="soft">Control delay and its level of service by HCM 7th ed., exhibits 19-8 and 20-2.</p>`)
}

// movementVerdict says what the comparison of a movement comes to.
func movementVerdict(r *ranked) string {
	switch {
	case r.p >= 0.05 || r.effect.Difference == 0:
		return "not shown"
	case r.effect.Difference < 0:
		return "less"
	}
	return "more"
}

// los returns the level of service of a control delay.
func los(control string, delay float64) string {
	if control == "signal" {
		return timing.LevelOfService(delay, 0).String()
	}
	return timing.LevelOfServiceUnsignalised(delay, 0).String()
}
