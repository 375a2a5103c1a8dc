package osmimport

import (
	"strings"
	"testing"
)

func TestCountryAtKnownTowns(t *testing.T) {
	for _, c := range []struct {
		town     string
		lon, lat float64
		want     string
	}{
		{"Wilmington", -75.55, 39.74, "US"}, {"Seattle", -122.33, 47.6, "US"}, {"Phoenix", -112, 33.5, "US"},
		{"Portland", -122.65, 45.52, "US"}, {"Honolulu", -157.85, 21.3, "US"}, {"Anchorage", -149.9, 61.2, "US"},
		{"San Diego", -117.1, 32.75, "US"}, {"El Paso", -106.45, 31.8, "US"}, {"Detroit", -83.1, 42.37, "US"},
		{"Buffalo", -78.83, 42.9, "US"}, {"Miami", -80.2, 25.8, "US"}, {"Boston", -71.06, 42.36, "US"},
		{"Frederiksted", -64.88, 17.71, "VI"}, {"Charlotte Amalie", -64.93, 18.34, "VI"}, {"Road Town", -64.62, 18.43, "VG"},
		{"San Juan", -66.1, 18.45, "PR"}, {"Toronto", -79.4, 43.7, "CA"}, {"Vancouver", -123.1, 49.25, "CA"},
		{"Montreal", -73.6, 45.5, "CA"}, {"Windsor", -83.0, 42.28, "CA"}, {"Ottawa", -75.7, 45.4, "CA"}, {"Halifax", -63.6, 44.65, "CA"},
		{"Mexico City", -99.1, 19.4, "MX"}, {"Tijuana", -117.02, 32.5, "MX"}, {"Havana", -82.4, 23.1, "CU"},
		{"Kingston", -76.8, 18.0, "JM"}, {"Nassau", -77.35, 25.05, "BS"}, {"Bridgetown", -59.6, 13.1, "BB"},
		{"Port of Spain", -61.5, 10.65, "TT"}, {"Georgetown", -58.15, 6.8, "GY"}, {"Paramaribo", -55.17, 5.85, "SR"},
		{"Cayenne", -52.33, 4.93, "GF"}, {"Sao Paulo", -46.6, -23.5, "BR"}, {"Buenos Aires", -58.4, -34.6, "AR"},
		{"Santiago", -70.65, -33.45, "CL"}, {"Lima", -77.03, -12.05, "PE"}, {"Bogota", -74.1, 4.7, "CO"}, {"Caracas", -66.9, 10.5, "VE"},
		{"London", -0.1, 51.5, "GB"}, {"Newcastle", -1.608, 54.97, "GB"}, {"Belfast", -5.93, 54.6, "GB"}, {"Londonderry", -7.3, 55.0, "GB"},
		{"Edinburgh", -3.2, 55.95, "GB"}, {"Cardiff", -3.18, 51.48, "GB"}, {"Dublin", -6.26, 53.35, "IE"}, {"Limerick", -8.63, 52.66, "IE"},
		{"Cork", -8.47, 51.9, "IE"}, {"Letterkenny", -7.73, 54.95, "IE"}, {"Douglas", -4.48, 54.15, "IM"}, {"Valletta", 14.51, 35.9, "MT"},
		{"Nicosia", 33.36, 35.17, "CY"}, {"Gibraltar", -5.35, 36.14, "GI"}, {"St Helier", -2.1, 49.18, "JE"},
		{"Berlin", 13.4, 52.52, "DE"}, {"Herrenberg", 8.87, 48.6, "DE"}, {"Dortmund", 7.47, 51.51, "DE"}, {"Aachen", 6.085, 50.776, "DE"},
		{"Hannover", 9.73, 52.37, "DE"}, {"Bad Hersfeld", 9.7, 50.87, "DE"}, {"Flensburg", 9.43, 54.78, "DE"}, {"Freiburg", 7.85, 48.0, "DE"},
		{"Saarbruecken", 7.0, 49.23, "DE"}, {"Passau", 13.43, 48.57, "DE"}, {"Munich", 11.57, 48.14, "DE"}, {"Rostock", 12.1, 54.1, "DE"},
		{"Kiel", 10.13, 54.32, "DE"}, {"Dresden", 13.74, 51.05, "DE"}, {"Paris", 2.35, 48.85, "FR"}, {"Strasbourg", 7.75, 48.58, "FR"},
		{"Lille", 3.06, 50.63, "FR"}, {"Nice", 7.26, 43.70, "FR"}, {"Menton", 7.50, 43.776, "FR"}, {"Ajaccio", 8.73, 41.92, "FR"},
		{"Brest", -4.49, 48.39, "FR"}, {"Marseille", 5.37, 43.3, "FR"}, {"Monaco", 7.42, 43.735, "MC"}, {"Andorra la Vella", 1.52, 42.507, "AD"},
		{"Madrid", -3.7, 40.4, "ES"}, {"Barcelona", 2.17, 41.39, "ES"}, {"Vigo", -8.72, 42.23, "ES"}, {"La Seu d'Urgell", 1.456, 42.358, "ES"},
		{"Palma", 2.65, 39.57, "ES"}, {"Las Palmas", -15.43, 28.1, "ES"}, {"Porto", -8.61, 41.15, "PT"}, {"Lisbon", -9.14, 38.72, "PT"},
		{"Faro", -7.93, 37.02, "PT"}, {"Funchal", -16.9, 32.65, "PT"}, {"Rome", 12.5, 41.9, "IT"}, {"Milan", 9.19, 45.46, "IT"},
		{"Trieste", 13.77, 45.65, "IT"}, {"Palermo", 13.36, 38.12, "IT"}, {"Cagliari", 9.11, 39.22, "IT"}, {"Ventimiglia", 7.61, 43.79, "IT"},
		{"Amsterdam", 4.9, 52.37, "NL"}, {"Maastricht", 5.69, 50.85, "NL"}, {"Groningen", 6.57, 53.22, "NL"}, {"Brussels", 4.35, 50.85, "BE"},
		{"Antwerp", 4.4, 51.22, "BE"}, {"Luxembourg", 6.13, 49.61, "LU"}, {"Zurich", 8.54, 47.37, "CH"}, {"Geneva", 6.15, 46.2, "CH"},
		{"Basel", 7.59, 47.555, "CH"}, {"Lugano", 8.95, 46.0, "CH"}, {"Vienna", 16.37, 48.2, "AT"}, {"Salzburg", 13.05, 47.8, "AT"},
		{"Innsbruck", 11.4, 47.27, "AT"}, {"Vaduz", 9.52, 47.14, "LI"}, {"Prague", 14.42, 50.08, "CZ"}, {"Warsaw", 21, 52.23, "PL"},
		{"Szczecin", 14.55, 53.43, "PL"}, {"Copenhagen", 12.57, 55.68, "DK"}, {"Aarhus", 10.2, 56.15, "DK"}, {"Malmo", 13.0, 55.6, "SE"},
		{"Stockholm", 18.07, 59.33, "SE"}, {"Goteborg", 11.97, 57.7, "SE"}, {"Oslo", 10.75, 59.91, "NO"}, {"Bergen", 5.32, 60.39, "NO"},
		{"Trondheim", 10.4, 63.43, "NO"}, {"Tromso", 18.95, 69.65, "NO"}, {"Helsinki", 24.94, 60.17, "FI"}, {"Tallinn", 24.75, 59.44, "EE"},
		{"Budapest", 19.04, 47.5, "HU"}, {"Ljubljana", 14.5, 46.05, "SI"}, {"Zagreb", 15.98, 45.81, "HR"}, {"Athens", 23.73, 37.98, "GR"},
		{"Istanbul", 28.98, 41.01, "TR"}, {"Moscow", 37.6, 55.75, "RU"}, {"Kyiv", 30.5, 50.45, "UA"}, {"Reykjavik", -21.9, 64.1, "IS"},
		{"Tokyo", 139.7, 35.7, "JP"}, {"Osaka", 135.5, 34.7, "JP"}, {"Sapporo", 141.35, 43.06, "JP"}, {"Naha", 127.68, 26.2, "JP"},
		{"Seoul", 127, 37.55, "KR"}, {"Taipei", 121.53, 25.05, "TW"}, {"Kaohsiung", 120.3, 22.6, "TW"}, {"Beijing", 116.4, 39.9, "CN"},
		{"Shanghai", 121.5, 31.2, "CN"}, {"Shenzhen", 114.07, 22.55, "CN"}, {"Hong Kong", 114.17, 22.3, "HK"}, {"Sheung Shui", 114.13, 22.5, "HK"},
		{"Macau", 113.55, 22.19, "MO"}, {"Zhuhai", 113.55, 22.27, "CN"}, {"Bangkok", 100.5, 13.75, "TH"}, {"Chiang Mai", 98.98, 18.79, "TH"},
		{"Phuket", 98.39, 7.88, "TH"}, {"Hat Yai", 100.47, 7.0, "TH"}, {"Vientiane", 102.62, 17.98, "LA"}, {"Phnom Penh", 104.92, 11.56, "KH"},
		{"Hanoi", 105.85, 21.03, "VN"}, {"Ho Chi Minh City", 106.7, 10.78, "VN"}, {"Yangon", 96.15, 16.85, "MM"},
		{"Kuala Lumpur", 101.69, 3.14, "MY"}, {"Johor Bahru", 103.75, 1.49, "MY"}, {"Singapore", 103.83, 1.3, "SG"}, {"Jakarta", 106.83, -6.2, "ID"},
		{"Manila", 121, 14.6, "PH"}, {"Dili", 125.57, -8.56, "TL"}, {"Delhi", 77.2, 28.6, "IN"}, {"Mumbai", 72.88, 19.08, "IN"},
		{"Kolkata", 88.36, 22.57, "IN"}, {"Chennai", 80.27, 13.08, "IN"}, {"Amritsar", 74.87, 31.63, "IN"}, {"Lahore", 74.35, 31.55, "PK"},
		{"Karachi", 67.0, 24.9, "PK"}, {"Dhaka", 90.4, 23.8, "BD"}, {"Kathmandu", 85.32, 27.7, "NP"}, {"Colombo", 79.86, 6.93, "LK"},
		{"Kabul", 69.2, 34.5, "AF"}, {"Tehran", 51.4, 35.7, "IR"}, {"Dubai", 55.3, 25.27, "AE"}, {"Riyadh", 46.7, 24.7, "SA"},
		{"Sydney", 151.2, -33.87, "AU"}, {"Perth", 115.89, -31.97, "AU"}, {"Fremantle", 115.755, -32.036, "AU"}, {"Darwin", 130.84, -12.46, "AU"},
		{"Hobart", 147.33, -42.88, "AU"}, {"Auckland", 174.76, -36.85, "NZ"}, {"Christchurch", 172.63, -43.53, "NZ"}, {"Dunedin", 170.5, -45.87, "NZ"},
		{"Port Moresby", 147.19, -9.44, "PG"}, {"Suva", 178.44, -18.14, "FJ"}, {"Apia", -171.76, -13.83, "WS"}, {"Noumea", 166.45, -22.27, "NC"},
		{"Johannesburg", 28.05, -26.2, "ZA"}, {"Cape Town", 18.42, -33.92, "ZA"}, {"Durban", 31.0, -29.87, "ZA"}, {"Maseru", 27.5, -29.33, "LS"},
		{"Maputo", 32.57, -25.95, "MZ"}, {"Harare", 31.05, -17.83, "ZW"}, {"Lusaka", 28.3, -15.4, "ZM"}, {"Lubumbashi", 27.48, -11.66, "CD"},
		{"Windhoek", 17.08, -22.56, "NA"}, {"Gaborone", 25.92, -24.65, "BW"}, {"Luanda", 13.23, -8.84, "AO"}, {"Nairobi", 36.82, -1.29, "KE"},
		{"Mombasa", 39.67, -4.05, "KE"}, {"Kampala", 32.58, 0.32, "UG"}, {"Kigali", 30.06, -1.95, "RW"}, {"Dar es Salaam", 39.28, -6.8, "TZ"},
		{"Addis Ababa", 38.75, 9.03, "ET"}, {"Mogadishu", 45.34, 2.04, "SO"}, {"Cairo", 31.24, 30.04, "EG"}, {"Lagos", 3.4, 6.5, "NG"},
		{"Port Louis", 57.5, -20.16, "MU"}, {"Casablanca", -7.6, 33.6, "MA"}, {"mid-Atlantic", -35, 30, ""},
	} {
		if got := countryAt(c.lon, c.lat); got != c.want {
			t.Errorf("countryAt(%s) = %q, want %q", c.town, got, c.want)
		}
	}
}

func TestOutlinesParse(t *testing.T) {
	for i, o := range countryOutlines() {
		if len(o.corner) < 3 || o.area <= 0 {
			t.Errorf("%s: %d corners, area %g", o.code, len(o.corner), o.area)
		}
		for _, c := range o.corner {
			if c[0] < -180 || c[0] > 180 || c[1] < -90 || c[1] > 90 || c == [2]float64{} {
				t.Errorf("%s (entry %d): corner %v", o.code, i, c)
			}
		}
	}
}

func TestEveryLeftHandCountryHasAnOutline(t *testing.T) {
	has := map[string]bool{}
	for _, o := range outlines {
		has[o.code] = true
	}
	without := "GS" // nobody drives on South Georgia
	for code := range strings.FieldsSeq(leftHand) {
		if !has[code] && !strings.Contains(without, code) {
			t.Errorf("%s drives on the left and has no outline", code)
		}
	}
}
