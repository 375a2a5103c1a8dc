package webui

import "time"

// pace says when steps are due.
type pace struct {
	step  float64 // s
	speed float64 // times real time, 0 is as fast as it goes
	wall  time.Time
	time  float64 // of the simulation at wall
}

// maxDebt is how far a run that is too slow for its speed may be behind before the lost time is forgiven.
const maxDebt = 500 * time.Millisecond

func (p *pace) restart(wall time.Time, time float64) { p.wall, p.time = wall, time }

// due returns how long to wait for the step that follows simTime; 0 if it is due.
func (p *pace) due(now time.Time, simTime float64) time.Duration {
	if p.speed == 0 {
		return 0
	}
	at := p.wall.Add(time.Duration((simTime + p.step - p.time) / p.speed * float64(time.Second)))
	wait := at.Sub(now)
	if wait < -maxDebt {
		p.restart(now, simTime)
	}
	return max(wait, 0)
}
