// Package signals runs the traffic signals of a network: plans of stages, the controllers that step through them or decide for
// themselves, and the conflict monitor that stands between every controller and the street.
//
// A controller shows aspects on signal groups; vehicles read aspects (System.Aspects) and nothing else. DefaultPlans
// makes a fixed-time plan for every controller of a network from its geometry: stages from the conflicts between the
// groups, splits from the lanes, amber and all-red from speed and width (ITE). DefaultControl makes of a plan one of the kinds
// of control that decide: with detectors where they usually are, and signals for people on foot.
//
//	Plan ──Check──────────> program ─────────────────────────┐
//	                                                         ├──> monitor ──> System.Aspects
//	Control ──CheckControl──> mind ──what is wanted──> heads ┘
//	                           │
//	            detectors, timetables, priorities, preemptions
//
// # By the clock
//
// A plan is checked when it comes in and compiled into intervals in which nothing changes; the controller steps through
// those on a clock of milliseconds. Another plan (System.SetPlan, or one of a Schedule's timetable) takes over at the end of
// the last green; its cycles are longer or shorter by a limited share until they are at their offset (seeking.go).
//
// # By what it senses
//
// A mind looks at its detectors every tenth of a second, as controllers at the roadside do, whatever the step of the traffic, and
// says which heads (groups and walks) it wants green: Actuated, NEMA, MaxPressure, SOTL. The heads get there by minimum
// greens, ambers and a matrix of intergreens per pair (IntergreenMatrix), and so does a controller that goes from one control
// to another, to a plan, into or out of a preemption: there is no other way from one green to another. The engine reports what
// detectors sense (System.Report) before each step; a Fault makes something else of it.
//
// # What the street sees
//
// The monitor knows neither plans nor minds. It lets nothing through that conflicts, no green shorter than its minimum, no
// change without its amber and intergreen; if it must, all groups of the controller flash from then on. The fuzz
// TestNothingBringsConflictingGreens (`make signal-fuzz`) torments random controllers with faults, edits, preemptions and states
// read back, and judges what the street sees by the network's conflicts alone.
package signals
