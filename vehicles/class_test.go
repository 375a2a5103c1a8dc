package vehicles

import (
	"testing"

	"roadtwin/network"
)

// Directive 96/53/EC: the largest lorries and buses of the European Union.
func TestClassesAreWithinTheLaw(t *testing.T) {
	for i, c := range Classes() {
		class := network.VehicleClass(i)
		longest := map[network.VehicleClass]float64{
			network.Bus: 13.5, network.RigidLorry: 12, network.ArticulatedLorry: 16.5,
		}[class]
		if longest == 0 {
			longest = 7
		}
		if c.Length > longest || c.Width > 2.55 || c.Height > 4 || c.Mass > 40000 {
			t.Errorf("%v is %.2f x %.2f x %.2f m and %.0f kg", class, c.Length, c.Width, c.Height, c.Mass)
		}
	}
}

func TestClassesAreComplete(t *testing.T) {
	for i, c := range Classes() {
		class := network.VehicleClass(i)
		for what, v := range map[string]float64{
			"length": c.Length, "mass": c.Mass, "CG height": c.CGHeight, "brakes": c.BrakeMax, "jerk": c.MaxJerk,
			"power": c.Power, "start": c.DriveMax, "top speed": c.TopSpeed, "drag": c.DragArea, "rolling": c.Rolling,
			"grip": c.Tyre.Grip, "pressure": c.Tyre.Pressure, "lag": c.BrakeLag,
		} {
			if !(v > 0) {
				t.Errorf("%v: %s = %v, want > 0", class, what, v)
			}
		}
		for what, v := range map[string]float64{
			"front share": c.FrontShare, "brake balance": c.BrakeBalance, "ABS": c.ABSEfficiency,
			"drive efficiency": c.DriveEfficiency, "driven share": c.DrivenShare,
		} {
			if !(v > 0 && v < 1) {
				t.Errorf("%v: %s = %v, want within (0, 1)", class, what, v)
			}
		}
		if c.Wheelbase >= c.Length || (c.Leans == (c.Track > 0)) {
			t.Errorf("%v: wheelbase %.2f of %.2f m, track %.2f m, leans %v", class, c.Wheelbase, c.Length, c.Track, c.Leans)
		}
		if c.Driven == FrontDriven && c.DrivenShare != c.FrontShare {
			t.Errorf("%v: driven share %.2f, front share %.2f", class, c.DrivenShare, c.FrontShare)
		}
	}
}
