package stream

import (
	"encoding/binary"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Moment is what a picture is made of, copied out of the simulation between two steps.
type Moment struct {
	Time     float64 // s after midnight
	Vehicles []traffic.VehicleState
	Aspects  []signals.Aspect // by SignalGroupID
}

// Picture is a Moment encoded once for everybody. It is immutable.
type Picture struct {
	Seq  uint32
	Time float64

	sections []section // the tiles that have vehicles, by Tile.key
	vehicles []byte    // records of all sections, one after the other

	// signals numbers the state of the signals: changes leads from signals-1 to it, snapshot to it from anywhere.
	signals  uint64
	changes  []byte
	snapshot []byte

	// edges are the bytes of an EdgesMessage, of the picture edgesSeq.
	edges    []byte
	edgesSeq uint32
}

// section is one tile of a picture: n records from vehicles[offset].
type section struct {
	tile   Tile
	offset int
	n      int
}

// picturesPerEdges is how many pictures share one EdgesMessage: at 10 pictures a second, 2 a second.
const picturesPerEdges = 5

// Painter makes pictures. It is not safe for concurrent use.
type Painter struct {
	places *Places
	edges  *edgeMeter

	seq     uint32
	last    Picture // signals and edges of the picture before
	aspects []signals.Aspect

	// Scratch, reused: the record and section of each vehicle, and where to find a tile's section.
	records []Record
	of      []int32
	slots   map[Tile]int32
}

// NewPainter returns a painter of traffic on net, whose tracks are at places.
func NewPainter(net *network.Network, places *Places) *Painter {
	return &Painter{places: places, edges: newEdgeMeter(net), slots: make(map[Tile]int32)}
}

// Paint encodes m.
func (p *Painter) Paint(m *Moment) *Picture {
	p.seq++
	pic := &Picture{Seq: p.seq, Time: m.Time}
	p.paintVehicles(pic, m.Vehicles)
	p.paintSignals(pic, m.Aspects)
	p.edges.add(m)
	pic.edges, pic.edgesSeq = p.last.edges, p.last.edgesSeq
	if p.seq%picturesPerEdges == 1 {
		pic.edges = p.edges.append(Header{Type: EdgesMessage, Seq: p.seq, Time: m.Time}.Append(nil))
		pic.edgesSeq = p.seq
	}
	p.last = *pic
	return pic
}

// paintVehicles sorts the vehicles by tile, in two passes: find and count, then write each into its place.
func (p *Painter) paintVehicles(pic *Picture, vehicles []traffic.VehicleState) {
	p.records, p.of = p.records[:0], p.of[:0]
	clear(p.slots)
	var tile Tile
	slot := int32(-1)
	for i := range vehicles {
		t, r := p.record(&vehicles[i])
		if slot < 0 || t != tile {
			tile, slot = t, p.slot(pic, t)
		}
		pic.sections[slot].n++
		p.records = append(p.records, r)
		p.of = append(p.of, slot)
	}
	p.layOut(pic)
	pic.vehicles = make([]byte, len(p.records)*vehicleSize)
	for i, r := range p.records {
		s := &pic.sections[p.of[i]]
		r.put(pic.vehicles[s.offset+s.n*vehicleSize:])
		s.n++
	}
	slices.SortFunc(pic.sections, func(a, b section) int { return int(a.tile.key()) - int(b.tile.key()) })
}

func (p *Painter) slot(pic *Picture, t Tile) int32 {
	slot, ok := p.slots[t]
	if !ok {
		slot = int32(len(pic.sections))
		p.slots[t] = slot
		pic.sections = append(pic.sections, section{tile: t})
	}
	return slot
}

// layOut gives each section its place in the bytes and sets n back to 0, to count again while writing.
func (p *Painter) layOut(pic *Picture) {
	offset := 0
	for i := range pic.sections {
		s := &pic.sections[i]
		s.offset = offset
		offset += s.n * vehicleSize
		s.n = 0
	}
}

func (p *Painter) record(v *traffic.VehicleState) (Tile, Record) {
	front, heading := p.places.Box(v.Track, v.S, v.Lateral, v.Length)
	tile, x, y := quantise(front)
	return tile, Record{
		ID: uint32(v.ID), X: x, Y: y,
		Heading: quantiseHeading(heading),
		Speed:   quantiseSpeed(v.V),
		Kind:    KindOf(v),
	}
}

// quantise returns the tile of w and the position in it, to half of 1/65536 of a tile: 1.9 cm at the equator.
func quantise(w Mercator) (t Tile, x, y uint16) {
	const span = 1 << (VehicleTileZoom + 16)
	qx := uint32(math.Min(math.Max(w.X*span, 0), span-1))
	qy := uint32(math.Min(math.Max(w.Y*span, 0), span-1))
	return Tile{uint16(qx >> 16), uint16(qy >> 16)}, uint16(qx), uint16(qy)
}

// Position returns the middle of what quantise put into tile t at x, y.
func Position(t Tile, x, y uint16) Mercator {
	const span = 1 << (VehicleTileZoom + 16)
	return Mercator{
		X: (float64(uint32(t.X)<<16|uint32(x)) + 0.5) / span,
		Y: (float64(uint32(t.Y)<<16|uint32(y)) + 0.5) / span,
	}
}

func quantiseHeading(rad float64) uint16 {
	return uint16(int32(math.Round(rad * (65536 / (2 * math.Pi)))))
}

func quantiseSpeed(v float64) uint8 {
	return uint8(math.Min(math.Max(math.Round(v*4), 0), 255))
}

// The flags of Record.Kind above the class.
const (
	classMask           = 0x07
	kindBraking         = 0x08
	kindIndicatingLeft  = 0x10
	kindIndicatingRight = 0x20
	kindCrashed         = 0x40
	kindTyres           = 0x80
)

// KindOf packs the class of v and what can be seen of it into a byte.
func KindOf(v *traffic.VehicleState) uint8 {
	k := uint8(v.Class) & classMask
	if v.Flags&traffic.Braking != 0 {
		k |= kindBraking
	}
	if v.Flags&traffic.IndicatingLeft != 0 {
		k |= kindIndicatingLeft
	}
	if v.Flags&traffic.IndicatingRight != 0 {
		k |= kindIndicatingRight
	}
	if v.Flags&traffic.Crashed != 0 {
		k |= kindCrashed
	}
	if v.Limit == traffic.LimitTyres {
		k |= kindTyres
	}
	return k
}

// paintSignals encodes the signals if they changed, or takes over the encoding of the picture before.
func (p *Painter) paintSignals(pic *Picture, aspects []signals.Aspect) {
	pic.signals, pic.changes, pic.snapshot = p.last.signals, p.last.changes, p.last.snapshot
	if p.last.signals != 0 && slices.Equal(aspects, p.aspects) {
		return
	}
	head := Header{Seq: pic.Seq, Time: pic.Time}
	head.Type = SignalChangesMessage
	changes := head.Append(nil)
	changes = binary.LittleEndian.AppendUint32(changes, 0)
	n := uint32(0)
	for g, a := range aspects {
		if g < len(p.aspects) && p.aspects[g] == a {
			continue
		}
		changes = binary.LittleEndian.AppendUint32(changes, uint32(g)&0xffffff|uint32(a)<<24)
		n++
	}
	binary.LittleEndian.PutUint32(changes[headerSize:], n)

	head.Type = SignalsMessage
	snapshot := head.Append(make([]byte, 0, headerSize+4+len(aspects)))
	snapshot = binary.LittleEndian.AppendUint32(snapshot, uint32(len(aspects)))
	for _, a := range aspects {
		snapshot = append(snapshot, byte(a))
	}
	pic.signals++
	pic.changes, pic.snapshot = changes, snapshot
	p.aspects = append(p.aspects[:0], aspects...)
}

// AppendVehicles appends the VehiclesMessage for those who look at tiles, which must be sorted.
func (pic *Picture) AppendVehicles(dst []byte, tiles []Tile) []byte {
	start := len(dst)
	h := Header{Type: VehiclesMessage, Seq: pic.Seq, Time: pic.Time}
	dst = h.Append(dst)
	pic.eachSection(tiles, func(s *section) {
		h.Tiles++
		dst = binary.LittleEndian.AppendUint16(dst, s.tile.X)
		dst = binary.LittleEndian.AppendUint16(dst, s.tile.Y)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(s.n))
	})
	binary.LittleEndian.PutUint16(dst[start+2:], h.Tiles)
	pic.eachSection(tiles, func(s *section) {
		dst = append(dst, pic.vehicles[s.offset:s.offset+s.n*vehicleSize]...)
	})
	return dst
}

// eachSection visits the sections that are among tiles; both are sorted.
func (pic *Picture) eachSection(tiles []Tile, visit func(*section)) {
	i := 0
	for k := range pic.sections {
		s := &pic.sections[k]
		for i < len(tiles) && tiles[i].key() < s.tile.key() {
			i++
		}
		if i < len(tiles) && tiles[i] == s.tile {
			visit(s)
		}
	}
}
