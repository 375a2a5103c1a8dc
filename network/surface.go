package network

// Surface is what the road is made of. With the weather it gives the friction (package vehicles/tyre).
type Surface uint8

// The surfaces.
const (
	Asphalt Surface = iota
	Concrete
	Cobblestone // also sett and paving stones with wide joints
	Gravel      // and everything loose: dirt, sand, grass
	NumSurfaces
)

var surfaceNames = [NumSurfaces]string{"asphalt", "concrete", "cobblestone", "gravel"}

// String returns the name used in scenario files and messages.
func (s Surface) String() string { return surfaceNames[s] }
