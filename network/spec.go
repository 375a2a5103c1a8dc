package network

// Spec is what an importer or a generator knows of the streets; Build makes a Network of it. Indices are into the
// slices of the Spec. Everything the spec leaves open (connectors, stop lines, turn lanes without arrows, who yields,
// signal groups) is decided by Build with the same rules for every source.
type Spec struct {
	Name        string
	Country     string
	DrivingSide DrivingSide
	Projection  Projection
	Junctions   []JunctionSpec
	Edges       []EdgeSpec
	// Bans are forbidden turns, Onlys the only permitted ones (from an edge; several with the same From add up).
	Bans, Onlys []TurnRule
	// PathBans forbid sequences of edges, and turns and edges at certain times: see Network.Bans. Those that no movements
	// make possible forbid nothing and are left out.
	PathBans []BanSpec
	// Connections are the lane pairs at the junctions that are Connected.
	Connections []ConnectionSpec
	Groups      []GroupSpec
	Programs    []ProgramSpec
	Crossings   []CrossingSpec
	BusStops    []BusStopSpec
}

// JunctionSpec is a place where edges meet.
type JunctionSpec struct {
	Position Point
	// Control is what is known of right of way; Build makes Plain of junctions with nothing to regulate, and decides
	// between PriorityRoad and PrioritySide by EdgeSpec.Rank where Control is Plain and there is something to.
	Control    JunctionKind
	Controller int32 // index of the signal cabinet, shared by all junctions it serves; None without signals
	Boundary   bool  // cut end or dead end: trips may begin and end here
	// Connected says that Spec.Connections names every lane pair at this junction: Build adds none.
	Connected bool
	// Regulated says that ConnectionSpec.Yields tells who gives way at this junction, which is Connected. Where two paths
	// meet and neither of them yields by it, Build decides.
	Regulated bool
	Elevation float64 // m above the sea, 0 if unknown
	OSMNodes  []int64
	Name      string
}

// EdgeSpec is one direction of a road between two junctions.
type EdgeSpec struct {
	From, To int32 // junctions
	// Shape is the middle of this direction's lanes (not of the whole road), in driving direction, from junction to
	// junction. Build cuts it back to the stop lines.
	Shape    []Point
	Lanes    []LaneSpec // >= 1, lane 0 at the kerb
	Gradient float64    // rise over run in driving direction
	Rank     int32      // of this approach for right of way: higher goes first; equal ranks are equal roads
	Sign     Control    // Free, Yield or Stop: the sign at its end; Free where none is mapped
	// StopOffset is the distance in metres before the end of Shape of a mapped stop line or upstream signal;
	// 0 leaves the place of the stop line to Build.
	StopOffset float64
	Opposite   int32 // the other direction of the same road, or None
	NoUTurn    bool  // forbidden at its end even if Opposite exists (Build makes U-turns at dead ends only)
	// AsDrawn says that Shape begins and ends at the stop lines: Build cuts nothing off. LaneShapes are then the centre
	// lines of the lanes, or nil to lay them side by side.
	AsDrawn    bool
	LaneShapes [][]Point
	Road       RoadClass
	Link       bool // a ramp or slip road
	Slip       bool // a turning lane of its own that passes beside the signals at either end: no signal holds it
	Name       string
	Ref        string // see Edge.Ref
	OSMWay     int64
	AccessOnly bool
	Roundabout bool
	Layer      int8
	Bridge     bool
	Tunnel     bool
}

// LaneSpec is one lane of an EdgeSpec.
type LaneSpec struct {
	Width      float64 // m
	SpeedLimit float64 // m/s
	Permitted  ClassSet
	Surface    Surface
	Turns      TurnSet // marked arrows; 0 if none are known
	Change     ChangeSet
	Merge      Merge
	Source     Source
}

// TurnRule names a turn from one edge to another, for the classes it concerns.
type TurnRule struct {
	From, To int32
	Classes  ClassSet
}

// BanSpec is a Ban in the making.
type BanSpec struct {
	Edges   []int32
	Classes ClassSet
	When    Schedule
}

// ConnectionSpec leads from a lane to a lane. It needs no movement that Build would think of.
type ConnectionSpec struct {
	From, To         int32 // edges
	FromLane, ToLane int32 // from the kerb
	Classes          ClassSet
	Group            int32 // index of Spec.Groups, or None to leave the group to Build
	// Yields are the indices in Spec.Connections of those of the same junction to which it gives way, where that junction
	// is Regulated. Stops says that its driver stops first.
	Yields []int32
	Stops  bool
	// Unsignalled says that it passes beside the signals of its junction, where that is Regulated.
	Unsignalled bool
}

// GroupSpec is a signal group of a source that knows them. All its connections begin at one edge.
type GroupSpec struct {
	Name   string
	Lights []Light // by phase of the program of its controller, nil without one
}

// ProgramSpec is the program that a source has for a cabinet (JunctionSpec.Controller).
type ProgramSpec struct {
	Controller int32
	Program
}

// CrossingSpec is a RoadCrossing in the making.
type CrossingSpec struct {
	Kind     CrossingKind
	Edge     int32
	Position float64 // m along EdgeSpec.Shape
	OSMNode  int64
}

// BusStopSpec is a BusStop in the making.
type BusStopSpec struct {
	Edge     int32
	Position float64 // m along EdgeSpec.Shape
	Name     string
	OSMNode  int64
}

// countLanes returns the number of lanes of all edges.
func (s *Spec) countLanes() int {
	count := 0
	for i := range s.Edges {
		count += len(s.Edges[i].Lanes)
	}
	return count
}
