package validation

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"

	"roadtwin/vehicles/emission"
)

var hbefaRates = Case{
	ID: "E1", Area: "emissions",
	What:      "carbon dioxide and fuel of 14 vehicle classes at 28 speeds and accelerations",
	Expected:  "the table of SUMO's emissionsMap",
	Tolerance: "1e-4 relative",
	Kind:      Exact,
	Source:    "Handbook Emission Factors for Road Transport 3.1 as SUMO 1.15 has it, HBEFA3/*",
	How:       "emission.Model.Rate at every checkpoint; the largest relative deviation of each substance.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("reference", "8_emissions", "hbefa3_checkpoints_sumo115.csv")
		if err != nil {
			return err
		}
		rows, err := readRows(path)
		if err != nil {
			return err
		}
		substances := map[string]emission.Substance{"CO2": emission.CO2, "fuel": emission.Fuel, "NOx": emission.NOx, "PMx": emission.PM}
		worst := map[string]float64{}
		for _, row := range rows[1:] {
			model, ok := emission.ParseModel(row[0])
			if !ok {
				return fmt.Errorf("%s: unknown class %s", path, row[0])
			}
			var x [3]float64
			for i := range x {
				if x[i], err = strconv.ParseFloat(row[i+2], 64); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
			}
			got := model.Rate(substances[row[1]], x[0], x[1])
			worst[row[1]] = math.Max(worst[row[1]], math.Abs(got-x[2])/math.Max(x[2], 1e-9))
		}
		r.within("largest deviation, CO2", "", 0, 0, 1e-4, worst["CO2"])
		r.within("largest deviation, fuel", "", 0, 0, 1e-4, worst["fuel"])
		return nil
	},
}

// readRows returns the rows of a CSV file with its head; lines that begin with # are left out.
func readRows(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	return rows, nil
}
