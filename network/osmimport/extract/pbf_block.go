package extract

import (
	"errors"
	"fmt"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of HeaderBlock, HeaderBBox and PrimitiveBlock, osmformat.proto.
const (
	headerBox      = 1<<3 | formBytes
	headerRequired = 4<<3 | formBytes

	boxLeft   = 1<<3 | formVarint
	boxRight  = 2<<3 | formVarint
	boxTop    = 3<<3 | formVarint
	boxBottom = 4<<3 | formVarint

	blockStrings     = 1<<3 | formBytes
	blockGroup       = 2<<3 | formBytes
	blockGranularity = 17<<3 | formVarint
	blockLatOffset   = 19<<3 | formVarint
	blockLonOffset   = 20<<3 | formVarint

	tableString = 1<<3 | formBytes

	groupNode     = 1<<3 | formBytes
	groupDense    = 2<<3 | formBytes
	groupWay      = 3<<3 | formBytes
	groupRelation = 4<<3 | formBytes
)

// maxStrings bounds a block's string table. Writers put 8,000 elements into a block, with some 10,000 strings.
const maxStrings = 1 << 20

// decoder turns blobs into blocks of elements; it belongs to one goroutine and keeps its buffers.
type decoder struct {
	budget   *budget
	strings  *interner
	unpacker unpacker
	table    []tableEntry
	grid     grid
	out      *elements
	tags     slab[Tag]
	refs     slab[int64]
	members  slab[Member]
}

// tableEntry is an entry of a block's string table, made a string when first used: user names never are.
type tableEntry struct {
	raw      []byte
	value    string
	interned bool
}

// decode returns the elements of b, nil if it is of a type that is none of our business.
func (d *decoder) decode(b *blob) (*elements, error) {
	if b.kind != "OSMHeader" && b.kind != "OSMData" {
		return nil, nil
	}
	raw, err := d.unpacker.unpack(b.packed)
	if err != nil {
		return nil, err
	}
	if err := d.budget.charge(len(raw)); err != nil {
		return nil, err
	}
	d.out = &elements{}
	if b.kind == "OSMHeader" {
		err = d.header(raw)
	} else {
		err = d.block(raw)
	}
	return d.out, err
}

// header checks that the file needs nothing that we lack and takes its box.
func (d *decoder) header(m message) error {
	return m.each(func(f field) (err error) {
		switch f.key {
		case headerRequired:
			switch feature := string(f.data); feature {
			case "OsmSchema-V0.6", "DenseNodes", "HistoricalInformation":
			default:
				return fmt.Errorf("file requires feature %s, which is not supported", quoted(feature))
			}
		case headerBox:
			d.out.box, err = parseHeaderBox(f.data)
		}
		return err
	})
}

// parseHeaderBox returns the box of the header, zero if it is not a sensible one: it is only a hint.
func parseHeaderBox(m message) (BBox, error) {
	var b BBox
	err := m.each(func(f field) error {
		degrees := float64(protowire.DecodeZigZag(f.value)) / 1e9
		switch f.key {
		case boxLeft:
			b.West = degrees
		case boxRight:
			b.East = degrees
		case boxTop:
			b.North = degrees
		case boxBottom:
			b.South = degrees
		}
		return nil
	})
	if err != nil {
		return BBox{}, fmt.Errorf("bbox: %w", err)
	}
	if b.check() != nil {
		return BBox{}, nil
	}
	return b, nil
}

// block decodes a PrimitiveBlock. Its string table and grid may stand behind the elements that need them.
func (d *decoder) block(m message) error {
	d.table, d.grid = d.table[:0], grid{granularity: 100}
	err := m.each(func(f field) error {
		switch f.key {
		case blockStrings:
			return d.stringTable(f.data)
		case blockGranularity:
			d.grid.granularity = int64(f.value)
		case blockLatOffset:
			d.grid.lat = int64(f.value)
		case blockLonOffset:
			d.grid.lon = int64(f.value)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.grid.check(); err != nil {
		return err
	}
	return m.each(func(f field) error {
		if f.key == blockGroup {
			return d.group(f.data)
		}
		return nil
	})
}

func (d *decoder) stringTable(m message) error {
	err := m.each(func(f field) error {
		if f.key != tableString {
			return nil
		}
		if len(d.table) == maxStrings {
			return fmt.Errorf("more than %d strings", maxStrings)
		}
		d.table = append(d.table, tableEntry{raw: f.data})
		return nil
	})
	if err != nil {
		return fmt.Errorf("string table: %w", err)
	}
	return nil
}

// string returns entry i of the string table.
func (d *decoder) string(i uint64) (string, error) {
	if i >= uint64(len(d.table)) {
		return "", fmt.Errorf("string %d of a table of %d", i, len(d.table))
	}
	e := &d.table[i]
	if !e.interned {
		s, isNew := d.strings.intern(e.raw)
		if isNew {
			if err := d.budget.charge(len(s) + 3*int(unsafe.Sizeof(s))); err != nil { // key, value and table
				return "", err
			}
		}
		e.value, e.interned = s, true
	}
	return e.value, nil
}

// group decodes a PrimitiveGroup.
func (d *decoder) group(m message) error {
	return m.each(func(f field) error {
		switch f.key {
		case groupDense:
			return d.denseNodes(f.data)
		case groupNode:
			return d.node(f.data)
		case groupWay:
			return d.way(f.data)
		case groupRelation:
			return d.relation(f.data)
		}
		return nil
	})
}

// grid says where on the globe a block's whole numbers lie.
type grid struct {
	granularity int64 // nanodegrees
	lat, lon    int64 // nanodegrees, of the origin
}

const fullCircle = 360_000_000_000 // nanodegrees

func (g grid) check() error {
	switch {
	case g.granularity < 1 || g.granularity > fullCircle:
		return fmt.Errorf("granularity %d nanodegrees, want 1 to %d", g.granularity, int64(fullCircle))
	case g.lat < -fullCircle || g.lat > fullCircle || g.lon < -fullCircle || g.lon > fullCircle:
		return fmt.Errorf("origin at %d, %d nanodegrees, want within %d", g.lon, g.lat, int64(fullCircle))
	}
	return nil
}

// place returns the degrees of a position on the grid. A whole number of nanodegrees divided by 1e9 is the float64
// nearest to it, so PBF and XML of the same data give the same bits.
func (g grid) place(x, y int64) (lon, lat float64, err error) {
	// Within twice the full circle no product overflows, and beyond it no origin leads back to the globe.
	if most := 2 * fullCircle / g.granularity; x < -most || x > most || y < -most || y > most {
		return 0, 0, errNowhere
	}
	lon = float64(g.lon+g.granularity*x) / 1e9
	lat = float64(g.lat+g.granularity*y) / 1e9
	if !validLon(lon) || !validLat(lat) {
		return 0, 0, fmt.Errorf("longitude %g, latitude %g: want -180 to 180 and -90 to 90", lon, lat)
	}
	return lon, lat, nil
}

var errNowhere = errors.New("longitude or latitude far beyond -180 to 180")

// slab hands out short slices of few allocations.
type slab[T any] struct{ rest []T }

const slabSize = 4096 // elements

// take returns an empty slice with room for n.
func (s *slab[T]) take(n int) []T {
	if n == 0 {
		return nil
	}
	if n > slabSize/4 {
		return make([]T, 0, n)
	}
	if n > len(s.rest) {
		s.rest = make([]T, slabSize)
	}
	taken := s.rest[:0:n]
	s.rest = s.rest[n:]
	return taken
}
