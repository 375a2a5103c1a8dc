// Package osmimport makes a lane-level road network of an OpenStreetMap extract.
//
// Import is a list of named passes (see passes) over a draft: the streets of the extract as lines between the nodes
// where they meet, each with the lanes of its two directions. Every pass does one thing, leaves a draft that is whole,
// and counts in the report what it guessed and what it dropped. The last pass writes the draft down as a network.Spec,
// which network.Prune and network.Build turn into the network.
//
// Which file to open for what a pass did:
//
//	overlay       overrule.go, package overlay
//	select        select.go
//	place         place.go, countries.go, borders.go, carriageways.go
//	describe      describe.go, access.go, hours.go, limits.go, surfaces.go, incline.go; lanes.go, lanecount.go, lanelists.go,
//	              arrows.go, buslanes.go
//	rings         roundabouts.go
//	split         split.go, barriers.go
//	placement     placement.go
//	surroundings  surroundings.go
//	lanes         lanecount.go, lanewidth.go
//	speeds        speeds.go, speedtags.go, rules.go, states.go
//	join          split.go
//	islands       islands.go, divided.go
//	junctions     cluster.go, median.go, fold.go, slip.go, roundabouts.go
//	loops         split.go
//	ramps         ramps.go, ramplengths.go
//	pockets       pockets.go
//	signals       signals.go, approach.go, controllers.go
//	signs         signs.go
//	overrule      overrule.go
//	boundary      signs.go
//	edges         spec.go
//	elevation     heights.go, package elevation
//	turns         turns.go, restrictions.go, viaways.go, conditional.go
//	shapes        spec.go, geometry.go, forks.go
//	crossings     crossings.go, rails.go
//	bus stops     busstops.go, kerb.go
//
// The same extract always gives the same network.
package osmimport
