package extract

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// The fuzz targets check that nothing panics or hangs, that memory is bounded (fuzzBytes, not what input asks for), and
// that what is accepted keeps the promises of the types.
const fuzzBytes = 64 << 20

func FuzzPBF(f *testing.F) {
	x := randomExtract(20, 40)
	for _, pack := range []packing{packRaw, packZlib, packZstd, packLZ4} {
		f.Add(pbfWriter{pack, false, 20}.encode(x))
		f.Add(pbfWriter{pack, true, 20}.encode(x))
	}
	f.Add(osmHeader("OsmSchema-V0.6", "LocationsOnWays"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		blocks, err := decodeInTurn(file)
		checkResult(t, blocks, err)
	})
}

// decodeInTurn is readPBF in one goroutine: the order of goroutines would look like coverage to the fuzzer.
func decodeInTurn(file []byte) ([]*elements, error) {
	r := blobReader{r: bytes.NewReader(file)}
	d := decoder{budget: newBudget(fuzzBytes, 0), strings: newInterner()}
	defer d.unpacker.close()
	var blocks []*elements
	for {
		b, err := r.next(nil)
		if err == io.EOF {
			return blocks, nil
		}
		if err != nil {
			return nil, err
		}
		block, err := d.decode(b)
		if err != nil {
			return nil, b.wrap(err)
		}
		if block != nil {
			blocks = append(blocks, block)
		}
	}
}

// FuzzBlock fuzzes what is inside of a blob, past the compression.
func FuzzBlock(f *testing.F) {
	x := randomExtract(21, 40)
	t := &stringTable{}
	f.Add(osmBlock([]string{"a", "b"}, denseOf(deltas(1, 2), deltas(1, 2), deltas(3, 4), array(1, 2, 0, 0))))
	f.Add(osmBlock([]string{"a", "b"}, plainNodes(x.Nodes, t), wayGroup(x.Ways, t), relationGroup(x.Relations, t)))
	f.Add(cat(osmBlock(nil, oneNode(1, 2)), num(17, 1000), num(19, 5), num(20, 7)))
	f.Fuzz(func(t *testing.T, block []byte) {
		blocks, err := decodeInTurn(frame("OSMData", packRaw(block)))
		checkResult(t, blocks, err)
	})
}

func FuzzXML(f *testing.F) {
	f.Add(string(encodeXML(randomExtract(22, 20))))
	f.Add(`<osm><bounds minlat="1" minlon="2" maxlat="3" maxlon="4"/><node id="-1" lat="1e1" lon="0x1p3" action="delete"/></osm>`)
	f.Add(`<!DOCTYPE html><html/>`)
	f.Add(`<osm><remark>x</remark><a><b/></a></osm>`)
	f.Fuzz(func(t *testing.T, file string) {
		e, err := readXML(context.Background(), strings.NewReader(file), newBudget(fuzzBytes, 0))
		checkResult(t, []*elements{e}, err)
	})
}

func FuzzLZ4(f *testing.F) {
	f.Add([]byte("\x2fab\x02\x00\x03\x10z"))
	f.Add([]byte("\x10a\x01\x00\x10b"))
	f.Fuzz(func(t *testing.T, src []byte) {
		dst := make([]byte, 1000)
		if n, err := inflateLZ4(dst, src); n < 0 || n > len(dst) {
			t.Fatalf("%d bytes in %d, %v", n, len(dst), err)
		}
	})
}

func checkResult(t *testing.T, blocks []*elements, err error) {
	t.Helper()
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n\r") {
			t.Fatalf("error of several lines: %q", err)
		}
		return
	}
	x := merge(blocks)
	checkInvariants(t, x)
	box := BBox{West: -90, South: -45, East: 90, North: 45}
	x.cut(box)
	checkInvariants(t, x)
}
