package osmimport

import (
	"math"
	"testing"

	"roadtwin/network"
)

func TestParseSpeedWithGoodwill(t *testing.T) {
	for _, c := range []struct {
		value   string
		limit   float64 // m/s
		zone    string
		country string
		strange bool
	}{
		{"50; 40", 40 * kmh, "", "", false},
		{"50,40", 40 * kmh, "", "", false},
		{"50,5", 50.5 * kmh, "", "", false},
		{"max 50", 50 * kmh, "", "", false},
		{"30 mph?", 30 * mph, "", "", false},
		{"30MPH", 30 * mph, "", "", false},
		{"50 km", 50 * kmh, "", "", false},
		{"80 kph", 80 * kmh, "", "", false},
		{"~30", 30 * kmh, "", "", false},
		{"zone 30", 30 * kmh, "", "", false},
		{"50 (school)", 50 * kmh, "", "", false},
		{"10 kn", 10 * knot, "", "", false},
		{"RO:urban", 0, "urban", "RO", false},
		{"UK:nsl_single", 0, "nsl_single", "GB", false},
		{"GB:zone20", 20 * mph, "", "GB", false},
		{"GB:20 mph", 20 * mph, "", "GB", false},
		{"BE-VLG:urban", 0, "urban", "BE", false},
		{"US:CA:urban", 0, "urban", "US", false},
		{"FR:zone30", 30 * kmh, "", "FR", false},
		{"CZ:pedestrian_zone", 0, "living_street", "CZ", false},
		{"national", 0, "nsl", "", false},
		{"urban", 0, "urban", "", false},
		{"none;signals", 130 * kmh, "", "", false},
		{"DE:urban;DE:zone:30", 30 * kmh, "", "DE", false},
		{"50;quick", 50 * kmh, "", "", true},
		{"very fast", 0, "", "", true},
		{"50 @ night", 0, "", "", true},
		{"500", 0, "", "", true},
		{"DE:lava", 0, "", "", true},
	} {
		got, ok, strange := parseSpeed(c.value)
		if math.Abs(got.limit-c.limit) > 1e-9 || got.zone != c.zone || strange != c.strange || ok != (c.limit > 0 || c.zone != "") ||
			ok && got.country != c.country {
			t.Errorf("parseSpeed(%q) = %+v, %v, strange %v, want %.3f m/s %q of %q, strange %v", c.value, got, ok, strange, c.limit, c.zone, c.country, c.strange)
		}
	}
}

func FuzzParseSpeed(f *testing.F) {
	for _, s := range []string{"50", "30 mph", "DE:zone:30", "50;40", "none", "1:2:3", "max ~ 9999999999999999999 mph"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if got, ok, _ := parseSpeed(value); ok && got.zone == "" && !(got.limit >= 5*kmh && got.limit <= 250*kmh) {
			t.Fatalf("parseSpeed(%q) = %+v", value, got)
		}
		if got, ok := parseIncline(value); ok && !(math.Abs(got.gradient) <= maxGradient) {
			t.Fatalf("parseIncline(%q) = %+v", value, got)
		}
	})
}

func TestSpeedsOfDirectionsLanesAndZones(t *testing.T) {
	wales, spain, england := [2]float64{-3.7, 52.4}, [2]float64{-3.7, 40.4}, england
	const (
		tagged    = network.Tagged
		derived   = network.Derived
		defaulted = network.Defaulted
	)
	for _, c := range []struct {
		place  [2]float64
		tags   string
		want   float64 // m/s, at the kerb along the way
		source network.Provenance
	}{
		{germany, "highway=primary maxspeed=100 maxspeed:forward=70", 70 * kmh, tagged},
		{germany, "highway=primary maxspeed=100 maxspeed:backward=70", 100 * kmh, tagged},
		{germany, "highway=primary maxspeed=signals maxspeed:type=DE:rural", 100 * kmh, derived},
		{germany, "highway=primary zone:traffic=DE:urban", 50 * kmh, derived},
		{germany, "highway=residential zone:maxspeed=DE:30", 30 * kmh, tagged},
		{germany, "highway=residential zone:maxspeed=30", 30 * kmh, tagged},
		{germany, "highway=residential source:maxspeed=sign", 50 * kmh, defaulted},
		{germany, "highway=residential source:maxspeed=DE:zone:30", 30 * kmh, tagged},
		{germany, "highway=primary maxspeed:hgv=60", 100 * kmh, defaulted},
		{germany, "highway=primary maxspeed:conditional=50@(22:00-06:00)", 100 * kmh, defaulted},
		{germany, "highway=motorway_link maxspeed:advisory=40", 40 * kmh, derived},
		{germany, "highway=primary maxspeed:advisory=200", 100 * kmh, derived},
		{germany, "highway=motorway oneway=yes lanes=3 maxspeed=130 maxspeed:lanes=130|120|80", 80 * kmh, tagged},
		{england, "highway=motorway oneway=yes lanes=3 maxspeed:lanes=40mph|50mph|60mph", 40 * mph, tagged},
		{germany, "highway=motorway oneway=yes lanes=3 maxspeed=130 maxspeed:lanes=130|80", 130 * kmh, tagged},
		{germany, "highway=primary lit=yes sidewalk=both", 50 * kmh, defaulted},
		{england, "highway=primary maxspeed=national", 60 * mph, derived},
		{england, "highway=primary oneway=yes maxspeed=national", 70 * mph, derived},
		{england, "highway=residential lit=yes sidewalk=both", 30 * mph, defaulted},
		{wales, "highway=residential lit=yes sidewalk=both", 20 * mph, defaulted},
		{spain, "highway=residential lit=yes sidewalk=both", 30 * kmh, defaulted},
		{spain, "highway=secondary lanes=4 lit=yes sidewalk=both", 50 * kmh, defaulted},
		{[2]float64{5.5, 50.3}, "highway=secondary", 90 * kmh, defaulted},
		{[2]float64{4.0, 51.0}, "highway=secondary", 70 * kmh, defaulted},
		{[2]float64{130.84, -12.46}, "highway=primary", 110 * kmh, defaulted},
		{[2]float64{-75.5, 39.7}, "highway=residential lit=yes sidewalk=both", 25 * mph, defaulted},
		{[2]float64{-122.6, 45.5}, "highway=motorway oneway=yes", 65 * mph, defaulted},
		{[2]float64{-112, 33.5}, "highway=motorway oneway=yes", 75 * mph, defaulted},
		{[2]float64{-75.5, 39.7}, "highway=motorway oneway=yes tiger:county=Kent,MD", 70 * mph, defaulted},
	} {
		along, _, _ := limitedLanes(t, c.place, c.tags)
		if got := along[0].SpeedLimit; math.Abs(got-c.want) > 1e-9 || along[0].Source.SpeedLimit != c.source {
			t.Errorf("%s at %v: %.1f km/h, provenance %d, want %.1f, %d", c.tags, c.place, got/kmh, along[0].Source.SpeedLimit, c.want/kmh, c.source)
		}
	}
}

// limitedLanes returns the lanes of one way after its limits are set.
func limitedLanes(t *testing.T, place [2]float64, tags string) (along, against []network.LaneSpec, d *draft) {
	t.Helper()
	d = draftAfter(t, sketch(t, place, "n 1 0 0\nn 2 900 0\nw 10 1,2 "+tags), "speeds")
	return d.streets[0].dirs[0].lanes, d.streets[0].dirs[1].lanes, d
}

func TestSpecialLimitsAreCounted(t *testing.T) {
	_, _, d := limitedLanes(t, germany, "highway=primary maxspeed=signals maxspeed:hgv=60 maxspeed:conditional=50@(22:00-06:00) maxspeed:hgv:conditional=40@(wet)")
	for _, kind := range []string{"speed_conditional", "speed_by_class", "speed_variable"} {
		if d.report.Guessed[kind] != 1 {
			t.Errorf("%s: %d, want 1", kind, d.report.Guessed[kind])
		}
	}
}

func TestStatesOfTowns(t *testing.T) {
	for _, c := range []struct {
		town     string
		lon, lat float64
		want     string
	}{
		{"Wilmington", -75.55, 39.74, "DE"},
		{"Philadelphia", -75.16, 39.95, "PA"},
		{"Camden", -75.11, 39.93, "NJ"},
		{"Newark, Delaware", -75.75, 39.68, "DE"},
		{"Manhattan", -73.97, 40.77, "NY"},
		{"Jersey City", -74.07, 40.72, "NJ"},
		{"Chicago", -87.65, 41.85, "IL"},
		{"Gary", -87.34, 41.6, "IN"},
		{"St Louis", -90.2, 38.63, "MO"},
		{"Kansas City, Missouri", -94.57, 39.09, "MO"},
		{"Overland Park", -94.67, 38.98, "KS"},
		{"Portland", -122.65, 45.52, "OR"},
		{"Vancouver, Washington", -122.66, 45.64, "WA"},
		{"Seattle", -122.33, 47.64, "WA"},
		{"Phoenix", -112, 33.5, "AZ"},
		{"Denver", -104.98, 39.74, "CO"},
		{"Salt Lake City", -111.9, 40.76, "UT"},
		{"Las Vegas", -115.15, 36.17, "NV"},
		{"Los Angeles", -118.25, 34.05, "CA"},
		{"Houston", -95.4, 29.8, "TX"},
		{"El Paso", -106.48, 31.77, "TX"},
		{"Miami", -80.2, 25.8, "FL"},
		{"Atlanta", -84.4, 33.75, "GA"},
		{"Memphis", -90.05, 35.15, "TN"},
		{"Cincinnati", -84.5, 39.12, "OH"},
		{"Covington", -84.5, 39.06, "KY"},
		{"Arlington", -77.1, 38.88, "VA"},
		{"Washington", -77.03, 38.9, "DC"},
		{"Bethesda", -77.1, 39.0, "MD"},
		{"Anchorage", -149.9, 61.2, "AK"},
		{"Honolulu", -157.85, 21.3, "HI"},
		{"Minneapolis", -93.27, 44.98, "MN"},
		{"Fargo", -96.82, 46.88, "ND"},
		{"Omaha", -96.0, 41.25, "NE"},
		{"Boston", -71.06, 42.36, "MA"},
	} {
		if got := stateAt(c.lon, c.lat); got != c.want {
			t.Errorf("stateAt(%s) = %s, want %s", c.town, got, c.want)
		}
	}
	seen := map[string]bool{}
	for _, town := range stateTowns {
		seen[town.state] = true
		if l := stateLimits[town.state]; l[0] < 20 || l[1] < l[0] || l[3] < l[1]-15 {
			t.Errorf("%s: limits %v", town.state, l)
		}
	}
	if len(seen) != 51 || len(stateLimits) != 51 {
		t.Errorf("%d states with towns, %d with limits, want 51 with the capital's district", len(seen), len(stateLimits))
	}
}
