package network

// Dense identifiers: each indexes the slice of its name in Network.
type (
	// JunctionID indexes Network.Junctions.
	JunctionID int32
	// EdgeID indexes Network.Edges.
	EdgeID int32
	// LaneID indexes Network.Lanes; the lanes of an edge are consecutive, from the kerb.
	LaneID int32
	// ConnectorID indexes Network.Connectors; the connectors that leave a lane are consecutive.
	ConnectorID int32
	// MovementID indexes Network.Movements.
	MovementID int32
	// SignalGroupID indexes Network.SignalGroups.
	SignalGroupID int32
	// ControllerID indexes Network.Controllers.
	ControllerID int32
	// TrackID is a lane or a connector, whatever a vehicle drives on: lanes first (equal to their LaneID), then
	// connectors (len(Lanes) + ConnectorID).
	TrackID int32
)

// None marks the absence of any of the identifiers above.
const None = -1
