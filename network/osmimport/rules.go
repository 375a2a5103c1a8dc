package osmimport

import "roadtwin/network"

// countryRules are the speed limits of a country for cars where no sign says otherwise, m/s, and its lane widths.
//
// The legal limits (urban, rural, divided, motorway, livingStreet) are those of the OpenStreetMap wiki, "Default speed
// limits", which names the law of each country; for the USA, where states differ, those of Delaware (Delaware Code,
// title 21, § 4169: 25 mph in business and residential districts, 50 mph on two-lane and 55 mph on four-lane roads)
// and 65 mph on motorways, and by state from stateLimits. The others are guesses of this program, in the middle of what is usually signed.
type countryRules struct {
	urban        float64 // in built-up areas
	urbanNarrow  float64 // on streets there with one lane for the direction; 0 if the same
	rural        float64 // outside of them, single carriageway
	divided      float64 // outside of them, dual carriageway or expressway
	motorway     float64
	livingStreet float64
	// urbanMotorway is that of motorways in built-up areas; 0 if the same.
	urbanMotorway float64
	minor         float64 // guess: narrow country roads (unclassified)
	ramp          float64 // guess: motorway links
	service       float64 // guess: car parks, drives
	// arterial is added to urban for the class of the road: guess, for countries whose arterials are signed above
	// the urban limit.
	arterial [network.NumRoadClasses]float64
	// laneWidth is that of a marked lane on a road of the class, m. Europe: RAA 2008 (3.50 to 3.75 m on motorways) and
	// RASt 06 (3.25 m on main, 2.75 m on minor streets); the USA: AASHTO Green Book (12 ft, 10 to 11 ft in towns).
	laneWidth [network.NumRoadClasses]float64
	// centreTurnLane says that the odd lane of a two-way road is for turning from both directions.
	centreTurnLane bool
}

var europeanLanes = [network.NumRoadClasses]float64{3.75, 3.5, 3.25, 3.25, 3.25, 3.0, 2.75, 2.75, 2.75}

var americanLanes = [network.NumRoadClasses]float64{3.65, 3.65, 3.35, 3.35, 3.35, 3.2, 3.05, 3.0, 3.0}

// metric returns the rules of a country that counts in km/h.
func metric(urban, rural, divided, motorway, livingStreet float64) countryRules {
	return countryRules{
		urban: urban * kmh, rural: rural * kmh, divided: divided * kmh, motorway: motorway * kmh,
		livingStreet: livingStreet * kmh, minor: min(rural, 80) * kmh, ramp: 80 * kmh, service: 20 * kmh,
		laneWidth: europeanLanes,
	}
}

// imperial returns the rules of a country that counts in mph.
func imperial(urban, rural, divided, motorway, livingStreet float64) countryRules {
	return countryRules{
		urban: urban * mph, rural: rural * mph, divided: divided * mph, motorway: motorway * mph,
		livingStreet: livingStreet * mph, minor: min(rural, 50) * mph, ramp: 45 * mph, service: 15 * mph,
		laneWidth: europeanLanes,
	}
}

// american returns the rules of the USA: imperial, with faster arterials, wider lanes and centre turn lanes.
func american() countryRules {
	r := imperial(25, 50, 55, 65, 15)
	r.arterial = [network.NumRoadClasses]float64{
		network.Motorway: 30 * mph, network.Trunk: 20 * mph, network.Primary: 10 * mph, network.Secondary: 10 * mph,
		network.Tertiary: 5 * mph,
	}
	r.minor = 45 * mph
	r.laneWidth, r.centreTurnLane = americanLanes, true
	return r
}

func canadian() countryRules {
	r := metric(50, 80, 90, 100, 20)
	r.laneWidth, r.centreTurnLane = americanLanes, true
	return r
}

// spanish returns the rules of Spain: in towns 30 km/h on streets with one lane a direction since 2021 (Real Decreto
// 970/2020).
func spanish() countryRules {
	r := metric(50, 90, 90, 120, 20)
	r.urbanNarrow = 30 * kmh
	return r
}

// international are the rules where the country is unknown or has no entry: those of the Vienna Convention's typical
// signatory.
var international = metric(50, 90, 100, 120, 20)

// rulesByCountry holds the countries whose rules differ from international.
var rulesByCountry = map[string]countryRules{
	"US": american(), "PR": american(), "GU": american(), "VI": imperial(20, 35, 40, 55, 15), "CA": canadian(),
	"MX": metric(50, 80, 90, 110, 20), "BR": metric(50, 60, 100, 110, 20), "AR": metric(40, 110, 120, 130, 20),
	"CL": metric(50, 100, 120, 120, 20), "CO": metric(50, 80, 90, 120, 20),
	"GB": imperial(30, 60, 70, 70, 20), "IM": imperial(30, 60, 60, 60, 20), "JE": imperial(30, 40, 40, 40, 15),
	"GG": imperial(25, 35, 35, 35, 15), "IE": metric(50, 80, 100, 120, 20), "MT": metric(50, 80, 80, 80, 20),
	"CY": metric(50, 80, 80, 100, 20), "GI": metric(50, 50, 50, 50, 20),
	"DE": metric(50, 100, 130, 130, 7), "AT": metric(50, 100, 100, 130, 7), "CH": metric(50, 80, 100, 120, 20),
	"LI": metric(50, 80, 100, 120, 20), "FR": metric(50, 80, 110, 130, 20), "MC": metric(50, 50, 50, 50, 20),
	"AD": metric(50, 90, 90, 90, 20), "ES": spanish(), "PT": metric(50, 90, 100, 120, 20),
	"IT": metric(50, 90, 110, 130, 30), "NL": metric(50, 80, 100, 100, 15), "BE": metric(50, 70, 120, 120, 20),
	"LU": metric(50, 90, 90, 130, 20), "DK": metric(50, 80, 80, 130, 15), "NO": metric(50, 80, 80, 90, 15),
	"SE": metric(50, 70, 90, 110, 7), "FI": metric(50, 80, 80, 120, 20), "EE": metric(50, 90, 90, 110, 20),
	"LV": metric(50, 90, 90, 120, 20), "LT": metric(50, 90, 110, 130, 20), "PL": metric(50, 90, 100, 140, 20),
	"CZ": metric(50, 90, 110, 130, 20), "SK": metric(50, 90, 130, 130, 20), "HU": metric(50, 90, 110, 130, 20),
	"SI": metric(50, 90, 110, 130, 10), "HR": metric(50, 90, 110, 130, 20), "RO": metric(50, 90, 100, 130, 20),
	"BG": metric(50, 90, 120, 140, 20), "GR": metric(50, 90, 110, 130, 20), "TR": metric(50, 90, 110, 120, 20),
	"RU": metric(60, 90, 90, 110, 20), "UA": metric(50, 90, 110, 130, 20), "IS": metric(50, 90, 90, 90, 15),
	"AU": metric(50, 100, 100, 110, 10), "NZ": metric(50, 100, 100, 100, 20), "ZA": metric(60, 100, 120, 120, 20),
	"JP": metric(60, 60, 60, 100, 20), "KR": metric(50, 80, 80, 100, 20), "TW": metric(50, 60, 80, 100, 20),
	"CN": metric(50, 70, 80, 120, 20), "HK": metric(50, 50, 70, 100, 20), "SG": metric(50, 50, 70, 90, 20),
	"MY": metric(50, 90, 90, 110, 20), "TH": metric(80, 90, 90, 120, 30), "IN": metric(50, 70, 100, 120, 20),
	"ID": metric(50, 80, 80, 100, 20), "PH": metric(40, 80, 80, 100, 20), "AE": metric(60, 100, 120, 120, 30),
	"AL": metric(40, 80, 90, 110, 20), "BA": metric(50, 80, 100, 130, 20), "RS": metric(50, 80, 100, 130, 10),
	"ME": metric(50, 80, 100, 130, 20), "MK": metric(50, 80, 100, 130, 20), "MD": metric(50, 90, 110, 110, 20),
	"BY": metric(60, 90, 110, 110, 20), "GE": metric(60, 90, 110, 110, 20), "AM": metric(60, 90, 110, 110, 20),
	"AZ": metric(60, 90, 110, 110, 20), "IL": metric(50, 80, 90, 110, 20), "EG": metric(60, 90, 90, 100, 20),
	"MA": metric(60, 100, 100, 120, 20), "TN": metric(50, 90, 110, 110, 20), "DZ": metric(50, 100, 100, 120, 20),
	"NG": metric(50, 80, 80, 100, 20), "GH": metric(50, 90, 90, 100, 20), "KE": metric(50, 100, 110, 110, 20),
	"TZ": metric(50, 100, 100, 100, 20), "UG": metric(50, 80, 100, 100, 20), "BW": metric(60, 120, 120, 120, 20),
	"NA": metric(60, 100, 120, 120, 20), "LK": metric(50, 70, 70, 100, 20), "VN": metric(50, 80, 90, 120, 20),
	"KH": metric(40, 90, 90, 90, 20), "CU": metric(50, 90, 90, 100, 20), "EC": metric(50, 90, 100, 100, 20),
	"TT": metric(50, 80, 80, 100, 20), "FO": metric(50, 80, 80, 80, 15),
}

func rulesOf(country string) *countryRules {
	if r, ok := rulesByCountry[country]; ok {
		return &r
	}
	if state := stateOf[country]; state != "" {
		return rulesOf(state)
	}
	r := international
	return &r
}
