package osmimport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"roadtwin/network/osmimport/extract"
)

// randomTown makes a crooked grid of streets with what OpenStreetMap has in store: one-way streets, dual carriageways,
// roundabouts, signals on and before junctions, restrictions, odd tags, loose ends, and ways that leave the data.
func randomTown(t testing.TB, seed uint64) *extract.Extract {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	size := 3 + r.IntN(4)
	spacing := []float64{6, 15, 40, 120}[r.IntN(4)]
	var b strings.Builder
	at := func(x, y int) int { return 1 + y*size + x }
	for y := range size {
		for x := range size {
			fmt.Fprintf(&b, "n %d %.1f %.1f %s\n", at(x, y), (float64(x)+r.Float64()*0.4)*spacing, (float64(y)+r.Float64()*0.4)*spacing,
				pick("", "", "", "", "highway=traffic_signals", "highway=traffic_signals traffic_signals:direction=forward",
					"highway=stop", "highway=give_way direction=backward", "highway=crossing crossing=traffic_signals",
					"barrier=bollard", "barrier=gate access=private", "highway=mini_roundabout", "railway=level_crossing", "highway=stop stop=all"))
		}
	}
	way := 100
	line := func(nodes []int) {
		if len(nodes) < 2 {
			return
		}
		var refs []string
		for _, n := range nodes {
			refs = append(refs, fmt.Sprint(n))
		}
		way++
		fmt.Fprintf(&b, "w %d %s highway=%s %s %s %s %s\n", way, strings.Join(refs, ","),
			pick("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "residential", "service", "motorway_link", "living_street"),
			pick("", "", "oneway=yes", "oneway=-1", "oneway=reversible", "junction=roundabout", "junction=intersection"),
			pick("", "lanes=2", "lanes=5", "lanes=3 turn:lanes:forward=left|through", "lanes=1;2", "lanes:forward=2 lanes:backward=1 lanes:both_ways=1",
				"lanes=4 turn:lanes=none|none|merge_to_left", "lanes=99", "bus:lanes=|designated lanes=2"),
			pick("", "maxspeed=50", "maxspeed=30_mph", "maxspeed=none", "maxspeed=fast", "surface=sett", "width=5,5", "placement=right_of:1", "incline=12%"),
			pick("", "name=A", "name=B", "bridge=yes layer=1", "tunnel=yes layer=-1", "access=private", "motor_vehicle=no", "hgv=no"))
	}
	for i := range size {
		var row, column []int
		for k := range size {
			if r.IntN(6) == 0 { // the street ends and goes on as another
				if r.IntN(2) == 0 {
					row = append(row, at(k, i), 9000+r.IntN(2))
				}
				line(row)
				row = nil
			}
			row, column = append(row, at(k, i)), append(column, at(i, k))
		}
		line(row)
		line(column)
	}
	for k := range 6 {
		from, to := 101+r.IntN(way-100), 101+r.IntN(way-100)
		via := pick(fmt.Sprintf("n%d", 1+r.IntN(size*size)), fmt.Sprintf("w%d", 101+r.IntN(way-100)))
		fmt.Fprintf(&b, "r %d type=restriction restriction=%s from=w%d via=%s to=w%d\n", 500+k,
			pick("no_left_turn", "no_u_turn", "only_straight_on", "no_entry", "only_right_turn"), from, via, to)
	}
	return sketch(t, [][2]float64{germany, england, kansas}[seed%3], b.String())
}

// TestRandomTownsAreImported checks the invariants after every pass over random towns, that the network is valid, and
// that it comes out the same again.
func TestRandomTownsAreImported(t *testing.T) {
	towns := uint64(400)
	if testing.Short() {
		towns = 60
	}
	empty := 0
	for seed := range towns {
		ok := t.Run(fmt.Sprint(seed), func(t *testing.T) {
			x := randomTown(t, seed)
			n, _, err := Import(x, Options{afterPass: checker(t)})
			if errors.Is(err, ErrNoRoads) {
				empty++
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := n.Validate(); err != nil {
				t.Fatal(err)
			}
			again, _, err := Import(x, Options{})
			if err != nil || seed%10 == 0 && !slices.Equal(encode(t, n), encode(t, again)) {
				t.Errorf("another network the second time (%v)", err)
			}
		})
		if !ok {
			t.Fatalf("seed %d", seed)
		}
	}
	if empty > int(towns)/4 {
		t.Errorf("%d of %d towns have no roads: the test tests little", empty, towns)
	}
}

// TestTheOrderOfWaysDoesNotMatter gives the ways of random towns other ids, in another order: as many junctions, edges
// and lanes must come out.
func TestTheOrderOfWaysDoesNotMatter(t *testing.T) {
	differ := 0
	const towns = 40
	for seed := range uint64(towns) {
		x := randomTown(t, seed)
		y := *x
		y.Ways, y.Relations = nil, nil
		for i := range x.Ways {
			w := x.Ways[len(x.Ways)-1-i]
			w.ID = int64(1000 + i)
			y.Ways = append(y.Ways, w)
		}
		plain := *x
		plain.Relations = nil
		a, _, errA := Import(&plain, Options{})
		b, _, errB := Import(&y, Options{afterPass: checker(t)})
		if (errA == nil) != (errB == nil) {
			t.Fatalf("seed %d: %v, in another order %v", seed, errA, errB)
		}
		if errA == nil && (len(a.Lanes) != len(b.Lanes) || len(a.Junctions) != len(b.Junctions)) {
			differ++
		}
	}
	// Where short streets merge greedily the order may decide; it must be rare.
	if differ > towns/4 {
		t.Errorf("%d of %d towns come out otherwise when their ways come in another order", differ, towns)
	}
}
