// Package route finds the quickest way through a network from edge to edge: turn-aware (only movements that exist for
// the vehicle's class are used), with costs that the caller may change between searches.
package route
