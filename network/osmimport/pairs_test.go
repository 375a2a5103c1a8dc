package osmimport

import (
	"os"
	"path/filepath"
	"testing"

	"roadtwin/network"
)

// TestNoMovementCrossesItself looks at every movement of the real extracts: of two of its connectors, the one that
// begins nearer to the kerb never ends nearer to the offside.
func TestNoMovementCrossesItself(t *testing.T) {
	sharedExtracts(t)
	for _, c := range extracts {
		if c.large && os.Getenv("ROADTWIN_LARGE") == "" || testing.Short() && filepath.Dir(c.file) != "tiny" {
			continue
		}
		n, _ := importExtract(t, c.file)
		for i := range n.Movements {
			if p, q, crosses := crossesItself(n, &n.Movements[i]); crosses {
				m := &n.Movements[i]
				t.Errorf("%s: from way %d to way %d (%v) lane %d leads to lane %d, and lane %d to lane %d", c.file,
					n.Edges[m.From].OSMWay, n.Edges[m.To].OSMWay, m.Turn, n.Lanes[p.From].Index, n.Lanes[p.To].Index,
					n.Lanes[q.From].Index, n.Lanes[q.To].Index)
			}
		}
	}
}

func crossesItself(n *network.Network, m *network.Movement) (p, q *network.Connector, crosses bool) {
	for i, a := range m.Connectors {
		for _, b := range m.Connectors[i+1:] {
			p, q = &n.Connectors[a], &n.Connectors[b]
			if p.From < q.From && p.To > q.To || p.From > q.From && p.To < q.To {
				return p, q, true
			}
		}
	}
	return nil, nil, false
}
