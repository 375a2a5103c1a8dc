package rare

import "roadtwin/vehicles/traffic"

// played is what came of a case.
type played struct {
	finding
	weight float64
	made   uint64           // steps
	lapses []traffic.Lapses // by trip; nil without a tilt
}

// play plays c to its event or its end.
func (p *player) play(c *draft, t *Tilt) (r played, err error) {
	before := p.steps
	if err := p.begin(c, t); err != nil {
		return r, err
	}
	for p.w.Time() < p.end-1e-9 && !r.event {
		if f := p.step(); f.score > r.score {
			r.finding = f
		}
	}
	r.made, r.weight = p.steps-before, 1
	if t != nil {
		r.weight = t.weight(c, func(i int) float64 { return p.w.LapsesOf(traffic.VehicleID(i)).Ratio })
		r.lapses = make([]traffic.Lapses, len(c.trips))
		for i := range r.lapses {
			r.lapses[i] = p.w.LapsesOf(traffic.VehicleID(i))
		}
	}
	return r, nil
}
