package extract

import (
	"context"
	"encoding/binary"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// denseOf is a group of dense nodes from raw arrays.
func denseOf(ids, lats, lons, tags []byte) []byte {
	return sub(2, sub(1, ids), sub(8, lats), sub(9, lons), sub(10, tags))
}

// data makes a file of one block.
func data(table []string, groups ...[]byte) []byte {
	return cat(osmHeader("OsmSchema-V0.6", "DenseNodes"), osmData(table, groups...))
}

func gridBlock(group []byte, gran, latOffset, lonOffset int64) []byte {
	return cat(osmHeader(), frame("OSMData", packZlib(cat(osmBlock(nil), sub(2, group),
		num(17, uint64(gran)), num(19, uint64(latOffset)), num(20, uint64(lonOffset))))))
}

func oneNode(y, x int64) []byte { return sub(1, zig(1, 5), zig(8, y), zig(9, x)) }

// TestDamagedPBF lists what may be wrong with a file and a part of the error that must say so.
func TestDamagedPBF(t *testing.T) {
	way := func(parts ...[]byte) []byte { return data([]string{"highway", "primary"}, sub(3, parts...)) }
	relation := func(parts ...[]byte) []byte { return data([]string{"a"}, sub(4, parts...)) }
	blob := func(parts ...[]byte) []byte { return cat(osmHeader(), frame("OSMData", cat(parts...))) }
	refs := make([]int64, maxWayNodes+1)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"header too long":        {cat(osmHeader(), binary.BigEndian.AppendUint32(nil, maxBlobHeader+1)), "blob 1 at byte 26: header of 65537 bytes"},
		"header of no bytes":     {cat(osmHeader(), []byte{0, 0, 0, 0}), "header of 0 bytes"},
		"header is not protobuf": {cat(osmHeader(), []byte{0, 0, 0, 2, 0x0b, 0xff}), "form 3"},
		"header without type":    {cat(osmHeader(), []byte{0, 0, 0, 2}, num(3, 1), []byte{0}), "names no type"},
		"data first":             {cat([]byte{0, 0, 0, 24}, sub(2, []byte("\x0a\x09OSMHeader")), sub(1, []byte("OSMData")), num(3, 1), []byte{0}), "want OSMHeader first"},
		"blob too large":         {cat(osmHeader(), []byte{0, 0, 0, 14}, sub(1, []byte("OSMData")), num(3, maxBlob+1)), "data of 33554433 bytes"},
		"blob of no bytes":       {cat(osmHeader(), []byte{0, 0, 0, 11}, sub(1, []byte("OSMData")), num(3, 0)), "data of 0 bytes"},
		"feature unknown":        {osmHeader("OsmSchema-V0.7"), `feature "OsmSchema-V0.7"`},
		"no data in blob":        {blob(num(2, 7)), "no data of a known form"},
		"lzma":                   {blob(num(2, 7), sub(4, []byte("x"))), "lzma or bzip2"},
		"raw_size missing":       {blob(packZlib([]byte("x"))[2:]), "raw_size is 0"},
		"raw_size huge":          {blob(num(2, math.MaxUint64), sub(3, []byte("x"))), "raw_size is 18446744073709551615"},
		"raw_size too large":     {blob(num(2, 100), packZlib([]byte("abc"))[2:]), "zlib data: ends after 3 of 100"},
		"raw_size too small":     {blob(num(2, 2), packZlib([]byte("abc"))[2:]), "zlib data: unpacks to more than its raw_size"},
		"raw_size of zstd":       {blob(num(2, 2), packZstd([]byte("abcdefghij"))[2:]), "zstd data: unpacks to more"},
		"raw_size of zstd long":  {blob(num(2, 20), packZstd([]byte("abcdefghij"))[2:]), "zstd data of 10 bytes, want raw_size = 20"},
		"raw_size of lz4":        {blob(num(2, 2), packLZ4([]byte("abcdefghij"))[2:]), "lz4 data: unpacks to more"},
		"raw_size of lz4 long":   {blob(num(2, 20), packLZ4([]byte("abcdefghij"))[2:]), "lz4 data of 10 bytes, want raw_size = 20"},
		"zlib damaged":           {blob(num(2, 3), sub(3, []byte("no zlib data"))), "zlib data: zlib: invalid header"},
		"zlib checksum":          {blob(num(2, 3), sub(3, []byte("x\x9cKLJ\x06\x00\x02M\x01\x28"))), "zlib: invalid checksum"},
		"zstd damaged":           {blob(num(2, 3), sub(7, []byte("no zstd data"))), "zstd data"},
		"lz4 damaged":            {blob(num(2, 30), sub(6, []byte{0x10, 'a', 9, 0, 0})), "lz4 data: damaged"},
		"block is not protobuf":  {cat(osmHeader(), frame("OSMData", packZlib([]byte{0x0a, 0x7f}))), "field 1"},
		"string table damaged":   {cat(osmHeader(), frame("OSMData", packZlib(sub(1, []byte{0x0a, 0x7f})))), "string table"},
		"granularity 0":          {gridBlock(oneNode(1, 1), 0, 0, 0), "granularity 0"},
		"granularity negative":   {gridBlock(oneNode(1, 1), -100, 0, 0), "granularity -100"},
		"granularity huge":       {gridBlock(oneNode(1, 1), math.MaxInt64, 0, 0), "granularity 9223372036854775807"},
		"origin far away":        {gridBlock(oneNode(1, 1), 100, math.MinInt64, 0), "origin at"},
		"latitude 90.0000001":    {gridBlock(oneNode(900000001, 0), 100, 0, 0), "node 5: longitude 0, latitude 90.0000001"},
		"longitude -180.0000001": {gridBlock(oneNode(0, -1800000001), 100, 0, 0), "longitude -180.0000001"},
		"latitude overflows":     {gridBlock(oneNode(math.MaxInt64, 0), 100, 0, 0), "node 5: longitude or latitude far beyond"},
		"longitude underflows":   {gridBlock(oneNode(0, math.MinInt64), 360e9, 0, 0), "far beyond"},
		"node without id":        {data(nil, sub(1, zig(8, 1), zig(9, 1))), "node 0: has no id"},
		"node without place":     {data(nil, sub(1, zig(1, 3), zig(8, 1))), "node 3: has no position"},
		"node string":            {data([]string{"a"}, sub(1, zig(1, 3), zig(8, 1), zig(9, 1), sub(2, array(1)), sub(3, array(2)))), "node 3: tags: string 2 of a table of 2"},
		"node string huge":       {data([]string{"a"}, sub(1, zig(1, 3), zig(8, 1), zig(9, 1), sub(2, array(math.MaxUint64)), sub(3, array(1)))), "string 18446744073709551615"},
		"dense ids longer":       {data(nil, denseOf(deltas(1, 2), deltas(1), deltas(1, 2), nil)), "2 ids, 1 latitudes and 2 longitudes"},
		"dense id cut":           {data(nil, denseOf([]byte{2, 0xff}, deltas(1, 1), deltas(1, 1), nil)), "damaged protocol buffer"},
		"dense id too long":      {data(nil, denseOf([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), deltas(1), deltas(1), nil)), "damaged protocol buffer"},
		"dense overflow":         {data(nil, denseOf(cat(deltas(math.MaxInt64), deltas(1)), deltas(1, 1), deltas(1, 1), nil)), "overflows 64 bits"},
		"dense underflow":        {data(nil, denseOf(deltas(1, 2), cat(deltas(-2), deltas(math.MinInt64)), deltas(1, 1), nil)), "overflows 64 bits"},
		"dense tags cut":         {data([]string{"a"}, denseOf(deltas(1, 2), deltas(1, 1), deltas(1, 1), array(1, 1, 0, 1))), "dense node 2: tags: fewer values"},
		"dense tags unended":     {data([]string{"a"}, denseOf(deltas(1), deltas(1), deltas(1), array(1, 1))), "tags: fewer values"},
		"dense tags left":        {data([]string{"a"}, denseOf(deltas(1), deltas(1), deltas(1), array(0, 1, 1, 0))), "tags of more than 1 nodes"},
		"dense versions":         {data(nil, sub(2, sub(1, deltas(1)), sub(8, deltas(1)), sub(9, deltas(1)), sub(5, sub(1, array(1, 2))))), "1 ids and 2 versions"},
		"way without id":         {way(sub(8, deltas(1, 2))), "way 0: has no id"},
		"way keys":               {way(num(1, 9), sub(2, array(1, 1)), sub(3, array(2))), "way 9: 2 keys and 1 values"},
		"way string":             {way(num(1, 9), sub(2, array(3)), sub(3, array(1))), "way 9: tags: string 3 of a table of 3"},
		"way of 2,001 nodes":     {way(num(1, 9), sub(8, deltas(refs...))), "way 9: 2001 nodes, want at most 2000"},
		"way overflow":           {way(num(1, 9), sub(8, cat(deltas(math.MinInt64), deltas(-1)))), "way 9: nodes: the sum of differences overflows"},
		"way ref cut":            {way(num(1, 9), sub(8, []byte{2, 0x80})), "way 9"},
		"way info damaged":       {way(num(1, 9), sub(4, []byte{0xff})), "way 9: damaged"},
		"relation without id":    {relation(), "relation 0: has no id"},
		"relation arrays":        {relation(num(1, 4), sub(8, array(1)), sub(9, deltas(1, 2)), sub(10, array(0, 0))), "2 members, 1 roles and 2 types"},
		"relation type":          {relation(num(1, 4), sub(8, array(1)), sub(9, deltas(1)), sub(10, array(3))), "relation 4: members: type 3"},
		"relation role":          {relation(num(1, 4), sub(8, array(2)), sub(9, deltas(1)), sub(10, array(0))), "string 2 of a table of 2"},
		"group within group":     {data(nil, []byte{0x1b}), "field 3 has form 3"},
		"nothing in it":          {osmHeader(), "holds no node, way or relation"},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := openBytes(t, c.file, Options{})
			if err == nil {
				t.Fatalf("no error but %+v, want one about %q", x, c.want)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is\n%v\nwant in it\n%s", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of several lines: %q", err)
			}
		})
	}
}

// TestTruncatedPBF cuts a file at every byte: only at borders between blobs can that go unseen.
func TestTruncatedPBF(t *testing.T) {
	x := randomExtract(11, 60)
	file := pbfWriter{packZlib, false, 30}.encode(x)
	borders := map[int]bool{}
	r := blobReader{r: strings.NewReader(string(file))}
	for {
		if _, err := r.next(nil); err != nil {
			break
		}
		borders[int(r.offset)] = true
	}
	if len(borders) < 5 {
		t.Fatalf("%d blobs, want more to test with", len(borders))
	}
	for n := range file {
		blocks, err := readPBF(context.Background(), strings.NewReader(string(file[:n])), newBudget(0, 0))
		switch {
		case borders[n]:
			if err != nil {
				t.Fatalf("%d bytes, whole blobs: %v", n, err)
			}
		case err == nil:
			t.Fatalf("%d of %d bytes: no error but %d blocks", n, len(file), len(blocks))
		case n > 0 && !strings.Contains(err.Error(), "truncated"):
			t.Fatalf("%d of %d bytes: %v, want truncated", n, len(file), err)
		}
	}
}

// TestFirstErrorWins damages two blobs: however many workers there are, the first is reported.
func TestFirstErrorWins(t *testing.T) {
	good := osmData(nil, oneNode(1, 1))
	bad := frame("OSMData", packZlib(osmBlock(nil, sub(1))))
	file := string(cat(osmHeader(), good, bad, good, bad, bad, good))
	want := "blob 2 at byte"
	for _, workers := range []int{1, 2, 3, 8} {
		old := runtime.GOMAXPROCS(workers)
		for range 20 {
			_, err := readPBF(context.Background(), strings.NewReader(file), newBudget(0, 0))
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%d workers: %v, want %s", workers, err, want)
			}
		}
		runtime.GOMAXPROCS(old)
	}
}

// TestAnyNumberOfWorkers reads the same with any number of workers, duplicates across blobs included.
func TestAnyNumberOfWorkers(t *testing.T) {
	a, b := randomExtract(12, 900), randomExtract(13, 900)
	w := pbfWriter{packZlib, false, 40}
	file := string(w.encode(a)) + string(w.encode(b)[len(osmHeader("OsmSchema-V0.6", "DenseNodes")):])
	var want *Extract
	for _, workers := range []int{1, 2, 3, 8} {
		old := runtime.GOMAXPROCS(workers)
		blocks, err := readPBF(context.Background(), strings.NewReader(file), newBudget(0, 0))
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		got := merge(blocks)
		if want == nil {
			want = got
		}
		sameElements(t, got, want)
	}
	checkInvariants(t, want)
	for _, w := range b.Ways {
		if got, _ := want.Way(w.ID); !reflect.DeepEqual(*got, w) {
			t.Fatalf("way %d is %+v, want the last in the file, %+v", w.ID, *got, w)
		}
	}
}

// TestLegalOddities are what other writers make of the format.
func TestLegalOddities(t *testing.T) {
	want := []Node{{ID: -7, Lon: 2, Lat: 1, Tags: Tags{{"a", "b"}}}, {ID: 5, Lon: -180, Lat: 90}}
	table := sub(1, sub(1), sub(1, []byte("a")), sub(1, []byte("b")))
	for name, c := range map[string][]byte{
		"arrays number by number": cat(table, sub(2, sub(2, zig(1, -7), zig(1, 12), zig(8, 10000000), zig(8, 890000000),
			zig(9, 20000000), zig(9, -1820000000), num(10, 1), num(10, 2), num(10, 0), num(10, 0)))),
		"arrays in parts": cat(table, sub(2, sub(2, sub(1, deltas(-7)), sub(1, deltas(12)), sub(8, deltas(10000000)), zig(8, 890000000),
			zig(9, 20000000), sub(9, deltas(-1820000000)), sub(10, array(1, 2)), num(10, 0), sub(10, array(0))))),
		"strings and grid behind": cat(sub(2, sub(1, zig(9, -179999999), zig(8, 90000000), zig(1, 5)),
			sub(1, zig(1, -7), sub(3, array(2)), sub(2, array(1)), zig(8, 1000000), zig(9, 2000001))),
			num(17, 1000), num(20, uint64(1<<64-1000)), table),
		"unknown fields": cat(table, protowire.AppendFixed64(protowire.AppendTag(nil, 99, protowire.Fixed64Type), 1),
			sub(2, sub(5, num(1, 1)), sub(2, sub(1, deltas(-7, 5)), sub(8, deltas(10000000, 900000000)),
				sub(9, deltas(20000000, -1800000000)), sub(10, array(1, 2, 0, 0)), sub(77, []byte("x"))))),
	} {
		t.Run(name, func(t *testing.T) {
			x, err := openBytes(t, cat(osmHeader(), frame("Unknown", []byte("x")), frame("OSMData", packRaw(c))), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(x.Nodes, want) {
				t.Errorf("nodes %+v, want %+v", x.Nodes, want)
			}
		})
	}
}

// TestVersions: the highest version of an element counts, and if it is a deletion, the element is gone.
func TestVersions(t *testing.T) {
	node := func(id, version, visible int64, lat int64) []byte {
		return sub(1, zig(1, id), zig(8, lat), zig(9, 0), sub(4, num(1, uint64(version)), num(6, uint64(visible))))
	}
	file := cat(osmHeader("OsmSchema-V0.6", "HistoricalInformation"), osmData(nil,
		cat(node(1, 2, 1, 20000000), node(1, 1, 1, 10000000), node(2, 1, 1, 10000000), node(2, 2, 0, math.MaxInt64)),
		cat(node(3, 1, 0, 0), node(3, 2, 1, 20000000), node(4, 1, 1, 10000000), node(4, 1, 1, 20000000)),
		sub(2, sub(1, deltas(5, 6)), sub(8, deltas(20000000, math.MaxInt64/2)), sub(9, deltas(0, 0)), sub(5, sub(1, array(3, 4)), sub(6, array(1, 0)))),
		node(5, 2, 1, 0)))
	x, err := openBytes(t, file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Node{{ID: 1, Lat: 2}, {ID: 3, Lat: 2}, {ID: 4, Lat: 2}, {ID: 5, Lat: 2}}
	if !reflect.DeepEqual(x.Nodes, want) {
		t.Errorf("nodes %+v, want %+v", x.Nodes, want)
	}
}

func TestHeaderBox(t *testing.T) {
	box := func(w, e, n, s int64) []byte {
		return cat(frame("OSMHeader", packRaw(sub(1, zig(1, w), zig(2, e), zig(3, n), zig(4, s)))), osmData(nil, oneNode(1, 1)))
	}
	for name, c := range map[string]struct {
		file []byte
		want BBox
	}{
		"a box":       {box(-75e9, -74.5e9, 40e9, 39.25e9), BBox{West: -75, South: 39.25, East: -74.5, North: 40}},
		"upside down": {box(-75e9, -74.5e9, 39e9, 40e9), BBox{}},
		"nonsense":    {box(math.MinInt64, math.MaxInt64, 39e9, 38e9), BBox{}},
	} {
		x, err := openBytes(t, c.file, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if x.Box != c.want {
			t.Errorf("%s: box %v, want %v", name, x.Box, c.want)
		}
	}
}

func TestLZ4(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		want string
	}{
		"literals":          {"\x30abc", "abc"},
		"overlapping match": {"\x10a\x01\x00\x10b", "aaaaab"},
		"long match":        {"\x2fab\x02\x00\x03\x10z", strings.Repeat("ab", 12) + "z"},
		"long literals":     {"\xf0\x0112345678901234561"[:18], "1234567890123456"},
	} {
		dst := make([]byte, 100)
		n, err := inflateLZ4(dst, []byte(c.src))
		if err != nil || string(dst[:n]) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, dst[:n], err, c.want)
		}
	}
	for name, src := range map[string]string{
		"empty": "", "literals cut": "\x30ab", "offset cut": "\x10a\x01", "offset zero": "\x10a\x00\x00", "offset too far": "\x10a\x02\x00",
		"length cut": "\xf0", "length endless": "\xf0" + strings.Repeat("\xff", 200000), "ends with a match": "\x10a\x01\x00",
	} {
		if n, err := inflateLZ4(make([]byte, 100), []byte(src)); err == nil {
			t.Errorf("%s: %d bytes, want an error", name, n)
		}
	}
}
