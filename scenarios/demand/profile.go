package demand

// purpose is why a trip is made, as far as its time and its ends depend on it.
type purpose uint8

const (
	fromHome purpose = iota
	toHome
	other
	through
	numPurposes
)

var purposeNames = [numPurposes]string{"from home", "to home", "other", "through"}

// hourly is the relative rate of departures at each full hour, by purpose; between the hours it is linear, so that the
// morning peak is from 7:30 to 8:30. The shapes are those of travel surveys and of urban traffic counts: people leave
// home in a sharp morning peak, come back in a broad one from 15 to 18, do errands at noon; counts have both peaks and
// are low at 3 [assumed].
var hourly = [numPurposes][24]float64{
	fromHome: {
		0.15, 0.08, 0.06, 0.08, 0.2, 0.6, 1.8, 3.6, 4.0, 2.4, 1.7, 1.4,
		1.4, 1.4, 1.4, 1.5, 1.6, 1.8, 1.9, 1.5, 0.9, 0.5, 0.35, 0.25,
	},
	toHome: {
		0.35, 0.2, 0.15, 0.1, 0.1, 0.12, 0.25, 0.6, 0.8, 0.9, 1.1, 1.5,
		1.8, 1.7, 2.1, 3.0, 3.8, 4.3, 3.3, 2.3, 1.8, 1.5, 1.0, 0.6,
	},
	other: {
		0.1, 0.06, 0.05, 0.05, 0.08, 0.2, 0.5, 1.2, 1.8, 2.0, 2.3, 2.7,
		3.0, 2.7, 2.6, 2.7, 2.7, 2.4, 1.7, 1.2, 0.8, 0.5, 0.3, 0.2,
	},
	through: {
		0.8, 0.5, 0.4, 0.4, 0.8, 1.9, 4.0, 6.2, 6.7, 5.4, 5.0, 5.1,
		5.3, 5.4, 5.8, 6.6, 7.2, 7.4, 5.8, 4.2, 3.3, 2.7, 2.0, 1.3,
	},
}

// bins is the number of equal parts of a day in which departures are uniform: a quarter of an hour each.
const (
	bins      = 96
	binLength = 86400.0 / bins // s
)

// dayProfile is the share of a day's trips that depart in each bin.
type dayProfile [bins]float64

// profileOf returns the shares of a purpose: the piecewise linear rate at the middle of each bin, scaled to add up to 1.
func profileOf(p purpose) dayProfile { return interpolate(&hourly[p]) }

// interpolate returns the shares of a rate that is given at each full hour.
func interpolate(rate *[24]float64) dayProfile {
	var d dayProfile
	const perHour = bins / 24
	for i := range d {
		hour, part := i/perHour, (float64(i%perHour)+0.5)/perHour
		d[i] = rate[hour]*(1-part) + rate[(hour+1)%24]*part
	}
	return d.scaled()
}

// profileOfHours returns the shares for 24 hourly ones.
func profileOfHours(hours []float64) dayProfile {
	var d dayProfile
	for i := range d {
		d[i] = hours[i*24/bins]
	}
	return d.scaled()
}

// scaled returns d with a sum of 1; d must not be zero.
func (d dayProfile) scaled() dayProfile {
	total := 0.0
	for _, share := range d {
		total += share
	}
	for i := range d {
		d[i] /= total
	}
	return d
}

// schedule is when trips of which purpose depart: the number of trips a day in each bin, by purpose.
type schedule struct {
	cumulative [bins]float64              // trips a day until the end of each bin
	purposes   [bins][numPurposes]float64 // cumulative over purposes, within a bin
}

// newSchedule spreads the daily volumes over the day. If hours are given, all trips together follow them, and the mix
// of purposes at each hour stays what it would be.
func newSchedule(volumes [numPurposes]float64, hours []float64) *schedule {
	var total dayProfile
	var byPurpose [numPurposes]dayProfile
	sum := 0.0
	for p := range numPurposes {
		byPurpose[p] = profileOf(p)
		sum += volumes[p]
		for i := range total {
			byPurpose[p][i] *= volumes[p]
			total[i] += byPurpose[p][i]
		}
	}
	s, before := new(schedule), 0.0
	given := total
	if len(hours) == 24 {
		given = profileOfHours(hours)
		for i := range given {
			given[i] *= sum
		}
	}
	for i := range bins {
		before += given[i]
		s.cumulative[i] = before
		part := 0.0
		for p := range numPurposes {
			if total[i] > 0 {
				part += byPurpose[p][i] / total[i]
			}
			s.purposes[i][p] = part
		}
	}
	return s
}

// perDay returns the number of trips a day.
func (s *schedule) perDay() float64 { return s.cumulative[bins-1] }

// departure returns the time of day for a uniform number in [0, 1), s, and the bin it is in.
func (s *schedule) departure(u float64) (t float64, bin int) {
	x := u * s.perDay()
	bin = pick(s.cumulative[:], x)
	before := 0.0
	if bin > 0 {
		before = s.cumulative[bin-1]
	}
	return (float64(bin) + (x-before)/(s.cumulative[bin]-before)) * binLength, bin
}

// purpose returns the purpose of a trip in a bin for a uniform number in [0, 1).
func (s *schedule) purpose(bin int, u float64) purpose {
	row := s.purposes[bin][:]
	return purpose(pick(row, u*row[numPurposes-1]))
}
