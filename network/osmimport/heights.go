package osmimport

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/osmimport/elevation"
)

// steepest is the gradient that is believed of a class of road when it comes from a height model, rise over run: the
// maximum that the AASHTO Green Book (2011) lets a new road in mountains have at the lowest design speed of the class
// (freeways 6 % and 1 more where they must, arterials to 8 and 11 %, collectors to 14 %, local roads to 17 %), and on
// minor roads, which are older than the book, a little more.
var steepest = [network.NumRoadClasses]float64{
	network.Motorway: 0.07, network.Trunk: 0.08, network.Primary: 0.11, network.Secondary: 0.12, network.Tertiary: 0.14,
	network.Unclassified: 0.2, network.Residential: 0.2, network.LivingStreet: 0.2, network.Service: 0.2,
}

// heightSpacing is the distance in m of the points of a street whose heights are asked: that of the samples of a tile.
const heightSpacing = 30.0

// raiseRoads gives junctions their elevation and edges their gradient, from the tiles of Options.Elevation. The
// gradient of an edge is the difference of its junctions' heights by its length, a mean if the street undulates; a
// tagged one stays as it is. Without tiles it only counts the streets of which the map says no more than up or down.
func (d *draft) raiseRoads() error {
	if d.opts.Elevation == nil {
		d.countUnknownInclines(nil)
		return nil
	}
	s := d.surveyStreets()
	survey, err := d.opts.Elevation.Heights(s.places)
	if err != nil {
		return err
	}
	if len(survey.Missing) > 0 {
		d.report.warn("elevation: no tile %s: the streets there are level", strings.Join(survey.Missing, ", "))
	}
	if survey.Voids > 0 {
		d.report.Guessed["elevation_void"] = survey.Voids
	}
	s.profile.Raw = survey.Heights
	heights := s.profile.Smooth()[:len(d.junctions)]
	limited := d.limitGradients(heights)
	for j, h := range heights {
		if math.IsNaN(h) {
			d.report.guess("elevation_unknown")
			continue
		}
		d.spec.Junctions[j].Elevation = math.Round(h*100) / 100
	}
	for i := range d.streets {
		if d.raised(i) {
			d.gradeStreet(i, heights, limited[i])
		}
	}
	d.countUnknownInclines(heights)
	return nil
}

// raised reports whether street i has an edge.
func (d *draft) raised(i int) bool {
	s := &d.streets[i]
	return !s.gone && !s.inside && (d.edges[i][0] >= 0 || d.edges[i][1] >= 0)
}

// rise returns by how many metres street i climbs from its first junction to its last; NaN if a height is unknown.
func (d *draft) rise(i int, heights []float64) float64 {
	s := &d.streets[i]
	return heights[d.junction[s.last()]] - heights[d.junction[s.first()]]
}

// between returns the line of street i from the middle of its first junction to that of its last: that is what lies
// between their heights.
func (d *draft) between(i int) []network.Point {
	s := &d.streets[i]
	line := make([]network.Point, 0, len(s.nodes)+2)
	line = append(line, d.junctions[d.junction[s.first()]].position)
	line = append(line, d.points(s.nodes)...)
	return append(line, d.junctions[d.junction[s.last()]].position)
}

// gradeStreet sets the gradient of the edges of street i.
func (d *draft) gradeStreet(i int, heights []float64, limited bool) {
	s := &d.streets[i]
	most := steepestOf(s)
	length := lineLength(d.between(i))
	gradient := d.rise(i, heights) / length
	if math.IsNaN(gradient) {
		return
	}
	if limited {
		d.report.guess("gradient_limited")
	}
	gradient = math.Round(min(max(gradient, -most), most)*1e4) / 1e4
	for dir, e := range d.edges[i] {
		if e < 0 {
			continue
		}
		edge := &d.spec.Edges[e]
		if edge.Lanes[0].Source.Gradient == network.Tagged {
			if math.Abs(s.gradient-gradient) > 0.05 && !(dir == 1 && d.edges[i][0] >= 0) {
				d.report.guess("incline_disagrees")
				d.tell(Way, s.way.ID, "tagged incline %.1f %%, heights say %.1f %%", 100*s.gradient, 100*gradient)
			}
			continue
		}
		edge.Gradient = gradient
		if dir == 1 {
			edge.Gradient = -gradient
		}
		for l := range edge.Lanes {
			edge.Lanes[l].Source.Gradient = network.Derived
		}
		d.tell(Way, s.way.ID, "gradient %.1f %% over %.0f m from heights", 100*edge.Gradient, length)
	}
}

// countUnknownInclines counts the streets that the map calls up or down, where heights do not tell how steep, or say
// otherwise.
func (d *draft) countUnknownInclines(heights []float64) {
	const clear = 0.01 // rise over run that the error of the heights does not explain
	for i := range d.streets {
		s := &d.streets[i]
		if s.rise == 0 || !d.raised(i) {
			continue
		}
		gradient := math.NaN()
		if heights != nil {
			gradient = d.rise(i, heights) / lineLength(d.between(i))
		}
		switch {
		case math.IsNaN(gradient):
			d.report.guess("incline_unknown")
			d.tell(Way, s.way.ID, "incline up or down, nobody knows how steep: level")
		case gradient*float64(s.rise) < -clear:
			d.report.guess("incline_contradicted")
		}
	}
}

func steepestOf(s *street) float64 {
	if s.link {
		return min(steepest[s.class]+0.02, maxGradient)
	}
	return steepest[s.class]
}

// limitGradients moves the junctions' heights until no street is steeper than its class may be: time after time both
// ends of each that is, by half of the excess. It returns which streets were.
func (d *draft) limitGradients(heights []float64) (limited []bool) {
	const rounds = 100
	limited = make([]bool, len(d.streets))
	lengths := make([]float64, len(d.streets))
	for i := range d.streets {
		if d.raised(i) {
			lengths[i] = lineLength(d.between(i))
		}
	}
	for range rounds {
		moved := false
		for i := range d.streets {
			if lengths[i] == 0 {
				continue
			}
			s := &d.streets[i]
			rise, most := d.rise(i, heights), steepestOf(s)*lengths[i]
			excess := math.Abs(rise) - most
			if !(excess > 0.001) {
				continue
			}
			limited[i], moved = true, true
			half := math.Copysign(excess/2, rise)
			heights[d.junction[s.first()]] += half
			heights[d.junction[s.last()]] -= half
		}
		if !moved {
			break
		}
	}
	return limited
}

// roadSurvey is the roads as points whose heights are to be found: the junctions first, by their index, then points
// along the streets.
type roadSurvey struct {
	places  []elevation.Point
	profile elevation.Profile
	next    [][2]int32 // by street: the points after its first junction and before its last
	step    []float64  // m between the points of a street
}

func (d *draft) surveyStreets() *roadSurvey {
	s := &roadSurvey{next: make([][2]int32, len(d.streets)), step: make([]float64, len(d.streets))}
	for j := range d.junctions {
		s.add(d, d.junctions[j].position, false)
	}
	arms := make([][]arm, len(d.junctions))
	for i := range d.streets {
		if !d.raised(i) {
			continue
		}
		st := &d.streets[i]
		d.surveyStreet(s, i)
		for end := range uint8(2) {
			j := d.junction[st.end(end)]
			arms[j] = append(arms[j], arm{int32(i), end})
		}
	}
	for j, list := range arms {
		s.profile.Deck[j] = len(list) > 0 && !slices.ContainsFunc(list, func(a arm) bool {
			st := &d.streets[a.street]
			return !st.bridge && !st.tunnel
		})
		d.surveyThrough(s, int32(j), list)
	}
	return s
}

func (s *roadSurvey) add(d *draft, p network.Point, deck bool) int32 {
	lon, lat := d.proj.ToLonLat(p)
	s.places = append(s.places, elevation.Point{Lon: lon, Lat: lat})
	s.profile.Deck = append(s.profile.Deck, deck)
	return int32(len(s.places) - 1)
}

// surveyStreet adds the points along street i.
func (d *draft) surveyStreet(s *roadSurvey, i int) {
	st := &d.streets[i]
	line := d.between(i)
	length := lineLength(line)
	pieces := max(int(math.Ceil(length/heightSpacing)), 1)
	step := max(length/float64(pieces), 0.01)
	s.step[i] = step
	first, last := d.junction[st.first()], d.junction[st.last()]
	row := []int32{first}
	k, passed := 1, 0.0 // line[k-1] is passed metres from the start
	for p := 1; p < pieces; p++ {
		at := float64(p) * step
		for k < len(line)-1 && passed+distance(line[k-1], line[k]) < at {
			passed += distance(line[k-1], line[k])
			k++
		}
		piece := max(distance(line[k-1], line[k]), 1e-6)
		row = append(row, s.add(d, along(line[k-1], line[k], min((at-passed)/piece, 1)), st.bridge || st.tunnel))
	}
	row = append(row, last)
	for p := 1; p < len(row); p++ {
		s.profile.Links = append(s.profile.Links, elevation.Link{A: row[p-1], B: row[p], Length: step})
		if p > 1 {
			s.profile.Bends = append(s.profile.Bends, elevation.Bend{A: row[p-2], B: row[p-1], C: row[p], AB: step, BC: step})
		}
	}
	s.next[i] = [2]int32{row[1], row[len(row)-2]}
}

// surveyThrough pairs the streets that go straight on through junction j, the straightest first.
func (d *draft) surveyThrough(s *roadSurvey, j int32, list []arm) {
	const straight = math.Pi / 4 // rad from it
	type pair struct {
		a, b int
		off  float64
	}
	var pairs []pair
	bearings := make([]float64, len(list))
	for k, a := range list {
		bearings[k] = d.bearing(a)
	}
	for a := range list {
		for b := a + 1; b < len(list); b++ {
			off := math.Pi - math.Abs(math.Remainder(bearings[a]-bearings[b], 2*math.Pi))
			if off < straight || len(list) == 2 {
				pairs = append(pairs, pair{a, b, off})
			}
		}
	}
	slices.SortFunc(pairs, func(p, q pair) int {
		return cmp.Or(cmp.Compare(p.off, q.off), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	used := make([]bool, len(list))
	for _, p := range pairs {
		if used[p.a] || used[p.b] {
			continue
		}
		used[p.a], used[p.b] = true, true
		a, b := list[p.a], list[p.b]
		bend := elevation.Bend{
			A: s.next[a.street][a.end], B: j, C: s.next[b.street][b.end], AB: s.step[a.street], BC: s.step[b.street],
		}
		if bend.A != bend.C {
			s.profile.Bends = append(s.profile.Bends, bend)
		}
	}
}
