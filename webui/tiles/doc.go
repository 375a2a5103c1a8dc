// Package tiles makes the base map: Mapbox Vector Tiles cut on demand from an OpenStreetMap extract and from the
// lane-level network made of it. Which layers there are, with which properties and from which zoom, is written down in
// webui/stream/PROTOCOL.md.
package tiles
