// Package weather is what lies on the roads, in time and space.
//
//	Sky (air, rain, snow, wind ...) ──once a minute──> Lane (water, snow, packed snow, ice, salt) ──> tyre.Condition
//	         a CSV, changes, commands                      of every track of the network
//
// Rain builds a film on each lane that runs off by the slope, the width of the road and the texture of its surface.
// Each surface has a temperature of its own, which lags behind the air's; that of a bridge lags less, as no ground warms it.
// Below the freezing point, which salt lowers, water becomes ice; snow falls, is packed by traffic, melts to slush, is
// ploughed by road class. Tunnels stay dry. A spill is a patch on a lane.
//
// The amounts are depths of water: 1 mm is 1 kg/m². A System integrates them once a simulated minute, at the minute, so
// nothing depends on the step time of who drives it; between minutes a step costs a comparison. Water is conserved
// (Balance), and so is heat: what freezes warms its surface, what melts cools it.
//
// # Where the numbers come from
//
// The balance of water, snow, ice, salt and heat follows two published models of road surfaces that run in the open, each
// taken where it is simpler: NORTRIP (B. R. Denby et al., A coupled road dust and surface moisture model to predict
// non-exhaust road traffic induced particle emissions, part 2: surface moisture and salt impact modelling, Atmospheric
// Environment 81, 2013, 485-503; parameters as in metno/NORTRIP, table v14a) and RoadSurf (M. Kangas, M. Heikinheimo and
// M. Hippi, RoadSurf: a modelling system for predicting road weather and road surface conditions, Meteorological
// Applications 22, 2015, 544-553; parameters as in fmidev/RoadSurf). The film under rain is Gallaway's; see FilmDepth.
// Values that no source gives are marked as assumptions where they stand.
//
// # What is left out
//
// Wind-blown snow, the lower exchange of heat through thick snow, water dragged into tunnels, wheel tracks apart from the
// rest of the lane, sun and shade by street (Sky.Radiation is the same everywhere), and the heat of traffic.
package weather
