package extract

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/protobuf/encoding/protowire"
)

// A small encoder of PBF and XML, made of pieces that tests can also put together wrongly.

// num is a varint field, zig a zigzag one, sub a string, message or packed array.
func num(field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, field, protowire.VarintType), v)
}

func zig(field protowire.Number, v int64) []byte { return num(field, protowire.EncodeZigZag(v)) }

func sub(field protowire.Number, parts ...[]byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), cat(parts...))
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// array are plain numbers, deltas the zigzag differences of numbers.
func array(values ...uint64) []byte {
	var b []byte
	for _, v := range values {
		b = protowire.AppendVarint(b, v)
	}
	return b
}

func deltas(values ...int64) []byte {
	var b []byte
	last := int64(0)
	for _, v := range values {
		b = protowire.AppendVarint(b, protowire.EncodeZigZag(v-last))
		last = v
	}
	return b
}

// frame is a blob with its header, around an encoded Blob message.
func frame(kind string, blob []byte) []byte {
	header := cat(sub(1, []byte(kind)), num(3, uint64(len(blob))))
	return cat(binary.BigEndian.AppendUint32(nil, uint32(len(header))), header, blob)
}

// packing makes a Blob message of its content.
type packing func(raw []byte) []byte

func packRaw(raw []byte) []byte { return sub(1, raw) }

func packZlib(raw []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	must(w.Write(raw))
	must(0, w.Close())
	return cat(num(2, uint64(len(raw))), sub(3, b.Bytes()))
}

func packZstd(raw []byte) []byte {
	w, err := zstd.NewWriter(nil)
	must(0, err)
	return cat(num(2, uint64(len(raw))), sub(7, w.EncodeAll(raw, nil)))
}

// packLZ4 writes literals only.
func packLZ4(raw []byte) []byte {
	return cat(num(2, uint64(len(raw))), sub(6, lz4Literals(raw)))
}

func lz4Literals(raw []byte) []byte {
	if len(raw) < 15 {
		return append([]byte{byte(len(raw) << 4)}, raw...)
	}
	b := []byte{15 << 4}
	n := len(raw) - 15
	for ; n >= 255; n -= 255 {
		b = append(b, 255)
	}
	return cat(append(b, byte(n)), raw)
}

var packings = map[string]packing{"raw": packRaw, "zlib": packZlib, "zstd": packZstd, "lz4": packLZ4}

// osmHeader is the first blob of a file.
func osmHeader(features ...string) []byte {
	var b []byte
	for _, f := range features {
		b = append(b, sub(4, []byte(f))...)
	}
	return frame("OSMHeader", packRaw(cat(b, sub(16, []byte("test")))))
}

// osmData is a blob of one block with these strings (after the empty one) and groups.
func osmData(table []string, groups ...[]byte) []byte {
	return frame("OSMData", packZlib(osmBlock(table, groups...)))
}

func osmBlock(table []string, groups ...[]byte) []byte {
	entries := sub(1)
	for _, s := range table {
		entries = append(entries, sub(1, []byte(s))...)
	}
	block := sub(1, entries)
	for _, g := range groups {
		block = append(block, sub(2, g)...)
	}
	return block
}

// pbfWriter encodes extracts.
type pbfWriter struct {
	pack      packing
	plain     bool // nodes one by one instead of dense
	blockSize int  // elements
}

func (w pbfWriter) encode(x *Extract) []byte {
	file := osmHeader("OsmSchema-V0.6", "DenseNodes")
	for part := range chunks(x.Nodes, w.blockSize) {
		t := &stringTable{}
		if w.plain {
			file = append(file, w.block(t, plainNodes(part, t))...)
		} else {
			file = append(file, w.block(t, denseGroup(part, t))...)
		}
	}
	for part := range chunks(x.Ways, w.blockSize) {
		t := &stringTable{}
		file = append(file, w.block(t, wayGroup(part, t))...)
	}
	for part := range chunks(x.Relations, w.blockSize) {
		t := &stringTable{}
		file = append(file, w.block(t, relationGroup(part, t))...)
	}
	return file
}

func (w pbfWriter) block(t *stringTable, group []byte) []byte {
	return frame("OSMData", w.pack(osmBlock(t.strings, group)))
}

func chunks[T any](items []T, size int) func(func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(items) > 0 {
			n := min(size, len(items))
			if !yield(items[:n]) {
				return
			}
			items = items[n:]
		}
	}
}

type stringTable struct {
	strings []string
	index   map[string]uint64
}

func (t *stringTable) of(s string) uint64 {
	if i, ok := t.index[s]; ok {
		return i
	}
	if t.index == nil {
		t.index = map[string]uint64{}
	}
	t.strings = append(t.strings, s)
	t.index[s] = uint64(len(t.strings))
	return uint64(len(t.strings))
}

func (t *stringTable) tags(tags Tags) []byte {
	var k, v []uint64
	for _, tag := range tags {
		k, v = append(k, t.of(tag.Key)), append(v, t.of(tag.Value))
	}
	return cat(sub(2, array(k...)), sub(3, array(v...)))
}

// units are degrees in the default granularity of 100 nanodegrees.
func units(degrees float64) int64 { return int64(math.Round(degrees * 1e7)) }

func plainNodes(nodes []Node, t *stringTable) []byte {
	var g []byte
	for _, n := range nodes {
		g = append(g, sub(1, zig(1, n.ID), t.tags(n.Tags), zig(8, units(n.Lat)), zig(9, units(n.Lon)))...)
	}
	return g
}

func denseGroup(nodes []Node, t *stringTable) []byte {
	var ids, lats, lons []int64
	var tags []uint64
	for _, n := range nodes {
		ids, lats, lons = append(ids, n.ID), append(lats, units(n.Lat)), append(lons, units(n.Lon))
		for _, tag := range n.Tags {
			tags = append(tags, t.of(tag.Key), t.of(tag.Value))
		}
		tags = append(tags, 0)
	}
	return sub(2, sub(1, deltas(ids...)), sub(8, deltas(lats...)), sub(9, deltas(lons...)), sub(10, array(tags...)))
}

func wayGroup(ways []Way, t *stringTable) []byte {
	var g []byte
	for _, w := range ways {
		g = append(g, sub(3, num(1, uint64(w.ID)), t.tags(w.Tags), sub(8, deltas(w.Nodes...)))...)
	}
	return g
}

func relationGroup(relations []Relation, t *stringTable) []byte {
	var g []byte
	for _, r := range relations {
		var roles, types []uint64
		var ids []int64
		for _, m := range r.Members {
			roles, types, ids = append(roles, t.of(m.Role)), append(types, uint64(m.Type)), append(ids, m.Ref)
		}
		g = append(g, sub(4, num(1, uint64(r.ID)), t.tags(r.Tags), sub(8, array(roles...)), sub(9, deltas(ids...)),
			sub(10, array(types...)))...)
	}
	return g
}

// encodeXML writes x as an .osm file.
func encodeXML(x *Extract) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n")
	for _, n := range x.Nodes {
		fmt.Fprintf(&b, "<node id=\"%d\" lat=\"%s\" lon=\"%s\">%s</node>\n", n.ID, decimal(n.Lat), decimal(n.Lon), xmlTags(n.Tags))
	}
	for _, w := range x.Ways {
		fmt.Fprintf(&b, "<way id=\"%d\">", w.ID)
		for _, ref := range w.Nodes {
			fmt.Fprintf(&b, "<nd ref=\"%d\"/>", ref)
		}
		fmt.Fprintf(&b, "%s</way>\n", xmlTags(w.Tags))
	}
	for _, r := range x.Relations {
		fmt.Fprintf(&b, "<relation id=\"%d\">", r.ID)
		for _, m := range r.Members {
			fmt.Fprintf(&b, "<member type=\"%s\" ref=\"%d\" role=\"%s\"/>", [...]string{"node", "way", "relation"}[m.Type], m.Ref, escaped(m.Role))
		}
		fmt.Fprintf(&b, "%s</relation>\n", xmlTags(r.Tags))
	}
	b.WriteString("</osm>\n")
	return b.Bytes()
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func xmlTags(tags Tags) string {
	var b bytes.Buffer
	for _, t := range tags {
		fmt.Fprintf(&b, "<tag k=\"%s\" v=\"%s\"/>", escaped(t.Key), escaped(t.Value))
	}
	return b.String()
}

func escaped(s string) string {
	var b bytes.Buffer
	must(0, xml.EscapeText(&b, []byte(s)))
	return b.String()
}

func gzipBytes(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	must(w.Write(data))
	must(0, w.Close())
	return b.Bytes()
}

// must panics on errors of writers that write to memory.
func must(_ int, err error) {
	if err != nil {
		panic(err)
	}
}

// randomExtract makes a town of n nodes, with ways, relations, tags, odd strings, negative ids and missing references.
func randomExtract(seed uint64, n int) *Extract {
	r := rand.New(rand.NewPCG(seed, 1))
	x := &Extract{}
	id := int64(-n / 4)
	for range n {
		id += 1 + r.Int64N(3)
		node := Node{ID: id, Lon: float64(r.Int64N(3600000001)-1800000000) / 1e7, Lat: float64(r.Int64N(1800000001)-900000000) / 1e7}
		if r.IntN(10) == 0 {
			node.Tags = randomTags(r)
		}
		x.Nodes = append(x.Nodes, node)
	}
	for i := range n / 5 {
		w := Way{ID: int64(i)*7 - 30, Tags: randomTags(r)}
		for range 1 + r.IntN(12) {
			w.Nodes = append(w.Nodes, x.Nodes[r.IntN(n)].ID+r.Int64N(2))
		}
		x.Ways = append(x.Ways, w)
	}
	for i := range n / 50 {
		rel := Relation{ID: int64(i) + math.MaxInt64 - int64(n), Tags: randomTags(r)}
		for range 1 + r.IntN(5) {
			rel.Members = append(rel.Members, Member{MemberType(r.IntN(3)), r.Int64N(1<<61) - 1<<60, []string{"", "from", "via", "outer"}[r.IntN(4)]})
		}
		x.Relations = append(x.Relations, rel)
	}
	return x
}

func randomTags(r *rand.Rand) Tags {
	var tags Tags
	for i := range r.IntN(6) {
		tags = append(tags, Tag{fmt.Sprintf("key:%d%d", i, r.IntN(9)), []string{"", "yes", "Straße & <Weg>", "\"道路\"", "a\tb"}[r.IntN(5)]})
	}
	return tags
}
