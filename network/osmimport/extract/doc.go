// Package extract reads OpenStreetMap data from anywhere and in any of its file formats into memory.
//
//	path ──┐           ┌ gzip ┐
//	       ├─> bytes ──┼ bzip2┼──> XML ── one scanner ──────────────────┐
//	URL  ──┘   limit   └ plain┘                                         ├─> merge ──> cut to ──> Extract
//	           progress     └───> PBF ── blobs ──┬─ worker ─┐           │   sort      the box
//	                                             ├─ worker ─┼─ blocks ──┘   one of
//	                                             └─ worker ─┘  in order     each id
//
// What a source holds is told from its first bytes, never from its name. Everything that comes in is taken for hostile:
// sizes are checked before memory is taken for them, indices before they are used, and the whole is bounded by
// Options.MaxBytes. An error says which file, where in it (blob and byte, or line), what was found and what was wanted.
//
// The result does not depend on the number of workers: blocks are merged in the order of the file.
//
// Formats: https://wiki.openstreetmap.org/wiki/PBF_Format and https://wiki.openstreetmap.org/wiki/OSM_XML .
package extract
