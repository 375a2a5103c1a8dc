package results

import (
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// ColumnType is what the values of a column are.
type ColumnType uint8

// The types.
const (
	Text ColumnType = iota
	Integer
	Real
)

// Column is a column of a table or view.
type Column struct {
	Name string
	Type ColumnType
}

// Tables returns the tables and views of the file that hold results, sorted.
func (db *DB) Tables(ctx context.Context) ([]string, error) {
	return query(ctx, db, func(rows *sql.Rows) (name string, err error) { return name, rows.Scan(&name) },
		`SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name`)
}

// Columns returns the columns of a table or view but those of bytes, which programs keep for themselves. Columns of views that are computed have no declared type: they are Text if one of the
// first values is, else Real.
func (db *DB) Columns(ctx context.Context, table string) ([]Column, error) {
	tables, err := db.Tables(ctx)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(tables, table) {
		return nil, fmt.Errorf("results %s: there is no table %q; there are %s", db.path, table, strings.Join(tables, ", "))
	}
	return query(ctx, db, func(rows *sql.Rows) (c Column, err error) {
		var declared string
		if err = rows.Scan(&c.Name, &declared); err != nil {
			return c, err
		}
		switch {
		case declared == "INTEGER":
			c.Type = Integer
		case declared == "REAL":
			c.Type = Real
		case declared == "":
			c.Type, err = db.guess(ctx, table, c.Name)
		}
		return c, err
	}, `SELECT name, type FROM pragma_table_info(?1)
		WHERE type <> 'BLOB' OR ?1 IN (SELECT name FROM sqlite_master WHERE type = 'view')`, table)
}

// guess looks at values of a computed column.
func (db *DB) guess(ctx context.Context, table, column string) (ColumnType, error) {
	var text sql.NullInt64
	column = quoteName(column)
	err := db.read.QueryRowContext(ctx, `SELECT max(typeof(`+column+`) = 'text') FROM (SELECT `+column+` FROM `+quoteName(table)+
		` WHERE `+column+` IS NOT NULL LIMIT 1000)`).Scan(&text)
	if text.Int64 == 1 {
		return Text, err
	}
	return Real, err
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// TableWriter takes the rows of a table; nil is NULL, other values are int64, float64 or string as the column says.
type TableWriter interface {
	Begin(columns []Column) error
	Row(values []any) error
	End() error
}

// WriteTable writes a table or view, of the runs given (all for none) where it has runs, and returns how many rows it has.
func (db *DB) WriteTable(ctx context.Context, table string, runs []int64, to TableWriter) (n int, err error) {
	columns, err := db.Columns(ctx, table)
	if err != nil {
		return 0, err
	}
	if err := to.Begin(columns); err != nil {
		return 0, err
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoteName(c.Name)
	}
	text, args := `SELECT `+strings.Join(names, ", ")+` FROM `+quoteName(table), []any(nil)
	of := "run"
	if table == "runs" {
		of = "id"
	}
	if len(runs) > 0 && slices.ContainsFunc(columns, func(c Column) bool { return c.Name == of }) {
		text += ` WHERE ` + of + ` IN (?` + strings.Repeat(`, ?`, len(runs)-1) + `)`
		for _, run := range runs {
			args = append(args, run)
		}
	}
	values, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	var failed error
	err = db.Query(ctx, func(scan func(...any) error) error {
		if err := scan(at...); err != nil {
			return err
		}
		for i, c := range columns {
			values[i] = c.value(values[i])
		}
		n++
		failed = to.Row(values)
		return failed
	}, text, args...)
	if failed != nil {
		return n, failed
	}
	if err != nil {
		return n, err
	}
	return n, to.End()
}

// value returns what SQLite gave as the type of the column.
func (c Column) value(v any) any {
	if b, ok := v.([]byte); ok {
		v = string(b)
	}
	switch x := v.(type) {
	case nil:
		return nil
	case int64:
		switch c.Type {
		case Real:
			return float64(x)
		case Text:
			return strconv.FormatInt(x, 10)
		}
	case float64:
		switch c.Type {
		case Integer:
			return int64(x)
		case Text:
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
	case string:
		if c.Type != Text {
			return nil
		}
	}
	return v
}

// CSVWriter writes a table as CSV (RFC 4180) with a header; NULL is empty.
type CSVWriter struct {
	w      *csv.Writer
	fields []string
}

// NewCSVWriter returns a TableWriter of CSV.
func NewCSVWriter(w io.Writer) *CSVWriter { return &CSVWriter{w: csv.NewWriter(w)} }

// Begin writes the header.
func (c *CSVWriter) Begin(columns []Column) error {
	c.fields = make([]string, len(columns))
	for i := range columns {
		c.fields[i] = columns[i].Name
	}
	return c.w.Write(c.fields)
}

// Row writes a row.
func (c *CSVWriter) Row(values []any) error {
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			c.fields[i] = ""
		case float64:
			c.fields[i] = strconv.FormatFloat(v, 'g', -1, 64)
		case int64:
			c.fields[i] = strconv.FormatInt(v, 10)
		case string:
			c.fields[i] = v
		}
	}
	return c.w.Write(c.fields)
}

// End writes what is left.
func (c *CSVWriter) End() error {
	c.w.Flush()
	return c.w.Error()
}

// ParquetWriter writes a table as Apache Parquet: every column optional, Zstandard compression.
type ParquetWriter struct {
	w     io.Writer
	to    *parquet.GenericWriter[any]
	order []int // column of the file of each column of the table
	row   parquet.Row
}

// NewParquetWriter returns a TableWriter of Parquet.
func NewParquetWriter(w io.Writer) *ParquetWriter { return &ParquetWriter{w: w} }

// Begin makes the schema. Parquet-go sorts the columns of a schema by name.
func (p *ParquetWriter) Begin(columns []Column) error {
	group, names := parquet.Group{}, make([]string, len(columns))
	for i, c := range columns {
		node := parquet.String()
		switch c.Type {
		case Integer:
			node = parquet.Int(64)
		case Real:
			node = parquet.Leaf(parquet.DoubleType)
		}
		group[c.Name] = parquet.Compressed(parquet.Optional(node), &parquet.Zstd)
		names[i] = c.Name
	}
	sorted := slices.Sorted(slices.Values(names))
	for _, name := range names {
		p.order = append(p.order, slices.Index(sorted, name))
	}
	p.row = make(parquet.Row, len(columns))
	p.to = parquet.NewGenericWriter[any](p.w, parquet.NewSchema("row", group))
	return nil
}

// Row writes a row.
func (p *ParquetWriter) Row(values []any) error {
	for i, v := range values {
		at, defined := p.order[i], 1
		if v == nil {
			defined = 0
		}
		p.row[at] = parquet.ValueOf(v).Level(0, defined, at)
	}
	_, err := p.to.WriteRows([]parquet.Row{p.row})
	return err
}

// End writes the footer.
func (p *ParquetWriter) End() error { return p.to.Close() }
