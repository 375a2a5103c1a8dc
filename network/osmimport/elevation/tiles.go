// Package elevation gives roads their heights: it reads SRTM tiles and smooths what they say along the roads.
package elevation

import (
	"archive/zip"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Tiles is a folder of SRTM height files, one a degree of latitude and longitude: N39W076.hgt, plain, .hgt.zip or
// .hgt.gz, of 3601 x 3601 samples (every second of arc, some 30 m) or 1201 x 1201 (every three).
type Tiles struct {
	dir   string
	files map[corner]string // paths
}

// corner is the south-western corner of a tile in whole degrees.
type corner struct{ south, west int }

// String returns the name of the tile, "N39W076".
func (c corner) String() string {
	ns, ew := 'N', 'E'
	if c.south < 0 {
		ns, c.south = 'S', -c.south
	}
	if c.west < 0 {
		ew, c.west = 'W', -c.west
	}
	return fmt.Sprintf("%c%02d%c%03d", ns, c.south, ew, c.west)
}

// ErrNoTiles means that a folder holds no file named like an SRTM tile.
var ErrNoTiles = errors.New("no SRTM tiles, want files named like N39W076.hgt, .hgt.zip or .hgt.gz")

// The sides of a tile in samples.
const (
	fineSide   = 3601
	coarseSide = 1201
)

// void is the sample that says there is none.
const void = -32768

// The heights that are believed, m: the shore of the Dead Sea is at -430, the summit of Mount Everest at 8849.
const lowest, highest = -500, 9000

var tileName = regexp.MustCompile(`(?i)^([NS])(\d{2})([EW])(\d{3})(?:\.SRTMGL[13])?(?:\.hgt|\.hgt\.zip|\.hgt\.gz|\.zip)$`)

// Open lists the tiles in dir. None is read yet.
func Open(dir string) (*Tiles, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("elevation: %w", err)
	}
	t := &Tiles{dir: dir, files: map[corner]string{}}
	for _, e := range entries { // by name: a plain file goes before its compressed twin
		c, ok := parseName(e.Name())
		if _, has := t.files[c]; ok && !has && !e.IsDir() {
			t.files[c] = filepath.Join(dir, e.Name())
		}
	}
	if len(t.files) == 0 {
		return nil, fmt.Errorf("elevation: %s: %w", dir, ErrNoTiles)
	}
	return t, nil
}

func parseName(name string) (c corner, ok bool) {
	m := tileName.FindStringSubmatch(name)
	if m == nil {
		return c, false
	}
	c.south, _ = strconv.Atoi(m[2]) // digits, by the pattern
	c.west, _ = strconv.Atoi(m[4])
	if strings.EqualFold(m[1], "S") {
		c.south = -c.south
	}
	if strings.EqualFold(m[3], "W") {
		c.west = -c.west
	}
	return c, c.south >= -90 && c.south < 90 && c.west >= -180 && c.west < 180
}

// Point is a place in degrees.
type Point struct{ Lon, Lat float64 }

// Survey is what the tiles say of a list of points.
type Survey struct {
	Heights []float64 // m above the sea; NaN where no tile knows it
	Missing []string  // the tiles that hold some of the points and are not there, sorted
	Voids   int       // points in a hole of their tile
}

// Heights returns the heights of points, bilinear between the samples. It holds one tile in memory at a time (26 MB),
// however many it needs. The error names the file that cannot be read and what was expected of it.
func (t *Tiles) Heights(points []Point) (*Survey, error) {
	s := &Survey{Heights: make([]float64, len(points))}
	order := make([]int, len(points))
	cells := make([]corner, len(points))
	for i, p := range points {
		order[i] = i
		cells[i] = corner{int(math.Floor(p.Lat)), int(math.Floor(p.Lon))}
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := cells[order[i]], cells[order[j]]
		return a.south < b.south || a.south == b.south && a.west < b.west
	})
	for begin := 0; begin < len(order); {
		cell, end := cells[order[begin]], begin
		for end < len(order) && cells[order[end]] == cell {
			end++
		}
		grid, err := t.load(cell)
		if err != nil {
			return nil, err
		}
		if grid == nil {
			s.Missing = append(s.Missing, cell.String())
		}
		for _, i := range order[begin:end] {
			if grid == nil {
				s.Heights[i] = math.NaN()
				continue
			}
			s.Heights[i] = grid.at(points[i].Lon-float64(cell.west), points[i].Lat-float64(cell.south))
			if math.IsNaN(s.Heights[i]) {
				s.Voids++
			}
		}
		begin = end
	}
	sort.Strings(s.Missing)
	return s, nil
}

// grid is a tile: side x side samples, big-endian, from the north-western corner eastwards row by row. The last row and
// column are the first of the neighbours.
type grid struct {
	side    int
	samples []byte
}

// load reads the tile of a corner; nil if there is no file of it.
func (t *Tiles) load(c corner) (*grid, error) {
	path, ok := t.files[c]
	if !ok {
		return nil, nil
	}
	g, err := readTile(path)
	if err != nil {
		return nil, fmt.Errorf("elevation: %s: %w", path, err)
	}
	return g, nil
}

func readTile(path string) (*grid, error) {
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		return readZip(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if !strings.EqualFold(filepath.Ext(path), ".gz") {
		return decode(f)
	}
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return decode(unpacked)
}

func readZip(path string) (*grid, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = archive.Close() }() // nothing was written
	for _, f := range archive.File {
		if !strings.EqualFold(filepath.Ext(f.Name), ".hgt") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return decode(r)
	}
	return nil, fmt.Errorf("no .hgt file in the archive: %w", fs.ErrNotExist)
}

// decode reads a tile. It reads no more than the larger size holds, whatever an archive unpacks to.
func decode(r io.Reader) (*grid, error) {
	const fine, coarse = 2 * fineSide * fineSide, 2 * coarseSide * coarseSide
	samples := make([]byte, 0, coarse+1)
	for {
		n, err := r.Read(samples[len(samples):cap(samples)])
		samples = samples[:len(samples)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("after %d bytes: %w", len(samples), err)
		}
		if len(samples) == cap(samples) {
			if cap(samples) > fine {
				break // too long
			}
			samples = append(make([]byte, 0, fine+1), samples...)
		}
	}
	switch len(samples) {
	case fine:
		return &grid{fineSide, samples}, nil
	case coarse:
		return &grid{coarseSide, samples}, nil
	}
	return nil, fmt.Errorf("%d bytes, want %d (1201 x 1201 samples of two bytes) or %d (3601 x 3601)", len(samples), coarse, fine)
}

// sample returns the height in m at a column from the west and a row from the north, NaN if there is none.
func (g *grid) sample(col, row int) float64 {
	i := 2 * (row*g.side + col)
	h := int16(binary.BigEndian.Uint16(g.samples[i:]))
	if h == void || h < lowest || h > highest {
		return math.NaN()
	}
	return float64(h)
}

// at returns the height at x degrees east and y degrees north of the tile's corner, both 0 to 1: bilinear between the
// four samples around, of which those that are void count nothing; NaN if all are.
func (g *grid) at(x, y float64) float64 {
	last := float64(g.side - 1)
	x, y = min(max(x, 0), 1)*last, (1-min(max(y, 0), 1))*last
	col, row := min(int(x), g.side-2), min(int(y), g.side-2)
	fx, fy := x-float64(col), y-float64(row)
	var sum, weight float64
	for _, c := range [4]struct {
		col, row int
		w        float64
	}{
		{col, row, (1 - fx) * (1 - fy)},
		{col + 1, row, fx * (1 - fy)},
		{col, row + 1, (1 - fx) * fy},
		{col + 1, row + 1, fx * fy},
	} {
		if h := g.sample(c.col, c.row); c.w > 0 && !math.IsNaN(h) {
			sum, weight = sum+c.w*h, weight+c.w
		}
	}
	if weight == 0 {
		return math.NaN()
	}
	return sum / weight
}
