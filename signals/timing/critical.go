package timing

// critical returns the degree of saturation of the critical lane groups (HCM eqs. 19-30 and 19-31 with the paths through the
// two rings): of each pair of opposite approaches the sequence of left turn and opposing through that takes most.
func (j *Junction) critical(all []lanes, groups []LaneGroup) float64 {
	sum, lost := 0.0, 0.0
	done := make([]bool, len(all))
	for i := range all {
		if done[i] {
			continue
		}
		done[i] = true
		through, left := flowRatios(&all[i], i, groups)
		path, time := through, all[i].ThroughPhase.lost()
		if left > 0 && all[i].opposite == nil {
			path, time = path+left, time+all[i].LeftPhase.lost()
		}
		if o := all[i].Opposite; o >= 0 && o != i {
			done[o] = true
			opposing, oLeft := flowRatios(&all[o], o, groups)
			path, time = longer(left+opposing, leftLost(&all[i], left)+all[o].ThroughPhase.lost(),
				oLeft+through, leftLost(&all[o], oLeft)+all[i].ThroughPhase.lost())
		}
		sum, lost = sum+path, lost+time
	}
	return CriticalSaturation(j.Cycle, lost, sum)
}

func (p Phase) lost() float64 { return LostTime(p.Amber, p.AllRed) }

func leftLost(l *lanes, ratio float64) float64 {
	if ratio <= 0 {
		return 0
	}
	return l.LeftPhase.lost()
}

func longer(path, time, path2, time2 float64) (sum, lost float64) {
	if path2 > path {
		return path2, time2
	}
	return path, time
}

// flowRatios returns the flow over saturation flow of the busiest lane group of the through phase of an approach, and of what its
// left phase has to serve: the protected part of the left turns.
func flowRatios(l *lanes, at int, groups []LaneGroup) (through, left float64) {
	for i := range groups {
		g := &groups[i]
		if g.Approach != at || g.Saturation <= 0 {
			continue
		}
		n := float64(g.Lanes)
		switch {
		case g.Kind != LeftGroup:
			through = max(through, g.Flow/(n*g.Saturation))
		case l.Mode == PermittedLeftOnly:
			through = max(through, g.Flow/(n*g.Saturation))
		default:
			left = max(left, min(g.Flow, n*g.Saturation*l.leftGreen/l.cycle)/(n*g.Saturation))
		}
	}
	return through, left
}
