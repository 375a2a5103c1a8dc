package weather

import (
	"fmt"

	"roadtwin/network"
	"roadtwin/vehicles/tyre"
)

// Command changes the weather from outside. It is a plain value, and one line of text (Text).
type Command struct {
	Kind      CommandKind
	Set       Fields         // SetSky: which fields of Sky it sets
	Sky       Sky            // SetSky
	Condition tyre.Condition // Fix
	Spill     Spill          // AddSpill
	Edge      network.EdgeID // Clear; None for all
}

// CommandKind is the kind of a Command.
type CommandKind uint8

// The kinds of command.
const (
	SetSky   CommandKind = iota // from now on the sky is as given, whatever is forecast
	Resume                      // the forecast counts again, in the fields of Set
	Fix                         // every road under the sky is in a condition, until Free
	Free                        // the roads are as the weather made them meanwhile
	AddSpill                    // see Spill
	Clear                       // see Clearing
	Wipe                        // all spills are gone, and none comes any more
	numCommandKinds
)

var commandNames = [numCommandKinds]string{"set_sky", "resume", "fix", "free", "spill", "clear", "wipe"}

// String returns the name used in results.
func (k CommandKind) String() string {
	if k < numCommandKinds {
		return commandNames[k]
	}
	return "unknown"
}

// Check returns an error if c makes no sense on net.
func (c *Command) Check(net *network.Network) error {
	switch c.Kind {
	case SetSky:
		if c.Set == 0 || c.Set > allFields {
			return fmt.Errorf("weather: the sky is set in no field or in unknown ones")
		}
		return c.Sky.check(c.Set)
	case Fix:
		if c.Condition >= tyre.NumConditions {
			return fmt.Errorf("weather: unknown road condition %d", c.Condition)
		}
	case AddSpill:
		return c.Spill.check(net)
	case Clear:
		if c.Edge != network.None && (c.Edge < 0 || int(c.Edge) >= len(net.Edges)) {
			return fmt.Errorf("weather: edge %d to be cleared, want 0 to %d", c.Edge, len(net.Edges)-1)
		}
	case Resume, Free, Wipe:
	default:
		return fmt.Errorf("weather: unknown command %d", c.Kind)
	}
	return nil
}

// Apply does a command that Check allows. What it changes at once is in Changed; the sky counts from the next minute.
func (s *System) Apply(c Command) {
	s.changed = s.changed[:0]
	switch c.Kind {
	case SetSky:
		s.live.Set |= c.Set
		s.live.Sky.take(c.Set, &c.Sky)
	case Resume:
		s.live.Set &^= c.Set
	case Fix, Free:
		s.fixed, s.fixedTo = c.Kind == Fix, c.Condition
		for t := range s.conditions {
			s.settle(network.TrackID(t))
		}
	case AddSpill:
		s.spills = append(s.spills, c.Spill)
		s.spread(s.time)
	case Clear:
		s.clear(c.Edge)
	case Wipe:
		s.spills = nil
		s.spread(s.time)
	}
}

// clear ploughs and salts an edge, or all, with the connectors that leave it.
func (s *System) clear(edge network.EdgeID) {
	one := func(t network.TrackID) {
		l, site := &s.lanes[t], &s.sites[t]
		if l.bare() {
			return
		}
		var f flows
		l.plough(&f)
		if warm := s.Surface(t); warm >= saltsFrom && warm <= saltsTo {
			l.Salt = max(l.Salt, spreads)
		}
		s.balance.add(&f, site.area)
		s.settle(t)
	}
	for i := range s.net.Lanes {
		if edge != network.None && s.net.Lanes[i].Edge != edge {
			continue
		}
		one(network.LaneID(i).Track())
		first := s.net.Lanes[i].FirstOut
		for k := range s.net.Lanes[i].NumOut {
			one(s.net.ConnectorTrack(first + network.ConnectorID(k)))
		}
	}
}
