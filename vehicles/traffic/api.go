package traffic

import (
	"math"

	"roadtwin/network"
	"roadtwin/network/route"
	"roadtwin/signals"
	"roadtwin/vehicles/driver"
	"roadtwin/vehicles/dynamics"
	"roadtwin/vehicles/fleet"
	"roadtwin/vehicles/safety"
	"roadtwin/vehicles/tyre"
	"roadtwin/vehicles/weather"
)

// Config is all that a World starts from. Net, Signals, Router and Envelopes are read only afterwards, except that
// the World steps Signals.
type Config struct {
	Net       *network.Network
	Signals   *signals.System
	Router    *route.Router
	Envelopes *dynamics.Tables
	Seed      uint64
	Start     float64        // s after midnight at which time begins
	Day       int            // of the week at that midnight, 0 for Monday to 6: some turns are forbidden on some days
	StepTime  float64        // s, 0.05 to 0.5; 0 means 0.2
	Workers   int            // goroutines that share a step; 0 means GOMAXPROCS. The result does not depend on it
	Condition tyre.Condition // of all roads at the start
	// Weather makes what lies on the roads, if it is there; the World steps it.
	Weather *weather.System
	// StraightLanes takes lanes for straight however they are drawn: a ring then is a road without an end, as theories have it.
	StraightLanes bool
	// Drivers are all that there can be; nil means those of driver.DefaultOptions. Read only, so that worlds may share them.
	Drivers *driver.Population
	// Routes is how drivers find their ways.
	Routes RouteChoice
	// Passages has World.AppendPassages tell of each edge that is driven.
	Passages bool
	// ClearAfter is how long crashed vehicles block the road, s; 0 means 1800.
	ClearAfter float64
	// RecoverAfter is how long a vehicle that cannot pull away on its slope stands there until it is towed off, s; 0 means ClearAfter. It is
	// noticed after 300 s, and looked at every 5 s.
	RecoverAfter float64
	// Fleet is the technical state of the vehicles; nil has all as their classes. Catalogue makes what they can do, and may be shared by
	// worlds; nil means one of the world's own.
	Fleet     *fleet.Fleet
	Catalogue *dynamics.Catalogue
	// Measures says what is measured of the traffic as it goes.
	Measures Measures
	// Crossings says who crosses the roads, and how long buses stop; the zero value switches all that off.
	Crossings Crossings
}

// VehicleID numbers a vehicle and its trip: the index in the order in which trips were added.
type VehicleID uint32

// NoVehicle is no vehicle's id: the other one where there is none.
const NoVehicle VehicleID = math.MaxUint32

// Trip is one journey. It enters at Depart if there is safe room and waits outside, counted as delay, while there is
// none. Its route is the one given or, without one, is found at departure from the travel times of that moment.
type Trip struct {
	Depart   float64 // s after midnight
	From, To network.EdgeID
	// FromPos and ToPos are metres along the edges where the trip begins (from the kerb, standing) and ends (turning
	// off). AtBoundary instead means at the start of From in the flow of traffic, and beyond the end of To. Who is longer than
	// From begins at the kerb of the first edge of its way where it fits, as near to its start as it can.
	FromPos, ToPos float64
	Class          network.VehicleClass
	// Route is the way it takes, From first and To last, each edge joined to the next by a movement that is open to the
	// class; nil leaves the way to the engine. It is kept to until the vehicle has to find another: because it could not
	// get into a lane that leads on, or because an edge of it is closed at departure. Not to be changed once added.
	Route []network.EdgeID
	// TopSpeed is the highest speed of this vehicle, m/s; 0 is that of its class. It never raises it.
	TopSpeed float64
	// Length of this vehicle, m; 0 is that of its class.
	Length float64
	// Style is that of its driver, if a person: one of driver.Options.Styles, counted from 1; 0 is that of the class.
	Style uint8
	// Key is what all that is drawn of its driver, its vehicle and its tastes is keyed by, so that it keeps them whatever other trips
	// there are: two trips of a world should not have the same. 0 is its id.
	Key uint64
	// Driver is who drives: an index into driver.Population.Drivers of the class, counted from 1, who runs red at the ends of those
	// edges of the route of which RunsRed has the bit, of the first 64. 0 has all that drawn.
	Driver  uint16
	RunsRed uint64
}

// AtBoundary is the position of a trip end that lies outside of the map.
const AtBoundary = -1

// VehicleState is what an observer sees of a vehicle on the road.
type VehicleState struct {
	ID      VehicleID
	Track   network.TrackID // of its front bumper
	S       float64         // m along Track, front bumper
	Lateral float64         // m from the centre line towards the left of the driver; fades after a lane change
	V, A    float64         // m/s, m/s²
	Length  float64         // m
	Class   network.VehicleClass
	Limit   Limit
	Flags   VehicleFlags
}

// VehicleFlags are things about a vehicle that can be seen.
type VehicleFlags uint8

// The flags.
const (
	Braking VehicleFlags = 1 << iota // brake lights
	IndicatingLeft
	IndicatingRight
	Crashed
)

// Limit is what holds a vehicle back most right now.
type Limit uint8

// The limits.
const (
	LimitNone      Limit = iota // its driver's wished speed
	LimitLeader                 // the vehicle ahead
	LimitSignal                 // red, or amber that can be obeyed
	LimitYield                  // right of way of others
	LimitExit                   // no room behind the junction
	LimitCurve                  // lateral grip in the curve ahead
	LimitLaneEnd                // must change lanes before the lane ends
	LimitTyres                  // the driver asks for more than the road gives
	LimitArrival                // slows to turn off at its destination
	LimitLettingIn              // makes room for another who must change lanes
	LimitCrash                  // is part of a crash
	LimitCrossing               // people on foot, or on cycles, who cross
	LimitRail                   // a train, or no room behind its tracks
	LimitBusStop                // passengers get on and off
)

var limitNames = [...]string{
	"none", "leader", "signal", "yield", "exit", "curve", "lane_end", "tyres", "arrival", "letting_in", "crash",
	"crossing", "rail", "bus_stop",
}

// String returns the name used in messages to the page.
func (l Limit) String() string { return limitNames[l] }

// VehicleDetail is all that can be known of one vehicle.
type VehicleDetail struct {
	VehicleState
	Trip      Trip
	Entered   float64          // s after midnight at which it entered the road
	Leader    VehicleID        // valid if HasLeader
	HasLeader bool             // false if nobody is within its sight
	Gap       float64          // m to Leader
	WishSpeed float64          // m/s on this track
	Brake     float64          // m/s², positive: the strongest braking the road allows it now
	Drive     float64          // m/s², the strongest acceleration
	Route     []network.EdgeID // whole route; do not keep
	RouteAt   int              // index in Route of the edge it is on, or is leaving
	BrakeHeat float64          // K above the air
	Fitness   dynamics.Fitness // technical state, with what heat has taken of the brakes
	// Grip is what the tyres have where it is, Believed what its driver takes that for, both in comparison with dry asphalt.
	Grip, Believed float64
	EdgeSince      float64 // s after midnight at which it came onto that edge, as if from its start
}

// EventKind is the kind of an Event.
type EventKind uint8

// The kinds of event.
const (
	Departed EventKind = iota // entered the road
	Arrived                   // reached its destination
	CrashedInto
	Cleared // a crashed vehicle was taken off the road
	NoRoute // the trip was dropped at departure: no way leads to its destination
	Rerouted
	HitPerson   // ran into somebody who crossed
	RanRed      // passed the stop line at red
	LeftRoad    // slid off its lane, or spun or rolled over on it
	BrakesFaded // got so hot that they have lost a tenth of their force
	Recovered   // was towed off, since it could not pull away
)

// Event is something that happened to a vehicle in the last step. Events are sorted by kind, then vehicle.
type Event struct {
	Kind    EventKind
	Vehicle VehicleID
	Time    float64 // s after midnight
	Track   network.TrackID
	S       float64
	// Of an arrival:
	TravelTime float64 // s from entering the road to leaving it
	FreeTime   float64 // s the same path takes at the wished speeds, alone and at green
	Waited     float64 // s from Depart to entering the road (departure delay)
	Distance   float64 // m
	Stops      int     // times it came to a stand
	// Of a Rerouted:
	Cause RerouteCause
	// Of a crash:
	Other        VehicleID // the vehicle struck
	ClosingSpeed float64   // m/s at contact
	DeltaV       float64   // m/s change of speed of Vehicle
	Striking     Cause     // of Vehicle
	Struck       Cause     // of Other
	// Of a LeftRoad, with ClosingSpeed, the speed at which it left its lane, and Striking:
	Incidents dynamics.Incident
}

// Stats counts what has happened since the start. Departed = Arrived + OnRoad + Cleared + Recovered, always.
type Stats struct {
	Released int // trips whose departure time has come (NoRoute included)
	Departed int
	Arrived  int
	OnRoad   int
	Waiting  int // released, not yet on the road
	NoRoute  int
	Crashes  int // crash events
	LeftRoad int // vehicles that slid off their lane, or spun or rolled over on it
	Faded    int // times that the brakes of a vehicle got so hot that they lost force
	Cleared  int // vehicles taken off after a crash
	// Recovered are vehicles towed off that could not pull away where they stood, for want of grip or power.
	Recovered int
	RedRuns   int // stop lines passed at red: by those who could not stop any more with ease, and those who would not
	Rerouted  int // times that a vehicle under way got another route
	// ReroutedBy is Rerouted by RerouteCause.
	ReroutedBy [NumRerouteCauses]int
	Updates    uint64 // vehicle updates made: vehicles on the road summed over steps
	// MeanSpeed of the vehicles on the road, m/s, and Standing, how many are slower than 5 km/h.
	MeanSpeed float64
	Standing  int
	// Conflicts are those that have ended, by safety.Kind.
	Conflicts [safety.NumKinds]int
	// Stuck is how many vehicles have stood for 5 minutes without a visible cause (AppendStuck says which), looked at
	// every 5 s; StuckMost is the most there have been at a time, first at StuckMostTime, s after midnight.
	Stuck, StuckMost int
	StuckMostTime    float64
}

// Audit counts what must never happen. All zero in a correct run.
type Audit struct {
	Overlaps       int `json:"overlaps"`
	Jumps          int `json:"jumps"`
	NegativeSpeeds int `json:"negative_speeds"`
	BeyondTyres    int `json:"beyond_tyres"`
	Lost           int `json:"lost"`
	RedUnchosen    int `json:"red_unchosen"` // passed red although nothing let them and they could have stopped
}

// LaneCount accumulates the traffic of one track since the start; differences between two moments are intervals.
type LaneCount struct {
	Entered        int64   // vehicles that came onto it: over its beginning, from the next lane, or by departing on it
	Left           int64   // vehicles that left it: over its end, to the next lane, or by arriving on it
	VehicleSeconds float64 // time spent on it by all
	VehicleMetres  float64 // distance driven on it by all
	StandingSecs   float64 // time spent on it below 5 km/h
}

// Command changes the traffic from outside. Commands are applied between steps in the order queued, and recorded.
type Command struct {
	Kind      CommandKind
	Condition tyre.Condition   // SetCondition
	Edge      network.EdgeID   // CloseEdge, OpenEdge
	Lane      network.LaneID   // CloseLane, OpenLane
	Limit     float64          // SetSpeedLimit on Edge, m/s
	Weather   weather.Command  // ChangeWeather
	Vehicle   VehicleID        // SetFitness
	Fitness   dynamics.Fitness // SetFitness
	Signal    *signals.Command `json:",omitempty"` // ChangeSignals
	Control   Control          `json:",omitzero"`  // ControlVehicle, of Vehicle
}

// CommandKind is the kind of a Command.
type CommandKind uint8

// The kinds of command.
const (
	SetCondition CommandKind = iota
	CloseEdge                // nobody is routed over it from now on; those on it drive off
	OpenEdge
	SetSpeedLimit
	ChangeWeather // Weather, in a world that has one
	SetFitness    // of Vehicle, as soon as it is on the road: brakes that fail, tyres that are worn
	ChangeSignals // Signal
	CloseLane     // nobody comes onto Lane from now on; see CanCloseLane
	OpenLane
	ControlVehicle // Vehicle, which is on the road, is driven by Control
)
