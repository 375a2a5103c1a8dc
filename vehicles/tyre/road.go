package tyre

import "roadtwin/network"

// Tyre is what sets the tyres of a vehicle apart from the one that Burckhardt measured.
type Tyre struct {
	Grip     float64 // friction on paved, bare road relative to his
	Pressure float64 // Pa; high pressure cuts through standing water
}

// speedFade is Burckhardt's C4, s/m, the value given with all of his surfaces.
const speedFade = 0.02

// The surfaces that Burckhardt measured (Radschlupf-Regelsysteme, 1993; c1, c2, c3 as in the vehicle models that
// quote him). Peak and locked friction at walking pace follow each.
var (
	dryAsphalt     = Curve{C1: 1.2801, C2: 23.99, C3: 0.52, C4: speedFade, Grip: 1}     // 1.17, 0.76
	dryConcrete    = Curve{C1: 1.1973, C2: 25.168, C3: 0.5373, C4: speedFade, Grip: 1}  // 1.09, 0.66
	wetAsphalt     = Curve{C1: 0.857, C2: 33.822, C3: 0.347, C4: speedFade, Grip: 1}    // 0.80, 0.51
	dryCobblestone = Curve{C1: 1.3713, C2: 6.4565, C3: 0.6691, C4: speedFade, Grip: 1}  // 1.00, 0.70
	wetCobblestone = Curve{C1: 0.4004, C2: 33.708, C3: 0.1204, C4: speedFade, Grip: 1}  // 0.38, 0.28
	snow           = Curve{C1: 0.1946, C2: 94.129, C3: 0.0646, C4: speedFade, Grip: 1}  // 0.19, 0.13
	ice            = Curve{C1: 0.05, C2: 306.39, C3: 0, C4: speedFade, Grip: 1}         // 0.05, 0.05
	looseGravel    = Curve{C1: 0.55, C2: 7.7, C3: 0, C4: 0, Grip: 1}                    // 0.55, 0.55: see below
	wetConcrete    = Curve{C1: 0.857, C2: 33.822, C3: 0.347, C4: speedFade, Grip: 0.93} // 0.75, 0.47: see below
)

// Loose gravel, wet or dry: a sliding wheel ploughs, so friction never falls with slip and hardly depends on speed.
// 0.55 is the middle of the 0.40 to 0.70 that reconstruction tables give (Fricke and Baker: Drag factor and
// coefficient of friction in traffic accident reconstruction, topic 862, Northwestern University Traffic Institute);
// C2 makes the friction at slip 0.2, about where ABS holds the wheel, 1/1.272 of the locked wheel's: ABS lengthens
// stops on loose gravel by 27.2 % (NHTSA test-track study of light vehicle ABS).
//
// Wet concrete: an assumption, wet asphalt scaled by the ratio of the dry peaks, 1.09/1.17 = 0.93.

// On returns the friction of the tyre on a road surface in a condition.
//
// Snow and ice cover what is below and are the same on every surface, and for every tyre (an assumption: compound and
// sipes matter more there than load), and so is loose gravel, which fails before the tyre does. Flooded roads are wet
// roads on which the tyre floats up with speed, except gravel, through which the water runs off.
func (t Tyre) On(surface network.Surface, condition Condition) Curve {
	switch {
	case condition == Snow:
		return snow
	case condition == Ice:
		return ice
	case surface == network.Gravel:
		return looseGravel
	}
	c := paved(surface, condition != Dry)
	c.Grip *= t.Grip
	if condition == Flooded {
		c.Aquaplaning = AquaplaningSpeed(t.Pressure)
	}
	return c
}

func paved(surface network.Surface, wet bool) Curve {
	switch {
	case surface == network.Cobblestone && wet:
		return wetCobblestone
	case surface == network.Cobblestone:
		return dryCobblestone
	case surface == network.Concrete && wet:
		return wetConcrete
	case surface == network.Concrete:
		return dryConcrete
	case wet:
		return wetAsphalt
	}
	return dryAsphalt
}
