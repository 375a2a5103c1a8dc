package emission

import "roadtwin/vehicles"

// Battery is the drive of an electric vehicle.
type Battery struct {
	Mass      float64 // kg, as it drives
	DragArea  float64 // m²
	Rolling   float64 // rolling resistance over weight
	Drive     float64 // efficiency from the battery to the road
	Recover   float64 // efficiency from the road back to the battery
	Auxiliary float64 // W that it draws whatever it does
	Motor     float64 // W that the motor can take while it brakes
	// DrivenShare is the share of the weight on the driven axle, by which alone it brakes electrically.
	DrivenShare float64
}

// NewBattery returns the electric vehicle of a class with its body and power. The efficiencies are those of T. Kurczveil, P. Á. López,
// E. Schnieder: Implementation of an energy model and a charging infrastructure in SUMO (2014), 0.9 from the battery to the road and 0.8
// back; SUMO's present car (0.98 and 0.96) loses less than any on the road.
func NewBattery(c *vehicles.Class) Battery {
	auxiliary := 500.0 // W [assumed], a car's heating and electronics over the year
	if c.Mass > 3500 {
		auxiliary = 3500 // NREL FASTSim, line haul
	}
	return Battery{
		Mass: c.Mass, DragArea: c.DragArea, Rolling: c.Rolling, Drive: 0.9, Recover: 0.8, Auxiliary: auxiliary, Motor: c.Power,
		DrivenShare: c.DrivenShare,
	}
}

const (
	airDensity = 1.2041 // kg/m³ at 20 °C, as SUMO
	gravity    = 9.81   // m/s²
)

// Power returns what the battery gives in W at v (m/s), a (m/s²) on a gradient (rise over run), negative while it is charged. Braking
// with the motor is limited by its power and by the friction of the driven axle, mu; the brakes take the rest and make heat of it.
func (b *Battery) Power(v, a, gradient, mu float64) float64 {
	force := float64(b.Mass*(a+float64(gravity*(b.Rolling+gradient)))) + float64(0.5*airDensity*b.DragArea*float64(v*v))
	if v <= 0 {
		return b.Auxiliary
	}
	if force >= 0 {
		return b.Auxiliary + force*v/b.Drive
	}
	force = max(force, -mu*b.DrivenShare*b.Mass*gravity)
	return b.Auxiliary + max(force*v, -b.Motor)*b.Recover
}
