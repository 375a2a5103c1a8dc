package network

// RoadCrossing is where people on foot or trains cross an edge.
type RoadCrossing struct {
	Kind     CrossingKind
	Edge     EdgeID
	Position float64 // m along the lanes of the edge, of its middle; 0 to the edge's length
	OSMNode  int64
}

// CrossingKind tells what crosses and who goes first.
type CrossingKind uint8

// The kinds of crossing.
const (
	Unmarked      CrossingKind = iota // people wait for a gap
	Zebra                             // people go first
	FootSignals                       // a signal for people on foot, away from the signals of a junction
	LevelCrossing                     // a railway
	TramCrossing
	numCrossingKinds
)

var crossingKindNames = [numCrossingKinds]string{"unmarked", "zebra", "foot_signals", "level_crossing", "tram_crossing"}

// String returns the name used in GeoJSON and messages.
func (k CrossingKind) String() string { return crossingKindNames[k] }

// BusStop is where buses stop, at the kerb of an edge.
type BusStop struct {
	Edge     EdgeID
	Position float64 // m along the lanes of the edge, where the front of the bus stands; 0 to the edge's length
	Name     string
	OSMNode  int64
}

// Ban forbids some classes to drive a sequence of edges one directly after the other, at some times: a turn restriction
// that leads through another street, or one that holds at certain hours, or (a single edge) a street that is closed then.
// Turns that are never allowed are no bans: they have no connectors.
type Ban struct {
	Edges   []EdgeID // >= 1, each leads to the next; of a single one or two, When is not empty
	Classes ClassSet
	When    Schedule
}
