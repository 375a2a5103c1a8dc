package driver

// Set is a published set of parameters, with the wished speed and the vehicle's length that it was published with. Its
// drivers are exact: no errors, and a decision in every step unless the model has a time step of its own.
type Set struct {
	Name   string
	Params Params
	Wish   float64 // m/s, wished speed; 0 if the set has none
	Length float64 // m, of the vehicle; 0 if the set has none
	Source string
}

// PublishedSets returns the sets, for validation and comparison: reference 4_carfollowing/model_parameter_sets.json.
func PublishedSets() []Set {
	const (
		movsim = "Treiber, Kesting: Traffic Flow Dynamics (2013), as in movsim, startStop_*.xprj"
		sumo   = "SUMO, Definition of Vehicles, Vehicle Types, and Routes"
	)
	exact := func(m Model, t, a, b, s0 float64) Params {
		p := Params{Model: m, TimeGap: t, Accel: a, Brake: b, MinGap: s0, SpeedRatio: 1, Lateral: 2.5, Courtesy: 0.2, ChangeGain: 0.1, AmberBrake: amberBrake}
		return p.prepared()
	}
	stepping := func(p Params, interval, dawdle float64) Params {
		p.Interval, p.Dawdle = interval, dawdle
		return p.prepared()
	}
	return []Set{
		{"treiber2000", exact(IDM, 1.5, 0.73, 1.67, 2), 30, 5, "Treiber, Hennecke, Helbing, Phys. Rev. E 62, 1805 (2000), calibrated"},
		{"book_city", exact(IDM, 1, 1, 1.5, 2), 15, 8, movsim},
		{"book_highway", exact(IDM, 1, 1, 1.5, 2), 33.33, 6, "as book_city, onramp_IDM.xprj"},
		{"start_stop_car", exact(IDM, 1.5, 0.3, 3, 2), 33.33, 5, "traffic-simulation.de, car"},
		{"start_stop_truck", exact(IDM, 1.7, 0.3, 2, 2), 22.22, 10, "traffic-simulation.de, truck"},
		{"iidm_book", exact(IIDM, 1, 1, 1.5, 2), 15, 8, movsim},
		{"krauss_book", stepping(exact(Krauss, 1, 1, 1, 2), 1, 0.4), 15, 8, movsim},
		{"krauss_sumo", stepping(exact(Krauss, 1, 2.6, 4.5, 2.5), 1, 0.5), 0, 5, sumo},
		{"gipps_book", stepping(exact(Gipps, 1, 1.5, 1, 2), 1, 0), 15, 8, movsim},
		{"acc", exact(ACC, 1.1, 2, 2, 2), 0, 5, "Milanés, Shladover, Transp. Res. C 48, 285 (2014); gains of SUMO's ACC"},
		{"cacc", exact(CACC, 0.6, 2, 2, 2), 0, 5, "Milanés, Shladover, Transp. Res. C 48, 285 (2014); gains of SUMO's CACC"},
	}
}

// PublishedSet returns the set of that name.
func PublishedSet(name string) (Set, bool) {
	for _, s := range PublishedSets() {
		if s.Name == name {
			return s, true
		}
	}
	return Set{}, false
}
