package driver

// GapShare returns what the i-th driver takes for a gap that is long enough, as a share of the mean critical headway:
// normal with a deviation of 15 %, cut at two deviations, independent of the driver's wished speed and time gap. Field
// studies of stop-controlled junctions find about 1 s in 6 (Troutbeck: Estimating the critical acceptance gap, 1992, recalled).
func GapShare(i int) float64 {
	return round6(1 + 0.15*quantile((i*103+211)%Types))
}

// Impatience returns the share of a driver's critical headway that is left after standing for waited seconds at the line: one
// per cent less each second, down to 60 % [assumed: field studies agree that it falls (Polus, Lazar, Livneh: Transp. Res.
// Rec. 1846, 2003; Kittelson, Vandehey: Transp. Res. Rec. 1320, 1991: after some 30 s; both recalled), not by how much].
func Impatience(waited float64) float64 {
	return max(0.6, 1-float64(0.01*waited))
}
