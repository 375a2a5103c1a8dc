package timing

import "math"

// window is the effective green of permitted left turns.
type window struct {
	shown    float64 // s of green displayed
	green    float64 // g_p, s effective
	unclosed float64 // g_u, s of it after the opposing queue has gone
	lost     float64 // l_1,p, s
}

// permittedWindow returns the permitted green of approach a, of which the opposing queue takes queue s from the begin of its
// green (HCM exhibit 31-12, eqs. 31-94 and 31-95). o is the approach opposite, a itself if there is none.
func permittedWindow(a, o *Approach, queue float64) window {
	left, through, change := a.LeftPhase.Duration, a.ThroughPhase.Duration, a.ThroughPhase.change()
	oLeft, oThrough, oChange := o.LeftPhase.Duration, o.ThroughPhase.Duration, o.ThroughPhase.change()
	shown := func(queue float64) float64 {
		switch a.Order {
		case LeadLead:
			return min(left+oThrough-oLeft-change, oThrough-change-queue)
		case LeadLag:
			return through - change - left - queue
		case LagLead, PermLead:
			return oThrough - oChange - max(oLeft, queue)
		case LagLag, PermLag:
			return min(oThrough-oChange, through-change) - queue
		}
		return oThrough - change - queue
	}
	lost, extended := StartUpLostTime, GreenExtension
	switch a.Order {
	case LeadLead: // note b: the left turns may still be rolling when the permitted green begins
		lost = 0
		if protected := left - a.LeftPhase.change(); oLeft > protected {
			lost = min(max(oLeft-protected+StartUpLostTime-GreenExtension, 0), StartUpLostTime)
		}
	case LeadLag:
		lost = 0
	case LagLead:
		extended = 0
	case LagLag: // note c
		extended = min(max(oThrough-(through-change), 0), GreenExtension)
	}
	w := window{shown: max(0, shown(0)), lost: lost}
	w.green = max(0, w.shown-lost+extended)
	if free := shown(queue); free > 0 {
		w.unclosed = min(free+extended, w.green)
	}
	return w
}

// firstBlocks returns g_f, the s of permitted green until the first left turn stands in a shared lane and blocks it: left turns of
// v veh/h and a share p of the lane (HCM eqs. 31-96 to 31-99).
func (w window) firstBlocks(v, p, cycle float64, single bool) float64 {
	if p <= 0 || w.green <= 0 {
		return w.green
	}
	a, b := -0.882, 0.717
	if single {
		a, b = -0.860, 0.629
	}
	free := w.shown*math.Exp(a*math.Pow(v*cycle/3600, b)) - w.lost
	most := 0.0
	if p < 1 {
		most = (1-p)/(0.5*p)*(1-math.Pow(1-p, 0.5*w.green)) - w.lost
	}
	return min(max(free, 0), max(most, 0))
}

// queueService returns the s of green that the queue of a lane takes: flow v and saturation flow s veh/h, a share p at green, g of
// cycle s effective green (HCM exhibit 31-11); all of the green at saturation.
func queueService(v, s, p, g, cycle float64) float64 {
	red := cycle - g
	if red <= 0 || v <= 0 || g <= 0 {
		return 0
	}
	waiting, drains := (1-p)*v/3600*cycle, s/3600-p*v/3600*cycle/g
	if drains <= 0 {
		return g
	}
	return min(waiting/drains, g)
}
