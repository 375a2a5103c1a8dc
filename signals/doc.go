// Package signals runs the traffic signals of a network: plans of stages, the controllers that step through them, and
// the conflict monitor that stands between every controller and the street.
//
// A controller shows aspects on signal groups; vehicles read aspects (System.Aspects) and nothing else. DefaultPlans
// makes a fixed-time plan for every controller of a network from its geometry: stages from the conflicts between the
// groups, splits from the lanes, amber and all-red from speed and width (ITE).
package signals
