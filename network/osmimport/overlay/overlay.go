// Package overlay reads the small file in which users keep what they know better than the map: lanes, limits, turns,
// control, signal grouping, by OpenStreetMap id. It is applied to an extract on import, so that a fix survives the next
// download. What a way or node says is edited as its tags, before anything else reads them; what no tag can say (which
// nodes are one junction, which signals share a cabinet) the import asks for.
//
//	ways:
//	  48251: {lanes: 3, turn_lanes: left|through|right, speed_limit: 30 mph}
//	nodes:
//	  90210: {control: signals}
//	junctions:
//	  - merge: [101, 102]
package overlay

import (
	_ "embed"

	"roadtwin/network/osmimport/extract"
)

// Schema is the JSON Schema of overlay files, for editors and other programs.
//
//go:embed overlay.schema.json
var Schema []byte

// Overlay is what an overlay file says, in the order of the file.
type Overlay struct {
	File         string // its name, for messages
	Missing      Missing
	Ways         []WayFix
	Nodes        []NodeFix
	Merge        []Group // junction nodes that are one junction
	Separate     []Group // junction nodes of which no two are in one junction
	Controllers  []Group // junction or signal nodes whose signals share one cabinet
	Restrictions []Restriction
	Crossings    []Crossing
	Remove       []Removal
}

// Missing says what becomes of a fix whose element is not in the extract.
type Missing uint8

// What a missing element is. Unless the file says more, a few are warnings and the lack of all is a mistake: then it is
// likely the overlay of another city.
const (
	WarnUnlessAll Missing = iota
	Warn
	Fail
)

// WayFix is what is set on a way.
type WayFix struct {
	ID     int64
	Line   int
	Drop   bool
	Values []Value
}

// Value is one field of a fix, as the tags that say it.
type Value struct {
	Field string // as the file has it, such as "turn_lanes"
	Text  string
	Line  int
	Set   extract.Tags
	Clear func(key string) bool // tags of the map that would contradict; nil for none
}

// NodeFix sets how right of way is regulated at a node.
type NodeFix struct {
	ID      int64
	Line    int
	Control Control
}

// Control is what regulates right of way at a node, as the file has it.
type Control string

// The controls.
const (
	Signals        Control = "signals"
	AllWayStop     Control = "all_way_stop"
	Stop           Control = "stop"
	Yield          Control = "yield"
	Priority       Control = "priority"
	NoControl      Control = "none"
	MiniRoundabout Control = "mini_roundabout"
)

// Group is a list of nodes that belong together, or not.
type Group struct {
	Line  int
	Nodes []int64 // >= 2, each once
}

// Restriction is a turn restriction to add. Its relation in the fixed extract has a negative id: -1 for the first.
type Restriction struct {
	Line     int
	Kind     string  // "no_left_turn", "only_straight_on", ...
	From, To int64   // ways
	ViaNode  int64   // 0 if it leads through ways
	ViaWays  []int64 // in driving order
	Except   []string
}

// Crossing is a crossing for people on foot to add, at a node of a road.
type Crossing struct {
	Line int
	Node int64
	Kind string // "unmarked", "zebra" or "signals"
}

// Removal is an element that the import shall not see: a restriction relation, or the crossing at a node.
type Removal struct {
	Line int
	Kind RemovalKind
	ID   int64
}

// RemovalKind tells what is removed.
type RemovalKind uint8

// The removals.
const (
	RestrictionRelation RemovalKind = iota
	CrossingNode
)
