// Package results keeps what runs measured, in SQLite: one file for many runs, every row of which can be traced to a
// scenario (by hash), a seed and a version of the program.
//
// A run is one transaction. Until Writer.Finish has returned, nobody sees any of it, whatever kills the program; from
// then on all of it is there. Rows are buffered in memory and written by a goroutine of their own, so that the disk
// never holds up the traffic.
package results
