// Package compare says what a change makes of traffic, by how much, and how sure that is.
//
// Runs are paired by seed: two runs with one seed have the same travellers, drivers and draws but for what was changed (common random
// numbers), so that what chance does to both drops out of their difference. The interval of a mean difference is Student's at 95 %, the p
// value that of the paired t test. Where many places, times or measures are looked at together, p values are adjusted for their number:
// by Holm (1979), which keeps the probability of even one false finding below 5 %, or by Benjamini and Hochberg (1995), which keeps
// the share of false ones among the findings below 5 %.
package compare
