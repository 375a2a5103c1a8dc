package osmimport

import (
	"math"
	"sort"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/extract"
)

// findPlace finds the country and from it the driving side, checks the side against what the streets themselves show,
// and lays the origin of the local metres into the middle of the roads.
func (d *draft) findPlace() error {
	d.layOrigin()
	d.country = d.opts.Country
	if d.country == "" {
		d.country = d.countryFromTags()
	}
	if d.country == "" {
		d.country = countryAt(d.proj.Lon0, d.proj.Lat0)
		d.report.guess("country")
	}
	if d.country == "" {
		d.report.warn("no country known at %.3f, %.3f: driving on the right, international speed limits",
			d.proj.Lon0, d.proj.Lat0)
	}
	d.rules = rulesOf(d.country)
	if drivesLeft(d.country) {
		d.side = network.LeftHand
	}
	d.checkSide()
	return nil
}

// layOrigin sets the projection to the middle of the bounding box of all roads and the positions of all nodes.
func (d *draft) layOrigin() {
	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i := range d.nodes {
		n := &d.nodes[i]
		west, east = min(west, n.lon), max(east, n.lon)
		south, north = min(south, n.lat), max(north, n.lat)
	}
	// To 1e-5 degrees, so that a road added far from the middle does not move everything by a hair.
	round := func(x float64) float64 { return math.Round(x*1e5) / 1e5 }
	d.proj = network.Projection{Lon0: round((west + east) / 2), Lat0: round((south + north) / 2)}
	for i := range d.nodes {
		n := &d.nodes[i]
		p := d.proj.ToLocal(n.lon, n.lat)
		n.pos = network.Point{X: math.Round(p.X*1000) / 1000, Y: math.Round(p.Y*1000) / 1000}
	}
}

// countryKeys are keys whose values begin with the code of the country, as in "DE:urban".
var countryKeys = []string{"maxspeed", "source:maxspeed", "maxspeed:type", "zone:maxspeed", "zone:traffic", "traffic_sign"}

// countryFromTags returns the country that at least three roads, and nine tenths of all that name one, name in their
// tags; "" if there is none.
func (d *draft) countryFromTags() string {
	votes, total := map[string]int{}, 0
	for i := range d.roads {
		for _, key := range countryKeys {
			value := d.roads[i].way.Tags.Find(key)
			code, _, ok := strings.Cut(value, ":")
			if !ok || !isCountryCode(code) {
				continue
			}
			votes[code]++
			total++
			break
		}
	}
	codes := make([]string, 0, len(votes))
	for code := range votes {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	for _, code := range codes {
		if votes[code] >= 3 && votes[code]*10 >= total*9 {
			if code == "UK" { // used on the map though ISO reserves it
				return "GB"
			}
			return code
		}
	}
	return ""
}

func isCountryCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// sideEvidence counts what the streets show of the driving side.
type sideEvidence struct {
	tags, rings, pairs [2]int // by network.DrivingSide
}

// checkSide compares the country's driving side with driving_side tags, with the sense in which roundabouts turn and
// with the side on which the other carriageway of a road lies. It overrules the country only where tags or
// roundabouts speak clearly against it.
func (d *draft) checkSide() {
	e := d.gatherSideEvidence()
	here, other := d.side, 1-d.side
	if clear := func(v [2]int, least int) bool { return v[other] >= least && v[other] >= 4*v[here] }; clear(e.tags, 3) ||
		clear(e.rings, 3) && e.pairs[other] >= e.pairs[here] {
		d.report.warn("the streets show driving on the %s (%d tags, %d roundabouts, %d road pairs) though the country is %q",
			other, e.tags[other], e.rings[other], e.pairs[other], d.country)
		d.side = other
		return
	}
	if e.pairs[other] > 10 && e.pairs[other] > e.pairs[here] {
		d.report.warn("%d of %d pairs of one-way carriageways look as if one drove on the %s",
			e.pairs[other], e.pairs[other]+e.pairs[here], other)
	}
}

func (d *draft) gatherSideEvidence() sideEvidence {
	var e sideEvidence
	for i := range d.roads {
		r := &d.roads[i]
		switch r.way.Tags.Find("driving_side") {
		case "left":
			e.tags[network.LeftHand]++
		case "right":
			e.tags[network.RightHand]++
		}
		closed := r.nodes[0] == r.nodes[len(r.nodes)-1]
		if closed && isRing(r.way.Tags) {
			area := signedArea(d.points(r.nodes))
			if strings.HasPrefix(r.way.Tags.Find("oneway"), "-") {
				area = -area
			}
			// Where one drives on the right, one goes round counter-clockwise.
			if area > 0 {
				e.rings[network.RightHand]++
			} else {
				e.rings[network.LeftHand]++
			}
		}
	}
	d.countPairs(&e)
	return e
}

func isRing(tags extract.Tags) bool {
	j := tags.Find("junction")
	return j == "roundabout" || j == "circular"
}

// countPairs counts the nodes at which a two-way road of a name divides into two one-way carriageways of that name,
// by the side on which the one that leads away lies.
func (d *draft) countPairs(e *sideEvidence) {
	type carriageway struct{ road, next int } // next: index of the node after the end in question
	ends := map[nodeRef][]carriageway{}
	for i := range d.roads {
		r := &d.roads[i]
		if r.way.Tags.Find("oneway") == "yes" && !isRing(r.way.Tags) && r.way.Tags.Find("name") != "" {
			ends[r.nodes[0]] = append(ends[r.nodes[0]], carriageway{i, 1})
			last := len(r.nodes) - 1
			ends[r.nodes[last]] = append(ends[r.nodes[last]], carriageway{i, last - 1})
		}
	}
	for n, list := range ends { // only counts: the order does not matter
		if len(list) != 2 || list[0].next == 1 == (list[1].next == 1) {
			continue
		}
		away, back := list[0], list[1]
		if away.next != 1 {
			away, back = back, away
		}
		if d.roads[away.road].way.Tags.Find("name") != d.roads[back.road].way.Tags.Find("name") {
			continue
		}
		p := d.nodes[n].pos
		a, b := d.nodes[d.roads[away.road].nodes[away.next]].pos, d.nodes[d.roads[back.road].nodes[back.next]].pos
		ax, ay, bx, by := a.X-p.X, a.Y-p.Y, b.X-p.X, b.Y-p.Y
		angle := math.Atan2(ax*by-ay*bx, ax*bx+ay*by) // from away to back, positive to the left
		switch {
		case math.Abs(angle) > math.Pi/3 || math.Abs(angle) < 0.02:
		case angle > 0:
			e.pairs[network.RightHand]++
		default:
			e.pairs[network.LeftHand]++
		}
	}
}
