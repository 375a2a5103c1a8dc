package rare

import (
	"fmt"
	"slices"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sample"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/fleet"
	"roadtwin/vehicles/tyre"
)

// SampleNames are the scenes that Sample makes.
func SampleNames() []string { return []string{"bend", "following", "junction"} }

// Sample returns a small scene that is made up: a bend on which there may be ice, cars that follow one another towards a slippery
// patch, or a junction with signals that some run.
func Sample(name string) (*Scene, error) {
	switch name {
	case "bend":
		return sampleBend()
	case "following":
		return sampleFollowing()
	case "junction":
		return sampleJunction()
	}
	return nil, badScene("sample %q, want one of %s", name, strings.Join(SampleNames(), ", "))
}

// flawed is a fleet some of whose brakes are not what they should be; shares are assumptions.
func flawed() (f fleet.Fleet) {
	for class := range f {
		f[class].Lost, f[class].Faded, f[class].Fade = 0.002, 0.01, [2]float64{0.1, 0.4}
	}
	return f
}

func sampleBend() (*Scene, error) {
	net, err := network.Build(sample.Bend(sample.BendSpec{Radius: 60, SpeedLimit: 70 / 3.6, Straight: 160}))
	if err != nil {
		return nil, err
	}
	lane := net.Edges[0].FirstLane
	return &Scene{
		Name: "bend", Net: net, Start: 7 * 3600, Warm: 20, Length: 60, Drivers: driver.DefaultOptions(), Fleet: flawed(),
		Flows:   []Flow{{Route: []network.EdgeID{0}, PerHour: 240}},
		Skies:   []Sky{{Share: 0.98, Condition: tyre.Wet, Temperature: 1.5, Rain: 1}, {Share: 0.02, Condition: tyre.Wet, Temperature: 4, Rain: 1}},
		Patches: []Patch{{Share: 0.02, Sky: -1, Track: lane.Track(), From: 150, To: 230, Condition: tyre.Ice}},
	}, nil
}

func sampleFollowing() (*Scene, error) {
	net, err := network.Build(sample.Bend(sample.BendSpec{Radius: 30, SpeedLimit: 70 / 3.6, Straight: 200}))
	if err != nil {
		return nil, err
	}
	return &Scene{
		Name: "following", Net: net, Start: 7 * 3600, Warm: 25, Length: 30, Drivers: driver.DefaultOptions(), Fleet: flawed(),
		Flows:   []Flow{{Route: []network.EdgeID{0}, PerHour: 900, Classes: []ClassShare{{network.Car, 0.9}, {network.RigidLorry, 0.1}}}},
		Skies:   []Sky{{Share: 0.9, Condition: tyre.Dry, Temperature: 5}, {Share: 0.1, Condition: tyre.Wet, Temperature: 5, Rain: 1}},
		Patches: []Patch{{Share: 0.02, Sky: 1, Track: net.Edges[0].FirstLane.Track(), From: 160, To: 200, Condition: tyre.Ice}},
	}, nil
}

func sampleJunction() (*Scene, error) {
	net, err := network.Build(sample.Cross(sample.CrossSpec{Arms: 4, ArmLength: 150, Control: network.Signalised}))
	if err != nil {
		return nil, err
	}
	s := &Scene{
		Name: "junction", Net: net, Start: 7 * 3600, Warm: 20, Length: 60, Phase: 60, Drivers: driver.DefaultOptions(), Fleet: flawed(),
		Skies: []Sky{{Share: 0.8, Condition: tyre.Dry, Temperature: 10}, {Share: 0.2, Condition: tyre.Wet, Temperature: 4, Rain: 1}},
	}
	for from := range 4 { // what a burst main or a gutter leaves on a cold day
		lane := net.Edges[2*from+1].FirstLane
		s.Patches = append(s.Patches, Patch{Share: 0.01, Sky: 1, Track: lane.Track(), From: net.Lanes[lane].Length - 50, To: net.Lanes[lane].Length, Condition: tyre.Ice})
	}
	for from := range 4 {
		for to := range 4 {
			turn := (to - from + 4) % 4
			if turn == 0 {
				continue
			}
			in, out := network.EdgeID(2*from+1), network.EdgeID(2*to)
			if !slices.ContainsFunc(net.Movements, func(m network.Movement) bool { return m.From == in && m.To == out }) {
				return nil, fmt.Errorf("sample junction: no movement from edge %d to %d", in, out)
			}
			flow := 40.0
			if turn == 2 {
				flow = 150
			}
			s.Flows = append(s.Flows, Flow{Route: []network.EdgeID{in, out}, PerHour: flow})
		}
	}
	return s, nil
}
