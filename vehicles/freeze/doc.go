// Package freeze writes a value of any type made of plain ones as bytes, and reads it back: every field of every struct, exported or not,
// so that none that is added is forgotten. What it wrote is readable as long as the type stays what it was (Fingerprint); there are no
// names and no versions in it.
//
// Slices of structs are written field by field, all elements' first fields first, which compresses well. Integers take as many bytes as their
// size asks for. Maps, functions, channels and interfaces cannot be frozen; nor can cycles.
package freeze
