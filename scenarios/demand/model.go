package demand

import (
	"math"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
	"roadtwin/vehicles/traffic"
)

// relation is where the ends of a trip lie.
type relation uint8

const (
	internal relation = iota
	outbound
	inbound
	numRelations
)

// model is the demand of one set of parameters: volumes, times and pairs.
type model struct {
	places   *Places
	volumes  [numPurposes][numRelations]float64 // trips a day, Factor included; through traffic is in outbound
	schedule *schedule
	// classShare are cumulative shares, of trips with an end inside and of through traffic.
	classShare [2][network.NumVehicleClasses]float64

	residents, jobs, gateTraffic float64 // for Describe
	inside                       float64 // share of trips from inside that stay inside

	byHomes, byJobs []float64 // zones, cumulative
	byEntry, byExit []float64 // gates, cumulative
	// Destinations by origin, cumulative, made when first asked for.
	toHomes, toJobs   [][]float64 // zones by zone
	toExit, fromEntry [][]float64 // exits by zone; zones by entry, see gateZones
	fromEntryHomes    [][]float64
	passing           [][]float64 // exits by entry
	byPassing         []float64   // entries, cumulative, of through traffic
}

func newModel(p *Places, params Params) *model {
	m := &model{places: p}
	for _, z := range p.zones {
		m.residents += z.homes
		m.jobs += z.jobs
		m.byHomes = append(m.byHomes, m.residents)
		m.byJobs = append(m.byJobs, m.jobs)
	}
	m.byEntry, m.byExit = gateWeights(p.entries), gateWeights(p.exits)
	m.toHomes, m.toJobs = make([][]float64, len(p.zones)), make([][]float64, len(p.zones))
	m.toExit = make([][]float64, len(p.zones))
	m.fromEntry, m.fromEntryHomes = make([][]float64, len(p.entries)), make([][]float64, len(p.entries))
	m.pairGates()
	m.setVolumes(params)
	m.setClasses(params)
	var byPurpose [numPurposes]float64
	for kind := range m.volumes {
		for _, v := range m.volumes[kind] {
			byPurpose[kind] += v
		}
	}
	m.schedule = newSchedule(byPurpose, params.Profile)
	return m
}

func gateWeights(gates []gate) []float64 {
	w := make([]float64, len(gates))
	for i, g := range gates {
		w[i] = g.daily - g.pass
	}
	return cumulate(w)
}

// setVolumes computes the trips a day.
//
// A resident makes tripRate vehicle trips; homeBasedShare of them have one end at home, half of these begin there. The
// other ends are where people work, and so are both ends of the rest: with jobsPerResident that gives the ends a job.
// Of the trips from inside the share 1-exp(-R/reach) stays inside; the others pass a gate, as do those who come from
// outside, as far as the gates carry them; and on the larger roads some drive through.
func (m *model) setVolumes(params Params) {
	p := m.places
	rate := tripRate(p.net.Country)
	home := rate * homeBasedShare / 2 * m.residents                  // from home, and as many to home
	work := rate * homeBasedShare / 2 / jobsPerResident * m.jobs     // the other ends of those
	others := rate * (1 - homeBasedShare) / jobsPerResident * m.jobs // trips that begin where somebody works, and as many that end there
	m.inside = 1 - math.Exp(-p.radius/reach)
	if len(p.entries) == 0 || len(p.exits) == 0 {
		m.inside = 1
	}
	stay := m.inside * min(home, work)
	out := 1 - m.inside
	v := &m.volumes
	v[fromHome] = [numRelations]float64{stay, m.across(home - stay), m.across(work - stay)}
	v[toHome] = [numRelations]float64{stay, m.across(work - stay), m.across(home - stay)}
	v[other] = [numRelations]float64{m.inside * others, out * others, out * others}
	m.limitGates(params)
	m.scale(params)
}

// across returns trips across the cordon: none if there are no gates.
func (m *model) across(trips float64) float64 {
	if m.inside == 1 {
		return 0
	}
	return trips
}

// limitGates fits the trips that cross the edge of the map to what its gates carry, and adds those that pass through.
func (m *model) limitGates(params Params) {
	room := min(total(m.byEntry), total(m.byExit))
	passing := min(total(m.byPassing), passTotal(m.places.exits))
	m.gateTraffic = room + passing
	scale := 1.0
	if crossing := max(m.sum(inbound), m.sum(outbound)); crossing > room {
		scale = room / crossing
	}
	if !math.IsNaN(params.Through) {
		room, passing = m.gateTraffic*(1-params.Through), m.gateTraffic*params.Through
		if crossing := max(m.sum(inbound), m.sum(outbound)); crossing > 0 {
			scale = room / crossing
		}
	}
	for kind := range through {
		m.volumes[kind][inbound] *= scale
		m.volumes[kind][outbound] *= scale
	}
	if total(m.byPassing) > 0 {
		m.volumes[through][outbound] = passing
	}
}

// sum returns the trips of a relation, all purposes together.
func (m *model) sum(r relation) (trips float64) {
	for kind := range m.volumes {
		trips += m.volumes[kind][r]
	}
	return trips
}

func passTotal(gates []gate) (trips float64) {
	for _, g := range gates {
		trips += g.pass
	}
	return trips
}

// scale brings the volumes to what is put on the road.
func (m *model) scale(params Params) {
	m.multiply(loadInside, loadThrough)
	factor := params.Factor
	sum := m.sum(internal) + m.sum(outbound) + m.sum(inbound)
	if params.TripsPerDay > 0 && sum > 0 {
		factor *= params.TripsPerDay / sum
	}
	m.multiply(factor, factor)
}

func (m *model) multiply(inside, passing float64) {
	for kind := range m.volumes {
		factor := inside
		if purpose(kind) == through {
			factor = passing
		}
		for r := range m.volumes[kind] {
			m.volumes[kind][r] *= factor
		}
	}
}

func (m *model) setClasses(params Params) {
	m.classShare = [2][network.NumVehicleClasses]float64{classShareInside, classShareThrough}
	given := params.Classes
	if total(cumulate(given[:])) > 0 {
		m.classShare = [2][network.NumVehicleClasses]float64{given, given}
		return
	}
	for i := range m.classShare {
		cumulate(m.classShare[i][:])
	}
}

// ends draws where a trip begins and ends.
func (m *model) ends(kind purpose, t ticket) (from, to tripEnd, ok bool) {
	if kind == through {
		return m.pass(t)
	}
	rel := m.relation(kind, t)
	fromHomes, toHomes := kind == fromHome, kind == toHome
	switch rel {
	case outbound:
		z := m.zone(fromHomes, t)
		if z < 0 || len(m.byExit) == 0 {
			return from, to, false
		}
		exits := m.exitsOf(z)
		exit := pick(exits, t.float(draw.TripDestination, drawGate)*total(exits))
		return m.spot(z, fromHomes, draw.TripOrigin, draw.DeparturePosition, t),
			tripEnd{m.places.exits[exit].edge, traffic.AtBoundary}, true
	case inbound:
		if len(m.byEntry) == 0 {
			return from, to, false
		}
		entry := pick(m.byEntry, t.float(draw.TripOrigin, drawGate)*total(m.byEntry))
		zones := m.zonesOf(entry, toHomes)
		if total(zones) == 0 {
			return from, to, false
		}
		z := pick(zones, t.float(draw.TripDestination, drawZone)*total(zones))
		return tripEnd{m.places.entries[entry].edge, traffic.AtBoundary},
			m.spot(z, toHomes, draw.TripDestination, draw.ArrivalPosition, t), true
	}
	z := m.zone(fromHomes, t)
	if z < 0 {
		return from, to, false
	}
	row := m.zonesFrom(z, toHomes)
	if total(row) == 0 {
		return from, to, false
	}
	dest := pick(row, t.float(draw.TripDestination, drawZone)*total(row))
	return m.spot(z, fromHomes, draw.TripOrigin, draw.DeparturePosition, t),
		m.spot(dest, toHomes, draw.TripDestination, draw.ArrivalPosition, t), true
}

func (m *model) relation(kind purpose, t ticket) relation {
	v := m.volumes[kind]
	row := cumulate(v[:])
	return relation(pick(row, t.float(draw.TripOrigin, drawRelation)*total(row)))
}

// zone draws the zone of an origin, by homes or by jobs; -1 if there are none.
func (m *model) zone(homes bool, t ticket) int {
	row := m.byJobs
	if homes {
		row = m.byHomes
	}
	if total(row) == 0 {
		return -1
	}
	return pick(row, t.float(draw.TripOrigin, drawZone)*total(row))
}

// spot draws a place within a zone.
func (m *model) spot(z int, homes bool, choice, along draw.Stream, t ticket) tripEnd {
	zone := &m.places.zones[z]
	row := zone.byJobs
	if homes {
		row = zone.byHomes
	}
	s := &m.places.spots[zone.first+pick(row, t.float(choice, drawSpot)*total(row))]
	pos := s.begin + t.float(along, 0)*(s.end-s.begin)
	return tripEnd{s.edge, math.Round(pos*1000) / 1000}
}

// decay is the attraction left at a distance, in parts of the one at none. It is rounded so that it is the same on
// CPUs whose exp differs in the last place, and never 0.
func decay(distance, scale float64) float64 {
	return (1 + math.Round(1e6*math.Exp(-distance/scale))) / 1e6
}

// zonesFrom returns the zones where trips from z end, cumulative, by homes or by jobs.
func (m *model) zonesFrom(z int, homes bool) []float64 {
	rows := m.toJobs
	if homes {
		rows = m.toHomes
	}
	if rows[z] == nil {
		rows[z] = m.attraction(m.places.zones[z].at, homes, deterrence)
	}
	return rows[z]
}

// zonesOf returns the zones where trips from an entry end, cumulative.
func (m *model) zonesOf(entry int, homes bool) []float64 {
	rows := m.fromEntry
	if homes {
		rows = m.fromEntryHomes
	}
	if rows[entry] == nil {
		rows[entry] = m.attraction(m.places.entries[entry].at, homes, gateDeterrence)
	}
	return rows[entry]
}

func (m *model) attraction(from network.Point, homes bool, scale float64) []float64 {
	row := make([]float64, len(m.places.zones))
	for i, z := range m.places.zones {
		weight := z.jobs
		if homes {
			weight = z.homes
		}
		row[i] = weight * decay(length(from, z.at), scale)
	}
	return cumulate(row)
}

// exitsOf returns the exits of trips from zone z, cumulative.
func (m *model) exitsOf(z int) []float64 {
	if m.toExit[z] == nil {
		row := make([]float64, len(m.places.exits))
		for i, g := range m.places.exits {
			row[i] = (g.daily - g.pass) * decay(length(m.places.zones[z].at, g.at), gateDeterrence)
		}
		m.toExit[z] = cumulate(row)
	}
	return m.toExit[z]
}
