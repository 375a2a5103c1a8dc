// Package rare finds scenes that hardly ever happen, and tells how often they do.
//
// A Scene is a place with its traffic, a period and a criterion. A Search makes cases of it, runs of a minute or so each of which is
// drawn anew, by one of three methods; all of them tell the expected number of events an hour of the scene without bias, with an
// interval, the effective sample size and the price in simulated hours:
//
//	plain       cases as they are: the measure of the others
//	importance  some risk factors are drawn more often as they are in events; each case carries the ratio of its likelihoods
//	splitting   cases that come near an event are forked there, and go on with new random numbers
//
// What was found is kept as Episodes, each with its weight, in an SQLite file.
package rare
