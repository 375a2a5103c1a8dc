package network

// Point is a position in metres east (X) and north (Y) of the network's origin.
type Point struct{ X, Y float64 }

// Bounds is an axis-parallel rectangle in metres.
type Bounds struct{ MinX, MinY, MaxX, MaxY float64 }

// Pose is where a vehicle is and which way it points.
type Pose struct {
	Point
	Heading float64 // rad, counter-clockwise from east
}
