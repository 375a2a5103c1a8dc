package emission

import (
	"errors"
	"fmt"

	"roadtwin/network"
	"roadtwin/vehicles/draw"
)

// Share is a part of the vehicles of a class.
type Share struct {
	Model  Model
	Share  float64 // of the vehicles
	Factor float64 // of the model's rates; 0 means 1
}

// Fleet says by vehicle class what the vehicles run on.
type Fleet [network.NumVehicleClasses][]Share

// DefaultFleet is the fleet on German roads at the beginning of 2024, roughly. Cars by fuel after the Kraftfahrt-Bundesamt's
// register (62 % petrol, 29 % diesel, 6 % hybrid, 3 % electric; recalled), diesels and lorries driving more than their share of the
// register [assumed], two Euro classes for all. HBEFA's polynomials have no motorcycle: half a petrol car [assumed].
func DefaultFleet() Fleet {
	return Fleet{
		network.Car: {
			{Model: PetrolCarEuro4, Share: 0.28},
			{Model: PetrolCarEuro6, Share: 0.29},
			{Model: DieselCarEuro4, Share: 0.16},
			{Model: DieselCarEuro6, Share: 0.18},
			{Model: AlternativeCar, Share: 0.06},
			{Model: Electric, Share: 0.03},
		},
		network.Van:              {{Model: PetrolVanEuro4, Share: 0.05}, {Model: DieselVanEuro4, Share: 0.45}, {Model: DieselVanEuro6, Share: 0.48}, {Model: Electric, Share: 0.02}},
		network.Bus:              {{Model: CityBus, Share: 0.97}, {Model: Electric, Share: 0.03}},
		network.RigidLorry:       {{Model: LorryEuro4, Share: 0.30}, {Model: LorryEuro6, Share: 0.70}},
		network.ArticulatedLorry: {{Model: LorryEuro4, Share: 0.10}, {Model: LorryEuro6, Share: 0.90}},
		network.Motorcycle:       {{Model: PetrolCarEuro4, Share: 1, Factor: 0.5}},
	}
}

var errShares = errors.New("shares of a fleet must be positive and add up to 1")

// Check returns an error if the shares of a class make no whole.
func (f *Fleet) Check() error {
	for class, shares := range f {
		total := 0.0
		for _, s := range shares {
			if s.Share < 0 || s.Factor < 0 || s.Model >= NumModels {
				return fmt.Errorf("%v, %v: %w", network.VehicleClass(class), s.Model, errShares)
			}
			total += s.Share
		}
		if total < 1-1e-9 || total > 1+1e-9 {
			return fmt.Errorf("%v: %g in all: %w", network.VehicleClass(class), total, errShares)
		}
	}
	return nil
}

// Draw returns the index in f[class] of what the vehicle id runs on.
func (f *Fleet) Draw(key draw.Key, id uint64, class network.VehicleClass) int {
	x := key.Float64(id, 0)
	shares := f[class]
	for i := range shares {
		if x -= shares[i].Share; x < 0 {
			return i
		}
	}
	return len(shares) - 1
}
