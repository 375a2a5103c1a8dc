package scenarios

import (
	"math"

	"roadtwin/network"
	"roadtwin/scenarios/results"
	"roadtwin/vehicles/emission"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/traffic"
)

// Conflicts say from when on an encounter of two vehicles is a conflict: it falls below TTC or PET or exceeds DRAC. What is not given
// is as safety.DefaultThresholds has it; 0 leaves that measure out.
type Conflicts struct {
	TTC  *float64 `yaml:"ttc,omitempty"`  // s
	PET  *float64 `yaml:"pet,omitempty"`  // s
	DRAC *float64 `yaml:"drac,omitempty"` // m/s²
}

// thresholds returns those of c.
func (c Conflicts) thresholds() safety.Thresholds {
	t := safety.DefaultThresholds()
	if c.TTC != nil {
		t.TTC = *c.TTC
	}
	if c.PET != nil {
		t.PET = *c.PET
	}
	if c.DRAC != nil {
		t.DRAC = *c.DRAC
		if t.DRAC == 0 {
			t.DRAC = math.Inf(1)
		}
	}
	return t
}

// Emissions is what the vehicles of a run have burnt and emitted.
type Emissions struct {
	CO2         float64 `json:"co2_kg"`
	Fuel        float64 `json:"fuel_kg"`
	NOx         float64 `json:"nox_g"`
	PM          float64 `json:"pm_g"`
	Electricity float64 `json:"electricity_kwh"` // from batteries, net of what was put back
}

// AllConflicts returns the number of conflicts of all kinds.
func (s *Summary) AllConflicts() int {
	n := 0
	for _, k := range s.Conflicts {
		n += k
	}
	return n
}

// conflicts counts the near misses so far, by kind.
func (r *Run) conflicts() map[string]int {
	counts := r.world.Stats().Conflicts
	for _, k := range r.world.OpenConflicts() {
		counts[k.Kind]++
	}
	by := make(map[string]int, len(counts))
	for kind, n := range counts {
		by[safety.Kind(kind).String()] = n
	}
	return by
}

// emissions adds up what has been burnt on all tracks.
func (r *Run) emissions() Emissions {
	var all emission.Total
	for t := range r.Net().NumTracks() {
		all.Add(r.world.TrackEmissions(network.TrackID(t)))
	}
	return Emissions{all.CO2 / 1000, all.Fuel / 1000, all.NOx, all.PM, all.Electricity}
}

// burntOn returns what was burnt on the lanes of an edge since the begin of the interval.
func (c *Recorder) burntOn(e network.EdgeID) results.Burnt {
	edge := &c.run.Net().Edges[e]
	var now emission.Total
	for i := range edge.NumLanes {
		now.Add(c.run.world.TrackEmissions((edge.FirstLane + network.LaneID(i)).Track()))
	}
	before := c.burnt[e]
	c.burnt[e] = now
	return results.Burnt(now.Since(before))
}

// conflict returns the row of a near miss.
func (c *Recorder) conflict(k traffic.Conflict) results.Conflict {
	net := c.run.Net()
	row := results.Conflict{
		Time: k.At, Begin: k.Begin, End: k.End, Trip: int64(k.Vehicle), Other: int64(k.Other), Kind: k.Kind.String(), Edge: -1,
		Position: k.S, TTC: finite(k.MinTTC), MTTC: finite(k.MinMTTC), PET: finite(k.PET), DRAC: math.NaN(), TET: k.TET, TIT: k.TIT,
		DeltaV: k.DeltaV, OtherDelta: k.OtherDeltaV, Speed: k.V, OtherSpeed: k.Encounter.Other,
	}
	if k.MaxDRAC > 0 {
		row.DRAC = k.MaxDRAC
	}
	if lane, ok := net.LaneOf(k.Track); ok {
		row.Edge = int(net.Lanes[lane].Edge)
	} else if con, ok := net.ConnectorOf(k.Track); ok {
		row.Junction = net.Junctions[net.Connectors[con].Junction].Name
	}
	row.Lon, row.Lat = net.Projection.ToLonLat(net.PoseAt(k.Track, k.S, 0).Point)
	return row
}

// finite returns x, or NaN if it is infinite: a measure that there was not.
func finite(x float64) float64 {
	if math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}
