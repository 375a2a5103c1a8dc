// Package ego lets somebody else drive one vehicle of a simulation, in lock-step: a World stands until it is told to Step. What is seen from
// the vehicle is an Observation of a fixed binary layout, what it is to do an Action.
//
//	run at some moment ── New ──> World ── Step(action, ticks) ──> Observation
//	                                │
//	                                └─ Snapshot ──> Fork, Restore
//
// The vehicle is one of the traffic: others follow it, give way to it and run into it (traffic.ControlVehicle). The same run, actions and
// ticks give the same state hashes.
package ego
