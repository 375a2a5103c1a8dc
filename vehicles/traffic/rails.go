package traffic

import (
	"cmp"
	"math"
	"slices"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/driver"
)

// railway is where a line crosses a street, or several streets side by side that close together.
type railway struct {
	key    uint64
	kind   network.CrossingKind
	rate   float64 // trains an hour
	places []bar
	bars   []int32 // the same in layout.bars
}

// rail is the state of a railway.
type rail struct {
	next    float64 // s after midnight at which the next train is there
	number  uint64  // of trains
	phase   railPhase
	since   float64 // s after midnight at which the phase began
	blocked bool    // the train has found somebody on the tracks
}

// railPhase is what is going on at a railway.
type railPhase uint8

const (
	railOpen    railPhase = iota
	railClosing           // lights or bells, then barriers; the train comes
	railPassing
	railOpening
)

// railTimes are the times of a kind of crossing, s.
type railTimes struct{ warning, passing, opening float64 }

// A railway's lights and barriers have closed the road 20 s before a train at the least (49 CFR 234.225), and people who
// plan them take some more; 150 m of train at 60 km/h pass in 9 s. Trams are announced by lights shortly before: long enough for a
// lorry that has just pulled away at the line, 16.5 m long, to clear the tracks at 0.6 m/s² [assumed].
var (
	trainTimes = railTimes{warning: 27, passing: 10, opening: 6}
	tramTimes  = railTimes{warning: 12, passing: 6, opening: 1}
)

const (
	railAmber = 4.0  // s of the warning in which who cannot stop goes on
	oneLine   = 60.0 // m; crossings of the same kind nearer to the first of them close together
)

func (r *railway) times() *railTimes {
	if r.kind == network.TramCrossing {
		return &tramTimes
	}
	return &trainTimes
}

// newRailways returns the crossings of trains and trams. Those within oneLine of the first of them, in the order of their
// keys, close together with it: not those that are only near to one that is, or a tram would close its whole street.
func newRailways(l *layout, c *Crossings) []railway {
	var rails []railway
	var at []network.Point // by railway: of its first crossing
	near := map[railCell][]int32{}
	for _, f := range l.levelCrossings() {
		of := int32(-1)
		for _, cell := range cellOf(f.at, f.places[0].kind).around() {
			for _, i := range near[cell] {
				if at[i].Dist(f.at) < oneLine && (of < 0 || i < of) {
					of = i
				}
			}
		}
		if of >= 0 {
			rails[of].places = append(rails[of].places, f.places...)
			continue
		}
		r := railway{key: f.places[0].key, kind: f.places[0].kind, rate: c.Trains, places: f.places}
		if r.kind == network.TramCrossing {
			r.rate = c.Trams
		}
		cell := cellOf(f.at, r.kind)
		near[cell] = append(near[cell], int32(len(rails)))
		rails, at = append(rails, r), append(at, f.at)
	}
	return slices.DeleteFunc(rails, func(r railway) bool { return r.rate == 0 })
}

// levelCrossing is where a line crosses one direction of a street.
type levelCrossing struct {
	at     network.Point
	places []bar // by lane
}

// levelCrossings returns the crossings of trains and trams by key, those of one key by slot.
func (l *layout) levelCrossings() (list []levelCrossing) {
	for i := range l.net.Crossings {
		x := &l.net.Crossings[i]
		if x.Kind != network.LevelCrossing && x.Kind != network.TramCrossing {
			continue
		}
		f := levelCrossing{at: l.pointOn(x.Edge, x.Position)}
		for k := range l.net.Edges[x.Edge].NumLanes {
			b := bar{lane: l.laneAt(x.Edge, int(k)), mid: x.Position, key: keyOf(x.OSMNode, f.at, x.Kind), kind: x.Kind}
			b.set(trackDepth, l.places[b.lane].length, leastTrackLine)
			f.places = append(f.places, b)
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b levelCrossing) int {
		return cmp.Or(cmp.Compare(a.places[0].key, b.places[0].key), cmp.Compare(a.places[0].lane, b.places[0].lane))
	})
	return list
}

// railCell is a square of the map with sides of oneLine, for crossings of one kind.
type railCell struct {
	x, y int
	kind network.CrossingKind
}

func cellOf(p network.Point, kind network.CrossingKind) railCell {
	return railCell{int(math.Floor(p.X / oneLine)), int(math.Floor(p.Y / oneLine)), kind}
}

// around returns the cell and its neighbours.
func (c railCell) around() (all [9]railCell) {
	for i := range all {
		all[i] = railCell{c.x + i%3 - 1, c.y + i/3 - 1, c.kind}
	}
	return all
}

// advanceRailways lets trains come, and says what the bars of their crossings show.
func (w *World) advanceRailways() {
	for i := range w.crossers.rails {
		r, line := &w.crossers.rails[i], &w.layout.rails[i]
		if w.Time() < r.next-line.times().warning && r.phase == railOpen {
			continue
		}
		w.advanceRailway(line, r)
		for _, b := range line.bars {
			switch {
			case r.phase == railOpen:
				w.show(b, barOpen, 0)
			case r.phase == railClosing && w.Time()-r.since < railAmber:
				w.show(b, barAmber, 0)
			default:
				w.show(b, barRed, 0)
			}
		}
	}
}

func (w *World) advanceRailway(line *railway, r *rail) {
	t, elapsed := line.times(), w.Time()-r.since
	switch r.phase {
	case railClosing:
		if elapsed < t.warning {
			return
		}
		if n := w.onTracks(line); n > 0 { // it is held at its signal
			if !r.blocked {
				w.crossers.walks.OnTracks += n
			}
			r.blocked = true
			return
		}
	case railPassing:
		if elapsed < t.passing {
			return
		}
		w.crossers.walks.Trains++
	case railOpening:
		if elapsed < t.opening {
			return
		}
		r.number++
		r.blocked = false
		r.next = w.nextTrain(line, r.next, r.number)
	}
	r.phase = (r.phase + 1) % (railOpening + 1)
	r.since = w.Time()
}

// nextTrain returns when the train after one at time after comes: half to one and a half of the mean headway later, as a
// timetable in two directions looks from the road [assumed], but no sooner than the crossing has opened.
func (w *World) nextTrain(line *railway, after float64, number uint64) float64 {
	headway := 3600 / line.rate
	t := line.times()
	least := t.warning + t.passing + t.opening + 10
	return max(w.Time()+least, after+float64(headway*(0.5+draw.Float64(w.cfg.Seed, draw.TrainArrival, line.key, number))))
}

// firstTrain returns when the first train comes: anywhere within the mean headway.
func (w *World) firstTrain(line *railway) float64 {
	return w.cfg.Start + line.times().warning + float64(3600/line.rate*draw.Float64(w.cfg.Seed, draw.TrainArrival, line.key, 0))
}

// onTracks returns the number of vehicles on the tracks of a line.
func (w *World) onTracks(line *railway) (n int) {
	for _, i := range line.bars {
		b := &w.layout.bars[i]
		p := &w.layout.places[b.lane]
		n += w.between(b.lane, b.mid-trackDepth+1, b.mid+trackDepth-1)
		if b.end > p.length {
			for s := p.out; s < p.outEnd(); s++ {
				n += w.between(s, b.mid-trackDepth+1-p.length, b.mid+trackDepth-1-p.length)
			}
		}
	}
	return n
}

// between returns how many vehicles of track s have a part of them between metres from and to of it.
func (w *World) between(s slot, from, to float64) (n int) {
	vs := w.tracks[s].vehicles()
	for i := range vs {
		if vs[i].s > from && vs[i].rear() < to {
			n++
		}
	}
	return n
}

// tracksClear reports whether v, with its front at metre x of the lane of b (negative before it), can leave the tracks
// behind it: nobody stops on them. lead is what is ahead of it on the lane or beyond.
func (w *World) tracksClear(v *vehicle, p *driver.Params, b *bar, x float64, lead driver.Neighbour) bool {
	_, held := w.heldBeforeTracks(v, p, b, x, lead)
	return !held
}

// heldBeforeTracks reports whether v waits before the open tracks of b since it could not leave them, and why: somebody ahead leaves
// no room behind them, or there is none before the line of a junction that has not let it in.
func (w *World) heldBeforeTracks(v *vehicle, p *driver.Params, b *bar, x float64, lead driver.Neighbour) (Limit, bool) {
	room := b.end - x + float64(v.length) + p.MinGap
	if lead.Gap+driver.StoppingDistance(lead.Speed, 4) < room {
		return LimitRail, true
	}
	place := &w.layout.places[b.lane]
	if w.lineOf(v, place) > b.at+lineMargin {
		return 0, false
	}
	if x < 0 {
		return w.heldBeyond(v, place)
	}
	switch {
	case v.next < 0:
		return 0, false
	case !w.green(w.layout.places[v.next].group):
		return LimitSignal, true
	case v.flags&needsGrant != 0 && v.grant == 0:
		return w.whyNotLetIn(v), true
	}
	return LimitYield, v.hold > 0 && place.length+float64(v.hold) < b.end+float64(v.length)
}

// edgesSeen is how many edges ahead lookAhead sees at the most.
const edgesSeen = 4

// heldBeyond reports whether v, which is not on lane p yet, has to stop at its end for all it can see now, and why: at a red light, or
// to give way.
func (w *World) heldBeyond(v *vehicle, p *place) (Limit, bool) {
	j := &w.journeys[v.id]
	for i := max(0, int(j.at)); i+1 < len(j.route) && i <= int(j.at)+edgesSeen; i++ {
		if j.route[i] != p.edge {
			continue
		}
		c := w.connectorTo(p, j.route[i+1], classOf(v))
		if c == nowhere {
			return 0, false
		}
		there := &w.layout.places[c]
		if !w.green(there.group) {
			return LimitSignal, true
		}
		return LimitYield, there.yieldsAny
	}
	return 0, false
}

// lineOf returns the metre of lane p that is the stop line for v: the end of the lane, or where tracks begin behind which there
// is no room for v to wait. Such tracks and the junction are one: who goes over the first has been let in to the second.
func (w *World) lineOf(v *vehicle, p *place) float64 {
	line := p.length
	for i := p.bar + int32(p.barN) - 1; i >= p.bar; i-- {
		if b := &w.layout.bars[i]; b.kind >= network.LevelCrossing && b.end+float64(v.length)+1 > line-lineMargin {
			line = b.at + lineMargin
		}
	}
	return line
}

// toLine returns how far the stop line of v is ahead of it on lane p, m; negative where it is on the tracks before a junction.
func (w *World) toLine(v *vehicle, p *place) float64 {
	if p.barN == 0 {
		return p.length - v.s
	}
	return w.lineOf(v, p) - v.s
}

// heldByGates reports whether a train keeps v, who can stop before them, from the tracks on lane p behind which there is no room to wait.
func (w *World) heldByGates(v *vehicle, p *place) bool {
	line := w.lineOf(v, p)
	if line == p.length || !w.canStopOn(v, p, line-v.s) {
		return false
	}
	for i := p.bar; i < p.bar+int32(p.barN); i++ {
		if b := &w.layout.bars[i]; b.at+lineMargin == line {
			return w.crossers.bars[i].state != barOpen
		}
	}
	return false
}

// stretch returns the metres on lane p on which one vehicle can stand: all, or what tracks over it leave before or behind them.
func (w *World) stretch(p *place) float64 {
	b, _ := w.tracksOver(p)
	if b == nil {
		return p.length - leastLineGap
	}
	return max(b.at, p.toStand()-b.end)
}

// hangsBeforeTracks reports whether v, waiting before tracks over the lane that connector c leads to, would have its rear in the junction.
func (w *World) hangsBeforeTracks(v *vehicle, c *place) bool {
	b, _ := w.tracksOver(&w.layout.places[c.to])
	return b != nil && b.at < float64(v.length)
}

// heldByTracks reports whether v does not enter the junction before connector c because a train comes over the lane that it leads to, and
// it could not wait for that clear of others' ways.
func (w *World) heldByTracks(v *vehicle, c *place) bool {
	b, open := w.tracksOver(&w.layout.places[c.to])
	return !open && c.length+b.at-float64(v.length) <= c.clearFrom
}

// tracksOver returns the first tracks over lane p, nil if there are none, and whether the road is open there.
func (w *World) tracksOver(p *place) (*bar, bool) {
	for i := p.bar; i < p.bar+int32(p.barN); i++ {
		if b := &w.layout.bars[i]; b.kind >= network.LevelCrossing {
			return b, w.crossers.bars[i].state == barOpen
		}
	}
	return nil, true
}

// isOnTracks reports whether a part of v is on the tracks of a line: on its lane, or one that it has not left altogether.
func (w *World) isOnTracks(v *vehicle, line int32) bool {
	j := &w.journeys[v.id]
	front, on := v.s, [...]slot{j.track, j.from, j.fromBefore}
	for i, s := range on {
		if s < 0 {
			return false
		}
		p := &w.layout.places[s]
		if i > 0 {
			front += p.length
		}
		for k := p.bar; k < p.bar+int32(p.barN); k++ {
			b := &w.layout.bars[k]
			if b.kind >= network.LevelCrossing && b.line == line && front > b.mid-trackDepth && front-float64(v.length) < b.end {
				return true
			}
		}
	}
	return false
}
