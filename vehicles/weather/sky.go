package weather

import (
	"fmt"
	"math"
	"strings"
)

// Sky is the weather over the whole map at a moment.
type Sky struct {
	Temperature float64 `json:"temperature"` // °C, of the air at 2 m
	Rain        float64 `json:"rain"`        // mm/h
	Snow        float64 `json:"snow"`        // mm/h of water; fresh snow lies about ten times as deep
	Humidity    float64 `json:"humidity"`    // %, relative to water
	Wind        float64 `json:"wind"`        // m/s, at 10 m
	// Radiation is what the surface of a road gains by radiation beyond what it would at the temperature of the air, W/m²:
	// 0 under an overcast sky at night, up to -100 under a clear one, several hundred in the sun.
	Radiation float64 `json:"radiation"`
}

// Fields is a set of fields of Sky, one bit each.
type Fields uint8

// The fields of Sky.
const (
	Temperature Fields = 1 << iota
	Rain
	Snow
	Humidity
	Wind
	Radiation
	allFields = 1<<iota - 1
)

// field is one field of Sky: its name in files, its bounds, and its unit.
type field struct {
	bit       Fields
	name      string
	low, high float64
	unit      string
}

// fields are in the order of their bits. The bounds hold every record on Earth with room to spare: 401 mm of rain in an hour,
// 113 m/s of wind.
var fields = [...]field{
	{Temperature, "temperature", -60, 60, "degrees Celsius"},
	{Rain, "rain", 0, 500, "mm/h"},
	{Snow, "snow", 0, 50, "mm/h of water"},
	{Humidity, "humidity", 0, 100, "percent"},
	{Wind, "wind", 0, 120, "m/s"},
	{Radiation, "radiation", -200, 1200, "W/m²"},
}

// of returns the field in s.
func (f *field) of(s *Sky) *float64 {
	switch f.bit {
	case Temperature:
		return &s.Temperature
	case Rain:
		return &s.Rain
	case Snow:
		return &s.Snow
	case Humidity:
		return &s.Humidity
	case Wind:
		return &s.Wind
	}
	return &s.Radiation
}

// want says what a value of the field may be.
func (f *field) want() string { return fmt.Sprintf("%s from %g to %g", f.unit, f.low, f.high) }

// holds reports whether v is a value of the field; NaN is none.
func (f *field) holds(v float64) bool { return v >= f.low && v <= f.high }

// String lists the fields, "rain, wind" for instance.
func (f Fields) String() string {
	var names []string
	for i := range fields {
		if f&fields[i].bit != 0 {
			names = append(names, fields[i].name)
		}
	}
	return strings.Join(names, ", ")
}

// The air where nobody says what it is like: a mild, overcast day with a light breeze, an assumption. While rain or snow
// falls the air is nearly saturated.
const (
	mildTemperature = 15.0
	dryHumidity     = 75.0
	wetHumidity     = 95.0
	lightBreeze     = 3.0
)

// take copies the fields of from that are in set.
func (s *Sky) take(set Fields, from *Sky) {
	for i := range fields {
		if set&fields[i].bit != 0 {
			*fields[i].of(s) = *fields[i].of(from)
		}
	}
}

// check returns an error if a field in set is out of its bounds.
func (s *Sky) check(set Fields) error {
	for i := range fields {
		f := &fields[i]
		if v := *f.of(s); set&f.bit != 0 && !f.holds(v) {
			return fmt.Errorf("%s %g, want %s", f.name, v, f.want())
		}
	}
	return nil
}

// clearAir is how far one sees without rain or snow, m: as far as weather stations commonly report.
const clearAir = 20000.0

// Visibility returns how far one sees through rain and snow by day, in whole metres. The extinctions of the two add up. Rain:
// V = 11.6 km R^-0.63 (D. Atlas, Optical extinction by rainfall, Journal of Meteorology 10, 1953). Snow: V = 1 km / R, which
// puts the bounds of light and heavy snow where the weather services have them, 1 mm/h at 1 km and 2.5 mm/h at 400 m (R. M.
// Rasmussen et al., The estimation of snowfall rate using visibility, Journal of Applied Meteorology 38, 1999: single
// storms differ from it by a factor of 3 to 10).
func (s Sky) Visibility() float64 {
	perKm := 1000/clearAir + math.Pow(s.Rain, 0.63)/11.6 + s.Snow
	return math.Round(1000 / perKm)
}

// Sample is a row of a series: the sky from Time on.
type Sample struct {
	Time float64 // s after midnight of the first day
	Sky  Sky
}

// Series is the weather as it was measured or is foreseen. Rain and snow keep the rate of a row until the next; all else
// is interpolated. Before the first row and after the last the air is as in these, and nothing falls.
type Series struct {
	Has     Fields // what the samples say
	Samples []Sample
}

// at writes the sky of the series at t into s.
func (x *Series) at(t float64, s *Sky) {
	n := len(x.Samples)
	if n == 0 {
		return
	}
	// The row at or before t, -1 if t is before all.
	low, high := -1, n
	for high-low > 1 {
		if mid := (low + high) / 2; x.Samples[mid].Time <= t {
			low = mid
		} else {
			high = mid
		}
	}
	a, b := &x.Samples[max(low, 0)], &x.Samples[min(high, n-1)]
	now, share := a.Sky, 0.0
	if b.Time > a.Time {
		share = (t - a.Time) / (b.Time - a.Time)
	}
	for i := range fields {
		if f := &fields[i]; f.bit&(Rain|Snow) == 0 {
			from, to := *f.of(&a.Sky), *f.of(&b.Sky)
			*f.of(&now) = from + float64((to-from)*share)
		}
	}
	if low < 0 || high == n && t > a.Time {
		now.Rain, now.Snow = 0, 0
	}
	s.take(x.Has, &now)
}

// check returns an error if the samples are out of order or of bounds.
func (x *Series) check() error {
	for i := range x.Samples {
		row := &x.Samples[i]
		if i > 0 && !(row.Time > x.Samples[i-1].Time) {
			return fmt.Errorf("row %d at %g s is not after the one before", i+1, row.Time)
		}
		if err := row.Sky.check(x.Has); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return nil
}

// Change sets fields of the sky for a while, whatever a Series says. Of two that set a field at the same time the later one in
// the list counts. It begins and ends at the nearest minute.
type Change struct {
	From, Until float64 // s after midnight; +Inf for ever
	Set         Fields
	Sky         Sky
}

// Frost returns the changes of a clear and calm night, which cools the roads some degrees below the air and deposits hoar on
// them: net radiation -70 W/m² (T. R. Oke, Boundary Layer Climates, 1987, has -75 to -125 for open country; streets see less
// of the sky).
func Frost(from, until float64) Change {
	return Change{
		From: from, Until: until, Set: Humidity | Wind | Radiation,
		Sky: Sky{Humidity: wetHumidity, Wind: 1, Radiation: -70},
	}
}

// forecast is all that is known of the sky before the run: fixed once the system is built.
type forecast struct {
	series  Series
	changes []Change
}

// at returns the sky at t with live on top.
func (f *forecast) at(t float64, live *Change) Sky {
	s := Sky{Temperature: mildTemperature, Wind: lightBreeze}
	set := Fields(0)
	if len(f.series.Samples) > 0 {
		f.series.at(t, &s)
		set = f.series.Has
	}
	for i := range f.changes {
		if c := &f.changes[i]; c.From <= t && t < c.Until {
			s.take(c.Set, &c.Sky)
			set |= c.Set
		}
	}
	s.take(live.Set, &live.Sky)
	set |= live.Set
	if set&Humidity == 0 {
		if s.Humidity = dryHumidity; s.Rain > 0 || s.Snow > 0 {
			s.Humidity = wetHumidity
		}
	}
	return s
}

// begins returns when the first of it is, +Inf if there is nothing.
func (f *forecast) begins() float64 {
	first := math.Inf(1)
	if len(f.series.Samples) > 0 {
		first = f.series.Samples[0].Time
	}
	for i := range f.changes {
		first = min(first, f.changes[i].From)
	}
	return first
}
