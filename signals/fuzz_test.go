package signals_test

import (
	"testing"

	"roadtwin/network"
	"roadtwin/signals"
)

// A random plan is refused, or the monitor has nothing to say and the watcher sees nothing.
func FuzzPlan(f *testing.F) {
	all := towns(f)
	f.Add(uint8(0), []byte{})
	f.Add(uint8(1), []byte{0, 3, 200, 1, 7, 9, 2, 2, 50})
	f.Add(uint8(5), []byte{4, 0, 30, 0, 1, 1, 3, 3, 255, 2, 1, 60})
	f.Fuzz(func(t *testing.T, which uint8, edits []byte) {
		town := all[int(which)%len(all)]
		plans, _ := signals.DefaultPlans(town.net)
		plan := &plans[0]
		for ; len(edits) >= 3; edits = edits[3:] {
			edit(plan, edits[0], edits[1], float64(edits[2])/4)
		}
		s, err := signals.New(town.net, plans[:1])
		if err != nil {
			return
		}
		w := newWatcher(t, town, plans[:1])
		for i := range 1500 {
			s.Step(float64(i) * step)
			w.see(s.Aspects())
		}
		if s.Faults() > 0 {
			t.Errorf("an accepted plan tripped the monitor: %+v", *plan)
		}
	})
}

func edit(p *signals.Plan, what, where byte, value float64) {
	stage := &p.Stages[int(where)%len(p.Stages)]
	group := &p.Groups[int(where)%len(p.Groups)]
	switch what % 8 {
	case 0:
		stage.Green = value
	case 1:
		stage.Intergreen = value / 4
	case 2:
		group.Amber = value / 8
	case 3:
		group.AllRed = value / 8
	case 4:
		group.MinGreen = value / 4
	case 5:
		p.Offset = value
	case 6: // a group more in a stage, or one less
		g := group.Group
		var groups []network.SignalGroupID
		found := false
		for _, x := range stage.Groups {
			if x > g && !found {
				groups, found = append(groups, g), true
			}
			if x == g {
				found = true
				continue
			}
			groups = append(groups, x)
		}
		if !found {
			groups = append(groups, g)
		}
		stage.Groups = groups
	case 7:
		p.Stages = append(p.Stages, *stage)
	}
}

// States come from files: damaged ones are refused, and what is accepted can be run.
func FuzzRestoreState(f *testing.F) {
	town := towns(f)[2]
	s, plans := start(f, town)
	s.Step(20)
	f.Add(s.AppendState(nil))
	if err := s.SetPlan(vary(plans[0], 1)); err != nil {
		f.Fatal(err)
	}
	f.Add(s.AppendState(nil))
	for i := range 12 {
		s.Step(20 + 10*float64(i))
		f.Add(s.AppendState(nil))
	}
	f.Fuzz(func(t *testing.T, state []byte) {
		s, _ := start(t, town)
		if s.RestoreState(state) != nil {
			return
		}
		for i := range 100 {
			s.Step(200 + float64(i))
		}
	})
}
