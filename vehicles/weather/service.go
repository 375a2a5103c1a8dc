package weather

import (
	"math/bits"

	"roadtwin/network"
)

// round is the winter service of a road class.
type round struct {
	minutes int64   // between two passes; 0: none comes
	snow    float64 // mm of loose snow from which it is ploughed
	salts   bool
}

// rounds by road class follow the Swedish standard (Vägverket, ATB Vinter): ploughed within 2, 3, 4, 5 or 6 hours from 1, 1,
// 2, 2 or 3 cm of fresh snow (1 mm of water a centimetre); its two lower classes are gritted, not salted. Which class of
// OpenStreetMap stands for which is an assumption, and so is that nobody clears living streets and service roads.
var rounds = [network.NumRoadClasses]round{
	network.Motorway:     {120, 1, true},
	network.Trunk:        {120, 1, true},
	network.Primary:      {180, 1, true},
	network.Secondary:    {240, 2, true},
	network.Tertiary:     {300, 2, false},
	network.Unclassified: {360, 3, false},
	network.Residential:  {360, 3, false},
}

// What a pass does (NORTRIP): takes 80 % of the snow, 30 % of what is packed or ice and 10 % of the water, and spreads 10
// g/m² of salt where the road is between -10 °C and, to be there before the ice is, +1 °C.
const (
	ploughsSnow  = 0.8
	ploughsIce   = 0.3
	ploughsWater = 0.1
	spreads      = 10.0 // g/m²
	saltsFrom    = -10.0
	saltsTo      = 1.0
)

// comes reports whether the service passes the site in the minute: the roads of a class are done one after the other, a way
// of OpenStreetMap always at the same point of the round.
func (s *site) comes(minute int64) bool {
	r := &rounds[s.class]
	return r.minutes > 0 && (minute+int64(s.turn))%r.minutes == 0
}

// turnOf spreads the ways over a round: it returns a number of minutes that depends on the way alone.
func turnOf(way int64) int32 {
	high, low := bits.Mul64(uint64(max(way, -way))+1, 0x9e3779b97f4a7c15)
	return int32((high ^ low) >> 40) // 24 bits
}

// serve does what the service does when it passes: ploughs if there is enough snow, salts if there is frost.
func (l *Lane) serve(site *site, warmth float64, f *flows) {
	r := &rounds[site.class]
	if l.Snow >= r.snow {
		l.plough(f)
	}
	if t := warmth + l.Warmth; r.salts && t >= saltsFrom && t <= saltsTo && l.total() >= dampDepth && l.Salt < spreads {
		l.Salt = spreads
	}
}

func (l *Lane) plough(f *flows) {
	for _, x := range [...]struct {
		stock *float64
		share float64
	}{{&l.Snow, ploughsSnow}, {&l.Packed, ploughsIce}, {&l.Ice, ploughsIce}, {&l.Water, ploughsWater}} {
		f.cleared += float64(*x.stock * x.share)
		*x.stock *= 1 - x.share
	}
}
