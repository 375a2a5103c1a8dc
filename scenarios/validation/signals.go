package validation

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"roadtwin/signals"
	"roadtwin/signals/timing"
)

var websterCycles = Case{
	ID: "S3", Area: "signals",
	What:      "Webster's optimum cycle",
	Expected:  "58 s; 77 s",
	Tolerance: "0.5 s",
	Kind:      Exact,
	Source:    "worked problems: L = 16 s, Y = 0.5; L = 12 s, Y = 0.7 (F. V. Webster: Traffic signal settings, RRTP 39, 1958)",
	How:       "timing.OptimumCycle.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("reference", "5_signals", "webster_cycle_cases.csv")
		if err != nil {
			return err
		}
		rows, err := readRows(path)
		if err != nil {
			return err
		}
		for _, row := range rows[1:] {
			var x [3]float64
			for i := range x {
				if x[i], err = strconv.ParseFloat(row[i], 64); err != nil {
					break // the row that says the formula
				}
			}
			if err != nil {
				continue
			}
			cycle, err := timing.OptimumCycle(x[0], x[1])
			if err != nil {
				return err
			}
			published, err := strconv.ParseFloat(row[3], 64)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			r.near(fmt.Sprintf("L = %s s, Y = %s", row[0], row[1]), "s", published, 0.5, cycle)
		}
		return nil
	},
}

var manualDelays = Case{
	ID: "S4", Area: "signals",
	What:      "control delay of the HCM's example problem 1, from its flows, lanes and phases",
	Expected:  "32.4, 37.0, 70.0 and 19.6 s by approach; 45.9 s for the junction",
	Tolerance: "0.5 s",
	Kind:      Exact,
	Source:    "HCM 7th ed., ch. 31, sec. 10, example problem 1 (exhibits 31-69 to 31-83), as crosstraffic/transportations-library quotes them",
	How: "timing.Junction.Analyse: flows by lane, saturation flows with parking, pedestrians and permitted left turns, capacity, delay. The phases last what the example publishes as the " +
		"averages of its actuated controller.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("reference", "5_signals", "hcm_worked_signal_examples.json")
		if err != nil {
			return err
		}
		var file manualExamples
		if err := readJSON(path, &file); err != nil {
			return err
		}
		junction := file.First.Input.junction()
		got, err := junction.Analyse()
		if err != nil {
			return err
		}
		for i := range junction.Approaches {
			name := junction.Approaches[i].Name
			r.near(name, "s", file.First.Approaches[name], 0.5, got.Approaches[i].Delay)
		}
		r.near("junction", "s", file.First.Junction, 0.5, got.Junction.Delay)
		for _, want := range file.First.Groups {
			for k := range got.Groups {
				g := &got.Groups[k]
				if junction.Approaches[g.Approach].Name == want.Approach && manualGroups[want.Group] == g.Kind {
					r.tell(fmt.Sprintf("%s %v, published %.1f", want.Approach, g.Kind, want.Delay), "s", g.Delay)
				}
			}
		}
		return nil
	},
}

var ambers = Case{
	ID: "S5", Area: "signals",
	What:      "amber by speed and gradient",
	Expected:  "3.28 s at 50 km/h on the level; the table",
	Tolerance: "0.01 s",
	Kind:      Exact,
	Source:    "ITE's kinematic formula t + v/(2a + 2Gg), as PE handbook 5.4.3 has it; cases derived from it",
	How:       "signals.AmberTime, before the rounding up to tenths and the limits of the country's law that plans get.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("reference", "5_signals", "yellow_and_clearance.json")
		if err != nil {
			return err
		}
		var file struct {
			Cases []struct {
				Speed float64 `json:"v_kmh"`
				Level float64 `json:"Y_level_s"`
				Down  float64 `json:"Y_-3pct_s"`
				Up    float64 `json:"Y_+3pct_s"`
			} `json:"metric_cases_DERIVED"`
		}
		if err := readJSON(path, &file); err != nil {
			return err
		}
		for _, c := range file.Cases {
			for _, g := range []struct{ gradient, want float64 }{{0, c.Level}, {-0.03, c.Down}, {0.03, c.Up}} {
				r.near(fmt.Sprintf("%.0f km/h, %+.0f %%", c.Speed, 100*g.gradient), "s", g.want, 0.01, signals.AmberTime(c.Speed*kmh, g.gradient))
			}
		}
		return nil
	},
}

var platoons = Case{
	ID: "S6", Area: "signals",
	What:      "platoon dispersion: smoothing factor and delay",
	Expected:  "0.1683 and 28.85 steps at 33.54 s; the table",
	Tolerance: "0.001; 0.01 steps",
	Kind:      Exact,
	Source:    "HCM 7th ed., ch. 30, as crosstraffic/transportations-library has it; cases derived",
	How:       "timing.HCMDispersion with steps of a second.",
	measure: func(_ *lab, r *Result) error {
		path, err := besides("reference", "5_signals", "platoon_dispersion.json")
		if err != nil {
			return err
		}
		var file struct {
			Checks []struct {
				Time  float64 `json:"t_R_s"`
				F     float64 `json:"F"`
				Steps float64 `json:"t_prime_steps"`
			} `json:"numeric_check_DERIVED"`
		}
		if err := readJSON(path, &file); err != nil {
			return err
		}
		for _, c := range file.Checks {
			d := timing.HCMDispersion(c.Time, 1)
			r.near(fmt.Sprintf("smoothing factor at %g s", c.Time), "", c.F, 1e-3, d.Smoothing)
			r.near(fmt.Sprintf("delay at %g s", c.Time), "steps", c.Steps, 0.01, d.Delay)
		}
		return nil
	},
}

// readJSON reads a file of published numbers.
func readJSON(path string, into any) error {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
