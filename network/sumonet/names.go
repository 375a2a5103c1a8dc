package sumonet

import (
	"strconv"
	"strings"

	"roadtwin/network"
)

// EdgeNames returns the id that each edge has in a file that Write makes: the name that its source has for it
// (Edge.Ref), else its OSM way and, from the second on, a number, as netconvert does ("-23429231#1"); else "e" and its
// EdgeID. They are unique.
func EdgeNames(n *network.Network) []string {
	used := make(map[string]bool, len(n.Edges))
	names := make([]string, len(n.Edges))
	for e := range n.Edges {
		if ref := n.Edges[e].Ref; usable(ref) && !used[ref] {
			names[e] = ref
			used[ref] = true
		}
	}
	pieces := map[int64]int{}
	for e := range n.Edges {
		if names[e] != "" {
			continue
		}
		name := ""
		if way := n.Edges[e].OSMWay; way != 0 {
			name = strconv.FormatInt(way, 10)
			if k := pieces[way]; k > 0 {
				name += "#" + strconv.Itoa(k)
			}
			pieces[way]++
		}
		for k := 0; name == "" || used[name]; k++ {
			name = "e" + strconv.Itoa(e) + strings.Repeat("_", k)
		}
		names[e] = name
		used[name] = true
	}
	return names
}

// usable tells whether SUMO takes s for an id.
func usable(s string) bool {
	if s == "" || s[0] == ':' {
		return false
	}
	for _, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_#-+./", r)
		if !ok {
			return false
		}
	}
	return true
}

// junctionNames returns the id of each junction: its first OSM node, else "j" and its JunctionID. They are unique.
func junctionNames(n *network.Network) []string {
	used := make(map[string]bool, len(n.Junctions))
	names := make([]string, len(n.Junctions))
	for j := range n.Junctions {
		name := "j" + strconv.Itoa(j)
		if nodes := n.Junctions[j].OSMNodes; len(nodes) > 0 && nodes[0] > 0 {
			if node := strconv.FormatInt(nodes[0], 10); !used[node] {
				name = node
			}
		}
		names[j] = name
		used[name] = true
	}
	return names
}

// TrackNames returns the id that the lane of each track has in a file that Write makes, by TrackID: that of connectors, too, which are lanes
// within junctions.
func TrackNames(n *network.Network) []string {
	w := writer{
		net: n, edges: EdgeNames(n), junctions: junctionNames(n), programs: make([]*Program, len(n.Controllers)),
		link: make([]int32, len(n.Connectors)), tlLink: make([]int32, len(n.Connectors)),
	}
	w.numberLinks()
	names := make([]string, 0, n.NumTracks())
	for i := range n.Lanes {
		l := &n.Lanes[i]
		names = append(names, w.edges[l.Edge]+"_"+strconv.Itoa(int(l.Index)))
	}
	for c := range n.Connectors {
		names = append(names, w.internal(network.ConnectorID(c))+"_0")
	}
	return names
}
