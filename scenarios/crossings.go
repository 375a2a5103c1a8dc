package scenarios

import (
	"roadtwin/network"
	"roadtwin/scenarios/demand"
	"roadtwin/vehicles/traffic"
)

// People says who crosses the streets on foot and on cycles.
type People struct {
	Factor   float64 `yaml:"factor"`   // multiplies their number; 0 is nobody
	Cyclists float64 `yaml:"cyclists"` // the share of them that rides
}

// Trains says what passes the level crossings.
type Trains struct {
	PerHour      float64 `yaml:"per_hour"`       // at each level crossing, both directions together; 0 is none
	TramsPerHour float64 `yaml:"trams_per_hour"` // the same at each crossing of a tramway
}

// Buses says how buses serve their stops.
type Buses struct {
	Dwell float64 `yaml:"dwell"` // s, mean time at a stop; 0 lets them pass
}

// completeCrossings fills in what the file left open about who crosses.
func (s *Scenario) completeCrossings() {
	d := traffic.DefaultCrossings()
	for _, f := range [...]struct {
		field string
		value *float64
		usual float64
	}{
		{"people.factor", &s.People.Factor, d.People},
		{"people.cyclists", &s.People.Cyclists, d.Cyclists},
		{"trains.per_hour", &s.Trains.PerHour, d.Trains},
		{"trains.trams_per_hour", &s.Trains.TramsPerHour, d.Trams},
		{"buses.dwell", &s.Buses.Dwell, d.BusDwell},
	} {
		if *f.value == 0 && !s.at.Has(f.field) {
			*f.value = f.usual
		}
	}
}

// crossings returns who crosses in a run: over the day as the traffic does. Importers of OpenStreetMap leave the crossings
// at signals to the engine; networks of other programs have what they say they have.
func (s *Scenario) crossings(net *network.Network, d *demand.Demand) traffic.Crossings {
	profile := d.Hours()
	return traffic.Crossings{
		People: s.People.Factor, Cyclists: s.People.Cyclists, AtSignals: isOSM(net), Profile: &profile,
		Trains: s.Trains.PerHour, Trams: s.Trains.TramsPerHour, BusDwell: s.Buses.Dwell,
	}
}

// isOSM reports whether a network comes from OpenStreetMap.
func isOSM(net *network.Network) bool {
	for i := range net.Edges {
		if net.Edges[i].OSMWay != 0 {
			return true
		}
	}
	return false
}
