// Package batch makes many runs: the variants of a scenario with one seed each after the other, several runs at a time.
//
//	variants x seeds ──> tasks ──> workers ──> results
//	                       └─ those that are in the results already are not made again
//
// A run is one world on one goroutine; the network, the router and all else that does not depend on the seed are shared by the runs of one
// map. So the memory is that of the maps and of as many worlds as there are workers, however many runs are asked for. What the runs come
// to does not depend on the number of workers, nor on which of them were made before a kill and which after.
package batch
