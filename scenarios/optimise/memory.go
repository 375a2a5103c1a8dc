package optimise

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/scenarios/results"
)

// Kept is a Memory in a results file.
type Kept struct {
	db    *results.DB
	id    int64
	known forgetful
}

// Remember opens the memory of a search in db: with the trials of an earlier one that had the same settings, scenario, map
// and version of the program, if there was any; trials depend on nothing else. started is the time on the wall.
func Remember(ctx context.Context, db *results.DB, city *scenarios.City, s *scenarios.Scenario, o scenarios.Options, set Settings, version string, started time.Time) (*Kept, error) {
	about := struct {
		Controllers []network.ControllerID `json:"controllers"`
		Clock       Clock                  `json:"clock"`
		Step        float64                `json:"step_s"`
		Options     [2]float64             `json:"options"` // step time and demand of the command line
		Begin, End  *float64               `json:",omitempty"`
	}{set.Controllers, set.Clock, set.Step, [2]float64{o.StepTime, o.Demand}, o.Begin, o.End}
	settings, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, part := range []string{s.Hash(), city.Hash(), version, string(settings)} {
		sum.Write([]byte(part + "\n"))
	}
	k := &Kept{db: db, known: forgetful{}}
	var made []results.OptimisationTrial
	k.id, made, err = db.BeginOptimisation(ctx, results.Optimisation{
		Key: hex.EncodeToString(sum.Sum(nil)), Scenario: s.Name, Text: s.Text(), Hash: s.Hash(), MapHash: city.Hash(),
		Version: version, Settings: settings, Started: started,
	})
	if err != nil {
		return nil, err
	}
	for i := range made {
		var m Measures
		if json.Unmarshal(made[i].Measures, &m) == nil {
			k.known[trialKey{made[i].Candidate, made[i].Seed, made[i].Whole}] = m
		}
	}
	return k, nil
}

// Trials returns how many trials are known.
func (k *Kept) Trials() int { return len(k.known) }

// Recall returns what a trial came to.
func (k *Kept) Recall(candidate string, seed uint64, whole bool) (Measures, bool) {
	return k.known.Recall(candidate, seed, whole)
}

// Keep keeps it, on disk when it returns.
func (k *Kept) Keep(candidate, origin string, timing *Timing, seed uint64, whole bool, m Measures) error {
	trial := results.OptimisationTrial{Candidate: candidate, Seed: seed, Whole: whole, Origin: origin}
	var err error
	if trial.Timing, err = json.Marshal(timing); err != nil {
		return err
	}
	if trial.Measures, err = json.Marshal(m); err != nil {
		return err
	}
	k.known[trialKey{candidate, seed, whole}] = m
	// What was measured is kept even while a search is being ended.
	return k.db.KeepTrials(context.Background(), k.id, []results.OptimisationTrial{trial})
}

// Outcome keeps what was found.
func (k *Kept) Outcome(outcome any) error {
	text, err := json.Marshal(outcome)
	if err != nil {
		return err
	}
	return k.db.KeepOutcome(context.Background(), k.id, text)
}
