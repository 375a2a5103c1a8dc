package results

import (
	"context"
	"database/sql"
	"math"
)

// Burnt is what was burnt and emitted; NaN where it was not measured.
type Burnt struct {
	CO2, Fuel, NOx, PM float64 // g
	Electricity        float64 // kWh from batteries, net of what was put back
}

// Unmeasured is the Burnt of what was not measured.
func Unmeasured() Burnt {
	unknown := math.NaN()
	return Burnt{unknown, unknown, unknown, unknown, unknown}
}

func (b Burnt) append(dst []any) []any {
	return append(dst, known(b.CO2), known(b.Fuel), known(b.NOx), known(b.PM), known(b.Electricity))
}

const burntColumns = `co2, fuel, nox, pm, electricity`

// scan returns what reads burntColumns into b.
func (b *Burnt) scan() []any {
	return []any{orNaN{&b.CO2}, orNaN{&b.Fuel}, orNaN{&b.NOx}, orNaN{&b.PM}, orNaN{&b.Electricity}}
}

// Conflict is a near miss: an encounter in which a measure crossed its threshold. A measure that there was not is NaN.
type Conflict struct {
	Time               float64 // s after midnight, when it was worst
	Begin, End         float64 // s after midnight
	Trip, Other        int64   // the vehicle behind or second, and the one ahead or first
	Kind               string
	Edge               int     // -1 inside a junction
	Junction           string  // "" on an edge
	Position           float64 // m
	Lon, Lat           float64
	TTC, MTTC, PET     float64 // s
	DRAC               float64 // m/s²
	TET                float64 // s
	TIT                float64 // s²
	DeltaV, OtherDelta float64 // m/s
	Speed, OtherSpeed  float64 // m/s
}

func (Conflict) insert() string {
	return `INSERT INTO conflicts (run, time_s, begin_s, end_s, trip, other, kind, edge, junction, position, lon, lat, ttc, mttc, pet,
		drac, tet, tit, delta_v, other_delta_v, speed, other_speed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
}

func (r Conflict) append(dst []any) []any {
	return append(dst, r.Time, r.Begin, r.End, r.Trip, r.Other, r.Kind, natural(r.Edge), r.Junction, r.Position, r.Lon, r.Lat,
		known(r.TTC), known(r.MTTC), known(r.PET), known(r.DRAC), r.TET, r.TIT, r.DeltaV, r.OtherDelta, r.Speed, r.OtherSpeed)
}

// Conflicts returns the conflicts of a run, in the order in which they ended.
func (db *DB) Conflicts(ctx context.Context, run int64) ([]Conflict, error) {
	return query(ctx, db, func(rows *sql.Rows) (r Conflict, err error) {
		edge := sql.NullInt64{}
		err = rows.Scan(&r.Time, orNaN{&r.Begin}, orNaN{&r.End}, &r.Trip, &r.Other, &r.Kind, &edge, &r.Junction, orNaN{&r.Position},
			orNaN{&r.Lon}, orNaN{&r.Lat}, orNaN{&r.TTC}, orNaN{&r.MTTC}, orNaN{&r.PET}, orNaN{&r.DRAC}, orNaN{&r.TET}, orNaN{&r.TIT},
			orNaN{&r.DeltaV}, orNaN{&r.OtherDelta}, orNaN{&r.Speed}, orNaN{&r.OtherSpeed})
		r.Edge = orMinusOne(edge)
		return r, err
	}, `SELECT time_s, begin_s, end_s, trip, other, kind, edge, junction, position, lon, lat, ttc, mttc, pet, drac, tet, tit, delta_v,
		other_delta_v, speed, other_speed FROM conflicts WHERE run = ? ORDER BY id`, run)
}
