// Package tyre is the friction between tyre and road: how much of its load a tyre can turn into braking, driving or
// cornering force, by slip, speed, surface and condition.
//
// Slip is the share of the vehicle's speed at which the tread slides over the road: 0 for a free-rolling wheel, 1 for a
// locked one. Friction rises steeply with slip to a peak, where ABS tries to stay, and falls from there to that of the
// locked wheel. The curves are Burckhardt's; where he gives none, the value used is marked as an assumption. Water
// takes part of the contact, by its depth, the tread and the speed (water.go); snow and ice have curves of their own. One curve serves every
// direction of sliding, so combined braking and cornering share one circle of friction.
package tyre
