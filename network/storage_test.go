package network_test

import (
	"bytes"
	"testing"

	"roadtwin/network"
)

// twoWay adds both directions of a straight road of two lanes, 3.25 m wide, to s.
func twoWay(s *network.Spec, from, to int32, start, end network.Point) {
	const half = 1.625 // m
	length := start.Dist(end)
	right := network.Point{X: (end.Y - start.Y) / length * half, Y: (start.X - end.X) / length * half}
	there := oneWay(from, to, network.Secondary, network.Point{X: start.X + right.X, Y: start.Y + right.Y},
		network.Point{X: end.X + right.X, Y: end.Y + right.Y})
	back := oneWay(to, from, network.Secondary, network.Point{X: end.X - right.X, Y: end.Y - right.Y},
		network.Point{X: start.X - right.X, Y: start.Y - right.Y})
	there.Opposite, back.Opposite = int32(len(s.Edges)+1), int32(len(s.Edges))
	s.Edges = append(s.Edges, there, back)
}

// divided is a divided road from west to east, its carriageways gap metres apart, that a two-way road crosses: one
// junction. Left turns are forbidden: they would sweep the opening of the median.
func divided(gap float64) *network.Spec {
	at := func(x, y float64) network.Point { return network.Point{X: x, Y: y} }
	s := &network.Spec{Name: "divided", Junctions: []network.JunctionSpec{
		{},
		{Position: at(-150, gap/2), Boundary: true},
		{Position: at(-150, -gap/2), Boundary: true},
		{Position: at(150, gap/2), Boundary: true},
		{Position: at(150, -gap/2), Boundary: true},
		{Position: at(0, -150), Boundary: true},
		{Position: at(0, 150), Boundary: true},
	}}
	s.Edges = []network.EdgeSpec{
		oneWay(3, 0, network.Primary, at(150, gap/2), at(0, gap/2)), oneWay(0, 1, network.Primary, at(0, gap/2), at(-150, gap/2)),
		oneWay(2, 0, network.Primary, at(-150, -gap/2), at(0, -gap/2)), oneWay(0, 4, network.Primary, at(0, -gap/2), at(150, -gap/2)),
	}
	for i := range s.Edges {
		s.Edges[i].Rank = 2
	}
	twoWay(s, 5, 0, at(0, -150), at(0, -gap/2))
	twoWay(s, 0, 6, at(0, gap/2), at(0, 150))
	for _, left := range [][2]int32{{0, 5}, {2, 6}, {4, 1}, {7, 3}} {
		s.Bans = append(s.Bans, network.TurnRule{From: left[0], To: left[1], Classes: network.AllClasses})
	}
	return s
}

// TestStorageBetweenCarriageways wants who crosses a divided road to find room between its carriageways where there is
// some, and only there.
func TestStorageBetweenCarriageways(t *testing.T) {
	for _, tt := range []struct {
		gap  float64 // m between the middles of the carriageways
		want bool
	}{{6, false}, {24, true}} {
		n := build(t, divided(tt.gap))
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
		between, crossing := 0, 0
		for i := range n.Connectors {
			c := &n.Connectors[i]
			first, last := c.Shape[0], c.Shape[len(c.Shape)-1]
			if c.Turn != network.Through || !(first.Y < -tt.gap/2 && last.Y > tt.gap/2) {
				continue
			}
			crossing++
			for _, s := range c.Storage {
				if p := first.Y + s.From; p > -tt.gap/2 && first.Y+s.To < tt.gap/2 {
					between++
				}
			}
		}
		if crossing == 0 || (between > 0) != tt.want {
			t.Errorf("%g m apart: %d paths across, %d places to wait between the carriageways, want some: %v",
				tt.gap, crossing, between, tt.want)
		}
	}
}

func TestStorageIsClearOfAllOtherPaths(t *testing.T) {
	n := build(t, divided(24))
	found := 0
	for i := range n.Connectors {
		for _, s := range n.Connectors[i].Storage {
			found++
			for _, k := range n.ConflictsOf(network.ConnectorID(i)) {
				if k.Kind != network.Diverging && k.Start < s.To && s.From < k.End {
					t.Errorf("connector %d: storage %v, but connector %d sweeps %g to %g m", i, s, k.With, k.Start, k.End)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no storage")
	}
	var file bytes.Buffer
	if _, err := n.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	read, err := network.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n.Connectors {
		got, want := read.Connectors[i].Storage, n.Connectors[i].Storage
		if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
			t.Errorf("connector %d: read %v, wrote %v", i, got, want)
		}
	}
	for i := range n.Connectors {
		if c := &n.Connectors[i]; len(c.Storage) > 0 {
			c.Storage[0].To = c.Length + 1
			break
		}
	}
	if n.Validate() == nil {
		t.Error("storage beyond the end of its connector is valid")
	}
}
