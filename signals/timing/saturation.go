package timing

import "math"

// The equivalents, in through cars, of vehicles that turn under protection (HCM eqs. 19-13 and 19-14).
const (
	protectedRight = 1.18
	protectedLeft  = 1.05
)

// Lane is what the saturation flow of a lane depends on besides turns and pedestrians. The zero value of a field that is a rate
// or a share means none; Lanes 0 means 1.
type Lane struct {
	Width    float64 // m; 0: 3.6
	Heavy    float64 // share of heavy vehicles
	Gradient float64 // rise over run, positive uphill
	// Parked tells that cars park beside the lanes, Parking how often one pulls in or out, 1/h.
	Parked  bool
	Parking float64
	Buses   float64 // that stop on the approach, 1/h
	CBD     bool    // in a central business district
	Lanes   int     // of the lane group, which parking and bus stops concern one of
}

// Factor returns the product of the factors by which the saturation flow of a lane differs from the base: width, heavy
// vehicles and gradient, parking, bus stops, area (HCM eqs. 19-8 to 19-12, exhibit 19-20).
func (l Lane) Factor() float64 {
	f := widthFactor(l.Width) * HeavyVehicleFactor(l.Heavy, l.Gradient)
	n := float64(max(l.Lanes, 1))
	if l.Parked {
		f *= max(0.05, (n-0.1-18*min(l.Parking, 180)/3600)/n)
	}
	f *= max(0.05, (n-14.4*min(l.Buses, 250)/3600)/n)
	if l.CBD {
		f *= 0.9
	}
	return f
}

// widthFactor is by width in m (HCM exhibit 19-20: below 10 ft, to 12.9 ft, beyond).
func widthFactor(w float64) float64 {
	switch {
	case w == 0:
		return 1
	case w < 10*foot-1e-9:
		return 0.96
	case w > 12.9*foot+1e-9:
		return 1.04
	}
	return 1
}

const (
	foot = 0.3048          // m
	mph  = 1609.344 / 3600 // m/s
)

// HeavyVehicleFactor returns the factor for a share of heavy vehicles on a gradient (HCM eqs. 19-9 and 19-10).
func HeavyVehicleFactor(heavy, gradient float64) float64 {
	p, g := 100*heavy, 100*gradient
	if g < 0 {
		return (100 - 0.79*p - 2.07*g) / 100
	}
	return (100 - 0.78*p - 0.31*g*g) / 100
}

// LaneUse is which lanes a factor of lane use is for.
type LaneUse uint8

// The lanes.
const (
	ThroughLanes LaneUse = iota
	LeftLanes
	RightLanes
)

// UtilisationFactor returns the factor for the uneven use of n exclusive lanes (HCM exhibit 19-15).
func UtilisationFactor(use LaneUse, n int) float64 {
	switch {
	case n <= 1:
		return 1
	case use == LeftLanes:
		return 0.971
	case use == RightLanes:
		return 0.885
	case n == 2:
		return 0.952
	}
	return 0.908
}

// PermittedLeft returns the saturation flow in veh/h of a lane whose left turns filter through an opposing flow of v veh/h
// (the nearside turn where one drives on the right; mirrored elsewhere): v exp(-v tc/3600)/(1 - exp(-v tf/3600)) with a critical
// headway of 4.5 s and a follow-up headway of 2.5 s (HCM eq. 31-100).
func PermittedLeft(v float64) float64 {
	const critical, followUp = 4.5, 2.5 // s
	v = max(v, 0.1)
	return v * math.Exp(-v*critical/3600) / (1 - math.Exp(-v*followUp/3600))
}

// Pedestrians is the traffic on foot and by bicycle that turning vehicles give way to.
type Pedestrians struct {
	Flow      float64 // p/h in the crosswalk, both directions
	Bicycles  float64 // 1/h beside the right-turning lane
	Service   float64 // s that they may walk: walk and clearance, or the green
	Receiving int     // lanes that turning vehicles may choose
	Turning   int     // lanes that they come from
}

// occupied returns the share of the walking time in which the crosswalk is in use (HCM eqs. 31-74 to 31-76).
func (p Pedestrians) occupied(cycle float64) float64 {
	v := min(p.Flow*cycle/max(p.Service, 1e-9), 5000)
	if v <= 1000 {
		return v / 2000
	}
	return min(0.4+v/10000, 0.9)
}

// left returns what is left of the saturation flow if the conflict zone is occupied for a share of the time: drivers who have
// a choice of lanes go round (HCM eqs. 31-81 and 31-82).
func (p Pedestrians) left(occupied float64) float64 {
	if p.Receiving > p.Turning {
		return 1 - 0.6*occupied
	}
	return 1 - occupied
}

// RightFactor returns the factor for right turns with g s of effective green in a cycle (HCM eqs. 31-74 to 31-83).
func (p Pedestrians) RightFactor(g, cycle float64) float64 {
	if p.Flow <= 0 && p.Bicycles <= 0 || g <= 0 {
		return 1
	}
	p.Service = min(max(p.Service, 0), g)
	walking := p.Service / g * p.occupied(cycle)
	if p.Bicycles > 0 {
		riding := 0.02 + min(p.Bicycles*cycle/g, 1900)/2700
		walking += riding - walking*riding
	}
	return p.left(walking)
}

// LeftFactor returns the factor for left turns that are permitted for gp s of effective green, of which the opposing queue
// leaves gu, with an opposing flow of v veh/h (HCM eqs. 31-85 to 31-88).
func (p Pedestrians) LeftFactor(v, gp, gu, cycle float64) float64 {
	if p.Flow <= 0 || gp <= 0 {
		return 1
	}
	p.Service = min(max(p.Service, 0), gp)
	queue := max(gp-gu, 0)
	if queue >= p.Service {
		return 1
	}
	after := p.occupied(cycle) * (1 - 0.5*queue/p.Service)
	return p.left((p.Service - queue) / max(gp-queue, 1e-9) * after * math.Exp(-5*v/3600))
}
