package ego

import (
	"encoding/binary"
	"fmt"
	"math"

	"roadtwin/vehicles/traffic"
)

// Action is what the ego is to do until the next one.
type Action struct {
	Mode Mode
	// Of Targets: the lane of the edge, from the kerb, -1 for its own.
	Lane int8
	// Of Pedals: the acceleration asked for, m/s²; negative is the brake.
	Accel float64
	// Of Pedals: the curvature for which the front wheels are set, 1/m, positive to the left.
	Curvature float64
	// Of Targets: the speed, m/s.
	Speed float64
}

// Mode says what an Action is.
type Mode uint8

// The modes.
const (
	Human Mode = iota // the driver that the simulation has for the vehicle
	Pedals
	Targets
	NumModes
)

// ActionSize is the length of an action in bytes: mode u8, lane i8, two bytes 0, then two float32: of Pedals acceleration and curvature,
// of Targets speed and 0.
const ActionSize = 12

// control returns what a means to the traffic.
func (a *Action) control() traffic.Control {
	switch a.Mode {
	case Pedals:
		return traffic.Control{Mode: traffic.ByPedals, Accel: a.Accel, Curvature: a.Curvature}
	case Targets:
		return traffic.Control{Mode: traffic.ByTargets, Speed: a.Speed, Lane: a.Lane}
	}
	return traffic.Control{}
}

// Check returns an error if a makes no sense.
func (a *Action) Check() error {
	if a.Mode >= NumModes {
		return fmt.Errorf("action mode %d, want 0 (its driver), 1 (pedals) or 2 (targets)", a.Mode)
	}
	c := a.control()
	return c.Check()
}

// Append appends a to dst.
func (a *Action) Append(dst []byte) []byte {
	x, y := a.Accel, a.Curvature
	if a.Mode == Targets {
		x, y = a.Speed, 0
	}
	dst = append(dst, byte(a.Mode), byte(a.Lane), 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(x)))
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(y)))
}

// ParseAction reads an action from the first ActionSize bytes of b.
func ParseAction(b []byte) (a Action, err error) {
	if len(b) < ActionSize {
		return a, fmt.Errorf("action of %d bytes, want %d", len(b), ActionSize)
	}
	a = Action{Mode: Mode(b[0]), Lane: int8(b[1])}
	x := float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4:])))
	y := float64(math.Float32frombits(binary.LittleEndian.Uint32(b[8:])))
	if a.Mode == Targets {
		a.Speed = x
	} else {
		a.Accel, a.Curvature = x, y
	}
	if a.Mode != Targets {
		a.Lane = -1
	}
	return a, a.Check()
}
