package osmimport

import "roadtwin/network"

// Junctions with signals that are closer than this, m, share a controller: where there is no room for a queue between
// them, nobody times them apart (city blocks have 60 m and more, the ramps of a single-point interchange 30 to 40 m).
const (
	sharedBelow  = 45.0
	ownSignalFar = 70.0 // the same where nobody is stopped between the two
)

// shareControllers gives every signalised junction a controller: one for all junctions between which there is no room
// for signals of their own, and none is mapped.
func (d *draft) shareControllers() {
	near := unionFind{}
	for i := range d.streets {
		s := &d.streets[i]
		a, b := d.junction[s.first()], d.junction[s.last()]
		if s.inside || a == b || d.junctions[a].control != network.Signalised || d.junctions[b].control != network.Signalised {
			continue
		}
		length := d.length(s.nodes)
		silent := true // nobody is stopped between the two
		for dir := range s.dirs {
			silent = silent && !(s.dirs[dir].open() && s.dirs[dir].signal)
		}
		// The signals inside of a ring are those of its arms, each timed for itself.
		shared := sharedBelow
		if s.roundabout {
			shared = innerBelow
		}
		if length < shared || silent && length < ownSignalFar {
			near.join(a, b)
		}
	}
	for _, group := range d.askedCabinets() {
		for _, j := range group {
			near.join(group[0], j)
		}
	}
	number := map[int32]int32{}
	for j := range d.junctions {
		if d.junctions[j].control != network.Signalised {
			continue
		}
		r := near.find(int32(j))
		if _, ok := number[r]; !ok {
			number[r] = int32(len(number))
		}
		d.junctions[j].controller = number[r]
		if r != int32(j) {
			for _, n := range d.junctions[j].nodes {
				d.tell(Node, d.nodes[n].osm, "too close to the junction of node %d to be timed apart: one controller for both",
					d.nodes[d.junctions[r].nodes[0]].osm)
			}
		}
	}
}

// reportDark reports the controllers of the spec that the network does without: no paths meet at their junctions.
func (r *Report) reportDark(s *network.Spec, n *network.Network) {
	lit, seen := map[int32]bool{}, map[int32]bool{}
	for j := range s.Junctions {
		if n.Junctions[j].Controller != network.None {
			lit[s.Junctions[j].Controller] = true
		}
	}
	for j := range s.Junctions {
		c := s.Junctions[j].Controller
		if c == network.None || lit[c] || seen[c] {
			continue
		}
		seen[c] = true
		var osm int64
		if len(s.Junctions[j].OSMNodes) > 0 {
			osm = s.Junctions[j].OSMNodes[0]
		}
		r.drop("controller", osm, "no paths meet at its junction")
	}
}

// unionFind holds sets of junctions; one that it does not name is a set of its own. The least is the root.
type unionFind map[int32]int32

func (u unionFind) find(j int32) int32 {
	for {
		parent, ok := u[j]
		if !ok {
			return j
		}
		j = parent
	}
}

func (u unionFind) join(a, b int32) {
	a, b = u.find(a), u.find(b)
	if a != b {
		u[max(a, b)] = min(a, b)
	}
}
