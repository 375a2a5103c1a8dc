package network

import "strings"

// Network is a complete road network. It is immutable: Build or Read one.
type Network struct {
	Name        string
	Country     string      // ISO 3166-1 alpha-2 of the place, "" if unknown
	DrivingSide DrivingSide // the side of the road one drives on
	Projection  Projection  // local metres <-> longitude and latitude
	Bounds      Bounds      // of all lane and connector shapes, m

	Junctions    []Junction
	Edges        []Edge
	Lanes        []Lane
	Movements    []Movement
	Connectors   []Connector
	Conflicts    []Conflict // sorted by Of, then With
	SignalGroups []SignalGroup
	Controllers  []Controller

	Bans      []Ban          // what may not be driven though connectors lead there
	Crossings []RoadCrossing // ascending by edge, then position
	BusStops  []BusStop      // ascending by edge, then position
}

// DrivingSide is the side of the road one drives on.
type DrivingSide uint8

// The two sides.
const (
	RightHand DrivingSide = iota
	LeftHand
)

// String returns "right" or "left".
func (d DrivingSide) String() string {
	if d == LeftHand {
		return "left"
	}
	return "right"
}

// Junction is where edges meet. A junction at which traffic enters or leaves the map has Boundary set: either nothing
// leads on (a dead end or a cut end of an edge), and vehicles may start and end there.
type Junction struct {
	Position Point
	// Elevation is the height above the sea in m, 0 where it is not known.
	Elevation float64
	Kind      JunctionKind
	Boundary  bool
	In, Out   []EdgeID // edges that end, and that begin, here; ascending
	// Connectors of the junction are [FirstConnector, FirstConnector+NumConnectors).
	FirstConnector ConnectorID
	NumConnectors  int32
	Controller     ControllerID // None without signals
	OSMNodes       []int64      // the OSM nodes it was made of
	Name           string       // the streets that cross, "Market Street / 4th Street"; may be ""
}

// JunctionKind says how right of way is regulated where no signal does it.
type JunctionKind uint8

// The kinds of junction.
const (
	Plain        JunctionKind = iota // nothing to regulate: two edges that continue, a boundary, a dead end
	PriorityRoad                     // the more important road goes first, the others yield or stop
	PrioritySide                     // equal roads: who comes from the right goes first, on whichever side one drives
	AllWayStop                       // everybody stops, first come first served
	Roundabout                       // a node on a ring: the ring goes first
	Signalised                       // by signals
)

var junctionKindNames = [...]string{"plain", "priority", "priority_side", "all_way_stop", "roundabout", "signalised"}

// String returns the name used in GeoJSON and messages.
func (k JunctionKind) String() string { return junctionKindNames[k] }

// Edge is one direction of a road between two junctions.
type Edge struct {
	From, To JunctionID
	// Lanes are [FirstLane, FirstLane+NumLanes), lane 0 at the kerb.
	FirstLane LaneID
	NumLanes  int32
	Length    float64 // m; that of its lanes, which are all equally long
	Opposite  EdgeID  // the other direction of the same road, None if there is none
	Road      RoadClass
	Name      string
	Ref       string // the name that its source knows it by, if that is not OpenStreetMap
	OSMWay    int64  // the way it came from, or most of it; negative when driven against the way's direction
	// InternalOnly edges may start or end a trip but are not to be driven through (service roads, access=destination).
	AccessOnly bool
	Roundabout bool // part of a ring
	Layer      int8
	Bridge     bool
	Tunnel     bool
}

// RoadClass is the rank of a road in the network, as OpenStreetMap's highway tag has it; links share their road's rank.
type RoadClass uint8

// Road classes, the most important first.
const (
	Motorway RoadClass = iota
	Trunk
	Primary
	Secondary
	Tertiary
	Unclassified
	Residential
	LivingStreet
	Service
	NumRoadClasses
)

var roadClassNames = [NumRoadClasses]string{
	"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
}

// String returns the OSM highway value.
func (r RoadClass) String() string { return roadClassNames[r] }

// Lane is one strip of an edge. Its shape is its centre line, from the junction behind to the stop line.
type Lane struct {
	Edge       EdgeID
	Index      int32   // from the kerb
	Length     float64 // m, along the centre line
	SpeedLimit float64 // m/s
	Width      float64 // m
	Gradient   float64 // rise over run, positive uphill
	Surface    Surface
	Permitted  ClassSet // who may drive on it
	Source     Source   // where its values come from
	Turns      TurnSet  // arrows marked (or derived) for this lane; 0 if none
	Change     ChangeSet
	Merge      Merge
	Shape      []Point // >= 2 points, m
	// Connectors that leave it are [FirstOut, FirstOut+NumOut). None at a boundary, nor where no exit is open to the
	// lane's classes.
	FirstOut ConnectorID
	NumOut   int32
	In       []ConnectorID // connectors that lead to it, ascending
}

// Source says for each value of a lane where it comes from.
type Source struct {
	SpeedLimit, Lanes, Surface, Width, Turns, Permitted, Gradient Provenance
}

// ChangeSet says to which sides a lane may not be left because of the line painted there (OSM: change:lanes).
type ChangeSet uint8

// The sides.
const (
	NoChangeKerbside ChangeSet = 1 << iota
	NoChangeOffside
)

var changeNames = [4]string{"", "kerbside", "offside", "both"}

// String names the sides to which the lane may not be left, "" if there is none.
func (c ChangeSet) String() string { return changeNames[c&(NoChangeKerbside|NoChangeOffside)] }

// Merge says that a lane ends, and to which side its traffic merges.
type Merge uint8

// The merges.
const (
	NoMerge Merge = iota
	MergeKerbside
	MergeOffside
)

var mergeNames = [3]string{"", "kerbside", "offside"}

// String names the side, "" if the lane does not merge.
func (m Merge) String() string { return mergeNames[min(m, MergeOffside)] }

// Provenance tells how a value came to be.
type Provenance uint8

// The provenances.
const (
	Defaulted Provenance = iota // from rules by country, class and surroundings
	Derived                     // computed from other tags
	Tagged                      // written on the map
)

var provenanceNames = [...]string{"default", "derived", "tagged"}

// String returns the name used in GeoJSON and messages.
func (p Provenance) String() string { return provenanceNames[min(p, Tagged)] }

// Weakest returns for each value the least of what a and b say: where a street's lanes differ, what is sure of all.
func (a Source) Weakest(b Source) Source {
	return Source{
		SpeedLimit: min(a.SpeedLimit, b.SpeedLimit), Lanes: min(a.Lanes, b.Lanes), Surface: min(a.Surface, b.Surface),
		Width: min(a.Width, b.Width), Turns: min(a.Turns, b.Turns), Permitted: min(a.Permitted, b.Permitted),
		Gradient: min(a.Gradient, b.Gradient),
	}
}

// Turn is the direction of a movement seen by its driver.
type Turn uint8

// The turns, from the sharpest to the left round to the right.
const (
	Through Turn = iota
	SlightLeft
	Left
	SharpLeft
	UTurn
	SlightRight
	Right
	SharpRight
	NumTurns
)

var turnNames = [NumTurns]string{
	"through", "slight_left", "left", "sharp_left", "u_turn", "slight_right", "right", "sharp_right",
}

// String returns the name as in OSM's turn:lanes, except that a U-turn is "u_turn".
func (t Turn) String() string { return turnNames[t] }

// TurnSet is a set of turns, one bit each (1<<Turn).
type TurnSet uint16

// Has reports whether t is in the set.
func (s TurnSet) Has(t Turn) bool { return s&(1<<t) != 0 }

// String lists the turns as OSM's turn:lanes does, "left;through" for instance.
func (s TurnSet) String() string {
	var names []string
	for t := range NumTurns {
		if s.Has(t) {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, ";")
}

// Movement is everything that goes from one edge to another through their junction.
type Movement struct {
	Junction   JunctionID
	From, To   EdgeID
	Turn       Turn
	Connectors []ConnectorID // ascending
}

// Control is what a driver meets at the stop line.
type Control uint8

// The controls.
const (
	Free   Control = iota // has right of way over everything it yields not to in its conflicts
	Yield                 // gives way
	Stop                  // stops first, then gives way
	Signal                // a signal group decides; conflicts that remain green together are yielded as Conflict.Yields says
)

var controlNames = [...]string{"free", "yield", "stop", "signal"}

// String returns the name used in GeoJSON and messages.
func (c Control) String() string { return controlNames[c] }

// Connector is the path of a vehicle through a junction, from the end of one lane to the start of another.
type Connector struct {
	Junction  JunctionID
	Movement  MovementID
	From, To  LaneID
	Length    float64 // m, > 0
	Curvature float64 // 1/m, the sharpest along it, >= 0
	Limit     float64 // m/s, legal limit; what the tyres allow in the curve is for the driver
	Gradient  float64 // rise over run
	Surface   Surface
	Permitted ClassSet
	Turn      Turn
	Control   Control
	Group     SignalGroupID // None without signal
	Shape     []Point       // >= 2 points; begins at the end of From, ends at the start of To
	// Conflicts of this connector are Network.Conflicts[FirstConflict : FirstConflict+NumConflicts].
	FirstConflict int32
	NumConflicts  int32
	// Storage are the places along it where a car can wait clear of the paths from all other lanes, ascending; nil if
	// there is none, or if it meets no such path at all.
	Storage []Stretch
}

// ConflictKind is the way in which two connectors meet.
type ConflictKind uint8

// The kinds of conflict.
const (
	Crossing  ConflictKind = iota // they cross in the middle
	Merging                       // they end in the same lane
	Diverging                     // they begin at the same lane
)

var conflictKindNames = [...]string{"crossing", "merging", "diverging"}

// String returns the name used in GeoJSON and messages.
func (k ConflictKind) String() string { return conflictKindNames[k] }

// Conflict is one side of a place where two connectors come closer than vehicles are wide. It is stored twice, once
// seen from each; the two sides agree: a.Start == b.WithStart and so on.
type Conflict struct {
	Of, With ConnectorID
	Kind     ConflictKind
	// The swept paths overlap from Start to End along Of (m) and from WithStart to WithEnd along With.
	// A front bumper at Start is the first to touch, a rear bumper at End the last.
	Start, End         float64
	WithStart, WithEnd float64
	// Yields is set if a driver on Of gives way to one on With. If both sides yield, first come goes first;
	// diverging conflicts never yield, for merging and crossing at least one side does.
	Yields bool
}

// SignalGroup is a set of connectors that always show the same aspect: here those of one approach edge that turn
// alike. Lanes with a shared arrow put their connectors in the groups of their turns.
type SignalGroup struct {
	Controller ControllerID
	Approach   EdgeID
	Connectors []ConnectorID // ascending
	Name       string        // "Market Street northbound, left"
	Lights     []Light       // what it shows in each phase of its controller's Program; nil without one
}

// Light is what a signal group shows in a Program.
type Light uint8

// The lights.
const (
	LightOff Light = iota
	LightRed
	LightRedAmber
	LightGreen
	LightAmber
	LightFlashing // amber
	LightYield    // green that gives way to those with plain green: SUMO's g, CityFlow's turns beside conflicting links
	numLights
)

// IsGreen reports whether one may go at l.
func (l Light) IsGreen() bool { return l == LightGreen || l == LightYield }

// Program is the fixed-time program that the source of the network has for a controller.
type Program struct {
	Name      string
	Offset    float64   // s, shift of the first phase against the plan clock
	Durations []float64 // s of each phase, > 0; SignalGroup.Lights has as many
}

// Controller is one signal cabinet: the groups that it must keep from meeting.
type Controller struct {
	Junctions []JunctionID
	Groups    []SignalGroupID
	OSMNodes  []int64 // the traffic_signals nodes it stands for
	Name      string
	Program   *Program // nil if the source knows none, as OpenStreetMap does not
}

// Track returns the track of lane l.
func (l LaneID) Track() TrackID { return TrackID(l) }

// ConnectorTrack returns the track of connector c.
func (n *Network) ConnectorTrack(c ConnectorID) TrackID { return TrackID(len(n.Lanes)) + TrackID(c) }

// NumTracks returns the number of lanes and connectors.
func (n *Network) NumTracks() int { return len(n.Lanes) + len(n.Connectors) }

// LaneOf returns the lane that t is; ok is false if t is a connector.
func (n *Network) LaneOf(t TrackID) (lane LaneID, ok bool) { return LaneID(t), int(t) < len(n.Lanes) }

// ConnectorOf returns the connector that t is; ok is false if t is a lane.
func (n *Network) ConnectorOf(t TrackID) (c ConnectorID, ok bool) {
	c = ConnectorID(int(t) - len(n.Lanes))
	return c, c >= 0
}

// TrackLength returns the length of t in metres.
func (n *Network) TrackLength(t TrackID) float64 {
	if int(t) < len(n.Lanes) {
		return n.Lanes[t].Length
	}
	return n.Connectors[int(t)-len(n.Lanes)].Length
}

// TrackShape returns the centre line of t.
func (n *Network) TrackShape(t TrackID) []Point {
	if int(t) < len(n.Lanes) {
		return n.Lanes[t].Shape
	}
	return n.Connectors[int(t)-len(n.Lanes)].Shape
}

// EdgeLanes returns the lanes of e from the kerb.
func (n *Network) EdgeLanes(e EdgeID) []Lane {
	edge := &n.Edges[e]
	return n.Lanes[edge.FirstLane : int32(edge.FirstLane)+edge.NumLanes]
}

// OutConnectors returns the connectors that leave lane l.
func (n *Network) OutConnectors(l LaneID) []Connector {
	lane := &n.Lanes[l]
	return n.Connectors[lane.FirstOut : int32(lane.FirstOut)+lane.NumOut]
}

// ConflictsOf returns the conflicts of connector c, each seen from c.
func (n *Network) ConflictsOf(c ConnectorID) []Conflict {
	con := &n.Connectors[c]
	return n.Conflicts[con.FirstConflict : con.FirstConflict+con.NumConflicts]
}
