package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// twoRuns writes two runs with a trip and an interval each.
func twoRuns(t *testing.T) *DB {
	db := create(t)
	for seed := range uint64(2) {
		i := info
		i.Seed = seed
		w, err := db.Begin(i)
		if err != nil {
			t.Fatal(err)
		}
		w.Add(
			Edge{7, -42, "Market, \"Street\"", "primary", 120.5, 2, "-42:1-2", 13.9, 1, 2, "signal", "[[1,2],[3,4]]"},
			Junction{1, "a", "signalised", 1, 2}, Junction{2, "b", "plain", 3, 4}, Capacity{7, 1200}, PlaceEdge{"centre", "area", 7, 7},
			Trip{3, "car", 7, 8, 25200.5, 25201, 25300, 99, 60, 0.5, 900, 2, TripArrived, Unmeasured(), "commute", -300, 1 << 63},
			EdgeInterval{25200, 25500, 7, 10, 90, 300, 2000, 50, 1.5, 4, Burnt{1900, 600, 3, 0.1, 0.2}, 3, 80, 4000},
		)
		o := outcome
		o.Summary = []byte(`{"measures":{"mean_delay_s":12.5}}`)
		if err := w.Finish(o); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestTablesAndViewsAsCSV(t *testing.T) {
	db := twoRuns(t)
	for table, want := range map[string]map[string]string{
		"trips":         {"class": "car", "travel_time": "99", "co2": "", "state": "arrived", "trip": "3", "purpose": "commute", "shift_s": "-300"},
		"run_measures":  {"measure": "mean_delay_s", "value": "12.5", "variant": "wet"},
		"trip_measures": {"delay": "39.5", "travel_time_index": "1.65"},
		"edge_measures": {
			"name": "Market, \"Street\"", "speed_kmh": "24", "flow_vph": "1080", "volume_capacity_ratio": "0.9", "level_of_service": "D", "queue_p95": "3", "control_delay": "50",
			"density_vpkm": "4.149377593360996",
		},
		"place_edges": {"place": "centre", "edge": "7"},
		"edges":       {"osm_way": "-42", "speed_limit": "13.9"},
	} {
		var b bytes.Buffer
		n, err := db.WriteTable(t.Context(), table, []int64{2}, NewCSVWriter(&b))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || n != 1 || len(rows) != 2 {
			t.Fatalf("%s: %d rows told, %d lines, %v; want those of one run", table, n, len(rows), err)
		}
		for i, name := range rows[0] {
			if w, ok := want[name]; ok {
				if rows[1][i] != w {
					t.Errorf("%s.%s = %q, want %q", table, name, rows[1][i], w)
				}
				delete(want, name)
			}
		}
		if len(want) > 0 {
			t.Errorf("%s has no columns %v", table, want)
		}
	}
	if _, err := db.WriteTable(t.Context(), `trips"; DROP TABLE trips`, nil, NewCSVWriter(&bytes.Buffer{})); err == nil {
		t.Error("a table that is none was written")
	}
}

func TestParquetHasWhatTheTableHas(t *testing.T) {
	db := twoRuns(t)
	var b bytes.Buffer
	if n, err := db.WriteTable(t.Context(), "edge_measures", nil, NewParquetWriter(&b)); err != nil || n != 2 {
		t.Fatalf("%d rows, %v, want 2", n, err)
	}
	type row struct {
		Run     *int64   `parquet:"run,optional"`
		Name    *string  `parquet:"name,optional"`
		Speed   *float64 `parquet:"speed_kmh,optional"`
		Service *string  `parquet:"level_of_service,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows read, %v", len(rows), err)
	}
	if r := rows[1]; *r.Run != 2 || *r.Name != "Market, \"Street\"" || math.Abs(*r.Speed-24) > 1e-12 || *r.Service != "D" {
		t.Errorf("row = %d %s %g %s", *r.Run, *r.Name, *r.Speed, *r.Service)
	}
	b.Reset()
	if _, err := db.WriteTable(t.Context(), "trips", nil, NewParquetWriter(&b)); err != nil {
		t.Fatal(err)
	}
	type trip struct {
		CO2   *float64 `parquet:"co2,optional"`
		Stops *int64   `parquet:"stops,optional"`
	}
	trips, err := parquet.Read[trip](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(trips) != 2 || trips[0].CO2 != nil || *trips[0].Stops != 2 {
		t.Errorf("trips = %v, %v; want no emissions and 2 stops", trips, err)
	}
}

// Every table, view and column is in SCHEMA.md, and nothing else is.
func TestSchemaIsDocumented(t *testing.T) {
	data, err := os.ReadFile("SCHEMA.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	table := ""
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(line, "### "); ok {
			table = strings.TrimSpace(name)
			documented[table] = true
		}
		if cell, ok := strings.CutPrefix(line, "| `"); ok && table != "" {
			for _, name := range strings.Split(cell[:strings.Index(cell, "` |")], "`, `") {
				documented[table+"."+name] = true
			}
		}
	}
	db := create(t)
	tables, err := db.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if !documented[table] {
			t.Errorf("%s is not in SCHEMA.md", table)
		}
		delete(documented, table)
		columns, err := db.Columns(t.Context(), table)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			name := fmt.Sprintf("%s.%s", table, c.Name)
			if !documented[name] {
				t.Errorf("%s is not in SCHEMA.md", name)
			}
			delete(documented, name)
		}
	}
	for name := range documented {
		t.Errorf("%s is in SCHEMA.md, but not in the database", name)
	}
}
