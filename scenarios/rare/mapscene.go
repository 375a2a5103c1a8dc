package rare

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"roadtwin/network"
	"roadtwin/scenarios"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/traffic"
)

// Spot is a place on a map of which FromRun makes a scene.
type Spot struct {
	Lon, Lat float64 // degrees
	Radius   float64 // m, in which events count
}

// approach is how far around a Spot vehicles are followed, m: they come at speed, and drive off.
const approach = 200.0

// mostFlows bounds the routes of a scene: those that are driven most.
const mostFlows = 400

// FromRun makes a scene of a place in a run that has not begun: the run is made to its end, who passed the place is counted by the piece of
// his way around it, and comes in the scene at random as often (a Poisson process each), in the mix of classes that there was. Trips that
// begin or end around the place are taken to come in and to leave at the ends of their edges. Drivers are those of today.
func FromRun(ctx context.Context, r *scenarios.Run, spot Spot, progress func(float64)) (*Scene, error) {
	net := r.Net()
	centre := net.Projection.ToLocal(spot.Lon, spot.Lat)
	if !(spot.Radius >= 10 && spot.Radius <= 2000) {
		return nil, badScene("radius of %g m, want 10 to 2000", spot.Radius)
	}
	s := &Scene{
		Name: fmt.Sprintf("%s at %.5f,%.5f", r.Scenario().Name, spot.Lon, spot.Lat), Net: net, Plans: r.Plans(), Controls: r.Controls(),
		Start: r.Begin(), Warm: 60, Length: 60, Phase: 90, Drivers: driver.DefaultOptions(), Fleet: flawed(), Centre: centre, Radius: spot.Radius,
	}
	near := make([]bool, len(net.Edges))
	within := make([]bool, len(net.Edges))
	for e := range net.Edges {
		d := distanceTo(net, network.EdgeID(e), centre)
		near[e], within[e] = d <= spot.Radius+approach, d <= spot.Radius
	}
	if !slices.Contains(within, true) {
		return nil, badScene("no street within %g m of %g,%g: is that longitude,latitude on this map?", spot.Radius, spot.Lon, spot.Lat)
	}
	routes, err := drivenRoutes(ctx, r, progress)
	if err != nil {
		return nil, err
	}
	s.Flows = flowsOf(routes, near, within, (r.End()-r.Begin())/3600)
	if len(s.Flows) == 0 {
		return nil, badScene("nobody passes within %g m of %g,%g in the period", spot.Radius, spot.Lon, spot.Lat)
	}
	return s, nil
}

// distanceTo returns how near an edge comes to p, m.
func distanceTo(net *network.Network, e network.EdgeID, p network.Point) float64 {
	shape := net.Lanes[net.Edges[e].FirstLane].Shape
	least := p.Dist(shape[0])
	length := network.PolylineLength(shape)
	for s := 0.0; s < length+10; s += 10 {
		least = min(least, p.Dist(network.PoseAt(shape, min(s, length)).Point))
	}
	return least
}

// driven is the way of a vehicle.
type driven struct {
	route []network.EdgeID
	class network.VehicleClass
}

// drivenRoutes makes the run, and returns the ways of all who came onto the road.
func drivenRoutes(ctx context.Context, r *scenarios.Run, progress func(float64)) ([]driven, error) {
	for n := 0; !r.Done(); n++ {
		if n%100 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if progress != nil {
				progress((r.Time() - r.Begin()) / (r.End() - r.Begin()))
			}
		}
		r.Step()
	}
	var all []driven
	for id := range r.Demand().Trips {
		if route := r.World().Route(traffic.VehicleID(id)); len(route) > 0 {
			all = append(all, driven{slices.Clone(route), r.Demand().Trips[id].Class})
		}
	}
	return all, nil
}

// flowsOf counts the pieces of ways that are near, and come within.
func flowsOf(all []driven, near, within []bool, hours float64) []Flow {
	type count struct {
		route   []network.EdgeID
		total   int
		classes [network.NumVehicleClasses]int
	}
	found := map[string]*count{}
	var order []*count
	for _, d := range all {
		for _, piece := range pieces(d.route, near, within) {
			key := fmt.Sprint(piece)
			c := found[key]
			if c == nil {
				c = &count{route: piece}
				found[key] = c
				order = append(order, c)
			}
			c.total++
			c.classes[d.class]++
		}
	}
	slices.SortStableFunc(order, func(a, b *count) int { return cmp.Compare(b.total, a.total) })
	var flows []Flow
	for _, c := range order[:min(len(order), mostFlows)] {
		f := Flow{Route: c.route, PerHour: float64(c.total) / hours}
		for class, n := range c.classes {
			if n > 0 {
				f.Classes = append(f.Classes, ClassShare{network.VehicleClass(class), float64(n) / float64(c.total)})
			}
		}
		flows = append(flows, f)
	}
	return flows
}

// pieces returns the parts of a way that are near all along and come within.
func pieces(route []network.EdgeID, near, within []bool) (parts [][]network.EdgeID) {
	begin, comes := 0, false
	for i := 0; i <= len(route); i++ {
		if i < len(route) && near[route[i]] {
			comes = comes || within[route[i]]
			continue
		}
		if comes {
			parts = append(parts, route[begin:i])
		}
		begin, comes = i+1, false
	}
	return parts
}
