package weather

// Lane is what lies on a lane or connector, all as mm of water (kg/m²), but Salt.
type Lane struct {
	Water  float64 // from the bottom of the texture
	Snow   float64 // loose
	Packed float64 // by traffic
	Ice    float64 // and hoar
	Salt   float64 // g/m²
	Warmth float64 // K by which its surface is warmer than bare roads of its kind, by what froze or melted on it
}

// total returns all the water on the lane, in whatever form, mm.
func (l *Lane) total() float64 { return l.Water + l.Snow + l.Packed + l.Ice }

// bare reports whether nothing is on the lane that a minute could change.
func (l *Lane) bare() bool { return l.total() == 0 && l.Warmth == 0 }

// What traffic does to a lane is known of Finnish main roads by the hour (RoadSurf): 45 % of the loose snow goes, of which
// five ninths are packed and the rest is thrown aside; 145 % of the water (down to dampness), 32 % of the ice. An hour is taken
// for 100 vehicles a lane, a road of some 5,000 a day: an assumption.
const (
	hourOfTraffic = 100.0
	packing       = 0.25 / hourOfTraffic // of the loose snow, a vehicle
	throwing      = 0.20 / hourOfTraffic
	splashing     = 1.45 / hourOfTraffic // of water, and of slush
	wearing       = 0.32 / hourOfTraffic // of ice
	polishing     = 0.05 / hourOfTraffic // of packed snow to ice: an assumption
	notSplashed   = 0.05                 // mm (NORTRIP: least depth that is sprayed)
)

// stirring is how much a vehicle an hour adds to the exchange of vapour with the air, as a share of what 1 m/s of wind does, a
// km/h of its speed: NORTRIP's 0.001/3600/3.6 m/s against k² u / (ln ln) = u/427.
const stirring = 0.001 / 3600 / 3.6 * 427

// flows is what came to a lane and left it, mm.
type flows struct{ fallen, condensed, evaporated, drained, thrown, cleared float64 }

// minute is what happens in one minute everywhere.
type minute struct {
	sky    Sky
	hours  float64 // 1/60
	forget [numMasses]float64
	warmth [numMasses]float64 // °C of bare surfaces
	dries  [numMasses]float64 // mm/h, see evaporation
}

// still is the depth in mm below which nothing is left: less than a night's dew brings in a minute.
const still = 1e-5

// pass integrates a lane over the minute m, in which vehicles have passed it.
func (l *Lane) pass(m *minute, site *site, vehicles float64) (f flows) {
	begin := l.Water
	f.fallen = float64((m.sky.Rain + m.sky.Snow) * m.hours)
	l.Water += float64(m.sky.Rain * m.hours)
	l.Snow += float64(m.sky.Snow * m.hours)
	l.breathe(m, site, vehicles, &f)
	l.drive(vehicles, &f)
	l.freeze(m, site)
	l.drain(begin, m, site, &f)
	l.sweep(&f)
	return f
}

// breathe exchanges vapour with the air: evaporation takes water first, then snow, then ice.
func (l *Lane) breathe(m *minute, site *site, vehicles float64, f *flows) {
	amount := float64(m.dries[site.mass] * m.hours)
	t := m.warmth[site.mass] + l.Warmth
	if amount < 0 {
		f.condensed -= amount
		if t > 0 {
			l.Water -= amount
		} else {
			l.Ice -= amount
		}
		return
	}
	// A film thinner than 0.02 mm covers only part of the surface (NORTRIP).
	amount *= min(1, l.total()/0.02)
	amount *= 1 + float64(vehicles*60*site.kmh*stirring)/max(m.sky.Wind, 0.2)
	for _, stock := range [...]*float64{&l.Water, &l.Snow, &l.Ice, &l.Packed} {
		part := min(amount, *stock)
		*stock -= part
		f.evaporated += part
		amount -= part
	}
}

// drive packs and throws aside what lies on the lane.
func (l *Lane) drive(vehicles float64, f *flows) {
	if vehicles <= 0 {
		return
	}
	// What many vehicles one after the other leave of a share each takes: 1/(1+n p) in place of exp(-n p), never below 0.
	part := func(stock, share float64) float64 {
		n := float64(vehicles * share)
		return stock * n / (1 + n)
	}
	slushy := l.slushy()
	if l.Water > notSplashed {
		water := part(l.Water-notSplashed, splashing)
		l.Salt *= 1 - water/l.Water
		l.Water -= water
		f.thrown += water
	}
	if slushy {
		snow := part(l.Snow, splashing)
		l.Snow -= snow
		f.thrown += snow
	} else if l.Snow > 0 {
		packed, thrown := part(l.Snow, packing), part(l.Snow, throwing)
		l.Snow -= packed + thrown
		l.Packed += packed
		f.thrown += thrown
	}
	ice := part(l.Packed, polishing)
	worn := part(l.Ice, wearing)
	l.Packed -= ice
	l.Ice += ice - worn
	f.thrown += worn
}

// freeze moves heat between the surface and what lies on it: the surface stays at the freezing point as long as there is both
// ice and water.
func (l *Lane) freeze(m *minute, site *site) {
	l.Warmth *= m.forget[site.mass]
	capacity := slabs[site.mass].capacity
	t := m.warmth[site.mass] + l.Warmth
	solid := l.Snow + l.Packed + l.Ice
	if l.Water == 0 && solid == 0 {
		if l.Warmth < 1e-3 && l.Warmth > -1e-3 {
			l.Warmth = 0
		}
		return
	}
	point := freezingPoint(l.Water, l.Salt)
	switch {
	case t < point && l.Water > 0:
		x := min(l.Water-min(l.Water, thawed(t, l.Salt)), capacity*(point-t)/latent)
		l.Water -= x
		l.Ice += x
		l.Warmth += float64(latent*x) / capacity
	case t > point && solid > 0:
		x := min(solid, capacity*(t-point)/latent)
		if t < 0 {
			x = min(x, max(0, thawed(t, l.Salt)-l.Water))
		}
		keep := 1 - x/solid
		l.Snow, l.Packed, l.Ice = l.Snow*keep, l.Packed*keep, l.Ice*keep
		l.Water += x
		l.Warmth -= float64(latent*x) / capacity
	}
}

// spongy is the most water that snow holds against running off, mm; up to that it holds as much as itself (NORTRIP).
const spongy = 2.0

// drain lets water run off.
func (l *Lane) drain(begin float64, m *minute, site *site, f *flows) {
	left := site.drain.after(begin, l.Water, max(site.drain.keeps, min(l.Snow, spongy)), m.hours)
	if left < l.Water {
		f.drained += l.Water - left
		l.Salt *= left / l.Water
		l.Water = left
	}
}

// sweep lets what is next to nothing evaporate.
func (l *Lane) sweep(f *flows) {
	for _, stock := range [...]*float64{&l.Water, &l.Snow, &l.Ice, &l.Packed} {
		if *stock < still {
			f.evaporated += *stock
			*stock = 0
		}
	}
}

// slushy reports whether the loose snow holds so much water that it is slush: a tenth of all (RoadSurf, there without what the
// pores of the road hold; here with it, as snow soaks it up: an assumption).
func (l *Lane) slushy() bool { return l.Snow > 0 && l.Water > float64(0.1*(l.Water+l.Snow)) }
