package rare

import (
	"cmp"
	"math"
	"slices"
)

// numFeatures is how many numbers an episode is compared by.
const numFeatures = 10

// features returns what an episode is compared by: speeds of the two some time before and at the event, how they are to each other,
// friction, how near they came.
func (e *Episode) features() (f [numFeatures]float64) {
	one, other := e.roles()
	at := func(v *Vehicle, back float64) *State {
		i := int(math.Round((e.Event.Time-e.Begin-back)/e.Step)) - v.First
		return &v.Path[max(0, min(i, len(v.Path)-1))]
	}
	if one != nil {
		f[0], f[1] = at(one, 3).V, at(one, e.Step).V
	}
	if other != nil {
		f[2], f[3] = at(other, 3).V, at(other, e.Step).V
		turn := math.Remainder(at(one, e.Step).Heading-at(other, e.Step).Heading, 2*math.Pi)
		f[4], f[5] = math.Cos(turn), math.Sin(turn)
		a, b := at(one, 3), at(other, 3)
		f[6] = math.Min(50, math.Hypot(a.X-b.X, a.Y-b.Y))
	}
	f[7] = 1
	for _, l := range e.Lanes {
		for _, x := range l.Friction {
			if l.Track == e.Event.Track && x.From <= e.Event.S && e.Event.S <= x.To {
				f[7] = x.Mu
			}
		}
	}
	if d := e.Measures.DeltaV; d != nil {
		f[8] = *d
	}
	if e.Striking != nil {
		f[9] = e.Striking.Braking
	}
	return f
}

// roles returns the two of an episode; nil for who is not there.
func (e *Episode) roles() (one, other *Vehicle) {
	for i := range e.Vehicles {
		switch v := &e.Vehicles[i]; v.Role {
		case Striker:
			one = v
		case Other:
			other = v
		}
	}
	if one == nil {
		other = nil
	}
	return one, other
}

// Cluster are episodes that are like one another. Indices are into what Clusters was given.
type Cluster struct {
	Typical int     // the one that is nearest to all others, by their weights
	Members []int   // nearest to the typical one first
	Weight  float64 // events an hour that they stand for
}

// mostClustered bounds what clustering, which compares all with all, is given: the rest joins the nearest cluster.
const mostClustered = 1500

// Clusters sorts episodes into at most k kinds: k-medoids (L. Kaufman, P. J. Rousseeuw, Finding Groups in Data (1990), chapter 2) over
// standardised features, begun with the most different ones. The heaviest comes first.
func Clusters(all []*Episode, k int) []Cluster {
	points := standardised(all)
	n := min(len(all), mostClustered)
	if n == 0 || k < 1 {
		return nil
	}
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = max(all[i].Weight, 1e-300)
	}
	medoids := mostDifferent(points[:n], min(k, n), typicalOf(points[:n], weights, nil))
	for range 20 {
		members := assign(points[:n], medoids)
		changed := false
		for c, m := range members {
			if best := typicalOf(points[:n], weights, m); best >= 0 && best != medoids[c] {
				medoids[c], changed = best, true
			}
		}
		if !changed {
			break
		}
	}
	var clusters []Cluster
	for c, m := range assign(points, medoids) {
		if len(m) == 0 {
			continue
		}
		x := Cluster{Typical: medoids[c], Members: m}
		for _, i := range m {
			x.Weight += all[i].Weight
		}
		slices.SortStableFunc(x.Members, func(a, b int) int {
			return cmp.Compare(apart(&points[a], &points[x.Typical]), apart(&points[b], &points[x.Typical]))
		})
		clusters = append(clusters, x)
	}
	slices.SortStableFunc(clusters, func(a, b Cluster) int { return cmp.Compare(b.Weight, a.Weight) })
	return clusters
}

// MostDifferent returns up to k episodes that are far from one another, the most typical one first.
func MostDifferent(all []*Episode, k int) []int {
	if len(all) == 0 || k < 1 {
		return nil
	}
	n := min(len(all), mostClustered)
	points, weights := standardised(all)[:n], make([]float64, n)
	for i := range weights {
		weights[i] = max(all[i].Weight, 1e-300)
	}
	return mostDifferent(points, min(k, n), typicalOf(points, weights, nil))
}

// standardised returns the features with mean 0 and deviation 1.
func standardised(all []*Episode) [][numFeatures]float64 {
	points := make([][numFeatures]float64, len(all))
	var sum, square [numFeatures]float64
	for i, e := range all {
		points[i] = e.features()
		for k, x := range points[i] {
			sum[k] += x
			square[k] += x * x
		}
	}
	n := float64(max(1, len(all)))
	for k := range sum {
		mean := sum[k] / n
		deviation := math.Sqrt(max(0, square[k]/n-mean*mean))
		for i := range points {
			if points[i][k] -= mean; deviation > 1e-9 {
				points[i][k] /= deviation
			}
		}
	}
	return points
}

func apart(a, b *[numFeatures]float64) float64 {
	sum := 0.0
	for k := range a {
		sum += (a[k] - b[k]) * (a[k] - b[k])
	}
	return math.Sqrt(sum)
}

// typicalOf returns the point that is nearest to all of members, by weight; nil means all points. -1 if there are none.
func typicalOf(points [][numFeatures]float64, weights []float64, members []int) int {
	if members == nil {
		for i := range points {
			members = append(members, i)
		}
	}
	best, least := -1, math.Inf(1)
	for _, i := range members {
		sum := 0.0
		for _, k := range members {
			sum += weights[k] * apart(&points[i], &points[k])
		}
		if sum < least {
			best, least = i, sum
		}
	}
	return best
}

// mostDifferent returns k points, each the farthest from those before it, beginning with first.
func mostDifferent(points [][numFeatures]float64, k, first int) []int {
	chosen := []int{first}
	nearest := make([]float64, len(points))
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for len(chosen) < k {
		last, far, at := chosen[len(chosen)-1], -1.0, -1
		for i := range points {
			if nearest[i] = min(nearest[i], apart(&points[i], &points[last])); nearest[i] > far {
				far, at = nearest[i], i
			}
		}
		if far <= 0 {
			break
		}
		chosen = append(chosen, at)
	}
	return chosen
}

// assign returns the points nearest to each medoid.
func assign(points [][numFeatures]float64, medoids []int) [][]int {
	members := make([][]int, len(medoids))
	for i := range points {
		best := 0
		for c := range medoids {
			if apart(&points[i], &points[medoids[c]]) < apart(&points[i], &points[medoids[best]]) {
				best = c
			}
		}
		members[best] = append(members[best], i)
	}
	return members
}

// TypeShare is how much of what was found is of a type.
type TypeShare struct {
	Type     Type
	Episodes int
	Weight   float64 // events an hour
	Share    float64 // %
}

// Shares returns the types of episodes, the heaviest first.
func Shares(all []*Episode) (shares []TypeShare) {
	var by [NumTypes + 1]TypeShare
	total := 0.0
	for _, e := range all {
		t := e.Type
		if t < 0 || t > NumTypes {
			t = 0
		}
		by[t].Type = t
		by[t].Episodes++
		by[t].Weight += e.Weight
		total += e.Weight
	}
	for _, s := range by {
		if s.Episodes > 0 {
			s.Share = 100 * s.Weight / total
			shares = append(shares, s)
		}
	}
	slices.SortStableFunc(shares, func(a, b TypeShare) int { return cmp.Compare(b.Weight, a.Weight) })
	return shares
}
