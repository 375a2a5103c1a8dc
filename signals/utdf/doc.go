// Package utdf reads and writes the Universal Traffic Data Format, the CSV in which Synchro exchanges networks, lanes and signal
// timings: the combined file of version 8 and later, with the sections [Network], [Nodes], [Links], [Lanes], [Timeplans] and
// [Phases]. Import matches its junctions to those of a network and makes controls of its phases; Export writes what a network and its
// controls are.
package utdf
