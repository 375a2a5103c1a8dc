package tiles

import (
	"errors"
	"fmt"
	"strconv"
)

// The zooms of which there are tiles; a map enlarges those of MaxZoom.
const (
	MinZoom = 10
	MaxZoom = 16
)

// ErrZoom is the error for a tile that exists in the world, but at a zoom that is not made.
var ErrZoom = fmt.Errorf("tiles are made of zoom %d to %d", MinZoom, MaxZoom)

// errID is the error for what names no tile.
var errID = errors.New("no such tile")

// ID is a tile in the usual numbering (XYZ): X from the west, Y from the north, both below 1<<Z.
type ID struct {
	Z    uint8
	X, Y uint32
}

// maxIDZoom is the deepest zoom at which a tile is accepted as one.
const maxIDZoom = 24

// ParseID returns the tile that the parts of an address name.
func ParseID(z, x, y string) (ID, error) {
	zoom, err := strconv.ParseUint(z, 10, 8)
	if err != nil || zoom > maxIDZoom {
		return ID{}, fmt.Errorf("%w: zoom %.20q", errID, z)
	}
	column, errX := strconv.ParseUint(x, 10, 32)
	row, errY := strconv.ParseUint(y, 10, 32)
	if errX != nil || errY != nil || column >= 1<<zoom || row >= 1<<zoom {
		return ID{}, fmt.Errorf("%w: %.20q/%.20q at zoom %d", errID, x, y, zoom)
	}
	return ID{uint8(zoom), uint32(column), uint32(row)}, nil
}

// box returns the part of the world that t covers, widened by margin of its width on each side.
func (t ID) box(margin float64) box {
	size := 1 / float64(uint64(1)<<t.Z)
	x, y := float64(t.X)*size, float64(t.Y)*size
	m := margin * size
	return box{x - m, y - m, x + size + m, y + size + m}
}
