// Package draw gives random numbers as a function of what they are for: a hash of (seed, stream, id, step). No
// generator is shared and none has state, so changing one thing in a scenario leaves every other draw as it was, and
// two runs can be compared pair by pair.
package draw

import "math"

// Stream names what a number is for. Streams are part of the meaning of a seed: never renumber one.
type Stream uint32

// The streams.
const (
	DriverType Stream = iota + 1
	VehicleClass
	TripOrigin
	TripDestination
	TripDeparture
	LaneChange
	RouteChoice
	ArrivalPosition
	DeparturePosition
	Network
	Test
	Automation // of what a vehicle is driven by
	Attention  // of errors of perception
	Dawdling   // of Krauss drivers
	RedRunning
	Distraction
	EmissionModel
	TechnicalState // of tyres and brakes
	Regulation     // which model of UN R157 drives a vehicle
	Branch         // another future of the same world
	RareCase       // of a search for rare scenes
)

// The streams of what crosses and of buses; numbered apart.
const (
	PersonArrival Stream = iota + 64
	Person               // who comes: speed, side, cycle
	Yielding             // whether a driver lets people cross
	TrainArrival
	BusDwell
)

// The streams of who travels when, and why; numbered apart.
const (
	TripPurpose Stream = iota + 96
	Matrix             // the trips of an origin-destination matrix
	Compliance         // whether somebody follows a policy
	DepartureShift
	DepartureChoice
	ActivityChain
	Rounding // of what counts tell into whole trips
)

// EgoChoice is the stream of which vehicle is driven from outside; numbered apart.
const EgoChoice Stream = 160

// Uint64 returns 64 uniformly distributed bits for the key. It is two rounds of the SplitMix64 finaliser (Steele,
// Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014) over the mixed key.
func Uint64(seed uint64, stream Stream, id, step uint64) uint64 {
	return NewKey(seed, stream).Uint64(id, step)
}

// Key is a seed and a stream, mixed: for those who draw often from one stream.
type Key uint64

// NewKey returns the key of a stream.
func NewKey(seed uint64, stream Stream) Key {
	return Key(mix(seed + 0x9e3779b97f4a7c15*uint64(stream)))
}

// Uint64 returns what Uint64 returns for the seed and the stream.
func (k Key) Uint64(id, step uint64) uint64 {
	x := mix(uint64(k) ^ (id + 0x9e3779b97f4a7c15))
	return mix(x ^ (step+1)*0xd1342543de82ef95)
}

// Float64 returns what Float64 returns for the seed and the stream.
func (k Key) Float64(id, step uint64) float64 { return float64(k.Uint64(id, step)>>11) / (1 << 53) }

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Float64 returns a number in [0, 1) with 53 random bits.
func Float64(seed uint64, stream Stream, id, step uint64) float64 {
	return float64(Uint64(seed, stream, id, step)>>11) / (1 << 53)
}

// IntN returns an integer in [0, n), n > 0. The bias is below n/2^53.
func IntN(n int, seed uint64, stream Stream, id, step uint64) int {
	return int(Float64(seed, stream, id, step) * float64(n))
}

// Normal returns a standard normal number, by the Box-Muller transform of two independent uniform ones, rounded to
// 1e-6 so that it is the same on every CPU.
func Normal(seed uint64, stream Stream, id, step uint64) float64 {
	u := 1 - Float64(seed, stream, id, 2*step)
	v := Float64(seed, stream, id, 2*step+1)
	return math.Round(math.Sqrt(-2*math.Log(u))*math.Cos(2*math.Pi*v)*1e6) / 1e6 //nolint:forbidigo // rounded
}

// Exponential returns an exponentially distributed number of mean 1, rounded to 1e-6 so that it is the same on every CPU.
func Exponential(seed uint64, stream Stream, id, step uint64) float64 {
	return math.Round(-math.Log(1-Float64(seed, stream, id, step))*1e6) / 1e6 //nolint:forbidigo // rounded
}
