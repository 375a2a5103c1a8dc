// Package stream sends the live traffic to the pages that look at it: binary frames of 12 bytes a vehicle cut by map
// tile, signals on change, and JSON for the rest. PROTOCOL.md in this folder is the contract with the page.
//
// A Moment is copied out of the simulation between steps; a Painter encodes it once into a Picture; a Hub offers the
// Picture to every Client, where the newest waits in one slot until the client has acknowledged enough of the earlier
// ones. Nothing here waits for a client except that client's own goroutines.
package stream
