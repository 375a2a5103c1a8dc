package r157

// Grid is a set of published scenarios.
type Grid uint8

// The grids.
const (
	LowSpeed  Grid = iota // cut-ins at 20 to 60 km/h, the regulation's first scope
	HighSpeed             // at 70 to 130 km/h
	Following             // leaders that brake by 0.05 to 0.95 g at 12 to 128 km/h
	NumGrids
)

var gridNames = [NumGrids]string{"cut-in, 20 to 60 km/h", "cut-in, 70 to 130 km/h", "leader brakes"}

// String names the grid for people.
func (g Grid) String() string { return gridNames[g] }

// Crashes plays all scenarios of g with a driver on a road of that friction, and returns how many there are and how many end in a crash.
func (g Grid) Crashes(m Model, friction float64) (crashes, all int) {
	if g == Following {
		return followingCrashes(m, friction)
	}
	for _, c := range g.cutIns(m, friction) {
		if c.Run() != Avoided {
			crashes++
		}
		all++
	}
	return crashes, all
}

func (g Grid) cutIns(m Model, friction float64) []CutIn {
	type pair struct{ own, other float64 }
	var pairs []pair
	first, stride, gaps := 1.0, 1.0, 59
	if g == LowSpeed {
		for own := 20.0; own <= 60; own += 10 {
			for other := 10.0; other < own; other += 10 {
				pairs = append(pairs, pair{own, other})
			}
		}
	} else {
		stride, gaps = 2, 60
		for own := 70.0; own <= 130; own += 20 {
			for other := 10.0; other < own; other += 30 {
				pairs = append(pairs, pair{own, other})
			}
		}
	}
	var all []CutIn
	for _, p := range pairs {
		for i := range gaps {
			for side := range 18 {
				all = append(all, CutIn{
					Model: m, Speed: p.own / 3.6, Other: p.other / 3.6, Gap: first + stride*float64(i), LateralTenth: side, Friction: friction,
				})
			}
		}
	}
	return all
}

func followingCrashes(m Model, friction float64) (crashes, all int) {
	for kph := 12.0; kph <= 128; kph += 2 {
		for i := 1; i <= 19; i++ {
			f := Follow{Model: m, Speed: kph / 3.6, Gap: FollowingGap(m, kph/3.6), Brake: 9.81 * 0.05 * float64(i), Friction: friction}
			if f.Run() > 0 {
				crashes++
			}
			all++
		}
	}
	return crashes, all
}
