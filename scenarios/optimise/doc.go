// Package optimise searches signal timings by simulation: the common cycle, the splits, the offsets and the order of the
// stages of all controllers of an area, for the least delay of everybody on the map.
//
//	Space ── Timing ──> plans ──> Bench: runs that go on from warmed-up states, the same seeds for every candidate
//	                                │
//	Search: starts, cycles, moves, CMA-ES <── races: who loses is given up early
//	                                │
//	Judge: whole runs on fresh seeds, paired, with confidence intervals
//
// A search is a function of what its trials measured and of nothing else: not of the clock, nor of how many goroutines
// share the work. So a search that was ended is resumed by searching again with the trials it made kept in a Memory: it
// passes through all that it did before without a single run, and goes on.
package optimise
