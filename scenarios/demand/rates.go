package demand

import "roadtwin/network"

// The numbers of this file are what the demand rests on; change them here to calibrate. [nhts] is the U.S. National
// Household Travel Survey 2017 (FHWA, Summary of Travel Trends); [mid] is Mobilität in Deutschland 2017; [hca] is the
// Employment Density Guide, 3rd ed. (Homes & Communities Agency, 2015). All three are quoted from memory, rounded.
// [assumed] numbers have no source but plausibility.

// Trips a day.
const (
	// vehicleTripsAmerica is what a resident drives: 5.1 vehicle trips a household of 2.5 [nhts]; vehicleTrips
	// elsewhere: 3.1 trips, 43 % of them at the wheel [mid].
	vehicleTripsAmerica = 2.0
	vehicleTrips        = 1.3
	// homeBasedShare of the vehicle trips begin or end at home [nhts].
	homeBasedShare = 0.75
	// jobsPerResident in a region as a whole: 150 of 325 million in the USA of 2017. It ties what jobs attract to
	// what residents drive: a trip has two ends, and those that are not homes are where somebody works.
	jobsPerResident = 0.47
)

// What of all this is put on the road. Model streets carry less than real ones: where lanes are not tagged they are
// guessed, and the default signal plans are fixed and not coordinated. With full volumes a city centre locks up within
// half an hour. The loads are calibrated on Wilmington from 07:00 to 09:00; a scenario's factor multiplies them.
const (
	loadInside  = 0.121 // of trips that begin or end inside
	loadThrough = 0.432 // of through traffic, most of which is on motorways
)

// Distances, m.
const (
	// reach is the mean of the exponential distribution of trip lengths as the crow flies: 37 % are shorter than
	// 3.7 km, as are 35 % by road of the trips in [nhts] (3 miles). A map of radius R keeps the share 1-exp(-R/reach).
	reach = 8000
	// deterrence is the distance over which destinations inside the map lose 1/e of their attraction; gateDeterrence
	// the same for gates, for which the way inside is only a part [assumed].
	deterrence     = 3000
	gateDeterrence = 15000
)

// gateDaily is the traffic of a lane of a cut street in one direction, vehicles a day, by class of road: of the order of
// the traffic counts of mid-sized cities [assumed]. A peak hour has some 8 % of it.
var gateDaily = [network.NumRoadClasses]float64{
	network.Motorway: 13000, network.Trunk: 7500, network.Primary: 5000, network.Secondary: 3500, network.Tertiary: 2000,
	network.Unclassified: 800, network.Residential: 400, network.LivingStreet: 100, network.Service: 100,
}

// rampShare is the traffic of a motorway or trunk road of one lane, which is a ramp, against that of a lane of the road
// [assumed].
const rampShare = 0.4

// throughShare is the part of a gate's traffic that passes through the map of a city without a stop: most on motorways,
// none on small streets [assumed].
var throughShare = [network.NumRoadClasses]float64{
	network.Motorway: 0.70, network.Trunk: 0.50, network.Primary: 0.30, network.Secondary: 0.20, network.Tertiary: 0.10,
}

// Floor area in m² a resident and a job: 45 m² a resident (UNECE: 35 to 65), jobs after [hca], gross.
const (
	floorResident   = 45.0
	floorOffice     = 25.0
	floorRetail     = 45.0
	floorIndustrial = 80.0
	floorCivic      = 60.0
)

// frontage is what stands along a metre of street on one side where no buildings are mapped: residents and jobs
// [assumed: a household of 2.5 every 15 m of a residential street].
var frontage = [network.NumRoadClasses]struct{ homes, jobs float64 }{
	network.Primary:      {0.04, 0.12},
	network.Secondary:    {0.06, 0.12},
	network.Tertiary:     {0.10, 0.08},
	network.Unclassified: {0.05, 0.06},
	network.Residential:  {0.16, 0.02},
	network.LivingStreet: {0.16, 0.02},
	network.Service:      {0.02, 0.04},
}

// mappedShare is the footprint in m² a metre of street from which the buildings of a cell count as mapped; a suburb of
// detached houses has 10 [assumed]. mappedCell is the side of such a cell, m.
const (
	mappedShare = 4.0
	mappedCell  = 250.0
)

// attach is how far a building may be from the street it uses, m.
const attach = 250.0

// classShare are the shares of the classes in trips that begin or end inside, and in those that pass through: about
// the vehicle mix of urban streets and of trunk roads in traffic counts [assumed].
var (
	classShareInside = [network.NumVehicleClasses]float64{
		network.Car: 0.875, network.Van: 0.08, network.Bus: 0.005, network.RigidLorry: 0.02,
		network.ArticulatedLorry: 0.005, network.Motorcycle: 0.015,
	}
	classShareThrough = [network.NumVehicleClasses]float64{
		network.Car: 0.82, network.Van: 0.085, network.Bus: 0.005, network.RigidLorry: 0.03,
		network.ArticulatedLorry: 0.05, network.Motorcycle: 0.01,
	}
)

// tripRate returns the vehicle trips a day of a resident of the country (ISO 3166-1 alpha-2).
func tripRate(country string) float64 {
	switch country {
	case "US", "CA", "AU", "NZ":
		return vehicleTripsAmerica
	}
	return vehicleTrips
}
