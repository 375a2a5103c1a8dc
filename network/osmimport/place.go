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
		d.country = d.findCountry()
	}
	if d.country == "" {
		d.report.warn("no country known at %.3f, %.3f: driving on the right, international speed limits",
			d.proj.Lon0, d.proj.Lat0)
	}
	d.rules = d.rulesHere()
	if drivesLeft(d.country) {
		d.side = network.LeftHand
	}
	d.checkSide()
	return nil
}

// findCountry returns the country that tags name, or else the one whose outline most of the roads lie in. A territory
// that the outlines know stays itself where tags speak of its state: in the US Virgin Islands, one is in the USA and
// drives on the left.
func (d *draft) findCountry() string {
	tagged, located := d.countryFromTags(), d.countryFromRoads()
	switch {
	case tagged == "" && located != "":
		d.report.guess("country")
		return located
	case tagged == "" || stateOf[located] == tagged:
		return located
	case located != "" && located != tagged:
		d.report.warn("tags name the country %s, the coordinates lie in %s: %s it is", tagged, located, tagged)
	}
	return tagged
}

// countryFromRoads asks some hundred roads, spread over all, where they begin; most of them decide.
func (d *draft) countryFromRoads() string {
	const asked = 200
	votes, total := map[string]int{}, 0
	for i := 0; i < len(d.roads); i += max(len(d.roads)/asked, 1) {
		n := &d.nodes[d.roads[i].nodes[0]]
		if code := countryAt(n.lon, n.lat); code != "" {
			votes[code]++
			total++
		}
	}
	best := ""
	for code := range votes { // the most, and of equals the first by name: the order does not matter
		if best == "" || votes[code] > votes[best] || votes[code] == votes[best] && code < best {
			best = code
		}
	}
	if 5*votes[best] < 4*total {
		d.report.warn("only %d of %d roads asked lie in %s: the map crosses a border, and its rules hold on both sides",
			votes[best], total, best)
	}
	return best
}

// stateOf names the state of the territories that have rules or a driving side of their own.
var stateOf = map[string]string{
	"VI": "US", "PR": "US", "GU": "US", "AS": "US", "MP": "US",
	"JE": "GB", "GG": "GB", "IM": "GB", "GI": "GB", "FK": "GB", "BM": "GB", "KY": "GB", "TC": "GB", "VG": "GB",
	"AI": "GB", "MS": "GB", "SH": "GB", "PN": "GB", "GS": "GB",
	"HK": "CN", "MO": "CN", "RE": "FR", "GP": "FR", "MQ": "FR", "GF": "FR", "YT": "FR", "NC": "FR", "PF": "FR",
	"MF": "FR", "PM": "FR", "AW": "NL", "CW": "NL", "SX": "NL", "BQ": "NL", "FO": "DK", "GL": "DK",
	"CX": "AU", "CC": "AU", "NF": "AU", "CK": "NZ", "NU": "NZ", "TK": "NZ",
}

// layOrigin sets the projection to the middle of the bounding box of all roads and the positions of all nodes.
func (d *draft) layOrigin() {
	south, north := math.Inf(1), math.Inf(-1)
	west, east := math.Inf(1), math.Inf(-1)
	// The same from 0 to 360 degrees, in which what lies across the 180th meridian (Fiji, Chukotka) is together.
	west360, east360 := math.Inf(1), math.Inf(-1)
	for i := range d.nodes {
		n := &d.nodes[i]
		west, east = min(west, n.lon), max(east, n.lon)
		south, north = min(south, n.lat), max(north, n.lat)
		lon := n.lon
		if lon < 0 {
			lon += 360
		}
		west360, east360 = min(west360, lon), max(east360, lon)
	}
	if east-west > 180 && east360-west360 < east-west {
		west, east = west360, east360
	}
	// To 1e-5 degrees, so that a road added far from the middle does not move everything by a hair.
	round := func(x float64) float64 { return math.Round(x*1e5) / 1e5 }
	d.proj = network.Projection{Lon0: round(math.Remainder((west+east)/2, 360)), Lat0: round((south + north) / 2)}
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
			if code == "UK" { // used on the map though ISO reserves it
				code = "GB"
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
// with the side on which the other carriageway of a road lies. It overrules the country only where one of them speaks
// clearly against it and no other for it.
func (d *draft) checkSide() {
	e := d.gatherSideEvidence()
	here, other := d.side, 1-d.side
	clear := func(v [2]int, least, times int) bool { return v[other] >= least && v[other] >= times*v[here] }
	switch {
	case clear(e.tags, 3, 4),
		clear(e.rings, 3, 4) && e.pairs[other] >= e.pairs[here],
		clear(e.pairs, 20, 9) && e.rings[other] >= e.rings[here] && e.tags[other] >= e.tags[here]:
		d.report.warn("the streets show driving on the %s (%d tags, %d roundabouts, %d road pairs) though the country is %q",
			other, e.tags[other], e.rings[other], e.pairs[other], d.country)
		d.side = other
	case e.pairs[other] > 10 && e.pairs[other] > e.pairs[here]:
		d.report.warn("%d of %d pairs of one-way carriageways look as if one drove on the %s",
			e.pairs[other], e.pairs[other]+e.pairs[here], other)
	case e.rings[other] >= 3 && e.rings[other] > e.rings[here]:
		d.report.warn("%d of %d roundabouts turn as if one drove on the %s", e.rings[other],
			e.rings[other]+e.rings[here], other)
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
	for i := range d.nodes {
		tags := d.nodes[i].tags
		if len(tags) == 0 || tags.Find("highway") != "mini_roundabout" {
			continue
		}
		switch tags.Find("direction") {
		case "clockwise":
			e.rings[network.LeftHand]++
		case "anticlockwise", "anti-clockwise", "counterclockwise":
			e.rings[network.RightHand]++
		}
	}
	d.countForks(&e)
	d.countCarriageways(&e)
	return e
}

func isRing(tags extract.Tags) bool {
	j := tags.Find("junction")
	return j == "roundabout" || j == "circular"
}

// countForks counts the nodes at which a two-way road of a name divides into two one-way carriageways of that name,
// by the side on which the one that leads away lies.
func (d *draft) countForks(e *sideEvidence) {
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
