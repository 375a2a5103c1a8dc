package counts

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"roadtwin/network"
	"roadtwin/network/bounded"
	"roadtwin/scenarios/demand"
)

// Count is how many vehicles left an edge at its end in a time, all of them or those that turned to another.
type Count struct {
	Begin, End float64 // s after midnight
	Edge       network.EdgeID
	To         network.EdgeID // the edge turned to; None for all
	Vehicles   float64
	Held       bool // held back: only compared with, not fitted to
	Name       string
}

// Bounds of a file of counts.
const (
	maxLine   = 64 << 10
	maxCounts = 1_000_000
)

var columns = []string{"begin", "end", "edge", "to", "count", "use"}

// Read reads counts as CSV with the columns begin, end, edge and count, and, for turns, to:
//
//	begin,end,edge,to,count,use
//	07:00,08:00,way/39418230,,312,
//	07:00,08:00,way/39418230 -75.5466 39.7447,way/7,54,check
//
// Times are those of a day or seconds after midnight; edges are named as demand.Locator has them. use is check for counts that are held
// back, or fit. A count of a place and time is given once.
func Read(in io.Reader, p *demand.Places) ([]Count, error) {
	lines := bounded.NewReader(in, maxLine)
	r := csv.NewReader(lines)
	r.Comment, r.TrimLeadingSpace = '#', true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty, want a line with the columns begin,end,edge,to,count,use")
	}
	if err != nil {
		return nil, err
	}
	head[0] = strings.TrimPrefix(head[0], "\xef\xbb\xbf")
	at := map[string]int{}
	for i, name := range head {
		if _, double := at[name]; double || !slices.Contains(columns, name) {
			return nil, fmt.Errorf("line 1: column %q, want begin,end,edge,to,count,use, each at most once", name)
		}
		at[name] = i
	}
	for _, name := range []string{"begin", "end", "edge", "count"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: the column %s is missing", name)
		}
	}
	var all []Count
	locate := p.NewLocator()
	type key struct {
		begin, end float64
		edge, to   network.EdgeID
	}
	first := map[key]int{}
	for {
		lines.Next()
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		c, err := parse(record, at, locate)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		k := key{c.Begin, c.End, c.Edge, c.To}
		if was, double := first[k]; double {
			return nil, fmt.Errorf("line %d: the same place and time as line %d", line, was)
		}
		if first[k] = line; len(all) == maxCounts {
			return nil, fmt.Errorf("more than %d counts", maxCounts)
		}
		all = append(all, c)
	}
}

func parse(record []string, at map[string]int, locate *demand.Locator) (c Count, err error) {
	field := func(name string) string {
		if i, ok := at[name]; ok {
			return record[i]
		}
		return ""
	}
	if c.Begin, err = demand.ParseTime(field("begin")); err != nil {
		return c, fmt.Errorf("begin: %w", err)
	}
	if c.End, err = demand.ParseTime(field("end")); err != nil {
		return c, fmt.Errorf("end: %w", err)
	}
	if c.End <= c.Begin {
		return c, fmt.Errorf("end: %s is not after begin, %s", field("end"), field("begin"))
	}
	if c.Edge, err = locate.Edge(field("edge")); err != nil {
		return c, fmt.Errorf("edge: %w", err)
	}
	c.To, c.Name = network.None, field("edge")
	if to := field("to"); to != "" {
		if c.To, err = locate.Edge(to); err != nil {
			return c, fmt.Errorf("to: %w", err)
		}
		c.Name += " to " + to
	}
	c.Vehicles, err = strconv.ParseFloat(field("count"), 64)
	if err != nil || !(c.Vehicles >= 0 && c.Vehicles < 1e6) {
		return c, fmt.Errorf("count: %q, want a number from 0", field("count"))
	}
	switch use := field("use"); use {
	case "check":
		c.Held = true
	case "", "fit":
	default:
		return c, fmt.Errorf("use: %q, want fit or check", use)
	}
	return c, nil
}

// ReadFile reads counts from a file, plain or compressed by gzip; see Read.
func ReadFile(path string, p *demand.Places) ([]Count, error) {
	return bounded.ReadFile(path, func(in io.Reader) ([]Count, error) { return Read(in, p) })
}

// Write writes counts as Read reads them, by the numbers of their edges.
func Write(w io.Writer, all []Count) error {
	out := csv.NewWriter(w)
	_ = out.Write(columns) // Error tells
	for _, c := range all {
		to, use := "", "fit"
		if c.To != network.None {
			to = fmt.Sprintf("edge/%d", c.To)
		}
		if c.Held {
			use = "check"
		}
		_ = out.Write([]string{seconds(c.Begin), seconds(c.End), fmt.Sprintf("edge/%d", c.Edge), to, strconv.FormatFloat(c.Vehicles, 'f', -1, 64), use})
	}
	out.Flush()
	return out.Error()
}

func seconds(t float64) string { return strconv.FormatFloat(t, 'f', -1, 64) }

// GEH returns the statistic of G. E. Havers by which a model's flow is compared with a count, both vehicles an hour; below 5 they agree
// (Design Manual for Roads and Bridges, vol. 12, section 2, part 1).
func GEH(model, count float64) float64 {
	if model+count == 0 {
		return 0
	}
	return math.Sqrt(2 * (model - count) * (model - count) / (model + count))
}

// hours returns the length of a count in hours.
func (c *Count) hours() float64 { return (c.End - c.Begin) / 3600 }

// Agreement is how counts compare with what a model has instead.
type Agreement struct {
	Counts int     `json:"counts"`
	Within float64 `json:"geh_below_5"` // share of the counts
	Mean   float64 `json:"mean_geh"`
	Worst  float64 `json:"worst_geh"`
	// Bias is by how much the model's vehicles are more than those counted, as a share of these.
	Bias float64 `json:"bias"`
}

// Compare tells how counts that were fitted, and those held back, compare with a model's numbers of vehicles.
func Compare(all []Count, model []float64) (fitted, held Agreement) {
	sums := [2]struct{ within, geh, counted, modelled float64 }{}
	both := [2]*Agreement{&fitted, &held}
	for i := range all {
		c, k := &all[i], 0
		if c.Held {
			k = 1
		}
		geh := GEH(model[i]/c.hours(), c.Vehicles/c.hours())
		both[k].Counts++
		both[k].Worst = math.Max(both[k].Worst, geh)
		sums[k].geh += geh
		sums[k].counted += c.Vehicles
		sums[k].modelled += model[i]
		if geh < 5 {
			sums[k].within++
		}
	}
	for k, a := range both {
		if n := float64(a.Counts); n > 0 {
			a.Within, a.Mean = sums[k].within/n, sums[k].geh/n
		}
		if sums[k].counted > 0 {
			a.Bias = sums[k].modelled/sums[k].counted - 1
		}
	}
	return fitted, held
}
