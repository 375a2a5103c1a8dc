package timing

import "math"

// lanes is how an approach's flows lie on its lanes, and what these can let through: what HCM's steps 2 to 4 find together.
type lanes struct {
	*Approach
	opposite *lanes // nil for none
	cycle    float64
	base     float64
	sneakers float64

	through                                    float64 // flow of the ThroughLanes together, veh/h
	sharedLeft, leftThere                      float64 // flow of the shared left lane (or the single lane), and left turns in it
	sharedRight, rightThere                    float64 // likewise
	ownLeft, ownRight                          float64 // flows of the exclusive turning lanes
	kerb                                       float64 // saturation flow of a lane beside the kerb without turns, veh/h
	satProtected, satPermitted                 float64 // of exclusive left lanes
	satThrough, satRight                       float64 // of exclusive lanes
	satSharedLeft, satSharedRight              float64
	window                                     window
	blocked                                    float64 // g_f, s
	equivalentOpen, equivalentQueued, leftFeet float64 // E_L1, E_L2, f_Lpb
	rightFeet                                  float64 // f_Rpb
	green, leftGreen                           float64 // effective, s
}

// spread puts the flows on the lanes evenly, to begin with (HCM ch. 31, sec. 2, step B).
func (l *lanes) spread() {
	each := l.Through / float64(max(l.Approach.through(), 1))
	l.ownLeft, l.ownRight, l.leftThere, l.rightThere, l.sharedLeft, l.sharedRight = 0, 0, 0, 0, 0, 0
	if l.LeftLanes > 0 {
		l.ownLeft = l.Left
	} else {
		l.leftThere = l.Left
	}
	if l.RightLanes > 0 {
		l.ownRight = l.Right
	} else {
		l.rightThere = l.Right
	}
	if l.SharedLeft || l.SingleLane {
		l.sharedLeft = l.leftThere + each
		if l.SingleLane {
			l.sharedLeft += l.rightThere
		}
	}
	if l.SharedRight {
		l.sharedRight = l.rightThere + each
	}
	l.through = each * float64(l.ThroughLanes)
}

// share returns the share of left and of right turns in the lane shared with left turns.
func (l *lanes) share() (left, right float64) {
	if l.sharedLeft <= 0 {
		return 0, 0
	}
	if l.SingleLane {
		right = min(l.rightThere/l.sharedLeft, 1)
	}
	return min(l.leftThere/l.sharedLeft, 1), right
}

// settle finds the permitted greens, the factors of pedestrians and the saturation flows.
func (l *lanes) settle() {
	l.findPermitted()
	lane := l.Lane
	lane.Lanes = 1
	l.kerb = l.base * lane.Factor()
	lane.Parked = false
	middle := l.base * lane.Factor()
	lane.Heavy = l.HeavyLeft
	left := lane.Factor() * UtilisationFactor(LeftLanes, l.LeftLanes)
	l.satThrough = middle * UtilisationFactor(ThroughLanes, l.ThroughLanes)
	if l.SharedLeft && l.permits() {
		l.satThrough *= 0.91 // HCM eq. 31-62
	}
	l.satProtected = l.base * left / protectedLeft
	l.satPermitted = PermittedLeft(l.opposingFlow()) * left * l.leftFeet
	l.satRight = middle * UtilisationFactor(RightLanes, l.RightLanes) / protectedRight * l.rightFeet
	l.satSharedRight = l.kerb / (1 + l.rightShare()*(protectedRight/l.rightFeet-1))
	l.satSharedLeft = l.sharedSaturation(l.equivalentOpen/l.leftFeet, l.equivalentQueued/l.leftFeet, protectedRight/l.rightFeet, 0)
}

func (l *lanes) rightShare() float64 {
	if l.sharedRight <= 0 {
		return 0
	}
	return min(l.rightThere/l.sharedRight, 1)
}

// sharedSaturation returns the saturation flow of the lane shared with left turns over its permitted green, with the
// equivalents of a left turn when the way is free and while the opposing queue leaves, and of a right turn; sneak is the
// number of left turns a cycle that leave at its end (HCM eqs. 31-122, 31-59 and 31-60).
func (l *lanes) sharedSaturation(open, queued, right, sneak float64) float64 {
	left, turning := l.share()
	slow := turning * (right - 1)
	if !l.permits() {
		return l.kerb / (1 + left*(protectedLeft-1) + slow)
	}
	w := &l.window
	if w.green <= 0 {
		return l.kerb
	}
	waiting := max(w.green-w.unclosed-l.blocked, 0)
	free := min(w.green-l.blocked, w.unclosed)
	sneakers := sneak * left
	if left < 0.999 {
		sneakers = left / (1 - left) * (1 - math.Pow(left, sneak))
	}
	served := l.blocked/(1+slow) + waiting/(1+left*(queued-1)+slow) + free/(1+left*(open-1)+slow)
	return l.kerb / w.green * (served + 3600*sneakers/l.kerb)
}

// opposingFlow returns the flow that permitted left turns filter through, veh/h (HCM ch. 31, sec. 3, step 3, case 1).
func (l *lanes) opposingFlow() float64 {
	if l.opposite == nil {
		return 0
	}
	return l.opposite.Through + l.opposite.Right
}

// never is E_L2 of who cannot turn before the opposing queue has gone, as across more than one lane.
const never = 1e9

// findPermitted finds when left turns are permitted and what else they give way to.
func (l *lanes) findPermitted() {
	feet := Pedestrians{
		Flow: l.Pedestrians, Bicycles: l.Bicycles, Service: orElse(l.ThroughPhase.Walk, l.green), Receiving: l.Receiving,
		Turning: max(1, l.RightLanes+countOf(l.SharedRight || l.SingleLane)),
	}
	l.rightFeet = feet.RightFactor(l.green, l.cycle)
	l.leftFeet, l.equivalentOpen, l.equivalentQueued, l.window, l.blocked = 1, protectedLeft, protectedLeft, window{}, 0
	if !l.permits() {
		return
	}
	other := l.Approach
	queue, single := 0.0, false
	if o := l.opposite; o != nil {
		other = o.Approach
		queue, single = o.clears(), o.Approach.through() == 1 && (o.SharedLeft || o.SingleLane) && o.RightLanes == 0
	}
	l.window = permittedWindow(l.Approach, other, queue)
	l.equivalentOpen = l.base / PermittedLeft(l.opposingFlow())
	left, _ := l.share()
	if l.SharedLeft || l.SingleLane {
		l.blocked = l.window.firstBlocks(l.leftThere, left, l.cycle, l.Approach.through() == 1)
	}
	l.equivalentQueued = never
	if single {
		l.equivalentQueued = l.throughTurns()
	}
	feet.Turning = max(1, l.LeftLanes+countOf(l.SharedLeft || l.SingleLane))
	l.leftFeet = feet.LeftFactor(l.opposingFlow(), l.window.green, l.window.unclosed, l.cycle)
}

func countOf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// throughTurns returns E_L2: left turns that slip through the opposing queue of a single lane when somebody there turns left too
// (HCM eqs. 31-102 and 31-103).
func (l *lanes) throughTurns() float64 {
	o := l.opposite
	all := o.Left + o.Through + o.Right
	n := max(0, 0.278*(l.window.green-l.window.unclosed-l.blocked))
	if o.Left <= 0 {
		return max(n, protectedLeft) // the limit of what follows
	}
	p := o.Left / all
	return max((1-math.Pow(1-p, n))/p, protectedLeft)
}

// clears returns how long after the begin of green the slowest of an approach's through queues has gone, s, start-up lost
// time included.
func (l *lanes) clears() float64 {
	p := min(orOne(l.PlatoonRest)*l.green/l.cycle, 1)
	most := 0.0
	if l.ThroughLanes > 0 {
		most = queueService(l.through/float64(l.ThroughLanes), l.satThrough, p, l.green, l.cycle)
	}
	if l.SharedRight {
		most = max(most, queueService(l.sharedRight, l.satSharedRight, p, l.green, l.cycle))
	}
	if l.SingleLane {
		most = max(most, queueService(l.sharedLeft, l.satSharedLeft, p, l.green, l.cycle))
	}
	if most > 0 {
		most += StartUpLostTime
	}
	return most
}

// distribute moves through traffic between the lanes until the flow ratio is the same on all that serve it (HCM ch. 31,
// sec. 2, eqs. 31-46 to 31-66).
func (l *lanes) distribute() {
	serving := l.Approach.through()
	if serving <= 1 || !l.SharedLeft && !l.SharedRight {
		l.spread()
		return
	}
	const mergeHeadway = 3.7 // s
	each := (l.Left + l.Through + l.Right) / float64(serving)
	change := max(0, 1-math.Pow(2*each*mergeHeadway/3600-1, 2)) // probability of a change of lanes
	modified := func(equivalent float64) float64 { return (equivalent-1)*change + 1 }
	open, queued := modified(l.equivalentOpen/l.leftFeet), modified(l.equivalentQueued/l.leftFeet)
	right := modified(protectedRight / l.rightFeet)
	for range 60 {
		before := [2]float64{l.sharedLeft, l.sharedRight}
		var satLeft, satRight float64
		if l.SharedLeft {
			satLeft = l.sharedSaturation(open, queued, right, l.sneakers)
		}
		if l.SharedRight {
			satRight = l.kerb / (1 + l.rightShare()*(right-1))
		}
		sum := satLeft + satRight + l.satThrough*float64(l.ThroughLanes)
		ratio := (l.leftThere + l.rightThere + l.Through) / sum
		l.sharedLeft, l.sharedRight = satLeft*ratio, satRight*ratio
		l.keepTurns()
		if math.Abs(l.sharedLeft-before[0])+math.Abs(l.sharedRight-before[1]) < 0.01 {
			break
		}
	}
}

// keepTurns has shared lanes carry at least their turns, and gives the rest to the through lanes; without such the other shared
// lane has it.
func (l *lanes) keepTurns() {
	if l.SharedLeft {
		l.sharedLeft = max(l.sharedLeft, l.leftThere)
	}
	if l.SharedRight {
		l.sharedRight = max(l.sharedRight, l.rightThere)
	}
	all := l.leftThere + l.rightThere + l.Through
	if l.ThroughLanes > 0 {
		l.through = max(0, all-l.sharedLeft-l.sharedRight)
		return
	}
	if l.SharedLeft && l.SharedRight {
		l.sharedLeft = min(max(l.sharedLeft, l.leftThere), all-l.rightThere)
		l.sharedRight = all - l.sharedLeft
	}
}
