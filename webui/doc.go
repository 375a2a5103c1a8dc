// Package webui serves a running simulation to the browser: the page, the base map, the network and the live stream.
// What goes over the wire is written down in stream/PROTOCOL.md.
//
// The simulation belongs to one goroutine, the runner, which paces it, copies what is to be seen between two steps, and
// obeys commands. A second goroutine encodes and publishes the copies while the simulation goes on. Neither ever waits
// for a viewer.
package webui
