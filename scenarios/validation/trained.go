package validation

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"

	"roadtwin/vehicles/driver/r157"
	"roadtwin/vehicles/safety"
)

var trainedDrivers = Case{
	ID: "R157", Area: "safety", Slow: true,
	What:      "who of the trained drivers of UN R157 avoids which cut-in and which braking leader",
	Expected:  "the outcome of all 119,880 cut-ins and 3,363 braking leaders",
	Tolerance: "none",
	Kind:      Exact,
	Source:    "tables of ec-jrc/JRC-FSM@01b05c29, run unchanged; UN Regulation 157, Annex 4 Appendix 3 and paragraph 5.2.5.2",
	How: "Package r157 plays each row. Beside it, the same scenarios on roads of less friction than the drivers believe: share of crashes, published by nobody. " +
		"The whole table is in vehicles/driver/r157/README.md.",
	Note: "The published careful driver is taken to cope with everybody who comes in 2 s away or more, on any road: its shares are a lower bound.",
	measure: func(l *lab, r *Result) error {
		agree, rows, err := sameCutIns()
		if err != nil {
			return err
		}
		r.near("cut-ins with another outcome", "rows", 0, 0, float64(rows-agree))
		if agree, rows, err = sameFollowing(); err != nil {
			return err
		}
		r.near("braking leaders with another outcome", "rows", 0, 0, float64(rows-agree))
		for grid := range r157.NumGrids {
			for model := range r157.NumModels {
				if grid == r157.Following && model == r157.Reg157 {
					continue
				}
				for _, friction := range []float64{0.8, 0.6, 0.4, 0.2} {
					if l.ctx.Err() != nil {
						return l.ctx.Err()
					}
					crashes, all := grid.Crashes(model, friction)
					r.tell(fmt.Sprintf("%v, %v, friction %.1f: crashes", grid, model, friction), "%", 100*float64(crashes)/float64(all))
				}
			}
		}
		return nil
	},
}

// sameCutIns returns how many rows of the published table end as they do here, and how many there are.
func sameCutIns() (agree, rows int, err error) {
	err = packedRows("cut_in.csv.gz", []string{"model", "ego_kph", "cutin_kph", "long_dist", "lat_vel", "Crash type"}, func(m r157.Model, x []float64, _ []string) {
		c := r157.CutIn{Model: m, Speed: x[1] / 3.6, Other: x[2] / 3.6, Gap: x[3], LateralTenth: int(math.Round(10 * x[4]))}
		rows++
		if c.Run() == r157.Outcome(x[5]) {
			agree++
		}
	})
	return agree, rows, err
}

// sameFollowing does so for leaders that brake.
func sameFollowing() (agree, rows int, err error) {
	err = packedRows("car_following.csv.gz", []string{"model", "max_deceleration", "velocity", "speed_difference", "Crash"}, func(m r157.Model, x []float64, text []string) {
		f := r157.Follow{Model: m, Speed: x[2] / 3.6, Gap: r157.FollowingGap(m, x[2]/3.6), Brake: 9.81 * x[1]}
		rows++
		if got := f.Run(); got > 0 == (text[4] == "True") && math.Abs(got-x[3]) < 1e-9 {
			agree++
		}
	})
	return agree, rows, err
}

// packedRows calls row for each row of a table of the trained drivers with the columns of these names; what is no number is NaN.
func packedRows(name string, columns []string, row func(m r157.Model, x []float64, text []string)) error {
	path, err := besides("ad", "jrc_r157", name)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil || len(rows) < 2 {
		return fmt.Errorf("%s: %d rows: %w", path, len(rows), err)
	}
	at := make([]int, len(columns))
	for i, column := range columns {
		at[i] = -1
		for n, h := range rows[0] {
			if h == column {
				at[i] = n
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("%s: no column %s", path, column)
		}
	}
	x, text := make([]float64, len(columns)), make([]string, len(columns))
	for _, r := range rows[1:] {
		model, ok := r157.ParseModel(r[at[0]])
		if !ok {
			return fmt.Errorf("%s: unknown model %s", path, r[at[0]])
		}
		for i := range at {
			text[i] = r[at[i]]
			if x[i], err = strconv.ParseFloat(text[i], 64); err != nil {
				x[i] = math.NaN()
			}
		}
		row(model, x, text)
	}
	return nil
}

var surrogateMeasures = Case{
	ID: "M1", Area: "safety",
	What:      "time to collision and deceleration to avoid it of one car behind another, ten times a second",
	Expected:  "what SUMO's SSM device writes",
	Tolerance: "0.01 s, 0.001 m/s²",
	Kind:      Exact,
	Source:    "SUMO 1.15.0, device.ssm, two cars on one lane",
	How:       "safety.Follow on the trajectories that SUMO wrote; the largest deviation.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("ad", "sumo_ssm", "follow_ttc_drac.csv")
		if err != nil {
			return err
		}
		rows, err := readRows(path)
		if err != nil {
			return err
		}
		ttc, drac, n := 0.0, 0.0, 0
		for _, row := range rows[1:] {
			var x [8]float64
			for i := range x {
				if x[i], err = strconv.ParseFloat(row[i], 64); err != nil {
					x[i] = math.NaN()
				}
			}
			if math.IsNaN(x[6]) {
				continue
			}
			s := safety.Follow(x[0], x[3]-5-x[1], x[2], 0, x[4], 0, 1500, 1500)
			ttc, drac, n = math.Max(ttc, math.Abs(s.TTC-x[6])), math.Max(drac, math.Abs(s.DRAC-x[7])), n+1
		}
		r.within("largest deviation, TTC", "s", 0, 0, 0.01, ttc)
		r.within("largest deviation, DRAC", "m/s²", 0, 0, 1e-3, drac)
		r.tell("samples", "", float64(n))
		return nil
	},
}
