package sumonet

import (
	"cmp"
	"slices"

	"roadtwin/network"
)

// addSignals adds the programs of the controllers that connections speak of, and the groups.
func (c *converter) addSignals() {
	cabinets := map[string]int32{} // by id of the tlLogic
	for i := range c.connections {
		raw, to := &c.connections[i], c.connectedTo[i]
		if to == network.None || raw.tl == "" {
			continue
		}
		p, ok := c.chosen[raw.tl]
		if !ok {
			c.report.note("line %d: no program for the signals %s", raw.line, raw.tl)
			continue
		}
		if short := p.shortest(); raw.link >= short {
			c.report.note("line %d: link %d of the signals %s, whose states tell of %d only; it is left without a signal",
				raw.line, raw.link, raw.tl, short)
			continue
		}
		cabinet, known := cabinets[raw.tl]
		if !known {
			cabinet = int32(len(cabinets))
			cabinets[raw.tl] = cabinet
			spec := network.ProgramSpec{Controller: cabinet, Program: network.Program{Name: raw.tl, Offset: p.offset}}
			for _, ph := range p.phases {
				spec.Durations = append(spec.Durations, ph.duration)
			}
			c.spec.Programs = append(c.spec.Programs, spec)
		}
		j := &c.spec.Junctions[c.spec.Edges[c.spec.Connections[to].From].To]
		if j.Controller == network.None {
			j.Controller, j.Control = cabinet, network.Signalised
		} else if j.Controller != cabinet {
			c.report.note("line %d: signals %s at a junction that others control too; only the others are taken", raw.line, raw.tl)
		}
	}
	c.addGroups(cabinets)
	if c.turnsOnRed > 0 {
		c.report.note("%d links turn on red after a stop (s) in some phase: read as red", c.turnsOnRed)
	}
}

// choosePrograms returns for each tlLogic the program that SUMO runs, the last one, and notes the others.
func (c *converter) choosePrograms() map[string]*program {
	chosen := map[string]*program{}
	c.others = map[string][]*program{}
	for i := range c.programs {
		p := &c.programs[i]
		if len(p.phases) == 0 {
			c.report.note("signals %s: program %s has no phases", p.tl, p.id)
			continue
		}
		if old := chosen[p.tl]; old != nil {
			c.report.skip("further programs of signals")
			c.others[p.tl] = append(c.others[p.tl], old)
		}
		chosen[p.tl] = p
		if p.kind != "static" {
			c.report.note("signals %s: program %s is %s; its phases are taken with their fixed durations, unless roadtwin signals import --sumo reads it",
				p.tl, p.id, p.kind)
		}
	}
	return chosen
}

// shortest returns the number of links that every phase tells the state of.
func (p *program) shortest() int {
	return len(slices.MinFunc(p.phases, func(a, b phase) int { return cmp.Compare(len(a.state), len(b.state)) }).state)
}

// addGroups puts connections of an approach that always show the same into one group, or those that the file says belong
// together (see groupsParam). What no signal controls at a junction with signals passes beside them; if the file does not
// say who gives way there, it gets a group that is always green.
func (c *converter) addGroups(cabinets map[string]int32) {
	type alike struct {
		approach int32
		lights   string // red, amber, green, ...; both greens are alike
		others   string // the same in the programs that do not run
		given    int
	}
	groups := map[alike]int32{}
	for i := range c.connections {
		raw, to := &c.connections[i], c.connectedTo[i]
		if to == network.None {
			continue
		}
		con := &c.spec.Connections[to]
		j := &c.spec.Junctions[c.spec.Edges[con.From].To]
		if j.Controller == network.None {
			continue
		}
		lights := make([]network.Light, len(c.spec.Programs[j.Controller].Durations))
		for k := range lights {
			lights[k] = network.LightYield
		}
		if raw.tl == "" && j.Regulated {
			con.Unsignalled = true
			continue
		}
		key := alike{approach: con.From, given: network.None}
		if cabinet, ok := cabinets[raw.tl]; ok && cabinet == j.Controller && raw.link < c.chosen[raw.tl].shortest() {
			p := c.chosen[raw.tl]
			for k, ph := range p.phases {
				lights[k] = c.light(ph.state[raw.link], raw)
			}
			if raw.link < len(p.groups) {
				key.given = p.groups[raw.link]
			}
			key.others = c.otherLights(raw)
		}
		key.lights = lightsKey(lights)
		g, known := groups[key]
		if !known {
			g = int32(len(c.spec.Groups))
			groups[key] = g
			c.spec.Groups = append(c.spec.Groups, network.GroupSpec{Lights: lights})
		}
		con.Group = g
		for k, l := range lights { // who gives way is for the conflicts of each connector
			if l == network.LightYield {
				c.spec.Groups[g].Lights[k] = l
			}
		}
	}
}

// otherLights returns what a link shows in the programs of its signals that do not run, as lightsKey does: what they tell apart is in
// groups of its own, so that they can be imported.
func (c *converter) otherLights(raw *connection) string {
	var key []byte
	for _, p := range c.others[raw.tl] {
		if raw.link >= p.shortest() {
			continue
		}
		for _, ph := range p.phases {
			letter := ph.state[raw.link]
			if letter == 'g' {
				letter = 'G'
			}
			key = append(key, letter)
		}
	}
	return string(key)
}

// lightsKey returns lights as a string in which both greens are alike.
func lightsKey(lights []network.Light) string {
	key := make([]byte, len(lights))
	for k, l := range lights {
		if l.IsGreen() {
			l = network.LightGreen
		}
		key[k] = byte(l)
	}
	return string(key)
}

// light returns what a letter of a phase's state shows.
func (c *converter) light(state byte, raw *connection) network.Light {
	if state == 's' {
		c.turnsOnRed++
	}
	light, known := lightOf(state)
	if !known {
		c.report.note("line %d: link %d of the signals %s: unknown state %q, taken for red", raw.line, raw.link, raw.tl, state)
	}
	return light
}
