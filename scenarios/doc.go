// Package scenarios runs scenarios: a scenario is one YAML file that says which map, when, what demand, which signal
// plans, what weather, what happens and what to measure.
//
//	scenario.yaml ──Load──> Scenario ──Open──> City (map, plans, router, places; shared)
//	                                            │
//	                                          NewRun (seed) ──> Run ──Step──> World, observers
//
// A Run owns the clock of its traffic. Observers see it, read only, after each step; what changes the traffic goes
// through Run.Queue, which records it, so that every run can be replayed exactly.
package scenarios
