package network

// Surface is what the road is made of. With the weather it gives the friction (package vehicles/tyre).
type Surface uint8

// The surfaces, paved before unpaved, the harder before the softer: where two meet, in the middle of a junction, the
// later one counts.
const (
	Asphalt     Surface = iota
	Concrete            // in slabs or poured
	Paving              // flat stones or bricks with narrow joints
	Cobblestone         // hewn or natural stones with wide joints, sett too
	Wood                // planks: bridge decks
	Metal               // plates and open grids: bridge decks
	Compacted           // unpaved and bound: rolled gravel, hard earth roads
	Gravel              // loose stones
	Earth               // soil, grass, sand: what wheels sink into
	NumSurfaces
)

var surfaceNames = [NumSurfaces]string{
	"asphalt", "concrete", "paving", "cobblestone", "wood", "metal", "compacted", "gravel", "earth",
}

// String returns the name used in scenario files and messages.
func (s Surface) String() string { return surfaceNames[s] }

// Loose reports whether a sliding wheel digs in, so that a locked one brakes best.
func (s Surface) Loose() bool { return s == Gravel || s == Earth }
