package weather

import "roadtwin/vehicles/tyre"

// The least depths of the conditions, mm of water. Those of water are tyre.Condition's, which go by the rain that makes them
// (the table of Bosch's Automotive Handbook, as in package tyre: light rain 0.2 mm, heavy rain 1 mm). So the depth counts from the bottom of the
// texture: then 1 mm is reached at some 20 mm/h on two lanes, heavy rain indeed. Counted from the tops of the stones, Gallaway's
// film needs 20 mm/h to be there at all and 60 mm/h for 1 mm, and no light rain would make a road wet. A film of less than 0.02
// mm covers only part of the surface (NORTRIP).
const (
	dampDepth    = 0.02
	wetDepth     = 0.2
	soakedDepth  = 1.0
	floodedDepth = 2.0
	deepDepth    = 5.0
	iceDepth     = 0.05 // a closed layer of hoar or frozen dampness: an assumption
	packedDepth  = 0.3  // 1 mm of packed snow of 300 kg/m³: an assumption
	dustedDepth  = 0.2  // 2 mm of fresh snow of 100 kg/m³ on a bare road: an assumption
	coverDepth   = 1.0  // 1 cm of fresh snow, through which tyres no longer reach what is below: an assumption
	// The shares of ice in a film that freezes, or a sheet that thaws. Up to the first it is crystals in water, and grips as slush; up to
	// the second the sheet is open, and tyres reach stones between; from there on it is a sheet under water. Grip falls with the
	// thickness of ice step by step, not at once (I. Juga, P. Nurmi, M. Hippi, Statistical modelling of wintertime road surface friction,
	// Meteorological Applications 20, 2013); the shares are assumptions.
	crystals    = 1.0 / 3
	sheet       = 2.0 / 3
	wetIceDepth = 0.1 // of water on ice: an assumption
	icyShare    = 0.1 // of packed snow that is ice by polishing or by frozen meltwater, from which it is as ice: an assumption
)

// Condition returns what the tyres meet on the lane.
func (l *Lane) Condition() tyre.Condition {
	switch {
	case l.Snow >= coverDepth:
		return l.loose()
	case l.Ice >= max(iceDepth, float64(icyShare*l.Packed)):
		if closed := l.Ice / (l.Ice + l.Water); l.Packed > 0 {
			// polished
		} else if closed < crystals {
			return tyre.Slush
		} else if closed < sheet {
			return tyre.Ice
		}
		if l.Water >= wetIceDepth {
			return tyre.WetIce
		}
		return tyre.Ice
	case l.Packed >= packedDepth:
		return tyre.PackedSnow
	case l.Snow >= dustedDepth:
		return l.loose()
	case l.Water >= deepDepth:
		return tyre.Deep
	case l.Water >= floodedDepth:
		return tyre.Flooded
	case l.Water >= soakedDepth:
		return tyre.Soaked
	case l.Water >= wetDepth:
		return tyre.Wet
	case l.total() >= dampDepth:
		return tyre.Damp
	}
	return tyre.Dry
}

func (l *Lane) loose() tyre.Condition {
	if l.slushy() {
		return tyre.Slush
	}
	return tyre.Snow
}
