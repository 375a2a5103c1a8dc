package exchange

import (
	"math"
	"strconv"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
	"roadtwin/vehicles"
)

// length returns the length of a line in metres.
func length(line []network.Point) float64 { return network.PolylineLength(line) }

// heading returns the direction from a to b, rad.
func heading(a, b network.Point) float64 { return math.Atan2(b.Y-a.Y, b.X-a.X) }

// precise writes an angle, rad, to 1e-9: on a line of a kilometre that is a thousandth of a millimetre.
func precise(x float64) string { return strconv.FormatFloat(x, 'f', 9, 64) }

// classOf returns the class of a vehicle. Episodes that were read have known ones.
func classOf(v *rare.Vehicle) (network.VehicleClass, *vehicles.Class) {
	class, ok := network.ParseVehicleClass(v.Class)
	if !ok {
		class = network.Car
	}
	all := vehicles.Classes()
	return class, &all[class]
}

// axles returns the wheelbase of a vehicle and how far its rear axle is behind the front bumper, m: what is beyond the axles is shared evenly between
// front and rear (a judgement; cars have a little more at the rear). OpenSCENARIO places vehicles by the middle of the rear axle.
func axles(v *rare.Vehicle) (wheelbase, behind float64) {
	_, c := classOf(v)
	wheelbase = min(c.Wheelbase, 0.9*v.Length)
	return wheelbase, wheelbase + (v.Length-wheelbase)/2
}

// back returns the point so many metres behind the front bumper of a vehicle.
func back(s *rare.State, metres float64) network.Point {
	return network.Point{X: s.X - metres*math.Cos(s.Heading), Y: s.Y - metres*math.Sin(s.Heading)}
}

// unwound returns the headings of a path without jumps of a whole turn, which players would interpolate through.
func unwound(path []rare.State) []float64 {
	all := make([]float64, len(path))
	for i := range path {
		h := path[i].Heading
		if i > 0 {
			h = all[i-1] + math.Remainder(h-all[i-1], 2*math.Pi)
		}
		all[i] = h
	}
	return all
}
