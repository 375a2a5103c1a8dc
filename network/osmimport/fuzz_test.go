package osmimport

import (
	"errors"
	"strings"
	"testing"

	"roadtwin/network/osmimport/extract"
)

// FuzzTags gives the streets of a small town any tags at all: the import must neither panic nor make a network that is
// not valid.
func FuzzTags(f *testing.F) {
	f.Add("highway=primary;lanes=4;turn:lanes:forward=left|through;maxspeed=30 mph", "highway=traffic_signals", uint8(0))
	f.Add("highway=residential;oneway=-1;width=3;incline=10%;access=private", "barrier=bollard", uint8(1))
	f.Add("highway=tertiary;junction=roundabout;bus:lanes=|designated;oneway=yes", "highway=stop;stop=all", uint8(2))
	f.Add("highway=service;oneway=yes;oneway:bus=no;layer=1e9;lanes=0.5;surface=x;lanes:both_ways=9", "highway=give_way;direction=backward", uint8(7))
	f.Add("highway=motorway;lanes:forward=3;lanes:backward=99;maxspeed=none;hgv:lanes=no|no|no", "highway=mini_roundabout", uint8(5))
	f.Fuzz(func(t *testing.T, way, node string, mask uint8) {
		x := sketch(t, germany, quad+"w 113 10,14,15,12 highway=residential\nw 114 12,13,17,16,11,10 highway=tertiary lanes=2\n")
		for i := range x.Ways {
			if mask>>(i%8)&1 == 0 {
				x.Ways[i].Tags = fuzzTags(way)
			}
		}
		for i := range 4 {
			x.Nodes[i].Tags = fuzzTags(node)
		}
		n, _, err := Import(x, Options{afterPass: checker(t)})
		if errors.Is(err, ErrNoRoads) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}

func fuzzTags(text string) extract.Tags {
	var tags extract.Tags
	for part := range strings.SplitSeq(text, ";") {
		if key, value, ok := strings.Cut(part, "="); ok {
			tags = append(tags, extract.Tag{Key: key, Value: value})
		}
	}
	return tags
}
