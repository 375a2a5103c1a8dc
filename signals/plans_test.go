package signals_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
)

// vary returns a plan like p with other greens, offset and order of stages.
func vary(p signals.Plan, seed uint64) signals.Plan {
	random := rand.New(rand.NewPCG(seed, 1))
	q := p
	q.Stages = slices.Clone(p.Stages)
	for i := range q.Stages {
		q.Stages[i].Green = math.Round(q.Stages[i].Green*(1+random.Float64())*10) / 10
	}
	turn := random.IntN(len(q.Stages))
	q.Stages = slices.Concat(q.Stages[turn:], q.Stages[:turn])
	q.Offset = float64(random.IntN(100))
	return q
}

func TestPlansChangeSafelyAndKeepTheirOffset(t *testing.T) {
	for _, town := range towns(t) {
		s, plans := start(t, town)
		originals := slices.Clone(plans)
		w := newWatcher(t, town, plans)
		var now float64
		run := func(seconds float64) {
			for range int(seconds / step) {
				s.Step(now)
				w.see(s.Aspects())
				now = math.Round(now*10+1) / 10
			}
		}
		for edit := range uint64(6) {
			run(30 + 41*float64(edit))
			for i := range plans {
				plans[i] = vary(originals[i], edit)
				if err := s.SetPlan(plans[i]); err != nil {
					t.Fatalf("%s, edit %d: %v", town.name, edit, err)
				}
			}
		}
		run(600) // every plan in force and at its offset
		if s.Faults() > 0 {
			t.Errorf("%s: %d monitors tripped", town.name, s.Faults())
		}
		fresh, err := signals.New(town.net, plans)
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			s.Step(now)
			fresh.Step(now)
			if !slices.Equal(s.Aspects(), fresh.Aspects()) {
				t.Fatalf("%s at %.1f s: %v, want %v", town.name, now, s.Aspects(), fresh.Aspects())
			}
			now = math.Round(now*10+1) / 10
		}
	}
}

func TestNewRefusesWhatTheStreetMustNotSee(t *testing.T) {
	town := towns(t)[0]
	both := func(p *signals.Plan) {
		all := slices.Concat(p.Stages[0].Groups, p.Stages[1].Groups)
		slices.Sort(all)
		p.Stages[0].Groups = all
	}
	for _, row := range []struct {
		name  string
		spoil func(p *signals.Plan)
		want  string
	}{
		{"conflicting greens", both, "conflict and are green together"},
		{"short green", func(p *signals.Plan) { p.Stages[0].Green = 3 }, "minimum of"},
		{"short intergreen", func(p *signals.Plan) { p.Stages[1].Intergreen -= 0.2 }, "amber and all-red"},
		{"short amber", func(p *signals.Plan) { p.Groups[0].Amber = 1 }, "amber 1 s"},
		{"NaN", func(p *signals.Plan) { p.Stages[0].Green = math.NaN() }, "green NaN"},
		{"no stages", func(p *signals.Plan) { p.Stages = nil }, "no stages"},
		{"never green", func(p *signals.Plan) { p.Stages = p.Stages[:1]; p.Stages[0].Groups = p.Stages[0].Groups[:1] }, "green in no stage"},
		{"foreign group", func(p *signals.Plan) { p.Stages[0].Groups = []network.SignalGroupID{99} }, "not of this controller"},
		{"no such controller", func(p *signals.Plan) { p.Controller = 7 }, "there are 1 controllers"},
		{"offset", func(p *signals.Plan) { p.Offset = math.Inf(1) }, "offset"},
	} {
		plans, _ := signals.DefaultPlans(town.net)
		row.spoil(&plans[0])
		_, err := signals.New(town.net, plans)
		if err == nil || !strings.Contains(err.Error(), row.want) || !strings.Contains(err.Error(), "controller") {
			t.Errorf("%s: error %v, want one that says %q", row.name, err, row.want)
		}
	}
	plans, _ := signals.DefaultPlans(town.net)
	if _, err := signals.New(town.net, append(plans, plans[0])); err == nil {
		t.Error("two plans for one controller were accepted")
	}
}

// Stages drawn at random: New refuses them, or nobody at the roadside sees anything wrong.
func TestRandomStagesAreRefusedOrSafe(t *testing.T) {
	accepted, refused := 0, 0
	for n, town := range towns(t) {
		for seed := range uint64(60) {
			plans, _ := signals.DefaultPlans(town.net)
			plan := &plans[0]
			plan.Stages = randomStages(plan.Groups, seed*100+uint64(n))
			s, err := signals.New(town.net, plans[:1])
			if err != nil {
				refused++
				continue
			}
			accepted++
			w := newWatcher(t, town, plans[:1])
			for i := range int(2 * plan.Cycle() / step) {
				s.Step(float64(i) * step)
				w.see(s.Aspects())
			}
			if s.Faults() > 0 {
				t.Errorf("%s, seed %d: an accepted plan tripped the monitor: %+v", town.name, seed, *plan)
			}
		}
	}
	t.Logf("%d accepted, %d refused", accepted, refused)
	if accepted < 50 || refused < 50 {
		t.Errorf("%d accepted and %d refused: too few of one kind to mean anything", accepted, refused)
	}
}

// randomStages gives each group one of a few stages, and some of them a second.
func randomStages(groups []signals.GroupTiming, seed uint64) []signals.Stage {
	random := rand.New(rand.NewPCG(seed, 2))
	stages := make([]signals.Stage, 2+random.IntN(3))
	for i := range stages {
		stages[i].Green = 8 + float64(random.IntN(100))/10
		stages[i].Intergreen = 5 + float64(random.IntN(60))/10
	}
	for _, g := range groups {
		own := random.IntN(len(stages))
		for j := range stages {
			if j == own || random.Float64() < 0.1 {
				stages[j].Groups = append(stages[j].Groups, g.Group)
			}
		}
	}
	return stages
}
