package exchange

import (
	"io"
	"math"
	"strconv"

	"roadtwin/network"
	"roadtwin/network/sumonet"
	"roadtwin/scenarios/rare"
)

// sumoAngle returns a heading as SUMO has it: degrees clockwise from north, 0 to 360.
func sumoAngle(heading float64) float64 {
	a := math.Mod(90-heading*180/math.Pi, 360)
	if a < 0 {
		a += 360
	}
	return a
}

// WriteFCD writes an episode as SUMO's floating-car data: where the middle of each front bumper is, and on which lane of the network that
// `roadtwin export --format sumo` writes.
func WriteFCD(w io.Writer, e *rare.Episode, net *network.Network) error {
	if _, err := newPiece(e, net); err != nil {
		return err
	}
	lanes := sumonet.TrackNames(net)
	m := newMarkup(w)
	m.begin("fcd-export", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:noNamespaceSchemaLocation", "http://sumo.dlr.de/xsd/fcd_file.xsd")
	for k := range e.Samples {
		m.begin("timestep", "time", strconv.FormatFloat(float64(k)*e.Step, 'f', 3, 64))
		for i := range e.Vehicles {
			v := &e.Vehicles[i]
			if k < v.First || k >= v.First+len(v.Path) {
				continue
			}
			s := &v.Path[k-v.First]
			lane := ""
			if s.Track >= 0 && int(s.Track) < len(lanes) {
				lane = lanes[s.Track]
			}
			m.leaf("vehicle", "id", name(v.ID), "x", num(s.X), "y", num(s.Y), "angle", num(sumoAngle(s.Heading)), "type", v.Class,
				"speed", num(s.V), "pos", num(s.S), "lane", lane, "slope", "0", "acceleration", num(s.A))
		}
		m.end()
	}
	return m.finish()
}
