package tyre

import "roadtwin/network"

// Tyre is what sets the tyres of a vehicle apart from the one that Burckhardt measured.
type Tyre struct {
	Grip     float64 // friction on paved, bare road relative to his
	Pressure float64 // Pa; high pressure cuts through standing water
	Tread    float64 // m, depth of the grooves; 0 stands for a new tyre's
	LoadLoss float64 // relative loss of friction by a load twice that at rest
	Winter   bool    // made for snow and ice: see winter.go
}

// Carried returns the load that counts for friction where load rests on the tyre and rest does on a standing vehicle (both
// in one unit): rubber grips a little less, per load, the more it carries. The loss is linear, as the Magic Formula's D has
// it, with coefficients PDX2 of 0.05 to 0.1 for cars (H. B. Pacejka, Tyre and vehicle dynamics, 2012, ch. 4, recalled).
func (t *Tyre) Carried(load, rest float64) float64 {
	return load * (1 - float64(t.LoadLoss*(load/rest-1)))
}

// tread returns the depth of the grooves in m.
func (t Tyre) tread() float64 {
	if t.Tread == 0 {
		return NewTread
	}
	return t.Tread
}

// speedFade is Burckhardt's C4, s/m, the value given with all of his surfaces.
const speedFade = 0.02

// The surfaces that Burckhardt measured (Radschlupf-Regelsysteme, 1993; c1, c2, c3 as in the vehicle models that
// quote him). Peak and locked friction at walking pace follow each.
var (
	dryAsphalt     = Curve{C1: 1.2801, C2: 23.99, C3: 0.52, C4: speedFade, Grip: 1}    // 1.17, 0.76
	dryConcrete    = Curve{C1: 1.1973, C2: 25.168, C3: 0.5373, C4: speedFade, Grip: 1} // 1.09, 0.66
	wetAsphalt     = Curve{C1: 0.857, C2: 33.822, C3: 0.347, C4: speedFade, Grip: 1}   // 0.80, 0.51
	dryCobblestone = Curve{C1: 1.3713, C2: 6.4565, C3: 0.6691, C4: speedFade, Grip: 1} // 1.00, 0.70
	wetCobblestone = Curve{C1: 0.4004, C2: 33.708, C3: 0.1204, C4: speedFade, Grip: 1} // 0.38, 0.28
	snow           = Curve{C1: 0.1946, C2: 94.129, C3: 0.0646, C4: speedFade, Grip: 1} // 0.19, 0.13
	ice            = Curve{C1: 0.05, C2: 306.39, C3: 0, C4: speedFade, Grip: 1}        // 0.05, 0.05
)

// The surfaces that he did not measure have the shape of the nearest that he did, scaled so that a locked wheel at
// walking pace has the friction that reconstruction tables give (J. S. Baker, Traffic Accident Investigation Manual,
// 1975, and L. B. Fricke and J. S. Baker, Drag factor and coefficient of friction in traffic accident reconstruction,
// topic 862, Northwestern University Traffic Institute: ranges, of which the middle is taken), relative to the same
// tables' asphalt, travelled: 0.70 dry, 0.575 wet below 48 km/h.
var (
	// Open steel grids: 0.70 to 0.90 dry, as the best asphalt (0.80 and more, so his curve stays as it is), and 0.25
	// to 0.45 wet. Plates are no better wet.
	dryMetal = dryAsphalt
	wetMetal = relative(wetAsphalt, 0.35/0.575)
	// Rolled gravel ("packed, oiled"): 0.55 to 0.85 dry, 0.40 to 0.80 wet.
	dryCompacted = relative(dryAsphalt, compactedFade) // the same middle as asphalt
	wetCompacted = relative(wetAsphalt, 0.60/0.575*compactedFade)
	// Concrete, travelled: 0.60 to 0.80 dry, as asphalt; the ratio of Burckhardt's dry peaks, 1.09/1.17, is taken
	// for the wet road too (an assumption).
	wetConcrete = relative(wetAsphalt, 0.93)
	// Concrete paving stones and bricks: an assumption, concrete dry (they are made of it), and wet half way from
	// concrete to cobblestone, since water stands in joints and their faces polish.
	dryPaving = dryConcrete
	wetPaving = relative(wetAsphalt, (0.75+0.38)/2/0.80)
	// Planks: an assumption; dry as concrete, wet as metal.
	dryWood = dryConcrete
	wetWood = wetMetal
)

// compactedFade takes off what loose stones on a rolled surface cost, an assumption: the tables' lowest dry value for
// packed gravel, 0.55, and its lowest for travelled asphalt, 0.60.
const compactedFade = 0.55 / 0.60

// Loose ground, wet or dry: a sliding wheel ploughs, so friction never falls with slip and hardly depends on speed.
// Gravel: 0.55, the middle of the 0.40 to 0.70 of the tables. C2 makes the friction at slip 0.2, about where ABS holds
// the wheel, 1/1.272 of the locked wheel's: ABS lengthens stops on loose gravel by 27.2 % (NHTSA test-track study of
// light vehicle ABS).
// Earth: 0.35 dry and 0.20 wet (R. K. Noon, Engineering Analysis of Vehicular Accidents, CRC 1994: gravel and dirt
// road 0.35, wet grassy field 0.20).
var (
	looseGravel = Curve{C1: 0.55, C2: 7.7, Grip: 1}
	dryEarth    = Curve{C1: 0.35, C2: 7.7, Grip: 1}
	wetEarth    = Curve{C1: 0.20, C2: 7.7, Grip: 1}
)

// relative returns c with its friction times factor.
func relative(c Curve, factor float64) Curve {
	c.Grip *= factor
	return c
}

// Snow and ice.
var (
	// Fresh, loose snow is pushed up by a sliding wheel, so it hardly matters whether it locks: Burckhardt's form with the
	// peak, its slip and the locked friction of the Magic Formula's snow (0.30 at 0.31, 0.29).
	looseSnow = Curve{C1: 0.3077, C2: 17.8, C3: 0.0215, C4: speedFade, Grip: 1}
	// Slush is no better than loose snow and no worse than water of its depth: the wet road's curve, with the peak of
	// 0.35 in the middle of the 0.20 to 0.50 that VTI gives (Wallman, Wretling, Öberg, VTI rapport 423A, 1997, recalled).
	slush = relative(wetAsphalt, 0.35/0.80)
	// Ice of some degrees below zero: twice Burckhardt's, which is as slippery as ice at the melting point. 0.10 is what
	// the Magic Formula's set and accident reconstruction take for it (J. E. Hunter, SAE 960959, 1996).
	coldIce = relative(ice, 2)
)

// roads are the curves of every surface, dry and wet.
var roads = [network.NumSurfaces][2]Curve{
	network.Asphalt:     {dryAsphalt, wetAsphalt},
	network.Concrete:    {dryConcrete, wetConcrete},
	network.Paving:      {dryPaving, wetPaving},
	network.Cobblestone: {dryCobblestone, wetCobblestone},
	network.Wood:        {dryWood, wetWood},
	network.Metal:       {dryMetal, wetMetal},
	network.Compacted:   {dryCompacted, wetCompacted},
	network.Gravel:      {looseGravel, looseGravel},
	network.Earth:       {dryEarth, wetEarth},
}

// On returns the friction of the tyre on a road surface in a condition.
//
// Snow and ice cover what is below and are the same on every surface, and for every tyre but those made for them (an assumption:
// compound and sipes matter more there than load). Loose ground fails before the tyre does and is the same for every tyre;
// water runs off through it, as it falls through grids.
func (t Tyre) On(surface network.Surface, condition Condition) Curve {
	if condition.Frozen() {
		return t.onFrozen(condition)
	}
	dry, wet := roads[surface][0], roads[surface][1]
	c := wet
	switch condition {
	case Dry:
		c = t.inTheDry(dry)
	case Damp:
		c = between(t.inTheDry(dry), wet)
	}
	if surface.Loose() {
		return c
	}
	c.Grip *= t.Grip
	if surface != network.Metal {
		return t.through(condition.WaterDepth(), c)
	}
	return c
}

// through returns curve c of a wet road under water of some depth (m).
func (t Tyre) through(depth float64, c Curve) Curve {
	c.Film = t.film(depth)
	if c.Standing = standing(depth); c.Standing > 0 {
		c.Aquaplaning = AquaplaningSpeed(t.Pressure)
	}
	return c
}

// onFrozen returns the friction on snow and ice.
func (t Tyre) onFrozen(condition Condition) Curve {
	switch condition {
	case Slush:
		return t.through(condition.WaterDepth(), slush)
	case Snow:
		return t.inWinter(looseSnow, winterLoose)
	case PackedSnow:
		return t.inWinter(snow, winterPacked)
	case Ice:
		return t.inWinter(coldIce, winterIce)
	}
	return t.inWinter(ice, winterIce)
}

// between returns the curve half way between a dry and a wet road's: the thinnest films cost friction already (0.025 mm
// and more: B. T. Kulakowski, D. W. Harwood, ASTM STP 1031, 1990), the first 0.05 mm about half of what 0.2 mm do.
func between(dry, wet Curve) Curve {
	return Curve{
		C1: (dry.C1 + wet.C1) / 2, C2: (dry.C2 + wet.C2) / 2, C3: (dry.C3 + wet.C3) / 2, C4: dry.C4,
		Grip: (dry.Grip + wet.Grip) / 2,
	}
}
