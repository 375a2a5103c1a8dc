package network

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// Stretch is a part of a connector, m along it: From <= To.
type Stretch struct{ From, To float64 }

// minStorage is the least stretch on which a vehicle can be stored, m: a car of 5 m with half a metre to spare at
// either end.
const minStorage = 6.0

// findStorage notes where vehicles can wait inside of junctions: between the carriageways of a divided road, or in the
// middle before the oncoming stream. Connectors that meet nobody have no such place; they are one from end to end.
func (b *builder) findStorage() {
	n := b.net
	var met []Stretch
	for i := range n.Connectors {
		con := &n.Connectors[i]
		if con.Length < minStorage || con.NumConflicts == 0 {
			continue
		}
		met = n.appendSwept(met[:0], ConnectorID(i))
		if len(met) > 0 {
			con.Storage = between(met, con.Length)
		}
	}
}

// appendSwept appends the stretches of connector c that paths from other lanes sweep, ascending by From. Those who leave
// the same lane wait behind anyway.
func (n *Network) appendSwept(dst []Stretch, c ConnectorID) []Stretch {
	for _, k := range n.ConflictsOf(c) {
		if k.Kind != Diverging {
			dst = append(dst, Stretch{k.Start, k.End})
		}
	}
	slices.SortFunc(dst, func(p, q Stretch) int { return cmp.Or(cmp.Compare(p.From, q.From), cmp.Compare(p.To, q.To)) })
	return dst
}

// between returns the stretches of [0, length] that lie between those that are swept (ascending by From), if a vehicle
// has room there.
func between(swept []Stretch, length float64) []Stretch {
	var free []Stretch
	at := 0.0
	for _, s := range append(swept, Stretch{length, length}) {
		if s.From-at >= minStorage {
			free = append(free, Stretch{at, s.From})
		}
		at = max(at, s.To)
	}
	return free
}

// checkStorage tells whether the places to wait on connector i are long enough, in order, and clear of other paths.
func (n *Network) checkStorage(i int) error {
	con := &n.Connectors[i]
	if len(con.Storage) == 0 {
		return nil
	}
	swept := n.appendSwept(nil, ConnectorID(i))
	for k, s := range con.Storage {
		if !(s.From >= 0 && s.To <= con.Length && s.To-s.From >= minStorage) || k > 0 && s.From < con.Storage[k-1].To {
			return fmt.Errorf("storage from %g to %g m of %g, want %g m or more, ascending", s.From, s.To, con.Length, minStorage)
		}
		for _, x := range swept {
			if x.From < s.To && s.From < x.To {
				return fmt.Errorf("storage from %g to %g m, but a path sweeps %g to %g m", s.From, s.To, x.From, x.To)
			}
		}
	}
	return nil
}

// appendStorage writes the storage of the connectors that have some.
func (n *Network) appendStorage(b []byte) []byte {
	count := 0
	for i := range n.Connectors {
		if len(n.Connectors[i].Storage) > 0 {
			count++
		}
	}
	b = appendCount(b, count)
	for i := range n.Connectors {
		if list := n.Connectors[i].Storage; len(list) > 0 {
			b = appendCount(binary.AppendUvarint(b, uint64(i)), len(list))
			for _, s := range list {
				b = appendMM(appendMM(b, s.From), s.To)
			}
		}
	}
	return b
}

func (n *Network) decodeStorage(d *decoder) {
	const least = 4 // bytes of a connector and one stretch
	for range d.count(least) {
		c := d.index("connector", len(n.Connectors))
		list := make([]Stretch, d.count(2))
		for k := range list {
			list[k] = Stretch{d.mm(), d.mm()}
		}
		if d.err != nil {
			return
		}
		n.Connectors[c].Storage = list
	}
}
