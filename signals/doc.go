// Package signals runs the traffic signals of a network: plans of stages, the controllers that step through them, and
// the conflict monitor that stands between every controller and the street.
//
// A controller shows aspects on signal groups; vehicles read aspects (System.Aspects) and nothing else. DefaultPlans
// makes a fixed-time plan for every controller of a network from its geometry: stages from the conflicts between the
// groups, splits from the lanes, amber and all-red from speed and width (ITE).
//
//	Plan ──Check──> program ──> controller ──> monitor ──> System.Aspects
//
// A plan is checked when it comes in and compiled into intervals in which nothing changes; controllers step through
// those on a clock of milliseconds; the monitor knows neither plans nor stages and lets nothing through that conflicts.
// Plans are exchanged while running (System.SetPlan), over a change that is as safe as any between two stages.
package signals
