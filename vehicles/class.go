package vehicles

import (
	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Class is the body of a vehicle class: everything that physics needs of a typical vehicle of the class at its typical
// load. How it is driven is in package driver.
type Class struct {
	Length, Width, Height float64 // m
	Mass                  float64 // kg, with a typical load

	Wheelbase  float64 // m, from the front axle to the (equivalent) rear axle
	CGHeight   float64 // m, centre of gravity above the road
	FrontShare float64 // share of the weight on the front axle at rest
	Track      float64 // m, between the middles of the outer tyres of an axle
	Leans      bool    // balances in curves and cannot roll over to the outside

	// BrakeBalance is the share of the brake force at the front axle, BrakeMax the deceleration in m/s² that all
	// brakes give together at full pressure if the tyres hold.
	BrakeBalance, BrakeMax float64
	ABS                    bool
	ABSEfficiency          float64 // share of the peak friction that the ABS uses (UN R13 Annex 13: ε, at least 0.75)
	BrakeLag               float64 // s from the pedal to the first brake force
	MaxJerk                float64 // m/s³ at which braking builds up after that

	Power           float64 // W, rated
	DriveEfficiency float64 // share of Power that reaches the road on average: gearbox, axle, and engine off its best speed
	DriveMax        float64 // m/s², the strongest start that engine torque, clutch and first gear allow
	Driven          Driven
	DrivenShare     float64 // share of the weight on the driven axles at rest
	TopSpeed        float64 // m/s, by design; legal limits and limiters are not in it

	DragArea float64 // m², drag coefficient times frontal area
	Rolling  float64 // rolling resistance over weight
	Tyre     tyre.Tyre

	Articulation Articulation // of a tractor and semitrailer; zero for everything else
}

// Articulation is where a vehicle of two bodies bends. The axle loads at rest are the class's: FrontShare on the steered
// axle, DrivenShare on the tractor's other, the rest on the trailer's.
type Articulation struct {
	TractorMass float64 // kg
	Tractor     float64 // m, wheelbase of the tractor
	Hitch       float64 // m, fifth wheel ahead of the tractor's rear axle
	Trailer     float64 // m, from the fifth wheel to the middle of the trailer's axles; 0: one body
	Unbraked    bool    // the trailer's brakes do not work
}

// Driven tells where the driven axle is, and with that whether a hard start loads it.
type Driven uint8

// The driven axles.
const (
	FrontDriven  Driven = iota
	RearDriven          // also a motorcycle
	MiddleDriven        // between the ends, as the tractor's under a semitrailer: a start shifts no load on or off it
)

// Where the numbers come from:
//
//	[fastsim]  NREL FASTSim vehicle database, commit bd9111bb
//	[sumo]     Eclipse SUMO, Vehicle_Type_Parameter_Defaults
//	[mvt]      CIRCLES MVT acceleration envelopes min(b1, b2/v - b3 v²), commit 14cf0dc4
//	[96/53]    Council Directive 96/53/EC: the largest lorries and buses of the European Union
//	[citaro]   Mercedes-Benz Citaro technical information
//	[adac]     ADAC brake tests from 100 km/h
//	[adac 2015] ADAC and ÖAMTC: laden vehicles from 80 km/h: VW Golf 23.2 m, BMW R 1200 GS 25.3 m, Mercedes Sprinter 28.0 m, DAF XF
//	           of 40 t 36.2 m (motor-talk.de t5449306, salzburg24.at 96806)
//	[lag]      air brake lag 0.4 s: commercial drivers' manuals; hydraulic application time 0.15 s and more
//	[ebs]      electronic air brakes, quicker than [lag]: fitted with the tyres to [adac 2015]
//	[assumed]  no source at hand: a plausible value
//
// Tyre.Grip is relative to Burckhardt's tyre of 1993. With it a car stops from 100 km/h in 40 m, as [adac] found in 2001
// (VW Golf IV, 39.5 m); the 35.6 m of the 396 cars tested by 2021 take 1.19. Lorry tyres are harder and carry more per
// area: 0.82 (a peak of 0.96 on dry asphalt at walking pace) is what the 36.2 m of [adac 2015] take, at the upper end of the 0.7 to 0.9 that
// UMTRI found in tests of truck tyres (recalled). North American combinations stop later: 65 m from 60 mph with disc
// brakes (constructionequipment.com, 2011), ours in 53 m. Rigid lorries 0.80 and buses 0.75 are assumed.
// Tyre.LoadLoss: see tyre.Tyre.Carried.
var classes = [network.NumVehicleClasses]Class{
	// A compact car, 2016 Toyota Corolla with 136 kg aboard.
	network.Car: {
		Length: 4.6, Width: 1.8, Height: 1.5, // [assumed]; [sumo] width and height
		Mass: 1553, Wheelbase: 2.6, CGHeight: 0.53, FrontShare: 0.61, // [fastsim]
		Track:        1.53,               // [assumed]
		BrakeBalance: 0.70, BrakeMax: 17, // [assumed]: more than the tyres hold
		ABS: true, ABSEfficiency: 0.95, // [assumed]
		BrakeLag: 0.05, MaxJerk: 60, // [lag]: full in 0.2 s with brake assist
		Power: 98e3, DriveEfficiency: 0.76, // [fastsim]; fitted to 0-60 mph in 9.9 s [fastsim]
		DriveMax: 3.46, Driven: FrontDriven, // [mvt] b1 3.36 and rolling resistance
		DrivenShare: 0.61, TopSpeed: 50, // [fastsim]; [assumed] 180 km/h
		DragArea: 0.772, Rolling: 0.010, // [fastsim]
		Tyre: tyre.Tyre{Grip: 1.19, Pressure: 2.2e5, LoadLoss: 0.08}, // fitted to [adac]; 32 psi
	},
	// A delivery van of 3.5 t, half laden (Citroën Jumper and its like).
	network.Van: {
		Length: 6.0, Width: 2.05, Height: 2.5, // [assumed]; [sumo] delivery is 6.5 m
		Mass: 2700, Wheelbase: 4.04, CGHeight: 0.8, FrontShare: 0.52, Track: 1.8, // [assumed]
		BrakeBalance: 0.65, BrakeMax: 13, // [assumed]: more than the tyres hold
		ABS: true, ABSEfficiency: 0.90, // [assumed]
		BrakeLag: 0.05, MaxJerk: 50, // [lag]
		Power: 100e3, DriveEfficiency: 0.76, // [assumed]; as the car
		DriveMax: 3.0, Driven: FrontDriven, // [mvt] b1 of the pickup
		DrivenShare: 0.52, TopSpeed: 44, // [assumed] 160 km/h
		DragArea: 1.6, Rolling: 0.010, // [assumed] 0.36 x 4.4 m²
		Tyre: tyre.Tyre{Grip: 0.97, Pressure: 4.0e5, LoadLoss: 0.08}, // between [adac] Citroën Jumper and [adac 2015] Mercedes Sprinter
	},
	// A low-floor city bus with some 30 passengers.
	network.Bus: {
		Length: 11.95, Width: 2.55, Height: 3.08, // [citaro]
		Mass: 13400, Wheelbase: 5.845, // [assumed] kerb weight 11.2 t ([sumo] 12 t) and 2.2 t of passengers; [citaro]
		CGHeight: 1.1, FrontShare: 0.37, Track: 2.1, // [assumed]; permitted axle loads 7245 and 12000 kg [citaro]
		BrakeBalance: 0.45, BrakeMax: 6.5, // [assumed]: disc brakes, standing passengers
		ABS: true, ABSEfficiency: 0.85, // [assumed]
		BrakeLag: 0.3, MaxJerk: 20, // [lag], electronically controlled
		Power: 210e3, DriveEfficiency: 0.65, // [citaro]; [assumed] converter and auxiliaries
		DriveMax: 1.5, Driven: RearDriven, // [assumed]: standing passengers; [sumo] 1.2
		DrivenShare: 0.63, TopSpeed: 23.6, // [sumo] 85 km/h
		DragArea: 4.7, Rolling: 0.008, // [assumed] 0.65 x 7.2 m²
		Tyre: tyre.Tyre{Grip: 0.75, Pressure: 8.0e5, LoadLoss: 0.08}, // see above
	},
	// A two-axle lorry of 18 t with a box body, laden to 15 t.
	network.RigidLorry: {
		Length: 9.5, Width: 2.55, Height: 3.8, // [assumed]; [96/53] at most 12, 2.55, 4.0 m
		Mass: 15076, Wheelbase: 5.1, // [fastsim] regional delivery; [assumed]
		CGHeight: 1.6, FrontShare: 0.38, Track: 2.0, // [assumed]
		BrakeBalance: 0.52, BrakeMax: 8.0, // [assumed]: disc brakes
		ABS: true, ABSEfficiency: 0.90, // [assumed]
		BrakeLag: 0.2, MaxJerk: 30, // [ebs]
		Power: 212e3, DriveEfficiency: 0.70, // [fastsim] gearbox 0.85; off best speed 0.82
		DriveMax: 1.8, Driven: RearDriven, // [mvt] class 4 b1 1.26, class 8 2.42
		DrivenShare: 0.62, TopSpeed: 36.1, // [sumo] 130 km/h
		DragArea: 5.6, Rolling: 0.0092, // [assumed] 0.6 x 9.3 m²; [fastsim]
		Tyre: tyre.Tyre{Grip: 0.80, Pressure: 8.0e5, LoadLoss: 0.08}, // see above
	},
	// A tractor and semitrailer, fully laden. As a body on two axles it stands on the steered axle in front and on
	// everything else behind.
	network.ArticulatedLorry: {
		Length: 16.5, Width: 2.55, Height: 4.0, Mass: 40000, // [96/53]
		Wheelbase: 8.6, CGHeight: 1.9, FrontShare: 0.18, Track: 2.0, // [assumed]: 7.2 t on the steered axle
		BrakeBalance: 0.30, BrakeMax: 9.5, // [assumed]: disc brakes that can lock the laden wheels
		ABS: true, ABSEfficiency: 0.90, // [assumed]
		BrakeLag: 0.15, MaxJerk: 30, // [ebs]
		Power: 331e3, DriveEfficiency: 0.80, // [fastsim] line haul; gearbox 0.97; off best speed 0.82
		DriveMax: 1.5, Driven: MiddleDriven, // [mvt] class 8 b1 2.42 at 25.1 t
		DrivenShare: 0.28, TopSpeed: 36.1, // [assumed] 11.2 t of a permitted 11.5 t [96/53]; [sumo] 130 km/h
		DragArea: 5.68, Rolling: 0.0061, // [fastsim] line haul 0.546 x 10.4 m²
		Articulation: Articulation{TractorMass: 7500, Tractor: 3.7, Hitch: 0.6, Trailer: 7.6}, // [assumed]: a European 4x2 tractor
		Tyre:         tyre.Tyre{Grip: 0.82, Pressure: 8.0e5, LoadLoss: 0.08},                  // see above
	},
	// A motorcycle and its rider.
	network.Motorcycle: {
		Length: 2.2, Width: 0.9, Height: 1.5, Mass: 275, // [sumo], and a rider of 75 kg
		Wheelbase: 1.45, CGHeight: 0.62, FrontShare: 0.48, Leans: true, // [assumed]
		BrakeBalance: 0.75, BrakeMax: 16, // [assumed]
		ABS: true, ABSEfficiency: 0.90, // [assumed]: obligatory in the European Union since 2016
		BrakeLag: 0.05, MaxJerk: 50, // [lag]; a slower build-up keeps the rear wheel down
		Power: 50e3, DriveEfficiency: 0.75, // [assumed]
		DriveMax: 6.0, Driven: RearDriven, // [sumo]
		DrivenShare: 0.52, TopSpeed: 55.6, // [sumo] 200 km/h
		DragArea: 0.5, Rolling: 0.015, // [assumed]
		Tyre: tyre.Tyre{Grip: 1.16, Pressure: 2.5e5, LoadLoss: 0.08}, // fitted to [adac 2015]: BMW R 1200 GS
	},
}

// Lengths returns the lengths of the classes, m.
func Lengths() *[network.NumVehicleClasses]float64 {
	var lengths [network.NumVehicleClasses]float64
	for i, c := range Classes() {
		lengths[i] = c.Length
	}
	return &lengths
}

// Classes returns the vehicle classes, indexed by network.VehicleClass.
func Classes() [network.NumVehicleClasses]Class { return classes }
