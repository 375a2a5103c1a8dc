package exchange

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"roadtwin/network"
	"roadtwin/scenarios/rare"
	"roadtwin/signals"
	"roadtwin/vehicles/traffic"
)

// Header is what files say of themselves.
type Header struct {
	Road string    // name of the OpenDRIVE file, relative to the scenario's
	Date time.Time // of the file
}

// WriteOpenSCENARIO writes an episode as OpenSCENARIO 1.2: every vehicle follows a polyline with absolute times, one vertex a sample, and is there
// from its first sample to its last; signals change as they did.
func WriteOpenSCENARIO(w io.Writer, e *rare.Episode, net *network.Network, h Header) error {
	p, err := newPiece(e, net)
	if err != nil {
		return err
	}
	o := &scenario{markup: newMarkup(w), e: e, p: p, h: h}
	o.begin("OpenSCENARIO")
	o.header("")
	o.begin("ParameterDeclarations")
	o.end()
	o.writeParts()
	return o.finish()
}

// scenario writes one OpenSCENARIO file.
type scenario struct {
	*markup
	e       *rare.Episode
	p       *piece
	h       Header
	logical *Ranges // nil: all is as it was
}

func (o *scenario) header(about string) {
	o.leaf("FileHeader", "author", "Roadtwin", "date", o.h.Date.UTC().Format("2006-01-02T15:04:05"), "revMajor", "1", "revMinor", "2",
		"description", fmt.Sprintf("%s, episode %d: %s at %s; stands for %g events an hour%s", o.e.Scene, o.e.ID, o.e.Event.Kind, o.e.Event.Place, o.e.Weight, about))
}

// writeParts writes all that comes after the parameters.
func (o *scenario) writeParts() {
	o.leaf("CatalogLocations")
	o.begin("RoadNetwork")
	o.leaf("LogicFile", "filepath", o.h.Road)
	o.writeSignals()
	o.end()
	o.begin("Entities")
	for i := range o.e.Vehicles {
		o.writeEntity(&o.e.Vehicles[i])
	}
	o.end()
	o.begin("Storyboard")
	o.writeInit()
	o.writeStory()
	o.begin("StopTrigger")
	o.timeIs("end", o.duration(), "greaterOrEqual")
	o.end()
	o.end()
}

// duration returns the time from the first sample to the last, s.
func (o *scenario) duration() float64 { return float64(o.e.Samples-1) * o.e.Step }

// name returns how a vehicle is called in all files.
func name(id traffic.VehicleID) string { return "v" + strconv.FormatUint(uint64(id), 10) }

var categories = [...]string{
	network.Car: "car", network.Van: "van", network.Bus: "bus", network.RigidLorry: "truck", network.ArticulatedLorry: "semitrailer",
	network.Motorcycle: "motorbike",
}

func (o *scenario) writeEntity(v *rare.Vehicle) {
	class, c := classOf(v)
	category := "car"
	if int(class) < len(categories) && categories[class] != "" {
		category = categories[class]
	}
	wheelbase, behind := axles(v)
	height := v.Height
	if height <= 0 {
		height = c.Height
	}
	o.begin("ScenarioObject", "name", name(v.ID))
	o.begin("Vehicle", "name", v.Class, "vehicleCategory", category, "mass", num(c.Mass))
	o.begin("BoundingBox")
	o.leaf("Center", "x", num(behind-v.Length/2), "y", "0", "z", num(height/2))
	o.leaf("Dimensions", "width", num(v.Width), "length", num(v.Length), "height", num(height))
	o.end()
	o.leaf("Performance", "maxSpeed", num(c.TopSpeed), "maxAcceleration", num(c.DriveMax), "maxDeceleration", num(c.BrakeMax))
	o.begin("Axles")
	o.leaf("FrontAxle", "maxSteering", "0.58", "wheelDiameter", "0.65", "trackWidth", num(max(c.Track, 0.1)), "positionX", num(wheelbase), "positionZ", "0.325")
	o.leaf("RearAxle", "maxSteering", "0", "wheelDiameter", "0.65", "trackWidth", num(max(c.Track, 0.1)), "positionX", "0", "positionZ", "0.325")
	o.end()
	o.begin("Properties")
	o.leaf("Property", "name", "role", "value", string(v.Role))
	o.end()
	o.end()
	o.end()
}

// place writes where a vehicle is at a sample.
func (o *scenario) place(v *rare.Vehicle, s *rare.State, h float64) {
	_, behind := axles(v)
	at := back(s, behind)
	o.begin("Position")
	o.leaf("WorldPosition", "x", num(at.X), "y", num(at.Y), "z", "0", "h", precise(h), "p", "0", "r", "0")
	o.end()
}

func (o *scenario) writeInit() {
	o.begin("Init")
	o.begin("Actions")
	o.writeEnvironment()
	for i := range o.e.Vehicles {
		v := &o.e.Vehicles[i]
		if v.First > 0 {
			continue // comes later
		}
		o.begin("Private", "entityRef", name(v.ID))
		o.begin("PrivateAction")
		o.begin("TeleportAction")
		o.place(v, &v.Path[0], v.Path[0].Heading)
		o.end()
		o.end()
		o.begin("PrivateAction")
		o.begin("LongitudinalAction")
		o.begin("SpeedAction")
		o.leaf("SpeedActionDynamics", "dynamicsShape", "step", "dynamicsDimension", "time", "value", "0")
		o.begin("SpeedActionTarget")
		speed := num(v.Path[0].V)
		if o.isEgo(v) {
			speed = "$EgoSpeed"
		}
		o.leaf("AbsoluteTargetSpeed", "value", speed)
		for range 4 {
			o.end()
		}
		o.end()
	}
	o.end()
	o.end()
}

// isEgo reports whether v is the one whose speed is a parameter.
func (o *scenario) isEgo(v *rare.Vehicle) bool { return o.logical != nil && v.Role == rare.Striker }

// writeEnvironment writes sky and roads. Time of day is that of 1 June, which is light or dark as the episode was.
func (o *scenario) writeEnvironment() {
	e := &o.e.Weather
	o.begin("GlobalAction")
	o.begin("EnvironmentAction")
	o.begin("Environment", "name", "weather")
	s := int(o.e.Begin)
	o.leaf("TimeOfDay", "animation", "false", "dateTime", fmt.Sprintf("2024-06-01T%02d:%02d:%02d", s/3600%24, s/60%60, s%60))
	cloud, light := "zeroOktas", "100000"
	if e.Rain > 0 || e.Snow > 0 {
		cloud, light = "eightOktas", "10000"
	}
	elevation := "0.7"
	if e.Night {
		light, elevation = "0.1", "-0.3"
	}
	o.begin("Weather", "fractionalCloudCover", cloud, "temperature", num(e.Temperature+273.15))
	o.leaf("Sun", "azimuth", "3.14", "elevation", elevation, "intensity", light)
	o.leaf("Fog", "visualRange", num(max(e.Visibility, 1)))
	kind, intensity := "dry", 0.0
	if e.Snow > 0 {
		kind, intensity = "snow", e.Snow
	} else if e.Rain > 0 {
		kind, intensity = "rain", e.Rain
	}
	o.leaf("Precipitation", "precipitationType", kind, "precipitationIntensity", num(intensity))
	o.end()
	friction := num(o.friction())
	if o.logical != nil {
		friction = "$Friction"
	}
	o.begin("RoadCondition", "frictionScaleFactor", friction)
	o.begin("Properties")
	o.leaf("Property", "name", "condition", "value", e.Condition)
	o.leaf("Property", "name", "surface", "value", e.Surface)
	o.end()
	for range 4 {
		o.end()
	}
}

// friction returns the friction where the event was, against 1 where nothing is known.
func (o *scenario) friction() float64 {
	if r := o.p.road[o.e.Event.Track]; r != nil {
		for _, f := range r.Friction {
			if o.e.Event.S >= f.From && o.e.Event.S <= f.To && f.Mu > 0 {
				return f.Mu
			}
		}
	}
	return 1
}

func (o *scenario) writeStory() {
	o.begin("Story", "name", "story")
	o.begin("Act", "name", "act")
	for i := range o.e.Vehicles {
		o.writeWay(&o.e.Vehicles[i])
	}
	o.begin("StartTrigger")
	o.timeIs("begin", 0, "greaterOrEqual")
	o.end()
	o.end()
	o.end()
}

// writeWay writes what a vehicle does: it comes, follows its way, and goes.
func (o *scenario) writeWay(v *rare.Vehicle) {
	id := name(v.ID)
	from, to := float64(v.First)*o.e.Step, float64(v.First+len(v.Path)-1)*o.e.Step
	late, early := v.First > 0, v.First+len(v.Path) < o.e.Samples
	if !late && !early && len(v.Path) < 2 {
		return
	}
	o.begin("ManeuverGroup", "name", "group "+id, "maximumExecutionCount", "1")
	o.begin("Actors", "selectTriggeringEntities", "false")
	o.leaf("EntityRef", "entityRef", id)
	o.end()
	o.begin("Maneuver", "name", "way of "+id)
	if late {
		o.event("comes "+id, from, func() {
			o.begin("GlobalAction")
			o.begin("EntityAction", "entityRef", id)
			o.begin("AddEntityAction")
			o.place(v, &v.Path[0], v.Path[0].Heading)
			for range 3 {
				o.end()
			}
		})
	}
	if len(v.Path) > 1 { // who is there for one sample goes nowhere
		o.event("follows "+id, from, func() { o.writeTrajectory(v) })
	}
	if early {
		o.event("goes "+id, to, func() {
			o.begin("GlobalAction")
			o.begin("EntityAction", "entityRef", id)
			o.leaf("DeleteEntityAction")
			o.end()
			o.end()
		})
	}
	o.end()
	o.end()
}

// event writes one that happens at a time, s.
func (o *scenario) event(name string, at float64, action func()) {
	o.begin("Event", "name", name, "priority", "parallel", "maximumExecutionCount", "1")
	o.begin("Action", "name", name)
	action()
	o.end()
	o.begin("StartTrigger")
	o.timeIs(name, at, "greaterOrEqual")
	o.end()
	o.end()
}

// timeIs writes a condition on the time of the simulation, s.
func (o *scenario) timeIs(name string, at float64, rule string) {
	o.begin("ConditionGroup")
	o.begin("Condition", "name", "time of "+name, "delay", "0", "conditionEdge", "none")
	o.begin("ByValueCondition")
	o.leaf("SimulationTimeCondition", "value", num(at), "rule", rule)
	o.end()
	o.end()
	o.end()
}

func (o *scenario) writeTrajectory(v *rare.Vehicle) {
	o.begin("PrivateAction")
	o.begin("RoutingAction")
	o.begin("FollowTrajectoryAction")
	o.begin("TrajectoryRef")
	o.begin("Trajectory", "name", "path of "+name(v.ID), "closed", "false")
	o.begin("Shape")
	o.begin("Polyline")
	headings := unwound(v.Path)
	for i := range v.Path {
		o.begin("Vertex", "time", num(float64(v.First+i)*o.e.Step))
		o.place(v, &v.Path[i], headings[i])
		o.end()
	}
	for range 4 {
		o.end()
	}
	o.begin("TimeReference")
	switch {
	case o.isEgo(v):
		o.leaf("None")
	case o.logical != nil:
		o.leaf("Timing", "domainAbsoluteRelative", "absolute", "scale", "1", "offset", "$OthersLater")
	default:
		o.leaf("Timing", "domainAbsoluteRelative", "absolute", "scale", "1", "offset", "0")
	}
	o.end()
	o.leaf("TrajectoryFollowingMode", "followingMode", "position")
	for range 3 {
		o.end()
	}
}

// states are what heads show, in the words of others: lamps on of red; amber; green.
var states = map[signals.Aspect]string{
	signals.Off: "off;off;off", signals.Red: "on;off;off", signals.RedAmber: "on;on;off", signals.Green: "off;off;on",
	signals.Amber: "off;on;off", signals.FlashingAmber: "off;blinking;off",
}

// writeSignals writes a controller for each signal group, whose phases are what it showed.
func (o *scenario) writeSignals() {
	heads := map[network.SignalGroupID][]string{}
	for _, edge := range o.p.edges {
		for i := range o.p.net.Edges[edge].NumLanes {
			l := o.p.net.Edges[edge].FirstLane + network.LaneID(i)
			for _, g := range o.p.groupsOf(l) {
				heads[g] = append(heads[g], signalID(l, g))
			}
		}
	}
	begun := false
	for i := range o.e.Signals {
		g := &o.e.Signals[i]
		if len(heads[g.Group]) == 0 || len(g.Changes) == 0 {
			continue
		}
		if !begun {
			o.begin("TrafficSignals")
			begun = true
		}
		o.begin("TrafficSignalController", "name", groupName(g.Group))
		for k := range g.Changes {
			until := o.e.Begin + o.duration() + 1
			if k+1 < len(g.Changes) {
				until = g.Changes[k+1].Time
			}
			o.begin("Phase", "name", fmt.Sprintf("%d %v", k, g.Changes[k].Aspect), "duration", num(max(0, until-max(g.Changes[k].Time, o.e.Begin))))
			for _, id := range heads[g.Group] {
				o.leaf("TrafficSignalState", "trafficSignalId", id, "state", states[g.Changes[k].Aspect])
			}
			o.end()
		}
		o.end()
	}
	if begun {
		o.end()
	}
}
