package traffic

// At an all-way stop everybody stops, and they go one after another, in the order in which they have come to stand at the line
// (claim). Whose turn it is goes when the one before him is past the middle of his way; and somebody who meets nobody's way
// goes when he has seen the one before drive on, since until then that one might turn. Who stood there before is not
// overtaken by those whose ways meet his (mustLetIn). Measured headways are as long as that: 5.8 s against one crossing
// approach, and 9.6 s, not 5.8, where four take turns, so opposite ones seldom start together (HCM 7th edition, exhibit 21-10:
// reference 5_signals/hcm_awsc.json).

// seenToGo is how far beyond its line, m, one is seen to go on and where [assumed].
const seenToGo = 2.0

// stopsFully reports whether connector c belongs to an all-way stop where somebody comes, or is, from another road: there one
// comes to a stand and looks who is first.
func (w *World) stopsFully(c *place) bool {
	x := &w.layout.crossings[c.junction]
	if !x.allWay {
		return false
	}
	from := w.layout.places[c.from].edge
	for lane := x.lanes; lane < x.connectors; lane++ {
		if p := &w.layout.places[lane]; p.edge != from && len(w.tracks[lane].vs) > 0 {
			if o := &w.tracks[lane].vehicles()[0]; p.length-o.s < horizon(o.v) {
				return true
			}
		}
	}
	for s := x.connectors; s < x.end; s++ {
		if len(w.tracks[s].vs) > 0 && w.layout.places[w.layout.places[s].from].edge != from {
			return true
		}
	}
	return false
}

// startsAfter returns whom one who has stopped before connector c of an all-way stop waits for: somebody from another
// road who has been let in and is not seen to go yet; nil if there is nobody.
func (w *World) startsAfter(c *place) *vehicle {
	x := &w.layout.crossings[c.junction]
	from := w.layout.places[c.from].edge
	for lane := x.lanes; lane < x.connectors; lane++ {
		if w.layout.places[lane].edge != from && len(w.tracks[lane].vs) > 0 {
			if o := &w.tracks[lane].vehicles()[0]; o.grant != 0 {
				return o
			}
		}
	}
	for s := x.connectors; s < x.end; s++ {
		vs := w.tracks[s].vehicles()
		if n := len(vs); n > 0 && vs[n-1].s < seenToGo && vs[n-1].flags&isCrashed == 0 && w.layout.places[w.layout.places[s].from].edge != from {
			return &vs[n-1]
		}
	}
	return nil
}

// isMidway reports whether o, inside an all-way stop, is past the middle of the way of one who goes after it at clash k.
func (k *clash) isMidway(o *inside) bool {
	return o.s >= 0.5*(k.withStart+k.withEnd)
}
