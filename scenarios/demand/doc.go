// Package demand says who travels: trips with a time, an origin, a destination and a vehicle class.
//
// Without anything better, demand is made from the map itself, in four steps that Demand.Describe prints with their
// numbers:
//
//	places   where people live and work: buildings by use and floor area where they are mapped, else the frontage of
//	         streets by class and land use; and the gates, where streets are cut by the edge of the map
//	volumes  vehicle trips a day: so many a resident and a job; those that leave the map pass a gate, as far as a road of
//	         its class carries them; others drive through
//	times    a profile over the day for each purpose: from home, to home, other, through
//	pairs    origins by weight, destinations by weight and distance (gravity)
//
// What is better is a list of trips (ReadFile): CSV, or what other simulators have, with the routes that it gives.
//
// Every draw is a function of the seed and the trip's number. So the trips of a smaller factor are among those of a
// greater, those of a shorter period among those of a longer, and no trip changes because the map's edges are numbered
// otherwise.
package demand
