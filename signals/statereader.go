package signals

import (
	"encoding/binary"
	"math"

	"roadtwin/network"
)

// reader takes values off the front of a state; failed is set once there are too few bytes.
type reader struct {
	state  []byte
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || len(r.state) < n {
		r.failed = true
		return make([]byte, n)
	}
	b := r.state[:n]
	r.state = r.state[n:]
	return b
}

func (r *reader) byte() byte       { return r.take(1)[0] }
func (r *reader) uint32() uint32   { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) int64() int64     { return int64(binary.LittleEndian.Uint64(r.take(8))) }
func (r *reader) float64() float64 { return math.Float64frombits(uint64(r.int64())) }

// count reads the number of elements that follow, each of at least size bytes.
func (r *reader) count(size int) int {
	n := int64(r.uint32())
	if n*int64(size) > int64(len(r.state)) {
		r.failed = true
		return 0
	}
	return int(n)
}

func (r *reader) plan() Plan {
	p := Plan{Controller: network.ControllerID(r.uint32()), Offset: r.float64()}
	p.Stages = make([]Stage, r.count(24))
	for i := range p.Stages {
		stage := &p.Stages[i]
		stage.Green, stage.Intergreen = r.float64(), r.float64()
		stage.Groups = make([]network.SignalGroupID, r.count(4))
		for g := range stage.Groups {
			stage.Groups[g] = network.SignalGroupID(r.uint32())
		}
		stage.Change = r.steps()
	}
	p.Groups = make([]GroupTiming, r.count(28))
	for i := range p.Groups {
		p.Groups[i] = GroupTiming{network.SignalGroupID(r.uint32()), r.float64(), r.float64(), r.float64()}
	}
	return p
}

func (r *reader) steps() []Step {
	var steps []Step
	for range r.count(12) {
		step := Step{Duration: r.float64()}
		for range r.count(1) {
			step.Aspects = append(step.Aspects, Aspect(r.byte()))
		}
		steps = append(steps, step)
	}
	return steps
}
