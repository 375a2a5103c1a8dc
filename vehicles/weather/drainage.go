package weather

import (
	"math"

	"roadtwin/network"
)

// FilmDepth returns the depth in mm of the water above the tops of the texture where rain has been falling at intensity
// (mm/h) for long, on a plane that falls by slope (rise over run along the way the water takes), at length (m) down that
// way. texture is the mean texture depth in mm. Negative: the water stays that far below the tops.
//
//	0.01485 T^0.11 L^0.43 I^0.59 / S^0.42 - T
//
// B. M. Gallaway, R. E. Schiller and J. G. Rose, The effects of rainfall intensity, pavement cross slope, surface texture,
// and drainage length on pavement water depths, Texas Transportation Institute 138-5, May 1971, with the coefficients of
// FHWA-RD-79-31, 1979: 0.00338 in inches and feet, 0.103 with the slope in percent (Austroads). The coefficients are recalled;
// the three forms, recalled apart from one another, agree within 0.4 %.
func FilmDepth(texture, length, intensity, slope float64) float64 {
	return conveyance(texture, length, slope)*math.Pow(intensity, 0.59) - texture
}

// conveyance returns the depth in mm from the bottom of the texture that carries 1 mm/h.
func conveyance(texture, length, slope float64) float64 {
	return 0.01485 * math.Pow(texture, 0.11) * math.Pow(length, 0.43) / math.Pow(slope, 0.42)
}

// ground is what water meets on a surface.
type ground struct {
	texture  float64 // mean texture depth, mm
	swallows float64 // mm/h that runs through or seeps in
	keeps    float64 // mm held against all gradients whatever swallows it, where the texture does not say
}

// grounds by surface. Texture: dense asphalt 0.8 mm, in the middle of the 0.4 to 1.2 mm of hot-mix surfaces; brushed
// concrete 0.5 mm (Austroads, Guide to Road Design 5A, recalled, gives both ranges); the others are assumptions. Seepage: loose gravel
// takes any rain, rolled gravel and bare earth what the infiltration of compacted subgrades and of loam is, some 3 and 10
// mm/h (assumptions in the range of textbooks of hydrology). Grids let it fall through.
var grounds = [network.NumSurfaces]ground{
	network.Asphalt:     {texture: 0.8},
	network.Concrete:    {texture: 0.5},
	network.Paving:      {texture: 1},
	network.Cobblestone: {texture: 3},
	network.Wood:        {texture: 1, swallows: 50, keeps: 0.3},
	network.Metal:       {texture: 0.5, swallows: 500, keeps: 0.2},
	network.Compacted:   {texture: 2, swallows: 3},
	network.Gravel:      {texture: 5, swallows: 200, keeps: 0.3},
	network.Earth:       {texture: 3, swallows: 10},
}

// crossSlope is the fall of a road to its kerb: 2 %, which is recommended for usual conditions (Texas Department of Transportation,
// Roadway Design Manual, section 4.10.4; AASHTO's Policy on Geometric Design, as quoted: 1.5 to 2 % where paved, 2 to 6 where not).
const crossSlope = 0.02

// drain is how the water leaves one track.
type drain struct {
	conveys  float64 // see conveyance
	keeps    float64 // mm that does not run off
	swallows float64 // mm/h
}

// newDrain returns the drain of a strip whose middle lies width (m) from the upper side of its road.
//
// The water runs obliquely, by cross slope and gradient together: on a gradient it is faster, but its way is longer, and the
// two cancel (Gallaway's depth changes by one percent; R. J. Charbeneau, J. Jeong, M. E. Barrett, FHWA/TX-08/0-4875-1, 2008, found by
// model and experiment that the greatest depth does not depend significantly on the gradient). What a gradient does change is how much stays behind when all has run
// off, the depression storage: 0.071/sqrt(S) mm on paved roads (Wallingford procedure, volume 1, 1981, recalled: no copy was found; with
// 0.50 mm at 2 % it is near NORTRIP's 0.6 mm). It is taken to grow with the texture, from that of asphalt.
func newDrain(surface network.Surface, width, gradient float64) drain {
	g := &grounds[surface]
	slope := math.Sqrt(crossSlope*crossSlope + float64(gradient*gradient))
	d := drain{
		conveys: conveyance(g.texture, width*slope/crossSlope, slope), swallows: g.swallows, keeps: g.keeps,
	}
	if d.keeps == 0 {
		d.keeps = 0.071 / math.Sqrt(slope) * g.texture / grounds[network.Asphalt].texture
	}
	d.conveys, d.keeps = round6(d.conveys), round6(d.keeps)
	return d
}

// round6 makes of what Pow and Exp return, which may differ between processors in the last bit, a number that is the same on all.
func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// The table of runoff by depth, as multiples of what carries 1 mm/h: x^(1/0.59), which is Gallaway's equation turned round.
// The exponent, 1.69, is close to the 5/3 of Manning's for sheet flow. Beyond the table, at 1,150 mm/h, it goes on straight.
const (
	runoffStep = 1.0 / 16
	runoffEnd  = 64
)

var runoffs = func() (list [runoffEnd/runoffStep + 2]float64) {
	for i := range list {
		list[i] = round6(math.Pow(float64(i)*runoffStep, 1/0.59))
	}
	return list
}()

// runoff returns the rate in mm/h at which water of depth mm leaves the track.
func (d *drain) runoff(depth float64) float64 {
	at := depth / d.conveys / runoffStep
	i := min(int(at), len(runoffs)-2)
	return runoffs[i] + float64((runoffs[i+1]-runoffs[i])*(at-float64(i)))
}

// after returns what is left after hours of water of which there were begin mm before and all mm now, rain included, and of
// which keeps mm do not run off.
//
// The step is implicit, so that a film in balance with the rain stays as it is, however long the step: what is left satisfies
// left = all - hours runoff(left).
func (d *drain) after(begin, all, keeps, hours float64) float64 {
	all = max(all-float64(d.swallows*hours), min(all, d.keeps))
	if all <= keeps {
		return all
	}
	const rounds, precise = 5, 1e-4 // each round takes half of the error at least; mm
	left := begin
	for range rounds {
		rate := 0.0 // 1/h
		if left > 0 {
			rate = d.runoff(left) / left
		}
		before := left
		left = all / (1 + float64(rate*hours))
		if moved := left - before; moved < precise && moved > -precise {
			break
		}
	}
	return max(left, keeps)
}
