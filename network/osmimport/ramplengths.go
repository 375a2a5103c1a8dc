package osmimport

import "sort"

// rampTable holds lengths in feet by the design speed of the carriageway and of the ramp, both in mph.
type rampTable struct {
	main   []float64
	ramp   []float64
	length [][]float64 // by main, then ramp; rows are shorter where the ramp is about as fast as the carriageway
}

// accelerations are the minimum acceleration lane lengths for entrance terminals with flat grades of 2 percent or less
// (AASHTO, A Policy on Geometric Design of Highways and Streets, 2011, Table 10-3).
var accelerations = rampTable{
	main: []float64{30, 35, 40, 45, 50, 55, 60, 65, 70, 75},
	ramp: []float64{0, 15, 20, 25, 30, 35, 40, 45, 50},
	length: [][]float64{
		{180, 140},
		{280, 220, 160},
		{360, 300, 270, 210, 120},
		{560, 490, 440, 380, 280, 160},
		{720, 660, 610, 550, 450, 350, 130},
		{960, 900, 810, 780, 670, 550, 320, 150},
		{1200, 1140, 1100, 1020, 910, 800, 550, 420, 180},
		{1410, 1350, 1310, 1220, 1120, 1000, 770, 600, 370},
		{1620, 1560, 1520, 1420, 1350, 1230, 1000, 820, 580},
		{1790, 1730, 1630, 1580, 1510, 1420, 1160, 1040, 780},
	},
}

// decelerations are the minimum deceleration lengths for exit terminals with flat grades of 2 percent or less (the same,
// Table 10-5).
var decelerations = rampTable{
	main: []float64{30, 35, 40, 45, 50, 55, 60, 65, 70, 75},
	ramp: []float64{0, 15, 20, 25, 30, 35, 40, 45, 50},
	length: [][]float64{
		{235, 200, 170, 140},
		{280, 250, 210, 185, 150},
		{320, 295, 265, 235, 185, 155},
		{385, 350, 325, 295, 250, 220},
		{435, 405, 385, 355, 315, 285, 225, 175},
		{480, 455, 440, 410, 380, 350, 285, 235},
		{530, 500, 480, 460, 430, 405, 350, 300, 240},
		{570, 540, 520, 500, 470, 440, 390, 340, 280},
		{615, 590, 570, 550, 520, 490, 440, 390, 340},
		{660, 635, 620, 600, 575, 535, 490, 440, 390},
	},
}

// accelerationLength returns the length in m of the lane on which traffic from a ramp with the given speed gets up to that
// of the carriageway (m/s). Speeds beyond the table count as its last.
func accelerationLength(main, ramp float64) float64 { return accelerations.at(main, ramp) }

// decelerationLength is the same for traffic that leaves.
func decelerationLength(main, ramp float64) float64 { return decelerations.at(main, ramp) }

// at interpolates between the rows and columns; where a row ends, its last length counts.
func (t *rampTable) at(main, ramp float64) float64 {
	const foot = 0.3048
	row, f := position(t.main, main/mph)
	length := t.inRow(row, ramp/mph)
	if f > 0 {
		length += f * (t.inRow(row+1, ramp/mph) - length)
	}
	return length * foot
}

func (t *rampTable) inRow(row int, ramp float64) float64 {
	lengths := t.length[row]
	col, f := position(t.ramp[:len(lengths)], ramp)
	length := lengths[col]
	if f > 0 {
		length += f * (lengths[col+1] - length)
	}
	return length
}

// position returns the index of the last of the ascending values that is not above x, and how far x is on the way to the
// next; x is held within the values.
func position(values []float64, x float64) (i int, f float64) {
	i = sort.Search(len(values), func(i int) bool { return values[i] > x }) - 1
	switch {
	case i < 0:
		return 0, 0
	case i == len(values)-1:
		return i, 0
	}
	return i, (x - values[i]) / (values[i+1] - values[i])
}
