package osmimport

import (
	"slices"

	"roadtwin/network"
)

// cutStreet cuts the street of arm a at so many metres from the arm's node and returns the piece at that node.
func (d *draft) cutStreet(a arm, metres float64) (near int32) {
	s := &d.streets[a.street]
	if a.end == 1 {
		metres = d.length(s.nodes) - metres
	}
	last := s.last()
	k := d.insertNode(s, metres)
	n := s.nodes[k]
	d.splitAt(int(a.street), k)
	rest := int32(len(d.streets) - 1)
	d.junction[n] = int32(len(d.junctions))
	d.junctions = append(d.junctions, junction{
		nodes: []nodeRef{n}, position: d.nodes[n].pos, controller: network.None, streets: 2,
	})
	for k, o := range d.arms[last] {
		if o == (arm{a.street, 1}) {
			d.arms[last][k] = arm{rest, 1}
		}
	}
	for len(d.arms) < len(d.nodes) {
		d.arms = append(d.arms, nil)
	}
	d.arms[n] = []arm{{a.street, 1}, {rest, 0}}
	if a.end == 1 {
		return rest
	}
	return a.street
}

// insertNode returns the index of a new node of the street at so many metres along it.
func (d *draft) insertNode(s *street, metres float64) int {
	k := 1
	for ; k < len(s.nodes)-1; k++ {
		step := distance(d.nodes[s.nodes[k-1]].pos, d.nodes[s.nodes[k]].pos)
		if step >= metres {
			break
		}
		metres -= step
	}
	a, b := &d.nodes[s.nodes[k-1]], &d.nodes[s.nodes[k]]
	f := metres / distance(a.pos, b.pos)
	d.nodes = append(d.nodes, node{
		lon: a.lon + f*(b.lon-a.lon), lat: a.lat + f*(b.lat-a.lat), pos: along(a.pos, b.pos, f),
	})
	d.junction = append(d.junction, network.None)
	s.nodes = slices.Insert(slices.Clone(s.nodes), k, nodeRef(len(d.nodes)-1))
	return k
}
