package extract_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"roadtwin/network/osmimport"
	"roadtwin/network/osmimport/extract"
)

// maxMutationRSS is what the whole test may take, MB, whatever the inputs ask for.
const maxMutationRSS = 512

// TestMutations reads and imports damaged maps: bytes changed in XML, in PBF files and within the blocks of PBF files, and
// maps that are well-formed but make no sense. Nothing may panic, what is accepted must be a valid network, and memory
// stays bounded. ROADTWIN_MUTATIONS sets how many (make mutations takes a million).
func TestMutations(t *testing.T) {
	count := 1000
	if s := os.Getenv("ROADTWIN_MUTATIONS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("ROADTWIN_MUTATIONS=%s, want a number", s)
		}
		count = n
	}
	limit := debug.SetMemoryLimit(maxMutationRSS / 2 << 20)
	defer debug.SetMemoryLimit(limit)
	path := filepath.Join(t.TempDir(), "map")
	outcomes := map[string]int{}
	for i := range count {
		m := mutant(uint64(i))
		if err := os.WriteFile(path, m.file, 0o600); err != nil {
			t.Fatal(err)
		}
		outcomes[m.kind+": "+judge(t, path, i)]++
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	rss := usage.Maxrss / 1024 // kB on Linux
	t.Logf("%d inputs, at most %d MB: %v", count, rss, outcomes)
	if runtime.GOOS == "linux" && rss > maxMutationRSS {
		t.Errorf("%d MB of memory, want at most %d", rss, maxMutationRSS)
	}
	for _, kind := range []string{"xml", "pbf", "block", "tags"} {
		if count >= 500 && outcomes[kind+": refused"] == count/4 {
			t.Errorf("all mutations of kind %s were refused by the reader: they test nothing behind it", kind)
		}
	}
}

// judge reads and imports a file, and tells how far that came. A panic names the mutation.
func judge(t *testing.T, path string, number int) string {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("mutation %d: panic: %v\n%s", number, p, debug.Stack())
		}
	}()
	x, err := extract.Open(context.Background(), path, extract.Options{MaxBytes: 64 << 20})
	if err != nil {
		return "refused"
	}
	n, _, err := osmimport.Import(x, osmimport.Options{})
	if err != nil {
		return "no network"
	}
	if err := n.Validate(); err != nil {
		t.Fatalf("mutation %d: the network is not valid: %v", number, err)
	}
	return "network"
}

type mutation struct {
	kind string
	file []byte
}

// mutant returns mutation number i: the same for each number.
func mutant(i uint64) mutation {
	r := rand.New(rand.NewPCG(i, 29))
	x := town(r)
	switch i % 4 {
	case 0:
		return mutation{"xml", damage(r, extract.EncodeXML(x))}
	case 1:
		return mutation{"pbf", damage(r, extract.EncodePBF(x, r.IntN(4) == 0))}
	case 2:
		blocks := extract.EncodeBlocks(x)
		k := r.IntN(len(blocks))
		blocks[k] = damage(r, blocks[k])
		var file bytes.Buffer
		file.Write(extract.Header)
		for _, b := range blocks {
			file.Write(extract.WithBlock(b))
		}
		return mutation{"block", file.Bytes()}
	default:
		spoil(r, x)
		return mutation{"tags", extract.EncodeXML(x)}
	}
}

// damage changes, drops, repeats or inserts a few runs of bytes.
func damage(r *rand.Rand, data []byte) []byte {
	for range 1 + max(r.IntN(6)-3, 0) {
		if len(data) == 0 {
			return data
		}
		at := r.IntN(len(data))
		end := min(len(data), at+1+r.IntN(8))
		switch r.IntN(9) {
		case 0, 6, 7, 8:
			data[at] ^= 1 << r.IntN(8)
		case 1:
			data[at] = byte(r.IntN(256))
		case 2:
			data = append(data[:at:at], data[end:]...)
		case 3:
			data = append(data[:end:end], data[at:]...)
		case 4:
			data = append(append(data[:at:at], nasty[r.IntN(len(nasty))]...), data[at:]...)
		case 5:
			data = data[:at]
		}
	}
	return data
}

// nasty are values and pieces that break careless readers.
var nasty = []string{
	"", "0", "-1", "1e309", "NaN", "Inf", "-0", "9223372036854775807", "99999999999999999999", "4294967296", "yes", "no", ";", "|",
	"||||||||||||||||||||||||||||||||||||||||", "left|", "through;left|right|none", "merge_to_left|none", "no_left_turn @ (", "Mo-Fr 07:00-09:00",
	"no @ (Mo-Fr 25:00-09:99; weight>)", "none @ ()", "50 mph", "DE:urban", "1;2;3", "-5%", "up", "right_of:", "middle_of:99", "transition",
	"signals", "backward", "forward", "\x00", "\xff\xfe", "<osm>", "</way>", "&#0;", "<!DOCTYPE", "]]>", "1'2\"", "3.5 t", "mini_roundabout",
	"reversible", "alternating", "designated", "private", "only_straight_on", "no_entry", "via", "from", "to", "Montréal Ω 道路",
}

var (
	highways = []string{
		"motorway", "motorway_link", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
		"track", "secodnary", "unclassified;tertiary", "raceway", "bus_guideway",
	}
	wayKeys = []string{
		"lanes", "lanes:forward", "lanes:backward", "lanes:both_ways", "turn:lanes", "turn:lanes:forward", "turn:lanes:backward", "change:lanes",
		"placement", "placement:forward", "width", "width:lanes", "maxspeed", "maxspeed:lanes", "maxspeed:conditional", "oneway", "oneway:bus",
		"junction", "bridge", "tunnel", "layer", "surface", "smoothness", "tracktype", "incline", "access", "motor_vehicle", "hgv", "maxweight",
		"maxheight", "access:conditional", "bus:lanes", "psv:lanes", "vehicle:lanes", "lanes:bus", "lanes:psv", "busway", "busway:left", "service",
		"name", "ref", "zone:traffic", "maxspeed:type", "driving_side", "destination", "dual_carriageway", "railway",
	}
	nodeKeys = []string{
		"highway", "crossing", "crossing:signals", "traffic_signals:direction", "direction", "stop", "barrier", "access", "railway", "ele",
		"public_transport", "name", "traffic_calming", "mini_roundabout",
	}
	nodeValues = []string{
		"traffic_signals", "crossing", "stop", "give_way", "mini_roundabout", "bus_stop", "turning_circle", "level_crossing", "tram_crossing",
		"bollard", "gate", "lift_gate", "stop_position", "all", "minor", "both",
	}
	restrictions = []string{
		"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn",
		"no_entry", "no_exit", "no_left_turn @ (Mo-Fr 07:00-09:00)",
	}
)

// town makes a grid of streets with the tags that an import reads, sensible for the most part, and somewhere on Earth.
func town(r *rand.Rand) *extract.Extract {
	x := &extract.Extract{}
	lon, lat := r.Float64()*340-170, r.Float64()*140-70
	size := 2 + r.IntN(3)
	node := func(c, row int) int64 { return int64(1 + row*size + c) }
	for row := range size {
		for c := range size {
			n := extract.Node{ID: node(c, row), Lon: lon + float64(c)*0.0008*(1+r.Float64()/4), Lat: lat + float64(row)*0.0006*(1+r.Float64()/4)}
			if r.IntN(3) == 0 {
				n.Tags = tags(r, nodeKeys, nodeValues, 1+r.IntN(2))
			}
			x.Nodes = append(x.Nodes, n)
		}
	}
	way := func(ids ...int64) {
		w := extract.Way{ID: int64(100 + len(x.Ways)), Nodes: ids, Tags: tags(r, wayKeys, values, r.IntN(5))}
		w.Tags = append(w.Tags, extract.Tag{Key: "highway", Value: highways[min(r.IntN(len(highways)), r.IntN(len(highways))+3)%len(highways)]})
		x.Ways = append(x.Ways, w)
	}
	for k := range size {
		var across, along []int64
		for i := range size {
			across, along = append(across, node(i, k)), append(along, node(k, i))
		}
		way(across...)
		way(along...)
	}
	if r.IntN(2) == 0 { // a ring in the first block
		way(node(0, 0), node(1, 0), node(1, 1), node(0, 1), node(0, 0))
		x.Ways[len(x.Ways)-1].Tags = append(x.Ways[len(x.Ways)-1].Tags, extract.Tag{Key: "junction", Value: "roundabout"})
	}
	for i := range r.IntN(4) {
		x.Relations = append(x.Relations, extract.Relation{
			ID: int64(1000 + i),
			Tags: extract.Tags{
				{Key: "restriction", Value: restrictions[r.IntN(len(restrictions))]}, {Key: "type", Value: "restriction"},
			},
			Members: []extract.Member{
				{Type: extract.WayMember, Ref: 100 + r.Int64N(int64(2*size)), Role: "from"},
				{Type: extract.MemberType(r.IntN(2)), Ref: []int64{1 + r.Int64N(int64(size*size)), 100 + r.Int64N(int64(2*size))}[r.IntN(2)], Role: "via"},
				{Type: extract.WayMember, Ref: 100 + r.Int64N(int64(2*size)), Role: "to"},
			},
		})
	}
	return x
}

// values are what the keys of ways have on real maps.
var values = []string{
	"1", "2", "3", "4", "yes", "no", "-1", "roundabout", "circular", "intersection", "left|through|right", "through|through;right", "none|none|merge_to_left",
	"yes|no", "not_right|no", "right_of:1", "middle_of:1", "transition", "3.5", "3|3.5|2.75", "50", "30 mph", "none", "signals", "asphalt",
	"cobblestone", "gravel", "bad", "grade3", "5%", "down", "private", "destination", "3.5 t", "3.8", "no @ (Mo-Fr 07:00-09:00)",
	"designated|", "lane", "opposite_lane", "parking_aisle", "driveway", "High Street", "urban", "left", "rail", "tram",
}

func tags(r *rand.Rand, keys, values []string, count int) extract.Tags {
	var list extract.Tags
	for range count {
		list = append(list, extract.Tag{Key: keys[r.IntN(len(keys))], Value: values[r.IntN(len(values))]})
	}
	return list
}

// spoil makes nonsense of a map, element by element: values, references and places.
func spoil(r *rand.Rand, x *extract.Extract) {
	pick := func() string {
		if r.IntN(3) == 0 {
			return strings.Join([]string{values[r.IntN(len(values))], nasty[r.IntN(len(nasty))]}, []string{"", ";", "|", " @ "}[r.IntN(4)])
		}
		return clean(nasty[r.IntN(len(nasty))])
	}
	for range 1 + r.IntN(8) {
		switch r.IntN(7) {
		case 0:
			w := &x.Ways[r.IntN(len(x.Ways))]
			w.Tags = append(w.Tags, extract.Tag{Key: wayKeys[r.IntN(len(wayKeys))], Value: clean(pick())})
		case 1:
			n := &x.Nodes[r.IntN(len(x.Nodes))]
			n.Tags = append(n.Tags, extract.Tag{Key: nodeKeys[r.IntN(len(nodeKeys))], Value: clean(pick())})
		case 2:
			w := &x.Ways[r.IntN(len(x.Ways))]
			w.Nodes[r.IntN(len(w.Nodes))] = x.Nodes[r.IntN(len(x.Nodes))].ID + int64(r.IntN(2))*1000
		case 3: // a node on another, or next to it, or on the other side of the Earth
			n, o := &x.Nodes[r.IntN(len(x.Nodes))], &x.Nodes[r.IntN(len(x.Nodes))]
			n.Lon, n.Lat = o.Lon+[]float64{0, 1e-7, 1e-5, -180}[r.IntN(4)], o.Lat
			if n.Lon < -180 {
				n.Lon += 360
			}
		case 4:
			w := &x.Ways[r.IntN(len(x.Ways))]
			w.Nodes = append(w.Nodes, w.Nodes[:r.IntN(len(w.Nodes))]...)
		case 5:
			x.Ways = append(x.Ways, extract.Way{ID: int64(500 + len(x.Ways)), Nodes: x.Ways[r.IntN(len(x.Ways))].Nodes, Tags: x.Ways[0].Tags})
		case 6:
			for k := range x.Relations {
				rel := &x.Relations[k]
				rel.Members[r.IntN(len(rel.Members))].Ref += r.Int64N(3)
				rel.Tags = append(rel.Tags, extract.Tag{Key: []string{"except", "restriction:hgv", "restriction:conditional"}[r.IntN(3)], Value: clean(pick())})
			}
		}
	}
}

// clean drops what XML cannot carry.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0xfffd {
			return -1
		}
		return c
	}, fmt.Sprint(s))
}
