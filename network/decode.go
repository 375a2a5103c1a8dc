package network

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
)

// Read reads a network that WriteTo wrote and validates it. It takes memory in proportion to what the input holds,
// whatever numbers stand in it.
func Read(r io.Reader) (*Network, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read network: %w", err)
	}
	n, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("read network: %w", err)
	}
	return n, nil
}

func decode(data []byte) (*Network, error) {
	sections, err := split(data)
	if err != nil {
		return nil, err
	}
	n := &Network{}
	var strings []string
	steps := [numSections]func(d *decoder){
		sectionStrings:    func(d *decoder) { strings = d.stringTable() },
		sectionHeader:     n.decodeHeader,
		sectionJunctions:  n.decodeJunctions,
		sectionEdges:      n.decodeEdges,
		sectionLanes:      n.decodeLanes,
		sectionMovements:  n.decodeMovements,
		sectionConnectors: n.decodeConnectors,
		sectionConflicts:  n.decodeConflicts,
		sectionSignals:    n.decodeSignals,
		sectionRoadside:   n.decodeRoadside,
		sectionStorage:    n.decodeStorage,
	}
	for i, step := range steps {
		d := &decoder{rest: sections[i], strings: strings}
		step(d)
		if d.err == nil && len(d.rest) > 0 {
			d.fail("%d bytes too many", len(d.rest))
		}
		if d.err != nil {
			return nil, fmt.Errorf("section %s: %w", sectionTags[i], d.err)
		}
	}
	if err := n.link(); err != nil {
		return nil, err
	}
	return n, n.Validate()
}

// split returns the payloads of the sections.
func split(data []byte) (sections [numSections][]byte, err error) {
	if len(data) < 6 || string(data[:4]) != codecMagic {
		return sections, errors.New("not a network file: want it to begin with " + codecMagic)
	}
	if v := binary.LittleEndian.Uint16(data[4:]); v != codecVersion {
		return sections, fmt.Errorf("version %d of the format, want %d: import the map again", v, codecVersion)
	}
	data = data[6:]
	for i, tag := range sectionTags {
		if len(data) < 12 || string(data[:4]) != tag {
			return sections, fmt.Errorf("section %s is missing: the file is damaged or cut short", tag)
		}
		length := binary.LittleEndian.Uint64(data[4:])
		data = data[12:]
		if length > uint64(len(data)) || uint64(len(data))-length < 4 {
			return sections, fmt.Errorf("section %s: %d bytes, want at most the %d left: the file is cut short",
				tag, length, max(len(data)-4, 0))
		}
		payload := data[:length]
		sum := binary.LittleEndian.Uint32(data[length:])
		if got := crc32.Checksum(payload, castagnoli); got != sum {
			return sections, fmt.Errorf("section %s: checksum %08x, want %08x: the file is damaged", tag, got, sum)
		}
		sections[i], data = payload, data[length+4:]
	}
	if len(data) > 0 {
		return sections, fmt.Errorf("%d bytes after the last section, want none", len(data))
	}
	return sections, nil
}

// decoder reads a payload. After the first error, which it keeps, everything it returns is zero.
type decoder struct {
	rest    []byte
	strings []string
	err     error
	points  []Point // slab that shapes are cut from
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
	d.rest = nil
}

func (d *decoder) uvarint() uint64 {
	v, size := binary.Uvarint(d.rest)
	if size <= 0 {
		d.fail("ends within a number")
		return 0
	}
	d.rest = d.rest[size:]
	return v
}

func (d *decoder) varint() int64 {
	v, size := binary.Varint(d.rest)
	if size <= 0 {
		d.fail("ends within a number")
		return 0
	}
	d.rest = d.rest[size:]
	return v
}

func (d *decoder) byte() byte {
	if len(d.rest) == 0 {
		d.fail("ends early")
		return 0
	}
	b := d.rest[0]
	d.rest = d.rest[1:]
	return b
}

func (d *decoder) bool() bool { return d.byte() != 0 }

func (d *decoder) float() float64 {
	if len(d.rest) < 8 {
		d.fail("ends within a number")
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(d.rest))
	d.rest = d.rest[8:]
	return v
}

func (d *decoder) mm() float64 { return float64(d.varint()) / 1000 }

// id reads an identifier that may be None.
func (d *decoder) id() int32 {
	v := d.varint()
	if v < None || v > math.MaxInt32 {
		d.fail("id %d, want -1 to %d", v, math.MaxInt32)
		return None
	}
	return int32(v)
}

// index reads an identifier below count.
func (d *decoder) index(what string, count int) int32 {
	v := d.uvarint()
	if v >= uint64(count) {
		d.fail("%s %d, want less than %d", what, v, count)
		return 0
	}
	return int32(v)
}

// count reads how many elements follow, of which each takes at least size bytes.
func (d *decoder) count(size int) int {
	v := d.uvarint()
	if v > uint64(len(d.rest)/size) || v > math.MaxInt32 {
		d.fail("%d elements in %d bytes, want at most %d", v, len(d.rest), len(d.rest)/size)
		return 0
	}
	return int(v)
}

func (d *decoder) classes() ClassSet { return ClassSet(min(d.uvarint(), math.MaxUint16)) }

func (d *decoder) string() string {
	if i := d.uvarint(); i < uint64(len(d.strings)) {
		return d.strings[i]
	} else if d.err == nil {
		d.fail("string %d, want less than %d", i, len(d.strings))
	}
	return ""
}

func (d *decoder) stringTable() []string {
	list := make([]string, d.count(1))
	for i := range list {
		length := d.count(1)
		if d.err != nil {
			return nil
		}
		list[i] = string(d.rest[:length])
		d.rest = d.rest[length:]
	}
	return list
}

// numbers reads what appendIDs wrote.
func (d *decoder) numbers() []int64 {
	count := d.count(1)
	if count == 0 {
		return nil
	}
	ids := make([]int64, count)
	var last int64
	for i := range ids {
		last += d.varint()
		ids[i] = last
	}
	return ids
}

func (d *decoder) shape() []Point {
	const slab = 4096
	count := d.count(2)
	if count > len(d.points) {
		d.points = make([]Point, max(count, min(slab, len(d.rest)/2)))
	}
	shape := d.points[:count:count]
	d.points = d.points[count:]
	var x, y int64
	for i := range shape {
		x += d.varint()
		y += d.varint()
		shape[i] = Point{float64(x) / 1000, float64(y) / 1000}
	}
	return shape
}
