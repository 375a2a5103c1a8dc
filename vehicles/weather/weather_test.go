package weather_test

import (
	"math"
	"slices"
	"testing"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// hour in s.
const hour = 3600.0

// street returns a one-way street of sections of 500 m, one of each spec that edit makes of it.
func street(t *testing.T, lanes int, edit ...func(*network.EdgeSpec)) *network.Network {
	t.Helper()
	spec := sample.Corridor(sample.CorridorSpec{Sections: max(1, len(edit)), Lanes: lanes, OneWay: true})
	for i, f := range edit {
		f(&spec.Edges[i])
	}
	net, err := network.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func as(*network.EdgeSpec)            {}
func onBridge(e *network.EdgeSpec)    { e.Bridge = true }
func inTunnel(e *network.EdgeSpec)    { e.Tunnel = true }
func residential(e *network.EdgeSpec) { e.Road = network.Residential }
func of(s network.Surface) func(*network.EdgeSpec) {
	return func(e *network.EdgeSpec) {
		for i := range e.Lanes {
			e.Lanes[i].Surface = s
		}
	}
}

// lane returns the track of lane 0 of an edge.
func lane(net *network.Network, edge int) network.TrackID { return net.Edges[edge].FirstLane.Track() }

func system(t *testing.T, net *network.Network, cfg weather.Config) *weather.System {
	t.Helper()
	s, err := weather.New(net, cfg, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// from returns a change that holds from the hour on.
func from(hours float64, set weather.Fields, sky weather.Sky) weather.Change {
	return weather.Change{From: hours * hour, Until: math.Inf(1), Set: set, Sky: sky}
}

func rain(mmh, fromHour, toHour float64) weather.Change {
	return weather.Change{From: fromHour * hour, Until: toHour * hour, Set: weather.Rain, Sky: weather.Sky{Rain: mmh}}
}

func snow(mmh, fromHour, toHour float64) weather.Change {
	return weather.Change{From: fromHour * hour, Until: toHour * hour, Set: weather.Snow, Sky: weather.Sky{Snow: mmh}}
}

func air(celsius float64) weather.Change {
	return from(-1, weather.Temperature, weather.Sky{Temperature: celsius})
}

// until steps s minute by minute to the hour, and calls look, if any, after each.
func until(s *weather.System, hours float64, entered func(network.TrackID) int64, look func(t float64)) {
	for m := 1.0; m*60 <= hours*hour; m++ {
		s.Step(m*60, entered)
		if look != nil {
			look(m * 60)
		}
	}
}

func TestFilmUnderSteadyRainIsGallaways(t *testing.T) {
	net := street(t, 2, as)
	for _, intensity := range []float64{20, 50, 100} {
		s := system(t, net, weather.Config{Changes: []weather.Change{rain(intensity, -1, 9)}})
		until(s, 1, nil, nil)
		for i, l := range net.EdgeLanes(0) {
			length := (2 - float64(i) - 0.5) * l.Width // from the offside edge to the middle of the lane
			want := weather.FilmDepth(0.8, length, intensity, 0.02) + 0.8
			// Evaporation into nearly saturated air takes a little of it.
			if got := s.Lane(lane(net, 0) + network.TrackID(i)).Water; math.Abs(got-want) > 0.01*want {
				t.Errorf("lane %d in rain of %g mm/h: %.3f mm of water, want %.3f", i, intensity, got, want)
			}
		}
	}
}

func TestGallawayIsTheSameInItsThreePublishedForms(t *testing.T) {
	// FHWA-RD-79-31 in inches and feet, its SI form, and Austroads' with the slope in percent: the coefficients are printed
	// with three to four digits.
	const inch, foot = 25.4, 304.8 // mm
	for _, texture := range []float64{0.4, 0.8, 1.5} {
		for _, length := range []float64{3.6, 7.3, 14.6} {
			for _, intensity := range []float64{10.0, 50, 150} {
				for _, slope := range []float64{0.01, 0.02, 0.05} {
					got := weather.FilmDepth(texture, length, intensity, slope)
					us := inch * (0.00338*math.Pow(texture/inch, 0.11)*math.Pow(length*1000/foot, 0.43)*
						math.Pow(intensity/inch, 0.59)*math.Pow(slope, -0.42) - texture/inch)
					au := 0.103*math.Pow(texture, 0.11)*math.Pow(length, 0.43)*math.Pow(intensity, 0.59)/math.Pow(slope*100, 0.42) - texture
					if d := got + texture; math.Abs(got-us) > 0.004*d || math.Abs(got-au) > 0.004*d {
						t.Errorf("texture %g mm, %g m, %g mm/h, slope %g: %.3f mm, want %.3f (US) and %.3f (Austroads)",
							texture, length, intensity, slope, got, us, au)
					}
				}
			}
		}
	}
}

func TestRainClimbsTheLadder(t *testing.T) {
	net := street(t, 2, as)
	for _, c := range []struct {
		mmh  float64
		want tyre.Condition
	}{{0, tyre.Dry}, {1, tyre.Wet}, {5, tyre.Wet}, {40, tyre.Soaked}, {150, tyre.Flooded}} {
		s := system(t, net, weather.Config{Changes: []weather.Change{rain(c.mmh, -1, 9)}})
		until(s, 1, nil, nil)
		if got := s.Conditions()[lane(net, 0)]; got != c.want {
			t.Errorf("rain of %g mm/h: %v, want %v (%.2f mm)", c.mmh, got, c.want, s.Lane(lane(net, 0)).Water)
		}
	}
}

func TestMoreLanesAndLessTextureAreDeeper(t *testing.T) {
	depth := func(lanes int, surface network.Surface) float64 {
		net := street(t, lanes, of(surface))
		s := system(t, net, weather.Config{Changes: []weather.Change{rain(60, -1, 9)}})
		until(s, 1, nil, nil)
		return s.Lane(lane(net, 0)).Water
	}
	if one, four := depth(1, network.Asphalt), depth(4, network.Asphalt); four < 1.5*one {
		t.Errorf("kerb lane of one lane %.2f mm, of four %.2f: want some (3.5/0.5)^0.43 = 2.3 times as much", one, four)
	}
	asphalt := depth(1, network.Asphalt)
	for _, s := range []network.Surface{network.Gravel, network.Metal, network.Wood} {
		if got := depth(1, s); got > asphalt/2 {
			t.Errorf("%v holds %.2f mm, asphalt %.2f: rain runs through it", s, got, asphalt)
		}
	}
}

func TestGradientLeavesLessBehindThoughTheFilmIsAsDeep(t *testing.T) {
	steep := func(e *network.EdgeSpec) { e.Gradient = 0.08 }
	net := street(t, 2, as, steep)
	s := system(t, net, weather.Config{Changes: []weather.Change{rain(50, -1, 1)}})
	level, slope := lane(net, 0), lane(net, 1)
	until(s, 1, nil, nil)
	a, b := s.Lane(level).Water, s.Lane(slope).Water
	if math.Abs(a-b) > 0.03*a {
		t.Errorf("under rain %.3f mm level and %.3f on 8 %%: a longer way makes up for the slope (Gallaway)", a, b)
	}
	s.Step(1*hour+20*60, nil)
	a, b = s.Lane(level).Water, s.Lane(slope).Water
	// Wallingford: 0.071/sqrt(0.02) = 0.502 mm and 0.071/sqrt(0.0825) = 0.247 mm; twenty minutes dry some of it.
	if a < 0.45 || a > 0.502 || b < 0.2 || b > 0.248 {
		t.Errorf("after rain %.3f mm level and %.3f on 8 %%, want a little less than 0.502 and 0.247", a, b)
	}
	dry := [2]float64{}
	until(s, 24, nil, func(now float64) {
		for i, track := range []network.TrackID{level, slope} {
			if dry[i] == 0 && now > 2*hour && s.Conditions()[track] == tyre.Dry {
				dry[i] = now / hour
			}
		}
	})
	if dry[1] == 0 || dry[1] >= dry[0] {
		t.Errorf("dry at %.1f h level and at %.1f h on the slope, want the slope first", dry[0], dry[1])
	}
	t.Logf("rain ends at 1 h, nobody drives: dry at %.1f h level, %.1f h on 8 %%", dry[0], dry[1])
}

func TestTrafficAndWindDryTheRoad(t *testing.T) {
	dries := func(wind, vehiclesPerHour float64) float64 {
		net := street(t, 1, as)
		s := system(t, net, weather.Config{Changes: []weather.Change{
			rain(5, 0, 1), from(-1, weather.Wind, weather.Sky{Wind: wind}),
		}})
		minute := 0.0
		entered := func(network.TrackID) int64 { return int64(minute / 60 * vehiclesPerHour) }
		at := math.NaN()
		until(s, 72, entered, func(now float64) {
			minute = now / 60
			if math.IsNaN(at) && now > hour && s.Conditions()[lane(net, 0)] == tyre.Dry {
				at = now/hour - 1
			}
		})
		return at
	}
	calm, windy, busy := dries(1, 0), dries(6, 0), dries(1, 600)
	t.Logf("dry after %.1f h in 1 m/s of wind, %.1f h in 6 m/s, %.1f h with 600 vehicles an hour", calm, windy, busy)
	if !(windy < calm/3 && busy < calm/3) {
		t.Errorf("dry after %.1f h in calm, %.1f h in wind, %.1f h with traffic; want both to help much", calm, windy, busy)
	}
	if !(busy > 0.5 && busy < 5) {
		t.Errorf("a busy road dries %.1f h after rain, want some hours", busy)
	}
}

func TestBridgeFreezesBeforeTheRoad(t *testing.T) {
	steel := func(e *network.EdgeSpec) { onBridge(e); of(network.Metal)(e) }
	net := street(t, 1, as, onBridge, steel)
	s := system(t, net, weather.Config{Uncleared: true, Changes: []weather.Change{
		air(4), rain(2, 0, 2), from(2, weather.Temperature, weather.Sky{Temperature: -4}),
	}})
	var froze [3]float64
	until(s, 30, nil, func(now float64) {
		for i := range froze {
			if froze[i] == 0 && s.Conditions()[lane(net, i)] == tyre.Ice {
				froze[i] = now/hour - 2
			}
		}
	})
	road, concrete, light := froze[0], froze[1], froze[2]
	t.Logf("air from 4 to -4 °C: ice after %.1f h on steel, %.1f h on concrete, %.1f h on the ground", light, concrete, road)
	if light == 0 || light >= concrete || concrete > 6 || road != 0 && road < concrete+3 {
		t.Errorf("ice after %.1f h on a steel bridge, %.1f h on concrete, %.1f h on the ground: want them in this order", light, concrete, road)
	}
}

func TestTunnelStaysDry(t *testing.T) {
	net := street(t, 1, as, inTunnel, inTunnel, as)
	s := system(t, net, weather.Config{Changes: []weather.Change{air(-3), rain(20, -1, 3), snow(5, -1, 3)}})
	until(s, 3, nil, nil)
	for _, e := range []int{1, 2} {
		if c, l := s.Conditions()[lane(net, e)], s.Lane(lane(net, e)); c != tyre.Dry || l != (weather.Lane{}) {
			t.Errorf("in the tunnel: %v, %+v", c, l)
		}
	}
	for c := range net.Connectors {
		from := net.Lanes[net.Connectors[c].From].Edge
		if got := s.Conditions()[net.ConnectorTrack(network.ConnectorID(c))]; (got == tyre.Dry) != (from == 1) {
			t.Errorf("connector from edge %d is %v; dry is only the one with a tunnel at both ends", from, got)
		}
	}
	s.Apply(weather.Command{Kind: weather.Fix, Condition: tyre.Ice})
	if c := s.Conditions()[lane(net, 1)]; c != tyre.Dry {
		t.Errorf("with all roads icy by command the tunnel is %v", c)
	}
}

func TestSnowIsPackedThenPolishedToIce(t *testing.T) {
	net := street(t, 1, residential, residential)
	s := system(t, net, weather.Config{Uncleared: true, Changes: []weather.Change{air(-6), snow(2, 0, 2)}})
	busy, quiet := lane(net, 0), lane(net, 1)
	minutes := 0.0
	entered := func(track network.TrackID) int64 {
		if track == busy {
			return int64(minutes * 2) // 120 an hour
		}
		return 0
	}
	var seen []tyre.Condition
	until(s, 40, entered, func(now float64) {
		minutes = now / 60
		if c := s.Conditions()[busy]; len(seen) == 0 || seen[len(seen)-1] != c {
			seen = append(seen, c)
		}
	})
	order := func(c tyre.Condition) int { return slices.Index(seen, c) }
	if !(order(tyre.Snow) >= 0 && order(tyre.Snow) < order(tyre.PackedSnow) && order(tyre.PackedSnow) < order(tyre.Ice)) {
		t.Errorf("conditions %v, want snow, then packed snow, then ice", seen)
	}
	if c := s.Conditions()[quiet]; c != tyre.Snow {
		t.Errorf("where nobody drives: %v, want snow", c)
	}
	t.Logf("4 mm at -6 °C with 120 vehicles an hour: %v; at last %+v", seen, s.Lane(busy))
}

func TestThawMakesSlushAndFrostMakesIceOfIt(t *testing.T) {
	net := street(t, 1, residential)
	s := system(t, net, weather.Config{Uncleared: true, Changes: []weather.Change{
		air(-2), snow(3, 0, 2), from(4, weather.Temperature, weather.Sky{Temperature: 6}),
		from(10, weather.Temperature, weather.Sky{Temperature: -8}),
	}})
	var seen []tyre.Condition
	until(s, 30, nil, func(float64) {
		if c := s.Conditions()[lane(net, 0)]; len(seen) == 0 || seen[len(seen)-1] != c {
			seen = append(seen, c)
		}
	})
	if !slices.Contains(seen, tyre.Slush) || s.Lane(lane(net, 0)).Ice < 0.3 {
		t.Errorf("conditions %v, at last %+v; want slush, and ice of its water", seen, s.Lane(lane(net, 0)))
	}
}

func TestRainOnFrozenRoadIsBlackIce(t *testing.T) {
	net := street(t, 1, residential)
	s := system(t, net, weather.Config{Uncleared: true, Changes: []weather.Change{
		air(-5), from(0, weather.Temperature, weather.Sky{Temperature: 1}), rain(1, 0.5, 1),
	}})
	until(s, 1, nil, nil)
	if c := s.Conditions()[lane(net, 0)]; c != tyre.Ice && c != tyre.WetIce {
		t.Errorf("%v, want ice: the road is at %.1f °C (%+v)", c, s.Surface(lane(net, 0)), s.Lane(lane(net, 0)))
	}
}

func TestClearNightBringsHoarToBridgesFirst(t *testing.T) {
	net := street(t, 1, as, onBridge)
	s := system(t, net, weather.Config{Uncleared: true, Changes: []weather.Change{air(1), weather.Frost(0, 12*hour)}})
	until(s, 12, nil, nil)
	road, deck := s.Lane(lane(net, 0)).Ice, s.Lane(lane(net, 1)).Ice
	ground, bridges := s.Roads()
	// Beyond what wind and ground bring back, 70 W/m² cool a surface by 70/(4.4+3.8+14.5) = 3.1 K.
	if math.Abs(bridges-(1-3.1)) > 0.3 || bridges > ground {
		t.Errorf("road at %.1f °C and bridge at %.1f, want the bridge some 3.1 K below the air of 1 °C", ground, bridges)
	}
	if !(deck > 0.02 && deck >= road && deck < 0.5) {
		t.Errorf("hoar of %.3f mm on the road and %.3f on the bridge, want some hundredths of a millimetre, more on the bridge", road, deck)
	}
	t.Logf("twelve hours of frost under a clear sky: %.3f mm of hoar on the road, %.3f on the bridge", road, deck)
}

func TestSaltKeepsWaterFromFreezingAndThawsIce(t *testing.T) {
	main := func(e *network.EdgeSpec) { e.Road = network.Primary }
	net := street(t, 1, main, residential)
	changes := []weather.Change{air(1), rain(1, 0, 2), from(2, weather.Temperature, weather.Sky{Temperature: -3})}
	s := system(t, net, weather.Config{Changes: changes})
	until(s, 10, nil, nil)
	if l := s.Lane(lane(net, 1)); l.Ice < 0.1 || l.Salt != 0 {
		t.Errorf("residential street: %+v, want ice and no salt", l)
	}
	l := s.Lane(lane(net, 0))
	// 10 g/m² hold 10/52.6 = 0.19 mm liquid at -3 °C (brine of 5 %).
	if l.Salt == 0 || l.Water < 0.05 || l.Ice > s.Lane(lane(net, 1)).Ice {
		t.Errorf("salted road at %.1f °C: %+v, want brine", s.Surface(lane(net, 0)), l)
	}
}

func TestMainRoadsAreClearedFirst(t *testing.T) {
	way := func(class network.RoadClass, id int64) func(*network.EdgeSpec) {
		return func(e *network.EdgeSpec) { e.Road, e.OSMWay = class, id }
	}
	net := street(t, 1, way(network.Trunk, 101), way(network.Tertiary, 102), way(network.Service, 103))
	s := system(t, net, weather.Config{Changes: []weather.Change{air(-5), snow(2, 0, 4)}})
	until(s, 12, nil, nil)
	trunk, tertiary, service := s.Lane(lane(net, 0)), s.Lane(lane(net, 1)), s.Lane(lane(net, 2))
	if !(trunk.Snow < tertiary.Snow && tertiary.Snow < service.Snow && service.Snow > 7.5) {
		t.Errorf("snow of %.2f mm on the trunk road, %.2f on the tertiary and %.2f on the service road, want it in this order", trunk.Snow, tertiary.Snow, service.Snow)
	}
	s.Apply(weather.Command{Kind: weather.Clear, Edge: 2})
	if left := s.Lane(lane(net, 2)).Snow; left > 0.21*service.Snow {
		t.Errorf("a plough leaves %.2f of %.2f mm, want a fifth", left, service.Snow)
	}
}

func TestSpillIsAPatchWithABeginningAndAnEnd(t *testing.T) {
	net := street(t, 1, as)
	track := lane(net, 0)
	s := system(t, net, weather.Config{Spills: []weather.Spill{
		{Track: track, From: 100, To: 140, Begin: 90.5, Until: 200, Condition: weather.Oil},
	}})
	for _, c := range []struct {
		t, at   float64
		want    tyre.Condition
		changed bool
	}{{90, 120, tyre.Dry, false}, {91, 120, weather.Oil, true}, {92, 99, tyre.Dry, false}, {93, 140, tyre.Dry, false}, {200, 120, tyre.Dry, true}} {
		s.Step(c.t, nil)
		if got := s.At(track, c.at); got != c.want || slices.Contains(s.Changed(), track) != c.changed {
			t.Errorf("at %g s, %g m: %v, changed %v; want %v, %v", c.t, c.at, got, s.Changed(), c.want, c.changed)
		}
	}
}

func TestVisibilityFallsWithRainAndMoreWithSnow(t *testing.T) {
	see := func(rain, snow float64) float64 { return weather.Sky{Rain: rain, Snow: snow}.Visibility() }
	if got := see(0, 0); got != 20000 {
		t.Errorf("clear: %g m, want 20 km", got)
	}
	// Atlas: 11.6 km in 1 mm/h; clear air takes a part of it.
	if got := see(1, 0); got < 7000 || got > 7500 {
		t.Errorf("rain of 1 mm/h: %g m, want 1/(1/11.6+1/20) km", got)
	}
	// Heavy snow is 2.5 mm/h, which the weather services report at a quarter of a mile.
	if got := see(0, 2.5); got < 350 || got > 450 {
		t.Errorf("snow of 2.5 mm/h: %g m, want some 400", got)
	}
}

func TestNearestLaneIsTheOneUnderThePoint(t *testing.T) {
	net := street(t, 2, as, as)
	for l := range net.Lanes {
		lane := network.LaneID(l)
		want := net.Lanes[l].Length / 3
		p := net.PoseAt(lane.Track(), want, 0.4).Point
		got, along, off := weather.NearestLane(net, p)
		if got != lane || math.Abs(along-want) > 0.01 || math.Abs(off-0.4) > 0.01 {
			t.Errorf("beside lane %d at %.2f m: lane %d at %.2f m, %.2f m off", l, want, got, along, off)
		}
	}
	if lane, _, off := weather.NearestLane(&network.Network{}, network.Point{}); lane != network.None || !math.IsInf(off, 1) {
		t.Errorf("without lanes: %d, %g m off", lane, off)
	}
}

func TestSpillsComeByCommand(t *testing.T) {
	net := street(t, 1, as)
	track := lane(net, 0)
	s := system(t, net, weather.Config{})
	s.Step(100, nil)
	c := weather.Command{Kind: weather.AddSpill, Spill: weather.Spill{Track: track, From: 5, To: 25, Begin: 0, Until: 160, Condition: tyre.WetIce}}
	if err := c.Check(net); err != nil {
		t.Fatal(err)
	}
	s.Apply(c)
	if !slices.Contains(s.Changed(), track) || s.At(track, 6) != tyre.WetIce || s.At(track, 26) != tyre.Dry || len(s.PatchesOn(track)) != 1 {
		t.Errorf("changed %v, patches %+v", s.Changed(), s.Patches())
	}
	if s.Step(160, nil); len(s.Patches()) != 0 {
		t.Errorf("at its end there is still %+v", s.Patches())
	}
}
