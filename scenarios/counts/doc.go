// Package counts makes trips of traffic counts: what passes some streets and turns in some hours tells who must have been on the way.
//
//	default demand x oversample ──> candidates: trips with a way and a time at every count
//	counts ──> weights: as near to the counts as they are sure, and no farther from the candidates than that takes
//	weights ──> whole trips
//
// The weights minimise Σ (model−count)²/(2·noise·count) + Σ (w·ln(w/q) − w + q) over all weights w from 0, where q is what a candidate
// weighs before: an entropy-regularised least squares (H. J. Van Zuylen, L. G. Willumsen, "The most likely trip matrix estimated from traffic
// counts", Transportation Research B 14, 1980; with counts that have errors: M. G. H. Bell, "The estimation of an origin-destination matrix
// from traffic counts", Transportation Science 17, 1983). Counts do not tell how many trips there were where nobody counted: that stays as the
// default demand has it, times what all counts together are above it.
package counts
