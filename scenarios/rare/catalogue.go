package rare

// typeOf is one of NHTSA's pre-crash scenarios.
type typeOf struct {
	name, group string
	share       float64 // % of the 5,942,000 police-reported light-vehicle crashes of 2004 in the USA; 0 if not given
}

// NumTypes is how many there are; they are numbered from 1.
const NumTypes = 37

// preCrash are the scenarios with their shares: DOT HS 810 767 (2007), from a third-party transcription of its table, each count of
// which was divided anew.
var preCrash = [NumTypes + 1]typeOf{
	1:  {"Vehicle Failure", "vehicle failure", 0.71},
	2:  {"Control Loss With Prior Vehicle Action", "control loss", 1.73},
	3:  {"Control Loss Without Prior Vehicle Action", "control loss", 8.9},
	4:  {"Running Red Light", "crossing paths", 4.27},
	5:  {"Running Stop Sign", "crossing paths", 0.81},
	6:  {"Road Edge Departure With Prior Vehicle Maneuver", "road departure", 1.14},
	7:  {"Road Edge Departure Without Prior Vehicle Maneuver", "road departure", 5.62},
	8:  {"Road Edge Departure While Backing Up", "backing", 1.11},
	9:  {"Animal Crash With Prior Vehicle Maneuver", "animal", 0.39},
	10: {"Animal Crash Without Prior Vehicle Maneuver", "animal", 5.13},
	11: {"Pedestrian Crash With Prior Vehicle Maneuver", "pedestrian", 0.29},
	12: {"Pedestrian Crash Without Prior Vehicle Maneuver", "pedestrian", 0.66},
	13: {"Pedalcyclist Crash With Prior Vehicle Maneuver", "pedalcyclist", 0.31},
	14: {"Pedalcyclist Crash Without Prior Vehicle Maneuver", "pedalcyclist", 0.41},
	15: {"Backing Up Into Another Vehicle", "backing", 2.2},
	16: {"Vehicle(s) Turning - Same Direction", "lane change", 3.73},
	17: {"Vehicle(s) Parking - Same Direction", "lane change", 0.81},
	18: {"Vehicle(s) Changing Lanes - Same Direction", "lane change", 5.69},
	19: {"Vehicle(s) Drifting - Same Direction", "lane change", 1.65},
	20: {"Vehicle(s) Making a Maneuver - Opposite Direction", "opposite direction", 0.26},
	21: {"Vehicle(s) Not Making a Maneuver - Opposite Direction", "opposite direction", 2.08},
	22: {"Following Vehicle Making a Maneuver", "rear-end", 1.44},
	23: {"Lead Vehicle Accelerating", "rear-end", 0.32},
	24: {"Lead Vehicle Moving at Lower Constant Speed", "rear-end", 3.53},
	25: {"Lead Vehicle Decelerating", "rear-end", 7.2},
	26: {"Lead Vehicle Stopped", "rear-end", 16.41},
	27: {"Left Turn Across Path From Opposite Directions at Signalized Junctions", "crossing paths", 3.71},
	28: {"Vehicle Turning Right at Signalized Junctions", "crossing paths", 0.59},
	29: {"Left Turn Across Path From Opposite Directions at Non-Signalized Junctions", "crossing paths", 3.19},
	30: {"Straight Crossing Paths at Non-Signalized Junctions", "crossing paths", 4.44},
	31: {"Vehicle(s) Turning at Non-Signalized Junctions", "crossing paths", 7.32},
	32: {"Evasive Action With Prior Vehicle Maneuver", "evasive action", 0.22},
	33: {"Evasive Action Without Prior Vehicle Maneuver", "evasive action", 0.95},
	34: {"Non-Collision Incident", "non-collision", 0.77},
	35: {"Object Crash With Prior Vehicle Maneuver", "object", 0.51},
	36: {"Object Crash Without Prior Vehicle Maneuver", "object", 0.92},
	37: {"Other", "other", 0},
}

// Name returns what t is called; "" for none.
func (t Type) Name() string {
	if t < 1 || t > NumTypes {
		return ""
	}
	return preCrash[t].name
}

// Group returns the group of t, such as "rear-end"; "" for none.
func (t Type) Group() string {
	if t < 1 || t > NumTypes {
		return ""
	}
	return preCrash[t].group
}

// Published returns the share of t among all crashes, in per cent; 0 where none is given.
func (t Type) Published() float64 {
	if t < 1 || t > NumTypes {
		return 0
	}
	return preCrash[t].share
}
