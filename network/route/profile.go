package route

import (
	"math"

	"roadtwin/network"
)

// Profile are travel times by the time of day, as a run experienced them: what it takes from the start of an edge to the
// start of the next, by the turn that is taken there, for those who come onto the edge at some time. Between the middles of
// its intervals times are interpolated, and where they fall they fall by less than a second a second, so that nobody
// arrives earlier by leaving later (FIFO: A. Orda, R. Rom, "Shortest-path and minimum-delay algorithms in networks with
// time-dependent edge-length", J. ACM 37, 1990; without it, Dijkstra's algorithm would be wrong: D. E. Kaufman, R. L.
// Smith, "Fastest paths in time-dependent networks for IVHS application", IVHS Journal 1, 1993).
//
// Fill it with Add and Close, then call Complete; from then on it is immutable and safe for concurrent use.
type Profile struct {
	r     *Router
	begin float64 // s since Monday 00:00
	step  float64 // s of an interval
	n     int
	// Sums while it is filled, by arc (or edge) and interval.
	arcTook, edgeTook []int64 // ms, so that the order of adding does not matter
	arcs, edges       []int32
	// What comes of it, s.
	arcTime, edgeTime []float32
	shut              map[network.EdgeID][]Stretch
}

// Stretch is a time, s since Monday 00:00.
type Stretch struct{ From, Until float64 }

// NewProfile returns an empty profile of n intervals of step seconds each, the first of which begins at begin, s since
// Monday 00:00. Before it the times are those of the first interval, after the last those of the last.
func (r *Router) NewProfile(begin, step float64, n int) *Profile {
	return &Profile{
		r: r, begin: begin, step: step, n: n,
		arcTook: make([]int64, len(r.arcs)*n), arcs: make([]int32, len(r.arcs)*n),
		edgeTook: make([]int64, len(r.free)*n), edges: make([]int32, len(r.free)*n),
		shut: map[network.EdgeID][]Stretch{},
	}
}

// Add counts a vehicle that came onto edge from at a time and onto edge to so many s later.
func (p *Profile) Add(from, to network.EdgeID, at, took float64) {
	k := p.interval(at)
	ms := int64(math.Round(took * 1000))
	p.edgeTook[int(from)*p.n+k] += ms
	p.edges[int(from)*p.n+k]++
	for a := p.r.first[from]; a < p.r.first[from+1]; a++ {
		if p.r.arcs[a].To == to {
			p.arcTook[int(a)*p.n+k] += ms
			p.arcs[int(a)*p.n+k]++
			return
		}
	}
}

// Close says that nobody may come onto an edge during a time.
func (p *Profile) Close(e network.EdgeID, during Stretch) { p.shut[e] = append(p.shut[e], during) }

func (p *Profile) interval(at float64) int {
	return int(math.Max(0, math.Min(float64(p.n-1), math.Floor((at-p.begin)/p.step))))
}

// Complete turns sums into times. An arc that nobody took in an interval takes what others on its edge took, one where
// nobody was what it takes at free-flow; no arc takes less than that, the typical wait at its end included (see Query),
// so that one lucky arrival at green does not make a way.
func (p *Profile) Complete() {
	r := p.r
	p.arcTime, p.edgeTime = make([]float32, len(r.arcs)*p.n), make([]float32, len(r.free)*p.n)
	for e := range r.free {
		row := p.edgeTime[e*p.n : (e+1)*p.n]
		for k := range row {
			row[k] = float32(math.Max(r.free[e], mean(p.edgeTook[e*p.n+k], p.edges[e*p.n+k])))
		}
		for a := r.first[e]; a < r.first[e+1]; a++ {
			arc := &r.arcs[a]
			least := r.free[e] + float64(arc.Wait) + float64(arc.Turn)
			times := p.arcTime[int(a)*p.n : (int(a)+1)*p.n]
			for k := range times {
				took := float64(row[k])
				if n := p.arcs[int(a)*p.n+k]; n > 0 {
					took = mean(p.arcTook[int(a)*p.n+k], n)
				}
				times[k] = float32(math.Max(least, took))
			}
			p.queueInTurn(times)
		}
		p.queueInTurn(row)
	}
	p.arcTook, p.arcs, p.edgeTook, p.edges = nil, nil, nil, nil
}

// mean returns the mean in s of n times that are total ms together; 0 without any.
func mean(total int64, n int32) float64 {
	if n == 0 {
		return 0
	}
	return float64(total) / 1000 / float64(n)
}

// queueInTurn raises times that fall by more than a second a second: who comes later cannot pass who came before.
func (p *Profile) queueInTurn(times []float32) {
	for k := 1; k < len(times); k++ {
		times[k] = max(times[k], times[k-1]-float32(p.step*0.999)) // a thousandth for rounding
	}
}

// at returns what a row of times is at a time, s.
func (p *Profile) at(times []float32, time float64) float64 {
	x := (time-p.begin)/p.step - 0.5
	if !(x > 0) { // also where there is but one interval and x is not a number
		return float64(times[0])
	}
	k := int(x)
	if k >= p.n-1 || x > float64(p.n) {
		return float64(times[p.n-1])
	}
	share := x - float64(k)
	return float64(float64(times[k])*(1-share)) + float64(float64(times[k+1])*share)
}

// arc returns the s from the start of an edge to the start of the next along the arc of index a, for who comes onto the
// edge at a time.
func (p *Profile) arc(a int32, time float64) float64 {
	return p.at(p.arcTime[int(a)*p.n:(int(a)+1)*p.n], time)
}

// edge returns the s from the start of edge e to its end.
func (p *Profile) edge(e network.EdgeID, time float64) float64 {
	return p.at(p.edgeTime[int(e)*p.n:(int(e)+1)*p.n], time)
}

// closed reports whether nobody may come onto edge e at a time.
func (p *Profile) closed(e network.EdgeID, time float64) bool {
	if len(p.shut) == 0 {
		return false
	}
	for _, s := range p.shut[e] {
		if time >= s.From && time < s.Until {
			return true
		}
	}
	return false
}
