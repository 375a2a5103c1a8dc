package demand

import (
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// balanceRounds is how often the rows and columns of the through traffic are fitted in turn to the traffic of the
// gates (iterative proportional fitting, Deming & Stephan 1940); the error is below a per cent after ten.
const balanceRounds = 12

// pairGates spreads through traffic over pairs of gates: between roads of like class, to the far side of the map rather
// than back to where it came from, and so that every gate has its share.
func (m *model) pairGates() {
	entries, exits := m.places.entries, m.places.exits
	table := make([][]float64, len(entries))
	for i := range entries {
		table[i] = make([]float64, len(exits))
		for j := range exits {
			table[i][j] = m.affinity(&entries[i], &exits[j])
		}
	}
	for range balanceRounds {
		for i, row := range table {
			fit(row, entries[i].pass)
		}
		for j := range exits {
			column := 0.0
			for i := range table {
				column += table[i][j]
			}
			if column > 0 {
				for i := range table {
					table[i][j] *= exits[j].pass / column
				}
			}
		}
	}
	m.passing = table
	m.byPassing = make([]float64, len(entries))
	for i, row := range table {
		m.byPassing[i] = total(cumulate(row))
	}
	cumulate(m.byPassing)
}

// fit scales a row to a sum.
func fit(row []float64, want float64) {
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	for j := range row {
		if sum > 0 {
			row[j] *= want / sum
		}
	}
}

// affinity is how likely somebody who enters at one gate leaves at the other, before balancing.
func (m *model) affinity(entry, exit *gate) float64 {
	net := m.places.net
	if net.Edges[entry.edge].From == net.Edges[exit.edge].To || net.Edges[entry.edge].Opposite == exit.edge {
		return 0
	}
	span := max(net.Bounds.Width(), net.Bounds.Height(), 1)
	apart := length(entry.at, exit.at) / span
	difference := float64(entry.road) - float64(exit.road)
	return apart * apart * exit.pass / (1 + difference*difference)
}

// pass draws a trip through the map.
func (m *model) pass(t ticket) (from, to tripEnd, ok bool) {
	if total(m.byPassing) == 0 {
		return from, to, false
	}
	i := pick(m.byPassing, t.float(draw.TripOrigin, drawGate)*total(m.byPassing))
	j := pick(m.passing[i], t.float(draw.TripDestination, drawGate)*total(m.passing[i]))
	return tripEnd{m.places.entries[i].edge, traffic.AtBoundary}, tripEnd{m.places.exits[j].edge, traffic.AtBoundary}, true
}
