// Package planfile reads and writes signal plans as YAML that a traffic engineer can read and edit: controllers by OSM node, name
// or number, groups by their movement in words ("northbound left"), stages, times, offsets, day plans, coordination. PLANS.md
// beside the package describes the format; Schema is its JSON Schema. Errors say file, line, field and what was expected.
package planfile
