package demand

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/vehicles"
	"roadtwin/vehicles/traffic"
)

// WriteSUMO writes trips, sorted by departure, as a .rou.xml for the network that sumonet.Write makes of net: a vType for
// each class, named as the class, and a trip or, where it has a route, a vehicle for each.
func WriteSUMO(w io.Writer, net *network.Network, trips []traffic.Trip) error {
	out := bufio.NewWriter(w)
	names := sumonet.EdgeNames(net)
	out.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\n<routes>\n")
	bodies := vehicles.Classes()
	for c := range network.NumVehicleClasses {
		fmt.Fprintf(out, `    <vType id="%s" vClass="%s" length="%.2f" width="%.2f" height="%.2f" maxSpeed="%.2f"/>`+"\n",
			c, sumonet.VClass(c), bodies[c].Length, bodies[c].Width, bodies[c].Height, bodies[c].TopSpeed)
	}
	for i := range trips {
		writeTrip(out, net, names, i, &trips[i])
	}
	out.WriteString("</routes>\n")
	return out.Flush()
}

func writeTrip(out *bufio.Writer, net *network.Network, names []string, id int, t *traffic.Trip) {
	element := "trip"
	if len(t.Route) > 0 {
		element = "vehicle"
	}
	fmt.Fprintf(out, `    <%s id="%d" type="%s" depart="%.2f"`, element, id, t.Class, t.Depart)
	if t.FromPos >= 0 {
		fmt.Fprintf(out, ` departPos="%.2f" departSpeed="0"`, min(t.FromPos, net.Edges[t.From].Length))
	} else {
		out.WriteString(` departSpeed="max"`)
	}
	out.WriteString(` departLane="best"`)
	if t.ToPos >= 0 {
		fmt.Fprintf(out, ` arrivalPos="%.2f"`, min(t.ToPos, net.Edges[t.To].Length))
	}
	if len(t.Route) == 0 {
		fmt.Fprintf(out, ` from="%s" to="%s"/>`+"\n", names[t.From], names[t.To])
		return
	}
	way := make([]string, len(t.Route))
	for i, e := range t.Route {
		way[i] = names[e]
	}
	fmt.Fprintf(out, `><route edges="%s"/></vehicle>`+"\n", strings.Join(way, " "))
}
