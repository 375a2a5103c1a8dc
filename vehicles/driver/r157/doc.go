// Package r157 has the drivers against which UN Regulation 157 (automated lane keeping systems) holds a machine: what a trained human
// would have avoided, the machine must avoid. They are made for three situations and know no other: somebody cuts in, or the vehicle
// ahead brakes. They look and act ten times a second, as the tables that were published with them were computed, and think that the road
// is dry; Scenario.Friction says what it really holds.
//
// The rules are those of the regulation (ECE/TRANS/WP.29/2020/81, Annex 4 Appendix 3 and paragraph 5.2.5.2, and the 01 series of
// amendments) and of the papers: K. Mattas et al., Fuzzy Surrogate Safety Metrics for real-time assessment of rear-end collision risk, AAP
// 148 (2020); S. Shalev-Shwartz, S. Shammah, A. Shashua, On a formal model of safe and scalable self-driving cars, arXiv:1708.06374. What
// they leave open, as the steps of a delay, was found from the outcomes that the European Commission's Joint Research Centre published.
package r157
