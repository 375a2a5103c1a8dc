package network_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func encode(t testing.TB, n *network.Network) []byte {
	t.Helper()
	var buf bytes.Buffer
	written, err := n.WriteTo(&buf)
	if err != nil || written != int64(buf.Len()) {
		t.Fatalf("WriteTo = %d, %v, want %d bytes", written, err, buf.Len())
	}
	return buf.Bytes()
}

func TestCodecRoundTrip(t *testing.T) {
	for _, s := range samples() {
		n := build(t, s)
		data := encode(t, n)
		got, err := network.Read(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: Read: %v", s.Name, err)
		}
		if !reflect.DeepEqual(got, n) {
			t.Errorf("%s: what was read differs from what was written", s.Name)
		}
		if !bytes.Equal(encode(t, got), data) {
			t.Errorf("%s: written again it differs", s.Name)
		}
	}
}

func TestReadRefusesDamage(t *testing.T) {
	data := encode(t, build(t, sample.Grid(sample.GridSpec{Columns: 1, Rows: 1, Signals: true})))
	for i := range data {
		if _, err := network.Read(bytes.NewReader(data[:i])); err == nil {
			t.Fatalf("%d of %d bytes: no error", i, len(data))
		}
		damaged := bytes.Clone(data)
		damaged[i] ^= 0x10
		if _, err := network.Read(bytes.NewReader(damaged)); err == nil {
			t.Fatalf("byte %d flipped: no error", i)
		}
	}
	damaged := bytes.Clone(data)
	damaged[4] = 99
	if _, err := network.Read(bytes.NewReader(damaged)); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("other version: error %v, want one that names version 99", err)
	}
}

func FuzzRead(f *testing.F) {
	// Small ones: the fuzzer shrinks whatever it finds, byte by byte.
	for _, s := range []*network.Spec{
		sample.Corridor(sample.CorridorSpec{Sections: 2, OneWay: true}),
		sample.Corridor(sample.CorridorSpec{LanesOf: []int{1, 2}}),
		sample.Cross(sample.CrossSpec{Arms: 3, Control: network.Signalised}),
	} {
		n, err := network.Build(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encode(f, n))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := network.Read(bytes.NewReader(network.WithChecksums(data)))
		if err != nil {
			return
		}
		if err := n.Validate(); err != nil {
			t.Fatalf("read without an error, but: %v", err)
		}
		if _, err := network.Read(bytes.NewReader(encode(t, n))); err != nil {
			t.Fatalf("written again: %v", err)
		}
	})
}

func TestFileRoundTrip(t *testing.T) {
	n := build(t, sample.Grid(sample.GridSpec{Signals: true}))
	path := filepath.Join(t.TempDir(), "grid.rtn")
	for range 2 { // the second time over the first
		if err := n.WriteFile(path); err != nil {
			t.Fatal(err)
		}
	}
	got, err := network.ReadFile(path)
	if err != nil || !reflect.DeepEqual(got, n) {
		t.Errorf("ReadFile: %v, want the network that was written", err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files left, want 1", len(entries))
	}
	if err := n.WriteFile(filepath.Join(t.TempDir(), "missing", "x.rtn")); err == nil {
		t.Error("no error for a folder that does not exist")
	}
}

func TestGeoJSONIsJSON(t *testing.T) {
	for _, s := range samples() {
		n := build(t, s)
		var buf bytes.Buffer
		if err := n.WriteGeoJSON(&buf); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Features []struct {
				Geometry   struct{ Type string }
				Properties struct{ Kind string }
			}
		}
		if err := json.Unmarshal(buf.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		count := map[string]int{}
		for _, f := range got.Features {
			count[f.Properties.Kind+" "+f.Geometry.Type]++
		}
		if count["lane LineString"] != len(n.Lanes) || count["connector LineString"] != len(n.Connectors) ||
			count["junction Point"] != len(n.Junctions) {
			t.Errorf("%s: features %v, want those of %d lanes, %d connectors, %d junctions", s.Name, count,
				len(n.Lanes), len(n.Connectors), len(n.Junctions))
		}
	}
}
