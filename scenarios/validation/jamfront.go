package validation

import (
	"math"
	"slices"

	"roadtwin/network/sample"
	"roadtwin/scenarios/report"
	"roadtwin/vehicles/traffic"
)

// jamFront is a jam on one lane, which a slow vehicle made, and its front after that vehicle has gone.
var jamFront = Case{
	ID: "C5", Area: "car following",
	What:      "the downstream front of a jam, where drivers leave it, moves upstream",
	Expected:  "−18 ± 1 km/h; observers give −15 to −20",
	Tolerance: "−14 to −22 km/h",
	Kind:      Emergent,
	Source:    "Stipdonk et al., studylib.net/doc/18646466 (−18 ± 1 km/h); Treiber, traffic-simulation.de, info_Ring.html (−15 km/h)",
	How: "One lane of 6 km, limit 100 km/h, 1,500 cars/h at random. For 5 minutes the limit on 100 m behind metre 4,500 is 1.5 m/s, which makes a jam of slow and standing cars " +
		"before it. When it is gone, each car's place and time when it comes above 20 km/h again for good, up to the 60th; the front's speed is the slope of the least squares line. Six seeds. " +
		"The same for a standing queue behind a signal at 50 km/h, from the moment each car comes above 5 km/h.",
	measure: func(l *lab, r *Result) error {
		const seeds = 6
		jam, line := make([]float64, seeds), make([]float64, seeds)
		var shown []report.Path
		err := l.each(2*seeds, func(i int) error {
			seed, paths := uint64(i/2+1), (*[]report.Path)(nil)
			if i == 0 {
				paths = &shown
			}
			var err error
			if i%2 == 0 {
				jam[i/2], err = l.creepingJam(seed, paths)
			} else {
				line[i/2], err = l.dissolvingQueue(seed)
			}
			return err
		})
		if err != nil {
			return err
		}
		v, ci := meanCI(jam)
		r.within("front of a jam on a motorway lane", "km/h", -18, -22, -14, 3.6*v).ci(3.6 * ci)
		v, ci = meanCI(line)
		r.within("dissolution of a queue at a signal", "km/h", -18, -22, -14, 3.6*v).ci(3.6 * ci)
		r.Figures = append(r.Figures, report.Plot{
			Title: "A jam before 100 m of walking pace (minutes 10 to 15), and its front afterwards", Wide: true,
			X:     report.Axis{Label: "time (s)", Min: 500, Max: 1500},
			Y:     report.Axis{Label: "place (m)", Min: 1500, Max: 5500},
			Marks: []report.Mark{{Kind: report.Tracks, Name: "speed", Paths: shown, Least: 0, Most: 105, Unit: "km/h"}},
		})
		return nil
	},
}

// creepingJam returns the speed in m/s of the downstream front of a jam. It appends the trajectories to paths, if not nil.
func (l *lab) creepingJam(seed uint64, paths *[]report.Path) (float64, error) {
	const limit, creep, from, gone = 100 * kmh, 1.5, 600.0, 900.0
	w, err := l.world(sample.Motorway(sample.MotorwaySpec{Lanes: 1, SpeedLimit: limit, Sections: []sample.MotorwaySection{{Length: 4500}, {Length: 100}, {Length: 1400}}}), setup{seed: seed})
	if err != nil {
		return 0, err
	}
	defer w.Close()
	if _, err := w.AddTrips(trips(seed, []stream{steady(0, 2, 1500, 1800)})); err != nil {
		return 0, err
	}
	freed := newReleases(20*kmh, 8*kmh)
	g := newGantry(newCourse(w.net, 0, 1, 2))
	tracks := map[traffic.VehicleID]int{}
	next := 0.0
	g.look = func(v *traffic.VehicleState, x float64) {
		freed.see(w.Time(), v, x)
		if paths == nil || w.Time() < next || v.ID%2 != 0 || x < 1500 || x > 5500 {
			return
		}
		k, ok := tracks[v.ID]
		if !ok {
			k = len(*paths)
			tracks[v.ID] = k
			*paths = append(*paths, report.Path{})
		}
		p := &(*paths)[k]
		p.X, p.Y, p.Value = append(p.X, w.Time()), append(p.Y, x), append(p.Value, 3.6*v.V)
	}
	watch := func() {
		g.step(w)
		if w.Time() >= next {
			next += 4
		}
	}
	for _, part := range []struct{ limit, until float64 }{{limit, from}, {creep, gone}, {limit, 1800}} {
		if err := w.Queue(traffic.Command{Kind: traffic.SetSpeedLimit, Edge: 1, Limit: part.limit}); err != nil {
			return 0, err
		}
		if err := w.until(part.until, watch); err != nil {
			return 0, err
		}
	}
	return freed.front(gone), nil
}

// releases notes where and when vehicles leave a jam.
type releases struct {
	above, below float64 // m/s: who has been slower than below leaves the jam when it is faster than above
	jammed       map[traffic.VehicleID]bool
	last         map[traffic.VehicleID]int // index of its last release: it may be caught once more
	t, x         []float64
}

func newReleases(above, below float64) *releases {
	return &releases{above: above, below: below, jammed: map[traffic.VehicleID]bool{}, last: map[traffic.VehicleID]int{}}
}

func (f *releases) see(t float64, v *traffic.VehicleState, x float64) {
	switch {
	case v.V < f.below:
		f.jammed[v.ID] = true
	case v.V > f.above && f.jammed[v.ID]:
		f.jammed[v.ID] = false
		if k, ok := f.last[v.ID]; ok {
			f.t[k], f.x[k] = t, x
			return
		}
		f.last[v.ID] = len(f.t)
		f.t, f.x = append(f.t, t), append(f.x, x)
	}
}

// front returns the speed in m/s at which the place of release moves, by the first 60 vehicles after from (s).
func (f *releases) front(from float64) float64 {
	var t, x []float64
	order := make([]int, len(f.t))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if f.t[a] < f.t[b] {
			return -1
		}
		return 1
	})
	for _, i := range order {
		if f.t[i] >= from && len(t) < 60 {
			t, x = append(t, f.t[i]), append(x, f.x[i])
		}
	}
	if len(t) < 10 {
		return math.NaN()
	}
	b, _ := slope(t, x)
	return b
}
