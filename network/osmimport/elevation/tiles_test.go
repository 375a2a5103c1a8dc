package elevation

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tileBytes makes a tile whose heights are those of height, by degrees east and north of its corner.
func tileBytes(side int, height func(x, y float64) float64) []byte {
	b := make([]byte, 0, 2*side*side)
	for row := range side {
		for col := range side {
			h := height(float64(col)/float64(side-1), 1-float64(row)/float64(side-1))
			v := int16(void)
			if !math.IsNaN(h) {
				v = int16(math.Round(h))
			}
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	return b
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHeightsOfEveryKindOfFile(t *testing.T) {
	slope := func(x, y float64) float64 { return 1000*x + 500*y }
	coarse := tileBytes(coarseSide, slope)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "N39W076.hgt"), coarse)
	write(t, filepath.Join(dir, "n39w075.SRTMGL1.hgt.gz"), gzipped(t, coarse))
	write(t, filepath.Join(dir, "S34E018.hgt.zip"), zipped(t, "S34E018.hgt", coarse))
	write(t, filepath.Join(dir, "S34E019.hgt"), tileBytes(fineSide, slope))
	write(t, filepath.Join(dir, "readme.txt"), nil)
	tiles, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tiles.Heights([]Point{
		{-75.75, 39.5}, {-74.75, 39.5}, {18.25, -33.5}, {19.25, -33.5}, {-76, 39}, {-75.000001, 39.999999}, {5, 5}, {6, 5},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{500, 500, 500, 500, 0, 1500} {
		if got := s.Heights[i]; math.Abs(got-want) > 1 { // samples are whole metres
			t.Errorf("point %d: %.2f m, want %.0f", i, got, want)
		}
	}
	if got := strings.Join(s.Missing, " "); got != "N05E005 N05E006" || !math.IsNaN(s.Heights[6]) {
		t.Errorf("missing %q and %.1f m there, want N05E005 N05E006 and NaN", got, s.Heights[6])
	}
}

func TestVoidsCountNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "N00E000.hgt"), tileBytes(coarseSide, func(x, _ float64) float64 {
		if x > 0.5 {
			return math.NaN()
		}
		return 100
	}))
	tiles, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := tiles.Heights([]Point{{0.25, 0.5}, {0.5003, 0.5}, {0.75, 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	if s.Heights[0] != 100 || s.Heights[1] != 100 || !math.IsNaN(s.Heights[2]) || s.Voids != 1 {
		t.Errorf("heights %v, %d voids, want 100, 100, NaN and 1", s.Heights, s.Voids)
	}
}

func TestErrorsNameTheFileAndWhatWasExpected(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNoTiles) {
		t.Errorf("empty folder: %v, want %v", err, ErrNoTiles)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	bomb := gzipped(t, make([]byte, 2*fineSide*fineSide+2))
	for name, data := range map[string][]byte{
		"N01E001.hgt": make([]byte, 1000), "N01E001.hgt.gz": []byte("no gzip"), "N01E001.hgt.zip": []byte("no zip"),
		"N01E001.zip": zipped(t, "other.txt", nil), "n01e001.hgt.gz": bomb,
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, name), data)
		tiles, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tiles.Heights([]Point{{1.5, 1.5}})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: error %v, want one that names the file", name, err)
		}
		if strings.HasSuffix(name, ".hgt") && !strings.Contains(err.Error(), "1201 x 1201") {
			t.Errorf("%s: error %v, want the sizes expected", name, err)
		}
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"N39W076.hgt": "N39W076", "s34e018.HGT": "S34E018", "N00E000.SRTMGL3.hgt.zip": "N00E000", "N39W076.hgt.bak": "",
		"N95E000.hgt": "", "N10E180.hgt": "", "S90W180.hgt.gz": "S90W180", "N39W076": "",
	} {
		c, ok := parseName(name)
		if ok != (want != "") || ok && c.String() != want {
			t.Errorf("parseName(%q) = %v, %v, want %q", name, c, ok, want)
		}
	}
}

func FuzzTile(f *testing.F) {
	f.Add("N39W076.hgt", []byte{1, 2, 3})
	f.Add("N39W076.hgt.gz", []byte{0x1f, 0x8b, 8, 0})
	f.Add("N39W076.zip", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if c, ok := parseName(name); ok && len(c.String()) != 7 {
			t.Fatalf("%q is tile %v", name, c)
		}
		for _, ext := range []string{".hgt", ".hgt.gz", ".hgt.zip"} {
			path := filepath.Join(t.TempDir(), "N00E000"+ext)
			write(t, path, data)
			g, err := readTile(path)
			if err == nil && len(g.samples) != 2*g.side*g.side {
				t.Fatalf("%s: %d bytes, side %d", ext, len(g.samples), g.side)
			}
		}
	})
}
