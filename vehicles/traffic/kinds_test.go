package traffic

import (
	"testing"

	"roadtwin/vehicles"
	"roadtwin/vehicles/safety"
)

// What two do who are near a collision is told by what they are doing.
func TestConflictsAreToldByKind(t *testing.T) {
	w := &World{classes: vehicles.Classes(), layout: &layout{places: []place{{isLane: true}, {}}}}
	w.cfg.StepTime = 0.2
	const lane, connector slot = 0, 1
	for _, c := range []struct {
		own, other uint16 // flags
		want       safety.Kind
	}{{0, 0, safety.RearEnd}, {movesLeft, 0, safety.LaneChange}, {0, movesRight, safety.LaneChange}} {
		wk := &worker{}
		v, o := vehicle{s: 10, v: 15, id: 1, flags: c.own}, vehicle{s: 20, v: 5, length: 4, id: 2, flags: c.other}
		w.noteFollowing(wk, &v, &o, lane, 6)
		if len(wk.critical) != 1 || wk.critical[0].kind != c.want || wk.critical[0].sample.TTC != 0.6 {
			t.Errorf("flags %b and %b: %+v, want %v and a TTC of 0.6 s", c.own, c.other, wk.critical, c.want)
		}
	}
	for _, c := range []struct {
		on, from slot
		want     safety.Kind
	}{{lane, nowhere, safety.RearEnd}, {connector, connector, safety.RearEnd}, {connector, 5, safety.Merging}} {
		wk := &worker{}
		v, o := vehicle{s: 10, v: 15, id: 1}, tail{s: 3, v: 5, id: 2, from: c.from}
		w.noteTail(wk, &v, &o, c.on, 6)
		if len(wk.critical) != 1 || wk.critical[0].kind != c.want {
			t.Errorf("on %d behind one from %d: %+v, want %v", c.on, c.from, wk.critical, c.want)
		}
	}
	wk := &worker{}
	v, o := vehicle{s: 10, flags: isCrashed}, vehicle{s: 20, flags: isCrashed}
	if w.noteFollowing(wk, &v, &o, lane, 6); len(wk.critical) != 0 {
		t.Error("wrecks are told as near misses")
	}
}
