package demand

import (
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
)

// Purpose is why a trip is made: what is done at the end of it that is not home, so that the way home from work is a
// commute, too.
type Purpose uint8

// The purposes.
const (
	Unknown Purpose = iota // of lists that do not tell
	Commute
	School // of those who go there and of those who bring them
	Shopping
	Leisure
	Business
	Freight
	Passing // through the map: what for is not known
	NumPurposes
)

var purposeTexts = [NumPurposes]string{"unknown", "commute", "school", "shopping", "leisure", "business", "freight", "through"}

// String returns the name used in files.
func (p Purpose) String() string { return purposeTexts[p] }

// ParsePurpose returns the purpose called name.
func ParsePurpose(name string) (Purpose, error) {
	if i := slices.Index(purposeTexts[:], name); i >= 0 {
		return Purpose(i), nil
	}
	return 0, fmt.Errorf("%q, want one of %s", name, strings.Join(purposeTexts[:], ", "))
}

// outward and homeward are the relative rates at which trips of a purpose depart at each full hour, away from home and back;
// between the hours they are linear. Freight and business go from work to work and have one shape. The shapes are those of travel
// surveys: work and school begin in a sharp morning peak and end in a broad one, shopping has its peaks at 10 and 16,
// leisure in the evening [assumed].
var outward = [NumPurposes][24]float64{
	Unknown:  hourly[other],
	Commute:  {0.2, 0.1, 0.1, 0.3, 1, 3, 8, 10, 7, 3, 1.5, 1, 1.2, 1.5, 1.2, 0.8, 0.5, 0.4, 0.4, 0.3, 0.3, 0.3, 0.2, 0.2},
	School:   {0, 0, 0, 0, 0, 0.2, 1.5, 10, 5, 1.2, 0.6, 0.8, 1, 1, 0.8, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1, 0, 0, 0},
	Shopping: {0, 0, 0, 0, 0, 0.1, 0.3, 0.7, 2, 5, 7, 6, 4, 4, 5, 5.5, 6, 6, 4.5, 2, 0.5, 0.1, 0, 0},
	Leisure:  {0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.6, 1, 2, 3, 3, 2.5, 3.5, 4.5, 4.5, 4.5, 5, 5.5, 5, 3, 1.5, 0.8, 0.4},
	Business: {0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 2, 4, 6, 6, 5.5, 5, 4, 4.5, 4.5, 4, 3, 1.8, 0.9, 0.5, 0.3, 0.2, 0.1, 0.1},
	Freight:  {0.8, 0.7, 0.8, 1.2, 2, 3.2, 4.5, 5.5, 6, 6.2, 6.2, 6, 5.5, 5.5, 5.2, 4.8, 4, 3.2, 2.4, 1.8, 1.5, 1.2, 1, 0.9},
	Passing:  hourly[through],
}

var homeward = [NumPurposes][24]float64{
	Unknown:  hourly[toHome],
	Commute:  {0.5, 0.3, 0.2, 0.2, 0.2, 0.3, 0.7, 0.6, 0.4, 0.4, 0.5, 0.8, 1.5, 1.6, 3, 5, 8, 8.5, 5, 2.5, 1.3, 1, 1, 0.7},
	School:   {0, 0, 0, 0, 0, 0, 0.3, 3, 3, 0.8, 0.6, 1.5, 3, 4, 3, 3.5, 3, 1.5, 0.8, 0.4, 0.2, 0.1, 0, 0},
	Shopping: {0, 0, 0, 0, 0, 0, 0.1, 0.3, 1, 3.5, 6, 7, 5.5, 4, 4.5, 5.5, 6, 6.5, 6, 4, 1.3, 0.3, 0.1, 0},
	Leisure:  {1, 0.6, 0.4, 0.3, 0.2, 0.1, 0.2, 0.3, 0.5, 1, 1.8, 2.8, 2.8, 2.2, 2.6, 3.4, 4.2, 4.8, 4.6, 4.2, 4.2, 4.2, 3.2, 1.8},
	Business: {0.1, 0.1, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 2.5, 3.5, 4.5, 5, 4.5, 4, 4.5, 5.5, 6, 5, 2.5, 1.2, 0.6, 0.4, 0.3, 0.2},
	Freight:  {0.8, 0.7, 0.8, 1.2, 2, 3.2, 4.5, 5.5, 6, 6.2, 6.2, 6, 5.5, 5.5, 5.2, 4.8, 4, 3.2, 2.4, 1.8, 1.5, 1.2, 1, 0.9},
	Passing:  hourly[through],
}

// mix are the shares of the purposes in a day's vehicle trips from home (and back), and between other places: about the car
// trips of drivers in [mid] [assumed].
var mix = [2][NumPurposes]float64{
	{Commute: 0.38, School: 0.10, Shopping: 0.24, Leisure: 0.24, Business: 0.04},
	{Commute: 0.10, Shopping: 0.35, Leisure: 0.20, Business: 0.35},
}

// purposeShares are, for each kind of trip of the default demand and each bin of the day, the cumulative shares of the purposes.
var purposeShares = func() (shares [numPurposes][bins][NumPurposes]float64) {
	for kind := range through {
		shapes, row := &outward, &mix[0]
		if kind == toHome {
			shapes = &homeward
		}
		if kind == other {
			row = &mix[1]
		}
		for p := range NumPurposes {
			if row[p] == 0 {
				continue
			}
			day := interpolate(&shapes[p])
			for i := range day {
				shares[kind][i][p] = row[p] * day[i]
			}
		}
		for i := range shares[kind] {
			cumulate(shares[kind][i][:])
		}
	}
	return shares
}()

// purposeOf draws the purpose of trip number n of the default demand. It changes nothing about the trip.
func purposeOf(kind purpose, bin int, class network.VehicleClass, seed, n uint64) Purpose {
	switch {
	case kind == through:
		return Passing
	case class == network.RigidLorry || class == network.ArticulatedLorry:
		return Freight
	case class == network.Bus:
		return Unknown
	}
	row := purposeShares[kind][bin][:]
	return Purpose(pick(row, draw.Float64(seed, draw.TripPurpose, n, 0)*total(row)))
}
