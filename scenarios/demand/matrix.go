package demand

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"roadtwin/network/bounded"
)

// Matrix is how many trips go from one zone to another.
type Matrix struct {
	Cells []MatrixCell
}

// MatrixCell is one entry of a Matrix; zones count as in Zones.
type MatrixCell struct {
	From, To int
	Trips    float64
}

// Bounds of a matrix.
const (
	maxMatrixLine  = 8 << 20 // bytes; a row of a square matrix of 100,000 zones has less
	maxMatrixCells = 10_000_000
	maxCellTrips   = 10_000_000
)

// ReadMatrixFile reads a matrix from a file, plain or compressed by gzip; see ReadMatrix.
func ReadMatrixFile(path string, z *Zones) (*Matrix, error) {
	return bounded.ReadFile(path, func(in io.Reader) (*Matrix, error) { return ReadMatrix(in, z) })
}

// ReadMatrix reads trips between zones as CSV, either a line for each pair, with the columns from, to and trips,
//
//	from,to,trips
//	101,102,37.5
//
// or as a square: the first line names the zones where trips end, the first column those where they begin.
//
//	,101,102
//	101,0,37.5
//	102,12,0
//
// Trips may have fractions. Lines that begin with # are left out; a pair that is given twice is an error.
func ReadMatrix(in io.Reader, z *Zones) (*Matrix, error) {
	lines := bounded.NewReader(in, maxMatrixLine)
	r := csv.NewReader(lines)
	r.Comment, r.TrimLeadingSpace, r.ReuseRecord = '#', true, true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty, want a line with the columns from,to,trips or the names of zones")
	}
	if err != nil {
		return nil, err
	}
	m := &matrixReader{csv: r, lines: lines, zones: z, seen: map[[2]int]bool{}, matrix: &Matrix{}}
	if len(head) > 0 && len(head[0]) >= 3 && head[0][:3] == "\xef\xbb\xbf" {
		head[0] = head[0][3:]
	}
	if slices.Contains(head, "trips") {
		return m.long(slices.Clone(head))
	}
	return m.square(slices.Clone(head))
}

type matrixReader struct {
	csv    *csv.Reader
	lines  *bounded.Reader
	zones  *Zones
	seen   map[[2]int]bool
	matrix *Matrix
}

// next returns the next record and its line; io.EOF at the end.
func (m *matrixReader) next() (record []string, line int, err error) {
	m.lines.Next()
	if record, err = m.csv.Read(); err == nil {
		line, _ = m.csv.FieldPos(0)
	}
	return record, line, err
}

func (m *matrixReader) long(names []string) (*Matrix, error) {
	from, to, trips := slices.Index(names, "from"), slices.Index(names, "to"), slices.Index(names, "trips")
	for _, name := range names {
		if name != "from" && name != "to" && name != "trips" {
			return nil, fmt.Errorf("line 1: unknown column %q, want from,to,trips", name)
		}
	}
	if from < 0 || to < 0 || len(names) != 3 {
		return nil, errors.New("line 1: want the columns from, to and trips, each once")
	}
	for {
		record, line, err := m.next()
		if errors.Is(err, io.EOF) {
			return m.matrix, nil
		}
		if err != nil {
			return nil, err
		}
		a, err := m.zone(record[from])
		if err != nil {
			return nil, fmt.Errorf("line %d: from: %w", line, err)
		}
		b, err := m.zone(record[to])
		if err != nil {
			return nil, fmt.Errorf("line %d: to: %w", line, err)
		}
		if err := m.add(a, b, record[trips]); err != nil {
			return nil, fmt.Errorf("line %d: trips: %w", line, err)
		}
	}
}

func (m *matrixReader) square(head []string) (*Matrix, error) {
	if len(head) < 2 {
		return nil, errors.New("line 1: want the columns from,to,trips, or an empty field and the names of zones")
	}
	columns := make([]int, len(head)-1)
	for i := range columns {
		var err error
		if columns[i], err = m.zone(head[i+1]); err != nil {
			return nil, fmt.Errorf("line 1: column %d: %w", i+2, err)
		}
	}
	for {
		record, line, err := m.next()
		if errors.Is(err, io.EOF) {
			return m.matrix, nil
		}
		if err != nil {
			return nil, err
		}
		from, err := m.zone(record[0])
		if err != nil {
			return nil, fmt.Errorf("line %d: column 1: %w", line, err)
		}
		for i, to := range columns {
			if err := m.add(from, to, record[i+1]); err != nil {
				return nil, fmt.Errorf("line %d: column %d: %w", line, i+2, err)
			}
		}
	}
}

func (m *matrixReader) zone(name string) (int, error) {
	i, ok := m.zones.Find(name)
	if !ok {
		return 0, fmt.Errorf("no zone is called %q", name)
	}
	return i, nil
}

func (m *matrixReader) add(from, to int, text string) error {
	trips, err := strconv.ParseFloat(text, 64)
	if err != nil || !(trips >= 0 && trips <= maxCellTrips) || math.IsNaN(trips) {
		return fmt.Errorf("%q, want a number from 0 to %d", text, maxCellTrips)
	}
	if trips == 0 {
		return nil
	}
	pair := [2]int{from, to}
	if m.seen[pair] {
		return fmt.Errorf("from %s to %s is given twice", m.zones.zones[from].ID, m.zones.zones[to].ID)
	}
	m.seen[pair] = true
	if len(m.matrix.Cells) == maxMatrixCells {
		return fmt.Errorf("more than %d pairs with trips", maxMatrixCells)
	}
	m.matrix.Cells = append(m.matrix.Cells, MatrixCell{from, to, trips})
	return nil
}

// Total returns the sum of all trips.
func (m *Matrix) Total() (trips float64) {
	for _, c := range m.Cells {
		trips += c.Trips
	}
	return trips
}
