package rare

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
)

func TestCatalogueIsThePublishedOne(t *testing.T) {
	f, err := os.Open("../../../shared/ad/nhtsa_precrash_37.csv")
	if err != nil {
		t.Skip("the published table is not beside the repository")
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != NumTypes+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		no, _ := strconv.Atoi(row[0])
		share, _ := strconv.ParseFloat(row[4], 64)
		if k := Type(no); k.Name() != row[1] || k.Group() != row[2] || k.Published() != share {
			t.Errorf("type %d: %q, %q, %g; want %v", no, k.Name(), k.Group(), k.Published(), row)
		}
	}
}

// two returns an episode of two vehicles that end where it happens; x and y are their paths, a sample each 0.5 s.
func two(one, other []State) *Episode {
	n := max(len(one), len(other))
	return &Episode{
		Step: 0.5, Samples: n, Event: Event{Kind: Crash, Time: 0.5 * float64(n-1), Striking: 1, Struck: 2}, Striking: &Cause{}, Struck: &Cause{},
		Vehicles: []Vehicle{{ID: 1, Role: Striker, Path: one}, {ID: 2, Role: Other, Path: other}},
	}
}

// drive returns a path of samples on tracks, at speeds that go from v to end, headed so.
func drive(v, end, heading float64, tracks ...network.TrackID) (path []State) {
	n := 10 * len(tracks)
	for i := range n {
		speed := v + (end-v)*float64(i)/float64(n-1)
		path = append(path, State{V: speed, A: (end - v) / (0.5 * float64(n-1)), Heading: heading, Track: tracks[i/10]})
	}
	return path
}

func TestTypesAreRecognised(t *testing.T) {
	net, err := network.Build(sample.Cross(sample.CrossSpec{Arms: 4, Control: network.Signalised}))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := network.Build(sample.Cross(sample.CrossSpec{Arms: 4, Control: network.PriorityRoad}))
	if err != nil {
		t.Fatal(err)
	}
	way := func(net *network.Network, from, to network.EdgeID) (lane, connector network.TrackID) {
		for c := range net.Connectors {
			k := &net.Connectors[c]
			if net.Lanes[k.From].Edge == from && net.Lanes[k.To].Edge == to {
				return k.From.Track(), net.ConnectorTrack(network.ConnectorID(c))
			}
		}
		t.Fatalf("no way from edge %d to %d", from, to)
		return 0, 0
	}
	eastIn, _ := way(net, 1, 4)
	_, east := way(net, 1, 4)
	northIn, north := way(net, 3, 6)
	westIn, left := way(net, 5, 2) // from the west to the north
	_, right := way(net, 1, 2)
	_, pRight := way(plain, 1, 2)
	pEastIn, pEast := way(plain, 1, 4)
	pNorthIn, pNorth := way(plain, 3, 6)
	pWestIn, pLeft := way(plain, 5, 2)
	const w, s, e = 3.1416, -1.5708, 0.0 // headings
	follow := func(lead []State) *Episode { return two(drive(15, 15, w, eastIn), lead) }
	red := two(drive(12, 12, w, eastIn, east), drive(10, 10, s, northIn, north))
	red.Striking.RanRed = 1
	broken := follow(drive(0, 0, w, eastIn))
	broken.Striking.Faults = []string{"front brake circuit failed"}
	alone := two(drive(20, 20, e, eastIn), nil)
	alone.Vehicles, alone.Event.Kind = alone.Vehicles[:1], LossOf
	cutIn := follow(drive(12, 12, w, eastIn))
	for i := range cutIn.Vehicles[1].Path {
		cutIn.Vehicles[1].Path[i].Turning = 1
	}
	for _, c := range []struct {
		name string
		e    *Episode
		net  *network.Network
		want Type
	}{
		{"lead stopped", follow(drive(0, 0, w, eastIn)), net, leadStopped},
		{"lead slower", follow(drive(5, 5, w, eastIn)), net, leadSlower},
		{"lead decelerating", follow(drive(15, 4, w, eastIn)), net, leadDecelerating},
		{"lead accelerating", follow(drive(2, 9, w, eastIn)), net, leadAccelerating},
		{"cut in", cutIn, net, changingLanes},
		{"red", red, net, runningRed},
		{"vehicle failure", broken, net, vehicleFailure},
		{"loss of control", alone, net, lossWithoutAction},
		{"left turn at signals", two(drive(12, 12, w, eastIn, east), drive(6, 6, e, westIn, left)), net, acrossPathSignals},
		{"left turn", two(drive(12, 12, w, pEastIn, pEast), drive(6, 6, e, pWestIn, pLeft)), plain, acrossPath},
		{"right turn at signals", two(drive(6, 6, w, eastIn, right), drive(12, 12, s, northIn, north)), net, nearTurnSignals},
		{"right turn", two(drive(6, 6, w, pEastIn, pRight), drive(12, 12, s, pNorthIn, pNorth)), plain, turningNoSignals},
		{"crossing", two(drive(12, 12, w, pEastIn, pEast), drive(6, 6, s, pNorthIn, pNorth)), plain, straightCrossing},
	} {
		if got := classify(c.e, c.net); got != c.want {
			t.Errorf("%s: type %d, %s; want %d, %s", c.name, got, got.Name(), c.want, c.want.Name())
		}
	}
}

// TestKindsAreToldApart has episodes of two kinds, one four times as heavy, sorted into them.
func TestKindsAreToldApart(t *testing.T) {
	var all []*Episode
	for i := range 20 {
		e := two(drive(15, 15+0.01*float64(i), 0, 0), drive(0, 0, 0, 0))
		e.Weight = 1
		if i%2 == 1 {
			e = two(drive(30, 30+0.01*float64(i), 0, 0), drive(9, 9, 1.5, 0))
			e.Weight = 4
		}
		all = append(all, e)
	}
	kinds := Clusters(all, 2)
	if len(kinds) != 2 || len(kinds[0].Members) != 10 || kinds[0].Weight != 40 || kinds[0].Typical%2 != 1 {
		t.Fatalf("%+v, want two kinds of ten, the heavier first", kinds)
	}
	if d := MostDifferent(all, 2); len(d) != 2 || d[0]%2 == d[1]%2 {
		t.Errorf("most different %v, want one of each kind", d)
	}
	if Clusters(nil, 3) != nil || MostDifferent(nil, 3) != nil {
		t.Error("kinds of nothing")
	}
}
