package network

// slips tells whether a connector leads to or from a slip lane: it passes beside the signals of its junction, as its drivers
// do on the street.
func (b *builder) slips(c *Connector) bool {
	return b.spec.Edges[b.net.Lanes[c.From].Edge].Slip || b.spec.Edges[b.net.Lanes[c.To].Edge].Slip
}

// contestedAtSignal tells whether paths from different edges meet at j, those beside its signals apart.
func (b *builder) contestedAtSignal(j *Junction) bool {
	first := int32(j.FirstConnector)
	for c := first; c < first+j.NumConnectors; c++ {
		if b.slips(&b.net.Connectors[c]) {
			continue
		}
		for _, k := range b.net.ConflictsOf(ConnectorID(c)) {
			if b.approach(k.Of) != b.approach(k.With) && k.Kind != Diverging && !b.slips(&b.net.Connectors[k.With]) {
				return true
			}
		}
	}
	return false
}
