package sumonet

import "roadtwin/network/sumonet/sumoxml"

// What a file may hold at most: ten times the largest networks that are published, and far more at one place than any
// street has. Memory grows with the first; the time to compare paths grows with the square of the others.
const (
	maxEdges       = 2_000_000
	maxConnections = 8_000_000
	maxPrograms    = 200_000

	maxLanes    = 32     // of an edge
	maxVertices = 20_000 // of a lane
	maxEnds     = 300    // edges that end at a junction, and those that begin there
	maxLinks    = 2_000  // of a junction
	maxPhases   = 1_000  // of a program
)

// crowd counts elements by the junction that they are at.
type crowd map[string]int

// add counts one more, of which there may be most.
func (c crowd) add(e *sumoxml.Element, junction string, most int) error {
	c[junction]++
	if c[junction] > most {
		return e.Errorf("more than %d at junction %q", most, junction)
	}
	return nil
}
