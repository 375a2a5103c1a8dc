package osmimport

import (
	"cmp"
	"slices"

	"roadtwin/network"
)

// unconnected returns the parts of whole that are not in kept: what hangs together by junctions is one. Of edges that
// lost only some lanes it says nothing.
func unconnected(whole, kept *network.Spec) []Piece {
	if len(whole.Edges) == len(kept.Edges) {
		return nil
	}
	stays := make(map[*network.Point]bool, len(kept.Edges))
	for i := range kept.Edges {
		stays[&kept.Edges[i].Shape[0]] = true
	}
	root := make([]int32, len(whole.Junctions))
	for j := range root {
		root[j] = int32(j)
	}
	find := func(j int32) int32 {
		for root[j] != j {
			root[j] = root[root[j]]
			j = root[j]
		}
		return j
	}
	for i := range whole.Edges {
		if e := &whole.Edges[i]; !stays[&e.Shape[0]] {
			a, b := find(e.From), find(e.To)
			root[max(a, b)] = min(a, b)
		}
	}
	return collectPieces(whole, stays, find)
}

func collectPieces(whole *network.Spec, stays map[*network.Point]bool, find func(int32) int32) []Piece {
	index := map[int32]int{} // by root
	var pieces []Piece
	var longest []float64
	var ends []links
	met := make([]bool, len(whole.Junctions))
	for i := range whole.Edges {
		if e := &whole.Edges[i]; stays[&e.Shape[0]] {
			met[e.From], met[e.To] = true, true
		}
	}
	for i := range whole.Edges {
		e := &whole.Edges[i]
		if stays[&e.Shape[0]] {
			continue
		}
		k, ok := index[find(e.From)]
		if !ok {
			k = len(pieces)
			index[find(e.From)] = k
			pieces = append(pieces, Piece{Road: network.NumRoadClasses})
			longest, ends = append(longest, -1), append(ends, links{})
		}
		p := &pieces[k]
		length := network.PolylineLength(e.Shape)
		p.Edges++
		p.Metres += length
		p.laneMetres += length * float64(len(e.Lanes))
		ends[k].add(e, met)
		p.Road = min(p.Road, e.Road)
		if way := max(e.OSMWay, -e.OSMWay); !slices.Contains(p.Ways, way) && len(p.Ways) < 20 {
			p.Ways = append(p.Ways, way)
		}
		if length > longest[k] {
			longest[k] = length
			p.Lon, p.Lat = whole.Projection.ToLonLat(e.Shape[0])
		}
	}
	for i := range pieces {
		slices.Sort(pieces[i].Ways)
		pieces[i].Reason = ends[i].reason()
	}
	slices.SortStableFunc(pieces, func(a, b Piece) int { return cmp.Compare(b.Metres, a.Metres) })
	return pieces
}
