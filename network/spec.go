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
}

// JunctionSpec is a place where edges meet.
type JunctionSpec struct {
	Position Point
	// Control is what is known of right of way; Build makes Plain of junctions with nothing to regulate, and decides
	// between PriorityRoad and PrioritySide by EdgeSpec.Rank where Control is Plain and there is something to.
	Control    JunctionKind
	Controller int32 // index of the signal cabinet, shared by all junctions it serves; None without signals
	Boundary   bool  // cut end or dead end: trips may begin and end here
	OSMNodes   []int64
	Name       string
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
	Road       RoadClass
	Link       bool // a ramp or slip road
	Name       string
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
	Source     Source
}

// TurnRule names a turn from one edge to another, for the classes it concerns.
type TurnRule struct {
	From, To int32
	Classes  ClassSet
}
