package signals

// controller runs one plan after another. It says what its groups should show; what they do show is for the monitor.
type controller struct {
	initial *Plan   // that it was made with; nil if none
	first   program // of initial
	fresh   bool    // starts at the next step
	plan    *Plan   // that runs, or that the bridge leads to; nil if the controller is dark
	program program
	base    int64 // ms at which the running cycle began, or the first of plan will
	at      int   // interval that runs, of the bridge if bridging, else of program
	next    int64 // ms at which it ends

	bridging    bool
	from        *Plan // that the bridge leads away from
	bridge      program
	bridgeBegan int64 // ms

	pending        *Plan // takes over at the end of the last green of the cycle; nil if none waits
	pendingProgram program
	pendingBridge  program
}

// start puts the controller into its cycle at time now (ms), as if it had always run.
func (c *controller) start(now int64) {
	c.bridging, c.pending, c.from = false, nil, nil
	c.base = now - modulo(now-milliseconds(c.plan.Offset), c.program.length)
	c.at = c.program.find(now - c.base)
	c.setNext()
}

// queue makes plan the one that takes over.
func (c *controller) queue(plan *Plan, redAmber float64) {
	c.pending = plan
	c.pendingProgram = compile(plan, redAmber)
	c.pendingBridge = compileBridge(c.plan, plan, redAmber)
}

// advance goes on to the interval that begins at c.next.
func (c *controller) advance() {
	c.at++
	if c.bridging {
		if c.at == len(c.bridge.intervals) {
			c.bridging, c.from, c.at = false, nil, 0
		}
		c.setNext()
		return
	}
	if c.pending != nil && c.at == c.program.lastGreenEnd {
		c.cross()
		return
	}
	if c.at == len(c.program.intervals) {
		c.base += c.program.length
		c.at = 0
	}
	c.setNext()
}

// cross begins the bridge to the pending plan. That plan's clock begins when its offset says, at the earliest when the
// bridge is crossed; until then its first stage is green.
func (c *controller) cross() {
	began := c.next
	c.from, c.plan, c.program, c.bridge = c.plan, c.pending, c.pendingProgram, c.pendingBridge
	c.bridging, c.bridgeBegan, c.pending = true, began, nil
	earliest := began + c.bridge.length
	c.base = earliest + modulo(milliseconds(c.plan.Offset)-earliest, c.program.length)
	c.at = 0
	if c.base == earliest && len(c.bridge.intervals) == 1 { // nothing to bridge
		c.bridging, c.from = false, nil
	}
	c.setNext()
}

func (c *controller) setNext() {
	switch {
	case c.bridging && c.at+1 < len(c.bridge.intervals):
		c.next = c.bridgeBegan + c.bridge.intervals[c.at+1].at
	case c.bridging:
		c.next = c.base
	case c.at+1 < len(c.program.intervals):
		c.next = c.base + c.program.intervals[c.at+1].at
	default:
		c.next = c.base + c.program.length
	}
}

// skip leaves out whole cycles that end before now (ms): aspects repeat.
func (c *controller) skip(now int64) {
	if c.bridging || c.pending != nil || now <= c.next {
		return
	}
	whole := (now - c.next) / c.program.length * c.program.length
	c.base += whole
	c.next += whole
}

// wants returns what the groups should show, by the controller's numbering; read only.
func (c *controller) wants() []Aspect {
	if c.bridging {
		return c.bridge.intervals[c.at].aspects
	}
	return c.program.intervals[c.at].aspects
}

// clock returns the stage, and how long ago it began and how long it is until the next begins at time now, all in ms.
func (c *controller) clock(now int64) (stage int, elapsed, remaining int64) {
	if c.bridging {
		green := c.at == len(c.bridge.intervals)-1
		if green {
			return 0, now - c.bridgeBegan - c.bridge.length, c.base + c.program.stages[0].to - now
		}
		return int(c.bridge.intervals[c.at].stage), now - c.bridgeBegan, c.bridgeBegan + c.bridge.length - now
	}
	stage = int(c.program.intervals[c.at].stage)
	s := c.program.stages[stage]
	return stage, now - c.base - s.from, c.base + s.to - now
}

// modulo returns a mod b in [0, b).
func modulo(a, b int64) int64 { return ((a % b) + b) % b }
