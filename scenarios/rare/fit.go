package rare

import (
	"math"
	"math/bits"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// Numbers of the search for a tilt, all of them judgements: the share of a pilot's cases that are learnt from, how far one goes
// towards what was learnt, and the bounds that keep weights in hand.
const (
	eliteShare  = 0.05
	learning    = 0.7
	mostTrait   = 3.0  // of Tilt.Traits
	mostShare   = 0.9  // of what is a matter of yes or no
	leastMix    = 0.05 // of shares
	priorCases  = 4.0  // as is, that are added to what is learnt from
	mostStages  = 6
	fewEvents   = 5
	leastStages = 2   // the first is drawn by explore
	mostTimes   = 1e4 // of Tilt.Lapses
	pilotSeries = 1 << 56
)

// explore returns the law of the first stage of a pilot: what is seldom is drawn as often as not, so that what it leads to is seen at
// all. Nothing can be learnt of what never occurs.
func explore(s *Scene, defensive float64) *Tilt {
	t := newTilt(s, defensive)
	for i := range t.Skies {
		if s.Skies[i].Share > 0 {
			t.Skies[i] = 0.5*t.Skies[i] + 0.5/float64(len(t.Skies))
		}
	}
	normalise(t.Skies)
	for i := range t.Patches {
		t.Patches[i] = max(t.Patches[i], exploredPatches/float64(len(t.Patches)))
	}
	if s.Drivers.RedRunning > 0 {
		t.Red = max(t.Red, explored)
	}
	for class, p := range t.Faulty {
		if p > 0 {
			t.Faulty[class] = max(p, explored)
		}
	}
	t.Lapses = exploredLapses
	t.prepare(s)
	return t
}

// How often explore draws what is seldom: judgements.
const (
	explored        = 0.25
	exploredPatches = 0.7 // in all
	exploredLapses  = 20.0
)

// lesson is what a pilot's case teaches.
type lesson struct {
	c      *draft
	score  float64
	event  bool
	weight float64
	who    int // the trip that is to blame; -1 if nobody is
	lapses traffic.Lapses
}

// lessonOf returns what a case teaches. To blame is who passed red, else who came from behind or second.
func lessonOf(c *draft, r *played) lesson {
	l := lesson{c: c, score: r.score, event: r.event, weight: r.weight, who: -1}
	if r.one != traffic.NoVehicle {
		l.who = int(r.one)
	}
	for _, id := range [...]traffic.VehicleID{r.one, r.other} {
		if id != traffic.NoVehicle && int(id) < len(c.trips) && c.trips[id].RunsRed != 0 && r.values[qRed] > 0 {
			l.who = int(id)
		}
	}
	if l.who >= 0 && l.who < len(r.lapses) {
		l.lapses = r.lapses[l.who]
	}
	return l
}

// learn returns the law that is nearest, by cross-entropy, to that of the best of the cases drawn by t; done if these are events. R. Y. Rubinstein,
// D. P. Kroese, The Cross-Entropy Method (2004), algorithm 2.3.
func (t *Tilt) learn(s *Scene, all []lesson) (next *Tilt, done bool) {
	slices.SortStableFunc(all, func(a, b lesson) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	events := 0
	for events < len(all) && all[events].event {
		events++
	}
	wanted := max(int(eliteShare*float64(len(all))), 1)
	done = events >= wanted
	n := events // events teach better than what came near one: of the others each may weigh more than all of them
	if events < fewEvents {
		for n = wanted; n < len(all) && all[n].score == all[n-1].score && all[n].score > 0; n++ {
		}
	}
	elite := all[:n]
	next = newTilt(s, t.Defensive)
	next.learnRoads(s, t, elite)
	next.learnWho(s, t, elite)
	if events < fewEvents {
		next.keepExploring(explore(s, t.Defensive))
	}
	next.prepare(s)
	return next, done
}

// keepExploring keeps what is seldom as often as e draws it: what came near an event may have to do without it.
func (t *Tilt) keepExploring(e *Tilt) {
	for i := range t.Patches {
		t.Patches[i] = max(t.Patches[i], e.Patches[i])
	}
	for i := range t.Skies {
		t.Skies[i] = (t.Skies[i] + e.Skies[i]) / 2
	}
	for class := range t.Faulty {
		t.Faulty[class] = max(t.Faulty[class], e.Faulty[class])
	}
	t.Red, t.Lapses = max(t.Red, e.Red), max(t.Lapses, e.Lapses)
}

// learnRoads learns what lay on the roads.
func (t *Tilt) learnRoads(s *Scene, before *Tilt, elite []lesson) {
	total := priorCases * meanWeight(elite)
	skies := make([]float64, len(s.Skies))
	for i := range skies {
		skies[i] = total * s.Skies[i].Share
	}
	there, could := make([]float64, len(s.Patches)), make([]float64, len(s.Patches))
	for i, p := range s.Patches {
		there[i], could[i] = total*p.Share, total
	}
	for _, l := range elite {
		total += l.weight
		skies[l.c.sky] += l.weight
		for i, p := range s.Patches {
			if p.Sky < 0 || p.Sky == l.c.sky {
				could[i] += l.weight
				if l.c.patches>>i&1 != 0 {
					there[i] += l.weight
				}
			}
		}
	}
	for i := range skies {
		if s.Skies[i].Share > 0 {
			t.Skies[i] = toward(before.Skies[i], (1-leastMix)*skies[i]/total+leastMix*s.Skies[i].Share)
		}
	}
	normalise(t.Skies)
	for i := range there {
		t.Patches[i] = bounded(toward(before.Patches[i], there[i]/could[i]), s.Patches[i].Share)
	}
}

func meanWeight(all []lesson) float64 {
	sum := 0.0
	for _, l := range all {
		sum += l.weight
	}
	return sum / float64(max(1, len(all)))
}

func toward(before, learnt float64) float64 { return learning*learnt + (1-learning)*before }

// bounded keeps a probability between what it is and mostShare.
func bounded(q, p float64) float64 { return max(p, min(mostShare, q)) }

func normalise(shares []float64) {
	total := 0.0
	for _, x := range shares {
		total += x
	}
	for i := range shares {
		shares[i] /= total
	}
}

// learnWho learns who was to blame, and how.
func (t *Tilt) learnWho(s *Scene, before *Tilt, elite []lesson) {
	prior := priorCases * meanWeight(elite)
	total, red, lines := prior, prior*s.Drivers.RedRunning, prior
	had, expected := prior, prior
	var mean [driver.NumTraits]float64
	flows := make([]float64, len(s.Flows))
	for i := range flows {
		flows[i] = prior * t.Flows[i]
	}
	var faulty, of [network.NumVehicleClasses]float64
	for _, l := range elite {
		if l.who < 0 || l.who >= len(l.c.trips) {
			continue
		}
		trip := &l.c.trips[l.who]
		total += l.weight
		flows[l.c.flow[l.who]] += l.weight
		for k, z := range traits[int(trip.Driver-1)%driver.Types] {
			mean[k] += l.weight * z
		}
		mask := before.masks[l.c.flow[l.who]]
		red += l.weight * float64(bits.OnesCount64(trip.RunsRed&mask))
		lines += l.weight * float64(bits.OnesCount64(mask))
		of[trip.Class] += l.weight
		if isFaulty(&l.c.states[l.who]) {
			faulty[trip.Class] += l.weight
		}
		had += l.weight * float64(l.lapses.Had)
		expected += l.weight * l.lapses.Expected
	}
	for k := range mean {
		mean[k] /= total
	}
	t.Traits = solveTraits(mean)
	for k := range t.Traits {
		t.Traits[k] = toward(before.Traits[k], t.Traits[k])
	}
	for i := range flows {
		t.Flows[i] = toward(before.Flows[i], (1-leastMix)*flows[i]/total+leastMix*t.Flows[i])
	}
	normalise(t.Flows)
	t.Red = bounded(toward(before.Red, red/lines), s.Drivers.RedRunning)
	for class := range faulty {
		p := s.faults(network.VehicleClass(class))
		t.Faulty[class] = bounded(toward(before.Faulty[class], (faulty[class]+prior*p)/(of[class]+prior)), p)
	}
	t.Lapses = max(1, min(mostTimes, toward(before.Lapses, had/expected)))
}

// solveTraits returns the weights at which the types have these mean traits: Newton's method with the variances alone.
func solveTraits(mean [driver.NumTraits]float64) (theta [driver.NumTraits]float64) {
	for range 50 {
		var sum, square [driver.NumTraits]float64
		total := 0.0
		for i := range traits {
			x := 0.0
			for k, z := range traits[i] {
				x += theta[k] * z
			}
			p := math.Exp(x)
			total += p
			for k, z := range traits[i] {
				sum[k] += p * z
				square[k] += p * z * z
			}
		}
		for k := range theta {
			m := sum[k] / total
			variance := max(0.02, square[k]/total-m*m)
			theta[k] = max(-mostTrait, min(mostTrait, theta[k]+0.7*(mean[k]-m)/variance))
		}
	}
	return theta
}
