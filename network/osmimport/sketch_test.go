package osmimport

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// Places for sketches.
var (
	germany = [2]float64{10, 51}
	england = [2]float64{-1.5, 52.5}
	kansas  = [2]float64{-98, 38.5}
)

// sketch makes an extract of a drawing in words, around a place. Positions are metres east and north of it:
//
//	n 1 0 0 highway=traffic_signals
//	w 10 1,2 highway=residential name=Main_Street
//	r 20 type=restriction restriction=no_left_turn from=w10 via=n1 to=w11
func sketch(t testing.TB, place [2]float64, text string) *extract.Extract {
	t.Helper()
	const metresPerDegree = 6378137 * math.Pi / 180
	x := &extract.Extract{Source: "sketch"}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		id, err := strconv.ParseInt(f[1], 10, 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		switch f[0] {
		case "n":
			east, _ := strconv.ParseFloat(f[2], 64)
			north, _ := strconv.ParseFloat(f[3], 64)
			x.Nodes = append(x.Nodes, extract.Node{
				ID: id, Tags: sketchTags(f[4:]), Lat: place[1] + north/metresPerDegree,
				Lon: place[0] + east/metresPerDegree/math.Cos(place[1]*math.Pi/180),
			})
		case "w":
			w := extract.Way{ID: id, Tags: sketchTags(f[3:])}
			for ref := range strings.SplitSeq(f[2], ",") {
				n, _ := strconv.ParseInt(ref, 10, 64)
				w.Nodes = append(w.Nodes, n)
			}
			x.Ways = append(x.Ways, w)
		case "r":
			r := extract.Relation{ID: id}
			var tags []string
			for _, field := range f[2:] {
				role, ref, _ := strings.Cut(field, "=")
				if role != "from" && role != "via" && role != "to" {
					tags = append(tags, field)
					continue
				}
				m := extract.Member{Role: role, Type: extract.NodeMember}
				if ref[0] == 'w' {
					m.Type = extract.WayMember
				}
				m.Ref, _ = strconv.ParseInt(ref[1:], 10, 64)
				r.Members = append(r.Members, m)
			}
			r.Tags = sketchTags(tags)
			x.Relations = append(x.Relations, r)
		}
	}
	return x
}

func sketchTags(fields []string) extract.Tags {
	var tags extract.Tags
	for _, f := range fields {
		key, value, _ := strings.Cut(f, "=")
		tags = append(tags, extract.Tag{Key: key, Value: strings.ReplaceAll(value, "_ ", " ")})
	}
	slices.SortFunc(tags, func(a, b extract.Tag) int { return strings.Compare(a.Key, b.Key) })
	return tags
}

// draftAfter runs the passes up to and including the one named.
func draftAfter(t testing.TB, x *extract.Extract, last string) *draft {
	t.Helper()
	d := newDraft(x, Options{})
	for _, p := range passes {
		if err := p.run(d); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		checker(t)(p.name, d)
		if p.name == last {
			return d
		}
	}
	t.Fatalf("no pass %q", last)
	return nil
}

// spec runs all passes and returns what Build is given.
func specOf(t testing.TB, x *extract.Extract) (*draft, network.Spec) {
	t.Helper()
	d := draftAfter(t, x, "bus stops")
	return d, d.spec
}

// edgeOf returns the edge of a way (negative: driven against it) and fails if there is not exactly one.
func edgeOf(t testing.TB, s network.Spec, way int64) (int32, network.EdgeSpec) {
	t.Helper()
	found := int32(network.None)
	for i := range s.Edges {
		if s.Edges[i].OSMWay == way {
			if found >= 0 {
				t.Fatalf("way %d has more than one edge", way)
			}
			found = int32(i)
		}
	}
	if found < 0 {
		t.Fatalf("way %d has no edge", way)
	}
	return found, s.Edges[found]
}

// junctionOf returns the junction that an OSM node belongs to.
func junctionOf(t testing.TB, s network.Spec, node int64) (int, network.JunctionSpec) {
	t.Helper()
	for i := range s.Junctions {
		if slices.Contains(s.Junctions[i].OSMNodes, node) {
			return i, s.Junctions[i]
		}
	}
	t.Fatalf("node %d is in no junction", node)
	return 0, network.JunctionSpec{}
}

func TestNothingToDriveOn(t *testing.T) {
	for name, text := range map[string]string{
		"empty":        "n 1 0 0",
		"footway only": "n 1 0 0\nn 2 100 0\nw 10 1,2 highway=footway",
		"closed":       "n 1 0 0\nn 2 100 0\nw 10 1,2 highway=residential access=no",
		"missing node": "n 1 0 0\nw 10 1,2 highway=residential",
		"no length":    "n 1 0 0\nn 2 0 0\nw 10 1,2 highway=residential",
	} {
		if _, _, err := Import(sketch(t, germany, text), Options{}); !errors.Is(err, ErrNoRoads) {
			t.Errorf("%s: error %v, want %v", name, err, ErrNoRoads)
		}
	}
}

func slicesSortNodes(nodes []extract.Node) {
	slices.SortFunc(nodes, func(a, b extract.Node) int { return int(a.ID - b.ID) })
}
