package network

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
)

// The file format. Everything is little-endian; "uvarint" and "varint" are those of encoding/binary, "f64" is an IEEE
// 754 double, "mm" is a varint of millimetres, "string" is a uvarint index into the string table.
//
//	file     "RTWN", uint16 version, then the sections in the order of sectionTags
//	section  tag of 4 bytes, uint64 length of its payload, payload, uint32 CRC-32C of the payload
//
// What follows from the rest is not stored: what ends, begins or lies where, lengths of lanes, one side of a conflict.
// Positions and distances are stored to the millimetre, the grid on which Build puts them.
const (
	codecMagic   = "RTWN"
	codecVersion = 2
)

// The sections.
const (
	sectionStrings = iota
	sectionHeader
	sectionJunctions
	sectionEdges
	sectionLanes
	sectionMovements
	sectionConnectors
	sectionConflicts
	sectionSignals
	sectionRoadside
	sectionStorage
	numSections
)

var sectionTags = [numSections]string{"STRS", "HEAD", "JUNC", "EDGE", "LANE", "MOVE", "CONN", "CNFL", "SIGN", "SIDE", "STOR"}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes a valid network in a compact binary form that Read reads. Equal networks give equal bytes.
func (n *Network) WriteTo(w io.Writer) (int64, error) {
	table := &stringTable{ids: map[string]uint64{}}
	payloads := [numSections][]byte{
		sectionHeader:     n.appendHeader(nil, table),
		sectionJunctions:  n.appendJunctions(nil, table),
		sectionEdges:      n.appendEdges(nil, table),
		sectionLanes:      n.appendLanes(nil),
		sectionMovements:  n.appendMovements(nil),
		sectionConnectors: n.appendConnectors(nil),
		sectionConflicts:  n.appendConflicts(nil),
		sectionSignals:    n.appendSignals(nil, table),
		sectionRoadside:   n.appendRoadside(nil, table),
		sectionStorage:    n.appendStorage(nil),
	}
	payloads[sectionStrings] = table.append(nil)
	head := binary.LittleEndian.AppendUint16([]byte(codecMagic), codecVersion)
	written, err := w.Write(head)
	total := int64(written)
	for i, p := range payloads {
		if err != nil {
			return total, err
		}
		b := binary.LittleEndian.AppendUint64([]byte(sectionTags[i]), uint64(len(p)))
		for _, part := range [][]byte{b, p, binary.LittleEndian.AppendUint32(nil, crc32.Checksum(p, castagnoli))} {
			if written, err = w.Write(part); err != nil {
				return total + int64(written), err
			}
			total += int64(written)
		}
	}
	return total, err
}

// stringTable numbers strings in the order of their first use.
type stringTable struct {
	ids  map[string]uint64
	list []string
}

func (t *stringTable) appendRef(b []byte, s string) []byte {
	id, ok := t.ids[s]
	if !ok {
		id = uint64(len(t.list))
		t.ids[s] = id
		t.list = append(t.list, s)
	}
	return binary.AppendUvarint(b, id)
}

func (t *stringTable) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(t.list)))
	for _, s := range t.list {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

func appendFloat(b []byte, x float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
}

func toMM(x float64) int64 { return int64(math.Round(x * 1000)) }

func appendMM(b []byte, x float64) []byte { return binary.AppendVarint(b, toMM(x)) }

func appendCount(b []byte, count int) []byte { return binary.AppendUvarint(b, uint64(count)) }

func appendBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

// appendIDs writes ids as differences.
func appendIDs[T ~int32 | ~int64](b []byte, ids []T) []byte {
	b = appendCount(b, len(ids))
	var last int64
	for _, id := range ids {
		b = binary.AppendVarint(b, int64(id)-last)
		last = int64(id)
	}
	return b
}

// appendShape writes points as differences in millimetres.
func appendShape(b []byte, shape []Point) []byte {
	b = appendCount(b, len(shape))
	var x, y int64
	for _, p := range shape {
		nx, ny := toMM(p.X), toMM(p.Y)
		b = binary.AppendVarint(binary.AppendVarint(b, nx-x), ny-y)
		x, y = nx, ny
	}
	return b
}

func (n *Network) appendHeader(b []byte, t *stringTable) []byte {
	b = t.appendRef(t.appendRef(b, n.Name), n.Country)
	b = append(b, byte(n.DrivingSide))
	b = appendFloat(appendFloat(b, n.Projection.Lon0), n.Projection.Lat0)
	for _, v := range []float64{n.Bounds.MinX, n.Bounds.MinY, n.Bounds.MaxX, n.Bounds.MaxY} {
		b = appendMM(b, v)
	}
	return b
}

func (n *Network) appendJunctions(b []byte, t *stringTable) []byte {
	b = appendCount(b, len(n.Junctions))
	for i := range n.Junctions {
		j := &n.Junctions[i]
		b = appendMM(appendMM(b, j.Position.X), j.Position.Y)
		b = appendBool(append(appendMM(b, j.Elevation), byte(j.Kind)), j.Boundary)
		b = binary.AppendVarint(b, int64(j.Controller))
		b = t.appendRef(appendIDs(b, j.OSMNodes), j.Name)
	}
	return b
}

func (n *Network) appendEdges(b []byte, t *stringTable) []byte {
	b = appendCount(b, len(n.Edges))
	for i := range n.Edges {
		e := &n.Edges[i]
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(e.From)), uint64(e.To))
		b = appendMM(binary.AppendUvarint(b, uint64(e.NumLanes)), e.Length)
		b = append(binary.AppendVarint(b, int64(e.Opposite)), byte(e.Road))
		b = binary.AppendVarint(t.appendRef(t.appendRef(b, e.Name), e.Ref), e.OSMWay)
		for _, flag := range []bool{e.AccessOnly, e.Roundabout, e.Bridge, e.Tunnel} {
			b = appendBool(b, flag)
		}
		b = append(b, byte(e.Layer))
	}
	return b
}

func (n *Network) appendLanes(b []byte) []byte {
	b = appendCount(b, len(n.Lanes))
	for i := range n.Lanes {
		l := &n.Lanes[i]
		b = appendFloat(appendFloat(appendFloat(b, l.SpeedLimit), l.Width), l.Gradient)
		b = binary.AppendUvarint(append(b, byte(l.Surface)), uint64(l.Permitted))
		b = append(b, byte(l.Change), byte(l.Merge), byte(l.Source.SpeedLimit), byte(l.Source.Lanes), byte(l.Source.Surface),
			byte(l.Source.Width), byte(l.Source.Turns), byte(l.Source.Permitted), byte(l.Source.Gradient))
		b = appendShape(binary.AppendUvarint(b, uint64(l.Turns)), l.Shape)
	}
	return b
}

func (n *Network) appendMovements(b []byte) []byte {
	b = appendCount(b, len(n.Movements))
	for i := range n.Movements {
		m := &n.Movements[i]
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(m.From)), uint64(m.To))
		b = append(b, byte(m.Turn))
	}
	return b
}

func (n *Network) appendConnectors(b []byte) []byte {
	b = appendCount(b, len(n.Connectors))
	for i := range n.Connectors {
		c := &n.Connectors[i]
		b = binary.AppendUvarint(b, uint64(c.Movement))
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(c.From)), uint64(c.To))
		b = appendMM(b, c.Length)
		b = appendFloat(appendFloat(appendFloat(b, c.Curvature), c.Limit), c.Gradient)
		b = binary.AppendUvarint(append(b, byte(c.Surface), byte(c.Control)), uint64(c.Permitted))
		b = appendShape(binary.AppendVarint(b, int64(c.Group)), c.Shape)
	}
	return b
}

// appendConflicts writes each conflict from the side of the connector with the lower id.
func (n *Network) appendConflicts(b []byte) []byte {
	b = appendCount(b, len(n.Conflicts)/2)
	for i := range n.Conflicts {
		c := &n.Conflicts[i]
		if c.Of > c.With {
			continue
		}
		twin, _ := n.conflictBetween(c.With, c.Of)
		b = binary.AppendUvarint(b, uint64(c.Of))
		b = append(binary.AppendUvarint(b, uint64(c.With-c.Of)), byte(c.Kind))
		for _, s := range []float64{c.Start, c.End, c.WithStart, c.WithEnd} {
			b = appendMM(b, s)
		}
		b = appendBool(appendBool(b, c.Yields), twin.Yields)
	}
	return b
}

func (n *Network) appendSignals(b []byte, t *stringTable) []byte {
	b = appendCount(b, len(n.Controllers))
	for i := range n.Controllers {
		c := &n.Controllers[i]
		b = t.appendRef(appendIDs(appendIDs(b, c.Junctions), c.OSMNodes), c.Name)
		b = appendBool(b, c.Program != nil)
		if c.Program != nil {
			b = appendCount(appendFloat(t.appendRef(b, c.Program.Name), c.Program.Offset), len(c.Program.Durations))
			for _, d := range c.Program.Durations {
				b = appendFloat(b, d)
			}
		}
	}
	b = appendCount(b, len(n.SignalGroups))
	for i := range n.SignalGroups {
		g := &n.SignalGroups[i]
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(g.Controller)), uint64(g.Approach))
		b = appendCount(t.appendRef(b, g.Name), len(g.Lights))
		for _, l := range g.Lights {
			b = append(b, byte(l))
		}
	}
	return b
}

func (n *Network) appendRoadside(b []byte, t *stringTable) []byte {
	b = appendCount(b, len(n.Bans))
	for i := range n.Bans {
		ban := &n.Bans[i]
		b = binary.AppendUvarint(appendIDs(b, ban.Edges), uint64(ban.Classes))
		b = appendCount(b, len(ban.When))
		for _, span := range ban.When {
			b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(span.From)), uint64(span.To))
		}
	}
	b = appendCount(b, len(n.Crossings))
	for i := range n.Crossings {
		c := &n.Crossings[i]
		b = binary.AppendUvarint(append(b, byte(c.Kind)), uint64(c.Edge))
		b = binary.AppendVarint(appendMM(b, c.Position), c.OSMNode)
	}
	b = appendCount(b, len(n.BusStops))
	for i := range n.BusStops {
		s := &n.BusStops[i]
		b = appendMM(binary.AppendUvarint(b, uint64(s.Edge)), s.Position)
		b = binary.AppendVarint(t.appendRef(b, s.Name), s.OSMNode)
	}
	return b
}
