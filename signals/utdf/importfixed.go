package utdf

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"roadtwin/network"
	"roadtwin/signals"
)

// fixed returns a fixed-time plan of the phases, each as long as its split.
func (m *matcher) fixed(id int, c network.ControllerID, phases []ringPhase, report *Report) (signals.Control, error) {
	starts, cycle := timeline(phases)
	if given := number(m.file.Plans[id], "cyclelength", "data", cycle); math.Abs(given-cycle) > 0.05 {
		report.note("junction %d: the splits add up to %.1f s, the cycle is %.1f s; the splits are taken", id, cycle, given)
	}
	offset := number(m.file.Plans[id], "offset", "data", 0)
	for i := range phases {
		p := &phases[i]
		if !slices.Contains(m.references(id), p.Number) {
			continue
		}
		local := starts[i]
		switch number(m.file.Plans[id], "referencedto", "data", 0) {
		case 1:
			local += p.split - p.Yellow - p.RedClear
		case 2:
			local += p.split - p.RedClear
		case 4:
			local += p.split - p.Yellow - p.RedClear - number(m.file.Phases[id], "dontwalk", "d"+strconv.Itoa(p.Number), 0)
		}
		offset -= local
		break
	}
	durations, lights := program(m.net.Controllers[c].Groups, phases, starts, cycle)
	plan, note, err := signals.PlanOfProgram(m.net, c, wrapped(offset, cycle), durations, lights)
	if err != nil {
		return signals.Control{}, err
	}
	if note != "" {
		report.note("junction %d: %s", id, note)
	}
	return signals.Control{Controller: c, Timings: plan.Groups, Fixed: &signals.Schedule{Plans: []signals.Plan{plan}}}, nil
}

// timeline returns when the green of each phase begins in the cycle, and the cycle: rings run side by side and wait for one another at
// barriers.
func timeline(phases []ringPhase) (starts []float64, cycle float64) {
	starts = make([]float64, len(phases))
	var barriers, rings []int
	for _, p := range phases {
		barriers, rings = append(barriers, p.barrier), append(rings, p.ring)
	}
	sort.Ints(barriers)
	sort.Ints(rings)
	for _, b := range slices.Compact(barriers) {
		end := cycle
		for _, r := range slices.Compact(slices.Clone(rings)) {
			at := cycle
			for _, p := range inRing(phases, b, r) {
				for i := range phases {
					if phases[i].Number == p.Number {
						starts[i] = at
					}
				}
				at += p.split
			}
			end = math.Max(end, at)
		}
		// The last phase of each ring lasts until the barrier.
		for _, r := range slices.Compact(slices.Clone(rings)) {
			if ring := inRing(phases, b, r); len(ring) > 0 {
				last := ring[len(ring)-1]
				for i := range phases {
					if phases[i].Number == last.Number {
						phases[i].split = end - starts[i]
					}
				}
			}
		}
		cycle = end
	}
	return starts, cycle
}

// program returns the intervals of a cycle in which nothing changes, and what each group shows in them: green in its phases, and
// between two phases that follow one another; yellow after the last.
func program(groups []network.SignalGroupID, phases []ringPhase, starts []float64, cycle float64) (durations []float64, lights [][]network.Light) {
	var times []float64
	for i := range phases {
		end := starts[i] + phases[i].split
		times = append(times, starts[i], end-phases[i].Yellow-phases[i].RedClear, end-phases[i].RedClear, wrapped(end, cycle))
	}
	for i := range times {
		times[i] = math.Round(times[i]*1000) / 1000
	}
	times = append(times, 0)
	slices.Sort(times)
	times = slices.DeleteFunc(slices.Compact(times), func(t float64) bool { return t >= cycle-5e-4 })
	lights = make([][]network.Light, len(groups))
	for k, t := range times {
		next := cycle
		if k+1 < len(times) {
			next = times[k+1]
		}
		durations = append(durations, math.Round((next-t)*1000)/1000)
		for i, g := range groups {
			lights[i] = append(lights[i], shows(g, phases, starts, (t+next)/2, cycle))
		}
	}
	return durations, lights
}

// shows returns what a group shows at a time of the cycle.
func shows(g network.SignalGroupID, phases []ringPhase, starts []float64, at, cycle float64) network.Light {
	light := network.LightRed
	for i := range phases {
		p := &phases[i]
		since := wrapped(at-starts[i], cycle)
		if !slices.Contains(p.Groups, g) || since >= p.split {
			continue
		}
		switch green := p.split - p.Yellow - p.RedClear; {
		case since < green, follows(g, phases, starts, starts[i]+p.split, cycle):
			return network.LightGreen
		case since < green+p.Yellow:
			light = network.LightAmber
		}
	}
	return light
}

// follows tells whether a phase with the group begins at a time.
func follows(g network.SignalGroupID, phases []ringPhase, starts []float64, at, cycle float64) bool {
	for i := range phases {
		gap := wrapped(starts[i]-at, cycle)
		if slices.Contains(phases[i].Groups, g) && (gap < 0.01 || gap > cycle-0.01) {
			return true
		}
	}
	return false
}
