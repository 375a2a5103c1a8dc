// Package staggering searches for the policies that save most delay for the least shift of departures: a Pareto front.
//
// A candidate asks a share of a group to depart up to so many minutes earlier or later, either spread evenly or by a price in proportion to
// the delay that trips had by their time of departure, which moves those who depart when it jams to when it does not (the principle of
// marginal cost, with the delay in its place). Every candidate is run with the same seeds as the base, and compared trip for trip: what is
// drawn about a trip does not change with its departure. A first round tries all of them with some of the seeds; those that are clearly
// beaten go no further; a last round tries what lies between neighbours on the front.
package staggering
