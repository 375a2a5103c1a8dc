// Package departure lets travellers choose when to depart, day after day, until nobody gains much by another time.
//
// What a trip costs is alpha a time on the way, beta a time that one arrives earlier than wished, gamma a time later (W. S. Vickrey,
// "Congestion theory and transport investment", American Economic Review 59, 1969; the rates after K. A. Small, "The scheduling of
// consumer activities: work trips", American Economic Review 72, 1982). Each day some travellers reconsider: they choose among departures by a
// logit model of what these would have cost, by travel times that are smoothed over the days. The fewer days are behind, the more
// of them do: without that damping queues make the choice oscillate for ever (R. Y. Guo, H. Yang, H. J. Huang, "Are we really solving the
// dynamic traffic equilibrium problem with a departure time choice?", Transportation Science 52, 2018).
package departure
