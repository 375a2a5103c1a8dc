package signals

import "roadtwin/network"

// Command changes a controller from outside, between steps. It can be written as JSON and read back.
type Command struct {
	Kind       CommandKind
	Controller network.ControllerID
	Plan       *Plan    `json:",omitempty"` // ChangePlan
	Control    *Control `json:",omitempty"` // ChangeControl
	Detector   string   `json:",omitempty"` // FailDetector: its name; "" for all of the controller
	Fault      Fault    `json:",omitempty"` // FailDetector
	Preemption int      `json:",omitempty"` // CallPreemption, EndPreemption: of Control.Preemptions
}

// CommandKind is the kind of a Command.
type CommandKind uint8

// The kinds of command.
const (
	ChangePlan     CommandKind = iota // System.SetPlan
	ChangeControl                     // System.SetControl
	FailDetector                      // a detector gets Fault; Sound mends it
	CallPreemption                    // as if its detectors did, until EndPreemption
	EndPreemption
	ResetMonitor // ends the flashing of a conflict monitor that has tripped
	numCommandKinds
)
