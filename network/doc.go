// Package network is the lane-level road network: what a city's streets are once every guess has been made.
//
// Edges (one direction of a road) run between junctions and are made of lanes; through a junction a vehicle follows a
// connector from one lane to another. All connectors from one edge to another are a movement. Where two connectors
// cross, merge or diverge there is a conflict, and the conflict says who gives way.
//
//	           edge                junction               edge
//	─────────── lane 1 ───────────┐         ┌─────────── lane 1 ──────────
//	─────────── lane 0 ───────────┴connector┴─────────── lane 0 ──────────
//	                  (kerb)  stop line                       (kerb)
//
// Positions are metres east and north of Origin; longitude and latitude exist only at the rim (Projection). Everything
// is SI. Identifiers are dense from 0 and index the slices of Network. A Network is immutable once built: Build
// makes it of a Spec, Validate checks it, and everyone else reads it, from any number of goroutines.
package network
