package diagram

import (
	"fmt"
	"strings"

	"roadtwin/network"
)

// nameOf returns what people call a controller.
func nameOf(net *network.Network, c network.ControllerID) string {
	if name := net.Controllers[c].Name; name != "" {
		return name
	}
	return fmt.Sprintf("controller %d", c)
}

// crossName returns the streets that cross a street at a controller.
func crossName(net *network.Network, c network.ControllerID, street string) string {
	var others []string
	for part := range strings.SplitSeq(nameOf(net, c), " / ") {
		if !strings.EqualFold(part, street) {
			others = append(others, part)
		}
	}
	if len(others) == 0 {
		return "(no name)"
	}
	return strings.Join(others, " / ")
}

// heading returns where traffic on an edge goes at its end: northbound, eastbound, southbound or westbound.
func heading(net *network.Network, e network.EdgeID) string {
	shape := net.EdgeLanes(e)[0].Shape
	a, b := shape[len(shape)-2], shape[len(shape)-1]
	dx, dy := b.X-a.X, b.Y-a.Y
	switch {
	case dy*dy >= dx*dx && dy > 0:
		return "northbound"
	case dy*dy >= dx*dx:
		return "southbound"
	case dx > 0:
		return "eastbound"
	}
	return "westbound"
}
