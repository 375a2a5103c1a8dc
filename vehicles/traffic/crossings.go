package traffic

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"roadtwin/network"
)

// Crossings says who crosses the roads beside the traffic on them. The zero value lets nobody cross.
type Crossings struct {
	// People multiplies the number of people at every crossing; 0 switches them off.
	People float64
	// AtSignals puts a crossing on every arm of a signalised junction. Importers leave the crossings there to the engine.
	AtSignals bool
	// Cyclists is the share of the people who ride, 0 to 1.
	Cyclists float64
	// Profile is the number of people in each hour from midnight over that of the mean hour; nil for evenly over the day.
	Profile *[24]float64
	// Trains and Trams are how many pass a level crossing, and a tram crossing, in an hour, both directions together;
	// 0 switches them off.
	Trains, Trams float64
	// BusDwell is the mean time in s that a bus stands at a stop; 0 lets buses pass their stops.
	BusDwell float64
}

// DefaultCrossings returns what is assumed where nobody knows better. A tenth of those who cross ride [assumed]. Four
// trains an hour are one an hour and direction on each of two lines [assumed]; twelve trams a ten-minute service both ways.
// Stops outside of centres hold a bus for 15 s (TCRP Report 165, Transit Capacity and Quality of Service Manual, 3rd ed.,
// chapter 6: 60 s in centres, 30 s at major stops, 15 s elsewhere; recalled, not seen).
func DefaultCrossings() Crossings {
	return Crossings{People: 1, AtSignals: true, Cyclists: 0.1, Trains: 4, Trams: 12, BusDwell: 15}
}

func (c *Crossings) check() error {
	for _, n := range [...]struct {
		name        string
		value, most float64
	}{
		{"factor of people", c.People, 1000},
		{"share of cyclists", c.Cyclists, 1},
		{"trains an hour", c.Trains, 60},
		{"trams an hour", c.Trams, 240},
		{"dwell time of buses", c.BusDwell, 600},
	} {
		if !(n.value >= 0 && n.value <= n.most) {
			return fmt.Errorf("traffic: %s %g, want 0 to %g", n.name, n.value, n.most)
		}
	}
	if c.Profile != nil {
		for hour, x := range c.Profile {
			if !(x >= 0 && x <= 24) {
				return fmt.Errorf("traffic: profile of people: %g in hour %d, want 0 to 24", x, hour)
			}
		}
	}
	return nil
}

// bar is where the vehicles of one lane stop for what crosses it.
type bar struct {
	lane slot
	at   float64 // m along the lane, where front bumpers stop
	mid  float64 // m: where people walk, or the middle of the tracks; beyond the end of the lane at a junction's stop line
	end  float64 // m: clear of the crossing with the rear bumper here
	key  uint64  // of the crossing, the same however the network is numbered
	kind network.CrossingKind
	line int32 // index in layout.rails of a crossing of tracks
}

// barState is what a bar shows in this step.
type barState uint8

const (
	barOpen    barState = iota
	barClaimed          // people wait to whom drivers should yield
	barAmber            // a signal is about to stop the traffic: who cannot stop goes on
	barRed              // a signal or a barrier stops the traffic
	barWalked           // people are on the lane, or on their way to it
)

const (
	walkDepth   = 3.0 // m across which people walk: a crosswalk's usual width
	barDistance = 1.2 // m between a stop line and the crosswalk: MUTCD 11th ed., 3B.19, 4 ft
	trackDepth  = 4.0 // m on each side of the middle of the tracks: two tracks 4 m apart and their clearance
	nearBar     = 0.5 // m before the place of a bar
)

// barView is what drivers see of a crossing on their lane.
type barView struct {
	state barState
	until float32 // s for which there will be people on the lane
}

// addBars puts the bars of all walkways and railways into the layout, lane by lane; each strip learns its bar.
func (l *layout) addBars(ways []walkway, rails []railway) {
	var list []bar
	for i := range ways {
		for k := range ways[i].strips {
			list = append(list, ways[i].strips[k].place)
		}
	}
	for i := range rails {
		list = append(list, rails[i].places...)
	}
	slices.SortFunc(list, func(a, b bar) int {
		return cmp.Or(cmp.Compare(a.lane, b.lane), cmp.Compare(a.mid, b.mid), cmp.Compare(a.kind, b.kind), cmp.Compare(a.key, b.key))
	})
	l.bars = slices.Compact(list)
	for i := range l.bars {
		p := &l.places[l.bars[i].lane]
		if p.barN == 0 {
			p.bar = int32(i)
		}
		p.barN++
	}
	for i := range ways {
		for k := range ways[i].strips {
			s := &ways[i].strips[k]
			s.bar = l.barOf(&s.place)
		}
	}
	for i := range rails {
		r := &rails[i]
		for k := range r.places {
			r.bars = append(r.bars, l.barOf(&r.places[k]))
		}
	}
}

// set places the bar of a crossing at mid that is depth metres deep on each side, on a lane of so many metres. One at the very
// start of the lane is moved along it to where a line can be before it, least metres from the start.
func (b *bar) set(depth, length, least float64) {
	b.mid = max(b.mid, min(depth+barDistance+least, 0.9*length))
	b.at = max(min(least, 0.3*b.mid), b.mid-depth-barDistance)
	b.end = b.mid + depth
}

// How far from the start of a lane a line before a crossing is at least, m: who stands before tracks is on the lane that they
// cross, where the junction at its end can let one in.
const (
	leastLine      = 0.3
	leastTrackLine = 1.0
)

// barOf returns the index of b in layout.bars.
func (l *layout) barOf(b *bar) int32 {
	p := &l.places[b.lane]
	for i := p.bar; i < p.barEnd(); i++ {
		if l.bars[i] == *b {
			return i
		}
	}
	return -1
}

// keyOf numbers a crossing at a point of the map by its OSM node; by its place where there is none.
func keyOf(node int64, at network.Point, kind network.CrossingKind) uint64 {
	if node != 0 {
		return uint64(node)<<4 | uint64(kind)
	}
	x, y := int64(math.Round(at.X*10)), int64(math.Round(at.Y*10))
	return uint64(x)<<36 ^ uint64(y)<<8 ^ uint64(kind) | 1<<63
}

// lane returns the slot of the i-th lane of edge e.
func (l *layout) laneAt(e network.EdgeID, i int) slot { return l.firstLane[e] + slot(i) }

// advanceCrossings lets people arrive and walk, trains pass, and says what every bar shows in this step. It is made by one
// worker: only the few crossings where somebody is cost anything.
func (w *World) advanceCrossings() {
	if len(w.layout.bars) == 0 {
		return
	}
	w.advanceRailways()
	w.letPeopleCome()
	w.trackArms()
	w.advanceWalkways()
}

// show sets what a bar shows, and for how many seconds there will be people. Drivers near it see that at once.
func (w *World) show(b int32, s barState, until float64) {
	before := w.crossers.bars[b].state
	w.crossers.bars[b] = barView{s, float32(until)}
	if s <= before {
		return
	}
	p := &w.layout.bars[b]
	t := &w.tracks[p.lane]
	for i := range t.vehicles() {
		if d := p.mid - t.vehicles()[i].s; d > 0 && d < alertWithin {
			t.rouse(i)
		}
	}
}

const alertWithin = 60.0 // m
