// Package fleet says in which technical state vehicles are: how worn their tyres, whether made for winter, whether they have
// ABS, and what is wrong with their brakes. Each vehicle's state is drawn from the seed, its number and its class, one number
// for each question, so that a fleet with more of a fault has it in the vehicles of one with less as well.
package fleet
