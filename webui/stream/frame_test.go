package stream

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func TestFrameIsAsInTheProtocolsExample(t *testing.T) {
	const example = `01 01 0100 d2040000 00000000009cd840
		9112 4918 01000000
		4d000000 0080 0080 0040 28 08`
	want, err := hex.DecodeString(strings.Join(strings.Fields(example), ""))
	if err != nil {
		t.Fatal(err)
	}
	record := Record{ID: 77, X: 1 << 15, Y: 1 << 15, Heading: 1 << 14, Speed: 40, Kind: kindBraking}
	pic := &Picture{
		Seq: 1234, Time: 25200, vehicles: record.Append(nil),
		sections: []section{{tile: Tile{4753, 6217}, n: 1}},
	}
	got := pic.AppendVehicles(nil, []Tile{{4752, 6217}, {4753, 6217}})
	if !bytes.Equal(got, want) {
		t.Errorf("frame\n got %x\nwant %x", got, want)
	}
}

func TestVehiclesDecodeToWhatWasEncoded(t *testing.T) {
	const seed = 7
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var want []TileRecords
		pic := &Picture{Seq: rnd.Uint32(), Time: rnd.Float64() * 86400}
		var tiles []Tile
		for i := range rnd.IntN(6) {
			tr := TileRecords{Tile: Tile{uint16(rnd.IntN(1 << 14)), uint16(100 + i)}}
			s := section{tile: tr.Tile, offset: len(pic.vehicles), n: 1 + rnd.IntN(20)}
			for range s.n {
				r := Record{rnd.Uint32(), uint16(rnd.Uint32()), uint16(rnd.Uint32()), uint16(rnd.Uint32()), uint8(rnd.Uint32()), uint8(rnd.Uint32())}
				tr.Records = append(tr.Records, r)
				pic.vehicles = r.Append(pic.vehicles)
			}
			pic.sections = append(pic.sections, s)
			tiles = append(tiles, tr.Tile)
			want = append(want, tr)
		}
		h, rest, err := ReadHeader(pic.AppendVehicles(nil, tiles))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadVehicles(h, rest)
		if err != nil {
			t.Fatal(err)
		}
		if h.Seq != pic.Seq || h.Time != pic.Time || int(h.Tiles) != len(want) {
			t.Fatalf("seed %d: header %+v of picture %d at %v with %d tiles", seed, h, pic.Seq, pic.Time, len(want))
		}
		if len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}

func FuzzBinaryMessages(f *testing.F) {
	net, places := crossroad(f)
	pic := NewPainter(net, places).Paint(column(3))
	f.Add(pic.AppendVehicles(nil, everywhere(f).Tiles))
	f.Add(pic.snapshot)
	f.Add(pic.changes)
	f.Add(pic.edges)
	f.Fuzz(func(t *testing.T, msg []byte) {
		h, rest, err := ReadHeader(msg)
		if err != nil {
			return
		}
		vehicles, err := ReadVehicles(h, rest)
		size := 0
		for _, v := range vehicles {
			size += tileSize + len(v.Records)*vehicleSize
		}
		if err == nil && size != len(rest) {
			t.Errorf("decoded %d bytes of %d without an error", size, len(rest))
		}
		if s, err := ReadSignals(h, rest); err == nil && len(s)+4 != len(rest) {
			t.Errorf("decoded %d signals of %d bytes", len(s), len(rest))
		}
		if c, err := ReadSignalChanges(h, rest); err == nil && len(c)*changeSize+4 != len(rest) {
			t.Errorf("decoded %d changes of %d bytes", len(c), len(rest))
		}
		if e, err := ReadEdges(h, rest); err == nil && len(e)*edgeSize+4 != len(rest) {
			t.Errorf("decoded %d edges of %d bytes", len(e), len(rest))
		}
	})
}
