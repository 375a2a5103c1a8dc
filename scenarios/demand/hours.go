package demand

// Hours returns how many trips depart in each hour from midnight over what departs in the mean hour of a day: 24 numbers
// that add up to 24. Of a list of trips it is not known what the rest of the day is like: those of errands then.
func (d *Demand) Hours() (hours [24]float64) {
	if d.model == nil || d.model.schedule.perDay() == 0 {
		profile := profileOf(other)
		for i := range profile {
			hours[i*24/bins] += 24 * profile[i]
		}
		return hours
	}
	s, before := d.model.schedule, 0.0
	for i := range s.cumulative {
		hours[i*24/bins] += 24 * (s.cumulative[i] - before) / s.perDay()
		before = s.cumulative[i]
	}
	return hours
}
