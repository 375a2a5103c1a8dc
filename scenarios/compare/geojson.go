package compare

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"roadtwin/scenarios/results"
)

// WriteGeoJSON writes the edges of the map of q.Base as a GeoJSON collection (RFC 7946) with measures of them as properties, and returns
// how many there are. Without q.With the properties of each measure are its mean over the runs of q.Base, else what Compare tells. Edges
// whose geometry is not known, or without traffic, are left out.
func WriteGeoJSON(ctx context.Context, w io.Writer, db *results.DB, q Query) (n int, err error) {
	q.Level, q.Times = ByEdge, false
	if q.Measures == nil {
		q.Measures = usual[false]
	}
	properties, err := q.edgeProperties(ctx, db)
	if err != nil {
		return 0, err
	}
	edges, err := db.Edges(ctx, q.Base.Any().ID)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(w)
	fmt.Fprint(out, `{"type":"FeatureCollection","features":[`)
	for _, e := range edges {
		of := properties[e.Key]
		if of == nil || e.Geometry == "[]" || e.Key == "" {
			continue
		}
		of["edge"], of["osm_way"], of["name"], of["road"], of["lanes"], of["length_m"] = e.Edge, e.OSMWay, e.Name, e.Road, e.Lanes, math.Round(10*e.Length)/10
		text, err := json.Marshal(of)
		if err != nil {
			return n, fmt.Errorf("edge %d: %w", e.Edge, err)
		}
		if n > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(out, "\n"+`{"type":"Feature","geometry":{"type":"LineString","coordinates":%s},"properties":%s}`, e.Geometry, text)
		n++
	}
	fmt.Fprint(out, "\n]}\n")
	return n, out.Flush()
}

// edgeProperties returns the properties of each edge by its key.
func (q *Query) edgeProperties(ctx context.Context, db *results.DB) (map[string]map[string]any, error) {
	properties := map[string]map[string]any{}
	set := func(key, name string, v float64) {
		if properties[key] == nil {
			properties[key] = map[string]any{}
		}
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			properties[key][name] = v
		}
	}
	if len(q.With) == 0 {
		cells, err := readGroup(ctx, db, q.Base, ByEdge, false)
		if err != nil {
			return nil, err
		}
		for _, name := range q.Measures {
			m, err := PlaceMeasureNamed(name)
			if err != nil {
				return nil, err
			}
			for _, c := range cells.Cells() {
				set(c.Place, name, cells.Mean(&m, c))
			}
		}
		return properties, nil
	}
	rows, err := Compare(ctx, db, *q)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		name := r.Name
		if len(q.With) > 1 {
			name += "." + r.With
		}
		set(r.Place, name+".base", r.Base)
		set(r.Place, name+".variant", r.Variant)
		set(r.Place, name+".difference", r.Difference)
		set(r.Place, name+".ci95_low", r.CI95[0])
		set(r.Place, name+".ci95_high", r.CI95[1])
		set(r.Place, name+".p_adjusted", r.PAdjusted)
		properties[r.Place][name+".verdict"] = string(r.Verdict)
	}
	return properties, nil
}
