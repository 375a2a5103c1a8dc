package route

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mathext"

	"roadtwin/network"
)

// Perception is how travellers misjudge the ways they could take, so that not all of them take the quickest. Each link
// costs a traveller what it takes and an error that is the traveller's own: errors of different links are independent,
// with a variance proportional to the link's free-flow time. So ways that share streets share errors, and dividing a
// street into more links changes nothing: the probit model of route choice (C. F. Daganzo, Y. Sheffi, "On stochastic
// models of traffic assignment", Transportation Science 11, 1977; Y. Sheffi, "Urban transportation networks", 1985,
// ch. 11), with gamma distributed errors in place of normal ones, since no link may cost less than nothing (O. A. Nielsen,
// "A stochastic transit assignment model considering differences in passengers' utility functions", Transportation
// Research B 34, 2000).
//
// The error of a link of t seconds is doubtful·t·(g-1), where g is gamma distributed with mean 1: at least
// (1-doubtful)·t remains of every link, which keeps the lower bounds of a search useful.
//
// A Perception is immutable and safe for concurrent use.
type Perception struct {
	keys   []uint64  // by edge
	scale  []float32 // by edge: s that the error goes through, doubtful·free time
	levels []uint8   // by edge: the row of gammaTable
	beta   float64   // s: the variance of the error of a way over its free-flow time, Sheffi's β
}

const (
	// referenceTrip is the free-flow time in s of a trip whose time is perceived with a standard deviation of the spread.
	referenceTrip = 600
	// doubtful is the share of a link's free-flow time that errors go through [assumed].
	doubtful = 0.5
	// MaxSpread is the largest spread: beyond it hardly any link is perceived as it is.
	MaxSpread = 0.5
	// MaxDetour is by how much the way that a traveller takes may be longer than the quickest, as a share of it
	// [assumed]: drivers observed by GPS in Minneapolis were mostly within a few minutes of the quickest way, and two thirds
	// did not take it (S. Zhu, D. Levinson, "Do people use the shortest path?", PLoS ONE 10, 2015).
	MaxDetour = 0.3
)

// NewPerception returns how travellers of a network perceive it; spread is the standard deviation of what they think a trip
// of ten minutes takes, as a share of it, above 0 and up to MaxSpread.
func (r *Router) NewPerception(spread float64) *Perception {
	n := len(r.net.Edges)
	p := &Perception{keys: r.keys, scale: make([]float32, n), levels: make([]uint8, n)}
	p.beta = float64(spread*spread) * referenceTrip
	for e := range n {
		free := r.free[e]
		if math.IsInf(free, 0) || math.IsNaN(free) {
			free = 0
		}
		p.scale[e] = float32(doubtful * free)
		p.levels[e] = levelOf(doubtful * doubtful * free / p.beta)
	}
	return p
}

// error returns the s by which a traveller takes edge e for longer than it is; more than -doubtful times its free time.
func (p *Perception) error(traveller uint64, e network.EdgeID) float64 {
	u := scramble(traveller ^ p.keys[e])
	g := gammaTable()[p.levels[e]][u>>(64-quantileBits)]
	return float64(p.scale[e]) * float64(g-1)
}

// least returns what a way that takes at least so many s is hardly ever perceived as less than: two standard deviations
// below, and never under what is certain of it. On a grid of 5,040 edges a search that relies on it found the same ways as
// one that relies on what is certain alone, at two thirds of the cost; one standard deviation would halve it, but favours
// the quickest of two ways by 4 % (TestProbit).
func (p *Perception) least(ahead float64) float64 {
	return math.Max((1-doubtful)*ahead, ahead-2*math.Sqrt(p.beta*ahead))
}

// edgeKey identifies an edge by what is left when a network is numbered otherwise, or mirrored east-west: the way it came
// from, the places between which it runs, and its length.
func edgeKey(net *network.Network, id network.EdgeID) uint64 {
	e := &net.Edges[id]
	h := scramble(uint64(e.OSMWay))
	for _, b := range []byte(e.Ref) {
		h = scramble(h ^ uint64(b))
	}
	for _, j := range [2]network.JunctionID{e.From, e.To} {
		at := net.Junctions[j].Position
		h = scramble(h ^ uint64(int64(math.Round(math.Abs(at.X)*10))))
		h = scramble(h ^ uint64(int64(math.Round(at.Y*10))))
	}
	return scramble(h ^ uint64(int64(e.Length+0.37))) // whole metres, with no common length at the edge of rounding
}

// scramble is the SplitMix64 finaliser (Steele, Lea, Flood, OOPSLA 2014) of x and a constant.
func scramble(x uint64) uint64 {
	z := x + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// The gamma distribution is tabulated by shape, two to an octave, and by quantile.
const (
	quantileBits = 8
	leastShape   = 1.0 / 64 // of level 0
	perOctave    = 2
	levelCount   = 14*perOctave + 1
)

// levelOf returns the level whose shape is nearest to one.
func levelOf(shape float64) uint8 {
	level := math.Round(perOctave * math.Log2(math.Max(shape, leastShape)/leastShape)) //nolint:forbidigo // rounded
	return uint8(min(level, levelCount-1))
}

// gammaTable returns the quantiles of gamma distributions of mean 1, rounded to 1e-6, so that they are the same on every
// CPU. Each row has mean 1 but for that rounding.
var gammaTable = sync.OnceValue(func() *[levelCount][1 << quantileBits]float32 {
	var table [levelCount][1 << quantileBits]float32
	for level := range table {
		row := &table[level]
		shape := leastShape * math.Pow(2, float64(level)/perOctave) //nolint:forbidigo // rounded below
		var exact [1 << quantileBits]float64
		sum := 0.0
		for i := range exact {
			exact[i] = mathext.GammaIncRegInv(shape, (float64(i)+0.5)/(1<<quantileBits)) / shape
			sum += exact[i]
		}
		for i := range row {
			row[i] = float32(math.Round(exact[i]/sum*(1<<quantileBits)*1e6) / 1e6)
		}
	}
	return &table
})
