package utdf

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// The bounds of what is read.
const (
	maxBytes   = 64 << 20
	maxRows    = 2_000_000
	maxColumns = 128
	maxNodes   = 100_000
)

// File is a combined file.
type File struct {
	Metric bool // metres and km/h; else feet and mph
	Nodes  []Node
	// Links, Lanes, Plans and Phases are the records of a junction by their names, in small letters and without blanks.
	Links, Lanes  map[int]map[string]map[string]string // junction -> record -> column ("nb"; "nbl") -> value
	Plans, Phases map[int]map[string]map[string]string // likewise; columns "data", "d1" to "d8"
	Skipped       []string                             // sections that were not read
}

// Node is a junction.
type Node struct {
	ID          int
	Type        int     // 0 signalised, 1 external, 2 bend, 3 unsignalised, 4 roundabout
	X, Y        float64 // in the unit of the file
	Lon, Lat    float64 // degrees; NaN if the file does not tell
	Description string
}

// Parse reads a combined file. Sections that are not known are skipped; what cannot be understood is an error that tells the line.
func Parse(r io.Reader) (*File, error) {
	limited := &io.LimitedReader{R: r, N: maxBytes + 1}
	in := csv.NewReader(bufio.NewReader(limited))
	in.FieldsPerRecord, in.LazyQuotes, in.TrimLeadingSpace, in.ReuseRecord = -1, true, true, true
	p := parser{file: &File{
		Links: map[int]map[string]map[string]string{}, Lanes: map[int]map[string]map[string]string{},
		Plans: map[int]map[string]map[string]string{}, Phases: map[int]map[string]map[string]string{},
	}}
	for rows := 0; ; rows++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not CSV: %w", err)
		}
		line, _ := in.FieldPos(0)
		if limited.N <= 0 || rows >= maxRows || len(record) > maxColumns {
			return nil, fmt.Errorf("line %d: larger than %d MiB, %d rows or %d columns", line, maxBytes>>20, maxRows, maxColumns)
		}
		if err := p.row(record); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(p.file.Nodes) == 0 && len(p.file.Phases) == 0 && len(p.file.Plans) == 0 {
		return nil, errors.New("no section [Nodes], [Timeplans] or [Phases]: not a combined UTDF file of version 8 or later")
	}
	return p.file, nil
}

// parser reads row after row.
type parser struct {
	file    *File
	section string
	columns []string // of the section; nil until its header has been read
}

// name returns a name in small letters without blanks, dots and marks: versions differ in these.
func name(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return -1
	}, text)
}

func (p *parser) row(record []string) error {
	first := strings.TrimSpace(strings.TrimPrefix(record[0], "\ufeff"))
	if strings.HasPrefix(first, "[") {
		p.section, p.columns = name(first), nil
		switch p.section {
		case "network", "nodes", "links", "lanes", "timeplans", "phases":
		default:
			p.file.Skipped = append(p.file.Skipped, first)
		}
		return nil
	}
	if first == "" {
		return nil
	}
	if head := name(first); p.columns == nil {
		if head == "recordname" || head == "intid" {
			p.columns = []string{}
			for _, c := range record {
				p.columns = append(p.columns, name(c))
			}
		}
		return nil // else the title of the section
	}
	row := make(map[string]string, len(record))
	for i, value := range record {
		if i < len(p.columns) && p.columns[i] != "" {
			if value = strings.TrimSpace(value); value != "" {
				row[p.columns[i]] = strings.Clone(value)
			}
		}
	}
	return p.take(row)
}

func (p *parser) take(row map[string]string) error {
	switch p.section {
	case "network":
		if name(row["recordname"]) == "metric" {
			p.file.Metric = row["data"] == "1"
		}
	case "nodes":
		return p.node(row)
	case "links":
		return record(p.file.Links, row)
	case "lanes":
		return record(p.file.Lanes, row)
	case "timeplans":
		return record(p.file.Plans, row)
	case "phases":
		return record(p.file.Phases, row)
	}
	return nil
}

func (p *parser) node(row map[string]string) error {
	n := Node{Lon: math.NaN(), Lat: math.NaN(), Description: row["description"]}
	var err error
	if n.ID, err = strconv.Atoi(row["intid"]); err != nil {
		return fmt.Errorf("INTID %.40q, want a number", row["intid"])
	}
	for _, v := range []struct {
		field string
		to    *float64
	}{{"x", &n.X}, {"y", &n.Y}, {"longitude", &n.Lon}, {"latitude", &n.Lat}} {
		if text := row[v.field]; text != "" {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil || math.IsNaN(x) || math.Abs(x) > 1e9 {
				return fmt.Errorf("%s %.40q, want a number", strings.ToUpper(v.field), text)
			}
			*v.to = x
		}
	}
	if text := row["type"]; text != "" {
		if n.Type, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("TYPE %.40q, want 0 to 4", text)
		}
	}
	if len(p.file.Nodes) == maxNodes {
		return fmt.Errorf("more than %d nodes", maxNodes)
	}
	p.file.Nodes = append(p.file.Nodes, n)
	return nil
}

// record keeps a row of records by junction and name.
func record(into map[int]map[string]map[string]string, row map[string]string) error {
	id, err := strconv.Atoi(row["intid"])
	if err != nil {
		return fmt.Errorf("INTID %.40q, want a number", row["intid"])
	}
	if into[id] == nil {
		if len(into) == maxNodes {
			return fmt.Errorf("more than %d junctions", maxNodes)
		}
		into[id] = map[string]map[string]string{}
	}
	into[id][name(row["recordname"])] = row
	return nil
}

// unit returns the length of the file's unit in m.
func (f *File) unit() float64 {
	if f.Metric {
		return 1
	}
	return 0.3048
}

// node returns the node of an id; nil if there is none.
func (f *File) node(id int) *Node {
	for i := range f.Nodes {
		if f.Nodes[i].ID == id {
			return &f.Nodes[i]
		}
	}
	return nil
}

// number returns the value of a record, otherwise if there is none or it is no number.
func number(records map[string]map[string]string, record, column string, otherwise float64) float64 {
	text, ok := records[record][column]
	if !ok {
		return otherwise
	}
	x, err := strconv.ParseFloat(strings.TrimPrefix(text, "*"), 64)
	if err != nil || math.IsNaN(x) || math.Abs(x) > 1e9 {
		return otherwise
	}
	return x
}
