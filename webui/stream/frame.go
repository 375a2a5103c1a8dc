package stream

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Version is the version of the protocol, in every binary header and in hello.
const Version = 1

// VehicleTileZoom is the zoom of the tiles by which vehicles are cut.
const VehicleTileZoom = 14

// MessageType is the type of a binary message.
type MessageType uint8

// The types of binary messages.
const (
	VehiclesMessage      MessageType = 1 + iota // all vehicles in some tiles
	SignalsMessage                              // the aspect of every signal group
	SignalChangesMessage                        // the aspects that changed since the message before
	EdgesMessage                                // aggregates of all edges
)

// Sizes of the parts of a message, bytes.
const (
	headerSize  = 16
	tileSize    = 8
	vehicleSize = 12
	edgeSize    = 8
	changeSize  = 4
)

// Header begins every binary message.
type Header struct {
	Type  MessageType
	Tiles uint16  // in the tile list of a VehiclesMessage, else 0
	Seq   uint32  // number of the picture
	Time  float64 // s after midnight of the simulated day
}

// Append appends the encoded header to dst.
func (h Header) Append(dst []byte) []byte {
	dst = append(dst, Version, byte(h.Type))
	dst = binary.LittleEndian.AppendUint16(dst, h.Tiles)
	dst = binary.LittleEndian.AppendUint32(dst, h.Seq)
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(h.Time))
}

// Tile is a web-mercator tile of zoom VehicleTileZoom.
type Tile struct{ X, Y uint16 }

// key orders tiles from north to south, then west to east.
func (t Tile) key() uint32 { return uint32(t.Y)<<16 | uint32(t.X) }

// Record is one vehicle as it is sent.
type Record struct {
	ID      uint32
	X, Y    uint16 // within the tile, from its north-west corner, 1/65536 of its width
	Heading uint16 // clockwise from north, 65536 is the full circle
	Speed   uint8  // 0.25 m/s, 255 is 63.75 m/s or more
	Kind    uint8  // class in bits 0-2, then flags: see KindOf
}

// Append appends the 12 bytes of r to dst.
func (r Record) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, r.ID)
	dst = binary.LittleEndian.AppendUint16(dst, r.X)
	dst = binary.LittleEndian.AppendUint16(dst, r.Y)
	dst = binary.LittleEndian.AppendUint16(dst, r.Heading)
	return append(dst, r.Speed, r.Kind)
}

func (r Record) put(dst []byte) {
	binary.LittleEndian.PutUint32(dst, r.ID)
	binary.LittleEndian.PutUint16(dst[4:], r.X)
	binary.LittleEndian.PutUint16(dst[6:], r.Y)
	binary.LittleEndian.PutUint16(dst[8:], r.Heading)
	dst[10], dst[11] = r.Speed, r.Kind
}

func readRecord(b []byte) Record {
	return Record{
		ID:      binary.LittleEndian.Uint32(b),
		X:       binary.LittleEndian.Uint16(b[4:]),
		Y:       binary.LittleEndian.Uint16(b[6:]),
		Heading: binary.LittleEndian.Uint16(b[8:]),
		Speed:   b[10],
		Kind:    b[11],
	}
}

// TileRecords are the vehicles of one tile.
type TileRecords struct {
	Tile    Tile
	Records []Record
}

// EdgeRecord is the aggregate of one edge as it is sent.
type EdgeRecord struct {
	Edge     uint32
	Ratio    uint8 // speed over speed limit, 255 is 1 or more
	Vehicles uint8 // now, 255 is 255 or more
	Standing uint8 // of these, below 5 km/h
}

func (r EdgeRecord) append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, r.Edge)
	return append(dst, r.Ratio, r.Vehicles, r.Standing, 0)
}

// AspectChange is one entry of a SignalChangesMessage.
type AspectChange struct {
	Group  uint32 // below 1<<24
	Aspect uint8
}

// ErrMessage is the error of every decoder for bytes that are no message of this protocol.
var ErrMessage = errors.New("not a stream message")

// ReadHeader decodes the header of msg and returns what follows it.
func ReadHeader(msg []byte) (h Header, rest []byte, err error) {
	if len(msg) < headerSize {
		return h, nil, fmt.Errorf("%w: %d bytes, want at least %d", ErrMessage, len(msg), headerSize)
	}
	if msg[0] != Version {
		return h, nil, fmt.Errorf("%w: version %d, want %d", ErrMessage, msg[0], Version)
	}
	h.Type = MessageType(msg[1])
	h.Tiles = binary.LittleEndian.Uint16(msg[2:])
	h.Seq = binary.LittleEndian.Uint32(msg[4:])
	h.Time = math.Float64frombits(binary.LittleEndian.Uint64(msg[8:]))
	return h, msg[headerSize:], nil
}

// ReadVehicles decodes what follows the header of a VehiclesMessage.
func ReadVehicles(h Header, rest []byte) ([]TileRecords, error) {
	list := int(h.Tiles) * tileSize
	if h.Type != VehiclesMessage || len(rest) < list {
		return nil, fmt.Errorf("%w: type %d with %d bytes for %d tiles", ErrMessage, h.Type, len(rest), h.Tiles)
	}
	tiles := make([]TileRecords, h.Tiles)
	body := rest[list:]
	for i := range tiles {
		entry := rest[i*tileSize:]
		tiles[i].Tile = Tile{binary.LittleEndian.Uint16(entry), binary.LittleEndian.Uint16(entry[2:])}
		n := int64(binary.LittleEndian.Uint32(entry[4:]))
		if n*vehicleSize > int64(len(body)) {
			return nil, fmt.Errorf("%w: tile %d says %d vehicles, %d bytes are left", ErrMessage, i, n, len(body))
		}
		tiles[i].Records = make([]Record, n)
		for k := range tiles[i].Records {
			tiles[i].Records[k] = readRecord(body[k*vehicleSize:])
		}
		body = body[n*vehicleSize:]
	}
	if len(body) != 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrMessage, len(body))
	}
	return tiles, nil
}

// readCounted checks that rest is a u32 n and n entries of size bytes, and returns the entries.
func readCounted(rest []byte, size int64) ([]byte, error) {
	if len(rest) < 4 {
		return nil, fmt.Errorf("%w: no count", ErrMessage)
	}
	n := int64(binary.LittleEndian.Uint32(rest))
	if n*size != int64(len(rest)-4) {
		return nil, fmt.Errorf("%w: %d entries of %d bytes in %d", ErrMessage, n, size, len(rest)-4)
	}
	return rest[4:], nil
}

// ReadSignals decodes what follows the header of a SignalsMessage: the aspect of each group.
func ReadSignals(h Header, rest []byte) ([]byte, error) {
	if h.Type != SignalsMessage {
		return nil, fmt.Errorf("%w: type %d", ErrMessage, h.Type)
	}
	return readCounted(rest, 1)
}

// ReadSignalChanges decodes what follows the header of a SignalChangesMessage.
func ReadSignalChanges(h Header, rest []byte) ([]AspectChange, error) {
	if h.Type != SignalChangesMessage {
		return nil, fmt.Errorf("%w: type %d", ErrMessage, h.Type)
	}
	body, err := readCounted(rest, changeSize)
	if err != nil {
		return nil, err
	}
	changes := make([]AspectChange, len(body)/changeSize)
	for i := range changes {
		v := binary.LittleEndian.Uint32(body[i*changeSize:])
		changes[i] = AspectChange{Group: v & 0xffffff, Aspect: uint8(v >> 24)}
	}
	return changes, nil
}

// ReadEdges decodes what follows the header of an EdgesMessage.
func ReadEdges(h Header, rest []byte) ([]EdgeRecord, error) {
	if h.Type != EdgesMessage {
		return nil, fmt.Errorf("%w: type %d", ErrMessage, h.Type)
	}
	body, err := readCounted(rest, edgeSize)
	if err != nil {
		return nil, err
	}
	edges := make([]EdgeRecord, len(body)/edgeSize)
	for i := range edges {
		b := body[i*edgeSize:]
		edges[i] = EdgeRecord{binary.LittleEndian.Uint32(b), b[4], b[5], b[6]}
	}
	return edges, nil
}
