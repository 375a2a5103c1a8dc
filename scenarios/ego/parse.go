package ego

import (
	"encoding/binary"
	"fmt"
	"math"

	"roadtwin/vehicles/traffic"
)

// Observation is one that was read. Angles are in rad, positive to the left; places are metres forward of the middle of the ego's front
// bumper and to its left, unless said otherwise.
type Observation struct {
	World     uint32
	Flags     Flags
	Hash      uint64
	Time      float64 // s after midnight
	LogWeight float64
	X, Y      float64 // m east and north, of the middle of the front bumper
	Heading   float64 // counter-clockwise from east
	Ego       uint32
	Distance  float64 // m driven since the beginning of the scene
	StepTime  float64 // s, of a tick

	V, A, Lateral     float64 // m/s, m/s², m to the left of the middle of the lane
	Turned            float64 // against the direction of the lane
	Yaw, Sideways     float64 // rad/s; m/s to the left
	Length, Width     float64 // m
	Track             uint32
	S                 float64 // m along Track
	Edge              int32   // -1 in a junction
	Lane, Lanes       uint8   // from the kerb; of the edge
	Class, Limit      uint8   // vehicle class; what holds it back, see traffic.Limit
	SpeedLimit        float64 // m/s
	Grip              float64 // peak friction at 50 km/h
	MostBrake, MostGo float64 // m/s² that tyres, brakes and engine have here

	Leader           uint32  // traffic.NoVehicle if there is none
	Gap, LeaderSpeed float64 // m, m/s
	TTC, DRAC        float64 // s, m/s²
	MinTTC, MaxDRAC  float64 // since the beginning
	Collision        Collision

	Neighbours []Neighbour // those that there are, the nearest first
	Way        []Point     // as far as the way is known
	Signals    []Signal    // those that there are
}

// Neighbour is a vehicle near the ego.
type Neighbour struct {
	ID           uint32
	Class, Flags uint8 // Flags are traffic.VehicleFlags
	SameTrack    bool
	X, Y, Turned float64
	V, A         float64
	Lateral      float64 // m to the left of the middle of its lane
	Length       float64
	Width        float64
	TTC          float64 // s until the bodies meet if both go straight on
	Track        uint32
}

// Point is a place on the way ahead.
type Point struct {
	X, Y, Turned      float64
	SpeedLimit, Width float64
	Grip              float64
	Track             uint32
	Distance          float64 // m along the way
}

// Signal is a signal, or a sign, on the way ahead.
type Signal struct {
	Group    int32   // -1: a sign
	Distance float64 // m to the stop line
	Aspect   uint8   // see signals.Aspect
	Control  uint8   // see network.Control
	Turn     uint8   // see network.Turn
	Track    uint32  // the connector behind it
}

// reader reads an observation.
type reader struct{ b []byte }

func (r *reader) u8() byte {
	x := r.b[0]
	r.b = r.b[1:]
	return x
}

func (r *reader) u32() uint32 {
	x := binary.LittleEndian.Uint32(r.b)
	r.b = r.b[4:]
	return x
}

func (r *reader) u64() uint64 {
	x := binary.LittleEndian.Uint64(r.b)
	r.b = r.b[8:]
	return x
}

func (r *reader) f32() float64 { return float64(math.Float32frombits(r.u32())) }
func (r *reader) f64() float64 { return math.Float64frombits(r.u64()) }
func (r *reader) skip(n int)   { r.b = r.b[n:] }

// Parse reads an observation of layout l from b, which has just its length.
func (l *Layout) Parse(b []byte) (o Observation, err error) {
	if len(b) != l.Size() {
		return o, fmt.Errorf("observation of %d bytes, want %d", len(b), l.Size())
	}
	r := reader{b}
	o.parseHeader(&r)
	for range l.Neighbours {
		if n := parseNeighbour(&r); n.ID != math.MaxUint32 {
			o.Neighbours = append(o.Neighbours, n)
		}
	}
	for range l.Lanes {
		if p := parsePoint(&r); p.Width > 0 {
			o.Way = append(o.Way, p)
		}
	}
	for range l.Signals {
		s := Signal{Group: int32(r.u32()), Distance: r.f32(), Aspect: r.u8(), Control: r.u8(), Turn: r.u8()}
		r.skip(1)
		if s.Track = r.u32(); s.Track != 0 {
			o.Signals = append(o.Signals, s)
		}
	}
	return o, nil
}

func (o *Observation) parseHeader(r *reader) {
	o.World, o.Flags, o.Hash = r.u32(), Flags(r.u32()), r.u64()
	o.Time, o.LogWeight, o.X, o.Y = r.f64(), r.f64(), r.f64(), r.f64()
	o.Heading, o.Ego, o.Distance, o.StepTime = r.f32(), r.u32(), r.f32(), r.f32()
	o.V, o.A, o.Lateral, o.Turned = r.f32(), r.f32(), r.f32(), r.f32()
	o.Yaw, o.Sideways, o.Length, o.Width = r.f32(), r.f32(), r.f32(), r.f32()
	o.Track, o.S, o.Edge = r.u32(), r.f32(), int32(r.u32())
	o.Lane, o.Lanes, o.Class, o.Limit = r.u8(), r.u8(), r.u8(), r.u8()
	o.SpeedLimit, o.Grip, o.MostBrake, o.MostGo = r.f32(), r.f32(), r.f32(), r.f32()
	o.Leader, o.Gap, o.LeaderSpeed = r.u32(), r.f32(), r.f32()
	o.TTC, o.DRAC, o.MinTTC, o.MaxDRAC = r.f32(), r.f32(), r.f32(), r.f32()
	c := &o.Collision
	c.Kind, c.Striking = CollisionKind(r.u8()), r.u8() != 0
	r.skip(2)
	c.Other, c.ClosingSpeed, c.DeltaV = traffic.VehicleID(r.u32()), r.f32(), r.f32()
	r.skip(20)
}

func parseNeighbour(r *reader) Neighbour {
	n := Neighbour{ID: r.u32(), Class: r.u8(), Flags: r.u8(), SameTrack: r.u8() != 0}
	r.skip(1)
	n.X, n.Y, n.Turned, n.V, n.A = r.f32(), r.f32(), r.f32(), r.f32(), r.f32()
	n.Lateral, n.Length, n.Width, n.TTC, n.Track = r.f32(), r.f32(), r.f32(), r.f32(), r.u32()
	return n
}

func parsePoint(r *reader) Point {
	return Point{
		X: r.f32(), Y: r.f32(), Turned: r.f32(), SpeedLimit: r.f32(), Width: r.f32(), Grip: r.f32(), Track: r.u32(), Distance: r.f32(),
	}
}
