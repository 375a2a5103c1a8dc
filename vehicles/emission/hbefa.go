package emission

import "fmt"

// Substance is what is burnt or comes out.
type Substance uint8

// The substances.
const (
	CO2 Substance = iota
	Fuel
	NOx
	PM // particles from the exhaust, all sizes
	NumSubstances
)

// Model is an emission class of HBEFA 3.1 as SUMO names them, or an electric vehicle.
type Model uint8

// The models.
const (
	AverageCar     Model = iota // HBEFA3/PC
	AlternativeCar              // HBEFA3/PC_Alternative
	PetrolCarEuro4              // HBEFA3/PC_G_EU4
	PetrolCarEuro6              // HBEFA3/PC_G_EU6
	DieselCarEuro4              // HBEFA3/PC_D_EU4
	DieselCarEuro6              // HBEFA3/PC_D_EU6
	PetrolVanEuro4              // HBEFA3/LDV_G_EU4
	DieselVanEuro4              // HBEFA3/LDV_D_EU4
	DieselVanEuro6              // HBEFA3/LDV_D_EU6
	CityBus                     // HBEFA3/Bus
	Coach                       // HBEFA3/Coach
	AverageLorry                // HBEFA3/HDV
	LorryEuro4                  // HBEFA3/HDV_D_EU4
	LorryEuro6                  // HBEFA3/HDV_D_EU6
	Electric
	NumModels
)

var modelNames = [NumModels]string{
	"PC", "PC_Alternative", "PC_G_EU4", "PC_G_EU6", "PC_D_EU4", "PC_D_EU6", "LDV_G_EU4", "LDV_D_EU4", "LDV_D_EU6", "Bus", "Coach", "HDV", "HDV_D_EU4", "HDV_D_EU6", "electric",
}

// String returns SUMO's name without "HBEFA3/".
func (m Model) String() string {
	if m < NumModels {
		return modelNames[m]
	}
	return fmt.Sprintf("emission model %d", uint8(m))
}

// ParseModel returns the model of that name.
func ParseModel(name string) (Model, bool) {
	for i, n := range modelNames {
		if n == name {
			return Model(i), true
		}
	}
	return 0, false
}

// Polynomial is a rate as a function of speed and acceleration, in mg/h times 1000: see At.
type Polynomial struct{ Idle, VA, V, V2, V3 float64 }

// At returns the rate in mg/s at v (m/s, >= 0) and a (m/s²): (c0 + c1 va + c3 v + c4 v² + c5 v³)/3.6, at least 0; the idling rate at a
// stand and 0 while coasting (v > 0, a < 0), where the fuel is cut off. SUMO's formula has a term in va² as well, whose coefficient is 0
// for every class and substance.
func (p *Polynomial) At(v, a float64) float64 {
	switch {
	case v <= 0:
		return p.Idle / 3.6
	case a < 0:
		return 0
	}
	rate := p.Idle + float64(v*(float64(p.VA*a)+p.V+float64(v*(p.V2+float64(v*p.V3)))))
	if rate < 0 {
		return 0
	}
	return rate / 3.6
}

// Rate returns what a vehicle of the model burns or emits, mg/s, at v (m/s) and a (m/s²); 0 for an electric one.
func (m Model) Rate(s Substance, v, a float64) float64 {
	if m >= Electric {
		return 0
	}
	return hbefa3[m][s].At(v, a)
}

// hbefa3 are the coefficients of SUMO's HelpersHBEFA3.cpp (commit 01b03ab7), derived from HBEFA 3.1.
var hbefa3 = [Electric][NumSubstances]Polynomial{
	AverageCar: {
		CO2:  {9034, 925.8, -394.3, 25.71, 0},
		Fuel: {2937, 301, -128.6, 8.373, 0},
		NOx:  {0, 0, 0, 0, 0},
		PM:   {1.021, 0.1731, -0.03389, 0, 0.0001301},
	},
	AlternativeCar: {
		CO2:  {7932, 785, -393, 23.68, 0},
		Fuel: {3040, 300.9, -150.6, 9.077, 0},
		NOx:  {7.5, 0.563, -0.6094, 0.02294, 0},
		PM:   {0.6383, 0.05188, -0.08341, 0.002963, 0},
	},
	PetrolCarEuro4: {
		CO2:  {9449, 938.4, -467.1, 28.26, 0},
		Fuel: {3014, 299.3, -149, 9.014, 0},
		NOx:  {4.336, 0.4428, -0.3204, 0.01371, 0},
		PM:   {0.2375, 0.0245, -0.03251, 0.001325, 0},
	},
	PetrolCarEuro6: {
		CO2:  {8273, 845.1, -401.1, 25.08, 0},
		Fuel: {2639, 269.6, -127.9, 8.001, 0},
		NOx:  {3.444, 0.4035, -0.2313, 0.01086, 0},
		PM:   {0.3107, 0.02274, -0.04042, 0.001421, 0},
	},
	DieselCarEuro4: {
		CO2:  {6824, 742.3, -195.3, 16.46, 0},
		Fuel: {2147, 233.5, -61.45, 5.178, 0},
		NOx:  {47.45, 4.011, -4.061, 0.1619, 0},
		PM:   {0, 0, 0, 0, 0},
	},
	DieselCarEuro6: {
		CO2:  {3946, 661.8, 149.8, 0, 0.2041},
		Fuel: {1241, 208.2, 47.1, 0, 0.06419},
		NOx:  {16.31, 1.39, -1.391, 0.05512, 0},
		PM:   {0.553, 0.01902, -0.06184, 0.001758, 0},
	},
	PetrolVanEuro4: {
		CO2:  {5056, 1015, 286.5, 0, 0.3172},
		Fuel: {1613, 323.8, 91.39, 0, 0.1012},
		NOx:  {1.1, 0.1892, 0.08809, 0, 0},
		PM:   {0.5892, 0.06059, -0.07563, 0.002986, 0},
	},
	DieselVanEuro4: {
		CO2:  {3682, 915.4, 331, 0, 0.306},
		Fuel: {1158, 288, 104.1, 0, 0.09624},
		NOx:  {40.68, 6.272, -3.613, 0.2148, 0},
		PM:   {0, 0, 0, 0, 0},
	},
	DieselVanEuro6: {
		CO2:  {3374, 880.2, 308.9, 0, 0.2798},
		Fuel: {1061, 276.9, 97.17, 0, 0.088},
		NOx:  {13.57, 2.119, -1.211, 0.07068, 0},
		PM:   {0, 0, 0, 0, 0},
	},
	CityBus: {
		CO2:  {19030, 6475, 2073, 0, 0},
		Fuel: {6016, 2049, 656.6, 0, 0},
		NOx:  {218.7, 46.17, 11.27, 0, 0},
		PM:   {7.222, 0.8024, 0.1201, 0, 0},
	},
	Coach: {
		CO2:  {16670, 7763, 2610, 0, 0},
		Fuel: {5244, 2442, 820.9, 0, 0},
		NOx:  {226.7, 60.86, 16.97, 0, 0},
		PM:   {8.297, 0.8085, 0.1417, 0, 0},
	},
	AverageLorry: {
		CO2:  {26570, 7076, 1753, 0, 0},
		Fuel: {8358, 2226, 551.4, 0, 0},
		NOx:  {305.6, 55.28, 9.505, 0, 0},
		PM:   {7.952, 0.854, 0.1195, 0, 0},
	},
	LorryEuro4: {
		CO2:  {24290, 7180, 1835, 0, 0},
		Fuel: {7639, 2259, 577.1, 0, 0},
		NOx:  {202.2, 42.34, 8.858, 0, 0},
		PM:   {1.267, 0.131, -0.006405, 0, 0},
	},
	LorryEuro6: {
		CO2:  {23530, 7227, 1889, 0, 0},
		Fuel: {7400, 2273, 594.2, 0, 0},
		NOx:  {47.47, 11.68, 2.737, 0, 0},
		PM:   {0.1279, 0.01668, 0.00329, 0, 0},
	},
}

// Polynomial returns the rate of a substance; zero for an electric vehicle.
func (m Model) Polynomial(s Substance) Polynomial {
	if m >= Electric {
		return Polynomial{}
	}
	return hbefa3[m][s]
}

// Times returns p times a factor.
func (p Polynomial) Times(factor float64) Polynomial {
	return Polynomial{p.Idle * factor, p.VA * factor, p.V * factor, p.V2 * factor, p.V3 * factor}
}
