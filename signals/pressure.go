package signals

// MaxPressure is the control of P. Varaiya, Transportation Research C 36 (2013), 177-195: every Interval the stage is chosen whose movements have the largest pressure, the vehicles on their
// lanes less those on the lanes they lead to. It reads Area detectors: those of its groups on the lanes before the stop line,
// and those without groups on the lanes behind the junction.
type MaxPressure struct {
	Stages   []StageSet
	Interval float64 // s from one decision to the next while green; 0 means 10
	// Standing counts only who stands.
	Standing bool `json:",omitempty"`
	// Normalised counts vehicles as a share of those that find room on the detector (J. Gregoire et al., "Capacity-aware
	// backpressure traffic signal control", IEEE Transactions on Control of Network Systems 2, 2015): full streets behind the
	// junction hold back, however short they are.
	Normalised bool `json:",omitempty"`
	// LongestWait is how long a stage that is called may have to wait, s; then it is next whatever the pressures. 0 means 180.
	LongestWait float64 `json:",omitempty"`
}

// SOTL are self-organising traffic lights: C. Gershenson, Complex Systems 16 (2005), 29-53, with the six rules of S.-B. Cools,
// C. Gershenson and B. D'Hooghe ("A realistic simulation", 2013): those who wait or come
// at red add up their time, and ask for green at Threshold; platoons are not cut; nobody keeps a green for nobody; a green
// that leads into a full street ends. It reads the same Area detectors as MaxPressure.
type SOTL struct {
	Stages    []StageSet
	Threshold float64 // vehicle-seconds; 0 means 40
	// Platoon is how many vehicles within Near of the stop line keep a green: 1 to Platoon do, more are cut. 0 means 3.
	Platoon int     `json:",omitempty"`
	Near    float64 `json:",omitempty"` // m; 0 means 25
	// LongestWait is as in MaxPressure.
	LongestWait float64 `json:",omitempty"`
}
