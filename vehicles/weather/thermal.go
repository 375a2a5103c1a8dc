package weather

import "math"

// mass is how the surface of a kind of road follows the air.
type mass uint8

const (
	earthbound mass = iota // a road on the ground
	bridge                 // a deck of concrete: no heat from the ground
	lightDeck              // a deck of steel or planks, cooled from both sides
	numMasses
)

// slab is a mass in numbers: a layer that has one temperature, between the air and what is below.
type slab struct {
	capacity float64 // J/(m² K)
	below    float64 // W/(m² K) to what is below
}

// The slab of a road is half the depth to which the day's wave of temperature reaches, with conductivity 3 W/(m K), density
// 2400 kg/m³ and heat capacity 800 J/(kg K) (NORTRIP): sqrt(k/(2 rho c omega)) = 0.104 m with omega = 2 pi a day; its exchange
// with what is below is capacity times omega (the force-restore method: C. M. Bhumralkar, Journal of Applied Meteorology
// 14, 1975). Below a bridge is air of the same temperature (NORTRIP). Light decks: 20 mm of steel with their ribs, 7850 kg/m³
// at 460 J/(kg K), and as much exchange below as above in light wind, an assumption.
var slabs = [numMasses]slab{
	earthbound: {199100, 14.5},
	bridge:     {199100, 14.5},
	lightDeck:  {72200, 14.5},
}

// groundMemory is the time over which the ground below a road remembers the air, s (NORTRIP: 48 h).
const groundMemory = 48 * 3600.0

// exchange returns the coefficient in W/(m² K) by which a surface follows the air: the turbulence of wind u (m/s at 10 m)
// over roughness lengths of 10 mm for momentum and 1 mm for heat (NORTRIP: rho c_p k² u / (ln(10 m/z0) ln(2 m/z0t)) = 3.83 u,
// with at least 0.2 m/s), the long waves (4 epsilon sigma T³ = 4.4 at 0 °C and 0.95), and rain of the air's temperature.
func exchange(s *Sky) float64 {
	return 4.4 + float64(3.83*max(s.Wind, 0.2)) + float64(s.Rain*4186/3600)
}

// follow returns the temperature of a slab after dt (s), by an implicit step.
func (b *slab) follow(t, below, dt, h float64, s *Sky) float64 {
	gain := float64(h*s.Temperature) + float64(b.below*below) + s.Radiation
	return (float64(b.capacity*t) + float64(dt*gain)) / (b.capacity + float64(dt*(h+b.below)))
}

// forget returns the share that is left after dt of a surface's distance from where its slab would be.
func (b *slab) forget(dt, h float64) float64 {
	return b.capacity / (b.capacity + float64(dt*(h+b.below)))
}

// Vapour pressure over water and ice, hPa, by whole °C, as NORTRIP has it: 6.1121 exp(17.67 T/(243.5+T)) and 6.1121
// exp(22.46 T/(272.62+T)) (D. Bolton, Monthly Weather Review 108, 1980; A. L. Buck, Journal of Applied Meteorology 20, 1981).
const (
	coldest = -80
	hottest = 80
)

var overWater, overIce = vapourTable(17.67, 243.5), vapourTable(22.46, 272.62)

func vapourTable(b, c float64) (list [hottest - coldest + 1]float64) {
	for i := range list {
		t := float64(coldest + i)
		list[i] = round6(6.1121 * math.Exp(b*t/(c+t)))
	}
	return list
}

func saturation(table *[hottest - coldest + 1]float64, t float64) float64 {
	at := min(max(t-coldest, 0), float64(len(table)-1)-1e-9)
	i := int(at)
	return table[i] + float64((table[i+1]-table[i])*(at-float64(i)))
}

// evaporation returns the mm/h that a surface of temperature t gives to the air (negative: dew, or hoar below 0 °C): rho
// dq / r, with 0.622 kg/kg of dq per share of the pressure and r of the wind as NORTRIP has it with a roughness length of 0.1 mm
// for vapour, 427/u s/m.
func evaporation(t float64, s *Sky) float64 {
	const rho, pressure = 1.25, 1013.0 // kg/m³, hPa
	table := &overWater
	if t < 0 {
		table = &overIce
	}
	air := saturation(&overWater, s.Temperature) * s.Humidity / 100
	dq := 0.622 * (saturation(table, t) - air) / pressure
	return rho * dq * max(s.Wind, 0.2) / 427 * 3600
}

// latent is the heat of fusion of water, J/kg.
const latent = 334000.0

// The freezing point of brine: g of sodium chloride to a kg of water, and °C, from the Handbook of Chemistry and Physics for
// 0, 1, 3, 5, 10, 15, 20 and 23.3 % of salt. Colder than the last, nothing thaws.
var brine = [...]struct{ salt, freezes float64 }{
	{0, 0}, {10.1, -0.6}, {30.9, -1.8}, {52.6, -3.0}, {111.1, -6.6}, {176.5, -10.9}, {250, -16.5}, {303.8, -21.1},
}

// freezingPoint returns that of water mm with salt g/m² in it; of salt without water, that of the strongest brine.
func freezingPoint(water, salt float64) float64 {
	if salt <= 0 {
		return 0
	}
	end := &brine[len(brine)-1]
	if salt >= float64(end.salt*water) {
		return end.freezes
	}
	c := salt / water
	for i := 1; ; i++ {
		if a, b := &brine[i-1], &brine[i]; c < b.salt {
			return a.freezes + float64((b.freezes-a.freezes)*(c-a.salt)/(b.salt-a.salt))
		}
	}
}

// thawed returns the mm of water that salt g/m² keeps liquid at t < 0.
func thawed(t, salt float64) float64 {
	if salt <= 0 {
		return 0
	}
	for i := 1; i < len(brine); i++ {
		if a, b := &brine[i-1], &brine[i]; t > b.freezes {
			return salt / (a.salt + float64((b.salt-a.salt)*(t-a.freezes)/(b.freezes-a.freezes)))
		}
	}
	return 0
}
