package driver

// Neighbour is what a driver sees of a vehicle ahead or behind, on the own lane or another.
type Neighbour struct {
	Gap   float64 // m, bumper to bumper; +Inf if there is nobody
	Speed float64 // m/s
}

// Change thresholds of MOBIL (Kesting, Treiber, Helbing, Transp. Res. Rec. 1999 (2007), table 1): a change must gain
// at least ChangeGain, and may not make the new follower brake harder than SafeBraking.
const (
	ChangeGain  = 0.15 // m/s²
	SafeBraking = 3.0  // m/s²
	KerbBias    = 0.1  // m/s², to the kerb side, where the law has one keep there
)

// AcceptsGap reports whether changing in front of follower and behind leader is safe for both: neither, nor the driver
// at v (m/s), has to brake harder than limit (m/s², positive), and nobody comes closer than half a standing gap, or a few
// decimetres where all but stand.
func (p *Params) AcceptsGap(v float64, leader, follower Neighbour, fp *Params, limit float64) bool {
	if v < squeezeSpeed && follower.Speed < squeezeSpeed && leader.Gap >= squeezeGap && follower.Gap >= squeezeGap {
		return true
	}
	if leader.Gap < 0.5*p.MinGap || follower.Gap < 0.5*fp.MinGap {
		return false
	}
	if p.Follow(v, leader.Speed, leader.Gap, 0) < -limit {
		return false
	}
	return fp.Follow(follower.Speed, v, follower.Gap, 0) >= -limit
}

// In a standing queue drivers squeeze in where there is just room.
const (
	squeezeSpeed = 0.5 // m/s
	squeezeGap   = 0.3 // m
)
