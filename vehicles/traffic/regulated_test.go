package traffic

import (
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/network/sample"
	"roadtwin/signals"
	"roadtwin/vehicles"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/driver/r157"
	"roadtwin/vehicles/dynamics"
)

// cutInStage is a straight road of one lane with two cars, of which the one behind drives by a model of UN R157 and the one ahead as it is
// told.
type cutInStage struct {
	w     *World
	empty *Snapshot
	rule  r157.Model
}

const (
	ahead, behind = VehicleID(0), VehicleID(1)
	carLength     = 4.3 // m, of the published scenes
	apartAtFirst  = 1.6 // m between the sides
	sidewaysRamp  = 1.5 // m/s², up to the speed to the side
)

func newStage(t *testing.T, rule r157.Model, dt float64) *cutInStage {
	t.Helper()
	net, err := network.Build(sample.Corridor(sample.CorridorSpec{Length: 4000, OneWay: true, SpeedLimit: 40}))
	if err != nil {
		t.Fatal(err)
	}
	system, err := signals.New(net, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := driver.Default()
	p.Model, p.TimeGap, p.Reaction = driver.Regulated(rule), r157.Headway, rule.Reaction()
	pop, err := driver.NewPopulation(driver.Options{All: &p})
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(Config{
		Net: net, Signals: system, Router: route.New(net), Envelopes: dynamics.NewTables(vehicles.Classes()), Workers: 1,
		StepTime: dt, Drivers: pop,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	if _, err := w.AddTrips([]Trip{{FromPos: AtBoundary, ToPos: AtBoundary}, {Depart: 2, FromPos: AtBoundary, ToPos: AtBoundary}}); err != nil {
		t.Fatal(err)
	}
	for w.stats.OnRoad < 2 {
		w.Step()
	}
	return &cutInStage{w, w.Snapshot(), rule}
}

// cutIn is a scene of the published table: see r157.CutIn.
type cutIn struct {
	speed, other, gap, sideways float64 // m/s, m/s, m as the sides are 1.6 m apart, m/s
}

// play makes the scene and reports whether the one behind runs into the other; staged is false where it comes beside it, which nobody who
// changes lanes in the engine begins.
func (s *cutInStage) play(t *testing.T, c cutIn) (crashed, staged bool) {
	t.Helper()
	w := s.w
	if err := w.Restore(s.empty); err != nil {
		t.Fatal(err)
	}
	const lead = 2.0 // s before the scene, in which it comes near
	o, at := w.find(ahead)
	v, _ := w.find(behind)
	width := w.classes[o.class].Width
	o.length, v.length = carLength, carLength
	v.s, v.v, v.a, v.pedal, v.wish = 100, c.speed, 0, 0, float32(c.speed)
	crashes := w.stats.Crashes
	steps := int(math.Round(lead / w.cfg.StepTime))
	for k := -steps; float64(k)*w.cfg.StepTime < 40; k++ {
		now := float64(k) * w.cfg.StepTime
		o, v = &w.tracks[at].vs[0], &w.tracks[at].vs[1]
		o.s, o.v, o.a = 100+float64(c.speed*lead)+c.gap+float64(c.other*now)+carLength, c.other, 0
		o.pedal, o.wish = 0, float32(max(c.other, crawl))
		apart := c.apart(now)
		o.lateral = float32(width + apart)
		o.flags |= movesRight
		if apart <= -width {
			o.lateral, o.flags = 0, o.flags&^movesRight
		}
		switch gap := o.rear() - v.s; {
		case w.stats.Crashes > crashes:
			return true, apart <= 0
		case gap <= 0.5 && apart > 0:
			return false, false
		case apart <= 0 && v.v <= c.other && gap > 0 && v.a >= 0:
			return false, true
		}
		w.tracks[at].stir()
		w.Step()
		if w.audit != (Audit{}) {
			t.Fatalf("%v %+v: audit %+v", s.rule, c, w.audit)
		}
	}
	return w.stats.Crashes > crashes, true
}

// apart returns the distance in m between the sides after now s.
func (c *cutIn) apart(now float64) float64 {
	if now >= 0 {
		return max(apartAtFirst-float64(c.sideways*now), -1.9)
	}
	ramp := c.sideways / sidewaysRamp // s that it took to be as fast
	if -now <= ramp {
		return apartAtFirst - c.sideways*now - 0.5*sidewaysRamp*now*now
	}
	return apartAtFirst + 0.5*c.sideways*ramp
}

// TestCutInsInTheEngineEndAsPublished plays a sample of the published scenes (ec-jrc/JRC-FSM@01b05c29) in the engine: its lanes, its
// following, its brakes and its tyres. Left out are those in which the other comes beside or behind the driver's front, which nobody who
// changes lanes in the engine begins, and those in which it does not come over at all. What is left differs where metres decide: brakes take a
// tenth of a second to build up, which uses up all the margin of Reg157; a step of 0.2 s perceives later; and the careful driver, of
// whom the table takes it that one who comes in 2 s away is no danger, cannot always stop.
func TestCutInsInTheEngineEndAsPublished(t *testing.T) {
	rows := publishedCutIns(t)
	for _, c := range []struct {
		step  float64
		share [r157.NumModels]float64 // of the scenes that end as published, at least
	}{
		{0.1, [r157.NumModels]float64{0.98, 0.98, 0.99, 0.97}},
		{0.2, [r157.NumModels]float64{0.98, 0.98, 0.985, 0.94}},
	} {
		for rule := range r157.NumModels {
			s := newStage(t, rule, c.step)
			var all, same, crashes, besides int
			for i, r := range rows {
				if i%41 != 0 || r.rule != rule || r.outcome == r157.Struck || r.sideways == 0 {
					continue
				}
				crashed, staged := s.play(t, r.cutIn)
				if !staged {
					continue
				}
				all++
				if crashed {
					crashes++
				}
				switch {
				case crashed == (r.outcome == r157.RanInto):
					same++
				case crashed:
					besides++
				}
			}
			t.Logf("steps of %g s, %v: %d scenes, %d crash, %d end as published, %d crash besides", c.step, rule, all, crashes, same, besides)
			if all < 400 || crashes < 25 || float64(same) < c.share[rule]*float64(all) {
				t.Errorf("steps of %g s, %v: %d of %d scenes end as published, want %g %% of 400 and more", c.step, rule, same, all, 100*c.share[rule])
			}
		}
	}
}

type published struct {
	cutIn
	rule    r157.Model
	outcome r157.Outcome
}

func publishedCutIns(t *testing.T) (all []published) {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "ad", "jrc_r157", "cut_in.csv.gz"))
	if err != nil {
		t.Skip("reference data not beside the repository")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		rule, ok := r157.ParseModel(r[1])
		if !ok {
			t.Fatalf("unknown model %s", r[1])
		}
		var x [8]float64
		for i := 2; i < 8; i++ {
			if x[i], err = strconv.ParseFloat(r[i], 64); err != nil {
				t.Fatal(err)
			}
		}
		all = append(all, published{cutIn{x[2] / 3.6, x[3] / 3.6, x[4], x[5]}, rule, r157.Outcome(x[7])})
	}
	return all
}
