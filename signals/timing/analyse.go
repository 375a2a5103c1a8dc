package timing

import "math"

// Analyse returns how a junction fares under its timing (HCM exhibit 19-18, steps 1 to 10). Phase durations are as given: for
// actuated control their averages. Exclusive and shared lanes of one turn on the same approach do not exchange traffic.
func (j *Junction) Analyse() (Performance, error) {
	if err := j.check(); err != nil {
		return Performance{}, err
	}
	all := j.settle()
	var p Performance
	for i := range all {
		p.Groups = append(p.Groups, all[i].groups(i)...)
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		all[g.Approach].judge(g, orElse(j.Period, AnalysisPeriod))
	}
	for i := range j.Approaches {
		p.Approaches = append(p.Approaches, total(p.Groups, i))
	}
	p.Junction = total(p.Groups, -1)
	p.Critical = j.critical(all, p.Groups)
	return p, nil
}

// settle finds flows by lane, permitted greens and saturation flows, which depend on each other across the junction.
func (j *Junction) settle() []lanes {
	all := make([]lanes, len(j.Approaches))
	for i := range all {
		a := &j.Approaches[i]
		all[i] = lanes{
			Approach: a, cycle: j.Cycle, base: orElse(j.Saturation, BaseSaturation), sneakers: orElse(j.Sneakers, 2),
			green: a.ThroughPhase.effective(), leftGreen: a.LeftPhase.effective(),
		}
		if a.Opposite >= 0 && a.Opposite != i {
			all[i].opposite = &all[a.Opposite]
		}
		all[i].spread()
	}
	for range 40 {
		change := 0.0
		before := make([][5]float64, len(all))
		for i := range all {
			before[i] = all[i].outcome()
			all[i].settle()
		}
		for i := range all {
			all[i].distribute()
			for k, x := range all[i].outcome() {
				change = max(change, math.Abs(x-before[i][k]))
			}
		}
		if change < 0.01 {
			break
		}
	}
	return all
}

// outcome returns what must come to rest.
func (l *lanes) outcome() [5]float64 {
	return [5]float64{l.through, l.sharedLeft, l.sharedRight, l.window.unclosed, l.satSharedRight}
}

// groups returns the lane groups of an approach, with flows, saturation flows and greens.
func (l *lanes) groups(at int) []LaneGroup {
	var out []LaneGroup
	add := func(kind GroupKind, lanes int, flow, saturation, permitted, green float64) {
		out = append(out, LaneGroup{
			Approach: at, Kind: kind, Lanes: lanes, Flow: flow, Saturation: saturation, Permitted: permitted, Green: green,
		})
	}
	if l.LeftLanes > 0 && l.Mode != NoLeft {
		switch l.Mode {
		case PermittedLeftOnly:
			add(LeftGroup, l.LeftLanes, l.ownLeft, l.satPermitted, l.satPermitted, l.window.green)
		case ProtectedPermittedLeft:
			add(LeftGroup, l.LeftLanes, l.ownLeft, l.satProtected, l.satPermitted, l.leftGreen)
		default:
			add(LeftGroup, l.LeftLanes, l.ownLeft, l.satProtected, 0, l.leftGreen)
		}
	}
	if l.SharedLeft || l.SingleLane {
		kind := SharedLeftGroup
		if l.SingleLane {
			kind = AllGroup
		}
		green, permitted := l.green, 0.0
		if l.permits() {
			green, permitted = l.window.green, l.satSharedLeft
		}
		add(kind, 1, l.sharedLeft, l.satSharedLeft, permitted, green)
	}
	if l.ThroughLanes > 0 {
		add(ThroughGroup, l.ThroughLanes, l.through, l.satThrough, 0, l.green)
	}
	if l.SharedRight {
		add(SharedRightGroup, 1, l.sharedRight, l.satSharedRight, 0, l.green)
	}
	if l.RightLanes > 0 {
		add(RightGroup, l.RightLanes, l.ownRight, l.satRight, 0, l.green)
	}
	return out
}

// judge finds capacity, delay, level of service and queue of a lane group over t hours.
func (l *lanes) judge(g *LaneGroup, t float64) {
	n := float64(g.Lanes)
	filtering := orOne(l.Filtering)
	available := l.capacity(g)
	g.X = 0
	if g.Flow > 0 {
		g.X = math.Inf(1)
		if g.Capacity > 0 {
			g.X = g.Flow / g.Capacity
		}
	}
	ratio, waiting := orOne(l.PlatoonRest), l.QueueRest
	turning := g.Kind == LeftGroup || g.Kind == SharedLeftGroup
	if turning {
		ratio, waiting = orOne(l.PlatoonLeft), l.QueueLeft
	}
	arriving := min(ratio*g.Green/l.cycle, 1)
	stop := StopDelay(l.SpeedLimit)
	if g.Permitted > 0 {
		p := l.polygon(g)
		g.Uniform, g.Queue.Uniform = p.delay(), p.stopped(stop)
	} else {
		gc := min(g.Green/l.cycle, largestGreenPart)
		g.Uniform = UniformDelay(l.cycle, g.Green, g.X, ProgressionFactor(arriving, gc, g.X))
		g.Queue.Uniform = UniformQueue(g.Flow/n, g.Capacity/n, g.Saturation, arriving, g.Green, l.cycle, stop)
	}
	k := PretimedK
	if phase := l.phaseOf(g); phase.actuated() && available > 0 {
		k = IncrementalFactor(phase.Passage, g.Flow/available)
	}
	if g.Capacity > 0 {
		g.Increment = IncrementalDelay(t, g.X, g.Capacity, k, filtering)
		g.Initial = InitialQueueDelay(waiting, g.Flow, g.Capacity, t)
	}
	g.Delay = g.Uniform + g.Increment + g.Initial
	g.LOS = LevelOfService(g.Delay, g.X)
	g.Queue.Incremental = IncrementalQueue(g.Capacity, g.Increment, g.Lanes)
	g.Queue.Initial = InitialQueue(waiting, g.Flow, g.Capacity, t, g.Lanes)
	g.Queue95 = g.Queue.Percentile(Z95, filtering, g.Green/l.cycle, g.X)
}

// phaseOf returns the phase on whose length a lane group depends first.
func (l *lanes) phaseOf(g *LaneGroup) Phase {
	if g.Kind == LeftGroup && l.Mode != PermittedLeftOnly {
		return l.LeftPhase
	}
	return l.ThroughPhase
}

// capacity sets the capacity of a group and returns what it would be with the longest green of its phase, veh/h (HCM eqs.
// 19-16, 19-24, 19-25, 31-119 to 31-127).
func (l *lanes) capacity(g *LaneGroup) (available float64) {
	n, w := float64(g.Lanes), &l.window
	longest := func(green float64) float64 { return orElse(l.phaseOf(g).MaxGreen, green) }
	switch {
	case g.Permitted > 0 && g.Kind == LeftGroup && l.Mode == PermittedLeftOnly:
		g.Capacity = (w.unclosed*g.Permitted + 3600*l.sneakers) / l.cycle * n
		return g.Capacity + max(longest(w.green)-w.green, 0)*g.Permitted/l.cycle*n
	case g.Permitted > 0 && g.Kind == LeftGroup:
		permitted := w.unclosed*g.Permitted + 3600*l.sneakers
		g.Capacity = (g.Green*g.Saturation + permitted) / l.cycle * n
		return max(g.Capacity, (longest(g.Green)*g.Saturation+permitted)/l.cycle*n)
	case g.Permitted > 0:
		left, right := l.share()
		slow := right * (protectedRight/l.rightFeet - 1)
		g.Capacity = (w.green*g.Permitted + 3600*(1+left)) / l.cycle
		if left == 0 {
			g.Capacity = w.green * g.Permitted / l.cycle
		}
		if l.Mode == ProtectedPermittedLeft {
			g.Capacity += l.leftGreen * l.kerb / (1 + left*(protectedLeft-1) + slow) / l.cycle
		}
		return g.Capacity + max(longest(w.green)-w.green, 0)*l.kerb/(1+left*(l.equivalentOpen/l.leftFeet-1)+slow)/l.cycle
	}
	g.Capacity = Capacity(n, g.Saturation, g.Green, l.cycle)
	if p := l.phaseOf(g); p.actuated() {
		return max(g.Capacity, Capacity(n, g.Saturation, p.MaxGreen+GreenExtension-StartUpLostTime, l.cycle))
	}
	return g.Capacity
}

// polygon returns the queue of a lane of a group with permitted left turns: all red first, the protected green right before the
// permitted one, or after it where it lags (HCM exhibits 31-13 to 31-17). Arrivals beyond capacity are left out.
func (l *lanes) polygon(g *LaneGroup) polygon {
	w := &l.window
	p := polygon{arrival: g.Flow / float64(g.Lanes) / 3600 / max(g.X, 1)}
	var spans []span
	sneak := l.sneakers
	if g.Kind == LeftGroup {
		spans = []span{{duration: w.green - w.unclosed}, {duration: w.unclosed, served: g.Permitted / 3600}}
	} else {
		left, right := l.share()
		slow := right * (protectedRight/l.rightFeet - 1)
		if sneak = 1 + left; left == 0 {
			sneak = 0
		}
		served := func(equivalent float64) float64 { return l.kerb / (1 + left*(equivalent/l.leftFeet-1) + slow) / 3600 }
		free := min(w.green-l.blocked, w.unclosed)
		spans = []span{
			{duration: l.blocked, served: l.kerb / (1 + slow) / 3600},
			{duration: max(w.green-w.unclosed-l.blocked, 0), served: served(l.equivalentQueued)},
			{duration: free, served: served(l.equivalentOpen)},
		}
	}
	spans[len(spans)-1].sneak = sneak
	if l.Mode != ProtectedPermittedLeft {
		p.spans = append([]span{{duration: max(0, l.cycle-w.green)}}, spans...)
		return p
	}
	rate := g.Saturation / 3600
	if g.Kind != LeftGroup {
		left, _ := l.share()
		rate = l.kerb / (1 + left*(protectedLeft-1)) / 3600
	}
	own := span{duration: l.leftGreen, served: rate}
	red := span{duration: max(0, l.cycle-l.leftGreen-w.green)}
	if l.Order == LagLead || l.Order == LagLag {
		p.spans = append(append([]span{red}, spans...), own)
	} else {
		p.spans = append([]span{red, own}, spans...)
	}
	return p
}

// total returns the mean of an approach, or of all for -1 (HCM eqs. 19-28 and 19-29).
func total(groups []LaneGroup, approach int) Total {
	var t Total
	for i := range groups {
		if g := &groups[i]; approach < 0 || g.Approach == approach {
			t.Flow += g.Flow
			t.Delay += g.Flow * g.Delay
		}
	}
	if t.Flow > 0 {
		t.Delay /= t.Flow
	}
	t.LOS = LevelOfService(t.Delay, 0)
	return t
}
