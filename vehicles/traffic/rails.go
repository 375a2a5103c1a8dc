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
			b.set(trackDepth, l.places[b.lane].length)
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
	room := b.end - x + float64(v.length) + p.MinGap
	if lead.Gap+driver.StoppingDistance(lead.Speed, 4) < room {
		return false
	}
	place := &w.layout.places[b.lane]
	if b.end+float64(v.length)+1 > place.length-lineMargin && v.next >= 0 && x >= 0 {
		return w.green(w.layout.places[v.next].group) // else it would wait at the stop line with its rear on the tracks
	}
	return true
}
